//! The header of a bundle: a function that registers a class of the author's, whose members have to fit.

use crate::c::CContract;
use crate::comment;
use crate::cpp::signature::Signature;
use std::fmt::Write;

/// The members of a bundle's class that mean something to `polyplug/plugin.hpp`.
pub(super) const MEMBERS: [&str; 5] =
    ["create", "oldest_state_version", "state_capacity", "state_version", "upgrade"];

/// The text of the header.
pub(super) fn header(of: &CContract<'_>) -> String {
    let CContract { prefix, screaming, contract, .. } = of;
    let guard = of.guard("GUEST_HPP");
    let mut out = format!("// {contract}. Made by `polyplug bindgen`; changes are lost.\n");
    let _ = write!(
        out,
        "#ifndef {guard}
#define {guard}

#include \"{prefix}.h\"

#include <polyplug/plugin.hpp>
#include <polyplug/typed.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace {prefix} {{

"
    );
    comment::write(&mut out, "// ", contract.docs());
    let _ = write!(
        out,
        "// Provides the contract by a class with these functions. Any of them may be static, and may give
// a polyplug::Result.
//
"
    );
    for one in signatures(of) {
        let _ = writeln!(out, "//     {}", declaration(&one, &one.declared()));
    }
    let _ = writeln!(out, "template <typename Class> void provide(polyplug::Bundle &bundle) {{");
    for one in signatures(of) {
        let (name, result) = (one.name(&MEMBERS), one.result());
        let types = one.parameter_types().join(", ");
        let _ = write!(
            out,
            "    static_assert(polyplug::answers<&Class::{name},
                                    {result}({types})>,
                  \"{}\");\n",
            one.function
        );
    }
    // One under the other.
    let functions: Vec<String> =
        signatures(of).map(|one| format!("&Class::{}", one.name(&MEMBERS))).collect();
    let _ = write!(
        out,
        "    bundle.provide<Class,\n                   {}>(\"{contract}\");
}}

// The shape for the export polyplug_shape_hash; 0 for another contract.
constexpr std::uint64_t shape_of(std::uint64_t contract_id) noexcept {{
    return contract_id == {screaming}_ID ? {screaming}_SHAPE : 0;
}}

}} // namespace {prefix}

#endif // {guard}
",
        functions.join(",\n                   ")
    );
    out
}

/// The functions with their types.
pub(super) fn signatures<'a>(of: &'a CContract<'_>) -> impl Iterator<Item = Signature<'a>> {
    let functions = of.contract.functions().iter().zip(of.types.functions());
    functions.map(|(function, c)| Signature { function, c })
}

/// `std::string greet(std::string_view name)`
fn declaration(one: &Signature<'_>, parameters: &[String]) -> String {
    format!("{} {}({})", one.result(), one.name(&MEMBERS), parameters.join(", "))
}
