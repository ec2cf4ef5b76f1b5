//! The TOML text with its places: tables and entries that know their key path and span.
//!
//! serde would lose both, and an integer above `i64::MAX` with them: the parser keeps integers as
//! text until somebody asks for a type. A [`Table`] remembers which keys were asked for, so what is
//! left at the end is unknown, without a second list of keys.

use super::error::{ManifestError, ManifestPlace, ManifestProblem};
use super::nesting;
use super::refusal::Refusal;
use super::warning::{ManifestWarning, nearest};
use std::iter;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A longer line is cut in an excerpt, a longer value in a message.
const MAX_EXCERPT_CHARS: usize = 200;
const MAX_FOUND_CHARS: usize = 60;

/// A manifest's text and where it came from.
pub(super) struct Document<'a> {
    pub(super) path: &'a Path,
    text: &'a str,
    /// Where each line begins: places are asked for by the thousand in a manifest of many keys.
    lines: Vec<usize>,
}

impl<'a> Document<'a> {
    pub(super) fn new(path: &'a Path, text: &'a str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { path, text, lines: iter::once(0).chain(after_breaks).collect() }
    }

    pub(super) fn parse(&self) -> Result<DeTable<'a>, ManifestError> {
        if let Some(at) = nesting::too_deep(self.text) {
            let place = Some(Box::new(self.place(at)));
            let problem = ManifestProblem::TooDeep { limit: nesting::LIMIT };
            return Err(ManifestError { place, ..ManifestError::of_file(self.path, problem) });
        }
        DeTable::parse(self.text).map(Spanned::into_inner).map_err(|error| {
            let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
            let place = error.span().map(|span| Box::new(self.place(span.start)));
            let problem = ManifestProblem::Syntax { message };
            ManifestError { path: self.path.to_owned(), place, key: None, problem }
        })
    }

    pub(super) fn place(&self, offset: usize) -> ManifestPlace {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines[line - 1];
        let before = String::from_utf8_lossy(&self.text.as_bytes()[start..offset]);
        let text = self.text[start..].lines().next().unwrap_or_default();
        ManifestPlace {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1),
            text: text.chars().take(MAX_EXCERPT_CHARS).collect(),
        }
    }

    fn error(&self, at: usize, key: &str, problem: ManifestProblem) -> ManifestError {
        ManifestError {
            path: self.path.to_owned(),
            place: Some(Box::new(self.place(at))),
            key: Some(key.to_owned()),
            problem,
        }
    }
}

/// A table being read.
pub(super) struct Table<'a> {
    document: &'a Document<'a>,
    content: &'a DeTable<'a>,
    key: String,
    at: usize,
    asked: Vec<String>,
}

impl<'a> Table<'a> {
    pub(super) fn root(document: &'a Document<'a>, content: &'a DeTable<'a>) -> Self {
        Self { document, content, key: String::new(), at: 0, asked: Vec::new() }
    }

    /// The entry `name`, which is a known key from now on.
    pub(super) fn entry(&mut self, name: &str) -> Option<Entry<'a>> {
        self.asked.push(name.to_owned());
        let (key, value) = self.content.get_key_value(name)?;
        Some(self.entry_of(key.get_ref(), key.span(), value))
    }

    /// The entry `name`, or an error that shows `example`.
    pub(super) fn required(
        &mut self,
        name: &str,
        example: &str,
    ) -> Result<Entry<'a>, ManifestError> {
        self.entry(name).ok_or_else(|| {
            let keys = self.content.keys().map(|key| key.get_ref().as_ref());
            let others = keys.filter(|key| !self.asked.iter().any(|asked| asked == key));
            let similar = nearest(name, others);
            let key = similar.and_then(|similar| self.content.get_key_value(similar));
            let at = key.map_or(self.at, |(key, _)| key.span().start);
            let similar = similar.map(quoted);
            let problem = ManifestProblem::MissingKey { example: example.to_owned(), similar };
            self.document.error(at, &joined(&self.key, name), problem)
        })
    }

    /// All entries, for a table whose keys are free.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Entry<'a>)> {
        self.content.iter().map(|(key, value)| {
            let name = key.get_ref().as_ref();
            (name, self.entry_of(name, key.span(), value))
        })
    }

    /// The error for a value of this table that was refused.
    pub(super) fn refused(&mut self, refusal: Refusal) -> ManifestError {
        match self.entry(refusal.key) {
            Some(entry) => entry.refused(refusal),
            None => {
                let key = joined(&self.key, refusal.key);
                self.document.error(self.at, &key, refusal.into())
            }
        }
    }

    /// A warning for each key that was never asked for.
    pub(super) fn finish(self, warnings: &mut Vec<ManifestWarning>) {
        for (key, _) in self.content.iter() {
            let name = key.get_ref().as_ref();
            if self.asked.iter().any(|asked| asked == name) {
                continue;
            }
            let known = self.asked.iter().map(String::as_str);
            warnings.push(ManifestWarning {
                path: self.document.path.to_owned(),
                line: self.document.place(key.span().start).line,
                key: joined(&self.key, name),
                did_you_mean: nearest(name, known).map(str::to_owned),
            });
        }
    }

    fn entry_of(
        &self,
        name: &str,
        key_span: Range<usize>,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Entry<'a> {
        let key = joined(&self.key, name);
        Entry { document: self.document, key, key_at: key_span.start, value }
    }
}

/// A value with its key.
pub(super) struct Entry<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) key: String,
    key_at: usize,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Entry<'a> {
    pub(super) fn value(&self) -> &'a DeValue<'a> {
        self.value.get_ref()
    }

    pub(super) fn string(&self, expected: &str) -> Result<&'a str, ManifestError> {
        self.value().as_str().ok_or_else(|| self.wrong_type(expected))
    }

    pub(super) fn boolean(&self) -> Result<bool, ManifestError> {
        self.value().as_bool().ok_or_else(|| self.wrong_type("true or false"))
    }

    /// An integer in the range of `T`, and never by way of `i64`.
    pub(super) fn integer<T: TryFrom<i128>>(&self, expected: &str) -> Result<T, ManifestError> {
        let integer = self.value().as_integer().ok_or_else(|| self.wrong_type(expected))?;
        i128::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.invalid(expected))
    }

    /// An id: an integer up to `u64::MAX`, or the same in hexadecimal as a string.
    pub(super) fn id(&self) -> Result<u64, ManifestError> {
        let expected =
            "an integer up to 18446744073709551615 or a string such as \"0x0123456789ABCDEF\"";
        let Some(text) = self.value().as_str() else {
            return self.integer(expected);
        };
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
        digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.invalid(expected))
    }

    pub(super) fn array(&self, expected: &str) -> Result<Vec<Entry<'a>>, ManifestError> {
        let array = self.value().as_array().ok_or_else(|| self.wrong_type(expected))?;
        let element = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| Entry {
            document: self.document,
            key: format!("{}[{index}]", self.key),
            key_at: self.key_at,
            value,
        };
        Ok(array.iter().enumerate().map(element).collect())
    }

    pub(super) fn table(&self, expected: &str) -> Result<Table<'a>, ManifestError> {
        let content = self.value().as_table().ok_or_else(|| self.wrong_type(expected))?;
        let (document, key) = (self.document, self.key.clone());
        Ok(Table { document, content, key, at: self.at(), asked: Vec::new() })
    }

    pub(super) fn wrong_type(&self, expected: &str) -> ManifestError {
        let (expected, found) = (expected.to_owned(), found(self.value()));
        self.error(ManifestProblem::WrongType { expected, found })
    }

    pub(super) fn invalid(&self, expected: &str) -> ManifestError {
        let (expected, found) = (expected.to_owned(), found(self.value()));
        self.error(ManifestProblem::InvalidValue { expected, found })
    }

    pub(super) fn refused(&self, refusal: Refusal) -> ManifestError {
        self.error(refusal.into())
    }

    pub(super) fn place(&self) -> ManifestPlace {
        self.document.place(self.at())
    }

    fn error(&self, problem: ManifestProblem) -> ManifestError {
        self.document.error(self.at(), &self.key, problem)
    }

    /// A table that only dotted keys or longer headers imply has no span of its own.
    fn at(&self) -> usize {
        let span = self.value.span();
        if span.is_empty() { self.key_at } else { span.start }
    }
}

/// `key` below the tables of `prefix`.
pub(super) fn joined(prefix: &str, key: &str) -> String {
    match prefix {
        "" => quoted(key),
        prefix => format!("{prefix}.{}", quoted(key)),
    }
}

/// The text of a string as a message shows it: quoted, escaped, cut.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(MAX_FOUND_CHARS) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}

fn quoted(key: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !key.is_empty() && key.bytes().all(bare) { key.to_owned() } else { shown(key) }
}

fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the string {}", shown(text)),
        DeValue::Integer(number) => format!("the integer {number}"),
        DeValue::Float(number) => format!("the float {number}"),
        DeValue::Boolean(value) => format!("the boolean {value}"),
        DeValue::Datetime(time) => format!("the date {time}"),
        DeValue::Array(values) => format!("an array of {}", values.len()),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
