//! Objects in memory of the host. A head stands before each: the version of the plugin that frees an
//! object is not always the one that made it.

use crate::border;
use crate::error::Error;
use crate::function::{Constructor, again};
use crate::host;
use polyplug_abi::{AbiErrorCode, GuestContractInstance, HostApi, VmLoaderData};
use std::ffi::c_void;
use std::marker::PhantomData;

/// Tells objects with this head from those of a plugin that was written in another way. The C++
/// helper writes the same head.
const MARK: u32 = 0x706f_6c79;

#[repr(C)]
#[derive(Clone, Copy)]
struct Head {
    mark: u32,
    align: u32,
    capacity: usize,
}

impl Head {
    fn of(object: *mut c_void) -> *mut Self {
        object.cast::<Self>().wrapping_sub(1)
    }

    /// From the start of the memory to the object.
    fn distance(align: usize) -> usize {
        size_of::<Self>().next_multiple_of(align)
    }
}

/// Memory that goes back if no object comes to live in it.
struct Room {
    object: *mut c_void,
}

impl Room {
    fn new(capacity: usize, align: usize) -> Result<Self, Error> {
        let distance = Head::distance(align);
        let memory = host::allocate(distance + capacity, align);
        if memory.is_null() {
            let message = "there is no memory for the object";
            return Err(Error::of_kind(AbiErrorCode::MemoryLimit, message));
        }
        let object: *mut c_void = memory.wrapping_add(distance).cast();
        let head = Head { mark: MARK, align: align as u32, capacity };
        // SAFETY: there is room for the head before the object, and the memory is aligned for it.
        unsafe { Head::of(object).write(head) };
        Ok(Self { object })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // SAFETY: the memory is this room's own.
        let head = unsafe { Head::of(self.object).read() };
        let (align, distance) = (head.align as usize, Head::distance(head.align as usize));
        let memory = self.object.cast::<u8>().wrapping_sub(distance);
        // SAFETY: allocated with these numbers in `new`, or in the `new` of an older version.
        unsafe { host::free(memory, distance + head.capacity, align) };
    }
}

/// The room that an object was given, and its alignment; `None` if it was not made here.
///
/// # Safety
/// - `data` is an instance that a native plugin made.
pub(crate) unsafe fn room(data: *mut c_void) -> Option<(usize, usize)> {
    // SAFETY: the caller's promise; a smaller head than any allocator's stands before it.
    let head = unsafe { Head::of(data).read() };
    (head.mark == MARK).then_some((head.capacity, head.align as usize))
}

/// How much room the objects of a type are given.
pub(crate) trait Capacity {
    const CAPACITY: usize;
}

/// As much as they need.
pub(crate) struct Exact<T>(PhantomData<T>);

impl<T> Capacity for Exact<T> {
    const CAPACITY: usize = size_of::<T>();
}

/// As much as later versions may need.
pub(crate) struct Roomy<T>(PhantomData<T>);

impl<T: crate::state::State> Capacity for Roomy<T> {
    const CAPACITY: usize = {
        assert!(T::CAPACITY >= size_of::<T>(), "the state has outgrown its capacity");
        T::CAPACITY
    };
}

/// The constructor of a contract.
///
/// # Safety
/// - As the ABI says; a value of `F` was handed over.
pub(crate) unsafe extern "C" fn create<T, F, S, C>(
    _: VmLoaderData,
    _: *const HostApi,
    args: *const (),
    out_instance: *mut GuestContractInstance,
) where
    T: Send + Sync,
    F: Constructor<T, S>,
    C: Capacity,
{
    let mut instance = GuestContractInstance::null();
    // SAFETY: the caller's promise.
    let constructor = unsafe { again::<F>() };
    let outcome = border::run(|| {
        let align = align_of::<T>().max(align_of::<Head>());
        let room = Room::new(C::CAPACITY, align)?;
        // SAFETY: the caller's promise.
        let object = unsafe { constructor.make(args) }?;
        // SAFETY: the room is large enough, aligned and new.
        unsafe { room.object.cast::<T>().write(object) };
        instance.data = room.object;
        std::mem::forget(room);
        Ok(())
    });
    // SAFETY: the caller's promise.
    unsafe { out_instance.write(instance) };
    if !outcome.is_ok() {
        host::set_last_error(&outcome);
    }
}

/// The destructor of a contract.
///
/// # Safety
/// - As the ABI says: the instance is one of [`create`], or was adopted, and is not used any more.
pub(crate) unsafe extern "C" fn destroy<T>(
    _: VmLoaderData,
    _: *const HostApi,
    instance: GuestContractInstance,
) {
    if instance.data.is_null() {
        return;
    }
    let room = Room { object: instance.data };
    // A panic has nobody to be told to; the memory goes back all the same.
    border::run(|| {
        // SAFETY: the caller's promise.
        unsafe { room.object.cast::<T>().drop_in_place() };
        Ok(())
    });
}

/// The constructor of a contract without objects.
///
/// # Safety
/// - As the ABI says.
pub(crate) unsafe extern "C" fn create_none(
    _: VmLoaderData,
    _: *const HostApi,
    _: *const (),
    out_instance: *mut GuestContractInstance,
) {
    // SAFETY: the caller's promise.
    unsafe { out_instance.write(GuestContractInstance::null()) };
    let message = "the contract has no objects";
    let outcome = border::run(|| Err(Error::of_kind(AbiErrorCode::FunctionNotAvailable, message)));
    host::set_last_error(&outcome);
}

/// The destructor of a contract without objects.
///
/// # Safety
/// - As the ABI says.
pub(crate) unsafe extern "C" fn destroy_none(
    _: VmLoaderData,
    _: *const HostApi,
    _: GuestContractInstance,
) {
}
