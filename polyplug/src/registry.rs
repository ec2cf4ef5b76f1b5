//! The registry: contract id to providers. Readers never lock.
//!
//! | file | what |
//! |---|---|
//! | `slot` | the stable home of one contract of one bundle |
//! | `slot_table` | index to slot |
//! | `contract_index` | contract id to handles, best first |
//! | `lookup` | find and resolve, staged contracts included |

pub(crate) mod contract_index;
pub(crate) mod lookup;
pub(crate) mod slot;
pub(crate) mod slot_table;

use crate::core::Core;
use crate::description::binding;
use crate::error::{RegistryError, RuntimeError};
use crate::reload::unload;
use polyplug_abi::{BundleId, GuestContractHandle, GuestContractId, GuestContractInterface};

/// The published table of one runtime: what its bundles provide.
///
/// All functions may be called from any thread, at any time; none but `invalidate_bundle` locks.
#[derive(Clone, Copy)]
pub struct Registry<'a> {
    core: &'a Core,
}

impl<'a> Registry<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// The first provider of a contract in a version of at least `min_version`: 0 is any; below
    /// 65536 a floor on the major; from there on `(major << 16) | minor`.
    ///
    /// # Errors
    /// `NotFound` if no loaded bundle provides it.
    pub fn find(
        &self,
        contract: GuestContractId,
        min_version: u32,
    ) -> Result<GuestContractHandle, RegistryError> {
        lookup::find(self.core, contract.as_u64(), min_version)
    }

    /// All providers of a contract, ordered by priority (highest first), then by bundle name.
    pub fn find_all(
        &self,
        contract: GuestContractId,
        min_version: u32,
    ) -> Vec<GuestContractHandle> {
        lookup::list(self.core, contract.as_u64(), min_version)
    }

    /// The interface behind a handle. The address is valid as long as the runtime and never changes;
    /// after a reload the same pointer calls the new code, after an unload every function of it
    /// answers `StaleHandle`.
    ///
    /// # Errors
    /// `StaleHandle` if the bundle was unloaded since the handle was found.
    pub fn resolve_guest_contract(
        &self,
        handle: GuestContractHandle,
    ) -> Result<*const GuestContractInterface, RegistryError> {
        lookup::resolve(self.core, handle).map(|slot| slot.hand_out())
    }

    /// As [`Registry::resolve_guest_contract`], for a caller that was built for the shape of this
    /// hash. No later version of the bundle that has another shape is accepted.
    ///
    /// # Errors
    /// `StaleHandle`, or `Description` if the provider has another shape or says nothing about it.
    pub fn resolve_checked(
        &self,
        handle: GuestContractHandle,
        shape: u64,
    ) -> Result<*const GuestContractInterface, RuntimeError> {
        let slot = lookup::resolve(self.core, handle)?;
        binding::bind_hash(self.core, slot, shape)?;
        Ok(slot.hand_out())
    }

    /// Unloads a bundle without callbacks, whether others depend on it or not. Returns how many
    /// contracts it provided; 0 if no such bundle is loaded.
    ///
    /// # Errors
    /// `NotInvalidated` if the unload was refused, e.g. inside a call.
    pub fn invalidate_bundle(&self, bundle: BundleId) -> Result<usize, RegistryError> {
        unload::invalidate(self.core, bundle)
            .map_err(|error| RegistryError::NotInvalidated { bundle, reason: error.to_string() })
    }

    /// A number that changes whenever the registry changes.
    pub fn revision(&self) -> u64 {
        self.core.revision()
    }
}
