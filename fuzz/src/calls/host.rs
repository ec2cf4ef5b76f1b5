//! The host table: what it reports, and what it lends and gives.

use super::World;
use polyplug_abi::{
    AbiError, AbiErrorCode, Array, CallArena, HostApi, HostApiExtensions, StringView,
};

pub(super) fn tables(table: *const HostApi) -> (&'static HostApi, &'static HostApiExtensions) {
    // SAFETY: the world keeps the runtime, and operations run only while there is a world.
    let api = unsafe { &*table };
    // SAFETY: extensions are static.
    (api, unsafe { &*api.reserved })
}

/// What a function reported, which is a text for people wherever it is not success.
pub(super) fn reported(body: impl FnOnce(*mut AbiError)) -> Result<(), u32> {
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

pub(super) fn said(message: impl ToString) {
    let message = message.to_string();
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
}

/// The text of a view that the runtime lends.
pub(super) fn read(view: StringView) -> String {
    if view.is_null() {
        return String::new();
    }
    // SAFETY: the runtime's views are alive until 16 further failures.
    let bytes = unsafe { std::slice::from_raw_parts(view.ptr, view.len) };
    String::from_utf8(bytes.to_vec()).expect("the runtime's texts are UTF-8")
}

pub(super) fn take<T: Copy>(world: &World, array: Array<T>) -> Vec<T> {
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

pub(super) fn allocate(world: &World, table: *const HostApi, size: u32, align: u16, how: u8) {
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
