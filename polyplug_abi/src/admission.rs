//! The host's own word on what is loaded.

use crate::{BundleOffer, StringView};
use core::ffi::c_void;

/// The bundle is not loaded. Every value but `ADMISSION_ALLOW` means this.
pub const ADMISSION_DENY: u32 = 0;
/// The bundle may be loaded, if nothing else speaks against it.
pub const ADMISSION_ALLOW: u32 = 1;

/// Is asked whether a bundle may be loaded. [thread-safe]
///
/// At every load, reload and discovery, after the signature policy and before any code of the bundle
/// runs; the bytes whose offer it saw are those that are opened. `user_data` is the pointer that was configured. `offer` is never
/// null and lives, with all that it points at, until the function returns. `out_reason` is never null
/// and holds the null text; where the answer is not `ADMISSION_ALLOW` it may be set to the reason, a text
/// of the host's or of the offer, which is copied as soon as the function has returned. The thread that
/// loads calls it, which may be the runtime's own. Load, reload, unload, poll and discovery answer
/// `ReentrantCall` from inside. An exception of C++ must not leave it: the process would end.
pub type Admission = unsafe extern "C" fn(
    user_data: *mut c_void,
    offer: *const BundleOffer,
    out_reason: *mut StringView,
) -> u32;
