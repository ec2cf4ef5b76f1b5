//! Types as the Lua language server writes them.

use crate::lua::names::is_word;
use crate::names::{pascal, snake};
use polyplug_schema::{Contract, Type};

/// The name of a type that the contract declares: `demo.greeter.Person`.
pub(super) fn class(contract: &Contract, name: &str) -> String {
    format!("{}.{}", contract.name(), pascal(name))
}

/// A type as it stands behind `---@param` and `---@return`.
pub(super) fn text(contract: &Contract, ty: &Type) -> String {
    let text = |ty: &Type| text(contract, ty);
    if let Some(name) = ty.name() {
        return class(contract, name);
    }
    match ty {
        Type::Bool => "boolean".to_owned(),
        Type::F32 | Type::F64 => "number".to_owned(),
        Type::Char | Type::String => "string".to_owned(),
        Type::List(list) if matches!(list.element(), Type::U8) => "string".to_owned(),
        Type::FixedList(list) if matches!(list.element(), Type::U8) => "string".to_owned(),
        Type::List(list) => format!("{}[]", grouped(text(list.element()))),
        Type::FixedList(list) => format!("{}[]", grouped(text(list.element()))),
        Type::Option(option) => match option.some() {
            some @ Type::Option(_) => {
                format!("{{ tag: \"some\", {} }}|nil", field("value", &text(some)))
            }
            some => format!("{}|nil", text(some)),
        },
        Type::Result(result) => {
            let ok = tagged("ok", result.ok().map(text));
            format!("{ok}|{}", tagged("err", result.err().map(text)))
        }
        Type::Tuple(tuple) => {
            let place = |(at, ty): (usize, &Type)| match optional(&text(ty)) {
                Some(ty) => format!("[{at}]?: {ty}"),
                None => format!("[{at}]: {}", text(ty)),
            };
            let elements = tuple.elements().iter().map(|element| &element.ty);
            let places: Vec<String> = (1..).zip(elements).map(place).collect();
            format!("{{ {} }}", places.join(", "))
        }
        // They are declared, or they would have no name; what is left are the integers.
        _ => "integer".to_owned(),
    }
}

/// The table that a case is: `{ tag: "circle", value: number }`.
pub(super) fn tagged(case: &str, value: Option<String>) -> String {
    match value {
        Some(value) => format!("{{ tag: \"{case}\", {} }}", field("value", &value)),
        None => format!("{{ tag: \"{case}\" }}"),
    }
}

/// `age?: integer` of a type that may be nil.
fn field(name: &str, ty: &str) -> String {
    match optional(ty) {
        Some(ty) => format!("{name}?: {ty}"),
        None => format!("{name}: {ty}"),
    }
}

/// The name and type of a `---@field`.
pub(super) fn field_line(name: &str, ty: &str) -> String {
    let name = snake(name);
    let (mark, ty) = match optional(ty) {
        Some(ty) => ("?", ty),
        None => ("", ty),
    };
    let name = if is_word(&name) { format!("[\"{name}\"]") } else { name };
    format!("{name}{mark} {ty}")
}

/// The type without the nil that it may be.
fn optional(ty: &str) -> Option<&str> {
    ty.strip_suffix("|nil")
}

fn grouped(ty: String) -> String {
    if ty.contains('|') { format!("({ty})") } else { ty }
}
