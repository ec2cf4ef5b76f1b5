//! From a Rust value taken apart to a value, led by the type.

use crate::convert::names::wit_position;
use crate::convert::plain::Plain;
use crate::number::{double, float, integer};
use crate::value_error::{Problem, ValueError};
use crate::value_type::{Field, FlagsType, OptionType, ResultType, VariantType};
use crate::{Type, Value};
use std::sync::Arc;

type Outcome = Result<Value, ValueError>;

/// The value of `ty` that `plain` is.
pub(super) fn convert(plain: Plain, ty: &Type) -> Outcome {
    match ty {
        Type::S8 => integer(&number(&plain, ty)?).map(Value::S8),
        Type::U8 => integer(&number(&plain, ty)?).map(Value::U8),
        Type::S16 => integer(&number(&plain, ty)?).map(Value::S16),
        Type::U16 => integer(&number(&plain, ty)?).map(Value::U16),
        Type::S32 => integer(&number(&plain, ty)?).map(Value::S32),
        Type::U32 => integer(&number(&plain, ty)?).map(Value::U32),
        Type::S64 => integer(&number(&plain, ty)?).map(Value::S64),
        Type::U64 => integer(&number(&plain, ty)?).map(Value::U64),
        Type::F32 => float(&floating(&plain, ty)?).map(Value::F32),
        Type::F64 => double(&floating(&plain, ty)?).map(Value::F64),
        Type::Option(option) => convert_option(plain, option),
        _ => convert_other(plain, ty),
    }
}

fn convert_other(plain: Plain, ty: &Type) -> Outcome {
    match (ty, plain) {
        (ty, Plain::Some(inner)) => convert(*inner, ty),
        (Type::Bool, Plain::Bool(value)) => Ok(Value::Bool(value)),
        (Type::Char, Plain::Char(value)) => Ok(Value::Char(value)),
        (Type::Char, Plain::Text(text)) => {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(only), None) => Ok(Value::Char(only)),
                _ => Err(Problem::kind("one character", format_args!("{text:?}"))),
            }
        }
        (Type::String, Plain::Text(text)) => Ok(Value::String(text)),
        (Type::String, Plain::Char(value)) => Ok(Value::String(value.to_string())),
        (Type::List(list), plain) => match (list.element(), plain) {
            (Type::U8, Plain::Bytes(bytes)) => Ok(Value::Bytes(bytes)),
            (element, Plain::Sequence(elements)) => sequence(elements, element),
            // A Rust map is a list of its pairs.
            (element @ Type::Tuple(_), Plain::Map(entries)) => {
                let pair = |(key, value)| Plain::Sequence(vec![key, value]);
                sequence(entries.into_iter().map(pair).collect(), element)
            }
            (_, plain) => Err(Problem::kind(ty, plain.kind())),
        },
        (Type::FixedList(list), plain) => {
            let value = match plain {
                Plain::Bytes(bytes) => Value::Bytes(bytes),
                Plain::Sequence(elements) => sequence(elements, list.element())?,
                plain => return Err(Problem::kind(ty, plain.kind())),
            };
            value.check(ty).map(|()| value)
        }
        (Type::Tuple(tuple), Plain::Sequence(elements)) => {
            let (expected, got) = (tuple.elements().len(), elements.len());
            if expected != got {
                return Err(Problem::Count { what: "elements", expected, got }.into());
            }
            let pairs = elements.into_iter().zip(tuple.elements()).enumerate();
            let values = pairs.map(|(at, (plain, element))| {
                convert(plain, &element.ty).map_err(|error| error.at(at))
            });
            values.collect::<Result<_, _>>().map(Value::Tuple)
        }
        (Type::Record(record), Plain::Map(entries)) => fields(entries, record.fields()),
        (Type::Result(result), plain) => convert_result(plain, result, ty),
        (Type::Variant(variant), plain) => convert_variant(plain, variant, ty),
        (Type::Enum(enumeration), plain) => {
            let name = plain.name().ok_or_else(|| Problem::kind(ty, plain.kind()))?;
            find(name, "case", enumeration.cases()).map(Value::Enum)
        }
        (Type::Flags(flags), plain) => convert_flags(plain, flags, ty),
        (ty, plain) => Err(Problem::kind(ty, plain.kind())),
    }
}

fn number(plain: &Plain, ty: &Type) -> Outcome {
    match plain {
        Plain::Some(inner) => number(inner, ty),
        plain => plain.number().ok_or_else(|| Problem::kind(ty, plain.kind())),
    }
}

/// A number, or the name of one that JSON cannot write.
fn floating(plain: &Plain, ty: &Type) -> Outcome {
    match plain.name() {
        Some("nan") => Ok(Value::F64(f64::NAN)),
        Some("inf") => Ok(Value::F64(f64::INFINITY)),
        Some("-inf") => Ok(Value::F64(f64::NEG_INFINITY)),
        _ => number(plain, ty),
    }
}

fn sequence(elements: Vec<Plain>, element: &Type) -> Outcome {
    let values = elements.into_iter().enumerate();
    if *element == Type::U8 {
        let byte = |(at, plain): (usize, Plain)| {
            let byte = number(&plain, element).and_then(|number| integer(&number));
            byte.map_err(|error| error.at(at))
        };
        return values.map(byte).collect::<Result<_, _>>().map(Value::Bytes);
    }
    let value = |(at, plain)| convert(plain, element).map_err(|error: ValueError| error.at(at));
    values.map(value).collect::<Result<_, _>>().map(Value::List)
}

/// Nothing is none, and anything else is a value. Where the value is an option itself, a text that
/// knows only one nothing has `{"some": ..}` around the value; see `serialize`.
fn convert_option(plain: Plain, option: &OptionType) -> Outcome {
    let inner = match plain {
        Plain::Unit => return Ok(Value::none()),
        Plain::Some(inner) => *inner,
        other if matches!(option.some(), Type::Option(_)) => match other.into_case() {
            Ok((name, Some(payload))) if name == "some" => payload,
            Ok((name, _)) => return Err(Problem::unknown("case", &name, ["some"].into_iter())),
            Err(other) => other,
        },
        other => other,
    };
    convert(inner, option.some()).map(Value::some).map_err(|error| error.at("some"))
}

fn fields(entries: Vec<(Plain, Plain)>, fields: &[Field]) -> Outcome {
    let mut values: Vec<Option<Value>> = fields.iter().map(|_| None).collect();
    let names = fields.iter().map(|field| &*field.name);
    for (key, plain) in entries {
        let name = key.name().ok_or_else(|| Problem::kind("the name of a field", key.kind()))?;
        let at = wit_position(name, names.clone())
            .ok_or_else(|| Problem::unknown("field", name, names.clone()))?;
        let value = convert(plain, &fields[at].ty).map_err(|error| error.at(&fields[at].name))?;
        if values[at].replace(value).is_some() {
            return Err(Problem::Duplicate(name.to_owned()).into());
        }
    }
    let field = |(field, value): (&Field, Option<Value>)| {
        let none = || matches!(field.ty, Type::Option(_)).then(Value::none);
        let value = value.or_else(none);
        let value = value.ok_or_else(|| Problem::MissingField(field.name.to_string()))?;
        Ok((Arc::clone(&field.name), value))
    };
    fields.iter().zip(values).map(field).collect::<Result<_, _>>().map(Value::Record)
}

fn convert_result(plain: Plain, result: &ResultType, ty: &Type) -> Outcome {
    let (name, inner) = plain.into_case().map_err(|plain| Problem::kind(ty, plain.kind()))?;
    match &*name {
        "ok" | "Ok" => payload(inner, result.ok(), "ok").map(Value::ok),
        "err" | "Err" => payload(inner, result.err(), "err").map(Value::err),
        _ => Err(Problem::unknown("case", &name, ["ok", "err"].into_iter())),
    }
}

fn convert_variant(plain: Plain, variant: &VariantType, ty: &Type) -> Outcome {
    let (name, inner) = plain.into_case().map_err(|plain| Problem::kind(ty, plain.kind()))?;
    let names = variant.cases().iter().map(|case| &*case.name);
    let at = wit_position(&name, names.clone())
        .ok_or_else(|| Problem::unknown("case", &name, names.clone()))?;
    let case = &variant.cases()[at];
    let value = payload(inner, case.ty.as_ref(), &case.name)?;
    Ok(Value::Variant(Arc::clone(&case.name), value.map(Box::new)))
}

/// The value of a case. Nothing as the value of a case without one is what JSON has for `Ok(())`.
fn payload(
    plain: Option<Plain>,
    ty: Option<&Type>,
    case: &str,
) -> Result<Option<Value>, ValueError> {
    match (plain, ty) {
        (None | Some(Plain::Unit), None) => Ok(None),
        (Some(plain), Some(ty)) => convert(plain, ty).map(Some).map_err(|error| error.at(case)),
        (None, Some(Type::Option(_))) => Ok(Some(Value::none())),
        (None, Some(_)) => Err(Problem::MissingPayload(case.to_owned()).into()),
        (Some(_), None) => Err(Problem::UnexpectedPayload(case.to_owned()).into()),
    }
}

/// A list of names, or a `bool` for each name.
fn convert_flags(plain: Plain, flags: &FlagsType, ty: &Type) -> Outcome {
    let mut set = Vec::new();
    match plain {
        Plain::Sequence(names) => {
            for (at, plain) in names.iter().enumerate() {
                let name =
                    plain.name().ok_or_else(|| Problem::kind("flag", plain.kind()).at(at))?;
                set.push(find(name, "flag", flags.flags())?);
            }
        }
        Plain::Map(entries) => {
            for (key, plain) in entries {
                let name = key.name().ok_or_else(|| Problem::kind("flag", key.kind()))?;
                let flag = find(name, "flag", flags.flags())?;
                match plain {
                    Plain::Bool(true) => set.push(flag),
                    Plain::Bool(false) => {}
                    other => return Err(Problem::kind("bool", other.kind()).at(&flag)),
                }
            }
        }
        other => return Err(Problem::kind(ty, other.kind())),
    }
    Ok(Value::Flags(set))
}

fn find(name: &str, what: &'static str, names: &[Arc<str>]) -> Result<Arc<str>, ValueError> {
    let known = names.iter().map(|name| &**name);
    match wit_position(name, known.clone()) {
        Some(at) => Ok(Arc::clone(&names[at])),
        None => Err(Problem::unknown(what, name, known)),
    }
}
