use super::super::Leftovers;
use super::super::arrivals::Arrivals;
use super::super::roots::{Root, Roots};
use super::super::translator::{Observed, Translator};
use super::*;
use notify::event::{
    AccessKind, AccessMode, CreateKind, DataChange, Event, EventKind, MetadataKind, ModifyKind,
    RemoveKind, RenameMode,
};
use parking_lot::RwLock;
use std::sync::Arc;
use std::time::Duration;

mod editors;
mod properties;

/// What inotify reports about a path below the root, cut to what tests need.
#[derive(Clone, Copy, Debug)]
enum Step {
    Create,
    MakeFolder,
    Write,
    Close,
    Remove,
    RemoveFolder,
    Chmod,
    /// Renamed away, with the cookie that the other half has too.
    From(usize),
    To(usize),
}
use Step::{Chmod, Close, Create, From, MakeFolder, Remove, RemoveFolder, To, Write};

impl Step {
    fn event(self, path: &str) -> Event {
        let name = |mode| EventKind::Modify(ModifyKind::Name(mode));
        let kind = match self {
            Create => EventKind::Create(CreateKind::File),
            MakeFolder => EventKind::Create(CreateKind::Folder),
            Write => EventKind::Modify(ModifyKind::Data(DataChange::Any)),
            Close => EventKind::Access(AccessKind::Close(AccessMode::Write)),
            Remove => EventKind::Remove(RemoveKind::File),
            RemoveFolder => EventKind::Remove(RemoveKind::Folder),
            Chmod => EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)),
            From(_) => name(RenameMode::From),
            To(_) => name(RenameMode::To),
        };
        let event = Event::new(kind).add_path(format!("/r/{path}").into());
        match self {
            From(cookie) | To(cookie) => event.set_tracker(cookie),
            _ => event,
        }
    }
}

/// Plays steps at their milliseconds, and keeps what is delivered.
struct Player {
    start: Instant,
    arrivals: Arc<Arrivals>,
    translator: Translator,
    debouncer: Debouncer,
    delivered: Vec<(u64, Batch)>,
}

impl Player {
    fn new(options: WatchOptions) -> Self {
        let root = Root { given: "r".into(), real: "/r".into() };
        let roots = Arc::new(RwLock::new(Roots::new(vec![root])));
        let arrivals = Arc::<Arrivals>::default();
        Self {
            start: Instant::now(),
            translator: Translator::new(roots, arrivals.clone(), Leftovers::Ignored),
            arrivals,
            debouncer: Debouncer::new(options),
            delivered: Vec::new(),
        }
    }

    fn at(&self, millis: u64) -> Instant {
        self.start + Duration::from_millis(millis)
    }

    fn step(&mut self, millis: u64, step: Step, path: &str) {
        let now = self.at(millis);
        self.wait_until(now);
        for observed in self.translator.translate(now, Ok(step.event(path))) {
            let Observed::Change(change) = observed else { panic!("{observed:?}") };
            let batch = self.debouncer.on_change(now, change);
            self.delivered.extend(batch.map(|batch| (millis, batch)));
        }
    }

    fn wait_until(&mut self, end: Instant) {
        while let Some(deadline) = self.debouncer.next_deadline().filter(|next| *next <= end) {
            let batches = self.debouncer.on_timeout(deadline);
            let millis = (deadline - self.start).as_millis() as u64;
            self.delivered.extend(batches.into_iter().map(|batch| (millis, batch)));
        }
    }

    /// What was delivered, as "millisecond kind folders", once nothing is left to come.
    fn finish(mut self) -> Vec<String> {
        self.wait_until(self.at(1_000_000));
        assert!(self.debouncer.next_deadline().is_none());
        let line = |(millis, batch): &(u64, Batch)| {
            let folders: Vec<_> =
                batch.folders.iter().map(|folder| folder.display().to_string()).collect();
            // The parts of a path are joined otherwise on other systems.
            let folders = folders.join(" ").replace('\\', "/");
            format!("{millis} {:?} {folders}", batch.settled)
        };
        self.delivered.iter().map(line).collect()
    }
}

fn play(steps: &[(u64, Step, &str)]) -> Vec<String> {
    play_with(WatchOptions::default(), steps)
}

fn play_with(options: WatchOptions, steps: &[(u64, Step, &str)]) -> Vec<String> {
    let mut player = Player::new(options);
    for &(millis, step, path) in steps {
        player.step(millis, step, path);
    }
    player.finish()
}

#[test]
fn a_closed_file_is_delivered_at_once() {
    assert_eq!(play(&[(0, Write, "a/x"), (1, Write, "a/x"), (2, Close, "a/x")]), ["2 Whole r/a"]);
}

#[test]
fn a_file_renamed_into_place_is_delivered_at_once() {
    assert_eq!(play(&[(3, To(1), "a/x")]), ["3 Whole r/a"]);
}

#[test]
fn a_closed_file_waits_while_another_is_unsettled() {
    assert_eq!(play(&[(0, Remove, "a/y"), (5, Close, "a/x")]), ["35 Quiet r/a"]);
}

#[test]
fn a_removed_file_settles_by_quiet() {
    assert_eq!(play(&[(0, Remove, "a/x"), (20, Remove, "a/y")]), ["50 Quiet r/a"]);
}

#[test]
fn whole_files_in_quick_succession_make_two_batches() {
    let names: Vec<_> = (0..50).map(|index| format!("a/{index}")).collect();
    let mut player = Player::new(WatchOptions::default());
    for (name, millis) in names.iter().zip(0..) {
        player.step(millis, Create, name);
        player.step(millis, Write, name);
        player.step(millis, Close, name);
    }
    assert_eq!(player.finish(), ["0 Whole r/a", "79 Quiet r/a"]);
}

#[test]
fn a_save_after_the_quiet_time_is_delivered_at_once_again() {
    assert_eq!(play(&[(0, Close, "a/x"), (30, Close, "a/x")]), ["0 Whole r/a", "30 Whole r/a"]);
}

#[test]
fn folders_do_not_wait_for_each_other() {
    let steps = [(0, Remove, "a/x"), (1, Close, "b/x"), (2, Remove, "c/x")];
    assert_eq!(play(&steps), ["1 Whole r/b", "30 Quiet r/a", "32 Quiet r/c"]);
}

#[test]
fn folders_that_are_due_together_are_one_batch() {
    assert_eq!(play(&[(0, Remove, "b/x"), (0, Remove, "a/x")]), ["30 Quiet r/a r/b"]);
}

#[test]
fn a_new_folder_waits_for_its_last_file() {
    let steps = [
        (0, MakeFolder, "a"),
        (1, Create, "a/x"),
        (2, Write, "a/x"),
        (3, Close, "a/x"),
        (20, Create, "a/y"),
        (21, Close, "a/y"),
    ];
    assert_eq!(play(&steps), ["51 Quiet r/a"]);
}

#[test]
fn a_folder_renamed_into_place_is_delivered_at_once() {
    assert_eq!(play(&[(0, From(1), "a"), (1, From(2), ".new"), (2, To(2), "a")]), ["2 Whole r/a"]);
}

#[test]
fn a_removed_folder_takes_its_unsettled_files_along() {
    assert_eq!(play(&[(0, Write, "a/s/x"), (1, RemoveFolder, "a/s")]), ["31 Quiet r/a"]);
}

#[test]
fn an_unclosed_file_is_waited_for() {
    let steps = [(0, Write, "a/x"), (100, Write, "a/x"), (400, Close, "a/x")];
    assert_eq!(play(&steps), ["400 Whole r/a"]);
}

#[test]
fn a_file_that_is_never_closed_is_delivered_in_the_end() {
    assert_eq!(play(&[(0, Write, "a/x"), (10, Write, "a/x")]), ["510 Quiet r/a"]);
}

#[test]
fn a_folder_without_an_end_of_changes_is_delivered_all_the_same() {
    let mut player = Player::new(WatchOptions::default());
    (0..600).for_each(|index| player.step(index * 10, Write, "a/log"));
    assert_eq!(player.finish(), ["5000 Quiet r/a", "6490 Quiet r/a"]);
}

#[test]
fn where_closing_is_not_reported_everything_settles_by_quiet() {
    let quiet = WatchOptions::default().quiet;
    let options = WatchOptions { unclosed: quiet, ..WatchOptions::default() };
    let steps = [(0, Create, "a/x"), (1, Write, "a/x"), (9, Write, "a/x")];
    assert_eq!(play_with(options, &steps), ["39 Quiet r/a"]);
}

#[test]
fn permissions_settle_by_quiet_and_hold_nothing_up() {
    assert_eq!(play(&[(0, Chmod, "a/x"), (5, Close, "a/x")]), ["5 Whole r/a"]);
    assert_eq!(play(&[(0, Close, "a/x"), (5, Chmod, "a/x")]), ["0 Whole r/a", "35 Quiet r/a"]);
}

#[test]
fn lost_events_are_delivered_as_a_rescan() {
    let mut player = Player::new(WatchOptions::default());
    let arrivals = ["r/b", "r/a"].map(|folder| player.arrivals.count(Path::new(folder)));
    player.debouncer.on_rescan(player.at(0), arrivals.into());
    player.step(5, Close, "a/x");
    player.step(5, Remove, "c/x");
    assert_eq!(player.finish(), ["30 Rescan r/b", "35 Rescan r/a", "35 Quiet r/c"]);
}

#[test]
fn a_batch_says_when_its_first_event_came() {
    let mut player = Player::new(WatchOptions::default());
    player.step(7, Write, "a/x");
    player.step(9, Close, "a/x");
    assert_eq!(player.delivered[0].1.first_event_at, player.at(7));
}

#[test]
fn a_late_timeout_does_not_hold_up_the_next_save() {
    let mut player = Player::new(WatchOptions::default());
    player.step(0, Close, "a/x");
    let close = player.translator.translate(player.at(60), Ok(Close.event("a/x"))).pop();
    let Some(Observed::Change(change)) = close else { panic!("{close:?}") };
    let batch = player.debouncer.on_change(player.at(60), change);
    assert_eq!(batch.map(|batch| batch.settled), Some(Settled::Whole));
}
