//! The border: nothing unwinds over it, and messages of failures outlive the call.

use crate::error::Error;
use polyplug_abi::{AbiError, AbiErrorCode, StringView};
use std::any::Any;
use std::cell::UnsafeCell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

const LONGEST: usize = 512;

thread_local! {
    /// The newest message of this plugin on this thread, for a caller that reads it after the call.
    /// Plain bytes: with anything to drop, the thread would keep the library in memory.
    static MESSAGE: UnsafeCell<[u8; LONGEST]> = const { UnsafeCell::new([0; LONGEST]) };
}

/// Runs `body`, which was called from outside, and answers how it ended.
pub(crate) fn run(body: impl FnOnce() -> Result<(), Error>) -> AbiError {
    let error = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return AbiError::ok(),
        Ok(Err(error)) => error,
        Err(panic) => Error::of_kind(AbiErrorCode::Panic, panic_text(panic)),
    };
    AbiError { code: error.code(), message: keep(error.message()) }
}

/// As [`run`], writing a failure to where the caller wants it.
///
/// # Safety
/// - `out_err` is valid for writing.
#[inline]
pub(crate) unsafe fn run_into(out_err: *mut AbiError, body: impl FnOnce() -> Result<(), Error>) {
    let outcome = run(body);
    if !outcome.is_ok() {
        // SAFETY: the caller's promise.
        unsafe { out_err.write(outcome) };
    }
}

/// The text in the thread's buffer, cut between two characters.
#[cold]
fn keep(text: &str) -> StringView {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    MESSAGE.with(|buffer| {
        let place = buffer.get().cast::<u8>();
        // SAFETY: the buffer is this thread's, is that long, and nobody else of this plugin is
        // looking at it: readers come after the call.
        unsafe { place.copy_from_nonoverlapping(text.as_ptr(), text.len()) };
        StringView { ptr: place, len: text.len() }
    })
}

#[cold]
fn panic_text(panic: Box<dyn Any + Send>) -> String {
    let panic = match panic.downcast::<String>() {
        Ok(text) => return format!("panicked: {text}"),
        Err(panic) => panic,
    };
    match panic.downcast::<&str>() {
        Ok(text) => format!("panicked: {text}"),
        Err(panic) => {
            // Its drop might panic once more.
            mem::forget(panic);
            "panicked".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::error::Error;
    use polyplug_abi::AbiError;

    fn text(error: &AbiError) -> &str {
        // SAFETY: the thread's own buffer, which holds UTF-8.
        let bytes = unsafe { std::slice::from_raw_parts(error.message.ptr, error.message.len) };
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_panic_becomes_an_error_with_its_text() {
        let error = run(|| panic!("number {}", 7));
        assert_eq!((error.code, text(&error)), (3, "panicked: number 7"));
        let error = run(|| std::panic::panic_any(5));
        assert_eq!((error.code, text(&error)), (3, "panicked"));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let error = run(|| Err(Error::new(300, "ä".repeat(300) + "x")));
        assert_eq!((error.code, error.message.len), (300, 512));
        let error = run(|| Err(Error::new(300, format!("x{}", "ä".repeat(300)))));
        assert_eq!(text(&error).len(), 511);
    }
}
