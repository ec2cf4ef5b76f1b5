//! A host with native bundles, and what is left of them: private copies, mapped files.

use crate::build;
use crate::folder::Folder;
use crate::host::Host;
use polyplug::error::RuntimeError;
use polyplug::runtime::RuntimeBuilder;
use polyplug_native::{NativeConfig, NativeLoader};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The name of the library in a bundle.
pub const LIBRARY: &str = "main.so";

/// A host whose private copies are in a folder of their own.
pub struct NativeHost {
    /// The host; goes before the folder.
    pub host: Host,
    /// Where the private copies are.
    pub copies: TempDir,
}

impl NativeHost {
    /// A host that may reload.
    pub fn new() -> Self {
        Self::with(|builder| builder.hot_reload(true))
    }

    /// A host with options of its own.
    pub fn with(options: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder) -> Self {
        Self::over(|loader| Host::with(|builder| options(builder).loader(loader)))
    }

    /// A host that may reload, whose private copies go to `folder`.
    pub fn copying_to(folder: &Path) -> Host {
        let private_folder = Some(folder.to_owned());
        let loader = NativeLoader::new(NativeConfig { private_folder });
        Host::with(|builder| builder.hot_reload(true).loader(loader))
    }

    /// A host that is made with the loader.
    pub fn over(host: impl FnOnce(NativeLoader) -> Host) -> Self {
        let copies = tempfile::tempdir().expect("the system has a temporary folder");
        let private_folder = Some(copies.path().to_owned());
        let host = host(NativeLoader::new(NativeConfig { private_folder }));
        Self { host, copies }
    }

    /// Writes the bundle `name`: a fixture (`counter/c/main.c`) built with `flags`.
    pub fn write(&self, name: &str, source: &str, flags: &[&str]) -> PathBuf {
        self.write_bytes(name, "", &library(source, flags))
    }

    /// Writes the bundle `name` with these bytes as its library and more in its manifest.
    pub fn write_bytes(&self, name: &str, more: &str, library: &[u8]) -> PathBuf {
        write_bytes(&self.host.folder, name, more, library)
    }

    /// Writes the bundle `one` with `lib/libbelow.so`, `libbeside.so` and `main.so`, each of which needs
    /// those before it.
    pub fn write_siblings(&self, version: u32, more: &str) -> PathBuf {
        let folder = self.write_bytes("one", more, b"");
        fs::create_dir_all(folder.join("lib")).expect("the folder is ours");
        let version = format!("-DVERSION={version}");
        let place = format!("-L{}", folder.display());
        let below = format!("-L{}", folder.join("lib").display());
        let link = |source: &str, name: &str, output: &str, flags: &[&str]| {
            let source = source_of(&format!("siblings/c/{source}"));
            let soname = format!("-Wl,-soname,{name}");
            let always = ["-fvisibility=default", &version, &place, &below, &soname];
            build::compile("cc", &source, &folder.join(output), &[&always, flags].concat());
        };
        link("below.c", "libbelow.so", "lib/libbelow.so", &[]);
        let beside = ["-lbelow", "-Wl,-rpath,$ORIGIN/lib"];
        link("beside.c", "libbeside.so", "libbeside.so", &beside);
        let main = ["-lbeside", "-lbelow", "-Wl,-rpath,$ORIGIN:$ORIGIN/lib"];
        link("main.c", "main.so", "main.so", &main);
        folder
    }

    /// Writes and loads.
    ///
    /// # Errors
    /// As for `Runtime::load_bundle`.
    pub fn load(&self, name: &str, source: &str, flags: &[&str]) -> Result<(), RuntimeError> {
        self.host.runtime.load_bundle(self.write(name, source, flags))
    }

    /// Writes and reloads.
    ///
    /// # Errors
    /// As for `Runtime::reload_bundle`.
    pub fn reload(&self, name: &str, source: &str, flags: &[&str]) -> Result<(), RuntimeError> {
        self.host.runtime.reload_bundle(self.write(name, source, flags))
    }

    /// The private copies on disk.
    pub fn copies_on_disk(&self) -> Vec<PathBuf> {
        files_below(self.copies.path())
            .into_iter()
            .filter(|path| path.extension().is_none_or(|extension| extension != "lock"))
            .collect()
    }

    /// The private copies that are mapped.
    pub fn mapped(&self) -> Vec<PathBuf> {
        mapped_below(self.copies.path())
    }
}

impl Default for NativeHost {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes the bundle `name` into `folder`.
pub fn write_bytes(folder: &Folder, name: &str, more: &str, library: &[u8]) -> PathBuf {
    let bundle = folder.of(name);
    fs::create_dir_all(&bundle).expect("the folder is ours");
    fs::write(bundle.join(LIBRARY), library).expect("the folder is ours");
    folder.manifest(name, &format!("loader = \"native\"\nfile = \"{LIBRARY}\"\n{more}"));
    bundle
}

/// A fixture built with `flags`.
pub fn library(source: &str, flags: &[&str]) -> std::sync::Arc<[u8]> {
    build::library(&source_of(source), flags)
}

/// Where the source of a fixture is.
pub fn source_of(source: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(source)
}

/// All files below a folder, sorted.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(files_below(&entry.path())),
            _ => files.push(entry.path()),
        }
    }
    files.sort();
    files
}

/// The files below a folder that this process has mapped, also if they were removed.
pub fn mapped_below(folder: &Path) -> Vec<PathBuf> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let paths = maps.lines().filter_map(|line| line.find('/').map(|start| &line[start..]));
    let mut mapped: Vec<PathBuf> = paths
        .map(|path| PathBuf::from(path.trim_end_matches(" (deleted)")))
        .filter(|path| path.starts_with(folder))
        .collect();
    mapped.sort();
    mapped.dedup();
    mapped
}
