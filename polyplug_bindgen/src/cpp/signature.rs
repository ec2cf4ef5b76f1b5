//! The types of one function as the C++ headers take them: text as `std::string_view`, characters as
//! `char32_t`, everything else as in C.

use crate::c::PASSED_BY_VALUE;
use crate::names::other_than;
use polyplug_schema::{CFunction, Function, Parameter, Type};

/// The signature of one function.
pub(super) struct Signature<'a> {
    pub(super) function: &'a Function,
    pub(super) c: &'a CFunction,
}

impl Signature<'_> {
    /// The name of the member function.
    pub(super) fn name(&self, taken: &[&str]) -> String {
        other_than(&self.c.name, taken.iter().copied())
    }

    /// The types of the parameters.
    pub(super) fn parameter_types(&self) -> Vec<String> {
        let parameters = self.function.parameters().iter().zip(&self.c.parameters);
        parameters.map(|(one, member)| cpp(&one.ty, &member.ty)).collect()
    }

    /// As they stand between the parentheses: large ones by reference.
    pub(super) fn declared(&self) -> Vec<String> {
        let types = self.passed().into_iter().zip(self.names());
        types
            .map(|(ty, name)| if ty.ends_with('&') { ty + name } else { ty + " " + name })
            .collect()
    }

    /// As they stand there in a function that looks at none of them.
    pub(super) fn unused(&self) -> Vec<String> {
        let types = self.passed().into_iter().zip(self.names());
        types.map(|(ty, name)| format!("{ty} /*{name}*/").replace("& /", "&/")).collect()
    }

    fn passed(&self) -> Vec<String> {
        let types = self.parameter_types().into_iter().zip(self.function.parameters());
        let one = |(ty, parameter): (String, &Parameter)| match parameter.ty.layout().size
            > PASSED_BY_VALUE
        {
            true => format!("const {ty} &"),
            false => ty,
        };
        types.map(one).collect()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.c.parameters.iter().map(|member| &*member.name)
    }

    /// The type of the result. The texts of results are the caller's own.
    pub(super) fn result(&self) -> String {
        match (self.function.result(), &self.c.result) {
            (Some(Type::String), _) => "std::string".to_owned(),
            (Some(ty), Some(c)) => cpp(ty, c),
            _ => "void".to_owned(),
        }
    }

    /// Whether the result lies in an arena.
    pub(super) fn needs_arena(&self) -> bool {
        let result = self.function.result();
        result.is_some_and(|ty| ty.owns_memory() && !matches!(ty, Type::String))
    }
}

/// A type of C as one of C++.
fn cpp(ty: &Type, c: &str) -> String {
    match ty {
        Type::String => "std::string_view".to_owned(),
        Type::Char => "char32_t".to_owned(),
        _ if c.ends_with("_t") => format!("std::{c}"),
        _ => c.to_owned(),
    }
}
