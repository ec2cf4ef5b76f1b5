//! `--grant`: what bundles may reach, by their names.

use clap::Args;
use polyplug::capability::Capability;
use polyplug::runtime::RuntimeBuilder;
use std::fmt;
use std::str::FromStr;

/// What the person grants to bundles.
#[derive(Args, Clone, Debug)]
pub(crate) struct Granting {
    /// Let bundles reach what their manifests ask for: `*=stdout`, `greeter=env:LANG,fs:ro:data`
    ///
    /// PATTERN is a bundle's name, with * for any characters. Paths are seen from the bundle's
    /// folder. May be given more than once.
    #[arg(long = "grant", value_name = "PATTERN=CAP,CAP")]
    grants: Vec<Grant>,
}

/// One `--grant`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    bundles: String,
    capabilities: Vec<String>,
}

impl Granting {
    /// `builder` with what was granted.
    pub(crate) fn apply(&self, builder: RuntimeBuilder) -> RuntimeBuilder {
        let grants = self.grants.iter();
        grants.fold(builder, |builder, grant| {
            builder.grant(&grant.bundles, grant.capabilities.iter().cloned())
        })
    }

    /// The same on another command line.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = String> {
        self.grants.iter().map(|grant| format!("--grant={grant}"))
    }
}

impl FromStr for Grant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (bundles, capabilities) = text
            .split_once('=')
            .filter(|(bundles, _)| !bundles.is_empty())
            .ok_or("name bundles and what they may reach, as in `greeter=stdout,env:LANG`")?;
        let checked = |text: &str| match text.parse::<Capability>() {
            Ok(capability) => Ok(capability.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let capabilities = capabilities.split(',').map(checked).collect::<Result<_, _>>()?;
        Ok(Self { bundles: bundles.to_owned(), capabilities })
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.bundles, self.capabilities.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::Grant;

    #[test]
    fn a_grant_is_a_pattern_and_capabilities() {
        let grant: Grant = "mod-*=stdout,env:LANG,fs:ro:./data/".parse().unwrap();
        assert_eq!(grant.to_string(), "mod-*=stdout,env:LANG,fs:ro:data");
    }

    #[test]
    fn what_is_no_grant_is_told_the_right_form() {
        for text in ["stdout", "", "=stdout"] {
            let said = text.parse::<Grant>().unwrap_err();
            assert!(said.contains("`greeter=stdout,env:LANG`"), "{text}: {said}");
        }
        let said = "*=stdout,fs".parse::<Grant>().unwrap_err();
        assert!(said.contains("`fs:ro:PATH`"), "{said}");
        assert!("*=".parse::<Grant>().is_err());
    }
}
