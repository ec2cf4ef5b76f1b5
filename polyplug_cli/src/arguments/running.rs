//! The options of `polyplug run`.

use super::EXIT_CODES;
use super::granting::Granting;
use super::signatures::Signatures;
use clap::Args;
use polyplug_abi::Compatibility;
use std::path::PathBuf;

/// Loads a folder of bundles, and follows its files
///
/// Every folder in DIR that holds a manifest.toml is a bundle. Without --watch they are loaded and
/// listed, and the exit code says whether all of them run. With --watch every saved change is
/// loaded at once and told with its times, until Ctrl-C.
///
/// Scripts are stopped after 2,000 ms in one call, unless their manifest has another limit.
#[derive(Args, Debug)]
#[command(after_help = format!("{AUDIT}\n\n{EXIT_CODES}"))]
pub(crate) struct RunOptions {
    /// The folder that holds the bundles' folders
    pub(crate) dir: PathBuf,

    /// Follow the files until Ctrl-C
    #[arg(long, short)]
    pub(crate) watch: bool,

    /// Commit changes every N milliseconds, as a game does between two frames, instead of at once
    #[arg(long, value_name = "N", requires = "watch")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub(crate) poll_ms: Option<u64>,

    /// Append what is loaded, reloaded and refused to this file, one JSON object a line
    ///
    /// It is not inside of a bundle. If it cannot be written nothing is loaded; if that happens later, what
    /// runs goes on, and the exit code is 1.
    #[arg(long, value_name = "FILE")]
    pub(crate) audit: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) granting: Granting,

    #[command(flatten)]
    pub(crate) signatures: Signatures,

    #[command(flatten)]
    pub(crate) strictness: Strictness,
}

const AUDIT: &str = "\
A line of the audit is an object with
  time       RFC 3339, in UTC
  event      \"started\" (a run of DIR, which is the path), \"loaded\", \"reloaded\", \"refused\" (by
             the policy), \"failed\" (for another reason), \"unloaded\", \"lost\" (events are missing)
  bundle, version, loader, path
  generation what number of load it is
  digest     64 hexadecimal digits, of all files of the bundle but bundle.sig; with the policy off,
             of the files that were taken
  signer     with id and name (text or null), if a signature was checked and holds
  policy     \"off\", \"warn\" or \"required\"
  decision   \"accepted\", \"accepted-with-warning\", \"not-checked\", \"refused\" or \"denied\"
  code       the rule behind a refusal or warning, such as \"unsigned\" or \"file-changed\"
  reason     why it was refused or failed, or the warning
All of them are there, null where nothing is known. Fields are added, never renamed or removed.";

/// How differences between what was promised and what is there are treated.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(crate) struct Strictness {
    /// Differences from the manifest, and functions that went away, are errors (default)
    #[arg(long)]
    strict: bool,

    /// They are warnings (default with --watch)
    #[arg(long)]
    relaxed: bool,

    /// They are not looked at
    #[arg(long)]
    yolo: bool,
}

impl Strictness {
    /// What was asked for, if anything was.
    pub(crate) fn compatibility(&self) -> Option<Compatibility> {
        match self {
            Self { strict: true, .. } => Some(Compatibility::Strict),
            Self { relaxed: true, .. } => Some(Compatibility::Relaxed),
            Self { yolo: true, .. } => Some(Compatibility::Yolo),
            _ => None,
        }
    }
}
