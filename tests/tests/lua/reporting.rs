//! What is said about an error: where it was raised, and who is told, and when.

use crate::world::World;
use parking_lot::Mutex;
use polyplug::error::{LoaderError, RuntimeError};
use polyplug_abi::{AbiErrorCode, LogLevel};
use polyplug_tests::call::{self, Raw};
use polyplug_tests::language::fixture;
use polyplug_tests::table::Table;
use std::sync::Arc;
use std::thread;

const FAILS: &str = "
local function inner() error('no gold') end
functions[0] = function() inner() end
functions[1] = function(_, _, o) set(o, 1) end";

#[test]
fn rule_6_chunk_names_are_bundle_and_file() {
    let world = World::new();
    let folder = world.write(
        "named",
        "",
        &crate::world::script(
            "named",
            "local part = require('lib.part')
             functions[0] = function(_, _, o)
               assert(debug.getinfo(1, 'S').source == '@named/main.lua')
               assert(part.source() == '@named/lib/part.lua', part.source())
               set(o, 1)
             end
             functions[1] = part.fail",
        ),
    );
    std::fs::create_dir(folder.join("lib")).unwrap();
    let part = "return {\n source = function() return debug.getinfo(1, 'S').source end,\n\
                fail = function() error('in a part') end }";
    std::fs::write(folder.join("lib/part.lua"), part).unwrap();
    world.runtime.load_bundle(&folder).unwrap();
    let contract = world.contract("named.api@1");

    assert_eq!(call::number(&contract, 0).unwrap(), 1);
    let error = call::number(&contract, 1).unwrap_err();
    assert!(error.message.starts_with("named/lib/part.lua:3: in a part"), "{}", error.message);
}

#[test]
fn f9_the_message_the_file_and_the_line_arrive_everywhere() {
    let world = World::new();
    let contract = world.bundle("broke", FAILS);
    let table = Table::of(&world.runtime);
    table.take_last_error();

    let guarded = call::number(&contract, 0).unwrap_err();
    let (code, raw) = Raw::of(&contract).number(0).unwrap_err();
    let last = table.take_last_error();

    assert_eq!((guarded.code, code), (AbiErrorCode::Generic as u32, AbiErrorCode::Generic as u32));
    // Where nobody else says whose failure it is, the text does.
    let origin = "function 0 of `broke.api@1` in bundle `broke`: ";
    let last_own =
        last.strip_prefix(origin).expect("the last error says where it is from").to_owned();
    for message in [&guarded.message, &last_own, &raw] {
        assert!(message.starts_with("broke/main.lua:2: no gold\nstack traceback:"), "{message}");
        assert!(message.contains("broke/main.lua:2: in function 'inner'"), "{message}");
        assert!(message.contains("broke/main.lua:3: in function"), "{message}");
    }
    let records = world.log.records();
    let record = records.last().expect("a record");
    assert_eq!((record.level, record.scope.as_str()), (LogLevel::Error, "loader.lua"));
    let start = "Lua function call failed: broke/main.lua:2: no gold";
    assert!(record.message.starts_with(start), "{}", record.message);
}

#[test]
fn f9_a_failure_of_the_start_names_file_line_and_text() {
    let world = World::new();

    let error = world.try_load("start", "", "local x = 1\nerror('at start') -- here").unwrap_err();

    let RuntimeError::Loader(LoaderError::InitFailed { error, place: Some(place), .. }) = &error
    else {
        panic!("{error:?}");
    };
    assert!(error.starts_with("start/main.lua:2: at start"), "{error}");
    assert_eq!((place.file.as_str(), place.line), ("main.lua", 2));
    assert_eq!(place.text.as_deref(), Some("error('at start') -- here"));
}

#[test]
fn a_failure_is_the_last_error_of_its_own_thread_alone() {
    let world = World::new();
    let contract = world.bundle("broke", FAILS);
    let table = Table::of(&world.runtime);
    table.take_last_error();

    thread::scope(|scope| {
        scope.spawn(|| {
            Raw::of(&contract).number(0).unwrap_err();
            assert!(table.take_last_error().contains("no gold"));
        });
    });

    assert_eq!(table.take_last_error(), "");
}

#[test]
fn rule_6_the_record_of_a_failure_comes_on_the_calling_thread_after_the_vm_was_left() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let world = World::logging_to(move |runtime, message| {
        if !message.contains("no gold") {
            return;
        }
        // Another thread gets into the VM while the record is being told: nobody is inside.
        let contract = runtime.contract("broke.api@1").unwrap();
        let answer = thread::spawn(move || call::number(&contract, 1).unwrap()).join().unwrap();
        told.lock().push((thread::current().id(), answer));
    });
    let contract = world.bundle("broke", FAILS);

    call::number(&contract, 0).unwrap_err();

    assert_eq!(*seen.lock(), [(thread::current().id(), 1)]);
}

#[test]
fn rule_6_a_scripts_log_takes_neither_the_vm_lock_nor_the_writer_lock() {
    let answers = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&answers);
    let world = World::logging_to(move |runtime, message| {
        if message != "hello" {
            return;
        }
        // The listing takes the writer lock, on another thread; the call comes back into the VM.
        let weak = Arc::clone(runtime);
        let listed = thread::spawn(move || weak.bundles().len()).join().unwrap();
        let contract = runtime.contract("talks.api@1").unwrap();
        told.lock().push((listed, call::number(&contract, 1).unwrap()));
    });
    let contract = world.bundle(
        "talks",
        "functions[0] = function() polyplug.log('info', 'hello') guest.log(1, 3, 'a', 'hello') end
         functions[1] = function(_, _, o) set(o, 5) end",
    );

    call::number(&contract, 0).unwrap();

    assert_eq!(*answers.lock(), [(1, 5), (1, 5)]);
}

#[test]
fn a_log_record_of_a_start_and_of_a_hand_over_arrives() {
    let world = World::new();
    let body = "polyplug.log('warn', 'starting')
        function new() return { save = function() polyplug.log('info', 'saving') return {} end,
          restore = function() polyplug.log('info', 'restoring') end } end
        functions[0] = function() end";
    world.bundle("talks", body);
    assert_eq!(world.log.count(LogLevel::Warn, "starting"), 1);

    world.change("talks", body).unwrap();

    assert_eq!(world.log.count(LogLevel::Warn, "starting"), 2);
    assert_eq!(world.log.count(LogLevel::Info, "saving"), 1);
    assert_eq!(world.log.count(LogLevel::Info, "restoring"), 1);
}

#[test]
fn messages_of_any_size_and_any_bytes_arrive_as_text() {
    let world = World::new();
    let contract = world.bundle(
        "odd",
        "functions[0] = function() error(('x'):rep(1000000), 0) end
         functions[1] = function() error('\\255\\0\\254 end', 0) end
         functions[2] = function() error('', 0) end",
    );

    let long = call::number(&contract, 0).unwrap_err().message;
    let odd = Raw::of(&contract).number(1).unwrap_err().1;
    let empty = call::number(&contract, 2).unwrap_err().message;

    assert!(long.starts_with(&"x".repeat(1_000_000)));
    assert!(odd.contains(" end\nstack traceback"), "{odd:?}");
    assert!(empty.contains("odd/main.lua:3"), "{empty:?}");
}

#[test]
fn the_greeter_of_the_fixtures_greets() {
    let world = World::new();
    world.runtime.load_bundle(fixture("greeter", "lua")).unwrap();
    let greeter = world.contract("test.greeter@1");

    assert_eq!(crate::text::ask(&world, &greeter, 0, "world").unwrap(), "hello, world");
    assert_eq!(crate::text::ask(&world, &greeter, 0, "").unwrap(), "hello, ");
    let long = "x".repeat(100_000);
    assert_eq!(crate::text::ask(&world, &greeter, 0, &long).unwrap(), format!("hello, {long}"));
}
