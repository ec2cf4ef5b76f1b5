//! 4-contracts: what contracts look like is said once, in WIT, and held against the code, against
//! others, and against every new version.

use super::native::NATIVE;
use polyplug::DynamicCallError;
use polyplug::error::{DescriptionError, LoaderError, RuntimeError};
use polyplug::schema::{Descriptions, Value};
use polyplug_abi::{AbiErrorCode, Version};
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::host_contract::{self, Counts};
use polyplug_tests::patience::wait_until;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const MATH: &str = "package test:math@1.0.0; interface math {
    version: func() -> u32;
    add: func(a: u32, b: u32) -> u32;
    fail: func();
}";
const CODE: &str = "contract test.math@1.0\nfn version 3\nfn add\nfn fail";

fn reloading() -> Host {
    Host::with(|builder| builder.hot_reload(true))
}

/// Writes a bundle of native functions with a description.
fn described(host: &Host, bundle: &str, wit: &str, code: &str) -> Result<(), RuntimeError> {
    let folder = host.folder.bundle_with(bundle, &format!("{NATIVE}\nwit = \"wit\""), code);
    fs::create_dir_all(folder.join("wit")).unwrap();
    fs::write(folder.join("wit/math.wit"), wit).unwrap();
    host.runtime.load_bundle(folder)
}

fn rewrite(host: &Host, bundle: &str, wit: &str, code: &str) -> Result<(), RuntimeError> {
    fs::write(host.folder.of(bundle).join("wit/math.wit"), wit).unwrap();
    host.reload(bundle, code)
}

/// The description error inside of whatever refused a bundle.
#[track_caller]
fn reason(result: Result<(), RuntimeError>) -> DescriptionError {
    match result.unwrap_err() {
        RuntimeError::Description(error) => error,
        RuntimeError::Loader(LoaderError::Refused { reason, .. }) => match *reason {
            RuntimeError::Description(error) => error,
            other => panic!("{other}"),
        },
        other => panic!("{other}"),
    }
}

#[test]
fn functions_are_called_by_name() {
    let host = reloading();
    described(&host, "math", MATH, CODE).unwrap();

    let sum = host.runtime.call("test.math@1", "add", &[Value::U32(40), Value::U32(2)]).unwrap();
    assert_eq!(sum, Value::U32(42));
    assert_eq!(host.runtime.call_text("test.math@1", "add(40, 2)").unwrap(), Value::U32(42));
    assert_eq!(host.runtime.call("test.math@1.0", "version", &[]).unwrap(), Value::U32(3));

    let failed = host.runtime.call("test.math@1", "fail", &[]).unwrap_err();
    assert_eq!(
        (failed.code(), failed.to_string().as_str()),
        (300, "`fail` of `test.math@1` in bundle `math`: the plugin's own words (code 300)")
    );
}

#[test]
fn what_does_not_fit_is_refused_before_the_call() {
    let host = reloading();
    described(&host, "math", MATH, CODE).unwrap();
    let told = |function: &str, arguments: &[Value]| {
        let error = host.runtime.call("test.math@1", function, arguments).unwrap_err();
        (error.code(), error.to_string())
    };

    let (code, text) = told("ad", &[]);
    assert_eq!(code, AbiErrorCode::FunctionNotAvailable as u32);
    assert_eq!(text, "test.math@1 has no function `ad`; did you mean `add`?");
    let (code, text) = told("add", &[Value::U32(1), Value::from("two")]);
    assert_eq!(code, AbiErrorCode::ValueInvalid as u32);
    assert!(text.contains("test.math@1 add: func(a: u32, b: u32) -> u32"), "{text}");
    assert!(text.contains("`b`"), "{text}");
    let (code, _) = told("add", &[Value::U32(1)]);
    assert_eq!(code, AbiErrorCode::ValueInvalid as u32);
    let (_, text) = told("add", &[Value::U32(1), Value::S64(-1)]);
    assert!(text.contains("-1"), "{text}");
    for nonsense in ["add(1,", "add", "add(1, 2, 3)", "", "add(\"1\", 2)", "\u{0}"] {
        assert!(host.runtime.call_text("test.math@1", nonsense).is_err(), "{nonsense}");
    }
}

#[test]
fn a_contract_that_nobody_described_says_so() {
    let host = reloading();
    host.load_with("math", NATIVE, CODE).unwrap();
    let error = host.runtime.call("test.math@1", "add", &[]).unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::Undescribed as u32);
    assert!(
        error.to_string().contains("bundle") || error.to_string().contains("`math`"),
        "{error}"
    );
    let error = host.runtime.call("test.nobody@1", "add", &[]).unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::NotFound as u32);
}

#[test]
fn the_hosts_description_serves_bundles_without_one() {
    let host = Host::with(|builder| builder.wit_text("math.wit", MATH));
    host.load_with("math", NATIVE, CODE).unwrap();
    assert_eq!(host.runtime.call_text("test.math@1", "add(1, 2)").unwrap(), Value::U32(3));
    let listed = &host.runtime.bundles()[0].contracts[0];
    assert_eq!(listed.description.as_ref().unwrap().functions().len(), 3);
}

#[test]
fn wit_that_does_not_read_names_file_and_line() {
    let host = reloading();
    let error = reason(described(
        &host,
        "math",
        "package test:math@1.0.0;\ninterface math {\n  add: fun();\n}",
        CODE,
    ));
    let text = error.to_string();
    assert!(text.contains("bundle `math`") && text.contains("wit/math.wit:3:8"), "{text}");
    assert!(text.contains("add: fun();"), "the line is shown: {text}");
    assert!(host.runtime.bundles().iter().all(|bundle| bundle.contracts.is_empty()));

    let folder = host.folder.bundle_with("empty", &format!("{NATIVE}\nwit = \"nowhere\""), CODE);
    let error = reason(host.runtime.load_bundle(folder));
    assert!(matches!(error, DescriptionError::Missing { .. }), "{error}");
}

#[test]
fn code_without_a_described_function_is_refused() {
    let host = reloading();
    let error =
        reason(described(&host, "math", MATH, "contract test.math@1.0\nfn version 3\nfn add"));
    assert_eq!(
        error.to_string(),
        "bundle `math`: `test.math@1` is described with 3 functions, but the code has 2: `fail` is \
         missing; add it, or remove it from the description"
    );
}

#[test]
fn host_and_bundle_agree_or_the_bundle_is_refused() {
    let other = MATH.replace("b: u32", "b: u64");
    let host = Host::with(|builder| builder.wit_text("math.wit", other));
    let error = reason(described(&host, "math", MATH, CODE));
    let text = error.to_string();
    assert!(matches!(error, DescriptionError::Conflict { .. }), "{text}");
    for part in ["`math`", "the host", "add: func(a: u32, b: u32)", "add: func(a: u32, b: u64)"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn two_providers_agree_or_the_second_is_refused() {
    let host = reloading();
    described(&host, "first", MATH, CODE).unwrap();
    let error = reason(described(&host, "second", &MATH.replace("b: u32", "b: s32"), CODE));
    assert!(error.to_string().contains("bundle `first`"), "{error}");
    // A newer minor with a function more is fine, in whichever order.
    let newer = MATH
        .replace("1.0.0", "1.1.0")
        .replace("fail: func();", "fail: func(); last: func() -> u32;");
    described(&host, "third", &newer, &format!("{CODE}\nfn version 9")).unwrap();
    described(&host, "fourth", MATH, CODE).unwrap();
}

#[test]
fn what_a_bundle_expects_of_others_is_held_against_them() {
    let host = reloading();
    described(&host, "math", MATH, CODE).unwrap();
    let wrong = MATH.replace("b: u32", "b: s32");
    let error =
        reason(described(&host, "caller", &wrong, "contract test.caller@1.0\nfn version 1"));
    assert!(error.to_string().contains("bundle `math`"), "{error}");
    described(&host, "caller", MATH, "contract test.caller@1.0\nfn version 1").unwrap();
}

#[test]
fn a_shape_may_change_until_somebody_relies_on_it() {
    let host = reloading();
    described(&host, "math", MATH, CODE).unwrap();
    let changed = MATH.replace("version: func() -> u32", "version: func() -> s32");
    rewrite(&host, "math", &changed, CODE).unwrap();
    assert_eq!(host.runtime.call("test.math@1", "version", &[]).unwrap(), Value::S32(3));

    let contract = host.contract("test.math@1");
    let expected = contract.description().unwrap().unwrap();
    contract.expect(&expected).unwrap();
    let error = reason(rewrite(&host, "math", MATH, CODE));
    assert!(matches!(error, DescriptionError::Changed { .. }), "{error}");
    assert_eq!(host.runtime.call("test.math@1", "version", &[]).unwrap(), Value::S32(3));
    // Also after an unload, since the caller is still there.
    host.unload("math").unwrap();
    assert!(matches!(
        reason(host.runtime.load_bundle(host.folder.of("math"))),
        DescriptionError::Changed { .. }
    ));
    // A function more, in a newer minor, breaks nobody.
    let newer = changed
        .replace("1.0.0", "1.1.0")
        .replace("fail: func();", "fail: func(); last: func() -> u32;");
    fs::write(host.folder.of("math").join("wit/math.wit"), newer).unwrap();
    fs::write(host.folder.file_of("math"), format!("{CODE}\nfn version 9")).unwrap();
    host.runtime.load_bundle(host.folder.of("math")).unwrap();
    assert_eq!(host.runtime.call("test.math@1", "last", &[]).unwrap(), Value::U32(9));
}

#[test]
fn a_caller_that_expects_otherwise_is_refused() {
    let host = reloading();
    described(&host, "math", MATH, CODE).unwrap();
    let other = Descriptions::from_text("other.wit", &MATH.replace("b: u32", "b: u8")).unwrap();
    let error = host.contract("test.math@1").expect(other.contract("test.math@1").unwrap());
    assert_eq!(error.unwrap_err().code(), AbiErrorCode::ShapeMismatch as u32);
}

#[test]
fn raw_callers_resolve_with_the_hash_of_their_shape() {
    let host = reloading();
    described(&host, "math", MATH, CODE).unwrap();
    let registry = host.runtime.registry();
    let handle = registry.find(call::contract_id("test.math@1"), 0).unwrap();
    let shape = Descriptions::from_text("math.wit", MATH).unwrap();
    let shape = shape.contract("test.math@1").unwrap().shape_hash();
    assert!(registry.resolve_checked(handle, shape).is_ok());
    let error = registry.resolve_checked(handle, shape ^ 1).unwrap_err();
    assert_eq!(error.code(), AbiErrorCode::ShapeMismatch as u32);
    let changed = MATH.replace("b: u32", "b: s32");
    assert!(matches!(
        reason(rewrite(&host, "math", &changed, CODE)),
        DescriptionError::Changed { .. }
    ));
}

#[test]
fn raw_callers_need_not_know_the_functions_at_the_end() {
    let host = reloading();
    described(&host, "math", MATH, CODE).unwrap();
    let registry = host.runtime.registry();
    let handle = registry.find(call::contract_id("test.math@1"), 0).unwrap();
    let known = MATH.replace("fail: func();", "");
    let known = Descriptions::from_text("math.wit", &known).unwrap();
    let shape = known.contract("test.math@1").unwrap().shape_hash();
    assert!(registry.resolve_checked(handle, shape).is_ok());

    let more = MATH.replace("fail: func();", "fail: func(); again: func(a: u32, b: u32) -> u32;");
    let code = format!("{CODE}\nfn add");
    rewrite(&host, "math", &more, &code).unwrap();
    assert!(registry.resolve_checked(handle, shape).is_ok());
    let changed = more.replace("b: u32", "b: s32");
    assert!(matches!(
        reason(rewrite(&host, "math", &changed, &code)),
        DescriptionError::BuiltForAnother { .. }
    ));
}

#[test]
fn contracts_of_the_host_are_called_the_same_way() {
    let wit = "package host:which@1.0.0; interface which { which: func() -> u32; }";
    let host = Host::with(|builder| builder.wit_text("which.wit", wit));
    let counts: &Counts = Box::leak(Box::default());
    let interface = host_contract::interface("host.which", Version::new(1, 0, 0), true, counts);
    host_contract::register(&host.runtime, interface).unwrap();
    for _ in 0..3 {
        assert_eq!(host.runtime.call("host.which@1", "which", &[]).unwrap(), Value::U32(1));
        let mut out = Vec::new();
        host.runtime.call_binary("host.which@1", "which", &[], &mut out).unwrap();
        assert_eq!(out, [1, 0, 0, 0]);
    }
}

#[test]
fn a_changed_description_alone_is_a_change() {
    let folder = polyplug_tests::folder::Folder::new();
    let bundle = folder.bundle_with("math", &format!("{NATIVE}\nwit = \"math.wit\""), CODE);
    fs::write(bundle.join("math.wit"), MATH).unwrap();
    let host = Host::watching(folder, |builder| {
        builder.reload_mode(polyplug::runtime::ReloadMode::Immediate)
    });
    assert_eq!(host.runtime.call_text("test.math@1", "add(1, 2)").unwrap(), Value::U32(3));
    fs::write(bundle.join("math.wit"), MATH.replace("add:", "plus:")).unwrap();
    wait_until("the new name", || host.runtime.call_text("test.math@1", "plus(1, 2)").is_ok());
}

#[test]
fn calls_by_name_meet_a_shape_that_changes_under_them() {
    let host = reloading();
    let none = "package test:math@1.0.0; interface math { get: func() -> u32; }";
    let two = "package test:math@1.0.0; interface math { get: func(a: u32, b: u32) -> u32; }";
    let codes = ["contract test.math@1.0\nfn version 7", "contract test.math@1.0\nfn add"];
    described(&host, "math", none, codes[0]).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let call = |arguments: &[Value], expected: &Value| {
            let mut answered = 0_u32;
            while !done.load(Ordering::Relaxed) {
                match host.runtime.call("test.math@1", "get", arguments) {
                    Ok(value) => {
                        assert_eq!(&value, expected);
                        answered += 1;
                    }
                    Err(DynamicCallError::Value { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            answered
        };
        let bare = scope.spawn(move || call(&[], &Value::U32(7)));
        let full = scope.spawn(move || call(&[Value::U32(40), Value::U32(2)], &Value::U32(42)));
        for round in 0..200 {
            let (wit, code) = if round % 2 == 0 { (two, codes[1]) } else { (none, codes[0]) };
            rewrite(&host, "math", wit, code).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        assert!(bare.join().unwrap() > 0 && full.join().unwrap() > 0);
    });
}
