//! Whether bundles have to be signed.

/// Signatures are not looked at.
pub const SIGNATURE_OFF: u32 = 0;
/// A missing or wrong signature is a log record.
pub const SIGNATURE_WARN_ONLY: u32 = 1;
/// A missing or wrong signature is an error.
pub const SIGNATURE_REQUIRED: u32 = 2;

/// What the runtime does with a bundle that no trusted key signed.
#[repr(u32)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SignaturePolicy {
    /// Signatures are not looked at.
    #[default]
    Off = SIGNATURE_OFF,
    /// A missing or wrong signature is a log record.
    WarnOnly = SIGNATURE_WARN_ONLY,
    /// A missing or wrong signature is an error.
    Required = SIGNATURE_REQUIRED,
}

impl SignaturePolicy {
    /// The one with the number `value`; `None` for a number that means nothing.
    pub const fn from_u32(value: u32) -> Option<Self> {
        match value {
            SIGNATURE_OFF => Some(Self::Off),
            SIGNATURE_WARN_ONLY => Some(Self::WarnOnly),
            SIGNATURE_REQUIRED => Some(Self::Required),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SignaturePolicy;

    #[test]
    fn exactly_the_assigned_numbers_convert() {
        for value in 0..=2 {
            assert_eq!(SignaturePolicy::from_u32(value).map(|known| known as u32), Some(value));
        }
        for value in [3, 256, u32::MAX] {
            assert_eq!(SignaturePolicy::from_u32(value), None, "{value}");
        }
    }
}
