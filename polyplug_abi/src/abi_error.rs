//! How a failure crosses: a number for programs, a text for people.

use core::mem::offset_of;

use crate::{AbiErrorCode, StringView};

/// The outcome of a call.
///
/// An `AbiError *out_err` parameter is never null and belongs to the caller; the callee writes it
/// on failure and may leave it alone on success, so the caller clears it first. A message that the
/// runtime wrote lives until 16 further failures on the same thread; one that a plugin wrote during
/// a raw native call lives in the plugin.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct AbiError {
    /// An `ERROR_` value: 0 for success, below 256 a failure that the runtime knows, from 256 on
    /// one of the plugin. Kept as a number, because a plugin may write any.
    pub code: u32,
    /// What went wrong and what to change; null on success.
    pub message: StringView,
}

const _: () = {
    assert!(size_of::<AbiError>() == 24 && align_of::<AbiError>() == 8);
    assert!(offset_of!(AbiError, code) == 0);
    assert!(offset_of!(AbiError, message) == 8);
};

impl AbiError {
    /// Success.
    pub const fn ok() -> Self {
        Self { code: AbiErrorCode::Ok as u32, message: StringView::null() }
    }

    /// The failure `code`, explained by `message`, which has to outlive every reader.
    pub const fn new(code: AbiErrorCode, message: StringView) -> Self {
        Self { code: code as u32, message }
    }

    /// Whether this is success.
    pub const fn is_ok(&self) -> bool {
        self.code == AbiErrorCode::Ok as u32
    }
}

impl Default for AbiError {
    fn default() -> Self {
        Self::ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_has_code_zero_and_no_message() {
        assert_eq!(AbiError::ok().code, 0);
        assert!(AbiError::ok().message.is_null());
        assert!(AbiError::default().is_ok());
    }

    #[test]
    fn a_failure_keeps_its_number() {
        let error = AbiError::new(AbiErrorCode::Busy, StringView::from_static("in use"));
        assert_eq!(error.code, 17);
        assert!(!error.is_ok());
    }
}
