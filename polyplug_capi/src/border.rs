//! What crosses: pointers and texts in, codes and results out, and panics that must not.

use polyplug::embedding;
use polyplug::error::{RegistryError, RuntimeError};
use polyplug::{CallError, DynamicCallError};
use polyplug_abi::{AbiError, AbiErrorCode, ERROR_OK, StringView};
use std::ffi::{CStr, c_char};
use std::panic::{self, AssertUnwindSafe};
use std::slice;

/// The longest text that a caller may pass. A text without its NUL is noticed here, if not before.
const LONGEST_TEXT: usize = 1 << 16;

/// Why a function failed: what it returns, and what the last error says.
pub(crate) struct Failure {
    code: u32,
    /// `None` if the runtime has made it the last error already.
    pub(crate) message: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: AbiErrorCode, message: impl Into<String>) -> Self {
        Self { code: code as u32, message: Some(message.into()) }
    }

    /// A failure with the code of another.
    pub(crate) fn with_code(code: u32, message: String) -> Self {
        Self { code, message: Some(message) }
    }

    /// A null, or an address that cannot be one, for the parameter `what`.
    pub(crate) fn pointer(what: &str, problem: &str) -> Self {
        Self::new(AbiErrorCode::InvalidPointer, format!("`{what}` {problem}"))
    }

    /// A value that the parameter or field `what` does not take.
    pub(crate) fn argument(what: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(AbiErrorCode::InvalidArgument, format!("`{what}` {problem}"))
    }
}

/// The outcome of a function of the runtime's own table.
pub(crate) fn outcome(error: &AbiError) -> Result<(), Failure> {
    match error.code {
        ERROR_OK => Ok(()),
        code => Err(Failure { code, message: None }),
    }
}

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Self {
        match error {
            RuntimeError::Registry(error) => error.into(),
            error => Self { code: error.code(), message: Some(error.to_string()) },
        }
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        if matches!(error, RegistryError::StaleHandle { index: u32::MAX, .. }) {
            return Self::argument("handle", "is the null handle: nothing was found");
        }
        Self { code: error.code(), message: Some(error.to_string()) }
    }
}

impl From<DynamicCallError> for Failure {
    fn from(error: DynamicCallError) -> Self {
        Self { code: error.code(), message: Some(error.to_string()) }
    }
}

impl From<Box<CallError>> for Failure {
    fn from(error: Box<CallError>) -> Self {
        Self { code: error.code, message: Some(error.text()) }
    }
}

/// Runs `body` and answers how it ended, as a code.
pub(crate) fn code(body: impl FnOnce() -> Result<(), Failure>) -> u32 {
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => ERROR_OK,
        Ok(Err(failure)) => keep(failure),
        Err(panic) => panicked(panic),
    }
}

/// Runs `body`; after a failure the answer is `fallback`.
pub(crate) fn value<T>(fallback: T, body: impl FnOnce() -> Result<T, Failure>) -> T {
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => return value,
        Ok(Err(failure)) => keep(failure),
        Err(panic) => panicked(panic),
    };
    fallback
}

/// Makes a failure the thread's last error, and answers its code.
#[cold]
fn keep(failure: Failure) -> u32 {
    if let Some(message) = failure.message {
        embedding::remember(message);
    }
    failure.code
}

#[cold]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> u32 {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let said = said.unwrap_or("a panic without a text");
    keep(Failure::new(
        AbiErrorCode::Panic,
        format!("internal error of polyplug: {said}; please report it"),
    ))
}

/// The text of the parameter `what`.
///
/// # Safety
/// - `place` is null or readable up to its NUL, or for [`LONGEST_TEXT`] bytes; the text does not
///   change during `'a`.
pub(crate) unsafe fn text<'a>(what: &str, place: *const c_char) -> Result<&'a str, Failure> {
    if place.is_null() {
        return Err(Failure::pointer(what, "is null; pass a text that ends with a NUL"));
    }
    // SAFETY: the caller's promise.
    let length = unsafe { libc::strnlen(place, LONGEST_TEXT) };
    if length == LONGEST_TEXT {
        let problem = format!("has no NUL within {LONGEST_TEXT} bytes");
        return Err(Failure::argument(what, problem));
    }
    // SAFETY: there is a NUL.
    let text = unsafe { CStr::from_ptr(place) };
    text.to_str().map_err(|error| {
        Failure::argument(what, format!("is not UTF-8 from byte {} on", error.valid_up_to()))
    })
}

/// As [`text`]; null is the empty text.
///
/// # Safety
/// - As for [`text`].
pub(crate) unsafe fn text_or_empty<'a>(
    what: &str,
    place: *const c_char,
) -> Result<&'a str, Failure> {
    if place.is_null() {
        return Ok("");
    }
    // SAFETY: the caller's promise.
    unsafe { text(what, place) }
}

/// The text of a view; `None` if it is absent.
///
/// # Safety
/// - If `view.ptr` is not null and `view.len` is not above [`LONGEST_TEXT`], so many bytes are
///   readable there and do not change during `'a`.
pub(crate) unsafe fn viewed<'a>(what: &str, view: StringView) -> Result<Option<&'a str>, Failure> {
    // SAFETY: the caller's promise.
    let Some(bytes) = unsafe { viewed_bytes(what, view) }? else { return Ok(None) };
    let text = std::str::from_utf8(bytes);
    text.map(Some).map_err(|error| {
        Failure::argument(what, format!("is not UTF-8 from byte {} on", error.valid_up_to()))
    })
}

/// As [`viewed`], of what need not be UTF-8.
///
/// # Safety
/// - As there.
pub(crate) unsafe fn viewed_bytes<'a>(
    what: &str,
    view: StringView,
) -> Result<Option<&'a [u8]>, Failure> {
    if view.ptr.is_null() {
        return Ok(None);
    }
    if view.len > LONGEST_TEXT {
        let problem = format!("claims {} bytes, above {LONGEST_TEXT}", view.len);
        return Err(Failure::argument(what, problem));
    }
    // SAFETY: the caller's promise.
    Ok(Some(unsafe { slice::from_raw_parts(view.ptr, view.len) }))
}

/// `place`, if a `T` can be there.
pub(crate) fn place<T>(what: &str, place: *mut T) -> Result<*mut T, Failure> {
    if place.is_null() {
        return Err(Failure::pointer(what, "is null; pass a valid pointer"));
    }
    if !place.is_aligned() {
        let problem = format!("is not aligned to {} bytes", align_of::<T>());
        return Err(Failure::pointer(what, &problem));
    }
    Ok(place)
}

/// As [`place`], for reading.
pub(crate) fn readable<T>(what: &str, place: *const T) -> Result<*const T, Failure> {
    self::place(what, place.cast_mut()).map(<*mut T>::cast_const)
}

/// A C `bool`, which may hold any byte.
pub(crate) fn flag(what: &str, byte: u8) -> Result<bool, Failure> {
    match byte {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(Failure::argument(what, format!("is {other}, neither 0 nor 1"))),
    }
}

/// The `len` values at `items`.
///
/// # Safety
/// - If `len` is not above `most` and `items` is not null, so many values are readable there, any
///   bits are valid for them, and they do not change during `'a`.
pub(crate) unsafe fn list<'a, T>(
    what: &str,
    items: *const T,
    len: usize,
    most: usize,
) -> Result<&'a [T], Failure> {
    if len == 0 {
        return Ok(&[]);
    }
    if len > most {
        return Err(Failure::argument(what, format!("claims {len} values, above {most}")));
    }
    let items = readable(what, items)?;
    // SAFETY: the caller's promise; it is not null and aligned.
    Ok(unsafe { slice::from_raw_parts(items, len) })
}

/// The field at `offset` of the struct at `base`.
///
/// # Safety
/// - The field is readable and any bits are a valid `F`.
pub(crate) unsafe fn field<T, F>(base: *const T, offset: usize) -> F {
    let place = base.wrapping_byte_add(offset).cast::<F>();
    // SAFETY: the caller's promise.
    unsafe { place.read_unaligned() }
}

/// Writes `value` to `place`, unless that is null.
///
/// # Safety
/// - A place that is not null is valid for writing a `T`.
pub(crate) unsafe fn write<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { place.write_unaligned(value) };
    }
}
