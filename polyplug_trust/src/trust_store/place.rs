//! Where the user's file is.

use std::ffi::OsString;
use std::path::PathBuf;

/// Names the file, for all programs of a user; when it is empty, there is none.
const VARIABLE: &str = "POLYPLUG_TRUST_STORE";

/// Where the file is in the user's folder for settings.
const BELOW: [&str; 2] = ["polyplug", "trust"];

/// The file in an environment.
pub(super) fn path(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    match variable(VARIABLE) {
        Some(named) if named.is_empty() => None,
        Some(named) => Some(PathBuf::from(named)),
        None => Some(user_folder(variable)?.join(BELOW[0]).join(BELOW[1])),
    }
}

/// An absolute path in a variable; a relative one would be another folder in each working directory.
fn absolute(value: Option<OsString>) -> Option<PathBuf> {
    value.map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(not(any(windows, target_os = "macos")))]
fn user_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    absolute(variable("XDG_CONFIG_HOME"))
        .or_else(|| absolute(variable("HOME")).map(|home| home.join(".config")))
}

#[cfg(target_os = "macos")]
fn user_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    absolute(variable("XDG_CONFIG_HOME"))
        .or_else(|| absolute(variable("HOME")).map(|home| home.join("Library/Application Support")))
}

#[cfg(windows)]
fn user_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    absolute(variable("APPDATA"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::path;
    use std::ffi::OsString;
    use std::path::PathBuf;

    #[track_caller]
    fn assert_path(environment: &[(&str, &str)], expected: Option<&str>) {
        let variable = |name: &str| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        };
        assert_eq!(path(variable), expected.map(PathBuf::from), "{environment:?}");
    }

    #[test]
    fn the_file_is_where_the_environment_says() {
        let home = ("HOME", "/home/ada");
        assert_path(&[home], Some("/home/ada/.config/polyplug/trust"));
        assert_path(&[home, ("XDG_CONFIG_HOME", "/c")], Some("/c/polyplug/trust"));
        assert_path(&[home, ("XDG_CONFIG_HOME", "c")], Some("/home/ada/.config/polyplug/trust"));
        assert_path(&[home, ("POLYPLUG_TRUST_STORE", "/mine")], Some("/mine"));
        assert_path(&[home, ("POLYPLUG_TRUST_STORE", "")], None);
        assert_path(&[("HOME", "")], None);
    }
}
