//! Random types.

use polyplug_schema::Type;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Names of members: some are words of C, of WIT or of WAVE.
const LABELS: [&str; 24] = [
    "a",
    "b",
    "c1",
    "d-e",
    "d",
    "e",
    "max-speed",
    "default",
    "int",
    "class",
    "record",
    "u8",
    "list",
    "true",
    "none",
    "ok",
    "err",
    "inf",
    "nan",
    "value",
    "tag",
    "items",
    "len",
    "HTTP-code",
];

const TYPE_NAMES: [&str; 8] =
    ["point", "list-u8", "option-u32", "t", "shape", "rigid-body", "string", "tuple-u8-u8"];

/// A type of any kind, nested up to five deep.
pub(crate) fn types() -> BoxedStrategy<Type> {
    let leaf = prop_oneof![12 => scalars(), 3 => Just(Type::String), 2 => enums(), 2 => flags()];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            4 => inner.clone().prop_map(|ty| Type::list(ty).unwrap()),
            4 => (inner.clone(), 1..5u32).prop_map(|(ty, len)| Type::fixed_list(ty, len).unwrap()),
            4 => inner.clone().prop_map(|ty| Type::option(ty).unwrap()),
            4 => (maybe(&inner), maybe(&inner)).prop_map(|(ok, err)| Type::result(ok, err).unwrap()),
            4 => vec(inner.clone(), 1..5).prop_map(|types| Type::tuple(types).unwrap()),
            4 => (name(), labels(1..6), vec(inner.clone(), 6)).prop_map(|(name, labels, types)| {
                Type::record(name, labels.into_iter().zip(types)).unwrap()
            }),
            4 => (name(), labels(1..6), vec(maybe(&inner), 6)).prop_map(|(name, labels, types)| {
                Type::variant(name, labels.into_iter().zip(types)).unwrap()
            }),
            1 => (proptest::option::of(scalars()), 255..260usize).prop_map(|(ty, count)| {
                let cases = (0..count).map(|at| format!("c{at}"));
                Type::variant(None, cases.map(|case| (case, ty.clone()))).unwrap()
            }),
        ]
    })
    .boxed()
}

fn scalars() -> impl Strategy<Value = Type> {
    select(vec![
        Type::Bool,
        Type::S8,
        Type::U8,
        Type::S16,
        Type::U16,
        Type::S32,
        Type::U32,
        Type::S64,
        Type::U64,
        Type::F32,
        Type::F64,
        Type::Char,
    ])
}

fn enums() -> impl Strategy<Value = Type> {
    let few = (name(), labels(1..LABELS.len()))
        .prop_map(|(name, labels)| Type::enumeration(name, labels).unwrap());
    let many = (254..300usize)
        .prop_map(|count| Type::enumeration(None, (0..count).map(|at| format!("c{at}"))).unwrap());
    prop_oneof![9 => few, 1 => many]
}

fn flags() -> impl Strategy<Value = Type> {
    let few = (name(), labels(1..LABELS.len()))
        .prop_map(|(name, labels)| Type::flags(name, labels).unwrap());
    let many = (1..33usize)
        .prop_map(|count| Type::flags(None, (0..count).map(|at| format!("f{at}"))).unwrap());
    prop_oneof![few, many]
}

fn maybe(inner: &BoxedStrategy<Type>) -> impl Strategy<Value = Option<Type>> + use<> {
    proptest::option::of(inner.clone())
}

fn name() -> impl Strategy<Value = Option<&'static str>> {
    proptest::option::of(select(&TYPE_NAMES[..]))
}

fn labels(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(&LABELS[..], count).prop_shuffle()
}
