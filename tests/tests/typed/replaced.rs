//! What becomes of a typed caller when its bundle is replaced.

use crate::echo::Echo;
use crate::world::{Language, World};
use polyplug::CallError;
use polyplug::error::RuntimeError;
use polyplug_abi::AbiErrorCode;

#[test]
fn a_caller_of_lua_follows_its_bundle() {
    follows(Language::Lua);
}

#[test]
fn a_caller_of_rust_follows_its_bundle() {
    follows(Language::Rust);
}

fn follows(language: Language) {
    let world = World::new(language);
    let echo = world.caller();
    assert_eq!(echo.version().unwrap(), 1);
    world.replace("second").unwrap();
    assert_eq!(echo.version().unwrap(), 2);
    assert_eq!(echo.string("Ada").unwrap(), "Ada");
}

#[test]
fn a_version_of_another_shape_is_refused() {
    for language in [Language::Lua, Language::Rust] {
        let world = World::new(language);
        let echo = world.caller();
        let error = world.replace("other").unwrap_err();
        assert!(error.to_string().contains("test.echo@1"), "{error}");
        assert_eq!(echo.version().unwrap(), 1, "{language:?}");
    }
}

#[test]
fn a_provider_of_another_shape_is_refused() {
    let world = World::new(Language::Rust);
    world.runtime.unload_bundle(polyplug_abi::BundleId::of("echo")).unwrap();
    world.write("other");
    world.runtime.load_bundle(world.bundle()).unwrap();
    let error = Echo::bind(&world.runtime).unwrap_err();
    assert!(matches!(error, RuntimeError::Description(_)), "{error}");
}

#[test]
fn a_caller_without_its_bundle_says_so() {
    let world = World::new(Language::Rust);
    let echo = world.caller();
    world.runtime.unload_bundle(polyplug_abi::BundleId::of("echo")).unwrap();
    let error: Box<CallError> = echo.version().unwrap_err();
    assert_eq!(error.code, AbiErrorCode::StaleHandle as u32);
    world.runtime.load_bundle(world.bundle()).unwrap();
    assert_eq!(echo.version().unwrap(), 1);
}

#[test]
fn a_caller_of_one_contract_is_none_of_another() {
    let world = World::new(Language::Rust);
    let contract = world.runtime.contract("test.echo@1").unwrap();
    assert_eq!(Echo::of(&contract).unwrap().add(1, 2).unwrap(), 3);
    assert_eq!(Echo::description().to_string(), "test.echo@1.2.0");
}
