//! A component, and the same through wasmtime alone.

use std::path::Path;
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Linker, TypedFunc};
use wasmtime::{Config, Engine, Instance, InstanceAllocationStrategy, Module, Store};

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

/// As [`BENCH`], but `add` is taken from a second module, which passes it on.
pub fn passing() -> String {
    const SECOND: &str = r#"(core instance $code (instantiate $code))
  (core module $second
    (import "code" "add" (func $add (param i32 i32) (result i32)))
    (export "add" (func $add)))
  (core instance $second (instantiate $second (with "code" (instance $code))))"#;
    BENCH
        .replace("(core instance $code (instantiate $code))", SECOND)
        .replace("(core func $code \"add\")", "(core func $second \"add\")")
}

const CORE: &str = r#"(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"#;

/// The component without the runtime.
pub struct Bare {
    store: Store<()>,
    component: Component,
    linked: InstancePre<()>,
    add_index: ComponentExportIndex,
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
        Self::of(BENCH)
    }

    /// The component of this text, which exports what [`BENCH`] does.
    ///
    /// # Panics
    /// As [`Bare::new`].
    pub fn of(text: &str) -> Self {
        Self::with(Config::new(), text).expect("the component is right")
    }

    /// The same, with stores from a pool.
    ///
    /// # Panics
    /// As [`Bare::new`].
    pub fn pooled() -> Self {
        let mut config = Config::new();
        config.allocation_strategy(InstanceAllocationStrategy::pooling());
        Self::with(config, BENCH).expect("the component is right")
    }

    fn with(mut config: Config, text: &str) -> wasmtime::Result<Self> {
        config.epoch_interruption(true);
        let engine = Engine::new(&config)?;
        let mut store = Store::new(&engine, ());
        store.set_epoch_deadline(1 << 62);
        let component = Component::new(&engine, text)?;
        let linked = Linker::new(&engine).instantiate_pre(&component)?;
        let instance = linked.instantiate(&mut store)?;
        let interface = component.get_export_index(None, "bench:calls/calls@1.0.0");
        let index = |name: &str| {
            component.get_export_index(interface.as_ref(), name).expect("it is exported")
        };
        let add_index = index("add");
        let add = instance.get_typed_func(&mut store, add_index)?;
        let echo = instance.get_typed_func(&mut store, index("echo"))?;
        let core = Instance::new(&mut store, &Module::new(&engine, CORE)?, &[])?;
        let core_add = core.get_typed_func(&mut store, "add")?;
        Ok(Self { store, component, linked, add_index, add, echo, core_add })
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

    /// The sum, by an instance of its own.
    ///
    /// # Panics
    /// If there is no room for it.
    pub fn add_afresh(&mut self, a: u32, b: u32) -> u32 {
        let mut store = Store::new(self.store.engine(), ());
        store.set_epoch_deadline(1 << 62);
        let instance = self.linked.instantiate(&mut store).expect("there is room");
        let function = instance.get_func(&mut store, self.add_index).expect("it is exported");
        let add = function.typed::<(u32, u32), (u32,)>(&store).expect("it adds");
        add.call(&mut store, (a, b)).map_or(0, |(sum,)| sum)
    }

    /// Writes the compiled component to a file.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn keep(&self, file: &Path) {
        let code = self.component.serialize().expect("it was compiled");
        std::fs::write(file, code).expect("the folder can be written");
    }

    /// Maps a component that was compiled, makes an instance and drops both.
    ///
    /// # Panics
    /// If the file is not of [`Bare::keep`].
    pub fn start(&self, file: &Path) {
        let engine = self.store.engine();
        // SAFETY: `keep` wrote the file.
        let component = unsafe { Component::deserialize_file(engine, file) };
        let component = component.expect("it was written by this engine");
        let linked = Linker::new(engine).instantiate_pre(&component);
        let mut store = Store::new(engine, ());
        store.set_epoch_deadline(1 << 62);
        assert!(linked.and_then(|linked| linked.instantiate(&mut store)).is_ok());
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
