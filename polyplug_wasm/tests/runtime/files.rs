//! Files that are no bundles: each gets an error of its own.

use crate::bundle::Host;
use polyplug::error::{LoaderError, RuntimeError};
use polyplug::loader::BundleSource;

fn load_bytes(bytes: &[u8]) -> LoaderError {
    let host = Host::new();
    let folder = host.write("one", "", "");
    std::fs::write(folder.join("main.wat"), bytes).unwrap();
    match host.runtime.load_bundle(folder) {
        Err(RuntimeError::Loader(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_component_is_told_apart() {
    let module = b"\0asm\x01\0\0\0";
    let newer = b"\0asm\x0e\0\x01\0";
    let cut = b"\0asm\x0d\0\x01\0\x07\x10\x01";
    for (bytes, said) in [
        (&module[..], "core module"),
        (&newer[..], "version 0e 00 01 00"),
        (&cut[..], "no valid component"),
        (&module[..5], "cut off after 5 bytes"),
        (&[0xFF, 0xFE, 0x00][..], "neither a component"),
        (b"(module)", "core module"),
        (b"(component)", "it exports nothing; write"),
        (b"(component (core module $m) (export \"m\" (core module $m)))", "it exports `m`"),
    ] {
        let error = load_bytes(bytes);
        let LoaderError::CodeUnusable { bundle, file, reason } = &error else {
            panic!("{error:?}")
        };
        assert_eq!((bundle.as_str(), file.as_str()), ("one", "main.wat"));
        assert!(reason.contains(said), "{reason}");
    }
}

#[test]
fn text_that_does_not_read_has_a_line() {
    let error = load_bytes(b"(component\n  (core module\n    (fun)))");
    let LoaderError::InitFailed { place: Some(place), error, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!((place.file.as_str(), place.line), ("main.wat", 3), "{error}");
    assert_eq!(place.text.as_deref(), Some("    (fun)))"));
}

#[test]
fn exports_that_cannot_be_contracts_say_why() {
    let component = |function: &str, name: &str| {
        format!(
            r#"(component
  (core module $m (memory (export "memory") 1) (func (export "f") (param i32) (result i32) (i32.const 0)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  {function}
  (instance $x (export "f" (func $f)))
  (export "{name}" (instance $x)))"#
        )
    };
    let plain = "(func $f (param \"n\" u32) (result u32) (canon lift (core func $i \"f\")))";
    for (function, name, said) in [
        (plain, "demo:x/x", "has no version"),
        (plain, "x", "is in no package"),
        (plain, "demo:x/x@1.0.0-rc1", "three numbers"),
    ] {
        let error = load_bytes(component(function, name).as_bytes()).to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_bundle_in_memory_is_text_or_binary() {
    let text = crate::calls::calculator();
    let source = BundleSource::Code(text.clone());
    for source in [source, BundleSource::Bytes(text.into_bytes())] {
        let host = Host::new();
        host.runtime.load_bundle_from_source(crate::bundle::manifest("one"), source).unwrap();
        assert!(host.runtime.contract("demo.calculator@1").is_ok());
    }
}

#[test]
fn a_name_in_a_component_does_nothing_to_a_terminal() {
    let export = load_bytes(
        br#"(component (core module $m)
            (core instance $i (instantiate $m))
            (alias core export $i "a\1b[31mred" (core func $f)))"#,
    );
    let start = load_bytes(
        br#"(component
            (core module $m (func $"a\1b[31mred" (export "f") (unreachable)) (start $"a\1b[31mred"))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $x (export "f" (func $f)))
            (export "demo:x/x@1.0.0" (instance $x)))"#,
    );
    for error in [export, start] {
        let message = error.to_string();
        assert!(!message.contains('\u{1b}'), "{message:?}");
        assert!(message.contains("a\\u{1b}[31mred"), "{message}");
    }
}
