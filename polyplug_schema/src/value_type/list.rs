//! Lists, of any length and of a fixed one.

use crate::value_type::{BINARY_LENGTH, Measure, TypeError};
use crate::{Layout, Type};
use std::iter;
use std::sync::Arc;

/// `list<T>`: in memory a pointer to the elements and their number.
#[derive(Debug)]
pub struct ListType {
    element: Type,
    pub(super) measure: Measure,
}

/// `list<T, N>`: in memory N elements, one after the other.
#[derive(Debug)]
pub struct FixedListType {
    element: Type,
    len: u32,
    pub(super) measure: Measure,
}

impl Type {
    /// `list<element>`
    ///
    /// # Errors
    /// The type is too deep or too long.
    pub fn list(element: Type) -> Result<Self, TypeError> {
        let measure = Measure::of(Layout::SLICE, [&element].into_iter(), iter::empty())?;
        let mut measure = measure.tagged(BINARY_LENGTH, 0);
        measure.owns_memory = true;
        Ok(Self::List(Arc::new(ListType { element, measure })))
    }

    /// `list<element, len>`
    ///
    /// # Errors
    /// `len` is 0, or the type is too deep, too large or too long.
    pub fn fixed_list(element: Type, len: u32) -> Result<Self, TypeError> {
        if len == 0 {
            return Err(TypeError::Empty("elements"));
        }
        let one = element.layout();
        // No overflow: an element is at most `MAX_TYPE_SIZE` = 2^24 bytes and `len` below 2^32.
        let layout = Layout { size: one.size * len as usize, align: one.align };
        let (shortest, plain) = (element.shortest_binary() * len as usize, element.is_plain());
        let mut measure = Measure::of(layout, [&element].into_iter(), iter::empty())?;
        (measure.shortest, measure.plain) = (shortest, plain);
        Ok(Self::FixedList(Arc::new(FixedListType { element, len, measure })))
    }
}

impl ListType {
    /// The type of an element.
    pub fn element(&self) -> &Type {
        &self.element
    }
}

impl FixedListType {
    /// The type of an element.
    pub fn element(&self) -> &Type {
        &self.element
    }

    /// The number of elements, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it never is empty")]
    pub fn len(&self) -> usize {
        self.len as usize
    }
}

impl PartialEq for ListType {
    fn eq(&self, other: &Self) -> bool {
        self.element == other.element
    }
}

impl PartialEq for FixedListType {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.element == other.element
    }
}
