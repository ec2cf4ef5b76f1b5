//! Numbers, truth values, characters, and nothing.

use crate::{Lift, Lifting, Lower, NoMemory, Place, Problem, Typed};

/// A number: any bits are one.
pub trait Number: Typed<Raw = Self> + Lower + for<'a> Lift<'a> + Copy + 'static {}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        // SAFETY: numbers are C's numbers, and take any bits.
        unsafe impl Typed for $number {
            type Raw = Self;
            const SAME: bool = true;
            const ANY: bool = true;
        }

        impl Lower for $number {
            #[inline(always)]
            fn lower<P: Place>(&self, _: &mut P) -> Result<Self, NoMemory> {
                Ok(*self)
            }
        }

        impl Lift<'_> for $number {
            #[inline(always)]
            unsafe fn lift(raw: &Self, _: &mut Lifting) -> Result<Self, Problem> {
                Ok(*raw)
            }
        }

        impl Number for $number {}
    )*};
}
numbers!(u8 u16 u32 u64 i8 i16 i32 i64 f32 f64);

// SAFETY: a bool is one byte, 0 or 1.
unsafe impl Typed for bool {
    type Raw = u8;
    const SAME: bool = true;
}

impl Lower for bool {
    #[inline]
    fn lower<P: Place>(&self, _: &mut P) -> Result<u8, NoMemory> {
        Ok(u8::from(*self))
    }
}

impl Lift<'_> for bool {
    #[inline]
    unsafe fn lift(raw: &u8, _: &mut Lifting) -> Result<Self, Problem> {
        match *raw {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Problem::NotBool(other)),
        }
    }
}

// SAFETY: a char is its number, in four bytes.
unsafe impl Typed for char {
    type Raw = u32;
    const SAME: bool = true;
}

impl Lower for char {
    #[inline]
    fn lower<P: Place>(&self, _: &mut P) -> Result<u32, NoMemory> {
        Ok(u32::from(*self))
    }
}

impl Lift<'_> for char {
    #[inline]
    unsafe fn lift(raw: &u32, _: &mut Lifting) -> Result<Self, Problem> {
        Self::from_u32(*raw).ok_or(Problem::NotChar(*raw))
    }
}

// SAFETY: nothing has no layout.
unsafe impl Typed for () {
    type Raw = ();
}

impl Lower for () {
    #[inline]
    fn lower<P: Place>(&self, _: &mut P) -> Result<(), NoMemory> {
        Ok(())
    }
}

impl Lift<'_> for () {
    #[inline]
    unsafe fn lift(_: &(), _: &mut Lifting) -> Result<Self, Problem> {
        Ok(())
    }
}
