//! Calls into plugins that stop what unwinds out of them: exceptions, and panics of another runtime.
//!
//! Rust's own `catch_unwind` ends the process when it meets what its runtime did not throw, and the
//! panics of a plugin are such too. So the frame that stops them is not Rust's: see `frame`. Systems
//! without one have a twin that stops what Rust can.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod frame;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod rust_alone;

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) use frame::catch;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(crate) use rust_alone::catch;

use crate::library::Library;
use cpp_demangle::{DemangleOptions, Symbol};
use polyplug::error::printable;
use std::ffi::{CStr, c_char, c_void};

/// `GNUCC++` and a zero, without its last byte, which says how the exception is stored.
const CPP: u64 = 0x0047_4E55_4343_2B2B;

/// As Rust's runtime writes it: a text, where C++ has a number.
const RUST: u64 = u64::from_ne_bytes(*b"MOZ\0RUST");

/// What left a function that did not return.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thrown {
    /// Which runtime threw it.
    class: u64,
    exception: *mut c_void,
}

type BeginCatch = unsafe extern "C" fn(*mut c_void) -> *mut c_void;
type EndCatch = unsafe extern "C-unwind" fn();
type CurrentType = unsafe extern "C" fn() -> *const TypeInfo;

/// `std::type_info`, as far as every C++ compiler here lays it out.
#[repr(C)]
struct TypeInfo {
    functions: *const c_void,
    name: *const c_char,
}

impl Thrown {
    /// Gives it back to its runtime; what it was, in words that follow "it".
    ///
    /// # Safety
    /// - `library` is the one whose function threw it, on this thread, and this is done once.
    pub(crate) unsafe fn end(self, library: &Library) -> String {
        match self.class {
            // Its runtime ends the process when another one disposes of it; so it stays.
            RUST => "panicked".to_owned(),
            class if class >> 8 == CPP => {
                // SAFETY: the caller's promise.
                let name = unsafe { self.end_as_cpp(library) };
                let name = name.map(|name| format!(" of the type `{name}`")).unwrap_or_default();
                format!("threw an exception{name}")
            }
            _ => "threw an exception of another language".to_owned(),
        }
    }

    /// Catches it as C++ does; the name of its type. Does nothing where the runtime hides.
    unsafe fn end_as_cpp(self, library: &Library) -> Option<String> {
        // SAFETY: a function of the C++ runtime.
        let begin = unsafe { library.function::<BeginCatch>(c"__cxa_begin_catch") };
        // SAFETY: as above.
        let end = unsafe { library.function::<EndCatch>(c"__cxa_end_catch") };
        // SAFETY: as above.
        let current = unsafe { library.function::<CurrentType>(c"__cxa_current_exception_type") };
        let (begin, end, current) = (begin.ok()??, end.ok()??, current.ok()??);
        // SAFETY: it was thrown on this thread, and its unwinding is over.
        unsafe { begin(self.exception) };
        // SAFETY: an exception is being caught.
        let thrown = unsafe { current() };
        // SAFETY: null or the type of what is being caught, which lives until `end`.
        let name = unsafe { thrown.as_ref() }.map(|thrown| {
            // SAFETY: a type's name ends with a zero.
            type_name(unsafe { CStr::from_ptr(thrown.name) })
        });
        // A destructor that throws is not stopped: C++ ends the process then by itself.
        // SAFETY: pairs with `begin`.
        unsafe { end() };
        name
    }
}

/// `std::runtime_error` for `St13runtime_error`.
fn type_name(name: &CStr) -> String {
    // A star says that the name is not to be compared as text.
    let name = name.to_string_lossy();
    let name = name.trim_start_matches('*');
    let symbol = Symbol::new(format!("_ZTS{name}")).ok();
    let readable = symbol.and_then(|symbol| symbol.demangle(&DemangleOptions::default()).ok());
    let readable = readable.as_deref().and_then(|text| text.split_once(" for "));
    printable(readable.map_or(name, |(_, readable)| readable))
}

#[cfg(test)]
mod tests {
    use super::{catch, type_name};

    #[test]
    fn what_returns_is_returned() {
        assert_eq!(catch(|| "a result of more than a register".repeat(2)).unwrap().len(), 64);
    }

    #[test]
    fn types_are_named_as_they_are_written() {
        for (mangled, written) in [
            (c"St13runtime_error", "std::runtime_error"),
            (c"*N4game5EmptyE", "game::Empty"),
            (c"i", "int"),
            (c"PKc", "char const*"),
        ] {
            assert_eq!(type_name(mangled), written);
        }
    }
}
