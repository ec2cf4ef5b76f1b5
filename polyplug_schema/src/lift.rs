//! From memory in the C layout to values. Nothing that stands in memory is believed.

pub(crate) mod stored;

use crate::memory::Memory;
use crate::path::{Root, Step};
use crate::value_error::{Problem, ValueError};
use crate::value_type::{
    FlagsType, OptionType, RecordType, ResultType, TagSize, TupleType, VariantType,
};
use crate::{Function, Type, Value};
use std::str;
use std::sync::Arc;

/// How much memory one value may take when it is lifted, if nothing else is said.
pub const DEFAULT_LIMIT: usize = 256 << 20;

/// Reads the value at `address`, which is in the layout of `ty`. It takes at most `limit` bytes.
///
/// # Errors
/// What stands there is not a value of the type: a bool that is neither 0 nor 1, a char that is none,
/// a case that does not exist, a bit that stands for no flag, text that is not UTF-8, a null pointer
/// with a length, a pointer that is not aligned, a length that no memory has; or it is too large.
pub fn lift<M: Memory>(
    ty: &Type,
    address: usize,
    memory: &M,
    limit: usize,
) -> Result<Value, ValueError> {
    Lift { memory, limit, left: limit }.value(ty, address)
}

struct Lift<'a, M> {
    memory: &'a M,
    limit: usize,
    /// How many bytes the rest of the value may still take.
    left: usize,
}

impl<M: Memory> Lift<'_, M> {
    fn value(&mut self, ty: &Type, at: usize) -> Result<Value, ValueError> {
        Ok(match ty {
            Type::Bool => Value::Bool(stored::boolean(self.memory, at)?),
            Type::S8 => Value::S8(i8::from_ne_bytes(self.memory.read(at)?)),
            Type::U8 => Value::U8(u8::from_ne_bytes(self.memory.read(at)?)),
            Type::S16 => Value::S16(i16::from_ne_bytes(self.memory.read(at)?)),
            Type::U16 => Value::U16(u16::from_ne_bytes(self.memory.read(at)?)),
            Type::S32 => Value::S32(i32::from_ne_bytes(self.memory.read(at)?)),
            Type::U32 => Value::U32(u32::from_ne_bytes(self.memory.read(at)?)),
            Type::S64 => Value::S64(i64::from_ne_bytes(self.memory.read(at)?)),
            Type::U64 => Value::U64(u64::from_ne_bytes(self.memory.read(at)?)),
            Type::F32 => Value::F32(f32::from_ne_bytes(self.memory.read(at)?)),
            Type::F64 => Value::F64(f64::from_ne_bytes(self.memory.read(at)?)),
            Type::Char => Value::Char(stored::character(self.memory, at)?),
            Type::String => Value::String(self.string(at)?),
            Type::List(list) => self.list(list.element(), at)?,
            Type::FixedList(list) => self.elements(list.element(), list.len(), at)?,
            Type::Option(option) => self.option(option, at)?,
            Type::Result(result) => self.result(result, at)?,
            Type::Tuple(tuple) => self.tuple(tuple, at)?,
            Type::Record(record) => self.record(record, at)?,
            Type::Variant(variant) => self.variant(variant, at)?,
            Type::Enum(enumeration) => {
                let cases = enumeration.cases();
                Value::Enum(Arc::clone(
                    &cases[stored::tag(self.memory, enumeration.tag(), cases.len(), at)?],
                ))
            }
            Type::Flags(flags) => self.flags(flags, at)?,
        })
    }

    /// Takes `size` bytes of what the whole value may take.
    fn spend(&mut self, size: usize) -> Result<(), Problem> {
        self.left = self.left.checked_sub(size).ok_or(Problem::LimitReached(self.limit))?;
        Ok(())
    }

    /// An empty vector with room for `len` elements, which are paid for.
    fn room<T>(&mut self, len: usize) -> Result<Vec<T>, Problem> {
        let size = len.checked_mul(size_of::<T>()).ok_or(Problem::LimitReached(self.limit))?;
        self.spend(size)?;
        let mut room = Vec::new();
        room.try_reserve_exact(len).map_err(|_| Problem::OutOfMemory(size))?;
        Ok(room)
    }

    fn copy(&mut self, address: usize, len: usize) -> Result<Vec<u8>, Problem> {
        if len == 0 {
            return Ok(Vec::new());
        }
        let mut copy = self.room(len)?;
        copy.extend_from_slice(self.memory.bytes(address, len)?);
        Ok(copy)
    }

    fn string(&mut self, at: usize) -> Result<String, ValueError> {
        let (address, len) = stored::slice_at(self.memory, 1, 1, at)?;
        if len == 0 {
            return Ok(String::new());
        }
        self.spend(len)?;
        let bytes = self.memory.bytes(address, len)?;
        let text = str::from_utf8(bytes).map_err(|error| Problem::NotUtf8(error.valid_up_to()))?;
        Ok(text.to_owned())
    }

    fn list(&mut self, element: &Type, at: usize) -> Result<Value, ValueError> {
        let layout = element.layout();
        let (address, len) = stored::slice_at(self.memory, layout.size, layout.align, at)?;
        self.elements(element, len, address)
    }

    fn elements(&mut self, element: &Type, len: usize, at: usize) -> Result<Value, ValueError> {
        if matches!(element, Type::U8) {
            return Ok(Value::Bytes(self.copy(at, len)?));
        }
        let size = element.layout().size;
        let mut values = self.room(len)?;
        for index in 0..len {
            let value = self.value(element, at + index * size);
            values.push(value.map_err(|error| error.at(index))?);
        }
        Ok(Value::List(values))
    }

    fn option(&mut self, option: &OptionType, at: usize) -> Result<Value, ValueError> {
        if stored::tag(self.memory, TagSize::One, 2, at)? == 0 {
            return Ok(Value::Option(None));
        }
        let payload_at = at + option.payload_offset();
        Ok(Value::Option(self.payload(Some(option.some()), payload_at, || "some".into())?))
    }

    fn result(&mut self, result: &ResultType, at: usize) -> Result<Value, ValueError> {
        let payload_at = at + result.payload_offset();
        Ok(Value::Result(match stored::tag(self.memory, TagSize::One, 2, at)? {
            0 => Ok(self.payload(result.ok(), payload_at, || "ok".into())?),
            _ => Err(self.payload(result.err(), payload_at, || "err".into())?),
        }))
    }

    fn tuple(&mut self, tuple: &TupleType, at: usize) -> Result<Value, ValueError> {
        let mut values = self.room(tuple.elements().len())?;
        for (index, element) in tuple.elements().iter().enumerate() {
            let value = self.value(&element.ty, at + element.offset);
            values.push(value.map_err(|error| error.at(index))?);
        }
        Ok(Value::Tuple(values))
    }

    fn record(&mut self, record: &RecordType, at: usize) -> Result<Value, ValueError> {
        let mut values = self.room(record.fields().len())?;
        for field in record.fields() {
            let value = self.value(&field.ty, at + field.offset);
            let value = value.map_err(|error| error.at(&field.name))?;
            values.push((Arc::clone(&field.name), value));
        }
        Ok(Value::Record(values))
    }

    fn variant(&mut self, variant: &VariantType, at: usize) -> Result<Value, ValueError> {
        let cases = variant.cases();
        let case = &cases[stored::tag(self.memory, variant.tag(), cases.len(), at)?];
        let payload_at = at + variant.payload_offset();
        let payload = self.payload(case.ty.as_ref(), payload_at, || (&case.name).into())?;
        Ok(Value::Variant(Arc::clone(&case.name), payload))
    }

    fn payload(
        &mut self,
        ty: Option<&Type>,
        at: usize,
        step: impl Fn() -> Step,
    ) -> Result<Option<Box<Value>>, ValueError> {
        let Some(ty) = ty else { return Ok(None) };
        self.spend(size_of::<Value>())?;
        let value = self.value(ty, at).map_err(|error| error.at(step()))?;
        Ok(Some(Box::new(value)))
    }

    fn flags(&mut self, flags: &FlagsType, at: usize) -> Result<Value, ValueError> {
        let bits = stored::bits(self.memory, flags, at)?;
        let names = flags.flags().iter().enumerate();
        let set = names.filter(|(bit, _)| bits & 1 << bit != 0);
        let set: Vec<_> = set.map(|(_, name)| Arc::clone(name)).collect();
        self.spend(set.capacity() * size_of::<Arc<str>>())?;
        Ok(Value::Flags(set))
    }
}

impl Function {
    /// Reads the arguments at `address`, which together take at most `limit` bytes. The address is not
    /// used if there is no parameter.
    ///
    /// # Errors
    /// One of them is not a value of its type, or together they are too large.
    pub fn lift_arguments<M: Memory>(
        &self,
        address: usize,
        memory: &M,
        limit: usize,
    ) -> Result<Vec<Value>, ValueError> {
        let mut arguments = Vec::with_capacity(self.parameters().len());
        self.lift_arguments_into(&mut arguments, address, memory, limit)?;
        Ok(arguments)
    }

    /// As [`Function::lift_arguments`], in place of what `arguments` held. With room in it, numbers,
    /// characters, enums and truth values are read without any allocation.
    ///
    /// # Errors
    /// As [`Function::lift_arguments`]; `arguments` holds those in front of the wrong one.
    pub fn lift_arguments_into<M: Memory>(
        &self,
        arguments: &mut Vec<Value>,
        address: usize,
        memory: &M,
        limit: usize,
    ) -> Result<(), ValueError> {
        arguments.clear();
        let mut lift = Lift { memory, limit, left: limit };
        for parameter in self.parameters() {
            let value = lift.value(&parameter.ty, address + parameter.offset);
            arguments.push(
                value.map_err(|error| error.under(Root::Parameter(Arc::clone(&parameter.name))))?,
            );
        }
        Ok(())
    }

    /// Reads the result at `address`, which takes at most `limit` bytes; `None` if the function has
    /// none, and the address is not used then.
    ///
    /// # Errors
    /// What stands there is not a value of the result's type, or it is too large.
    pub fn lift_result<M: Memory>(
        &self,
        address: usize,
        memory: &M,
        limit: usize,
    ) -> Result<Option<Value>, ValueError> {
        let lifted = self.result().map(|ty| lift(ty, address, memory, limit)).transpose();
        lifted.map_err(|error| error.under(Root::Result))
    }
}

#[cfg(test)]
mod tests;
