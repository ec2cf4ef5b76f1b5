//! Libraries beside the bundle's own: copied, found through `$ORIGIN`, and replaced with it.

use polyplug_abi::LogLevel;
use polyplug_tests::call;
use polyplug_tests::native_bundle::NativeHost;
use std::path::Path;

const LISTED: &str = "[native]\nlibraries = [\"libbeside.so\", \"./lib/libbelow.so\"]\n";

fn answers(native: &NativeHost) -> [u32; 3] {
    let contract = native.host.contract("test.sibling@1");
    [0, 1, 2].map(|function| call::number(&contract, function).unwrap())
}

#[test]
fn siblings_are_found_and_replaced_with_the_library() {
    let native = NativeHost::new();
    native.host.runtime.load_bundle(native.write_siblings(1, LISTED)).unwrap();
    assert_eq!(answers(&native), [1, 101, 1]);

    for version in 2..5 {
        native.host.runtime.reload_bundle(native.write_siblings(version, LISTED)).unwrap();

        assert_eq!(answers(&native), [version, 101 * version, version]);
        assert_eq!((native.mapped().len(), native.copies_on_disk().len()), (3, 3));
    }
    native.host.unload("one").unwrap();
    native.host.runtime.poll().unwrap();
    assert!(native.mapped().is_empty() && native.copies_on_disk().is_empty());
}

#[test]
fn a_sibling_that_is_not_listed_is_a_warning_and_not_found() {
    let native = NativeHost::new();
    let folder = native.write_siblings(1, "[native]\nlibraries = [\"libbeside.so\"]\n");

    let error = native.host.runtime.load_bundle(folder).unwrap_err().to_string();

    assert!(error.contains("libbelow.so"), "{error}");
    let warned = native.host.log.count(LogLevel::Warn, "`lib/libbelow.so` is needed");
    assert_eq!(warned, 1);
    assert!(native.mapped().is_empty() && native.copies_on_disk().is_empty());
}

#[test]
fn copies_are_named_after_their_originals() {
    let native = NativeHost::new();
    native.host.runtime.load_bundle(native.write_siblings(1, LISTED)).unwrap();

    let names: Vec<_> = native.copies_on_disk();
    let name = |path: &Path| path.display().to_string();

    assert!(names.iter().any(|path| name(path).ends_with("/main.so")), "{names:?}");
    assert!(names.iter().all(|path| name(path).contains("/one.1.")), "{names:?}");
    assert!(names.iter().any(|path| name(path).contains("/lib/lib")), "{names:?}");
}
