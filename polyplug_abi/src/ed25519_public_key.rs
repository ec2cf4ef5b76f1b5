//! A key that bundles are signed with.

/// The public half of an Ed25519 key, as RFC 8032 encodes it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ed25519PublicKey {
    /// The encoded point.
    pub bytes: [u8; 32],
}

const _: () = assert!(size_of::<Ed25519PublicKey>() == 32 && align_of::<Ed25519PublicKey>() == 1);
