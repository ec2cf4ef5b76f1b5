//! The types of a contract, from those that a component carries.

use polyplug::schema::{Type, TypeError};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use wasmtime::component::types::{ComponentFunc, Type as Carried};

/// The names that an interface gives to its types: a component's types have none of their own.
#[derive(Default)]
pub(crate) struct TypeNames {
    all: Vec<(Carried, String)>,
    /// The places in `all` of types that are like each other.
    alike: HashMap<u64, Vec<usize>>,
}

/// How many types that are like each other are told apart; nobody writes as many. Comparing all with all
/// would take a component's author little and the host long.
const MOST_ALIKE: usize = 32;

impl TypeNames {
    /// Types and what they are called.
    pub(crate) fn new(names: impl IntoIterator<Item = (Carried, String)>) -> Self {
        // Only these have names in a contract.
        let has_name = |ty: &Carried| {
            matches!(
                ty,
                Carried::Record(_) | Carried::Variant(_) | Carried::Enum(_) | Carried::Flags(_)
            )
        };
        let all: Vec<_> = names.into_iter().filter(|(ty, _)| has_name(ty)).collect();
        let mut alike: HashMap<u64, Vec<usize>> = HashMap::new();
        for (place, (ty, _)) in all.iter().enumerate() {
            let alike = alike.entry(likeness(ty)).or_default();
            if alike.len() < MOST_ALIKE {
                alike.push(place);
            }
        }
        Self { all, alike }
    }

    /// All types, converted; those that cannot be are left out, since a function that uses one says so.
    pub(crate) fn types(&self) -> impl Iterator<Item = Type> {
        self.all.iter().filter_map(|(ty, _)| self.convert(ty).ok())
    }

    fn of(&self, ty: &Carried) -> Option<&str> {
        let mut alike = self.alike.get(&likeness(ty))?.iter().map(|place| &self.all[*place]);
        alike.find(|(known, _)| known == ty).map(|(_, name)| name.as_str())
    }

    /// The type of a contract.
    ///
    /// # Errors
    /// It cannot cross: why, and what to do instead.
    pub(crate) fn convert(&self, ty: &Carried) -> Result<Type, String> {
        let made = match ty {
            Carried::Bool => return Ok(Type::Bool),
            Carried::S8 => return Ok(Type::S8),
            Carried::U8 => return Ok(Type::U8),
            Carried::S16 => return Ok(Type::S16),
            Carried::U16 => return Ok(Type::U16),
            Carried::S32 => return Ok(Type::S32),
            Carried::U32 => return Ok(Type::U32),
            Carried::S64 => return Ok(Type::S64),
            Carried::U64 => return Ok(Type::U64),
            Carried::Float32 => return Ok(Type::F32),
            Carried::Float64 => return Ok(Type::F64),
            Carried::Char => return Ok(Type::Char),
            Carried::String => return Ok(Type::String),
            Carried::List(list) => Type::list(self.convert(&list.ty())?),
            Carried::FixedLengthList(list) => {
                Type::fixed_list(self.convert(&list.ty())?, list.len())
            }
            Carried::Tuple(tuple) => {
                let elements = tuple.types().map(|ty| self.convert(&ty));
                Type::tuple(elements.collect::<Result<Vec<_>, _>>()?)
            }
            Carried::Record(record) => {
                let fields =
                    record.fields().map(|field| Ok((field.name, self.convert(&field.ty)?)));
                let fields: Vec<(&str, Type)> = fields.collect::<Result<_, String>>()?;
                Type::record(self.of(ty), fields)
            }
            Carried::Variant(variant) => {
                let cases = variant.cases().map(|case| Ok((case.name, self.optional(case.ty)?)));
                let cases: Vec<(&str, Option<Type>)> = cases.collect::<Result<_, String>>()?;
                Type::variant(self.of(ty), cases)
            }
            Carried::Enum(enumeration) => Type::enumeration(self.of(ty), enumeration.names()),
            Carried::Flags(flags) => Type::flags(self.of(ty), flags.names()),
            Carried::Option(option) => Type::option(self.convert(&option.ty())?),
            Carried::Result(result) => {
                Type::result(self.optional(result.ok())?, self.optional(result.err())?)
            }
            Carried::Own(_) | Carried::Borrow(_) => {
                return Err(unsupported(
                    "a resource is not supported; use an id, such as a `u64`, and functions that take it, \
                 or a contract whose instances are the objects",
                ));
            }
            Carried::Stream(_) => {
                return Err(unsupported(
                    "a `stream` is not supported; use a `list`, or a function that gives one part at a call",
                ));
            }
            Carried::Future(_) => {
                return Err(unsupported(
                    "a `future` is not supported; give the value itself, or an id that a second function \
                 takes to ask for it",
                ));
            }
            Carried::Map(_) => {
                return Err(unsupported("a `map` is not supported; use `list<tuple<key, value>>`"));
            }
            Carried::ErrorContext => {
                return Err(unsupported(
                    "an `error-context` is not supported; use a `string` or a variant that says what went \
                 wrong",
                ));
            }
        };
        made.map_err(impossible)
    }

    fn optional(&self, ty: Option<Carried>) -> Result<Option<Type>, String> {
        ty.map(|ty| self.convert(&ty)).transpose()
    }

    /// A function of a contract.
    ///
    /// # Errors
    /// It cannot cross: where and why.
    pub(crate) fn function(
        &self,
        name: &str,
        function: &ComponentFunc,
    ) -> Result<polyplug::schema::Function, String> {
        if let Some((kind, of)) = name.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            return Err(format!(
                "function `{of}` is a {kind} of a resource, and resources are not supported; write a \
                 function of the interface that takes an id, such as a `u64`, or make a contract whose \
                 instances are the objects"
            ));
        }
        if function.async_() {
            return Err(format!(
                "function `{name}` is async, and async functions are not supported; write `{name}: \
                 func(..)`: it may give an id that a second function takes to ask for the result"
            ));
        }
        let mut parameters = Vec::with_capacity(function.params().len());
        for (parameter, ty) in function.params() {
            let ty = self.convert(&ty);
            let ty =
                ty.map_err(|why| format!("function `{name}`, parameter `{parameter}`: {why}"))?;
            parameters.push((parameter.to_owned(), ty));
        }
        let result = function.results().next().map(|ty| self.convert(&ty)).transpose();
        let result = result.map_err(|why| format!("function `{name}`, result: {why}"))?;
        let made = polyplug::schema::Function::new(name, parameters, result);
        made.map_err(|error| format!("function `{name}`: {error}"))
    }
}

/// A hash that equal types share: of the kind of a type and the names of its members.
fn likeness(ty: &Carried) -> u64 {
    let mut hash = DefaultHasher::new();
    std::mem::discriminant(ty).hash(&mut hash);
    let mut add = |name: &str| name.hash(&mut hash);
    match ty {
        Carried::Record(record) => record.fields().for_each(|field| add(field.name)),
        Carried::Variant(variant) => variant.cases().for_each(|case| add(case.name)),
        Carried::Enum(enumeration) => enumeration.names().for_each(&mut add),
        Carried::Flags(flags) => flags.names().for_each(&mut add),
        _ => {}
    }
    hash.finish()
}

fn unsupported(why: &str) -> String {
    why.to_owned()
}

fn impossible(error: TypeError) -> String {
    format!("this type is not possible: {error}")
}
