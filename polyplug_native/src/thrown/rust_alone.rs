//! The twin for systems without a frame of their own: panics of this runtime are stopped, anything else
//! ends the process with the words of Rust's runtime.

use super::{RUST, Thrown};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{mem, ptr};

/// What `body` returns, or what came out of it instead.
pub(crate) fn catch<T, F: FnOnce() -> T>(body: F) -> Result<T, Thrown> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|panic| {
        // Its destructor may be code of the library.
        mem::forget(panic);
        Thrown { class: RUST, exception: ptr::null_mut() }
    })
}
