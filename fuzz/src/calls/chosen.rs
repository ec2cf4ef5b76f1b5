//! What an operation is done to: something that is there, or that may be wrong.

use super::World;
use super::bundle::{CONTRACTS, NAMES};
use arbitrary::Arbitrary;
use polyplug_abi::{
    BundleId, CreateInstance, GuestContractId, GuestContractInstance, GuestContractInterface,
    HostApi, VmLoaderData,
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

impl Bundle {
    pub(super) fn id(self) -> u64 {
        match self {
            Self::Named(second) => BundleId::of(NAMES[usize::from(second)]).as_u64(),
            Self::Any(id) => id,
        }
    }
}

impl Contract {
    pub(super) fn id(self) -> u64 {
        match self {
            Self::Named(second) => GuestContractId::of(CONTRACTS[usize::from(second)], 1).as_u64(),
            Self::Any(id) => id,
        }
    }
}

impl Instance {
    pub(super) fn of(self, world: &World) -> GuestContractInstance {
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
    pub(super) fn of(
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
