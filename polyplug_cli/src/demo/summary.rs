//! What a trial has shown: frames, reloads, times, and whether that is good.

use super::game::{Cost, ScoreCard};
use crate::Verdict;
use crate::show::duration::human;
use crate::show::listing::counted;
use crate::show::style::{BAD, GOOD, paint};
use polyplug::events::Timings;
use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

/// What a trial does: changes that must become visible, and broken saves that must not.
const CHANGES: usize = 2;
const BREAKS: u32 = 1;

/// A save that became visible.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Save {
    /// From the save to the end of the first frame that showed it.
    pub(crate) visible_after: Duration,
    /// The runtime's own part of that.
    pub(crate) timings: Timings,
}

impl fmt::Display for Save {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Timings { stage, commit, .. } = self.timings;
        let (visible, stage, commit) = (human(self.visible_after), human(stage), human(commit));
        write!(f, "{visible} from save to visible, of which stage {stage}, commit {commit}")
    }
}

/// The numbers.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) took: Duration,
    pub(crate) saves: Vec<Save>,
    /// Broken saves that the world survived.
    pub(crate) survived: u32,
    /// Frames in which no fish moved.
    pub(crate) still: u32,
    /// Frames in which the fish knew less than before.
    pub(crate) forgotten: u32,
    pub(crate) card: Option<ScoreCard>,
    frames: u32,
    worst: Duration,
    sum: Duration,
    calls: u64,
    in_calls: Duration,
}

impl Summary {
    /// Counts a frame.
    pub(crate) fn frame(&mut self, took: Duration, cost: Cost) {
        self.frames += 1;
        self.worst = self.worst.max(took);
        self.sum += took;
        self.calls += u64::from(cost.calls);
        self.in_calls += cost.in_calls;
    }

    /// Writes the summary.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let frames = self.frames.max(1);
        let (average, worst) = (human(self.sum / frames), human(self.worst));
        let took = human(self.took);
        writeln!(
            out,
            "frames           {} in {took}; average {average}, worst {worst}",
            self.frames
        )?;
        let calls = u32::try_from(self.calls).unwrap_or(u32::MAX).max(1);
        let each = human(self.in_calls / calls);
        writeln!(out, "calls of bundles {}; {each} each", self.calls)?;
        writeln!(out, "reloads          {} of {CHANGES}", self.saves.len())?;
        for save in &self.saves {
            writeln!(out, "                 {save}")?;
        }
        writeln!(out, "failed reloads   {} of {BREAKS} survived", self.survived)?;
        if let Some(card) = self.card {
            writeln!(out, "score            {} points, {} crumbs", card.points, card.eaten)?;
        }
        match self.complaints().as_slice() {
            [] => writeln!(out, "{}", paint(GOOD, "good: every save did what it should")),
            complaints => writeln!(out, "{} {}", paint(BAD, "bad:"), complaints.join("; ")),
        }
    }

    /// Whether everything that should have happened did.
    pub(crate) fn verdict(&self, frames: u32) -> Verdict {
        match self.complaints().is_empty() && self.frames >= frames {
            true => Verdict::Good,
            false => Verdict::Bad,
        }
    }

    fn complaints(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.saves.len() < CHANGES {
            let missing = CHANGES - self.saves.len();
            found.push(format!("{} never became visible", counted(missing, "save")));
        }
        if self.survived < BREAKS {
            found.push("the broken save was not refused".to_owned());
        }
        if self.still > 0 {
            found.push(format!(
                "the world stood still in {}",
                counted(self.still as usize, "frame")
            ));
        }
        if self.forgotten > 0 {
            found.push("the fish forgot what they had eaten".to_owned());
        }
        if self.card.is_none() {
            found.push("the score does not answer".to_owned());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Save, ScoreCard, Summary};
    use crate::Verdict;
    use std::time::Duration;

    fn good() -> Summary {
        let save = Save { visible_after: Duration::from_millis(9), timings: Default::default() };
        let card = Some(ScoreCard::default());
        let mut summary = Summary { saves: vec![save; 2], survived: 1, card, ..Summary::default() };
        summary.frame(Duration::from_micros(300), Default::default());
        summary
    }

    #[test]
    fn a_trial_is_good_if_every_save_did_what_it_should() {
        assert_eq!(good().verdict(1), Verdict::Good);
        assert_eq!(good().verdict(2), Verdict::Bad);
    }

    #[test]
    fn whatever_went_wrong_makes_it_bad() {
        let spoils: [fn(&mut Summary); 5] = [
            |summary| summary.saves.truncate(1),
            |summary| summary.survived = 0,
            |summary| summary.still = 1,
            |summary| summary.forgotten = 1,
            |summary| summary.card = None,
        ];
        for spoil in spoils {
            let mut summary = good();
            spoil(&mut summary);
            assert_eq!(summary.verdict(1), Verdict::Bad);
            let mut out = anstream::StripStream::new(Vec::new());
            summary.write(&mut out).unwrap();
            assert!(String::from_utf8(out.into_inner()).unwrap().contains("bad:"));
        }
    }
}
