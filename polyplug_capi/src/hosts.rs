//! The runtimes of this process that C programs made, by the address that the program knows them
//! by.
//!
//! An address that is not in the table is never followed, so a null, foreign or destroyed runtime
//! is an error. A function that found its runtime keeps it until it returns; destroying waits for
//! that.

use crate::border::Failure;
use crate::event::Queue;
use parking_lot::RwLock;
use polyplug::runtime::Runtime;
use polyplug_abi::{AbiErrorCode, HostApi, HostApiExtensions};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long destroying waits for functions that other threads are inside of.
const PATIENCE: Duration = Duration::from_secs(2);

static HOSTS: RwLock<BTreeMap<usize, Arc<Host>>> = RwLock::new(BTreeMap::new());

/// One runtime.
pub(crate) struct Host {
    // First: what it says while it ends still goes to the queue.
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) events: Queue,
    /// It has a log callback.
    pub(crate) has_log: bool,
}

impl Host {
    /// The runtime's table.
    pub(crate) fn api(&self) -> &HostApi {
        // SAFETY: the table lives as long as the runtime, which this keeps.
        unsafe { &*self.runtime.host_abi() }
    }

    /// The functions that came after version 1 of the table.
    pub(crate) fn extensions(&self) -> &HostApiExtensions {
        // SAFETY: every table of this library has them.
        unsafe { &*self.api().reserved }
    }
}

/// Adds a runtime and answers its address.
pub(crate) fn add(host: Host) -> *const HostApi {
    let api = host.runtime.host_abi();
    HOSTS.write().insert(api.addr(), Arc::new(host));
    api
}

/// The runtime behind an address.
pub(crate) fn find(api: *const HostApi) -> Result<Arc<Host>, Failure> {
    if api.is_null() {
        return Err(Failure::pointer(
            "host",
            "is null; pass what polyplug_runtime_create returned",
        ));
    }
    HOSTS.read().get(&api.addr()).cloned().ok_or_else(unknown)
}

/// Takes a runtime out of the table and waits until no function of it runs on another thread. One
/// that still runs then ends the runtime when it returns.
pub(crate) fn remove(api: *const HostApi) -> Result<Arc<Host>, Failure> {
    let host = HOSTS.write().remove(&api.addr()).ok_or_else(unknown)?;
    let deadline = Instant::now() + PATIENCE;
    while Arc::strong_count(&host) > 1 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_micros(200));
    }
    Ok(host)
}

/// The runtimes with a log callback; none if the table is being changed just now.
pub(crate) fn with_log() -> Vec<Arc<Host>> {
    let Some(hosts) = HOSTS.try_read() else { return Vec::new() };
    hosts.values().filter(|host| host.has_log).cloned().collect()
}

fn unknown() -> Failure {
    Failure::new(
        AbiErrorCode::InvalidPointer,
        "`host` is not a runtime of this library: it was destroyed, or polyplug_runtime_create did \
         not return it",
    )
}
