//! How fast it is, against the bare library in the same run. Run by hand:
//! `cargo test --release -p polyplug_lua --lib speed -- --ignored --nocapture`.

#![expect(clippy::multiple_unsafe_ops_per_block, reason = "the bare library, as the floor")]

use super::*;
use mlua::ffi;
use std::hint::black_box;
use std::time::Instant;

const ADD: &str = "
local ffi = require('ffi')
local args_type, out_type = ffi.typeof('const uint32_t *'), ffi.typeof('uint32_t *')
functions[0] = function(_, args, out)
  local a = ffi.cast(args_type, args)
  ffi.cast(out_type, out)[0] = a[0] + a[1]
end
functions[1] = function() error('boom') end
";

/// The median over rounds of the time of one run of `body`, in nanoseconds.
fn nanoseconds(rounds: usize, repeat: u32, mut body: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            for _ in 0..repeat {
                body();
            }
            begin.elapsed().as_nanos() as f64 / f64::from(repeat)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}

fn call_add(guest: &LuaGuest) -> u32 {
    let (args, mut out) = ([20_u32, 22], 0_u32);
    let call = GuestCall {
        contract: 0,
        function: 0,
        instance: ptr::null_mut(),
        args: black_box(args.as_ptr().cast()),
        out: (&raw mut out).cast(),
        arena: ptr::null_mut(),
    };
    // SAFETY: nobody else uses the guest.
    unsafe { guest.call(black_box(&call)) }.unwrap();
    black_box(out)
}

/// The same function, called bare.
fn bare_add() -> f64 {
    let source = format!("local functions = {{}}\n{ADD}\nadd = functions[0]\0");
    // SAFETY: plain use of the C API on a state of its own.
    unsafe {
        let state = ffi::luaL_newstate();
        ffi::luaL_openlibs(state);
        assert_eq!(ffi::luaL_loadstring(state, source.as_ptr().cast()), 0);
        assert_eq!(ffi::lua_pcall(state, 0, 0, 0), 0);
        ffi::lua_getfield_(state, ffi::LUA_GLOBALSINDEX, c"add".as_ptr());
        let function = ffi::luaL_ref(state, ffi::LUA_REGISTRYINDEX);
        let (args, mut out) = ([20_u32, 22], 0_u32);
        let result = nanoseconds(31, 20_000, || {
            ffi::lua_rawgeti_(state, ffi::LUA_REGISTRYINDEX, function);
            ffi::lua_pushnil(state);
            ffi::lua_pushnumber(state, args.as_ptr().addr() as f64);
            ffi::lua_pushnumber(state, (&raw mut out).addr() as f64);
            ffi::lua_pushnumber(state, 0.0);
            ffi::lua_pushnumber(state, 0.0);
            assert_eq!(ffi::lua_pcall(state, 5, 0, 0), 0);
        });
        assert_eq!(black_box(out), 42);
        ffi::lua_close(state);
        result
    }
}

fn bare_vm(script: &std::ffi::CStr) {
    // SAFETY: plain use of the C API on a state of its own.
    unsafe {
        let state = ffi::luaL_newstate();
        ffi::luaL_openlibs(state);
        assert_eq!(ffi::luaL_loadstring(state, script.as_ptr()), 0);
        assert_eq!(ffi::lua_pcall(state, 0, 0, 0), 0);
        ffi::lua_getfield_(state, ffi::LUA_GLOBALSINDEX, c"polyplug_init".as_ptr());
        assert_eq!(ffi::lua_pcall(state, 0, 0, 0), 0);
        ffi::lua_close(state);
    }
}

#[test]
#[ignore = "prints times"]
fn calls_against_the_floor() {
    let source = contract(ADD);
    let plain = Bundle::of(&[("main.lua", &source)]).open();
    let limited = Bundle::of(&[("main.lua", &source)]).call_time(2_000).memory(64 << 20).open();
    for _ in 0..3 {
        println!("bare lua_pcall     {:8.1} ns", bare_add());
        println!("Guest::call        {:8.1} ns", nanoseconds(31, 20_000, || _ = call_add(&plain)));
        println!(
            "with limits        {:8.1} ns",
            nanoseconds(31, 20_000, || _ = call_add(&limited))
        );
        let fails = || _ = black_box(call(&plain, 1, 0.0)).unwrap_err();
        println!("error with report  {:8.1} ns", nanoseconds(31, 1_000, fails));
    }
}

#[test]
#[ignore = "prints times"]
fn a_new_vm_against_the_floor() {
    let source = contract(ADD);
    let script = std::ffi::CString::new(source.clone()).unwrap();
    let with_modules = format!("local guest = require('polyplug_guest')\n{source}");
    let with_abi = format!("local guest = require('polyplug_abi')\n{source}");
    let open = |source: &str| drop(Bundle::of(&[("main.lua", source)]).open());
    for _ in 0..3 {
        println!("bare VM, script    {:8.1} us", nanoseconds(31, 50, || bare_vm(&script)) / 1e3);
        println!("LuaGuest           {:8.1} us", nanoseconds(31, 50, || open(&source)) / 1e3);
        println!("with polyplug_abi  {:8.1} us", nanoseconds(31, 50, || open(&with_abi)) / 1e3);
        println!("with polyplug_guest{:8.1} us", nanoseconds(31, 50, || open(&with_modules)) / 1e3);
    }
    for (name, source) in [("small", &source), ("abi", &with_abi), ("guest", &with_modules)] {
        let guest = Bundle::of(&[("main.lua", source)]).open();
        let opened = guest.vm.context().memory.used();
        guest.vm.run(&mut |frame| frame.collect()).unwrap();
        println!(
            "memory {name:12}{opened:8} bytes, {} collected",
            guest.vm.context().memory.used()
        );
    }
    let size = 100.0;
    let old: Vec<_> = (0..2).map(|_| Bundle::of(&[("main.lua", &source)]).open()).collect();
    for _ in 0..100 {
        create(&old[0]);
    }
    let hand_over = nanoseconds(31, 1, || {
        // SAFETY: nobody else uses the guests.
        unsafe { old[1].hand_over(&old[0]) }.unwrap();
    });
    println!("hand over {size} objects {:8.1} us", hand_over / 1e3);
}

#[test]
#[ignore = "prints times"]
fn how_late_a_call_is_stopped() {
    const LIMIT: u64 = 20;
    let loops = [
        "while true do end",
        "local x = 0 while true do x = x + 1 end",
        "local t = {} while true do t[#t % 100 + 1] = {} end",
        "while true do pcall(function() while true do end end) end",
        "while true do pcall(function() local t = {} while true do t[1] = {} end end) end",
    ];
    for script in loops {
        let source = contract(&format!("functions[0] = function() {script} end"));
        let guest = Bundle::of(&[("main.lua", &source)]).call_time(LIMIT).open();
        let mut late: Vec<f64> = (0..200)
            .map(|_| {
                let begin = Instant::now();
                call(&guest, 0, 0.0).unwrap_err();
                begin.elapsed().as_secs_f64() * 1e3 - LIMIT as f64
            })
            .collect();
        late.sort_by(f64::total_cmp);
        println!(
            "late by {:5.1} ms (median), {:5.1} (p99), {:5.1} (most): {script}",
            late[100], late[197], late[199]
        );
    }
}
