//! What changes the bundles of a runtime: loading, reloading, following folders, unloading.

use super::{Runtime, ScanReport};
use crate::discovery::{self, Discovered};
use crate::error::RuntimeError;
use crate::loader::BundleSource;
use crate::loader::manifest::ManifestData;
use crate::reload::{operation, scan, unload};
use crate::trust::BundleTree;
use polyplug_abi::BundleId;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Runtime {
    /// Loads the bundle at `path`: its folder or its manifest.
    ///
    /// # Errors
    /// Whatever kept it from loading; nothing of it stays behind, and what ran before still runs.
    pub fn load_bundle(&self, path: impl AsRef<Path>) -> Result<(), RuntimeError> {
        operation::load(&self.core, path.as_ref())
    }

    /// Loads a bundle from a manifest made in memory.
    ///
    /// # Errors
    /// As for [`Runtime::load_bundle`].
    pub fn load_bundle_from_source(
        &self,
        manifest: ManifestData,
        source: BundleSource,
    ) -> Result<(), RuntimeError> {
        operation::load_from_source(&self.core, manifest, source)
    }

    /// Loads a whole bundle that is in memory: its `manifest.toml`, its files, and `bundle.sig` if it is
    /// signed.
    ///
    /// # Errors
    /// As for [`Runtime::load_bundle`].
    pub fn load_files(&self, files: impl Into<Arc<BundleTree>>) -> Result<(), RuntimeError> {
        operation::load_files(&self.core, files.into())
    }

    /// Replaces the loaded bundle whose name these files' manifest has.
    ///
    /// # Errors
    /// As for [`Runtime::reload_bundle`].
    pub fn reload_files(&self, files: impl Into<Arc<BundleTree>>) -> Result<(), RuntimeError> {
        operation::reload_files(&self.core, files.into())
    }

    /// Loads the bundle of this name out of the plugin and search folders, and before it those that it needs
    /// and nobody provides yet, as far as their manifests say what they provide. Of one name the first
    /// folder's bundle is taken, and no other if that one is refused. A folder that is not there has no
    /// bundles. Answers where the bundle lies.
    ///
    /// # Errors
    /// `BundleNotFound`; `Io` if a folder cannot be read; as for [`Runtime::load_bundle`]. What was loaded
    /// before it, because it needs it, stays loaded.
    pub fn load_by_name(&self, name: &str) -> Result<PathBuf, RuntimeError> {
        discovery::load_by_name(&self.core, name)
    }

    /// What lies in the plugin and search folders, loaded or not: who each bundle is, what it asks for, who
    /// signed it, and whether it would load. Reads all files and runs none. A folder that is not
    /// there has no bundles.
    ///
    /// # Errors
    /// `Io` if a folder cannot be read; `ReentrantCall` from inside a callback. What is wrong with single
    /// bundles is in the answer.
    pub fn discover(&self) -> Result<Vec<Discovered>, RuntimeError> {
        discovery::survey(&self.core, &discovery::folders(&self.core))
    }

    /// As [`Runtime::discover`], of these folders, which must be there.
    ///
    /// # Errors
    /// As for [`Runtime::discover`].
    pub fn discover_in(
        &self,
        folders: impl IntoIterator<Item = impl Into<PathBuf>>,
    ) -> Result<Vec<Discovered>, RuntimeError> {
        let folders: Vec<PathBuf> = folders.into_iter().map(Into::into).collect();
        discovery::survey(&self.core, &folders)
    }

    /// Loads every bundle of a folder, in dependency order; one broken bundle never stops the others.
    ///
    /// # Errors
    /// `Io` if the folder cannot be read. What is wrong with single bundles is in the report.
    pub fn load_folder(&self, folder: impl AsRef<Path>) -> Result<ScanReport, RuntimeError> {
        scan::load_folder(&self.core, folder.as_ref())
    }

    /// As [`Runtime::load_folder`], of these bundles, wherever their folders lie.
    ///
    /// # Errors
    /// `ReentrantCall` from inside a callback. What is wrong with single bundles is in the report.
    pub fn load_bundles(
        &self,
        folders: impl IntoIterator<Item = impl Into<PathBuf>>,
    ) -> Result<ScanReport, RuntimeError> {
        let folders: Vec<PathBuf> = folders.into_iter().map(Into::into).collect();
        scan::load_bundles(&self.core, &folders)
    }

    /// Replaces a loaded bundle by what is now at `path`, unchanged files included.
    ///
    /// # Errors
    /// Whatever kept the new version from running; the old one runs on.
    pub fn reload_bundle(&self, path: impl AsRef<Path>) -> Result<(), RuntimeError> {
        operation::reload(&self.core, path.as_ref())
    }

    /// Replaces a loaded bundle by what is now where it came from.
    ///
    /// # Errors
    /// As for [`Runtime::reload_bundle`].
    pub fn reload_bundle_by_id(&self, bundle: BundleId) -> Result<(), RuntimeError> {
        operation::reload_by_id(&self.core, bundle)
    }

    /// Queues a reload for the worker, from anywhere, also from inside a call.
    ///
    /// # Errors
    /// `HotReloadDisabled`, or `BundleNotLoaded`.
    pub fn request_reload(&self, bundle: BundleId) -> Result<(), RuntimeError> {
        operation::request_reload(&self.core, bundle)
    }

    /// Follows a folder from now on: bundles that were loaded from it are replaced when their files
    /// change, unloaded when they go, and new ones are loaded when they appear. Loads nothing by
    /// itself. Turns reloading on.
    ///
    /// # Errors
    /// `Watch` if the folder cannot be watched; what was watched before still is.
    pub fn watch_folder(&self, folder: impl Into<PathBuf>) -> Result<(), RuntimeError> {
        self.core.watching.follow(&self.core, &[folder.into()])
    }

    /// Follows a folder no longer. `folder` is as it was given.
    ///
    /// # Errors
    /// `InvalidArgument` if it is not watched.
    pub fn unwatch_folder(&self, folder: impl AsRef<Path>) -> Result<(), RuntimeError> {
        self.core.watching.leave(&self.core, Some(folder.as_ref()))
    }

    /// Follows no folder any longer.
    ///
    /// # Errors
    /// As for [`Runtime::watch_folder`].
    pub fn unwatch_all(&self) -> Result<(), RuntimeError> {
        self.core.watching.leave(&self.core, None)
    }

    /// Unloads a bundle. Its handles become stale; its interface pointers answer `StaleHandle`.
    ///
    /// # Errors
    /// `DependentsLoaded` if others need it, `BundleNotLoaded`.
    pub fn unload_bundle(&self, bundle: BundleId) -> Result<(), RuntimeError> {
        unload::unload(&self.core, bundle)
    }

    /// Unloads a bundle and all that need it; their names, dependents first.
    ///
    /// # Errors
    /// `BundleNotLoaded`.
    pub fn unload_bundle_cascade(&self, bundle: BundleId) -> Result<Vec<String>, RuntimeError> {
        unload::unload_cascade(&self.core, bundle)
    }
}
