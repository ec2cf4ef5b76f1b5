//! Where two signatures part, in words.

use crate::path::{Path, Root, Step};
use crate::shape::ShapeOf;
use crate::{Function, Type};
use std::fmt::{self, Write};
use std::sync::Arc;

/// How many characters of a signature are shown.
const SHOWN: usize = 400;

/// What differs between two functions that stand at the same place.
pub(super) struct FunctionDifference {
    name: String,
    told: String,
    /// The type whose definition differs, and how; `None` if the signature itself does.
    inside: Option<(Arc<str>, String)>,
}

/// The differences as sentences. A type that differs is told with the first function that uses it; the
/// others are named there.
pub(super) fn told_once(differences: impl Iterator<Item = FunctionDifference>) -> Vec<String> {
    let mut told: Vec<(FunctionDifference, Vec<String>)> = Vec::new();
    for one in differences {
        let known =
            told.iter_mut().find(|(first, _)| first.inside.is_some() && first.inside == one.inside);
        match known {
            Some((_, others)) => others.push(format!("`{}`", one.name)),
            None => told.push((one, Vec::new())),
        }
    }
    let text = |(first, others): (FunctionDifference, Vec<String>)| match &first.inside {
        Some((name, _)) if !others.is_empty() => {
            let others = cut(&others.join(", "));
            format!("{}\n    `{name}` is in these too: {others}", first.told)
        }
        _ => first.told,
    };
    told.into_iter().map(text).collect()
}

/// `None` if nothing differs.
pub(super) fn function_difference(
    provided: &Function,
    expected: &Function,
) -> Option<FunctionDifference> {
    let (what, inside) = signature_difference(provided, expected)?;
    let (mut have, mut want) = (provided.to_string(), expected.to_string());
    if have == want {
        // The difference is inside of a type of one name.
        (have, want) = (Expanded(provided).to_string(), Expanded(expected).to_string());
    }
    let (have, want) = (cut(&have), cut(&want));
    let name = expected.name().to_owned();
    let told = format!("function `{name}`: {what}\n    provided: {have}\n    expected: {want}");
    Some(FunctionDifference { name, told, inside })
}

type Told = (String, Option<(Arc<str>, String)>);

fn signature_difference(provided: &Function, expected: &Function) -> Option<Told> {
    let itself = |what: String| Some((what, None));
    if provided.name() != expected.name() {
        return itself(format!("`{}` stands in its place", provided.name()));
    }
    let (have, want) = (provided.parameters(), expected.parameters());
    for (have, want) in have.iter().zip(want) {
        if have.name != want.name {
            return itself(format!("parameter `{}` is called `{}`", want.name, have.name));
        }
        if let Some(found) = type_difference(&have.ty, &want.ty) {
            return Some(found.under(Root::Parameter(want.name.clone())));
        }
    }
    if have.len() != want.len() {
        return itself(format!("it takes {}, not {} arguments", have.len(), want.len()));
    }
    match (provided.result(), expected.result()) {
        (None, None) => None,
        (Some(_), None) => itself("it gives a result".to_owned()),
        (None, Some(_)) => itself("it gives no result".to_owned()),
        (Some(have), Some(want)) => Some(type_difference(have, want)?.under(Root::Result)),
    }
}

/// The first place where two types differ, what is there, and the innermost type with a name around it.
struct Found {
    path: Path,
    what: String,
    inside: Option<(Arc<str>, String)>,
}

type Difference = Option<Found>;

impl Found {
    fn under(mut self, root: Root) -> Told {
        self.path.set_root(root);
        (format!("{} {}", self.path, self.what), self.inside)
    }
}

fn type_difference(have: &Type, want: &Type) -> Difference {
    if have == want {
        return None;
    }
    let mut found = parts_difference(have, want)?;
    if let (None, Some(one), Some(other)) = (&found.inside, have.name(), want.name())
        && one == other
    {
        let place = format!("{} {}", found.path, found.what);
        found.inside = Some((other.into(), place));
    }
    Some(found)
}

fn parts_difference(have: &Type, want: &Type) -> Difference {
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
    let mut found = type_difference(have, want)?;
    found.path.step(step.into());
    Some(found)
}

fn here(what: String) -> Difference {
    Some(Found { path: Path::default(), what, inside: None })
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
