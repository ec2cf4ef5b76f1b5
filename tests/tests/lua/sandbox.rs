//! `[lua] sandbox = true`: what a script does not have, and what is said about it.

use crate::world::{World, reason, script};

const BOXED: &str = "[lua]\nsandbox = true\n";

/// Runs `check` while a sandboxed bundle starts.
fn run(check: &str) -> String {
    let world = World::new();
    let error = world.try_load("boxed", BOXED, &format!("{check}\nerror('done', 0)")).unwrap_err();
    reason(&error).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_sandbox_has_no_way_to_files_processes_memory_or_bytecode() {
    let missing = [
        "io",
        "debug",
        "ffi",
        "dofile",
        "loadfile",
        "jit",
        "os.execute",
        "os.exit",
        "os.remove",
        "os.rename",
        "os.getenv",
        "os.tmpname",
        "package.loadlib",
        "string.dump",
    ];
    for name in missing {
        assert_eq!(run(&format!("assert({name} == nil)")), "done", "{name}");
    }
    for module in ["ffi", "jit", "jit.util", "io", "debug", "string.buffer", "polyplug_guest"] {
        assert_eq!(run(&format!("assert(not pcall(require, '{module}'))")), "done", "{module}");
    }
    assert_eq!(run("assert(not load(('').rep('\\27LJ', 1)))"), "done");
    assert_eq!(run("assert(package.loaded.io == nil and package.loaded.debug == nil)"), "done");
}

#[test]
fn a_sandbox_has_what_honest_scripts_need() {
    assert_eq!(
        run("assert(math.floor(1.5) == 1 and ('x'):rep(2) == 'xx' and os.clock() >= 0)
             assert(load('return 1')() == 1 and #table.concat({ 1, 2 }) == 2)
             polyplug.log('info', 'fine')
             assert(polyplug.bundle == 'boxed')"),
        "done"
    );
}

#[test]
fn the_raw_form_in_a_sandbox_is_refused_with_what_to_change() {
    let world = World::new();

    let error = world.try_load("boxed", BOXED, &script("boxed", "")).unwrap_err();
    assert!(reason(&error).contains("module 'ffi' not found"), "{error}");

    let bare = "function polyplug_init() return {}, { code = 0 } end";
    let error = world.try_load("boxed", BOXED, bare).unwrap_err();
    assert!(reason(&error).contains("sandbox = false"), "{error}");
}

#[test]
fn a_script_that_is_not_sandboxed_does_not_end_the_host_either() {
    let world = World::new();
    let contract = world.bundle("exits", "functions[0] = function() os.exit(3) end");

    let error = polyplug_tests::call::number(&contract, 0).unwrap_err();

    assert!(error.message.contains("would end the host"), "{}", error.message);
}

#[test]
fn bundles_see_nothing_of_each_other() {
    let world = World::new();
    let first = "secret = 5 string.leak = 6 package.loaded.leak = 7 functions[0] = function() end";
    world.bundle("first", first);

    let second = world.bundle(
        "second",
        "functions[0] = function(_, _, o)
           set(o, (secret or string.leak or package.loaded.leak) and 1 or 0)
         end",
    );

    assert_eq!(polyplug_tests::call::number(&second, 0).unwrap(), 0);
}
