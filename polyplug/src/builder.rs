//! The builder: gathers options in any order and starts the runtime.

use crate::capability::Grants;
use crate::core::Core;
use crate::description;
use crate::discovery::{Admission, Admit, BundleOffer};
use crate::error::{DescriptionError, RuntimeError};
use crate::events::Event;
use crate::loader::BundleLoader;
use crate::loader::manifest::Limits;
use crate::logger::{LogClosure, Logger};
use crate::options::{ReloadCallback, ReloadMode, RuntimeOptions, UserData};
use crate::reload::scan;
use crate::runtime::Runtime;
use crate::trust::{FloorsFile, KeyId, TrustSettings};
use polyplug_abi::{
    Compatibility, Ed25519PublicKey, LogLevel, RuntimeConfig, SignaturePolicy, Version,
};
use polyplug_schema::WitSources;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a folder must be quiet before a change of unknown completeness is acted on.
const QUIET: Duration = Duration::from_millis(30);

/// How many events a channel holds.
const EVENT_CAPACITY: usize = 4096;

/// Builds a [`Runtime`].
///
/// ```
/// use polyplug::runtime::RuntimeBuilder;
///
/// let runtime = RuntimeBuilder::new().build()?;
/// assert!(runtime.bundles().is_empty());
/// # Ok::<(), polyplug::error::RuntimeError>(())
/// ```
#[must_use]
pub struct RuntimeBuilder {
    config: RuntimeConfig,
    configured: bool,
    compatibility: Option<Compatibility>,
    watch: bool,
    mode: ReloadMode,
    quiet: Duration,
    signature_policy: Option<SignaturePolicy>,
    trust: TrustSettings,
    plugin_dirs: Vec<PathBuf>,
    search_dirs: Vec<PathBuf>,
    admit: Option<Box<Admit>>,
    wit: Vec<Wit>,
    loaders: Vec<Arc<dyn BundleLoader>>,
    logger: Option<LogClosure>,
    callbacks: Vec<ReloadCallback>,
    event_capacity: usize,
    default_limits: Limits,
    /// Patterns of bundle names, with a capability as text.
    grants: Vec<(String, String)>,
}

/// A description that the host gives.
enum Wit {
    Path(PathBuf),
    Text(String, String),
}

impl Wit {
    fn sources(self) -> Result<WitSources, DescriptionError> {
        let sources = match self {
            Self::Path(path) => WitSources::read(path),
            Self::Text(name, text) => {
                let mut sources = WitSources::new("");
                sources.add(&name, text).map(|()| sources)
            }
        };
        sources.map_err(|error| description::unreadable("the host".to_owned(), error))
    }
}

impl RuntimeBuilder {
    /// A builder with the defaults: strict, no reloading, no loaders.
    pub fn new() -> Self {
        Self {
            config: RuntimeConfig::default(),
            configured: false,
            compatibility: None,
            watch: false,
            mode: ReloadMode::default(),
            quiet: QUIET,
            signature_policy: None,
            trust: TrustSettings::default(),
            plugin_dirs: Vec::new(),
            search_dirs: Vec::new(),
            admit: None,
            wit: Vec::new(),
            loaders: Vec::new(),
            logger: None,
            callbacks: Vec::new(),
            event_capacity: EVENT_CAPACITY,
            default_limits: Limits::default(),
            grants: Vec::new(),
        }
    }

    /// Adds a loader.
    pub fn loader(mut self, loader: impl BundleLoader) -> Self {
        self.loaders.push(Arc::new(loader));
        self
    }

    /// A folder of bundles that are not loaded with the runtime, but found by
    /// [`Runtime::load_by_name`] and [`Runtime::discover`]. The plugin folders come before these; of
    /// one name the first folder's bundle is taken.
    pub fn search_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.search_dirs.push(folder.into());
        self
    }

    /// Is asked whether a bundle may be loaded, at every load and reload, after the signature policy
    /// and before any code of the bundle runs. It is called on the thread that loads, which may be the
    /// runtime's own; changing bundles from inside it answers `ReentrantCall`; if it panics, the bundle
    /// is not loaded. All files of a bundle are then read into memory before it is loaded.
    pub fn admission(
        mut self,
        admit: impl Fn(&BundleOffer) -> Admission + Send + Sync + 'static,
    ) -> Self {
        self.admit = Some(Box::new(admit));
        self
    }

    /// Loads the bundles of a folder when the runtime is built, and watches it if `watch` is on.
    pub fn plugin_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.plugin_dirs.push(folder.into());
        self
    }

    /// Describes the contracts that the host provides and calls: a WIT file, or a folder of them
    /// with its `deps`. A bundle that describes one of them otherwise is refused.
    pub fn wit(mut self, path: impl Into<PathBuf>) -> Self {
        self.wit.push(Wit::Path(path.into()));
        self
    }

    /// As [`RuntimeBuilder::wit`], from a text; `name` is what it is called in messages.
    pub fn wit_text(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.wit.push(Wit::Text(name.into(), text.into()));
        self
    }

    /// How differences between what was promised and what is there are treated.
    pub fn compatibility(mut self, compatibility: Compatibility) -> Self {
        self.compatibility = Some(compatibility);
        self
    }

    /// Takes over a configuration of the C ABI. Other builder calls win over it.
    pub fn config(mut self, config: RuntimeConfig) -> Self {
        self.config = config;
        self.configured = true;
        self
    }

    /// Follows the plugin folders' files. Turns reloading on.
    pub fn watch(mut self, watch: bool) -> Self {
        self.watch = watch;
        self
    }

    /// Allows reloading without watching.
    pub fn hot_reload(mut self, enabled: bool) -> Self {
        self.config.hot_reload_enabled = enabled;
        self
    }

    /// When changes that the watcher saw are committed. The default is `OnPoll`.
    pub fn reload_mode(mut self, mode: ReloadMode) -> Self {
        self.mode = mode;
        self
    }

    /// How long a folder must be quiet before a change is acted on of which the operating system
    /// does not say that it is complete. The default is 30 ms.
    pub fn quiet_time(mut self, quiet: Duration) -> Self {
        self.quiet = quiet;
        self
    }

    /// Receives every log record, on the thread that logs. Without it and without the
    /// configuration's `log`, records go to stderr up to the configuration's `log_max_level`, which
    /// is errors and warnings if not set.
    pub fn logger(mut self, logger: impl Fn(LogLevel, &str, &str) + Send + Sync + 'static) -> Self {
        self.logger = Some(Box::new(logger));
        self
    }

    /// Is told every event, without a lock held: on the thread that asked for the change, or, under
    /// `OnPoll`, on the polling thread. Changing bundles from inside it answers `ReentrantCall`.
    pub fn on_reload(mut self, callback: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.callbacks.push(ReloadCallback::Closure(Arc::new(callback)));
        self
    }

    /// Whether bundles must be signed. Where they are looked at, [`RuntimeBuilder::trusted_keys`] and
    /// [`RuntimeBuilder::trust_store`] say by whom.
    pub fn signature_policy(mut self, policy: SignaturePolicy) -> Self {
        self.signature_policy = Some(policy);
        self
    }

    /// The keys whose signatures count.
    pub fn trusted_keys(mut self, keys: impl IntoIterator<Item = Ed25519PublicKey>) -> Self {
        self.trust.keys.extend(keys);
        self
    }

    /// Keys whose signatures do not count any more, whoever trusts them.
    pub fn revoked_keys(mut self, keys: impl IntoIterator<Item = KeyId>) -> Self {
        self.trust.revoked.extend(keys);
        self
    }

    /// The operator's file of trusted and revoked keys, which is read when the runtime is built and
    /// has to be there then; see `polyplug trust`.
    pub fn trust_store(mut self, path: impl Into<PathBuf>) -> Self {
        self.trust.store = Some(path.into());
        self
    }

    /// Refuses versions of a bundle that are older than this one, where signatures count.
    pub fn minimum_version(mut self, bundle: impl Into<String>, version: Version) -> Self {
        self.trust.minimum.insert(bundle.into(), version);
        self
    }

    /// The file that keeps over restarts which versions signatures have called too old. Without it a
    /// runtime forgets that when it ends. It is made if it is not there; its folder must be there.
    pub fn version_floors(mut self, path: impl Into<PathBuf>) -> Self {
        self.trust.floors = Some(FloorsFile::Kept(path.into()));
        self
    }

    /// As [`RuntimeBuilder::version_floors`], but the file is only read: what is called too old from now
    /// on is forgotten when the runtime ends. For a host that only looks at bundles.
    pub fn version_floors_read_only(mut self, path: impl Into<PathBuf>) -> Self {
        self.trust.floors = Some(FloorsFile::ReadOnly(path.into()));
        self
    }

    /// Limits for bundles whose manifest names none of its own.
    pub fn default_limits(mut self, limits: Limits) -> Self {
        self.default_limits = limits;
        self
    }

    /// Grants capabilities to the bundles whose names match: `*` stands for any characters. A bundle
    /// gets what its manifest asks for and some grant gives it; more than `clocks` and `random` is
    /// never given unasked. The texts are those of manifests, such as `stdout`, `env:LANG` or
    /// `fs:ro:data`, a path seen from the bundle's folder.
    ///
    /// A name is what a bundle calls itself: whoever can put a bundle where you load it can give it
    /// any name.
    pub fn grant<C: Into<String>>(
        mut self,
        bundles: &str,
        capabilities: impl IntoIterator<Item = C>,
    ) -> Self {
        let granted = capabilities.into_iter().map(|text| (bundles.to_owned(), text.into()));
        self.grants.extend(granted);
        self
    }

    /// How many events each channel holds before it drops the oldest.
    pub fn event_capacity(mut self, capacity: usize) -> Self {
        self.event_capacity = capacity;
        self
    }

    /// Starts the runtime and loads the plugin folders. A bundle that fails is in the listing and
    /// the log; it does not fail the build.
    ///
    /// # Errors
    /// `Description` if the host's WIT does not read; `InvalidArgument` if what is granted is no
    /// capability, a key is none, or a file about trust does not read; `Io` or `Watch` if a plugin folder cannot be read or watched.
    pub fn build(self) -> Result<Arc<Runtime>, RuntimeError> {
        self.build_with(|_| {})
    }

    /// As [`RuntimeBuilder::build`]; `before` sees the runtime before any bundle is loaded, to
    /// register host contracts and subscribe to events.
    ///
    /// # Errors
    /// As for [`RuntimeBuilder::build`].
    pub fn build_with(
        mut self,
        before: impl FnOnce(&Runtime),
    ) -> Result<Arc<Runtime>, RuntimeError> {
        let loaders = std::mem::take(&mut self.loaders);
        let logger = self.take_logger();
        let folders = self.plugin_dirs.clone();
        let descriptions = std::mem::take(&mut self.wit);
        let hot_reload = self.config.hot_reload_enabled || self.watch;
        let watch = self.watch;
        let core = Core::new(self.options()?, hot_reload, logger);
        for loader in loaders {
            let name = loader.loader_name().to_owned();
            core.loaders.write().insert(name, loader);
        }
        let runtime = Arc::new(Runtime::owning(Arc::clone(&core)));
        for wit in descriptions {
            core.describe(wit.sources()?)?;
        }
        before(&runtime);
        // Watching first: what changes while the folders are read is seen afterwards.
        if watch {
            core.watching.follow(&core, &folders)?;
        }
        for folder in &folders {
            let report = scan::load_folder(&core, folder)?;
            for failed in report.distinct_failures() {
                core.log(LogLevel::Error, "runtime", &failed.error.to_string());
            }
        }
        Ok(runtime)
    }

    fn take_logger(&mut self) -> Logger {
        if let Some(closure) = self.logger.take() {
            return Logger::Closure(closure);
        }
        Logger::of(&self.config)
    }

    fn options(mut self) -> Result<RuntimeOptions, RuntimeError> {
        if let Some(callback) = self.config.on_reload {
            let user_data = UserData(self.config.on_reload_user_data);
            self.callbacks.push(ReloadCallback::Foreign(callback, user_data));
        }
        let default = match self.watch && !self.configured {
            true => Compatibility::Relaxed,
            false => self.config.compatibility,
        };
        let policy = self.signature_policy.unwrap_or(self.config.signature_policy);
        Ok(RuntimeOptions {
            compatibility: self.compatibility.unwrap_or(default),
            mode: self.mode,
            quiet: self.quiet,
            trust: self.trust.settle(policy)?,
            admit: self.admit,
            folders: self.plugin_dirs.into_iter().chain(self.search_dirs).collect(),
            callbacks: self.callbacks,
            event_capacity: self.event_capacity,
            default_limits: self.default_limits,
            grants: Grants::parse(&self.grants)?,
        })
    }
}

impl Default for RuntimeBuilder {
    fn default() -> Self {
        Self::new()
    }
}
