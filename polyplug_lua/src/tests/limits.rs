//! Memory and time limits.

use super::*;
use polyplug::guest::Aftermath;
use polyplug_abi::AbiErrorCode;
use std::sync::atomic::{AtomicBool, Ordering};

const LIMIT: u64 = 30;

fn open_limited(body: &str) -> LuaGuest {
    Bundle::of(&[("main.lua", &contract(body))]).call_time(LIMIT).open()
}

fn stops(body: &str) {
    let guest = open_limited(&format!(
        "functions[0] = function() {body} end\nfunctions[1] = function() return end"
    ));
    for _ in 0..2 {
        let error = call(&guest, 0, 0.0).unwrap_err();
        assert_eq!(error.code, AbiErrorCode::TimedOut as u32, "{}", error.message);
        assert!(error.message.contains("time limit of 30 ms"), "{}", error.message);
        assert!(error.message.contains("bundle/main.lua:"), "{}", error.message);
        assert_eq!(error.aftermath, Aftermath::Rebuild);
        call(&guest, 1, 0.0).unwrap();
    }
}

#[test]
fn an_endless_loop_is_stopped() {
    stops("while true do end");
}

#[test]
fn a_compiled_loop_is_stopped() {
    stops("local x = 0 for i = 1, 1e15 do x = x + i % 7 end");
}

#[test]
fn a_loop_that_catches_every_error_is_stopped() {
    stops("local x = 0 while true do pcall(function() while true do x = x + 1 end end) end");
    stops("while true do pcall(error, 'again') end");
}

#[test]
fn a_loop_in_a_message_handler_is_stopped() {
    stops("xpcall(function() while true do end end, function() while true do end end)");
    stops("xpcall(error, function() while true do end end)");
}

#[test]
fn loops_in_coroutines_are_stopped() {
    stops("coroutine.wrap(function() while true do end end)()");
    stops(
        "while true do
           local co = coroutine.create(function() for i = 1, 100 do coroutine.yield(i) end end)
           while coroutine.resume(co) do end
         end",
    );
}

#[test]
fn a_loop_that_allocates_is_stopped() {
    stops("local t = {} while true do t[#t % 1000 + 1] = { tostring(#t) } end");
    stops("local s = '' while true do s = (s .. 'x'):sub(-100) end");
}

#[test]
fn a_recursion_that_never_ends_is_stopped() {
    stops("local function f(n) if n > 0 then f(n - 1) f(n - 1) end end f(60)");
}

#[test]
fn start_and_constructors_are_limited_too() {
    let loops = ["while true do end", "function polyplug_init() while true do end end"];
    for source in loops {
        let message = Bundle::of(&[("main.lua", source)]).call_time(LIMIT).refusal();
        assert!(message.contains("time limit of 30 ms"), "{message}");
    }
    let guest = open_limited(
        "local made = 0
         function new() made = made + 1 while made > 1 do end return {} end
         functions[0] = function() end",
    );
    // SAFETY: nobody else uses the guest.
    let error = unsafe { guest.create_instance(0, ptr::null()) }.unwrap_err();
    assert_eq!(error.code, AbiErrorCode::TimedOut as u32);
    assert_eq!(guest.live_instances(), 0);
}

#[test]
fn calls_that_keep_to_the_limit_are_not_disturbed() {
    // Long enough for a thread of a busy machine to come back to its call.
    const AMPLE: u64 = 500;
    let body = with_doubles("functions[0] = function(_, a, o) set(o, get(a)) end");
    let guest = Bundle::of(&[("main.lua", &contract(&body))]).call_time(AMPLE).open();
    let begin = std::time::Instant::now();
    while begin.elapsed() < Duration::from_millis(3 * AMPLE) {
        assert_eq!(call(&guest, 0, 4.0).unwrap(), 4.0);
    }
}

#[test]
fn a_call_after_the_watchdog_went_to_sleep_is_stopped_too() {
    let guest = open_limited("functions[0] = function() while true do end end");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(call(&guest, 0, 0.0).unwrap_err().code, AbiErrorCode::TimedOut as u32);
}

#[test]
fn a_call_that_blocks_outside_of_lua_is_reported_as_stuck() {
    static STUCK: AtomicBool = AtomicBool::new(false);
    let mut bundle = Bundle::of(&[(
        "main.lua",
        &contract(
            "local ffi = require('ffi')
             ffi.cdef('int usleep(unsigned)')
             functions[0] = function() for i = 1, 15 do ffi.C.usleep(100000) end end
             functions[0] = function() ffi.C.usleep(1500000) end",
        ),
    )]);
    let on_stuck = Box::new(|_| STUCK.store(true, Ordering::Relaxed));
    bundle.opening.call_time = Some((Duration::from_millis(LIMIT), on_stuck));
    let guest = bundle.open();
    assert_eq!(call(&guest, 0, 0.0).unwrap_err().code, AbiErrorCode::TimedOut as u32);
    assert!(STUCK.load(Ordering::Relaxed));
}

#[test]
fn memory_beyond_the_limit_is_an_error_and_the_vm_goes_on() {
    let body = with_doubles(
        "functions[0] = function() local t = {} for i = 1, 1e9 do t[i] = { i } end end
         functions[1] = function(_, a, o) set(o, get(a)) end
         functions[2] = function() local s = ('x'):rep(1e9) end
         functions[3] = function() coroutine.wrap(function() local s = ('x'):rep(1e9) end)() end",
    );
    let guest = Bundle::of(&[("main.lua", &contract(&body))]).memory(4 << 20).open();
    for function in [0, 2, 3, 0] {
        let error = call(&guest, function, 0.0).unwrap_err();
        assert_eq!(error.code, AbiErrorCode::MemoryLimit as u32, "{function}: {}", error.message);
        assert!(error.message.contains("limit is 4194304 bytes"), "{}", error.message);
        assert_eq!(error.aftermath, Aftermath::None);
        assert_eq!(call(&guest, 1, 5.0).unwrap(), 5.0);
        assert!(guest.vm.context().memory.used() <= 4 << 20);
    }
}

#[test]
fn garbage_does_not_use_the_limit_up() {
    let body = "local keep = {}
         for i = 1, 2000 do keep[i] = ('x'):rep(500) .. i end
         functions[0] = function() for i = 1, 100000 do local s = ('y'):rep(100) .. i end end";
    let guest = Bundle::of(&[("main.lua", &contract(body))]).memory(3 << 20).open();
    call(&guest, 0, 0.0).unwrap();
}

#[test]
fn a_limit_too_small_for_a_vm_says_so() {
    for bytes in [0, 1000, 20_000, 40_000] {
        let source = contract("functions[0] = print");
        let message = Bundle::of(&[("main.lua", &source)]).memory(bytes).refusal();
        assert!(message.contains("memory"), "{bytes}: {message}");
    }
}

#[test]
fn memory_may_run_out_anywhere() {
    let body = with_doubles(
        "local guest = require('polyplug_guest')
         local kept = polyplug.keep('kept', { 1, 2, 3 })
         function new() return { list = { 'some', 'text' }, save = function(self) return { self.list } end } end
         functions[0] = function(self, a, o)
           local made = {}
           for i = 1, get(a) do made[i] = { tostring(i) .. 'x', guest.guest_contract_id('a', i) } end
           set(o, #made)
         end
         functions[1] = function() error({ message = ('x'):rep(500) }) end
         functions[2] = function() coroutine.wrap(function() error(('y'):rep(500)) end)() end
         functions[3] = function() require('part') end",
    );
    let source = contract(&body);
    let files = [("main.lua", source.as_str()), ("part.lua", "error('z')")];
    let old = Bundle::of(&files).open();
    for _ in 0..3 {
        create(&old);
    }
    let (mut opened, mut handed_over) = (0, 0);
    for bytes in (0..400_000).step_by(1024) {
        let Ok(guest) = Bundle::of(&files).memory(bytes).try_open() else { continue };
        opened += 1;
        // SAFETY: nobody else uses the guests.
        if unsafe { guest.hand_over(&old) }.is_ok() {
            handed_over += 1;
        }
        for function in [0, 1, 2, 3, 0] {
            let _ = call(&guest, function, 300.0);
        }
    }
    assert!(opened > 10 && handed_over > 10, "{opened} {handed_over}");
}
