//! The loader as the runtime sees it: files in, a started plugin out.

use crate::LOADER_NAME;
use crate::config::NativeConfig;
use crate::folders::Folders;
use crate::inspection::{Inspection, inspect};
use crate::plugin::{Plugin, StartError};
use crate::private_copy::Original;
use crate::settings::{Settings, shown};
use polyplug::error::LoaderError;
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleFiles, BundleLoader, BundleSource};
use polyplug::native_code::Closed;
use polyplug::registration::Stage;
use polyplug::runtime::Runtime;
use polyplug_abi::{ABI_VERSION, SupportedLanguage};
use std::path::Path;
use std::sync::Arc;

/// Opens bundles that are shared libraries.
///
/// Clones share the folder of private copies, which goes with the last of them and of the libraries
/// that they opened. One loader serves any number of runtimes.
#[derive(Clone, Debug, Default)]
pub struct NativeLoader {
    folders: Arc<Folders>,
}

/// The libraries of a bundle that are copied, and what the first of them says about itself.
struct Libraries<'a> {
    main: Original<'a>,
    siblings: Vec<Original<'a>>,
    inspection: Inspection,
}

impl NativeLoader {
    /// A loader with the host's settings.
    pub fn new(config: NativeConfig) -> Self {
        Self { folders: Arc::new(Folders::new(config.private_folder)) }
    }

    fn open(&self, stage: &Stage<'_>) -> Result<(), LoaderError> {
        if stage.source_kind() == "code" {
            return Err(LoaderError::UnsupportedSource {
                loader: LOADER_NAME,
                source_kind: stage.source_kind(),
                bundle: stage.bundle().to_owned(),
            });
        }
        let settings = Settings::read(stage)?;
        let files = stage.take_files(listed(stage, &settings))?;
        let libraries = Libraries::of(stage, &files, &settings)?;
        let label = format!("{}.{}", stage.bundle(), stage.load_number());
        let copy = self.folders.copy(&label, libraries.main, &libraries.siblings);
        let copy = copy.map_err(|(folder, source)| {
            let (bundle, source) = (stage.bundle().to_owned(), Arc::new(source));
            LoaderError::CopyFailed { bundle, folder, source }
        })?;
        let (host, context) = (stage.host_api(), stage.init_context());
        let inspection = libraries.inspection;
        // SAFETY: whoever loads a native bundle vouches for it; `host` and `context` are the stage's.
        let plugin = unsafe { Plugin::start(copy, inspection, &settings, host, context) };
        let plugin = plugin.map_err(|failed| {
            let file = libraries.main.path;
            if let Closed::Kept { reason } = failed.closed {
                stage.warn(&format!("`{file}` did not start and stays in memory: {reason}"));
            }
            refused(stage, file, &settings, failed.error)
        })?;
        if let Some(missing) = plugin.missing_adoption_hooks() {
            stage.warn(&format!(
                "`{}` exports hooks that adopt instances, but lacks {missing}; none is used",
                libraries.main.path
            ));
        }
        for contract in stage.registered() {
            if let Some(shape) = plugin.shape_of(contract) {
                stage.built_for(contract, shape);
            }
        }
        stage.set_native_code(Box::new(plugin));
        Ok(())
    }
}

impl BundleLoader for NativeLoader {
    fn loader_name(&self) -> &'static str {
        LOADER_NAME
    }

    /// A library does not say what it was written in; C++ stands for all that have its linkage.
    fn loader_language(&self) -> SupportedLanguage {
        SupportedLanguage::Cpp
    }

    fn supports_hot_reload(&self) -> bool {
        true
    }

    fn load(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        runtime: &Runtime,
    ) -> Result<(), LoaderError> {
        runtime.stage(manifest, source, |stage| self.open(stage))
    }
}

impl<'a> Libraries<'a> {
    /// Finds and inspects the files that `stage` needs; warns about what will not reload.
    fn of(
        stage: &Stage<'_>,
        files: &'a BundleFiles,
        settings: &Settings,
    ) -> Result<Self, LoaderError> {
        let main = find(stage, files, &stage.manifest().file, "correct `file` in the manifest")?;
        let mut inspection = checked(stage, main)?;
        let mut siblings = Vec::new();
        let mut needed = inspection.needed.clone();
        for library in &settings.libraries {
            let advice = "correct `libraries` in the manifest's [native]";
            let sibling = find(stage, files, library, advice)?;
            if sibling.path == main.path || is_among(&siblings, sibling.path) {
                continue;
            }
            let mut of_sibling = checked(stage, sibling)?;
            needed.append(&mut of_sibling.needed);
            inspection.absorb(of_sibling);
            siblings.push(sibling);
        }
        for path in lying_about(stage, &needed) {
            if path != main.path && !is_among(&siblings, &path) {
                stage.warn(&format!(
                    "`{path}` is needed and lies in the folder, but is not copied with the library: \
                     add it to `libraries` in the manifest's [native]"
                ));
            }
        }
        Ok(Self { main, siblings, inspection })
    }
}

/// The libraries that the manifest names. Others may be made or go at any time, as a build does it
/// in a folder of its own.
fn listed(stage: &Stage<'_>, settings: &Settings) -> impl Fn(&Path) -> bool + use<> {
    let named = std::iter::once(&stage.manifest().file).chain(&settings.libraries);
    let named: Vec<String> = named.map(|path| BundleFiles::plain(path)).collect();
    move |path| is_library(path) && named.iter().any(|named| path == Path::new(named))
}

/// The files of the bundle that have the name of a needed library.
fn lying_about(stage: &Stage<'_>, needed: &[String]) -> Vec<String> {
    stage.paths(|path| {
        needed.iter().any(|needed| path.file_name().is_some_and(|name| name == needed.as_str()))
    })
}

fn is_among(libraries: &[Original<'_>], path: &str) -> bool {
    libraries.iter().any(|library| library.path == path)
}

fn find<'a>(
    stage: &Stage<'_>,
    files: &'a BundleFiles,
    file: &str,
    advice: &str,
) -> Result<Original<'a>, LoaderError> {
    let found = files.entry(file).map(|(path, bytes)| Original { path, bytes });
    found.ok_or_else(|| {
        let reason = match is_library(Path::new(file)) {
            true => format!("there is no such file in the bundle; {advice}"),
            false => format!("a library's name ends in .so, .dylib or .dll; {advice}"),
        };
        unusable(stage, file, reason)
    })
}

fn checked(stage: &Stage<'_>, library: Original<'_>) -> Result<Inspection, LoaderError> {
    let inspection =
        inspect(library.bytes).map_err(|error| unusable(stage, library.path, error.to_string()))?;
    for warning in inspection.warnings() {
        stage.warn(&format!("`{}` {warning}", library.path));
    }
    Ok(inspection)
}

fn unusable(stage: &Stage<'_>, file: &str, reason: String) -> LoaderError {
    let (bundle, file) = (stage.bundle().to_owned(), file.to_owned());
    LoaderError::CodeUnusable { bundle, file, reason }
}

fn refused(stage: &Stage<'_>, file: &str, settings: &Settings, error: StartError) -> LoaderError {
    let (bundle, file) = (stage.bundle().to_owned(), file.to_owned());
    let init = shown(&settings.init);
    let failed = |bundle, error| LoaderError::InitFailed { bundle, error, place: None };
    match error {
        StartError::NotOpened(reason) => LoaderError::CodeUnusable { bundle, file, reason },
        StartError::SymbolMissing(symbol) => LoaderError::SymbolMissing { bundle, file, symbol },
        StartError::NotCode(symbol) => {
            let reason = format!("`{symbol}` is data, where a function is needed");
            LoaderError::CodeUnusable { bundle, file, reason }
        }
        StartError::AbiMismatch(found) => {
            LoaderError::AbiMismatch { bundle, file, found, supported: ABI_VERSION }
        }
        StartError::Failed { code, message: Some(message) } => {
            failed(bundle, format!("`{init}` of `{file}` returned error code {code}: {message}"))
        }
        StartError::Failed { code, message: None } => {
            failed(bundle, format!("`{init}` of `{file}` returned error code {code}"))
        }
        StartError::Threw(what) => failed(
            bundle,
            format!("`{init}` of `{file}` {what}; catch it inside and return a code"),
        ),
    }
}

/// By the name alone: `x.so`, `x.so.1.2`, `x.dylib`, `x.dll`.
fn is_library(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let versioned = name.rsplit_once(".so.").is_some_and(|(_, version)| {
        version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    });
    versioned || [".so", ".dylib", ".dll"].iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::is_library;
    use std::path::Path;

    #[test]
    fn libraries_are_known_by_their_names() {
        for name in ["a.so", "lib/a.so.1", "a.so.1.2.3", "a.dylib", "a.dll"] {
            assert!(is_library(Path::new(name)), "{name}");
        }
        for name in ["a.c", "so", "a.so.c", "a.o", "manifest.toml", "a.so.tmp"] {
            assert!(!is_library(Path::new(name)), "{name}");
        }
    }
}
