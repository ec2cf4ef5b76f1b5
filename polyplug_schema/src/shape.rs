//! The shape of a contract: a text that two descriptions of one contract share exactly when calls of
//! one can be answered by the other, and its hash.
//!
//! The text has one line for each function in order, ended by a line feed, without a blank in it:
//!
//! ```text
//! greet(name:string,times:u32)->result<string,enum{empty,too-long}>
//! reset()
//! ```
//!
//! Types are written out: `record{x:f32,y:f32}`, `variant{none,some(u32)}`, `enum{a,b}`,
//! `flags{a,b}`, `tuple<a,b>`, `list<t>`, `list<t,4>`, `option<t>`, `result`, `result<t>`,
//! `result<_,e>`, `result<t,e>`, and the scalars and `string` by name. So the names of functions,
//! parameters, fields, cases and flags count, and the names of types and of the contract do not. The
//! hash is FNV-1a 64 over the UTF-8 of the text. This form is fixed: it stands in compiled plugins.

use crate::{Function, Type};
use polyplug_utils::Fnv1a;
use std::fmt::{self, Display, Write};

/// The hash of the shape that these functions make.
pub(crate) fn shape_hash(functions: &[Function]) -> u64 {
    let mut hash = Hash(Fnv1a::new());
    let written = write!(hash, "{}", ShapeText(functions));
    debug_assert!(written.is_ok(), "a hash takes any text");
    hash.0.finish()
}

/// Whether the first of these functions, as many as it takes, make this hash: each ends its line, so the
/// hash of what stands before a function is a state on the way.
pub(crate) fn begins_with(functions: &[Function], shape: u64) -> bool {
    let mut hash = Hash(Fnv1a::new());
    functions.iter().any(|function| {
        let written = write!(hash, "{}", ShapeText(std::slice::from_ref(function)));
        debug_assert!(written.is_ok(), "a hash takes any text");
        hash.0.finish() == shape
    })
}

struct Hash(Fnv1a);

impl Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.write(text.as_bytes());
        Ok(())
    }
}

/// The canonical text of these functions.
pub(crate) struct ShapeText<'a>(pub(crate) &'a [Function]);

impl Display for ShapeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for function in self.0 {
            write!(f, "{}(", function.name())?;
            let parameters = function.parameters().iter();
            separated(f, parameters, |f, p| write!(f, "{}:{}", p.name, ShapeOf(&p.ty)))?;
            f.write_str(")")?;
            if let Some(result) = function.result() {
                write!(f, "->{}", ShapeOf(result))?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

/// The canonical text of a type.
pub(crate) struct ShapeOf<'a>(pub(crate) &'a Type);

impl Display for ShapeOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Type::List(list) => write!(f, "list<{}>", ShapeOf(list.element())),
            Type::FixedList(list) => write!(f, "list<{},{}>", ShapeOf(list.element()), list.len()),
            Type::Option(option) => write!(f, "option<{}>", ShapeOf(option.some())),
            Type::Result(result) => match (result.ok(), result.err()) {
                (None, None) => f.write_str("result"),
                (Some(ok), None) => write!(f, "result<{}>", ShapeOf(ok)),
                (None, Some(err)) => write!(f, "result<_,{}>", ShapeOf(err)),
                (Some(ok), Some(err)) => write!(f, "result<{},{}>", ShapeOf(ok), ShapeOf(err)),
            },
            Type::Tuple(tuple) => {
                f.write_str("tuple<")?;
                separated(f, tuple.elements().iter(), |f, e| ShapeOf(&e.ty).fmt(f))?;
                f.write_str(">")
            }
            Type::Record(record) => {
                f.write_str("record{")?;
                let fields = record.fields().iter();
                separated(f, fields, |f, field| {
                    write!(f, "{}:{}", field.name, ShapeOf(&field.ty))
                })?;
                f.write_str("}")
            }
            Type::Variant(variant) => {
                f.write_str("variant{")?;
                separated(f, variant.cases().iter(), |f, case| match &case.ty {
                    Some(ty) => write!(f, "{}({})", case.name, ShapeOf(ty)),
                    None => f.write_str(&case.name),
                })?;
                f.write_str("}")
            }
            Type::Enum(enumeration) => write!(f, "enum{{{}}}", enumeration.cases().join(",")),
            Type::Flags(flags) => write!(f, "flags{{{}}}", flags.flags().join(",")),
            scalar => f.write_str(scalar.kind()),
        }
    }
}

fn separated<T>(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    for (at, item) in items.enumerate() {
        if at != 0 {
            f.write_str(",")?;
        }
        write(f, item)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ShapeText, shape_hash};
    use crate::{Function, Type};

    fn functions() -> [Function; 2] {
        let error = Type::enumeration(Some("reason"), ["empty", "too-long"]).unwrap();
        let result = Type::result(Some(Type::String), Some(error)).unwrap();
        let parameters = [("name", Type::String), ("times", Type::U32)];
        [
            Function::new("greet", parameters, Some(result)).unwrap(),
            Function::new("reset", [("", Type::U8); 0], None).unwrap(),
        ]
    }

    /// Compiled plugins hold this number: if it changes, they no longer load.
    #[test]
    fn the_text_and_its_hash_are_fixed() {
        assert_eq!(
            ShapeText(&functions()).to_string(),
            "greet(name:string,times:u32)->result<string,enum{empty,too-long}>\nreset()\n"
        );
        let expected = polyplug_utils::fnv1a(ShapeText(&functions()).to_string().as_bytes());
        assert_eq!(shape_hash(&functions()), expected);
        assert_eq!(shape_hash(&functions()), GOLDEN, "{:#x}", shape_hash(&functions()));
    }

    const GOLDEN: u64 = 0x7d29_8a4e_952b_225b;
}
