//! The ways out of a VM: plain C functions, so that LuaJIT saves its state before they run and the
//! runtime may come back in (see [`door`](crate::door)). Lua's side of them is
//! `lua/polyplug_guest.lua`, which hands addresses over as numbers.
//!
//! The runtime's functions never unwind. Results and messages are copied into Lua only after the
//! door is shut again.

use crate::context::Context;
use crate::frame::Frame;
use crate::report::whole_number;
use crate::state::{CFunction, Kind, RawState};
use polyplug_abi::{
    AbiError, AbiErrorCode, CallArena, ERROR_FIRST_OF_PLUGINS, GuestContractInstance,
    GuestContractInterface, HostApi, HostApiExtensions, LogLevel, StringView,
};
use polyplug_utils::guest_contract_id;
use std::ffi::{CStr, CString, c_int};
use std::ptr;
use std::slice;
use std::sync::LazyLock;

const FUNCTIONS: &[(&CStr, CFunction)] = &[
    (c"log", log),
    (c"resolve", resolve),
    (c"call", call),
    (c"create", create),
    (c"destroy", destroy),
];

/// The runtime's error codes by their names.
static ERROR_CODES: LazyLock<Vec<(CString, u32)>> = LazyLock::new(|| {
    let known = (0..ERROR_FIRST_OF_PLUGINS).filter_map(AbiErrorCode::from_u32);
    known.filter_map(|code| Some((CString::new(format!("{code:?}")).ok()?, code as u32))).collect()
});

const LEVEL_NAMES: &[(&str, LogLevel)] = &[
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
];

/// Pushes the table that the chunk of `polyplug_guest` is given.
pub(crate) fn push_functions(frame: Frame) {
    frame.push_table();
    for (name, function) in FUNCTIONS {
        frame.push_function(*function);
        frame.set_field(-2, name);
    }
    frame.push_table_for(ERROR_CODES.len());
    for (name, code) in &*ERROR_CODES {
        frame.push_number(f64::from(*code));
        frame.set_field(-2, name);
    }
    frame.set_field(-2, c"error_codes");
}

/// The last argument of every raw function: takes memory from the call's arena. For `ffi`.
///
/// # Safety
/// - `arena` is null or the arena of a call that runs on this thread.
pub(crate) unsafe extern "C" fn allocate_in_arena(
    arena: *mut CallArena,
    size: usize,
    align: usize,
) -> *mut u8 {
    if arena.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    let host = unsafe { (*arena).host };
    // SAFETY: an arena's host is never null and lives longer than the arena.
    let extensions = unsafe { (*host).reserved };
    // SAFETY: every runtime of this ABI has this part of the table.
    let allocate = unsafe { (*extensions).arena_alloc };
    // SAFETY: the caller's promise.
    unsafe { allocate(host, arena, size, align) }
}

/// `polyplug.log(level, message)`, in the bundle's name.
///
/// # Safety
/// Called by LuaJIT as a C function.
pub(crate) unsafe extern "C-unwind" fn log_of_bundle(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let level = level_of(frame, 1);
    if frame.kind(2) != Kind::String {
        frame.raise_text("polyplug.log(level, message): the message must be a string");
    }
    if !Context::of(&frame).host.is_null() {
        send(frame, level, Context::of(&frame).sources.bundle(), &frame.text(2));
    }
    0
}

/// `log(level, scope, message)`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn log(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let level = level_of(frame, 1);
    if frame.kind(2) != Kind::String || frame.kind(3) != Kind::String {
        frame.raise_text("log(host, level, scope, message): scope and message must be strings");
    }
    if !Context::of(&frame).host.is_null() {
        send(frame, level, &frame.text(2), &frame.text(3));
    }
    0
}

/// The log of a bundle's host, for any thread.
pub(crate) struct Log(*const HostApi);

// SAFETY: the host's log may be used by any thread at any time.
unsafe impl Send for Log {}
// SAFETY: as above.
unsafe impl Sync for Log {}

impl Log {
    /// The log of `host`, which outlives the result.
    pub(crate) fn of(host: *const HostApi) -> Self {
        Self(host)
    }

    pub(crate) fn write(&self, level: LogLevel, scope: &str, message: &str) {
        write_log(self.0, level as u32, scope, message);
    }
}

fn write_log(host: *const HostApi, level: u32, scope: &str, message: &str) {
    // SAFETY: the bundle's host table lives longer than its VM.
    let log = unsafe { (*host).log };
    let (scope, message) = (StringView::from_str(scope), StringView::from_str(message));
    // SAFETY: the views are valid during the call.
    unsafe { log(host, level, scope, message) };
}

fn level_of(frame: Frame, index: c_int) -> u32 {
    match frame.kind(index) {
        Kind::Number => frame.number(index) as u32,
        Kind::String => {
            let found = LEVEL_NAMES.iter().find(|(name, _)| *name == frame.text(index));
            found.map_or(LogLevel::Error as u32, |(_, level)| *level as u32)
        }
        _ => frame.raise_text("the log level must be a number from LogLevel, or its name"),
    }
}

fn send(frame: Frame, level: u32, scope: &str, message: &str) {
    let context = Context::of(&frame);
    let before = context.door.open(*frame);
    write_log(context.host, level, scope, message);
    context.door.close(before);
}

/// `resolve(name, major, min_version)`: the interface's address, or nil, code, message.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn resolve(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let host = host_of(frame);
    let (Kind::String, Some(major), Some(min_version)) =
        (frame.kind(1), whole_number(*frame, 2), whole_number(*frame, 3))
    else {
        frame.raise_text("resolve(name, major, min_version): expected a string and whole numbers")
    };
    let id = guest_contract_id(&frame.text(1), major);
    // SAFETY: the bundle's host table lives longer than its VM.
    let find = unsafe { (*host).find_guest_contract };
    // SAFETY: as above.
    let resolve = unsafe { (*host).resolve_guest_contract };
    let door = &Context::of(&frame).door;
    let before = door.open(*frame);
    // SAFETY: the function takes any id.
    let handle = unsafe { find(host, id, min_version) };
    // SAFETY: the function takes any handle.
    let interface = unsafe { resolve(host, handle) };
    door.close(before);
    if !interface.is_null() {
        frame.push_address(interface);
        return 1;
    }
    // SAFETY: as above.
    let last_error = unsafe { (*extensions_of(host)).last_error };
    frame.push_nil();
    frame.push_number(f64::from(AbiErrorCode::NotFound as u32));
    // SAFETY: the function has no further conditions.
    push_view(frame, unsafe { last_error(host) });
    3
}

/// `call(interface, instance, function, arguments, out, arena)`: code, message.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn call(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let host = host_of(frame);
    let interface = interface_of(frame);
    let instance = instance_of(frame);
    let Some(function) = whole_number(*frame, 3) else {
        frame.raise_text("call: the function's id must be a whole number")
    };
    let (arguments, out, arena) = (pointer(frame, 4), pointer(frame, 5), pointer(frame, 6));
    // SAFETY: the bundle's host table lives longer than its VM.
    let call = unsafe { (*extensions_of(host)).call };
    let mut error = AbiError::ok();
    let door = &Context::of(&frame).door;
    let before = door.open(*frame);
    // SAFETY: the script vouches for its pointers, as everyone who calls through the raw ABI does.
    unsafe { call(host, interface, instance, function, arguments, out, arena, &raw mut error) };
    door.close(before);
    push_outcome(frame, &error)
}

/// `create(interface, arguments, out)`: code, message.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn create(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let host = host_of(frame);
    let interface = interface_of(frame);
    let (arguments, out) = (pointer(frame, 2), pointer::<GuestContractInstance>(frame, 3));
    // SAFETY: the bundle's host table lives longer than its VM.
    let create = unsafe { (*extensions_of(host)).create };
    let mut error = AbiError::ok();
    let door = &Context::of(&frame).door;
    let before = door.open(*frame);
    // SAFETY: `out` is an instance of `polyplug_guest.create`; for the rest the script vouches.
    unsafe { create(host, interface, arguments, out, &raw mut error) };
    door.close(before);
    push_outcome(frame, &error)
}

/// `destroy(interface, instance)`: code, message.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn destroy(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let host = host_of(frame);
    let interface = interface_of(frame);
    let instance = instance_of(frame);
    // SAFETY: the bundle's host table lives longer than its VM.
    let destroy = unsafe { (*extensions_of(host)).destroy };
    let mut error = AbiError::ok();
    let door = &Context::of(&frame).door;
    let before = door.open(*frame);
    // SAFETY: the script vouches for its pointers.
    unsafe { destroy(host, interface, instance, &raw mut error) };
    door.close(before);
    push_outcome(frame, &error)
}

fn host_of(frame: Frame) -> *const HostApi {
    let host = Context::of(&frame).host;
    if host.is_null() {
        frame.raise_text("this VM has no host");
    }
    host
}

fn extensions_of(host: *const HostApi) -> *const HostApiExtensions {
    // SAFETY: the bundle's host table lives longer than its VM, and always has the extensions.
    unsafe { (*host).reserved }
}

/// The address that the script gave as a number.
fn pointer<T>(frame: Frame, index: c_int) -> *mut T {
    ptr::with_exposed_provenance_mut(frame.number(index) as usize)
}

fn interface_of(frame: Frame) -> *const GuestContractInterface {
    let interface = pointer::<GuestContractInterface>(frame, 1);
    if interface.is_null() {
        frame.raise_text("the interface is nil; `resolve` says why a contract is not there");
    }
    interface
}

/// The instance whose address is the second argument; 0 is the stateless default.
fn instance_of(frame: Frame) -> GuestContractInstance {
    let instance = pointer::<GuestContractInstance>(frame, 2);
    if instance.is_null() {
        return GuestContractInstance::null();
    }
    // SAFETY: the address of a struct that `polyplug_guest` cast, kept alive by a later argument.
    unsafe { instance.read_unaligned() }
}

fn push_outcome(frame: Frame, error: &AbiError) -> c_int {
    frame.push_number(f64::from(error.code));
    if error.is_ok() {
        return 1;
    }
    push_view(frame, error.message);
    2
}

fn push_view(frame: Frame, view: StringView) {
    if view.is_null() {
        frame.push_bytes(b"");
        return;
    }
    // SAFETY: the runtime's messages stay valid until 16 further failures of this thread.
    frame.push_bytes(unsafe { slice::from_raw_parts(view.ptr, view.len) });
}
