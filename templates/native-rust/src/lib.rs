//! A native bundle in Rust. Two commands build it; while a host watches the folder, it is replaced
//! between two frames:
//!
//! ```sh
//! cargo build --release --target-dir ../../target/native-rust
//! cp ../../target/native-rust/release/libplugin.so plugin.so.new && mv plugin.so.new plugin.so
//! ```

use polyplug_guest::{Bundle, Error, State};
use std::sync::atomic::{AtomicU32, Ordering};

/// `demo.add@1`: functions without an object.
fn add(a: u32, b: u32) -> u32 {
    a.wrapping_add(b)
}

/// `demo.counter@1`: objects with state. It lives in memory of the host, so a counter goes on counting
/// when this library is replaced. Several threads may call it at once.
#[repr(C)]
struct Counter {
    count: AtomicU32,
}

impl Counter {
    /// constructor(start: u32). An error is the reason that the caller sees.
    fn new(start: u32) -> Result<Self, Error> {
        Ok(Self { count: AtomicU32::new(start) })
    }

    fn next(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }
}

// SAFETY: `repr(C)`, and no pointer into this library. Whoever changes the fields changes the number;
// `OLDEST`, `CAPACITY` and `upgrade` are there to take over the objects of older versions.
unsafe impl State for Counter {
    const VERSION: u32 = 1;
}

/// Runs when the bundle is loaded. A function's id is its place in the order.
fn start(bundle: &mut Bundle) -> Result<(), Error> {
    bundle.functions("demo.add@1").function(add).provide()?;
    bundle.objects("demo.counter@1", Counter::new).method(Counter::next).keep_state().provide()
}

/// Runs before the library is closed: joins threads and takes back callbacks.
fn stop(_reason: u32) {}

polyplug_guest::plugin!(start, stop);
