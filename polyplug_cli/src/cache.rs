//! `polyplug cache`: the compiled components that are kept on disk.

use crate::Verdict;
use crate::arguments::{CacheCommand, CacheListOptions};
use crate::show::listing::counted;
use crate::show::problem::Problem;
use crate::show::size;
use crate::show::style::{BAD, DIM, NAME, STRONG, paint, shown};
use polyplug_wasm::{CacheConfig, CacheEntry, CacheFolder};
use serde::Serialize;
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

/// Runs the subcommand.
pub(crate) fn cache(command: &CacheCommand, out: &mut dyn Write) -> io::Result<Verdict> {
    let folder = CacheFolder::find(&CacheConfig::default());
    match command {
        CacheCommand::List(options) => list(folder.as_ref(), options, out),
        CacheCommand::Clear => clear(folder.as_ref(), out),
    }
}

fn list(
    folder: Option<&CacheFolder>,
    options: &CacheListOptions,
    out: &mut dyn Write,
) -> io::Result<Verdict> {
    let entries = match folder.map_or_else(|| Ok(Vec::new()), CacheFolder::entries) {
        Ok(entries) => entries,
        Err(error) => return bad(folder, &error),
    };
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &Listing::new(folder, &entries))?;
        writeln!(out)?;
        return Ok(Verdict::Good);
    }
    let Some(folder) = folder else { return write_none(out) };
    let bytes = size::human(entries.iter().map(|entry| entry.bytes).sum());
    let summary = format!("{}, {bytes}", counted(entries.len(), "component"));
    writeln!(out, "{}  {summary}", paint(STRONG, folder.path().display()))?;
    let width = entries.iter().map(|entry| label(entry).len()).max().unwrap_or(0);
    for entry in &entries {
        let style = if entry.label.is_some() { NAME } else { BAD };
        let name = paint(style, format!("{:width$}", label(entry)));
        let age = entry.last_used.elapsed().unwrap_or_default();
        let file = entry.path.file_stem().unwrap_or_default().to_string_lossy();
        let file = paint(DIM, file.chars().take(12).collect::<String>());
        writeln!(out, "  {name}  {:>8}  {:15}  {file}", size::human(entry.bytes), ago(age))?;
    }
    Ok(Verdict::Good)
}

fn clear(folder: Option<&CacheFolder>, out: &mut dyn Write) -> io::Result<Verdict> {
    let Some(folder) = folder else { return write_none(out) };
    match folder.clear() {
        Ok(cleared) => {
            let (files, bytes) = (counted(cleared.files, "file"), size::human(cleared.bytes));
            writeln!(out, "{}  {files} removed, {bytes}", shown(folder.path()))?;
            Ok(Verdict::Good)
        }
        Err(error) => bad(Some(folder), &error),
    }
}

fn bad(folder: Option<&CacheFolder>, error: &io::Error) -> io::Result<Verdict> {
    let path = folder.map(|folder| shown(folder.path())).unwrap_or_default();
    Problem::plain(format!("{path}: {error}")).write(&mut anstream::stderr())?;
    Ok(Verdict::Bad)
}

fn write_none(out: &mut dyn Write) -> io::Result<Verdict> {
    writeln!(
        out,
        "There is no cache: POLYPLUG_CACHE_DIR is empty, or this user has no folder for it."
    )?;
    Ok(Verdict::Good)
}

fn label(entry: &CacheEntry) -> &str {
    entry.label.as_deref().unwrap_or("damaged")
}

/// How long ago it was used, as well as that is known.
fn ago(age: Duration) -> String {
    let hours = age.as_secs() / 3600;
    match hours {
        0 => "within the hour".to_owned(),
        hours if hours < 48 => format!("{} ago", counted(hours as usize, "hour")),
        hours => format!("{} ago", counted((hours / 24) as usize, "day")),
    }
}

#[derive(Serialize)]
struct Listing<'a> {
    folder: Option<String>,
    entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    bundle: Option<&'a str>,
    path: String,
    bytes: u64,
    last_used: u64,
}

impl<'a> Listing<'a> {
    fn new(folder: Option<&CacheFolder>, entries: &'a [CacheEntry]) -> Self {
        let entry = |entry: &'a CacheEntry| Entry {
            bundle: entry.label.as_deref(),
            path: entry.path.display().to_string(),
            bytes: entry.bytes,
            last_used: seconds(entry.last_used),
        };
        Self {
            folder: folder.map(|folder| folder.path().display().to_string()),
            entries: entries.iter().map(entry).collect(),
        }
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
