//! The C types of a contract: a name and a definition for every type in it, in an order in which each
//! stands behind those it is made of.
//!
//! It is a model for generators, which also prints: the text of a type is what stands in a header. What
//! it needs is `<stdbool.h>`, `<stddef.h>`, `<stdint.h>` and `PolyplugStringView` of
//! `polyplug/polyplug.h`. The text is C99 and C++; offsets stand beside every member.
//!
//! | WIT | C |
//! |---|---|
//! | `record`, `tuple` | a struct of the fields, or of `f0`, `f1`, .. |
//! | `list<t>` | a struct of `items` and `len`; `list<t, n>` a struct of the array `items` |
//! | `option<t>` | a struct of `is_some` and `value` |
//! | `result<t, e>` | a struct of `is_err` and the union `value` of `ok` and `err` |
//! | `variant` | a struct of `tag` and the union `value` of the cases; a constant for each case |
//! | `enum`, `flags` | an unsigned integer; a constant for each case, a bit for each flag |

mod assertions;
mod declaration;
mod names;
mod spelling;

pub use assertions::LayoutAssertions;

use crate::{Contract, Layout};
use spelling::Speller;

/// The C types of one contract.
#[derive(Clone, Debug)]
pub struct CTypes {
    types: Vec<CType>,
    functions: Vec<CFunction>,
}

/// One type with a name.
#[derive(Clone, Debug)]
pub struct CType {
    /// The name, as in `DemoGreeterPoint`.
    pub name: String,
    /// The type in WIT, or the function whose arguments it holds.
    pub wit: String,
    /// What it is.
    pub definition: CDefinition,
    /// Its size and alignment.
    pub layout: Layout,
}

/// What a type with a name is.
#[derive(Clone, Debug)]
pub enum CDefinition {
    /// A struct of these members.
    Struct(Vec<CMember>),
    /// A struct of a tag, and of one of these members where any needs room.
    Tagged {
        /// The member that says which it is.
        tag: CMember,
        /// How the value behind the tag is put.
        payload: CPayload,
        /// The numbers of the cases, if they have names of their own.
        constants: Vec<CConstant>,
    },
    /// An integer of this C type with names for its values.
    Integer {
        /// As in `uint8_t`.
        integer: &'static str,
        /// The numbers of the cases, or the bits of the flags.
        constants: Vec<CConstant>,
        /// Whether the constants are bits rather than numbers.
        kind: CIntegerKind,
    },
}

/// What the constants of an integer type stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CIntegerKind {
    /// The value is one of them.
    Enum,
    /// Any of them may be set.
    Flags,
}

/// How the value of a tagged type is put.
#[derive(Clone, Debug)]
pub enum CPayload {
    /// No case has a value.
    None,
    /// One member beside the tag.
    Member(CMember),
    /// The union `value` of these members.
    Union(Vec<CMember>),
}

/// One member of a struct.
#[derive(Clone, Debug)]
pub struct CMember {
    /// Its name.
    pub name: String,
    /// Its type, as in `uint32_t` or `const DemoGreeterPoint *`.
    pub ty: String,
    /// How many elements, if it is an array.
    pub array: Option<usize>,
    /// Where it stands, in bytes from the start of the struct.
    pub offset: usize,
}

/// A named number.
#[derive(Clone, Debug)]
pub struct CConstant {
    /// The name, as in `DEMO_GREETER_COLOR_RED`.
    pub name: String,
    /// The number.
    pub value: u32,
}

/// The C side of one function.
#[derive(Clone, Debug)]
pub struct CFunction {
    /// The name, as in `greet_all`; not a word of C or C++.
    pub name: String,
    /// The parameters under the names that they have in C.
    pub parameters: Vec<CMember>,
    /// The type that `args` points at; `None` if there is no parameter.
    pub arguments: Option<String>,
    /// The type that `out` points at; `None` if there is no result.
    pub result: Option<String>,
}

impl CTypes {
    /// The C types of `contract`.
    pub fn of(contract: &Contract) -> Self {
        Self::called(contract.name(), contract)
    }

    /// The same with `name` in front of all names, for a contract that is not the only one of its own
    /// name.
    pub fn called(name: &str, contract: &Contract) -> Self {
        let mut speller = Speller::new(name);
        for named in contract.types() {
            speller.spell(&named.ty);
        }
        let functions = contract.functions().iter().map(|f| speller.function(f)).collect();
        Self { types: speller.finish(), functions }
    }

    /// The types, each behind those it is made of.
    pub fn types(&self) -> &[CType] {
        &self.types
    }

    /// The functions in the order of the contract.
    pub fn functions(&self) -> &[CFunction] {
        &self.functions
    }

    /// `_Static_assert`s of every size, alignment and offset.
    pub fn assertions(&self) -> LayoutAssertions<'_> {
        LayoutAssertions(self)
    }
}

#[cfg(test)]
mod tests;
