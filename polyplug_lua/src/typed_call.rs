//! A call of a method with values: arguments from memory to Lua, the result back.
//!
//! If all values are numbers or booleans that fit into Lua's numbers, that needs no memory of Lua, and
//! the method is called directly. Otherwise a C function of ours does all of it, under the one
//! protected call, so that an error of Lua ends the call and nothing else.

use crate::frame::Frame;
use crate::guest::{HANDLER_OF_OUTERMOST, no_room};
use crate::marshal::Marshal;
use crate::marshal::plan::{ContractPlan, FunctionPlan, Plan};
use crate::marshal::scalar::Carried;
use crate::report::Failure;
use crate::state::{HANDLER, REGISTRY, RawState, State, Status, upvalue};
use crate::vm::{Entered, Vm};
use polyplug::guest::{GuestCall, GuestError, Results};
use polyplug::schema::{Function, MemoryMut, NativeMemory, NoAllocator, Root, ValueError, release};
use polyplug_abi::AbiErrorCode;
use std::ffi::c_int;
use std::ptr;
use std::sync::Arc;

/// Where [`run`] finds the table of names.
const NAMES: c_int = upvalue(1);

/// One call.
pub(crate) struct TypedCall<'a> {
    call: &'a GuestCall,
    contract: &'a ContractPlan,
    plan: &'a FunctionPlan,
    vm: &'a Vm,
    /// The method and the object, in the registry.
    method: c_int,
    object: c_int,
    /// What is wrong with a value.
    error: Option<ValueError>,
    /// Whether the place of the result is ours to walk.
    has_begun: bool,
}

/// How far a call came without memory of Lua.
enum Flat {
    /// The method and its arguments are on the stack; this many arguments.
    Pushed(c_int),
    /// It has to be done by [`run`]; nothing is on the stack.
    No,
    /// An argument is not a value; nothing is on the stack.
    Invalid,
}

impl<'a> TypedCall<'a> {
    pub(crate) fn new(
        call: &'a GuestCall,
        contract: &'a ContractPlan,
        vm: &'a Vm,
        method: c_int,
        object: c_int,
    ) -> Self {
        let plan = &contract.functions[call.function as usize];
        Self { call, contract, plan, vm, method, object, error: None, has_begun: false }
    }

    /// Makes the call.
    ///
    /// # Errors
    /// What the method raised, or which value was wrong.
    #[inline]
    pub(crate) fn make(mut self) -> Result<(), Box<GuestError>> {
        let entered = self.vm.enter();
        let state = entered.state;
        if !state.has_room(self.plan.room) {
            let _ = self.vm.leave(entered);
            return Err(no_room());
        }
        let mut handler = HANDLER_OF_OUTERMOST;
        if !entered.outermost {
            state.raw_get_number(REGISTRY, HANDLER);
            handler = state.top();
        }
        let status = self.run_protected(state, handler);
        if status != Status::Done || self.error.is_some() || !entered.outermost {
            return self.conclude(entered, status);
        }
        match self.vm.leave(entered) {
            None => Ok(()),
            Some(failure) => Err(failure.of_call()),
        }
    }

    #[inline(always)]
    fn run_protected(&mut self, state: State, handler: c_int) -> Status {
        match self.push_flat(state) {
            Flat::Pushed(arguments) => {
                let status = state.protected_call(arguments, 1, handler);
                if status == Status::Done && self.read_flat(state) == Carried::IsWide {
                    return self.read_wide(state);
                }
                status
            }
            Flat::No => {
                let job: *mut Self = self;
                state.raw_get_number(REGISTRY, self.vm.context().runner.get());
                state.push_number(job.expose_provenance() as f64);
                state.protected_call(1, 0, handler)
            }
            Flat::Invalid => Status::Done,
        }
    }

    /// The end of a call that was nested, or that did not simply succeed.
    #[cold]
    fn conclude(mut self, entered: Entered, status: Status) -> Result<(), Box<GuestError>> {
        let (state, handler) = (entered.state, c_int::from(!entered.outermost));
        let finished = self.vm.finish(entered, status);
        state.pop(handler);
        match finished.err().or_else(|| self.failure()) {
            None => Ok(()),
            Some(failure) => {
                self.give_back();
                Err(failure.of_call())
            }
        }
    }

    fn function(&self) -> &'a Function {
        self.contract.described(self.call.function as usize)
    }

    /// Pushes the method, the object and the arguments, if that needs no memory of Lua.
    #[inline(always)]
    fn push_flat(&mut self, state: State) -> Flat {
        if !self.plan.is_flat {
            return Flat::No;
        }
        let (top, args) = (state.top(), self.call.args.expose_provenance());
        // SAFETY: the caller of the guest promised that the arguments fit the contract.
        let memory = unsafe { NativeMemory::new(NoAllocator) };
        state.raw_get_number(REGISTRY, self.method);
        state.raw_get_number(REGISTRY, self.object);
        for (number, part) in self.plan.parameters.iter().enumerate() {
            let Plan::Scalar(scalar) = part.plan else { continue };
            match scalar.push(state, &memory, args + part.offset) {
                Ok(Carried::Done) => {}
                Ok(Carried::IsWide) => {
                    state.set_top(top);
                    return Flat::No;
                }
                Err(problem) => {
                    state.set_top(top);
                    self.refuse(number, problem.into());
                    return Flat::Invalid;
                }
            }
        }
        Flat::Pushed(self.plan.parameters.len() as c_int + 1)
    }

    /// Writes the result on top of the stack, a scalar, and pops it. If it is wide, it stays there and
    /// nothing is written.
    #[inline(always)]
    fn read_flat(&mut self, state: State) -> Carried {
        let mut carried = Ok(Carried::Done);
        if let Some(Plan::Scalar(scalar)) = self.plan.result {
            // SAFETY: the caller of the guest promised that the place of the result fits the contract.
            let mut memory = unsafe { NativeMemory::new(NoAllocator) };
            let out = self.call.out.expose_provenance();
            carried = scalar.read(state, -1, &mut memory, out);
        }
        match carried {
            Ok(Carried::IsWide) => return Carried::IsWide,
            Ok(Carried::Done) => {}
            Err(error) => self.error = Some(error.under(Root::Result)),
        }
        state.pop(1);
        Carried::Done
    }

    /// Writes the wide result on top of the stack and pops it.
    #[cold]
    fn read_wide(&mut self, state: State) -> Status {
        state.protect(1, &mut |frame| {
            self.vm.context().names.push_table(frame);
            self.read_result(frame, frame.top(), 1);
        })
    }

    fn run(&mut self, frame: Frame) {
        frame.raw_get_number(REGISTRY, self.method);
        frame.raw_get_number(REGISTRY, self.object);
        let mut marshal = Marshal::new(frame, NAMES);
        // SAFETY: the caller of the guest promised that the arguments fit the contract.
        let memory = unsafe { NativeMemory::new(NoAllocator) };
        let args = self.call.args.expose_provenance();
        for (number, part) in self.plan.parameters.iter().enumerate() {
            if let Err(error) = marshal.push(&part.plan, &memory, args + part.offset) {
                return self.refuse(number, error);
            }
        }
        let results = c_int::from(self.plan.result.is_some());
        frame.call(self.plan.parameters.len() as c_int + 1, results);
        self.read_result(frame, NAMES, frame.top());
    }

    /// Writes the result, which is at `index`.
    fn read_result(&mut self, frame: Frame, names: c_int, index: c_int) {
        let Some(plan) = &self.plan.result else { return };
        // SAFETY: the runtime outlives its VMs, and keeps the arena of a call for that.
        let results = unsafe { Results::new(self.vm.context().host, self.call.arena) };
        // SAFETY: the caller of the guest promised that the place of the result fits the contract.
        let mut memory = unsafe { NativeMemory::new(results) };
        let out = self.call.out.expose_provenance();
        let zeroed = memory.zero(out, self.plan.result_layout.size).map_err(ValueError::from);
        self.has_begun = true;
        let read =
            zeroed.and_then(|()| Marshal::new(frame, names).read(plan, index, &mut memory, out));
        if let Err(error) = read {
            self.error = Some(error.under(Root::Result));
        }
    }

    #[cold]
    fn refuse(&mut self, number: usize, error: ValueError) {
        let parameters = self.function().parameters();
        self.error = Some(error.under(Root::Parameter(Arc::clone(&parameters[number].name))));
    }

    /// Takes back what was allocated for a result that nobody will read.
    fn give_back(&mut self) {
        let (Some(ty), true, true) =
            (self.function().result(), self.has_begun, self.call.arena.is_null())
        else {
            return;
        };
        // SAFETY: the runtime outlives its VMs.
        let results = unsafe { Results::new(self.vm.context().host, ptr::null_mut()) };
        // SAFETY: the place was zeroed, and what stands in it since came from the same allocator.
        let mut memory = unsafe { NativeMemory::new(results) };
        release(ty, self.call.out.expose_provenance(), &mut memory);
    }

    /// The failure that the wrong value is.
    fn failure(&mut self) -> Option<Failure> {
        let error = self.error.take()?;
        let (function, contract) = (self.function(), self.contract.contract.identity());
        Some(Failure::new(AbiErrorCode::ValueInvalid, format!("{contract} {function}: {error}")))
    }
}

/// Makes the call whose address is the argument. The upvalue is the table of names.
///
/// # Safety
/// Called by LuaJIT as a C function, as [`TypedCall::make`] prepares it.
pub(crate) unsafe extern "C-unwind" fn run(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let job: *mut TypedCall<'_> = ptr::with_exposed_provenance_mut(frame.number(1) as usize);
    frame.set_top(0);
    // SAFETY: the guest keeps the call until the protected call has returned, and does not use it.
    let job = unsafe { &mut *job };
    job.run(frame);
    0
}
