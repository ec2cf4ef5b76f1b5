//! Our types of the parser's. Each of its types is converted once.

use crate::value_type::MAX_TYPE_DEPTH;
use crate::{Type, TypeError};
use std::collections::HashMap;
use wit_parser::{Handle, Resolve, Span, TypeDefKind, TypeId};

/// Why a type cannot be carried: the message, and where in the text.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) message: String,
    pub(super) span: Span,
}

/// The types that were converted so far.
pub(super) struct Types<'a> {
    resolve: &'a Resolve,
    converted: HashMap<TypeId, Result<Type, Refused>>,
}

/// A chain of names for one type may be longer than any type is deep.
const MAX_CHAIN: u32 = 4 * MAX_TYPE_DEPTH;

impl<'a> Types<'a> {
    pub(super) fn new(resolve: &'a Resolve) -> Self {
        let mut types = Self { resolve, converted: HashMap::new() };
        // The parser lists types after those they are made of, so this does not recurse.
        for (id, _) in &resolve.types {
            let _ = types.defined(id, 0);
        }
        types
    }

    /// The type, or why it is refused.
    pub(super) fn convert(&mut self, ty: &wit_parser::Type) -> Result<Type, Refused> {
        self.convert_at(ty, 0)
    }

    fn convert_at(&mut self, ty: &wit_parser::Type, chain: u32) -> Result<Type, Refused> {
        Ok(match ty {
            wit_parser::Type::Bool => Type::Bool,
            wit_parser::Type::U8 => Type::U8,
            wit_parser::Type::U16 => Type::U16,
            wit_parser::Type::U32 => Type::U32,
            wit_parser::Type::U64 => Type::U64,
            wit_parser::Type::S8 => Type::S8,
            wit_parser::Type::S16 => Type::S16,
            wit_parser::Type::S32 => Type::S32,
            wit_parser::Type::S64 => Type::S64,
            wit_parser::Type::F32 => Type::F32,
            wit_parser::Type::F64 => Type::F64,
            wit_parser::Type::Char => Type::Char,
            wit_parser::Type::String => Type::String,
            wit_parser::Type::ErrorContext => {
                let message = "an `error-context` is not supported; use a `string` or a variant \
                               that says what went wrong";
                return Err(Refused { message: message.to_owned(), span: Span::default() });
            }
            wit_parser::Type::Id(id) => return self.defined(*id, chain),
        })
    }

    fn defined(&mut self, id: TypeId, chain: u32) -> Result<Type, Refused> {
        if let Some(known) = self.converted.get(&id) {
            return known.clone();
        }
        let span = self.resolve.types[id].span;
        let converted = if chain < MAX_CHAIN {
            self.kind(id, chain + 1)
        } else {
            Err(refused(TypeError::TooDeep, span))
        };
        self.converted.insert(id, converted.clone());
        converted
    }

    fn kind(&mut self, id: TypeId, chain: u32) -> Result<Type, Refused> {
        let resolve = self.resolve;
        let def = &resolve.types[id];
        let name = def.name.as_deref();
        let made = match &def.kind {
            TypeDefKind::Type(ty) => return self.convert_at(ty, chain),
            TypeDefKind::List(element) => Type::list(self.convert_at(element, chain)?),
            TypeDefKind::FixedLengthList(element, len) => {
                Type::fixed_list(self.convert_at(element, chain)?, *len)
            }
            TypeDefKind::Option(some) => Type::option(self.convert_at(some, chain)?),
            TypeDefKind::Result(result) => {
                let ok = self.optional(result.ok.as_ref(), chain)?;
                Type::result(ok, self.optional(result.err.as_ref(), chain)?)
            }
            TypeDefKind::Tuple(tuple) => {
                let element = |ty| self.convert_at(ty, chain);
                Type::tuple(tuple.types.iter().map(element).collect::<Result<Vec<_>, _>>()?)
            }
            TypeDefKind::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for field in &record.fields {
                    fields.push((&*field.name, self.convert_at(&field.ty, chain)?));
                }
                Type::record(name, fields)
            }
            TypeDefKind::Variant(variant) => {
                let mut cases = Vec::with_capacity(variant.cases.len());
                for case in &variant.cases {
                    cases.push((&*case.name, self.optional(case.ty.as_ref(), chain)?));
                }
                Type::variant(name, cases)
            }
            TypeDefKind::Enum(enumeration) => {
                Type::enumeration(name, enumeration.cases.iter().map(|case| &*case.name))
            }
            TypeDefKind::Flags(flags) => {
                Type::flags(name, flags.flags.iter().map(|flag| &*flag.name))
            }
            unsupported => {
                let message = unsupported_kind(resolve, name, unsupported);
                return Err(Refused { message, span: def.span });
            }
        };
        made.map_err(|error| refused(error, def.span))
    }

    fn optional(
        &mut self,
        ty: Option<&wit_parser::Type>,
        chain: u32,
    ) -> Result<Option<Type>, Refused> {
        ty.map(|ty| self.convert_at(ty, chain)).transpose()
    }
}

fn refused(error: TypeError, span: Span) -> Refused {
    Refused { message: format!("this type is not possible: {error}"), span }
}

/// What is said about a kind of type that does not cross.
fn unsupported_kind(resolve: &Resolve, name: Option<&str>, kind: &TypeDefKind) -> String {
    let resource = |id: TypeId| resolve.types[id].name.as_deref().unwrap_or("resource").to_owned();
    match kind {
        TypeDefKind::Resource => resource_message(name.unwrap_or("resource")),
        TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => {
            resource_message(&resource(*id))
        }
        TypeDefKind::Stream(_) => "a `stream` is not supported; use a `list`, or a function that \
                                   gives one part at a call"
            .to_owned(),
        TypeDefKind::Future(_) => "a `future` is not supported; give the value itself, or an id \
                                   that a second function takes to ask for it"
            .to_owned(),
        TypeDefKind::Map(..) => {
            "a `map` is not supported; use `list<tuple<key, value>>`".to_owned()
        }
        other => format!("{} types are not supported", other.as_str()),
    }
}

fn resource_message(name: &str) -> String {
    format!(
        "`{name}` is a resource, and resources are not supported; use an id, such as a `u64`, and \
         functions that take it, or a contract whose instances are the objects"
    )
}
