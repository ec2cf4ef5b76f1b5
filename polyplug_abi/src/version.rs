//! A version of a contract or a plugin.

use core::fmt;
use core::mem::offset_of;

/// A semantic version without its labels. Versions compare as they read.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Changes when something that worked no longer does.
    pub major: u32,
    /// Changes when something was added.
    pub minor: u32,
    /// Changes with every other release.
    pub patch: u32,
}

const _: () = {
    assert!(size_of::<Version>() == 12 && align_of::<Version>() == 4);
    assert!(offset_of!(Version, major) == 0);
    assert!(offset_of!(Version, minor) == 4);
    assert!(offset_of!(Version, patch) == 8);
};

impl Version {
    /// The version `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_compare_as_they_read() {
        assert!(Version::new(1, 9, 9) < Version::new(1, 10, 0));
        assert!(Version::new(1, 10, 0) < Version::new(2, 0, 0));
    }

    #[test]
    fn a_version_prints_with_dots() {
        assert_eq!(Version::new(1, 20, 3).to_string(), "1.20.3");
    }
}
