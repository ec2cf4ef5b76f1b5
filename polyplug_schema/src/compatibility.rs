//! Whether a caller that was written for one description of a contract can call a provider that was
//! written for another.

mod type_difference;

use crate::{Contract, Function};
use polyplug_abi::Version;
use std::fmt;
use type_difference::function_difference;

/// How a provider's description agrees with a caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compatibility {
    /// The shapes are equal.
    Equal,
    /// The provider is newer within the major and has more functions at the end.
    Appended {
        /// How many more.
        functions: usize,
    },
}

/// Why a provider cannot answer a caller, with both signatures of every function that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incompatible {
    provided: String,
    expected: String,
    lines: Vec<String>,
}

/// How many functions are shown of the many that may differ.
const SHOWN: usize = 8;

impl Contract {
    /// Whether this contract, as its provider describes it, answers a caller that was written for
    /// `expected`: it does if the shapes are equal, and if this one is newer within the major and
    /// adds functions at the end.
    ///
    /// # Errors
    /// It does not; the error shows where and both signatures.
    pub fn answers(&self, expected: &Contract) -> Result<Compatibility, Incompatible> {
        let lines = self.reasons(expected);
        if !lines.is_empty() {
            let (provided, expected) = (self.to_string(), expected.to_string());
            return Err(Incompatible { provided, expected, lines });
        }
        Ok(match self.functions().len() - expected.functions().len() {
            0 => Compatibility::Equal,
            functions => Compatibility::Appended { functions },
        })
    }

    fn reasons(&self, expected: &Contract) -> Vec<String> {
        if self.identity() != expected.identity() {
            return vec!["these are two contracts: name and major version must agree".to_owned()];
        }
        if self.shape_hash() == expected.shape_hash() {
            return Vec::new();
        }
        let pairs = self.functions().iter().zip(expected.functions());
        let mut lines = type_difference::told_once(
            pairs.filter_map(|(provided, expected)| function_difference(provided, expected)),
        );
        let (have, want) = (self.functions().len(), expected.functions().len());
        lines.extend(expected.functions().iter().skip(have).map(missing));
        if lines.is_empty() && have > want && !is_newer(self.version(), expected.version()) {
            lines.push(format!(
                "{} more functions are provided, but the version is not newer: raise the minor \
                 version when you add a function",
                have - want
            ));
        }
        lines
    }
}

fn missing(function: &Function) -> String {
    format!("function `{}` is missing\n    expected: {function}", function.name())
}

/// Whether `version` may have functions that `than` lacks.
fn is_newer(version: Version, than: Version) -> bool {
    version.major == than.major && version.minor > than.minor
}

impl Incompatible {
    /// What differs: a sentence each, with the signatures on lines of their own.
    pub fn differences(&self) -> &[String] {
        &self.lines
    }
}

impl fmt::Display for Incompatible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is provided, {} is expected", self.provided, self.expected)?;
        for line in self.lines.iter().take(SHOWN) {
            write!(f, "\n  {line}")?;
        }
        match self.lines.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more differences"),
        }
    }
}

impl std::error::Error for Incompatible {}

#[cfg(test)]
mod tests;
