//! The keys with defaults: [`BundleOptions`].

use super::{Read, read_flag, read_word};
use crate::error::RuntimeError;
use crate::loader::manifest::artifact::{FileByTarget, check_lexically, is_file_name};
use crate::loader::manifest::data::ManifestData;
use crate::loader::manifest::document::{Entry, Table};
use crate::loader::manifest::loader_table::LoaderTable;
use crate::loader::manifest::options::{
    BundleOptions, Limits, ReloadOptions, StatePolicy, ThreadPolicy, parse_bytes,
};
use crate::loader::manifest::warning::ManifestWarning;
use std::collections::BTreeMap;
use std::time::Duration;

/// The tables of the loaders that come with polyplug: known in every manifest.
const LOADER_TABLES: [&str; 3] = ["lua", "wasm", "native"];

/// A day: the longest time a manifest can ask for, so that adding it to a clock cannot overflow.
const MAX_MILLISECONDS: u64 = 24 * 60 * 60 * 1000;

/// Reads all keys that `data` does not have.
pub(super) fn read(
    root: &mut Table<'_>,
    data: &ManifestData,
    file_by_target: FileByTarget,
    warnings: &mut Vec<ManifestWarning>,
) -> Result<BundleOptions, RuntimeError> {
    Ok(BundleOptions {
        enabled: read_flag(root, "enabled")?.unwrap_or(true),
        priority: read_priority(root)?,
        reload: read_reload(root, warnings)?,
        limits: read_limits(root, warnings)?,
        threads: read_threads(root)?,
        wit: read_wit(root, data)?,
        file_by_target,
        loader_tables: read_loader_tables(root, &data.loader)?,
    })
}

fn read_priority(root: &mut Table<'_>) -> Read<i64> {
    let Some(entry) = root.entry("priority") else {
        return Ok(0);
    };
    entry.integer("an integer of 64 bits, such as 10")
}

fn read_reload(root: &mut Table<'_>, warnings: &mut Vec<ManifestWarning>) -> Read<ReloadOptions> {
    let mut reload = ReloadOptions::default();
    let Some(entry) = root.entry("reload") else {
        return Ok(reload);
    };
    let mut table = entry.table("a table `[reload]`")?;
    let states = [("keep", StatePolicy::Keep), ("reset", StatePolicy::Reset)];
    if let Some(state) = read_word(&mut table, "state", &states)? {
        reload.state = state;
    }
    if let Some(entry) = table.entry("drain_timeout_ms") {
        reload.drain_timeout = read_milliseconds(&entry, 0)?;
    }
    table.finish(warnings);
    Ok(reload)
}

fn read_limits(root: &mut Table<'_>, warnings: &mut Vec<ManifestWarning>) -> Read<Limits> {
    let mut limits = Limits::default();
    let Some(entry) = root.entry("limits") else {
        return Ok(limits);
    };
    let mut table = entry.table("a table `[limits]`")?;
    if let Some(entry) = table.entry("memory") {
        limits.memory = Some(read_memory(&entry)?);
    }
    if let Some(entry) = table.entry("call_ms") {
        limits.call_time = Some(read_milliseconds(&entry, 1)?);
    }
    table.finish(warnings);
    Ok(limits)
}

fn read_memory(entry: &Entry<'_>) -> Read<u64> {
    let expected = "a number of bytes above 0, such as 67108864 or \"64 MiB\"";
    let bytes = match entry.value().as_str() {
        Some(text) => parse_bytes(text).ok_or_else(|| entry.invalid(expected))?,
        None => entry.integer(expected)?,
    };
    if bytes > 0 { Ok(bytes) } else { Err(entry.invalid(expected)) }
}

fn read_milliseconds(entry: &Entry<'_>, least: u64) -> Read<Duration> {
    let expected = format!("milliseconds from {least} to {MAX_MILLISECONDS}");
    let milliseconds = entry.integer(&expected)?;
    if (least..=MAX_MILLISECONDS).contains(&milliseconds) {
        return Ok(Duration::from_millis(milliseconds));
    }
    Err(entry.invalid(&expected))
}

fn read_threads(root: &mut Table<'_>) -> Read<ThreadPolicy> {
    let policies = [("any", ThreadPolicy::Any), ("main", ThreadPolicy::Main)];
    Ok(read_word(root, "threads", &policies)?.unwrap_or_default())
}

fn read_wit(root: &mut Table<'_>, data: &ManifestData) -> Result<Option<String>, RuntimeError> {
    let Some(entry) = root.entry("wit") else {
        return Ok(None);
    };
    let wit = entry.string("a file or folder inside the bundle's folder, such as \"wit\"")?;
    check_lexically(&data.name, &data.path, wit)?;
    is_file_name(wit.trim_end_matches('/')).map_err(|refusal| entry.refused(refusal))?;
    Ok(Some(wit.to_owned()))
}

fn read_loader_tables(root: &mut Table<'_>, loader: &str) -> Read<BTreeMap<String, LoaderTable>> {
    let mut tables = BTreeMap::new();
    let own = (!LOADER_TABLES.contains(&loader)).then_some(loader);
    for name in LOADER_TABLES.into_iter().chain(own) {
        if let Some(entry) = root.entry(name) {
            tables.insert(name.to_owned(), LoaderTable::read(name, &entry)?);
        }
    }
    Ok(tables)
}
