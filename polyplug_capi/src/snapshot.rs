//! What a program is given to look at: rows in the layout of C that do not change any more.

use crate::border::{self, Failure};
use std::ptr;

/// Rows, and what their views and lists show.
pub(crate) struct Snapshot<Row, Shown> {
    rows: Vec<Row>,
    /// Never changed. What it shows is in heap memory of its own, which stays where it is when this moves.
    _shown: Vec<Shown>,
}

/// How messages call a kind of snapshots.
pub(crate) struct Kind {
    /// The parameter.
    pub(crate) name: &'static str,
    /// The function that makes one.
    pub(crate) maker: &'static str,
}

impl<Row, Shown> Snapshot<Row, Shown> {
    pub(crate) fn new(shown: Vec<Shown>, row: impl Fn(&Shown) -> Row) -> Self {
        Self { rows: shown.iter().map(row).collect(), _shown: shown }
    }

    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The row at `index`, as long as the snapshot.
    pub(crate) fn at(&self, index: usize, kind: &Kind) -> Result<*const Row, Failure> {
        let row = self.rows.get(index).ok_or_else(|| {
            let (name, count) = (kind.name, self.count());
            Failure::argument("index", format!("is {index}, and the {name} has {count} bundles"))
        })?;
        Ok(ptr::from_ref(row))
    }
}

/// What a program holds.
///
/// # Safety
/// - `place` is null, or holds a value that is not freed during `'a`.
pub(crate) unsafe fn held<'a, T>(place: *const T, kind: &Kind) -> Result<&'a T, Failure> {
    // SAFETY: the caller's promise.
    let held = unsafe { place.as_ref() };
    held.ok_or_else(|| {
        Failure::pointer(kind.name, &format!("is null; pass what {} returned", kind.maker))
    })
}

/// Gives a program what it frees later.
pub(crate) fn given<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Ends what a program was given; null does nothing.
///
/// # Safety
/// - `place` is null or comes from [`given`], and is not used afterwards.
pub(crate) unsafe fn free<T>(place: *mut T) {
    border::code(|| {
        if !place.is_null() {
            // SAFETY: the caller's promise.
            drop(unsafe { Box::from_raw(place) });
        }
        Ok(())
    });
}

/// The address of a list; null for an empty one.
pub(crate) fn first<T>(list: &[T]) -> *const T {
    if list.is_empty() { ptr::null() } else { list.as_ptr() }
}
