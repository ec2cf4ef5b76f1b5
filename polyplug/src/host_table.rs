//! The host table: the functions that the runtime lends to hosts and bundles, as C function pointers.
//!
//! Every bundle has a table of its own with the same functions, so it is known who asks. The
//! functions check and convert what crosses, and leave the work to the modules that do it.
//!
//! | file | functions |
//! |---|---|
//! | `contracts` | register, find, resolve, host contracts |
//! | `bundles` | list, load, reload, unload, dependencies |
//! | `memory` | alloc, free, last error, log, arenas |
//! | `calls` | guarded calls, instances, pins, poll |

mod bundles;
mod calls;
mod contracts;
mod memory;

use crate::bundle::Bundle;
use crate::core::Core;
use polyplug_abi::{HostApi, HostApiExtensions};
use std::ptr;

/// Whose table it is: what `HostApi.runtime` points at.
pub(crate) struct HostContext {
    core: *const Core,
    /// Null in the table that the host itself uses.
    bundle: *const Bundle,
}

impl HostContext {
    pub(crate) fn core(&self) -> &Core {
        // SAFETY: the core owns the context, directly or through the bundle's record.
        unsafe { &*self.core }
    }

    fn bundle(&self) -> Option<&Bundle> {
        // SAFETY: the record owns the context.
        unsafe { self.bundle.as_ref() }
    }
}

/// The runtime that a table belongs to.
///
/// # Safety
/// - As for [`context`].
pub(crate) unsafe fn core_of<'a>(host: *const HostApi) -> Option<&'a Core> {
    // SAFETY: the caller's promise.
    unsafe { context(host) }.map(HostContext::core)
}

/// The context of a table that a caller handed in.
///
/// # Safety
/// - `host` is null or a table of a runtime that lives during `'a`.
#[inline(always)]
pub(crate) unsafe fn context<'a>(host: *const HostApi) -> Option<&'a HostContext> {
    // SAFETY: the caller's promise.
    let host = unsafe { host.as_ref() }?;
    // SAFETY: every table of ours points at its context, which lives as long as the runtime.
    unsafe { host.runtime.cast::<HostContext>().as_ref() }
}

/// A host table and what it knows, at addresses that do not change.
pub(crate) struct HostTable {
    api: Box<HostApi>,
    #[expect(dead_code, reason = "kept alive for `api.runtime`, which points at it")]
    context: Box<HostContext>,
}

// SAFETY: the table is constant and its pointers lead to the context and to statics.
unsafe impl Send for HostTable {}
// SAFETY: as above.
unsafe impl Sync for HostTable {}

impl HostTable {
    /// A table of the runtime, for a bundle or, with null, for the host.
    pub(crate) fn new(core: *const Core, bundle: *const Bundle) -> Self {
        let context = Box::new(HostContext { core, bundle });
        Self { api: Box::new(table(&context)), context }
    }

    /// The table's address.
    pub(crate) fn api(&self) -> *const HostApi {
        &raw const *self.api
    }
}

fn table(context: &HostContext) -> HostApi {
    HostApi {
        runtime: ptr::from_ref(context).cast_mut().cast(),
        register_guest_contract: contracts::register_guest_contract,
        alloc: memory::alloc,
        free: memory::free,
        find_guest_contract: contracts::find_guest_contract,
        find_all_guest_contracts: contracts::find_all_guest_contracts,
        resolve_guest_contract: contracts::resolve_guest_contract,
        get_host_contract: contracts::get_host_contract,
        resolve_host_contract_interface: contracts::resolve_host_contract_interface,
        list_bundles: bundles::list_bundles,
        get_dependencies: bundles::get_dependencies,
        load_bundle: bundles::load_bundle,
        reload_bundle: bundles::reload_bundle,
        register_host_contract: contracts::register_host_contract,
        register_loader: bundles::register_loader,
        get_last_error: memory::get_last_error,
        get_error_len: memory::get_error_len,
        unload_bundle: bundles::unload_bundle,
        log: memory::log,
        create_guest_instance: calls::create_guest_instance,
        destroy_guest_instance: calls::destroy_guest_instance,
        revision_counter: bundles::revision_counter,
        reserved: &raw const EXTENSIONS,
    }
}

static EXTENSIONS: HostApiExtensions = HostApiExtensions {
    struct_size: size_of::<HostApiExtensions>() as u32,
    abi_minor: 0,
    call: calls::call,
    create: calls::create,
    destroy: calls::destroy,
    result_alloc: memory::result_alloc,
    request_reload: bundles::request_reload,
    pin: calls::pin,
    unpin: calls::unpin,
    poll: calls::poll,
    query: bundles::query,
    last_error: memory::last_error,
    unload_bundle_cascade: bundles::unload_bundle_cascade,
    bundle_name: bundles::bundle_name,
    revision: bundles::revision,
    arena_alloc: memory::arena_alloc,
    arena_reset: memory::arena_reset,
    arena_release: memory::arena_release,
    bind_guest_contract: contracts::bind_guest_contract,
    set_last_error: memory::set_last_error,
};
