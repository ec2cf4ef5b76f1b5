//! How values are carried between a contract's memory and a guest's: compiled once for each function,
//! walked at each call.
//!
//! A value has two layouts: the contract's, with pointers of 8 bytes, and the guest's, with pointers of
//! 4. Where a type has no pointer the two are the same bytes, and one copy carries the value.

mod compile;
mod function;

pub(crate) use function::{FunctionPlan, Passing};

use polyplug::schema::{Layout, Step, TagSize};

/// How values of one type are carried.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    /// In the memory of this process.
    pub(crate) native: Layout,
    /// In the memory of a guest.
    pub(crate) guest: Layout,
    /// How many values of WebAssembly it is when it is passed by itself.
    pub(crate) flat: usize,
    /// The bytes are the same on both sides, and none of them is a hole, in which something might stand
    /// that the guest must not see.
    pub(crate) is_same: bool,
    /// Every pattern of bits is a value.
    pub(crate) is_any: bool,
    /// There is a string or a list in it.
    pub(crate) owns_memory: bool,
}

/// What is done for a value.
#[derive(Debug)]
pub(crate) enum Kind {
    Number(Number),
    Bool,
    Char,
    /// One bit for each of so many flags.
    Flags(u32),
    Text,
    List(Box<Plan>),
    Elements(Box<Plan>, usize),
    Parts(Box<[Part]>),
    Cases(Cases),
}

/// A number, by what it becomes when it is passed by itself: it is extended to a value of WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Unsigned(Width),
    Signed(Width),
}

/// How many bytes a number has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    One,
    Two,
    Four,
    Eight,
}

/// A field, an element of a tuple or a parameter.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) plan: Plan,
    /// In bytes from the start of the whole, on each side.
    pub(crate) native: usize,
    pub(crate) guest: usize,
    /// How messages name it.
    pub(crate) step: Step,
}

/// A tag and what belongs to each of its values: a variant, an option, a result, an enum.
#[derive(Debug)]
pub(crate) struct Cases {
    pub(crate) tag: TagSize,
    pub(crate) cases: Box<[Case]>,
    /// Where the value of a case stands, in bytes from the tag, on each side.
    pub(crate) native: usize,
    pub(crate) guest: usize,
}

/// One value of a tag.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) payload: Option<Plan>,
    pub(crate) step: Step,
}

/// A pointer and a length in a guest.
pub(crate) const GUEST_SLICE: Layout = Layout { size: 8, align: 4 };
