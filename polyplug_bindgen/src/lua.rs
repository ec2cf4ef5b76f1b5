//! The files for Lua: annotations that make an editor know the contracts, and a file to begin with.

mod annotations;
mod names;
mod skeleton;
mod types;
mod values;

pub(crate) use skeleton::skeleton;

use crate::File;
use crate::names::{labels, snake};
use polyplug_schema::Contract;

/// What is built in, for the language server.
const POLYPLUG: &str = include_str!("lua/polyplug.lua");

/// The annotations: of what is built in, and of each contract.
pub(crate) fn annotations(contracts: &[&Contract]) -> Vec<File> {
    let mut files = vec![File::new("meta/polyplug.lua", POLYPLUG.to_owned())];
    files.extend(contracts.iter().zip(labels(contracts)).map(|(contract, label)| {
        let name = format!("meta/{}.lua", snake(&label));
        File::new(name, annotations::of(contract))
    }));
    files
}
