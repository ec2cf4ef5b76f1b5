//! What is open in this process, and which threads will call into it: systems with ELF files.

use std::ffi::{CStr, OsStr, c_int, c_void};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::{ptr, slice};

/// `PTHREAD_KEYS_MAX` of the GNU C library, ever since it has keys.
const MOST_KEYS: usize = 1024;

/// Asks `accepts` about every open object, by its path and segments, until it says yes.
pub(super) fn any_object(accepts: &mut dyn FnMut(&Path, &Segments<'_>) -> bool) -> bool {
    let mut search = Search { accepts };
    // SAFETY: `visit` is called with `search` before this returns, and does not unwind.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut search).cast()) != 0 }
}

struct Search<'a> {
    accepts: &'a mut dyn FnMut(&Path, &Segments<'_>) -> bool,
}

/// Where an object is mapped.
pub(super) struct Segments<'a> {
    base: usize,
    headers: &'a [libc::Elf64_Phdr],
}

impl Segments<'_> {
    /// Of each segment the place, and whether it is code.
    fn ranges(&self) -> impl Iterator<Item = (Range<usize>, bool)> {
        let loaded = self.headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
        loaded.map(|header| {
            let start = self.base.wrapping_add(header.p_vaddr as usize);
            let range = start..start.wrapping_add(header.p_memsz as usize);
            (range, header.p_flags & libc::PF_X != 0)
        })
    }
}

/// Whether code of an open object is at this place.
pub(super) fn is_code(place: usize) -> bool {
    // There a function's symbol is the address of its descriptor.
    let is_descriptor = cfg!(all(target_arch = "powerpc64", target_endian = "big"));
    is_descriptor
        || any_object(&mut |_, segments| {
            segments.ranges().any(|(range, is_code)| is_code && range.contains(&place))
        })
}

/// # Safety
/// - `data` is a `Search`, `info` what the system passes.
unsafe extern "C" fn visit(
    info: *mut libc::dl_phdr_info,
    _size: usize,
    data: *mut c_void,
) -> c_int {
    // SAFETY: the system's promise.
    let info = unsafe { &*info };
    if info.dlpi_name.is_null() || info.dlpi_phdr.is_null() {
        return 0;
    }
    // SAFETY: the name of an open object ends with a zero.
    let name = unsafe { CStr::from_ptr(info.dlpi_name) };
    // SAFETY: the system's promise: so many headers are there.
    let headers = unsafe { slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum as usize) };
    // SAFETY: the caller's promise.
    let search = unsafe { &mut *data.cast::<Search<'_>>() };
    let path = Path::new(OsStr::from_bytes(name.to_bytes()));
    let segments = Segments { base: info.dlpi_addr as usize, headers };
    c_int::from((search.accepts)(path, &segments))
}

/// Whether a thread-specific key may have its destructor in an object whose path `is_meant`: the
/// system calls it at a thread's end without asking whether the code is still there. Where the keys
/// cannot be seen the answer is yes.
pub(crate) fn may_have_thread_keys(is_meant: &dyn Fn(&Path) -> bool) -> bool {
    let mut ranges = Vec::new();
    any_object(&mut |path, segments| {
        if is_meant(path) {
            ranges.extend(segments.ranges().map(|(range, _)| range));
        }
        false
    });
    let Some(destructors) = key_destructors() else { return true };
    destructors.into_iter().any(|place| ranges.iter().any(|range| range.contains(&place)))
}

/// The destructors of all keys in use; `None` where that cannot be known.
#[cfg(target_env = "gnu")]
fn key_destructors() -> Option<Vec<usize>> {
    let (name, version) = (c"__pthread_keys", c"GLIBC_PRIVATE");
    // SAFETY: two texts that end with a zero.
    let keys = unsafe { libc::dlvsym(libc::RTLD_DEFAULT, name.as_ptr(), version.as_ptr()) };
    // Of each key a sequence number, odd while the key is in use, and the destructor; debuggers read
    // them too.
    let keys: *const [usize; 2] = keys.cast_const().cast();
    if keys.is_null() {
        return None;
    }
    let destructors = (0..MOST_KEYS).filter_map(|at| {
        // SAFETY: the table has this many entries; other threads write whole words.
        let [sequence, destructor] = unsafe { ptr::read_volatile(keys.wrapping_add(at)) };
        (sequence % 2 == 1 && destructor != 0).then_some(destructor)
    });
    Some(destructors.collect())
}

/// The destructors of all keys in use; `None` where that cannot be known.
#[cfg(not(target_env = "gnu"))]
fn key_destructors() -> Option<Vec<usize>> {
    let _ = (MOST_KEYS, ptr::null::<()>);
    None
}
