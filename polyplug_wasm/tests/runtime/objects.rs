//! Instances, and what a reload keeps of them.

use crate::bundle::{Host, MEMORY};
use polyplug::schema::Value;
use polyplug_abi::{BundleId, GuestContractInstance};
use std::fs;

/// `demo:counter/counter@1.0.0`: counts up, and knows its version. `hooks` is what the world exports.
fn counter(version: u32, hooks: &str, restore: &str) -> String {
    format!(
        r#"(component
  (core module $m {MEMORY}
    (global $count (mut i32) (i32.const 0))
    (func (export "count") (result i32)
      (global.set $count (i32.add (global.get $count) (i32.const 1))) (global.get $count))
    (func (export "version") (result i32) (i32.const {version}))
    (func (export "save") (result i32)
      (i32.store (i32.const 64) (global.get $count))
      (i32.store (i32.const 16) (i32.const 64))
      (i32.store (i32.const 20) (i32.const 4))
      (i32.const 16))
    (func (export "restore") (param $state i32) (param $size i32) (param $from i32) (param $length i32)
                             (result i32)
      (global.set $count (i32.load (local.get $state)))
      {restore}
      (i32.store (i32.const 16) (i32.const 0))
      (i32.const 16)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (alias core export $i "realloc" (core func $realloc))
  (func $count (result u32) (canon lift (core func $i "count")))
  (func $version (result u32) (canon lift (core func $i "version")))
  (instance $counter (export "count" (func $count)) (export "version" (func $version)))
  (export "demo:counter/counter@1.0.0" (instance $counter))
  {hooks})"#
    )
}

const SAVE: &str = r#"
  (func $save (result (list u8)) (canon lift (core func $i "save") (memory $memory)))
  (export "save" (func $save))"#;
const RESTORE: &str = r#"
  (func $restore (param "state" (list u8)) (param "from-version" string) (result (result (error string)))
    (canon lift (core func $i "restore") (memory $memory) (realloc $realloc)))
  (export "restore" (func $restore))"#;
/// Fails with the version that the state is of.
const REFUSE: &str = "
      (i32.store (i32.const 16) (i32.const 1))
      (i32.store (i32.const 20) (local.get $from))
      (i32.store (i32.const 24) (local.get $length))
      (return (i32.const 16))";

const NAME: &str = "demo.counter@1";

fn create(host: &Host) -> GuestContractInstance {
    // SAFETY: a component's constructor expects nothing.
    unsafe { host.runtime.contract(NAME).unwrap().create(std::ptr::null()) }.unwrap()
}

fn count(host: &Host, instance: GuestContractInstance) -> u32 {
    let contract = host.runtime.contract(NAME).unwrap();
    let mut out = 0_u32;
    let place = (&raw mut out).cast();
    // SAFETY: the function takes nothing and gives a `u32`.
    unsafe { contract.call_raw(instance, 0, std::ptr::null(), place, std::ptr::null_mut()) }
        .unwrap();
    out
}

#[test]
fn every_instance_has_a_store_of_its_own() {
    let host = Host::new();
    host.load("counter", &counter(1, "", "")).unwrap();
    let (first, second) = (create(&host), create(&host));
    assert_eq!([count(&host, first), count(&host, first), count(&host, first)], [1, 2, 3]);
    assert_eq!(count(&host, second), 1);
    assert_eq!(host.call(NAME, "count", &[]), Value::U32(1));
}

#[test]
fn a_bundle_that_asks_for_it_gets_a_store_for_each_call() {
    let host = Host::new();
    host.load_with("counter", &counter(1, "", ""), "[wasm]\ninstance = \"call\"\n").unwrap();
    let instance = create(&host);
    for _ in 0..3 {
        assert_eq!(count(&host, instance), 1);
        assert_eq!(host.call(NAME, "count", &[]), Value::U32(1));
    }
    let error = host.load_with("other", &counter(1, "", ""), "[wasm]\ninstance = \"thread\"\n");
    let error = error.unwrap_err().to_string();
    assert!(error.contains("\"object\" or \"call\""), "{error}");
}

fn reload(host: &Host, text: &str) -> Result<(), String> {
    let folder = host.write("counter", text, "");
    host.runtime.reload_bundle(folder).map_err(|error| error.to_string())
}

#[test]
fn a_reload_hands_over_what_save_gives() {
    let host = Host::new();
    let hooks = format!("{SAVE}{RESTORE}");
    host.load("counter", &counter(1, &hooks, "")).unwrap();
    let instance = create(&host);
    for _ in 0..5 {
        count(&host, instance);
    }
    host.call(NAME, "count", &[]);

    reload(&host, &counter(2, &hooks, "")).unwrap();

    assert_eq!(count(&host, instance), 6);
    assert_eq!(host.call(NAME, "count", &[]), Value::U32(2));
    assert_eq!(host.call(NAME, "version", &[]), Value::U32(2));
}

#[test]
fn a_restore_that_refuses_keeps_the_old_version() {
    let host = Host::new();
    let hooks = format!("{SAVE}{RESTORE}");
    host.load("counter", &counter(1, &hooks, "")).unwrap();
    let instance = create(&host);
    count(&host, instance);

    let error = reload(&host, &counter(2, &hooks, REFUSE)).unwrap_err();

    assert!(error.contains("1.0.0"), "{error}");
    assert_eq!(count(&host, instance), 2);
    assert_eq!(host.call(NAME, "version", &[]), Value::U32(1));
    reload(&host, &counter(3, &hooks, "")).unwrap();
    assert_eq!(count(&host, instance), 3);
}

#[test]
fn without_hooks_objects_are_made_afresh() {
    let host = Host::new();
    host.load("counter", &counter(1, "", "")).unwrap();
    let instance = create(&host);
    count(&host, instance);
    reload(&host, &counter(2, "", "")).unwrap();
    assert_eq!(count(&host, instance), 1);
}

#[test]
fn hooks_of_another_shape_are_refused_with_the_right_one() {
    let wrong = r#"(func $save (result u32) (canon lift (core func $i "version"))) (export "save" (func $save))"#;
    for (hooks, said) in [
        (SAVE.to_owned(), "export `restore: func(state: list<u8>"),
        (RESTORE.to_owned(), "export `save: func() -> list<u8>`"),
        (format!("{wrong}{RESTORE}"), "it exports `save: func() -> u32`; it has to be"),
    ] {
        let error = Host::new().load("counter", &counter(1, &hooks, "")).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn an_unload_ends_every_instance() {
    let host = Host::new();
    host.load("counter", &counter(1, "", "")).unwrap();
    let _instance = create(&host);
    host.runtime.unload_bundle(BundleId::of("counter")).unwrap();
    assert!(host.runtime.contract(NAME).is_err());
    fs::remove_dir_all(host.write("counter", "", "")).unwrap();
}
