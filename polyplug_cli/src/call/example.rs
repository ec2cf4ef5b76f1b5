//! How a function is called, as text: with values of its own parameters' types.

use polyplug::schema::{Contract, Function, Type};

/// How many functions are named of the many that a contract may have.
const NAMED: usize = 8;

/// What to write instead of `text`, which is no call of the contract.
pub(crate) fn instead_of(text: &str, contract: &Contract) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let name = text.trim_start().trim_start_matches('%');
    let name = name.split(|c| !is_name(c)).next().unwrap_or_default();
    match contract.function(name) {
        Ok((_, function)) => format!("write {}, for {function}", call(function)),
        Err(_) => {
            let functions = contract.functions().iter();
            let calls: Vec<String> = functions.take(NAMED).map(call).collect();
            format!("write a function and its arguments, such as {}", calls.join(" or "))
        }
    }
}

/// `move({x: 1, y: 1}, [])`
fn call(function: &Function) -> String {
    let parameters = function.parameters().iter();
    let values: Vec<String> = parameters.map(|parameter| value(&parameter.ty)).collect();
    format!("{}({})", function.name(), values.join(", "))
}

/// A value of the type, in WAVE.
fn value(ty: &Type) -> String {
    match ty {
        Type::Bool => "true".to_owned(),
        Type::Char => "'a'".to_owned(),
        Type::String => "\"text\"".to_owned(),
        Type::F32 | Type::F64 => "1.5".to_owned(),
        Type::List(list) => format!("[{}]", value(list.element())),
        Type::FixedList(list) => {
            format!("[{}]", vec![value(list.element()); list.len()].join(", "))
        }
        Type::Tuple(tuple) => {
            let values: Vec<String> = tuple.elements().iter().map(|one| value(&one.ty)).collect();
            format!("({})", values.join(", "))
        }
        Type::Option(option) => format!("some({})", value(option.some())),
        Type::Result(result) => case("ok", result.ok()),
        Type::Record(record) => {
            let fields = record.fields().iter();
            let fields: Vec<String> =
                fields.map(|field| format!("{}: {}", field.name, value(&field.ty))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Type::Variant(variant) => {
            variant.cases().first().map_or_else(String::new, |one| case(&one.name, one.ty.as_ref()))
        }
        Type::Enum(enumeration) => {
            enumeration.cases().first().map_or_else(String::new, |one| label(one))
        }
        Type::Flags(flags) => {
            format!("{{{}}}", flags.flags().first().map_or("", |one| &**one))
        }
        _ => "1".to_owned(),
    }
}

fn case(name: &str, payload: Option<&Type>) -> String {
    match payload {
        Some(ty) => format!("{}({})", label(name), value(ty)),
        None => label(name),
    }
}

/// A case, which may be called as a word of WAVE.
fn label(name: &str) -> String {
    match name {
        "true" | "false" | "inf" | "nan" | "none" | "some" => format!("%{name}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::instead_of;
    use polyplug::schema::{Contract, Descriptions};
    use std::sync::Arc;

    const WIT: &str = "package demo:draw@1.0.0;
interface draw {
    record point { x: f32, label: option<string> }
    variant shape { none, path(list<point>) }
    enum color { red }
    flags access { read, write }
    draw: func(shape: shape, color: color, access: access, at: point) -> u32;
    mix: func(a: tuple<u8, char>, b: result<u8, string>, c: list<bool, 2>, d: result);
    reset: func();
}";

    fn contract() -> Arc<Contract> {
        let descriptions = Descriptions::from_text("draw.wit", WIT).unwrap();
        Arc::clone(descriptions.contract("demo.draw@1").unwrap())
    }

    #[test]
    fn every_example_is_a_call() {
        let contract = contract();
        for name in ["draw", "mix", "reset"] {
            let said = instead_of(&format!("{name}(oops"), &contract);
            let call = said.strip_prefix("write ").unwrap();
            let (call, _) = call.split_once(", for ").unwrap();
            assert!(contract.parse_call(call).is_ok(), "{said}");
        }
    }

    #[test]
    fn without_a_function_every_one_is_shown() {
        let said = instead_of("", &contract());
        assert!(said.contains("such as draw(%none, red, {read}, {x: 1.5, "), "{said}");
        assert!(said.ends_with(" or reset()"), "{said}");
    }
}
