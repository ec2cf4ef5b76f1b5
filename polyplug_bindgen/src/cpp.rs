//! The files for C++: the types are those of C, calls and registrations go through the C++ headers.

mod guest;
mod host;
mod signature;
mod skeleton;

pub(crate) use skeleton::skeleton;

use crate::c::{CContract, types_file};
use crate::{File, Side};
use polyplug_schema::Contract;

/// The files of one side.
pub(crate) fn files(side: Side, contracts: &[&Contract]) -> Vec<File> {
    let mut files = Vec::new();
    for of in CContract::all(contracts) {
        files.push(types_file(&of));
        if side.is_host() {
            files.push(File::new(format!("{}_host.hpp", of.prefix), host::header(&of)));
        }
        if side.is_guest() {
            files.push(File::new(format!("{}_guest.hpp", of.prefix), guest::header(&of)));
        }
    }
    files
}
