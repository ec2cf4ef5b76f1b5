//! `run --audit`: who ran what, as one JSON object a line, each written before the runtime goes on.

mod file;
mod line;

use crate::show::problem::Problem;
use crate::show::style::shown;
use crate::signature_finding::{SignerDetails, hexadecimal};
use crate::trusted_keys::TrustedKeys;
use line::Line;
use polyplug::events::Event;
use polyplug::trust::{SignaturePolicy, TrustDecision, TrustRecord};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The file, and what its lines need.
pub(crate) struct Audit {
    path: PathBuf,
    sink: Mutex<Sink>,
    keys: TrustedKeys,
    policy: SignaturePolicy,
}

struct Sink {
    file: File,
    /// Whether what stands in the file has no line end.
    is_cut: bool,
    /// Lines that could not be written since the last one that was.
    lost: u64,
    /// Whether there ever were any.
    has_gap: bool,
}

impl Audit {
    /// Appends to the file at `path`, which begins with a line about this run of the bundles in `folder`.
    /// None of `others`, with what they are, is the file.
    pub(crate) fn open(
        path: &Path,
        folder: &Path,
        others: &[(&str, PathBuf)],
        keys: &TrustedKeys,
        policy: SignaturePolicy,
    ) -> Result<Self, String> {
        let told = |problem| format!("{}: no audit can be written: {problem}", shown(path));
        let (file, is_cut) = file::open(path, folder, others).map_err(told)?;
        let sink = Mutex::new(Sink { file, is_cut, lost: 0, has_gap: false });
        let audit = Self { path: path.to_owned(), sink, keys: keys.clone(), policy };
        let started = Line { path: Some(whole(folder)), ..audit.line("started") };
        audit.sink().write(&started).map_err(|error| told(error.to_string()))?;
        Ok(audit)
    }

    /// Whether something that happened could not be written.
    pub(crate) fn has_gap(&self) -> bool {
        self.sink().has_gap
    }

    /// Writes what is to be known of an event, if anything is.
    pub(crate) fn record(&self, event: &Event) {
        let Some(line) = self.line_of(event) else { return };
        let mut sink = self.sink();
        sink.has_gap |= matches!(event, Event::EventsLost { .. });
        if let Err(error) = sink.write(&line) {
            sink.lost += 1;
            sink.has_gap = true;
            // Once: the next line that can be written says how many are missing.
            if sink.lost == 1 {
                let told = format!("{}: the audit has a gap: {error}", shown(&self.path));
                let _ = Problem::plain(told).write_warning(&mut anstream::stderr());
            }
        }
    }

    fn sink(&self) -> impl std::ops::DerefMut<Target = Sink> + '_ {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line_of(&self, event: &Event) -> Option<Line> {
        let named = |event: &'static str, bundle: &str| Line {
            bundle: Some(bundle.to_owned()),
            ..self.line(event)
        };
        Some(match event {
            Event::Loaded { bundle, generation, trust, .. } => {
                let line = Line { generation: Some(*generation), ..named("loaded", bundle) };
                self.with_record(line, trust.as_deref())
            }
            Event::Reloaded { bundle, to, trust, .. } => {
                let line = Line { generation: Some(*to), ..named("reloaded", bundle) };
                self.with_record(line, trust.as_deref())
            }
            Event::Failed { bundle, path, error, trust, .. } => {
                let line = Line { path: Some(whole(path)), ..named("failed", bundle) };
                let line = self.with_record(line, trust.as_deref());
                Line { reason: Some(error.to_string()), ..line }
            }
            Event::Unloaded { bundle, generation, .. } => {
                Line { generation: Some(*generation), ..named("unloaded", bundle) }
            }
            Event::EventsLost { count } => lost(self.line("lost"), *count),
            _ => return None,
        })
    }

    /// `line` with what was decided.
    fn with_record(&self, line: Line, record: Option<&TrustRecord>) -> Line {
        let Some(record) = record else { return line };
        let (decision, reason, code) = match &record.decision {
            TrustDecision::Accepted => ("accepted", None, None),
            TrustDecision::AcceptedWithWarning(refusal) => {
                ("accepted-with-warning", Some(&refusal.text), Some(refusal.code))
            }
            TrustDecision::NotChecked => ("not-checked", None, None),
            TrustDecision::Refused(refusal) => ("refused", Some(&refusal.text), Some(refusal.code)),
            TrustDecision::Denied(reason) => ("denied", Some(reason), None),
            _ => ("other", None, None),
        };
        // Of what was not read the record has nothing to say.
        let is_read = !record.loader.is_empty();
        Line {
            event: if matches!(decision, "refused" | "denied") { "refused" } else { line.event },
            version: is_read.then(|| record.version.to_string()),
            loader: is_read.then(|| record.loader.clone()),
            path: line.path.or_else(|| Some(whole(&record.path))),
            digest: record.digest.as_ref().map(hexadecimal),
            signer: record.signer.map(|signer| SignerDetails::new(signer.id, &self.keys)),
            decision: Some(decision),
            code,
            reason: reason.cloned(),
            ..line
        }
    }

    fn line(&self, event: &'static str) -> Line {
        Line::new(
            event,
            match self.policy {
                SignaturePolicy::Off => "off",
                SignaturePolicy::WarnOnly => "warn",
                SignaturePolicy::Required => "required",
            },
        )
    }
}

impl Sink {
    /// Writes a line as a whole, so that several processes can share the file.
    fn write(&mut self, line: &Line) -> io::Result<()> {
        let mut text = String::new();
        // A line that failed may stand there in part.
        if self.is_cut || self.lost > 0 {
            text.push('\n');
        }
        if self.lost > 0 {
            let gap = lost(Line::new("lost", line.policy), self.lost);
            text += &serde_json::to_string(&gap)?;
            text.push('\n');
        }
        text += &serde_json::to_string(line)?;
        text.push('\n');
        self.file.write_all(text.as_bytes())?;
        (self.is_cut, self.lost) = (false, 0);
        Ok(())
    }
}

fn lost(line: Line, count: u64) -> Line {
    Line { reason: Some(format!("{count} events are missing here")), ..line }
}

/// As whoever reads it later finds it.
fn whole(path: &Path) -> String {
    let whole = std::path::absolute(path);
    whole.as_deref().unwrap_or(path).display().to_string()
}
