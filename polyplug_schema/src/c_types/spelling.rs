//! Gives every type of a contract its name in C. Types are told apart by their definition in C, in
//! which the types that they are made of already have their names.

use crate::c_types::names::{Taken, member, pascal, screaming};
use crate::c_types::{CConstant, CDefinition, CFunction, CIntegerKind, CMember, CPayload, CType};
use crate::{Case, FlagsType, Function, Layout, TagSize, Type, VariantType};
use polyplug_utils::fnv1a;
use std::collections::HashMap;
use std::fmt::Write;

/// The longest name that is put together of the names of parts; beyond it, a hash stands for them.
const LONGEST: usize = 64;

/// The C types that have been named so far.
#[derive(Debug)]
pub(super) struct Speller {
    /// `DemoGreeter`, in front of every name.
    prefix: String,
    screaming: String,
    types: Vec<CType>,
    by_definition: HashMap<String, Spelled>,
    /// By the address of a type, which all uses of a declared type share. The contract that it is
    /// part of outlives the speller.
    by_address: HashMap<usize, Spelled>,
    taken: Taken,
}

/// A type in C.
#[derive(Clone, Debug)]
pub(super) struct Spelled {
    /// As it stands in a member: `uint32_t`, `DemoGreeterPoint`.
    pub(super) c: String,
    /// As it stands in the name of a type that is made of it: `U32`, `Point`.
    short: String,
}

impl Speller {
    pub(super) fn new(contract: &str) -> Self {
        let mut taken = Taken::default();
        taken.take("PolyplugStringView".to_owned());
        Self {
            prefix: pascal(contract),
            screaming: screaming(contract),
            types: Vec::new(),
            by_definition: HashMap::new(),
            by_address: HashMap::new(),
            taken,
        }
    }

    pub(super) fn finish(self) -> Vec<CType> {
        self.types
    }

    /// The C side of a function, whose argument struct is a type, too.
    pub(super) fn function(&mut self, function: &Function) -> CFunction {
        let mut parameters = Vec::with_capacity(function.parameters().len());
        for parameter in function.parameters() {
            let spelled = self.spell(&parameter.ty);
            parameters.push(one(member(&parameter.name), &spelled, parameter.offset));
        }
        let arguments = match &parameters[..] {
            [] => None,
            [only] => Some(only.ty.clone()),
            _ => {
                let short = format!("{}Arguments", pascal(function.name()));
                let definition = CDefinition::Struct(parameters.clone());
                let wit = format!("the arguments of {}", function.name());
                Some(self.add(short, wit, definition, function.arguments_layout()).c)
            }
        };
        let result = function.result().map(|ty| self.spell(ty).c);
        CFunction { name: member(function.name()), parameters, arguments, result }
    }

    /// The name of `ty`, whose definition is added if it is new.
    pub(super) fn spell(&mut self, ty: &Type) -> Spelled {
        let Some(address) = ty.address() else { return self.define(ty) };
        if let Some(known) = self.by_address.get(&address) {
            return known.clone();
        }
        let spelled = self.define(ty);
        self.by_address.insert(address, spelled.clone());
        spelled
    }

    fn define(&mut self, ty: &Type) -> Spelled {
        let (short, definition) = match ty {
            Type::Bool => return scalar("bool", "Bool"),
            Type::S8 => return scalar("int8_t", "S8"),
            Type::U8 => return scalar("uint8_t", "U8"),
            Type::S16 => return scalar("int16_t", "S16"),
            Type::U16 => return scalar("uint16_t", "U16"),
            Type::S32 => return scalar("int32_t", "S32"),
            Type::U32 => return scalar("uint32_t", "U32"),
            Type::S64 => return scalar("int64_t", "S64"),
            Type::U64 => return scalar("uint64_t", "U64"),
            Type::F32 => return scalar("float", "F32"),
            Type::F64 => return scalar("double", "F64"),
            Type::Char => return scalar("uint32_t", "Char"),
            Type::String => return scalar("PolyplugStringView", "String"),
            Type::List(list) => {
                let element = self.spell(list.element());
                let items = format!("const {} *", element.c);
                let members = vec![
                    CMember { name: "items".to_owned(), ty: items, array: None, offset: 0 },
                    CMember {
                        name: "len".to_owned(),
                        ty: "size_t".to_owned(),
                        array: None,
                        offset: 8,
                    },
                ];
                (format!("List{}", element.short), CDefinition::Struct(members))
            }
            Type::FixedList(list) => {
                let element = self.spell(list.element());
                let items = CMember { array: Some(list.len()), ..one("items", &element, 0) };
                (format!("Array{}{}", list.len(), element.short), CDefinition::Struct(vec![items]))
            }
            Type::Option(option) => {
                let some = self.spell(option.some());
                let value = one("value", &some, option.payload_offset());
                let payload = CPayload::Member(value);
                (format!("Option{}", some.short), tagged("is_some", "bool", payload))
            }
            Type::Result(result) => {
                let at = result.payload_offset();
                let mut short = "Result".to_owned();
                let mut members = Vec::new();
                for (name, ty) in [("ok", result.ok()), ("err", result.err())] {
                    let spelled = ty.map(|ty| self.spell(ty));
                    short.push_str(spelled.as_ref().map_or("Void", |spelled| &spelled.short));
                    members.extend(spelled.map(|spelled| one(name, &spelled, at)));
                }
                (short, tagged("is_err", "bool", union(members)))
            }
            Type::Tuple(tuple) => {
                let mut short = "Tuple".to_owned();
                let mut members = Vec::with_capacity(tuple.elements().len());
                for (index, element) in tuple.elements().iter().enumerate() {
                    let spelled = self.spell(&element.ty);
                    short.push_str(&spelled.short);
                    members.push(one(format!("f{index}"), &spelled, element.offset));
                }
                (short, CDefinition::Struct(members))
            }
            Type::Record(record) => {
                let mut members = Vec::with_capacity(record.fields().len());
                for field in record.fields() {
                    let spelled = self.spell(&field.ty);
                    members.push(one(member(&field.name), &spelled, field.offset));
                }
                (named(ty), CDefinition::Struct(members))
            }
            Type::Variant(variant) => (named(ty), self.variant(variant)),
            Type::Enum(enumeration) => {
                let constants = numbered(enumeration.cases().iter().map(|case| &**case));
                let integer = unsigned(enumeration.tag());
                (named(ty), CDefinition::Integer { integer, constants, kind: CIntegerKind::Enum })
            }
            Type::Flags(flags) => (named(ty), flags_definition(flags)),
        };
        let short = if short.len() > LONGEST && ty.name().is_none() {
            format!("{}{:016x}", pascal(ty.kind()), fnv1a(short.as_bytes()))
        } else {
            short
        };
        self.add(short, ty.to_string(), definition, ty.layout())
    }

    fn variant(&mut self, variant: &VariantType) -> CDefinition {
        let mut members = Vec::new();
        for Case { name, ty } in variant.cases() {
            let spelled = ty.as_ref().map(|ty| self.spell(ty));
            let place = variant.payload_offset();
            members.extend(spelled.map(|spelled| one(member(name), &spelled, place)));
        }
        let constants = numbered(variant.cases().iter().map(|case| &*case.name));
        match tagged("tag", unsigned(variant.tag()), union(members)) {
            CDefinition::Tagged { tag, payload, .. } => {
                CDefinition::Tagged { tag, payload, constants }
            }
            other => other,
        }
    }

    /// The type of this definition, which gets a name if it is new.
    fn add(
        &mut self,
        short: String,
        wit: String,
        mut definition: CDefinition,
        layout: Layout,
    ) -> Spelled {
        let mut key = short.clone();
        let written = write!(key, " {definition:?}");
        debug_assert!(written.is_ok(), "a String takes any text");
        if let Some(known) = self.by_definition.get(&key) {
            return known.clone();
        }
        let name = self.taken.take(format!("{}{short}", self.prefix));
        let short = name[self.prefix.len()..].to_owned();
        self.name_constants(&mut definition, &short);
        let spelled = Spelled { c: name.clone(), short };
        self.by_definition.insert(key, spelled.clone());
        self.types.push(CType { name, wit: one_line(wit), definition, layout });
        spelled
    }

    /// Puts the names of contract and type in front of the constants.
    fn name_constants(&mut self, definition: &mut CDefinition, short: &str) {
        let (CDefinition::Integer { constants, .. } | CDefinition::Tagged { constants, .. }) =
            definition
        else {
            return;
        };
        let ty = screaming(&split_words(short));
        for constant in constants {
            let name = format!("{}_{ty}_{}", self.screaming, screaming(&constant.name));
            constant.name = self.taken.take(name);
        }
    }
}

fn scalar(c: &str, short: &str) -> Spelled {
    Spelled { c: c.to_owned(), short: short.to_owned() }
}

/// The name that the type has in WIT; types that are made without one get their kind.
fn named(ty: &Type) -> String {
    pascal(ty.name().unwrap_or(ty.kind()))
}

fn one(name: impl Into<String>, spelled: &Spelled, offset: usize) -> CMember {
    CMember { name: name.into(), ty: spelled.c.clone(), array: None, offset }
}

fn tagged(name: &str, ty: &str, payload: CPayload) -> CDefinition {
    let tag = CMember { name: name.to_owned(), ty: ty.to_owned(), array: None, offset: 0 };
    CDefinition::Tagged { tag, payload, constants: Vec::new() }
}

fn union(members: Vec<CMember>) -> CPayload {
    if members.is_empty() { CPayload::None } else { CPayload::Union(members) }
}

const fn unsigned(tag: TagSize) -> &'static str {
    match tag {
        TagSize::One => "uint8_t",
        TagSize::Two => "uint16_t",
        TagSize::Four => "uint32_t",
    }
}

fn numbered<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<CConstant> {
    let constant = |(value, label): (u32, &str)| CConstant { name: label.to_owned(), value };
    (0..).zip(labels).map(constant).collect()
}

fn flags_definition(flags: &FlagsType) -> CDefinition {
    let mut constants = numbered(flags.flags().iter().map(|flag| &**flag));
    let integer = match constants.len() {
        0..=8 => "uint8_t",
        9..=16 => "uint16_t",
        _ => "uint32_t",
    };
    for constant in &mut constants {
        constant.value = 1 << constant.value;
    }
    CDefinition::Integer { integer, constants, kind: CIntegerKind::Flags }
}

/// `max-speed` of `MaxSpeed`.
fn split_words(pascal: &str) -> String {
    let mut words = String::with_capacity(pascal.len() + 4);
    let mut was_lower = false;
    for c in pascal.chars() {
        if c.is_ascii_uppercase() && was_lower {
            words.push('-');
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        words.push(c);
    }
    words
}

/// What may stand in a comment of C.
fn one_line(wit: String) -> String {
    const SHOWN: usize = 100;
    match wit.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{} ..", &wit[..at]),
        None => wit,
    }
}
