//! Every way in which the runtime can refuse or fail, as values.
//!
//! The variant names the step that failed; the bundle, path and both sides of a mismatch are fields;
//! the message tells the plugin's author what to change. A defect of the runtime itself is
//! [`RuntimeError::Internal`] and nothing else.

mod absent;
mod code;
mod description;
mod loader;
mod provided;
mod registry;
mod wording;

pub use absent::{AbsentProvider, WhyAbsent};
pub use description::DescriptionError;
pub use loader::{LoaderError, SourcePlace};
pub use provided::ProvidedError;
pub use registry::RegistryError;

use crate::loader::manifest::ManifestError;
use crate::trust::Refusal;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use wording::{listed, listed_folders, lying_in, meant, mending, provided_by};
pub use wording::{printable, shown};

/// What can go wrong in the runtime.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// The loader could not open the bundle.
    #[error(transparent)]
    Loader(LoaderError),

    /// `manifest.toml` is missing, unreadable or wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),

    /// A contract's description is wrong, or does not fit.
    #[error(transparent)]
    Description(#[from] DescriptionError),

    /// What the bundle provides is not what it has to.
    #[error(transparent)]
    Provided(#[from] ProvidedError),

    /// A look-up in the registry failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),

    /// Nobody provides the contract that was asked for by its name.
    #[error("no loaded bundle provides contract `{contract}`; {instead}")]
    ContractNotFound {
        /// The contract, as it was asked for.
        contract: String,
        /// What there is instead.
        instead: String,
    },

    /// The manifest states an id that is not the hash of its name.
    #[error(
        "bundle `{bundle}`: manifest {path} states id {stated:#018X}, but the name's id is {computed:#018X}; \
         remove the `id` line or correct it",
        path = shown(path)
    )]
    BundleTampered {
        /// The bundle's name.
        bundle: String,
        /// The manifest.
        path: PathBuf,
        /// The id that the manifest states.
        stated: u64,
        /// FNV-1a of the name.
        computed: u64,
    },

    /// `file` points outside of the bundle's folder.
    #[error(
        "bundle `{bundle}`: file `{file}` leaves the bundle's folder {path} ({reason}); name a file inside it",
        file = printable(file), path = shown(path)
    )]
    ArtifactPathEscape {
        /// The bundle's name.
        bundle: String,
        /// The bundle's folder.
        path: PathBuf,
        /// The `file` entry as written.
        file: String,
        /// How it leaves: absolute, `..`, or a symbolic link.
        reason: String,
    },

    /// No loader of this name was given to the runtime.
    #[error(
        "bundle `{bundle}` asks for loader `{loader}`; this runtime has {}; correct `loader` or register it",
        listed(known, "no loaders")
    )]
    NoLoaderForName {
        /// The bundle's name.
        bundle: String,
        /// The loader asked for.
        loader: String,
        /// The loaders that there are.
        known: Vec<String>,
    },

    /// A bundle of this name is loaded already.
    #[error(
        "bundle `{bundle}` is already loaded from {loaded_from}; {path} was not loaded: reload or unload the first, \
         or give the second another name",
        loaded_from = shown(loaded_from), path = shown(path)
    )]
    DuplicateBundle {
        /// The bundle's name.
        bundle: String,
        /// Where the live one came from.
        loaded_from: PathBuf,
        /// Where the refused one lies.
        path: PathBuf,
    },

    /// One bundle registers one contract twice.
    #[error("bundle `{bundle}` registers contract `{contract}` twice; register it once")]
    DuplicateProvider {
        /// The bundle's name.
        bundle: String,
        /// The contract, as `name@major`.
        contract: String,
    },

    /// Two names have one id.
    #[error("{kind} `{second}` has the same id {id:#018X} as `{first}`; rename one of them")]
    IdCollision {
        /// "bundle", "guest contract" or "host contract".
        kind: &'static str,
        /// The id of both.
        id: u64,
        /// The name that was there first.
        first: String,
        /// The name that was refused.
        second: String,
    },

    /// Nobody provides what the bundle depends on.
    #[error(
        "bundle `{bundle}` depends on {dependency}, which nothing provides{}", provided_by(absent.as_deref())
    )]
    DependencyMissing {
        /// The bundle that asks.
        bundle: String,
        /// What it asks for.
        dependency: String,
        /// A bundle that lies there and would provide it.
        absent: Option<Box<AbsentProvider>>,
    },

    /// Bundles depend on each other in a circle.
    #[error("bundles depend on each other in a circle: {}; remove one of these dependencies", bundles.join(" -> "))]
    DependencyCycle {
        /// The circle; the first name is repeated at the end.
        bundles: Vec<String>,
    },

    /// The provider's version is below what is asked.
    #[error(
        "bundle `{bundle}` needs {dependency} at least {wanted}, but `{provider}` provides {found}; update `{provider}`"
    )]
    VersionTooOld {
        /// The bundle that asks.
        bundle: String,
        /// The contract or bundle it asks for.
        dependency: String,
        /// The lowest version that would do.
        wanted: String,
        /// The version that is there.
        found: String,
        /// The bundle that provides it.
        provider: String,
    },

    /// Reloading is switched off.
    #[error(
        "hot reload is disabled; set `hot_reload_enabled` or `watch(true)` when building the runtime"
    )]
    HotReloadDisabled,

    /// The bundle's loader cannot replace a running bundle.
    #[error(
        "bundle `{bundle}`: loader `{loader}` cannot reload; unload and load the bundle instead"
    )]
    ReloadUnsupported {
        /// The bundle's name.
        bundle: String,
        /// Its loader.
        loader: String,
    },

    /// There is no loaded bundle of this name, id or path.
    #[error("no bundle {bundle} is loaded")]
    BundleNotLoaded {
        /// Name, id or path as asked for.
        bundle: String,
    },

    /// Other bundles depend on the bundle that should go.
    #[error(
        "bundle `{bundle}` is needed by {}; unload them first, or unload with the cascade",
        listed(dependents, "none")
    )]
    DependentsLoaded {
        /// The bundle that should go.
        bundle: String,
        /// The bundles that need it.
        dependents: Vec<String>,
    },

    /// The operation was asked for where it cannot run.
    #[error("{operation} cannot run inside {within}; {advice}")]
    ReentrantCall {
        /// load, reload, unload, poll, destroy ...
        operation: &'static str,
        /// What this thread is in: a call, a pin, a callback, init ...
        within: &'static str,
        /// What to do instead.
        advice: &'static str,
    },

    /// Something belongs to another thread.
    #[error("`{what}` belongs to another thread; {advice}")]
    WrongThread {
        /// The parameter.
        what: &'static str,
        /// What to do instead.
        advice: &'static str,
    },

    /// The commit could not get in before the deadline.
    #[error(
        "bundle `{bundle}` is busy: {holder} on thread `{thread}` for {} ms; the old version runs on, try again later",
        since.as_millis()
    )]
    Busy {
        /// The bundle that could not be replaced.
        bundle: String,
        /// The function that runs, or the pin that is held.
        holder: String,
        /// The thread that holds it.
        thread: String,
        /// For how long the commit waited.
        since: Duration,
    },

    /// Another thread is changing the same bundle.
    #[error("bundle `{bundle}` is being changed by another thread; try again when that is done")]
    ChangeInProgress {
        /// The bundle's name.
        bundle: String,
    },

    /// Instances are alive and the bundle cannot take them over.
    #[error(
        "bundle `{bundle}` has {count} live instances that its new version cannot adopt; destroy them first"
    )]
    InstancesAlive {
        /// The bundle's name.
        bundle: String,
        /// How many there are.
        count: usize,
    },

    /// Instances of native code are alive and raw interfaces were handed out, so only a poll that
    /// declares quiescence may replace the code.
    #[error(
        "bundle `{bundle}` has live instances and its raw interfaces were handed out; request the reload and call poll with `POLYPLUG_POLL_QUIESCENT` where no thread is inside a raw call"
    )]
    NeedsQuiescence {
        /// The bundle's name.
        bundle: String,
    },

    /// State could not be given to the new version.
    #[error("bundle `{bundle}`: state could not be handed over: {error}; the old version runs on")]
    HandOverFailed {
        /// The bundle's name.
        bundle: String,
        /// What `save`, the constructor or `restore` said.
        error: String,
    },

    /// A bundle that must be reloaded together with the changed one failed.
    #[error(
        "bundle `{bundle}` was not reloaded, because `{dependent}`, which is reloaded with it, failed: {reason}"
    )]
    DependentFailed {
        /// The bundle that changed.
        bundle: String,
        /// The bundle that depends on it.
        dependent: String,
        /// Why the dependent failed.
        #[source]
        reason: Box<RuntimeError>,
    },

    /// The signature policy does not let the bundle run.
    #[error("bundle `{bundle}`{} was refused by the signature policy: {reason}", lying_in(path), bundle = printable(bundle))]
    SignatureRejected {
        /// The bundle's name.
        bundle: String,
        /// Its folder, or the label of what is in memory.
        path: PathBuf,
        /// Which rule refused it.
        reason: Refusal,
    },

    /// The host's callback did not let the bundle in.
    #[error("bundle `{bundle}`{} was not let in by this host: {reason}", lying_in(path), bundle = printable(bundle))]
    AdmissionDenied {
        /// The bundle's name.
        bundle: String,
        /// Its folder, or the label of what is in memory.
        path: PathBuf,
        /// What the host said.
        reason: String,
    },

    /// No folder of the host has a bundle of this name.
    #[error(
        "no bundle called `{bundle}` lies in {}{}",
        listed_folders(folders), meant(nearest.as_deref())
    )]
    BundleNotFound {
        /// The name that was asked for.
        bundle: String,
        /// Where it was looked for.
        folders: Vec<PathBuf>,
        /// A name much like it that is there.
        nearest: Option<String>,
    },

    /// The host did not grant what the bundle's manifest asks for.
    #[error(
        "bundle `{bundle}` asks for {}, which this host did not grant; grant it with `RuntimeBuilder::grant` (of the \
         command: `--grant {bundle}={}`), or ask for it in `optional_capabilities`",
        listed(missing, "nothing"), missing.join(",")
    )]
    CapabilitiesDenied {
        /// The bundle that asks.
        bundle: String,
        /// What is missing, as the manifest would write it.
        missing: Vec<String>,
    },

    /// A host contract of this name and major exists already.
    #[error("host contract `{contract}` is registered already")]
    HostContractExists {
        /// Its name, or its id if nobody has said its name.
        contract: String,
    },

    /// A null where a pointer is needed.
    #[error("`{what}` is null; pass a valid pointer")]
    InvalidPointer {
        /// The parameter or field.
        what: &'static str,
    },

    /// A value that a caller or plugin handed in is not usable.
    #[error("{what}: {problem}")]
    InvalidArgument {
        /// The function or struct field.
        what: &'static str,
        /// What is wrong with it.
        problem: String,
    },

    /// The operating system refused something.
    #[error("{action} {path} failed: {source}{}", mending(action, source), path = shown(path))]
    Io {
        /// What was tried, e.g. "reading".
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// The reason.
        source: Arc<io::Error>,
    },

    /// The file watcher could not be started.
    #[error("{reason}")]
    Watch {
        /// Which folder, and what the operating system said.
        reason: String,
    },

    /// A defect of the runtime.
    #[error("internal error of polyplug: {0}; please report it")]
    Internal(String),
}
