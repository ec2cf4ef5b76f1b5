//! Events: who is told what, on which thread.

use parking_lot::Mutex;
use polyplug::events::Event;
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_tests::events::word;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::patience::wait_until;
use polyplug_tests::scripted::ScriptedLoader;
use std::sync::Arc;
use std::thread::{self, ThreadId};

type Told = Arc<Mutex<Vec<(ThreadId, &'static str)>>>;

fn watching(mode: ReloadMode) -> (Host, Told) {
    let told = Told::default();
    let noted = Arc::clone(&told);
    let folder = Folder::new();
    folder.bundle("one", "contract test.a@1.0\nfn version 1");
    let host = Host::watching(folder, |builder| {
        builder.reload_mode(mode).on_reload(move |event| {
            noted.lock().push((thread::current().id(), word(event)));
        })
    });
    told.lock().clear();
    (host, told)
}

#[test]
fn rule_3_under_on_poll_all_callbacks_run_on_the_polling_thread() {
    let (host, told) = watching(ReloadMode::OnPoll);

    host.folder.rewrite("one", "contract test.a@1.0\nfn version 2");
    wait_until("the change is staged", || host.loader.open_guests() == 2);
    host.folder.rewrite("one", "no statement");
    wait_until("the failure is known", || host.events.story("one").contains(&"failed"));
    assert_eq!(*told.lock(), [], "nobody is told before the poll");
    host.runtime.poll().unwrap();

    let me = thread::current().id();
    let told = told.lock().clone();
    assert!(told.iter().all(|(thread, _)| *thread == me), "{told:?}");
    assert!(told.iter().any(|(_, word)| *word == "failed"), "{told:?}");
}

#[test]
fn under_immediate_callbacks_run_as_it_happens() {
    let (host, told) = watching(ReloadMode::Immediate);

    host.folder.rewrite("one", "contract test.a@1.0\nfn version 2");

    wait_until("the callback is told", || {
        told.lock()
            .iter()
            .map(|(_, word)| *word)
            .collect::<Vec<_>>()
            .starts_with(&["preparing", "reloaded"])
    });
    assert!(told.lock().iter().all(|(thread, _)| *thread != thread::current().id()));
}

#[test]
fn rule_3_callbacks_hold_no_lock() {
    let folder = Folder::new();
    let one = folder.bundle("one", "contract test.a@1.0\nfn version 1\nfn count");
    let place: Arc<Mutex<Option<std::sync::Weak<polyplug::runtime::Runtime>>>> = Arc::default();
    let (known, listed) = (Arc::clone(&place), Arc::new(Mutex::new(Vec::new())));
    let noted = Arc::clone(&listed);
    let runtime = RuntimeBuilder::new()
        .loader(ScriptedLoader::new())
        .hot_reload(true)
        .on_reload(move |event| {
            let Some(runtime) = known.lock().as_ref().and_then(std::sync::Weak::upgrade) else {
                return;
            };
            let generation = runtime.bundles().first().map(|bundle| bundle.generation);
            let pin = runtime.pin();
            // Another thread calls, lists and logs meanwhile.
            let called = thread::scope(|scope| {
                scope
                    .spawn(|| {
                        let contract = runtime.contract("test.a@1").ok();
                        contract.map(|one| polyplug_tests::call::number(&one, 1).unwrap())
                    })
                    .join()
                    .unwrap()
            });
            drop(pin);
            noted.lock().push((word(event), generation, called));
        })
        .build()
        .unwrap();
    *place.lock() = Some(Arc::downgrade(&runtime));

    runtime.load_bundle(&one).unwrap();
    runtime.reload_bundle(&one).unwrap();

    let expected = [
        ("loaded", Some(1), Some(1)),
        ("preparing", Some(1), Some(2)),
        ("reloaded", Some(2), Some(3)),
        ("drained", Some(2), Some(4)),
    ];
    assert_eq!(*listed.lock(), expected);
}

#[test]
fn rule_3_a_slow_receiver_loses_the_oldest_events_and_learns_how_many() {
    let host = Host::with(|builder| builder.hot_reload(true).event_capacity(8));
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    for _ in 0..20 {
        host.runtime.reload_bundle(host.folder.of("one")).unwrap();
    }
    let first = host.events.all();
    host.runtime.reload_bundle(host.folder.of("one")).unwrap();
    let all = host.events.all();

    let lost: u64 = all
        .iter()
        .map(|event| if let Event::EventsLost { count } = event { *count } else { 0 })
        .sum();
    assert_eq!(first.len(), 8);
    let kept = all.iter().filter(|event| word(event) != "events lost").count() as u64;
    // A load, and 21 reloads of three events each.
    assert_eq!(kept + lost, 1 + 21 * 3, "nothing is lost in silence");
    assert!(lost > 40, "{lost}");
}

#[test]
fn a_panic_in_a_callback_harms_nobody() {
    let host = Host::with(|builder| builder.on_reload(|_| panic!("the host's own fault")));

    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 1);
    host.unload("one").unwrap();
}

#[test]
fn every_receiver_gets_every_event() {
    let host = Host::new();
    let (first, second) = (host.runtime.events(), host.runtime.events());

    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    drop(first);
    host.unload("one").unwrap();

    let words: Vec<_> = second.try_iter().map(|event| word(&event)).collect();
    assert_eq!(words, ["loaded", "unloading", "unloaded", "drained"]);
}
