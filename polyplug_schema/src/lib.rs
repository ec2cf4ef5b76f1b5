//! Contract descriptions of polyplug: what a contract's functions are called, take and give.
//!
//! A contract is described once, in WIT. From there come its layout in C, values that are checked
//! against it, and a hash of its shape by which two descriptions are compared.
//!
//! ```
//! use polyplug_schema::{Descriptions, Value};
//!
//! let descriptions = Descriptions::from_text(
//!     "greeter.wit",
//!     "package demo:greeter@1.0.0; interface greeter { greet: func(name: string) -> string; }",
//! )?;
//! let greeter = descriptions.contract("demo.greeter@1")?;
//! let call = greeter.parse_call(r#"greet("Ada")"#)?;
//! assert_eq!(call.arguments, [Value::from("Ada")]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | modules | what they do |
//! |---|---|
//! | `wit`, `descriptions` | read WIT; contracts by name |
//! | `contract`, `function`, `named_type` | one contract: functions, parameters, result, types |
//! | `value_type`, `layout` | the types of WIT and where their parts stand in memory |
//! | `shape`, `compatibility` | the shape hash; whether a provider answers a caller |
//! | `value`, `number` | a value of any type; numbers of one type as numbers of another |
//! | `wave` | values and calls as text |
//! | `convert` | values and Rust types, through serde |
//! | `lower`, `lift`, `release` | values to memory, memory to values, memory given back |
//! | `unpack`, `pack`, `binary` | the binary form of values to memory, memory to it; it and values |
//! | `c_types` | the names and definitions that a contract's types have in C |
//! | `rust` | a contract as a module of Rust, as text |
//! | `memory` | which memory, and who allocates it |
//! | `value_error`, `path`, `excerpt` | what is wrong, and where |

#[cfg(not(all(target_pointer_width = "64", target_endian = "little")))]
compile_error!("the layout of contracts is fixed for 64-bit little-endian targets");

mod descriptions;
mod wit;

mod contract;
mod function;
mod named_type;

mod layout;
mod value_type;

mod c_types;

mod rust;

mod compatibility;
mod shape;

mod number;
mod value;

mod wave;

mod convert;

mod lift;
mod lower;
mod release;

#[expect(unsafe_code, reason = "says that its memory is its own")]
mod binary;
mod pack;
mod unpack;
mod walk;

// The other unsafe code of this crate is in `memory/allocator` and `memory/native`.
mod memory;

mod excerpt;
mod path;
mod value_error;

pub use c_types::{
    CConstant, CDefinition, CFunction, CIntegerKind, CMember, CPayload, CType, CTypes,
    LayoutAssertions,
};
pub use compatibility::{Compatibility, Incompatible};
pub use contract::{Contract, ContractError, UnknownFunction};
pub use convert::{from_value, to_value};
pub use descriptions::{Descriptions, UnknownContract};
pub use function::{Function, Parameter};
pub use layout::Layout;
pub use lift::stored::slice_at;
pub use lift::{DEFAULT_LIMIT, lift};
pub use lower::lower;
pub use memory::{
    Allocator, GlobalAllocator, HostAllocator, Memory, MemoryMut, NativeMemory, NoAllocator,
    Scratch,
};
pub use named_type::NamedType;
pub use pack::pack;
pub use path::{Path, Root, Step};
pub use release::release;
pub use rust::{RustBody, RustError, RustSide};
pub use unpack::unpack;
pub use value::Value;
pub use value_error::{Problem, ValueError};
pub use value_type::{
    Case, EnumType, Field, FixedListType, FlagsType, ListType, MAX_TYPE_DEPTH, MAX_TYPE_SIZE,
    MAX_TYPE_TEXT, OptionType, RecordType, ResultType, TagSize, TupleElement, TupleType, Type,
    TypeError, VariantType,
};
pub use wave::{Call, CallError, WaveError};
pub use wit::{WitError, WitSources};
