//! libpolyplug as cargo builds it.

use crate::arguments::Install;
use crate::failure::Failure;
use crate::platform::Platform;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How rustc begins the message with the libraries of the system that the static library needs.
const NATIVE_LIBRARIES: &str = "native-static-libs: ";

/// What cargo built.
#[derive(Debug, Default)]
pub(crate) struct Library {
    pub(crate) shared: PathBuf,
    pub(crate) archive: PathBuf,
    pub(crate) import: Option<PathBuf>,
    /// What a program that links the archive hands to the linker after it: `-lm` and the like.
    pub(crate) native_libraries: Vec<String>,
}

/// The target that is built for: the one that was asked for, else that of this machine.
pub(crate) fn target(options: &Install) -> Result<String, Failure> {
    if let Some(target) = &options.target {
        return Ok(target.clone());
    }
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(rustc).arg("-vV").output().map_err(|_| Failure::Build)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or(Failure::Build)
}

/// Builds the library.
pub(crate) fn library(options: &Install, platform: Platform) -> Result<Library, Failure> {
    let mut command = cargo("rustc", options);
    command.args(["--package", "polyplug_capi", "--lib"]);
    if options.no_default_features {
        command.arg("--no-default-features");
    }
    if !options.features.is_empty() {
        command.arg("--features").arg(options.features.join(","));
    }
    command.args(["--", "--print", "native-static-libs"]);

    let built = platform.built();
    let mut library = Library::default();
    for message in run(command)? {
        if let Some(names) = native_libraries(&message) {
            library.native_libraries = names;
        }
        for file in artifacts(&message, "polyplug_capi") {
            let is = |ending: &str| file.to_string_lossy().ends_with(ending);
            if built.import.is_some_and(is) {
                library.import = Some(file);
            } else if is(built.shared) {
                library.shared = file;
            } else if is(built.archive) {
                library.archive = file;
            }
        }
    }
    library.complete()
}

/// Builds the command `polyplug` and answers where it is.
pub(crate) fn command_line(options: &Install) -> Result<PathBuf, Failure> {
    let mut command = cargo("build", options);
    command.args(["--package", "polyplug_cli", "--bin", "polyplug"]);
    let messages = run(command)?;
    let program = messages.iter().find_map(|message| message["executable"].as_str());
    program.map(PathBuf::from).ok_or(Failure::Artifact { what: "the command" })
}

impl Library {
    fn complete(self) -> Result<Self, Failure> {
        let missing = |what| Err(Failure::Artifact { what });
        if self.shared.as_os_str().is_empty() {
            return missing("a shared library");
        }
        if self.archive.as_os_str().is_empty() {
            return missing("a static library");
        }
        if self.native_libraries.is_empty() {
            return missing("the list of the system's libraries");
        }
        Ok(self)
    }
}

fn cargo(verb: &str, options: &Install) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace()).args([verb, "--locked", "--message-format=json"]);
    if !options.debug {
        command.args(["--profile", "dist"]);
    }
    if let Some(target) = &options.target {
        command.args(["--target", target]);
    }
    command
}

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace")
}

/// Runs cargo, shows what it has to say, and answers its messages.
fn run(mut command: Command) -> Result<Vec<Value>, Failure> {
    let failed = |_| Failure::Build;
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let output = child.stdout.take().expect("it was asked for");
    let mut messages = Vec::new();
    for line in BufReader::new(output).lines() {
        let Ok(message) = serde_json::from_str::<Value>(&line.map_err(failed)?) else {
            continue;
        };
        show(&message);
        messages.push(message);
    }
    if child.wait().map_err(failed)?.success() { Ok(messages) } else { Err(Failure::Build) }
}

/// What is for people goes to them. The notes are the answer to our own question.
fn show(message: &Value) {
    if message["message"]["level"] != "note"
        && let Some(text) = message["message"]["rendered"].as_str()
    {
        eprint!("{text}");
    }
}

fn native_libraries(message: &Value) -> Option<Vec<String>> {
    let names = message["message"]["message"].as_str()?.strip_prefix(NATIVE_LIBRARIES)?;
    Some(names.split_whitespace().map(str::to_owned).collect())
}

fn artifacts<'a>(message: &'a Value, package: &str) -> impl Iterator<Item = PathBuf> + use<'a> {
    let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
    let is_ours = message["reason"] == "compiler-artifact"
        && manifest.parent().is_some_and(|folder| folder.ends_with(package));
    let files = message["filenames"].as_array().filter(|_| is_ours).into_iter().flatten();
    files.filter_map(|file| file.as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_native_libraries_are_read_from_the_note() {
        let note = json!({ "message": { "message": "native-static-libs: -lgcc_s -lm" } });
        assert_eq!(native_libraries(&note), Some(vec!["-lgcc_s".to_owned(), "-lm".to_owned()]));
        assert_eq!(native_libraries(&json!({ "message": { "message": "unused" } })), None);
    }

    #[test]
    fn only_the_artifacts_of_the_package_count() {
        let message = |package: &str| {
            json!({
                "reason": "compiler-artifact",
                "manifest_path": format!("/w/{package}/Cargo.toml"),
                "filenames": ["/t/libpolyplug.so"],
            })
        };
        assert_eq!(artifacts(&message("polyplug_capi"), "polyplug_capi").count(), 1);
        assert_eq!(artifacts(&message("polyplug"), "polyplug_capi").count(), 0);
    }
}
