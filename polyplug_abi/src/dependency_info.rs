//! One line of the dependencies in a manifest.

use core::mem::offset_of;

use polyplug_utils::{BundleId, GuestContractId};

/// A contract that a bundle says it needs.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DependencyInfo {
    /// The contract that is needed.
    pub contract_id: GuestContractId,
    /// The lowest version that will do: 0 for any, below 65536 a major version, from 65536 on
    /// `major << 16 | minor`.
    pub min_version: u32,
    /// The bundle that has to provide it; 0 for any.
    pub bundle_id: BundleId,
}

const _: () = {
    assert!(size_of::<DependencyInfo>() == 24 && align_of::<DependencyInfo>() == 8);
    assert!(offset_of!(DependencyInfo, contract_id) == 0);
    assert!(offset_of!(DependencyInfo, min_version) == 8);
    assert!(offset_of!(DependencyInfo, bundle_id) == 16);
};
