//! The demo's bundles: part of the program, copied to a folder where they can be edited.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Bundle, file, text. Where there are components, score is one.
const FILES: &[(&str, &str, &str)] = &[
    ("steering", "manifest.toml", include_str!("../../demo/steering/manifest.toml")),
    ("steering", "steering.wit", include_str!("../../demo/steering/steering.wit")),
    ("steering", "steering.lua", include_str!("../../demo/steering/steering.lua")),
    #[cfg(not(feature = "wasm"))]
    ("score", "manifest.toml", include_str!("../../demo/score/manifest.toml")),
    #[cfg(not(feature = "wasm"))]
    ("score", "score.lua", include_str!("../../demo/score/score.lua")),
    #[cfg(feature = "wasm")]
    ("score", "manifest.toml", include_str!("../../demo_wasm/score/manifest.toml")),
    #[cfg(feature = "wasm")]
    ("score", "score.wat", include_str!("../../demo_wasm/score/score.wat")),
    ("hud", "manifest.toml", include_str!("../../demo/hud/manifest.toml")),
    ("hud", "hud.lua", include_str!("../../demo/hud/hud.lua")),
];

/// A folder with the three bundles.
pub(crate) struct DemoFolder {
    path: PathBuf,
    /// The folder, if it is ours to remove.
    fresh: Option<TempDir>,
}

impl DemoFolder {
    /// A new folder of its own. It is removed at the end unless it is kept.
    pub(crate) fn fresh() -> io::Result<Self> {
        let fresh = tempfile::Builder::new().prefix("polyplug-demo-").tempdir()?;
        let path = fresh.path().canonicalize()?;
        copy_missing(&path)?;
        Ok(Self { path, fresh: Some(fresh) })
    }

    /// The folder at `path`, made if it is missing. What is there is left as it is.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let named = |error: io::Error| {
            io::Error::new(
                error.kind(),
                format!("copying the bundles to {}: {error}", path.display()),
            )
        };
        copy_missing(path).map_err(named)?;
        Ok(Self { path: path.canonicalize().map_err(named)?, fresh: None })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A file of a bundle.
    pub(crate) fn file(&self, bundle: &str, file: &str) -> PathBuf {
        self.path.join(bundle).join(file)
    }

    /// Leaves the folder behind if somebody changed a file in it, else removes it if it was fresh;
    /// whether it is still there.
    pub(crate) fn keep_if_edited(self) -> bool {
        let edited = FILES.iter().any(|(bundle, file, text)| {
            fs::read_to_string(self.file(bundle, file)).ok().as_deref() != Some(*text)
        });
        match self.fresh {
            Some(fresh) if edited => {
                let _ = fresh.keep();
                true
            }
            Some(_) => false,
            None => true,
        }
    }
}

fn copy_missing(folder: &Path) -> io::Result<()> {
    for &(bundle, file, text) in FILES {
        let path = folder.join(bundle).join(file);
        if !path.exists() {
            fs::create_dir_all(folder.join(bundle))?;
            fs::write(path, text)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::DemoFolder;
    use std::fs;

    #[test]
    fn files_that_are_there_already_are_kept() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("pond");
        let folder = DemoFolder::at(&path).unwrap();
        fs::write(folder.file("hud", "hud.lua"), "mine").unwrap();
        let again = DemoFolder::at(&path).unwrap();
        assert_eq!(fs::read_to_string(again.file("hud", "hud.lua")).unwrap(), "mine");
        assert!(again.file("score", "manifest.toml").exists());
    }

    #[test]
    fn a_fresh_folder_goes_unless_it_was_edited() {
        let untouched = DemoFolder::fresh().unwrap();
        let path = untouched.path().to_owned();
        assert!(!untouched.keep_if_edited());
        assert!(!path.exists());

        let edited = DemoFolder::fresh().unwrap();
        let path = edited.path().to_owned();
        fs::write(edited.file("hud", "hud.lua"), "mine").unwrap();
        assert!(edited.keep_if_edited());
        assert!(path.exists());
        fs::remove_dir_all(path).unwrap();
    }
}
