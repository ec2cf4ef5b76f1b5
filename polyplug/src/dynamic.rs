//! Dynamic calls: a function by its name, with values that are checked against the description of its
//! contract, carried into its layout, and back.
//!
//! The memory of arguments is the thread's, used again for every call; that of results is an arena
//! which is reset once the value has been made.

mod error;
mod target;

pub use error::DynamicCallError;
pub(crate) use target::{Target, call_host_object};

use crate::arena;
use polyplug_abi::{CallArena, HostApi};
use polyplug_schema::{
    Contract, DEFAULT_LIMIT, Function, MemoryMut, NativeMemory, NoAllocator, Scratch, Value,
};
use std::borrow::Cow;
use std::cell::Cell;
use std::ptr;
use std::sync::Arc;

/// How often a call starts over because its bundle was replaced by one that is described otherwise
/// while its arguments were being carried over.
const ATTEMPTS: u32 = 8;

/// A call that fits the contract's description.
struct Call<'a> {
    id: u32,
    function: &'a Function,
    arguments: Cow<'a, [Value]>,
}

/// Calls the function of this name.
pub(crate) fn call(
    target: &Target<'_>,
    function: &str,
    arguments: &[Value],
) -> Result<Value, DynamicCallError> {
    let mut contract = target.description()?;
    for _ in 0..ATTEMPTS {
        let (id, described) = contract.function(function)?;
        let call = Call { id, function: described, arguments: Cow::Borrowed(arguments) };
        match attempt(target, &contract, &call) {
            Some(result) => return result,
            None => contract = target.description()?,
        }
    }
    Err(target.keeps_changing())
}

/// Makes the call that `text` is, such as `greet("Ada")`.
pub(crate) fn call_text(target: &Target<'_>, text: &str) -> Result<Value, DynamicCallError> {
    let mut contract = target.description()?;
    for _ in 0..ATTEMPTS {
        let polyplug_schema::Call { id, function, arguments } = contract.parse_call(text)?;
        let call = Call { id, function, arguments: Cow::Owned(arguments) };
        match attempt(target, &contract, &call) {
            Some(result) => return result,
            None => contract = target.description()?,
        }
    }
    Err(target.keeps_changing())
}

/// One attempt; `None` if the contract is not described so any more.
fn attempt(
    target: &Target<'_>,
    contract: &Arc<Contract>,
    call: &Call<'_>,
) -> Option<Result<Value, DynamicCallError>> {
    let mut memory = Memory::take(target.host());
    let result = carry(target, contract, call, &mut memory);
    memory.keep();
    result.map_err(|error| error.of(contract, call.function)).transpose()
}

/// Carries the arguments over, calls, and makes a value of the result.
fn carry(
    target: &Target<'_>,
    contract: &Arc<Contract>,
    call: &Call<'_>,
    memory: &mut Memory,
) -> Result<Option<Value>, DynamicCallError> {
    let function = call.function;
    let Memory { scratch, results } = memory;
    // SAFETY: what is lowered goes to memory of the scratch, which `keep` takes back after the call.
    let mut arguments = unsafe { NativeMemory::new(scratch) };
    let args = place(&mut arguments, function.arguments_layout())?;
    function.lower_arguments(&call.arguments, args, &mut arguments)?;
    let out = place(&mut arguments, function.result_layout())?;
    let (args, out) =
        (ptr::with_exposed_provenance(args), ptr::with_exposed_provenance_mut::<()>(out));
    // SAFETY: the arguments have the layout that the description gives them, the place for the result
    // is as large as it says, and the arena is this thread's.
    let called = unsafe { target.call(contract, call.id, args, out, results) };
    match called {
        None => return Ok(None),
        Some(result) => result?,
    }
    // SAFETY: the function has written a result of its description's type, whose strings and lists
    // are in the arena or live as long as its bundle does.
    let result = unsafe { NativeMemory::new(NoAllocator) };
    let value = function.lift_result(out.addr(), &result, DEFAULT_LIMIT)?;
    Ok(Some(value.unwrap_or_else(|| Value::Tuple(Vec::new()))))
}

/// The address of a zeroed value of this layout.
fn place<M: MemoryMut>(
    memory: &mut M,
    layout: polyplug_schema::Layout,
) -> Result<usize, DynamicCallError> {
    // Even a value without a size has an address: a plugin may form a pointer to it.
    let size = layout.size.max(1);
    let address = memory.allocate(size, layout.align)?;
    memory.zero(address, size)?;
    Ok(address)
}

/// The memory of one call.
struct Memory {
    scratch: Scratch,
    results: CallArena,
}

thread_local! {
    /// What the last call on this thread used; a call inside of another makes its own.
    static KEPT: Cell<Option<Box<Memory>>> = const { Cell::new(None) };
}

impl Memory {
    fn take(host: *const HostApi) -> Box<Self> {
        let kept = KEPT.try_with(Cell::take).ok().flatten();
        let mut memory = kept.unwrap_or_else(|| {
            let (scratch, results) = (Scratch::new(), CallArena::new(host));
            Box::new(Self { scratch, results })
        });
        memory.results.host = host;
        memory
    }

    fn keep(mut self: Box<Self>) {
        self.scratch.reset();
        // SAFETY: the arena is this thread's, and the call that used it has returned.
        unsafe { arena::reset(&raw mut self.results) };
        // A thread that is ending keeps nothing.
        let _ = KEPT.try_with(|kept| kept.set(Some(self)));
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: as in `keep`.
        unsafe { arena::release(&raw mut self.results) };
    }
}
