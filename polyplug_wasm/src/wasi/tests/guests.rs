//! Components that import WASI, linked and run.

use super::{capabilities, state};
use crate::wasi::interfaces::interfaces;
use crate::wasi::{Egress, HasWasi, Wasi, WasiState, is_wasi, link_imported};
use std::time::{Duration, Instant};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store, Trap};

/// Sleeps for so many nanoseconds.
const SLEEPER: &str = r#"
(component
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance $clock
    (alias outer 1 $pollable (type $pollable))
    (export "pollable" (type $same (eq $pollable)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $same))))))
  (core func $subscribe (canon lower (func $clock "subscribe-duration")))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core module $module
    (import "" "subscribe" (func $subscribe (param i64) (result i32)))
    (import "" "block" (func $block (param i32)))
    (func (export "sleep") (param i64) (call $block (call $subscribe (local.get 0)))))
  (core instance $instance (instantiate $module (with "" (instance
    (export "subscribe" (func $subscribe))
    (export "block" (func $block))))))
  (func (export "sleep") (param "nanoseconds" u64) (canon lift (core func $instance "sleep"))))
"#;

/// A store's data that is WASI alone.
struct Data(WasiState);

impl HasWasi for Data {
    fn wasi(&mut self) -> &mut WasiState {
        &mut self.0
    }
}

/// Calls `sleep` of the sleeper; its call ends after `limit`.
fn sleep(store: &mut Store<Data>, time: Duration, limit: Option<Duration>) -> wasmtime::Result<()> {
    let engine = store.engine().clone();
    let component = Component::new(&engine, SLEEPER)?;
    let mut linker = Linker::new(&engine);
    assert_eq!(link_imported(&engine, &component, &mut linker), Ok(true));
    let instance = linker.instantiate(&mut *store, &component)?;
    let sleep = instance.get_typed_func::<(u64,), ()>(&mut *store, "sleep")?;
    store.data_mut().0.end_at(limit.map(|limit| Instant::now() + limit));
    sleep.call(&mut *store, (time.as_nanos() as u64,))
}

fn store() -> Store<Data> {
    Store::new(&Engine::default(), Data(state(&["clocks"])))
}

#[test]
fn a_guest_sleeps_as_long_as_it_may() {
    let start = Instant::now();
    sleep(&mut store(), Duration::from_millis(20), Some(Duration::from_secs(60))).unwrap();
    sleep(&mut store(), Duration::from_millis(20), None).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(40));
}

#[test]
fn a_guest_that_oversleeps_is_interrupted() {
    let hour = Duration::from_secs(3600);
    let error = sleep(&mut store(), hour, Some(Duration::from_millis(30))).unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&Trap::Interrupt));
}

#[test]
fn a_guest_may_sleep_on_a_thread_of_an_executor() {
    let of_host = tokio::runtime::Builder::new_current_thread().build().unwrap();
    of_host.block_on(async { sleep(&mut store(), Duration::from_millis(5), None).unwrap() });
}

#[test]
fn the_stores_of_a_generation_are_apart() {
    let wasi = Wasi::open("test", None, capabilities(&["clocks"]), Egress::default()).unwrap();
    let (mut one, mut other) = (wasi.state().unwrap(), wasi.state().unwrap());
    one.end_at(Some(Instant::now()));
    assert!(other.deadline.is_none());
    assert!(one.table.is_empty());
    other.end_at(None);
}

#[test]
fn every_interface_is_linked_beside_the_others() {
    let engine = Engine::default();
    let mut linker = Linker::<Data>::new(&engine);
    let mut names = Vec::new();
    for (name, link) in interfaces() {
        assert!(is_wasi(name) && !name.contains('@'), "{name}");
        link(&mut linker).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        names.push(name);
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), count), (count, if cfg!(feature = "http") { 29 } else { 27 }));
}

#[test]
fn what_a_component_does_not_import_is_not_linked() {
    let engine = Engine::default();
    let component = Component::new(&engine, "(component)").unwrap();
    let mut linker = Linker::<Data>::new(&engine);
    assert_eq!(link_imported(&engine, &component, &mut linker), Ok(false));
    let sleeper = Component::new(&engine, SLEEPER).unwrap();
    assert!(linker.instantiate_pre(&sleeper).is_err());
}
