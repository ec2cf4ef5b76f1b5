//! Plain data between two VMs: booleans, numbers, strings, and tables of these, with cycles and
//! shared tables as they were, and proxies of contracts with their instances. Functions, other userdata,
//! threads and cdata are left out.
//!
//! Tables are read and written one after the other from a list, never by recursion, so the depth of
//! the data does not matter. Everything that has a `Drop` lives outside of the protected calls.

use crate::frame::Frame;
use crate::proxy::CarriedProxy;
use crate::state::Kind;
use std::collections::HashMap;
use std::ffi::c_int;
use std::ops::Range;

/// Plain data outside of any VM.
#[derive(Default)]
pub(crate) struct PlainData {
    bytes: Vec<u8>,
    tables: Vec<Table>,
    proxies: Vec<CarriedProxy>,
    /// Which tables have been read, by identity in their VM.
    known: HashMap<usize, usize>,
    read: usize,
}

#[derive(Default)]
struct Table {
    entries: Vec<(Value, Value)>,
    has_metatable: bool,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Boolean(bool),
    Number(f64),
    String(Range<usize>),
    /// The number of a table.
    Table(usize),
    /// The number of a proxy.
    Proxy(usize),
}

impl PlainData {
    /// How many fields a table has.
    pub(crate) fn count(&self, table: usize) -> usize {
        self.tables.get(table).map_or(0, |table| table.entries.len())
    }

    /// Reads the value at `index` and all that it leads to. `list` is a table that keeps, under
    /// their numbers, the tables of this data; it is the same for all calls.
    pub(crate) fn read(&mut self, frame: Frame, index: c_int, list: c_int) -> Option<Value> {
        let value = self.read_value(frame, index, list);
        while self.read < self.tables.len() {
            let number = self.read;
            self.read += 1;
            frame.raw_get_number(list, lua_number(number));
            let table = frame.top();
            self.tables[number].has_metatable = frame.has_metatable(table);
            frame.push_nil();
            while frame.next(table) {
                let key = self.read_value(frame, table + 1, list);
                let value = self.read_value(frame, table + 2, list);
                if let (Some(key), Some(value)) = (key, value) {
                    self.tables[number].entries.push((key, value));
                }
                frame.pop(1);
            }
            frame.pop(1);
        }
        value
    }

    fn read_value(&mut self, frame: Frame, index: c_int, list: c_int) -> Option<Value> {
        Some(match frame.kind(index) {
            Kind::Boolean => Value::Boolean(frame.boolean(index)),
            Kind::Number => Value::Number(frame.number(index)),
            Kind::String => {
                let start = self.bytes.len();
                frame.append_bytes(index, &mut self.bytes);
                Value::String(start..self.bytes.len())
            }
            Kind::Table => Value::Table(self.number_of(frame, index, list)),
            Kind::Userdata => {
                self.proxies.push(CarriedProxy::read(frame, index)?);
                Value::Proxy(self.proxies.len() - 1)
            }
            _ => return None,
        })
    }

    fn number_of(&mut self, frame: Frame, index: c_int, list: c_int) -> usize {
        let number = self.tables.len();
        let known = *self.known.entry(frame.identity(index)).or_insert(number);
        if known == number {
            self.tables.push(Table::default());
            frame.push_value(index);
            frame.raw_set_number(list, lua_number(number));
        }
        known
    }

    fn push(&self, frame: Frame, value: &Value) {
        match value {
            Value::Boolean(value) => frame.push_boolean(*value),
            Value::Number(value) => frame.push_number(*value),
            Value::String(range) => frame.push_bytes(&self.bytes[range.clone()]),
            Value::Proxy(number) => self.proxies[*number].push(frame),
            Value::Table(_) => frame.push_nil(),
        }
    }
}

/// Makes plain data in a VM. `list` is a table that keeps the tables made so far.
pub(crate) struct Writer<'data> {
    data: &'data PlainData,
    list: c_int,
    /// Tables that are there but whose fields are not.
    unfilled: &'data mut Vec<Unfilled>,
}

/// A table that has yet to be given its fields.
pub(crate) struct Unfilled {
    table: usize,
    metatables: Metatables,
}

/// What becomes of a table that had a metatable, which is code and is not carried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metatables {
    /// It goes into the table that the new object has in its place, or stays out: the fields of an
    /// object were not written to be saved.
    Meet,
    /// It becomes a plain table: `save` returned it.
    Drop,
}

impl<'data> Writer<'data> {
    pub(crate) fn new(
        data: &'data PlainData,
        list: c_int,
        unfilled: &'data mut Vec<Unfilled>,
    ) -> Self {
        Self { data, list, unfilled }
    }

    /// The table on top stands for table `number` of the data; it is popped.
    pub(crate) fn stand_for(&mut self, frame: Frame, number: usize, metatables: Metatables) {
        frame.raw_set_number(self.list, lua_number(number));
        self.unfilled.push(Unfilled { table: number, metatables });
    }

    /// Pushes `value`, whose tables may still lack fields.
    pub(crate) fn push(&mut self, frame: Frame, value: &Value, metatables: Metatables) {
        let Value::Table(number) = *value else {
            return self.data.push(frame, value);
        };
        frame.raw_get_number(self.list, lua_number(number));
        if frame.kind(-1) == Kind::Table {
            return;
        }
        frame.pop(1);
        frame.push_table();
        frame.push_value(-1);
        self.stand_for(frame, number, metatables);
    }

    /// Gives all tables their fields.
    pub(crate) fn fill(&mut self, frame: Frame) {
        while let Some(Unfilled { table: number, metatables }) = self.unfilled.pop() {
            frame.raw_get_number(self.list, lua_number(number));
            let table = frame.top();
            for (key, value) in &self.data.tables[number].entries {
                self.push(frame, key, metatables);
                if self.meets(frame, table, value, metatables) {
                    frame.set_top(table);
                    continue;
                }
                self.push(frame, value, metatables);
                frame.raw_set(table);
            }
            frame.set_top(table - 1);
        }
    }

    /// Whether `value` was a table with a metatable that is not there yet. The key is on top. It
    /// then stands for the table that is there, if there is one.
    fn meets(&mut self, frame: Frame, table: c_int, value: &Value, metatables: Metatables) -> bool {
        let Value::Table(number) = *value else { return false };
        if metatables == Metatables::Drop || !self.data.tables[number].has_metatable {
            return false;
        }
        frame.raw_get_number(self.list, lua_number(number));
        let made = frame.kind(-1) == Kind::Table;
        frame.pop(1);
        if made {
            return false;
        }
        frame.push_value(-1);
        frame.raw_get(table);
        if frame.kind(-1) == Kind::Table {
            self.stand_for(frame, number, metatables);
        } else {
            frame.pop(1);
        }
        true
    }
}

/// Lists count from 1.
fn lua_number(number: usize) -> c_int {
    c_int::try_from(number + 1).unwrap_or(c_int::MAX)
}
