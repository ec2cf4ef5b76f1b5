//! What a start function declares.

use crate::error::Error;
use crate::function::{self, Constructor, Function, Method};
use crate::object::{self, Exact, Roomy};
use crate::shape;
use crate::state::{self, Adopter, State};
use crate::typed::{self, Serve};
use polyplug_abi::{
    AbiError, AbiErrorCode, BundleId, BundleInitContext, CreateInstance, DestroyInstance,
    DispatchMechanisms, DispatchType, GuestContractId, GuestContractInterface, HostApi,
    NativeDispatch, NativeFunction, PluginDescriptor, StringView, Version,
};
use std::marker::PhantomData;
use std::path::Path;

/// The bundle that is starting. What it provides is there when all of its start went well.
#[derive(Debug)]
pub struct Bundle {
    host: *const HostApi,
    context: BundleInitContext,
}

impl Bundle {
    /// # Safety
    /// - Both are those of the bundle that starts on this thread, until the value goes.
    pub(crate) unsafe fn new(host: *const HostApi, context: *const BundleInitContext) -> Self {
        // SAFETY: the caller's promise.
        Self { host, context: unsafe { context.read() } }
    }

    /// The hash of the bundle's name.
    pub fn id(&self) -> BundleId {
        self.context.bundle_id
    }

    /// The folder of the bundle; `None` if it was loaded from memory.
    pub fn path(&self) -> Option<&Path> {
        let view = self.context.bundle_path;
        if view.is_null() {
            return None;
        }
        // SAFETY: the runtime's text, which lives until the start returns.
        let bytes = unsafe { std::slice::from_raw_parts(view.ptr, view.len) };
        std::str::from_utf8(bytes).ok().map(Path::new)
    }

    /// A contract without objects, by `name@major[.minor[.patch]]`. A function's id is its place in
    /// the order of the calls of [`Functions::function`].
    pub fn functions<'a>(&'a mut self, contract: &'a str) -> Functions<'a> {
        let (create, destroy) = (object::create_none as _, object::destroy_none as _);
        Functions {
            table: Table {
                bundle: self,
                contract,
                create,
                destroy,
                functions: vec![],
                shape: None,
            },
        }
    }

    /// A contract with objects, which `constructor` makes; its parameters are those of the contract's
    /// constructor.
    pub fn objects<'a, T, F, S>(
        &'a mut self,
        contract: &'a str,
        constructor: F,
    ) -> Objects<'a, T, F, S>
    where
        T: Send + Sync + 'static,
        F: Constructor<T, S>,
        S: 'static,
    {
        let _ = constructor; // it has no size, and is made again where it is called
        let create: CreateInstance = object::create::<T, F, S, Exact<T>>;
        let destroy: DestroyInstance = object::destroy::<T>;
        let table =
            Table { bundle: self, contract, create, destroy, functions: vec![], shape: None };
        Objects { table, adopter: None, types: PhantomData }
    }
}

/// A contract without objects that is being declared.
#[must_use = "it is declared with `provide`"]
#[derive(Debug)]
pub struct Functions<'a> {
    table: Table<'a>,
}

impl Functions<'_> {
    /// Adds a function.
    pub fn function<F: Function<S>, S: 'static>(mut self, function: F) -> Self {
        let _ = function; // it has no size, and is made again where it is called
        self.table.functions.push(function::function::<F, S>);
        self
    }

    /// Adds a function of the description, as `G` does it.
    #[doc(hidden)]
    pub fn served<G: Copy, K: Serve<G>>(mut self) -> Self {
        self.table.functions.push(typed::alone::<G, K>);
        self
    }

    /// Says which description the contract was built from.
    pub(crate) fn shape(mut self, shape: u64) -> Self {
        self.table.shape = Some(shape);
        self
    }

    /// Declares the contract.
    ///
    /// # Errors
    /// The name is none, or what the runtime says against it.
    pub fn provide(self) -> Result<(), Error> {
        self.table.register().map(drop)
    }
}

/// The object, its constructor and the constructor's signature.
type Types<T, F, S> = PhantomData<fn() -> (T, F, S)>;

/// A contract with objects that is being declared.
#[must_use = "it is declared with `provide`"]
#[derive(Debug)]
pub struct Objects<'a, T, F, S> {
    table: Table<'a>,
    adopter: Option<fn(GuestContractId) -> Adopter>,
    types: Types<T, F, S>,
}

impl<T, F, S> Objects<'_, T, F, S>
where
    T: Send + Sync + 'static,
    F: Constructor<T, S>,
    S: 'static,
{
    /// Adds a function of the object: its first parameter is `&T`, because several threads may call
    /// it at once.
    pub fn method<M: Method<T, N>, N: 'static>(mut self, method: M) -> Self {
        let _ = method; // it has no size, and is made again where it is called
        self.table.functions.push(function::method::<T, M, N>);
        self
    }

    /// Adds a function that takes no object.
    pub fn function<G: Function<N>, N: 'static>(mut self, function: G) -> Self {
        let _ = function; // as above
        self.table.functions.push(function::function::<G, N>);
        self
    }

    /// Adds a function of the description, as the object does it.
    #[doc(hidden)]
    pub fn served<K: Serve<T>>(mut self) -> Self {
        self.table.functions.push(typed::object::<T, K>);
        self
    }

    /// Says which description the contract was built from.
    pub(crate) fn shape(mut self, shape: u64) -> Self {
        self.table.shape = Some(shape);
        self
    }

    /// Objects survive a reload.
    pub fn keep_state(mut self) -> Self
    where
        T: State,
    {
        self.table.create = object::create::<T, F, S, Roomy<T>>;
        self.adopter = Some(Adopter::of::<T>);
        self
    }

    /// Declares the contract.
    ///
    /// # Errors
    /// As for [`Functions::provide`].
    pub fn provide(self) -> Result<(), Error> {
        let contract = self.table.register()?;
        match self.adopter {
            Some(adopter) => state::add(adopter(contract)),
            None => Ok(()),
        }
    }
}

#[derive(Debug)]
struct Table<'a> {
    bundle: &'a Bundle,
    contract: &'a str,
    create: CreateInstance,
    destroy: DestroyInstance,
    functions: Vec<NativeFunction>,
    /// The hash of the description's shape, if there is a description.
    shape: Option<u64>,
}

impl Table<'_> {
    fn register(&self) -> Result<GuestContractId, Error> {
        let Some((name, version)) = parse(self.contract) else {
            let message =
                format!("`{}` is no contract; write it as `name@1` or `name@1.2.3`", self.contract);
            return Err(Error::of_kind(AbiErrorCode::InvalidArgument, message));
        };
        let id = polyplug_utils::guest_contract_id(name, version.major);
        let contract_id = GuestContractId::from_u64(id);
        let name = StringView::from_str(name);
        let descriptor = PluginDescriptor { name, contract_name: name, version };
        let native = NativeDispatch {
            function_count: self.functions.len() as u32,
            functions: self.functions.as_ptr().cast(),
        };
        let interface = GuestContractInterface {
            contract_id,
            contract_version: version,
            dispatch_type: DispatchType::Native,
            create_instance: self.create,
            destroy_instance: self.destroy,
            dispatch: DispatchMechanisms { native },
        };
        let host = self.bundle.host;
        let mut error = AbiError::ok();
        // SAFETY: the bundle's table lives as long as this library is open.
        let register = unsafe { (*host).register_guest_contract };
        // SAFETY: both structs are locals of the ABI's layout, and are copied.
        unsafe { register(host, &raw const descriptor, &raw const interface, &raw mut error) };
        if error.is_ok() {
            if let Some(shape) = self.shape {
                shape::add(contract_id, shape)?;
            }
            return Ok(contract_id);
        }
        // SAFETY: a message of the runtime lives until 16 further failures.
        let bytes = unsafe { std::slice::from_raw_parts(error.message.ptr, error.message.len) };
        Err(Error::new(error.code, String::from_utf8_lossy(bytes)))
    }
}

/// `name@major[.minor[.patch]]`.
fn parse(contract: &str) -> Option<(&str, Version)> {
    let (name, version) = contract.rsplit_once('@')?;
    let mut numbers = [0; 3];
    let mut parts = version.split('.');
    for (index, part) in parts.by_ref().take(3).enumerate() {
        numbers[index] = part.parse().ok()?;
    }
    let complete = parts.next().is_none() && !name.is_empty();
    complete.then(|| (name, Version::new(numbers[0], numbers[1], numbers[2])))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use polyplug_abi::Version;

    #[test]
    fn contracts_are_named_as_everywhere() {
        assert_eq!(parse("demo.add@1"), Some(("demo.add", Version::new(1, 0, 0))));
        assert_eq!(parse("demo.add@1.2.3"), Some(("demo.add", Version::new(1, 2, 3))));
        for wrong in ["demo.add", "@1", "demo@", "demo@1.2.3.4", "demo@x", "demo@1.", ""] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
