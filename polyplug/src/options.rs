//! What a runtime was built with, settled once.

use crate::discovery::Admit;
use crate::trust::TrustRules;
use polyplug_abi::{Compatibility, OnReload, SignaturePolicy};
use std::ffi::c_void;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// When a change that the watcher saw is committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReloadMode {
    /// Changes are staged in the background and committed by `poll()`, so that a frame never sees
    /// half a change. All callbacks run on the polling thread.
    #[default]
    OnPoll,
    /// Changes are committed by the runtime's worker as soon as they are staged.
    Immediate,
}

/// The settled options.
pub(crate) struct RuntimeOptions {
    pub(crate) compatibility: Compatibility,
    pub(crate) mode: ReloadMode,
    pub(crate) quiet: Duration,
    pub(crate) trust: TrustRules,
    /// The host's callback that decides what is loaded.
    pub(crate) admit: Option<Box<Admit>>,
    /// Where bundles are looked for by name.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) callbacks: Vec<ReloadCallback>,
    pub(crate) event_capacity: usize,
    /// Limits for bundles whose manifest names none.
    pub(crate) default_limits: crate::loader::manifest::Limits,
    pub(crate) grants: crate::capability::Grants,
}

impl RuntimeOptions {
    /// Whether all files of a bundle are read before anything that it says is believed.
    pub(crate) fn reads_whole(&self) -> bool {
        self.trust.policy != SignaturePolicy::Off || self.admit.is_some()
    }
}

/// Who is told about the phases of a reload.
#[derive(Clone)]
pub(crate) enum ReloadCallback {
    /// A Rust closure.
    Closure(Arc<dyn Fn(&crate::events::Event) + Send + Sync>),
    /// The C callback of the configuration.
    Foreign(OnReload, UserData),
}

/// A pointer of the host's that is handed back to it.
#[derive(Clone, Copy)]
pub(crate) struct UserData(pub(crate) *mut c_void);

// SAFETY: the pointer is never dereferenced here; the host that gave it promises that its callback
// may be called with it on any thread.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}
