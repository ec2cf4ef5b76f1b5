//! Where two signatures part, in words.

use crate::path::{Path, Root, Step};
use crate::shape::ShapeOf;
use crate::{Function, Type};
use std::fmt::{self, Write};

/// How many characters of a signature are shown.
const SHOWN: usize = 400;

/// What differs between two functions that stand at the same place; `None` if nothing does.
pub(super) fn function_difference(provided: &Function, expected: &Function) -> Option<String> {
    let what = signature_difference(provided, expected)?;
    let (mut have, mut want) = (provided.to_string(), expected.to_string());
    if have == want {
        // The difference is inside of a type of one name.
        (have, want) = (Expanded(provided).to_string(), Expanded(expected).to_string());
    }
    let (have, want) = (cut(&have), cut(&want));
    let name = expected.name();
    Some(format!("function `{name}`: {what}\n    provided: {have}\n    expected: {want}"))
}

fn signature_difference(provided: &Function, expected: &Function) -> Option<String> {
    if provided.name() != expected.name() {
        return Some(format!("`{}` stands in its place", provided.name()));
    }
    let (have, want) = (provided.parameters(), expected.parameters());
    for (have, want) in have.iter().zip(want) {
        if have.name != want.name {
            return Some(format!("parameter `{}` is called `{}`", want.name, have.name));
        }
        if let Some((mut path, what)) = type_difference(&have.ty, &want.ty) {
            path.set_root(Root::Parameter(want.name.clone()));
            return Some(format!("{path} {what}"));
        }
    }
    if have.len() != want.len() {
        return Some(format!("it takes {}, not {} arguments", have.len(), want.len()));
    }
    match (provided.result(), expected.result()) {
        (None, None) => None,
        (Some(_), None) => Some("it gives a result".to_owned()),
        (None, Some(_)) => Some("it gives no result".to_owned()),
        (Some(have), Some(want)) => {
            let (mut path, what) = type_difference(have, want)?;
            path.set_root(Root::Result);
            Some(format!("{path} {what}"))
        }
    }
}

type Difference = Option<(Path, String)>;

/// The first place where two types differ, and what is there.
fn type_difference(have: &Type, want: &Type) -> Difference {
    if have == want {
        return None;
    }
    match (have, want) {
        (Type::List(have), Type::List(want)) => at(Step::Each, have.element(), want.element()),
        (Type::FixedList(have), Type::FixedList(want)) if have.len() == want.len() => {
            at(Step::Each, have.element(), want.element())
        }
        (Type::Option(have), Type::Option(want)) => at("some", have.some(), want.some()),
        (Type::Result(have), Type::Result(want)) => {
            payloads("ok", have.ok(), want.ok()).or_else(|| payloads("err", have.err(), want.err()))
        }
        (Type::Tuple(have), Type::Tuple(want)) => {
            let (have, want) = (have.elements(), want.elements());
            let pairs = have.iter().zip(want).enumerate();
            let first = pairs.map(|(index, (have, want))| at(index, &have.ty, &want.ty));
            let first = first.flatten().next();
            first.or_else(|| counts("elements", have.len(), want.len()))
        }
        (Type::Record(have), Type::Record(want)) => {
            let have = have.fields().iter().map(|field| (&*field.name, Some(&field.ty)));
            members("fields", have, want.fields().iter().map(|f| (&*f.name, Some(&f.ty))))
        }
        (Type::Variant(have), Type::Variant(want)) => {
            let have = have.cases().iter().map(|case| (&*case.name, case.ty.as_ref()));
            members("cases", have, want.cases().iter().map(|c| (&*c.name, c.ty.as_ref())))
        }
        (Type::Enum(have), Type::Enum(want)) => {
            let have = have.cases().iter().map(|case| (&**case, None));
            members("cases", have, want.cases().iter().map(|case| (&**case, None)))
        }
        (Type::Flags(have), Type::Flags(want)) => {
            let have = have.flags().iter().map(|flag| (&**flag, None));
            members("flags", have, want.flags().iter().map(|flag| (&**flag, None)))
        }
        _ => here(format!("is {}, not {}", described(have), described(want))),
    }
}

fn at(step: impl Into<Step>, have: &Type, want: &Type) -> Difference {
    let (mut path, what) = type_difference(have, want)?;
    path.step(step.into());
    Some((path, what))
}

fn here(what: String) -> Difference {
    Some((Path::default(), what))
}

fn counts(what: &str, have: usize, want: usize) -> Difference {
    if have == want { None } else { here(format!("has {have}, not {want} {what}")) }
}

fn payloads(name: &str, have: Option<&Type>, want: Option<&Type>) -> Difference {
    match (have, want) {
        (None, None) => None,
        (Some(have), Some(want)) => at(name, have, want),
        (Some(_), None) => here(format!("has a value for `{name}`")),
        (None, Some(_)) => here(format!("has no value for `{name}`")),
    }
}

fn members<'a>(
    what: &str,
    have: impl ExactSizeIterator<Item = (&'a str, Option<&'a Type>)>,
    want: impl ExactSizeIterator<Item = (&'a str, Option<&'a Type>)>,
) -> Difference {
    let (have_len, want_len) = (have.len(), want.len());
    for ((have_name, have), (want_name, want)) in have.zip(want) {
        if have_name != want_name {
            return here(format!("has `{have_name}` where `{want_name}` is expected"));
        }
        if let Some(found) = payloads(want_name, have, want) {
            return Some(found);
        }
    }
    counts(what, have_len, want_len)
}

/// A type with its kind, if its name alone does not tell.
fn described(ty: &Type) -> String {
    match ty.name() {
        Some(name) => format!("{} `{name}`", ty.kind()),
        None => cut(&ty.to_string()),
    }
}

/// A signature with every type written out.
struct Expanded<'a>(&'a Function);

impl fmt::Display for Expanded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: func(", self.0.name())?;
        for (at, parameter) in self.0.parameters().iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}: {}", parameter.name, ShapeOf(&parameter.ty))?;
        }
        f.write_char(')')?;
        match self.0.result() {
            Some(result) => write!(f, " -> {}", ShapeOf(result)),
            None => Ok(()),
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{} ..", &text[..at]),
        None => text.to_owned(),
    }
}
