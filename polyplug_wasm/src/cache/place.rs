//! Which folder the cache is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Names the folder, for all programs of a user; when it is empty, there is no cache.
pub(crate) const VARIABLE: &str = "POLYPLUG_CACHE_DIR";

/// Where the folder is in the user's folder for caches.
const BELOW: [&str; 2] = ["polyplug", "wasm"];

/// Some thirty components of those that bring an interpreter, thousands of others.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// Where compiled components are kept, and how much of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheConfig {
    /// The folder.
    pub place: CachePlace,
    /// How many bytes the entries may have together; those that were not used for longest go first.
    pub most_bytes: u64,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { place: CachePlace::User, most_bytes: MOST_BYTES }
    }
}

/// The folder of a cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CachePlace {
    /// What the variable `POLYPLUG_CACHE_DIR` names, and no cache if that is empty; without the variable
    /// `polyplug/wasm` in the user's folder for caches: `$XDG_CACHE_HOME`, or `~/.cache`.
    #[default]
    User,
    /// This one, whatever the environment says. It is made if it is not there.
    Folder(PathBuf),
    /// None: every component is compiled each time.
    Off,
}

impl CachePlace {
    /// The folder in an environment.
    pub(crate) fn folder(&self, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
        match self {
            Self::Off => None,
            Self::Folder(folder) => Some(folder.clone()),
            Self::User => match variable(VARIABLE) {
                Some(named) if named.is_empty() => None,
                Some(named) => Some(PathBuf::from(named)),
                None => Some(user_folder(variable)?.join(BELOW[0]).join(BELOW[1])),
            },
        }
    }
}

/// An absolute path in a variable; a relative one would be another folder in each working directory.
fn absolute(value: Option<OsString>) -> Option<PathBuf> {
    value.map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(not(any(windows, target_os = "macos")))]
fn user_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    absolute(variable("XDG_CACHE_HOME"))
        .or_else(|| absolute(variable("HOME")).map(|home| home.join(Path::new(".cache"))))
}

#[cfg(target_os = "macos")]
fn user_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    absolute(variable("XDG_CACHE_HOME"))
        .or_else(|| absolute(variable("HOME")).map(|home| home.join(Path::new("Library/Caches"))))
}

#[cfg(windows)]
fn user_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    absolute(variable("LOCALAPPDATA")).map(|data| data.join(Path::new("cache")))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::CachePlace;
    use std::ffi::OsString;
    use std::path::PathBuf;

    #[track_caller]
    fn assert_folder(place: &CachePlace, environment: &[(&str, &str)], folder: Option<&str>) {
        let variable = |name: &str| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        };
        assert_eq!(place.folder(variable), folder.map(PathBuf::from), "{environment:?}");
    }

    #[test]
    fn the_users_folder_is_where_the_environment_says() {
        let place = CachePlace::User;
        let home = ("HOME", "/home/ada");
        assert_folder(&place, &[home], Some("/home/ada/.cache/polyplug/wasm"));
        assert_folder(&place, &[home, ("XDG_CACHE_HOME", "/c")], Some("/c/polyplug/wasm"));
        assert_folder(&place, &[home, ("POLYPLUG_CACHE_DIR", "/mine")], Some("/mine"));
        assert_folder(
            &place,
            &[home, ("XDG_CACHE_HOME", "c")],
            Some("/home/ada/.cache/polyplug/wasm"),
        );
        assert_folder(&place, &[home, ("POLYPLUG_CACHE_DIR", "")], None);
        assert_folder(&place, &[], None);
    }

    #[test]
    fn the_hosts_word_comes_before_the_environment() {
        let environment = [("HOME", "/home/ada"), ("POLYPLUG_CACHE_DIR", "/mine")];
        assert_folder(&CachePlace::Folder("/its".into()), &environment, Some("/its"));
        assert_folder(&CachePlace::Off, &environment, None);
    }
}
