//! What the process holds.

/// Resident memory in bytes, after giving free pages back.
pub fn resident() -> u64 {
    trim();
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = status.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}

#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "asks the allocator to give pages back")]
fn trim() {
    // SAFETY: takes no pointers.
    unsafe { libc::malloc_trim(0) };
}

#[cfg(not(target_env = "gnu"))]
fn trim() {}
