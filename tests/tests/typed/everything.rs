//! The modules that `polyplug bindgen --lang rust` writes, at work: a program calls every function of a
//! contract with every type, whoever provides it.

use crate::test_everything_host::{Access, Color, Everything, Person, Point, Shape};
use polyplug::runtime::{Runtime, RuntimeBuilder};
use polyplug_lua::LuaLoader;
use polyplug_native::NativeLoader;
use polyplug_tests::build;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

#[test]
fn a_program_in_rust_calls_a_bundle_in_lua() {
    calls_everything("lua", None);
}

#[test]
fn a_program_in_rust_calls_a_bundle_in_c() {
    let generated = snapshots("c");
    let glue = generated.join("glue.c").display().to_string();
    let flags = ["-std=c99", "-Werror", "-I", &generated.display().to_string(), &glue];
    calls_everything("c", Some(build::library(&fixture("c/main.c"), &flags)));
}

#[test]
fn a_program_in_rust_calls_a_bundle_in_cpp() {
    let generated = snapshots("cpp").display().to_string();
    let flags = ["-std=c++17", "-Werror", "-fno-gnu-unique", "-I", &generated];
    calls_everything("cpp", Some(build::library(&fixture("cpp/main.cpp"), &flags)));
}

#[test]
fn a_program_in_rust_calls_a_bundle_in_rust() {
    calls_everything("rust", Some(build::package("polyplug_fixture_everything", "")));
}

fn calls_everything(language: &str, library: Option<Arc<[u8]>>) {
    let (_folder, runtime) = host(language, library);
    let all = Everything::bind(&runtime).unwrap();
    scalars(&all);
    texts_and_lists(&all);
    records(&all);
    cases(&all);
    nothing_and_failures(&all);
}

/// A runtime with the bundle of one language.
fn host(language: &str, library: Option<Arc<[u8]>>) -> (TempDir, Arc<Runtime>) {
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: PathBuf, to: &str| fs::copy(from, folder.path().join(to)).unwrap();
    copy(fixture(&format!("{language}/manifest.toml")), "manifest.toml");
    fs::create_dir(folder.path().join("wit")).unwrap();
    copy(fixture("../wit/everything.wit"), "wit/everything.wit");
    match library {
        Some(library) => fs::write(folder.path().join("main.so"), library).unwrap(),
        None => drop(copy(fixture("lua/main.lua"), "main.lua")),
    }
    let builder = RuntimeBuilder::new().loader(LuaLoader::default());
    let runtime = builder.loader(NativeLoader::default()).build().unwrap();
    runtime.load_bundle(folder.path()).unwrap();
    (folder, runtime)
}

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/everything").join(path)
}

/// What bindgen writes, as a test of its own holds it.
fn snapshots(language: &str) -> PathBuf {
    let folder = "../polyplug_bindgen/tests/snapshots";
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(language)
}

fn scalars(all: &Everything) {
    assert!(!all.flip(true).unwrap());
    assert_eq!(all.small(-128, 255, -32768, 65535).unwrap(), -128 + 255 - 32768 + 65535);
    assert_eq!(all.wide(-3, 4_000_000_000).unwrap(), -12_000_000_000);
    assert_eq!(all.next(9_007_199_254_740_993).unwrap(), 9_007_199_254_740_994);
    assert_eq!((all.half(3.0).unwrap(), all.double(1.25).unwrap()), (1.5, 2.5));
    assert_eq!(all.after('a').unwrap(), 'b');
}

fn texts_and_lists(all: &Everything) {
    assert_eq!(all.greet("Ada").unwrap(), "Hello, Ada!");
    assert_eq!(all.reverse(&[1, 0, 255]).unwrap(), [255, 0, 1]);
    let corners = [Point { x: 0.0, y: 0.0 }, Point { x: 2.0, y: 4.0 }];
    assert_eq!(all.centre(&corners).unwrap(), Some(Point { x: 1.0, y: 2.0 }));
    assert_eq!(all.centre(&[]).unwrap(), None);
    assert_eq!(all.turn([1.0, 2.0, 3.0, 4.0]).unwrap(), [4.0, 3.0, 2.0, 1.0]);
}

fn records(all: &Everything) {
    let person =
        |name: &str, age, default| Person { name: name.to_owned(), age: Some(age), default };
    let people = [person("Ada", 36, false), person("Eve", 40, true)];
    assert_eq!(all.oldest(&people).unwrap(), Ok(person("Eve", 40, true)));
    assert_eq!(all.oldest(&[]).unwrap(), Err("no age is known".to_owned()));
    assert_eq!(all.swap(("left", 7)).unwrap(), (7, "left".to_owned()));
}

fn cases(all: &Everything) {
    assert_eq!(all.brighter(Color::DarkGreen).unwrap(), Color::Blue);
    assert_eq!(all.brighter(Color::Blue).unwrap(), Color::Red);
    let both = Access::CAN_READ | Access::ALL;
    assert_eq!(all.allow(Access::CAN_READ, Access::ALL).unwrap(), both);
    assert_eq!(all.area(&Shape::Circle(2.0)).unwrap(), 12.0);
    for (shape, grown) in [
        (Shape::Dot, Shape::Dot),
        (Shape::Circle(2.0), Shape::Circle(3.5)),
        (Shape::Path(vec![Point { x: 1.0, y: 2.0 }]), Shape::Path(vec![Point { x: 2.5, y: 3.5 }])),
        (Shape::Named("moon".to_owned()), Shape::Named("moon+".to_owned())),
    ] {
        assert_eq!(all.grow(&shape, 1.5).unwrap(), grown);
    }
    assert_eq!((all.check(4).unwrap(), all.check(5).unwrap()), (Ok(()), Err(())));
}

fn nothing_and_failures(all: &Everything) {
    all.end(40, Some(Some(2))).unwrap();
    assert_eq!(all.kept().unwrap(), 42);
    all.end(7, None).unwrap();
    assert_eq!(all.kept().unwrap(), 42);
    let error = all.new().unwrap_err();
    assert!(error.message.contains("nothing is new"), "{error}");
}
