//! What a lookup answers: a place in the registry, and how often it was given away.

use core::mem::offset_of;

/// Names a contract that a loaded bundle provides.
///
/// A handle stays valid over reloads of its bundle and answers `StaleHandle` after an unload. It
/// owns nothing and may be copied and dropped freely.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GuestContractHandle {
    /// The place in the registry; `UINT32_MAX` for the null handle.
    pub index: u32,
    /// Changes when the place is given to someone else.
    pub generation: u32,
}

const _: () = {
    assert!(size_of::<GuestContractHandle>() == 8 && align_of::<GuestContractHandle>() == 4);
    assert!(offset_of!(GuestContractHandle, index) == 0);
    assert!(offset_of!(GuestContractHandle, generation) == 4);
};

impl GuestContractHandle {
    /// The handle that names nothing.
    pub const fn null() -> Self {
        Self { index: u32::MAX, generation: 0 }
    }

    /// Whether the handle names nothing, whatever its generation.
    pub const fn is_null(&self) -> bool {
        self.index == u32::MAX
    }
}

impl Default for GuestContractHandle {
    fn default() -> Self {
        Self::null()
    }
}

#[cfg(test)]
mod tests {
    use super::GuestContractHandle;

    #[test]
    fn a_handle_is_null_by_its_index_alone() {
        assert!(GuestContractHandle::null().is_null());
        assert!(GuestContractHandle { index: u32::MAX, generation: 7 }.is_null());
        assert!(!GuestContractHandle { index: 0, generation: 0 }.is_null());
    }
}
