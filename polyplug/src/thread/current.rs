//! One variable of each thread: the last runtime that it was in, and its record there.
//!
//! In a shared library `thread_local!` asks `__tls_get_addr` for the address, which keeps no register:
//! 2 ns of every guarded call. On x86-64 Linux with glibc the variable is defined and found in
//! assembly by its TLS descriptor instead, which keeps them all. A linker turns that into a constant
//! where the program has the variable, and the loader into a short function where the block of the
//! library is small; otherwise it works as slowly as the other way. Everywhere else it is the
//! `thread_local!` twin.

use super::Thread;
use std::cell::Cell;

type Current = Cell<(u64, *const Thread)>;

/// The runtime's number and the record; `(0, null)` at first.
#[inline(always)]
pub(super) fn get() -> (u64, *const Thread) {
    platform::with(Cell::get)
}

pub(super) fn set(runtime: u64, thread: *const Thread) {
    platform::with(|current| current.set((runtime, thread)));
}

// Left out: programs for processors with AVX-512, since the slow way of an older glibc does not keep
// the registers that only these have.
#[cfg(all(
    target_arch = "x86_64",
    target_os = "linux",
    target_env = "gnu",
    target_pointer_width = "64",
    not(any(target_feature = "avx512f", miri, loom, sanitize_fences))
))]
mod platform {
    use super::Current;
    use std::arch::{asm, global_asm};

    /// The variable's name: of this version, because two of them may be linked into one program.
    macro_rules! name {
        () => {
            concat!(
                "polyplug_current_",
                env!("CARGO_PKG_VERSION_MAJOR"),
                "_",
                env!("CARGO_PKG_VERSION_MINOR"),
                "_",
                env!("CARGO_PKG_VERSION_PATCH")
            )
        };
    }

    const _: () = assert!(size_of::<Current>() == 16 && align_of::<Current>() == 8);

    // Hidden: of several copies of the library in one process, each has its own.
    global_asm!(
        ".pushsection .tbss.polyplug_current, \"awT\", @nobits",
        ".p2align 3",
        concat!(".globl ", name!()),
        concat!(".hidden ", name!()),
        concat!(".type ", name!(), ", @tls_object"),
        concat!(".size ", name!(), ", 16"),
        concat!(name!(), ":"),
        ".zero 16",
        ".popsection",
    );

    #[inline(always)]
    pub(super) fn with<R>(look: impl FnOnce(&Current) -> R) -> R {
        let place: *const Current;
        // SAFETY: the sequence of the x86-64 ABI for TLS descriptors. It gives the address of this
        // thread's variable, the same one every time, and changes `rax` and the flags; the vector
        // registers are for an older glibc that makes the variable only now.
        unsafe {
            asm!(
                concat!("lea rax, [rip + ", name!(), "@TLSDESC]"),
                concat!("call qword ptr [rax + ", name!(), "@TLSCALL]"),
                "add rax, qword ptr fs:[0]",
                out("rax") place,
                out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
                out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
                out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
                out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
                options(pure, nomem),
            );
        }
        // SAFETY: the variable lives as long as its thread; zeroes are a value of it.
        look(unsafe { &*place })
    }
}

#[cfg(not(all(
    target_arch = "x86_64",
    target_os = "linux",
    target_env = "gnu",
    target_pointer_width = "64",
    not(any(target_feature = "avx512f", miri, loom, sanitize_fences))
)))]
mod platform {
    use super::Current;
    use std::cell::Cell;
    use std::ptr;

    thread_local! {
        static CURRENT: Current = const { Cell::new((0, ptr::null())) };
    }

    #[inline(always)]
    pub(super) fn with<R>(look: impl FnOnce(&Current) -> R) -> R {
        CURRENT.with(look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr;

    #[test]
    fn every_thread_has_its_own() {
        set(7, ptr::without_provenance(128));
        std::thread::spawn(|| {
            assert_eq!(get(), (0, ptr::null()));
            set(8, ptr::null());
            assert_eq!(get().0, 8);
        })
        .join()
        .unwrap();
        assert_eq!(get(), (7, ptr::without_provenance(128)));
        set(0, ptr::null());
    }
}
