//! The private copies: what is in them, and what happens where they cannot be made.

use crate::child;
use polyplug::error::{LoaderError, RuntimeError};
use polyplug_abi::AbiErrorCode;
use polyplug_native::{NativeConfig, NativeLoader};
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::native_bundle::{LIBRARY, NativeHost, files_below, library, write_bytes};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const COUNTER: &str = "counter/c/main.c";

/// The folder that the failure of a copy names.
#[track_caller]
fn folder_of(error: &RuntimeError) -> &Path {
    assert_eq!(error.code(), AbiErrorCode::CopyFailed as u32);
    match error {
        RuntimeError::Loader(LoaderError::CopyFailed { folder, .. }) => folder,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_opened_is_what_was_read() {
    let native = NativeHost::new();
    let bytes = library(COUNTER, &[]);
    let folder = native.write_bytes("one", "", &bytes);
    native.host.runtime.load_bundle(&folder).unwrap();

    fs::write(folder.join(LIBRARY), "changed since").unwrap();

    let copies = native.copies_on_disk();
    assert_eq!(copies, native.mapped());
    assert!(fs::read(&copies[0]).unwrap() == *bytes);
    assert_eq!(fs::metadata(&copies[0]).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn a_bundle_in_a_folder_that_cannot_be_written_is_left_as_it_is() {
    let native = NativeHost::new();
    let folder = native.write("one", COUNTER, &[]);
    let mode = |mode| fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
    let before = files_below(&folder);
    mode(0o555);

    native.host.runtime.load_bundle(&folder).unwrap();
    native.host.runtime.reload_bundle(&folder).unwrap();

    assert_eq!(native.host.call("test.counter@1").unwrap(), 1);
    assert_eq!(files_below(&folder), before);
    mode(0o755);
}

#[test]
fn a_folder_for_copies_that_is_none_is_named() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("file"), "").unwrap();
    for wrong in ["missing", "file"] {
        let wrong = place.path().join(wrong);
        let host = NativeHost::copying_to(&wrong);
        let bundle = write_bytes(&host.folder, "one", "", &library(COUNTER, &[]));

        let error = host.runtime.load_bundle(bundle).unwrap_err();

        assert_eq!(folder_of(&error), wrong);
        assert!(error.to_string().contains("bundle `one`: its libraries"), "{error}");
        assert!(host.loaded().is_empty());
    }
}

/// In a process that may not write more than 32 KiB to a file, which fails as a full disk does.
#[test]
fn a_copy_that_finds_no_room_keeps_the_old_version_and_leaves_nothing() {
    let small = library(COUNTER, &["-Wl,--strip-all"]);
    let Some(argument) = child::argument() else {
        let (copies, folder) = (tempfile::tempdir().unwrap(), Folder::new());
        let bundle = write_bytes(&folder, "one", "", &small);
        fs::write(bundle.join("big.so"), [&small, &[0; 96 * 1024][..]].concat()).unwrap();
        let test = "copies::a_copy_that_finds_no_room_keeps_the_old_version_and_leaves_nothing";
        let argument = format!("{} {}", copies.path().display(), bundle.display());
        let child = child::running(test, &argument);
        let mut limited = Command::new("sh");
        limited.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"]);
        limited.arg(child.get_program()).args(child.get_args());
        for (name, value) in child.get_envs() {
            limited.env(name, value.unwrap());
        }
        let ended = limited.output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        return;
    };
    let (copies, bundle) = argument.split_once(' ').unwrap();
    let libraries = || {
        let files = files_below(copies.as_ref()).into_iter();
        files.filter(|path| path.extension().is_some_and(|ending| ending == "so")).count()
    };
    let host = NativeHost::copying_to(copies.as_ref());
    host.runtime.load_bundle(bundle).unwrap();
    let manifest = Path::new(bundle).join("manifest.toml");
    let right = fs::read_to_string(&manifest).unwrap();
    // The library is copied, and then there is no room for the sibling.
    fs::write(&manifest, format!("{right}[native]\nlibraries = [\"big.so\"]\n")).unwrap();

    let error = host.runtime.reload_bundle(bundle).unwrap_err();

    assert_eq!(folder_of(&error), Path::new(copies));
    assert_eq!((host.call("test.counter@1").unwrap(), libraries()), (1, 1));
    assert!(host.events.story("one").contains(&"failed"));
    fs::write(&manifest, right).unwrap();
    host.runtime.reload_bundle(bundle).unwrap();
    assert_eq!(libraries(), 1);
}

#[test]
fn two_runtimes_with_one_loader_share_nothing() {
    let copies = tempfile::tempdir().unwrap();
    let private_folder = Some(copies.path().to_owned());
    let loader = NativeLoader::new(NativeConfig { private_folder });
    let host = || Host::with(|builder| builder.hot_reload(true).loader(loader.clone()));
    let (first, second) = (host(), host());
    let bundle = write_bytes(&first.folder, "one", "", &library(COUNTER, &[]));
    first.runtime.load_bundle(&bundle).unwrap();
    second.runtime.load_bundle(&bundle).unwrap();
    let count = |host: &Host| call::number(&host.contract("test.counter@1"), 1).unwrap();
    assert_eq!((count(&first), count(&first), count(&second)), (1, 2, 1));

    write_bytes(&first.folder, "one", "", &library(COUNTER, &["-DVERSION=2"]));
    first.runtime.reload_bundle(&bundle).unwrap();

    assert_eq!(first.call("test.counter@1").unwrap(), 2);
    assert_eq!((second.call("test.counter@1").unwrap(), count(&second)), (1, 2));
    drop((first, second, loader));
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 0);
}
