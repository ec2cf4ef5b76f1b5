//! The header that both sides share: the name of the contract, its shape, its functions' numbers, its
//! types.

use crate::c::CContract;
use crate::comment;
use crate::names::{other_than, screaming};
use polyplug_schema::{CDefinition, CType, Contract, NamedType, Type};
use std::fmt::Write;

/// The text of the header.
pub(super) fn header(of: &CContract<'_>) -> String {
    let mut out = of.banner();
    let (guard, prefix, contract) = (of.guard("H"), &of.screaming, of.contract);
    let _ = write!(
        out,
        "#ifndef {guard}\n#define {guard}\n\n#include <polyplug/polyplug.h>\n\n#include <stdbool.h>\n\
         #include <stddef.h>\n#include <stdint.h>\n\n"
    );
    comment::write_block(&mut out, "", contract.docs());
    let version = contract.version();
    let _ = writeln!(out, "#define {prefix}_NAME \"{}\"", contract.identity());
    let _ = writeln!(out, "#define {prefix}_ID UINT64_C({:#018x})", contract.guest_id().as_u64());
    let _ = writeln!(out, "/* The hash of what callers and callee have to agree on. */");
    let _ = writeln!(out, "#define {prefix}_SHAPE UINT64_C({:#018x})", contract.shape_hash());
    let _ = writeln!(out, "#define {prefix}_VERSION \"{version}\"\n");
    let _ = writeln!(out, "enum {{");
    let ids = function_ids(of);
    for (number, id) in ids.iter().enumerate() {
        let comma = if number + 1 == ids.len() { "" } else { "," };
        let _ = writeln!(out, "    {id} = {number}{comma}");
    }
    let _ = writeln!(out, "}};");
    for ty in of.types.types() {
        out.push('\n');
        declare(&mut out, contract, ty);
    }
    let _ = write!(out, "\n#endif /* {guard} */\n");
    out
}

/// The constants of the functions' numbers; none is one of a type.
pub(crate) fn function_ids(of: &CContract<'_>) -> Vec<String> {
    let constants = of.types.types().iter().flat_map(|ty| match &ty.definition {
        CDefinition::Integer { constants, .. } | CDefinition::Tagged { constants, .. } => {
            &constants[..]
        }
        CDefinition::Struct(_) => &[],
    });
    let taken = constants.map(|constant| &*constant.name);
    let functions = of.contract.functions().iter();
    let name = |name: &str| format!("{}_CALL_{}", of.screaming, screaming(name));
    functions.map(|one| other_than(&name(one.name()), taken.clone())).collect()
}

/// A type behind the comment of its WIT file.
fn declare(out: &mut String, contract: &Contract, ty: &CType) {
    let text = ty.to_string();
    let named = contract.types().iter().find(|named| named.ty.name() == Some(&ty.wit));
    let docs = named.and_then(|named| documentation(&ty.wit, named));
    let (Some(docs), Some((_, definition))) = (docs, text.split_once('\n')) else {
        out.push_str(&text);
        return;
    };
    comment::write_block(out, "", Some(&docs));
    out.push_str(definition);
}

/// What is written above a type and its members.
fn documentation(name: &str, named: &NamedType) -> Option<String> {
    let mut docs = name.to_owned();
    if let Some(text) = &named.docs {
        let _ = write!(docs, ": {}", text.trim());
    }
    for (member, text) in members(&named.ty).iter().zip(&named.member_docs) {
        if let Some(text) = text {
            let _ = write!(docs, "\n- {member}: {}", text.trim());
        }
    }
    (docs.len() > name.len()).then_some(docs)
}

fn members(ty: &Type) -> Vec<&str> {
    match ty {
        Type::Record(record) => record.fields().iter().map(|field| &*field.name).collect(),
        Type::Variant(variant) => variant.cases().iter().map(|case| &*case.name).collect(),
        Type::Enum(enumeration) => enumeration.cases().iter().map(|case| &**case).collect(),
        Type::Flags(flags) => flags.flags().iter().map(|flag| &**flag).collect(),
        _ => Vec::new(),
    }
}
