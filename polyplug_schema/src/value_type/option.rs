//! A value or none.

use crate::Type;
use crate::value_type::{Measure, TagSize, TypeError};
use std::iter;
use std::sync::Arc;

/// `option<T>`: in memory a byte, 0 for none and 1 for some, then the value.
#[derive(Debug)]
pub struct OptionType {
    some: Type,
    payload_offset: usize,
    pub(super) measure: Measure,
}

impl Type {
    /// `option<some>`
    ///
    /// # Errors
    /// The type is too deep, too large or too long.
    pub fn option(some: Type) -> Result<Self, TypeError> {
        let (layout, payload_offset) = TagSize::One.with_payloads([&some].into_iter());
        let measure = Measure::of(layout, [&some].into_iter(), iter::empty())?.tagged(1, 0);
        Ok(Self::Option(Arc::new(OptionType { some, payload_offset, measure })))
    }
}

impl OptionType {
    /// The type of the value, if there is one.
    pub fn some(&self) -> &Type {
        &self.some
    }

    /// Where the value stands, in bytes from the start.
    pub fn payload_offset(&self) -> usize {
        self.payload_offset
    }
}

impl PartialEq for OptionType {
    fn eq(&self, other: &Self) -> bool {
        self.some == other.some
    }
}
