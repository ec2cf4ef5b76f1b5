//! Lists: the address of the first element, and how many there are.

use crate::{Lift, Lifting, Lower, NoMemory, Number, Place, Problem, Typed};
use std::alloc::Layout;
use std::ptr;

/// A list in memory.
#[repr(C)]
#[derive(Debug)]
pub struct RawList<T> {
    /// The first element; not read if there is none.
    pub items: *const T,
    /// How many there are.
    pub len: usize,
}

impl<T> Clone for RawList<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RawList<T> {}

// SAFETY: a list is pointer and length.
unsafe impl<T: Typed> Typed for [T] {
    type Raw = RawList<T::Raw>;
    const POINTS: bool = true;
}

// SAFETY: as above.
unsafe impl<T: Typed> Typed for Vec<T> {
    type Raw = RawList<T::Raw>;
    const POINTS: bool = true;
}

impl<T: Lower> Lower for [T] {
    #[inline]
    fn lower<P: Place>(&self, place: &mut P) -> Result<Self::Raw, NoMemory> {
        if T::SAME {
            let list = lower_same(self, place)?;
            return Ok(RawList { items: list.items.cast(), len: list.len });
        }
        let items: *mut T::Raw = room(self.len(), place)?;
        for (index, item) in self.iter().enumerate() {
            let raw = item.lower(place)?;
            // SAFETY: there is room for as many elements.
            unsafe { items.wrapping_add(index).write(raw) };
        }
        Ok(RawList { items, len: self.len() })
    }
}

impl<T: Lower> Lower for Vec<T> {
    #[inline]
    fn lower<P: Place>(&self, place: &mut P) -> Result<Self::Raw, NoMemory> {
        self.as_slice().lower(place)
    }
}

impl<'a, T: Number> Lift<'a> for &'a [T] {
    #[inline]
    unsafe fn lift(raw: &Self::Raw, _: &mut Lifting) -> Result<Self, Problem> {
        // SAFETY: the caller's promise.
        unsafe { elements(*raw) }
    }
}

impl<'a, T: Lift<'a>> Lift<'a> for Vec<T> {
    unsafe fn lift(raw: &Self::Raw, lifting: &mut Lifting) -> Result<Self, Problem> {
        // SAFETY: the caller's promise.
        let items: &[T::Raw] = unsafe { elements(*raw) }?;
        lifting.spend(items.len(), size_of::<T>())?;
        let mut values = Self::with_capacity(items.len());
        if T::ANY {
            // SAFETY: there is room for as many; raw elements are values of the type, in its layout.
            unsafe {
                values.as_mut_ptr().copy_from_nonoverlapping(items.as_ptr().cast(), items.len())
            };
            // SAFETY: as many were written.
            unsafe { values.set_len(items.len()) };
            return Ok(values);
        }
        for item in items {
            // SAFETY: the caller's promise.
            values.push(unsafe { T::lift(item, lifting) }?);
        }
        Ok(values)
    }
}

/// The items as they are, or a copy of them.
#[inline]
pub(crate) fn lower_same<T, P: Place>(items: &[T], place: &mut P) -> Result<RawList<T>, NoMemory> {
    if P::BORROWS || items.is_empty() {
        return Ok(RawList { items: items.as_ptr(), len: items.len() });
    }
    let copy: *mut T = room(items.len(), place)?;
    // SAFETY: the room is new and long enough; nothing drops the copy, which has nothing to drop.
    unsafe { copy.copy_from_nonoverlapping(items.as_ptr(), items.len()) };
    Ok(RawList { items: copy, len: items.len() })
}

fn room<T, P: Place>(len: usize, place: &mut P) -> Result<*mut T, NoMemory> {
    let layout = Layout::array::<T>(len).map_err(|_| NoMemory(usize::MAX))?;
    match layout.size() {
        0 => Ok(ptr::dangling_mut()),
        _ => Ok(place.allocate(layout)?.cast()),
    }
}

/// The elements of a list that somebody else wrote.
///
/// # Safety
/// - If the address and the length are possible, that many elements stand there for `'a`, and nobody
///   writes them; every pattern of bits is a `T`.
#[inline]
pub(crate) unsafe fn elements<'a, T>(list: RawList<T>) -> Result<&'a [T], Problem> {
    if list.len == 0 {
        return Ok(&[]);
    }
    if list.items.is_null() {
        return Err(Problem::Null(list.len));
    }
    if !list.items.is_aligned() {
        return Err(Problem::NotAligned { address: list.items.addr(), align: align_of::<T>() });
    }
    if list.len.checked_mul(size_of::<T>()).is_none_or(|size| size > isize::MAX as usize) {
        return Err(Problem::NoSuchLength(list.len));
    }
    // SAFETY: the caller's promise, and what was looked at just now.
    Ok(unsafe { std::slice::from_raw_parts(list.items, list.len) })
}
