//! One operation on the host table or on `polyplug::embedding`.

use super::World;
use super::bundle::NAMES;
use super::chosen::{Bundle, Contract, Instance, Interface};
use super::contract::{Way, call, create, destroy};
use super::host::{allocate, read, reported, said, tables, take};
use crate::start;
use crate::text::Text;
use arbitrary::Arbitrary;
use polyplug_abi::{AbiError, BundleId, GuestContractHandle, GuestContractInterface, StringView};
use std::ptr;

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
