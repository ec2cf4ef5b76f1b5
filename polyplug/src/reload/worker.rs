//! The runtime's worker: a thread that stages what the watcher saw, commits it where no poll does,
//! and closes what was replaced. It is started when it first has something to do.

use super::drain;
use super::follow::{Follower, KeptOut};
use crate::bundle::Bundle;
use crate::core::Core;
use crate::events::{Cause, Delivery, Event};
use crate::options::ReloadMode;
use crate::watcher::{Batch, WatchSignal};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use parking_lot::Mutex;
use polyplug_abi::{BundleId, LogLevel};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// A poll refused changes because of others.
    KeepOut(KeptOut),
    /// A bundle is to be reloaded.
    Reopen(BundleId, Cause),
    /// This generation of a bundle is to be made anew, if it still runs.
    Rebuild(BundleId, u32),
    /// The watcher lost a folder.
    Lost(PathBuf, String),
    /// What was busy is to be tried again.
    TryAgain,
    /// Somebody may now provide what a bundle lacked.
    RetryWaiting,
    /// Something waits to be closed.
    Drain,
    Stop,
}

/// The handle to the worker.
pub(crate) struct Worker {
    core: Weak<Core>,
    state: Mutex<State>,
    /// A change waits to be tried again.
    is_busy: AtomicBool,
}

enum State {
    /// Nothing was asked of it yet.
    Idle,
    Running(Running),
    /// The runtime is going; jobs are dropped.
    Stopped,
}

struct Running {
    jobs: Sender<Job>,
    thread: JoinHandle<()>,
}

impl Worker {
    pub(crate) fn new(core: Weak<Core>) -> Self {
        Self { core, state: Mutex::new(State::Idle), is_busy: AtomicBool::new(false) }
    }

    /// Gives the worker a job, starting it if need be. After `stop` the job is dropped: the end of
    /// the runtime, which drains and commits by itself, must not start the worker again.
    pub(crate) fn send(&self, job: Job) {
        let mut state = self.state.lock();
        let job = match &*state {
            State::Stopped => return,
            State::Idle => job,
            State::Running(running) => match running.jobs.send(job) {
                Ok(()) => return,
                // It has ended without being told to, by a panic.
                Err(unsent) => unsent.0,
            },
        };
        match Running::start(&self.core, job) {
            Ok(running) => *state = State::Running(running),
            Err(error) => {
                // The logger may be the host's code.
                drop(state);
                if let Some(core) = self.core.upgrade() {
                    let message = format!("the worker thread could not be started: {error}");
                    core.log(LogLevel::Error, "runtime", &message);
                }
            }
        }
    }

    /// Where the watcher's thread sends what it saw.
    pub(crate) fn watch_signal(&self, signal: WatchSignal) {
        match signal {
            WatchSignal::Batch(batch) => self.send(Job::Touched(batch)),
            WatchSignal::Lost { root, reason } => self.send(Job::Lost(root, reason)),
        }
    }

    /// The generation `number` of `bundle` was stopped in the middle of a call: make it anew.
    pub(crate) fn rebuild(&self, bundle: &Bundle, number: u32) {
        self.send(Job::Rebuild(bundle.id, number));
    }

    /// What was busy is tried again, if there is anything.
    pub(crate) fn try_again(&self) {
        if self.is_busy.load(Ordering::Relaxed) {
            self.send(Job::TryAgain);
        }
    }

    /// Something new is provided: bundles of watched folders may have lacked it.
    pub(crate) fn retry_waiting(&self, core: &Core) {
        let roots = core.watching.roots();
        if !roots.is_empty() && !core.writer.lock().failed.waiting_for_provider(&roots).is_empty() {
            self.send(Job::RetryWaiting);
        }
    }

    /// Something was retired; under `OnPoll` the next poll closes it instead.
    pub(crate) fn wake_for_drain(&self, core: &Core) {
        if !drain::belongs_to_poll(core) && !drain::is_idle(core) {
            self.send(Job::Drain);
        }
    }

    /// Ends the worker for good and waits for it, unless this is the worker.
    pub(crate) fn stop(&self) {
        let before = std::mem::replace(&mut *self.state.lock(), State::Stopped);
        let State::Running(Running { jobs, thread }) = before else { return };
        let _ = jobs.send(Job::Stop);
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}

impl Running {
    fn start(core: &Weak<Core>, first: Job) -> std::io::Result<Self> {
        let (jobs, received) = unbounded();
        // The receiver is at hand, so this cannot fail.
        let _ = jobs.send(first);
        let core = core.clone();
        let thread = std::thread::Builder::new()
            .name("polyplug-worker".to_owned())
            .spawn(move || run(&core, &received))?;
        Ok(Self { jobs, thread })
    }
}

fn run(core: &Weak<Core>, jobs: &Receiver<Job>) {
    let mut follower = Follower::default();
    let mut pause = SHORTEST_PAUSE;
    loop {
        // The core is not held while this blocks, so that waiting for a job keeps nothing alive.
        let (deadline, drain) = match core.upgrade() {
            None => return,
            Some(core) => {
                (earlier(follower.next_deadline(), poll_deadline(&core)), drain_pause(&core, pause))
            }
        };
        let job = next(jobs, deadline, drain);
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
        warn_of_forgotten_poll(&core, Instant::now());
        if !drain::belongs_to_poll(&core) && drain::close_drained(&core, Delivery::Worker) > 0 {
            pause = SHORTEST_PAUSE;
        }
    }
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}

/// When a host whose changes wait for its poll is told that it does not poll.
fn poll_deadline(core: &Core) -> Option<Instant> {
    match core.options.mode {
        ReloadMode::OnPoll => core.pending.lock().next_deadline(),
        ReloadMode::Immediate => None,
    }
}

fn warn_of_forgotten_poll(core: &Core, now: Instant) {
    if core.options.mode != ReloadMode::OnPoll {
        return;
    }
    let forgotten = core.pending.lock().forgotten(now);
    if let Some(bundle) = forgotten {
        let why =
            format!("bundle `{bundle}`: a new version waits for poll(); call it once per frame");
        core.log(LogLevel::Warn, "runtime", &why);
    }
}

enum Next {
    Job(Job),
    Nothing,
    Stop,
}

/// Blocks without a limit when there is nothing to drain and nothing to report.
fn next(jobs: &Receiver<Job>, deadline: Option<Instant>, pause: Option<Duration>) -> Next {
    let until = earlier(deadline, pause.map(|pause| Instant::now() + pause));
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
        Job::TryAgain => follower.try_again(core),
        Job::RetryWaiting => follower.retry_waiting(core),
        Job::LookAgain(folders) => follower.look_again(core, folders),
        Job::KeepOut(kept_out) => follower.keep_out(kept_out),
        Job::Reopen(bundle, cause) => follower.reopen(core, bundle, cause),
        Job::Rebuild(bundle, number) => follower.rebuild(core, bundle, number),
        Job::Lost(path, reason) => {
            core.events.emit(core, Event::WatchLost { path, reason }, Delivery::Worker);
        }
        Job::Drain | Job::Stop => {}
    }
    core.worker.is_busy.store(follower.is_busy(), Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::RuntimeBuilder;

    #[test]
    fn a_stopped_worker_is_not_started_again() {
        let runtime = RuntimeBuilder::new().build().unwrap();
        let worker = &runtime.core().worker;
        worker.send(Job::Drain);
        assert!(matches!(*worker.state.lock(), State::Running(_)));
        worker.stop();
        worker.send(Job::Drain);
        assert!(matches!(*worker.state.lock(), State::Stopped));
    }
}
