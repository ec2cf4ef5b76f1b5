//! A bundle in C to begin with: functions that answer the least that they may, which is all zero.

use crate::c::guest::{functions, head};
use crate::c::{CContract, Parameters};
use crate::comment;
use crate::new_bundle::Bodies;
use std::fmt::Write;

/// The text of the bundle's file.
pub(crate) fn skeleton(contracts: &[CContract<'_>], bodies: Bodies) -> String {
    let mut out = String::new();
    for of in contracts {
        let _ = writeln!(out, "#include \"{}_guest.h\"", of.prefix);
    }
    if bodies == Bodies::Greeting {
        out.push_str("\n#include <stdio.h>\n");
    }
    for of in contracts {
        objects(&mut out, of);
        for (function, c) in functions(of) {
            out.push('\n');
            comment::write_block(&mut out, "", function.docs());
            head(&mut out, of, function, c, " {\n");
            if bodies == Bodies::Greeting {
                out.push_str(GREETING);
                continue;
            }
            let parameters = Parameters::new(c, function);
            let mut unused = vec![format!("(void){}", parameters.beside("call"))];
            unused.extend(parameters.names().map(|name| format!("(void){name}")));
            if let Some(result) = &c.result {
                let _ = writeln!(out, "    static {result} nothing;");
                let _ = writeln!(out, "    {}; /* to be written */", unused.join(", "));
                let _ = writeln!(out, "    return nothing;\n}}");
            } else {
                let _ = writeln!(out, "    {}; /* to be written */\n}}", unused.join(", "));
            }
        }
    }
    out
}

/// What an author who wants objects begins with.
fn objects(out: &mut String, CContract { prefix, screaming, .. }: &CContract<'_>) {
    let _ = write!(
        out,
        "
/* For objects, name this in the Makefile; a function finds its own at `call->object`. */
#ifdef {screaming}_OBJECTS
struct {prefix}_object {{
    uint64_t number; /* to be written */
}};

const PolyplugGuestObjects {prefix}_objects = {{
    .size = sizeof(struct {prefix}_object),
    .state_version = 1, /* to be raised with every change of the struct */
}};
#endif
"
    );
}

/// The body of the function that a bundle begins with if it has no description of its own.
const GREETING: &str = "    char text[256];
    const int len = snprintf(text, sizeof(text), \"Hello, %.*s!\", POLYPLUG_SV(name));
    if (len < 0 || (size_t)len >= sizeof(text)) {
        const PolyplugStringView nothing = {NULL, 0};
        polyplug_guest_fail(call, POLYPLUG_ERROR_INVALID_ARGUMENT, \"the name is too long\");
        return nothing;
    }
    return polyplug_guest_text(call, text, (size_t)len);
}
";
