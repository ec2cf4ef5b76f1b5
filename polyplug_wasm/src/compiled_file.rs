//! Compiled code, as it was kept: a copy of what was read, or mapped from its file.

use std::fs::File;
use std::path::{Path, PathBuf};
use wasmtime::Engine;
use wasmtime::component::Component;

/// The component that the engine once wrote, from `code`, which the cache has checked as for [`component`].
pub(crate) fn of_code(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: these very bytes are what `Component::serialize` gave, as the cache has checked.
    unsafe { Component::deserialize(engine, code) }
}

/// The component that the engine once wrote to `file`, which is at `path`.
///
/// The cache has checked it: nobody but this user can have written it, and it is to the bit what was
/// written, by an engine with the same settings.
pub(crate) fn component(engine: &Engine, file: &File, path: &Path) -> wasmtime::Result<Component> {
    let path = opened(file).unwrap_or_else(|| path.to_owned());
    // SAFETY: the file is what `Component::serialize` gave, as the cache has checked. No entry is ever
    // changed: new ones are written elsewhere and renamed.
    unsafe { Component::deserialize_file(engine, path) }
}

/// A path that leads to the open file and to no other that bears its name by now.
#[cfg(target_os = "linux")]
fn opened(file: &File) -> Option<PathBuf> {
    use std::os::fd::AsRawFd;
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    path.exists().then_some(path)
}

/// This system has no such paths. In its folder nobody else writes.
#[cfg(not(target_os = "linux"))]
fn opened(_file: &File) -> Option<PathBuf> {
    None
}
