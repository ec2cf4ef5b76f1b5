//! The name of a contract with its version: `name@major[.minor[.patch]]`.

use crate::error::RuntimeError;
use polyplug_abi::Version;
use polyplug_utils::{GuestContractId, HostContractId};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// What a contract must look like.
pub(super) const CONTRACT: &str = "a contract as `name@major`, such as \"image.decode@1\"";

/// A contract as a manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContractName {
    /// The name without version: not empty, without `@`, blanks and control characters.
    pub name: String,
    /// The major version: part of the contract's identity.
    pub major: u32,
    /// The minor version, if it is stated.
    pub minor: Option<u32>,
    /// The patch version, if it is stated.
    pub patch: Option<u32>,
}

impl ContractName {
    /// What a caller asks for.
    ///
    /// # Errors
    /// `InvalidArgument` if it is not of the form `name@major[.minor[.patch]]`.
    pub(crate) fn of_caller(name: &str) -> Result<Self, RuntimeError> {
        name.parse().map_err(|error: ContractNameError| RuntimeError::InvalidArgument {
            what: "contract name",
            problem: error.to_string(),
        })
    }

    /// The id under which the host provides the contract.
    pub(crate) fn host_id(&self) -> HostContractId {
        HostContractId::of(&self.name, self.major)
    }

    /// The contract's id.
    pub fn id(&self) -> GuestContractId {
        GuestContractId::of(&self.name, self.major)
    }

    /// The version that is stated; what is not stated is 0.
    pub fn version(&self) -> Version {
        Version::new(self.major, self.minor.unwrap_or(0), self.patch.unwrap_or(0))
    }

    /// `name@major`, which is what the id is made of.
    pub fn identity(&self) -> String {
        format!("{}@{}", self.name, self.major)
    }

    /// Whether both are the same contract, in whatever minor version.
    pub fn is_same_contract(&self, other: &Self) -> bool {
        self.major == other.major && self.name == other.name
    }
}

/// The text is not `name@major[.minor[.patch]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("write {CONTRACT}")]
pub struct ContractNameError;

impl FromStr for ContractName {
    type Err = ContractNameError;

    fn from_str(text: &str) -> Result<Self, ContractNameError> {
        let (name, version) = text.split_once('@').ok_or(ContractNameError)?;
        if !is_contract_name(name) {
            return Err(ContractNameError);
        }
        let mut parts = version.split('.').map(number);
        let major = parts.next().flatten().ok_or(ContractNameError)?;
        let minor = parts.next().map(|part| part.ok_or(ContractNameError)).transpose()?;
        let patch = parts.next().map(|part| part.ok_or(ContractNameError)).transpose()?;
        if parts.next().is_some() {
            return Err(ContractNameError);
        }
        Ok(Self { name: name.to_owned(), major, minor, patch })
    }
}

impl fmt::Display for ContractName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.major)?;
        for part in [self.minor, self.patch].into_iter().flatten() {
            write!(f, ".{part}")?;
        }
        Ok(())
    }
}

/// Whether `name` can be a contract's name, without its version.
pub(crate) fn is_contract_name(name: &str) -> bool {
    let refused = |c: char| c == '@' || c.is_whitespace() || c.is_control();
    !name.is_empty() && !name.contains(refused)
}

/// Digits only: `parse` alone would take a plus sign, and `01` would be a second spelling of `1`.
fn number(text: &str) -> Option<u32> {
    let canonical = text == "0" || !text.starts_with('0');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (canonical && digits).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::ContractName;

    #[test]
    fn a_contract_prints_as_it_was_written() {
        for text in ["test.add@1", "a@0", "demo.greeter@1.2", "x-y_z@10.0.3", "ä.b@4294967295"] {
            assert_eq!(text.parse::<ContractName>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_contract_without_name_or_major_is_refused() {
        for text in [
            "",
            "@",
            "test.add",
            "test.add@",
            "@1",
            "a@b",
            "a@1.",
            "a@1.2.3.4",
            "a@1@2",
            "a b@1",
            "a@ 1",
            "a@+1",
            "a@-1",
            "a@01",
            "a@4294967296",
            "a\0@1",
            "a@1.x",
        ] {
            assert!(text.parse::<ContractName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_minor_version_is_not_part_of_the_id() {
        let plain: ContractName = "test.add@1".parse().unwrap();
        let minor: ContractName = "test.add@1.7.2".parse().unwrap();
        assert_eq!(plain.id().as_u64(), 0x4024_4DF5_9FCB_ECB6);
        assert_eq!(plain.id(), minor.id());
        assert!(plain.is_same_contract(&minor) && plain != minor);
    }
}
