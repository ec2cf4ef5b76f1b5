//! From a contract's description to source text: what its callers and its bundles need, in C, C++
//! and Lua. Text out; reading and writing files is the command's.
//!
//! ```
//! use polyplug_bindgen::{Language, Side, generate};
//! use polyplug_schema::Descriptions;
//!
//! let wit = "package demo:add@1.0.0; interface add { add: func(a: u32, b: u32) -> u32; }";
//! let descriptions = Descriptions::from_text("add.wit", wit)?;
//! let contracts: Vec<_> = descriptions.contracts().map(|contract| &**contract).collect();
//! let files = generate(Language::C, Side::Host, &contracts);
//! assert_eq!(files[0].name, "demo_add.h");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | modules | what they do |
//! |---|---|
//! | `new_bundle` | a folder to begin with: manifest, description, code |
//! | `lua`, `c`, `cpp` | the files of one language |
//! | `file`, `names`, `comment` | what they have in common |
//!
//! The same description gives the same bytes. What does not depend on the contract is not generated:
//! it stands once in `polyplug/polyplug.h`, `polyplug/guest.h`, `polyplug/typed.hpp` and the
//! Lua loader.

mod new_bundle;

mod c;
mod cpp;
mod lua;

mod comment;
mod file;
mod names;

pub use file::File;
pub use new_bundle::{NameError, NewBundle};

use polyplug_schema::Contract;

/// For which language files are generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C99.
    C,
    /// C++17.
    Cpp,
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

/// The files for `contracts`, in a fixed order. They are written anew whenever the description has
/// changed; what an author edits is in none of them.
pub fn generate(language: Language, side: Side, contracts: &[&Contract]) -> Vec<File> {
    match language {
        Language::C => c::files(side, contracts),
        Language::Cpp => cpp::files(side, contracts),
        // A script calls and provides by the same annotations.
        Language::Lua => lua::annotations(contracts),
    }
}
