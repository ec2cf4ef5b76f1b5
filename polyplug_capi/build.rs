//! Gives the shared library its soname: what programs that link it look for when they start.
//!
//! The number is the major version of the library's ABI. It is 0 as long as functions may still
//! change; the layout that plugins are compiled against has a version of its own and is fixed.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if matches!(target.as_str(), "linux" | "android" | "freebsd" | "netbsd" | "openbsd") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libpolyplug.so.0");
    }
    if target == "macos" {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libpolyplug.0.dylib");
    }
}
