//! A type that an interface declares or takes over, with the comments of its WIT file.

use crate::Type;

/// A type with a name of its own, as its interface declares it.
#[derive(Clone, Debug)]
pub struct NamedType {
    /// The record, variant, enum or flags.
    pub ty: Type,
    /// The comment above it.
    pub docs: Option<Box<str>>,
    /// The comment above each of its fields, cases or flags, in order.
    pub member_docs: Box<[Option<Box<str>>]>,
}
