//! Proxies: what a script calls other contracts with, in values. `polyplug.contract("demo.greeter@1")`
//! gives one, whose methods are the functions of the contract.
//!
//! A proxy is userdata, so no script can make one up. Its methods are C functions of ours: they open the
//! door of the VM, so what they call may call back.

mod call;
mod carried;

pub(crate) use carried::CarriedProxy;

use crate::binding::{Binding, Bound};
use crate::context::Context;
use crate::failure::{note, note_error, push_failure, raise_failure};
use crate::frame::Frame;
use crate::state::{CFunction, Kind, REGISTRY, RawState, State, upvalue};
use polyplug::loader::manifest::ContractName;
use polyplug::{CallError, Import};
use polyplug_abi::{GuestContractInstance, HostApi};
use std::ffi::{CStr, c_int};

const FUNCTIONS: &[(&CStr, CFunction)] = &[
    (c"contract", contract),
    (c"host", host_contract),
    (c"create", create),
    (c"destroy", destroy),
    (c"ok", ok),
    (c"err", err),
];

/// Its address marks userdata as ours.
static MARK: u8 = 0;

/// What the userdata holds.
#[repr(C)]
struct Proxy {
    mark: *const u8,
    /// The index of its binding.
    binding: usize,
    instance: GuestContractInstance,
    life: Life,
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Life {
    /// It has no instance: the default object is called.
    Default,
    Instance,
    Destroyed,
}

/// Who provides a contract.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Provider {
    Bundle,
    Host,
}

/// How a contract is found.
type Find = unsafe fn(*const HostApi, &str) -> Result<Import, Box<CallError>>;

/// Adds the functions to the table on top.
pub(crate) fn install(frame: Frame) {
    for (name, function) in FUNCTIONS {
        frame.push_function(*function);
        frame.set_field(-2, name);
    }
}

/// `polyplug.contract(name)`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn contract(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    if frame.kind(1) != Kind::String {
        frame.raise_text(
            "polyplug.contract(name): the name is a string, such as \"demo.greeter@1\"",
        );
    }
    look_up(frame, Provider::Bundle)
}

/// `polyplug.host(name)`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn host_contract(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    if frame.kind(1) != Kind::String {
        frame.raise_text("polyplug.host(name): the name is a string, such as \"game.clock@1\"");
    }
    look_up(frame, Provider::Host)
}

fn look_up(frame: Frame, provider: Provider) -> c_int {
    let context = Context::of(&frame);
    let found = {
        let name = frame.text(1);
        find_binding(context, *frame, provider, &name)
    };
    match found {
        Some(number) => push_default(frame, number),
        None => raise_failure(frame),
    }
    1
}

/// The number of the binding of the contract of this name.
fn find_binding(context: &Context, thread: State, provider: Provider, name: &str) -> Option<usize> {
    if provider == Provider::Host
        && let Some(known) = host_binding(context, name)
    {
        return Some(known);
    }
    let find: Find = match provider {
        Provider::Bundle => Import::of_bundle,
        Provider::Host => Import::of_host,
    };
    // A host contract may be asked for an object of its own.
    let before = context.door.open(thread);
    // SAFETY: the bundle's host table is one of the runtime, which outlives the VM.
    let found = unsafe { find(context.host, name) };
    context.door.close(before);
    let import = match found {
        Ok(import) => import,
        Err(error) => return note_error(context, error.code, error.message),
    };
    Some(binding_of(context, import))
}

/// The number of the binding of `import`, which is made if there is none.
fn binding_of(context: &Context, import: Import) -> usize {
    let same = |number: &usize| {
        context.bindings.get(*number).is_some_and(|binding| binding.import.is_same(&import))
    };
    let known = (0..context.bindings.len()).find(same);
    known.unwrap_or_else(|| context.bindings.add(Binding::new(import)))
}

/// The binding of a contract of the host, which is looked up once: it may have an object of its own.
fn host_binding(context: &Context, name: &str) -> Option<usize> {
    let contract = name.parse::<ContractName>().ok()?;
    let is_known = |number: &usize| {
        context.bindings.get(*number).is_some_and(|Binding { import, .. }| {
            import.bundle().is_none() && import.name() == contract.identity()
        })
    };
    if contract.minor.is_some() {
        return None;
    }
    (0..context.bindings.len()).find(is_known)
}

/// Pushes the proxy without an instance; there is one for each binding.
fn push_default(frame: Frame, number: usize) {
    let Some(binding) = Context::of(&frame).bindings.get(number) else { return frame.push_nil() };
    if binding.proxy.get() != 0 {
        return frame.raw_get_number(REGISTRY, binding.proxy.get());
    }
    push_proxy(frame, number, binding);
    frame.push_value(-1);
    binding.proxy.set(frame.keep());
}

/// Pushes a proxy without an instance.
fn push_proxy(frame: Frame, number: usize, binding: &Binding) -> *mut Proxy {
    let place: *mut Proxy = frame.push_userdata(size_of::<Proxy>()).cast();
    let proxy = Proxy {
        mark: &raw const MARK,
        binding: number,
        instance: GuestContractInstance::null(),
        life: Life::Default,
    };
    // SAFETY: the userdata has room for it, and Lua's alignment of 8 is enough.
    unsafe { place.write(proxy) };
    push_metatable(frame, number, binding);
    frame.set_metatable(-2);
    place
}

fn push_metatable(frame: Frame, number: usize, binding: &Binding) {
    if binding.metatable.get() != 0 {
        return frame.raw_get_number(REGISTRY, binding.metatable.get());
    }
    frame.push_table_for(3);
    for (name, function) in [(c"__index", bind as CFunction), (c"__tostring", describe)] {
        frame.push_number(number as f64);
        frame.push_closure(function, 1);
        frame.set_field(-2, name);
    }
    frame.push_bytes(b"polyplug contract");
    frame.set_field(-2, c"__metatable");
    frame.push_value(-1);
    binding.metatable.set(frame.keep());
}

/// `__index` before the first call: makes the methods. The upvalue is the number of the binding.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn bind(raw: *mut RawState) -> c_int {
    const KEY: c_int = 2;
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let (context, number) = (Context::of(&frame), frame.number(upvalue(1)));
    let Some(binding) = context.bindings.get(number as usize) else { return 0 };
    let Some(bound) = bound(context, binding) else { raise_failure(frame) };
    context.names.fill(frame);
    frame.push_table_for(bound.names.len());
    for (function, name) in bound.names.iter().enumerate() {
        frame.push_text(name);
        context.names.push_table(frame);
        frame.push_number(number);
        frame.push_number(function as f64);
        frame.push_closure(call::call, 3);
        frame.raw_set(-3);
    }
    frame.push_table_for(1);
    frame.push_number(number);
    frame.push_closure(refuse_function, 1);
    frame.set_field(-2, c"__index");
    frame.set_metatable(-2);
    frame.raw_get_number(REGISTRY, binding.metatable.get());
    frame.push_value(-2);
    frame.set_field(-2, c"__index");
    frame.pop(1);
    frame.push_value(KEY);
    frame.get_value(-2);
    1
}

fn bound<'a>(context: &'a Context, binding: &'a Binding) -> Option<&'a Bound> {
    match binding.bind(context) {
        Ok(bound) => Some(bound),
        Err(error) => note_error(context, error.code, error.message),
    }
}

/// `__index` of the methods: there is no function of that name.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn refuse_function(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let (context, number) = (Context::of(&frame), frame.number(upvalue(1)));
    let bound = context.bindings.get(number as usize).and_then(Binding::bound);
    if let Some(bound) = bound {
        note_unknown(frame, context, bound);
    }
    raise_failure(frame)
}

fn note_unknown(frame: Frame, context: &Context, bound: &Bound) {
    let contract = &bound.plan.contract;
    match contract.function(&frame.text(2).replace('_', "-")) {
        Err(unknown) => note(context, unknown),
        Ok((_, function)) => {
            let text = format_args!("write `{}` with underscores", function.name()).to_string();
            note::<()>(context, text)
        }
    };
}

/// `__tostring`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn describe(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let (context, number) = (Context::of(&frame), frame.number(upvalue(1)));
    if let Some(binding) = context.bindings.get(number as usize) {
        note::<()>(context, binding.title());
    }
    push_failure(frame);
    1
}

/// `polyplug.create(proxy)`: a proxy of an instance of its own.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn create(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let context = Context::of(&frame);
    let number = proxy_at(frame, 1).map(|proxy| proxy.binding);
    let Some((number, binding)) = number.and_then(|n| Some((n, context.bindings.get(n)?))) else {
        frame.raise_text("polyplug.create(proxy): expected what polyplug.contract gives")
    };
    // Made first: once the instance is there, nothing may raise.
    let place = push_proxy(frame, number, binding);
    let before = context.door.open(*frame);
    let created = binding.import.create();
    context.door.close(before);
    match created {
        Ok(instance) => {
            // SAFETY: the userdata is on the stack.
            let proxy = unsafe { &mut *place };
            (proxy.instance, proxy.life) = (instance, Life::Instance);
            return 1;
        }
        Err(error) => {
            note::<()>(context, format_args!("polyplug.create: {}", error.message));
        }
    }
    raise_failure(frame)
}

/// `polyplug.destroy(instance)`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn destroy(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    let frame = unsafe { Frame::from_raw(raw) };
    let context = Context::of(&frame);
    let proxy = proxy_at(frame, 1).filter(|proxy| proxy.life != Life::Default);
    let Some(proxy) = proxy else {
        frame.raise_text("polyplug.destroy(instance): expected what polyplug.create gives")
    };
    let Some(binding) = context.bindings.get(proxy.binding) else { return 0 };
    if proxy.life == Life::Destroyed {
        frame.raise_text("polyplug.destroy(instance): it was destroyed before");
    }
    proxy.life = Life::Destroyed;
    let instance = proxy.instance;
    let before = context.door.open(*frame);
    // SAFETY: `create` made the instance of this contract, and it is destroyed once.
    let destroyed = unsafe { binding.import.destroy(instance) };
    context.door.close(before);
    match destroyed {
        Ok(()) => return 0,
        Err(error) => {
            note::<()>(context, format_args!("polyplug.destroy: {}", error.message));
        }
    }
    raise_failure(frame)
}

/// `polyplug.ok(value)`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn ok(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    push_tagged(unsafe { Frame::from_raw(raw) }, b"ok")
}

/// `polyplug.err(value)`.
///
/// # Safety
/// Called by LuaJIT as a C function.
unsafe extern "C-unwind" fn err(raw: *mut RawState) -> c_int {
    // SAFETY: LuaJIT calls with the running state, protected.
    push_tagged(unsafe { Frame::from_raw(raw) }, b"err")
}

fn push_tagged(frame: Frame, tag: &[u8]) -> c_int {
    frame.set_top(1);
    frame.push_table_for(2);
    frame.push_bytes(tag);
    frame.set_field(-2, c"tag");
    frame.push_value(1);
    frame.set_field(-2, c"value");
    1
}

/// The proxy at `index`, if it is one.
fn proxy_at<'a>(frame: Frame, index: c_int) -> Option<&'a mut Proxy> {
    if frame.kind(index) != Kind::Userdata || frame.length(index) != size_of::<Proxy>() {
        return None;
    }
    let place: *mut Proxy = frame.userdata(index).cast();
    // SAFETY: the userdata has as many bytes as a proxy; the first word is compared only.
    let mark = unsafe { (*place).mark };
    // SAFETY: only proxies have this mark; the value stays on the stack, and the VM has one thread.
    (mark == &raw const MARK).then(|| unsafe { &mut *place })
}
