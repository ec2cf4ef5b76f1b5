//! The ABI as text: a line for everything that compiled code relies on, `what = how`.
//!
//! A C program that includes the header prints the sizes and the places.

use crate::compiled;
use crate::declarations::{self, Declaration, Field};
use std::fmt::Write;

/// How a struct begins that may grow at its end: whoever reads it looks first how long it is.
const SAYS_ITS_SIZE: &str = "struct_size";

/// Room for later fields, which take of it from the front. What must not move is its end.
const ROOM: (&str, &str) = ("reserved", "uint64_t[");

/// The list of a header.
pub(crate) fn of(header: &str) -> String {
    compiled::run(header, &program(&declarations::of(header)))
}

fn program(declarations: &[Declaration]) -> String {
    let mut code = String::from("#include <polyplug/polyplug.h>\n#include <stdio.h>\n\n");
    code.push_str("int main(void) {\n");
    for declaration in declarations {
        match declaration {
            Declaration::Constant { name, .. } => {
                line(
                    &mut code,
                    &format!("constant {name} = %lld"),
                    &[format!("(long long){name}")],
                );
            }
            Declaration::Callback { name, signature } => {
                line(&mut code, &format!("callback {name} = {}", signature.nameless()), &[]);
            }
            Declaration::Function { name, signature } => {
                line(&mut code, &format!("function {name} = {}", signature.nameless()), &[]);
            }
            Declaration::Record { name, fields } => record(&mut code, name, fields),
        }
    }
    code.push_str("    return 0;\n}\n");
    code
}

fn record(code: &mut String, name: &str, fields: &[Field]) {
    let align = format!("offsetof(struct {{ char c; {name} v; }}, v)");
    if fields.first().is_some_and(|first| first.name == SAYS_ITS_SIZE) {
        line(code, &format!("type {name} = may grow, align %zu"), &[align]);
    } else {
        let size = format!("sizeof({name})");
        line(code, &format!("type {name} = size %zu, align %zu"), &[size, align]);
    }
    for field in fields {
        let (field, kind) = (&field.name, &field.kind);
        let place = format!("offsetof({name}, {field})");
        let size = format!("sizeof((({name} *)0)->{field})");
        if field == ROOM.0 && kind.starts_with(ROOM.1) {
            line(code, &format!("room {name}.{field} = up to %zu"), &[format!("{place} + {size}")]);
            continue;
        }
        let format = format!("field {name}.{field} = at %zu, size %zu, {kind}");
        line(code, &format, &[place, size]);
    }
}

/// A statement that prints a line.
fn line(code: &mut String, format: &str, values: &[String]) {
    let values: String = values.iter().map(|value| format!(", {value}")).collect();
    writeln!(code, "    printf(\"{format}\\n\"{values});").expect("a text is writable");
}
