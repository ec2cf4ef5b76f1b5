//! The records, variants, enums and flags of a contract.

use super::docs_of;
use super::names::{Names, camel, screaming, snake};
use super::spelling::{Place, Spelling};
use crate::{Contract, NamedType, TagSize, Type};
use std::fmt::Write;

pub(super) struct Declarations<'a> {
    pub(super) contract: &'a Contract,
    pub(super) spelling: &'a Spelling,
    pub(super) crate_name: &'static str,
}

/// What is in the declaration of a type.
struct Member {
    docs: String,
    text: String,
}

impl Declarations<'_> {
    pub(super) fn write(&self, text: &mut String) {
        for (ty, name) in self.spelling.named() {
            let (keyword, head, members) = match ty {
                Type::Record(_) => ("record", format!("struct {name}"), self.fields(ty)),
                Type::Variant(variant) => {
                    let head = format!("enum {name}: {}", integer(variant.tag()));
                    ("variant", head, self.cases(ty))
                }
                Type::Enum(enumeration) => {
                    let head = format!("enum {name}: {}", integer(enumeration.tag()));
                    ("enumeration", head, self.cases(ty))
                }
                _ => {
                    let head = format!("struct {name}: u{}", ty.layout().size * 8);
                    ("flags", head, self.flags(ty))
                }
            };
            let described = self.described(ty);
            let _ = writeln!(text, "::{}::types::{keyword}! {{", self.crate_name);
            let otherwise = format!("`{}`", ty.name().unwrap_or(ty.kind()));
            docs_of(text, "    ", described.and_then(|d| d.docs.as_deref()), &otherwise);
            let _ = writeln!(text, "    pub {head} {{");
            for (at, Member { docs, text: member }) in members.iter().enumerate() {
                let comment = described.and_then(|d| d.member_docs.get(at)?.as_deref());
                docs_of(text, "        ", comment, docs);
                let _ = writeln!(text, "        {member},");
            }
            text.push_str("    }\n}\n\n");
        }
    }

    fn described(&self, ty: &Type) -> Option<&NamedType> {
        self.contract.types().iter().find(|named| named.ty.name() == ty.name() && named.ty == *ty)
    }

    fn fields(&self, ty: &Type) -> Vec<Member> {
        let Type::Record(record) = ty else { return Vec::new() };
        let mut names = Names::default();
        let member = |field: &crate::Field| {
            let (name, ty) = (names.fresh(&snake(&field.name)), &field.ty);
            let text = format!("pub {name}: {}", self.spelling.spell(ty, Place::Owned));
            Member { docs: format!("`{}: {ty}`", field.name), text }
        };
        record.fields().iter().map(member).collect()
    }

    fn cases(&self, ty: &Type) -> Vec<Member> {
        let mut names = Names::default();
        let mut member = |name: &str, ty: Option<&Type>| {
            let case = names.fresh_type(&camel(name));
            match ty {
                None => Member { docs: format!("`{name}`"), text: case },
                Some(ty) => {
                    let value = self.spelling.spell(ty, Place::Owned);
                    Member { docs: format!("`{name}({ty})`"), text: format!("{case}({value})") }
                }
            }
        };
        match ty {
            Type::Variant(variant) => {
                variant.cases().iter().map(|case| member(&case.name, case.ty.as_ref())).collect()
            }
            Type::Enum(enumeration) => {
                enumeration.cases().iter().map(|case| member(case, None)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn flags(&self, ty: &Type) -> Vec<Member> {
        let Type::Flags(flags) = ty else { return Vec::new() };
        let mut names = Names::default();
        let member = |(bit, flag): (usize, &std::sync::Arc<str>)| {
            let text = format!("{} = {bit}", names.fresh(&screaming(flag)));
            Member { docs: format!("`{flag}`"), text }
        };
        flags.flags().iter().enumerate().map(member).collect()
    }
}

fn integer(tag: TagSize) -> &'static str {
    match tag {
        TagSize::One => "u8",
        TagSize::Two => "u16",
        TagSize::Four => "u32",
    }
}
