//! An asymmetric barrier: `light` on the side that runs at every call, `heavy` on the side that runs
//! at every commit. A `light` and a `heavy` order each other's surrounding loads and stores as two
//! sequentially consistent fences would.
//!
//! On Linux `heavy` is `membarrier(2)`, private expedited, which runs a full barrier on every core
//! that is executing this process; `light` is then a compiler fence. On Windows `heavy` is
//! `FlushProcessWriteBuffers`. Elsewhere, under loom, and when built with `--cfg sanitize_fences`
//! both are real fences.

/// Orders what every thread of the process did before its last [`light`] with what this one does next.
pub fn heavy() {
    platform::heavy();
}

/// Orders what this thread did before with what it does next, as seen by whoever runs [`heavy`]. Free
/// where the system has such a barrier, once a runtime was built; a full fence before and elsewhere.
#[inline(always)]
pub fn light() {
    platform::light();
}

#[cfg(all(target_os = "linux", not(loom), not(sanitize_fences)))]
mod platform {
    use std::hint;
    use std::sync::atomic::{AtomicBool, Ordering, compiler_fence, fence};
    use std::sync::{LazyLock, atomic};

    const PRIVATE_EXPEDITED: libc::c_int = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: libc::c_int = 1 << 4;

    /// Whether callers must fence, because the kernel has no membarrier. Written once, before the
    /// first runtime exists, so that both sides of every pair read the same value.
    static FENCED: AtomicBool = AtomicBool::new(true);

    static REGISTERED: LazyLock<bool> = LazyLock::new(|| {
        let registered = membarrier(REGISTER_PRIVATE_EXPEDITED);
        FENCED.store(!registered, Ordering::SeqCst);
        registered
    });

    pub(crate) fn heavy() {
        if *REGISTERED && membarrier(PRIVATE_EXPEDITED) {
            return;
        }
        // A caller may still run with the compiler fence only if registration succeeded, and a
        // registered process is never refused.
        fence(Ordering::SeqCst);
    }

    #[inline(always)]
    pub(crate) fn light() {
        if FENCED.load(Ordering::Relaxed) {
            hint::cold_path();
            atomic::fence(Ordering::SeqCst);
        } else {
            compiler_fence(Ordering::SeqCst);
        }
    }

    fn membarrier(command: libc::c_int) -> bool {
        // SAFETY: membarrier takes integers only and touches no memory of ours.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }

    /// Decides between membarrier and fences; called when a runtime is built.
    pub(crate) fn prepare() {
        LazyLock::force(&REGISTERED);
    }
}

#[cfg(all(windows, not(loom), not(sanitize_fences)))]
mod platform {
    use std::sync::atomic::{Ordering, compiler_fence};

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn FlushProcessWriteBuffers();
    }

    pub(crate) fn heavy() {
        // SAFETY: the function has no arguments and no preconditions.
        unsafe { FlushProcessWriteBuffers() }
    }

    #[inline(always)]
    pub(crate) fn light() {
        compiler_fence(Ordering::SeqCst);
    }

    pub(crate) fn prepare() {}
}

#[cfg(any(loom, sanitize_fences, not(any(target_os = "linux", windows))))]
mod platform {
    #[cfg(loom)]
    use loom::sync::atomic::fence;
    #[cfg(not(loom))]
    use std::sync::atomic::fence;

    pub(crate) fn heavy() {
        fence(crate::sync::Ordering::SeqCst);
    }

    #[inline(always)]
    pub(crate) fn light() {
        fence(crate::sync::Ordering::SeqCst);
    }

    pub(crate) fn prepare() {}
}

pub(crate) use platform::prepare;
