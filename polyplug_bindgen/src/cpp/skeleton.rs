//! A bundle in C++ to begin with: classes whose functions answer the least that they may.

use crate::c::{CContract, prototype};
use crate::comment;
use crate::cpp::guest::{MEMBERS, signatures};
use crate::new_bundle::Bodies;
use std::fmt::Write;

/// The text of the bundle's file.
pub(crate) fn skeleton(contracts: &[CContract<'_>], bodies: Bodies) -> String {
    let mut out = String::new();
    for of in contracts {
        let _ = writeln!(out, "#include \"{}_guest.hpp\"", of.prefix);
    }
    out.push_str("\nnamespace {\n");
    for of in contracts {
        class(&mut out, of, bodies);
    }
    out.push_str("\nvoid start(polyplug::Bundle &bundle) {\n");
    for of in contracts {
        let _ = writeln!(out, "    {}::provide<{}>(bundle);", of.prefix, class_name(of));
    }
    let shapes: Vec<String> =
        contracts.iter().map(|of| format!("{}::shape_of(contract_id)", of.prefix)).collect();
    let _ = write!(
        out,
        "}}

}} // namespace

POLYPLUG_PLUGIN(start);

POLYPLUG_EXPORT std::uint64_t polyplug_shape_hash(std::uint64_t contract_id) {{
    return {};
}}
",
        shapes.join(" | ")
    );
    out
}

fn class(out: &mut String, of: &CContract<'_>, bodies: Bodies) {
    let _ = write!(out, "\n// {}\nclass {} {{\n  public:\n", of.contract, class_name(of));
    for (at, one) in signatures(of).enumerate() {
        if at != 0 {
            out.push('\n');
        }
        comment::write(out, "    // ", one.function.docs());
        let head = format!("    {} {}", one.result(), one.name(&MEMBERS));
        if bodies == Bodies::Greeting {
            prototype(out, &head, &one.declared(), " {\n");
            out.push_str("        return \"Hello, \" + std::string(name) + \"!\";\n    }\n");
            continue;
        }
        prototype(out, &head, &one.unused(), " {\n");
        let _ = match &*one.result() {
            "void" => writeln!(out, "        // to be written\n    }}"),
            _ => writeln!(out, "        return {{}}; // to be written\n    }}"),
        };
    }
    out.push_str("};\n");
}

fn class_name(of: &CContract<'_>) -> String {
    format!("{}Plugin", of.pascal)
}
