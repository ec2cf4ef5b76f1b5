//! Values by position.

use crate::value_type::{Measure, TypeError};
use crate::{Layout, Type};
use std::fmt;
use std::iter;
use std::sync::Arc;

/// `tuple<A, B>`: in memory a C struct of the elements in order.
#[derive(Debug)]
pub struct TupleType {
    elements: Box<[TupleElement]>,
    pub(super) measure: Measure,
}

/// One element of a tuple.
#[derive(Debug, PartialEq)]
pub struct TupleElement {
    /// The type of the value.
    pub ty: Type,
    /// Where it stands, in bytes from the start.
    pub offset: usize,
}

impl Type {
    /// `tuple<elements>`
    ///
    /// # Errors
    /// There is no element, or the type is too deep, too large or too long.
    pub fn tuple(elements: impl IntoIterator<Item = Type>) -> Result<Self, TypeError> {
        let mut layout = Layout::EMPTY;
        let place = |ty: Type| TupleElement { offset: layout.append(ty.layout()), ty };
        let elements: Box<[TupleElement]> = elements.into_iter().map(place).collect();
        if elements.is_empty() {
            return Err(TypeError::Empty("elements"));
        }
        let parts = elements.iter().map(|element| &element.ty);
        let measure = Measure::of(layout.padded(), parts, iter::empty())?;
        Ok(Self::Tuple(Arc::new(TupleType { elements, measure })))
    }
}

impl TupleType {
    /// The elements in order; at least one.
    pub fn elements(&self) -> &[TupleElement] {
        &self.elements
    }
}

impl PartialEq for TupleType {
    fn eq(&self, other: &Self) -> bool {
        self.elements == other.elements
    }
}

impl fmt::Display for TupleType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tuple<")?;
        for (at, element) in self.elements.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}", element.ty)?;
        }
        f.write_str(">")
    }
}
