//! The subcommands that make keys and signatures.

use super::EXIT_CODES;
use crate::show::style;
use clap::Args;
use polyplug::loader::manifest::parse_version;
use polyplug_abi::Version;
use std::path::PathBuf;

/// Makes a key to sign bundles with
///
/// NAME.key is the secret key: it stays with you, readable by you alone, and is never printed. NAME.pub is
/// the public key, which you give to those who are to run your bundles. Both are PEM as OpenSSL writes it.
/// What is there already is never overwritten.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct KeygenOptions {
    /// Whose key it is; the files are NAME.key and NAME.pub
    #[arg(value_parser = key_name)]
    pub(crate) name: String,

    /// Where the files go, if not here
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// Signs a bundle: every file in its folder, as it is now
///
/// The signature is written to bundle.sig beside the manifest. Sign last: whatever changes afterwards
/// is found. A bundle with symbolic links, or with names that other systems read differently, is not signed.
#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct SignOptions {
    /// A bundle's folder, or a folder of bundles
    #[arg(value_name = "BUNDLE", required = true)]
    pub(crate) bundles: Vec<PathBuf>,

    /// The secret key, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,

    /// From now on hosts are to refuse all versions before this one
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(crate) minimum_version: Option<Version>,
}

fn version(text: &str) -> Result<Version, String> {
    let parsed = parse_version(text).filter(|found| found.pre.is_empty() && found.build.is_empty());
    let number = |part: u64| u32::try_from(part).ok();
    parsed
        .and_then(|found| {
            Some(Version::new(number(found.major)?, number(found.minor)?, number(found.patch)?))
        })
        .filter(|_| !text.is_empty())
        .ok_or_else(|| "a version is like 1.2.0".to_owned())
}

/// A name that makes a file here, and nowhere else.
fn key_name(text: &str) -> Result<String, String> {
    let is_place = text.contains(['/', '\\']);
    if is_place {
        return Err("it is a name without folders; write the folder behind --out".to_owned());
    }
    let is_shown = !text.contains(|c: char| c.is_control()) && style::foreign(text) == text;
    if !text.starts_with(char::is_alphanumeric) || text.trim_end() != text || !is_shown {
        return Err(
            "a name begins with a letter or a digit, as in `studio`, and has no blank at its end and nothing \
             that cannot be seen"
                .to_owned(),
        );
    }
    if text.ends_with(".key") || text.ends_with(".pub") {
        return Err("leave the ending off: it makes a .key and a .pub".to_owned());
    }
    Ok(text.to_owned())
}
