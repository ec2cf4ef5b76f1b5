//! The version floor of the ABI's look-ups.

use polyplug_abi::Version;

/// From here on a floor is `(major << 16) | minor`; below it is a major alone.
const PACKED: u32 = 1 << 16;

/// Whether `version` is at least `min_version`: 0 is any; below 65536 a floor on the major; from
/// there on `(major << 16) | minor`: the same major and at least this minor.
pub(crate) fn satisfies(version: Version, min_version: u32) -> bool {
    match min_version {
        0 => true,
        major if major < PACKED => version.major >= major,
        packed => version.major == packed >> 16 && version.minor >= packed & 0xFFFF,
    }
}

/// A manifest's version in the ABI's numbers; what does not fit is the largest that does.
pub(crate) fn from_semver(version: &semver::Version) -> Version {
    let number = |part: u64| u32::try_from(part).unwrap_or(u32::MAX);
    Version::new(number(version.major), number(version.minor), number(version.patch))
}

/// `version` as a floor: this major, at least this minor; or any version, where the ABI has no word for
/// that major. A minor that is too large is the largest there is.
pub(crate) fn pack(version: Version) -> u32 {
    match version.major {
        major @ 1..PACKED => major << 16 | version.minor.min(0xFFFF),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_counts_major_and_minor() {
        let version = Version::new(2, 3, 9);
        for (floor, expected) in [
            (0, true),
            (1, true),
            (2, true),
            (3, false),
            (2 << 16, true),
            (2 << 16 | 3, true),
            (2 << 16 | 4, false),
            (1 << 16, false),
            (3 << 16, false),
        ] {
            assert_eq!(satisfies(version, floor), expected, "{floor:#x}");
        }
    }

    #[test]
    fn a_version_satisfies_its_own_floor() {
        let max = u32::MAX;
        for (major, minor) in [(0, 0), (0, 3), (1, 0), (1, 0x1_0005), (0xFFFF, max), (0x1_0000, 2)]
        {
            let version = Version::new(major, minor, 0);
            assert!(satisfies(version, pack(version)), "{version}");
        }
        assert_eq!(pack(Version::new(2, 3, 9)), 2 << 16 | 3);
    }
}
