//! The number in front of a payload that says which case it is.

use crate::{Layout, Type};

/// The unsigned integer that holds the number of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TagSize {
    /// One byte, up to 256 cases.
    One,
    /// Two bytes, up to 65,536 cases.
    Two,
    /// Four bytes.
    Four,
}

impl TagSize {
    /// The smallest that tells `cases` apart.
    pub const fn for_cases(cases: usize) -> Self {
        match cases {
            0..=0x100 => Self::One,
            0x101..=0x1_0000 => Self::Two,
            _ => Self::Four,
        }
    }

    /// The size in bytes.
    pub const fn bytes(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
        }
    }

    pub(crate) const fn layout(self) -> Layout {
        Layout::scalar(self.bytes())
    }

    /// The layout of a tag with room for any of `payloads` behind it, and where that room begins.
    pub(super) fn with_payloads<'a>(
        self,
        payloads: impl Iterator<Item = &'a Type>,
    ) -> (Layout, usize) {
        let room = payloads.map(Type::layout).fold(Layout::EMPTY, Layout::or);
        let mut whole = self.layout();
        let offset = whole.append(room);
        (whole.padded(), offset)
    }
}
