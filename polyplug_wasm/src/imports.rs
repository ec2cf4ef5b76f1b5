//! What a component calls: contracts of the host and of other bundles, as functions that wasmtime finds.
//!
//! A contract of another bundle follows its provider through every reload, as `Import` does. A call that
//! fails ends the component's own call: WebAssembly has no exceptions, and what a component should
//! handle is a `result` in its interface.
//!
//! A component imports those functions of an interface that it uses, so their numbers are not those of the
//! contract. Functions are found by their names, in the description that the contract's provider has, or
//! else in the WIT of the bundle itself.

use crate::failure::ImportFailed;
use crate::interface::{self, InterfaceName};
use crate::levels::{Level, Levels};
use crate::lift::{Lift, Values};
use crate::lower::{self, Lower, Slots};
use crate::outgoing::{self, Given};
use crate::plan::{FunctionPlan, Passing};
use crate::program::StoreData;
use crate::room::Room;
use polyplug::error::LoaderError;
use polyplug::schema::{
    Allocator, Contract, Function, NativeMemory, NoAllocator, Root, ValueError,
};
use polyplug::{CallError, Import};
use polyplug_abi::{AbiErrorCode, GuestContractInstance, HostApi, Version};
use std::sync::Arc;
use wasmtime::component::types::{ComponentInstance, ComponentItem};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Trap};

/// Why an import is not served.
pub(crate) enum Unserved {
    /// It is none that could be: a sentence for the plugin's author.
    Impossible(String),
    /// Nobody provides the contract.
    Missing { contract: String },
    /// It is provided, in a version that lacks what is wanted.
    TooOld { contract: String, wanted: Version, provider: String, found: Version },
    /// Its provider does not fit.
    Unfit(Box<CallError>),
    /// A description does not read.
    Description(LoaderError),
}

/// Gives the description of a contract, by `name@major`.
pub(crate) type Describe<'a> = &'a dyn Fn(&str) -> Result<Option<Arc<Contract>>, LoaderError>;

impl From<String> for Unserved {
    fn from(reason: String) -> Self {
        Self::Impossible(reason)
    }
}

/// Defines everything that the component imports and that is a contract; what `is_other` knows is
/// somebody else's.
///
/// # Errors
/// An import is not served.
///
/// # Safety
/// - `host` is the table of a bundle of a runtime that outlives the linker.
pub(crate) unsafe fn link(
    engine: &Engine,
    component: &Component,
    host: *const HostApi,
    linker: &mut Linker<StoreData>,
    describe: Describe<'_>,
    is_other: &dyn Fn(&str) -> bool,
) -> Result<(), Unserved> {
    let levels = Levels::new(host);
    for (name, item) in component.component_type().imports(engine) {
        if is_other(name) {
            continue;
        }
        match &item.ty {
            ComponentItem::ComponentInstance(interface) => {
                let contract = contract(engine, name, interface)?;
                let Some((wanted, asked)) = contract else { continue };
                // SAFETY: the caller's promise.
                let import = unsafe { find(host, &asked) }?;
                let wanted = Arc::new(wanted);
                let contract = bind(&import, &wanted, describe)?;
                let imported = Imported { import, contract, levels: Arc::clone(&levels) };
                imported.define(name, &wanted, linker)?;
            }
            ComponentItem::Type(_) => {}
            ComponentItem::ComponentFunc(_) => {
                return Err(Unserved::Impossible(format!(
                    "it imports the function `{name}` right in its world, which is in no contract; \
                     import an interface of a package, such as `demo:greeter/greeter@1.0.0`"
                )));
            }
            _ => {
                return Err(Unserved::Impossible(format!(
                    "it imports `{name}`, which is neither an interface nor a type; only interfaces can \
                     be served"
                )));
            }
        }
    }
    Ok(())
}

/// The contract with what a component imports of an interface, and how it is asked for; `None` if that is
/// types only.
fn contract(
    engine: &Engine,
    name: &str,
    interface: &ComponentInstance,
) -> Result<Option<(Contract, Asked)>, String> {
    let parsed = InterfaceName::parse(name).map_err(|why| format!("among its imports, {why}"))?;
    let contract = interface::contract(engine, &parsed, interface);
    let contract =
        contract.map_err(|why| format!("its import `{name}` cannot be a contract: {why}"))?;
    let asked = Asked { name: parsed.contract, version: parsed.version };
    Ok(contract.map(|contract| (contract, asked)))
}

/// A contract as a component asks for it: what was added to an interface later is missing from
/// providers of a lower minor version.
struct Asked {
    name: String,
    version: Version,
}

impl Asked {
    fn text(&self) -> String {
        match self.version.minor {
            0 => self.any_minor(),
            minor => format!("{}.{minor}", self.any_minor()),
        }
    }

    fn any_minor(&self) -> String {
        format!("{}@{}", self.name, self.version.major)
    }
}

/// The host's contract, or else another bundle's.
///
/// # Safety
/// - As for [`link`].
unsafe fn find(host: *const HostApi, asked: &Asked) -> Result<Import, Unserved> {
    // SAFETY: the caller's promise.
    match unsafe { Import::of_host(host, &asked.text()) } {
        Err(error) if error.code == AbiErrorCode::HostContractNotFound as u32 => {
            // SAFETY: the caller's promise.
            unsafe { Import::of_bundle(host, &asked.text()) }
                // SAFETY: the caller's promise.
                .map_err(|_| unsafe { instead_of(host, asked) })
        }
        found => found.map_err(Unserved::Unfit),
    }
}

/// Why no bundle serves an import: there is none, or it is of an older version.
///
/// # Safety
/// - As for [`link`].
#[cold]
unsafe fn instead_of(host: *const HostApi, asked: &Asked) -> Unserved {
    let contract = asked.any_minor();
    // SAFETY: the caller's promise.
    let older = unsafe { Import::of_bundle(host, &contract) }.ok();
    let found = older.as_ref().and_then(|import| Some((import.bundle()?, import.version()?)));
    match found {
        Some((provider, found)) => Unserved::TooOld {
            contract,
            wanted: asked.version,
            provider: provider.to_owned(),
            found,
        },
        None => Unserved::Missing { contract: asked.text() },
    }
}

/// The whole contract, of which the component wants some functions. From now on no version of the provider
/// contradicts it.
fn bind(
    import: &Import,
    wanted: &Arc<Contract>,
    describe: Describe<'_>,
) -> Result<Arc<Contract>, Unserved> {
    let own = || describe(import.name()).map_err(Unserved::Description);
    let described = match import.description() {
        Ok(Some(described)) => described,
        Ok(None) => own()?.ok_or_else(|| Unserved::Impossible(undescribed(import)))?,
        // The provider is starting as well. What it says of itself is held against this at the commit.
        Err(_) => own()?.unwrap_or_else(|| Arc::clone(wanted)),
    };
    for function in wanted.functions() {
        let found = described.function(function.name());
        let (_, found) = found.map_err(|unknown| {
            Unserved::Impossible(format!("it imports `{}`: {unknown}", function.name()))
        })?;
        if found.parameters() != function.parameters() || found.result() != function.result() {
            return Err(Unserved::Impossible(format!(
                "it imports a function of {} in another shape than {} has it:\n  imported: {function}\n  \
                 provided: {found}",
                wanted.identity(),
                import.bundle().map_or_else(|| "the host".to_owned(), |name| format!("`{name}`")),
            )));
        }
    }
    import.bind(Some(&described)).map_err(Unserved::Unfit)
}

fn undescribed(import: &Import) -> String {
    let provider = match import.bundle() {
        Some(bundle) => format!("bundle `{bundle}`"),
        None => "the host".to_owned(),
    };
    format!(
        "it imports functions of `{}` by name, and {provider}, which provides it, does not say their names; \
         put its WIT beside this bundle (`wit = \"wit\"` in the manifest) or beside the provider",
        import.name()
    )
}

struct Imported {
    import: Import,
    contract: Arc<Contract>,
    levels: Arc<Levels>,
}

impl Imported {
    /// Defines the functions that are wanted of it.
    fn define(
        self,
        name: &str,
        wanted: &Contract,
        linker: &mut Linker<StoreData>,
    ) -> Result<(), Unserved> {
        let refused = |error: wasmtime::Error| Unserved::Impossible(format!("{name}: {error:#}"));
        let mut interface = linker.instance(name).map_err(refused)?;
        let import = Arc::new(self.import);
        for (number, function) in (0..).zip(self.contract.functions()) {
            if wanted.function(function.name()).is_err() {
                continue;
            }
            let imported = ImportedFunction {
                import: Arc::clone(&import),
                contract: Arc::clone(&self.contract),
                number,
                plan: Arc::new(FunctionPlan::new(function)),
                levels: Arc::clone(&self.levels),
            };
            outgoing::define(&mut interface, function.name(), Arc::new(imported))
                .map_err(refused)?;
        }
        Ok(())
    }
}

/// A function of another contract.
pub(crate) struct ImportedFunction {
    import: Arc<Import>,
    contract: Arc<Contract>,
    number: u32,
    plan: Arc<FunctionPlan>,
    levels: Arc<Levels>,
}

/// What a call has given, in the memory of the contract.
pub(crate) struct Answer {
    plan: Arc<FunctionPlan>,
    out: usize,
    /// What `out` points into.
    _level: Level,
}

impl ImportedFunction {
    /// How many values of WebAssembly go in and out; none for what is passed in memory.
    pub(crate) fn flat(&self) -> (usize, usize) {
        let flat = |passing: Passing| match passing {
            Passing::Flat(count) => count,
            Passing::InMemory(_) => 0,
        };
        let result = self.plan.result.as_ref().map_or(0, |result| flat(result.passing));
        (flat(self.plan.arguments), result)
    }

    /// Makes the call.
    ///
    /// # Errors
    /// The function's own error, why it could not be called, or what is no value.
    pub(crate) fn call(&self, given: &Given<'_>) -> wasmtime::Result<Answer> {
        let function = self.function();
        let mut level = self.levels.enter();
        let args = self.lift(given, &mut level)?;
        let out = room(&mut level, function.result_layout().size)?;
        // SAFETY: the arguments were laid out for the function just now, and so was the place of its
        // result; the arena is this call's own.
        let called = unsafe {
            self.import.call(
                GuestContractInstance::null(),
                self.number,
                args,
                std::ptr::with_exposed_provenance_mut(out),
                level.results(),
            )
        };
        called.map_err(|error| self.failed(error.code, error.message))?;
        self.check(out).map_err(|error| self.invalid(&error.under(Root::Result)))?;
        Ok(Answer { plan: Arc::clone(&self.plan), out, _level: level })
    }

    /// Copies the arguments out of the component.
    fn lift(&self, given: &Given<'_>, level: &mut Level) -> wasmtime::Result<*const ()> {
        let args = room(level, self.function().arguments_layout().size)?;
        // SAFETY: the memory comes from the level, which outlives the call.
        let mut native = unsafe { NativeMemory::new(level.scratch()) };
        let mut lift = Lift::new(given.memory, given.encoding, &mut native, given.allowance);
        let parameters = &self.plan.parameters;
        let lifted = match self.plan.arguments {
            Passing::Flat(_) => lift.flat_parts(parameters, &mut Values::new(given.values), args),
            Passing::InMemory(_) => lift.load_parts(parameters, given.place, args),
        };
        match lifted {
            Ok(()) => Ok(std::ptr::with_exposed_provenance(args)),
            Err(_) if lift.is_late() => Err(Trap::Interrupt.into()),
            Err(error) => Err(self.invalid(&error)),
        }
    }

    fn check(&self, out: usize) -> Result<(), ValueError> {
        let Some(result) = &self.plan.result else { return Ok(()) };
        // SAFETY: the contract's provider wrote the result there.
        let memory = unsafe { NativeMemory::new(NoAllocator) };
        lower::check(&result.plan, &memory, out)
    }

    fn function(&self) -> &Function {
        &self.contract.functions()[self.number as usize]
    }

    #[cold]
    fn failed(&self, code: u32, message: String) -> wasmtime::Error {
        let (contract, function) = (self.contract.identity(), self.function().name().to_owned());
        wasmtime::Error::from(ImportFailed { contract, function, code, message })
    }

    #[cold]
    fn invalid(&self, error: &ValueError) -> wasmtime::Error {
        self.failed(AbiErrorCode::ValueInvalid as u32, error.to_string())
    }
}

/// `size` bytes of the level's scratch memory, all zero.
fn room(level: &mut Level, size: usize) -> wasmtime::Result<usize> {
    if size == 0 {
        return Ok(0);
    }
    let place = level.scratch().allocate(size, 8);
    if place.is_null() {
        wasmtime::bail!("no memory for {size} bytes");
    }
    // SAFETY: that many bytes were given just now.
    unsafe { place.write_bytes(0, size) };
    Ok(place.expose_provenance())
}

impl Answer {
    /// Passes the result by itself.
    ///
    /// # Errors
    /// The component gives no room.
    pub(crate) fn lower_flat(
        &self,
        room: &mut dyn Room,
        slots: &mut Slots<'_>,
    ) -> wasmtime::Result<()> {
        let Some(result) = &self.plan.result else { return Ok(()) };
        // SAFETY: the result is in the level, and in the arena of the level.
        let native = unsafe { NativeMemory::new(NoAllocator) };
        Lower { native: &native, room }.flat(&result.plan, self.out, slots)
    }

    /// Stores the result in the component's memory.
    ///
    /// # Errors
    /// As for [`Answer::lower_flat`].
    pub(crate) fn lower_to(&self, room: &mut dyn Room, place: usize) -> wasmtime::Result<()> {
        let Some(result) = &self.plan.result else { return Ok(()) };
        // SAFETY: as in `lower_flat`.
        let native = unsafe { NativeMemory::new(NoAllocator) };
        Lower { native: &native, room }.store(&result.plan, self.out, place)
    }
}
