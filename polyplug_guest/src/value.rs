//! What crosses between a plugin and its callers, and in which layout.

use crate::error::Error;
use crate::host;
use polyplug_abi::{AbiErrorCode, StringView};

/// Plain data, which crosses as it is.
///
/// # Safety
/// - The type is `repr(C)`, `repr(transparent)` or primitive.
/// - Every bit pattern is a value of it: no references, no enums, no `bool`, no `char`.
pub unsafe trait Plain: Copy + 'static {}

macro_rules! plain {
    ($($type:ty)*) => {
        // SAFETY: numbers take any bits.
        $(unsafe impl Plain for $type {})*
    };
}
plain!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);

// SAFETY: an array is laid out as its elements are.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}

/// A parameter of a contract's function: plain data, `bool`, `&str`.
///
/// # Safety
/// - `At<'a>` is the type itself, with `'a` for its lifetime.
pub unsafe trait Argument: Sized {
    /// How the caller passes it.
    type Wire: Copy;
    /// The type, for as long as the call.
    type At<'a>;

    /// The value that the caller passed.
    ///
    /// # Errors
    /// What was passed is no such value.
    ///
    /// # Safety
    /// - What `wire` points at, if it does, lives for `'a`.
    unsafe fn unpack<'a>(wire: Self::Wire) -> Result<Self::At<'a>, Error>;
}

// SAFETY: plain data has no lifetime.
unsafe impl<T: Plain> Argument for T {
    type Wire = T;
    type At<'a> = T;

    #[inline]
    unsafe fn unpack<'a>(wire: T) -> Result<Self::At<'a>, Error> {
        Ok(wire)
    }
}

// SAFETY: no lifetime.
unsafe impl Argument for bool {
    type Wire = u8;
    type At<'a> = Self;

    #[inline]
    unsafe fn unpack<'a>(wire: u8) -> Result<Self::At<'a>, Error> {
        Ok(wire != 0)
    }
}

// SAFETY: with its lifetime.
unsafe impl Argument for &str {
    type Wire = StringView;
    type At<'a> = &'a str;

    #[inline]
    unsafe fn unpack<'a>(wire: StringView) -> Result<&'a str, Error> {
        if wire.ptr.is_null() {
            return Ok("");
        }
        // SAFETY: the caller's promise.
        let bytes = unsafe { std::slice::from_raw_parts(wire.ptr, wire.len) };
        std::str::from_utf8(bytes)
            .map_err(|error| Error::of_kind(AbiErrorCode::InvalidArgument, error.to_string()))
    }
}

/// A result of a contract's function: nothing, plain data, `bool`, text, or a `Result` of these.
pub trait Output {
    /// Whether the caller has to say where it goes.
    const HAS_PLACE: bool = true;

    /// Writes it to where the caller wants it.
    ///
    /// # Errors
    /// The function failed, or there is no memory for a text.
    ///
    /// # Safety
    /// - `out` is valid for writing what the contract says.
    unsafe fn deliver(self, out: *mut ()) -> Result<(), Error>;
}

impl<T: Plain> Output for T {
    #[inline]
    unsafe fn deliver(self, out: *mut ()) -> Result<(), Error> {
        // SAFETY: the caller's promise.
        unsafe { out.cast::<T>().write(self) };
        Ok(())
    }
}

impl Output for () {
    const HAS_PLACE: bool = false;

    #[inline]
    unsafe fn deliver(self, _: *mut ()) -> Result<(), Error> {
        Ok(())
    }
}

impl Output for bool {
    #[inline]
    unsafe fn deliver(self, out: *mut ()) -> Result<(), Error> {
        // SAFETY: the caller's promise.
        unsafe { out.cast::<u8>().write(u8::from(self)) };
        Ok(())
    }
}

impl Output for &'static str {
    unsafe fn deliver(self, out: *mut ()) -> Result<(), Error> {
        let text = host::result_text(self)?;
        // SAFETY: the caller's promise.
        unsafe { out.cast::<StringView>().write(text) };
        Ok(())
    }
}

impl Output for String {
    unsafe fn deliver(self, out: *mut ()) -> Result<(), Error> {
        let text = host::result_text(&self)?;
        // SAFETY: the caller's promise.
        unsafe { out.cast::<StringView>().write(text) };
        Ok(())
    }
}

impl<T: Output, E: Into<Error>> Output for Result<T, E> {
    const HAS_PLACE: bool = T::HAS_PLACE;

    #[inline]
    unsafe fn deliver(self, out: *mut ()) -> Result<(), Error> {
        // SAFETY: the caller's promise.
        unsafe { self.map_err(E::into)?.deliver(out) }
    }
}
