//! Random values come back from the types that `polyplug bindgen --lang rust` declares: each is read out
//! of the layout of C, checked, into a value of Rust, and written again.

use crate::echo::{batches, contract, send_all};
use polyplug_schema::RustSide;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use tempfile::TempDir;

/// 200 x 50 = 10,000 pairs of a type and a value.
const TYPES: usize = 200;
const VALUES: usize = 50;

/// What stands before the declarations: instead of a trait, each function becomes one of the library.
const PROLOGUE: &str = r#"
use polyplug_types::{Lift, Lifting, Lower, NoMemory, Place};
use std::alloc::Layout;

/// Memory that nobody gives back, as the values are kept that are borrowed.
pub struct Kept<const BORROWS: bool>;

impl<const BORROWS: bool> Place for Kept<BORROWS> {
    const BORROWS: bool = BORROWS;

    fn allocate(&mut self, layout: Layout) -> Result<*mut u8, NoMemory> {
        // SAFETY: nobody asks for no bytes.
        Ok(unsafe { std::alloc::alloc(layout) })
    }
}

unsafe fn echo<T: Lower + for<'a> Lift<'a>, const BORROWS: bool>(args: *const (), out: *mut ()) {
    // SAFETY: the caller gives the argument in the layout of `T`.
    let raw = unsafe { &*args.cast::<T::Raw>() };
    // SAFETY: what the argument points at lives as long as the call.
    let value = unsafe { T::lift(raw, &mut Lifting::default()) }.expect("a value");
    let lowered = value.lower(&mut Kept::<BORROWS>).expect("there is memory");
    // SAFETY: the caller gives a place for a `T`.
    unsafe { out.cast::<T::Raw>().write(lowered) };
    std::mem::forget(value);
}

macro_rules! echoes {
    ($(#[$meta:meta])* pub trait $name:ident: $contract:literal = $shape:literal {
        $($(#[$docs:meta])* fn $function:ident($($parameter:ident: $type:ty),*) -> $result:ty = $id:literal;)*
    }) => {
        $(
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn $function(args: *const (), out: *mut ()) {
                // SAFETY: the caller's promise.
                unsafe { echo::<$result, { $id % 2 == 0 }>(args, out) }
            }
        )*
    };
}

"#;

proptest! {
    // A failure is narrowed down by compiling again and again, so not for ever.
    #![proptest_config(ProptestConfig {
        cases: 1, max_shrink_time: 60_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn values_come_back_from_rust(batch in batches(TYPES, VALUES)) {
        let contract = contract(&batch);
        let module = contract.rust_file(RustSide::Guest).unwrap();
        let module = module.replace("::polyplug_guest::types::", "::polyplug_types::");
        let module = module.replace("::polyplug_guest::guest!", "echoes!");
        let (_folder, library) = library(&format!("{PROLOGUE}{module}"));
        send_all(&batch, &contract, &library)?;
    }
}

/// The library that a text becomes, with the crate of the types as the only dependency.
fn library(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let types = workspace.join("polyplug_types");
    let package = format!(
        "[package]\nname = \"echo\"\nedition = \"2024\"\n[lib]\npath = \"echo.rs\"\n\
         crate-type = [\"cdylib\"]\n[dependencies]\npolyplug_types = {{ path = {types:?} }}\n[workspace]\n"
    );
    fs::write(folder.path().join("Cargo.toml"), package).unwrap();
    fs::write(folder.path().join("echo.rs"), text).unwrap();
    fs::copy(workspace.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    // What does not change is built once, beside what cargo builds for this test.
    let test = env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap().join("values_in_rust");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--offline", "--target-dir"]).arg(&target);
    cargo.env("RUSTFLAGS", "-Dwarnings -Cdebuginfo=0").current_dir(folder.path());
    let output = cargo.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    let first: Vec<&str> = message.lines().take(12).collect();
    assert!(output.status.success(), "{}", first.join("\n"));
    // Another run of this test may build there, too.
    let library = folder.path().join("echo.so");
    let built = format!("debug/{}echo{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    fs::copy(target.join(built), &library).unwrap();
    (folder, library)
}
