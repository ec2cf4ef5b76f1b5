//! Options: 0, or 1 and the value.

use crate::{Lift, Lifting, Lower, NoMemory, Place, Problem, Typed};
use std::mem::MaybeUninit;

/// An option in memory.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RawOption<T: Copy> {
    is_some: u8,
    value: MaybeUninit<T>,
}

// SAFETY: tag, then the value at its alignment; without one, its bytes are any.
unsafe impl<T: Typed> Typed for Option<T> {
    type Raw = RawOption<T::Raw>;
    const POINTS: bool = T::POINTS;
}

impl<T: Lower> Lower for Option<T> {
    #[inline]
    fn lower<P: Place>(&self, place: &mut P) -> Result<Self::Raw, NoMemory> {
        match self {
            None => Ok(RawOption { is_some: 0, value: MaybeUninit::zeroed() }),
            Some(value) => {
                Ok(RawOption { is_some: 1, value: MaybeUninit::new(value.lower(place)?) })
            }
        }
    }
}

impl<'a, T: Lift<'a>> Lift<'a> for Option<T> {
    #[inline]
    unsafe fn lift(raw: &Self::Raw, lifting: &mut Lifting) -> Result<Self, Problem> {
        // SAFETY: nothing is behind a bool.
        if !unsafe { bool::lift(&raw.is_some, lifting) }? {
            return Ok(None);
        }
        // SAFETY: whoever wrote the tag wrote the value, and any bits are one.
        let value = unsafe { raw.value.assume_init_ref() };
        // SAFETY: the caller's promise.
        unsafe { T::lift(value, lifting) }.map(Some)
    }
}
