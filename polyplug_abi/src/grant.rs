//! One capability that a host grants.

use crate::StringView;
use core::mem::offset_of;

/// A capability that is granted to bundles. A bundle gets what its manifest asks for and some grant
/// gives it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// The bundle's name; `*` in it stands for any characters.
    pub bundles: StringView,
    /// The capability, as manifests write it: `stdout`, `env:LANG`, `fs:ro:data` ...
    pub capability: StringView,
}

const _: () = {
    assert!(size_of::<Grant>() == 32 && align_of::<Grant>() == 8);
    assert!(offset_of!(Grant, bundles) == 0);
    assert!(offset_of!(Grant, capability) == 16);
};
