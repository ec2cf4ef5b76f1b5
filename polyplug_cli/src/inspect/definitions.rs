//! The types with names that the functions of a contract use, as WIT defines them.

use polyplug::schema::{Contract, Type};

/// The definitions, each before those that use it.
pub(crate) fn of(contract: &Contract) -> Vec<String> {
    let mut found = Vec::new();
    for function in contract.functions() {
        let parameters = function.parameters().iter().map(|parameter| &parameter.ty);
        parameters.chain(function.result()).for_each(|ty| collect(ty, &mut found));
    }
    found.into_iter().filter_map(definition).collect()
}

fn collect<'a>(ty: &'a Type, found: &mut Vec<&'a Type>) {
    if ty.name().is_some() && found.contains(&ty) {
        return;
    }
    match ty {
        Type::List(list) => collect(list.element(), found),
        Type::FixedList(list) => collect(list.element(), found),
        Type::Option(option) => collect(option.some(), found),
        Type::Result(result) => {
            result.ok().into_iter().chain(result.err()).for_each(|ty| collect(ty, found));
        }
        Type::Tuple(tuple) => tuple.elements().iter().for_each(|one| collect(&one.ty, found)),
        Type::Record(record) => record.fields().iter().for_each(|field| collect(&field.ty, found)),
        Type::Variant(variant) => {
            variant
                .cases()
                .iter()
                .filter_map(|case| case.ty.as_ref())
                .for_each(|ty| collect(ty, found));
        }
        _ => {}
    }
    if ty.name().is_some() {
        found.push(ty);
    }
}

/// `record point { x: s32, y: s32 }`; `None` for a type that needs no definition.
fn definition(ty: &Type) -> Option<String> {
    let parts: Vec<String> = match ty {
        Type::Record(record) => {
            record.fields().iter().map(|field| format!("{}: {}", field.name, field.ty)).collect()
        }
        Type::Variant(variant) => {
            let case = |case: &polyplug::schema::Case| match &case.ty {
                Some(ty) => format!("{}({ty})", case.name),
                None => case.name.to_string(),
            };
            variant.cases().iter().map(case).collect()
        }
        Type::Enum(enumeration) => enumeration.cases().iter().map(ToString::to_string).collect(),
        Type::Flags(flags) => flags.flags().iter().map(ToString::to_string).collect(),
        _ => return None,
    };
    Some(format!("{} {} {{ {} }}", ty.kind(), ty.name()?, parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use polyplug::schema::Descriptions;

    #[test]
    fn types_are_defined_before_they_are_used_and_once() {
        let wit = "package demo:draw@1.0.0;
interface draw {
    record point { x: f32, to: option<color> }
    enum color { red, green }
    variant shape { dot, path(list<point>) }
    flags unused { a }
    draw: func(shape: shape) -> result<point, string>;
    again: func(at: point);
}";
        let descriptions = Descriptions::from_text("draw.wit", wit).unwrap();
        let contract = descriptions.contract("demo.draw@1").unwrap();
        assert_eq!(
            super::of(contract),
            [
                "enum color { red, green }",
                "record point { x: f32, to: option<color> }",
                "variant shape { dot, path(list<point>) }",
            ]
        );
    }
}
