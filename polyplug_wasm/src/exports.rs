//! What a component provides: contracts, and the functions that hand state over.

use crate::interface::{self, InterfaceName};
use crate::plan::FunctionPlan;
use crate::program::{ContractPlan, Hooks};
use crate::types::TypeNames;
use polyplug::schema::{Contract, Function, Type};
use std::sync::Arc;
use wasmtime::Engine;
use wasmtime::component::types::{ComponentFunc, ComponentInstance, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex};

/// The names of the functions that hand state over, right in the world.
const SAVE: &str = "save";
const RESTORE: &str = "restore";
const SAVE_TYPE: &str = "save: func() -> list<u8>";
const RESTORE_TYPE: &str =
    "restore: func(state: list<u8>, from-version: string) -> result<_, string>";

/// What a component provides.
#[derive(Default)]
pub(crate) struct Exports {
    pub(crate) contracts: Vec<ContractPlan>,
    /// The functions of all contracts, one contract after the other.
    pub(crate) functions: Vec<ComponentExportIndex>,
    pub(crate) hooks: Option<Hooks>,
}

/// The description of a contract that the bundle or the host gave, if there is one.
pub(crate) type Describe<'a, E> = &'a dyn Fn(&str) -> Result<Option<Arc<Contract>>, E>;

/// Why exports are not what a bundle provides.
pub(crate) enum ExportError<E> {
    /// A sentence for the plugin's author.
    Unusable(String),
    /// What whoever described a contract said.
    Description(E),
}

impl<E> From<String> for ExportError<E> {
    fn from(reason: String) -> Self {
        Self::Unusable(reason)
    }
}

/// Reads the exports of a component.
///
/// # Errors
/// It provides no contract, or something that cannot be one.
pub(crate) fn read<E>(
    engine: &Engine,
    component: &Component,
    describe: Describe<'_, E>,
) -> Result<Exports, ExportError<E>> {
    let mut exports = Exports::default();
    let mut unnamed = None;
    for (name, item) in component.component_type().exports(engine) {
        if let ComponentItem::ComponentInstance(interface) = &item.ty {
            let parsed =
                InterfaceName::parse(name).map_err(|why| format!("among its exports, {why}"));
            // A toolchain's own: componentize-py has one by which it starts its interpreter.
            if InterfaceName::is_of_world(name) {
                unnamed = unnamed.or(parsed.err());
                continue;
            }
            let parsed = parsed?;
            let own = own_contract(engine, name, &parsed, interface)?;
            let Some(own) = own else { continue };
            let described = describe(&own.identity()).map_err(ExportError::Description)?;
            exports.add(component, name, described_as(own, described))?;
        }
    }
    exports.hooks = hooks(engine, component)?;
    if exports.contracts.is_empty() {
        let reason = unnamed.unwrap_or_else(|| nothing(engine, component));
        return Err(ExportError::Unusable(reason));
    }
    Ok(exports)
}

fn own_contract(
    engine: &Engine,
    name: &str,
    parsed: &InterfaceName,
    interface: &ComponentInstance,
) -> Result<Option<Contract>, String> {
    interface::contract(engine, parsed, interface)
        .map_err(|why| format!("its export `{name}` cannot be a contract: {why}"))
}

/// The description that was given, if the component has its functions, which may be in another order;
/// else the component's own, which is then held against it.
fn described_as(own: Contract, described: Option<Arc<Contract>>) -> Arc<Contract> {
    let Some(described) = described else { return Arc::new(own) };
    let is_same = |function: &Function| {
        own.function(function.name()).is_ok_and(|(_, found)| is_alike(found, function))
    };
    let (count, version) = (own.functions().len(), own.version());
    let all = described.functions();
    if all.len() == count && described.version() == version && all.iter().all(is_same) {
        return described;
    }
    Arc::new(own)
}

fn is_alike(one: &Function, other: &Function) -> bool {
    one.parameters() == other.parameters() && one.result() == other.result()
}

impl Exports {
    fn add(
        &mut self,
        component: &Component,
        name: &str,
        description: Arc<Contract>,
    ) -> Result<(), String> {
        let interface = component.get_export_index(None, name).ok_or_else(|| missing(name))?;
        let first = self.functions.len();
        for function in description.functions() {
            let index = component.get_export_index(Some(&interface), function.name());
            self.functions.push(index.ok_or_else(|| missing(function.name()))?);
        }
        let functions = description.functions().iter().map(FunctionPlan::new).collect();
        self.contracts.push(ContractPlan { description, first, functions });
        Ok(())
    }
}

fn missing(name: &str) -> String {
    format!("its export `{name}` is not there")
}

/// The functions that hand state over: both or none.
fn hooks(engine: &Engine, component: &Component) -> Result<Option<Hooks>, String> {
    let found = |name: &str| match component.component_type().get_export(engine, name)?.ty {
        ComponentItem::ComponentFunc(function) => Some(function),
        _ => None,
    };
    let (save, restore) = match (found(SAVE), found(RESTORE)) {
        (Some(save), Some(restore)) => (save, restore),
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(lacking(SAVE, RESTORE_TYPE)),
        (None, Some(_)) => return Err(lacking(RESTORE, SAVE_TYPE)),
    };
    let bytes = Type::list(Type::U8).map_err(|error| error.to_string())?;
    let outcome = Type::result(None, Some(Type::String)).map_err(|error| error.to_string())?;
    check_hook(SAVE, &save, &[], &bytes, SAVE_TYPE)?;
    check_hook(RESTORE, &restore, &[bytes.clone(), Type::String], &outcome, RESTORE_TYPE)?;
    let index = |name: &str| component.get_export_index(None, name).ok_or_else(|| missing(name));
    Ok(Some(Hooks { save: index(SAVE)?, restore: index(RESTORE)? }))
}

fn lacking(present: &str, missing: &str) -> String {
    format!("it exports `{present}` alone; export `{missing}` as well, or neither")
}

fn check_hook(
    name: &str,
    found: &ComponentFunc,
    parameters: &[Type],
    result: &Type,
    expected: &str,
) -> Result<(), String> {
    let wrong = |found: String| format!("it exports `{found}`; it has to be `{expected}`");
    let found = TypeNames::default().function(name, found).map_err(wrong)?;
    let same_parameters = found.parameters().iter().map(|parameter| &parameter.ty).eq(parameters);
    if same_parameters && found.result() == Some(result) {
        return Ok(());
    }
    Err(wrong(found.to_string()))
}

/// What is said about a component that provides no contract.
fn nothing(engine: &Engine, component: &Component) -> String {
    let names: Vec<String> = component
        .component_type()
        .exports(engine)
        .take(8)
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let found = match names.as_slice() {
        [] => "it exports nothing".to_owned(),
        names => format!("it exports {}, and no interface with functions", names.join(", ")),
    };
    format!(
        "{found}; write `export demo:greeter/greeter@1.0.0;` \
         into its world, for a contract that is called `demo.greeter@1`"
    )
}
