//! Lua to memory: writes the value at an index of the stack to an address, where all is zero.
//!
//! A pointer is written the moment its memory is allocated, so a conversion that ends half-way leaves
//! what `polyplug::schema::release` can walk.

use crate::marshal::names::LENGTH;
use crate::marshal::plan::{Plan, RecordPlan, TuplePlan};
use crate::marshal::scalar::{Carried, Scalar};
use crate::marshal::{Marshal, Outcome};
use crate::report::whole_number;
use crate::state::Kind;
use polyplug::schema::{MemoryMut, Problem, ValueError};
use std::ffi::c_int;
use std::str;

/// What `n` of a list has to be.
const COUNT: &str = "a whole number in the field `n`";

impl Marshal {
    /// Writes the value at `index`, which is absolute. What was pushed meanwhile is popped, unless
    /// there is an error.
    pub(crate) fn read<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        match plan {
            Plan::Scalar(scalar) => {
                if scalar.read(*self.frame, index, memory, at)? == Carried::IsWide {
                    self.read_wide(*scalar, index, memory, at)?;
                }
                Ok(())
            }
            Plan::Text => self.read_text(index, memory, at),
            Plan::Bytes if self.frame.kind(index) == Kind::String => {
                self.read_bytes(index, memory, at)
            }
            Plan::Bytes => {
                let element = Plan::Scalar(Scalar::U8);
                self.read_list(plan, &element, (1, 1), index, memory, at)
            }
            Plan::List(list) => {
                let layout = (list.size, list.align);
                self.read_list(plan, &list.element, layout, index, memory, at)
            }
            Plan::FixedBytes(len) => self.read_fixed_bytes(plan, *len, index, memory, at),
            Plan::FixedList(list) => {
                self.expect_table(plan, index)?;
                let got = self.length(&list.element, index)?;
                count(list.len, got)?;
                self.read_elements(&list.element, list.size, got, index, memory, at)
            }
            Plan::Record(record) => self.read_record(plan, record, index, memory, at),
            Plan::Tuple(tuple) => self.read_tuple(plan, tuple, index, memory, at),
            Plan::Option(option) => self.read_option(plan, option, index, memory, at),
            Plan::Variant(variant) => self.read_variant(plan, variant, index, memory, at),
            Plan::Enum(enumeration) => self.read_enum(plan, enumeration, index, memory, at),
            Plan::Flags(flags) => self.read_flags(plan, flags, index, memory, at),
            Plan::Char => self.read_char(index, memory, at),
        }
    }

    fn read_text<M: MemoryMut>(&mut self, index: c_int, memory: &mut M, at: usize) -> Outcome {
        let frame = self.frame;
        self.expect(&Plan::Text, index, Kind::String)?;
        frame.with_bytes(index, |bytes| {
            str::from_utf8(bytes).map_err(|error| Problem::NotUtf8(error.valid_up_to()))?;
            self.write_bytes(bytes, memory, at)
        })
    }

    fn read_bytes<M: MemoryMut>(&mut self, index: c_int, memory: &mut M, at: usize) -> Outcome {
        let frame = self.frame;
        frame.with_bytes(index, |bytes| self.write_bytes(bytes, memory, at))
    }

    /// Copies `bytes` and writes their address and length.
    fn write_bytes<M: MemoryMut>(&mut self, bytes: &[u8], memory: &mut M, at: usize) -> Outcome {
        let address = self.allocate(bytes.len(), (1, 1), memory, at)?;
        if !bytes.is_empty() {
            memory.write_all(address, bytes)?;
        }
        Ok(())
    }

    fn read_fixed_bytes<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        len: usize,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        if self.frame.kind(index) == Kind::String {
            return self.frame.with_bytes(index, |bytes| {
                count(len, bytes.len())?;
                Ok(memory.write_all(at, bytes)?)
            });
        }
        let element = Plan::Scalar(Scalar::U8);
        self.expect_table(plan, index)?;
        let got = self.length(&element, index)?;
        count(len, got)?;
        self.read_elements(&element, 1, got, index, memory, at)
    }

    fn read_char<M: MemoryMut>(&mut self, index: c_int, memory: &mut M, at: usize) -> Outcome {
        self.expect(&Plan::Char, index, Kind::String)?;
        let only = self.frame.with_bytes(index, |bytes| {
            let mut characters = str::from_utf8(bytes).ok()?.chars();
            characters.next().filter(|_| characters.next().is_none())
        });
        let Some(only) = only else {
            let len = self.frame.length(index);
            return Err(Problem::kind("char", format_args!("a string of {len} bytes")));
        };
        Ok(memory.write(at, u32::from(only).to_ne_bytes())?)
    }

    fn read_list<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        element: &Plan,
        layout: (usize, usize),
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        self.expect_table(plan, index)?;
        let len = self.length(element, index)?;
        if len == 0 {
            self.expect_no_fields(plan, index)?;
        }
        let address = self.allocate(len, layout, memory, at)?;
        if len != 0 && !matches!(element, Plan::Scalar(_)) {
            memory.zero(address, len * layout.0)?;
        }
        self.read_elements(element, layout.0, len, index, memory, address)?;
        if len != 0 && !element.takes_nil() {
            self.expect_no_hole(element, len, index)?;
        }
        Ok(())
    }

    fn read_elements<M: MemoryMut>(
        &mut self,
        element: &Plan,
        size: usize,
        len: usize,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        let place = self.frame.top() + 1;
        for number in 0..len {
            self.frame.raw_get_number(index, number as c_int + 1);
            let read = self.read(element, place, memory, at + number * size);
            read.map_err(|error| error.at(number + 1))?;
            self.frame.pop(1);
        }
        Ok(())
    }

    fn read_record<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        record: &RecordPlan,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        self.expect_table(plan, index)?;
        let place = self.frame.top() + 1;
        for field in &record.fields {
            self.push_name(field.name);
            self.frame.raw_get(index);
            let part = &field.part;
            if let Err(error) = self.read(&part.plan, place, memory, at + part.offset) {
                let is_missing = self.frame.kind(place) == Kind::Nil;
                return Err(self.in_field(field.name, is_missing, error));
            }
            self.frame.pop(1);
        }
        Ok(())
    }

    #[cold]
    fn in_field(&self, name: c_int, is_missing: bool, error: ValueError) -> ValueError {
        self.push_name(name);
        let name = self.frame.text(-1);
        if is_missing {
            return Problem::MissingField(name).into();
        }
        error.at(&*name)
    }

    fn read_tuple<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        tuple: &TuplePlan,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        self.expect_table(plan, index)?;
        count_at_most(tuple.elements.len(), self.frame.length(index))?;
        let place = self.frame.top() + 1;
        for (number, element) in (1..).zip(&tuple.elements) {
            self.frame.raw_get_number(index, number as c_int);
            let read = self.read(&element.plan, place, memory, at + element.offset);
            read.map_err(|error| error.at(number))?;
            self.frame.pop(1);
        }
        Ok(())
    }

    /// How many elements the table at `index` has.
    fn length(&self, element: &Plan, index: c_int) -> Result<usize, ValueError> {
        let mut len = self.frame.length(index);
        if element.takes_nil() {
            self.push_name(LENGTH);
            self.frame.raw_get(index);
            match (whole_number(*self.frame, -1), self.frame.kind(-1)) {
                (Some(stated), _) => len = stated as usize,
                (None, Kind::Nil) => {}
                (None, Kind::Number) => {
                    return Err(Problem::kind(COUNT, self.frame.number(-1)));
                }
                (None, other) => return Err(Problem::kind(COUNT, other.name())),
            }
            self.frame.pop(1);
        }
        if c_int::try_from(len).is_err() {
            return Err(Problem::TooLong(len).into());
        }
        Ok(len)
    }

    /// Memory for `len` elements of `(size, align)`, whose address and length are written to `at`.
    fn allocate<M: MemoryMut>(
        &mut self,
        len: usize,
        (size, align): (usize, usize),
        memory: &mut M,
        at: usize,
    ) -> Result<usize, Problem> {
        let mut address = empty_address();
        if len != 0 {
            let bytes = len.checked_mul(size).ok_or(Problem::TooLong(len))?;
            self.spend(bytes)?;
            address = memory.allocate(bytes, align)?;
        }
        memory.write(at, address.to_ne_bytes())?;
        memory.write(at + size_of::<usize>(), len.to_ne_bytes())?;
        Ok(address)
    }

    pub(super) fn expect(&self, plan: &Plan, index: c_int, kind: Kind) -> Outcome {
        let found = self.frame.kind(index);
        if found == kind { Ok(()) } else { Err(Problem::kind(plan.expected(), found.name())) }
    }

    pub(super) fn expect_table(&self, plan: &Plan, index: c_int) -> Outcome {
        self.expect(plan, index, Kind::Table)
    }

    /// A table without elements may be a record by mistake.
    fn expect_no_fields(&self, plan: &Plan, index: c_int) -> Outcome {
        let place = self.frame.top() + 1;
        self.frame.push_nil();
        while self.frame.next(index) {
            self.push_name(LENGTH);
            if !self.frame.is_same(place, -1) {
                let got = match self.frame.kind(place) {
                    Kind::String => format!("a table with the field `{}`", self.frame.text(place)),
                    _ => "a table that does not begin at 1".to_owned(),
                };
                return Err(Problem::kind(plan.expected(), got));
            }
            self.frame.set_top(place);
        }
        Ok(())
    }

    /// The length of a table with holes is any that ends before one, so there may be more behind it.
    fn expect_no_hole(&self, element: &Plan, len: usize, index: c_int) -> Outcome {
        let place = self.frame.top() + 1;
        // Elements come in order, and before all other fields.
        self.frame.push_number(len as f64);
        while self.frame.next(index) {
            if self.frame.kind(place) == Kind::Number {
                return Err(Problem::kind(element.expected(), "nil").at(len + 1));
            }
            self.frame.set_top(place);
        }
        Ok(())
    }
}

/// Where empty texts and lists point at: aligned for every type, and there for ever.
fn empty_address() -> usize {
    static EMPTY: u64 = 0;
    (&raw const EMPTY).expose_provenance()
}

fn count(expected: usize, got: usize) -> Result<(), Problem> {
    if expected == got { Ok(()) } else { Err(Problem::Count { what: "elements", expected, got }) }
}

fn count_at_most(expected: usize, got: usize) -> Result<(), Problem> {
    if got <= expected { Ok(()) } else { Err(Problem::Count { what: "elements", expected, got }) }
}
