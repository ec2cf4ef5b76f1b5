//! A place to work at: a folder with bundles and a key, and a command that writes nowhere else.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder to work in.
pub(crate) struct Desk(TempDir);

impl Desk {
    /// With nothing on it.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        close_to_others(folder.path(), 0o700);
        Self(folder)
    }

    /// With the key `studio`, and the bundles `mods/greeter` 1.4.0 and `mods/score` 0.0.0.
    pub(crate) fn new() -> Self {
        let desk = Self::empty();
        desk.write("mods/greeter/manifest.toml", manifest("greeter", "version = \"1.4.0\"\n"));
        desk.write("mods/greeter/main.lua", source("greeter"));
        desk.write("mods/greeter/lib/words.lua", "return {}\n");
        desk.write("mods/score/manifest.toml", manifest("score", ""));
        desk.write("mods/score/main.lua", source("score"));
        desk.good("keygen studio");
        desk
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Whoever follows the file sees it whole.
        let whole = self.path("unfinished");
        fs::write(&whole, text).unwrap();
        close_to_others(&whole, 0o644);
        fs::rename(whole, path).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polyplug"));
        command.args(line.split(' ')).stdin(Stdio::null());
        self.equip(&mut command);
        command
    }

    /// Lets a command work here, with a home of its own.
    pub(crate) fn equip(&self, command: &mut Command) {
        command.current_dir(self.0.path());
        command.env_remove("POLYPLUG_TRUST_STORE").env_remove("XDG_CONFIG_HOME");
        command.env("HOME", self.path("home")).env("APPDATA", self.path("home"));
    }

    /// What a command that goes well writes.
    #[track_caller]
    pub(crate) fn good(&self, line: &str) -> String {
        let output = self.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}: {}", err(&output));
        assert_eq!(err(&output), "", "{line}");
        out(&output)
    }

    /// What a command that fails says.
    #[track_caller]
    pub(crate) fn bad(&self, line: &str) -> String {
        let output = self.command(line).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}: {}", out(&output));
        assert_eq!(out(&output), "", "{line}");
        err(&output)
    }

    #[track_caller]
    pub(crate) fn json(&self, line: &str) -> Value {
        let output = self.command(line).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The id of the key that signed `greeter`.
    pub(crate) fn id(&self) -> String {
        let signature = self.read("mods/greeter/bundle.sig");
        signature.lines().nth(1).unwrap().strip_prefix("key ").unwrap().to_owned()
    }

    /// The id of the key `studio`.
    pub(crate) fn key_id(&self) -> String {
        let key = polyplug_trust::PublicKey::from_pem(&self.read("studio.pub"));
        key.unwrap().id().to_string()
    }
}

/// Some users share all they make with their group, and such a trust store is refused.
#[cfg(unix)]
fn close_to_others(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn close_to_others(_path: &Path, _mode: u32) {}

pub(crate) fn manifest(name: &str, more: &str) -> String {
    let provides = format!("provides = [\"test.{name}@1\"]");
    format!("name = \"{name}\"\nloader = \"lua\"\nfile = \"main.lua\"\n{provides}\n{more}")
}

/// A bundle that provides `test.NAME@1`.
pub(crate) fn source(name: &str) -> String {
    format!(
        "function polyplug_init(host, context)
  local entry = {{ factory = function() return {{}} end, functions = {{ [0] = function() end }} }}
  return {{ ['test.{name}'] = entry }}, {{ code = 0 }}
end
"
    )
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
