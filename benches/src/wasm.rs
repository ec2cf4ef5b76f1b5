//! A component, and the same through wasmtime alone.

use wasmtime::component::{Component, InstancePre, Linker, TypedFunc};
use wasmtime::{Config, Engine, Instance, Module, Store};

/// `bench.calls@1`: 0 adds two numbers, 1 gives back bytes.
pub const BENCH: &str = r#"(component
  (core module $code
    (memory (export "memory") 1)
    (global $free (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32) (param $size i32) (result i32)
      (local $place i32)
      (local.set $place (global.get $free))
      (global.set $free (i32.add (local.get $place) (local.get $size)))
      (local.get $place))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "echo") (param i32 i32) (result i32)
      (global.set $free (i32.const 1024))
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16)))
  (core instance $code (instantiate $code))
  (alias core export $code "memory" (core memory $memory))
  (alias core export $code "realloc" (core func $realloc))
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $code "add")))
  (func $echo (param "given" (list u8)) (result (list u8))
    (canon lift (core func $code "echo") (memory $memory) (realloc $realloc)))
  (instance $calls (export "add" (func $add)) (export "echo" (func $echo)))
  (export "bench:calls/calls@1.0.0" (instance $calls)))"#;

/// `bench.caller@1`: asks `bench.calls@1` to add.
pub const CALLER: &str = r#"(component
  (import "bench:calls/calls@1.0.0" (instance $in
    (export "add" (func (param "a" u32) (param "b" u32) (result u32)))))
  (alias export $in "add" (func $in-add))
  (core func $in-core (canon lower (func $in-add)))
  (core module $code
    (import "in" "add" (func $in (param i32 i32) (result i32)))
    (func (export "add") (param i32 i32) (result i32) (call $in (local.get 0) (local.get 1))))
  (core instance $code (instantiate $code (with "in" (instance (export "add" (func $in-core))))))
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $code "add")))
  (instance $out (export "add" (func $add)))
  (export "bench:caller/caller@1.0.0" (instance $out)))"#;

const CORE: &str = r#"(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#;

/// The component without the runtime.
pub struct Bare {
    store: Store<()>,
    linked: InstancePre<()>,
    add: TypedFunc<(u32, u32), (u32,)>,
    echo: TypedFunc<(Vec<u8>,), (Vec<u8>,)>,
    core_add: wasmtime::TypedFunc<(u32, u32), u32>,
}

impl Bare {
    /// The component, with the settings of the loader.
    ///
    /// # Panics
    /// If this machine cannot run components.
    pub fn new() -> Self {
        Self::try_new().expect("the component is right")
    }

    fn try_new() -> wasmtime::Result<Self> {
        let mut config = Config::new();
        config.epoch_interruption(true);
        let engine = Engine::new(&config)?;
        let mut store = Store::new(&engine, ());
        store.set_epoch_deadline(1 << 62);
        let component = Component::new(&engine, BENCH)?;
        let linked = Linker::new(&engine).instantiate_pre(&component)?;
        let instance = linked.instantiate(&mut store)?;
        let interface = component.get_export_index(None, "bench:calls/calls@1.0.0");
        let index = |name: &str| {
            component.get_export_index(interface.as_ref(), name).expect("it is exported")
        };
        let add = instance.get_typed_func(&mut store, index("add"))?;
        let echo = instance.get_typed_func(&mut store, index("echo"))?;
        let core = Instance::new(&mut store, &Module::new(&engine, CORE)?, &[])?;
        let core_add = core.get_typed_func(&mut store, "add")?;
        Ok(Self { store, linked, add, echo, core_add })
    }

    /// The sum, by a core function.
    pub fn core_add(&mut self, a: u32, b: u32) -> u32 {
        self.core_add.call(&mut self.store, (a, b)).unwrap_or(0)
    }

    /// The sum, by a function of the component.
    pub fn add(&mut self, a: u32, b: u32) -> u32 {
        self.add.call(&mut self.store, (a, b)).map_or(0, |(sum,)| sum)
    }

    /// The bytes, through the component.
    pub fn echo(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.echo.call(&mut self.store, (bytes.to_vec(),)).map_or(Vec::new(), |(bytes,)| bytes)
    }

    /// Makes an instance and drops it.
    pub fn instantiate(&mut self) {
        let mut store = Store::new(self.store.engine(), ());
        store.set_epoch_deadline(1 << 62);
        assert!(self.linked.instantiate(&mut store).is_ok());
    }
}

impl Default for Bare {
    fn default() -> Self {
        Self::new()
    }
}
