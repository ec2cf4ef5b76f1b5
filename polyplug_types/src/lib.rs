//! Types of Rust in the C layout of a contract: what typed callers and typed guests stand on.
//!
//! Each type has a raw twin, which is what stands in memory. [`Lower`] makes it of a value: where the
//! value outlives the call, text and lists are borrowed. [`Lift`] makes a value of it, and believes
//! nothing that stands there. Numbers are their own twins and cost nothing.
//!
//! The records, variants, enums and flags of a contract are declared with [`record!`], [`variant!`],
//! [`enumeration!`] and [`flags!`]; `polyplug::contract!` and `polyplug_guest::contract!` write these
//! for you.
//!
//! | module | what it does |
//! |---|---|
//! | `typed` | the three traits |
//! | `place` | where text and lists go |
//! | `lifting`, `problem` | how much a value may take; what can be wrong with it |
//! | `scalar`, `text`, `list`, `fixed_list`, `option`, `result`, `tuple` | the types of Rust |
//! | `least` | what a function answers that is to be written |
//! | `record`, `variant`, `enumeration`, `flags` | the types of a contract |

#[expect(unsafe_code, reason = "declares what layouts must keep")]
mod typed;

#[expect(unsafe_code, reason = "asks for memory")]
mod place;

mod lifting;
mod problem;

#[expect(unsafe_code, reason = "says how values lie in memory")]
mod fixed_list;
#[expect(unsafe_code, reason = "reads elements behind a pointer")]
mod list;
#[expect(unsafe_code, reason = "says how values lie in memory")]
mod option;
#[expect(unsafe_code, reason = "says how values lie in memory")]
mod result;
#[expect(unsafe_code, reason = "says how values lie in memory")]
mod scalar;
#[expect(unsafe_code, reason = "reads text behind a pointer")]
mod text;
#[expect(unsafe_code, reason = "says how values lie in memory")]
mod tuple;

#[expect(unsafe_code, reason = "reads zeros")]
mod least;

mod enumeration;
mod flags;
mod record;
mod variant;

pub use least::least;
pub use lifting::Lifting;
pub use list::RawList;
pub use option::RawOption;
pub use place::{NoMemory, Place, Scratch};
pub use problem::Problem;
pub use result::RawResult;
pub use scalar::Number;
pub use typed::{Lift, Lower, Typed};
