//! Lua to memory: options, variants, enums and flags, which name one or some of what there may be.

use crate::marshal::compile::lua_name;
use crate::marshal::names::{SOME, TAG, VALUE};
use crate::marshal::plan::{EnumPlan, FlagsPlan, OptionPlan, Plan, VariantPlan};
use crate::marshal::{Marshal, Outcome};
use crate::report::whole_number;
use crate::state::Kind;
use polyplug::schema::{MemoryMut, Problem, TagSize, Type, ValueError};
use std::ffi::c_int;

impl Marshal {
    pub(super) fn read_option<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        option: &OptionPlan,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        if self.frame.kind(index) == Kind::Nil {
            return Ok(());
        }
        memory.write(at, [1])?;
        if !option.wrapped {
            return self.read(&option.some, index, memory, at + option.offset);
        }
        self.expect_table(plan, index)?;
        let place = self.frame.top() + 1;
        self.push_name(SOME);
        self.push_name(TAG);
        self.frame.raw_get(index);
        if !self.frame.is_same(-1, -2) {
            let expected = format!("nil or {{ tag = \"some\", value = .. }} for {}", option.ty);
            return Err(Problem::kind(expected, "another table"));
        }
        self.push_name(VALUE);
        self.frame.raw_get(index);
        let read = self.read(&option.some, place + 2, memory, at + option.offset);
        read.map_err(|error| error.at("some"))?;
        self.frame.pop(3);
        Ok(())
    }

    pub(super) fn read_variant<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        variant: &VariantPlan,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        let kind = self.frame.kind(index);
        let place = self.frame.top() + 1;
        self.push_name(variant.cases.table);
        match kind {
            Kind::String => self.frame.push_value(index),
            Kind::Table => {
                self.push_name(TAG);
                self.frame.raw_get(index);
            }
            _ => return Err(Problem::kind(plan.expected(), kind.name())),
        }
        let case = self.case_on_top(place).ok_or_else(|| self.no_case(variant, index))?;
        write_tag(case, variant.tag, memory, at)?;
        match kind {
            Kind::Table => {
                self.push_name(VALUE);
                self.frame.raw_get(index);
            }
            _ => self.frame.push_nil(),
        }
        let is_nil = self.frame.kind(place + 1) == Kind::Nil;
        match &variant.payloads[case] {
            Some(payload) => {
                if is_nil && !payload.takes_nil() {
                    return Err(Problem::MissingPayload(variant.names()[case].to_owned()).into());
                }
                let read = self.read(payload, place + 1, memory, at + variant.offset);
                read.map_err(|error| error.at(variant.names()[case]))?;
            }
            None if !is_nil => {
                return Err(Problem::UnexpectedPayload(variant.names()[case].to_owned()).into());
            }
            None => {}
        }
        self.frame.pop(2);
        Ok(())
    }

    pub(super) fn read_enum<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        enumeration: &EnumPlan,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        self.expect(plan, index, Kind::String)?;
        let place = self.frame.top() + 1;
        self.push_name(enumeration.cases.table);
        self.frame.push_value(index);
        let Some(case) = self.case_on_top(place) else {
            let names = match &enumeration.ty {
                Type::Enum(ty) => ty.cases(),
                _ => &[],
            };
            let given = self.frame.text(index);
            return Err(Problem::unknown("case", &given, names.iter().map(|name| &**name)));
        };
        self.frame.pop(1);
        write_tag(case, enumeration.tag, memory, at)
    }

    pub(super) fn read_flags<M: MemoryMut>(
        &mut self,
        plan: &Plan,
        flags: &FlagsPlan,
        index: c_int,
        memory: &mut M,
        at: usize,
    ) -> Outcome {
        self.expect_table(plan, index)?;
        let place = self.frame.top() + 1;
        self.push_name(flags.cases.table);
        self.frame.push_nil();
        while self.frame.next(index) {
            let (key, value) = (place + 1, place + 2);
            // `{ name = true }`, or `{ "name" }`.
            let (name, is_set) = match (self.frame.kind(key), self.frame.kind(value)) {
                (Kind::String, Kind::Boolean) => (key, self.frame.boolean(value)),
                (Kind::Number, Kind::String) => (value, true),
                _ => return Err(self.no_flag(key, value)),
            };
            self.frame.push_value(name);
            let bit = self.case_on_top(place).or_else(|| self.flag_in_wit(place, name));
            let bit = bit.ok_or_else(|| self.unknown_flag(flags, name))?;
            if is_set {
                let [byte] = memory.read(at + bit / 8)?;
                memory.write(at + bit / 8, [byte | 1 << (bit % 8)])?;
            }
            self.frame.set_top(key);
        }
        self.frame.pop(1);
        Ok(())
    }

    /// A flag that was written as its WIT has it. What it pushes stays there.
    #[cold]
    fn flag_in_wit(&self, table: c_int, name: c_int) -> Option<usize> {
        let mut in_lua = [0; 64];
        let len = self.frame.with_bytes(name, |bytes| {
            for (place, byte) in in_lua.iter_mut().zip(bytes) {
                *place = if *byte == b'-' { b'_' } else { *byte };
            }
            bytes.len()
        });
        self.frame.push_bytes(in_lua.get(..len)?);
        self.case_on_top(table)
    }

    /// Replaces the value on top by what the table at `table` has for it.
    fn case_on_top(&self, table: c_int) -> Option<usize> {
        if self.frame.kind(-1) != Kind::String {
            self.frame.pop(1);
            return None;
        }
        self.frame.raw_get(table);
        let case = whole_number(*self.frame, -1);
        self.frame.pop(1);
        case.map(|case| case as usize)
    }

    #[cold]
    fn no_case(&self, variant: &VariantPlan, index: c_int) -> ValueError {
        if self.frame.kind(index) == Kind::Table {
            self.push_name(TAG);
            self.frame.raw_get(index);
        } else {
            self.frame.push_value(index);
        }
        match self.frame.kind(-1) {
            Kind::String => {
                let names = variant.names();
                Problem::unknown("case", &self.frame.text(-1), names.into_iter())
            }
            Kind::Nil => Problem::kind(&variant.ty, "a table without `tag`"),
            kind => {
                Problem::kind(&variant.ty, format_args!("a table whose `tag` is a {}", kind.name()))
            }
        }
    }

    #[cold]
    fn no_flag(&self, key: c_int, value: c_int) -> ValueError {
        let name = match self.frame.kind(key) {
            Kind::String => self.frame.text(key),
            Kind::Number => self.frame.number(key).to_string(),
            kind => kind.name().to_owned(),
        };
        let got = self.frame.kind(value).name();
        Problem::kind("true or false, or an array of names", got).at(&*name)
    }

    #[cold]
    fn unknown_flag(&self, flags: &FlagsPlan, name: c_int) -> ValueError {
        let known = match &flags.ty {
            Type::Flags(ty) => ty.flags(),
            _ => &[],
        };
        let known: Vec<String> = known.iter().map(|name| lua_name(name)).collect();
        Problem::unknown("flag", &self.frame.text(name), known.iter().map(String::as_str))
    }
}

fn write_tag<M: MemoryMut>(case: usize, size: TagSize, memory: &mut M, at: usize) -> Outcome {
    // No truncation: the size of the tag was chosen by the number of cases.
    Ok(match size {
        TagSize::One => memory.write(at, [case as u8]),
        TagSize::Two => memory.write(at, (case as u16).to_ne_bytes()),
        TagSize::Four => memory.write(at, (case as u32).to_ne_bytes()),
    }?)
}
