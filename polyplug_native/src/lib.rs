//! The native loader of polyplug: bundles that are shared libraries.
//!
//! ```no_run
//! use polyplug::runtime::RuntimeBuilder;
//! use polyplug_native::NativeLoader;
//!
//! let runtime = RuntimeBuilder::new().loader(NativeLoader::default()).build()?;
//! runtime.load_bundle("mods/physics")?;
//! # Ok::<(), polyplug::error::RuntimeError>(())
//! ```
//!
//! A library is never opened where it lies: the bytes that were taken and checked are written to a
//! file of their own under a name that was never used, and that file is opened. So the original may
//! be rebuilt or removed at any time, and a new build is new code for the system's linker.
//!
//! | module | what it does |
//! |---|---|
//! | `loader`, `config`, `settings` | what the runtime, the host and the manifest see |
//! | `inspection` | what the bytes of a library say before it is opened |
//! | `folders`, `private_folder`, `private_copy` | the files that are opened |
//! | `plugin` | the functions that a plugin exports, called |
//! | `thrown` | what a plugin threw, stopped |
//! | `library` | the system's linker |
//!
//! On macOS and Windows the same is built of the system's counterparts; it has not been run there.

mod config;
#[expect(unsafe_code, reason = "starts what the bundle's author built")]
mod loader;
mod settings;

mod inspection;

mod folders;
mod private_copy;
mod private_folder;

#[expect(unsafe_code, reason = "calls the exports of plugins")]
mod plugin;
#[expect(unsafe_code, reason = "stops what unwinds out of plugins")]
mod thrown;

#[expect(unsafe_code, reason = "opens libraries, asks the system's linker")]
mod library;

pub use config::NativeConfig;
pub use inspection::{Inspection, Unusable, inspect, inspect_file};
pub use loader::NativeLoader;
pub use settings::MANIFEST_KEYS;

/// The name that manifests give in `loader`.
pub const LOADER_NAME: &str = "native";
