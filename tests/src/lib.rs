//! What the tests of the whole runtime share: loaders written in Rust, folders of bundles, hosts that
//! remember what they were told, and the patience to wait for a condition.
//!
//! | module | what |
//! |---|---|
//! | `folder` | bundle folders on disk |
//! | `script` | the little language of scripted bundles |
//! | `scripted` | the loader and guest that run it |
//! | `build` | libraries built from the fixtures |
//! | `native`, `native_code` | a loader whose contracts are Rust functions behind the C ABI |
//! | `language` | the same bundles in every language, for the matrix of loaders |
//! | `native_bundle` | a host with native bundles, and what is left of them |
//! | `author` | somebody who signs bundles |
//! | `template` | copies of the templates, built as their users do |
//! | `host` | a runtime with everything that a test asks of it |
//! | `call` | calls of contracts, guarded and raw |
//! | `table` | the host's function table, as a C program uses it |
//! | `events`, `log_book` | what the runtime told |
//! | `latch`, `patience` | order between threads, without sleeping |
//! | `memory` | what the process holds |

pub mod author;
pub mod build;
pub mod folder;
pub mod host;
pub mod language;
pub mod native_bundle;
pub mod script;
pub mod template;

#[expect(unsafe_code, reason = "calls contracts through the C ABI")]
pub mod call;
#[expect(unsafe_code, reason = "registers contracts of a host through the C ABI")]
pub mod host_contract;
#[expect(unsafe_code, reason = "registers functions through the C ABI")]
pub mod native;
#[expect(unsafe_code, reason = "stands for a library")]
pub mod native_code;
#[expect(unsafe_code, reason = "implements a guest, whose memory the runtime's lock protects")]
pub mod scripted;
#[expect(unsafe_code, reason = "calls the host table as a C program does")]
pub mod table;

pub mod events;
pub mod latch;
pub mod log_book;
#[expect(unsafe_code, reason = "counts what the allocator gives")]
pub mod memory;
pub mod patience;
