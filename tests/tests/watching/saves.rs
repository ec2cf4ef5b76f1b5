//! The watcher end to end: every way in which programs save a file.

use polyplug::runtime::ReloadMode;
use polyplug_abi::LogLevel;
use polyplug_tests::call;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::fs::{self, File};
use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

const MODES: [ReloadMode; 2] = [ReloadMode::Immediate, ReloadMode::OnPoll];

/// Long enough for a notification to have led to a reload, if it were to.
const A_WHILE: Duration = Duration::from_millis(400);

pub(super) fn versioned(version: u32) -> String {
    format!("contract test.a@1.0\nfn version {version}\n")
}

/// A watching host with the bundle `one` in version 1.
pub(super) fn watching(mode: ReloadMode) -> Host {
    let folder = Folder::new();
    folder.bundle("one", &versioned(1));
    let host = Host::watching(folder, |builder| builder.reload_mode(mode));
    assert_eq!(host.call("test.a@1").unwrap(), 1);
    host
}

/// What the bundle answers now, after a poll.
pub(super) fn answer(host: &Host) -> u32 {
    host.runtime.poll().unwrap();
    let contract = host.runtime.contract("test.a@1").ok();
    contract.and_then(|contract| call::number(&contract, 0).ok()).unwrap_or(0)
}

#[track_caller]
pub(super) fn wait_for_version(host: &Host, version: u32) {
    wait_until(&format!("version {version} runs"), || answer(host) == version);
}

#[test]
fn a_file_written_in_place_is_reloaded() {
    for mode in MODES {
        let host = watching(mode);

        host.folder.rewrite("one", &versioned(2));

        wait_for_version(&host, 2);
    }
}

#[test]
fn a_file_written_aside_and_renamed_is_reloaded() {
    for mode in MODES {
        let host = watching(mode);
        let aside = host.folder.of("one").join("main.txt.tmp");

        fs::write(&aside, versioned(2)).unwrap();
        fs::rename(&aside, host.folder.file_of("one")).unwrap();

        wait_for_version(&host, 2);
    }
}

#[test]
fn a_file_saved_with_a_backup_as_vim_does_is_reloaded() {
    for mode in MODES {
        let host = watching(mode);
        let file = host.folder.file_of("one");

        fs::write(host.folder.of("one").join("4913"), "").unwrap();
        fs::remove_file(host.folder.of("one").join("4913")).unwrap();
        fs::rename(&file, host.folder.of("one").join("main.txt~")).unwrap();
        fs::write(&file, versioned(2)).unwrap();
        fs::remove_file(host.folder.of("one").join("main.txt~")).unwrap();

        wait_for_version(&host, 2);
        assert_eq!(host.events.count(|event| polyplug_tests::events::word(event) == "failed"), 0);
    }
}

#[test]
fn a_file_truncated_and_written_in_pieces_is_reloaded_once_and_whole() {
    for mode in MODES {
        let host = watching(mode);
        let mut file = File::create(host.folder.file_of("one")).unwrap();

        for piece in ["contract test.a", "@1.0\nfn ver", "sion 2", "2\n"] {
            file.write_all(piece.as_bytes()).unwrap();
            sleep(Duration::from_millis(30));
        }
        drop(file);

        wait_for_version(&host, 22);
        assert_eq!(host.events.commits("one"), 2, "{:?}", host.events.story("one"));
    }
}

#[test]
fn a_file_deleted_and_made_again_is_reloaded() {
    for mode in MODES {
        let host = watching(mode);

        fs::remove_file(host.folder.file_of("one")).unwrap();
        sleep(Duration::from_millis(5));
        host.folder.rewrite("one", &versioned(2));

        wait_for_version(&host, 2);
    }
}

#[test]
fn a_touched_file_is_not_reloaded() {
    for mode in MODES {
        let host = watching(mode);

        host.folder.rewrite("one", &versioned(1));
        File::options().append(true).open(host.folder.file_of("one")).unwrap();
        sleep(A_WHILE);
        host.runtime.poll().unwrap();

        assert_eq!(host.events.story("one"), ["loaded"]);
        assert_eq!(host.loader.opened(), 1);
        host.folder.rewrite("one", &versioned(2));
        wait_for_version(&host, 2);
    }
}

#[test]
fn a_broken_save_keeps_the_old_version_and_the_mended_one_runs() {
    for mode in MODES {
        let host = watching(mode);

        host.folder.rewrite("one", "contract test.a@1.0\nfn vresion 2");
        wait_until("the failure is told", || host.events.story("one").contains(&"failed"));

        assert_eq!(answer(&host), 1);
        // For hosts that ask for no events.
        assert_eq!(host.log.count(LogLevel::Error, "vresion"), 1);
        host.folder.rewrite("one", &versioned(3));
        wait_for_version(&host, 3);
        let bundles = host.runtime.bundles();
        assert_eq!(bundles[0].last_error, None);
    }
}

#[test]
fn a_manifest_that_changed_is_a_change() {
    for mode in MODES {
        let host = watching(mode);

        host.folder.manifest("one", "version = \"3.0\"");

        wait_until("the new manifest counts", || {
            host.runtime.poll().unwrap();
            host.runtime.bundles()[0].version.major == 3
        });
    }
}

#[test]
fn fifty_files_saved_at_once_are_one_reload() {
    for mode in MODES {
        let host = watching(mode);

        for number in 0..50 {
            let file = host.folder.of("one").join(format!("extra{number}.txt"));
            fs::write(file, "# nothing").unwrap();
        }
        host.folder.rewrite("one", &versioned(2));

        wait_for_version(&host, 2);
        sleep(A_WHILE);
        host.runtime.poll().unwrap();
        let commits = host.events.commits("one");
        assert!((2..=4).contains(&commits), "{:?}", host.events.story("one"));
        assert_eq!(answer(&host), 2);
    }
}
