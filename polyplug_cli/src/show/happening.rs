//! An event of the runtime as lines of text.

use super::duration::human;
use super::listing::counted;
use super::problem::Problem;
use super::style::{BAD, DIM, GOOD, NAME, WARN, paint, shown};
use polyplug::events::{Cause, Event, PinReason, StateOutcome, Step, Timings};
use polyplug::trust::TrustDecision;
use std::io::{self, Write};
use std::time::Duration;

/// What a failure left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// The version before runs on.
    Running,
    /// Nothing runs.
    Nothing,
}

/// Writes an event that came `at` after the start.
pub(crate) fn write(
    event: &Event,
    left: Left,
    at: Duration,
    out: &mut dyn Write,
) -> io::Result<()> {
    let clock = paint(DIM, format!("{:>9.3}", at.as_secs_f64()));
    let bundle = event.bundle().unwrap_or_default();
    let name = paint(NAME, bundle);
    match event {
        Event::Loaded { generation, timings, .. } => {
            let (what, times) = (paint(GOOD, "loaded"), times(timings));
            writeln!(out, "{clock} {what} {name}  load {generation}  {times}")
        }
        Event::Preparing { from, to, .. } => {
            let what = format!("preparing {bundle}  load {from} -> {to}");
            writeln!(out, "{clock} {}", paint(DIM, what))
        }
        Event::Reloaded { from, to, state, cause, timings, .. } => {
            let (what, times, state) = (paint(GOOD, "reloaded"), times(timings), outcome(*state));
            let cause = reason(*cause);
            writeln!(out, "{clock} {what} {name}  load {from} -> {to}  {times}; {state}{cause}")
        }
        Event::Failed { path, error, trust: Some(trust), .. }
            if matches!(trust.decision, TrustDecision::Refused(_) | TrustDecision::Denied(_)) =>
        {
            writeln!(out, "{clock} {} {name}", paint(BAD, "refused"))?;
            Problem::of_error(error, path).write(out)
        }
        Event::Failed { path, step, error, .. } => {
            let what = match step {
                Step::Stage if left == Left::Running => "was not reloaded",
                Step::Stage => "did not start",
                Step::Check => "was refused",
                Step::Commit => "could not be committed",
            };
            writeln!(out, "{clock} {} {name} {what}", paint(BAD, "failed"))?;
            Problem::of_error(error, path).write(out)
        }
        Event::Drained { generation, waited, .. } => {
            let waited = human(*waited);
            writeln!(out, "{clock} drained {name}  load {generation} closed after {waited}")
        }
        Event::Unloading { .. } => {
            writeln!(out, "{clock} {}", paint(DIM, format!("unloading {bundle}")))
        }
        Event::Unloaded { generation, .. } => {
            writeln!(out, "{clock} {} {name}  load {generation}", paint(WARN, "unloaded"))
        }
        Event::Pinned { generation, reason, .. } => {
            let (what, why) = (paint(WARN, "pinned"), pinned(reason));
            writeln!(out, "{clock} {what} {name}  load {generation} stays open: {why}")
        }
        Event::PinHeld { thread, waited } => {
            let (what, waited) = (paint(WARN, "pin held"), human(*waited));
            writeln!(
                out,
                "{clock} {what}  thread `{thread}` held a pin for {waited}; a commit gave up"
            )
        }
        Event::WatchLost { path, reason } => {
            let (what, path) = (paint(BAD, "watch lost"), shown(path));
            let advice = "end this and begin anew when it is there";
            writeln!(out, "{clock} {what}  {path} is no longer followed: {reason}; {advice}")
        }
        Event::EventsLost { count } => {
            let lost = counted(usize::try_from(*count).unwrap_or(usize::MAX), "event");
            writeln!(out, "{clock} {}  {lost} lost", paint(WARN, "events lost"))
        }
        other => writeln!(out, "{clock} {other:?}"),
    }
}

/// `stage 1.20 ms, commit 340 us, 4.10 ms after the save`.
fn times(timings: &Timings) -> String {
    let steps = format!("stage {}, commit {}", human(timings.stage), human(timings.commit));
    match timings.since_change {
        Some(since) => format!("{steps}, {} after the save was seen", human(since)),
        None => steps,
    }
}

/// `state kept`, and of how many.
fn outcome(state: StateOutcome) -> String {
    match state {
        StateOutcome::None => "no state".to_owned(),
        StateOutcome::Kept { objects, reset: 0 } => {
            format!("state kept ({})", counted(objects as usize, "object"))
        }
        StateOutcome::Kept { objects, reset } => {
            format!("state kept ({}), {reset} made afresh", counted(objects as usize, "object"))
        }
        StateOutcome::Reset => "state reset, as the manifest asks".to_owned(),
    }
}

/// The same in two words, for a place with little room.
pub(crate) fn kept(state: StateOutcome) -> &'static str {
    match state {
        StateOutcome::None => "no state",
        StateOutcome::Kept { .. } => "state kept",
        StateOutcome::Reset => "state reset",
    }
}

fn reason(cause: Cause) -> &'static str {
    match cause {
        Cause::Request => ", on request",
        Cause::Watch => "",
        Cause::Dependency => ", because what it depends on was",
        Cause::Rebuild => ", made anew after it was stopped",
    }
}

fn pinned(reason: &PinReason) -> &str {
    match reason {
        PinReason::CallRunning => "a call is still running in it",
        PinReason::RawPointers => "raw interface pointers were handed out",
        PinReason::KeptBySystem(why) => why,
        _ => "something keeps it",
    }
}

#[cfg(test)]
mod tests {
    use super::{Left, write};
    use polyplug::events::{Cause, Event, StateOutcome, Timings};
    use std::time::Duration;

    #[test]
    fn a_reload_is_told_on_one_line_with_its_times() {
        let event = Event::Reloaded {
            bundle: "steering".into(),
            from: 1,
            to: 2,
            state: StateOutcome::Kept { objects: 3, reset: 0 },
            cause: Cause::Watch,
            timings: Timings {
                stage: Duration::from_micros(1_200),
                commit: Duration::from_micros(340),
                since_change: Some(Duration::from_micros(1_610)),
            },
            trust: None,
        };
        let mut out = anstream::StripStream::new(Vec::new());
        write(&event, Left::Nothing, Duration::from_millis(2_500), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out.into_inner()).unwrap(),
            "    2.500 reloaded steering  load 1 -> 2  stage 1.20 ms, commit 340 us, \
             1.61 ms after the save was seen; state kept (3 objects)\n"
        );
    }
}
