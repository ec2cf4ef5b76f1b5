//! A contract: a name, a version, and functions in order.

use crate::shape::{ShapeText, begins_with, shape_hash};
use crate::value_error::{did_you_mean, most_similar};
use crate::{Function, NamedType, TypeError};
use polyplug_abi::{GuestContractId, HostContractId, Version};
use std::fmt;
use thiserror::Error;

/// How many characters a contract may have when every type in it is written out.
const MAX_CONTRACT_TEXT: u32 = 1 << 22;

/// What a contract's functions are called, take and give.
#[derive(Debug)]
pub struct Contract {
    name: Box<str>,
    version: Version,
    functions: Box<[Function]>,
    types: Box<[NamedType]>,
    docs: Option<Box<str>>,
    text_len: u32,
    shape: u64,
}

/// Why there is no such contract.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ContractError {
    /// Two functions of one name.
    #[error("function `{0}` stands there twice")]
    DuplicateFunction(String),
    /// No function at all.
    #[error("there is no function in it")]
    NoFunctions,
    /// Its types, written out, are too long.
    #[error("it has more than {MAX_CONTRACT_TEXT} characters when every type in it is written out")]
    TooLong,
    /// A type of it is not possible.
    #[error(transparent)]
    Type(#[from] TypeError),
}

/// A function that a contract does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{contract} has no function `{function}`{}", did_you_mean(.suggestion))]
pub struct UnknownFunction {
    /// The contract, as `name@major`.
    pub contract: String,
    /// The name that was given.
    pub function: String,
    /// The most similar name of the contract.
    pub suggestion: Option<String>,
}

impl Contract {
    /// A contract of these functions in order. `name` is without the version.
    ///
    /// # Errors
    /// There is no function, two have one name, or together they are too long.
    pub fn new(
        name: impl Into<Box<str>>,
        version: Version,
        functions: impl IntoIterator<Item = Function>,
    ) -> Result<Self, ContractError> {
        let functions: Box<[Function]> = functions.into_iter().collect();
        if functions.is_empty() {
            return Err(ContractError::NoFunctions);
        }
        let mut names: Vec<&str> = functions.iter().map(Function::name).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ContractError::DuplicateFunction(twice[0].to_owned()));
        }
        let text_len =
            functions.iter().fold(0u32, |sum, function| sum.saturating_add(function.text_len()));
        if text_len > MAX_CONTRACT_TEXT {
            return Err(ContractError::TooLong);
        }
        let shape = shape_hash(&functions);
        let (name, types) = (name.into(), Box::default());
        Ok(Self { name, version, functions, types, docs: None, text_len, shape })
    }

    /// The same contract with the types that its description names, and the comment above it.
    pub fn described(self, types: Box<[NamedType]>, docs: Option<Box<str>>) -> Self {
        Self { types, docs, ..self }
    }

    /// The name of the contract that an interface is: `demo.greeter` of `demo:greeter/greeter`,
    /// `game.physics.body` of `game:physics/body`.
    pub fn name_of(namespace: &str, package: &str, interface: &str) -> String {
        match interface == package {
            true => format!("{namespace}.{package}"),
            false => format!("{namespace}.{package}.{interface}"),
        }
    }

    /// The name without the version, as in `demo.greeter`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version; its major is part of the contract's identity.
    pub fn version(&self) -> Version {
        self.version
    }

    /// `name@major`, which is what the id is made of.
    pub fn identity(&self) -> String {
        format!("{}@{}", self.name, self.version.major)
    }

    /// The id under which bundles provide the contract.
    pub fn guest_id(&self) -> GuestContractId {
        GuestContractId::of(&self.name, self.version.major)
    }

    /// The id under which a host provides the contract.
    pub fn host_id(&self) -> HostContractId {
        HostContractId::of(&self.name, self.version.major)
    }

    /// The functions; the index of one is its id.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The function of this name, and its id.
    ///
    /// # Errors
    /// There is none; the error names the most similar one.
    pub fn function(&self, name: &str) -> Result<(u32, &Function), UnknownFunction> {
        let found = (0..).zip(&self.functions).find(|(_, function)| function.name() == name);
        found.ok_or_else(|| self.unknown(name))
    }

    /// The records, variants, enums and flags that the interface declares or takes over from others,
    /// in the order of the file.
    pub fn types(&self) -> &[NamedType] {
        &self.types
    }

    /// The comment that stands above the interface in its WIT file.
    pub fn docs(&self) -> Option<&str> {
        self.docs.as_deref()
    }

    /// The hash of the contract's shape; see [`Contract::shape_text`].
    pub fn shape_hash(&self) -> u64 {
        self.shape
    }

    /// Whether the contract has the shape of this hash, or that and more functions behind it: a caller
    /// that was built for the shape can call it.
    pub fn begins_with_shape(&self, shape: u64) -> bool {
        self.shape == shape || begins_with(&self.functions, shape)
    }

    /// The text that [`Contract::shape_hash`] is the FNV-1a 64 of: a line for each function in order,
    /// every type written out. The names of functions, parameters, fields, cases and flags stand in
    /// it, those of types and of the contract do not.
    pub fn shape_text(&self) -> String {
        ShapeText(&self.functions).to_string()
    }

    pub(crate) fn text_len(&self) -> u32 {
        self.text_len
    }

    #[cold]
    fn unknown(&self, function: &str) -> UnknownFunction {
        let known = self.functions.iter().map(Function::name);
        UnknownFunction {
            contract: self.identity(),
            function: function.to_owned(),
            suggestion: most_similar(function, known).map(str::to_owned),
        }
    }
}

/// `demo.greeter@1.0.0`
impl fmt::Display for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::{Contract, ContractError};
    use crate::{Function, Type};
    use polyplug_abi::Version;

    fn function(name: &str) -> Function {
        Function::new(name, [("name", Type::String)], Some(Type::String)).unwrap()
    }

    #[test]
    fn a_function_is_found_by_its_name() {
        let functions = [function("greet"), function("part")];
        let contract = Contract::new("demo.greeter", Version::new(1, 2, 0), functions).unwrap();
        assert_eq!(contract.function("part").unwrap().0, 1);
        assert_eq!(
            contract.function("gret").unwrap_err().to_string(),
            "demo.greeter@1 has no function `gret`; did you mean `greet`?"
        );
    }

    #[test]
    fn functions_at_the_end_leave_the_shape_before_them() {
        let version = Version::new(1, 0, 0);
        let of = |names: &[&str]| {
            Contract::new("a", version, names.iter().map(|name| function(name))).unwrap()
        };
        let (one, two, three) = (of(&["a"]), of(&["a", "b"]), of(&["a", "b", "c"]));
        assert!(three.begins_with_shape(one.shape_hash()));
        assert!(three.begins_with_shape(two.shape_hash()));
        assert!(three.begins_with_shape(three.shape_hash()));
        assert!(!two.begins_with_shape(three.shape_hash()));
        assert!(!three.begins_with_shape(of(&["b"]).shape_hash()));
        assert!(!three.begins_with_shape(0));
    }

    #[test]
    fn a_function_stands_once() {
        let twice = Contract::new("a", Version::new(1, 0, 0), [function("f"), function("f")]);
        assert_eq!(twice.err(), Some(ContractError::DuplicateFunction("f".to_owned())));
    }
}
