//! A value of each type, so that a function that nobody wrote yet answers something.

use crate::names::snake;
use polyplug_schema::Type;

/// How many values one line may have; types of more are left to the author.
const MOST: usize = 32;

/// The least value of a type as an expression; `None` if it is too long to be read.
pub(super) fn least(ty: &Type) -> Option<String> {
    let text = expression(ty);
    (text.len() <= MOST * 8).then_some(text)
}

fn expression(ty: &Type) -> String {
    match ty {
        Type::Bool => "false".to_owned(),
        Type::String => "\"\"".to_owned(),
        Type::Char => "\" \"".to_owned(),
        Type::List(list) if matches!(list.element(), Type::U8) => "\"\"".to_owned(),
        Type::List(_) | Type::Flags(_) => "{}".to_owned(),
        Type::FixedList(list) if matches!(list.element(), Type::U8) => {
            format!("(\"\\0\"):rep({})", list.len())
        }
        Type::FixedList(list) => {
            let one = expression(list.element());
            braced(std::iter::repeat_n(one, list.len().min(MOST * 8)))
        }
        Type::Tuple(tuple) => {
            braced(tuple.elements().iter().map(|element| expression(&element.ty)))
        }
        Type::Record(record) => {
            let fields = record.fields().iter();
            // A field that may be nil is left out.
            let fields = fields.filter(|field| !matches!(field.ty, Type::Option(_)));
            braced(fields.map(|field| {
                let name = snake(&field.name);
                let value = expression(&field.ty);
                match super::names::is_word(&name) {
                    true => format!("[\"{name}\"] = {value}"),
                    false => format!("{name} = {value}"),
                }
            }))
        }
        Type::Option(_) => "nil".to_owned(),
        Type::Result(result) => {
            format!("polyplug.ok({})", result.ok().map(expression).unwrap_or_default())
        }
        Type::Variant(variant) => {
            variant.cases().first().map_or_else(String::new, |case| {
                match case.ty.as_ref().map(expression) {
                    Some(value) => format!("{{ tag = \"{}\", value = {value} }}", case.name),
                    None => format!("{{ tag = \"{}\" }}", case.name),
                }
            })
        }
        Type::Enum(enumeration) => {
            enumeration.cases().first().map_or_else(String::new, |case| format!("\"{case}\""))
        }
        _ => "0".to_owned(),
    }
}

fn braced(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}
