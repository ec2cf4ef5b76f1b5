//! `polyplug run`: loads a folder, lists it, and tells every event until Ctrl-C.

use crate::Verdict;
use crate::arguments::RunOptions;
use crate::audit::Audit;
use crate::bindgen::bad;
use crate::bundle_paths;
use crate::list;
use crate::loaders;
use crate::records::is_for_people;
use crate::show::happening::{self, Left};
use crate::show::listing;
use crate::show::problem::Problem;
use crate::show::style::{DIM, paint};
use crate::signature_notes::SignatureNotes;
use crate::trusted_keys::TrustedKeys;
use crossbeam_channel::{Receiver, never, select, tick, unbounded};
use polyplug::error::RuntimeError;
use polyplug::events::Event;
use polyplug::runtime::{BundleInfo, BundleState, ReloadMode, Runtime};
use polyplug::trust::{TrustDecision, TrustRecord};
use polyplug_abi::LogLevel;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long an event may take that follows on what was logged.
const MOMENT: Duration = Duration::from_millis(20);

/// How many events may happen while one is told, without a gap in the audit.
const AUDITED: usize = 1 << 16;

/// A running folder.
struct Running {
    runtime: Arc<Runtime>,
    events: Receiver<Event>,
    records: Receiver<(LogLevel, String)>,
    start: Instant,
    /// The failures that were told, which the runtime logs too.
    told: HashSet<String>,
    /// Where events are written to that are told at polls only otherwise.
    audit: Option<Arc<Audit>>,
    /// What was said of signatures, which the runtime logs too.
    notes: SignatureNotes,
    /// The warnings that were written: a manifest is read again for every save.
    warned: HashSet<String>,
}

/// Runs the subcommand.
pub(crate) fn run(options: &RunOptions, out: &mut dyn Write) -> io::Result<Verdict> {
    if let Err(problem) = bundle_paths::check_folder(&options.dir) {
        return bad(&problem);
    }
    let keys = match options.signatures.keys() {
        Ok(keys) => keys,
        Err(problem) => return bad(&problem),
    };
    let audit = match open_audit(options, &keys) {
        Ok(audit) => audit,
        Err(problem) => return bad(&problem),
    };
    let verdict = run_audited(options, &keys, audit.clone(), out)?;
    // Who relies on the audit does not read what was warned of.
    let has_gap = audit.is_some_and(|audit| audit.has_gap());
    Ok(if has_gap { Verdict::Bad } else { verdict })
}

fn run_audited(
    options: &RunOptions,
    keys: &TrustedKeys,
    audit: Option<Arc<Audit>>,
    out: &mut dyn Write,
) -> io::Result<Verdict> {
    let mut running = match start(options, keys, audit) {
        Ok(running) => running,
        Err(error) => {
            Problem::of_error(&error, &options.dir).write(&mut anstream::stderr())?;
            return Ok(Verdict::Bad);
        }
    };
    if options.watch {
        return running.follow(options, out);
    }
    let report = match running.runtime.load_folder(&options.dir) {
        Ok(report) => report,
        Err(error) => {
            Problem::of_error(&error, &options.dir).write(&mut anstream::stderr())?;
            return Ok(Verdict::Bad);
        }
    };
    list::write_tree(&options.dir, &running.runtime, &report, out)?;
    out.flush()?;
    let errors = &mut anstream::stderr();
    list::write_failures(&report, &mut running.notes, errors)?;
    running.notes.write(running.events.try_iter(), [], errors)?;
    running.told = report.failed.iter().map(|failed| failed.error.to_string()).collect();
    while let Ok(record) = running.records.try_recv() {
        running.write_record(record, errors)?;
    }
    Ok(list::verdict(&report))
}

fn open_audit(options: &RunOptions, keys: &TrustedKeys) -> Result<Option<Arc<Audit>>, String> {
    let policy = options.signatures.policy();
    let others = options.signatures.files();
    let open = |path: &PathBuf| Audit::open(path, &options.dir, &others, keys, policy);
    Ok(options.audit.as_ref().map(open).transpose()?.map(Arc::new))
}

fn start(
    options: &RunOptions,
    keys: &TrustedKeys,
    audit: Option<Arc<Audit>>,
) -> Result<Running, RuntimeError> {
    let (send, records) = unbounded();
    let logger = move |level: LogLevel, scope: &str, message: &str| {
        if is_for_people(level, scope) {
            let _ = send.send((level, format!("{scope}: {message}")));
        }
    };
    let mode = match options.poll_ms {
        Some(_) => ReloadMode::OnPoll,
        None => ReloadMode::Immediate,
    };
    let builder = options.granting.apply(loaders::builder());
    let builder = options.signatures.apply(builder, keys);
    let mut builder = builder.logger(logger).reload_mode(mode).watch(options.watch);
    if options.watch {
        builder = builder.plugin_dir(&options.dir);
    }
    let mut audit = audit;
    if let Some(audit) = audit.take_if(|_| mode == ReloadMode::Immediate) {
        builder = builder.on_reload(move |event| audit.record(event));
    }
    if audit.is_some() {
        builder = builder.event_capacity(AUDITED);
    }
    if let Some(compatibility) = options.strictness.compatibility() {
        builder = builder.compatibility(compatibility);
    }
    let start = Instant::now();
    let mut events = None;
    let runtime = builder.build_with(|runtime| events = Some(runtime.events()))?;
    let events = events.unwrap_or_else(never);
    let (told, notes, warned) = (HashSet::new(), SignatureNotes::default(), HashSet::new());
    Ok(Running { runtime, events, records, start, told, audit, notes, warned })
}

impl Running {
    /// Tells what happens until Ctrl-C.
    fn follow(&mut self, options: &RunOptions, out: &mut dyn Write) -> io::Result<Verdict> {
        let interrupted = interruption()?;
        let polls = options.poll_ms.map_or_else(never, |ms| tick(Duration::from_millis(ms)));
        let mut failures = Vec::new();
        while let Ok(event) = self.events.try_recv() {
            match self.repeats_circle(&event) {
                true => self.audit(&event),
                false => self.write_event(&event, Left::Nothing, out)?,
            }
            if let Event::Failed { bundle, path, .. } = event {
                failures.push((bundle, path));
            }
        }
        let bundles = self.runtime.bundles();
        // A save may have mended one meanwhile.
        failures.retain(|(_, path)| {
            let mut loaded = bundles.iter().filter(|one| one.state == BundleState::Loaded);
            loaded.all(|one| one.path != *path)
        });
        failures.sort();
        failures.dedup();
        let failed: Vec<_> = failures.iter().map(|(name, path)| (&**name, &**path)).collect();
        writeln!(out)?;
        listing::write_folder(&options.dir, &bundles, &failed, out)?;
        list::write_hint(bundles.is_empty(), out)?;
        writeln!(out, "\n{}\n", paint(DIM, "following the files; Ctrl-C ends"))?;
        loop {
            out.flush()?;
            select! {
                recv(self.events) -> event => match event {
                    Ok(event) => self.tell(&event, out)?,
                    Err(_) => return Ok(Verdict::Bad),
                },
                recv(self.records) -> record => {
                    if let Ok(record) = record {
                        // A failure is logged before its event is sent, and is told by the event.
                        if let Ok(event) = self.events.recv_timeout(MOMENT) {
                            self.tell(&event, out)?;
                        }
                        while let Ok(event) = self.events.try_recv() {
                            self.tell(&event, out)?;
                        }
                        self.write_record(record, &mut anstream::stderr())?;
                    }
                }
                recv(polls) -> _ => {
                    if let Err(error) = self.runtime.poll() {
                        Problem::plain(error.to_string()).write(&mut anstream::stderr())?;
                    }
                }
                recv(interrupted) -> _ => break,
            }
        }
        while let Ok(event) = self.events.try_recv() {
            self.tell(&event, out)?;
        }
        writeln!(out, "\nstopped after {:.0} s", self.start.elapsed().as_secs_f64())?;
        Ok(Verdict::Good)
    }

    /// Writes an event and, where it changed the listing, what the bundle is now.
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let bundles = self.runtime.bundles();
        let named = bundles.iter().find(|bundle| Some(bundle.name.as_str()) == event.bundle());
        let running = named.filter(|bundle| bundle.state == BundleState::Loaded);
        let left = if running.is_some() { Left::Running } else { Left::Nothing };
        self.write_event(event, left, out)?;
        match (event, running) {
            (Event::Loaded { .. } | Event::Reloaded { .. }, Some(bundle)) => {
                listing::write_bundle(bundle, out)
            }
            (Event::Failed { trust, .. }, Some(bundle)) => {
                let BundleInfo { name, version, generation, .. } = bundle;
                let is_refused =
                    |trust: &TrustRecord| matches!(trust.decision, TrustDecision::Refused(_));
                let runs_on = match trust.as_deref().is_some_and(is_refused) {
                    true => format!(
                        "{name} {version} runs on, load {generation}, as it was signed; the next start would \
                         refuse what is on disk"
                    ),
                    false => format!("{name} runs on, load {generation}"),
                };
                writeln!(out, "{}", paint(DIM, runs_on))
            }
            _ => Ok(()),
        }
    }

    /// Whether an event says of one more bundle of a circle what was told of another: all of the same scan
    /// fail for the same reason.
    fn repeats_circle(&self, event: &Event) -> bool {
        let Event::Failed { error, .. } = event else { return false };
        let is_circle = matches!(**error, RuntimeError::DependencyCycle { .. });
        is_circle && self.told.contains(&error.to_string())
    }

    fn audit(&self, event: &Event) {
        if let Some(audit) = &self.audit {
            audit.record(event);
        }
    }

    fn write_event(&mut self, event: &Event, left: Left, out: &mut dyn Write) -> io::Result<()> {
        self.audit(event);
        if let Event::Failed { error, .. } = event {
            self.told.insert(error.to_string());
        }
        happening::write(event, left, self.start.elapsed(), out)?;
        let errors = &mut anstream::stderr();
        if let Some(warning) = self.notes.warning(event) {
            warning.write_warning(errors)?;
        }
        self.notes.write_advice(errors)
    }

    /// Writes a log record, unless it repeats a failure that was told, or itself.
    fn write_record(
        &mut self,
        (level, record): (LogLevel, String),
        errors: &mut dyn Write,
    ) -> io::Result<()> {
        // News, which may come again.
        if level > LogLevel::Warn {
            return Problem::plain(record).write_note(errors);
        }
        let repeats = self.told.iter().any(|told| record.ends_with(told));
        if repeats || self.notes.repeats(&record) || !self.warned.insert(record.clone()) {
            return Ok(());
        }
        if record.starts_with("trust: ") {
            self.notes.hear(&record);
        }
        Problem::plain(record).write_warning(errors)
    }
}

/// A channel that gets a message when the person, or the system, wants an end.
fn interruption() -> io::Result<Receiver<()>> {
    let (send, interrupted) = unbounded();
    let handler = move || {
        let _ = send.send(());
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)?;
    Ok(interrupted)
}
