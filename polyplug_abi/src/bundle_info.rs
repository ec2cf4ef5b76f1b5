//! A bundle in a listing.

use core::mem::offset_of;

use crate::{BundleId, ContractInfo, StringView, Version};

/// A bundle, loaded or not. It belongs to its listing, with all that it points at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BundleInfo {
    /// The size of this struct as the runtime knows it: later versions append fields.
    pub struct_size: u32,
    /// Whether it runs: a `BUNDLE_` value.
    pub state: u32,
    /// The hash of its name.
    pub id: BundleId,
    /// Its name, or that of its folder if the manifest cannot be read.
    pub name: StringView,
    /// Its folder, or the label that it was loaded under.
    pub path: StringView,
    /// The name of its loader; empty if the bundle failed.
    pub loader: StringView,
    /// The bundle's own version.
    pub version: Version,
    /// How often it was loaded, reloads included; 0 if it failed.
    pub load_number: u32,
    /// How many instances are alive.
    pub instances: usize,
    /// The last failure, if nothing has succeeded since; else null.
    pub last_error: StringView,
    /// What it provides; null if that is nothing.
    pub contracts: *const ContractInfo,
    /// How many contracts it provides.
    pub contract_count: usize,
    /// What its manifest says that it depends on; null if that is nothing.
    pub dependencies: *const StringView,
    /// How many those are.
    pub dependency_count: usize,
    /// The digest of its files, 64 hexadecimal digits; null if it failed.
    pub digest: StringView,
    /// The key that signed it, as `ed25519:` and 64 hexadecimal digits; null if that was not checked
    /// or no signature holds.
    pub signer: StringView,
    /// What that key is called, 16 hexadecimal digits; null where there is no signer.
    pub signer_id: StringView,
}

const _: () = {
    assert!(size_of::<BundleInfo>() == 184 && align_of::<BundleInfo>() == 8);
    assert!(offset_of!(BundleInfo, struct_size) == 0);
    assert!(offset_of!(BundleInfo, state) == 4);
    assert!(offset_of!(BundleInfo, id) == 8);
    assert!(offset_of!(BundleInfo, name) == 16);
    assert!(offset_of!(BundleInfo, path) == 32);
    assert!(offset_of!(BundleInfo, loader) == 48);
    assert!(offset_of!(BundleInfo, version) == 64);
    assert!(offset_of!(BundleInfo, load_number) == 76);
    assert!(offset_of!(BundleInfo, instances) == 80);
    assert!(offset_of!(BundleInfo, last_error) == 88);
    assert!(offset_of!(BundleInfo, contracts) == 104);
    assert!(offset_of!(BundleInfo, contract_count) == 112);
    assert!(offset_of!(BundleInfo, dependencies) == 120);
    assert!(offset_of!(BundleInfo, dependency_count) == 128);
    assert!(offset_of!(BundleInfo, digest) == 136);
    assert!(offset_of!(BundleInfo, signer) == 152);
    assert!(offset_of!(BundleInfo, signer_id) == 168);
};
