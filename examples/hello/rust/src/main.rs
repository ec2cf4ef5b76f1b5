//! The smallest host: a folder of bundles, a contract, a call in every frame.
//!
//! `cargo run -p hello_rust` runs for a second; `cargo run -p hello_rust -- 6000` for a hundred, time
//! enough to edit `examples/hello/mods/adder/adder.lua` beside it.

#![expect(unsafe_code, reason = "the layout of a contract is a promise between host and bundle")]

use polyplug::runtime::RuntimeBuilder;
use polyplug_lua::LuaLoader;
use std::error::Error;
use std::time::Duration;

const MODS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../mods");

fn main() -> Result<(), Box<dyn Error>> {
    let frames: u32 = std::env::args().nth(1).map_or(Ok(60), |text| text.parse())?;
    let runtime =
        RuntimeBuilder::new().loader(LuaLoader::default()).plugin_dir(MODS).watch(true).build()?;
    let add = runtime.contract("math.add@1")?;
    for frame in 0..frames {
        runtime.poll()?; // the frame boundary: saved changes are committed here
        // SAFETY: function 0 of math.add@1 takes two u32 and gives one.
        let sum: u32 = unsafe { add.call(0, &[frame, 2])? };
        println!("{frame} + 2 = {sum}");
        std::thread::sleep(Duration::from_millis(16));
    }
    Ok(())
}
