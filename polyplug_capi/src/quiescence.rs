//! When native code that was replaced may be closed although raw pointers to it were handed out.

use crate::border;
use crate::hosts;
use polyplug_abi::HostApi;

/// Says that at this moment no thread of the process is inside a raw native call or keeps a
/// function pointer that it read from an interface. [thread-safe]
///
/// Whatever was replaced before may be closed. polyplug_poll() with POLYPLUG_POLL_QUIESCENT says
/// the same. Once a thread was attached each speaks for itself, and the answer is
/// POLYPLUG_ERROR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_quiescent(host: *const HostApi) -> u32 {
    border::code(|| Ok(hosts::find(host)?.runtime.quiescent()?))
}

/// This thread makes raw native calls from now on and says for itself when it is quiescent.
/// [thread-safe]
///
/// For programs that make raw calls on several threads: each attaches before its first one. It
/// waits while a change is being committed; from inside a call, a callback or a pin the answer is
/// POLYPLUG_ERROR_REENTRANT_CALL.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_thread_attach(host: *const HostApi) -> u32 {
    border::code(|| Ok(hosts::find(host)?.runtime.thread_attach()?))
}

/// At this moment this thread is inside no raw native call and keeps no function pointer that it
/// read from an interface. [same-thread]
///
/// What was replaced is closed once every thread that was attached then has said so or has
/// detached.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_thread_quiescent(host: *const HostApi) -> u32 {
    border::code(|| Ok(hosts::find(host)?.runtime.thread_quiescent()?))
}

/// This thread makes no raw native calls any more. [same-thread]
///
/// A thread that ends is detached.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_thread_detach(host: *const HostApi) -> u32 {
    border::code(|| Ok(hosts::find(host)?.runtime.thread_detach()?))
}
