//! The files for C: types, typed callers for programs, prototypes and glue for bundles.

mod guest;
mod host;
mod parameters;
mod skeleton;
mod types;

pub(crate) use host::prototype;
pub(crate) use parameters::{PASSED_BY_VALUE, Parameters};
pub(crate) use skeleton::skeleton;
pub(crate) use types::function_ids;

use crate::names::{labels, other_than, pascal, screaming, snake};
use crate::{File, Side};
use polyplug_schema::{CTypes, Contract};

/// A contract and its side of C.
pub(crate) struct CContract<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) types: CTypes,
    /// `demo_draw`, in front of every function.
    pub(crate) prefix: String,
    /// `DemoDraw`, in front of every type.
    pub(crate) pascal: String,
    /// `DEMO_DRAW`, in front of every constant.
    pub(crate) screaming: String,
}

impl<'a> CContract<'a> {
    /// All of these, none called like another.
    pub(crate) fn all(contracts: &[&'a Contract]) -> Vec<Self> {
        let named = contracts.iter().zip(labels(contracts));
        named.map(|(contract, name)| Self::called(&name, contract)).collect()
    }

    fn called(name: &str, contract: &'a Contract) -> Self {
        Self {
            contract,
            types: CTypes::called(name, contract),
            prefix: snake(name),
            pascal: pascal(name),
            screaming: screaming(name),
        }
    }

    /// The C function of the contract's function `name`; `taken` are helpers beside it.
    pub(crate) fn function(&self, name: &str, taken: &[&str]) -> String {
        format!("{}_{}", self.prefix, other_than(&snake(name), taken.iter().copied()))
    }

    /// The include guard of the file `prefix` with this ending.
    pub(crate) fn guard(&self, ending: &str) -> String {
        format!("POLYPLUG_{}_{ending}", self.screaming)
    }

    /// The first line of every file.
    pub(crate) fn banner(&self) -> String {
        format!("/* {}. Made by `polyplug bindgen`; changes are lost. */\n", self.contract)
    }
}

/// The files of one side.
pub(crate) fn files(side: Side, contracts: &[&Contract]) -> Vec<File> {
    let contracts = CContract::all(contracts);
    let mut files = Vec::new();
    for contract in &contracts {
        files.push(types_file(contract));
        if side.is_host() {
            let name = format!("{}_host.h", contract.prefix);
            files.push(File::new(name, host::header(contract)));
        }
        if side.is_guest() {
            let name = format!("{}_guest.h", contract.prefix);
            files.push(File::new(name, guest::header(contract)));
        }
    }
    if side.is_guest() {
        files.push(File::new("glue.c", guest::glue(&contracts)));
    }
    files
}

/// The header of the types, which C and C++ share.
pub(crate) fn types_file(contract: &CContract<'_>) -> File {
    File::new(format!("{}.h", contract.prefix), types::header(contract))
}
