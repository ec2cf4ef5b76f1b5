//! A hot-reload plugin runtime: bundles provide contracts, loaders open bundles, a watcher replaces
//! them while the host runs.
//!
//! The flow of one bundle, by the names of the files:
//!
//! | step | where |
//! |---|---|
//! | its manifest is read | `loader/manifest` |
//! | its bytes are taken | `loader/bundle_files` |
//! | whether it may run is decided | `trust`, `reload/admission` |
//! | its loader opens it and registers contracts | `loader`, `guest`, `registration` |
//! | what was registered is checked | `reload/check`, `reload/dependencies` |
//! | it is committed: slots point at the new generation | `reload/commit`, `registry/slot` |
//! | a host finds and calls it | `registry/lookup`, `dispatch`, `contract` |
//! | its file changes | `watcher`, `reload/follow`, `reload/worker` |
//! | the old generation is closed | `reload/drain` |
//!
//! The proofs of the lock-free core (`call_record`, `gate`, `vm_lock`) run under loom.
//!
//! Memory can go wrong only in the modules that are marked `expect(unsafe_code)` below.

#[cfg_attr(
    all(any(target_os = "linux", windows), not(any(loom, sanitize_fences))),
    expect(unsafe_code, reason = "asks the system for barriers")
)]
pub mod barrier;
pub mod capability;
pub mod discovery;
#[expect(unsafe_code, reason = "calls through addresses that C callers keep")]
pub mod embedding;
pub mod error;
#[expect(unsafe_code, reason = "calls the host's reload callback")]
pub mod events;
#[expect(unsafe_code, reason = "declares what a guest must keep to be called")]
pub mod guest;
pub mod loader;
#[expect(unsafe_code, reason = "declares what a library must keep to be called and closed")]
pub mod native_code;
#[expect(unsafe_code, reason = "reads structs of plugins; hands out bundle records")]
pub mod registration;
#[expect(unsafe_code, reason = "slots are written in place and read without a lock")]
pub mod registry;
#[expect(unsafe_code, reason = "takes host contracts over")]
pub mod runtime;
pub mod trust;
#[expect(unsafe_code, reason = "calls with what was laid out for the description")]
pub mod typed;
pub mod watcher;

#[expect(unsafe_code, reason = "follows the pointers of an arena")]
mod arena;
#[expect(unsafe_code, reason = "all mechanics of the C border")]
mod border;
mod builder;
#[expect(unsafe_code, reason = "looks at generations through the pointer that commits replace")]
mod bundle;
mod call_record;
mod clock;
#[expect(unsafe_code, reason = "calls through a slot that its core keeps alive")]
mod contract;
#[expect(unsafe_code, reason = "closes what is left in the cells")]
mod core;
mod description;
#[expect(unsafe_code, reason = "calls guests and plugins")]
mod dispatch;
#[expect(unsafe_code, reason = "calls with memory that the description laid out")]
mod dynamic;
#[cfg(all(test, loom))]
mod explore;
mod gate;
#[expect(unsafe_code, reason = "holds pointers of plugins' dispatchers")]
mod generation;
#[expect(unsafe_code, reason = "calls the host's constructors")]
mod host_contract;
#[expect(unsafe_code, reason = "the functions behind C function pointers")]
mod host_table;
#[expect(unsafe_code, reason = "follows slots and tables that live as long as the runtime")]
mod import;
mod listing;
#[expect(unsafe_code, reason = "calls the host's log callback")]
mod logger;
#[expect(unsafe_code, reason = "carries the addresses of instances between threads")]
mod native_instances;
#[expect(unsafe_code, reason = "carries the host's user data between threads")]
mod options;
mod pin;
mod raw_callers;
#[expect(unsafe_code, reason = "swaps generations and hands state over")]
mod reload;
mod sync;
#[cfg(test)]
#[expect(unsafe_code, reason = "is a guest")]
mod test_bundle;
#[expect(unsafe_code, reason = "finds a thread's record without a lock")]
mod thread;
mod version;
#[expect(unsafe_code, reason = "the owner's fields are shared by the rule of the lock")]
mod vm_lock;
mod watching;

pub use contract::Contract;
pub use crossbeam_channel::Receiver;
pub use dispatch::{CallError, CallOrigin};
pub use dynamic::DynamicCallError;
pub use import::Import;
pub use pin::Pin;
#[cfg(feature = "macros")]
pub use polyplug_macros::contract;
pub use polyplug_schema as schema;
pub use polyplug_types as types;
