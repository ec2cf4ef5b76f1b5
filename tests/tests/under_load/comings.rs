//! Instances, bundles and runtimes that come and go under load.

use super::{ALONE, reloads, script};
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_abi::AbiErrorCode;
use polyplug_tests::call::{self, Raw};
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::scripted::ScriptedLoader;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

fn host() -> Host {
    Host::with(|builder| {
        builder.hot_reload(true).reload_mode(ReloadMode::Immediate).event_capacity(64)
    })
}

#[test]
fn instances_come_and_go_while_a_bundle_is_reloaded() {
    let _alone = ALONE.lock();
    let host = host();
    host.load("pair", &script(0)).unwrap();
    let (stop, made) = (AtomicBool::new(false), AtomicU64::new(0));
    let churn = |contract: &str| {
        let contract = host.contract(contract);
        while !stop.load(Ordering::Relaxed) {
            let instance = call::create(&contract).unwrap();
            for count in 1..=3 {
                assert_eq!(call::on(&contract, instance, 1).unwrap(), count, "its own state");
            }
            call::destroy(&contract, instance).unwrap();
            let gone = call::on(&contract, instance, 1).unwrap_err();
            assert_eq!(gone.code, AbiErrorCode::StaleHandle as u32);
            made.fetch_add(1, Ordering::Relaxed);
        }
    };

    thread::scope(|scope| {
        let threads = ["test.left@1", "test.right@1"].map(|name| scope.spawn(move || churn(name)));
        for number in 1..=reloads() {
            host.reload("pair", &script(number)).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().unwrap();
        }
    });

    assert!(made.load(Ordering::Relaxed) > 100);
    assert_eq!(host.loader.collisions(), 0);
    assert_eq!(host.runtime.bundles()[0].instances, 0, "not one is left behind");
}

#[test]
fn calls_answer_or_are_stale_while_a_bundle_is_unloaded_and_loaded_again() {
    let _alone = ALONE.lock();
    let host = host();
    host.load("pair", &script(1)).unwrap();
    let (left, raw) = (host.contract("test.left@1"), Raw::of(&host.contract("test.right@1")));
    let (stop, answered, stale) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let note = |answer: Result<u32, u32>| match answer {
        Ok(1) => answered.fetch_add(1, Ordering::Relaxed),
        Err(code) if code == AbiErrorCode::StaleHandle as u32 => {
            stale.fetch_add(1, Ordering::Relaxed)
        }
        other => panic!("{other:?}"),
    };

    thread::scope(|scope| {
        let guarded = scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                note(call::number(&left, 0).map_err(|error| error.code));
            }
        });
        let through_pointer = scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                note(raw.number(0).map_err(|(code, _)| code));
            }
        });
        let folder = host.folder.of("pair");
        for _ in 0..reloads() / 2 {
            host.unload("pair").unwrap();
            host.runtime.load_bundle(&folder).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        guarded.join().unwrap();
        through_pointer.join().unwrap();
    });

    assert!(answered.load(Ordering::Relaxed) > 0);
    assert!(stale.load(Ordering::Relaxed) > 0, "the test met an unloaded bundle");
    assert_eq!(host.loader.collisions(), 0);
}

#[test]
fn several_threads_load_reload_and_unload_bundles_of_their_own() {
    let _alone = ALONE.lock();
    let host = host();

    thread::scope(|scope| {
        for name in ["a", "b", "c"] {
            let host = &host;
            scope.spawn(move || {
                for round in 0..reloads() / 10 {
                    let script = |version| {
                        format!("contract own.{name}@1.0\nfn version {version}\nfn count")
                    };
                    host.load(name, &script(round)).unwrap();
                    let contract = host.contract(&format!("own.{name}@1"));
                    assert_eq!(call::number(&contract, 1).unwrap(), 1);
                    host.reload(name, &script(round + 1)).unwrap();
                    assert_eq!(call::number(&contract, 0).unwrap(), round + 1);
                    assert_eq!(call::number(&contract, 1).unwrap(), 2);
                    host.unload(name).unwrap();
                }
            });
        }
    });

    assert!(host.loaded().is_empty());
    assert_eq!(host.loader.collisions(), 0);
}

#[test]
fn several_threads_that_reload_one_bundle_take_turns() {
    let _alone = ALONE.lock();
    let host = host();
    host.load("pair", &script(0)).unwrap();
    let contract = host.contract("test.left@1");

    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..reloads() / 10 {
                    call::number(&contract, 1).unwrap();
                    host.runtime.reload_bundle(host.folder.of("pair")).unwrap();
                }
            });
        }
    });

    assert_eq!(host.runtime.bundles()[0].generation, 1 + 3 * (reloads() / 10));
    assert_eq!(call::number(&contract, 1).unwrap(), 1 + 3 * (reloads() / 10));
}

#[test]
fn runtimes_come_and_go_and_leave_nothing() {
    let _alone = ALONE.lock();
    let folder = Folder::new();
    folder.bundle("pair", &script(1));
    let live = |rounds: u32| {
        for _ in 0..rounds {
            let loader = ScriptedLoader::new();
            let runtime = RuntimeBuilder::new()
                .loader(loader.clone())
                .plugin_dir(folder.path())
                .watch(true)
                .reload_mode(ReloadMode::Immediate)
                .build()
                .unwrap();
            let contract = runtime.contract("test.left@1").unwrap();
            assert_eq!(call::number(&contract, 0).unwrap(), 1);
            runtime.reload_bundle(folder.of("pair")).unwrap();
            drop(runtime);
            drop(contract);
            assert_eq!(loader.open_guests(), 0);
        }
        polyplug_tests::memory::live_bytes()
    };

    let first = live(10);
    let second = live(40);

    assert!(second < first + 16 * 1024, "{first} -> {second}");
}
