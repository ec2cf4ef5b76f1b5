//! How the parameters of a function stand in C: small ones as they are, larger ones by address.

use crate::names::other_than;
use polyplug_schema::{CFunction, Function};

/// The largest value, in bytes, that is passed as it is: what two registers hold.
pub(crate) const PASSED_BY_VALUE: usize = 16;

/// The parameters of one function.
pub(crate) struct Parameters<'a> {
    pub(crate) c: &'a CFunction,
    function: &'a Function,
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(c: &'a CFunction, function: &'a Function) -> Self {
        Self { c, function }
    }

    /// Whether the parameter is passed by its address.
    fn is_pointer(&self, at: usize) -> bool {
        self.function.parameters()[at].ty.layout().size > PASSED_BY_VALUE
    }

    /// As they stand between the parentheses of a prototype: `uint32_t a`, `const DemoShape *shape`.
    pub(crate) fn declared(&self) -> Vec<String> {
        let one = |(at, member): (usize, &polyplug_schema::CMember)| match self.is_pointer(at) {
            true => format!("const {} *{}", member.ty, member.name),
            false => member.to_string(),
        };
        self.c.parameters.iter().enumerate().map(one).collect()
    }

    /// The names of the parameters.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.c.parameters.iter().map(|member| &*member.name)
    }

    /// A name for something beside the parameters.
    pub(crate) fn beside(&self, name: &str) -> String {
        other_than(name, self.names())
    }

    /// The values that go into the struct of arguments.
    pub(crate) fn values(&self) -> String {
        let value = |(at, name): (usize, &str)| match self.is_pointer(at) {
            true => format!("*{name}"),
            false => name.to_owned(),
        };
        self.names().enumerate().map(value).collect::<Vec<_>>().join(", ")
    }

    /// The address of the only argument.
    pub(crate) fn only_address(&self) -> Option<String> {
        let only = self.names().next().filter(|_| self.c.parameters.len() == 1)?;
        Some(if self.is_pointer(0) { only.to_owned() } else { format!("&{only}") })
    }

    /// What the function of the author gets, out of what `given` points at.
    pub(crate) fn taken_from(&self, given: &str) -> Vec<String> {
        let several = self.c.parameters.len() > 1;
        let one = |(at, name)| match (several, self.is_pointer(at)) {
            (false, true) => given.to_owned(),
            (false, false) => format!("*{given}"),
            (true, true) => format!("&{given}->{name}"),
            (true, false) => format!("{given}->{name}"),
        };
        self.names().enumerate().map(one).collect()
    }
}
