//! One generation of a component, as the runtime calls it.
//!
//! The runtime's lock keeps all threads but one out, so nothing here is synchronised; what may be asked
//! from any thread is atomic.

use crate::cell::{Inside, StoreCell};
use crate::crossing::{Arguments, Bits, Destination, Stored, with_destination};
use crate::failure::Failure;
use crate::hand_over;
use crate::instances::Instances;
use crate::lower;
use crate::plan::{FunctionPlan, Passing};
use crate::program::{ContractPlan, Program};
use polyplug::guest::{Guest, GuestCall, GuestError, HandedOver, Results};
use polyplug::schema::{Function, NativeMemory, NoAllocator, Root, Step, ValueError, release};
use polyplug_abi::AbiErrorCode;
use std::any::Any;
use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wasmtime::component::TypedFunc;

/// An open generation.
pub(crate) struct WasmGuest {
    pub(crate) program: Program,
    /// The same program, whose stores come from a pool: for stores that live as long as one call.
    pooled: Option<Program>,
    pub(crate) keeping: Keeping,
    /// The default object of all contracts.
    pub(crate) default: StoreCell,
    pub(crate) instances: RefCell<Instances<Instance>>,
    live: AtomicUsize,
}

/// How long a store lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// As long as its object.
    Objects,
    /// For one call.
    Calls,
}

/// An object of a contract.
pub(crate) struct Instance {
    pub(crate) contract: u32,
    /// At an address of its own, because calls stay inside while other objects come and go.
    pub(crate) store: Box<StoreCell>,
}

// SAFETY: stores may change threads between calls, the host table's address may be used from any, and
// the runtime's lock admits one thread at a time.
unsafe impl Send for WasmGuest {}
// SAFETY: as above; the methods that the lock does not guard touch `live` and the program alone.
unsafe impl Sync for WasmGuest {}

impl WasmGuest {
    /// Starts the component: the store of the default object is made, so that a start which fails is
    /// found now.
    ///
    /// # Errors
    /// What the start said.
    pub(crate) fn open(
        program: Program,
        pooled: Option<Program>,
        keeping: Keeping,
    ) -> Result<Self, Failure> {
        let guest = Self {
            program,
            pooled,
            keeping,
            default: StoreCell::default(),
            instances: RefCell::default(),
            live: AtomicUsize::new(0),
        };
        guest.new_store().map(|store| match keeping {
            Keeping::Objects => Self { default: store, ..guest },
            Keeping::Calls => guest,
        })
    }

    /// A store in which the component has started.
    pub(crate) fn new_store(&self) -> Result<StoreCell, Failure> {
        let store = StoreCell::default();
        drop(store.enter(&self.program)?);
        Ok(store)
    }

    /// Puts the instances of the generation before in place.
    pub(crate) fn adopt(&self, instances: Instances<Instance>) {
        self.live.store(instances.live().count(), Ordering::Relaxed);
        *self.instances.borrow_mut() = instances;
    }

    fn contract(&self, number: u32) -> Result<&ContractPlan, Box<GuestError>> {
        self.program.contracts.get(number as usize).ok_or_else(|| no_contract(number))
    }

    /// Makes a call in a store of its own: from the pool, as long as there is one left.
    fn make_apart(&self, job: &Job<'_>) -> Result<(), Failure> {
        if let Some(pooled) = &self.pooled {
            match job.make(pooled, &StoreCell::default()) {
                Err(failure) if failure.pool_is_full => {}
                made => return made,
            }
        }
        job.make(&self.program, &StoreCell::default())
    }

    /// The store of an instance, which stays until [`Guest::destroy_instance`], and that refuses an
    /// instance which is in a call.
    fn store_of(&self, contract: u32, data: *mut c_void) -> Result<&StoreCell, Box<GuestError>> {
        let instances = self.instances.borrow();
        let instance = instances.find(data).filter(|instance| instance.contract == contract);
        let store = NonNull::from(&*instance.ok_or_else(stale_instance)?.store);
        // SAFETY: the store is in a box of its own; see above for how long.
        Ok(unsafe { store.as_ref() })
    }
}

// SAFETY: each method is sound under the conditions that the trait states for it: stores are used inside
// the lock only.
unsafe impl Guest for WasmGuest {
    unsafe fn call(&self, call: &GuestCall) -> Result<(), Box<GuestError>> {
        let contract = self.contract(call.contract)?;
        let number = call.function as usize;
        let Some(plan) = contract.functions.get(number) else {
            return Err(no_function(contract, call.function));
        };
        let job = Job { call, contract, plan, function: contract.first + number };
        let program = &self.program;
        let made = match (self.keeping, call.instance.is_null()) {
            (Keeping::Objects, true) => job.make(program, &self.default),
            (Keeping::Objects, false) => {
                job.make(program, self.store_of(call.contract, call.instance)?)
            }
            (Keeping::Calls, is_default) => {
                if !is_default {
                    self.store_of(call.contract, call.instance)?;
                }
                self.make_apart(&job)
            }
        };
        made.map_err(|failure| failure.of_call())
    }

    unsafe fn create_instance(
        &self,
        contract: u32,
        _: *const (),
    ) -> Result<*mut c_void, Box<GuestError>> {
        self.contract(contract)?;
        let store = match self.keeping {
            Keeping::Objects => self.new_store(),
            Keeping::Calls => Ok(StoreCell::default()),
        };
        let store = store.map_err(|failure| failure.of_step("the component did not start"))?;
        let instance = Instance { contract, store: Box::new(store) };
        let data = self.instances.borrow_mut().add(instance);
        self.live.fetch_add(1, Ordering::Relaxed);
        Ok(data)
    }

    unsafe fn destroy_instance(
        &self,
        contract: u32,
        data: *mut c_void,
    ) -> Result<(), Box<GuestError>> {
        if self.store_of(contract, data)?.is_running() {
            return Err(instance_in_call());
        }
        let gone = self.instances.borrow_mut().remove(data);
        self.live.fetch_sub(1, Ordering::Relaxed);
        drop(gone);
        Ok(())
    }

    fn live_instances(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    fn has_state(&self) -> bool {
        self.live_instances() > 0 || self.program.hooks.is_some()
    }

    unsafe fn hand_over(&self, old: &dyn Guest) -> Result<HandedOver, Box<GuestError>> {
        let Some(old) = old.as_any().downcast_ref::<Self>() else {
            let text = "the generation before was not opened by the WASM loader";
            return Err(GuestError::new(AbiErrorCode::Internal, text));
        };
        hand_over::hand_over(old, self)
            .map_err(|failure| failure.of_step("state was not handed over"))
    }

    fn may_reenter(&self) -> bool {
        // Each store knows whether it runs.
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// One call of a function.
struct Job<'a> {
    call: &'a GuestCall,
    contract: &'a ContractPlan,
    plan: &'a FunctionPlan,
    /// Among all functions of the program.
    function: usize,
}

impl Job<'_> {
    /// Makes the call in this store.
    #[inline]
    fn make(&self, program: &Program, store: &StoreCell) -> Result<(), Failure> {
        self.check_places()?;
        if self.plan.needs_check {
            self.check().map_err(|error| self.invalid(error))?;
        }
        let mut inside = store.enter(program)?;
        match self.run(program, &mut inside) {
            Ok(()) => Ok(()),
            Err(error) => Err(self.failed(program, inside, &error)),
        }
    }

    /// Whether there is a place for what is there.
    #[inline]
    fn check_places(&self) -> Result<(), Failure> {
        let lacks_arguments = self.call.args.is_null() && !self.plan.parameters.is_empty();
        let lacks_result = self.call.out.is_null() && self.plan.result.is_some();
        if lacks_arguments || lacks_result { Err(self.no_place()) } else { Ok(()) }
    }

    #[inline]
    fn run(&self, program: &Program, inside: &mut Inside<'_>) -> wasmtime::Result<()> {
        let open = inside.open();
        let function = open.functions[self.function];
        // SAFETY: the caller of the guest promised that the arguments fit the contract.
        let arguments = unsafe { Arguments::new(self.plan, self.call.args) };
        let Some(result) = &self.plan.result else {
            // SAFETY: the plan was made from the function's own type.
            let function = unsafe { TypedFunc::<Arguments<'_>, Bits>::new_unchecked(function) };
            return function.call(&mut open.store, arguments).map(drop);
        };
        // SAFETY: the runtime outlives its guests, and keeps the arena of a call for that.
        let results = unsafe { Results::new(program.host, self.call.arena) };
        let allowance = program.allowance(&open.store);
        let destination =
            Destination { plan: &result.plan, out: self.call.out, results, allowance };
        if let Passing::Flat(_) = result.passing {
            // SAFETY: as above.
            let function = unsafe { TypedFunc::<Arguments<'_>, Bits>::new_unchecked(function) };
            let bits = function.call(&mut open.store, arguments)?;
            return destination.write(&bits).map_err(wasmtime::Error::from);
        }
        self.begin_result();
        // SAFETY: as above.
        let function = unsafe { TypedFunc::<Arguments<'_>, Stored>::new_unchecked(function) };
        with_destination(&destination, || function.call(&mut open.store, arguments)).map(drop)
    }

    fn described(&self) -> &Function {
        &self.contract.description.functions()[self.call.function as usize]
    }

    fn check(&self) -> Result<(), ValueError> {
        // SAFETY: the caller of the guest promised that the arguments fit the contract.
        let memory = unsafe { NativeMemory::new(NoAllocator) };
        let args = self.call.args.expose_provenance();
        for part in &self.plan.parameters {
            let checked = lower::check(&part.plan, &memory, args + part.native);
            checked.map_err(|error| match &part.step {
                Step::Name(name) => error.under(Root::Parameter(Arc::clone(name))),
                _ => error,
            })?;
        }
        Ok(())
    }

    /// What is given back when the call fails is empty first.
    fn begin_result(&self) {
        if !self.call.arena.is_null() {
            return;
        }
        let size = self.described().result_layout().size;
        // SAFETY: the caller of the guest promised that there is room for the result.
        unsafe { ptr::write_bytes(self.call.out.cast::<u8>(), 0, size) };
    }

    #[cold]
    fn failed(&self, program: &Program, inside: Inside<'_>, error: &wasmtime::Error) -> Failure {
        self.give_back(program);
        match error.downcast_ref::<ValueError>() {
            Some(value) => {
                let failure = self.invalid(value.clone().under(Root::Result));
                drop(inside.give_up(error));
                failure
            }
            None => inside.give_up(error),
        }
    }

    /// Takes back what was allocated for a result that nobody will read.
    fn give_back(&self, program: &Program) {
        let Some(result) = &self.plan.result else { return };
        if !self.call.arena.is_null() || !result.plan.owns_memory {
            return;
        }
        let Some(ty) = self.described().result() else { return };
        // SAFETY: the runtime outlives its guests.
        let results = unsafe { Results::new(program.host, ptr::null_mut()) };
        // SAFETY: the place was zeroed, and what stands in it since came from the same allocator.
        let mut memory = unsafe { NativeMemory::new(results) };
        release(ty, self.call.out.expose_provenance(), &mut memory);
    }

    #[cold]
    fn no_place(&self) -> Failure {
        let (contract, function) = (self.contract.description.identity(), self.described());
        Failure::new(
            AbiErrorCode::InvalidPointer,
            format!(
                "{contract} {function}: `args` or `out` is null; pass the address of the arguments and \
                 of a place for the result"
            ),
        )
    }

    #[cold]
    fn invalid(&self, error: ValueError) -> Failure {
        let (contract, function) = (self.contract.description.identity(), self.described());
        Failure::new(AbiErrorCode::ValueInvalid, format!("{contract} {function}: {error}"))
    }
}

#[cold]
fn no_contract(number: u32) -> Box<GuestError> {
    GuestError::new(AbiErrorCode::Internal, format!("the bundle has no contract number {number}"))
}

#[cold]
fn no_function(contract: &ContractPlan, function: u32) -> Box<GuestError> {
    let (name, count) = (contract.description.identity(), contract.functions.len());
    GuestError::new(
        AbiErrorCode::FunctionNotAvailable,
        format!("contract `{name}` has {count} functions; {function} is none of them"),
    )
}

#[cold]
fn stale_instance() -> Box<GuestError> {
    GuestError::new(
        AbiErrorCode::StaleHandle,
        "the instance was destroyed, or is of another contract",
    )
}

#[cold]
fn instance_in_call() -> Box<GuestError> {
    GuestError::new(
        AbiErrorCode::ReentrantCall,
        "the instance is inside of a call; destroy it after that has returned",
    )
}
