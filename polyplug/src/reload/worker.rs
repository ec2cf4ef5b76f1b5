//! The runtime's worker: a thread that stages what the watcher saw, commits it where no poll does,
//! and closes what was replaced. It is started when it first has something to do.

use super::drain;
use super::follow::Follower;
use crate::bundle::Bundle;
use crate::core::Core;
use crate::events::{Cause, Delivery, Event};
use crate::watcher::{Batch, WatchSignal};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use parking_lot::Mutex;
use polyplug_abi::BundleId;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The pauses between two scans of the drain.
const SHORTEST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// What the worker is asked to do.
pub(crate) enum Job {
    /// Files of these bundle folders changed.
    Touched(Batch),
    /// These bundle folders are to be looked at again.
    LookAgain(Vec<PathBuf>),
    /// A bundle is to be reloaded.
    Reopen(BundleId, Cause),
    /// The watcher lost a folder.
    Lost(PathBuf, String),
    /// Something waits to be closed.
    Drain,
    Stop,
}

/// The handle to the worker.
pub(crate) struct Worker {
    core: Weak<Core>,
    running: Mutex<Option<Running>>,
}

struct Running {
    jobs: Sender<Job>,
    thread: JoinHandle<()>,
}

impl Worker {
    pub(crate) fn new(core: Weak<Core>) -> Self {
        Self { core, running: Mutex::default() }
    }

    /// Gives the worker a job, starting it if need be.
    pub(crate) fn send(&self, job: Job) {
        let mut running = self.running.lock();
        if running.is_none() {
            let (jobs, received) = unbounded();
            let core = self.core.clone();
            let spawned = std::thread::Builder::new()
                .name("polyplug-worker".to_owned())
                .spawn(move || run(&core, &received));
            match spawned {
                Ok(thread) => *running = Some(Running { jobs, thread }),
                Err(error) => {
                    if let Some(core) = self.core.upgrade() {
                        let message = format!("the worker thread could not be started: {error}");
                        core.logger.error("runtime", &message);
                    }
                    return;
                }
            }
        }
        if let Some(running) = &*running {
            // A worker that has ended has nothing to do any more.
            let _ = running.jobs.send(job);
        }
    }

    /// Where the watcher's thread sends what it saw.
    pub(crate) fn watch_signal(&self, signal: WatchSignal) {
        match signal {
            WatchSignal::Batch(batch) => self.send(Job::Touched(batch)),
            WatchSignal::Lost { root, reason } => self.send(Job::Lost(root, reason)),
        }
    }

    /// The generation of `bundle` was stopped in the middle of a call: make it anew.
    pub(crate) fn rebuild(&self, bundle: &Bundle) {
        self.send(Job::Reopen(bundle.id, Cause::Rebuild));
    }

    /// Something was retired; under `OnPoll` the next poll closes it instead.
    pub(crate) fn wake_for_drain(&self, core: &Core) {
        if !drain::belongs_to_poll(core) && !drain::is_idle(core) {
            self.send(Job::Drain);
        }
    }

    /// Ends the worker and waits for it, unless this is the worker.
    pub(crate) fn stop(&self) {
        let Some(Running { jobs, thread }) = self.running.lock().take() else { return };
        let _ = jobs.send(Job::Stop);
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}

fn run(core: &Weak<Core>, jobs: &Receiver<Job>) {
    let mut follower = Follower::default();
    let mut pause = SHORTEST_PAUSE;
    loop {
        let deadline = follower.next_deadline();
        let job = match core.upgrade() {
            None => return,
            Some(core) => next(jobs, deadline, drain_pause(&core, pause)),
        };
        let Some(core) = core.upgrade() else { return };
        match job {
            Next::Stop => return,
            Next::Job(Job::Stop) => return,
            Next::Job(job) => {
                pause = SHORTEST_PAUSE;
                handle(&core, &mut follower, job);
            }
            Next::Nothing => pause = (pause * 2).min(LONGEST_PAUSE),
        }
        follower.report_due(&core, Instant::now());
        if !drain::belongs_to_poll(&core) && drain::close_drained(&core, Delivery::Worker) > 0 {
            pause = SHORTEST_PAUSE;
        }
    }
}

enum Next {
    Job(Job),
    Nothing,
    Stop,
}

/// Blocks without a limit when there is nothing to drain and nothing to report.
fn next(jobs: &Receiver<Job>, deadline: Option<Instant>, pause: Option<Duration>) -> Next {
    let until = match (deadline, pause.map(|pause| Instant::now() + pause)) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let received = match until {
        None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(until) => jobs.recv_deadline(until),
    };
    match received {
        Ok(job) => Next::Job(job),
        Err(RecvTimeoutError::Timeout) => Next::Nothing,
        Err(RecvTimeoutError::Disconnected) => Next::Stop,
    }
}

fn drain_pause(core: &Core, pause: Duration) -> Option<Duration> {
    (!drain::belongs_to_poll(core) && !drain::is_idle(core)).then_some(pause)
}

fn handle(core: &Arc<Core>, follower: &mut Follower, job: Job) {
    match job {
        Job::Touched(batch) => follower.touched(core, &batch),
        Job::LookAgain(folders) => follower.look_again(core, folders),
        Job::Reopen(bundle, cause) => follower.reopen(core, bundle, cause),
        Job::Lost(path, reason) => {
            core.events.emit(core, Event::WatchLost { path, reason }, Delivery::Worker);
        }
        Job::Drain | Job::Stop => {}
    }
}
