use super::super::child::{Child, Leads};
use super::super::roots::Root;
use super::*;
use notify::event::{DataChange, Flag, MetadataKind};

fn translator() -> Translator {
    translator_with(Leftovers::Ignored)
}

fn translator_with(leftovers: Leftovers) -> Translator {
    let mut roots = Roots::new(vec![Root { given: "r".into(), real: "/r".into() }]);
    let link = Child::Link { target: "/build/out".into(), leads: Leads::ToFolder };
    roots.set_child(Path::new("r/linked"), Some(link));
    Translator::new(Arc::new(RwLock::new(roots)), Arc::default(), leftovers)
}

fn seen(translator: &mut Translator, kind: EventKind, path: &str) -> Vec<Observed> {
    translator.translate(Instant::now(), Ok(Event::new(kind).add_path(path.into())))
}

/// Folder, file, touch of what must be a single change.
fn change(translator: &mut Translator, kind: EventKind, path: &str) -> (PathBuf, PathBuf, Touch) {
    match seen(translator, kind, path).pop() {
        Some(Observed::Change(change)) => {
            (change.arrival.folder().to_owned(), change.file, change.touch)
        }
        other => panic!("{other:?}"),
    }
}

const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));

#[test]
fn each_kind_of_event_has_its_touch() {
    let name = |mode| EventKind::Modify(ModifyKind::Name(mode));
    let cases = [
        (CLOSED, Touch::Closed),
        (WRITTEN, Touch::Written),
        (EventKind::Modify(ModifyKind::Any), Touch::Written),
        (EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), Touch::Attributes),
        (EventKind::Create(CreateKind::Any), Touch::Stirred),
        (EventKind::Remove(RemoveKind::Folder), Touch::Stirred),
        (name(RenameMode::From), Touch::Stirred),
        (name(RenameMode::To), Touch::Renamed { source: None }),
        (name(RenameMode::Any), Touch::Stirred),
        (EventKind::Any, Touch::Stirred),
    ];
    for (kind, touch) in cases {
        let expected = ("r/a".into(), "x.lua".into(), touch);
        assert_eq!(change(&mut translator(), kind, "/r/a/x.lua"), expected, "{kind:?}");
    }
}

#[test]
fn a_file_that_is_made_empty_is_being_written_and_a_new_link_is_not() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("a");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("empty.so"), "").unwrap();
    std::fs::write(folder.join("whole.so"), "whole").unwrap();
    let given = Root { given: "r".into(), real: root.path().to_owned() };
    let roots = Arc::new(RwLock::new(Roots::new(vec![given])));
    let mut translator = Translator::new(roots, Arc::default(), Leftovers::Ignored);

    let created = EventKind::Create(CreateKind::File);
    for (file, touch) in
        [("empty.so", Touch::Written), ("whole.so", Touch::Stirred), ("gone.so", Touch::Stirred)]
    {
        let path = folder.join(file);
        assert_eq!(change(&mut translator, created, path.to_str().unwrap()).2, touch, "{file}");
    }
}

#[test]
fn what_changes_nothing_is_not_observed() {
    let kinds = [
        EventKind::Access(AccessKind::Open(AccessMode::Any)),
        EventKind::Access(AccessKind::Close(AccessMode::Read)),
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)),
    ];
    for kind in kinds {
        assert!(seen(&mut translator(), kind, "/r/a/x.lua").is_empty(), "{kind:?}");
    }
    for path in ["/r/a/.x.swp", "/r/a/x.lua~", "/r/.git/index", "/elsewhere/x.lua", "/r"] {
        assert!(seen(&mut translator(), CLOSED, path).is_empty(), "{path}");
    }
}

#[test]
fn a_rename_knows_its_source_if_that_was_in_the_same_folder() {
    let mut translator = translator();
    let mut rename = |mode, cookie, path: &str| {
        let kind = EventKind::Modify(ModifyKind::Name(mode));
        let event = Event::new(kind).add_path(path.into()).set_tracker(cookie);
        match translator.translate(Instant::now(), Ok(event)).pop() {
            Some(Observed::Change(change)) => Some(change.touch),
            _ => None,
        }
    };
    let renamed = |source: Option<&str>| Some(Touch::Renamed { source: source.map(PathBuf::from) });
    rename(RenameMode::From, 1, "/r/a/new");
    assert_eq!(rename(RenameMode::To, 1, "/r/a/x.lua"), renamed(Some("new")));
    rename(RenameMode::From, 2, "/r/b/new");
    assert_eq!(rename(RenameMode::To, 2, "/r/a/x.lua"), renamed(None));
    rename(RenameMode::From, 3, "/r/a/new");
    assert_eq!(rename(RenameMode::To, 4, "/r/a/x.lua"), renamed(None));
    assert_eq!(rename(RenameMode::To, 3, "/r/a/x.lua"), renamed(None));
    rename(RenameMode::From, 5, "/r/a/.x.lua.tmp");
    assert_eq!(rename(RenameMode::To, 5, "/r/a/x.lua"), renamed(Some(".x.lua.tmp")));
}

#[test]
fn an_event_behind_a_link_is_the_links() {
    let expected = ("r/linked".into(), "x.lua".into(), Touch::Closed);
    assert_eq!(change(&mut translator(), CLOSED, "/build/out/x.lua"), expected);
}

#[test]
fn attributes_do_not_outdate_what_arrived_before() {
    let mut translator = translator();
    let arrival = translator.arrivals.count(Path::new("r/a"));
    let attributes = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
    change(&mut translator, attributes, "/r/a/x.lua");
    assert!(arrival.is_newest());
    change(&mut translator, WRITTEN, "/r/a/x.lua");
    assert!(!arrival.is_newest());
}

#[test]
fn a_root_that_goes_is_observed() {
    for kind in [
        EventKind::Remove(RemoveKind::Folder),
        EventKind::Modify(ModifyKind::Name(RenameMode::From)),
    ] {
        let observed = seen(&mut translator(), kind, "/r").pop();
        assert!(matches!(observed, Some(Observed::RootGone(root)) if root == Path::new("r")));
    }
}

#[test]
fn an_overflow_outdates_every_folder_that_somebody_waits_for() {
    let mut translator = translator();
    let arrival = translator.arrivals.count(Path::new("r/a"));
    let event = Event::new(EventKind::Other).set_flag(Flag::Rescan);
    let observed = translator.translate(Instant::now(), Ok(event)).pop();
    let Some(Observed::Overflow(counted)) = observed else { panic!("{observed:?}") };
    assert_eq!(counted.len(), 1);
    assert!(counted[0].is_newest());
    assert!(!arrival.is_newest());
}

#[test]
fn a_backends_failure_keeps_its_reason() {
    let error = notify::Error::generic("no more").add_path("/r/a".into());
    let observed = translator().translate(Instant::now(), Err(error)).pop();
    let Some(Observed::Failed { paths, reason }) = observed else { panic!("{observed:?}") };
    assert_eq!(paths, [PathBuf::from("/r/a")]);
    assert!(reason.contains("no more"), "{reason}");
}

#[test]
fn leftovers_count_where_a_bundle_must_not_have_them() {
    let mut translator = translator_with(Leftovers::Counted);
    for path in ["/r/one/.x.lua.swp", "/r/one/x.lua~", "/r/one/.git/index"] {
        assert_eq!(change(&mut translator, CLOSED, path).0, Path::new("r/one"), "{path}");
    }
    // Where a bundle is hidden as a whole, there is none.
    assert!(seen(&mut translator, CLOSED, "/r/.one/x.lua").is_empty());
}
