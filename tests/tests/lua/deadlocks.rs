//! Bundles that call each other from two threads: whoever would close the circle is told, nobody
//! waits for ever.

use crate::world::World;
use polyplug::Contract;
use polyplug::runtime::ReloadMode;
use polyplug_abi::AbiErrorCode;
use polyplug_tests::call;
use polyplug_tests::latch::Latch;
use polyplug_tests::patience::wait_until;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

const DEADLOCK: u32 = AbiErrorCode::WouldDeadlock as u32;

/// 0 logs `door` and calls the other; 1 answers a number; 2 calls the other at once.
fn caller(other: &str, answer: u32) -> String {
    format!(
        "local function through(o)
           local given, code, message = ask('{other}.api', 1)
           if code ~= 0 then return guest.err(code, message) end
           set(o, given)
         end
         functions[0] = function(_, _, o) polyplug.log('info', 'inside') return through(o) end
         functions[1] = function(_, _, o) set(o, {answer}) end
         functions[2] = function(_, _, o) return through(o) end"
    )
}

#[test]
fn rule_3_of_two_crossed_calls_one_is_told_both_names_and_the_other_succeeds() {
    const ROUNDS: u32 = 1_000;
    // Both threads are inside their first bundle before either goes on, so every round is a circle.
    let both = Arc::new(Barrier::new(2));
    let meet = Arc::clone(&both);
    let world = World::logging_to(move |_, message| {
        if message == "inside" {
            meet.wait();
        }
    });
    let left = world.bundle("left", &caller("right", 1));
    let right = world.bundle("right", &caller("left", 2));
    let circles = AtomicU32::new(0);

    let run = |contract: &Contract, answer: u32| {
        for _ in 0..ROUNDS {
            match call::number(contract, 0) {
                Ok(given) => assert_eq!(given, answer),
                Err(error) => {
                    assert_eq!(error.code, DEADLOCK, "{}", error.message);
                    assert!(error.message.contains("`left`"), "{}", error.message);
                    assert!(error.message.contains("`right`"), "{}", error.message);
                    circles.fetch_add(1, Ordering::Relaxed);
                }
            }
            both.wait();
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| run(&left, 2));
        run(&right, 1);
    });

    assert_eq!(circles.load(Ordering::Relaxed), ROUNDS, "one of the two, every time");
}

#[test]
fn rule_3_crossed_calls_in_a_loop_are_all_answered() {
    let world = World::new();
    let left = world.bundle("left", &caller("right", 1));
    let right = world.bundle("right", &caller("left", 2));
    let answered = AtomicU32::new(0);

    thread::scope(|scope| {
        for (contract, answer) in [(&left, 2), (&right, 1), (&left, 2), (&right, 1)] {
            let answered = &answered;
            scope.spawn(move || {
                for _ in 0..2_000 {
                    match call::number(contract, 2) {
                        Ok(given) => assert_eq!(given, answer),
                        Err(error) => assert_eq!(error.code, DEADLOCK, "{}", error.message),
                    }
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });

    assert_eq!(answered.load(Ordering::Relaxed), 8_000);
}

#[test]
fn rule_3_a_circle_of_three_bundles_is_told_too() {
    let all = Arc::new(Barrier::new(3));
    let meet = Arc::clone(&all);
    let world = World::logging_to(move |_, message| {
        if message == "inside" {
            meet.wait();
        }
    });
    let names = ["one", "two", "three"];
    let contracts: Vec<Contract> =
        (0..3).map(|at| world.bundle(names[at], &caller(names[(at + 1) % 3], at as u32))).collect();
    let circles = AtomicU32::new(0);

    thread::scope(|scope| {
        for contract in &contracts {
            let (circles, all) = (&circles, &all);
            scope.spawn(move || {
                for _ in 0..200 {
                    if let Err(error) = call::number(contract, 0) {
                        assert_eq!(error.code, DEADLOCK, "{}", error.message);
                        circles.fetch_add(1, Ordering::Relaxed);
                    }
                    all.wait();
                }
            });
        }
    });

    assert_eq!(circles.load(Ordering::Relaxed), 200, "exactly one of the three, every time");
}

#[test]
fn f8_two_contracts_of_one_bundle_call_each_other_beside_a_second_thread() {
    let world = World::new();
    let source = "
        local ffi, guest = require('ffi'), require('polyplug_guest')
        local number, numbers = ffi.typeof('uint32_t *'), ffi.typeof('const uint32_t *')
        local function through(other)
          return function(_, args, out)
            local n = ffi.cast(numbers, args)[0]
            if n == 0 then ffi.cast(number, out)[0] = 0 return end
            local given, answer = ffi.new('uint32_t[2]', n - 1), ffi.new('uint32_t[1]')
            local code, message = guest.call(guest.resolve(other, 1), nil, 0, given, answer)
            if code ~= 0 then return guest.err(code, message) end
            ffi.cast(number, out)[0] = answer[0] + 1
          end
        end
        local function new() return {} end
        function polyplug_init()
          return {
            ['both.left'] = { factory = new, functions = { [0] = through('both.right') } },
            ['both.right'] = { factory = new, functions = { [0] = through('both.left') } },
          }, guest.ok()
        end";
    world.try_load("both", "", source).unwrap();
    let (left, right) = (world.contract("both.left@1"), world.contract("both.right@1"));

    thread::scope(|scope| {
        for contract in [&left, &right, &left, &right] {
            scope.spawn(move || {
                for _ in 0..500 {
                    assert_eq!(call::add(contract, 0, 10, 0).unwrap(), 10);
                }
            });
        }
    });
}

#[test]
fn rule_1_a_call_that_does_not_end_delays_its_own_bundle_alone() {
    let door = Arc::new(Latch::default());
    let held = Arc::clone(&door);
    let world = World::logging_to(move |_, message| {
        if message == "inside" {
            held.pass();
        }
    });
    let more = "[reload]\ndrain_timeout_ms = 50\n";
    let stays = "functions[0] = function() polyplug.log('info', 'inside') end
        functions[1] = function(_, _, o) set(o, 1) end";
    let slow = world.bundle_with("slow", more, stays);
    let quick = world.bundle("quick", "functions[0] = function(_, _, o) set(o, 1) end");

    thread::scope(|scope| {
        scope.spawn(|| call::number(&slow, 0).unwrap());
        door.wait_for_arrival();

        let busy = world.change("slow", stays).unwrap_err();
        world.change("quick", "functions[0] = function(_, _, o) set(o, 2) end").unwrap();

        assert_eq!(busy.code(), AbiErrorCode::Busy as u32, "{busy}");
        assert!(busy.to_string().contains("slow.api"), "{busy}");
        assert_eq!(call::number(&quick, 0).unwrap(), 2);
        door.release();
    });
    wait_until("the bundle can be replaced", || world.change("slow", stays).is_ok());
    assert_eq!(call::number(&slow, 1).unwrap(), 1);
}

#[test]
fn rule_3_a_hand_over_that_calls_a_bundle_which_calls_back_does_not_wait_for_ever() {
    let world = World::with(|builder| builder.reload_mode(ReloadMode::Immediate));
    let changing = "function new() return { saved = 0,
          save = function(self)
            local _, code = ask('asking.api', 1)
            return { saved = self.saved + (code == 0 and 1 or 0) }
          end,
          restore = function(self, state) self.saved = state.saved end } end
        functions[0] = function(_, _, o) set(o, 1) end
        functions[1] = function(self, _, o) set(o, self.saved) end";
    let contract = world.bundle("changing", changing);
    let asking = world
        .bundle("asking", &caller("changing", 5).replace("'changing.api', 1", "'changing.api', 0"));
    let done = AtomicBool::new(false);

    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                if let Err(error) = call::number(&asking, 2) {
                    assert_eq!(error.code, DEADLOCK, "{}", error.message);
                }
            }
        });
        for _ in 0..200 {
            world.change("changing", changing).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });

    let saved = call::number(&contract, 1).unwrap();
    assert!(saved > 0, "some of the calls from `save` were answered");
}
