//! Contracts of the host, called with values.

use super::*;
use polyplug_abi::{
    AbiError, DispatchMechanisms, DispatchType, HostApi, HostContractId, HostContractInstance,
    HostContractInterface, HostFunction, NativeDispatch, StringView, Version,
};
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

const WIT: &str = "package game:clock@1.0.0;
interface clock {
  tick: func(by: u64) -> u64;
  label: func(prefix: string) -> string;
  stop: func(reason: string);
}";

/// What one registered contract knows: the `user_data` of its functions.
#[derive(Default)]
struct Clock {
    host: AtomicPtr<HostApi>,
    made: AtomicUsize,
    destroyed: AtomicUsize,
}

struct Object {
    clock: &'static Clock,
    now: u64,
}

unsafe extern "C" fn create(clock: *mut c_void, _: *const (), out: *mut HostContractInstance) {
    // SAFETY: the user data is a clock that lives for ever.
    let clock: &'static Clock = unsafe { &*clock.cast() };
    clock.made.fetch_add(1, Ordering::Relaxed);
    let data = Box::into_raw(Box::new(Object { clock, now: 0 })).cast();
    // SAFETY: the runtime's promise.
    unsafe { out.write(HostContractInstance { data }) };
}

unsafe extern "C" fn destroy(clock: *mut c_void, instance: HostContractInstance) {
    // SAFETY: the user data is a clock that lives for ever.
    let clock: &'static Clock = unsafe { &*clock.cast() };
    clock.destroyed.fetch_add(1, Ordering::Relaxed);
    // SAFETY: `create` made it, and it is destroyed once.
    drop(unsafe { Box::from_raw(instance.data.cast::<Object>()) });
}

/// # Safety
/// - The instance is one of `create`, which nobody else uses.
unsafe fn object<'a>(instance: HostContractInstance) -> &'a mut Object {
    // SAFETY: the caller's promise.
    unsafe { &mut *instance.data.cast() }
}

unsafe extern "C" fn tick(
    instance: HostContractInstance,
    args: *const (),
    out: *mut (),
    error: *mut AbiError,
) {
    // SAFETY: the instance is of this contract.
    let object = unsafe { object(instance) };
    // SAFETY: the description's layout.
    object.now += unsafe { args.cast::<u64>().read() };
    // SAFETY: as above.
    unsafe { out.cast::<u64>().write(object.now) };
    // SAFETY: the ABI's promise.
    unsafe { error.write(AbiError::ok()) };
}

unsafe extern "C" fn label(
    instance: HostContractInstance,
    args: *const (),
    out: *mut (),
    error: *mut AbiError,
) {
    // SAFETY: the instance is of this contract.
    let object = unsafe { object(instance) };
    // SAFETY: the description's layout.
    let prefix = unsafe { args.cast::<StringView>().read() };
    // SAFETY: a string that is borrowed for the call.
    let prefix = unsafe { std::slice::from_raw_parts(prefix.ptr, prefix.len) };
    let text = format!("{}{}", String::from_utf8_lossy(prefix), object.now);
    let host = object.clock.host.load(Ordering::Relaxed).cast_const();
    // SAFETY: the host's table is set before any call.
    let extensions = unsafe { (*host).reserved };
    // SAFETY: the table is alive.
    let allocate = unsafe { (*extensions).result_alloc };
    // SAFETY: as above.
    let place = unsafe { allocate(host, text.len(), 1) };
    // SAFETY: the place has as many bytes.
    unsafe { ptr::copy_nonoverlapping(text.as_ptr(), place, text.len()) };
    // SAFETY: the description's layout.
    unsafe { out.cast::<StringView>().write(StringView { ptr: place, len: text.len() }) };
    // SAFETY: the ABI's promise.
    unsafe { error.write(AbiError::ok()) };
}

unsafe extern "C" fn stop(_: HostContractInstance, _: *const (), _: *mut (), error: *mut AbiError) {
    let message = StringView::from_static("the clock never stops");
    // SAFETY: the ABI's promise.
    unsafe { error.write(AbiError { code: 300, message }) };
}

struct Functions([HostFunction; 3]);
static FUNCTIONS: Functions = Functions([tick, label, stop]);

/// A world whose host provides `game.clock@1`, described or not.
fn world(singleton: bool, described: bool) -> (World, &'static Clock) {
    let clock: &'static Clock = Box::leak(Box::default());
    let mut builder = RuntimeBuilder::new().loader(LuaLoader::default()).logger(|_, _, _| {});
    if described {
        builder = builder.wit_text("clock.wit", WIT);
    }
    let runtime = builder.hot_reload(true).build().unwrap();
    let functions = FUNCTIONS.0.as_ptr().cast();
    let interface = HostContractInterface {
        contract_id: HostContractId::of("game.clock", 1),
        contract_version: Version::new(1, 0, 0),
        singleton,
        dispatch_type: DispatchType::Native,
        runtime: ptr::null_mut(),
        user_data: ptr::from_ref(clock).cast_mut().cast(),
        create_instance: create,
        destroy_instance: destroy,
        dispatch: DispatchMechanisms { native: NativeDispatch { function_count: 3, functions } },
    };
    clock.host.store(runtime.host_abi().cast_mut(), Ordering::Relaxed);
    // SAFETY: functions and clock live for ever.
    unsafe { runtime.register_host_contract(interface) }.unwrap();
    (World { runtime, folder: tempfile::tempdir().unwrap(), log: Arc::default() }, clock)
}

const RUN: &str = "run: func() -> string;";
const TICKS: &str = "
local clock = polyplug.host('game.clock@1')
function Class:run()
  assert(clock == polyplug.host('game.clock@1') and polyplug.host('game.clock@1.0'))
  clock:tick(5)
  assert(clock:tick(1) % 6 == 0)
  return clock:label('at ')
end";

#[test]
fn a_contract_of_the_host_is_called_with_values() {
    let (world, clock) = world(true, true);
    let first = world.load_typed("first", RUN, TICKS);
    let second = world.load_typed("second", RUN, TICKS);
    assert_eq!(first.call_values("run", &[]).unwrap(), Value::from("at 6"));
    assert_eq!(second.call_values("run", &[]).unwrap(), Value::from("at 12"));
    assert_eq!(clock.made.load(Ordering::Relaxed), 1);
}

#[test]
fn a_bundle_has_an_object_of_its_own_as_long_as_it_is_loaded() {
    let (world, clock) = world(false, true);
    let alive = || clock.made.load(Ordering::Relaxed) - clock.destroyed.load(Ordering::Relaxed);
    let first = world.load_typed("first", RUN, TICKS);
    let second = world.load_typed("second", RUN, TICKS);
    for expected in ["at 6", "at 12"] {
        assert_eq!(first.call_values("run", &[]).unwrap(), Value::from(expected));
    }
    assert_eq!(second.call_values("run", &[]).unwrap(), Value::from("at 6"));
    assert_eq!(alive(), 2);
    drop((first, second));
    drop(world);
    assert_eq!(alive(), 0);
}

#[test]
fn an_error_with_a_code_of_its_own_keeps_it() {
    let (world, _) = world(true, true);
    let script = "
function Class:run()
  local _, problem = pcall(function() polyplug.host('game.clock@1'):stop('now') end)
  assert(problem.code == 300 and problem.message == tostring(problem))
  error(problem)
end";
    let error = world.load_typed("user", RUN, script).call_values("run", &[]).unwrap_err();
    assert_eq!(error.code(), 300);
    let expected = "game.clock@1 stop: func(reason: string): the clock never stops";
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn a_host_that_says_nothing_is_believed_as_far_as_it_has_the_functions() {
    let (world, _) = world(true, false);
    let user = world.load_typed("user", RUN, TICKS);
    let message = refusal(user.call_values("run", &[]));
    assert!(message.contains("`game.clock@1` has no description"), "{message}");
    let folder = world.write_typed("mine", "", RUN, TICKS);
    let wit = folder.join("wit/deps/clock");
    fs::create_dir_all(&wit).unwrap();
    fs::write(wit.join("clock.wit"), WIT).unwrap();
    world.runtime.load_bundle(folder).unwrap();
    assert_eq!(world.runtime.call_text("mine.api@1", "run()").unwrap(), Value::from("at 6"));
    let folder = world.write_typed("more", "", RUN, TICKS);
    let wit = folder.join("wit/deps/clock");
    fs::create_dir_all(&wit).unwrap();
    fs::write(wit.join("clock.wit"), WIT.replace("  stop", "  more: func();\n  stop")).unwrap();
    world.runtime.load_bundle(folder).unwrap();
    let message = world.runtime.call_text("more.api@1", "run()").unwrap_err().to_string();
    assert!(message.contains("has 3 functions; 3 is not one of them"), "{message}");
}
