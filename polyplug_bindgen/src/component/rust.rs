//! The code of a component in Rust to begin with: a module for each contract, with the trait that
//! `wit-bindgen` makes of it.

use crate::comment;
use crate::names::{other_than, pascal, snake};
use polyplug_schema::{Contract, Function, Type};
use std::fmt::Write;

/// What `wit-bindgen` writes with an underscore behind it.
const WORDS_OF_RUST: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// As long as a line of Rust is where nobody says otherwise.
const WIDTH: usize = 100;

/// Code whose functions say that they are to be written.
pub(super) fn skeleton(contracts: &[&Contract]) -> String {
    file(contracts, Body::ToBeWritten)
}

/// Code that greets.
pub(super) fn greeting(contracts: &[&Contract]) -> String {
    file(contracts, Body::Greeting)
}

/// What stands in the functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    ToBeWritten,
    Greeting,
}

/// An interface as WIT names it.
struct Interface<'a> {
    namespace: &'a str,
    package: &'a str,
    name: &'a str,
}

impl<'a> Interface<'a> {
    /// Of `demo.greeter` or `game.physics.body`.
    fn of(contract: &'a Contract) -> Self {
        let mut parts = contract.name().splitn(3, '.');
        let namespace = parts.next().unwrap_or_default();
        let package = parts.next().unwrap_or_default();
        Self { namespace, package, name: parts.next().unwrap_or(package) }
    }

    fn module(&self) -> String {
        [self.namespace, self.package, self.name].map(identifier).join("::")
    }
}

fn file(contracts: &[&Contract], body: Body) -> String {
    let mut text = String::from("wit_bindgen::generate!({\n    path: \"wit\",\n    inline: \"\n");
    text.push_str("        package polyplug:bundle;\n\n        world bundle {\n");
    for contract in contracts {
        let Interface { namespace, package, name } = Interface::of(contract);
        let version = contract.version();
        let _ = writeln!(text, "            export {namespace}:{package}/{name}@{version};");
    }
    text.push_str("        }\n    \",\n});\n\nstruct Bundle;\n");
    let mut modules: Vec<String> = Vec::new();
    for contract in contracts {
        let taken = modules.iter().map(String::as_str).chain(["exports"]);
        let module = other_than(&identifier(Interface::of(contract).name), taken);
        implementation(&mut text, contract, &module, body);
        modules.push(module);
    }
    text.push_str("\nexport!(Bundle);\n");
    text
}

fn implementation(text: &mut String, contract: &Contract, module: &str, body: Body) {
    let path = Interface::of(contract).module();
    let _ = write!(
        text,
        "\n/// Provides `{}`.\nmod {module} {{\n    use crate::Bundle;\n    use crate::exports::{path}::*;\n\n    \
         impl Guest for Bundle {{\n",
        contract.identity()
    );
    for (at, function) in contract.functions().iter().enumerate() {
        if at != 0 {
            text.push('\n');
        }
        comment::write(text, "        /// ", function.docs());
        head(text, function, body);
        let name = function.name();
        let _ = match body {
            Body::Greeting => {
                writeln!(text, "            format!(\"Hello, {{name}}!\")\n        }}")
            }
            Body::ToBeWritten => writeln!(
                text,
                "            unimplemented!(\"{name} is to be written\")\n        }}"
            ),
        };
    }
    text.push_str("    }\n}\n");
}

/// The function up to its body, in one line or with one for each parameter.
fn head(text: &mut String, function: &Function, body: Body) {
    let parameter = |name: &str, ty| match body {
        Body::ToBeWritten => format!("_{}: {}", snake(name), spelled(ty)),
        Body::Greeting => format!("{}: {}", identifier(name), spelled(ty)),
    };
    let parameters = function.parameters().iter();
    let parameters: Vec<_> = parameters.map(|one| parameter(&one.name, &one.ty)).collect();
    let name = identifier(function.name());
    let result = function.result().map(|ty| format!(" -> {}", spelled(ty))).unwrap_or_default();
    let line = format!("        fn {name}({}){result} {{", parameters.join(", "));
    if line.chars().count() <= WIDTH {
        let _ = writeln!(text, "{line}");
        return;
    }
    let _ = writeln!(text, "        fn {name}(");
    for parameter in parameters {
        let _ = writeln!(text, "            {parameter},");
    }
    let _ = writeln!(text, "        ){result} {{");
}

/// A type as `wit-bindgen` writes it for what a guest is given and gives.
fn spelled(ty: &Type) -> String {
    let part = |ty: Option<&Type>| ty.map_or_else(|| "()".to_owned(), spelled);
    let named = |name: Option<&str>| pascal(name.unwrap_or_default());
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::S8 => "i8".to_owned(),
        Type::U8 => "u8".to_owned(),
        Type::S16 => "i16".to_owned(),
        Type::U16 => "u16".to_owned(),
        Type::S32 => "i32".to_owned(),
        Type::U32 => "u32".to_owned(),
        Type::S64 => "i64".to_owned(),
        Type::U64 => "u64".to_owned(),
        Type::F32 => "f32".to_owned(),
        Type::F64 => "f64".to_owned(),
        Type::Char => "char".to_owned(),
        Type::String => "String".to_owned(),
        Type::List(list) => format!("Vec<{}>", spelled(list.element())),
        Type::FixedList(list) => format!("[{}; {}]", spelled(list.element()), list.len()),
        Type::Option(option) => format!("Option<{}>", spelled(option.some())),
        Type::Result(result) => format!("Result<{}, {}>", part(result.ok()), part(result.err())),
        Type::Tuple(tuple) => {
            let parts: String =
                tuple.elements().iter().map(|element| spelled(&element.ty) + ", ").collect();
            let parts = parts.trim_end();
            let single = tuple.elements().len() == 1;
            format!("({})", if single { parts } else { parts.trim_end_matches(',') })
        }
        Type::Record(record) => named(record.name()),
        Type::Variant(variant) => named(variant.name()),
        Type::Enum(cases) => named(cases.name()),
        Type::Flags(flags) => named(flags.name()),
    }
}

fn identifier(label: &str) -> String {
    let name = snake(label);
    if WORDS_OF_RUST.contains(&name.as_str()) { name + "_" } else { name }
}
