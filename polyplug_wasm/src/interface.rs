//! What a component exports and imports, as contracts.

use crate::types::TypeNames;
use polyplug::schema::{Contract, NamedType};
use polyplug_abi::Version;
use wasmtime::Engine;
use wasmtime::component::types::{ComponentInstance, ComponentItem};

/// An interface's name in its parts: `demo:greeter/greeter@1.0.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InterfaceName {
    /// The contract's name, without the version.
    pub(crate) contract: String,
    pub(crate) version: Version,
}

impl InterfaceName {
    /// Whether an interface stands in the world itself, and so in no package.
    pub(crate) fn is_of_world(name: &str) -> bool {
        !name.contains('/')
    }

    /// Takes the name of an import or an export apart.
    ///
    /// # Errors
    /// It names no contract: why, and what would be right.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        let Some((package, interface)) = name.split_once('/') else {
            return Err(format!(
                "the interface `{name}` is in no package, so it names no contract; write it as an \
                 interface of a package, `package demo:name@1.0.0;`, not inside of the world"
            ));
        };
        let (interface, version) = match interface.split_once('@') {
            Some((interface, version)) => (interface, Some(version)),
            None => (interface, None),
        };
        let Some(version) = version else {
            return Err(format!(
                "the interface `{name}` has no version, and a contract needs one; begin the package \
                 with `package {package}@1.0.0;`"
            ));
        };
        let (Some((namespace, package)), Some(version)) =
            (package.split_once(':'), three_numbers(version))
        else {
            return Err(format!(
                "`{name}` is no name of a contract's interface; one looks like \
                 `demo:greeter/greeter@1.0.0`, with three numbers as the version"
            ));
        };
        Ok(Self { contract: Contract::name_of(namespace, package, interface), version })
    }
}

fn three_numbers(version: &str) -> Option<Version> {
    let version = semver::Version::parse(version).ok()?;
    let part = |part: u64| u32::try_from(part).ok();
    let is_plain = version.pre.is_empty() && version.build.is_empty();
    let parts = (part(version.major)?, part(version.minor)?, part(version.patch)?);
    is_plain.then(|| Version::new(parts.0, parts.1, parts.2))
}

/// The contract that an interface of a component is. `None` if it has types only.
///
/// # Errors
/// It cannot be one: why.
pub(crate) fn contract(
    engine: &Engine,
    name: &InterfaceName,
    interface: &ComponentInstance,
) -> Result<Option<Contract>, String> {
    let types = interface.exports(engine).filter_map(|(name, item)| match item.ty {
        ComponentItem::Type(ty) => Some((ty, name.to_owned())),
        _ => None,
    });
    let names = TypeNames::new(types);
    let mut functions = Vec::new();
    for (name, item) in interface.exports(engine) {
        if let ComponentItem::ComponentFunc(function) = &item.ty {
            functions.push(names.function(name, function)?);
        }
    }
    if functions.is_empty() {
        return Ok(None);
    }
    let contract = Contract::new(&*name.contract, name.version, functions);
    let contract = contract.map_err(|error| error.to_string())?;
    let types = names.types().map(|ty| NamedType { ty, docs: None, member_docs: Box::default() });
    Ok(Some(contract.described(types.collect(), None)))
}

#[cfg(test)]
mod tests {
    use super::InterfaceName;
    use polyplug_abi::Version;

    #[test]
    fn a_name_is_said_once_when_package_and_interface_share_it() {
        let name = |text: &str| InterfaceName::parse(text).unwrap().contract;
        assert_eq!(name("demo:greeter/greeter@1.0.0"), "demo.greeter");
        assert_eq!(name("game:physics/body@1.0.0"), "game.physics.body");
    }

    #[test]
    fn the_version_is_that_of_the_package() {
        let name = InterfaceName::parse("game:physics/body@1.2.3").unwrap();
        assert_eq!(name.version, Version::new(1, 2, 3));
    }

    #[test]
    fn an_interface_of_the_world_is_in_no_package() {
        assert!(InterfaceName::is_of_world("exports"));
        assert!(!InterfaceName::is_of_world("demo:greeter/greeter"));
    }

    #[test]
    fn what_is_no_contract_is_told_what_would_be_right() {
        for (name, advice) in [
            ("greeter", "is in no package"),
            ("demo:greeter/greeter", "`package demo:greeter@1.0.0;`"),
            ("demo:greeter/greeter@1.0", "three numbers"),
            ("demo:greeter/greeter@1.0.0-rc1", "three numbers"),
            ("demo/greeter@1.0.0", "looks like"),
        ] {
            let error = InterfaceName::parse(name).unwrap_err();
            assert!(error.contains(advice) && error.contains(name), "{error}");
        }
    }
}
