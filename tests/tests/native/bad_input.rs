//! What is wrong with a library, or what it does wrong: each an error of its own that names the
//! bundle, with nothing left behind and the old version running.

use polyplug::error::{LoaderError, RuntimeError};
use polyplug_abi::{AbiErrorCode, LogLevel};
use polyplug_tests::call;
use polyplug_tests::native_bundle::{NativeHost, library};

const COUNTER: &str = "counter/c/main.c";
const ODD: &str = "odd/c/main.c";

/// The failure of a load and of a reload with these bytes; the running version is untouched.
#[track_caller]
fn refused(bytes: &[u8]) -> RuntimeError {
    let native = NativeHost::new();
    let fresh = native.host.runtime.load_bundle(native.write_bytes("fresh", "", bytes));
    let fresh = fresh.unwrap_err();
    assert!(native.mapped().is_empty() && native.copies_on_disk().is_empty(), "{fresh}");
    assert!(fresh.to_string().contains("`fresh`"), "{fresh}");
    assert!(native.host.loaded().is_empty());

    native.load("old", ODD, &[]).unwrap();
    let odd = native.host.contract("test.odd@1");
    let folder = native.write_bytes("old", "", bytes);
    let error = native.host.runtime.reload_bundle(folder).unwrap_err();

    assert_eq!(error.code(), fresh.code());
    assert_eq!(call::number(&odd, 0).unwrap(), 1);
    assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (1, 1));
    assert!(native.host.events.story("old").contains(&"failed"));
    fresh
}

#[track_caller]
fn unusable(bytes: &[u8], words: &str) {
    let error = refused(bytes);
    let RuntimeError::Loader(LoaderError::CodeUnusable { bundle, file, reason }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!((bundle.as_str(), file.as_str()), ("fresh", "main.so"));
    assert!(reason.contains(words), "{reason}");
    assert_eq!(error.code(), AbiErrorCode::LibraryUnusable as u32);
}

#[test]
fn a_truncated_library() {
    let whole = library(COUNTER, &[]);
    for len in [5, 64, 1000, whole.len() / 2, whole.len() - 1] {
        unusable(&whole[..len], "truncated");
    }
}

#[test]
fn a_text_file_under_a_librarys_name() {
    unusable(b"int main;\n", "a text file");
}

#[test]
fn a_library_for_another_machine() {
    let mut bytes = library(COUNTER, &[]).to_vec();
    let other: u16 = if cfg!(target_arch = "aarch64") { 62 } else { 183 };
    bytes[18..20].copy_from_slice(&other.to_le_bytes());
    unusable(&bytes, "it was built for");
}

#[test]
fn a_library_that_lacks_a_function_of_another() {
    let bytes = library("siblings/c/main.c", &["-Wl,--allow-shlib-undefined"]);
    unusable(&bytes, "undefined symbol");
    unusable(&bytes, "link what defines it");
}

#[test]
fn a_library_without_the_version_of_the_abi_or_without_init() {
    for (flag, missing) in [("-DNO_ABI", "polyplug_abi_version"), ("-DNO_INIT", "polyplug_init")] {
        let error = refused(&library(ODD, &[flag]));
        let RuntimeError::Loader(LoaderError::SymbolMissing { bundle, file, symbol }) = &error
        else {
            panic!("{error:?}");
        };
        assert_eq!(
            (bundle.as_str(), file.as_str(), symbol.as_str()),
            ("fresh", "main.so", missing)
        );
        assert_eq!(error.code(), AbiErrorCode::SymbolMissing as u32);
    }
}

#[test]
fn data_where_a_function_is_needed() {
    for (flags, symbol) in [
        (&["-DNO_ABI", "-DABI_IS_DATA"][..], "polyplug_abi_version"),
        (&["-DSHUTDOWN_IS_DATA"], "polyplug_shutdown"),
    ] {
        unusable(&library(ODD, flags), &format!("`{symbol}` is data"));
    }
}

#[test]
fn a_function_whose_address_is_null() {
    let error = refused(&library(ODD, &["-DNO_INIT", "-Wl,--defsym=polyplug_init=0"]));
    let RuntimeError::Loader(LoaderError::SymbolMissing { symbol, .. }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(symbol, "polyplug_init");
}

#[test]
fn a_library_for_another_version_of_the_abi() {
    let error = refused(&library(ODD, &["-DABI=2"]));

    let RuntimeError::Loader(LoaderError::AbiMismatch { found, supported, .. }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!((*found, *supported), (2, 1));
    assert_eq!(error.code(), AbiErrorCode::AbiMismatch as u32);
    assert!(error.to_string().contains("main.so"), "{error}");
}

#[test]
fn an_init_that_fails() {
    for (flags, words) in [
        (library("broken_start/c/main.c", &[]), "error code 300: the tank is empty"),
        (library(ODD, &["-DFAILS=301"]), "error code 301"),
    ] {
        let error = refused(&flags);
        let RuntimeError::Loader(LoaderError::InitFailed { error: reason, .. }) = &error else {
            panic!("{error:?}");
        };
        assert!(reason.contains(words) && reason.contains("main.so"), "{reason}");
        assert_eq!(error.code(), AbiErrorCode::LoadFailed as u32);
    }
}

#[test]
fn what_a_failed_start_leaves_in_the_system_is_told() {
    let native = NativeHost::new();

    native.load("one", "thread_key/c/main.c", &["-DFAILS=300"]).unwrap_err();

    let told = native.host.log.count(LogLevel::Warn, "did not start and stays in memory");
    assert_eq!((told, native.mapped().len(), native.copies_on_disk().len()), (1, 1, 0));
}

#[test]
fn a_null_entry_in_the_table_of_functions() {
    let error = refused(&library(ODD, &["-DNULL_FUNCTION"]));
    assert!(error.to_string().contains("function 1 of 7 is null"), "{error}");
}

#[test]
fn a_null_entry_that_the_plugin_ignores_leaves_a_bundle_without_the_contract() {
    let native = NativeHost::new();
    let folder = native.write("one", ODD, &["-DNULL_FUNCTION", "-DIGNORES_ERRORS"]);

    let loaded = native.host.runtime.load_bundle(&folder);

    assert!(native.host.runtime.contract("test.odd@1").is_err(), "{loaded:?}");
}

#[test]
fn a_table_that_is_freed_after_init_was_copied() {
    let native = NativeHost::new();
    native.load("one", ODD, &["-DVERSION=6"]).unwrap();

    let odd = native.host.contract("test.odd@1");

    assert_eq!(call::number(&odd, 0).unwrap(), 6);
    assert_eq!(call::number(&odd, 1).unwrap(), 6);
}

#[test]
fn registrations_outside_of_init_are_refused_with_a_code() {
    let native = NativeHost::new();
    native.load("one", ODD, &["-DTHREAD_IN_INIT", "-pthread"]).unwrap();
    let odd = native.host.contract("test.odd@1");
    let refused = AbiErrorCode::InvalidArgument as u32;

    let (in_a_call, on_a_thread) = (call::number(&odd, 2), call::number(&odd, 3));
    let on_a_thread_in_init = call::number(&odd, 4);

    assert_eq!(in_a_call.unwrap(), refused);
    assert_eq!(on_a_thread.unwrap(), refused);
    assert_eq!(on_a_thread_in_init.unwrap(), refused);
    assert!(native.host.runtime.contract("test.late@1").is_err());
}

#[test]
fn load_reload_and_unload_inside_init_are_refused_with_a_code() {
    let native = NativeHost::new();
    native.load("one", ODD, &["-DCALLS_THE_RUNTIME"]).unwrap();
    let odd = native.host.contract("test.odd@1");

    let codes: Vec<_> = (4..7).map(|function| call::number(&odd, function).unwrap()).collect();

    let (reentrant, not_loaded) =
        (AbiErrorCode::ReentrantCall as u32, AbiErrorCode::BundleNotLoaded as u32);
    assert_ne!(codes[0], 0, "the bundle itself is starting");
    assert_eq!(codes[1..], [not_loaded, reentrant]);
    assert_eq!(native.mapped().len(), 1);
    native.reload("one", ODD, &["-DCALLS_THE_RUNTIME", "-DVERSION=2"]).unwrap();
    assert_eq!(call::number(&odd, 0).unwrap(), 2);
    assert_eq!([5, 6].map(|function| call::number(&odd, function).unwrap()), [reentrant; 2]);
}

#[test]
fn the_name_of_a_library_or_of_a_symbol_begins_no_line() {
    const NAME: &str = "x\\nERROR trust: all is well \\u001b[2J.so";
    let whole = library(COUNTER, &[]);
    for more in [
        format!("[native]\nlibraries = [\"{NAME}\"]\n"),
        format!("[native]\nsymbols = {{ init = \"{NAME}\" }}\n"),
        format!("[native]\nsymbols = {{ abi_version = \"{NAME}\" }}\n"),
    ] {
        let native = NativeHost::new();
        let folder = native.write_bytes("bad", &more, &whole);
        let told = native.host.runtime.load_bundle(folder).unwrap_err().to_string();
        assert!(!told.contains(char::is_control), "{told}");
        assert!(told.contains(r"x\nERROR trust: all is well \u{1b}[2J.so"), "{told}");
    }
}

#[test]
fn what_a_library_needs_begins_no_line() {
    let needed = "-Wl,-soname,x\nERROR trust: all is well";
    let native = NativeHost::new();
    let folder = native.write_siblings(1, "");
    std::fs::write(folder.join("libbeside.so"), &*library(COUNTER, &[needed])).unwrap();
    let below = format!("-L{}", folder.display());
    let bytes = library(COUNTER, &[&below, "-Wl,--no-as-needed", "-lbeside"]);
    let folder = native.write_bytes("bad", "", &bytes);
    let told = native.host.runtime.load_bundle(folder).unwrap_err().to_string();
    assert!(!told.contains(char::is_control), "{told}");
    assert!(told.contains(r"x\nERROR trust: all is well"), "{told}");
}
