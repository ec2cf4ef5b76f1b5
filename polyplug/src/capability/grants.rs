//! What the host grants, by patterns over the names of bundles.
//!
//! A name is what a bundle calls itself. Who loads bundles of strangers grants by names that those
//! cannot have: from folders of its own, or to signed bundles only.

use super::Capability;
use crate::error::RuntimeError;
use std::collections::BTreeSet;

/// The capabilities that the host grants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants {
    granted: Vec<(String, Capability)>,
}

impl Grants {
    /// Reads pairs of a pattern, in which `*` stands for any characters and everything else for
    /// itself, and a capability.
    pub(crate) fn parse(pairs: &[(String, String)]) -> Result<Self, RuntimeError> {
        let mut grants = Self::default();
        for (pattern, capability) in pairs {
            grants.add(pattern, capability)?;
        }
        Ok(grants)
    }

    fn add(&mut self, pattern: &str, capability: &str) -> Result<(), RuntimeError> {
        let refused = |problem| RuntimeError::InvalidArgument { what: "grant", problem };
        if pattern.is_empty() {
            return Err(refused(format!(
                "`{capability}` is granted to no bundle; give a name, or `*` for all"
            )));
        }
        let capability = capability.parse().map_err(|error| refused(format!("{error}")))?;
        self.granted.push((pattern.to_owned(), capability));
        Ok(())
    }

    /// What the bundle called `name` was granted.
    pub(crate) fn of(&self, name: &str) -> BTreeSet<Capability> {
        let granted = self.granted.iter().filter(|(pattern, _)| matches(pattern, name));
        let granted = granted.map(|(_, capability)| capability.clone());
        granted.chain(Capability::everybodys()).collect()
    }
}

/// Whether `name` is the pattern's parts in their order, with anything where a `*` is.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        // The first place is as good as any: what follows has the more room.
        let Some(place) = rest.find(part) else { return false };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{Capability, Grants, matches};
    use std::collections::BTreeSet;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name) in [
            ("*", "greeter"),
            ("greeter", "greeter"),
            ("mod-*", "mod-fish"),
            ("mod-*", "mod-"),
            ("*-fish", "mod-fish"),
            ("m*f*h", "mod-fish"),
            ("a*a", "aa"),
            ("**", ""),
            ("a*ab", "aab"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn everything_else_stands_for_itself() {
        for (pattern, name) in [
            ("greeter", "greeter2"),
            ("greeter", "Greeter"),
            ("mod-*", "amod-fish"),
            ("*-fish", "mod-fishes"),
            ("a*a", "a"),
            ("m?d", "mod"),
            ("ab*bc", "abc"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn a_bundle_has_what_every_pattern_gives_it() {
        let mut grants = Grants::default();
        grants.add("*", "stdout").unwrap();
        grants.add("mod-*", "env:LANG").unwrap();
        grants.add("tool", "http").unwrap();
        let expected = [
            Capability::Clocks,
            Capability::Environment("LANG".to_owned()),
            Capability::Random,
            Capability::Stdout,
        ];
        assert_eq!(grants.of("mod-fish"), BTreeSet::from(expected));
        assert_eq!(Grants::default().of("mod-fish"), Capability::everybodys());
    }

    #[test]
    fn what_is_no_capability_is_not_granted() {
        let mut grants = Grants::default();
        let error = grants.add("*", "fs").unwrap_err().to_string();
        assert_eq!(
            error,
            "grant: `fs` is no capability; it must be `fs:ro:PATH` or `fs:rw:PATH`, which names one folder"
        );
        let error = grants.add("", "http").unwrap_err().to_string();
        assert_eq!(error, "grant: `http` is granted to no bundle; give a name, or `*` for all");
        assert_eq!(grants.of("any"), Capability::everybodys());
    }
}
