//! A loader's own table in a manifest, `[lua]` for one: its values, and the line of each key.
//!
//! The manifest does not know what the keys mean. The loader asks for the keys it knows with a type
//! and gets errors that name the line, and in the end asks for warnings about the rest.

use super::document::{Entry, joined, shown};
use super::error::{ManifestError, ManifestPlace, ManifestProblem};
use super::warning::{ManifestWarning, nearest};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Value;
use toml::de::DeValue;

/// The table of one loader.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoaderTable {
    name: String,
    path: PathBuf,
    table: toml::Table,
    places: BTreeMap<String, ManifestPlace>,
}

impl LoaderTable {
    /// A table that no file holds: its errors name `path`, which may be a label, and no line.
    pub fn new(name: &str, path: &Path, table: toml::Table) -> Self {
        Self { name: name.to_owned(), path: path.to_owned(), table, places: BTreeMap::new() }
    }

    pub(super) fn read(name: &str, entry: &Entry<'_>) -> Result<Self, ManifestError> {
        let path = entry.document.path;
        let mut read = Self::new(name, path, toml::Table::new());
        for (key, entry) in entry.table("a table")?.entries() {
            let value = read.convert(&entry)?;
            read.table.insert(key.to_owned(), value);
        }
        Ok(read)
    }

    /// The table's name: `lua` for `[lua]`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The values as they are.
    pub fn values(&self) -> &toml::Table {
        &self.table
    }

    /// The line of `key`, from 1. A key inside of it is `key.inner` or `key[0]`.
    pub fn line(&self, key: &str) -> Option<u32> {
        self.place(key).map(|place| place.line)
    }

    /// The string `key`.
    ///
    /// # Errors
    /// It is there and no string.
    pub fn string(&self, key: &str) -> Result<Option<&str>, ManifestError> {
        self.typed(key, Value::as_str, "a string")
    }

    /// The boolean `key`.
    ///
    /// # Errors
    /// It is there and no boolean.
    pub fn boolean(&self, key: &str) -> Result<Option<bool>, ManifestError> {
        self.typed(key, Value::as_bool, "true or false")
    }

    /// The integer `key`, 0 or more.
    ///
    /// # Errors
    /// It is there and no integer, or negative.
    pub fn unsigned(&self, key: &str) -> Result<Option<u64>, ManifestError> {
        let expected = "an integer, 0 or more";
        let Some(number) = self.typed(key, Value::as_integer, expected)? else {
            return Ok(None);
        };
        u64::try_from(number).map(Some).map_err(|_| self.invalid(key, expected))
    }

    /// The array of strings `key`; empty if it is not there.
    ///
    /// # Errors
    /// It is there and something else.
    pub fn strings(&self, key: &str) -> Result<Vec<&str>, ManifestError> {
        let expected = "an array of strings";
        let array = self.typed(key, Value::as_array, expected)?.map_or(&[][..], Vec::as_slice);
        let text = |value: &'_ Value| value.as_str().is_some();
        match array.iter().position(|value| !text(value)) {
            Some(index) => Err(self.wrong_type(&format!("{key}[{index}]"), "a string")),
            None => Ok(array.iter().filter_map(Value::as_str).collect()),
        }
    }

    /// The error for a value of the right type that will not do.
    pub fn invalid(&self, key: &str, expected: &str) -> ManifestError {
        let (expected, found) = (expected.to_owned(), self.found(key));
        self.error(key, ManifestProblem::InvalidValue { expected, found })
    }

    /// The error for a value of the wrong type.
    pub fn wrong_type(&self, key: &str, expected: &str) -> ManifestError {
        let (expected, found) = (expected.to_owned(), self.found(key));
        self.error(key, ManifestProblem::WrongType { expected, found })
    }

    /// A warning for each key of the table that is not among `known`.
    pub fn unknown_keys(&self, known: &[&str]) -> Vec<ManifestWarning> {
        let unknown = self.table.keys().filter(|key| !known.contains(&key.as_str()));
        unknown
            .map(|key| ManifestWarning {
                path: self.path.clone(),
                line: self.line(key).unwrap_or(0),
                key: self.full_key(key),
                did_you_mean: nearest(key, known.iter().copied()).map(str::to_owned),
            })
            .collect()
    }

    fn typed<'a, T>(
        &'a self,
        key: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
        expected: &str,
    ) -> Result<Option<T>, ManifestError> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        read(value).map(Some).ok_or_else(|| self.wrong_type(key, expected))
    }

    fn error(&self, key: &str, problem: ManifestProblem) -> ManifestError {
        let place = self.place(key).map(|place| Box::new(place.clone()));
        ManifestError { path: self.path.clone(), place, key: Some(self.full_key(key)), problem }
    }

    fn place(&self, key: &str) -> Option<&ManifestPlace> {
        self.places.get(&self.full_key(key))
    }

    /// A key of the table itself is quoted where TOML wants that; a path inside is taken as it is.
    fn full_key(&self, key: &str) -> String {
        let table = joined("", &self.name);
        let (name, element) = self.split(key);
        match self.table.contains_key(name) {
            true => format!("{}{element}", joined(&table, name)),
            false => format!("{table}.{key}"),
        }
    }

    /// A key of the table and, if one of its elements is meant, the index with its brackets.
    fn split<'k>(&self, key: &'k str) -> (&'k str, &'k str) {
        if self.table.contains_key(key) {
            return (key, "");
        }
        let element = key.rfind('[').filter(|_| key.ends_with(']'));
        key.split_at(element.unwrap_or(key.len()))
    }

    fn found(&self, key: &str) -> String {
        let (name, element) = self.split(key);
        let value = self.table.get(name);
        let index = element.get(1..).and_then(|rest| rest.strip_suffix(']')?.parse::<usize>().ok());
        let value = index.map_or(value, |index| value.and_then(|value| value.get(index)));
        match value {
            Some(Value::Array(values)) => format!("an array of {}", values.len()),
            Some(Value::Table(_)) => "a table".to_owned(),
            Some(Value::String(text)) => format!("the string {}", shown(text)),
            Some(value) => format!("the {} {value}", value.type_str()),
            None => "not given".to_owned(),
        }
    }

    fn convert(&mut self, entry: &Entry<'_>) -> Result<Value, ManifestError> {
        self.places.insert(entry.key.clone(), entry.place());
        Ok(match entry.value() {
            DeValue::String(text) => Value::String(text.clone().into_owned()),
            DeValue::Integer(_) => Value::Integer(entry.integer("an integer of 64 bits")?),
            DeValue::Float(number) => {
                let number = number.as_str().parse().map_err(|_| entry.invalid("a number"))?;
                Value::Float(number)
            }
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(time) => Value::Datetime(*time),
            DeValue::Array(_) => {
                let elements = entry.array("an array")?;
                let values = elements.iter().map(|element| self.convert(element));
                Value::Array(values.collect::<Result<_, _>>()?)
            }
            DeValue::Table(_) => {
                let mut table = toml::Table::new();
                for (key, inner) in entry.table("a table")?.entries() {
                    table.insert(key.to_owned(), self.convert(&inner)?);
                }
                Value::Table(table)
            }
        })
    }
}

#[cfg(test)]
mod tests;
