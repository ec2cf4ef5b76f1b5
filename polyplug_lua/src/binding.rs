//! A contract that the script calls, found by its name. How its values are carried is found out at the
//! first call: while a bundle starts, what it calls may be starting as well.

use crate::context::Context;
use crate::marshal::compile::{self, lua_name};
use crate::marshal::plan::ContractPlan;
use polyplug::{CallError, Import};
use std::cell::{Cell, OnceCell};
use std::ffi::c_int;

/// A contract that the script calls. The numbers are references of the VM's registry, 0 if there is
/// nothing yet.
pub(crate) struct Binding {
    pub(crate) import: Import,
    /// The metatable of its proxies.
    pub(crate) metatable: Cell<c_int>,
    /// The proxy without an instance.
    pub(crate) proxy: Cell<c_int>,
    bound: OnceCell<Bound>,
}

/// How a contract is called.
pub(crate) struct Bound {
    pub(crate) plan: ContractPlan,
    /// What its functions are called in Lua, by function id.
    pub(crate) names: Box<[String]>,
}

impl Binding {
    pub(crate) fn new(import: Import) -> Self {
        Self { import, metatable: Cell::new(0), proxy: Cell::new(0), bound: OnceCell::new() }
    }

    /// How it is called, once that was found out.
    pub(crate) fn bound(&self) -> Option<&Bound> {
        self.bound.get()
    }

    /// Finds out how it is called: as the bundle's own WIT says, or its provider.
    pub(crate) fn bind(&self, context: &Context) -> Result<&Bound, Box<CallError>> {
        if let Some(bound) = self.bound.get() {
            return Ok(bound);
        }
        let own = context.descriptions.as_ref();
        let own = own.and_then(|own| own.contract(self.import.name()).ok());
        let contract = self.import.bind(own)?;
        let names = contract.functions().iter().map(|function| lua_name(function.name())).collect();
        let plan = compile::plan(&contract, &context.names);
        Ok(self.bound.get_or_init(|| Bound { plan, names }))
    }

    /// How messages name it.
    pub(crate) fn title(&self) -> String {
        match self.import.bundle() {
            Some(bundle) => format!("contract {} of bundle `{bundle}`", self.import.name()),
            None => format!("contract {} of the host", self.import.name()),
        }
    }
}
