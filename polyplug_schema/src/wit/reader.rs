//! From WIT texts to contracts.

use crate::descriptions::Refusal;
use crate::wit::sources::{WitFile, WitSources};
use crate::wit::types::{Refused, Types};
use crate::wit::{WitError, comments};
use crate::{Contract, Descriptions, Function, NamedType, Type};
use polyplug_abi::Version;
use std::collections::{BTreeMap, HashMap, HashSet};
use wit_parser::{
    FunctionKind, Interface, Package, PackageName, Resolve, SourceMap, Span, TypeDefKind, TypeId,
    UnresolvedPackageGroup,
};

/// How many characters all contracts of a description may have when every type is written out.
const MAX_TEXT: u32 = 1 << 26;

/// Reads all contracts of `sources`.
///
/// What the main package says must be possible; an interface of a dependency that is not becomes a
/// refusal, which is told to whoever asks for it.
pub(crate) fn read(sources: WitSources) -> Result<Descriptions, WitError> {
    let (main, dependencies) = parse(&sources)?;
    let nested = main.nested.iter().map(|package| package.name.clone());
    let own: HashSet<PackageName> = nested.chain([main.main.name.clone()]).collect();
    let mut resolve = Resolve::default();
    if let Err(error) = resolve.push_groups(main, dependencies) {
        let (span, message) = (error.kind().span(), error.to_string());
        return Err(Texts::new(&sources).error(&resolve.source_map, span, message));
    }
    let mut reader = Reader {
        types: Types::new(&resolve),
        resolve: &resolve,
        texts: Texts::new(&sources),
        text_len: 0,
    };
    let mut descriptions = Descriptions::default();
    for (_, package) in &resolve.packages {
        let own = own.contains(&package.name);
        for (name, id) in &package.interfaces {
            let interface = &resolve.interfaces[*id];
            if interface.functions.is_empty() && (!own || !has_resource(&resolve, interface)) {
                continue;
            }
            match reader.contract(package, name, interface) {
                Ok(contract) => descriptions.add(contract),
                Err(error) if own => return Err(error),
                Err(error) => {
                    descriptions.refuse(contract_name(&package.name, name), Refusal::new(&error));
                }
            }
        }
    }
    if descriptions.is_empty() {
        return Err(WitError::sources(
            sources.shown(),
            "there is no contract in it: no interface has a function (functions that stand right in \
             a world are not part of a contract)",
        ));
    }
    Ok(descriptions)
}

/// The main package and the others.
fn parse(
    sources: &WitSources,
) -> Result<(UnresolvedPackageGroup, Vec<UnresolvedPackageGroup>), WitError> {
    let mut groups: BTreeMap<Option<&str>, SourceMap> = BTreeMap::new();
    for file in sources.wit_files() {
        let group = groups.entry(file.dependency.as_deref()).or_default();
        group.push_str(&file.shown, comments::without_empty(&file.text));
    }
    let mut parsed = Vec::with_capacity(groups.len());
    for (dependency, group) in groups {
        let group = group.parse().map_err(|(map, error)| {
            let (span, message) = (error.kind().span(), error.to_string());
            Texts::new(sources).error(&map, span, message)
        })?;
        parsed.push((dependency, group));
    }
    let mut groups = parsed.into_iter();
    match groups.next() {
        Some((None, main)) => Ok((main, groups.map(|(_, group)| group).collect())),
        _ => Err(WitError::sources(sources.shown(), "there is no `.wit` file in it")),
    }
}

fn contract_name(package: &PackageName, interface: &str) -> String {
    Contract::name_of(&package.namespace, &package.name, interface)
}

fn has_resource(resolve: &Resolve, interface: &Interface) -> bool {
    let is_resource = |id: &TypeId| matches!(resolve.types[*id].kind, TypeDefKind::Resource);
    interface.types.values().any(is_resource)
}

struct Reader<'a> {
    resolve: &'a Resolve,
    types: Types<'a>,
    texts: Texts<'a>,
    text_len: u32,
}

impl Reader<'_> {
    fn contract(
        &mut self,
        package: &Package,
        name: &str,
        interface: &Interface,
    ) -> Result<Contract, WitError> {
        let version = self.version(&package.name, interface.span)?;
        let mut functions = Vec::with_capacity(interface.functions.len());
        for function in interface.functions.values() {
            functions.push(self.function(function)?);
        }
        let types = self.named_types(interface)?;
        let contract = Contract::new(contract_name(&package.name, name), version, functions)
            .map_err(|error| self.error(interface.span, format!("interface `{name}`: {error}")))?;
        self.text_len = self.text_len.saturating_add(contract.text_len());
        if self.text_len > MAX_TEXT {
            let message = format!(
                "up to here, all contracts have more than {MAX_TEXT} characters when every type in \
                 them is written out"
            );
            return Err(self.error(interface.span, message));
        }
        Ok(contract.described(types, docs(&interface.docs)))
    }

    fn version(&self, package: &PackageName, span: Span) -> Result<Version, WitError> {
        let name = format!("{}:{}", package.namespace, package.name);
        let Some(version) = &package.version else {
            let message = format!(
                "a contract needs a version: begin the package with `package {name}@1.0.0;`"
            );
            return Err(self.error(span, message));
        };
        let part = |part: u64| u32::try_from(part).ok();
        let parts = (part(version.major), part(version.minor), part(version.patch));
        match parts {
            (Some(major), Some(minor), Some(patch)) if version.pre.is_empty() => {
                Ok(Version::new(major, minor, patch))
            }
            _ => {
                let message = format!(
                    "the version of a contract is three numbers below 2^32, not `{version}`: write \
                     `package {name}@{}.{}.{};`",
                    version.major, version.minor, version.patch
                );
                Err(self.error(span, message))
            }
        }
    }

    fn function(&mut self, function: &wit_parser::Function) -> Result<Function, WitError> {
        let name = function.item_name();
        if let Some(message) = refused_kind(self.resolve, function) {
            return Err(self.error(function.span, message));
        }
        let mut parameters = Vec::with_capacity(function.params.len());
        for parameter in &function.params {
            let place = format!("function `{name}`, parameter `{}`", parameter.name);
            let ty = self.types.convert(&parameter.ty);
            let ty = ty.map_err(|refused| self.refused(&place, refused, parameter.span))?;
            parameters.push((&*parameter.name, ty));
        }
        let result = function.result.as_ref().map(|ty| self.types.convert(ty)).transpose();
        let result = result.map_err(|refused| {
            self.refused(&format!("function `{name}`, result"), refused, function.span)
        })?;
        let made = Function::new(name, parameters, result);
        let made =
            made.map_err(|error| self.error(function.span, format!("function `{name}`: {error}")))?;
        Ok(made.with_docs(docs(&function.docs)))
    }

    /// The types that have a name of their own: a `type a = list<b>` is said where it is used.
    fn named_types(&mut self, interface: &Interface) -> Result<Box<[NamedType]>, WitError> {
        let mut types = Vec::new();
        for (name, id) in &interface.types {
            let converted = self.types.convert(&wit_parser::Type::Id(*id));
            let span = self.resolve.types[*id].span;
            let ty = converted
                .map_err(|refused| self.refused(&format!("type `{name}`"), refused, span))?;
            if ty.name().is_some() {
                types.push(documented(ty, self.resolve, *id));
            }
        }
        Ok(types.into())
    }

    /// The error where the type stands, or at `span` if the parser does not say where that is.
    fn refused(&self, place: &str, refused: Refused, span: Span) -> WitError {
        let span = if refused.span.is_known() { refused.span } else { span };
        self.error(span, format!("{place}: {}", refused.message))
    }

    fn error(&self, span: Span, message: String) -> WitError {
        self.texts.error(&self.resolve.source_map, span, message)
    }
}

/// What is said about a function that is not a plain one; `None` if it is.
fn refused_kind(resolve: &Resolve, function: &wit_parser::Function) -> Option<String> {
    let name = function.item_name();
    if let Some(resource) = function.kind.resource() {
        let resource = resolve.types[resource].name.as_deref().unwrap_or("resource");
        return Some(format!(
            "function `{name}` is of the resource `{resource}`, and resources are not supported; \
             write a function of the interface that takes an id, such as a `u64`, or make a contract \
             whose instances are the objects"
        ));
    }
    match function.kind {
        FunctionKind::Freestanding => None,
        FunctionKind::Getter | FunctionKind::Setter => Some(format!(
            "`{name}` is a property, and properties are not supported; write a function, \
             `{name}: func() -> ..`"
        )),
        _ => Some(format!(
            "function `{name}` is async, and async functions are not supported; write `{name}: \
             func(..)`: it may give an id that a second function takes to ask for the result"
        )),
    }
}

/// A type with the comments of its declaration, which for a type that is taken over stands elsewhere.
fn documented(ty: Type, resolve: &Resolve, mut id: TypeId) -> NamedType {
    while let TypeDefKind::Type(wit_parser::Type::Id(declared)) = &resolve.types[id].kind {
        id = *declared;
    }
    let declared = &resolve.types[id];
    let member_docs = match &declared.kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|f| docs(&f.docs)).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().map(|c| docs(&c.docs)).collect(),
        TypeDefKind::Enum(enumeration) => enumeration.cases.iter().map(|c| docs(&c.docs)).collect(),
        TypeDefKind::Flags(flags) => flags.flags.iter().map(|f| docs(&f.docs)).collect(),
        _ => Box::default(),
    };
    NamedType { ty, docs: docs(&declared.docs), member_docs }
}

fn docs(docs: &wit_parser::Docs) -> Option<Box<str>> {
    docs.contents.as_deref().map(Box::from)
}

/// The texts by the names that the parser knows them by.
struct Texts<'a> {
    by_name: HashMap<&'a str, &'a WitFile>,
    shown: &'a str,
}

impl<'a> Texts<'a> {
    fn new(sources: &'a WitSources) -> Self {
        let by_name = sources.wit_files().iter().map(|file| (&*file.shown, file)).collect();
        Self { by_name, shown: sources.shown() }
    }

    /// The error at `span`, which is one of `map`'s.
    fn error(&self, map: &SourceMap, span: Span, message: String) -> WitError {
        let place = map.resolve_span(span);
        let file = place.as_ref().and_then(|place| self.by_name.get(place.path));
        match (place, file) {
            (Some(place), Some(file)) => {
                WitError::at(&file.shown, &file.text, place.range, message)
            }
            _ => WitError::sources(self.shown, message),
        }
    }
}
