//! Results: 0 and the value, or 1 and the error.

use crate::{Lift, Lifting, Lower, NoMemory, Place, Problem, Typed};

/// A result in memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RawResult<T: Copy, E: Copy> {
    is_err: u8,
    value: Either<T, E>,
}

#[repr(C)]
#[derive(Clone, Copy)]
union Either<T: Copy, E: Copy> {
    ok: T,
    err: E,
}

// SAFETY: tag, then the value where the more aligned one may stand.
unsafe impl<T: Typed, E: Typed> Typed for Result<T, E> {
    type Raw = RawResult<T::Raw, E::Raw>;
    const POINTS: bool = T::POINTS || E::POINTS;
}

impl<T: Lower, E: Lower> Lower for Result<T, E> {
    fn lower<P: Place>(&self, place: &mut P) -> Result<Self::Raw, NoMemory> {
        Ok(match self {
            Ok(value) => RawResult { is_err: 0, value: Either { ok: value.lower(place)? } },
            Err(error) => RawResult { is_err: 1, value: Either { err: error.lower(place)? } },
        })
    }
}

impl<'a, T: Lift<'a>, E: Lift<'a>> Lift<'a> for Result<T, E> {
    unsafe fn lift(raw: &Self::Raw, lifting: &mut Lifting) -> Result<Self, Problem> {
        // SAFETY: nothing is behind a bool.
        if unsafe { bool::lift(&raw.is_err, lifting) }? {
            // SAFETY: whoever wrote the tag wrote the error, and any bits are one.
            let error = unsafe { &raw.value.err };
            // SAFETY: the caller's promise.
            return unsafe { E::lift(error, lifting) }.map(Err);
        }
        // SAFETY: as above.
        let value = unsafe { &raw.value.ok };
        // SAFETY: the caller's promise.
        unsafe { T::lift(value, lifting) }.map(Ok)
    }
}
