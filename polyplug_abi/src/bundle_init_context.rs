//! Which bundle is starting.

use core::mem::offset_of;

use polyplug_utils::BundleId;

use crate::StringView;

/// What a bundle learns about itself when it starts. It belongs to the runtime and lives until the
/// start returns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BundleInitContext {
    /// The hash of the bundle's name.
    pub bundle_id: BundleId,
    /// The folder of the bundle; null if it was loaded from memory.
    pub bundle_path: StringView,
}

const _: () = {
    assert!(size_of::<BundleInitContext>() == 24 && align_of::<BundleInitContext>() == 8);
    assert!(offset_of!(BundleInitContext, bundle_id) == 0);
    assert!(offset_of!(BundleInitContext, bundle_path) == 8);
};
