//! Every door of WASI, tried from the side of the guest: by the functions that it would call.

mod doors;
mod files;
mod guests;
mod sockets;

use super::{Egress, Wasi, WasiState};
use polyplug::capability::{Capability, Given};
use std::collections::BTreeSet;
use std::path::Path;

pub(super) fn capabilities(texts: &[&str]) -> Given {
    let all: BTreeSet<Capability> = texts.iter().map(|text| text.parse().unwrap()).collect();
    Given { needed: all.clone(), all }
}

/// The state of a store whose bundle lies in `folder` and has these capabilities.
fn state_in(folder: &Path, texts: &[&str]) -> WasiState {
    Wasi::open("test", Some(folder), capabilities(texts), Egress::default())
        .unwrap()
        .state()
        .unwrap()
}

/// As [`state_in`], of a bundle in memory.
fn state(texts: &[&str]) -> WasiState {
    Wasi::open("test", None, capabilities(texts), Egress::default()).unwrap().state().unwrap()
}

/// What is said about a bundle that cannot have these capabilities.
fn refused(folder: Option<&Path>, texts: &[&str]) -> String {
    Wasi::open("test", folder, capabilities(texts), Egress::default()).err().unwrap().to_string()
}
