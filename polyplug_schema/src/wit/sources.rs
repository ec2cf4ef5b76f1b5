//! The WIT texts of one description: the files of one package, and the packages it depends on.

use crate::wit::WitError;
use crate::{Descriptions, wit};
use std::fs;
use std::io::Read;
use std::path::Path;

/// How much WIT one description may have, in bytes; the largest that people wrote are a tenth of it.
const MAX_BYTES: usize = 4 << 20;

/// How often one description may say `package`, `interface` or `world`. The parser walks from each
/// world through all interfaces that it reaches, by recursion, so their number must have an end.
const MAX_ITEMS: usize = 500;

/// The files of one description.
///
/// The files of a folder are one package. The folder `deps` in it holds other packages: each file is
/// one, and each folder is one. Nothing else is looked at.
#[derive(Clone, Debug, Default)]
pub struct WitSources {
    /// What comes before every path in messages.
    root: String,
    files: Vec<WitFile>,
    bytes: usize,
    items: usize,
}

#[derive(Clone, Debug)]
pub(super) struct WitFile {
    /// As it is shown in messages.
    pub(super) shown: String,
    /// The package under `deps` that it belongs to; `None` if it is of the main package.
    pub(super) dependency: Option<String>,
    pub(super) text: String,
}

impl WitSources {
    /// No files yet. `root` is what the folder is called in messages; it may be empty.
    pub fn new(root: impl Into<String>) -> Self {
        Self { root: root.into(), ..Self::default() }
    }

    /// The file, or the folder with its `deps`, at `path`.
    ///
    /// # Errors
    /// It cannot be read, is not UTF-8, or is too large.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, WitError> {
        let path = path.as_ref();
        if path.is_dir() {
            let mut sources = Self::new(path.display().to_string());
            sources.read_folder(path, "")?;
            let dependencies = path.join("deps");
            if dependencies.is_dir() {
                sources.read_folder(&dependencies, "deps/")?;
                for name in names(&dependencies)? {
                    let folder = dependencies.join(&name);
                    if folder.is_dir() {
                        sources.read_folder(&folder, &format!("deps/{name}/"))?;
                    }
                }
            }
            return Ok(sources);
        }
        let mut sources = Self::default();
        let text = sources.read_file(path)?;
        sources.push(path.display().to_string(), None, text)?;
        Ok(sources)
    }

    /// Adds a file. `path` is relative to the folder, with `/` between its parts; a path that begins
    /// with `deps/` is of another package.
    ///
    /// # Errors
    /// All files together are too large.
    pub fn add(&mut self, path: &str, text: impl Into<String>) -> Result<(), WitError> {
        let dependency = path.strip_prefix("deps/").map(|rest| {
            let end = rest.find('/').unwrap_or(rest.len());
            rest[..end].to_owned()
        });
        let shown = match &*self.root {
            "" => path.to_owned(),
            root => format!("{}/{path}", root.trim_end_matches('/')),
        };
        self.push(shown, dependency, text.into())
    }

    /// The files: the path of each as [`WitSources::add`] takes it, and its text.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        let root = self.root.trim_end_matches('/');
        self.files.iter().map(move |file| {
            let path = file.shown.strip_prefix(root).unwrap_or(&file.shown);
            let path = if root.is_empty() { path } else { path.trim_start_matches('/') };
            (path, &*file.text)
        })
    }

    /// Reads the contracts.
    ///
    /// # Errors
    /// The WIT is wrong, or says something that polyplug cannot carry.
    pub fn descriptions(self) -> Result<Descriptions, WitError> {
        wit::read(self)
    }

    pub(super) fn wit_files(&self) -> &[WitFile] {
        &self.files
    }

    /// What the whole is called in messages.
    pub(super) fn shown(&self) -> &str {
        match (&*self.root, self.files.first()) {
            ("", Some(file)) => &file.shown,
            ("", None) => "wit",
            (root, _) => root,
        }
    }

    fn push(
        &mut self,
        shown: String,
        dependency: Option<String>,
        text: String,
    ) -> Result<(), WitError> {
        self.bytes += text.len();
        if self.bytes > MAX_BYTES {
            let message = format!("all files together have more than {MAX_BYTES} bytes of WIT");
            return Err(WitError::sources(self.shown(), message));
        }
        self.items += items(&text);
        if self.items > MAX_ITEMS {
            let message = format!(
                "all files together have more than {MAX_ITEMS} packages, interfaces and worlds"
            );
            return Err(WitError::sources(self.shown(), message));
        }
        self.files.push(WitFile { shown, dependency, text });
        Ok(())
    }

    /// Adds the `.wit` files right in `folder`, in the order of their names.
    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), WitError> {
        for name in names(folder)? {
            let path = folder.join(&name);
            if name.ends_with(".wit") && path.is_file() {
                let text = self.read_file(&path)?;
                self.add(&format!("{prefix}{name}"), text)?;
            }
        }
        Ok(())
    }

    fn read_file(&self, path: &Path) -> Result<String, WitError> {
        let unreadable = |source| WitError::Unreadable { path: path.to_owned(), source };
        let room = (MAX_BYTES - self.bytes.min(MAX_BYTES)) as u64 + 1;
        let mut text = String::new();
        let file = fs::File::open(path).map_err(unreadable)?;
        file.take(room).read_to_string(&mut text).map_err(unreadable)?;
        Ok(text)
    }
}

/// How many packages, interfaces and worlds a text has at most.
fn items(text: &str) -> usize {
    let words =
        text.lines().map(code).flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(|word| matches!(*word, "package" | "interface" | "world")).count()
}

/// The line without a comment to its end; the whole line if that is not sure to be one.
fn code(line: &str) -> &str {
    match line.split_once("//") {
        Some((code, comment)) if !code.contains('"') && !comment.contains("*/") => code,
        _ => line,
    }
}

/// The names in a folder, sorted, so that a description reads the same on every machine. Names that
/// are not UTF-8 are left out.
fn names(folder: &Path) -> Result<Vec<String>, WitError> {
    let unreadable = |source| WitError::Unreadable { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        names.extend(entry.map_err(unreadable)?.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}
