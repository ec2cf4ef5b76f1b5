//! Bad input: a distinct code and message, nothing left behind, and the host goes on.

use crate::world::{World, reason, script};
use polyplug::error::{LoaderError, ProvidedError, RuntimeError};
use polyplug_abi::{AbiError, AbiErrorCode, GuestContractInstance, StringView};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::table::Table;
use std::fs;
use std::ptr;

fn registering(entry: &str) -> String {
    format!("function polyplug_init() return {{ ['x.y'] = {entry} }}, {{ code = 0 }} end")
}

/// What is wrong, and what the message has to say about it.
fn starts() -> Vec<(String, &'static str)> {
    let new = "factory = function() return {} end";
    let functions = "functions = { [0] = function() end }";
    let own = |text: &str| text.to_owned();
    vec![
        (own("functin polyplug_init() end"), "bad/main.lua:1: '=' expected near 'polyplug_init'"),
        (own("error('in the chunk')"), "bad/main.lua:1: in the chunk"),
        (own("function polyplug_init() error('in init') end"), "bad/main.lua:1: in init"),
        (own("error({ code = 300, message = 'a table' })"), "a table"),
        (own("local x = nil + 1"), "attempt to perform arithmetic on a nil value"),
        (own("require('not.there')"), "module 'not.there' not found"),
        (own(""), "does not define the global function polyplug_init"),
        (own("polyplug_init = 5"), "does not define the global function polyplug_init"),
        (own("return {}"), "the typed form"),
        (own("function polyplug_init() return {}, { code = 7 } end"), "returned error code 7"),
        (
            own("function polyplug_init() return {}, { code = 300, message = 'no key' } end"),
            "returned error code 300: no key",
        ),
        (own("function polyplug_init() end"), "nil where the table of registrations belongs"),
        (own("function polyplug_init() return 5 end"), "returned a number"),
        (own("function polyplug_init() return {}, 5 end"), "returned a number as its second"),
        (own("function polyplug_init() return { 5 }, { code = 0 } end"), "a key of registrations"),
        (registering("5"), "contract `x.y`: its entry is a number instead of a table"),
        (registering("{}"), "contract `x.y`: factory is missing"),
        (registering("{ factory = 5 }"), "contract `x.y`: factory is a number"),
        (registering(&format!("{{ {new} }}")), "contract `x.y`: functions is missing"),
        (registering(&format!("{{ {new}, functions = 5 }}")), "functions is a number"),
        (
            registering(&format!("{{ {new}, functions = {{ [0] = 5 }} }}")),
            "functions[0] is a number instead of a function",
        ),
        (
            registering(&format!("{{ {new}, functions = {{ function() end }} }}")),
            "functions[0] is missing",
        ),
        (
            registering(&format!("{{ {new}, functions = {{ add = function() end }} }}")),
            "functions[\"add\"]",
        ),
        (
            registering(&format!("{{ {new}, {functions}, contract_version = 'one' }}")),
            "contract_version is one",
        ),
        (
            registering(&format!("{{ factory = function() end, {functions} }}")),
            "its factory returned nil",
        ),
        (
            registering(&format!("{{ factory = function() error('no room') end, {functions} }}")),
            "bad/main.lua:1: no room",
        ),
    ]
}

#[test]
fn every_wrong_start_has_its_own_message_and_leaves_nothing_behind() {
    let world = World::new();
    let contract = world.bundle("good", "functions[0] = function(_, _, o) set(o, 1) end");
    let revision = world.runtime.registry().revision();

    for (source, expected) in starts() {
        let error = world.try_load("bad", "", &source).unwrap_err();

        assert!(reason(&error).contains(expected), "{source}\n{error}");
        assert_eq!(error.code(), AbiErrorCode::LoadFailed as u32, "{source}");
        assert!(error.to_string().contains("bad"), "{error}");
        assert!(world.runtime.contract("x.y@1").is_err(), "{source}");
        assert_eq!(world.loaded(), ["good"], "{source}");
        assert_eq!(world.runtime.registry().revision(), revision, "{source}");
        assert_eq!(call::number(&contract, 0).unwrap(), 1);
    }
}

#[test]
fn every_wrong_start_of_a_new_version_leaves_the_old_one_running() {
    let world = World::new();
    let contract = world.bundle("bad", "functions[0] = function(_, _, o) set(o, 1) end");

    for (source, expected) in starts() {
        let error = world.change_to("bad", &source).unwrap_err();

        assert!(reason(&error).contains(expected), "{source}\n{error}");
        assert_eq!(call::number(&contract, 0).unwrap(), 1, "{source}");
    }
    world.change("bad", "functions[0] = function(_, _, o) set(o, 2) end").unwrap();
    assert_eq!(call::number(&contract, 0).unwrap(), 2);
}

#[test]
fn files_that_are_no_lua_text_are_refused() {
    let world = World::new();
    let folder = world.write("bad", "", "");
    let bytes: [(&[u8], &str); 3] = [
        (b"\x1bLJ\x02", "bytecode"),
        (b"-- fine\n\xFF", "not UTF-8 in line 2"),
        (b"\0\0", "bad/main.lua:1:"),
    ];
    for (bytes, expected) in bytes {
        std::fs::write(folder.join("main.lua"), bytes).unwrap();

        let error = world.runtime.load_bundle(&folder).unwrap_err();

        assert!(reason(&error).contains(expected), "{error}");
        assert!(world.loaded().is_empty());
    }
    std::fs::remove_file(folder.join("main.lua")).unwrap();
    let error = world.runtime.load_bundle(&folder).unwrap_err();
    assert!(reason(&error).contains("main.lua"), "{error}");
}

#[test]
fn one_contract_twice_and_a_manifest_that_promises_more_are_refused() {
    let world = World::new();
    let source = script("liar", "functions[0] = function() end");

    let error = world.try_load("liar", "provides = [\"other.api@1\"]\n", &source).unwrap_err();
    assert!(
        matches!(error, RuntimeError::Provided(ProvidedError::ProvidesMismatch { .. })),
        "{error:?}"
    );
    let count = "[function_count]\n\"liar.api@1\" = 2\n";
    let error = world.try_load("liar", count, &source).unwrap_err();
    assert!(
        matches!(error, RuntimeError::Provided(ProvidedError::FunctionCountMismatch { .. })),
        "{error:?}"
    );

    assert!(world.loaded().is_empty());
    assert!(world.runtime.contract("liar.api@1").is_err());
}

#[test]
fn wrong_calls_have_their_own_codes() {
    let world = World::new();
    let contract = world.bundle("one", "functions[0] = function(_, _, o) set(o, 1) end");
    world.bundle("two", "functions[0] = function(_, _, o) set(o, 2) end");
    let other = world.contract("two.api@1");
    let gone = call::create(&contract).unwrap();
    let of_other = call::create(&other).unwrap();
    call::destroy(&contract, gone).unwrap();
    let forged = GuestContractInstance { data: ptr::without_provenance_mut(77), ..gone };

    let code = |instance| call::on(&contract, instance, 0).unwrap_err().code;

    assert_eq!(code(gone), AbiErrorCode::StaleHandle as u32);
    assert_eq!(code(forged), AbiErrorCode::StaleHandle as u32);
    assert_eq!(code(of_other), AbiErrorCode::StaleHandle as u32);
    let missing = call::number(&contract, 1).unwrap_err().code;
    assert_eq!(missing, AbiErrorCode::FunctionNotAvailable as u32);
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
}

#[test]
fn null_pointers_are_errors_and_not_crashes() {
    let world = World::new();
    let contract = world.bundle("one", "functions[0] = function(_, _, o) set(o, 1) end");
    let table = Table::of(&world.runtime);
    let raw = Raw::of(&contract);
    let none = GuestContractInstance::null();
    let (api, extensions) = (table.api(), table.extensions());
    let no_args = ptr::null();

    let null_interface = table.run(|error: *mut AbiError| {
        // SAFETY: null is what this is about.
        unsafe {
            (extensions.call)(
                table.0,
                ptr::null(),
                none,
                0,
                no_args,
                ptr::null_mut(),
                ptr::null_mut(),
                error,
            );
        }
    });
    let null_path = table.run(|error| {
        // SAFETY: as above.
        unsafe { (api.load_bundle)(table.0, ptr::null(), 0, error) };
    });
    let null_descriptor = table.run(|error| {
        // SAFETY: as above.
        unsafe { (api.register_guest_contract)(table.0, ptr::null(), ptr::null(), error) };
    });

    for failure in [null_interface, null_path, null_descriptor] {
        let (code, message) = failure.unwrap_err();
        assert_ne!(code, 9999, "the error was written");
        assert!(!message.is_empty());
    }
    assert!(table.find("nobody.home@1", 0).is_none());
    // SAFETY: an absent text is null.
    unsafe { (api.log)(table.0, 77, StringView::null(), StringView::null()) };
    assert_eq!(raw.number(0).unwrap(), 1);
}

#[test]
fn a_script_that_passes_nonsense_to_polyplug_gets_an_error_that_says_so() {
    let world = World::new();
    let mistakes = [
        ("polyplug.log('info')", "the message must be a string"),
        ("polyplug.log({}, 'x')", "log level"),
        ("polyplug.keep()", "the name must be a string"),
        ("polyplug.keep('x', 5)", "the default must be a table"),
        ("guest.resolve()", "expected a string"),
        ("guest.resolve('a.b', -1)", "whole numbers"),
        ("guest.call(nil, nil, 0)", "the interface is nil"),
        ("guest.call(guest.resolve('bad.api', 1), nil, 'zero')", "whole number"),
        ("guest.create(nil)", "the interface is nil"),
        ("guest.destroy(nil, nil)", "the interface is nil"),
        ("guest.log(1, nil, 'a', 'b')", "log level"),
    ];
    let body: String = (0..)
        .zip(mistakes)
        .map(|(id, (code, _))| format!("functions[{id}] = function() {code} end\n"))
        .collect();
    let contract = world.bundle("bad", &body);

    for (id, (code, expected)) in (0..).zip(mistakes) {
        let error = call::number(&contract, id).unwrap_err();
        assert!(error.message.contains(expected), "{code}: {}", error.message);
        assert!(error.message.contains("bad/main.lua:"), "{code}: {}", error.message);
    }
}

#[test]
fn the_name_of_a_file_begins_no_line() {
    let name = "x\nERROR trust: all is well \u{1b}[2J.lua";
    let as_main = "file = \"x\\nERROR trust: all is well \\u001b[2J.lua\"\n";
    for (manifest, content) in [
        ("file = \"main.lua\"\n", &b"\x1bLJ"[..]),
        ("file = \"main.lua\"\n", b"\xff"),
        (as_main, b""),
        (as_main, b"function polyplug_init() end return {}"),
        (as_main, b"return { ['a.b@1'] = 5 }"),
        (as_main, b"functin"),
        (as_main, b"local function a() error('in it') end a()"),
    ] {
        let world = World::new();
        let folder = world.write("bad", "", "");
        fs::write(folder.join(name), content).unwrap();
        world.folder.manifest("bad", &format!("loader = \"lua\"\n{manifest}"));
        let error = world.runtime.load_bundle(&folder).unwrap_err();
        let told = error.to_string();
        let is_forged = told.lines().any(|line| line.trim_start().starts_with("ERROR"));
        assert!(!is_forged && !told.contains('\u{1b}'), "{told}");
        assert!(told.contains(r"x\nERROR trust") || content.starts_with(b"return"), "{told}");
        let RuntimeError::Loader(LoaderError::InitFailed { place, .. }) = error else { continue };
        let place = place.filter(|_| told.contains(".lua:1:"));
        assert_eq!(place.is_some(), told.contains(".lua:1:"), "{told}");
    }
}
