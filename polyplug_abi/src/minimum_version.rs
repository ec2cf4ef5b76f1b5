//! The oldest version of one bundle that a host takes.

use crate::{StringView, Version};
use core::mem::offset_of;

/// Where signatures count, versions of this bundle that are older than this one are refused.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MinimumVersion {
    /// The bundle's name.
    pub bundle: StringView,
    /// The oldest version that is taken.
    pub version: Version,
    /// 0.
    pub padding: u32,
}

const _: () = {
    assert!(size_of::<MinimumVersion>() == 32 && align_of::<MinimumVersion>() == 8);
    assert!(offset_of!(MinimumVersion, bundle) == 0);
    assert!(offset_of!(MinimumVersion, version) == 16);
    assert!(offset_of!(MinimumVersion, padding) == 28);
};
