//! The watcher end to end: folders that come, go and are links, and what the host is told.

use super::saves::{answer, versioned, wait_for_version, watching};
use polyplug::events::Event;
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_tests::call;
use polyplug_tests::events::word;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

const MODES: [ReloadMode; 2] = [ReloadMode::Immediate, ReloadMode::OnPoll];

#[test]
fn a_bundle_folder_that_appears_is_loaded() {
    for mode in MODES {
        let host = watching(mode);

        host.folder.bundle("two", "contract test.b@1.0\nfn version 7");

        wait_until("the new bundle runs", || {
            host.runtime.poll().unwrap();
            host.runtime.contract("test.b@1").is_ok()
        });
        assert_eq!(host.call("test.b@1").unwrap(), 7);
        // The event follows the commit, on the worker.
        wait_until("that is told", || host.events.story("two").first() == Some(&"loaded"));
    }
}

#[test]
fn a_bundle_folder_that_is_moved_in_is_loaded() {
    for mode in MODES {
        let (host, elsewhere) = (watching(mode), Folder::new());
        elsewhere.bundle("two", "contract test.b@1.0\nfn version 7");

        fs::rename(elsewhere.of("two"), host.folder.of("two")).unwrap();

        wait_until("the new bundle runs", || {
            host.runtime.poll().unwrap();
            host.runtime.contract("test.b@1").is_ok()
        });
    }
}

#[test]
#[cfg(unix)]
fn a_bundle_that_was_loaded_by_another_path_is_followed() {
    for mode in MODES {
        let (folder, elsewhere) = (Folder::new(), Folder::new());
        folder.bundle("one", &versioned(1));
        let link = elsewhere.path().join("link");
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        let host = Host::over(folder, |_| RuntimeBuilder::new().reload_mode(mode));
        host.runtime.load_bundle(link.join("one")).unwrap();
        host.runtime.watch_folder(host.folder.path()).unwrap();

        host.folder.rewrite("one", &versioned(2));

        wait_for_version(&host, 2);
        assert_eq!(host.events.story("one").iter().filter(|word| **word == "failed").count(), 0);
    }
}

#[test]
fn a_bundle_folder_that_is_removed_is_unloaded() {
    for mode in MODES {
        let host = watching(mode);
        let contract = host.contract("test.a@1");

        fs::remove_dir_all(host.folder.of("one")).unwrap();

        wait_until("the bundle is gone", || {
            host.runtime.poll().unwrap();
            host.runtime.bundles().is_empty()
        });
        assert!(call::number(&contract, 0).is_err());
        host.folder.bundle("one", &versioned(5));
        wait_for_version(&host, 5);
        assert_eq!(call::number(&contract, 0).unwrap(), 5);
    }
}

#[test]
fn a_bundle_folder_that_is_renamed_is_followed_with_its_state() {
    // Before its old name in the order of names, and behind it.
    for (mode, name) in MODES.into_iter().flat_map(|mode| [(mode, "another"), (mode, "two")]) {
        let folder = Folder::new();
        folder.bundle("one", "contract test.a@1.0\nfn version 1\nfn count");
        let host = Host::watching(folder, |builder| builder.reload_mode(mode));
        let contract = host.contract("test.a@1");
        call::number(&contract, 1).unwrap();

        fs::rename(host.folder.of("one"), host.folder.of(name)).unwrap();

        wait_until("it runs from its new place", || {
            host.runtime.poll().unwrap();
            host.runtime.bundles().iter().any(|bundle| bundle.path.ends_with(name))
        });
        host.folder.rewrite(name, "contract test.a@1.0\nfn version 2\nfn count");
        wait_for_version(&host, 2);
        assert_eq!(call::number(&contract, 1).unwrap(), 2, "its state went along");
        let story = host.events.story("one");
        assert!(!story.contains(&"failed") && !story.contains(&"unloaded"), "{story:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_linked_bundle_folder_is_followed() {
    for mode in MODES {
        let (folder, elsewhere) = (Folder::new(), Folder::new());
        elsewhere.bundle("one", &versioned(1));
        std::os::unix::fs::symlink(elsewhere.of("one"), folder.of("one")).unwrap();
        let host = Host::watching(folder, |builder| builder.reload_mode(mode));
        assert_eq!(host.call("test.a@1").unwrap(), 1);

        elsewhere.rewrite("one", &versioned(2));

        wait_for_version(&host, 2);
    }
}

#[test]
fn a_bundle_that_is_disabled_is_unloaded_and_comes_back() {
    for mode in MODES {
        let host = watching(mode);

        host.folder.manifest("one", "enabled = false");
        wait_until("the bundle is gone", || {
            host.runtime.poll().unwrap();
            host.loaded().is_empty()
        });
        host.folder.manifest("one", "enabled = true");

        wait_for_version(&host, 1);
    }
}

#[test]
fn a_bundle_that_lacked_its_provider_is_loaded_when_that_appears() {
    for mode in MODES {
        let folder = Folder::new();
        let needs = "[[dependency]]\ncontract = \"test.a@1\"\nmin_version = \"1.0\"";
        folder.bundle_with("user", needs, "contract test.user@1.0\nfn call test.a@1 0");
        let host = Host::watching(folder, |builder| builder.reload_mode(mode));
        assert!(host.loaded().is_empty());

        host.folder.bundle("one", &versioned(3));

        wait_until("the user runs too", || {
            host.runtime.poll().unwrap();
            host.loaded() == ["one", "user"]
        });
        assert_eq!(host.call("test.user@1").unwrap(), 3);
    }
}

#[test]
fn under_on_poll_nothing_changes_before_the_poll() {
    let host = watching(ReloadMode::OnPoll);

    host.folder.rewrite("one", &versioned(2));
    wait_until("the change is staged", || host.loader.open_guests() == 2);
    sleep(Duration::from_millis(60));

    assert_eq!(host.call("test.a@1").unwrap(), 1);
    wait_until("the poll commits it", || host.runtime.poll().unwrap() == 1);
    assert_eq!(host.call("test.a@1").unwrap(), 2);
    wait_until("the old version is closed", || {
        host.runtime.poll().unwrap();
        host.loader.open_guests() == 1
    });
}

#[test]
fn under_on_poll_only_the_newest_of_several_saves_is_committed() {
    let host = watching(ReloadMode::OnPoll);

    for version in 2..=4 {
        host.folder.rewrite("one", &versioned(version));
        wait_until("it is staged", || host.loader.opened() >= version as usize);
        sleep(Duration::from_millis(40));
    }

    wait_for_version(&host, 4);
    assert_eq!(host.events.commits("one"), 2, "{:?}", host.events.story("one"));
}

#[test]
fn a_change_that_is_taken_back_before_the_poll_is_not_committed() {
    let host = watching(ReloadMode::OnPoll);

    host.folder.rewrite("one", &versioned(2));
    wait_until("it is staged", || host.loader.open_guests() == 2);
    host.folder.rewrite("one", &versioned(1));
    wait_until("what was staged is dropped", || host.loader.open_guests() == 1);

    assert_eq!(host.runtime.poll().unwrap(), 0);
    assert_eq!(answer(&host), 1);
}

#[test]
fn a_failure_that_is_mended_within_the_quiet_time_is_not_told() {
    let folder = Folder::new();
    folder.bundle("one", &versioned(1));
    let host = Host::watching(folder, |builder| {
        builder.reload_mode(ReloadMode::Immediate).quiet_time(Duration::from_millis(500))
    });

    host.folder.rewrite("one", "no statement");
    wait_until("the broken file was tried", || host.loader.opened() >= 2);
    host.folder.rewrite("one", &versioned(2));

    wait_for_version(&host, 2);
    sleep(Duration::from_millis(600));
    assert_eq!(host.events.count(|event| word(event) == "failed"), 0);
}

#[test]
fn a_watched_reload_keeps_state_and_says_since_when() {
    for mode in MODES {
        let folder = Folder::new();
        folder.bundle("one", "contract test.a@1.0\nfn version 1\nfn count");
        let host = Host::watching(folder, |builder| builder.reload_mode(mode));
        let contract = host.contract("test.a@1");
        call::number(&contract, 1).unwrap();

        host.folder.rewrite("one", "contract test.a@1.0\nfn version 2\nfn count");

        wait_for_version(&host, 2);
        assert_eq!(call::number(&contract, 1).unwrap(), 2);
        let since = host.events.wait_for("the reload is told", |event| match event {
            Event::Reloaded { timings, .. } => Some(timings.since_change),
            _ => None,
        });
        assert!(since.is_some_and(|since| since > Duration::ZERO));
    }
}

#[test]
fn a_root_that_is_removed_is_told_as_lost() {
    let outer = Folder::new();
    let root = outer.of("mods");
    fs::create_dir(&root).unwrap();
    let host = Host::over(outer, |_| RuntimeBuilder::new().plugin_dir(&root).watch(true));

    fs::remove_dir_all(&root).unwrap();

    host.events.wait_for("the loss is told", |event| match event {
        Event::WatchLost { path, .. } if *path == root => Some(()),
        _ => None,
    });
}

#[test]
fn a_save_of_one_bundle_does_not_lose_the_saves_of_others() {
    const COUNT: usize = 30;
    let script = |number: usize, version: u32| {
        format!("contract test.b{number}@1.0\nfn version {version}\n")
    };
    let folder = Folder::new();
    for number in 0..COUNT {
        folder.bundle(&format!("b{number:02}"), &script(number, 1));
    }
    let host = Host::watching(folder, |builder| builder.reload_mode(ReloadMode::Immediate));
    let last = host.folder.file_of(&format!("b{:02}", COUNT - 1));
    let saved = AtomicBool::new(false);
    // While the first of them is staged, the last is saved once more.
    host.loader.hook("save the last", move |_| {
        if !saved.swap(true, Ordering::SeqCst) {
            fs::write(&last, script(COUNT - 1, 3)).unwrap();
            sleep(Duration::from_millis(20));
        }
        Ok(0)
    });

    // Files that are written and not closed settle, so that many bundles are in one batch.
    let open: Vec<fs::File> = (0..COUNT)
        .map(|number| {
            let mut file = fs::File::create(host.folder.file_of(&format!("b{number:02}"))).unwrap();
            let text = format!("{}init hook save the last", script(number, 2));
            file.write_all(text.as_bytes()).unwrap();
            file
        })
        .collect();

    let version = |number: usize| host.call(&format!("test.b{number}@1")).unwrap();
    wait_until("the last save runs", || version(COUNT - 1) == 3);
    wait_until("every save runs", || (0..COUNT - 1).all(|number| version(number) == 2));
    drop(open);
}

#[test]
fn a_folder_is_watched_and_left_while_the_host_runs() {
    for mode in MODES {
        let host = Host::with(|builder| builder.reload_mode(mode));
        host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
        let elsewhere = Folder::new();
        host.runtime.watch_folder(elsewhere.path()).unwrap();
        host.runtime.watch_folder(host.folder.path()).unwrap();
        let contract = host.contract("test.a@1");
        let poll_until = |what: &str, done: &dyn Fn() -> bool| {
            wait_until(what, || {
                host.runtime.poll().unwrap();
                done()
            });
        };

        host.folder.rewrite("one", "contract test.a@1.0\nfn version 2");
        poll_until("the save is seen", &|| call::number(&contract, 0).unwrap() == 2);
        elsewhere.bundle("two", "contract test.b@1.0\nfn version 7");
        poll_until("the other folder too", &|| host.runtime.contract("test.b@1").is_ok());
        host.runtime.unwatch_folder(host.folder.path()).unwrap();
        host.folder.rewrite("one", "contract test.a@1.0\nfn version 3");
        elsewhere.rewrite("two", "contract test.b@1.0\nfn version 8");
        let other = host.contract("test.b@1");
        poll_until("one folder is still seen", &|| call::number(&other, 0).unwrap() == 8);

        assert_eq!(call::number(&contract, 0).unwrap(), 2, "the other is not");
        assert!(host.runtime.unwatch_folder(host.folder.path()).is_err(), "it is left already");
        host.runtime.unwatch_all().unwrap();
    }
}
