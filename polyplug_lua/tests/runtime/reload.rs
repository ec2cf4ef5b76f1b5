//! Reloads: new behaviour, old state, and mistakes that change nothing.

use super::*;
use polyplug::error::LoaderError;

const COUNTER: &str = "
function new() return { sum = 0 } end
functions[0] = function(self, a, o) self.sum = self.sum + get(a) set(o, self.sum) end";

#[test]
fn a_reload_runs_the_new_code_with_the_old_state() {
    let world = World::new();
    let contract = world.load("counter", COUNTER);
    // SAFETY: the constructor takes nothing.
    let instance = unsafe { contract.create(std::ptr::null()) }.unwrap();
    let call_instance = |argument: f64| {
        let mut out = 0.0_f64;
        let (args, place) = ((&raw const argument).cast(), (&raw mut out).cast());
        // SAFETY: function 0 takes a double and returns one.
        unsafe { contract.call_raw(instance, 0, args, place, std::ptr::null_mut()) }.unwrap();
        out
    };
    assert_eq!(call_instance(5.0), 5.0);
    assert_eq!(call(&contract, 0, 1.0).unwrap(), 1.0);
    world.reload("counter", &COUNTER.replace("set(o, self.sum)", "set(o, self.sum * 10)")).unwrap();
    assert_eq!(call_instance(1.0), 60.0);
    assert_eq!(call(&contract, 0, 1.0).unwrap(), 20.0);
    // SAFETY: made above, not destroyed yet.
    unsafe { contract.destroy(instance) }.unwrap();
    // SAFETY: a destroyed instance is found out.
    assert!(unsafe { contract.destroy(instance) }.is_err());
}

#[test]
fn a_mistake_names_its_place_and_leaves_the_old_version_running() {
    let world = World::new();
    let contract = world.load("counter", COUNTER);
    assert_eq!(call(&contract, 0, 5.0).unwrap(), 5.0);
    for (mistake, expected) in [
        ("functions[0] = function( end", "expected near 'end'"),
        ("error('at start')", "at start"),
        ("functions[1] = print", "functions[0] is missing"),
    ] {
        let error = world.reload("counter", mistake).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(call(&contract, 0, 0.0).unwrap(), 5.0);
        if let RuntimeError::Loader(LoaderError::InitFailed { place: Some(place), .. }) = &error {
            assert_eq!((place.file.as_str(), place.line), ("main.lua", 6));
        }
    }
}

#[test]
fn a_failing_restore_leaves_the_old_version_running() {
    let world = World::new();
    let saving = "function new()
           return { sum = 0, save = function(self) return { sum = self.sum } end,
             restore = function(self, state) self.sum = state.sum end }
         end
         functions[0] = function(self, a, o) self.sum = self.sum + get(a) set(o, self.sum) end";
    let contract = world.load("counter", saving);
    assert_eq!(call(&contract, 0, 5.0).unwrap(), 5.0);
    let failing = saving.replace("self.sum = state.sum", "error('too old')");
    let error = world.reload("counter", &failing).unwrap_err();
    assert!(error.to_string().contains("too old"), "{error}");
    assert_eq!(call(&contract, 0, 1.0).unwrap(), 6.0);
    world.reload("counter", saving).unwrap();
    assert_eq!(call(&contract, 0, 1.0).unwrap(), 7.0);
}

#[test]
fn many_reloads_under_calls_lose_nothing() {
    let world = World::new();
    let contract = world.load("counter", COUNTER);
    let calls = std::thread::scope(|scope| {
        let caller = scope.spawn(|| {
            let mut calls = 0.0;
            while world.runtime.bundles()[0].generation < 100 {
                calls += 1.0;
                assert_eq!(call(&contract, 0, 1.0).unwrap(), calls);
            }
            calls
        });
        while world.runtime.bundles()[0].generation < 100 {
            world.reload("counter", COUNTER).unwrap();
        }
        caller.join().unwrap()
    });
    assert_eq!(call(&contract, 0, 0.0).unwrap(), calls);
}
