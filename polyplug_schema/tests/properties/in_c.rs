//! The layout is that of C: a C compiler agrees about every size and offset of random types, and
//! random values come back from a C or C++ function that copies them through C's own structs.
//!
//! One compiler run takes a whole batch of types, each with several values.

use crate::c_compiler::{Compiled, PROLOGUE, c_compiler, cpp_compiler, is_there};
use crate::echo::{batches, contract, is_pair, send_all};
use polyplug_schema::{CTypes, Contract};
use proptest::prelude::*;
use std::fmt::Write;

/// 8 x 250 x 5 = 10,000 pairs of a type and a value.
const BATCHES: u32 = 8;
const TYPES: usize = 250;
const VALUES: usize = 5;

proptest! {
    // A failure is narrowed down by compiling again and again, so not for ever.
    #![proptest_config(ProptestConfig {
        cases: BATCHES, max_shrink_time: 30_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn values_come_back_from_c(batch in batches(TYPES, VALUES)) {
        let contract = contract(&batch);
        let types = CTypes::of(&contract);
        let text = format!("{PROLOGUE}{types}\n{}\n{}", types.assertions(), echoes(&contract, &types));
        let arguments = ["-std=c11", "-O1", "-shared", "-fPIC", "-o", "echo.so"];
        let compiled = Compiled::new(&c_compiler(), "echo.c", &arguments, &text);
        send_all(&batch, &contract, &compiled.path("echo.so"))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1, max_shrink_time: 30_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn values_come_back_from_cpp(batch in batches(TYPES, BATCHES as usize * VALUES)) {
        let contract = contract(&batch);
        let types = CTypes::of(&contract);
        let text = format!("{PROLOGUE}{types}\nextern \"C\" {{\n{}}}\n", echoes(&contract, &types));
        let arguments = ["-std=c++17", "-O1", "-shared", "-fPIC", "-o", "echo.so"];
        let compiled = Compiled::new(&cpp_compiler(), "echo.cpp", &arguments, &text);
        send_all(&batch, &contract, &compiled.path("echo.so"))?;
    }

    #[test]
    fn the_types_are_those_of_other_compilers_too(batch in batches(TYPES, 0)) {
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

/// The functions in C. They copy by the assignment of C's own types, and
/// C++ takes them as well.
fn echoes(contract: &Contract, types: &CTypes) -> String {
    let mut text = String::new();
    for (at, function) in types.functions().iter().enumerate() {
        let name = contract.functions()[at].name();
        let (arguments, result) = (function.arguments.as_ref(), function.result.as_ref());
        let (arguments, result) = (arguments.unwrap(), result.unwrap());
        writeln!(text, "void {name}(const void *args, void *out);").unwrap();
        writeln!(text, "void {name}(const void *args, void *out) {{").unwrap();
        writeln!(text, "    const {arguments} *in = (const {arguments} *)args;\n    {result} *result = ({result} *)out;").unwrap();
        let copy = match is_pair(at) {
            true => "    result->f0 = in->default_;\n    result->f1 = in->value;\n}",
            false => "    *result = *in;\n}",
        };
        writeln!(text, "{copy}").unwrap();
    }
    text
}
