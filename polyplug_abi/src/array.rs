//! A list of values that crosses by pointer.

use core::mem::offset_of;
use core::ptr;

/// A list of `len` values.
///
/// One that a function of the host returns belongs to the caller, who frees it with
/// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
/// the caller and is read only during the call.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Array<T> {
    /// The first value; null if `len` is 0.
    pub items: *mut T,
    /// The number of values.
    pub len: usize,
    /// The alignment that `items` was allocated with.
    pub align: usize,
}

const _: () = {
    assert!(size_of::<Array<u8>>() == 24 && align_of::<Array<u8>>() == 8);
    assert!(offset_of!(Array<u8>, items) == 0);
    assert!(offset_of!(Array<u8>, len) == 8);
    assert!(offset_of!(Array<u8>, align) == 16);
};

impl<T> Array<T> {
    /// The list without values. There is nothing to free.
    pub const fn empty() -> Self {
        Self { items: ptr::null_mut(), len: 0, align: align_of::<T>() }
    }
}

impl<T> Default for Array<T> {
    fn default() -> Self {
        Self::empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Array;

    #[test]
    fn the_layout_does_not_depend_on_the_item() {
        assert_eq!(size_of::<Array<[u64; 9]>>(), 24);
        assert_eq!(align_of::<Array<[u64; 9]>>(), 8);
    }

    #[test]
    fn an_empty_list_knows_the_alignment_of_its_items() {
        let list = Array::<u64>::empty();
        assert!(list.items.is_null());
        assert_eq!((list.len, list.align), (0, 8));
    }
}
