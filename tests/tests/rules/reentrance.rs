//! 8-rules, 1 and 3: what may be asked for from inside of what.

use parking_lot::Mutex;
use polyplug::events::Event;
use polyplug::runtime::{ReloadMode, RuntimeBuilder};
use polyplug_abi::{AbiErrorCode, Compatibility, LogLevel};
use polyplug_tests::call;
use polyplug_tests::events::word;
use polyplug_tests::folder::Folder;
use polyplug_tests::host::Host;
use polyplug_tests::native::NativeLoader;
use polyplug_tests::patience::wait_until;
use polyplug_tests::table::Table;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const REENTRANT: u32 = AbiErrorCode::ReentrantCall as u32;

/// What each operation answered, by name.
type Answers = Arc<Mutex<Vec<(&'static str, u32)>>>;

fn code<T>(result: Result<T, call::Failure>) -> u32 {
    result.map_or_else(|(code, _)| code, |_| 0)
}

/// Everything that changes bundles, asked for here and now. `one` is a loaded bundle.
fn try_everything(table: Table, one: &Path, answers: &Answers) {
    let all = [
        ("load", code(table.load(&one.with_file_name("new")))),
        ("load what is loaded", code(table.load(one))),
        ("load what is not there", code(table.load(&one.with_file_name("nowhere")))),
        ("reload", code(table.reload(one))),
        ("unload", code(table.unload("one"))),
        ("cascade", code(table.unload_cascade("one"))),
        ("poll", code(table.poll(0))),
    ];
    answers.lock().extend(all);
}

/// A host with the bundles `one` (loaded) and `new` (not), whose hook `everything` tries everything.
fn host_with_hook() -> (Host, Answers, PathBuf) {
    let host = Host::new();
    let answers = Answers::default();
    let one = host.folder.of("one");
    host.folder.bundle("new", "contract test.new@1.0\nfn version 1");
    let (path, noted) = (one.clone(), Arc::clone(&answers));
    host.loader.hook("everything", move |api| {
        try_everything(Table(api), &path, &noted);
        Ok(0)
    });
    (host, answers, one)
}

#[track_caller]
fn assert_all_reentrant(answers: &Answers, but: &[&str]) {
    let answers = std::mem::take(&mut *answers.lock());
    assert!(!answers.is_empty(), "the hook ran");
    for (operation, code) in answers.into_iter().filter(|(name, _)| !but.contains(name)) {
        assert_eq!(code, REENTRANT, "{operation}");
    }
}

/// Nothing changed: `one` runs as it did, and nothing was told or noted.
#[track_caller]
fn assert_nothing_changed(host: &Host, revision: u64, bundles: &[&str]) {
    assert_eq!(host.runtime.registry().revision(), revision);
    let all = host.runtime.bundles();
    let names: Vec<&str> = all.iter().map(|bundle| bundle.name.as_str()).collect();
    assert_eq!(names, bundles, "the listing");
    assert_eq!(host.events.count(|event| word(event) == "failed"), 0, "{:?}", host.events.all());
}

#[test]
fn rule_3_inside_a_call_nothing_changes_but_a_new_bundle_may_be_loaded() {
    let (host, answers, _) = host_with_hook();
    host.load("one", "contract test.a@1.0\nfn hook everything").unwrap();

    host.call("test.a@1").unwrap();

    let load = answers.lock()[0];
    assert_eq!(load, ("load", 0));
    let duplicate = answers.lock()[1];
    assert_eq!(duplicate.1, AbiErrorCode::DuplicateBundle as u32);
    let but = ["load", "load what is loaded", "load what is not there"];
    assert_all_reentrant(&answers, &but);
    assert_eq!(host.loaded(), ["new", "one"]);
    assert_eq!(host.call("test.new@1").unwrap(), 1);
}

#[test]
fn rule_3_inside_a_pin_nothing_changes() {
    let (host, answers, one) = host_with_hook();
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    let revision = host.runtime.registry().revision();

    let pin = host.runtime.pin();
    try_everything(Table::of(&host.runtime), &one, &answers);
    drop(pin);

    assert_all_reentrant(&answers, &[]);
    assert_nothing_changed(&host, revision, &["one"]);
}

#[test]
fn rule_3_inside_a_callback_nothing_changes() {
    let answers = Answers::default();
    let noted = Arc::clone(&answers);
    let place: Arc<Mutex<Option<(Table, PathBuf)>>> = Arc::default();
    let known = Arc::clone(&place);
    let host = Host::with(|builder| {
        builder.hot_reload(true).on_reload(move |event| {
            let place = known.lock().clone();
            if let (Event::Preparing { .. } | Event::Reloaded { .. }, Some((table, one))) =
                (event, place)
            {
                try_everything(table, &one, &noted);
            }
        })
    });
    host.folder.bundle("new", "contract test.new@1.0\nfn version 1");
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    *place.lock() = Some((Table::of(&host.runtime), host.folder.of("one")));

    host.reload("one", "contract test.a@1.0\nfn version 2").unwrap();

    assert_eq!(answers.lock().len(), 14, "both callbacks tried");
    assert_all_reentrant(&answers, &[]);
    let revision = host.runtime.registry().revision();
    assert_nothing_changed(&host, revision, &["one"]);
    assert_eq!(host.call("test.a@1").unwrap(), 2);
}

#[test]
fn rule_3_inside_a_log_record_nothing_changes() {
    let answers = Answers::default();
    let place: Arc<Mutex<Option<(Table, PathBuf)>>> = Arc::default();
    let (known, noted) = (Arc::clone(&place), Arc::clone(&answers));
    let sink = move |_: LogLevel, _: &str, _: &str| {
        let place = known.lock().clone();
        if let Some((table, one)) = place {
            try_everything(table, &one, &noted);
        }
    };
    let builder = RuntimeBuilder::new().hot_reload(true).compatibility(Compatibility::Relaxed);
    let runtime = builder.loader(NativeLoader::default()).logger(sink).build().unwrap();
    let folder = Folder::new();
    let script = "contract test.a@1.0\nfn version 1\nfn version 2";
    let one = folder.bundle_with("one", "loader = \"functions\"", script);
    runtime.load_bundle(&one).unwrap();
    folder.bundle_with("one", "loader = \"functions\"", "contract test.a@1.0\nfn version 3");
    *place.lock() = Some((Table::of(&runtime), one.clone()));

    // It warns that a function is gone, while it holds the claim on the bundle.
    runtime.reload_bundle(&one).unwrap();

    assert_eq!(answers.lock().len(), 7, "one record");
    assert_all_reentrant(&answers, &[]);
    let contract = runtime.contract("test.a@1").unwrap();
    assert_eq!(call::number(&contract, 0).unwrap(), 3);
}

#[test]
fn rule_3_a_callback_that_answers_every_event_with_a_load_does_not_call_itself() {
    let place: Arc<Mutex<Option<(Table, PathBuf)>>> = Arc::default();
    let (known, calls) = (Arc::clone(&place), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&calls);
    let host = Host::with(|builder| {
        builder.on_reload(move |_| {
            let place = known.lock().clone();
            let calls = count.fetch_add(1, Ordering::SeqCst);
            if let (Some((table, path)), true) = (place, calls < 50) {
                assert_eq!(code(table.load(&path)), REENTRANT);
            }
        })
    });
    let one = host.folder.bundle("one", "contract test.a@1.0\nfn version 1");
    *place.lock() = Some((Table::of(&host.runtime), one.with_file_name("two")));
    host.folder.bundle("two", "contract test.b@1.0\nfn version 1");

    host.runtime.load_bundle(&one).unwrap();

    assert_eq!(calls.load(Ordering::SeqCst), 1, "the one event of the one load");
}

#[test]
fn rule_3_inside_init_nothing_changes() {
    let (host, answers, _) = host_with_hook();
    host.load("one", "contract test.a@1.0\nfn version 1").unwrap();
    let revision = host.runtime.registry().revision();

    host.load("two", "contract test.b@1.0\nfn version 1\ninit hook everything").unwrap();

    assert_all_reentrant(&answers, &[]);
    assert_nothing_changed(&host, revision + 1, &["one", "two"]);
}

#[test]
fn rule_3_inside_a_constructor_nothing_that_runs_changes() {
    let (host, answers, _) = host_with_hook();
    host.load("one", "contract test.a@1.0\nfn version 1\nnew hook everything").unwrap();

    call::create(&host.contract("test.a@1")).unwrap();

    let but = ["load", "load what is loaded", "load what is not there"];
    assert_all_reentrant(&answers, &but);
    assert_eq!(host.call("test.a@1").unwrap(), 1);
}

#[test]
fn rule_1_inside_the_hand_over_nothing_changes_and_nothing_is_pinned_or_called() {
    let (host, answers, _) = host_with_hook();
    host.load("one", "contract test.a@1.0\nfn count").unwrap();
    host.call("test.a@1").unwrap();
    let noted = Arc::clone(&answers);
    host.loader.hook("pin and call", move |api| {
        noted.lock().push(("pin", code(Table(api).pin())));
        Ok(0)
    });
    let script =
        "contract test.a@1.0\nfn count\nhand_over hook everything\nhand_over hook pin and call";

    host.reload("one", script).unwrap();

    assert!(answers.lock().contains(&("pin", REENTRANT)), "{answers:?}");
    assert_all_reentrant(&answers, &[]);
    assert_eq!(host.call("test.a@1").unwrap(), 2);
    assert_eq!(host.loaded(), ["one"]);
}

#[test]
fn rule_1_calls_into_a_bundle_of_the_same_transaction_answer_reentrant_call() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn count").unwrap();
    host.call("test.a@1").unwrap();
    let call = "hand_over call test.a@1 0";

    let error = host.reload("one", &format!("contract test.a@1.0\nfn count\n{call}")).unwrap_err();

    assert!(error.to_string().contains("being loaded by this thread"), "{error}");
    assert_eq!(host.call("test.a@1").unwrap(), 2);
}

#[test]
fn rule_1_a_bundle_calls_others_while_it_takes_its_state_over() {
    let host = Host::new();
    host.load("other", "contract test.other@1.0\nfn version 3").unwrap();
    host.load("one", "contract test.a@1.0\nfn count").unwrap();
    host.call("test.a@1").unwrap();
    let call = "hand_over call test.other@1 0";

    host.reload("one", &format!("contract test.a@1.0\nfn count\n{call}")).unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 2);
}

#[test]
fn rule_3_a_reload_requested_inside_a_call_happens_later() {
    for mode in [ReloadMode::OnPoll, ReloadMode::Immediate] {
        let host = Host::with(|builder| builder.hot_reload(true).reload_mode(mode));
        host.loader.hook("again", |api| {
            Table(api)
                .request_reload("one")
                .map(|()| 7)
                .map_err(|(_, text)| polyplug::guest::GuestError::new(AbiErrorCode::Generic, text))
        });
        host.load("one", "contract test.a@1.0\nfn hook again\nfn count").unwrap();
        let contract = host.contract("test.a@1");
        call::number(&contract, 1).unwrap();

        assert_eq!(call::number(&contract, 0).unwrap(), 7);

        wait_until("the bundle is reloaded", || {
            host.runtime.poll().unwrap();
            host.runtime.bundles()[0].generation == 2
        });
        assert_eq!(call::number(&contract, 1).unwrap(), 2);
    }
}

#[test]
fn rule_1_staged_contracts_are_found_and_answer_reentrant_call_until_the_commit() {
    let host = Host::new();
    host.load("early", "contract test.early@1.0\nfn version 4").unwrap();
    let found: Arc<Mutex<Vec<usize>>> = Arc::default();
    let noted = Arc::clone(&found);
    host.loader.hook("look", move |api| {
        let table = Table(api);
        for contract in ["test.mine@1", "test.early@1"] {
            let id = call::contract_id(contract).as_u64();
            // The table's own list of providers, freed by `take`.
            let all = polyplug_tests::table::find_all(&table, id);
            noted.lock().push(all);
            assert!(table.find(contract, 0).is_some(), "{contract}");
        }
        let mine = table.find("test.mine@1", 0).unwrap();
        let early = table.find("test.early@1", 0).unwrap();
        assert_eq!(table.call(early, 0), Ok(4));
        let (code, text) = table.call(mine, 0).unwrap_err();
        assert_eq!(code, REENTRANT, "{text}");
        Ok(0)
    });

    host.load("two", "contract test.mine@1.0\nfn version 5\ninit hook look").unwrap();

    assert_eq!(*found.lock(), [1, 1], "both lists hold one provider");
    assert_eq!(host.call("test.mine@1").unwrap(), 5);
}

#[test]
fn rule_3_calls_nest_64_deep_and_no_deeper() {
    let host = Host::new();
    let depth: Arc<Mutex<u32>> = Arc::default();
    let deepest = Arc::clone(&depth);
    host.loader.hook("deeper", move |api| {
        *deepest.lock() += 1;
        let table = Table(api);
        let raw = table.find("test.a@1", 0).expect("it is loaded");
        match table.call(raw, 0) {
            Ok(answer) => Ok(answer),
            Err((code, text)) if code == REENTRANT => {
                assert!(text.contains("64"), "{text}");
                Ok(64)
            }
            Err((_, text)) => Err(polyplug::guest::GuestError::new(AbiErrorCode::Generic, text)),
        }
    });
    host.load("one", "contract test.a@1.0\nfn hook deeper").unwrap();

    assert_eq!(host.call("test.a@1").unwrap(), 64);

    assert_eq!(*depth.lock(), 64);
}

#[test]
fn rule_3_a_guest_that_was_left_through_ffi_is_not_entered_again() {
    let host = Host::new();
    host.load("one", "contract test.a@1.0\nfn call test.a@1 1\nfn version 3\nno_reentry").unwrap();

    let error = host.call("test.a@1").unwrap_err();

    assert_eq!(error.code, REENTRANT);
    assert!(error.message.contains("polyplug_guest.call"), "{error}");
    assert_eq!(call::number(&host.contract("test.a@1"), 1).unwrap(), 3);
}
