//! One operation on the host table or on `polyplug::embedding`.

use super::World;
use super::bundle::{self, CONTRACTS, NAMES};
use crate::start;
use crate::text::Text;
use arbitrary::Arbitrary;
use polyplug::embedding;
use polyplug_abi::{
    AbiError, AbiErrorCode, Array, BundleId, CallArena, CreateInstance, GuestContractHandle,
    GuestContractId, GuestContractInstance, GuestContractInterface, HostApi, HostApiExtensions,
    StringView, VmLoaderData,
};
use std::ptr;

/// A bundle: one that may be there, or any id.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Bundle {
    Named(bool),
    Any(u64),
}

/// A contract: one that may be there, or any id.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Contract {
    Named(bool),
    Any(u64),
}

/// An interface: one that was found, none, or one that somebody else made.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Interface {
    Found(u8),
    Null,
    Foreign(u8),
}

/// An instance: one that was made at any time, none, or any bits.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Instance {
    Made(u8),
    Null,
    Any(u64),
}

/// Through which function.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Way {
    /// The extension that reports.
    Reporting,
    /// As before, without a struct to report to.
    Silent,
    /// The function of the first version.
    Old,
    /// The interface's own.
    Own,
    /// `polyplug::embedding`.
    Embedded,
}

/// The table that is handed in.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Table {
    Host,
    Null,
}

#[derive(Arbitrary, Clone, Debug)]
pub(super) enum Operation {
    Find(Table, Contract, u32),
    FindAll(Table, Contract, u32),
    Handle(Table, u32, u32, bool),
    Call(Interface, Instance, u32, Way),
    Create(Table, Interface, u8, Way),
    Destroy(Table, Interface, Instance, Way),
    Pin(Table),
    Unpin(Table, Option<u64>),
    Poll(Table, u32),
    Load(bool),
    Reload(bool),
    Unload(Table, Bundle, bool),
    Invalidate(Bundle),
    Quiescence(u8),
    List(Table),
    Name(Table, Bundle),
    LastError(u8),
    Log(Table, u32, Text, Text),
    Allocate(Table, u32, u16, u8),
    Path(Table, Text, bool),
    RegisterNothing(Table),
}

impl Operation {
    /// Does it.
    pub(super) fn run(self, world: &World) {
        let (api, extensions) = tables(world.table());
        let table = |which| match which {
            Table::Host => world.table(),
            Table::Null => ptr::null(),
        };
        match self {
            Self::Find(host, contract, least) => {
                // SAFETY: null or a table of the living runtime, as everywhere below.
                let handle =
                    unsafe { (api.find_guest_contract)(table(host), contract.id(), least) };
                found(world, handle, true);
            }
            Self::FindAll(host, contract, least) => {
                // SAFETY: as above.
                let all =
                    unsafe { (api.find_all_guest_contracts)(table(host), contract.id(), least) };
                take(world, all).into_iter().for_each(|handle| found(world, handle, false));
            }
            Self::Handle(host, index, generation, resolve) => {
                let handle = GuestContractHandle { index: index % 8, generation: generation % 3 };
                let look = if resolve {
                    api.resolve_guest_contract
                } else {
                    extensions.bind_guest_contract
                };
                // SAFETY: as above; any handle may be asked for.
                note(world, unsafe { look(table(host), handle) });
            }
            Self::Call(interface, instance, function, way) => {
                call(world, interface.of(world).0, instance.of(world), function, way);
            }
            Self::Create(host, interface, acts, way) => {
                create(world, table(host), interface, acts, way)
            }
            Self::Destroy(host, interface, instance, way) => {
                destroy(world, table(host), interface, instance, way);
            }
            Self::Pin(host) => {
                let mut token = 0;
                // SAFETY: as above.
                let pinned = reported(|error| unsafe {
                    (extensions.pin)(table(host), &raw mut token, error)
                });
                if pinned.is_ok() {
                    world.tokens.borrow_mut().push(token);
                }
            }
            Self::Unpin(host, token) => {
                let innermost = world.tokens.borrow().last().copied();
                let token = token.or(innermost).unwrap_or(0);
                // SAFETY: as above; any token may be given.
                let unpinned =
                    reported(|error| unsafe { (extensions.unpin)(table(host), token, error) });
                if unpinned.is_ok() {
                    assert_eq!(world.tokens.borrow_mut().pop(), Some(token));
                }
            }
            Self::Poll(host, flags) => {
                // SAFETY: as above.
                let _ = reported(|error| unsafe {
                    (extensions.poll)(table(host), flags, error);
                });
            }
            Self::Load(second) => {
                let _ = start::load(world.runtime(), NAMES[usize::from(second)]).map_err(said);
            }
            Self::Reload(second) => {
                let bundle = BundleId::of(NAMES[usize::from(second)]);
                let _ = world.runtime().reload_bundle_by_id(bundle).map_err(said);
            }
            Self::Unload(host, bundle, cascade) => {
                let unload =
                    if cascade { extensions.unload_bundle_cascade } else { api.unload_bundle };
                // SAFETY: as above.
                let _ = reported(|error| unsafe { unload(table(host), bundle.id(), error) });
            }
            Self::Invalidate(bundle) => {
                let id = BundleId::from_u64(bundle.id());
                let _ = world.runtime().registry().invalidate_bundle(id).map_err(said);
            }
            Self::Quiescence(how) => quiescence(world, how),
            Self::List(host) => {
                // SAFETY: as above.
                take(world, unsafe { (api.list_bundles)(table(host)) });
                // SAFETY: as above.
                take(world, unsafe { (api.get_dependencies)(table(host)) });
                // SAFETY: as above.
                unsafe { (extensions.revision)(table(host)) };
                world.runtime().bundles();
            }
            Self::Name(host, bundle) => {
                // SAFETY: as above.
                read(unsafe { (extensions.bundle_name)(table(host), bundle.id()) });
            }
            Self::LastError(len) => {
                let mut into = vec![0_u8; len.into()];
                // SAFETY: as above.
                let whole = unsafe { (api.get_error_len)(table(Table::Host)) };
                // SAFETY: as above; there is room for so much.
                let copied = unsafe {
                    (api.get_last_error)(table(Table::Host), into.as_mut_ptr(), into.len())
                };
                assert!(copied <= whole.min(into.len()));
                assert!(std::str::from_utf8(&into[..copied]).is_ok());
            }
            Self::Log(host, level, scope, message) => {
                // SAFETY: as above; the texts are null, valid, or longer than any can be.
                unsafe { (api.log)(table(host), level, scope.view(), message.view()) };
            }
            Self::Allocate(host, size, align, how) => {
                allocate(world, table(host), size, align, how)
            }
            Self::Path(host, path, reload) => {
                let StringView { ptr, len } = path.view();
                let run = if reload { api.reload_bundle } else { api.load_bundle };
                let mut error = AbiError::ok();
                // SAFETY: as for texts. What it says repeats the path as it is.
                unsafe { run(table(host), ptr, len, &raw mut error) };
                assert!(error.is_ok() || !read(error.message).is_empty());
            }
            Self::RegisterNothing(host) => {
                // SAFETY: as above; nulls are looked for.
                let registered = reported(|error| unsafe {
                    (api.register_guest_contract)(table(host), ptr::null(), ptr::null(), error);
                });
                registered.expect_err("there is nothing to register");
                // SAFETY: as above; what is there is not looked at.
                let registered = reported(|error| unsafe {
                    (api.register_loader)(table(host), ptr::dangling_mut(), error);
                });
                registered.expect_err("there is no loader");
            }
        }
    }
}

impl Bundle {
    fn id(self) -> u64 {
        match self {
            Self::Named(second) => BundleId::of(NAMES[usize::from(second)]).as_u64(),
            Self::Any(id) => id,
        }
    }
}

impl Contract {
    fn id(self) -> u64 {
        match self {
            Self::Named(second) => GuestContractId::of(CONTRACTS[usize::from(second)], 1).as_u64(),
            Self::Any(id) => id,
        }
    }
}

impl Instance {
    fn of(self, world: &World) -> GuestContractInstance {
        let none = GuestContractInstance::null();
        match self {
            Self::Made(at) => one_of(&world.instances.borrow(), at).unwrap_or(none),
            Self::Null => none,
            Self::Any(bits) => GuestContractInstance {
                data: ptr::without_provenance_mut(bits as usize),
                contract_id: GuestContractId::from_u64(bits),
            },
        }
    }
}

impl Interface {
    /// The address, and the struct that lies there if it is not the runtime's.
    fn of(
        self,
        world: &World,
    ) -> (*const GuestContractInterface, Option<Box<GuestContractInterface>>) {
        let find = |at| one_of(&world.interfaces.borrow(), at);
        match self {
            Self::Found(at) => (find(at).unwrap_or(ptr::null()), None),
            Self::Null => (ptr::null(), None),
            Self::Foreign(at) => {
                let Some(found) = find(at) else { return (ptr::null(), None) };
                // SAFETY: found ones live as long as the runtime; nothing writes at this moment.
                let copy = unsafe { found.read() };
                let create_instance: CreateInstance = nobody;
                let copy = Box::new(GuestContractInterface { create_instance, ..copy });
                (&raw const *copy, Some(copy))
            }
        }
    }
}

unsafe extern "C" fn nobody(
    _: VmLoaderData,
    _: *const HostApi,
    _: *const (),
    _: *mut GuestContractInstance,
) {
    panic!("nobody asks a foreign interface for anything");
}

fn one_of<T: Copy>(all: &[T], at: u8) -> Option<T> {
    all.get(usize::from(at) % all.len().max(1)).copied()
}

fn tables(table: *const HostApi) -> (&'static HostApi, &'static HostApiExtensions) {
    // SAFETY: the world keeps the runtime, and operations run only while there is a world.
    let api = unsafe { &*table };
    // SAFETY: extensions are static.
    (api, unsafe { &*api.reserved })
}

/// What a function reported, which is a text for people wherever it is not success.
fn reported(body: impl FnOnce(*mut AbiError)) -> Result<(), u32> {
    // No code that anybody uses, so that "nothing was written" is seen.
    let mut error = AbiError { code: 9999, message: StringView::null() };
    body(&raw mut error);
    assert_ne!(error.code, 9999, "nothing was reported");
    assert_ne!(error.code, AbiErrorCode::Panic as u32, "{}", read(error.message));
    assert_ne!(error.code, AbiErrorCode::Internal as u32, "{}", read(error.message));
    if error.is_ok() {
        return Ok(());
    }
    said(read(error.message));
    Err(error.code)
}

fn said(message: impl ToString) {
    let message = message.to_string();
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
}

/// The text of a view that the runtime lends.
fn read(view: StringView) -> String {
    if view.is_null() {
        return String::new();
    }
    // SAFETY: the runtime's views are alive until 16 further failures.
    let bytes = unsafe { std::slice::from_raw_parts(view.ptr, view.len) };
    String::from_utf8(bytes.to_vec()).expect("the runtime's texts are UTF-8")
}

fn take<T: Copy>(world: &World, array: Array<T>) -> Vec<T> {
    if array.items.is_null() {
        assert_eq!(array.len, 0);
        return Vec::new();
    }
    // SAFETY: the array is the caller's, as long as it says.
    let items = unsafe { std::slice::from_raw_parts(array.items, array.len) }.to_vec();
    free(world.table(), array.items.cast(), array.len * size_of::<T>(), array.align);
    items
}

pub(super) fn free(table: *const HostApi, place: *mut u8, size: usize, align: usize) {
    // SAFETY: it came from there with this size and alignment.
    unsafe { (tables(table).0.free)(table, place, size, align) };
}

pub(super) fn unpin(table: *const HostApi, token: u64) -> Result<(), u32> {
    // SAFETY: any token may be given.
    reported(|error| unsafe { (tables(table).1.unpin)(table, token, error) })
}

fn found(world: &World, handle: GuestContractHandle, resolve: bool) {
    if handle.is_null() {
        return;
    }
    let (api, extensions) = tables(world.table());
    let look = if resolve { api.resolve_guest_contract } else { extensions.bind_guest_contract };
    // SAFETY: the table is of the living runtime.
    note(world, unsafe { look(world.table(), handle) });
}

fn note(world: &World, interface: *const GuestContractInterface) {
    let mut known = world.interfaces.borrow_mut();
    if !interface.is_null() && !known.contains(&interface) {
        known.push(interface);
    }
}

fn call(
    world: &World,
    interface: *const GuestContractInterface,
    instance: GuestContractInstance,
    function: u32,
    way: Way,
) {
    let table = world.table();
    let (args, out, arena) = (ptr::null(), ptr::null_mut(), ptr::null_mut::<CallArena>());
    let run = tables(table).1.call;
    match way {
        Way::Embedded => {
            // SAFETY: the interface is null or lives; the functions look at nothing.
            let called =
                unsafe { embedding::call(interface, instance, function, args, out, arena) };
            let _ = called.map_err(|error| said(error.message));
        }
        Way::Silent => {
            // SAFETY: as above.
            unsafe { run(table, interface, instance, function, args, out, arena, ptr::null_mut()) };
        }
        Way::Reporting | Way::Old | Way::Own => {
            // SAFETY: as above.
            let _ = reported(|error| unsafe {
                run(table, interface, instance, function, args, out, arena, error);
            });
        }
    }
}

fn create(world: &World, table: *const HostApi, interface: Interface, acts: u8, way: Way) {
    let (interface, copy) = interface.of(world);
    let args: *const () = ptr::without_provenance(usize::from(acts % 8));
    let mut made =
        GuestContractInstance { data: ptr::dangling_mut(), ..GuestContractInstance::null() };
    let out = &raw mut made;
    let (api, extensions) = tables(world.table());
    let reports = match way {
        Way::Reporting => {
            // SAFETY: the interface is null or lives, the constructor looks at no argument.
            Some(reported(|error| unsafe {
                (extensions.create)(table, interface, args, out, error)
            }))
        }
        Way::Silent => {
            // SAFETY: as above.
            unsafe { (extensions.create)(table, interface, args, out, ptr::null_mut()) };
            None
        }
        Way::Old => {
            // SAFETY: as above.
            unsafe { (api.create_guest_instance)(table, interface, args, out) };
            None
        }
        Way::Own if copy.is_none() && !interface.is_null() => {
            // SAFETY: the interface lives as long as the runtime.
            let own = unsafe { (*interface).create_instance };
            let data = interface.cast_mut().cast();
            // SAFETY: as above.
            unsafe { own(VmLoaderData { data }, table, args, out) };
            None
        }
        Way::Own | Way::Embedded => {
            // SAFETY: as above.
            let created = unsafe { embedding::create(interface, table, args) };
            made = created.unwrap_or_else(|error| {
                said(error.message);
                GuestContractInstance::null()
            });
            None
        }
    };
    if let Some(reported) = reports {
        assert_eq!(reported.is_ok(), !made.is_null());
    }
    if !made.is_null() {
        world.instances.borrow_mut().push(made);
    }
}

fn destroy(
    world: &World,
    table: *const HostApi,
    interface: Interface,
    instance: Instance,
    way: Way,
) {
    let (interface, copy) = interface.of(world);
    let instance = instance.of(world);
    let was_alive = bundle::is_alive(instance);
    let (api, extensions) = tables(world.table());
    let destroyed = match way {
        Way::Reporting => {
            // SAFETY: the interface is null or lives; what is not alive is found.
            reported(|error| unsafe { (extensions.destroy)(table, interface, instance, error) })
                .is_ok()
        }
        Way::Old | Way::Silent => {
            // SAFETY: as above.
            unsafe { (api.destroy_guest_instance)(table, interface, instance) };
            return;
        }
        Way::Own if copy.is_none() && !interface.is_null() => {
            // SAFETY: the interface lives as long as the runtime.
            let own = unsafe { (*interface).destroy_instance };
            let data = interface.cast_mut().cast();
            // SAFETY: as above.
            unsafe { own(VmLoaderData { data }, table, instance) };
            return;
        }
        Way::Own | Way::Embedded => {
            // SAFETY: as above.
            unsafe { embedding::destroy(interface, table, instance) }.is_ok()
        }
    };
    if destroyed {
        assert!(instance.is_null() || was_alive, "what was not alive is destroyed");
    }
    if destroyed && !instance.is_null() {
        assert!(!bundle::is_alive(instance), "what was destroyed is not alive");
    }
}

fn quiescence(world: &World, how: u8) {
    let runtime = world.runtime();
    let said_so = match how % 4 {
        0 => runtime.quiescent(),
        1 => runtime.thread_attach(),
        2 => runtime.thread_quiescent(),
        _ => runtime.thread_detach(),
    };
    let _ = said_so.map_err(said);
}

fn allocate(world: &World, table: *const HostApi, size: u32, align: u16, how: u8) {
    let (api, extensions) = tables(world.table());
    let (size, align) = ((size % 100_000) as usize, usize::from(align));
    if how.is_multiple_of(2) {
        let mut arena = CallArena::new(world.table());
        // SAFETY: the arena is this function's own.
        let place = unsafe { (extensions.arena_alloc)(table, &raw mut arena, size, align) };
        fill(place, size, align);
        // SAFETY: as above; what is in it is not used any more.
        unsafe { (extensions.arena_reset)(table, &raw mut arena) };
        // SAFETY: as above.
        unsafe { (extensions.arena_release)(table, &raw mut arena) };
        return;
    }
    let run = if how % 4 == 1 { api.alloc } else { extensions.result_alloc };
    // SAFETY: no call here has an arena, so the memory is the caller's.
    let place = unsafe { run(table, size, align) };
    fill(place, size, align);
    if !place.is_null() {
        world.memory.borrow_mut().push((place, size, align));
    }
}

fn fill(place: *mut u8, size: usize, align: usize) {
    if place.is_null() {
        return assert!(!align.is_power_of_two(), "{size} bytes at {align} can be had");
    }
    assert_eq!(place.addr() % align, 0);
    // SAFETY: the memory is that large.
    unsafe { place.write_bytes(0xAB, size) };
}
