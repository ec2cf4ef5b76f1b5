//! Log records of the program.

use crate::border;
use crate::hosts;
use polyplug_abi::{HostApi, LogLevel};
use std::ffi::c_char;

/// Writes a log record to where the runtime's own records go. [thread-safe]
///
/// An unknown `level` counts as POLYPLUG_LOG_ERROR. `scope` says who speaks. Both texts stay the
/// caller's; null counts as empty.
///
/// # Safety
/// - `scope` and `message` are null or texts that end with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_log(
    host: *const HostApi,
    level: u32,
    scope: *const c_char,
    message: *const c_char,
) {
    border::code(|| {
        let host = hosts::find(host)?;
        // SAFETY: the caller's promise.
        let scope = unsafe { border::text_or_empty("scope", scope) }?;
        // SAFETY: as above.
        let message = unsafe { border::text_or_empty("message", message) }?;
        host.runtime.log(LogLevel::from_u32(level), scope, message);
        Ok(())
    });
}
