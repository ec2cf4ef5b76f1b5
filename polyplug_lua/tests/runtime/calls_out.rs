//! What scripts call: other bundles, themselves, the log, memory.

use super::*;
use polyplug_abi::{AbiErrorCode, CallArena, GuestContractInstance, StringView};

/// Lua that resolves `{name}.api@1` and calls its function 0 with one double.
fn caller(name: &str) -> String {
    format!(
        "local function ask(value)
           local interface = assert(guest.resolve('{name}.api', 1))
           local arguments, out = ffi.new('double[1]', value), ffi.new('double[1]')
           local code, message = guest.call(interface, nil, 0, arguments, out)
           return out[0], code, message
         end\n"
    )
}

#[test]
fn a_bundle_calls_another() {
    let world = World::new();
    world.load("twice", "functions[0] = function(_, a, o) set(o, get(a) * 2) end");
    let body = caller("twice") + "functions[0] = function(_, a, o) set(o, (ask(get(a)))) end";
    let contract = world.load("asker", &body);
    for _ in 0..200 {
        assert_eq!(call(&contract, 0, 21.0).unwrap(), 42.0);
    }
}

#[test]
fn a_failure_of_the_other_bundle_arrives_as_code_and_message() {
    let world = World::new();
    world.load("broke", "functions[0] = function() error({ code = 300, message = 'no gold' }) end");
    let body = caller("broke")
        + "functions[0] = function(_, a, o)
             local _, code, message = ask(1)
             assert(code == 300 and message:find('no gold'), message)
             set(o, code)
           end";
    let contract = world.load("asker", &body);
    assert_eq!(call(&contract, 0, 0.0).unwrap(), 300.0);
}

#[test]
fn a_contract_that_is_not_there_is_nil_with_a_reason() {
    let world = World::new();
    let contract = world.load(
        "asker",
        "functions[0] = function(_, a, o)
           local interface, code, message = guest.resolve('nobody.home', 1)
           assert(interface == nil and #message > 0)
           set(o, code)
         end",
    );
    assert_eq!(call(&contract, 0, 0.0).unwrap(), f64::from(AbiErrorCode::NotFound as u32));
}

#[test]
fn bundles_call_each_other_in_turn_also_from_coroutines() {
    let world = World::new();
    let countdown = |other: &str| {
        caller(other)
            + "functions[0] = function(_, a, o)
                 local n = get(a)
                 if n == 0 then return set(o, 0) end
                 local inner, code, message
                 if n % 3 == 0 then
                   coroutine.wrap(function() inner, code, message = ask(n - 1) end)()
                 else
                   inner, code, message = ask(n - 1)
                 end
                 assert(code == 0, message)
                 set(o, inner + 1)
               end"
    };
    let ping = world.load("ping", &countdown("pong"));
    world.load("pong", &countdown("ping"));
    for _ in 0..50 {
        assert_eq!(call(&ping, 0, 20.0).unwrap(), 20.0);
    }
    let (code, message) = call(&ping, 0, 200.0).unwrap_err();
    assert_eq!(code, AbiErrorCode::Generic as u32);
    assert!(message.contains("64 deep"), "{message}");
    assert_eq!(call(&ping, 0, 20.0).unwrap(), 20.0);
}

#[test]
fn coming_back_in_through_ffi_is_refused() {
    let world = World::new();
    let contract = world.load(
        "inside",
        "local dispatcher = ffi.typeof('void (*)(PolyplugVmLoaderData, PolyplugGuestContractInstance, \
           uint32_t, const void *, void *, void *, PolyplugAbiError *)')
         functions[0] = function(_, a, o) set(o, 1) end
         functions[1] = function(_, a, o)
           local interface = ffi.cast('const PolyplugGuestContractInterface *', (guest.resolve('inside.api', 1)))
           local vm, failure = interface.dispatch.vm, ffi.new('PolyplugAbiError')
           local none = ffi.new('PolyplugGuestContractInstance')
           ffi.cast(dispatcher, vm.call)(vm.loader_data, none, 0, nil, nil, nil, failure)
           set(o, failure.code)
         end",
    );
    for _ in 0..200 {
        assert_eq!(call(&contract, 1, 0.0).unwrap(), f64::from(AbiErrorCode::ReentrantCall as u32));
    }
    assert_eq!(call(&contract, 0, 0.0).unwrap(), 1.0);
}

#[test]
fn scripts_make_use_and_destroy_objects_of_other_bundles() {
    let world = World::new();
    world.load(
        "counter",
        "function new(host, args) return { sum = args ~= 0 and get(args) or 0 } end
         functions[0] = function(self, a, o) self.sum = self.sum + get(a) set(o, self.sum) end",
    );
    let user = world.load(
        "user",
        "functions[0] = function(_, a, o)
           local interface = guest.resolve('counter.api', 1)
           local value, out = ffi.new('double[1]', get(a)), ffi.new('double[1]')
           local first = assert(guest.create(interface, value))
           local second = assert(guest.create(interface))
           assert(guest.call(interface, first, 0, value, out) == 0 and out[0] == 2 * get(a))
           assert(guest.call(interface, second, 0, value, out) == 0 and out[0] == get(a))
           assert(guest.destroy(interface, first) == 0)
           local code = guest.call(interface, first, 0, value, out)
           assert(code == guest.AbiErrorCode.StaleHandle)
           assert(guest.destroy(interface, second) == 0)
           set(o, 1)
         end",
    );
    assert_eq!(call(&user, 0, 5.0).unwrap(), 1.0);
}

#[test]
fn results_of_any_size_live_in_the_arena() {
    let world = World::new();
    let contract = world.load(
        "texts",
        "local host_table
         function new(host) host_table = host return {} end
         local out_type = ffi.typeof('PolyplugStringView *')
         functions[0] = function(_, a, o, arena, arena_alloc)
           ffi.cast(out_type, o)[0] = guest.alloc_string_arena(host_table, arena, arena_alloc, ('x'):rep(get(a)))
         end",
    );
    let host = world.runtime.host_abi();
    let mut arena = CallArena::new(host);
    for size in [0_u32, 1, 100, 10_000] {
        let (argument, mut out) = (f64::from(size), StringView::null());
        let (args, place) = ((&raw const argument).cast(), (&raw mut out).cast());
        let none = GuestContractInstance::null();
        // SAFETY: function 0 takes a double and returns a string view.
        unsafe { contract.call_raw(none, 0, args, place, &raw mut arena) }.unwrap();
        // SAFETY: the view is in the arena.
        let text = unsafe { std::slice::from_raw_parts(out.ptr, out.len) };
        assert_eq!(text, vec![b'x'; size as usize]);
    }
    // SAFETY: the table of a living runtime.
    let host_table = unsafe { &*host };
    // SAFETY: the table's extensions live as long as the table.
    let extensions = unsafe { &*host_table.reserved };
    // SAFETY: made above, on this thread.
    unsafe { (extensions.arena_release)(host, &raw mut arena) };
}

#[test]
fn scripts_log_in_their_own_name() {
    let world = World::new();
    world.load(
        "talker",
        "polyplug.log('warn', 'from the start')
         local host_pointer
         function new(host)
           guest.log(host, guest.LogLevel.Info, 'my.scope', 'from the factory')
           return {}
         end",
    );
    let log = world.log.lock().unwrap();
    assert!(log.contains(&(LogLevel::Warn, "talker".to_owned(), "from the start".to_owned())));
    assert!(log.contains(&(LogLevel::Info, "my.scope".to_owned(), "from the factory".to_owned())));
}

#[test]
fn two_threads_that_call_crosswise_get_answers() {
    let world = World::new();
    let ask = |other: &str| {
        caller(other)
            + "functions[0] = function(_, a, o) set(o, get(a) + 1) end
               functions[1] = function(_, a, o) local v, code = ask(get(a)) set(o, code) end"
    };
    let left = world.load("left", &ask("right"));
    let right = world.load("right", &ask("left"));
    let would_deadlock = f64::from(AbiErrorCode::WouldDeadlock as u32);
    std::thread::scope(|scope| {
        for contract in [&left, &right] {
            scope.spawn(move || {
                for _ in 0..5_000 {
                    let code = call(contract, 1, 1.0).unwrap();
                    assert!(code == 0.0 || code == would_deadlock, "{code}");
                }
            });
        }
    });
}
