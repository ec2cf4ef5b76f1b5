//! A contract in Rust: the module that `polyplug::contract!`, `polyplug_guest::contract!` and
//! `polyplug bindgen --lang rust` make of it, as text.
//!
//! The text declares types and functions by macros of `polyplug_types`, `polyplug` and
//! `polyplug_guest`; what a layout needs to be sound is said there, once.

mod declaration;
mod names;
mod skeleton;
mod spelling;
#[cfg(test)]
mod tests;

use crate::{Contract, Function};
use declaration::Declarations;
use names::{Names, camel, snake};
pub use skeleton::RustBody;
use spelling::{Place, Spelling};
use std::fmt::Write;
use thiserror::Error;

/// As many arguments as one function may have: traits are written for each number of them.
const MOST_ARGUMENTS: usize = 16;

/// What Rust itself has in every module, and a module of ours uses.
const NAMES_OF_RUST: [&str; 7] = ["String", "Vec", "Option", "Result", "Some", "Ok", "Err"];

/// The trait of who provides a contract.
const GUEST: &str = "Guest";

/// Which side of a contract a module is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RustSide<'a> {
    /// Who calls it, through `polyplug`.
    Caller {
        /// An expression of Rust for the WIT that the contract comes from: a slice of pairs of a path,
        /// as in [`WitSources::add`](crate::WitSources::add), and a text.
        wit: &'a str,
    },
    /// Who provides it, through `polyplug_guest`.
    Guest,
}

/// A contract that cannot be written in Rust.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RustError {
    /// More than a function of a trait may have.
    #[error(
        "{contract}: function `{function}` has {count} parameters, and at most {MOST_ARGUMENTS} can be; make a record of them"
    )]
    TooManyParameters {
        /// The contract.
        contract: String,
        /// The function.
        function: String,
        /// How many it has.
        count: usize,
    },
    /// A tuple that Rust can neither print nor compare.
    #[error(
        "{contract}: a tuple of {count} values; Rust knows what to do with 12 at most; make a record of them"
    )]
    TupleTooLong {
        /// The contract.
        contract: String,
        /// How many it has.
        count: usize,
    },
}

impl Contract {
    /// The modules of Rust that these contracts become: one for each, called by the last part of its
    /// name, or by all of it where two would be called the same.
    ///
    /// # Errors
    /// A function has too many parameters, or a tuple too many values.
    pub fn rust_modules<'a>(
        contracts: impl IntoIterator<Item = &'a Self>,
        side: RustSide<'_>,
    ) -> Result<String, RustError> {
        let contracts: Vec<_> = contracts.into_iter().collect();
        let mut text = String::new();
        for (contract, name) in contracts.iter().zip(module_names(contracts.iter().copied())) {
            docs_of(&mut text, "", Some(&format!("The contract `{contract}`.")), "");
            let body = Module { contract, side }.body()?;
            let _ = writeln!(text, "pub mod {name} {{\n{body}}}");
        }
        Ok(text)
    }

    /// What stands in the contract's module: the text of a file that is one.
    ///
    /// # Errors
    /// As for [`Contract::rust_modules`].
    pub fn rust_file(&self, side: RustSide<'_>) -> Result<String, RustError> {
        Module { contract: self, side }.body()
    }
}

/// The names of the modules that contracts become: the last part of the contract's name, or all of it
/// where two would be called the same.
fn module_names<'a>(contracts: impl IntoIterator<Item = &'a Contract>) -> Vec<String> {
    let mut names = Names::default();
    let name = |contract: &Contract| {
        let last = last_part(contract);
        let whole = format!("{}_{}", contract.name(), contract.version().major);
        names.take(&snake(last)).unwrap_or_else(|_| names.fresh(&snake(&whole)))
    };
    contracts.into_iter().map(name).collect()
}

/// `draw` of `demo.draw`
fn last_part(contract: &Contract) -> &str {
    contract.name().rsplit('.').next().unwrap_or_default()
}

struct Module<'a> {
    contract: &'a Contract,
    side: RustSide<'a>,
}

impl Module<'_> {
    fn body(&self) -> Result<String, RustError> {
        let mut names = Names::of(NAMES_OF_RUST);
        let (crate_name, name) = match self.side {
            RustSide::Caller { .. } => {
                ("polyplug", names.fresh_type(&camel(last_part(self.contract))))
            }
            RustSide::Guest => ("polyplug_guest", names.fresh(GUEST)),
        };
        let spelling = Spelling::new(self.contract, names)?;
        let mut text = String::new();
        Declarations { contract: self.contract, spelling: &spelling, crate_name }.write(&mut text);
        self.functions(&name, &spelling, &mut text)?;
        Ok(text)
    }

    fn functions(
        &self,
        name: &str,
        spelling: &Spelling,
        text: &mut String,
    ) -> Result<(), RustError> {
        let identity = self.contract.identity();
        match self.side {
            RustSide::Caller { .. } => text.push_str("::polyplug::caller! {\n"),
            RustSide::Guest => text.push_str("::polyplug_guest::guest! {\n"),
        }
        let own = match self.side {
            RustSide::Caller { .. } => format!("Calls `{identity}`, whichever version runs."),
            RustSide::Guest => format!("What provides `{}`.", self.contract),
        };
        docs_of(text, "    ", self.contract.docs(), &own);
        let mut names = match self.side {
            RustSide::Caller { wit } => {
                let _ = writeln!(text, "    pub struct {name}: {identity:?} = {wit} {{");
                Names::of(["bind", "of", "create", "contract", "description", "clone"])
            }
            RustSide::Guest => {
                let (whole, shape) = (self.contract.to_string(), self.contract.shape_hash());
                let _ = writeln!(text, "    pub trait {name}: {whole:?} = {shape:#018x} {{");
                Names::default()
            }
        };
        for (id, function) in self.contract.functions().iter().enumerate() {
            self.function(id, function, &names.fresh(&snake(function.name())), spelling, text)?;
        }
        text.push_str("    }\n}\n");
        Ok(())
    }

    fn function(
        &self,
        id: usize,
        function: &Function,
        name: &str,
        spelling: &Spelling,
        text: &mut String,
    ) -> Result<(), RustError> {
        if function.parameters().len() > MOST_ARGUMENTS {
            return Err(RustError::TooManyParameters {
                contract: self.contract.to_string(),
                function: function.name().to_owned(),
                count: function.parameters().len(),
            });
        }
        let place = match self.side {
            RustSide::Caller { .. } => Place::Argument,
            RustSide::Guest => Place::Parameter,
        };
        let mut names = Names::default();
        let parameters = function.parameters().iter().map(|parameter| {
            let name = names.fresh(&snake(&parameter.name));
            format!("{name}: {}", spelling.spell(&parameter.ty, place))
        });
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let result = result_of(function, spelling);
        docs_of(text, "        ", function.docs(), &format!("`{function}`"));
        let _ = writeln!(text, "        fn {name}({parameters}) -> {result} = {id};");
        Ok(())
    }
}

fn result_of(function: &Function, spelling: &Spelling) -> String {
    function.result().map_or_else(|| "()".to_owned(), |ty| spelling.spell(ty, Place::Owned))
}

/// A comment for readers of the Rust, or what is said without one.
fn docs_of(text: &mut String, indent: &str, docs: Option<&str>, otherwise: &str) {
    for line in docs.unwrap_or(otherwise).lines() {
        text.push_str(format!("{indent}/// {line}").trim_end());
        text.push('\n');
    }
}
