//! Lists of a fixed length: the elements in place.

use crate::{Lift, Lifting, Lower, NoMemory, Place, Problem, Typed};
use std::mem::MaybeUninit;

// SAFETY: an array of C, and of Rust.
unsafe impl<T: Typed, const N: usize> Typed for [T; N] {
    type Raw = [T::Raw; N];
    const SAME: bool = T::SAME;
    const ANY: bool = T::ANY;
    const POINTS: bool = T::POINTS;
}

impl<T: Lower, const N: usize> Lower for [T; N] {
    fn lower<P: Place>(&self, place: &mut P) -> Result<Self::Raw, NoMemory> {
        let mut raw = [const { MaybeUninit::uninit() }; N];
        for (item, place_of_it) in self.iter().zip(&mut raw) {
            place_of_it.write(item.lower(place)?);
        }
        // SAFETY: all of them were written.
        Ok(raw.map(|item| unsafe { item.assume_init() }))
    }
}

impl<'a, T: Lift<'a>, const N: usize> Lift<'a> for [T; N] {
    unsafe fn lift(raw: &Self::Raw, lifting: &mut Lifting) -> Result<Self, Problem> {
        lifting.spend(N, size_of::<T>())?;
        let mut values = Vec::with_capacity(N);
        for item in raw {
            // SAFETY: the caller's promise.
            values.push(unsafe { T::lift(item, lifting) }?);
        }
        values.try_into().map_err(|_| Problem::NoSuchLength(N))
    }
}
