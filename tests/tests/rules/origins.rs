//! 5: what a function says about its failure is given on as it is; where a person reads it, it says
//! which function of which contract and bundle that was.

use super::native::NATIVE;
use polyplug_abi::Version;
use polyplug_tests::call;
use polyplug_tests::host::Host;
use polyplug_tests::host_contract::{self, Counts};
use polyplug_tests::table::Table;

const CODE: &str = "contract test.a@1.0\nfn version 1\nfn fail 300 no fuel\nfn call test.a@1 1";
const WIT: &str = "package test:a@1.0.0; interface a {
    version: func() -> u32;
    burn: func();
    go: func();
}";

/// A host with a bundle of the scripted VM, which fails as `CODE` says, and with a described one.
fn host() -> Host {
    let host = Host::new();
    host.load("one", CODE).unwrap();
    host
}

fn described() -> Host {
    let host = Host::new();
    let folder = host.folder.bundle_with("one", "wit = \"a.wit\"", CODE);
    std::fs::write(folder.join("a.wit"), WIT).unwrap();
    host.runtime.load_bundle(folder).unwrap();
    host
}

#[test]
fn a_failure_names_function_contract_and_bundle() {
    let host = host();
    let contract = host.contract("test.a@1");
    for (function, name) in [(1, "function 1"), (2, "function 2")] {
        let error = call::number(&contract, function).unwrap_err();
        assert_eq!(error.message, "no fuel");
        let origin = error.origin.as_ref().unwrap();
        assert_eq!(origin.bundle.as_deref(), Some("one"));
        assert_eq!((&*origin.contract, &*origin.function), ("test.a@1", name));
        let text = format!("{name} of `test.a@1` in bundle `one`: no fuel");
        assert_eq!(error.text(), text);
        assert_eq!(error.to_string(), format!("{text} (code 300)"));
    }
}

#[test]
fn a_described_function_is_named_by_its_name() {
    let host = described();
    let error = host.runtime.call("test.a@1", "burn", &[]).unwrap_err();
    assert_eq!(error.to_string(), "`burn` of `test.a@1` in bundle `one`: no fuel (code 300)");
    let error = call::number(&host.contract("test.a@1"), 2).unwrap_err();
    assert_eq!(error.text(), "`go` of `test.a@1` in bundle `one`: no fuel");
}

#[test]
fn native_functions_are_named_on_every_way_in() {
    let host = Host::new();
    host.load_with("native", NATIVE, "contract test.n@1.0\nfn version 3\nfn fail").unwrap();
    let contract = host.contract("test.n@1");
    let text = "function 1 of `test.n@1` in bundle `native`: the plugin's own words";
    // The first call of a thread takes the long way, the second the short one.
    for _ in 0..2 {
        assert_eq!(call::number(&contract, 1).unwrap_err().text(), text);
        assert_eq!(Table::of(&host.runtime).last_error(), text);
    }
}

#[test]
fn a_caller_in_c_is_lent_the_words_and_finds_the_place_in_the_last_error() {
    let host = host();
    let contract = host.contract("test.a@1");
    let failure = call::Raw::of(&contract).number(1).unwrap_err();
    assert_eq!(failure, (300, "no fuel".to_owned()));
    let last = Table::of(&host.runtime).last_error();
    assert_eq!(last, "function 1 of `test.a@1` in bundle `one`: no fuel");
}

#[test]
fn a_constructor_is_named() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn count\nnew fail 300 no room").unwrap();
    let error = call::create(&host.contract("test.a@1")).unwrap_err();
    assert_eq!(error.text(), "the constructor of `test.a@1` in bundle `one`: no room");
}

#[test]
fn what_the_runtime_says_itself_has_no_origin() {
    let host = host();
    let error = call::number(&host.contract("test.a@1"), 9).unwrap_err();
    assert_eq!(error.origin, None);
    assert!(error.message.contains("`test.a@1`") && error.message.contains("`one`"), "{error}");
}

#[test]
fn a_contract_of_the_host_is_named_once_somebody_has_said_its_name() {
    let host = Host::new();
    let counts: &'static Counts = Box::leak(Box::default());
    let clock = host_contract::interface("test.clock", Version::new(1, 0, 0), true, counts);
    host_contract::register(&host.runtime, clock).unwrap();
    let unnamed = host_contract::register(&host.runtime, clock).unwrap_err().to_string();
    assert!(unnamed.contains(&clock.contract_id.to_string()), "{unnamed}");

    let wit = host.folder.path().join("clock.wit");
    std::fs::write(
        &wit,
        "package test:clock@1.0.0; interface clock { which: func() -> u32; refuse: func(); }",
    )
    .unwrap();
    host.runtime.describe(&wit).unwrap();

    let twice = host_contract::register(&host.runtime, clock).unwrap_err().to_string();
    assert_eq!(twice, "host contract `test.clock@1` is registered already");
    let error = host.runtime.call("test.clock@1", "refuse", &[]).unwrap_err().to_string();
    assert_eq!(error, "`refuse` of `test.clock@1` of the host: the host's own words (code 300)");
    assert!(
        host_contract::instance(&Table::of(&host.runtime), "test.clock", 1 << 16 | 3).is_none()
    );
    let last = Table::of(&host.runtime).last_error();
    assert!(last.starts_with("host contract `test.clock@1` has version 1.0.0"), "{last}");
}
