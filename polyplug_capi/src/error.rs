//! The last error.

use polyplug::embedding;
use polyplug_abi::StringView;
use std::panic;

/// Why the newest failure on this thread happened. [thread-safe]
///
/// A null text if nothing failed yet. It stays until something else fails; success does not clear
/// it, so it is read only after a failure. The library owns the text; it lives until 16 further
/// failures on this thread. Failures of other threads, and of reloads in the background, are
/// events.
#[unsafe(no_mangle)]
pub extern "C" fn polyplug_last_error() -> StringView {
    panic::catch_unwind(embedding::last_error).unwrap_or(StringView::null())
}
