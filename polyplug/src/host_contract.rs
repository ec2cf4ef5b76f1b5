//! Host contracts: what the host program provides to bundles.
//!
//! An interface is copied to an address of its own and stays there. A singleton contract has one
//! instance, made when it is first asked for; of the others each look-up makes a fresh one, which the
//! caller destroys through the interface.

mod making;

use crate::dispatch::CallError;
use crate::error::RuntimeError;
use crate::loader::manifest::ContractName;
use crate::version::{pack, satisfies};
use making::{Making, Turn};
use parking_lot::RwLock;
use polyplug_abi::{
    AbiErrorCode, HostContractId, HostContractInstance, HostContractInterface, HostFunction,
    Version,
};
use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;

/// One runtime's host contracts.
#[derive(Default)]
pub(crate) struct HostContracts {
    by_id: RwLock<HashMap<u64, Box<HostContract>, fnv::FnvBuildHasher>>,
    /// What ids stand for, as far as anybody said: an interface has no name.
    names: RwLock<HashMap<u64, String, fnv::FnvBuildHasher>>,
    making: Making,
}

struct HostContract {
    interface: HostContractInterface,
    singleton: OnceLock<Singleton>,
}

struct Singleton(*mut c_void);

// SAFETY: a host contract's functions and data may be used from any thread; registering one is the
// host's promise of that.
unsafe impl Send for HostContract {}
// SAFETY: as above; the interface is constant.
unsafe impl Sync for HostContract {}
// SAFETY: as above.
unsafe impl Send for Singleton {}
// SAFETY: as above.
unsafe impl Sync for Singleton {}

/// Why a host contract cannot be used.
pub(crate) type Missing = (AbiErrorCode, String);

impl HostContracts {
    /// Adds a contract.
    pub(crate) fn register(&self, interface: HostContractInterface) -> Result<(), RuntimeError> {
        let mut by_id = self.by_id.write();
        let id = interface.contract_id;
        if by_id.contains_key(&id.as_u64()) {
            return Err(RuntimeError::HostContractExists { contract: self.name(id) });
        }
        by_id.insert(id.as_u64(), Box::new(HostContract { interface, singleton: OnceLock::new() }));
        Ok(())
    }

    /// The interface's address, which stays valid as long as the runtime.
    pub(crate) fn interface(
        &self,
        id: HostContractId,
        min_version: u32,
    ) -> Result<*const HostContractInterface, Missing> {
        self.find(id, min_version).map(|contract| {
            // SAFETY: contracts are boxed and never removed before the runtime ends.
            unsafe { &raw const (*contract).interface }
        })
    }

    /// An instance: the one there is, or a fresh one. A constructor that asks for what waits for it
    /// is refused.
    pub(crate) fn instance(
        &self,
        id: HostContractId,
        min_version: u32,
    ) -> Result<HostContractInstance, Missing> {
        let contract = self.find(id, min_version)?;
        // SAFETY: as in `interface`.
        let contract = unsafe { &*contract };
        let data = if contract.interface.singleton {
            match contract.singleton.get() {
                Some(singleton) => singleton.0,
                None => self.make_singleton(id, contract)?,
            }
        } else {
            contract.create()
        };
        Ok(HostContractInstance { data })
    }

    #[cold]
    fn make_singleton(
        &self,
        id: HostContractId,
        contract: &HostContract,
    ) -> Result<*mut c_void, Missing> {
        match self.making.turn(id.as_u64(), || contract.singleton.get()) {
            Turn::Circle => Err((
                AbiErrorCode::WouldDeadlock,
                format!(
                    "host contract `{}` is being made, and waits for the constructor that asks for it; \
                     make what it needs before, or ask when it is first used",
                    self.name(id)
                ),
            )),
            Turn::Made(singleton) => Ok(singleton.0),
            Turn::Make(_maker) => {
                Ok(contract.singleton.get_or_init(|| Singleton(contract.create())).0)
            }
        }
    }

    /// Remembers the name of a contract, for messages.
    pub(crate) fn learn(&self, contract: &ContractName) {
        let id = contract.host_id().as_u64();
        if !self.names.read().contains_key(&id) {
            self.names.write().insert(id, contract.identity());
        }
    }

    /// `name@major`; the id, if nobody has said the name.
    pub(crate) fn name(&self, id: HostContractId) -> String {
        self.names.read().get(&id.as_u64()).cloned().unwrap_or_else(|| id.to_string())
    }

    /// Whether there is a contract of this id.
    pub(crate) fn contains(&self, id: HostContractId) -> bool {
        self.by_id.read().contains_key(&id.as_u64())
    }

    /// An object to call: the one there is, or a fresh one that goes with the last call.
    pub(crate) fn object(&self, id: HostContractId) -> Result<HostObject<'_>, Missing> {
        self.object_of(id, Version::new(0, 0, 0))
    }

    /// As [`HostContracts::object`], of a contract in at least this version. It has to be dropped
    /// before the runtime.
    pub(crate) fn object_of<'a>(
        &self,
        id: HostContractId,
        version: Version,
    ) -> Result<HostObject<'a>, Missing> {
        let min_version = match version.minor {
            0 => version.major,
            _ => pack(version),
        };
        let instance = self.instance(id, min_version)?;
        // SAFETY: as in `interface`.
        let contract = unsafe { &*self.find(id, min_version)? };
        Ok(HostObject { contract, instance })
    }

    fn find(&self, id: HostContractId, min_version: u32) -> Result<*const HostContract, Missing> {
        let by_id = self.by_id.read();
        let Some(contract) = by_id.get(&id.as_u64()) else {
            return Err((
                AbiErrorCode::HostContractNotFound,
                format!("the host provides no contract `{}`", self.name(id)),
            ));
        };
        let version = contract.interface.contract_version;
        if !satisfies(version, min_version) {
            return Err((
                AbiErrorCode::HostContractVersionMismatch,
                format!(
                    "host contract `{}` has version {version}, which is below what was asked",
                    self.name(id)
                ),
            ));
        }
        Ok(ptr::from_ref(&**contract))
    }
}

/// An object of a host contract, for one call.
pub(crate) struct HostObject<'a> {
    contract: &'a HostContract,
    instance: HostContractInstance,
}

impl HostObject<'_> {
    pub(crate) fn instance(&self) -> HostContractInstance {
        self.instance
    }

    /// The contract's id.
    pub(crate) fn contract_id(&self) -> HostContractId {
        self.contract.interface.contract_id
    }

    /// The function of this id; `contracts` knows the contract's name.
    pub(crate) fn function(
        &self,
        contracts: &HostContracts,
        id: u32,
    ) -> Result<HostFunction, Box<CallError>> {
        let interface = &self.contract.interface;
        // SAFETY: registration accepts native host contracts only.
        let table = unsafe { interface.dispatch.native };
        if id >= table.function_count {
            let message = format!(
                "host contract `{}` has {} functions; {id} is not one of them",
                contracts.name(interface.contract_id),
                table.function_count
            );
            return Err(CallError::new(AbiErrorCode::FunctionNotAvailable, message));
        }
        // SAFETY: the table has more entries than `id`.
        let entry = unsafe { table.functions.add(id as usize) };
        // SAFETY: as above; registration accepts no null among them.
        let function = unsafe { entry.read() };
        // SAFETY: the host's promise: every entry is a function of a host contract.
        Ok(unsafe { std::mem::transmute::<*const (), HostFunction>(function) })
    }
}

impl Drop for HostObject<'_> {
    fn drop(&mut self) {
        let interface = &self.contract.interface;
        if !interface.singleton {
            // SAFETY: the instance was made for this object alone.
            unsafe { (interface.destroy_instance)(interface.user_data, self.instance) };
        }
    }
}

impl HostContract {
    fn create(&self) -> *mut c_void {
        let mut instance = HostContractInstance { data: ptr::null_mut() };
        let interface = &self.interface;
        // SAFETY: the host's promise for its constructor; `instance` is a local.
        unsafe {
            (interface.create_instance)(interface.user_data, ptr::null(), &raw mut instance);
        }
        instance.data
    }
}

impl Drop for HostContract {
    fn drop(&mut self) {
        if let Some(Singleton(data)) = self.singleton.get() {
            let instance = HostContractInstance { data: *data };
            // SAFETY: the host's promise for its destructor; nobody can reach the instance any more.
            unsafe { (self.interface.destroy_instance)(self.interface.user_data, instance) };
        }
    }
}
