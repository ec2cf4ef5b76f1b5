//! The layout is that of C: a C compiler agrees about every size and offset of random types, and
//! random values come back from a C function that copies them through C's own structs.
//!
//! One compiler run takes a whole batch of types, each with several values.

use crate::c_compiler::{Compiled, PROLOGUE, c_compiler, cpp_compiler, is_there};
use crate::values::{assert_same, typed_values};
use libloading::{Library, Symbol};
use polyplug_abi::Version;
use polyplug_schema::{
    CTypes, Contract, DEFAULT_LIMIT, Function, GlobalAllocator, NativeMemory, Type, Value,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::ffi::c_void;
use std::fmt::Write;

/// 8 x 250 x 5 = 10,000 pairs of a type and a value.
const BATCHES: u32 = 8;
const TYPES: usize = 250;
const VALUES: usize = 5;

type Batch = Vec<(Type, Vec<Value>)>;
type Echo = unsafe extern "C" fn(args: *const c_void, out: *mut c_void);

proptest! {
    // A failure is narrowed down by compiling again and again, so not for ever.
    #![proptest_config(ProptestConfig {
        cases: BATCHES, max_shrink_time: 30_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn values_come_back_from_c(batch in vec(typed_values(VALUES), TYPES)) {
        let contract = contract(&batch);
        let types = CTypes::of(&contract);
        let text = format!("{PROLOGUE}{types}\n{}\n{}", types.assertions(), echoes(&contract, &types));
        let arguments = ["-std=c11", "-O1", "-shared", "-fPIC", "-o", "echo.so"];
        let compiled = Compiled::new(&c_compiler(), "echo.c", &arguments, &text);
        // SAFETY: the library has no initialisers.
        let library = unsafe { Library::new(compiled.path("echo.so")) }.unwrap();
        for ((_, values), function) in batch.iter().zip(contract.functions()) {
            // SAFETY: `echoes` wrote a function of this type for each function.
            let echo: Symbol<'_, Echo> = unsafe { library.get(function.name()) }.unwrap();
            for value in values {
                send(function, *echo, value)?;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1, max_shrink_time: 30_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn the_types_are_those_of_other_compilers_too(batch in vec(typed_values(0), TYPES)) {
        let contract = contract(&batch);
        let types = CTypes::of(&contract);
        let plain = format!("{PROLOGUE}{types}");
        Compiled::new(&c_compiler(), "c99.c", &["-std=c99", "-fsyntax-only"], &plain);
        let asserted = format!("{plain}\n{}", types.assertions());
        let cpp = ["-std=c++17", "-fsyntax-only", "-D_Static_assert=static_assert", "-D_Alignof=alignof"];
        Compiled::new(&cpp_compiler(), "types.cpp", &cpp, &asserted);
        if is_there("clang") {
            Compiled::new("clang", "clang.c", &["-std=c11", "-fsyntax-only"], &asserted);
        } else {
            println!("skipped: there is no clang");
        }
    }
}

/// A function for each type: from one to itself, and every fourth from two to a tuple of them.
fn contract(batch: &Batch) -> Contract {
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

fn is_pair(at: usize) -> bool {
    at.is_multiple_of(4)
}

/// The functions in C. They copy by the assignment of C's own types.
fn echoes(contract: &Contract, types: &CTypes) -> String {
    let mut text = String::new();
    for (at, function) in types.functions().iter().enumerate() {
        let name = contract.functions()[at].name();
        let (arguments, result) = (function.arguments.as_ref(), function.result.as_ref());
        let (arguments, result) = (arguments.unwrap(), result.unwrap());
        writeln!(text, "void {name}(const void *args, void *out);").unwrap();
        writeln!(text, "void {name}(const void *args, void *out) {{").unwrap();
        writeln!(text, "    const {arguments} *in = args;\n    {result} *result = out;").unwrap();
        let copy = match is_pair(at) {
            true => "    result->f0 = in->default_;\n    result->f1 = in->value;\n}",
            false => "    *result = *in;\n}",
        };
        writeln!(text, "{copy}").unwrap();
    }
    text
}

/// Sends a value through C and compares what comes back.
fn send(function: &Function, echo: Echo, value: &Value) -> Result<(), TestCaseError> {
    let is_pair = function.parameters().len() == 2;
    let arguments =
        if is_pair { vec![Value::U16(0xbeef), value.clone()] } else { vec![value.clone()] };
    let expected = if is_pair { Value::tuple(arguments.clone()) } else { value.clone() };
    // Whatever C does not write does not read as a value.
    let mut args = room(function.arguments_layout().size);
    let mut out = room(function.result_layout().size);
    let args_at = args.as_mut_ptr().expose_provenance();
    let out_at = out.as_mut_ptr().expose_provenance();
    // SAFETY: both places have the size and alignment of their types, C fills `out` with a value
    // whose strings and lists are those of `args`, and these came from the allocator.
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
