//! How types are written in Rust.

use super::RustError;
use super::names::{Names, camel};
use crate::{Contract, Type};

/// As long as Rust prints and compares tuples.
const LONGEST_TUPLE: usize = 12;

/// Where a type stands: what is in the caller's hands is borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A result, or a part of a declared type.
    Owned,
    /// An argument that a caller passes.
    Argument,
    /// An element of a list that a caller passes.
    Element,
    /// A parameter that a guest receives: text and numbers are the caller's, the rest was made for it.
    Parameter,
}

/// The types of a contract that have names, and those names in Rust.
#[derive(Debug)]
pub(super) struct Spelling {
    named: Vec<(Type, String)>,
    /// What stands in front of names: nothing, or a module and `::`.
    path: String,
}

impl Spelling {
    /// Finds all types with names; `names` are those that the module has for other things.
    pub(super) fn new(contract: &Contract, names: Names) -> Result<Self, RustError> {
        let mut search = Search { contract, names, named: Vec::new() };
        let of_functions = contract.functions().iter().flat_map(|function| {
            function.parameters().iter().map(|parameter| &parameter.ty).chain(function.result())
        });
        for ty in contract.types().iter().map(|named| &named.ty).chain(of_functions) {
            search.visit(ty)?;
        }
        Ok(Self { named: search.named, path: String::new() })
    }

    /// The same from outside of `module`.
    pub(super) fn outside_of(self, module: &str) -> Self {
        Self { path: format!("{module}::"), ..self }
    }

    /// Types with names, each after those that it is made of.
    pub(super) fn named(&self) -> &[(Type, String)] {
        &self.named
    }

    pub(super) fn spell(&self, ty: &Type, place: Place) -> String {
        let inner = |ty: &Type| self.spell(ty, place);
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::S8 => "i8".to_owned(),
            Type::U8 => "u8".to_owned(),
            Type::S16 => "i16".to_owned(),
            Type::U16 => "u16".to_owned(),
            Type::S32 => "i32".to_owned(),
            Type::U32 => "u32".to_owned(),
            Type::S64 => "i64".to_owned(),
            Type::U64 => "u64".to_owned(),
            Type::F32 => "f32".to_owned(),
            Type::F64 => "f64".to_owned(),
            Type::Char => "char".to_owned(),
            Type::String if place == Place::Owned => "String".to_owned(),
            Type::String => "&str".to_owned(),
            Type::List(list) => self.list(list.element(), place),
            Type::FixedList(list) => {
                let element = match place {
                    Place::Argument => self.spell(list.element(), Place::Element),
                    _ => inner(list.element()),
                };
                let array = format!("[{element}; {}]", list.len());
                match place == Place::Argument && !is_small(list.element()) {
                    true => format!("&{array}"),
                    false => array,
                }
            }
            Type::Option(option) => format!("Option<{}>", inner(option.some())),
            Type::Result(result) => {
                let part = |ty: Option<&Type>| ty.map_or_else(|| "()".to_owned(), inner);
                format!("Result<{}, {}>", part(result.ok()), part(result.err()))
            }
            Type::Tuple(tuple) => {
                let parts: Vec<_> = tuple.elements().iter().map(|part| inner(&part.ty)).collect();
                match &*parts {
                    [one] => format!("({one},)"),
                    _ => format!("({})", parts.join(", ")),
                }
            }
            Type::Record(_) | Type::Variant(_) if place == Place::Argument => {
                format!("&{}", self.name(ty))
            }
            Type::Record(_) | Type::Variant(_) | Type::Enum(_) | Type::Flags(_) => self.name(ty),
        }
    }

    fn list(&self, element: &Type, place: Place) -> String {
        match place {
            Place::Argument | Place::Element => {
                format!("&[{}]", self.spell(element, Place::Element))
            }
            Place::Parameter if is_number(element) => format!("&[{}]", self.spell(element, place)),
            Place::Parameter | Place::Owned => format!("Vec<{}>", self.spell(element, place)),
        }
    }

    fn name(&self, ty: &Type) -> String {
        let found = self.named.iter().find(|(known, _)| is_same(known, ty));
        format!("{}{}", self.path, found.map_or("", |(_, name)| name))
    }
}

/// The search for types with names.
struct Search<'a> {
    contract: &'a Contract,
    names: Names,
    named: Vec<(Type, String)>,
}

impl Search<'_> {
    fn visit(&mut self, ty: &Type) -> Result<(), RustError> {
        match ty {
            Type::List(list) => self.visit(list.element())?,
            Type::FixedList(list) => self.visit(list.element())?,
            Type::Option(option) => self.visit(option.some())?,
            Type::Result(result) => {
                for part in [result.ok(), result.err()].into_iter().flatten() {
                    self.visit(part)?;
                }
            }
            Type::Tuple(tuple) => {
                let count = tuple.elements().len();
                if count > LONGEST_TUPLE {
                    let contract = self.contract.to_string();
                    return Err(RustError::TupleTooLong { contract, count });
                }
                for part in tuple.elements() {
                    self.visit(&part.ty)?;
                }
            }
            Type::Record(record) => {
                for field in record.fields() {
                    self.visit(&field.ty)?;
                }
            }
            Type::Variant(variant) => {
                for ty in variant.cases().iter().filter_map(|case| case.ty.as_ref()) {
                    self.visit(ty)?;
                }
            }
            _ => {}
        }
        let has_declaration =
            matches!(ty, Type::Record(_) | Type::Variant(_) | Type::Enum(_) | Type::Flags(_));
        if has_declaration && !self.named.iter().any(|(known, _)| is_same(known, ty)) {
            let name = self.names.fresh_type(&camel(ty.name().unwrap_or(ty.kind())));
            self.named.push((ty.clone(), name));
        }
        Ok(())
    }
}

/// Whether two types are one declaration: equal types with different names are two.
fn is_same(one: &Type, other: &Type) -> bool {
    one.name() == other.name() && one == other
}

fn is_number(ty: &Type) -> bool {
    ty.is_scalar() && !matches!(ty, Type::Bool | Type::Char)
}

fn is_small(ty: &Type) -> bool {
    ty.is_scalar() || matches!(ty, Type::Enum(_) | Type::Flags(_))
}
