//! The Lua loader of polyplug: bundles written in Lua, run by LuaJIT.
//!
//! ```no_run
//! use polyplug::runtime::RuntimeBuilder;
//! use polyplug_lua::LuaLoader;
//!
//! let runtime = RuntimeBuilder::new().loader(LuaLoader::default()).build()?;
//! runtime.load_bundle("mods/greeter")?;
//! # Ok::<(), polyplug::error::RuntimeError>(())
//! ```
//!
//! | modules | what they do |
//! |---|---|
//! | `loader`, `config` | what the runtime and the host see |
//! | `sources`, `registration` | the staged files; running the chunk |
//! | `typed_form`, `raw_form` | the two ways to say what a bundle provides |
//! | `guest`, `typed_call`, `instances` | calls, constructors, and the objects that they are about |
//! | `marshal` | values between Lua and the memory of a contract |
//! | `proxy`, `binding`, `levels` | calls of other contracts with values |
//! | `hand_over`, `plain_data` | state from one generation to the next |
//! | `vm`, `context`, `allocator`, `door` | one VM: memory, who is inside, limits |
//! | `watchdog`, `hook`, `stoppable` | stop what runs too long or needs too much |
//! | `libraries`, `require`, `modules`, `outgoing` | what a script finds in its VM |
//! | `report`, `traceback`, `failure` | what is said about a failure |
//! | `state`, `frame`, `level` | LuaJIT's C API |
//! | `kept` | lists whose elements stay where they are |

mod config;
mod loader;

mod raw_form;
mod registration;
mod sources;
mod typed_form;

#[expect(unsafe_code, reason = "implements the runtime's unsafe trait")]
mod guest;
mod instances;
#[expect(unsafe_code, reason = "a C function of Lua, and memory that a contract lays out")]
mod typed_call;

mod marshal;

mod binding;
#[expect(unsafe_code, reason = "a C function of Lua, and messages that outlive a borrow")]
mod failure;
#[expect(unsafe_code, reason = "owns memory of calls")]
mod levels;
#[expect(unsafe_code, reason = "C functions of Lua that call contracts")]
mod proxy;

mod hand_over;
mod plain_data;

#[expect(unsafe_code, reason = "called by LuaJIT, moves memory")]
mod allocator;
#[expect(unsafe_code, reason = "finds the context behind the allocator's data")]
mod context;
mod door;
#[expect(unsafe_code, reason = "opens and closes the VM")]
mod vm;

#[expect(unsafe_code, reason = "LuaJIT's hook")]
mod hook;
#[expect(unsafe_code, reason = "a hook, and a function that compiled code calls")]
mod stoppable;
#[expect(unsafe_code, reason = "sets hooks of VMs that other threads are inside")]
mod watchdog;

#[expect(unsafe_code, reason = "C functions of Lua")]
mod libraries;
#[expect(unsafe_code, reason = "C functions of Lua")]
mod modules;
#[expect(unsafe_code, reason = "C functions of Lua that call the runtime through its C table")]
mod outgoing;
#[expect(unsafe_code, reason = "C functions of Lua")]
mod require;

mod report;
#[expect(unsafe_code, reason = "the message handler, a C function of Lua")]
mod traceback;

#[expect(unsafe_code, reason = "LuaJIT's C API")]
mod frame;
#[expect(unsafe_code, reason = "LuaJIT's C API")]
mod level;
#[expect(unsafe_code, reason = "LuaJIT's C API")]
mod state;

#[expect(unsafe_code, reason = "lends elements longer than the borrow of their list")]
mod kept;

#[cfg(test)]
mod tests;

pub use config::LuaConfig;
pub use loader::{LuaLoader, MANIFEST_KEYS};

/// The name that manifests give in `loader`.
pub const LOADER_NAME: &str = "lua";
