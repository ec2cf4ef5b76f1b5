//! One capability that a bundle asks for.

use crate::StringView;
use core::mem::offset_of;

/// A capability that a bundle asks for. It belongs to its offer, with its text.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct AskedCapability {
    /// As manifests write it: `stdout`, `env:LANG`, `fs:ro:data` ...
    pub text: StringView,
    /// Whether the bundle runs without it.
    pub optional: bool,
    /// Whether this host grants it to a bundle of this name.
    pub granted: bool,
    /// 0; room for what later versions tell.
    pub reserved: [u64; 1],
}

const _: () = {
    assert!(size_of::<AskedCapability>() == 32 && align_of::<AskedCapability>() == 8);
    assert!(offset_of!(AskedCapability, text) == 0);
    assert!(offset_of!(AskedCapability, optional) == 16);
    assert!(offset_of!(AskedCapability, granted) == 17);
    assert!(offset_of!(AskedCapability, reserved) == 24);
};
