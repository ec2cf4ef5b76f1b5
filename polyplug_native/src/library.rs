//! An opened library: the little that is needed of the system's linker.

#[cfg(not(any(windows, target_vendor = "apple")))]
mod linux;

#[cfg(not(any(windows, target_vendor = "apple")))]
use linux::is_code;

#[cfg(not(any(windows, target_vendor = "apple")))]
pub(crate) use linux::may_have_thread_keys;

#[cfg(unix)]
use libloading::os::unix as os;
#[cfg(windows)]
use libloading::os::windows as os;

use std::error::Error;
use std::ffi::CStr;
use std::path::Path;

/// What is exported by a function's name is something else.
#[derive(Debug)]
pub(crate) struct NotCode;

/// A library that is open. Dropping it closes it.
#[derive(Debug)]
pub(crate) struct Library(os::Library);

impl Library {
    /// Opens the library at `path`, which runs its constructors.
    ///
    /// # Safety
    /// - The constructors of the library are sound.
    pub(crate) unsafe fn open(path: &Path) -> Result<Self, String> {
        // SAFETY: the caller's promise.
        unsafe { open(path) }.map(Self).map_err(told)
    }

    /// The function `name`, if there is one.
    ///
    /// # Safety
    /// - `F` is a function pointer, and a function that is exported by this name is such a function.
    /// - The pointer is not used after the library was closed.
    pub(crate) unsafe fn function<F: Copy>(&self, name: &CStr) -> Result<Option<F>, NotCode> {
        // SAFETY: the caller's promise.
        let symbol = unsafe { self.0.get::<F>(name.to_bytes_with_nul()) };
        let Ok(symbol) = symbol else { return Ok(None) };
        let place = symbol.clone().as_raw_ptr();
        // A symbol may have the value 0, which is no function pointer of Rust.
        if place.is_null() {
            return Ok(None);
        }
        if is_code(place.addr()) { Ok(Some(*symbol)) } else { Err(NotCode) }
    }

    /// Closes it, which runs its destructors.
    pub(crate) fn close(self) -> Result<(), String> {
        self.0.close().map_err(told)
    }
}

#[cfg(unix)]
unsafe fn open(path: &Path) -> Result<os::Library, libloading::Error> {
    // SAFETY: the caller's promise.
    unsafe { os::Library::open(Some(path), os::RTLD_NOW | os::RTLD_LOCAL) }
}

/// The copy's folder is where its siblings are looked for.
#[cfg(windows)]
unsafe fn open(path: &Path) -> Result<os::Library, libloading::Error> {
    // SAFETY: the caller's promise.
    unsafe { os::Library::load_with_flags(path, os::LOAD_WITH_ALTERED_SEARCH_PATH) }
}

/// What the system said; the outer text alone is of the one who asked it.
fn told(error: libloading::Error) -> String {
    let source = error.source().map(|source| format!(": {source}"));
    format!("{error}{}", source.unwrap_or_default())
}

/// Whether a library whose path `is_meant` is open in this process.
#[cfg(not(any(windows, target_vendor = "apple")))]
pub(crate) fn is_open(is_meant: &dyn Fn(&Path) -> bool) -> bool {
    linux::any_object(&mut |path, _| is_meant(path))
}

/// Whether the library is open in this process.
#[cfg(target_vendor = "apple")]
#[expect(deprecated, reason = "two functions are no reason for another crate")]
pub(crate) fn is_open(is_meant: &dyn Fn(&Path) -> bool) -> bool {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    // SAFETY: takes nothing.
    let count = unsafe { libc::_dyld_image_count() };
    (0..count).any(|image| {
        // SAFETY: takes a number; null for one that is not there any more.
        let name = unsafe { libc::_dyld_get_image_name(image) };
        if name.is_null() {
            return false;
        }
        // SAFETY: the name ends with a zero.
        let name = unsafe { CStr::from_ptr(name) };
        is_meant(Path::new(OsStr::from_bytes(name.to_bytes())))
    })
}

/// Whether the library is open in this process. An open file cannot be removed here, so the one
/// who asks sees it by that.
#[cfg(windows)]
pub(crate) fn is_open(_is_meant: &dyn Fn(&Path) -> bool) -> bool {
    false
}

/// Whether code is at this place; not looked into here.
#[cfg(any(windows, target_vendor = "apple"))]
fn is_code(_place: usize) -> bool {
    true
}

/// Whether threads may call into a library at their end. The systems here keep such a library open
/// by themselves, or call its destructors when it is closed.
#[cfg(any(windows, target_vendor = "apple"))]
pub(crate) fn may_have_thread_keys(_is_meant: &dyn Fn(&Path) -> bool) -> bool {
    false
}

/// Whether libraries can be opened from files in `folder`.
#[cfg(target_os = "linux")]
pub(crate) fn may_execute_in(folder: &Path) -> bool {
    use std::ffi::CString;
    use std::mem::MaybeUninit;
    use std::os::unix::ffi::OsStrExt;

    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else { return false };
    let mut status = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: a path that ends with a zero, and a place for the answer.
    if unsafe { libc::statvfs(path.as_ptr(), status.as_mut_ptr()) } != 0 {
        return false;
    }
    // SAFETY: the call succeeded.
    let status = unsafe { status.assume_init() };
    status.f_flag & libc::ST_NOEXEC == 0
}

/// Whether libraries can be opened from files in `folder`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn may_execute_in(_folder: &Path) -> bool {
    true
}
