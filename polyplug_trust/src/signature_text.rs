//! The text of `bundle.sig`. What is read is exactly what would be written: there is one text for each
//! signature, so no byte of it can be changed without notice.

use crate::bundle_tree::SIGNATURE_FILE;
use crate::file_hashes::{FileHash, FileHashes};
use crate::hex;
use crate::line_ends;
use crate::signature::{BundleSignature, is_bundle_name};
use crate::signature_error::{SignatureProblem, SignatureTextError};
use crate::tree_paths::TreePaths;
use crate::tree_rule::{MAX_FILES, MAX_PATH};
use crate::version_text::{self, number, quoted};
use std::collections::BTreeMap;
use std::fmt;
use std::str;

/// The number in the first line.
pub(crate) const FORMAT: u32 = 1;

/// The text of the largest tree is smaller.
pub(crate) const MAX_TEXT: usize = 4 * 1024 * 1024;

/// What the first line says before its number.
const TITLE: &str = "polyplug bundle signature ";

const KEY: &str = "key ";
const BUNDLE: &str = "bundle ";
const VERSION: &str = "version ";
const MINIMUM: &str = "minimum-version ";
const FILE: &str = "file ";
const SIGNATURE: &str = "signature ";

const _: () = {
    // Word, hash, length and path of each file; all other lines are short.
    let file = FILE.len() + 64 + 1 + 20 + 1 + MAX_PATH + 1;
    assert!(MAX_FILES * file + 4096 < MAX_TEXT);
};

impl BundleSignature {
    /// Reads what `bundle.sig` holds.
    ///
    /// # Errors
    /// It is not exactly what [`BundleSignature::to_text`] writes; the error says where and what.
    pub fn parse(text: &[u8]) -> Result<Self, SignatureTextError> {
        if text.len() > MAX_TEXT {
            return Err(SignatureTextError { line: 1, problem: SignatureProblem::TooLarge });
        }
        let text = str::from_utf8(text).map_err(|error| {
            let before = &text[..error.valid_up_to()];
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u32;
            SignatureTextError { line, problem: SignatureProblem::NotUtf8 }
        })?;
        match read_text(text) {
            Err(_) if is_converted(text) => {
                let problem = SignatureProblem::WindowsLineEnds;
                Err(SignatureTextError { line: 1, problem })
            }
            read => read,
        }
    }

    /// What is written to `bundle.sig`.
    pub fn to_text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for BundleSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}{FORMAT}")?;
        writeln!(f, "{KEY}{}", self.key)?;
        writeln!(f, "{BUNDLE}{}", self.bundle)?;
        writeln!(f, "{VERSION}{}", self.version)?;
        if let Some(minimum) = self.minimum {
            writeln!(f, "{MINIMUM}{minimum}")?;
        }
        for (path, FileHash { len, blake3 }) in self.files.iter() {
            writeln!(f, "{FILE}{} {len} {path}", hex::encode(blake3))?;
        }
        writeln!(f, "{SIGNATURE}{}", hex::encode(&self.signature))
    }
}

fn read_text(text: &str) -> Result<BundleSignature, SignatureTextError> {
    let mut lines = Lines { rest: text, number: 0 };
    read(&mut lines).map_err(|problem| SignatureTextError { line: lines.number, problem })
}

/// Whether it would be read but for its line ends.
fn is_converted(text: &str) -> bool {
    let converted = line_ends::without_returns(text.as_bytes());
    converted.len() < text.len()
        && str::from_utf8(&converted).is_ok_and(|text| read_text(text).is_ok())
}

fn read(lines: &mut Lines<'_>) -> Result<BundleSignature, SignatureProblem> {
    lines.next("`polyplug bundle signature 1`", |line| {
        match number(line.strip_prefix(TITLE)?)? {
            FORMAT => Some(Ok(())),
            format => Some(Err(SignatureProblem::Newer { format })),
        }
    })??;
    let key = lines.next("`key` and 16 lower hexadecimal digits", |line| {
        line.strip_prefix(KEY)?.parse().ok()
    })?;
    let bundle = lines.next("`bundle` and the bundle's name", |line| {
        line.strip_prefix(BUNDLE).filter(|name| is_bundle_name(name)).map(str::to_owned)
    })?;
    let version = lines.next("`version` and a version like 1.4.0", |line| {
        version_text::version(line.strip_prefix(VERSION)?)
    })?;
    let minimum = lines.optional(
        MINIMUM,
        "`minimum-version` and a version like 1.2.0",
        version_text::version,
    )?;
    if let Some(minimum) = minimum.filter(|minimum| *minimum > version) {
        return Err(SignatureProblem::Minimum { version, minimum });
    }
    let files = read_files(lines)?;
    let signature = lines.next(
        "`file`, 64 lower hexadecimal digits, a length and a path, or `signature` and 128 lower \
         hexadecimal digits",
        |line| hex::decode(line.strip_prefix(SIGNATURE)?),
    )?;
    lines.end()?;
    Ok(BundleSignature { key, bundle, version, minimum, files, signature })
}

fn read_files(lines: &mut Lines<'_>) -> Result<FileHashes, SignatureProblem> {
    let mut files = BTreeMap::new();
    let mut paths = TreePaths::default();
    let expected = "`file`, 64 lower hexadecimal digits, a length and a path";
    while let Some((path, hash)) = lines.optional(FILE, expected, file)? {
        let last = files.last_key_value().map(|(last, _): (&String, &FileHash)| last);
        if let Some(after) = last.filter(|last| last.as_str() >= path) {
            let (path, after) = (path.to_owned(), after.clone());
            return Err(SignatureProblem::Unsorted { path, after });
        }
        let checked = paths.file(path);
        checked.map_err(|rule| SignatureProblem::Path { path: path.to_owned(), rule })?;
        files.insert(path.to_owned(), hash);
    }
    Ok(FileHashes::of_checked(files))
}

fn file(line: &str) -> Option<(&str, FileHash)> {
    let (hash, rest) = line.split_once(' ')?;
    let (len, path) = rest.split_once(' ')?;
    let hash = FileHash { len: number(len)?, blake3: hex::decode(hash)? };
    // A signature is not over itself.
    (path != SIGNATURE_FILE).then_some((path, hash))
}

/// The lines that are not read yet.
struct Lines<'a> {
    rest: &'a str,
    /// Of the last that was read or tried.
    number: u32,
}

impl<'a> Lines<'a> {
    /// What `parse` makes of the next line.
    fn next<T>(
        &mut self,
        expected: &'static str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, SignatureProblem> {
        self.number += 1;
        let parsed = self.rest.split_once('\n').and_then(|(line, rest)| {
            let parsed = parse(line)?;
            self.rest = rest;
            Some(parsed)
        });
        parsed.ok_or_else(|| self.expected(expected))
    }

    /// As [`Lines::next`] of what follows `word`, if the line begins with it.
    fn optional<T>(
        &mut self,
        word: &str,
        expected: &'static str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<Option<T>, SignatureProblem> {
        if !self.rest.starts_with(word) {
            return Ok(None);
        }
        self.next(expected, |line| parse(line.strip_prefix(word)?)).map(Some)
    }

    fn end(&mut self) -> Result<(), SignatureProblem> {
        self.number += 1;
        if self.rest.is_empty() { Ok(()) } else { Err(self.expected("the end of the file")) }
    }

    fn expected(&self, expected: &'static str) -> SignatureProblem {
        SignatureProblem::Expected { expected, found: found(self.rest) }
    }
}

/// The first line of the rest, for a person.
fn found(rest: &str) -> String {
    if rest.is_empty() {
        return "the end of the file".to_owned();
    }
    let Some((line, _)) = rest.split_once('\n') else {
        return format!("{}, which has no line end", quoted(rest));
    };
    quoted(line)
}

#[cfg(test)]
mod tests;
