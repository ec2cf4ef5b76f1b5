//! What a bundle in C needs: the prototypes that its author writes the bodies of, and the file between
//! them and the runtime.

use crate::c::host::prototype;
use crate::c::{CContract, Parameters};
use crate::comment;
use polyplug_schema::{CFunction, Function};
use std::fmt::Write;

/// The name that is there for every contract.
const HELPERS: [&str; 1] = ["objects"];

/// The header with the prototypes.
pub(super) fn header(of: &CContract<'_>) -> String {
    let CContract { prefix, screaming, .. } = of;
    let guard = of.guard("GUEST_H");
    let mut out = of.banner();
    let _ = write!(
        out,
        "#ifndef {guard}
#define {guard}

#include \"{prefix}.h\"

#include <polyplug/guest_object.h>

/* Where {screaming}_OBJECTS is defined for the whole bundle, these are what it is called with: each
 * function finds its own at `call->object`. */
#ifdef {screaming}_OBJECTS
extern const PolyplugGuestObjects {prefix}_objects;
#endif
"
    );
    for (function, c) in functions(of) {
        out.push('\n');
        comment::write_block(&mut out, "", function.docs());
        head(&mut out, of, function, c, ";\n");
    }
    let _ = write!(out, "\n#endif /* {guard} */\n");
    out
}

/// The functions, in WIT and in C.
pub(super) fn functions<'a>(
    of: &'a CContract<'_>,
) -> impl Iterator<Item = (&'a Function, &'a CFunction)> {
    of.contract.functions().iter().zip(of.types.functions())
}

/// The function that the author writes, with `behind` behind its parameters.
pub(super) fn head(
    out: &mut String,
    of: &CContract<'_>,
    function: &Function,
    c: &CFunction,
    behind: &str,
) {
    let parameters = Parameters::new(c, function);
    let mut declared = vec![format!("PolyplugGuestCall *{}", parameters.beside("call"))];
    declared.extend(parameters.declared());
    let result = c.result.as_deref().unwrap_or("void");
    let name = of.function(function.name(), &HELPERS);
    prototype(out, &format!("{result} {name}"), &declared, behind);
}

/// The file that the runtime enters by.
pub(super) fn glue(contracts: &[CContract<'_>]) -> String {
    let mut out = String::from("/* Made by `polyplug bindgen`; changes are lost. */\n");
    for of in contracts {
        let _ = writeln!(out, "#include \"{}_guest.h\"", of.prefix);
    }
    out.push_str("\nstatic const PolyplugHostApi *plugin_host;\n");
    for of in contracts {
        let _ = write!(out, "\n/* {} */\n", of.contract);
        objects(&mut out, of);
        for (function, c) in functions(of) {
            out.push('\n');
            thunk(&mut out, of, function, c);
        }
        table(&mut out, of);
    }
    out.push_str(
        "
POLYPLUG_EXPORT uint32_t polyplug_abi_version(void) {
    return POLYPLUG_ABI_VERSION;
}

POLYPLUG_EXPORT uint64_t polyplug_shape_hash(uint64_t contract_id) {
    switch (contract_id) {
",
    );
    for CContract { screaming, .. } in contracts {
        let _ = write!(out, "    case {screaming}_ID:\n        return {screaming}_SHAPE;\n");
    }
    out.push_str("    default:\n        return 0;\n    }\n}\n\n");
    out.push_str("static const PolyplugGuestObjects *objects_of(uint64_t contract_id) {\n");
    out.push_str("    switch (contract_id) {\n");
    for CContract { screaming, prefix, .. } in contracts {
        let _ = write!(out, "    case {screaming}_ID:\n        return objects_{prefix};\n");
    }
    out.push_str(
        "    default:
        return NULL;
    }
}

POLYPLUG_EXPORT uint32_t polyplug_state_version(uint64_t contract_id) {
    return polyplug_guest_object_version(objects_of(contract_id));
}

POLYPLUG_EXPORT void polyplug_adopt_check(const PolyplugHostApi *host, uint64_t contract_id,
                                          void *data, uint32_t from_version,
                                          PolyplugAbiError *error) {
    (void)host;
    polyplug_guest_object_check(objects_of(contract_id), data, from_version, error);
}

POLYPLUG_EXPORT void polyplug_adopt(const PolyplugHostApi *host, uint64_t contract_id, void *data,
                                    uint32_t from_version) {
    polyplug_guest_object_adopt(host, objects_of(contract_id), data, from_version);
}

POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *host,
                                               const PolyplugBundleInitContext *context) {
    PolyplugAbiError error = {POLYPLUG_ERROR_OK, {NULL, 0}};
    (void)context;
    plugin_host = host;
",
    );
    for of in contracts {
        let _ = writeln!(out, "    provide_{}(&error);", of.prefix);
    }
    out.push_str("    return error;\n}\n");
    out
}

/// The objects that the author may have described, their constructor and their destructor.
fn objects(out: &mut String, CContract { prefix, screaming, .. }: &CContract<'_>) {
    let _ = write!(
        out,
        "
#ifdef {screaming}_OBJECTS
static const PolyplugGuestObjects *const objects_{prefix} = &{prefix}_objects;
#else
static const PolyplugGuestObjects *const objects_{prefix} = NULL;
#endif

"
    );
    let head = format!("static void create_{prefix}");
    let declared = [
        "PolyplugVmLoaderData loader_data",
        "const PolyplugHostApi *host",
        "const void *args",
        "PolyplugGuestContractInstance *out",
    ];
    prototype(out, &head, &declared.map(str::to_owned), " {\n");
    let _ = write!(
        out,
        "    (void)loader_data, (void)host, (void)args;
    polyplug_guest_object_create(plugin_host, objects_{prefix}, out);
}}

"
    );
    let head = format!("static void destroy_{prefix}");
    let declared = [
        "PolyplugVmLoaderData loader_data",
        "const PolyplugHostApi *host",
        "PolyplugGuestContractInstance self",
    ];
    prototype(out, &head, &declared.map(str::to_owned), " {\n");
    let _ = write!(
        out,
        "    (void)loader_data, (void)host;
    polyplug_guest_object_destroy(plugin_host, objects_{prefix}, self);
}}
"
    );
}

/// The function of the ABI that calls the author's.
fn thunk(out: &mut String, of: &CContract<'_>, function: &Function, c: &CFunction) {
    let name = of.function(function.name(), &HELPERS);
    let head = format!("static void call_{name}");
    let declared = [
        "PolyplugGuestContractInstance self",
        "const void *args",
        "void *out",
        "PolyplugAbiError *error",
    ];
    prototype(out, &head, &declared.map(str::to_owned), " {\n");
    if let Some(ty) = &c.arguments {
        let _ = writeln!(out, "    const {ty} *const given = args;");
    }
    out.push_str("    PolyplugGuestCall call = {plugin_host, error, self.data};\n");
    out.push_str(match (&c.arguments, &c.result) {
        (None, None) => "    (void)args, (void)out;\n",
        (None, Some(_)) => "    (void)args;\n",
        (Some(_), None) => "    (void)out;\n",
        (Some(_), Some(_)) => "",
    });
    let _ = writeln!(out, "    if (!polyplug_guest_object_enter(&call, objects_{})) {{", of.prefix);
    out.push_str("        return;\n    }\n");
    let mut values = vec!["&call".to_owned()];
    values.extend(Parameters::new(c, function).taken_from("given"));
    let values = values.join(", ");
    let _ = match &c.result {
        Some(ty) => writeln!(out, "    *({ty} *)out = {name}({values});"),
        None => writeln!(out, "    {name}({values});"),
    };
    out.push_str("}\n");
}

/// The table of a contract's functions, and its registration.
fn table(out: &mut String, of: &CContract<'_>) {
    let count = of.contract.functions().len();
    let _ = write!(out, "\nstatic void provide_{}(PolyplugAbiError *error) {{\n", of.prefix);
    let version = of.contract.version();
    let (major, minor, patch) = (version.major, version.minor, version.patch);
    let _ = writeln!(out, "    static const PolyplugNativeFunction functions[] = {{");
    for (function, _) in functions(of) {
        let _ = writeln!(out, "        call_{},", of.function(function.name(), &HELPERS));
    }
    let _ = writeln!(out, "    }};");
    let _ = writeln!(out, "    const PolyplugVersion version = {{{major}, {minor}, {patch}}};");
    let name = of.contract.name();
    let _ = write!(
        out,
        "    polyplug_guest_provide(plugin_host, \"{name}\", version, functions, {count},
                           create_{prefix}, destroy_{prefix}, error);
}}
",
        prefix = of.prefix
    );
}
