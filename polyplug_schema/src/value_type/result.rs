//! A success or an error.

use crate::Type;
use crate::value_type::{Measure, TagSize, TypeError};
use std::fmt;
use std::iter;
use std::sync::Arc;

/// `result<T, E>`: in memory a byte, 0 for ok and 1 for an error, then the value of either.
#[derive(Debug)]
pub struct ResultType {
    ok: Option<Type>,
    err: Option<Type>,
    payload_offset: usize,
    pub(super) measure: Measure,
}

impl Type {
    /// `result<ok, err>`, each with or without a value.
    ///
    /// # Errors
    /// The type is too deep, too large or too long.
    pub fn result(ok: Option<Type>, err: Option<Type>) -> Result<Self, TypeError> {
        let payloads = || ok.iter().chain(&err);
        let (layout, payload_offset) = TagSize::One.with_payloads(payloads());
        let shortest = |part: &Option<Type>| part.as_ref().map_or(0, Type::shortest_binary);
        let shortest = shortest(&ok).min(shortest(&err));
        let measure = Measure::of(layout, payloads(), iter::empty())?.tagged(1, shortest);
        Ok(Self::Result(Arc::new(ResultType { ok, err, payload_offset, measure })))
    }
}

impl ResultType {
    /// The type of the value of a success, if it has one.
    pub fn ok(&self) -> Option<&Type> {
        self.ok.as_ref()
    }

    /// The type of the value of an error, if it has one.
    pub fn err(&self) -> Option<&Type> {
        self.err.as_ref()
    }

    /// Where the value of either stands, in bytes from the start.
    pub fn payload_offset(&self) -> usize {
        self.payload_offset
    }
}

impl PartialEq for ResultType {
    fn eq(&self, other: &Self) -> bool {
        self.ok == other.ok && self.err == other.err
    }
}

impl fmt::Display for ResultType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.ok, &self.err) {
            (None, None) => f.write_str("result"),
            (Some(ok), None) => write!(f, "result<{ok}>"),
            (None, Some(err)) => write!(f, "result<_, {err}>"),
            (Some(ok), Some(err)) => write!(f, "result<{ok}, {err}>"),
        }
    }
}
