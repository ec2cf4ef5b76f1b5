//! The frame boundary.

use crate::border::{self, Failure};
use crate::hosts;
use polyplug_abi::{HostApi, POLL_QUIESCENT};

/// Commits the changes that are ready, runs the callbacks that are due, closes what was replaced.
/// [frame-boundary]
///
/// A game calls this once per frame. `flags` is 0 or POLYPLUG_POLL_QUIESCENT. `out_committed`,
/// which may be null, receives how many changes were committed. A change that fails leaves its old
/// version running and is told as an event; it is no failure of this function.
///
/// # Safety
/// - `out_committed` is null or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn polyplug_poll(
    host: *const HostApi,
    flags: u32,
    out_committed: *mut u32,
) -> u32 {
    let mut committed = 0;
    let code = border::code(|| {
        let host = hosts::find(host)?;
        committed = match flags {
            0 => host.runtime.poll()?,
            POLL_QUIESCENT => host.runtime.poll_quiescent()?,
            other => {
                let problem = format!("is {other}, neither 0 nor POLYPLUG_POLL_QUIESCENT");
                return Err(Failure::argument("flags", problem));
            }
        };
        Ok(())
    });
    // SAFETY: the caller's promise.
    unsafe { border::write(out_committed, committed) };
    code
}
