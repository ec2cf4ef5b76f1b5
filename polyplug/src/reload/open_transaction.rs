//! The transaction that is open on a thread: which bundles it changes, which one is starting, and
//! what the others have staged. Look-ups of the starting bundle and the guard ask it.

use crate::error::{LoaderError, RuntimeError};
use crate::generation::{Generation, TakenFiles};
use crate::loader::manifest::ManifestData;
use crate::registration::Stage;
use crate::registration::staging::Staging;
use crate::reload::transaction::Member;
use crate::thread::{Restore, Thread, Within};
use polyplug_abi::{BundleId, GuestContractHandle, Version};
use std::cell::{Cell, RefCell};
use std::ptr;

/// One thread's open transaction.
pub(crate) struct OpenTransaction {
    bundles: Vec<BundleId>,
    /// The bundle whose loader is expected to call `stage`.
    expected: RefCell<Option<Staging>>,
    /// The bundle that is starting; valid while not null.
    starting: Cell<*const Staging>,
    /// What `stage` made for the expected bundle.
    made: RefCell<Option<Generation>>,
    /// What the loader of the expected bundle read, also if it failed.
    taken: RefCell<Option<TakenFiles>>,
    /// Contracts of bundles that were staged before: id, version and handle.
    staged: RefCell<Vec<StagedContract>>,
}

struct StagedContract {
    id: u64,
    version: Version,
    handle: GuestContractHandle,
}

impl OpenTransaction {
    pub(crate) fn new(bundles: Vec<BundleId>) -> Self {
        Self {
            bundles,
            expected: RefCell::default(),
            starting: Cell::new(ptr::null()),
            made: RefCell::default(),
            taken: RefCell::default(),
            staged: RefCell::default(),
        }
    }

    /// The transaction of staged members, while they are committed.
    pub(crate) fn of(members: &[Member]) -> Self {
        Self::new(members.iter().map(|member| member.bundle.id).collect())
    }

    /// Whether the transaction changes the bundle.
    pub(crate) fn contains(&self, bundle: BundleId) -> bool {
        self.bundles.contains(&bundle)
    }

    /// The bundle that is starting.
    pub(crate) fn current(&self) -> Option<&Staging> {
        // SAFETY: set for the length of `stage` only, in which the staging is a live local.
        unsafe { self.starting.get().as_ref() }
    }

    /// Runs `body` with this transaction open on the thread.
    pub(crate) fn while_open<R>(
        &self,
        thread: &Thread,
        within: Within,
        body: impl FnOnce() -> R,
    ) -> R {
        let before = thread.transaction.replace(self);
        let _restore = Restore { cell: &thread.transaction, before };
        thread.while_within(within, body)
    }

    /// Lets `open` start the bundle: a loader, which calls `Runtime::stage`, or a closure of its own.
    pub(crate) fn start(
        &self,
        staging: Staging,
        open: impl FnOnce() -> Result<(), LoaderError>,
    ) -> Result<Generation, RuntimeError> {
        let bundle = staging.bundle.name.to_string();
        *self.expected.borrow_mut() = Some(staging);
        *self.taken.borrow_mut() = None;
        let opened = open();
        let unused = self.expected.borrow_mut().take();
        let made = self.made.borrow_mut().take();
        opened?;
        made.ok_or_else(|| {
            drop(unused);
            RuntimeError::Loader(LoaderError::InitFailed {
                error: "its loader returned without staging anything".to_owned(),
                bundle,
                place: None,
            })
        })
    }

    /// `Runtime::stage` of the expected bundle.
    pub(crate) fn stage(
        &self,
        manifest: &ManifestData,
        body: impl FnOnce(&Stage<'_>) -> Result<(), LoaderError>,
    ) -> Result<(), LoaderError> {
        let mut expected = self.expected.borrow_mut();
        let matches =
            expected.as_ref().is_some_and(|staging| *staging.bundle.name == *manifest.name);
        let Some(staging) = expected.take_if(|_| matches) else {
            return Err(LoaderError::refused(&manifest.name, nested()));
        };
        drop(expected);
        let before = self.starting.replace(&raw const staging);
        let result = {
            let _restore = Restore { cell: &self.starting, before };
            body(&Stage::new(&staging))
        };
        *self.taken.borrow_mut() = staging.taken();
        result?;
        let generation = staging.into_generation();
        let generation = generation.map_err(|error| LoaderError::refused(&manifest.name, error))?;
        *self.made.borrow_mut() = Some(generation);
        Ok(())
    }

    /// What was read for the bundle that was started last.
    pub(crate) fn taken(&self) -> Option<TakenFiles> {
        self.taken.borrow().clone()
    }

    /// Makes the contracts of a staged generation visible to the bundles that start after it.
    pub(crate) fn remember(&self, bundle: &crate::bundle::Bundle, generation: &Generation) {
        let mut staged = self.staged.borrow_mut();
        for slot in bundle.slots() {
            if let Some((version, _)) = generation.entry(slot.ordinal).shape() {
                let id = slot.contract_id().as_u64();
                staged.push(StagedContract { id, version, handle: slot.handle() });
            }
        }
    }

    /// The staged providers of a contract: the starting bundle, then those before it.
    pub(crate) fn all_staged(
        &self,
        contract: u64,
        accepts: impl Fn(Version) -> bool,
    ) -> Vec<GuestContractHandle> {
        let own = self.current().and_then(|staging| staging.staged_slot(contract, &accepts));
        let staged = self.staged.borrow();
        let before = staged
            .iter()
            .filter(|staged| staged.id == contract && accepts(staged.version))
            .map(|staged| staged.handle);
        own.map(|slot| slot.handle()).into_iter().chain(before).collect()
    }
}

/// Loading from inside the start of another bundle.
pub(crate) fn nested() -> RuntimeError {
    RuntimeError::ReentrantCall {
        operation: "load",
        within: "the start of a bundle",
        advice: "load it before or after, or name it in the manifest's dependencies",
    }
}
