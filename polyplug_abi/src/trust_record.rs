//! What was decided about one load of a bundle.

use crate::{StringView, Version};
use core::mem::offset_of;

/// What was decided about the bytes of one load or reload, and who signed them.
///
/// It belongs to its event, with all texts.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct TrustRecord {
    /// The size of this struct as the runtime knows it: later versions append fields.
    pub struct_size: u32,
    /// What was decided: a `TRUST_` value.
    pub decision: u32,
    /// The policy that was in force: a `SIGNATURE_` value.
    pub policy: u32,
    /// What the bundle's manifest says; 0.0.0 where none was read.
    pub version: Version,
    /// The bundle's name; its folder's where no manifest was read.
    pub name: StringView,
    /// The loader that its manifest asks for; empty where none was read.
    pub loader: StringView,
    /// The digest of its files, 64 hexadecimal digits; null if they were not read.
    pub digest: StringView,
    /// The key that signed it, as `ed25519:` and 64 hexadecimal digits; null if no signature holds.
    pub signer: StringView,
    /// What that key is called, 16 hexadecimal digits; null if no signature holds.
    pub signer_id: StringView,
    /// Why it was refused, denied or warned of, and what to do; else null.
    pub reason: StringView,
    /// The rule by which it was refused or warned of, in a word that stays the same, such as `unsigned`
    /// or `file-changed`; else null.
    pub refusal_code: StringView,
}

const _: () = {
    assert!(size_of::<TrustRecord>() == 136 && align_of::<TrustRecord>() == 8);
    assert!(offset_of!(TrustRecord, struct_size) == 0);
    assert!(offset_of!(TrustRecord, decision) == 4);
    assert!(offset_of!(TrustRecord, policy) == 8);
    assert!(offset_of!(TrustRecord, version) == 12);
    assert!(offset_of!(TrustRecord, name) == 24);
    assert!(offset_of!(TrustRecord, loader) == 40);
    assert!(offset_of!(TrustRecord, digest) == 56);
    assert!(offset_of!(TrustRecord, signer) == 72);
    assert!(offset_of!(TrustRecord, signer_id) == 88);
    assert!(offset_of!(TrustRecord, reason) == 104);
    assert!(offset_of!(TrustRecord, refusal_code) == 120);
};
