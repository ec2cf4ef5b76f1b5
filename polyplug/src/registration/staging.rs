//! One bundle's staging list, until it becomes a generation.

use super::ContractRegistration;
use crate::bundle::Bundle;
use crate::capability::Capability;
use crate::core::Core;
use crate::description::{Described, bundle as bundle_wit};
use crate::dispatch::trampoline::TRAMPOLINES;
use crate::error::{LoaderError, RuntimeError};
use crate::generation::{
    Entry, Generation, GuestEntry, HostPointer, Origin, TakenFiles, Takes, VmGuest,
};
use crate::guest::Guest;
use crate::loader::manifest::{Manifest, ThreadPolicy, is_contract_name};
use crate::loader::{BundleFiles, BundleSource};
use crate::native_code::NativeCode;
use crate::native_instances::NativeInstances;
use crate::registry::slot::{Slot, SlotParts};
use crate::reload::opening::Contents;
use crate::trust::TrustRecord;
use crate::vm_lock::VmLock;
use polyplug_abi::{BundleInitContext, DispatchType, GuestContractId, Version};
use polyplug_schema::Descriptions;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What one bundle has declared so far.
pub(crate) struct Staging {
    core: *const Core,
    pub(crate) bundle: Arc<Bundle>,
    pub(crate) number: u32,
    pub(crate) manifest: Manifest,
    pub(crate) source: BundleSource,
    pub(crate) init_context: BundleInitContext,
    contents: Contents,
    /// What was decided about the bundle's bytes before they are opened.
    trust: TrustRecord,
    files: RefCell<Option<TakenFiles>>,
    contracts: RefCell<Vec<Contract>>,
    ids: RefCell<HashSet<GuestContractId>>,
    /// What the bundle's WIT says, once it was read.
    descriptions: RefCell<Option<Arc<Descriptions>>>,
    /// What the code itself says about its contracts.
    described: RefCell<HashMap<GuestContractId, Described>>,
    guest: RefCell<Option<Box<dyn Guest>>>,
    code: RefCell<Option<Box<dyn NativeCode>>>,
}

/// A staged contract.
struct Contract {
    version: Version,
    id: GuestContractId,
    /// Its slot, which no reader can find yet unless it was published before.
    slot: *const Slot,
    entry: Entry,
    /// What the plugin that registered it calls itself.
    plugin: Box<str>,
}

impl Staging {
    pub(crate) fn new(
        core: &Core,
        bundle: Arc<Bundle>,
        manifest: Manifest,
        source: BundleSource,
        contents: Contents,
        trust: TrustRecord,
        path: &str,
    ) -> Self {
        let init_context =
            BundleInitContext { bundle_id: bundle.id, bundle_path: crate::border::view(path) };
        Self {
            core,
            number: bundle.next_load(),
            bundle,
            manifest,
            source,
            init_context,
            contents,
            trust,
            files: RefCell::default(),
            contracts: RefCell::default(),
            ids: RefCell::default(),
            descriptions: RefCell::default(),
            described: RefCell::default(),
            guest: RefCell::default(),
            code: RefCell::default(),
        }
    }

    pub(crate) fn core(&self) -> &Core {
        // SAFETY: a staging lives on the stack of a function that borrows the core.
        unsafe { &*self.core }
    }

    /// `error` as the refusal of this bundle.
    pub(crate) fn refused(&self, error: RuntimeError) -> LoaderError {
        LoaderError::refused(&self.bundle.name, error)
    }

    /// What the host grants to a bundle of this name.
    pub(crate) fn granted(&self) -> BTreeSet<Capability> {
        self.core().options.grants.of(&self.bundle.name)
    }

    pub(crate) fn take_files(&self, takes: Arc<Takes>) -> Result<Arc<BundleFiles>, LoaderError> {
        let read = self.read_files(&*takes).map_err(|error| self.refused(error))?;
        *self.files.borrow_mut() = Some(TakenFiles { files: Arc::clone(&read), takes });
        // Before any code runs: a description that does not read is the first thing to know.
        self.descriptions().map_err(|error| self.refused(error))?;
        Ok(read)
    }

    fn read_files(&self, takes: &dyn Fn(&Path) -> bool) -> Result<Arc<BundleFiles>, RuntimeError> {
        self.contents.read(&self.source, &self.manifest.data.file, takes)
    }

    /// The paths of the bundle's files that `is_meant` accepts.
    pub(crate) fn paths(&self, is_meant: &dyn Fn(&Path) -> bool) -> Vec<String> {
        match (&self.contents, &self.source) {
            (Contents::Whole(tree), _) | (Contents::Source, BundleSource::Files(tree)) => {
                BundleFiles::paths_of_tree(tree, is_meant)
            }
            (Contents::Source, BundleSource::Path(folder)) => {
                BundleFiles::paths(folder, is_meant).unwrap_or_default()
            }
            (Contents::Taken(files), _) => {
                let paths = files.iter().map(|(path, _)| path);
                paths.filter(|path| is_meant(Path::new(path))).map(str::to_owned).collect()
            }
            (Contents::Source, BundleSource::Code(_) | BundleSource::Bytes(_))
            | (Contents::SetDown, _) => Vec::new(),
        }
    }

    /// What the bundle's WIT says, from the bytes that its loader took; `None` if its manifest names
    /// none.
    pub(crate) fn descriptions(&self) -> Result<Option<Arc<Descriptions>>, RuntimeError> {
        let Some(path) = &self.manifest.options.wit else { return Ok(None) };
        if let Some(read) = &*self.descriptions.borrow() {
            return Ok(Some(Arc::clone(read)));
        }
        let taken = self.files.borrow().as_ref().map(|taken| Arc::clone(&taken.files));
        let files = match taken {
            Some(taken) => taken,
            None => self.read_files(&|_| false)?,
        };
        let read = Arc::new(bundle_wit::read(&self.bundle.name, path, &files)?);
        *self.descriptions.borrow_mut() = Some(Arc::clone(&read));
        Ok(Some(read))
    }

    /// The description of `name@major`: the bundle's own, else the host's.
    pub(crate) fn description(
        &self,
        identity: &str,
    ) -> Result<Option<Arc<polyplug_schema::Contract>>, RuntimeError> {
        let own = self.descriptions()?;
        let own = own.and_then(|own| own.contract(identity).ok().cloned());
        Ok(own.or_else(|| self.core().descriptions.get(identity)))
    }

    pub(crate) fn registered(&self) -> Vec<GuestContractId> {
        self.contracts.borrow().iter().map(|contract| contract.id).collect()
    }

    /// Notes what the code itself says about a contract.
    pub(crate) fn describe(&self, contract: GuestContractId, note: impl FnOnce(&mut Described)) {
        note(self.described.borrow_mut().entry(contract).or_default());
    }

    /// What the loader took, if it has.
    pub(crate) fn taken(&self) -> Option<TakenFiles> {
        self.files.borrow().clone()
    }

    pub(crate) fn register_guest(
        &self,
        contract: ContractRegistration<'_>,
    ) -> Result<u32, RuntimeError> {
        let number = self.contracts.borrow().len() as u32;
        let entry = Entry::Guest(GuestEntry {
            contract: number,
            function_count: contract.function_count,
            version: contract.version,
        });
        let dispatch_type = DispatchType::VirtualMachine;
        let plugin = contract.plugin_name;
        self.register(contract.name, plugin, contract.version, dispatch_type, entry)?;
        Ok(number)
    }

    /// Stages a contract of any kind.
    pub(crate) fn register(
        &self,
        name: &str,
        plugin: &str,
        version: Version,
        dispatch_type: DispatchType,
        entry: Entry,
    ) -> Result<(), RuntimeError> {
        if !is_contract_name(name) {
            return Err(RuntimeError::InvalidArgument {
                what: "contract name",
                problem: format!(
                    "{name:?} is empty, or holds `@`, blanks or control characters; the version is a \
                     field of its own"
                ),
            });
        }
        let id = GuestContractId::of(name, version.major);
        let full_name = format!("{name}@{}", version.major);
        if !self.ids.borrow_mut().insert(id) {
            return Err(RuntimeError::DuplicateProvider {
                bundle: self.bundle.name.to_string(),
                contract: full_name,
            });
        }
        let slot = self.slot(id, &full_name, dispatch_type)?;
        let plugin = plugin.into();
        self.contracts.borrow_mut().push(Contract { version, id, slot, entry, plugin });
        Ok(())
    }

    pub(crate) fn set_guest(&self, guest: Box<dyn Guest>) {
        *self.guest.borrow_mut() = Some(guest);
    }

    pub(crate) fn set_native_code(&self, code: Box<dyn NativeCode>) {
        *self.code.borrow_mut() = Some(code);
    }

    /// The slot of a staged contract, for look-ups of the starting bundle.
    pub(crate) fn staged_slot(&self, id: u64, accepts: impl Fn(Version) -> bool) -> Option<&Slot> {
        let contracts = self.contracts.borrow();
        let found = contracts
            .iter()
            .find(|contract| contract.id.as_u64() == id && accepts(contract.version))?;
        // SAFETY: slots live as long as the runtime.
        Some(unsafe { &*found.slot })
    }

    /// The slot of (this bundle, contract, dispatch type); made now if it never existed.
    fn slot(
        &self,
        id: GuestContractId,
        full_name: &str,
        dispatch_type: DispatchType,
    ) -> Result<*const Slot, RuntimeError> {
        let core = self.core();
        let mut writer = core.writer.lock();
        match writer.contract_names.get(&id.as_u64()) {
            Some(known) if known != full_name => {
                return Err(RuntimeError::IdCollision {
                    kind: "contract",
                    id: id.as_u64(),
                    first: known.clone(),
                    second: full_name.to_owned(),
                });
            }
            Some(_) => {}
            None => {
                writer.contract_names.insert(id.as_u64(), full_name.to_owned());
            }
        }
        if let Some(slot) = self.bundle.slot(id, dispatch_type) {
            return Ok(slot);
        }
        let slot = core.slots.push(&SlotParts {
            core,
            runtime: core.threads.runtime,
            bundle: Arc::as_ptr(&self.bundle),
            contract_id: id,
            contract: full_name,
            dispatch_type,
            ordinal: self.bundle.slot_count(),
            index: core.slots.len(),
            trampolines: &TRAMPOLINES,
        });
        self.bundle.add_slot(slot);
        Ok(slot)
    }

    /// What the bundle's WIT says of contracts that it does not provide itself: what it expects of
    /// others.
    fn expected(
        &self,
        provided: &[Described],
    ) -> Result<Box<[Arc<polyplug_schema::Contract>]>, RuntimeError> {
        let Some(own) = self.descriptions()? else { return Ok(Box::default()) };
        let provided: HashSet<String> = provided
            .iter()
            .filter_map(|described| described.contract.as_ref())
            .map(|contract| contract.identity())
            .collect();
        let others = own.contracts().filter(|contract| !provided.contains(&contract.identity()));
        Ok(others.cloned().collect())
    }

    /// The generation that was declared.
    ///
    /// # Errors
    /// Its descriptions do not read.
    pub(crate) fn into_generation(self) -> Result<Generation, RuntimeError> {
        let slots = self.bundle.slot_count() as usize;
        let mut entries: Vec<Entry> = Vec::new();
        entries.resize_with(slots, || Entry::Absent);
        let mut plugins: Vec<Box<str>> = Vec::new();
        plugins.resize_with(slots, Box::default);
        let mut descriptions = vec![Described::default(); slots];
        for contract in self.contracts.take() {
            // SAFETY: slots live as long as the runtime.
            let slot = unsafe { &*contract.slot };
            let ordinal = slot.ordinal as usize;
            entries[ordinal] = contract.entry;
            plugins[ordinal] = contract.plugin;
            let mut described =
                self.described.borrow_mut().remove(&contract.id).unwrap_or_default();
            if described.contract.is_none() {
                described.contract = self.description(&slot.contract)?;
            }
            descriptions[ordinal] = described;
        }
        let expected = self.expected(&descriptions)?;
        let main_thread_only = self.manifest.options.threads == ThreadPolicy::Main;
        let functions = |entry: &Entry| match entry {
            Entry::Native(native) if !main_thread_only => native.functions.clone(),
            _ => Box::default(),
        };
        let guest = self.guest.into_inner();
        let files = self.files.into_inner();
        let trust = Arc::new(self.trust.with_digest_of(files.as_ref()));
        Ok(Generation {
            number: self.number,
            functions: entries.iter().map(functions).collect(),
            entries: entries.into_boxed_slice(),
            plugins: plugins.into_boxed_slice(),
            descriptions: descriptions.into_boxed_slice(),
            expected,
            guest: guest.map(|guest| VmGuest { lock: VmLock::new(), guest }),
            main_thread_only,
            broken: AtomicBool::new(false),
            native_instances: NativeInstances::default(),
            code: self.code.into_inner(),
            host: HostPointer(self.bundle.host.api()),
            origin: Origin { manifest: self.manifest, source: self.source, files, trust },
        })
    }
}
