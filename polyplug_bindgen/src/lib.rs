//! From a contract's description to source text: what its callers and its bundles need, in C, C++,
//! Rust and Lua. Text out; reading and writing files is the command's.
//!
//! ```
//! use polyplug_bindgen::{Language, Side, generate};
//! use polyplug_schema::WitSources;
//!
//! let mut wit = WitSources::default();
//! let text = "package demo:add@1.0.0; interface add { add: func(a: u32, b: u32) -> u32; }";
//! wit.add("add.wit", text)?;
//! let descriptions = wit.clone().descriptions()?;
//! let contracts: Vec<_> = descriptions.contracts().map(|contract| &**contract).collect();
//! let files = generate(Language::C, Side::Host, &contracts, &wit)?;
//! assert_eq!(files[0].name, "demo_add.h");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | modules | what they do |
//! |---|---|
//! | `new_bundle` | a folder to begin with: manifest, description, code |
//! | `component` | the same for a component, whose bindings others make |
//! | `lua`, `c`, `cpp`, `rust` | the files of one language |
//! | `file`, `names`, `comment` | what they have in common |
//!
//! The same description gives the same bytes. What does not depend on the contract is not generated:
//! it stands once in `polyplug/polyplug.h`, `polyplug/guest.h`, `polyplug/typed.hpp`, the crates
//! `polyplug` and `polyplug_guest`, and the Lua loader.

mod component;
mod new_bundle;

mod c;
mod cpp;
mod lua;
mod rust;

mod comment;
mod file;
mod names;

pub use component::{ComponentLanguage, NewComponent};
pub use file::File;
pub use new_bundle::{NewBundle, NewBundleError};

use polyplug_schema::{Contract, RustError, WitSources};

/// For which language files are generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C99.
    C,
    /// C++17.
    Cpp,
    /// Rust, of this edition or a later one.
    Rust,
    /// Lua, with annotations of the Lua language server.
    Lua,
}

/// For whom files are generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A program that calls the contracts.
    Host,
    /// A bundle that provides them.
    Guest,
    /// Both.
    Both,
}

impl Side {
    fn is_host(self) -> bool {
        self != Self::Guest
    }

    fn is_guest(self) -> bool {
        self != Self::Host
    }
}

/// The files for `contracts`, which `wit` describes, in a fixed order. They are written anew whenever the
/// description has changed; what an author edits is in none of them.
///
/// # Errors
/// Rust cannot say what a contract says; other languages can.
pub fn generate(
    language: Language,
    side: Side,
    contracts: &[&Contract],
    wit: &WitSources,
) -> Result<Vec<File>, RustError> {
    match language {
        Language::C => Ok(c::files(side, contracts)),
        Language::Cpp => Ok(cpp::files(side, contracts)),
        Language::Rust => rust::files(side, contracts, wit),
        // A script calls and provides by the same annotations.
        Language::Lua => Ok(lua::annotations(contracts)),
    }
}
