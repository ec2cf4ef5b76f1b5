//! Make and end a runtime.

use crate::border;
use crate::config;
use crate::hosts::{self, Host};
use crate::loaders;
use polyplug::embedding;
use polyplug::runtime::RuntimeBuilder;
use polyplug_abi::{HostApi, RuntimeConfig};
use std::ptr;

/// Makes a runtime. [thread-safe]
///
/// `config` may be null for the defaults; it is read before the function returns and stays the
/// caller's. The result belongs to the caller, who ends it with polyplug_runtime_destroy. Null on
/// failure; the reason is polyplug_last_error().
///
/// # Safety
/// - `config` is null or points at a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_runtime_create(config: *const RuntimeConfig) -> *const HostApi {
    border::value(ptr::null(), || {
        // SAFETY: the caller's promise.
        let config = unsafe { config::read(config) }?;
        let builder = RuntimeBuilder::new().config(config.abi).trusted_keys(config.keys);
        let runtime = loaders::add_to(builder).build()?;
        Ok(hosts::add(Host { runtime }))
    })
}

/// Ends a runtime: unloads its bundles, and waits up to two seconds for calls of other threads.
/// [frame-boundary]
///
/// What a thread is still inside of then stays in memory, with a log record. Inside of a call, a
/// callback or a pin it is refused, with the reason in polyplug_last_error(), and the runtime lives
/// on. Afterwards every function answers POLYPLUG_ERROR_INVALID_POINTER for `host`, while contracts
/// and interfaces of the runtime must not be used any more. Null does nothing.
///
/// # Safety
/// - Nothing that the runtime owned is used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_runtime_destroy(host: *const HostApi) {
    border::code(|| {
        let found = hosts::find(host)?;
        embedding::may_end(&found.runtime)?;
        drop(found);
        hosts::remove(host).map(drop)
    });
}
