//! What the runtime says of signatures, in a line for each bundle; what to do is told once for all of them.
//! A folder of bundles of an author whom nobody knows yet is no wall of text.

use crate::show::problem::Problem;
use crate::show::style::shown;
use crate::signature_finding::{UNKNOWN_KEY, UNSIGNED, short};
use polyplug::error::RuntimeError;
use polyplug::events::Event;
use polyplug::trust::{Refusal, TrustDecision, TrustRecord};
use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What was told, and what is to be advised.
#[derive(Debug, Default)]
pub(crate) struct SignatureNotes {
    warned: HashSet<(PathBuf, String)>,
    /// Records of the log that were told before the event came that says the same.
    heard: Vec<String>,
    broken: BTreeSet<&'static str>,
    advised: BTreeSet<&'static str>,
}

impl SignatureNotes {
    /// The runtime's error about the bundle in `folder`.
    pub(crate) fn problem(&mut self, error: &RuntimeError, folder: &Path) -> Problem {
        let problem = Problem::of_error(error, folder);
        let RuntimeError::SignatureRejected { reason, .. } = error else { return problem };
        let start = problem.message.strip_suffix(&reason.text).map(str::to_owned);
        match (start, self.shorten(reason)) {
            (Some(start), Some(short)) => Problem { message: start + &short, ..problem },
            _ => problem,
        }
    }

    /// What to warn of a bundle that was let in although its signature does not count, if that was not told.
    pub(crate) fn warning(&mut self, event: &Event) -> Option<Problem> {
        let (Event::Loaded { trust, .. }
        | Event::Reloaded { trust, .. }
        | Event::Failed { trust, .. }) = event
        else {
            return None;
        };
        let TrustRecord { name, path, decision, .. } = trust.as_deref()?;
        let TrustDecision::AcceptedWithWarning(refusal) = decision else { return None };
        let is_heard = self.heard.iter().any(|record| record.ends_with(&refusal.text));
        if !self.warned.insert((path.clone(), refusal.text.clone())) || is_heard {
            return None;
        }
        let path = shown(path);
        let why = self.shorten(refusal).unwrap_or_else(|| refusal.text.clone());
        Some(Problem::plain(format!(
            "bundle `{name}` in {path} would be refused if signatures were required: {why}"
        )))
    }

    /// A record of the log was told, which may be about a signature: a commit can be long in coming.
    pub(crate) fn hear(&mut self, record: &str) {
        self.heard.push(record.to_owned());
    }

    /// Whether a record of the log says what was warned of.
    pub(crate) fn repeats(&self, record: &str) -> bool {
        self.warned.iter().any(|(_, text)| record.ends_with(text))
    }

    /// Writes the warnings of what happened, the other records, and the advice.
    pub(crate) fn write(
        &mut self,
        events: impl IntoIterator<Item = Event>,
        records: impl IntoIterator<Item = String>,
        errors: &mut dyn Write,
    ) -> io::Result<()> {
        for event in events {
            if let Some(warning) = self.warning(&event) {
                warning.write_warning(errors)?;
            }
        }
        for record in records {
            if !self.repeats(&record) {
                Problem::plain(record).write_warning(errors)?;
            }
        }
        self.write_advice(errors)
    }

    /// Writes what to do about what was told since it was last written; nothing twice.
    pub(crate) fn write_advice(&mut self, errors: &mut dyn Write) -> io::Result<()> {
        for rule in std::mem::take(&mut self.broken) {
            if self.advised.insert(rule) {
                Problem::plain(advice(rule)).write_note(errors)?;
            }
        }
        Ok(())
    }

    fn shorten(&mut self, refusal: &Refusal) -> Option<String> {
        let short = short(refusal.code, &refusal.text, refusal.named_key)?;
        self.broken.insert(refusal.code);
        Some(short)
    }
}

fn advice(rule: &str) -> &'static str {
    match rule {
        UNSIGNED => {
            "what is not signed: get it signed from its author, or sign it with `polyplug sign` and a key that \
             is trusted here"
        }
        UNKNOWN_KEY => {
            "what was made with a key that is not trusted: if you know the author, get the public key from \
             there and add it with `polyplug trust add FILE`"
        }
        _ => "`polyplug verify` says more",
    }
}
