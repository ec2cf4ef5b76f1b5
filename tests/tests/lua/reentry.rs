//! Who may come back into a VM that a thread is inside of.

use crate::world::World;
use parking_lot::Mutex;
use polyplug_abi::{AbiErrorCode, BundleId};
use polyplug_tests::call;
use std::sync::Arc;

/// Counts down through the other bundle, in turn, through `polyplug_guest.call`.
fn countdown(other: &str) -> String {
    format!(
        "functions[0] = function(_, a, o)
           local n = get(a)
           if n == 0 then return set(o, 0) end
           local below, code, message = ask('{other}.api', 0, n - 1)
           if code ~= 0 then return guest.err(code, message) end
           set(o, below + 1)
         end"
    )
}

/// Leaves through FFI, straight into the dispatcher of `{other}.api`, as compiled code does it: the
/// structs of the call are spelt as the words that they are.
fn leave_through_ffi(other: &str) -> String {
    format!(
        "local dispatcher = ffi.typeof('void (*)(void *, void *, uint64_t, uint32_t, const void *, \
           void *, void *, PolyplugAbiError *)')
         local function through_ffi(o)
           local interface = ffi.cast('const PolyplugGuestContractInterface *', (guest.resolve('{other}.api', 1)))
           local vm, failure = interface.dispatch.vm, ffi.new('PolyplugAbiError')
           local call = ffi.cast(dispatcher, vm.call)
           call(vm.loader_data.data, nil, 0, 0, nil, ffi.cast('void *', o), nil, failure)
           if failure.code ~= 0 then
             return guest.err(failure.code, ffi.string(failure.message.ptr, failure.message.len))
           end
         end\n"
    )
}

#[test]
fn rule_6_calls_nest_through_our_functions_to_a_depth_of_64() {
    let world = World::new();
    let ping = world.bundle("ping", &countdown("pong"));
    world.bundle("pong", &countdown("ping"));

    for _ in 0..20 {
        assert_eq!(call::add(&ping, 0, 63, 0).unwrap(), 63);
        let error = call::add(&ping, 0, 64, 0).unwrap_err();
        assert_eq!(error.code, AbiErrorCode::ReentrantCall as u32);
        assert!(error.message.contains("64 deep"), "{}", error.message);
    }
    assert_eq!(call::add(&ping, 0, 63, 0).unwrap(), 63);
}

#[test]
fn rule_6_a_bundle_may_call_itself_through_our_functions() {
    let world = World::new();
    let alone = world.bundle("alone", &countdown("alone"));

    assert_eq!(call::add(&alone, 0, 63, 0).unwrap(), 63);
    let error = call::add(&alone, 0, 64, 0).unwrap_err();

    assert_eq!(error.code, AbiErrorCode::ReentrantCall as u32);
}

#[test]
fn rule_3_out_and_back_through_ffi_is_refused_with_advice() {
    let world = World::new();
    let inside = leave_through_ffi("inside")
        + "functions[0] = function(_, _, o) set(o, 1) end
           functions[1] = function(_, _, o) return through_ffi(o) end";
    let contract = world.bundle("inside", &inside);

    for _ in 0..200 {
        let error = call::number(&contract, 1).unwrap_err();
        assert_eq!(error.code, AbiErrorCode::ReentrantCall as u32);
        assert!(error.message.contains("polyplug_guest.call"), "{}", error.message);
        assert!(error.message.contains("inside"), "{}", error.message);
    }
    assert_eq!(call::number(&contract, 0).unwrap(), 1);
}

#[test]
fn rule_3_out_through_ffi_and_back_through_another_bundle_is_refused() {
    let world = World::new();
    let first = leave_through_ffi("second")
        + "functions[0] = function(_, _, o) return through_ffi(o) end
           functions[1] = function(_, _, o) set(o, 7) end";
    let contract = world.bundle("first", &first);
    world.bundle(
        "second",
        "functions[0] = function(_, _, o)
           local _, code, message = ask('first.api', 1)
           if code ~= 0 then return guest.err(code, message) end
         end",
    );

    for _ in 0..200 {
        let error = call::number(&contract, 0).unwrap_err();
        assert_eq!(error.code, AbiErrorCode::ReentrantCall as u32);
        assert!(error.message.contains("polyplug_guest.call"), "{}", error.message);
    }
    assert_eq!(call::number(&contract, 1).unwrap(), 7);
}

#[test]
fn rule_3_a_bundle_that_was_left_through_our_functions_is_entered_from_one_that_was_not() {
    let world = World::new();
    let outer = world.bundle(
        "outer",
        "functions[0] = function(_, _, o)
           local answer, code, message = ask('middle.api', 0)
           if code ~= 0 then return guest.err(code, message) end
           set(o, answer)
         end
         functions[1] = function(_, _, o) set(o, 9) end",
    );
    let middle = leave_through_ffi("outer").replace("0, 0, nil", "0, 1, nil")
        + "functions[0] = function(_, _, o) return through_ffi(o) end";
    world.bundle("middle", &middle);

    for _ in 0..200 {
        assert_eq!(call::number(&outer, 0).unwrap(), 9);
    }
}

#[test]
fn rule_6_an_object_of_its_own_bundle_is_made_used_and_destroyed_from_inside() {
    let world = World::new();
    let contract = world.bundle(
        "own",
        "function new() return { sum = 0 } end
         functions[0] = function(self, a, o) self.sum = self.sum + get(a) set(o, self.sum) end
         functions[1] = function(_, a, o)
           local interface = guest.resolve('own.api', 1)
           local object = assert(guest.create(interface))
           local given, out = ffi.new('uint32_t[2]', get(a)), ffi.new('uint32_t[1]')
           for _ = 1, 3 do assert(guest.call(interface, object, 0, given, out) == 0) end
           assert(guest.destroy(interface, object) == 0)
           assert(guest.destroy(interface, object) == guest.AbiErrorCode.StaleHandle)
           set(o, out[0])
         end",
    );

    assert_eq!(call::add(&contract, 1, 5, 0).unwrap(), 15);
    assert_eq!(world.runtime.bundles()[0].instances, 0);
}

#[test]
fn rule_3_changing_bundles_from_inside_a_call_is_refused_and_changes_nothing() {
    let answers = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&answers);
    // The logger runs inside of the call that logs.
    let world = World::logging_to(move |runtime, message| {
        if message == "inside" {
            let bundle = BundleId::of("busy");
            let mut told = told.lock();
            told.push(runtime.reload_bundle_by_id(bundle).unwrap_err().code());
            told.push(runtime.unload_bundle(bundle).unwrap_err().code());
            told.push(runtime.poll().unwrap_err().code());
        }
    });
    let body = "functions[0] = function(_, _, o) polyplug.log('info', 'inside') set(o, 3) end";
    let contract = world.bundle("busy", body);

    assert_eq!(call::number(&contract, 0).unwrap(), 3);

    assert_eq!(*answers.lock(), [AbiErrorCode::ReentrantCall as u32; 3]);
    assert_eq!(world.runtime.bundles()[0].generation, 1);
}
