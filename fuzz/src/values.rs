//! Random values of a type.

use arbitrary::{Result, Unstructured};
use polyplug_schema::{Function, Type, Value};
use std::sync::Arc;

/// The longest list or text.
const LONGEST: u8 = 40;

/// Arguments of a function. Where the bytes have ended, they are zeroes and empty.
///
/// # Errors
/// None that more bytes would not mend.
pub(crate) fn arguments(function: &Function, bytes: &mut Unstructured<'_>) -> Result<Vec<Value>> {
    function.parameters().iter().map(|parameter| value(&parameter.ty, bytes)).collect()
}

fn value(ty: &Type, bytes: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match ty {
        Type::Bool => Value::Bool(bytes.arbitrary()?),
        Type::S8 => Value::S8(bytes.arbitrary()?),
        Type::U8 => Value::U8(bytes.arbitrary()?),
        Type::S16 => Value::S16(bytes.arbitrary()?),
        Type::U16 => Value::U16(bytes.arbitrary()?),
        Type::S32 => Value::S32(bytes.arbitrary()?),
        Type::U32 => Value::U32(bytes.arbitrary()?),
        Type::S64 => Value::S64(bytes.arbitrary()?),
        Type::U64 => Value::U64(bytes.arbitrary()?),
        Type::F32 => Value::F32(bytes.arbitrary()?),
        Type::F64 => Value::F64(bytes.arbitrary()?),
        Type::Char => Value::Char(bytes.arbitrary()?),
        Type::String => {
            let count = length(bytes)?;
            Value::String((0..count).map(|_| bytes.arbitrary::<char>()).collect::<Result<_>>()?)
        }
        Type::List(list) => {
            let count = length(bytes)?;
            Value::List(several(list.element(), count, bytes)?)
        }
        Type::FixedList(list) => Value::List(several(list.element(), list.len(), bytes)?),
        Type::Option(option) => Value::Option(match bytes.arbitrary()? {
            true => payload(Some(option.some()), bytes)?,
            false => None,
        }),
        Type::Result(result) => Value::Result(match bytes.arbitrary()? {
            true => Ok(payload(result.ok(), bytes)?),
            false => Err(payload(result.err(), bytes)?),
        }),
        Type::Tuple(tuple) => {
            let elements = tuple.elements().iter().map(|element| value(&element.ty, bytes));
            Value::Tuple(elements.collect::<Result<_>>()?)
        }
        Type::Record(record) => {
            let fields = record.fields().iter();
            let fields =
                fields.map(|field| Ok((Arc::clone(&field.name), value(&field.ty, bytes)?)));
            Value::Record(fields.collect::<Result<_>>()?)
        }
        Type::Variant(variant) => {
            let case = bytes.choose(variant.cases())?;
            Value::Variant(Arc::clone(&case.name), payload(case.ty.as_ref(), bytes)?)
        }
        Type::Enum(enumeration) => Value::Enum(Arc::clone(bytes.choose(enumeration.cases())?)),
        Type::Flags(flags) => {
            let set: u32 = bytes.arbitrary()?;
            let names = flags.flags().iter().enumerate();
            let names = names.filter(|(at, _)| set >> (at % 32) & 1 == 1);
            Value::Flags(names.map(|(_, name)| Arc::clone(name)).collect())
        }
    })
}

fn length(bytes: &mut Unstructured<'_>) -> Result<usize> {
    bytes.int_in_range(0..=LONGEST).map(usize::from)
}

fn several(ty: &Type, count: usize, bytes: &mut Unstructured<'_>) -> Result<Vec<Value>> {
    (0..count).map(|_| value(ty, bytes)).collect()
}

fn payload(ty: Option<&Type>, bytes: &mut Unstructured<'_>) -> Result<Option<Box<Value>>> {
    ty.map(|ty| value(ty, bytes).map(Box::new)).transpose()
}
