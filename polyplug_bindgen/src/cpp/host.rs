//! The header of a program that calls a contract: a class with a member function for each of its own,
//! and one for objects.

use crate::c::{CContract, function_ids, prototype};
use crate::comment;
use crate::cpp::signature::Signature;
use crate::names::{other_than, snake};
use std::fmt::Write;

/// The names of the members that are there for every contract.
const HELPERS: [&str; 10] = [
    "bind",
    "try_bind",
    "create",
    "try_create",
    "contract",
    "instance",
    "callee_",
    "Caller",
    "Object",
    "Functions",
];

/// The text of the header.
pub(super) fn header(of: &CContract<'_>) -> String {
    let CContract { prefix, contract, .. } = of;
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
#include <utility>

namespace {prefix} {{

"
    );
    comment::write(&mut out, "// ", contract.docs());
    out.push_str(
        "// `Callee` is what they are called on: the contract, or an object.
template <typename Callee> class Functions {
  public:
",
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
    for (at, ((one, id), name)) in signatures.iter().zip(&ids).zip(&tries).enumerate() {
        if at != 0 {
            out.push('\n');
        }
        comment::write(&mut out, "    // ", one.function.docs());
        let result = match &*one.result() {
            "void" => "polyplug::Result<>".to_owned(),
            result => format!("polyplug::Result<{result}>"),
        };
        let call = format!("callee_.template try_call<{}>", one.result());
        method(&mut out, one, &format!("{result} {name}"), &call, Some(id));
    }
    out.push_str("\n#ifndef POLYPLUG_NO_EXCEPTIONS\n");
    out.push_str("    // As above, with exceptions.\n");
    for ((one, name), attempt) in signatures.iter().zip(&names).zip(&tries) {
        method(&mut out, one, &format!("{} {name}", one.result()), attempt, None);
    }
    out.push_str(
        "#endif

  protected:
    explicit Functions(Callee callee) noexcept : callee_(std::move(callee)) {}

    Callee callee_;
};
",
    );
    classes(&mut out, of);
    let _ = write!(out, "\n}} // namespace {prefix}\n\n#endif // {guard}\n");
    out
}

/// The functions' owners: the contract and its objects.
fn classes(out: &mut String, CContract { screaming, .. }: &CContract<'_>) {
    let _ = write!(
        out,
        "
// An object of the contract, destroyed with this. It survives reloads of its bundle, not an unload,
// and has to go before its runtime.
class Object : public Functions<polyplug::Instance> {{
  public:
    const polyplug::Instance &instance() const noexcept {{ return callee_; }}

  private:
    friend class Caller;
    explicit Object(polyplug::Instance instance) noexcept : Functions(std::move(instance)) {{}}
}};

// It is a value, follows every reload, and has to go before its runtime.
class Caller : public Functions<polyplug::Contract> {{
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

    // Makes an object: an error if the constructor fails, or if there are no objects.
    polyplug::Result<Object> try_create() const {{
        polyplug::Result<polyplug::Instance> made = callee_.try_create();
        if (!made) {{
            return made.error();
        }}
        return Object(std::move(*made));
    }}

#ifndef POLYPLUG_NO_EXCEPTIONS
    // As above, with exceptions.
    static Caller bind(const polyplug::Runtime &runtime) {{ return try_bind(runtime).value(); }}
    Object create() const {{ return try_create().value(); }}
#endif

    const polyplug::Contract &contract() const noexcept {{ return callee_; }}

  private:
    explicit Caller(const polyplug::Contract &contract) noexcept : Functions(contract) {{}}
}};
"
    );
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
