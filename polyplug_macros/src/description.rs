//! The WIT that the macro names.

use crate::input::Input;
use polyplug_schema::{Contract, WitSources};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) struct Description {
    contracts: Vec<Arc<Contract>>,
    /// The path of each file as the sources take it, and where it is.
    files: Vec<(String, PathBuf)>,
}

impl Description {
    pub(crate) fn read(input: &Input) -> Result<Self, String> {
        let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
        let path = root.join(&input.path);
        let sources = WitSources::read(&path).map_err(|error| error.to_string())?;
        let files = sources.files().map(|(name, _)| match path.is_dir() {
            true => (name.to_owned(), path.join(name)),
            false => (file_name(&path), path.clone()),
        });
        let files = files.collect();
        let descriptions = sources.descriptions().map_err(|error| error.to_string())?;
        let contracts: Vec<_> = if input.names.is_empty() {
            descriptions.contracts().map(Arc::clone).collect()
        } else {
            let find = |name: &String| descriptions.find(name).map(Arc::clone);
            let found: Result<_, _> = input.names.iter().map(find).collect();
            found.map_err(|error| error.to_string())?
        };
        match contracts.is_empty() {
            true => Err(format!("{}: there is no contract in it", path.display())),
            false => Ok(Self { contracts, files }),
        }
    }

    pub(crate) fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.contracts.iter().map(|contract| &**contract)
    }

    /// The WIT as an expression: the compiler reads the files once more, and so knows when to build
    /// anew.
    pub(crate) fn expression(&self) -> String {
        let file = |(name, path): &(String, PathBuf)| {
            format!("({name:?}, ::core::include_str!({:?}))", path.display().to_string())
        };
        let files: Vec<_> = self.files.iter().map(file).collect();
        format!("&[{}]", files.join(", "))
    }

    /// The same for who needs the text no more.
    pub(crate) fn dependencies(&self) -> String {
        let file = |(_, path): &(String, PathBuf)| {
            format!("const _: &str = ::core::include_str!({:?});\n", path.display().to_string())
        };
        self.files.iter().map(file).collect()
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
