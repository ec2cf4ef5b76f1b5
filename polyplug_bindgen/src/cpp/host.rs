//! The header of a program that calls a contract: a class with a member function for each of its own.

use crate::c::{CContract, function_ids, prototype};
use crate::comment;
use crate::cpp::signature::Signature;
use crate::names::{other_than, snake};
use std::fmt::Write;

/// The names of the members that are there for every contract.
const HELPERS: [&str; 5] = ["bind", "try_bind", "contract", "contract_", "Caller"];

/// The text of the header.
pub(super) fn header(of: &CContract<'_>) -> String {
    let CContract { prefix, screaming, contract, .. } = of;
    let guard = of.guard("HOST_HPP");
    let mut out = format!("// {contract}. Made by `polyplug bindgen`; changes are lost.\n");
    let _ = write!(
        out,
        "#ifndef {guard}
#define {guard}

#include \"{prefix}.h\"

#include <polyplug/host.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace {prefix} {{

"
    );
    comment::write(&mut out, "// ", contract.docs());
    let _ = write!(
        out,
        "// It is a value, follows every reload, and has to go before its runtime.
class Caller {{
  public:
    // Finds the contract: an error if nobody provides it in this shape.
    static polyplug::Result<Caller> try_bind(const polyplug::Runtime &runtime) {{
        const PolyplugContract *const found =
            polyplug_contract_checked(runtime.get(), {screaming}_NAME, {screaming}_SHAPE);
        if (found == nullptr) {{
            return polyplug::Error(POLYPLUG_ERROR_NOT_FOUND,
                                   polyplug::text_of(polyplug_last_error()));
        }}
        return Caller(polyplug::Contract(runtime.get(), found));
    }}
"
    );
    let signatures: Vec<Signature<'_>> = of
        .contract
        .functions()
        .iter()
        .zip(of.types.functions())
        .map(|(function, c)| Signature { function, c })
        .collect();
    let ids = function_ids(of);
    let names: Vec<String> = signatures.iter().map(|one| one.name(&HELPERS)).collect();
    let tries: Vec<String> = signatures
        .iter()
        .map(|one| {
            let taken = names.iter().map(String::as_str).chain(HELPERS);
            other_than(&format!("try_{}", snake(one.function.name())), taken)
        })
        .collect();
    for ((one, id), name) in signatures.iter().zip(&ids).zip(&tries) {
        out.push('\n');
        comment::write(&mut out, "    // ", one.function.docs());
        let result = match &*one.result() {
            "void" => "polyplug::Result<>".to_owned(),
            result => format!("polyplug::Result<{result}>"),
        };
        let call = format!("contract_.try_call<{}>", one.result());
        method(&mut out, one, &format!("{result} {name}"), &call, Some(id));
    }
    out.push_str("\n#ifndef POLYPLUG_NO_EXCEPTIONS\n");
    out.push_str(
        "    // As above, with exceptions.
    static Caller bind(const polyplug::Runtime &runtime) { return try_bind(runtime).value(); }
",
    );
    for ((one, name), attempt) in signatures.iter().zip(&names).zip(&tries) {
        method(&mut out, one, &format!("{} {name}", one.result()), attempt, None);
    }
    let _ = write!(
        out,
        "#endif

    const polyplug::Contract &contract() const noexcept {{ return contract_; }}

  private:
    explicit Caller(const polyplug::Contract &contract) noexcept : contract_(contract) {{}}

    polyplug::Contract contract_;
}};

}} // namespace {prefix}

#endif // {guard}
"
    );
    out
}

/// A member function that hands its parameters on: to the function `id`, or to its twin.
fn method(out: &mut String, one: &Signature<'_>, head: &str, call: &str, id: Option<&str>) {
    let arena = other_than("arena", one.names());
    let (mut declared, mut given) = (Vec::new(), Vec::new());
    if one.needs_arena() {
        declared.push(format!("polyplug::Arena &{arena}"));
        given.push(arena);
    }
    given.extend(id.map(str::to_owned));
    declared.extend(one.declared());
    given.extend(one.names().map(str::to_owned));
    let given = given.join(", ");
    let head = format!("    {head}");
    match id {
        Some(_) => {
            prototype(out, &head, &declared, " const {\n");
            let _ = write!(out, "        return {call}({given});\n    }}\n");
        }
        None => {
            let line = format!(" const {{ return {call}({given}).value(); }}\n");
            let whole = head.len() + declared.join(", ").len() + line.len();
            if whole <= 100 {
                prototype(out, &head, &declared, &line);
                return;
            }
            prototype(out, &head, &declared, " const {\n");
            let _ = write!(out, "        return {call}({given}).value();\n    }}\n");
        }
    }
}
