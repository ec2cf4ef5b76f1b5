//! The subcommands and options that say whose bundles are run.

use super::EXIT_CODES;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Says whether bundles are what a trusted key has signed, and runs nothing of them
#[derive(Args, Debug)]
#[command(after_help = format!("{VERIFY_JSON}\n\n{EXIT_CODES}"))]
pub(crate) struct VerifyOptions {
    /// A bundle's folder, or a folder of bundles
    #[arg(value_name = "BUNDLE", required = true)]
    pub(crate) bundles: Vec<PathBuf>,

    /// A public key, as a file or ed25519:HEX; may be given more than once
    ///
    /// Only such keys count then, and not those of the trust store. What is revoked there stays revoked.
    #[arg(long = "key", value_name = "PUB")]
    pub(crate) keys: Vec<PathBuf>,

    /// The file of trusted and revoked keys, if not that of `polyplug trust`
    #[arg(long, value_name = "FILE")]
    pub(crate) trust_store: Option<PathBuf>,

    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const VERIFY_JSON: &str = "\
JSON: an object with
  bundles      in the order of the paths, and in a folder by path, each with
                 path, name, version (text; null if the manifest cannot be read), digest (64
                 hexadecimal digits, of all files but bundle.sig, or null), signature, differences
  signature    with verdict (\"good\" | \"unsigned\" | \"refused\"), signer, minimum_version (text or
               null), code (a word that stays, such as \"unknown-key\" or \"file-changed\"; null if it
               is good), reason (text; null if it is good)
  signer       null, or the key that is named in bundle.sig, with id, name (text or null); it is only
               if the verdict is good that this key has made the signature
  differences  all files that are not as they were signed, each with kind (\"changed\" |
               \"line-ends\" | \"added\" | \"removed\" | \"renamed\"), path, from (where it was signed, if it was renamed, or null)
Fields are added, never renamed or removed.";

/// Keeps the keys whose bundles you run
///
/// They are in a text file, a key a line: the one that --trust-store names, or the variable
/// POLYPLUG_TRUST_STORE, else polyplug/trust in the user's folder for settings.
#[derive(Args, Debug)]
pub(crate) struct TrustOptions {
    #[command(subcommand)]
    pub(crate) command: TrustCommand,

    /// Another file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) trust_store: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    Add(TrustAddOptions),
    List(TrustListOptions),
    Remove(TrustRemoveOptions),
    Revoke(TrustRevokeOptions),
}

/// Trusts a key
///
/// One that is trusted already keeps its name, unless another is given.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct TrustAddOptions {
    /// A file with a public key, or the key as ed25519:HEX
    pub(crate) key: PathBuf,

    /// Whose it is, if not what the file is called
    #[arg(long)]
    pub(crate) name: Option<String>,
}

/// Lists the keys that are trusted and those that are revoked
#[derive(Args, Debug)]
#[command(after_help = format!("{TRUST_JSON}\n\n{EXIT_CODES}"))]
pub(crate) struct TrustListOptions {
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const TRUST_JSON: &str = "\
JSON: an object with
  store      the file
  keys       each key once, with id, key (\"ed25519:...\"), name (both null of a key that was only
             revoked), state (\"trusted\" | \"revoked\"), reason (text, may be empty; null if trusted)
  trusted    in the order of the file, each with id, key (\"ed25519:...\"), name, revoked (true or false)
  revoked    in the order of the file, each with id, reason (text, may be empty)
Fields are added, never renamed or removed.";

/// Trusts a key no longer, as if it had never been added
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct TrustRemoveOptions {
    /// The key's id, or the key: a file, ed25519:HEX, or its name in the list
    pub(crate) id: String,
}

/// Refuses a key for good, even if a program trusts it by itself
///
/// For a key that leaked. What it has signed before is refused as well. Of a key that is revoked already
/// the reason is added to those that are there.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct TrustRevokeOptions {
    /// The key's id, or the key: a file, ed25519:HEX, or its name in the list
    pub(crate) id: String,

    /// Why, for who reads the list
    pub(crate) reason: Vec<String>,
}
