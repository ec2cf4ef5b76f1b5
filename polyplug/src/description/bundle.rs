//! The descriptions that a bundle brings: the WIT that its manifest names.

use super::unreadable;
use crate::error::{DescriptionError, RuntimeError};
use crate::loader::BundleFiles;
use polyplug_schema::{Descriptions, WitSources};
use std::path::Path;

/// What files with descriptions are called; they belong to what every bundle consists of.
pub(crate) const EXTENSION: &str = "wit";

/// Reads the WIT at `path` of a bundle, a file or a folder, from the bundle's bytes.
///
/// # Errors
/// There is none, or it does not read.
pub(crate) fn read(
    bundle: &str,
    path: &str,
    files: &BundleFiles,
) -> Result<Descriptions, RuntimeError> {
    let owner = || format!("bundle `{bundle}`");
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let mut found = false;
    let sources = if let Some((name, content)) = files.entry(path) {
        let mut sources = WitSources::new("");
        add(&mut sources, name, content).map_err(|error| unreadable(owner(), error))?;
        found = true;
        sources
    } else {
        let mut sources = WitSources::new(path);
        for (name, content) in files.iter() {
            let Some(inside) = name.strip_prefix(path).and_then(|rest| rest.strip_prefix('/'))
            else {
                continue;
            };
            if Path::new(inside).extension().is_some_and(|extension| extension == EXTENSION) {
                add(&mut sources, inside, content).map_err(|error| unreadable(owner(), error))?;
                found = true;
            }
        }
        sources
    };
    if !found {
        let (bundle, path) = (bundle.to_owned(), path.to_owned());
        return Err(DescriptionError::Missing { bundle, path }.into());
    }
    sources.descriptions().map_err(|error| unreadable(owner(), error).into())
}

fn add(
    sources: &mut WitSources,
    path: &str,
    content: &[u8],
) -> Result<(), polyplug_schema::WitError> {
    // What is not UTF-8 is shown as such, and does not parse.
    sources.add(path, String::from_utf8_lossy(content))
}
