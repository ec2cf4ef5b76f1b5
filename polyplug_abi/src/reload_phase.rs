//! What a host hears about the reload of a bundle.

use core::mem::offset_of;

use polyplug_utils::BundleId;

use crate::StringView;

/// A new version is about to be started; the old one still answers.
pub const RELOAD_PREPARING: u32 = 0;
/// The new version answers.
pub const RELOAD_RELOADED: u32 = 1;
/// The new version was refused; the old one still answers.
pub const RELOAD_FAILED: u32 = 2;
/// The bundle is being unloaded.
pub const RELOAD_UNLOADING: u32 = 3;

/// How far the reload of a bundle is.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReloadPhaseType {
    /// A new version is about to be started; the old one still answers.
    Preparing = RELOAD_PREPARING,
    /// The new version answers.
    Reloaded = RELOAD_RELOADED,
    /// The new version was refused; the old one still answers.
    Failed = RELOAD_FAILED,
    /// The bundle is being unloaded.
    Unloading = RELOAD_UNLOADING,
}

impl ReloadPhaseType {
    /// The one with the number `value`; `None` for a number that means nothing.
    pub const fn from_u32(value: u32) -> Option<Self> {
        match value {
            RELOAD_PREPARING => Some(Self::Preparing),
            RELOAD_RELOADED => Some(Self::Reloaded),
            RELOAD_FAILED => Some(Self::Failed),
            RELOAD_UNLOADING => Some(Self::Unloading),
            _ => None,
        }
    }
}

/// A step in the reload of one bundle. It belongs to the runtime and lives, with its texts, until
/// the callback returns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ReloadPhase {
    /// Which step: a `RELOAD_` value.
    pub phase_type: ReloadPhaseType,
    /// The hash of the bundle's name.
    pub bundle_id: BundleId,
    /// The name of the bundle; never null.
    pub bundle_name: StringView,
    /// Why the new version was refused; null in every other step.
    pub reason: StringView,
}

const _: () = {
    assert!(size_of::<ReloadPhase>() == 48 && align_of::<ReloadPhase>() == 8);
    assert!(offset_of!(ReloadPhase, phase_type) == 0);
    assert!(offset_of!(ReloadPhase, bundle_id) == 8);
    assert!(offset_of!(ReloadPhase, bundle_name) == 16);
    assert!(offset_of!(ReloadPhase, reason) == 32);
};

#[cfg(test)]
mod tests {
    use super::ReloadPhaseType;

    #[test]
    fn exactly_the_assigned_numbers_convert() {
        for value in 0..=3 {
            assert_eq!(ReloadPhaseType::from_u32(value).map(|known| known as u32), Some(value));
        }
        for value in [4, 256, u32::MAX] {
            assert_eq!(ReloadPhaseType::from_u32(value), None, "{value}");
        }
    }
}
