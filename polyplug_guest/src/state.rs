//! Objects that come from version to version of a bundle, in place.

use crate::error::Error;
use crate::object;
use polyplug_abi::{AbiErrorCode, GuestContractId};
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

/// An object that the next version of the bundle can take over where it is.
///
/// # Safety
/// - The layout of the type is fixed (`repr(C)`), and changes only with [`State::VERSION`].
/// - It holds no pointer into the library: no `&'static`, no function pointers, no `dyn`, nothing
///   that only this build of the standard library understands.
/// - [`State::upgrade`] does what it says for every version from [`State::OLDEST`] on.
pub unsafe trait State: Send + Sync + Sized + 'static {
    /// The version of the layout, from 1 on.
    const VERSION: u32;
    /// The oldest version whose objects are taken over.
    const OLDEST: u32 = Self::VERSION;
    /// How much room an object is given, so that later versions may be larger.
    const CAPACITY: usize = size_of::<Self>();

    /// Makes an object of an older version one of this version, in place. It must not panic: nothing
    /// can be undone any more.
    ///
    /// # Safety
    /// - `state` has room for this type and holds an object of the version `from`, older than this
    ///   one, that no thread uses.
    unsafe fn upgrade(state: *mut Self, from: u32) {
        let _ = (state, from);
    }
}

/// How many contracts of a plugin may have objects with state: a plain array, because memory that has
/// to be freed would have to be freed after the last call.
const MOST: usize = 64;

/// How the objects of one contract are taken over.
#[derive(Clone, Copy)]
pub(crate) struct Adopter {
    contract: GuestContractId,
    version: u32,
    oldest: u32,
    size: usize,
    align: usize,
    upgrade: unsafe fn(*mut c_void, u32),
}

static ADOPTERS: Mutex<[Option<Adopter>; MOST]> = Mutex::new([None; MOST]);

impl Adopter {
    pub(crate) fn of<T: State>(contract: GuestContractId) -> Self {
        const { assert!(T::VERSION > 0 && T::OLDEST <= T::VERSION, "versions begin with 1") };
        Self {
            contract,
            version: T::VERSION,
            oldest: T::OLDEST,
            size: size_of::<T>(),
            align: align_of::<T>(),
            upgrade: upgrade::<T>,
        }
    }
}

/// # Safety
/// - As for [`State::upgrade`].
unsafe fn upgrade<T: State>(data: *mut c_void, from: u32) {
    // SAFETY: the caller's promise.
    unsafe { T::upgrade(data.cast(), from) };
}

/// Remembers how the objects of a contract are taken over.
pub(crate) fn add(adopter: Adopter) -> Result<(), Error> {
    let mut adopters = ADOPTERS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(place) = adopters.iter_mut().find(|place| place.is_none()) else {
        let message = format!("a plugin has at most {MOST} contracts with state");
        return Err(Error::of_kind(AbiErrorCode::Generic, message));
    };
    *place = Some(adopter);
    Ok(())
}

fn find(contract: GuestContractId) -> Option<Adopter> {
    let adopters = ADOPTERS.lock().unwrap_or_else(PoisonError::into_inner);
    adopters.iter().flatten().find(|adopter| adopter.contract == contract).copied()
}

/// The version of a contract's objects; 0 if they are not taken over.
pub(crate) fn version(contract: GuestContractId) -> u32 {
    find(contract).map_or(0, |adopter| adopter.version)
}

/// Whether [`adopt`] will take the object over.
///
/// # Safety
/// - `data` is an instance of the contract.
pub(crate) unsafe fn check(
    contract: GuestContractId,
    data: *mut c_void,
    from: u32,
) -> Result<(), Error> {
    let alive = |message| Err(Error::of_kind(AbiErrorCode::InstancesAlive, message));
    let Some(adopter) = find(contract) else {
        return alive("the new version of the contract takes over no objects".to_owned());
    };
    if from < adopter.oldest || from > adopter.version {
        let Adopter { oldest, version, .. } = adopter;
        let message = format!(
            "the objects' state has version {from}; the new version takes over {oldest} to {version}"
        );
        return Err(Error::of_kind(AbiErrorCode::VersionMismatch, message));
    }
    // SAFETY: the caller's promise.
    match unsafe { object::room(data) } {
        None => alive("the objects were not made with polyplug's helpers".to_owned()),
        Some((capacity, align)) if capacity < adopter.size || align < adopter.align => {
            let size = adopter.size;
            alive(format!(
                "the objects have room for {capacity} bytes and the new version needs {size}; a \
                 larger `CAPACITY` would have kept room"
            ))
        }
        Some(_) => Ok(()),
    }
}

/// Takes an object over.
///
/// # Safety
/// - [`check`] has agreed, and no thread uses the object.
pub(crate) unsafe fn adopt(contract: GuestContractId, data: *mut c_void, from: u32) {
    let Some(adopter) = find(contract) else { return };
    if from < adopter.version {
        // SAFETY: the caller's promise; `check` looked at the version and the room.
        unsafe { (adopter.upgrade)(data, from) };
    }
}
