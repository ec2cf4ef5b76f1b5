//! Make and end a runtime.

use crate::border::{self, Failure};
use crate::config;
use crate::egress::Egress;
use crate::event::Queue;
use crate::hosts::{self, Host};
use crate::options;
use crate::panic_report;
use polyplug::embedding;
use polyplug::runtime::RuntimeBuilder;
use polyplug_abi::{HostApi, RuntimeConfig, RuntimeOptions};
use std::ptr;

/// Makes a runtime. [thread-safe]
///
/// `config` may be null for the defaults; it is read before the function returns and stays the
/// caller's. The result belongs to the caller, who ends it with polyplug_runtime_destroy(). Null
/// on failure; the reason is polyplug_last_error().
///
/// # Safety
/// - `config` is null or points at a configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_runtime_create(config: *const RuntimeConfig) -> *const HostApi {
    border::value(ptr::null(), || {
        // SAFETY: the caller's promise.
        let config = unsafe { config::read(config) }?;
        let (builder, has_log) = options::with_config(config, Egress::none());
        start(builder, has_log)
    })
}

/// Makes a runtime with more options. [thread-safe]
///
/// As polyplug_runtime_create(); `options` may be null for the defaults. The plugin folders are
/// loaded before it returns, and the callbacks may be called meanwhile. A bundle that cannot be
/// loaded is in the log, the events and the listing; a folder that cannot be read is a failure.
///
/// # Safety
/// - `options` is null or points at options of the size that they say, and so do their fields.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_runtime_create_ex(
    options: *const RuntimeOptions,
) -> *const HostApi {
    border::value(ptr::null(), || {
        // SAFETY: the caller's promise.
        let (builder, has_log) = unsafe { options::builder(options) }?;
        start(builder, has_log)
    })
}

/// Ends a runtime: unloads its bundles, and waits up to two seconds for what other threads do in
/// it. [frame-boundary]
///
/// What a thread is still inside of then stays in memory, with a log record. From inside of a
/// call, a callback or a pin it is refused, with the reason in polyplug_last_error(), and the
/// runtime lives on. Afterwards every function answers POLYPLUG_ERROR_INVALID_POINTER for `host`,
/// while contracts and interfaces of the runtime must not be used any more. Raw native calls must
/// have ended.
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

fn start(builder: RuntimeBuilder, has_log: bool) -> Result<*const HostApi, Failure> {
    panic_report::to_log();
    let mut events = None;
    let runtime = builder.build_with(|runtime| events = Some(Queue::new(runtime.events())))?;
    let events = events.unwrap_or_else(|| Queue::new(runtime.events()));
    Ok(hosts::add(Host { runtime, events, has_log }))
}
