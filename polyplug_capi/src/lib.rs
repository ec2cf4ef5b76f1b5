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
//! | `bundle`, `watch`, `poll`, `pin` | load, reload, unload; the frame boundary; a consistent view |
//! | `contract`, `instance`, `arena` | find a contract once, call it for ever |
//! | `handle`, `quiescence` | raw calls, and when what they may be inside of is closed |
//! | `dynamic` | calls as text; callers that know the shape they were built for |
//! | `binary` | calls with values as bytes |
//! | `host_contract` | what the program provides |
//! | `discovery`, `listing`, `event`, `log` | what lies in folders, what there is, what happened |
//! | `border`, `config`, `options`, `admission`, `egress`, `offer`, `snapshot`, `trust` | what crosses |
//! | `hosts`, `loaders`, `panic_report` | the runtimes there are; what they load; our own bugs |

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod runtime;

#[expect(unsafe_code, reason = "exports functions")]
pub mod version;

#[expect(unsafe_code, reason = "exports functions")]
pub mod error;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod bundle;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod watch;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod poll;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod pin;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod contract;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod instance;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod arena;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod handle;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod dynamic;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod binary;

#[expect(unsafe_code, reason = "exports functions")]
pub mod quiescence;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod host_contract;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod discovery;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod listing;

#[expect(unsafe_code, reason = "exports a function, calls the program's callback")]
pub mod event;

#[expect(unsafe_code, reason = "exports functions that take pointers")]
pub mod log;

#[expect(unsafe_code, reason = "calls the program's callback")]
mod admission;
#[expect(unsafe_code, reason = "reads texts and writes results of C programs")]
mod border;
#[expect(unsafe_code, reason = "reads the struct that a C program fills in")]
mod config;
#[cfg(feature = "http")]
#[expect(unsafe_code, reason = "calls the program's callback")]
mod egress;
#[expect(unsafe_code, reason = "looks at the table of a runtime that it keeps")]
mod hosts;
mod loaders;
mod offer;
#[expect(unsafe_code, reason = "reads the struct that a C program fills in")]
mod options;
mod panic_report;
#[expect(unsafe_code, reason = "reads and frees what a C program was given")]
mod snapshot;
mod trust;
#[cfg(not(feature = "http"))]
mod without_egress;
#[cfg(not(feature = "http"))]
use without_egress as egress;
