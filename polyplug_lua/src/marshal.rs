//! Lua values to memory in the layout of a contract, and back, by plans that are made when a contract
//! is first known.
//!
//! | file | what |
//! |---|---|
//! | `plan`, `compile` | what to do for a type; made of the description's types |
//! | `names` | the strings and tables that plans name by number |
//! | `scalar`, `wide` | numbers and booleans; 64-bit integers that Lua's numbers do not hold |
//! | `push` | memory to Lua |
//! | `read`, `read_cases` | Lua to memory |
//!
//! Fields are read and written without metamethods, so no code of the script runs in between. Nothing
//! that stands in memory is believed, and nothing that a script hands over. Whoever reads into memory
//! makes the place zero first; then it holds at any moment what `polyplug::schema::release` can walk.

pub(crate) mod compile;
pub(crate) mod names;
pub(crate) mod plan;
mod push;
mod read;
mod read_cases;
pub(crate) mod scalar;
mod wide;

use crate::frame::Frame;
use polyplug::schema::{DEFAULT_LIMIT, Problem, ValueError};
use std::ffi::c_int;

/// How a conversion ended.
pub(crate) type Outcome = Result<(), ValueError>;

/// One conversion, inside of a protected C function. It has no `Drop`, as an error of Lua may skip it.
pub(crate) struct Marshal {
    frame: Frame,
    /// The index of the table of [`names`].
    names: c_int,
    /// How many bytes of strings and lists may still be carried over.
    left: usize,
}

impl Marshal {
    /// A conversion of values that may take [`DEFAULT_LIMIT`] bytes together. `names` is the index of
    /// the VM's table of names: absolute, or an upvalue.
    pub(crate) fn new(frame: Frame, names: c_int) -> Self {
        Self { frame, names, left: DEFAULT_LIMIT }
    }

    /// Takes `size` bytes of what may be carried over.
    fn spend(&mut self, size: usize) -> Result<(), Problem> {
        self.left = self.left.checked_sub(size).ok_or(Problem::LimitReached(DEFAULT_LIMIT))?;
        Ok(())
    }

    /// Pushes a name, or a table of cases.
    fn push_name(&self, number: c_int) {
        self.frame.raw_get_number(self.names, number);
    }
}
