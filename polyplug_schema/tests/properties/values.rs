//! Random values of a type, in the form that lifting gives them: bytes as bytes, fields and flags in
//! order. So two of them are the same exactly when they print the same.

use polyplug_schema::{FlagsType, Type, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;

/// A type and `count` values of it.
pub(crate) fn typed_values(count: usize) -> impl Strategy<Value = (Type, Vec<Value>)> {
    crate::types::types().prop_flat_map(move |ty| {
        let values = vec(values(&ty), count);
        (Just(ty), values)
    })
}

/// A value of `ty`.
pub(crate) fn values(ty: &Type) -> BoxedStrategy<Value> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::S8 => any::<i8>().prop_map(Value::S8).boxed(),
        Type::U8 => any::<u8>().prop_map(Value::U8).boxed(),
        Type::S16 => any::<i16>().prop_map(Value::S16).boxed(),
        Type::U16 => any::<u16>().prop_map(Value::U16).boxed(),
        Type::S32 => any::<i32>().prop_map(Value::S32).boxed(),
        Type::U32 => any::<u32>().prop_map(Value::U32).boxed(),
        Type::S64 => any::<i64>().prop_map(Value::S64).boxed(),
        Type::U64 => any::<u64>().prop_map(Value::U64).boxed(),
        Type::F32 => proptest::num::f32::ANY.prop_map(Value::F32).boxed(),
        Type::F64 => proptest::num::f64::ANY.prop_map(Value::F64).boxed(),
        Type::Char => any::<char>().prop_map(Value::Char).boxed(),
        Type::String => vec(any::<char>(), 0..8)
            .prop_map(|chars| Value::String(chars.into_iter().collect()))
            .boxed(),
        Type::List(list) => elements(list.element(), 0..4),
        Type::FixedList(list) => elements(list.element(), list.len()..list.len() + 1),
        Type::Option(option) => {
            let some = payload(Some(option.some())).prop_map(Value::Option);
            prop_oneof![1 => Just(Value::none()), 3 => some].boxed()
        }
        Type::Result(result) => {
            let ok = payload(result.ok()).prop_map(|ok| Value::Result(Ok(ok)));
            let err = payload(result.err()).prop_map(|err| Value::Result(Err(err)));
            prop_oneof![ok, err].boxed()
        }
        Type::Tuple(tuple) => {
            let elements: Vec<_> = tuple.elements().iter().map(|e| values(&e.ty)).collect();
            elements.prop_map(Value::Tuple).boxed()
        }
        Type::Record(record) => {
            let fields = record.fields().iter();
            let fields: Vec<_> =
                fields.map(|field| (Just(Arc::clone(&field.name)), values(&field.ty))).collect();
            fields.prop_map(Value::Record).boxed()
        }
        Type::Variant(variant) => {
            let variant = Arc::clone(variant);
            let cases = 0..variant.cases().len();
            cases
                .prop_flat_map(move |case| {
                    let case = &variant.cases()[case];
                    (Just(Arc::clone(&case.name)), payload(case.ty.as_ref()))
                })
                .prop_map(|(name, payload)| Value::Variant(name, payload))
                .boxed()
        }
        Type::Enum(enumeration) => {
            let enumeration = Arc::clone(enumeration);
            let cases = 0..enumeration.cases().len();
            cases.prop_map(move |case| Value::Enum(Arc::clone(&enumeration.cases()[case]))).boxed()
        }
        Type::Flags(flags) => set_flags(Arc::clone(flags)),
    }
}

fn elements(element: &Type, count: std::ops::Range<usize>) -> BoxedStrategy<Value> {
    if *element == Type::U8 {
        return vec(any::<u8>(), count).prop_map(Value::Bytes).boxed();
    }
    vec(values(element), count).prop_map(Value::List).boxed()
}

fn payload(ty: Option<&Type>) -> BoxedStrategy<Option<Box<Value>>> {
    match ty {
        Some(ty) => values(ty).prop_map(|value| Some(Box::new(value))).boxed(),
        None => Just(None).boxed(),
    }
}

fn set_flags(flags: Arc<FlagsType>) -> BoxedStrategy<Value> {
    let set = vec(any::<bool>(), flags.flags().len());
    set.prop_map(move |set| {
        let names = flags.flags().iter().zip(set).filter(|(_, is_set)| *is_set);
        Value::Flags(names.map(|(name, _)| Arc::clone(name)).collect())
    })
    .boxed()
}

/// Fails unless the two values are the same, NaNs and zeroes with a sign included.
pub(crate) fn assert_same(got: &Value, expected: &Value) -> Result<(), TestCaseError> {
    prop_assert_eq!(format!("{got:?}"), format!("{expected:?}"));
    Ok(())
}
