//! The keys of a manifest that have defaults: how a bundle is run, not what it is.

use super::loader_table::LoaderTable;
use std::collections::BTreeMap;
use std::time::Duration;

/// All keys that [`ManifestData`](super::ManifestData) does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleOptions {
    /// `enabled`: whether a scan loads the bundle. Default: true.
    pub enabled: bool,
    /// `priority`: providers of one contract are ordered by it, highest first, then by name.
    /// Default: 0.
    pub priority: i64,
    /// `[reload]`.
    pub reload: ReloadOptions,
    /// `[limits]`.
    pub limits: Limits,
    /// `threads`.
    pub threads: ThreadPolicy,
    /// `wit`: the file or folder with the contracts' descriptions, inside the bundle's folder.
    pub wit: Option<String>,
    /// `file` as a table, by `os.arch`; empty where `file` is a string.
    pub file_by_target: BTreeMap<String, String>,
    /// `[lua]`, `[wasm]`, `[native]` and the table named as the manifest's loader, by name.
    pub loader_tables: BTreeMap<String, LoaderTable>,
}

/// `[reload]`: how a running version is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReloadOptions {
    /// `state`: what becomes of living instances. Default: keep.
    pub state: StatePolicy,
    /// `drain_timeout_ms`: how long a commit waits for pins and locks, and a drain for calls,
    /// before it says so. Default: two seconds.
    pub drain_timeout: Duration,
}

/// What becomes of the state of instances when their bundle is reloaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatePolicy {
    /// `"keep"`: it is handed to the new version.
    #[default]
    Keep,
    /// `"reset"`: instances start afresh.
    Reset,
}

/// `[limits]`: what a bundle may use. Each loader says how it enforces them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// `memory`, in bytes; `None`: no limit.
    pub memory: Option<u64>,
    /// `call_ms`: how long one call may take; `None`: no limit.
    pub call_time: Option<Duration>,
}

impl Limits {
    /// Takes the limits of `defaults` where there is none.
    pub(crate) fn default_to(&mut self, defaults: &Self) {
        self.memory = self.memory.or(defaults.memory);
        self.call_time = self.call_time.or(defaults.call_time);
    }
}

/// `threads`: which threads may call the bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThreadPolicy {
    /// `"any"`.
    #[default]
    Any,
    /// `"main"`: a call from another thread is an error.
    Main,
}

impl Default for BundleOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            priority: 0,
            reload: ReloadOptions::default(),
            limits: Limits::default(),
            threads: ThreadPolicy::default(),
            wit: None,
            file_by_target: BTreeMap::new(),
            loader_tables: BTreeMap::new(),
        }
    }
}

impl Default for ReloadOptions {
    fn default() -> Self {
        Self { state: StatePolicy::Keep, drain_timeout: Duration::from_millis(2_000) }
    }
}

/// A number of bytes: digits, a blank or none, and a unit: powers of 1000 (`MB`) or 1024 (`MiB`).
pub(super) fn parse_bytes(text: &str) -> Option<u64> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let unit = unit.trim_start().to_ascii_lowercase();
    let (base, unit): (u64, &str) = match unit.strip_suffix("ib") {
        Some(prefix) => (1024, prefix),
        None => (1000, unit.strip_suffix('b')?),
    };
    let exponent = match unit {
        "" if base == 1000 => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(base.pow(exponent))
}

#[cfg(test)]
mod tests {
    use super::parse_bytes;

    #[test]
    fn a_size_is_digits_and_a_unit() {
        for (text, bytes) in [
            ("64 MiB", 64 << 20),
            ("512KiB", 512 << 10),
            ("1 GB", 1_000_000_000),
            ("0 B", 0),
            ("2tib", 2 << 40),
            ("7  kb", 7_000),
        ] {
            assert_eq!(parse_bytes(text), Some(bytes), "{text}");
        }
    }

    #[test]
    fn a_size_without_unit_or_digits_is_refused() {
        for text in [
            "",
            "64",
            "MiB",
            "64 M",
            "1.5 GiB",
            "-1 B",
            "64 MiBB",
            "1 iB",
            "ß",
            "1 ib",
            "99999999999 GiB",
            "18446744073709551616 B",
            "64 MiB ",
        ] {
            assert_eq!(parse_bytes(text), None, "{text}");
        }
    }
}
