//! What is known of a bundle before any of its code runs.

use crate::{AskedCapability, StringView, Version};
use core::mem::offset_of;

/// What a bundle is, as far as that can be known without running it.
///
/// All but digest and signer is what the bundle says of itself: its name is no proof of who made it. It
/// belongs to its discovery, or lives until the callback that it is shown to returns, with all that it
/// points at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BundleOffer {
    /// The size of this struct as the runtime knows it: later versions append fields.
    pub struct_size: u32,
    /// What would become of it: a `PROSPECT_` value.
    pub prospect: u32,
    /// Its name; its folder's where its manifest does not read.
    pub name: StringView,
    /// Its folder, or the label that it is loaded under.
    pub path: StringView,
    /// The loader that opens it; empty where its manifest does not read.
    pub loader: StringView,
    /// Its version; 0.0.0 if it states none.
    pub version: Version,
    /// The code that its load would answer; 0 unless it would fail.
    pub code: u32,
    /// What it promises to provide, such as `name@1` or `name@1.2.3`; null if it does not say so.
    pub contracts: *const StringView,
    /// How many those are.
    pub contract_count: usize,
    /// What its manifest says that it depends on; null if that is nothing.
    pub dependencies: *const StringView,
    /// How many those are.
    pub dependency_count: usize,
    /// What it asks to reach; null if that is nothing. Native and Lua bundles ask for nothing and may
    /// do what the process may.
    pub capabilities: *const AskedCapability,
    /// How many those are.
    pub capability_count: usize,
    /// The key that signed it, as `ed25519:` and 64 hexadecimal digits; null if no signature counts.
    pub signer: StringView,
    /// What that key is called, 16 hexadecimal digits; null where there is no signer.
    pub signer_id: StringView,
    /// Why no signature counts, whether or not the policy asks for one; null where there is a signer.
    pub unsigned_reason: StringView,
    /// The digest of its files, 64 hexadecimal digits; null if they were not read.
    pub digest: StringView,
    /// Why it would not load, or the folder by which it is shadowed; else null.
    pub reason: StringView,
    /// The rule by which no signature counts, in a word that stays the same, such as `unsigned` or
    /// `file-changed`; null where there is a signer.
    pub unsigned_code: StringView,
}

const _: () = {
    assert!(size_of::<BundleOffer>() == 216 && align_of::<BundleOffer>() == 8);
    assert!(offset_of!(BundleOffer, struct_size) == 0);
    assert!(offset_of!(BundleOffer, prospect) == 4);
    assert!(offset_of!(BundleOffer, name) == 8);
    assert!(offset_of!(BundleOffer, path) == 24);
    assert!(offset_of!(BundleOffer, loader) == 40);
    assert!(offset_of!(BundleOffer, version) == 56);
    assert!(offset_of!(BundleOffer, code) == 68);
    assert!(offset_of!(BundleOffer, contracts) == 72);
    assert!(offset_of!(BundleOffer, contract_count) == 80);
    assert!(offset_of!(BundleOffer, dependencies) == 88);
    assert!(offset_of!(BundleOffer, dependency_count) == 96);
    assert!(offset_of!(BundleOffer, capabilities) == 104);
    assert!(offset_of!(BundleOffer, capability_count) == 112);
    assert!(offset_of!(BundleOffer, signer) == 120);
    assert!(offset_of!(BundleOffer, signer_id) == 136);
    assert!(offset_of!(BundleOffer, unsigned_reason) == 152);
    assert!(offset_of!(BundleOffer, digest) == 168);
    assert!(offset_of!(BundleOffer, reason) == 184);
    assert!(offset_of!(BundleOffer, unsigned_code) == 200);
};
