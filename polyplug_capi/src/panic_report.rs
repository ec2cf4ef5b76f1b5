//! What a panic of the runtime says, before it is stopped at the border: to the log callbacks that
//! there are, else to stderr, as Rust does.

use crate::hosts;
use polyplug_abi::LogLevel;
use std::panic;
use std::sync::Once;

/// From now on panics in this library are log records. The hook is this library's own: other Rust
/// code of the process has another copy of the standard library.
pub(crate) fn to_log() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let default = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let hosts = hosts::with_log();
            if hosts.is_empty() {
                default(panic);
            }
            for host in hosts {
                host.runtime.log(LogLevel::Error, "panic", &panic.to_string());
            }
        }));
    });
}
