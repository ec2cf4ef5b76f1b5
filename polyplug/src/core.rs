//! The parts of one runtime, joined: what the host table, the trampolines and the threads of a
//! runtime point at. It has no algorithm of its own.
//!
//! Lock order, outermost first: `commit`, VM locks, `writer`, everything else. The logger and the
//! last error take none of these.

use crate::bundle::Bundle;
use crate::description::host::HostDescriptions;
use crate::error::RuntimeError;
use crate::events::EventHub;
use crate::gate::Gate;
use crate::generation::Replaced;
use crate::host_contract::HostContracts;
use crate::host_table::HostTable;
use crate::loader::BundleLoader;
use crate::loader::manifest::ContractName;
use crate::logger::Logger;
use crate::options::RuntimeOptions;
use crate::raw_callers::RawCallers;
use crate::registry::contract_index::ContractIndex;
use crate::registry::slot_table::SlotTable;
use crate::reload::drain::Retired;
use crate::reload::failed::FailedBundles;
use crate::reload::pending::Pending;
use crate::reload::refused::RefusedFolders;
use crate::reload::worker::Worker;
use crate::thread::{Thread, Threads, Within};
use crate::vm_lock::wait_graph::WaitGraph;
use crate::watching::Watching;
use parking_lot::{Condvar, Mutex, RwLock};
use polyplug_abi::{LogLevel, SHUTDOWN_RUNTIME};
use polyplug_schema::WitSources;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread::ThreadId;

/// One runtime's parts.
pub(crate) struct Core {
    this: Weak<Core>,
    pub(crate) options: RuntimeOptions,

    // What readers use without a lock.
    pub(crate) slots: SlotTable,
    pub(crate) index: ContractIndex,
    pub(crate) revision: AtomicU64,
    pub(crate) threads: Threads,
    pub(crate) gate: Gate,
    pub(crate) waits: WaitGraph,

    // What changes bundles.
    pub(crate) commit: Mutex<()>,
    pub(crate) writer: Mutex<Writer>,
    pub(crate) claims: Mutex<HashSet<u64>>,
    pub(crate) claim_ended: Condvar,
    pub(crate) pending: Mutex<Pending>,
    pub(crate) refused: RefusedFolders,
    pub(crate) retired: Mutex<Vec<Retired>>,
    pub(crate) worker: Worker,
    pub(crate) watching: Watching,
    pub(crate) raw_callers: RawCallers,

    // What bundles and hosts are given.
    pub(crate) loaders: RwLock<BTreeMap<String, Arc<dyn BundleLoader>>>,
    pub(crate) host_contracts: HostContracts,
    pub(crate) descriptions: HostDescriptions,
    pub(crate) host: HostTable,
    pub(crate) events: EventHub,
    pub(crate) logger: Logger,

    pub(crate) main_thread: ThreadId,
    /// The runtime is being destroyed; nothing is loaded any more.
    pub(crate) closing: AtomicBool,
}

/// What only the holder of the writer lock touches.
#[derive(Default)]
pub(crate) struct Writer {
    /// All bundles by id, ever.
    pub(crate) bundles: HashMap<u64, Arc<Bundle>, fnv::FnvBuildHasher>,
    /// Contract names by id, to tell two names with one id apart.
    pub(crate) contract_names: HashMap<u64, String, fnv::FnvBuildHasher>,
    /// Bundles that were tried and are not loaded: where they lie and why.
    pub(crate) failed: FailedBundles,
    /// Loaded bundles that are reloaded when a bundle that they need is.
    pub(crate) reinit: BTreeSet<u64>,
}

impl Core {
    pub(crate) fn new(options: RuntimeOptions, hot_reload: bool, logger: Logger) -> Arc<Self> {
        crate::barrier::prepare();
        Arc::new_cyclic(|weak| Self {
            this: weak.clone(),
            worker: Worker::new(weak.clone()),
            watching: Watching::new(hot_reload),
            events: EventHub::new(&options),
            options,
            slots: SlotTable::new(),
            index: ContractIndex::new(),
            revision: AtomicU64::new(0),
            threads: Threads::new(),
            gate: Gate::new(),
            waits: WaitGraph::default(),
            commit: Mutex::default(),
            writer: Mutex::default(),
            claims: Mutex::default(),
            claim_ended: Condvar::new(),
            pending: Mutex::default(),
            refused: RefusedFolders::default(),
            retired: Mutex::default(),
            raw_callers: RawCallers::default(),
            loaders: RwLock::default(),
            host_contracts: HostContracts::default(),
            descriptions: HostDescriptions::default(),
            host: HostTable::new(weak.as_ptr(), std::ptr::null()),
            logger,
            main_thread: std::thread::current().id(),
            closing: AtomicBool::new(false),
        })
    }

    /// The core as a shared pointer.
    pub(crate) fn shared(&self) -> Arc<Self> {
        self.this.upgrade().expect("a core that is being used is alive")
    }

    /// Adds descriptions of the host, which also say what its contracts are called.
    pub(crate) fn describe(&self, sources: WitSources) -> Result<(), RuntimeError> {
        self.descriptions.add(sources)?;
        for described in self.descriptions.all() {
            self.host_contracts.learn(&ContractName::of_caller(&described.identity())?);
        }
        Ok(())
    }

    /// The calling thread's record.
    #[inline(always)]
    pub(crate) fn thread(&self) -> &Thread {
        self.threads.current()
    }

    /// Writes a log record. Where the record is made the thread may hold what a change waits for, so
    /// whoever receives it is in a callback.
    pub(crate) fn log(&self, level: LogLevel, scope: &str, message: &str) {
        let thread = self.thread();
        let within = match thread.within.get() {
            Within::Nothing => Within::Callback,
            narrower => narrower,
        };
        thread.while_within(within, || self.logger.log(level, scope, message));
    }

    /// The bundle's record, made if the name is new.
    pub(crate) fn bundle_named(
        &self,
        writer: &mut Writer,
        name: &str,
    ) -> Result<Arc<Bundle>, RuntimeError> {
        let id = polyplug_abi::BundleId::of(name).as_u64();
        if let Some(known) = writer.bundles.get(&id) {
            if &*known.name != name {
                return Err(RuntimeError::IdCollision {
                    kind: "bundle",
                    id,
                    first: known.name.to_string(),
                    second: name.to_owned(),
                });
            }
            return Ok(Arc::clone(known));
        }
        // The table names the record and the record owns the table.
        let bundle = Arc::new_cyclic(|record: &Weak<Bundle>| {
            Bundle::new(name, HostTable::new(self, record.as_ptr()))
        });
        writer.bundles.insert(id, Arc::clone(&bundle));
        Ok(bundle)
    }

    /// The bundle with this id, loaded or not.
    pub(crate) fn bundle(&self, id: u64) -> Option<Arc<Bundle>> {
        self.writer.lock().bundles.get(&id).cloned()
    }

    /// Whether another thread may run a `threads = "main"` bundle: it may not.
    #[inline]
    pub(crate) fn is_main_thread(&self) -> bool {
        std::thread::current().id() == self.main_thread
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        // Nobody has the core any more, so nobody is in a call: what is left can be closed, while
        // the parts that guests may use when they are closed are still there.
        let staged = self.pending.get_mut().take();
        drop(staged);
        let retired = std::mem::take(self.retired.get_mut());
        for retired in retired {
            retired.generation.close(SHUTDOWN_RUNTIME);
        }
        for bundle in self.writer.get_mut().bundles.values() {
            let generation = bundle.replace(std::ptr::null_mut());
            // SAFETY: the cell owned it, and the swap has taken it out.
            if let Some(generation) = unsafe { Replaced::new(generation) } {
                generation.close(SHUTDOWN_RUNTIME);
            }
        }
    }
}
