//! A type, its raw twin, and the way from one to the other.

use crate::{Lifting, NoMemory, Place, Problem};

/// A type of Rust that stands for a type of WIT.
///
/// # Safety
/// - `Raw` has the C layout of that type, and every pattern of bits is a value of it.
/// - If `SAME`, the type has the layout of `Raw`, and each value of it is a value of `Raw`.
/// - If not `POINTS`, there is no pointer in `Raw` that anybody follows.
pub unsafe trait Typed {
    /// What stands in memory.
    type Raw: Copy;
    /// Whether the type is laid out as its raw twin, so that a slice of it crosses as it is.
    const SAME: bool = false;
    /// Whether every raw value is one of the type, too. Only where `SAME`.
    const ANY: bool = false;
    /// Whether text or lists are part of it.
    const POINTS: bool = false;
}

/// A value that can be written for the other side.
pub trait Lower: Typed {
    /// The raw twin. What it points at is the value's own, or comes from `place`.
    ///
    /// # Errors
    /// There is no memory.
    fn lower<P: Place>(&self, place: &mut P) -> Result<Self::Raw, NoMemory>;
}

/// A value that can be read from the other side; it borrows for `'a` what it does not copy.
pub trait Lift<'a>: Typed + Sized {
    /// The value of a raw twin.
    ///
    /// # Errors
    /// It is no value of the type, or a larger one than `lifting` allows.
    ///
    /// # Safety
    /// - Text and lists that `raw` points at, if their pointers are possible at all, live for `'a`
    ///   and nobody writes them.
    unsafe fn lift(raw: &Self::Raw, lifting: &mut Lifting) -> Result<Self, Problem>;
}

// SAFETY: of a reference, the value behind it crosses.
unsafe impl<T: Typed + ?Sized> Typed for &T {
    type Raw = T::Raw;
    const POINTS: bool = T::POINTS;
}

impl<T: Lower + ?Sized> Lower for &T {
    #[inline]
    fn lower<P: Place>(&self, place: &mut P) -> Result<Self::Raw, NoMemory> {
        T::lower(self, place)
    }
}
