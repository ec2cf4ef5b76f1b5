//! The mechanics of the C border: memory that crosses, texts that cross, panics that must not.
//!
//! Nothing here knows what a bundle is. Every foreign pointer is checked for null and every foreign
//! text for UTF-8 in this file.

use polyplug_abi::{AbiError, AbiErrorCode, ERROR_GENERIC, ERROR_OK, StringView};
use std::alloc::{self, Layout};
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::slice;

/// How many failures a message outlives on its thread.
const MESSAGES: usize = 16;

/// `size` bytes at `align`, or null. Zero bytes are served as one, so that null always means failure.
pub(crate) fn allocate(size: usize, align: usize) -> *mut u8 {
    let Ok(layout) = Layout::from_size_align(size.max(1), align) else {
        return ptr::null_mut();
    };
    // SAFETY: the layout is not of size zero.
    unsafe { alloc::alloc(layout) }
}

/// Gives back what [`allocate`] gave; null is nothing.
///
/// # Safety
/// - `place` came from `allocate(size, align)` with these numbers and is not used afterwards.
pub(crate) unsafe fn free(place: *mut u8, size: usize, align: usize) {
    if place.is_null() {
        return;
    }
    if let Ok(layout) = Layout::from_size_align(size.max(1), align) {
        // SAFETY: the caller's promise; the layout is built as `allocate` built it.
        unsafe { alloc::dealloc(place, layout) };
    }
}

/// The text of `view`; `None` if it is null or not UTF-8.
///
/// # Safety
/// - If `view.ptr` is not null, `view.len` bytes there are readable and do not change during `'a`.
pub(crate) unsafe fn text<'a>(view: StringView) -> Option<&'a str> {
    // SAFETY: the caller's promise.
    unsafe { text_at(view.ptr, view.len) }
}

/// The text of `len` bytes at `place`; `None` if it is null or not UTF-8.
///
/// # Safety
/// - As for [`text`].
pub(crate) unsafe fn text_at<'a>(place: *const u8, len: usize) -> Option<&'a str> {
    if place.is_null() || len > isize::MAX as usize {
        return None;
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { slice::from_raw_parts(place, len) };
    std::str::from_utf8(bytes).ok()
}

/// A view of `text`, which must outlive its readers.
pub(crate) fn view(text: &str) -> StringView {
    StringView { ptr: text.as_ptr(), len: text.len() }
}

/// Writes `value` to `place`, if that is not null.
///
/// # Safety
/// - A place that is not null is valid for writing a `T`.
pub(crate) unsafe fn write<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { place.write(value) };
    }
}

/// Reports success.
///
/// # Safety
/// - As for [`write`].
#[inline(always)]
pub(crate) unsafe fn succeed(out_error: *mut AbiError) {
    // SAFETY: the caller's promise.
    unsafe { write(out_error, AbiError::ok()) };
}

/// Reports a failure: `message` goes to the thread's ring, becomes its last error, and is lent to
/// the caller through `out_error`.
///
/// # Safety
/// - As for [`write`].
#[cold]
pub(crate) unsafe fn fail(out_error: *mut AbiError, code: u32, message: String) {
    // SAFETY: the caller's promise.
    unsafe { fail_behind(out_error, code, message, 0) };
}

/// As [`fail`], where the caller is lent the message without its first `skipped` bytes.
///
/// # Safety
/// - As for [`write`].
#[cold]
pub(crate) unsafe fn fail_behind(
    out_error: *mut AbiError,
    code: u32,
    message: String,
    skipped: usize,
) {
    let mut message = remember(message);
    let skipped = skipped.min(message.len);
    message.ptr = message.ptr.wrapping_add(skipped);
    message.len -= skipped;
    // SAFETY: the caller's promise.
    unsafe { write(out_error, AbiError { code, message }) };
}

/// Runs `body`; a panic in it is our own defect and becomes the last error and `fallback`.
pub(crate) fn catch<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => value,
        Err(panic) => {
            remember(internal(panic_text(panic.as_ref())));
            fallback
        }
    }
}

/// As [`catch`], reporting the panic through `out_error` as well.
///
/// # Safety
/// - As for [`write`].
pub(crate) unsafe fn catch_to(out_error: *mut AbiError, body: impl FnOnce()) {
    if let Err(panic) = panic::catch_unwind(AssertUnwindSafe(body)) {
        let message = internal(panic_text(panic.as_ref()));
        // SAFETY: the caller's promise.
        unsafe { fail(out_error, AbiErrorCode::Panic as u32, message) };
    }
}

/// What a caught panic said.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a text")
}

fn internal(what: &str) -> String {
    format!("internal error of polyplug: {what}; please report it")
}

/// The thread's last messages, oldest overwritten first. On the heap, since room for the variables of
/// threads is scarce in a library that is loaded late.
struct Messages {
    texts: Vec<String>,
    next: usize,
    /// The last error, until it was taken.
    last: Option<usize>,
    /// The code of the newest message, if whoever left it said one.
    code: u32,
}

thread_local! {
    static RING: RefCell<Messages> = const {
        RefCell::new(Messages { texts: Vec::new(), next: 0, last: None, code: ERROR_GENERIC })
    };
}

/// Keeps `message` for [`MESSAGES`] further failures on this thread and makes it the last error.
pub(crate) fn remember(message: String) -> StringView {
    remember_as(ERROR_GENERIC, message)
}

/// As [`remember`], with a code for whoever asks for it; success is no code of a failure.
pub(crate) fn remember_as(code: u32, message: String) -> StringView {
    RING.try_with(|ring| {
        let ring = &mut *ring.borrow_mut();
        let place = ring.next;
        ring.next = (place + 1) % MESSAGES;
        ring.last = Some(place);
        ring.code = if code == ERROR_OK { ERROR_GENERIC } else { code };
        ring.texts.resize_with(MESSAGES, String::new);
        ring.texts[place] = message;
        view(&ring.texts[place])
    })
    .unwrap_or(StringView::null())
}

/// The length of the last error in bytes; 0 without one.
pub(crate) fn last_error_len() -> usize {
    RING.with_borrow(|ring| ring.last.map_or(0, |place| ring.texts[place].len()))
}

/// The last error, which stays; null without one.
pub(crate) fn last_error() -> StringView {
    RING.with_borrow(|ring| ring.last.map_or(StringView::null(), |place| view(&ring.texts[place])))
}

/// The code of the newest failure.
pub(crate) fn last_error_code() -> u32 {
    RING.with_borrow(|ring| ring.code)
}

/// Copies as much of the last error as fits into `into`, clears it, and returns the bytes copied.
pub(crate) fn take_last_error(into: &mut [u8]) -> usize {
    RING.with_borrow_mut(|ring| {
        let Some(place) = ring.last.take() else { return 0 };
        let text = &ring.texts[place];
        let mut len = text.len().min(into.len());
        while !text.is_char_boundary(len) {
            len -= 1;
        }
        into[..len].copy_from_slice(&text.as_bytes()[..len]);
        len
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_lives_until_sixteen_further_failures() {
        let first = remember("first".to_owned());
        for number in 0..MESSAGES - 1 {
            remember(format!("failure {number}"));
        }
        // SAFETY: the ring still holds it.
        assert_eq!(unsafe { text(first) }, Some("first"));
    }

    #[test]
    fn the_last_error_is_copied_once_and_cut_at_a_character() {
        remember("größer".to_owned());
        assert_eq!(last_error_len(), 8);
        let mut small = [0; 3];
        assert_eq!(take_last_error(&mut small), 2);
        assert_eq!(last_error_len(), 0);
        assert_eq!(take_last_error(&mut small), 0);
        assert!(last_error().is_null());
    }

    #[test]
    fn a_panic_becomes_an_error_value() {
        let mut error = AbiError::ok();
        // SAFETY: `error` is a local.
        unsafe { catch_to(&raw mut error, || panic!("broken")) };
        assert_eq!(error.code, AbiErrorCode::Panic as u32);
        // SAFETY: the message is in this thread's ring.
        assert!(unsafe { text(error.message) }.is_some_and(|text| text.contains("broken")));
    }

    #[test]
    fn foreign_text_is_checked() {
        // SAFETY: null is allowed.
        assert_eq!(unsafe { text(StringView::null()) }, None);
        let bytes = [0xFF_u8, 0xFE];
        // SAFETY: two bytes are there.
        assert_eq!(unsafe { text_at(bytes.as_ptr(), 2) }, None);
    }
}
