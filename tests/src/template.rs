//! The templates of `templates/`, as somebody uses them who has just copied one: out of the tree,
//! built by the commands that its source begins with, edited, built again.

use crate::build;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A copy of a template.
pub struct Template {
    folder: PathBuf,
    /// What is built beside the bundle goes too.
    _project: TempDir,
    source: &'static str,
}

impl Template {
    /// Copies the template `name`, whose code is in `source`.
    pub fn copied(name: &str, source: &'static str) -> Self {
        let project = tempfile::tempdir().expect("the system has a temporary folder");
        let folder = project.path().join("mods").join(name);
        fs::create_dir_all(&folder).expect("the project is ours");
        copy(&workspace().join("templates").join(name), &folder);
        let template = Self { folder, _project: project, source };
        if template.path("Cargo.toml").exists() {
            template.leave_the_workspace();
        }
        template
    }

    /// The bundle.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The library that building makes.
    pub fn library(&self) -> PathBuf {
        self.path("plugin.so")
    }

    /// Replaces a piece of the source.
    pub fn edit(&self, from: &str, to: &str) {
        replace(&self.path(self.source), from, to);
    }

    /// Builds by the commands that the source begins with.
    pub fn build(&self) {
        let text = fs::read_to_string(self.path(self.source)).expect("the template has a source");
        let include = build::include();
        let include = include.to_str().expect("the workspace has a UTF-8 name");
        for command in commands(&text) {
            self.run("sh", &["-c", &command.replace("../../include", include)]);
        }
    }

    /// Builds by the Makefile.
    pub fn make(&self) {
        let include = build::include();
        self.run("make", &[&format!("POLYPLUG={}", include.display())]);
    }

    /// A template of Rust names the crate of the guests by its place in the tree, and takes from
    /// crates.io what the workspace does.
    fn leave_the_workspace(&self) {
        let guest = workspace().join("polyplug_guest");
        replace(&self.path("Cargo.toml"), "../../polyplug_guest", &guest.display().to_string());
        fs::copy(workspace().join("Cargo.lock"), self.path("Cargo.lock")).expect("it is readable");
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder());
        // Cargo passes its own settings to tests; a user's build has none of them.
        command.env("CARGO_NET_OFFLINE", "true").env_remove("RUSTFLAGS").env_remove("MAKEFLAGS");
        let built = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{command:?}: {said}");
        assert!(!said.contains("warning"), "{command:?}: {said}");
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }
}

/// The commands in the comment that a source begins with: what is set off, or between fences. A line
/// that begins with an option continues the one before.
fn commands(source: &str) -> Vec<String> {
    let comment = source
        .lines()
        .map_while(|line| line.strip_prefix("//!").or_else(|| line.strip_prefix("//")));
    let mut commands: Vec<String> = Vec::new();
    let mut fenced = false;
    for line in comment {
        if line.trim().starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            match commands.last_mut() {
                Some(before) if line.trim().starts_with('-') => {
                    before.push(' ');
                    before.push_str(line.trim());
                }
                _ => commands.push(line.trim().to_owned()),
            }
        }
    }
    assert!(!commands.is_empty(), "the source says how it is built");
    commands
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("the copy is readable");
    assert_eq!(text.matches(from).count(), 1, "`{from}` in {}", file.display());
    fs::write(file, text.replace(from, to)).expect("the copy is ours");
}

/// Copies what belongs to the template, and not what somebody has built in it.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the template is readable") {
        let path = entry.expect("the template is readable").path();
        let name = path.file_name().expect("entries have names");
        if path.is_file() {
            fs::copy(&path, to.join(name)).expect("the folder is ours");
        } else if name == "src" {
            fs::create_dir(to.join(name)).expect("the folder is ours");
            copy(&path, &to.join(name));
        }
    }
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a workspace")
}
