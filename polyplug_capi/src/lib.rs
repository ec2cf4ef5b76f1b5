//! libpolyplug: the runtime for C and C++ programs.
//!
//! Flat functions over the crate `polyplug`, one file per noun. They check and convert what crosses
//! and leave the work to the runtime. The header `include/polyplug/polyplug.h` is generated from
//! these files and from `polyplug_abi`, documentation included.
//!
//! Every function takes null for every pointer, and a runtime that is gone or was never there, and
//! answers an error. Nothing unwinds out of them.
//!
//! | files | what |
//! |---|---|
//! | `runtime`, `version`, `error` | make and end a runtime; what this library is; the last error |
//! | `bundle`, `poll` | load, reload, unload; the frame boundary |
//! | `contract` | find a contract once, call it for ever |
//! | `border`, `hosts`, `config`, `loaders` | what crosses; the runtimes there are; how one is made |

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod runtime;

#[expect(unsafe_code, reason = "exports functions")]
pub mod version;

#[expect(unsafe_code, reason = "exports functions")]
pub mod error;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod bundle;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod poll;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod contract;

#[expect(unsafe_code, reason = "reads texts and writes results of C programs")]
mod border;
#[expect(unsafe_code, reason = "reads the structs that a C program fills in")]
mod config;
mod hosts;
mod loaders;
