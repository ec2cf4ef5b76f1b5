//! A borrowed text. Not checked: whoever reads one that came from outside checks null and UTF-8.

use core::mem::offset_of;
use core::ptr;

/// A borrowed piece of UTF-8 text, without a terminating NUL.
///
/// A null `ptr` means that the text is absent; an empty text has a `ptr` that is not null. The text
/// lives as long as the function or field that hands it over says.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct StringView {
    /// The first byte, or null for an absent text.
    pub ptr: *const u8,
    /// The number of bytes.
    pub len: usize,
}

const _: () = {
    assert!(size_of::<StringView>() == 16 && align_of::<StringView>() == 8);
    assert!(offset_of!(StringView, ptr) == 0);
    assert!(offset_of!(StringView, len) == 8);
};

impl StringView {
    /// The absent text.
    pub const fn null() -> Self {
        Self { ptr: ptr::null(), len: 0 }
    }

    /// A view of `text` that is valid for ever.
    pub const fn from_static(text: &'static str) -> Self {
        Self::from_str(text)
    }

    /// A view of `text`. It carries no lifetime: the caller keeps `text` alive and unchanged for as
    /// long as anyone may read the view.
    pub const fn from_str(text: &str) -> Self {
        Self { ptr: text.as_ptr(), len: text.len() }
    }

    /// Whether the text is absent.
    pub const fn is_null(&self) -> bool {
        self.ptr.is_null()
    }
}

impl Default for StringView {
    fn default() -> Self {
        Self::null()
    }
}

#[cfg(test)]
mod tests {
    use super::StringView;

    #[test]
    fn an_empty_text_is_not_an_absent_one() {
        assert!(!StringView::from_static("").is_null());
        assert!(StringView::null().is_null());
    }

    #[test]
    fn a_view_shares_the_bytes_of_its_text() {
        let text = String::from("grüße");
        let view = StringView::from_str(&text);
        assert_eq!((view.ptr, view.len), (text.as_ptr(), text.len()));
    }
}
