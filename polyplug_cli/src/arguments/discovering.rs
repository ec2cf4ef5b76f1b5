//! The options of `polyplug discover`.

use super::EXIT_CODES;
use super::granting::Granting;
use super::signatures::Signatures;
use clap::Args;
use std::path::PathBuf;

/// Looks at the bundles of folders, and says which would load and why not, without running them
///
/// What a bundle says of itself is read from its manifest and its descriptions; whether it is true shows
/// only when it is loaded. Of two bundles with one name the first that would load counts, in the order of
/// the folders.
#[derive(Args, Debug)]
#[command(after_help = format!("{DISCOVER_JSON}\n\n{EXIT_CODES}"))]
pub(crate) struct DiscoverOptions {
    /// A folder that holds bundles' folders
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,

    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) granting: Granting,

    #[command(flatten)]
    pub(crate) signatures: Signatures,
}

const DISCOVER_JSON: &str = "\
JSON: an object with
  bundles       in the order of the folders, and in each by path, each with
                  path, name, version, loader (text or null), contracts (texts), dependencies (texts),
                  capabilities, digest (64 hexadecimal digits or null), signature, prospect,
                  shadowed_by (a path or null), error (text or null)
  capabilities  what it asks for, each with capability, optional, granted (true or false)
  signature     what it is worth, whether it counts here or not, as `polyplug verify --json` has it
  prospect      \"would-load\", \"would-fail\" (which the error is about), \"disabled\" by its manifest,
                \"shadowed\" by another of its name that would load
Fields are added, never renamed or removed.";
