//! What a key is called.

/// The short name of a key that bundles are signed with: the 16 hexadecimal digits of `polyplug trust
/// list`, as bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId {
    /// The digits, two in each.
    pub bytes: [u8; 8],
}

const _: () = assert!(size_of::<KeyId>() == 8 && align_of::<KeyId>() == 1);
