//! The methods of proxies: values from Lua to the memory of a call, the call, and its result back.

use super::{Life, proxy_at};
use crate::binding::{Binding, Bound};
use crate::context::Context;
use crate::failure::{note_error, raise_failure};
use crate::frame::Frame;
use crate::levels::Level;
use crate::marshal::Marshal;
use crate::marshal::plan::FunctionPlan;
use crate::state::{RawState, upvalue};
use polyplug::schema::{Layout, MemoryMut, NativeMemory, NoAllocator, Problem, Root, ValueError};
use polyplug_abi::{AbiErrorCode, GuestContractInstance};
use std::ffi::c_int;
use std::fmt::Display;
use std::sync::Arc;

/// The upvalues of a method.
const NAMES: c_int = upvalue(1);
const BINDING: c_int = upvalue(2);
const FUNCTION: c_int = upvalue(3);

/// A method: calls the function. See the module's constants for its upvalues.
///
/// # Safety
/// Called by LuaJIT as a C function.
pub(super) unsafe extern "C-unwind" fn call(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let context = Context::of(&frame);
    let (number, function) = (frame.number(BINDING) as usize, frame.number(FUNCTION) as usize);
    let binding = context.bindings.get(number);
    let Some((binding, bound)) = binding.and_then(|binding| Some((binding, binding.bound()?)))
    else {
        return 0;
    };
    let plan = &bound.plan.functions[function];
    let outgoing = Outgoing { frame, context, number, binding, bound, function, plan };
    outgoing.run().unwrap_or_else(|| raise_failure(frame))
}

/// One call of a method. It has no `Drop`, as an error of Lua may skip it.
#[derive(Clone, Copy)]
struct Outgoing<'a> {
    frame: Frame,
    context: &'a Context,
    number: usize,
    binding: &'a Binding,
    bound: &'a Bound,
    function: usize,
    plan: &'a FunctionPlan,
}

impl Outgoing<'_> {
    /// Makes the call; how many results are on the stack. `None` if a failure was noted.
    fn run(self) -> Option<c_int> {
        let proxy = proxy_at(self.frame, 1).filter(|proxy| proxy.binding == self.number);
        let Some(proxy) = proxy else { return self.no_proxy() };
        if proxy.life == Life::Destroyed {
            return self.fail("the instance was destroyed");
        }
        let instance = proxy.instance;
        self.check_count()?;
        let Some(level) = self.context.levels.enter() else {
            return self.fail("calls are nested too deep");
        };
        let results = self.run_in(level, instance);
        self.context.levels.leave();
        results
    }

    /// Whether there are as many arguments as parameters; nils for those that may be left out.
    fn check_count(self) -> Option<()> {
        let parameters = &self.plan.parameters;
        let (expected, given) = (parameters.len(), self.frame.top() as usize - 1);
        let left_out = parameters.get(given..);
        if left_out.is_none_or(|left_out| left_out.iter().any(|part| !part.plan.takes_nil())) {
            let problem = Problem::Count { what: "arguments", expected, got: given };
            return self.fail(problem);
        }
        if !self.frame.has_room(self.plan.room) {
            return self.fail("Lua's stack is full");
        }
        self.frame.set_top(expected as c_int + 1);
        Some(())
    }

    fn run_in(self, level: *mut Level, instance: GuestContractInstance) -> Option<c_int> {
        // SAFETY: the level is this call's alone.
        let scratch = unsafe { &mut (*level).scratch };
        // SAFETY: what is read goes to memory of the scratch, which lasts as long as the level.
        let mut memory = unsafe { NativeMemory::new(scratch) };
        let places = place(&mut memory, self.plan.arguments)
            .and_then(|args| Ok((args, place(&mut memory, self.plan.result_layout)?)));
        let (args, out) = match places {
            Ok(places) => places,
            Err(problem) => return self.fail(problem),
        };
        let mut marshal = Marshal::new(self.frame, NAMES);
        for (number, part) in self.plan.parameters.iter().enumerate() {
            let read =
                marshal.read(&part.plan, number as c_int + 2, &mut memory, args + part.offset);
            if let Err(error) = read {
                return self.refuse(number, error);
            }
        }
        let (args, place) =
            (std::ptr::with_exposed_provenance(args), std::ptr::with_exposed_provenance_mut(out));
        // SAFETY: the level is this call's alone.
        let results = unsafe { &raw mut (*level).results };
        let function = self.function as u32;
        let before = self.context.door.open(*self.frame);
        // SAFETY: arguments and result have the layout of the description that the provider was held
        // against; the instance is of this contract; the arena is this thread's.
        let called = unsafe { self.binding.import.call(instance, function, args, place, results) };
        self.context.door.close(before);
        if let Err(error) = called {
            let code = error.code;
            return self.fail_with(code, &error.message);
        }
        self.push_result(out)
    }

    fn push_result(self, out: usize) -> Option<c_int> {
        let Some(plan) = &self.plan.result else { return Some(0) };
        // SAFETY: the function has written a result of its description's type.
        let memory = unsafe { NativeMemory::new(NoAllocator) };
        match Marshal::new(self.frame, NAMES).push(plan, &memory, out) {
            Ok(()) => Some(1),
            Err(error) => self.fail(error.under(Root::Result)),
        }
    }

    #[cold]
    fn refuse(self, number: usize, error: ValueError) -> Option<c_int> {
        let parameters = self.bound.plan.described(self.function).parameters();
        self.fail(error.under(Root::Parameter(Arc::clone(&parameters[number].name))))
    }

    #[cold]
    fn no_proxy(self) -> Option<c_int> {
        let name = &self.bound.names[self.function];
        self.fail(format_args!("call it with a colon, as in `proxy:{name}(..)`"))
    }

    /// Notes a failure, which says where it is.
    #[cold]
    fn fail<T>(self, problem: impl Display) -> Option<T> {
        self.fail_with(AbiErrorCode::ValueInvalid as u32, problem)
    }

    #[cold]
    fn fail_with<T>(self, code: u32, problem: impl Display) -> Option<T> {
        let contract = self.binding.import.name();
        let function = self.bound.plan.described(self.function);
        let message = format!("{contract} {function}: {problem}");
        note_error(self.context, code, message)
    }
}

/// The address of a zeroed value of this layout.
fn place<M: MemoryMut>(memory: &mut M, layout: Layout) -> Result<usize, Problem> {
    // Even a value without a size has an address: a plugin may form a pointer to it.
    let size = layout.size.max(1);
    let address = memory.allocate(size, layout.align)?;
    memory.zero(address, size)?;
    Ok(address)
}
