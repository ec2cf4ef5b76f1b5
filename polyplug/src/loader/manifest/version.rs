//! Versions as manifests write them: parts that are left out are 0, and "" is 0.0.0.

use semver::{BuildMetadata, Prerelease, Version};

/// What a bundle's version must look like.
pub(super) const VERSION: &str = "a version such as \"1.2.0\"";

/// `text` as a version: "1.2" is 1.2.0, "" is 0.0.0.
pub fn parse_version(text: &str) -> Option<Version> {
    if text.is_empty() {
        return Some(Version::new(0, 0, 0));
    }
    let (numbers, suffix) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
    let left_out = 2_usize.checked_sub(numbers.matches('.').count())?;
    Version::parse(&format!("{numbers}{}{suffix}", ".0".repeat(left_out))).ok()
}

/// `text` as a contract's version: three numbers of 32 bits, as the ABI has them.
pub(super) fn parse_contract_version(text: &str) -> Option<Version> {
    let version = parse_version(text)?;
    let plain = version.pre == Prerelease::EMPTY && version.build == BuildMetadata::EMPTY;
    let numbers = [version.major, version.minor, version.patch];
    (plain && numbers.iter().all(|number| u32::try_from(*number).is_ok())).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::{parse_contract_version, parse_version};

    #[test]
    fn parts_that_are_left_out_are_zero() {
        for (text, version) in [
            ("", "0.0.0"),
            ("1", "1.0.0"),
            ("1.2", "1.2.0"),
            ("1.2.3", "1.2.3"),
            ("1.2-rc.1", "1.2.0-rc.1"),
            ("1+build.7", "1.0.0+build.7"),
        ] {
            assert_eq!(parse_version(text).unwrap().to_string(), version, "{text}");
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in ["v1", "1.", ".", "1.2.3.4", "one", " 1", "01.2", "-1", "1..2", "1.2.3-"] {
            assert_eq!(parse_version(text), None, "{text}");
        }
    }

    #[test]
    fn a_contract_has_three_numbers_of_32_bits() {
        assert!(parse_contract_version("4294967295.0.1").is_some());
        assert!(parse_contract_version("4294967296").is_none());
        assert!(parse_contract_version("1.0.0-rc").is_none());
    }
}
