//! How strictly a new version of a bundle is held to the old one.

/// A function or contract that was lost, or a version that does not fit, is an error.
pub const COMPATIBILITY_STRICT: u32 = 0;
/// What was lost is a warning, and calling it is an error.
pub const COMPATIBILITY_RELAXED: u32 = 1;
/// Versions are not compared at all.
pub const COMPATIBILITY_YOLO: u32 = 2;

/// What the runtime does with a version of a bundle that does not quite fit.
#[repr(u32)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compatibility {
    /// What does not fit is an error.
    #[default]
    Strict = COMPATIBILITY_STRICT,
    /// What was lost is a warning, and calling it is an error.
    Relaxed = COMPATIBILITY_RELAXED,
    /// Versions are not compared at all.
    Yolo = COMPATIBILITY_YOLO,
}

impl Compatibility {
    /// The one with the number `value`; `None` for a number that means nothing.
    pub const fn from_u32(value: u32) -> Option<Self> {
        match value {
            COMPATIBILITY_STRICT => Some(Self::Strict),
            COMPATIBILITY_RELAXED => Some(Self::Relaxed),
            COMPATIBILITY_YOLO => Some(Self::Yolo),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Compatibility;

    #[test]
    fn exactly_the_assigned_numbers_convert() {
        for value in 0..=2 {
            assert_eq!(Compatibility::from_u32(value).map(|known| known as u32), Some(value));
        }
        for value in [3, 256, u32::MAX] {
            assert_eq!(Compatibility::from_u32(value), None, "{value}");
        }
    }
}
