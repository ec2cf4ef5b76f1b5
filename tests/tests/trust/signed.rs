//! A bundle that its author has signed, in some language, and a host that takes only such bundles.

use polyplug::error::{LoaderError, RuntimeError};
use polyplug::runtime::RuntimeBuilder;
use polyplug::trust::SIGNATURE_FILE;
use polyplug_native::{NativeConfig, NativeLoader};
use polyplug_tests::author::Author;
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::language::{self, Behaviour, Language};
use polyplug_tests::native_bundle::{files_below, mapped_below};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The languages in which attacks are tried.
pub(crate) fn languages() -> Vec<&'static dyn Language> {
    vec![
        &language::Scripted,
        &language::Lua,
        &language::Native,
        #[cfg(feature = "wasm")]
        &language::Wasm,
    ]
}

/// An author, the host, and the folder in which the bundle `one` is.
pub(crate) struct Signed {
    pub(crate) host: Host,
    pub(crate) author: Author,
    pub(crate) language: &'static dyn Language,
    /// Where a loader of libraries puts its copies.
    copies: TempDir,
}

impl Signed {
    /// Writes version 1 and signs it; nothing is loaded.
    pub(crate) fn new(language: &'static dyn Language) -> Self {
        Self::with(language, |builder| builder)
    }

    /// As [`Signed::new`], with options of the host's own.
    pub(crate) fn with(
        language: &'static dyn Language,
        options: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder,
    ) -> Self {
        let (author, copies) = (Author::new(), tempfile::tempdir().unwrap());
        let host =
            Host::with(|builder| equip(language, options(author.required(builder)), copies.path()));
        let signed = Self { host, author, language, copies };
        signed.write(1);
        signed.author.sign(signed.folder());
        signed
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.host.folder.of("one")
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder().join(self.language.file())
    }

    /// Writes a version, with a file of data beside the code; what was signed stays signed.
    pub(crate) fn write(&self, version: u32) {
        let folder = &self.host.folder;
        let place = language::write(folder, self.language, "one", Behaviour::Counter, version);
        let manifest = place.join("manifest.toml");
        let stated =
            fs::read_to_string(&manifest).unwrap() + &format!("version = \"{version}.0.0\"\n");
        fs::write(manifest, stated).unwrap();
        fs::create_dir_all(place.join("data")).unwrap();
        fs::write(place.join("data/notes.txt"), "to do").unwrap();
    }

    pub(crate) fn load(&self) -> Result<(), RuntimeError> {
        self.host.runtime.load_bundle(self.folder())
    }

    pub(crate) fn reload(&self) -> Result<(), RuntimeError> {
        self.host.runtime.reload_bundle(self.folder())
    }

    /// The version that runs.
    #[track_caller]
    pub(crate) fn answer(&self) -> u32 {
        call::number(&self.host.contract("test.counter@1"), 0).unwrap()
    }

    /// Nothing of a refused bundle is there.
    #[track_caller]
    pub(crate) fn assert_nothing_is_left(&self, revision: u64) {
        let runtime = &self.host.runtime;
        assert!(runtime.contract("test.counter@1").is_err());
        assert!(self.host.loaded().is_empty());
        assert_eq!(runtime.registry().revision(), revision);
        assert_eq!(files_below(self.copies.path()), Vec::<PathBuf>::new());
        assert_eq!(mapped_below(self.copies.path()), Vec::<PathBuf>::new());
        assert_eq!(self.host.loader.open_guests(), 0);
    }
}

/// With the loader of a language, whose files are in a folder of this test.
pub(crate) fn equip(
    language: &'static dyn Language,
    builder: RuntimeBuilder,
    copies: &Path,
) -> RuntimeBuilder {
    match language.name() {
        "native" => {
            let private_folder = Some(copies.to_owned());
            builder.loader(NativeLoader::new(NativeConfig { private_folder }))
        }
        _ => language.equip(builder),
    }
}

/// What a refusal says; it must be one, of the bundle `one`.
#[track_caller]
pub(crate) fn refusal(error: &RuntimeError) -> String {
    match error {
        RuntimeError::SignatureRejected { bundle, path, reason } => {
            assert_eq!(bundle, "one");
            assert!(!path.as_os_str().is_empty());
            reason.text.clone()
        }
        RuntimeError::Loader(LoaderError::Refused { reason, .. }) => refusal(reason),
        other => panic!("{other:?}"),
    }
}

/// The rule behind a refusal.
#[track_caller]
pub(crate) fn code(error: &RuntimeError) -> &'static str {
    match error {
        RuntimeError::SignatureRejected { reason, .. } => reason.code,
        RuntimeError::Loader(LoaderError::Refused { reason, .. }) => code(reason),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn signature_of(folder: &Path) -> PathBuf {
    folder.join(SIGNATURE_FILE)
}
