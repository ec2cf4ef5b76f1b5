//! Random values on their way through a library: a contract with a function for each type, which gives
//! back what it was given.

use crate::values::{assert_same, typed_values};
use libloading::{Library, Symbol};
use polyplug_abi::Version;
use polyplug_schema::{
    Contract, DEFAULT_LIMIT, Function, GlobalAllocator, NativeMemory, Type, Value,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::ffi::c_void;
use std::path::Path;

/// Types, and values of each.
pub(crate) type Batch = Vec<(Type, Vec<Value>)>;
type Echo = unsafe extern "C" fn(args: *const c_void, out: *mut c_void);

/// So many types with so many values each.
pub(crate) fn batches(types: usize, values: usize) -> impl Strategy<Value = Batch> {
    vec(typed_values(values), types)
}

/// A function for each type: from one to itself, and every fourth from two to a tuple of them.
pub(crate) fn contract(batch: &Batch) -> Contract {
    let functions = batch.iter().enumerate().map(|(at, (ty, _))| {
        let name = format!("f{at}");
        if !is_pair(at) {
            return Function::new(name, [("value", ty.clone())], Some(ty.clone())).unwrap();
        }
        let result = Type::tuple([Type::U16, ty.clone()]).unwrap();
        let parameters = [("default", Type::U16), ("value", ty.clone())];
        Function::new(name, parameters, Some(result)).unwrap()
    });
    Contract::new("demo.echo", Version::new(1, 0, 0), functions).unwrap()
}

pub(crate) fn is_pair(at: usize) -> bool {
    at.is_multiple_of(4)
}

/// Sends every value through the library at `path`, which was made for the contract.
pub(crate) fn send_all(
    batch: &Batch,
    contract: &Contract,
    path: &Path,
) -> Result<(), TestCaseError> {
    // SAFETY: the library has no initialisers that matter.
    let library = unsafe { Library::new(path) }.unwrap();
    for ((_, values), function) in batch.iter().zip(contract.functions()) {
        // SAFETY: the library has a function of this type for each function.
        let echo: Symbol<'_, Echo> = unsafe { library.get(function.name()) }.unwrap();
        for value in values {
            send(function, *echo, value)?;
        }
    }
    Ok(())
}

/// Sends a value and compares what comes back.
fn send(function: &Function, echo: Echo, value: &Value) -> Result<(), TestCaseError> {
    let is_pair = function.parameters().len() == 2;
    let arguments =
        if is_pair { vec![Value::U16(0xbeef), value.clone()] } else { vec![value.clone()] };
    let expected = if is_pair { Value::tuple(arguments.clone()) } else { value.clone() };
    // Whatever is not written does not read as a value.
    let mut args = room(function.arguments_layout().size);
    let mut out = room(function.result_layout().size);
    let args_at = args.as_mut_ptr().expose_provenance();
    let out_at = out.as_mut_ptr().expose_provenance();
    // SAFETY: both places have the size and alignment of their types, the library fills `out` with a
    // value whose strings and lists outlive this, and those of `args` came from the allocator.
    let mut memory = unsafe { NativeMemory::new(GlobalAllocator) };
    function.lower_arguments(&arguments, args_at, &mut memory).unwrap();
    // SAFETY: `args` and `out` are what the function was made for.
    unsafe { echo(args.as_ptr().cast(), out.as_mut_ptr().cast()) };
    let result = function.lift_result(out_at, &memory, DEFAULT_LIMIT).unwrap().unwrap();
    assert_same(&result, &expected)?;
    function.release_arguments(args_at, &mut memory);
    Ok(())
}

/// Room for `size` bytes at a multiple of 8, none of them zero.
fn room(size: usize) -> Vec<u64> {
    vec![0xaaaa_aaaa_aaaa_aaaa; size.div_ceil(8)]
}
