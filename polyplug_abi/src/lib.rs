//! The C ABI of polyplug, version 1, as Rust types.
//!
//! Layout only: every type is `#[repr(C)]`, its size, alignment and offsets are asserted beside it
//! at compile time, and nothing here follows a pointer. What a foreign side hands over is read and
//! checked by the runtime before it becomes one of these types. The C header
//! `include/polyplug/polyplug.h` is generated from this crate, documentation included, so the
//! comments on fields are written for both languages.
//!
//! | files | what |
//! |---|---|
//! | `string_view`, `buffer`, `array` | text, bytes and lists that cross |
//! | `abi_error`, `abi_error_code` | how a failure crosses |
//! | `compatibility` .. `version` | small values |
//! | `guest_contract_*`, `host_contract_*` | contracts, their handles and objects |
//! | `dispatch_*`, `native_dispatch`, `vm_dispatch` | how a contract is called |
//! | `call_arena` | memory of one call chain |
//! | `plugin_entry`, `plugin_descriptor` | what a native plugin exports and registers |
//! | `bundle_init_context`, `dependency_info` | what a bundle learns when it starts |
//! | `reload_phase`, `ed25519_public_key`, `runtime_config` | what a host says to the runtime |
//! | `runtime_options`, `reload_mode`, `grant`, `admission`, `egress` | more of that, in a struct that grows |
//! | `event`, `event_*`, `pin_reason` | what the runtime tells the host |
//! | `bundle_info`, `contract_info`, `bundle_state` | the listing |
//! | `bundle_offer`, `asked_capability`, `prospect` | what is known before anything runs |
//! | `host_api`, `host_api_extensions` | the functions of the runtime |
//! | `types`, `runtime` | the same names, grouped |
//!
//! # Tags
//!
//! Every function carries one or more of these; a failure is reported and changes nothing unless
//! the function says otherwise.
//!
//! - `[thread-safe]`: any thread, at any time, also from inside a plugin's call.
//! - `[init-thread]`: only on the thread that runs a bundle's start, until that start returns.
//! - `[frame-boundary]`: only where the thread is outside of every call, callback, constructor and
//!   pin of the runtime; elsewhere the answer is `ReentrantCall`.
//! - `[same-thread]`: only on the thread that made the object.
//! - `[commit]`: of a plugin; the runtime calls it while it replaces or closes the bundle, on the
//!   thread that does that.
#![expect(
    rustdoc::broken_intra_doc_links,
    reason = "`[commit]` says which thread calls, and links nowhere"
)]

#[cfg(not(target_pointer_width = "64"))]
compile_error!("version 1 of the polyplug ABI is laid out for 64-bit targets");

mod array;
mod buffer;
mod string_view;

mod abi_error;
mod abi_error_code;

mod compatibility;
mod log_level;
mod signature_policy;
mod supported_language;
mod version;

mod guest_contract_handle;
mod guest_contract_instance;
mod host_contract_instance;

mod dispatch_mechanisms;
mod dispatch_type;
mod native_dispatch;
mod vm_dispatch;

mod guest_contract_interface;
mod host_contract_interface;

mod call_arena;

mod bundle_init_context;
mod dependency_info;
mod plugin_descriptor;
mod plugin_entry;
mod shutdown_reason;

mod ed25519_public_key;
mod key_id;
mod reload_phase;
mod runtime_config;
mod trust_decision;
mod trust_record;

mod event;
mod event_cause;
mod event_kind;
mod event_state;
mod event_step;
mod pin_reason;

mod asked_capability;
mod bundle_offer;
mod prospect;

mod admission;
mod egress;
mod grant;
mod minimum_version;
mod reload_mode;
mod runtime_options;

mod bundle_file;
mod bundle_info;
mod bundle_state;
mod contract_info;

mod host_api;
mod host_api_extensions;

pub mod runtime;
pub mod types;

pub use abi_error::AbiError;
pub use abi_error_code::*;
pub use admission::*;
pub use array::Array;
pub use asked_capability::AskedCapability;
pub use buffer::Buffer;
pub use bundle_file::BundleFile;
pub use bundle_info::BundleInfo;
pub use bundle_init_context::BundleInitContext;
pub use bundle_offer::BundleOffer;
pub use bundle_state::*;
pub use call_arena::{ARENA_SMALLEST_BLOCK, ArenaOverflowBlock, CallArena};
pub use compatibility::*;
pub use contract_info::{ContractInfo, FUNCTION_COUNT_UNKNOWN};
pub use dependency_info::DependencyInfo;
pub use dispatch_mechanisms::DispatchMechanisms;
pub use dispatch_type::*;
pub use ed25519_public_key::Ed25519PublicKey;
pub use egress::*;
pub use event::Event;
pub use event_cause::*;
pub use event_kind::*;
pub use event_state::*;
pub use event_step::*;
pub use grant::Grant;
pub use guest_contract_handle::GuestContractHandle;
pub use guest_contract_instance::GuestContractInstance;
pub use guest_contract_interface::{CreateInstance, DestroyInstance, GuestContractInterface};
pub use host_api::HostApi;
pub use host_api_extensions::{HostApiExtensions, POLL_QUIESCENT};
pub use host_contract_instance::HostContractInstance;
pub use host_contract_interface::{
    CreateHostInstance, DestroyHostInstance, HostContractInterface, HostFunction,
};
pub use key_id::KeyId;
pub use log_level::*;
pub use minimum_version::MinimumVersion;
pub use native_dispatch::{NativeDispatch, NativeFunction};
pub use pin_reason::*;
pub use plugin_descriptor::PluginDescriptor;
pub use plugin_entry::{
    ABI_VERSION, ABI_VERSION_SYMBOL, ADOPT_CHECK_SYMBOL, ADOPT_SYMBOL, AbiVersion, Adopt,
    AdoptCheck, PLUGIN_INIT_SYMBOL, PluginInit, SHAPE_HASH_SYMBOL, SHUTDOWN_SYMBOL,
    STATE_VERSION_SYMBOL, ShapeHash, Shutdown, StateVersion,
};
pub use prospect::*;
pub use reload_mode::*;
pub use reload_phase::*;
pub use runtime_config::{LogSink, OnReload, RuntimeConfig};
pub use runtime_options::{OnEvent, RuntimeOptions};
pub use shutdown_reason::*;
pub use signature_policy::*;
pub use string_view::StringView;
pub use supported_language::*;
pub use trust_decision::*;
pub use trust_record::TrustRecord;
pub use version::Version;
pub use vm_dispatch::{VmCall, VmDispatch, VmLoaderData};

pub use polyplug_utils::{BundleId, GuestContractId, HostContractId};
