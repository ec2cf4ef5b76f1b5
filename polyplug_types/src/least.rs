//! The value that is all zero.

use crate::{Lift, Lifting};
use std::mem::MaybeUninit;

/// The least value of a type: zero, no text, an empty list, no flag, the first case. What a function
/// answers that is still to be written.
///
/// ```
/// let least: (bool, Option<u8>, Vec<String>, Result<f32, char>) = polyplug_types::least();
/// assert_eq!(least, (false, None, vec![], Ok(0.0)));
/// ```
///
/// # Panics
/// Not for a type whose [`Lift`] keeps to what WIT says: zeros are a value of each.
pub fn least<T: Lift<'static>>() -> T {
    let zeros = MaybeUninit::<T::Raw>::zeroed();
    // SAFETY: every pattern of bits is a raw value.
    let raw = unsafe { zeros.assume_init() };
    // SAFETY: no pointer in it is possible, and every length is 0.
    let value = unsafe { T::lift(&raw, &mut Lifting::default()) };
    value.expect("zeros are a value of every type")
}
