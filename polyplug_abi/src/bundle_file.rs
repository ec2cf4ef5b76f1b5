//! A file of a bundle that is in memory.

use crate::StringView;
use core::mem::offset_of;

/// A file of a bundle that is in memory.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BundleFile {
    /// Its path in the bundle, with `/` between the parts.
    pub path: StringView,
    /// Its content; null if it is empty.
    pub content: *const u8,
    /// How many bytes that is.
    pub len: usize,
}

const _: () = {
    assert!(size_of::<BundleFile>() == 32 && align_of::<BundleFile>() == 8);
    assert!(offset_of!(BundleFile, path) == 0);
    assert!(offset_of!(BundleFile, content) == 16);
    assert!(offset_of!(BundleFile, len) == 24);
};
