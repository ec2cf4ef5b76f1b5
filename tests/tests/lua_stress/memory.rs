//! What the process holds: live bytes of the C allocator, which serves Rust and the VMs alike, and
//! resident pages. What threads keep in glibc's caches counts as allocated, so the caches are off (see
//! `in_a_process_of_its_own`).

use polyplug_tests::memory::resident_bytes;

/// Two readings of one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// Bytes that were allocated and not freed.
    pub(crate) live: usize,
    /// Bytes of resident pages after trimming.
    pub(crate) resident: usize,
}

impl Held {
    pub(crate) fn now() -> Self {
        // Trims first, so that both are of one moment.
        let resident = resident_bytes();
        // SAFETY: the function has no preconditions.
        let info = unsafe { libc::mallinfo2() };
        Self { live: info.uordblks + info.hblkhd, resident }
    }

    /// Whether live bytes grew by no more than 2 %, and resident ones by no more than 2 % and 1 MiB.
    /// Allocators of sanitizers do not count here, and keep what was freed.
    #[track_caller]
    pub(crate) fn is_no_more_than(self, before: Self) {
        if std::env::var_os("POLYPLUG_SANITIZER").is_some() {
            return;
        }
        assert!(self.live <= before.live + before.live / 50, "{before:?} -> {self:?}");
        let limit = before.resident + before.resident / 50 + (1 << 20);
        assert!(self.resident <= limit, "{before:?} -> {self:?}");
    }
}
