//! The loader as the runtime sees it: files in, a started plugin out.

use crate::LOADER_NAME;
use crate::config::NativeConfig;
use crate::folders::Folders;
use crate::inspection::{Inspection, inspect};
use crate::plugin::{Plugin, StartError};
use crate::private_copy::Original;
use crate::settings::{Settings, shown};
use polyplug::error::{LoaderError, printable};
use polyplug::loader::manifest::{Manifest, ManifestData};
use polyplug::loader::{BundleFiles, BundleLoader, BundleSource, ReadFiles};
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

/// The libraries of a bundle that are copied, and what they say about themselves.
struct Libraries<'a> {
    main: Original<'a>,
    siblings: Vec<Original<'a>>,
    /// That of the first of them, with what the others add.
    inspection: Inspection,
    /// What of them will not reload well, and what any of them needs.
    warnings: Vec<String>,
    needed: Vec<String>,
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
        let settings = Settings::read(stage.bundle(), stage.options())?;
        Settings::warn_of_unknown_keys(stage);
        let files = stage.take_files(listed(stage.manifest(), &settings))?;
        let libraries = Libraries::of(stage.manifest(), &files, &settings)?;
        libraries.warn(stage);
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
                let file = printable(file);
                stage.warn(&format!("`{file}` did not start and stays in memory: {reason}"));
            }
            refused(stage, file, &settings, failed.error)
        })?;
        if let Some(missing) = plugin.missing_adoption_hooks() {
            stage.warn(&format!(
                "`{}` exports hooks that adopt instances, but lacks {missing}; none is used",
                printable(libraries.main.path)
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

    /// Reads the libraries' tables; nothing is opened.
    fn examine(&self, manifest: &Manifest, read: &ReadFiles<'_>) -> Result<(), LoaderError> {
        let settings = Settings::read(&manifest.data.name, &manifest.options)?;
        let files = read(&listed(&manifest.data, &settings))?;
        Libraries::of(&manifest.data, &files, &settings).map(drop)
    }
}

impl<'a> Libraries<'a> {
    /// Finds and inspects the files that the bundle needs.
    fn of(
        manifest: &ManifestData,
        files: &'a BundleFiles,
        settings: &Settings,
    ) -> Result<Self, LoaderError> {
        let bundle = &manifest.name;
        let main = find(bundle, files, &manifest.file, "correct `file` in the manifest")?;
        let inspection = inspected(bundle, main)?;
        let (warnings, needed) = (warnings_of(main, &inspection), inspection.needed.clone());
        let mut libraries = Self { main, siblings: Vec::new(), inspection, warnings, needed };
        for library in &settings.libraries {
            let advice = "correct `libraries` in the manifest's [native]";
            let sibling = find(bundle, files, library, advice)?;
            if !libraries.has(sibling.path) {
                libraries.add(sibling, inspected(bundle, sibling)?);
            }
        }
        Ok(libraries)
    }

    fn add(&mut self, sibling: Original<'a>, mut inspection: Inspection) {
        self.warnings.append(&mut warnings_of(sibling, &inspection));
        self.needed.append(&mut inspection.needed);
        self.inspection.absorb(inspection);
        self.siblings.push(sibling);
    }

    fn has(&self, path: &str) -> bool {
        self.main.path == path || self.siblings.iter().any(|library| library.path == path)
    }

    /// Warns about what will not reload, and what is needed and was forgotten.
    fn warn(&self, stage: &Stage<'_>) {
        self.warnings.iter().for_each(|warning| stage.warn(warning));
        for path in lying_about(stage, &self.needed) {
            if !self.has(&path) {
                let path = printable(&path);
                stage.warn(&format!(
                    "`{path}` is needed and lies in the folder, but is not copied with the library: \
                     add it to `libraries` in the manifest's [native]"
                ));
            }
        }
    }
}

/// The libraries that the manifest names. Others may be made or go at any time, as a build does it
/// in a folder of its own.
fn listed(manifest: &ManifestData, settings: &Settings) -> impl Fn(&Path) -> bool + use<> {
    let named = std::iter::once(&manifest.file).chain(&settings.libraries);
    let named: Vec<String> = named.map(|path| BundleFiles::plain(path)).collect();
    move |path| is_library(path) && named.iter().any(|named| path == Path::new(named))
}

/// The files of the bundle that have the name of a needed library.
fn lying_about(stage: &Stage<'_>, needed: &[String]) -> Vec<String> {
    stage.paths(|path| {
        needed.iter().any(|needed| path.file_name().is_some_and(|name| name == needed.as_str()))
    })
}

fn find<'a>(
    bundle: &str,
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
        unusable(bundle, file, reason)
    })
}

fn inspected(bundle: &str, library: Original<'_>) -> Result<Inspection, LoaderError> {
    inspect(library.bytes).map_err(|error| unusable(bundle, library.path, error.to_string()))
}

fn warnings_of(library: Original<'_>, inspection: &Inspection) -> Vec<String> {
    let warnings = inspection.warnings().into_iter();
    warnings.map(|warning| format!("`{}` {warning}", printable(library.path))).collect()
}

fn unusable(bundle: &str, file: &str, reason: String) -> LoaderError {
    let (bundle, file) = (bundle.to_owned(), file.to_owned());
    LoaderError::CodeUnusable { bundle, file, reason }
}

fn refused(stage: &Stage<'_>, file: &str, settings: &Settings, error: StartError) -> LoaderError {
    let (bundle, file) = (stage.bundle().to_owned(), file.to_owned());
    let init = shown(&settings.init);
    let seen = printable(&file);
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
            failed(bundle, format!("`{init}` of `{seen}` returned error code {code}: {message}"))
        }
        StartError::Failed { code, message: None } => {
            failed(bundle, format!("`{init}` of `{seen}` returned error code {code}"))
        }
        StartError::Threw(what) => failed(
            bundle,
            format!("`{init}` of `{seen}` {what}; catch it inside and return a code"),
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
