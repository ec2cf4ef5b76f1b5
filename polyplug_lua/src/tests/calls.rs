//! Calls, errors and instances.

use super::*;
use polyplug_abi::AbiErrorCode;

#[test]
fn a_call_reads_arguments_and_writes_the_result() {
    let guest = open(&with_doubles("functions[0] = function(_, a, o) set(o, get(a) * 2) end"));
    for _ in 0..200 {
        assert_eq!(call(&guest, 0, 21.0).unwrap(), 42.0);
    }
}

#[test]
fn null_pointers_arrive_as_zero_and_the_allocator_does_not() {
    let guest = open(
        "functions[0] = function(_, args, out, arena, arena_alloc)
           assert(args == 0 and out == 0 and arena == 0 and arena_alloc > 0)
         end",
    );
    let call = GuestCall {
        contract: 0,
        function: 0,
        instance: ptr::null_mut(),
        args: ptr::null(),
        out: ptr::null_mut(),
        arena: ptr::null_mut(),
    };
    // SAFETY: nobody else uses the guest.
    unsafe { guest.call(&call) }.unwrap();
}

#[test]
fn a_function_that_does_not_exist_is_not_available() {
    let guest = open("functions[0] = function() end");
    let error = call(&guest, 1, 0.0).unwrap_err();
    assert_eq!(error.code, AbiErrorCode::FunctionNotAvailable as u32);
    assert!(error.message.contains("test.one"), "{}", error.message);
}

#[test]
fn an_error_brings_message_traceback_and_record() {
    let guest = open(
        "local function inner() error('boom') end
         functions[0] = function() inner() end",
    );
    let error = call(&guest, 0, 0.0).unwrap_err();
    assert_eq!(error.code, AbiErrorCode::Generic as u32);
    assert!(
        error
            .message
            .starts_with("bundle/main.lua:2: boom\nstack traceback:\n\t[C]: in function 'error'"),
        "{}",
        error.message
    );
    assert!(error.message.contains("bundle/main.lua:2: in function 'inner'"), "{}", error.message);
    let record = error.record.unwrap();
    assert_eq!(record.scope, "loader.lua");
    assert!(record.message.starts_with("Lua function call failed: bundle/main.lua:2: boom"));
    assert_eq!(call(&guest, 0, 0.0).unwrap_err().message, error.message);
}

#[test]
fn errors_that_are_no_strings_are_described() {
    let guest = open(
        "local described = setmetatable({}, { __tostring = function() return 'described' end })
         functions[0] = function() error({ code = 300, message = 'no gold' }) end
         functions[1] = function() error({ code = 4, message = 'ours' }) end
         functions[2] = function() error(described) end
         functions[3] = function() error() end
         functions[4] = function() error(setmetatable({}, { __tostring = error })) end
         functions[5] = function() error(12) end",
    );
    let failures: Vec<_> =
        (0..6).map(|function| call(&guest, function, 0.0).unwrap_err()).collect();
    let starts = [
        (300, "no gold\n"),
        (1, "ours\n"),
        (1, "described\n"),
        (1, "(error object is a nil value)\n"),
        (1, "(error object is a table value)\n"),
        (1, "bundle/main.lua:8: 12\n"),
    ];
    for (failure, (code, start)) in failures.iter().zip(starts) {
        assert_eq!(failure.code, code);
        assert!(failure.message.starts_with(start), "{}", failure.message);
        assert!(failure.message.contains("bundle/main.lua:"), "{}", failure.message);
    }
}

#[test]
fn a_returned_table_with_a_code_is_a_failure() {
    let guest = open(
        "functions[0] = function() return { code = 0 } end
         functions[1] = function() return { code = 300, message = 'no gold' } end
         functions[2] = function() return { code = 7 } end
         functions[3] = function() return 5 end",
    );
    call(&guest, 0, 0.0).unwrap();
    call(&guest, 3, 0.0).unwrap();
    let error = call(&guest, 1, 0.0).unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (300, "no gold"));
    let error = call(&guest, 2, 0.0).unwrap_err();
    assert_eq!((error.code, error.message.as_str()), (7, "returned error code 7"));
}

#[test]
fn a_stack_overflow_is_an_error_and_the_vm_goes_on() {
    let guest = open(&with_doubles(
        "local function deep(n) return 1 + deep(n + 1) end
         functions[0] = function() deep(1) end
         functions[1] = function(_, a, o) set(o, get(a)) end",
    ));
    let error = call(&guest, 0, 0.0).unwrap_err();
    assert!(error.message.contains("stack overflow"), "{}", error.message);
    assert!(error.message.lines().count() < 40, "{}", error.message);
    assert_eq!(call(&guest, 1, 3.0).unwrap(), 3.0);
}

#[test]
fn an_error_in_a_coroutine_or_in_compiled_code_is_reported() {
    let guest = open(
        "functions[0] = function() coroutine.wrap(function() error('inside') end)() end
         functions[1] = function()
           local sum = 0
           for i = 1, 1e4 do if i == 9999 then error('late') end sum = sum + i end
         end",
    );
    assert!(call(&guest, 0, 0.0).unwrap_err().message.contains("inside"));
    assert!(call(&guest, 1, 0.0).unwrap_err().message.starts_with("bundle/main.lua:5: late"));
}

#[test]
fn every_instance_is_an_object_of_its_own() {
    let guest = open(&with_doubles(
        "function new() return { sum = 0 } end
         functions[0] = function(self, a, o) self.sum = self.sum + get(a) set(o, self.sum) end",
    ));
    let (first, second) = (create(&guest), create(&guest));
    assert_eq!(guest.live_instances(), 2);
    assert_eq!(call_on(&guest, first, 0, 1.0).unwrap(), 1.0);
    assert_eq!(call_on(&guest, first, 0, 1.0).unwrap(), 2.0);
    assert_eq!(call_on(&guest, second, 0, 5.0).unwrap(), 5.0);
    assert_eq!(call(&guest, 0, 9.0).unwrap(), 9.0);
}

#[test]
fn a_destroyed_instance_is_stale_even_if_its_place_is_used_again() {
    let guest = open("functions[0] = function() end");
    let first = create(&guest);
    destroy(&guest, first).unwrap();
    let second = create(&guest);
    assert_ne!(first, second);
    assert_eq!(call_on(&guest, first, 0, 0.0).unwrap_err().code, AbiErrorCode::StaleHandle as u32);
    assert_eq!(destroy(&guest, first).unwrap_err().code, AbiErrorCode::StaleHandle as u32);
    call_on(&guest, second, 0, 0.0).unwrap();
    assert_eq!(guest.live_instances(), 1);
}

#[test]
fn a_constructor_is_given_its_arguments_and_may_fail() {
    let guest = open(&with_doubles(
        "function new(host, args)
           if args ~= 0 and get(args) < 0 then error('negative') end
           return { value = args ~= 0 and get(args) or -1 }
         end
         functions[0] = function(self, a, o) set(o, self.value) end",
    ));
    let create_with = |argument: f64| {
        // SAFETY: nobody else uses the guest.
        unsafe { guest.create_instance(0, (&raw const argument).cast()) }
    };
    let instance = create_with(7.0).unwrap();
    assert_eq!(call_on(&guest, instance, 0, 0.0).unwrap(), 7.0);
    let error = create_with(-7.0).unwrap_err();
    assert!(error.message.contains("negative"), "{}", error.message);
    assert_eq!(guest.live_instances(), 1);
}

#[test]
fn a_guest_may_move_between_threads_and_two_share_nothing() {
    let source = with_doubles(
        "local count = 0
         functions[0] = function(_, a, o) count = count + get(a) set(o, count) end",
    );
    let guests = [open(&source), open(&source)];
    std::thread::scope(|scope| {
        for guest in &guests {
            scope.spawn(move || {
                for _ in 0..20_000 {
                    call(guest, 0, 1.0).unwrap();
                }
            });
        }
    });
    for guest in guests {
        assert_eq!(call(&guest, 0, 1.0).unwrap(), 20_001.0);
    }
}
