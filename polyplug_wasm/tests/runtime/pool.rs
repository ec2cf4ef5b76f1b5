//! Stores for one call come from a pool; when it is used up, calls are served without it.

use crate::bundle::{Host, loader, manifest};
use crate::imports::component;
use polyplug::error::LoaderError;
use polyplug::guest::{Guest, GuestCall, GuestError};
use polyplug::loader::manifest::ManifestData;
use polyplug::loader::{BundleLoader, BundleSource};
use polyplug::registration::ContractRegistration;
use polyplug::runtime::Runtime;
use polyplug::schema::Value;
use polyplug_abi::{SupportedLanguage, Version};
use std::any::Any;
use std::sync::{Arc, Barrier};

/// More stores than the pool has: so many in each of two chains of calls.
const DEPTH: u32 = 40;

/// Opens bundles with `demo.gate@1`, whose `call` waits twice: until it is seen to wait, and until it
/// may go on.
struct GateLoader(Arc<Barrier>);

struct Gate(Arc<Barrier>);

impl BundleLoader for GateLoader {
    fn loader_name(&self) -> &'static str {
        "gate"
    }

    fn loader_language(&self) -> SupportedLanguage {
        SupportedLanguage::Rust
    }

    fn supports_hot_reload(&self) -> bool {
        false
    }

    fn load(
        &self,
        manifest: &ManifestData,
        source: &BundleSource,
        runtime: &Runtime,
    ) -> Result<(), LoaderError> {
        runtime.stage(manifest, source, |stage| {
            stage.register(ContractRegistration {
                name: "demo.gate",
                version: Version::new(1, 0, 0),
                function_count: 1,
                plugin_name: "gate",
            })?;
            stage.set_guest(Box::new(Gate(Arc::clone(&self.0))));
            Ok(())
        })
    }
}

// SAFETY: a barrier may be used from any thread.
unsafe impl Guest for Gate {
    unsafe fn call(&self, call: &GuestCall) -> Result<(), Box<GuestError>> {
        self.0.wait();
        self.0.wait();
        // SAFETY: the function takes a `u32`.
        let number = unsafe { call.args.cast::<u32>().read() };
        // SAFETY: the function gives a `u32`.
        unsafe { call.out.cast::<u32>().write(number) };
        Ok(())
    }

    fn may_reenter(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Bundles that call each other, with a store for each call; the last one's name.
fn chain(host: &Host, name: &str, end: Option<&str>) -> String {
    let mut import = end.map(str::to_owned);
    for depth in 0..DEPTH {
        let bundle = format!("{name}{depth}");
        let limits = "[wasm]\ninstance = \"call\"\n[limits]\ncall_ms = 60000\n";
        host.load_with(&bundle, &component(&bundle, import.as_deref(), 1), limits).unwrap();
        import = Some(bundle);
    }
    import.unwrap()
}

#[test]
fn more_stores_than_the_pool_has_are_made_without_it() {
    let gate = Arc::new(Barrier::new(2));
    let waits = Arc::clone(&gate);
    let host = Host::with(|builder| {
        let wit = "package demo:gate@1.0.0; interface gate { call: func(n: u32) -> u32; }";
        builder.loader(loader()).loader(GateLoader(waits)).wit_text("gate.wit", wit)
    });
    let source = BundleSource::Code(String::new());
    let in_memory = ManifestData { loader: "gate".to_owned(), ..manifest("gate") };
    host.runtime.load_bundle_from_source(in_memory, source).unwrap();
    let (waiting, other) = (chain(&host, "w", Some("gate")), chain(&host, "o", None));
    let call = |last: &str| {
        host.runtime.call(&format!("demo.{last}@1"), "call", &[Value::U32(0)]).unwrap()
    };
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(32 << 20);
        let first = builder.spawn_scoped(scope, || call(&waiting)).unwrap();
        gate.wait();
        let builder = std::thread::Builder::new().stack_size(32 << 20);
        let second = builder.spawn_scoped(scope, || call(&other)).unwrap();
        let answer = second.join();
        gate.wait();
        assert_eq!(first.join().unwrap(), Value::U32(DEPTH));
        assert_eq!(answer.unwrap(), Value::U32(DEPTH));
    });
}
