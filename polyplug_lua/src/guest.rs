//! One generation of a Lua bundle, as the runtime calls it.
//!
//! The runtime's lock keeps all threads but one out, so nothing here is synchronised; what may be
//! asked from any thread is atomic.

use crate::hand_over;
use crate::instances::{Instance, Instances};
use crate::outgoing::allocate_in_arena;
use crate::registration::{Describe, Factory, Functions, Registration, no_object, start};
use crate::report::{Failure, whole_number};
use crate::state::{Kind, REGISTRY, State, Status};
use crate::typed_call::TypedCall;
use crate::vm::{Entered, Opening, Vm};
use polyplug::error::LoaderError;
use polyplug::guest::{Guest, GuestCall, GuestError, HandedOver};
use polyplug_abi::{AbiErrorCode, BundleInitContext};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The place of the message handler on the main thread's stack (`Vm::open`).
pub(crate) const HANDLER_OF_OUTERMOST: c_int = 1;
/// Instance, arguments, out, arena, arena_alloc.
const ARGUMENTS: c_int = 5;
/// Handler, function, arguments, and what LuaJIT needs between.
const ROOM: c_int = ARGUMENTS + 5;

/// An open generation.
pub(crate) struct LuaGuest {
    pub(crate) vm: Vm,
    pub(crate) contracts: Vec<Contract>,
    pub(crate) instances: RefCell<Instances>,
    live: AtomicUsize,
    /// Whether this generation has taken state over before, in a commit that was tried again.
    handed_over: Cell<bool>,
}

/// A contract and its default object.
pub(crate) struct Contract {
    pub(crate) registration: Registration,
    /// The default object's number in the VM's registry.
    pub(crate) object: Cell<c_int>,
}

// SAFETY: the pointers inside belong to the VM and the bundle's host table, which no thread owns;
// the runtime's lock admits one thread at a time, and a VM may change threads between calls.
unsafe impl Send for LuaGuest {}
// SAFETY: as above; the methods that the lock does not guard touch `live` and `contracts` alone.
unsafe impl Sync for LuaGuest {}

impl LuaGuest {
    /// Opens a VM, starts the bundle in it and makes its default objects.
    ///
    /// # Errors
    /// `InitFailed` with the reason.
    pub(crate) fn open(
        opening: Opening,
        context: *const BundleInitContext,
        describe: Describe<'_>,
    ) -> Result<Self, LoaderError> {
        let bundle = opening.sources.bundle().to_owned();
        let vm = Vm::open(opening).map_err(|failure| LoaderError::InitFailed {
            bundle,
            error: failure.message(),
            place: None,
        })?;
        let registrations = start(&vm, context, describe)?;
        let mut guest = Self {
            vm,
            contracts: Vec::with_capacity(registrations.len()),
            instances: RefCell::default(),
            live: AtomicUsize::new(0),
            handed_over: Cell::new(false),
        };
        for registration in registrations {
            let made = guest.make_object(&registration, std::ptr::null());
            let object = made.map_err(|failure| failure.of_start(&guest.vm.context().sources))?;
            guest.contracts.push(Contract { registration, object: Cell::new(object) });
        }
        Ok(guest)
    }

    /// As [`LuaGuest::make_object`], for an instance: a contract may have a default object only.
    pub(crate) fn make_instance(
        &self,
        registration: &Registration,
        args: *const (),
    ) -> Result<c_int, Failure> {
        match registration.factory {
            Factory::OnlyObject(_) => Err(no_instances(registration)),
            _ => self.make_object(registration, args),
        }
    }

    /// Runs a contract's factory; the object's number in the registry.
    pub(crate) fn make_object(
        &self,
        registration: &Registration,
        args: *const (),
    ) -> Result<c_int, Failure> {
        let mut object = None;
        self.vm.run(&mut |frame| {
            match registration.factory {
                Factory::Raw(factory) => {
                    frame.raw_get_number(REGISTRY, factory);
                    frame.push_address(self.vm.context().host);
                    frame.push_address(args);
                    frame.call(2, 1);
                }
                Factory::Class(new) => {
                    frame.raw_get_number(REGISTRY, new);
                    frame.push_address(self.vm.context().host);
                    frame.call(1, 1);
                }
                Factory::OnlyObject(object) => frame.raw_get_number(REGISTRY, object),
            }
            if frame.kind(-1) != Kind::Nil {
                object = Some(frame.keep());
            }
        })?;
        object.ok_or_else(|| no_object(registration))
    }

    /// Drops an object of [`LuaGuest::make_object`].
    fn forget_object(&self, object: c_int) -> Result<(), Failure> {
        self.vm.run(&mut |frame| frame.forget(object))
    }

    /// Puts the instances of the generation before in place.
    pub(crate) fn adopt(&self, instances: Instances) {
        self.live.store(instances.live().count(), Ordering::Relaxed);
        *self.instances.borrow_mut() = instances;
    }

    /// Makes the default objects anew and drops all instances, if state was taken over before.
    /// Returns whether it was.
    pub(crate) fn start_over(&self) -> Result<bool, Failure> {
        if !self.handed_over.replace(true) {
            return Ok(false);
        }
        for contract in &self.contracts {
            let fresh = self.make_object(&contract.registration, std::ptr::null())?;
            self.forget_object(contract.object.replace(fresh))?;
        }
        let instances = std::mem::take(&mut *self.instances.borrow_mut());
        self.live.store(0, Ordering::Relaxed);
        for (_, instance) in instances.live() {
            self.forget_object(instance.object)?;
        }
        Ok(true)
    }

    fn contract(&self, number: u32) -> Result<&Contract, Box<GuestError>> {
        self.contracts.get(number as usize).ok_or_else(|| no_contract(number))
    }

    fn instance(&self, contract: u32, data: *mut c_void) -> Result<Instance, Box<GuestError>> {
        let found = self.instances.borrow().find(data);
        found.filter(|instance| instance.contract == contract).ok_or_else(stale_instance)
    }

    /// The end of a call that did not simply return nothing: the error's value or the result is on
    /// top.
    #[cold]
    fn conclude(&self, entered: Entered, status: Status) -> Result<(), Box<GuestError>> {
        let state = entered.state;
        let (handler, mut returned) = (c_int::from(!entered.outermost), None);
        if status == Status::Done && state.kind(-1) == Kind::Table {
            returned = read_returned(state);
        } else if status == Status::Done {
            state.pop(1);
        }
        let finished = self.vm.finish(entered, status);
        state.pop(handler);
        match finished.err().or(returned) {
            Some(failure) => Err(failure.of_call()),
            None => Ok(()),
        }
    }
}

// SAFETY: each method is sound under the conditions that the trait states for it: what belongs to
// the VM is used inside the lock only.
unsafe impl Guest for LuaGuest {
    unsafe fn call(&self, call: &GuestCall) -> Result<(), Box<GuestError>> {
        let contract = self.contract(call.contract)?;
        let object = if call.instance.is_null() {
            contract.object.get()
        } else {
            self.instance(call.contract, call.instance)?.object
        };
        let number = call.function as usize;
        let function = match &contract.registration.functions {
            Functions::Raw(functions) => functions.get(number),
            Functions::Typed { methods, plan } => {
                if let Some(method) = methods.get(number) {
                    return TypedCall::new(call, plan, &self.vm, *method, object).make();
                }
                None
            }
        };
        let Some(function) = function else {
            return Err(no_function(&contract.registration, call.function));
        };
        let entered = self.vm.enter();
        let state = entered.state;
        if !state.has_room(ROOM) {
            let _ = self.vm.leave(entered);
            return Err(no_room());
        }
        let mut handler = HANDLER_OF_OUTERMOST;
        if !entered.outermost {
            state.raw_get_number(REGISTRY, crate::state::HANDLER);
            handler = state.top();
        }
        state.raw_get_number(REGISTRY, *function);
        state.raw_get_number(REGISTRY, object);
        state.push_address(call.args);
        state.push_address(call.out);
        state.push_address(call.arena);
        state.push_address(allocate_in_arena as *const ());
        let status = state.protected_call(ARGUMENTS, 1, handler);
        if status != Status::Done || !entered.outermost || state.kind(-1) == Kind::Table {
            return self.conclude(entered, status);
        }
        state.pop(1);
        match self.vm.leave(entered) {
            None => Ok(()),
            Some(failure) => Err(failure.of_call()),
        }
    }

    unsafe fn create_instance(
        &self,
        contract: u32,
        args: *const (),
    ) -> Result<*mut c_void, Box<GuestError>> {
        let registration = &self.contract(contract)?.registration;
        let made = self.make_instance(registration, args);
        let object = made.map_err(|failure| failure.of_step("Lua constructor failed"))?;
        let data = self.instances.borrow_mut().add(Instance { contract, object });
        self.live.fetch_add(1, Ordering::Relaxed);
        Ok(data)
    }

    unsafe fn destroy_instance(
        &self,
        contract: u32,
        data: *mut c_void,
    ) -> Result<(), Box<GuestError>> {
        let instance = self.instance(contract, data)?;
        self.instances.borrow_mut().remove(data);
        self.live.fetch_sub(1, Ordering::Relaxed);
        let forgotten = self.forget_object(instance.object);
        forgotten.map_err(|failure| failure.of_step("Lua object could not be dropped"))
    }

    fn live_instances(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    fn has_state(&self) -> bool {
        // Default objects may have been given fields, and tables may be kept: only the VM knows.
        !self.contracts.is_empty()
    }

    unsafe fn hand_over(&self, old: &dyn Guest) -> Result<HandedOver, Box<GuestError>> {
        let Some(old) = old.as_any().downcast_ref::<Self>() else {
            let text = "the generation before was not opened by the Lua loader";
            return Err(GuestError::new(AbiErrorCode::Internal, text));
        };
        hand_over::hand_over(old, self)
            .map_err(|failure| failure.of_step("state was not handed over"))
    }

    fn may_reenter(&self) -> bool {
        self.vm.context().door.is_open()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What a function said that returned a table with a code other than 0. The table is popped.
fn read_returned(state: State) -> Option<Failure> {
    let mut returned = None;
    let status = state.protect(1, &mut |frame| {
        frame.push_bytes(b"code");
        frame.raw_get(1);
        let Some(code @ 1..) = whole_number(*frame, -1) else { return };
        frame.push_bytes(b"message");
        frame.raw_get(1);
        let message = (frame.kind(-1) == Kind::String).then(|| frame.text(-1));
        returned = Some(Failure::returned(code, message));
    });
    if status == Status::Done {
        return returned;
    }
    Some(Failure::take(state, status))
}

#[cold]
fn no_contract(number: u32) -> Box<GuestError> {
    GuestError::new(AbiErrorCode::Internal, format!("the bundle has no contract number {number}"))
}

#[cold]
fn no_function(registration: &Registration, function: u32) -> Box<GuestError> {
    let count = registration.functions.count();
    let name = &registration.name;
    GuestError::new(
        AbiErrorCode::FunctionNotAvailable,
        format!("contract `{name}` has {count} functions; {function} is none of them"),
    )
}

#[cold]
fn no_instances(registration: &Registration) -> Failure {
    let Registration { name, version, .. } = registration;
    Failure::new(
        AbiErrorCode::FunctionNotAvailable,
        format!(
            "contract `{name}@{}`: its class has no `new`, so it is itself the only object; define \
             `function Class.new(host)` for instances",
            version.major
        ),
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
pub(crate) fn no_room() -> Box<GuestError> {
    GuestError::new(AbiErrorCode::Generic, "Lua's stack is full")
}
