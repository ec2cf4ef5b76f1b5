//! Dynamic calls: a function by its name, with values that are checked against the description of its
//! contract, carried into its layout, and back. Values are [`Value`]s, text, or in the binary form.
//!
//! The memory of arguments is the thread's, used again for every call; that of results is an arena
//! which is reset once the result has been taken out of it.

mod error;
mod target;

pub use error::DynamicCallError;
pub(crate) use target::{Target, call_host_object};

use crate::arena;
use crate::dispatch::CallError;
use polyplug_abi::{AbiErrorCode, CallArena, HostApi};
use polyplug_schema::{
    Contract, DEFAULT_LIMIT, Function, MemoryMut, NativeMemory, NoAllocator, Scratch, Value,
    ValueError,
};
use std::cell::Cell;
use std::ptr;
use std::sync::Arc;

/// How often a call starts over because its bundle was replaced by one that is described otherwise
/// while its arguments were being carried over.
const ATTEMPTS: u32 = 8;

/// Calls the function of this name.
pub(crate) fn call(
    target: &Target<'_>,
    function: &str,
    arguments: &[Value],
) -> Result<Value, DynamicCallError> {
    until_it_fits(target, |contract| {
        let (id, function) = contract.function(function)?;
        call_values(target, contract, id, function, arguments)
    })
}

/// Makes the call that `text` is, such as `greet("Ada")`.
pub(crate) fn call_text(target: &Target<'_>, text: &str) -> Result<Value, DynamicCallError> {
    until_it_fits(target, |contract| {
        let call = contract.parse_call(text)?;
        call_values(target, contract, call.id, call.function, &call.arguments)
    })
}

/// Calls a function with arguments in the binary form, and appends that of its result to `out`.
pub(crate) fn call_binary(
    target: &Target<'_>,
    function: Which<'_>,
    arguments: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), DynamicCallError> {
    until_it_fits(target, |contract| {
        let (id, function) = match function {
            Which::Named(name) => contract.function(name)?,
            Which::Numbered(id) => (id, numbered(contract, id)?),
        };
        let unpack = |at, memory: &mut NativeMemory<&mut Scratch>| {
            function.unpack_arguments(arguments, at, memory, DEFAULT_LIMIT)
        };
        let pack = |at, memory: &NativeMemory<NoAllocator>| {
            function.pack_result(at, memory, DEFAULT_LIMIT, out)
        };
        attempt(target, contract, (id, function), unpack, pack)
    })
}

/// Which function of a contract is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which<'a> {
    /// The one of this name.
    Named(&'a str),
    /// The one with this id.
    Numbered(u32),
}

fn numbered(contract: &Contract, id: u32) -> Result<&Function, DynamicCallError> {
    contract.functions().get(id as usize).ok_or_else(|| {
        let (name, count) = (contract.identity(), contract.functions().len());
        let message = format!("`{name}` has {count} functions; there is no function {id}");
        CallError::new(AbiErrorCode::FunctionNotAvailable, message).into()
    })
}

/// Runs `attempt` with the present description, and again while the contract is described otherwise by
/// the time it is called: then the attempt is `None`.
fn until_it_fits<T>(
    target: &Target<'_>,
    mut attempt: impl FnMut(&Arc<Contract>) -> Result<Option<T>, DynamicCallError>,
) -> Result<T, DynamicCallError> {
    for _ in 0..ATTEMPTS {
        if let Some(result) = attempt(&target.description()?)? {
            return Ok(result);
        }
    }
    Err(target.keeps_changing())
}

fn call_values(
    target: &Target<'_>,
    contract: &Arc<Contract>,
    id: u32,
    function: &Function,
    arguments: &[Value],
) -> Result<Option<Value>, DynamicCallError> {
    let lower = |at, memory: &mut NativeMemory<&mut Scratch>| {
        function.lower_arguments(arguments, at, memory)
    };
    let lift = |at, memory: &NativeMemory<NoAllocator>| {
        let value = function.lift_result(at, memory, DEFAULT_LIMIT)?;
        Ok(value.unwrap_or_else(|| Value::Tuple(Vec::new())))
    };
    attempt(target, contract, (id, function), lower, lift)
}

/// One attempt; `None` if the contract is not described so any more.
fn attempt<T>(
    target: &Target<'_>,
    contract: &Arc<Contract>,
    (id, function): (u32, &Function),
    put_arguments: impl FnOnce(usize, &mut NativeMemory<&mut Scratch>) -> Result<(), ValueError>,
    take_result: impl FnOnce(usize, &NativeMemory<NoAllocator>) -> Result<T, ValueError>,
) -> Result<Option<T>, DynamicCallError> {
    let mut memory = Memory::take(target.host());
    let result = carry(target, contract, (id, function), &mut memory, put_arguments, take_result);
    memory.keep();
    result.map_err(|error| error.of(contract, function))
}

/// Carries the arguments over, calls, and makes something of the result.
fn carry<T>(
    target: &Target<'_>,
    contract: &Arc<Contract>,
    (id, function): (u32, &Function),
    memory: &mut Memory,
    put_arguments: impl FnOnce(usize, &mut NativeMemory<&mut Scratch>) -> Result<(), ValueError>,
    take_result: impl FnOnce(usize, &NativeMemory<NoAllocator>) -> Result<T, ValueError>,
) -> Result<Option<T>, DynamicCallError> {
    let Memory { scratch, results } = memory;
    // SAFETY: what is written goes to memory of the scratch, which `keep` takes back after the call.
    let mut arguments = unsafe { NativeMemory::new(scratch) };
    let args = place(&mut arguments, function.arguments_layout())?;
    put_arguments(args, &mut arguments)?;
    let out = place(&mut arguments, function.result_layout())?;
    let (args, out) =
        (ptr::with_exposed_provenance(args), ptr::with_exposed_provenance_mut::<()>(out));
    // SAFETY: the arguments have the layout that the description gives them, the place for the result
    // is as large as it says, and the arena is this thread's.
    let called = unsafe { target.call(contract, id, args, out, results) };
    match called {
        None => return Ok(None),
        Some(result) => result?,
    }
    // SAFETY: the function has written a result of its description's type, whose strings and lists
    // are in the arena or live as long as its bundle does.
    let result = unsafe { NativeMemory::new(NoAllocator) };
    Ok(Some(take_result(out.addr(), &result)?))
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
