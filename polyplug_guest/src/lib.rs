//! Native bundles in Rust: functions and objects become contracts, without `unsafe` for the author.
//!
//! ```
//! use polyplug_guest::{Bundle, Error};
//!
//! fn add(a: u32, b: u32) -> u32 {
//!     a.wrapping_add(b)
//! }
//!
//! fn greet(name: &str) -> String {
//!     format!("Hello, {name}!")
//! }
//!
//! fn start(bundle: &mut Bundle) -> Result<(), Error> {
//!     bundle.functions("demo.greeter@1").function(add).function(greet).provide()
//! }
//!
//! polyplug_guest::plugin!(start);
//! ```
//!
//! The crate is a `cdylib`. Panics end at the border, as an error with their message (build with
//! `panic = "unwind"`). Objects live in memory of the host, so that the next version of the bundle can
//! adopt them. Statics and thread-locals that have to be dropped keep a library in memory; neither is
//! used here.
//!
//! | module | what it does |
//! |---|---|
//! | `bundle` | what a start function declares |
//! | `function`, `value` | functions and their parameters in the layout of the ABI |
//! | `typed`, `shape` | functions of a contract that WIT describes; which description it was |
//! | `object`, `state` | objects, and how they come from version to version |
//! | `host`, `border`, `error` | the other side, and how failures get there |
//! | `entry` | what the library exports |

#[expect(unsafe_code, reason = "hands tables to the runtime")]
mod bundle;

#[expect(unsafe_code, reason = "is called from outside")]
mod function;
#[expect(unsafe_code, reason = "reads and writes what callers bring")]
mod value;

#[doc(hidden)]
#[expect(unsafe_code, reason = "is called from outside, and reads and writes what callers bring")]
pub mod typed;

mod shape;

#[expect(unsafe_code, reason = "keeps objects in foreign memory")]
mod object;
#[expect(unsafe_code, reason = "keeps the promises of those who adopt")]
mod state;

#[expect(unsafe_code, reason = "writes where a caller reads")]
mod border;
mod error;
#[expect(unsafe_code, reason = "calls the runtime")]
mod host;

#[doc(hidden)]
#[expect(unsafe_code, reason = "is called by the runtime")]
pub mod entry;

pub use bundle::{Bundle, Functions, Objects};
pub use error::Error;
pub use function::{Constructor, Function, Method};
pub use host::{host_api, log};
pub use polyplug_abi as abi;
#[cfg(feature = "macros")]
pub use polyplug_macros::guest_contract as contract;
pub use polyplug_types as types;
pub use state::State;
pub use value::{Argument, Output, Plain};
