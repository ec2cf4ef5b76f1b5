//! From parsed WAVE to values, led by the type.

use crate::number::Integer;
use crate::path::{Root, Step};
use crate::value_error::{Problem, ValueError};
use crate::value_type::{FlagsType, RecordType, ResultType, VariantType};
use crate::{Function, Type, Value};
use std::collections::HashMap;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;
use wasm_wave::ast::{Node, NodeType};

/// What is wrong, and where in the text.
pub(super) struct Wrong {
    pub(super) error: ValueError,
    pub(super) span: Range<usize>,
}

type Read<T> = Result<T, Wrong>;

impl Wrong {
    fn new(error: impl Into<ValueError>, node: &Node) -> Self {
        Self { error: error.into(), span: node.span() }
    }

    fn at(self, step: impl Into<Step>) -> Self {
        Self { error: self.error.at(step), ..self }
    }

    fn under(self, root: Root) -> Self {
        Self { error: self.error.under(root), ..self }
    }
}

/// The arguments for `function`; options at the end may be missing.
pub(super) fn arguments(node: Option<&Node>, function: &Function, text: &str) -> Read<Vec<Value>> {
    let nodes: Vec<&Node> = match node {
        Some(node) => node.as_tuple().map_err(|_| wrong_kind("arguments", node, text))?.collect(),
        None => Vec::new(),
    };
    let parameters = function.parameters();
    let count = || {
        let (expected, got) = (parameters.len(), nodes.len());
        let error = ValueError::from(Problem::Count { what: "arguments", expected, got });
        let span = node.map_or(0..text.len(), Node::span);
        Wrong { error, span }
    };
    if nodes.len() > parameters.len() {
        return Err(count());
    }
    let mut values = Vec::with_capacity(parameters.len());
    for (at, parameter) in parameters.iter().enumerate() {
        let read = match (nodes.get(at), &parameter.ty) {
            (Some(node), ty) => value(node, ty, text),
            (None, Type::Option(_)) => Ok(Value::none()),
            (None, _) => return Err(count()),
        };
        values.push(read.map_err(|wrong| wrong.under(Root::Parameter(parameter.name.clone())))?);
    }
    Ok(values)
}

/// The value of `ty` that `node` is.
pub(super) fn value(node: &Node, ty: &Type, text: &str) -> Read<Value> {
    let kind = || wrong_kind(&ty.to_string(), node, text);
    match ty {
        Type::Bool => node.as_bool().map(Value::Bool).map_err(|_| kind()),
        Type::S8 => integer(node, text).map(Value::S8),
        Type::U8 => integer(node, text).map(Value::U8),
        Type::S16 => integer(node, text).map(Value::S16),
        Type::U16 => integer(node, text).map(Value::U16),
        Type::S32 => integer(node, text).map(Value::S32),
        Type::U32 => integer(node, text).map(Value::U32),
        Type::S64 => integer(node, text).map(Value::S64),
        Type::U64 => integer(node, text).map(Value::U64),
        Type::F32 => {
            let number: f32 = number("f32", node, text)?;
            finite(number.is_finite(), "f32", node, text).map(|()| Value::F32(number))
        }
        Type::F64 => {
            let number: f64 = number("f64", node, text)?;
            finite(number.is_finite(), "f64", node, text).map(|()| Value::F64(number))
        }
        Type::Char => match node.ty() {
            NodeType::Char => node.as_char(text).map(Value::Char).map_err(|e| other(&e, node)),
            _ => Err(kind()),
        },
        Type::String => match node.ty() {
            NodeType::String | NodeType::MultilineString => {
                let text = node.as_str(text).map_err(|error| other(&error, node))?;
                Ok(Value::String(text.into_owned()))
            }
            _ => Err(kind()),
        },
        Type::List(list) => elements(node, ty, list.element(), text),
        Type::FixedList(list) => {
            let read = elements(node, ty, list.element(), text)?;
            read.check(ty).map_err(|error| Wrong::new(error, node)).map(|()| read)
        }
        Type::Tuple(tuple) => {
            let nodes = node.as_tuple().map_err(|_| kind())?;
            let (expected, got) = (tuple.elements().len(), nodes.len());
            if expected != got {
                return Err(Wrong::new(Problem::Count { what: "elements", expected, got }, node));
            }
            let pairs = nodes.zip(tuple.elements()).enumerate();
            let read = pairs.map(|(at, (node, element))| {
                value(node, &element.ty, text).map_err(|wrong| wrong.at(at))
            });
            read.collect::<Read<_>>().map(Value::Tuple)
        }
        Type::Option(option) => match node.ty() {
            NodeType::OptionNone => Ok(Value::none()),
            NodeType::OptionSome => {
                let inner = node.as_option().ok().flatten().ok_or_else(kind)?;
                value(inner, option.some(), text).map(Value::some).map_err(|wrong| wrong.at("some"))
            }
            _ if stands_alone(option.some()) => value(node, option.some(), text).map(Value::some),
            _ => Err(kind()),
        },
        Type::Result(result) => read_result(node, result, ty, text),
        Type::Record(record) => read_record(node, record, ty, text),
        Type::Variant(variant) => read_variant(node, variant, ty, text),
        Type::Enum(enumeration) => {
            let name = node.as_enum(text).map_err(|_| kind())?;
            find(name, "case", enumeration.cases().iter(), node).map(|at| Value::Enum(at.clone()))
        }
        Type::Flags(flags) => read_flags(node, flags, ty, text),
    }
}

/// Whether a value of `ty` may stand for an option or a result that holds it.
fn stands_alone(ty: &Type) -> bool {
    !matches!(ty, Type::Option(_) | Type::Result(_))
}

fn integer<T: Integer + FromStr>(node: &Node, text: &str) -> Read<T> {
    let digits = number_text(T::NAME, node, text)?;
    digits.parse().map_err(|_| {
        let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let problem = match is_integer {
            true => Problem::OutOfRange { value: digits.to_owned(), expected: T::NAME },
            false => Problem::Kind { expected: T::NAME.to_owned(), got: digits.to_owned() },
        };
        Wrong::new(problem, node)
    })
}

fn number<T: FromStr>(expected: &'static str, node: &Node, text: &str) -> Read<T> {
    let digits = number_text(expected, node, text)?;
    digits.parse().map_err(|_| wrong_kind(expected, node, text))
}

fn number_text<'a>(expected: &str, node: &Node, text: &'a str) -> Read<&'a str> {
    match node.ty() {
        NodeType::Number => Ok(&text[node.span()]),
        _ => Err(wrong_kind(expected, node, text)),
    }
}

/// A number that was written with digits is not infinite.
fn finite(is_finite: bool, expected: &'static str, node: &Node, text: &str) -> Read<()> {
    let digits = &text[node.span()];
    if is_finite || !digits.contains(|c: char| c.is_ascii_digit()) {
        return Ok(());
    }
    Err(Wrong::new(Problem::OutOfRange { value: digits.to_owned(), expected }, node))
}

fn elements(node: &Node, ty: &Type, element: &Type, text: &str) -> Read<Value> {
    let nodes = node.as_list().map_err(|_| wrong_kind(&ty.to_string(), node, text))?;
    let nodes = nodes.enumerate();
    if *element == Type::U8 {
        let bytes = nodes.map(|(at, node)| integer(node, text).map_err(|wrong| wrong.at(at)));
        return bytes.collect::<Read<_>>().map(Value::Bytes);
    }
    let values = nodes.map(|(at, node)| value(node, element, text).map_err(|wrong| wrong.at(at)));
    values.collect::<Read<_>>().map(Value::List)
}

fn read_result(node: &Node, result: &ResultType, ty: &Type, text: &str) -> Read<Value> {
    match (node.as_result(), result.ok()) {
        (Ok(Ok(inner)), ok) => payload(inner, ok, "ok", node, text).map(Value::ok),
        (Ok(Err(inner)), _) => payload(inner, result.err(), "err", node, text).map(Value::err),
        (Err(_), Some(ok)) if stands_alone(ok) => {
            value(node, ok, text).map(|value| Value::ok(Some(value)))
        }
        (Err(_), _) => Err(wrong_kind(&ty.to_string(), node, text)),
    }
}

fn read_variant(node: &Node, variant: &VariantType, ty: &Type, text: &str) -> Read<Value> {
    let read = node.as_variant(text).map_err(|_| wrong_kind(&ty.to_string(), node, text));
    let (name, inner) = read?;
    let cases = variant.cases();
    let found = cases.iter().find(|case| &*case.name == name);
    let case = found.ok_or_else(|| {
        Wrong::new(Problem::unknown("case", name, cases.iter().map(|case| &*case.name)), node)
    })?;
    let value = payload(inner, case.ty.as_ref(), name, node, text)?;
    Ok(Value::Variant(case.name.clone(), value.map(Box::new)))
}

fn payload(
    inner: Option<&Node>,
    ty: Option<&Type>,
    case: &str,
    node: &Node,
    text: &str,
) -> Read<Option<Value>> {
    match (inner, ty) {
        (None, None) => Ok(None),
        (Some(inner), Some(ty)) => value(inner, ty, text).map(Some).map_err(|wrong| wrong.at(case)),
        (None, Some(_)) => Err(Wrong::new(Problem::MissingPayload(case.to_owned()), node)),
        (Some(_), None) => Err(Wrong::new(Problem::UnexpectedPayload(case.to_owned()), node)),
    }
}

fn read_record(node: &Node, record: &RecordType, ty: &Type, text: &str) -> Read<Value> {
    if node.ty() != NodeType::TupleSet {
        return Err(wrong_kind(&ty.to_string(), node, text));
    }
    let nodes = node.as_record(text).map_err(|error| other(&error, node))?;
    let mut nodes: HashMap<&str, &Node> = nodes.collect();
    let mut values = Vec::with_capacity(record.fields().len());
    for field in record.fields() {
        let read = match (nodes.remove(&*field.name), &field.ty) {
            (Some(node), ty) => value(node, ty, text).map_err(|wrong| wrong.at(&field.name))?,
            (None, Type::Option(_)) => Value::none(),
            (None, _) => {
                return Err(Wrong::new(Problem::MissingField(field.name.to_string()), node));
            }
        };
        values.push((Arc::clone(&field.name), read));
    }
    match nodes.into_iter().min_by_key(|(_, node)| node.span().start) {
        None => Ok(Value::Record(values)),
        Some((name, node)) => {
            let names = record.fields().iter().map(|field| &*field.name);
            Err(Wrong::new(Problem::unknown("field", name, names), node))
        }
    }
}

fn read_flags(node: &Node, flags: &FlagsType, ty: &Type, text: &str) -> Read<Value> {
    let names = node.as_flags(text).map_err(|_| wrong_kind(&ty.to_string(), node, text))?;
    let mut set = Vec::new();
    for name in names {
        let known = flags.flags().iter().position(|flag| &**flag == name);
        set.push(known.ok_or_else(|| {
            let known = flags.flags().iter().map(|flag| &**flag);
            Wrong::new(Problem::unknown("flag", name, known), node)
        })?);
    }
    // The parser sorts them by name.
    set.sort_unstable();
    let name = |at: usize| Arc::clone(&flags.flags()[at]);
    Ok(Value::Flags(set.into_iter().map(name).collect()))
}

fn find<'a>(
    name: &str,
    what: &'static str,
    mut names: impl Iterator<Item = &'a Arc<str>> + Clone,
    node: &Node,
) -> Read<&'a Arc<str>> {
    let all = names.clone();
    names
        .find(|other| &***other == name)
        .ok_or_else(|| Wrong::new(Problem::unknown(what, name, all.map(|name| &**name)), node))
}

#[cold]
fn wrong_kind(expected: &str, node: &Node, text: &str) -> Wrong {
    let got = match node.ty() {
        NodeType::BoolTrue | NodeType::BoolFalse => "bool",
        NodeType::Number => "number",
        NodeType::Char => "char",
        NodeType::String | NodeType::MultilineString => "string",
        NodeType::Tuple => "tuple",
        NodeType::List => "list",
        NodeType::TupleSet => "record",
        NodeType::EmptySet | NodeType::Flags => "flags",
        NodeType::VariantWithPayload => "variant",
        NodeType::OptionSome | NodeType::OptionNone => "option",
        NodeType::ResultOk | NodeType::ResultErr => "result",
        NodeType::Label => &text[node.span()],
    };
    Wrong::new(Problem::kind(expected, got), node)
}

#[cold]
fn other(error: &wasm_wave::parser::ParserError, node: &Node) -> Wrong {
    let message = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    Wrong { error: Problem::Other(message).into(), span: covering(error.span(), node) }
}

/// The parser's own place if it is inside of the node, which it is but for escapes in strings.
fn covering(span: Range<usize>, node: &Node) -> Range<usize> {
    let whole = node.span();
    if whole.start <= span.start && span.end <= whole.end { span } else { whole }
}
