//! `[native]` in a manifest.

use polyplug_abi::LogLevel;
use polyplug_tests::native_bundle::{NativeHost, library};

const ODD: &str = "odd/c/main.c";

#[test]
fn init_may_have_another_name() {
    let native = NativeHost::new();
    let bytes = library(ODD, &["-DINIT=start_here", "-DVERSION=4"]);
    let more = "[native]\nsymbols = { init = \"start_here\" }\n";

    native.host.runtime.load_bundle(native.write_bytes("one", more, &bytes)).unwrap();

    assert_eq!(native.host.call("test.odd@1").unwrap(), 4);
}

#[test]
fn what_is_wrong_in_the_table_is_named_with_its_line() {
    let native = NativeHost::new();
    for (more, words) in [
        ("[native]\nlibraries = [1]\n", "native.libraries[0]"),
        ("[native]\nsymbols = { start = \"x\" }\n", "one of init, abi_version"),
        ("[native]\nsymbols = { init = 3 }\n", "the integer 3; it must be a string"),
        ("[native]\nsymbols = { init = \"\" }\n", "the name of a C function"),
        ("[native]\nlibraries = [\"gone.so\"]\n", "`gone.so`"),
        ("[native]\nlibraries = [\"../x.so\"]\n", "`../x.so`"),
    ] {
        let folder = native.write_bytes("one", more, &library(ODD, &[]));

        let error = native.host.runtime.load_bundle(folder).unwrap_err().to_string();

        assert!(error.contains(words), "{more}: {error}");
        assert!(native.mapped().is_empty() && native.copies_on_disk().is_empty());
    }
}

#[test]
fn an_unknown_key_is_a_warning() {
    let native = NativeHost::new();
    let folder = native.write_bytes("one", "[native]\nlibrarys = []\n", &library(ODD, &[]));

    native.host.runtime.load_bundle(folder).unwrap();

    assert_eq!(native.host.log.count(LogLevel::Warn, "libraries"), 1);
}

#[test]
fn a_file_whose_name_is_no_librarys_says_so() {
    let native = NativeHost::new();
    let folder = native.write("one", ODD, &[]);
    std::fs::rename(folder.join("main.so"), folder.join("main.bin")).unwrap();
    native.host.folder.manifest("one", "loader = \"native\"\nfile = \"main.bin\"\n");

    let error = native.host.runtime.load_bundle(folder).unwrap_err().to_string();

    assert!(error.contains("ends in .so"), "{error}");
}
