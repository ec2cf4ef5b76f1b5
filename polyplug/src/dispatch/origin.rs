//! Which function a failure came from, for whoever reads about it. Worked out after a call has failed,
//! from its frame in the call record, so that a call that goes well keeps nothing for it.

use crate::generation::Generation;
use crate::registry::slot::Slot;
use std::fmt;

/// The function numbers that a frame has for a constructor and a destructor.
pub(crate) const CONSTRUCTOR: u32 = u32::MAX;
pub(crate) const DESTRUCTOR: u32 = u32::MAX - 1;

/// Which function of which contract failed.
///
/// It prints as `` `greet` of `demo.greeter@1` in bundle `hello` ``.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOrigin {
    /// The bundle; `None` for a contract of the host.
    pub bundle: Option<String>,
    /// The contract, as `name@major`; its id, if the host's contract was never named.
    pub contract: String,
    /// What failed: a function by its name in backquotes, or by its number if nobody described it, or
    /// the constructor or destructor.
    pub function: String,
}

impl CallOrigin {
    /// A function of a bundle's contract.
    #[cold]
    pub(super) fn of_bundle(slot: &Slot, generation: &Generation, function: u32) -> Box<Self> {
        let described = generation.described(slot.ordinal).contract.as_deref();
        Box::new(Self {
            bundle: Some(slot.bundle().name.to_string()),
            contract: slot.contract.to_string(),
            function: function_name(described, function),
        })
    }

    /// A function of a host's contract.
    #[cold]
    pub(crate) fn of_host(
        contract: String,
        described: Option<&polyplug_schema::Contract>,
        function: u32,
    ) -> Box<Self> {
        Box::new(Self { bundle: None, contract, function: function_name(described, function) })
    }

    /// `message` with what it does not say itself: a loader that found a wrong value has named the
    /// contract and the function already.
    pub(super) fn before(&self, message: &str) -> String {
        let own = message.strip_prefix(&*self.contract).is_some_and(|rest| rest.starts_with(' '));
        match &self.bundle {
            Some(bundle) if own => format!("bundle `{bundle}`: {message}"),
            _ => format!("{self}: {message}"),
        }
    }
}

impl fmt::Display for CallOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of `{}`", self.function, self.contract)?;
        match &self.bundle {
            Some(bundle) => write!(f, " in bundle `{bundle}`"),
            None => f.write_str(" of the host"),
        }
    }
}

fn function_name(described: Option<&polyplug_schema::Contract>, function: u32) -> String {
    match function {
        CONSTRUCTOR => "the constructor".to_owned(),
        DESTRUCTOR => "the destructor".to_owned(),
        _ => match described.and_then(|contract| contract.functions().get(function as usize)) {
            Some(described) => format!("`{}`", described.name()),
            None => format!("function {function}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::CallOrigin;

    #[test]
    fn contract_and_function_are_said_once() {
        let origin = CallOrigin {
            bundle: Some("shop".to_owned()),
            contract: "demo.shop@1".to_owned(),
            function: "`find`".to_owned(),
        };
        let said = |message: &str| origin.before(message);
        assert_eq!(said("sold out"), "`find` of `demo.shop@1` in bundle `shop`: sold out");
        assert_eq!(said("demo.shop@1 find: no"), "bundle `shop`: demo.shop@1 find: no");
        assert_eq!(said("demo.shop@12"), "`find` of `demo.shop@1` in bundle `shop`: demo.shop@12");
    }
}
