//! A list that only grows, and whose elements stay where they are. So what it gives can be held across
//! calls of Lua, which may add to the list, and which may end in an error that skips the end of a
//! borrow.

use std::cell::RefCell;

/// See the module.
pub(crate) struct Kept<T>(RefCell<Vec<Box<T>>>);

impl<T> Kept<T> {
    pub(crate) fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// Adds an element; its index.
    pub(crate) fn add(&self, element: T) -> usize {
        let mut elements = self.0.borrow_mut();
        elements.push(Box::new(element));
        elements.len() - 1
    }

    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        let elements = self.0.borrow();
        let element: *const T = &raw const **elements.get(index)?;
        // SAFETY: an element is boxed, and it is dropped with the list alone, which `self` borrows.
        Some(unsafe { &*element })
    }
}
