//! Files with keys, as `keygen` and OpenSSL write them. The text of a secret key lies in one place only,
//! which is wiped.

use crate::show::style::shown;
use polyplug_trust::{KeyError, KeyId, PublicKey, SecretKey, printable};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::path::Path;
use std::str;
use zeroize::Zeroizing;

/// A hundred times what a key has: a larger file is something else.
const MAX_BYTES: usize = 16 * 1024;

/// What a key that is no file begins with.
const TEXT: &str = "ed25519:";

/// The public key in this file, or of this text. The error names it.
pub(crate) fn public(key: &Path) -> Result<PublicKey, String> {
    if let Some(text) = key.to_str().filter(|text| text.starts_with(TEXT)) {
        return text.parse().map_err(|error| format!("{text}: {error}"));
    }
    let told = |problem: &str| format!("{}: {problem}", shown(key));
    let bytes = open(key).and_then(|(mut file, _)| read(&mut file)).map_err(|why| told(&why))?;
    let text = text(&bytes).ok_or_else(|| told(&KeyError::NotPublicPem.to_string()))?;
    let read = if text.trim_start().starts_with(TEXT) {
        text.trim().parse()
    } else {
        PublicKey::from_pem(text)
    };
    read.map_err(|error| told(&error.to_string()))
}

/// What a key is called by its file: `studio` of `studio.pub`. A key that is text has no name.
pub(crate) fn name(key: &Path) -> Option<String> {
    let is_text = key.to_str().is_some_and(|text| text.starts_with(TEXT));
    let stem = key.file_stem().filter(|_| !is_text)?;
    Some(stem.to_string_lossy().into_owned())
}

/// The secret key in this file, or `-`, standard input. The error names it, and holds nothing of it.
pub(crate) fn secret(key: &Path) -> Result<SecretKey, String> {
    if key == Path::new("-") {
        return input()
            .and_then(|mut input| secret_in(&mut input))
            .map_err(|why| format!("standard input: {why}"));
    }
    let told = |why: String| format!("{}: {why}", shown(key));
    let (mut file, metadata) = open(key).map_err(told)?;
    let secret = secret_in(&mut file).map_err(told)?;
    if is_open_to_others(&metadata) {
        let path = quoted(&key.display().to_string());
        return Err(told(format!(
            "others can read this secret key; make it yours alone: chmod 600 {path}"
        )));
    }
    Ok(secret)
}

fn secret_in(file: &mut File) -> Result<SecretKey, String> {
    let bytes = read(file)?;
    let text = text(&bytes).ok_or_else(|| KeyError::NotSecretPem.to_string())?;
    if text.contains("-----BEGIN PUBLIC KEY-----") || text.trim_start().starts_with(TEXT) {
        return Err(
            "this is a public key, and bundles are signed with the secret one, in the file that \
                    ends with .key"
                .to_owned(),
        );
    }
    SecretKey::from_pem(text).map_err(|error| error.to_string())
}

/// The id that a person wrote, or that of the key in this file or text.
pub(crate) fn id(text: &str) -> Result<KeyId, String> {
    if let Ok(id) = text.to_ascii_lowercase().parse() {
        return Ok(id);
    }
    let path = Path::new(text);
    if text.starts_with(TEXT) || path.exists() {
        return public(path).map(|key| key.id());
    }
    Err(format!(
        "{text}: this is neither a file with a public key, nor an id, which is 16 hexadecimal digits, nor \
         the name of a key in the trust store"
    ))
}

/// Writes a secret key to a file of its own, for this user alone.
pub(crate) fn write_secret(path: &Path, key: &SecretKey) -> io::Result<()> {
    write_new(path, key.to_pem().as_bytes(), private)
}

/// Writes a public key to a file of its own.
pub(crate) fn write_public(path: &Path, key: &PublicKey) -> io::Result<()> {
    write_new(path, key.to_pem().as_bytes(), |options| options)
}

fn write_new(
    path: &Path,
    text: &[u8],
    with: fn(&mut OpenOptions) -> &mut OpenOptions,
) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = with(options.write(true).create_new(true)).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn input() -> Result<File, String> {
    let input = io::stdin();
    if input.is_terminal() {
        return Err("this is a terminal, which would show the key; pipe it in".to_owned());
    }
    // Not through the buffer of the stream, which nobody wipes.
    duplicate(&input).map_err(|error| format!("it cannot be read: {error}"))
}

#[cfg(unix)]
fn duplicate(input: &io::Stdin) -> io::Result<File> {
    use std::os::fd::AsFd;
    input.as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn duplicate(input: &io::Stdin) -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    input.as_handle().try_clone_to_owned().map(File::from)
}

fn open(path: &Path) -> Result<(File, Metadata), String> {
    let opened = || {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        Ok((file, metadata))
    };
    let (file, metadata) = opened().map_err(|error: io::Error| match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => format!("it cannot be read: {error}"),
    })?;
    if metadata.is_dir() {
        return Err("this is a folder; name the file with the key".to_owned());
    }
    Ok((file, metadata))
}

/// Reads without ever moving what was read: what is left behind elsewhere would not be wiped.
fn read(file: &mut File) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut bytes = Zeroizing::new(vec![0; MAX_BYTES + 1]);
    let mut len = 0;
    while len < bytes.len() {
        match file.read(&mut bytes[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(format!("it cannot be read: {error}")),
        }
    }
    bytes.truncate(len);
    match len {
        0 => Err("it is empty, and no key".to_owned()),
        len if len > MAX_BYTES => Err("it is too large for a key".to_owned()),
        _ => Ok(bytes),
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    str::from_utf8(bytes).ok()
}

/// As a shell reads it back.
pub(crate) fn quoted(path: &str) -> String {
    // What nobody can type is shown, though no shell reads that back.
    let path = &printable(path);
    // No path has a quotation mark in it on Windows.
    let (plain, quoted) = match cfg!(windows) {
        true => (r"\/:._-+@", format!("\"{path}\"")),
        false => ("/._-+@", format!("'{}'", path.replace('\'', r"'\''"))),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || plain.contains(c);
    if path.chars().all(is_plain) { path.to_owned() } else { quoted }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(unix)]
fn is_open_to_others(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.is_file() && metadata.permissions().mode() & 0o077 != 0
}

/// A user's folder is the user's alone there, and so are new files in it.
#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn is_open_to_others(_metadata: &Metadata) -> bool {
    false
}
