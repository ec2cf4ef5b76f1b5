//! A plugin in C of about 16 KiB, built for the run; and the floor: the system's linker alone.

#![expect(unsafe_code, reason = "the floor opens libraries as the loader does")]

use std::ffi::CString;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The plugin's bytes: `test.counter@1`, whose function 2 adds two numbers.
pub fn plugin() -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = folder.path().join("plugin.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-fvisibility=hidden", "-o"])
        .arg(&output)
        .arg(root.join("fixtures/counter/c/main.c"))
        .arg("-I")
        .arg(root.join("fixtures/c"))
        .arg("-I")
        .arg(root.join("include"))
        .status();
    assert!(built.is_ok_and(|status| status.success()), "cc builds the fixture");
    std::fs::read(&output).expect("cc wrote it")
}

/// A library in a file that nobody else opens.
pub struct Bare {
    path: CString,
    _folder: TempDir,
}

impl Bare {
    /// Writes `bytes` where the loader's private copies go as well.
    pub fn new(bytes: &[u8]) -> Self {
        let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let folder = memory.expect("a temporary folder");
        let path = folder.path().join("bare.so");
        std::fs::write(&path, bytes).expect("a fresh folder");
        let path = path.to_str().map(CString::new).expect("it is UTF-8").expect("without zeros");
        Self { path, _folder: folder }
    }

    /// `dlopen`, then `dlclose`.
    pub fn open_and_close(&self) {
        // SAFETY: the library's constructors do nothing.
        let library =
            unsafe { libc::dlopen(self.path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        assert!(!library.is_null());
        // SAFETY: it was opened just above.
        unsafe { libc::dlclose(library) };
    }
}
