//! Memory to Lua: pushes the value that stands at an address.

use crate::marshal::names::{LENGTH, SOME, TAG, VALUE};
use crate::marshal::plan::{FlagsPlan, OptionPlan, Plan, RecordPlan, TuplePlan, VariantPlan};
use crate::marshal::scalar::Carried;
use crate::marshal::{Marshal, Outcome};
use polyplug::schema::{Memory, Problem, Step, TagSize, slice_at};
use std::ffi::c_int;
use std::str;

/// The longest list that a Lua table can be made for.
const LONGEST: usize = 1 << 26;

impl Marshal {
    /// Pushes the value of the plan's type at `at`. After an error something else may have been pushed.
    pub(crate) fn push<M: Memory>(&mut self, plan: &Plan, memory: &M, at: usize) -> Outcome {
        match plan {
            Plan::Scalar(scalar) => {
                if scalar.push(*self.frame, memory, at)? == Carried::IsWide {
                    self.push_wide(*scalar, memory, at)?;
                }
            }
            Plan::Text => {
                let (address, len) = self.slice(memory, at, 1, 1)?;
                self.push_text(memory, address, len)?;
            }
            Plan::Bytes => {
                let (address, len) = self.slice(memory, at, 1, 1)?;
                self.push_bytes(memory, address, len)?;
            }
            Plan::FixedBytes(len) => self.push_bytes(memory, at, *len)?,
            Plan::List(list) => {
                let (address, len) = self.slice(memory, at, list.size, list.align)?;
                self.push_list(&list.element, list.size, len, memory, address)?;
            }
            Plan::FixedList(list) => {
                self.push_list(&list.element, list.size, list.len, memory, at)?;
            }
            Plan::Record(record) => self.push_record(record, memory, at)?,
            Plan::Tuple(tuple) => self.push_tuple(tuple, memory, at)?,
            Plan::Option(option) => self.push_option(option, memory, at)?,
            Plan::Variant(variant) => self.push_variant(variant, memory, at)?,
            Plan::Enum(enumeration) => {
                let case = read_tag(enumeration.tag, enumeration.count, memory, at)?;
                self.push_name(enumeration.cases.first + case as c_int);
            }
            Plan::Flags(flags) => self.push_flags(flags, memory, at)?,
            Plan::Char => {
                let number = u32::from_ne_bytes(memory.read(at)?);
                let character = char::from_u32(number).ok_or(Problem::NotChar(number))?;
                self.frame.push_text(character.encode_utf8(&mut [0; 4]));
            }
        }
        Ok(())
    }

    fn push_text<M: Memory>(&self, memory: &M, address: usize, len: usize) -> Outcome {
        if len == 0 {
            self.frame.push_bytes(b"");
            return Ok(());
        }
        let bytes = memory.bytes(address, len)?;
        let text = str::from_utf8(bytes).map_err(|error| Problem::NotUtf8(error.valid_up_to()))?;
        self.frame.push_text(text);
        Ok(())
    }

    fn push_bytes<M: Memory>(&self, memory: &M, address: usize, len: usize) -> Outcome {
        let bytes = if len == 0 { &[] } else { memory.bytes(address, len)? };
        self.frame.push_bytes(bytes);
        Ok(())
    }

    fn push_list<M: Memory>(
        &mut self,
        element: &Plan,
        size: usize,
        len: usize,
        memory: &M,
        at: usize,
    ) -> Outcome {
        if len > LONGEST {
            return Err(Problem::TooLong(len).into());
        }
        let takes_nil = element.takes_nil();
        self.frame.push_list_for(len, usize::from(takes_nil));
        for index in 0..len {
            let pushed = self.push(element, memory, at + index * size);
            pushed.map_err(|error| error.at(index))?;
            self.frame.raw_set_number(-2, index as c_int + 1);
        }
        if takes_nil {
            self.push_name(LENGTH);
            self.frame.push_number(len as f64);
            self.frame.raw_set(-3);
        }
        Ok(())
    }

    fn push_record<M: Memory>(&mut self, record: &RecordPlan, memory: &M, at: usize) -> Outcome {
        self.frame.push_table_for(record.fields.len());
        for field in &record.fields {
            self.push_name(field.name);
            let pushed = self.push(&field.part.plan, memory, at + field.part.offset);
            pushed.map_err(|error| error.at(self.field_step(field.name)))?;
            self.frame.raw_set(-3);
        }
        Ok(())
    }

    fn push_tuple<M: Memory>(&mut self, tuple: &TuplePlan, memory: &M, at: usize) -> Outcome {
        self.frame.push_list_for(tuple.elements.len(), 0);
        for (index, element) in tuple.elements.iter().enumerate() {
            let pushed = self.push(&element.plan, memory, at + element.offset);
            pushed.map_err(|error| error.at(index))?;
            self.frame.raw_set_number(-2, index as c_int + 1);
        }
        Ok(())
    }

    fn push_option<M: Memory>(&mut self, option: &OptionPlan, memory: &M, at: usize) -> Outcome {
        if read_tag(TagSize::One, 2, memory, at)? == 0 {
            self.frame.push_nil();
            return Ok(());
        }
        if option.wrapped {
            self.frame.push_table_for(2);
            self.push_name(TAG);
            self.push_name(SOME);
            self.frame.raw_set(-3);
            self.push_name(VALUE);
        }
        let pushed = self.push(&option.some, memory, at + option.offset);
        pushed.map_err(|error| error.at("some"))?;
        if option.wrapped {
            self.frame.raw_set(-3);
        }
        Ok(())
    }

    fn push_variant<M: Memory>(&mut self, variant: &VariantPlan, memory: &M, at: usize) -> Outcome {
        let case = read_tag(variant.tag, variant.payloads.len(), memory, at)?;
        let payload = &variant.payloads[case];
        self.frame.push_table_for(1 + usize::from(payload.is_some()));
        self.push_name(TAG);
        self.push_name(variant.cases.first + case as c_int);
        self.frame.raw_set(-3);
        if let Some(payload) = payload {
            self.push_name(VALUE);
            let pushed = self.push(payload, memory, at + variant.offset);
            pushed.map_err(|error| error.at(variant.names()[case]))?;
            self.frame.raw_set(-3);
        }
        Ok(())
    }

    fn push_flags<M: Memory>(&mut self, flags: &FlagsPlan, memory: &M, at: usize) -> Outcome {
        self.frame.push_table();
        for byte_index in 0..flags.bytes {
            // On a little-endian machine bit n of a word of any size is bit n % 8 of its byte n / 8.
            let [byte] = memory.read(at + byte_index)?;
            for bit in (0..8).filter(|bit| byte & 1 << bit != 0).map(|bit| byte_index * 8 + bit) {
                if bit >= flags.count {
                    return Err(Problem::NotFlag { bit, flags: flags.count }.into());
                }
                self.push_name(flags.cases.first + bit as c_int);
                self.frame.push_boolean(true);
                self.frame.raw_set(-3);
            }
        }
        Ok(())
    }

    /// A list as it stands in memory, whose values are paid for.
    fn slice<M: Memory>(
        &mut self,
        memory: &M,
        at: usize,
        size: usize,
        align: usize,
    ) -> Result<(usize, usize), Problem> {
        let (address, len) = slice_at(memory, size, align, at)?;
        self.spend(len * size)?;
        Ok((address, len))
    }

    /// The step of an error's path that a field is.
    #[cold]
    pub(super) fn field_step(&self, name: c_int) -> Step {
        self.push_name(name);
        let step = Step::from(&*self.frame.text(-1));
        self.frame.pop(1);
        step
    }
}

fn read_tag<M: Memory>(
    size: TagSize,
    cases: usize,
    memory: &M,
    at: usize,
) -> Result<usize, Problem> {
    let tag = match size {
        TagSize::One => u8::from_ne_bytes(memory.read(at)?).into(),
        TagSize::Two => u16::from_ne_bytes(memory.read(at)?).into(),
        TagSize::Four => u32::from_ne_bytes(memory.read(at)?),
    };
    let index = tag as usize;
    if index < cases { Ok(index) } else { Err(Problem::NotCase { tag, cases }) }
}
