//! The header of a program that calls a contract: it is found once, each function is a typed call.

use crate::c::types::function_ids;
use crate::c::{CContract, Parameters};
use crate::comment;
use polyplug_schema::{CFunction, Function, Type};
use std::fmt::Write;

/// The names of the functions that are there for every contract.
const HELPERS: [&str; 3] = ["bind", "create", "destroy"];

/// The text of the header.
pub(super) fn header(of: &CContract<'_>) -> String {
    let CContract { prefix, pascal, screaming, .. } = of;
    let guard = of.guard("HOST_H");
    let mut out = of.banner();
    let _ = write!(
        out,
        "#ifndef {guard}
#define {guard}

#include \"{prefix}.h\"

/* A caller of the contract. It is a value, follows every reload, and has to go before its runtime. */
typedef struct {pascal} {{
    const PolyplugContract *contract;
    /* The object that is called; without data the one that is always there. */
    PolyplugGuestContractInstance instance;
}} {pascal};

/* Finds the contract. If nobody provides it in this shape, `contract` is null and
 * polyplug_last_error() says why. */
static inline {pascal} {prefix}_bind(const PolyplugHostApi *host) {{
    {pascal} caller = {{NULL, {{NULL, 0}}}};
    caller.contract = polyplug_contract_checked(host, {screaming}_NAME, {screaming}_SHAPE);
    return caller;
}}

/* Makes an object, which {prefix}_destroy() ends. */
static inline uint32_t {prefix}_create({pascal} caller, {pascal} *object) {{
    object->contract = caller.contract;
    return polyplug_create(caller.contract, NULL, &object->instance);
}}

static inline uint32_t {prefix}_destroy({pascal} object) {{
    return polyplug_destroy(object.contract, object.instance);
}}
"
    );
    let functions = of.contract.functions().iter().zip(of.types.functions());
    for ((function, c), id) in functions.zip(function_ids(of)) {
        out.push('\n');
        caller(&mut out, of, function, c, &id);
    }
    let _ = write!(out, "\n#endif /* {guard} */\n");
    out
}

/// The typed call of one function.
fn caller(out: &mut String, of: &CContract<'_>, function: &Function, c: &CFunction, id: &str) {
    let parameters = Parameters::new(c, function);
    let (caller, result) = (parameters.beside("caller"), parameters.beside("result"));
    let (arena, arguments) = (parameters.beside("arena"), parameters.beside("arguments"));
    let mut declared = vec![format!("{} {caller}", of.pascal)];
    declared.extend(parameters.declared());
    declared.extend(c.result.as_ref().map(|ty| format!("{ty} *{result}")));
    let needs_arena = function.result().is_some_and(Type::owns_memory);
    if needs_arena {
        declared.push(format!("PolyplugCallArena *{arena}"));
    }
    comment::write_block(out, "", function.docs());
    let head = format!("static inline uint32_t {}", of.function(function.name(), &HELPERS));
    prototype(out, &head, &declared, " {\n");
    let args = match (&c.arguments, parameters.only_address()) {
        (None, _) => "NULL".to_owned(),
        (Some(_), Some(address)) => address,
        (Some(ty), None) => {
            let _ = writeln!(out, "    const {ty} {arguments} = {{{}}};", parameters.values());
            format!("&{arguments}")
        }
    };
    let result = if c.result.is_some() { result } else { "NULL".to_owned() };
    let arena = if needs_arena { arena } else { "NULL".to_owned() };
    let call = format!("    return polyplug_call({caller}.contract, {caller}.instance, {id}");
    let _ = write!(out, "{call},\n                         {args}, {result}, {arena});\n}}\n");
}

/// A prototype, in as many lines as its parameters need, with `behind` at its end.
pub(crate) fn prototype(out: &mut String, head: &str, declared: &[String], behind: &str) {
    const WIDTH: usize = 100;
    let mut column = head.len() + 1;
    let indent =
        if column <= WIDTH / 2 { column } else { head.len() - head.trim_start().len() + 4 };
    let _ = write!(out, "{head}(");
    for (at, one) in declared.iter().enumerate() {
        let (comma, last) = if at == 0 { ("", "") } else { (",", " ") };
        let needs = one.len() + if at + 1 == declared.len() { 1 + behind.len() } else { 1 };
        out.push_str(comma);
        if column + comma.len() + last.len() + needs > WIDTH && column > indent {
            let _ = write!(out, "\n{:indent$}{one}", "");
            column = indent + one.len();
        } else {
            let _ = write!(out, "{last}{one}");
            column += comma.len() + last.len() + one.len();
        }
    }
    let _ = write!(out, "){behind}");
}
