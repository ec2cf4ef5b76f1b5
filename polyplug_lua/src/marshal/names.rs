//! The strings and tables that plans name by number, in one Lua table for each VM: a field is then found
//! without making its name anew at every call.
//!
//! Plans are made outside of Lua and ask for numbers; [`Names::fill`] puts the strings into the table
//! before the first call.

use crate::frame::Frame;
use crate::kept::Kept;
use crate::marshal::plan::Cases;
use crate::require;
use crate::state::REGISTRY;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::c_int;

/// What every table of names begins with.
pub(crate) const TAG: c_int = 1;
pub(crate) const VALUE: c_int = 2;
pub(crate) const LENGTH: c_int = 3;
pub(crate) const SOME: c_int = 4;
const FIXED: [(c_int, &str); 4] = [(TAG, "tag"), (VALUE, "value"), (LENGTH, "n"), (SOME, "some")];
/// The three helpers for wide integers.
pub(crate) const SIGNED_AT: c_int = 5;
pub(crate) const UNSIGNED_AT: c_int = 6;
pub(crate) const TAKE_WIDE: c_int = 7;
const FIRST_FREE: c_int = 8;

/// The names of one VM.
pub(crate) struct Names {
    /// The number of the Lua table in the registry; 0 before there is one.
    table: Cell<c_int>,
    entries: Kept<Entry>,
    /// How many entries are in the Lua table.
    filled: Cell<usize>,
    known: RefCell<HashMap<Box<str>, c_int>>,
    wants_wide: Cell<bool>,
    has_wide: Cell<bool>,
}

enum Entry {
    Name(Box<str>),
    /// A table that has the index of each of `count` names, which begin at `first`.
    Indices {
        first: c_int,
        count: usize,
    },
}

impl Names {
    pub(crate) fn new() -> Self {
        Self {
            table: Cell::new(0),
            entries: Kept::new(),
            filled: Cell::new(0),
            known: RefCell::default(),
            wants_wide: Cell::new(false),
            has_wide: Cell::new(false),
        }
    }

    /// The number of a name.
    pub(super) fn of(&self, name: &str) -> c_int {
        if let Some(known) = self.known.borrow().get(name) {
            return *known;
        }
        let number = self.add(Entry::Name(name.into()));
        self.known.borrow_mut().insert(name.into(), number);
        number
    }

    /// The numbers of names that follow each other, and of the table of their indices.
    pub(super) fn cases<'a>(&self, names: impl ExactSizeIterator<Item = &'a str>) -> Cases {
        let (first, count) = (self.next(), names.len());
        for name in names {
            self.add(Entry::Name(name.into()));
        }
        Cases { first, table: self.add(Entry::Indices { first, count }) }
    }

    /// There are 64-bit integers among the values.
    pub(super) fn want_wide(&self) {
        self.wants_wide.set(true);
    }

    fn next(&self) -> c_int {
        // Descriptions are limited to far fewer names.
        FIRST_FREE + c_int::try_from(self.entries.len()).unwrap_or(c_int::MAX - FIRST_FREE)
    }

    fn add(&self, entry: Entry) -> c_int {
        let number = self.next();
        self.entries.add(entry);
        number
    }

    /// Pushes the table, which is there after the first [`Names::fill`].
    pub(crate) fn push_table(&self, frame: Frame) {
        frame.raw_get_number(REGISTRY, self.table.get());
    }

    /// Puts into the table what it lacks. Making a string may run finalizers of the script, which may
    /// come here as well: then both put the same into it.
    pub(crate) fn fill(&self, frame: Frame) {
        if self.table.get() == 0 {
            frame.push_table();
            for (number, name) in FIXED {
                frame.push_text(name);
                frame.raw_set_number(-2, number);
            }
            let made = frame.keep();
            if self.table.get() == 0 {
                self.table.set(made);
            } else {
                frame.forget(made);
            }
        }
        self.push_table(frame);
        let table = frame.top();
        if self.wants_wide.get() && !self.has_wide.get() {
            require::push_wide_helpers(frame);
            for number in [TAKE_WIDE, UNSIGNED_AT, SIGNED_AT] {
                frame.raw_set_number(table, number);
            }
            self.has_wide.set(true);
        }
        while let Some(entry) = self.entries.get(self.filled.get()) {
            let index = self.filled.get();
            let number = FIRST_FREE + index as c_int;
            match entry {
                Entry::Name(name) => frame.push_text(name),
                Entry::Indices { first, count } => push_indices(frame, table, *first, *count),
            }
            frame.raw_set_number(table, number);
            self.filled.set(self.filled.get().max(index + 1));
        }
        frame.set_top(table - 1);
    }
}

/// Pushes a table from the names that begin at `first` to their indices, from 0.
fn push_indices(frame: Frame, names: c_int, first: c_int, count: usize) {
    frame.push_table_for(count);
    for index in 0..count as c_int {
        frame.raw_get_number(names, first + index);
        frame.push_number(index.into());
        frame.raw_set(-3);
    }
}
