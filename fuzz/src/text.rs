//! Random texts as they cross: null, any bytes, or a length that cannot be.

use arbitrary::Arbitrary;
use polyplug_abi::StringView;
use std::ptr;

/// A text.
#[derive(Arbitrary, Clone, Debug)]
pub(crate) enum Text {
    /// Null, whatever length it claims.
    Null(usize),
    /// Bytes that may be no UTF-8.
    Bytes(Vec<u8>),
    /// One of a few names, so that two meet.
    Name(u8),
    /// Valid bytes with a length beyond any that memory can have.
    Endless(usize),
}

const NAMES: [&str; 8] = ["a", "a.b", "ä.ö", "a b", "a\nb", "a@1", "", "\u{1b}[31m"];

impl Default for Text {
    fn default() -> Self {
        Self::Null(0)
    }
}

impl Text {
    /// The text as it crosses.
    pub(crate) fn view(&self) -> StringView {
        match self {
            Self::Null(len) => StringView { ptr: ptr::null(), len: *len },
            Self::Bytes(bytes) => StringView { ptr: bytes.as_ptr(), len: bytes.len() },
            Self::Name(number) => StringView::from_static(Self::name(*number)),
            Self::Endless(len) => {
                StringView { ptr: "x".as_ptr(), len: len | (isize::MAX as usize + 1) }
            }
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Null(_) | Self::Endless(_) => None,
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            Self::Name(number) => Some(Self::name(*number)),
        }
    }

    /// Whether it may be where a text may be left out.
    pub(crate) fn is_null_or_text(&self) -> bool {
        matches!(self, Self::Null(_)) || self.text().is_some()
    }

    fn name(number: u8) -> &'static str {
        NAMES[usize::from(number) % NAMES.len()]
    }
}
