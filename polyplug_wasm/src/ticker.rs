//! The thread that makes time pass for components: it counts an engine's epoch up, and a store whose
//! deadline has come traps at the next loop or call.
//!
//! It runs while a component with a time limit does. A call pays one store at its begin and one at its
//! end; the thread looks at all [`Activity`]s on its tick, and sleeps once none was busy for a while.

use parking_lot::{Condvar, Mutex};
use polyplug::barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};
use wasmtime::EngineWeak;

/// The time between two epochs.
const TICK: Duration = Duration::from_millis(5);
/// How many epochs the thread makes up for at once, where it came late: on a machine with more to do than it
/// can. More would be taken from the time of a call that has only just begun.
const MOST_AT_ONCE: u32 = 8;
/// How long no component was busy before the thread sleeps until it is woken.
const IDLE_BEFORE_SLEEP: Duration = Duration::from_millis(100);

/// How far away the deadline of a call is that has none.
const WITHOUT_END: u64 = 1 << 62;

/// How many epochs a call may see that may take this long. One more than are in the time, because the
/// first may end at once.
pub(crate) fn ticks(time: Option<Duration>) -> u64 {
    let Some(time) = time else { return WITHOUT_END };
    (time.as_nanos().div_ceil(TICK.as_nanos()) as u64).saturating_add(1)
}

/// Whether calls of one generation run. Written by the thread that is inside its lock.
pub(crate) struct Activity {
    /// How many calls are inside of each other.
    depth: AtomicU32,
    ticker: Arc<Ticker>,
}

impl Activity {
    /// A call begins.
    #[inline]
    pub(crate) fn begin(&self) {
        // Relaxed: one thread at a time writes, and the other reads nothing but this.
        self.depth.store(self.depth.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        barrier::light();
        if self.ticker.asleep.load(Ordering::Relaxed) {
            self.ticker.wake();
        }
    }

    /// The call has ended.
    #[inline]
    pub(crate) fn end(&self) {
        self.depth.store(self.depth.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
    }

    /// How many epochs have begun. Of calls that run, none is missed.
    #[inline]
    pub(crate) fn epoch(&self) -> u64 {
        self.ticker.epochs.load(Ordering::Relaxed)
    }

    /// How long it is until `epoch` begins.
    pub(crate) fn time_to(&self, epoch: u64) -> Duration {
        let ticks = epoch.saturating_sub(self.epoch());
        TICK.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX))
    }

    fn is_busy(&self) -> bool {
        self.depth.load(Ordering::Relaxed) != 0
    }
}

/// The thread sees that the generation is gone, and ends with the last.
impl Drop for Activity {
    fn drop(&mut self) {
        self.ticker.wake();
    }
}

/// The ticking of one engine.
pub(crate) struct Ticker {
    engine: EngineWeak,
    /// As many as the engine has counted since the ticker was made.
    epochs: AtomicU64,
    asleep: AtomicBool,
    arrivals: Mutex<Arrivals>,
    awake: Mutex<bool>,
    woken: Condvar,
}

/// What the thread has not seen yet, and whether there is a thread.
struct Arrivals {
    activities: Vec<Weak<Activity>>,
    thread_runs: bool,
}

impl Ticker {
    /// The ticker of `engine`; there is no thread yet.
    pub(crate) fn new(engine: EngineWeak) -> Arc<Self> {
        Arc::new(Self {
            engine,
            epochs: AtomicU64::new(0),
            asleep: AtomicBool::new(false),
            arrivals: Mutex::new(Arrivals { activities: Vec::new(), thread_runs: false }),
            awake: Mutex::new(true),
            woken: Condvar::new(),
        })
    }

    /// The activity of a new generation, for which time passes from now on.
    ///
    /// # Errors
    /// The thread could not be started.
    pub(crate) fn activity(self: &Arc<Self>) -> std::io::Result<Arc<Activity>> {
        let activity = Arc::new(Activity { depth: AtomicU32::new(0), ticker: Arc::clone(self) });
        let mut arrivals = self.arrivals.lock();
        if !arrivals.thread_runs {
            let ticker = Arc::clone(self);
            polyplug_utils::spawn_detached("polyplug-wasm-ticker", move || ticker.run())?;
            arrivals.thread_runs = true;
        }
        arrivals.activities.push(Arc::downgrade(&activity));
        drop(arrivals);
        self.wake();
        Ok(activity)
    }

    #[cold]
    fn wake(&self) {
        *self.awake.lock() = true;
        self.woken.notify_one();
    }

    fn run(&self) {
        let mut seen: Vec<Weak<Activity>> = Vec::new();
        let mut last_busy = Instant::now();
        let mut last_tick = last_busy;
        loop {
            let now = Instant::now();
            if self.take_arrivals(&mut seen) || is_any_busy(&seen) {
                last_busy = now;
            }
            if now - last_busy < IDLE_BEFORE_SLEEP {
                thread::sleep((last_tick + TICK).saturating_duration_since(now));
                let Some(engine) = self.engine.upgrade() else { return };
                let due = ticks_since(&mut last_tick, Instant::now());
                for _ in 0..due {
                    engine.increment_epoch();
                }
                self.epochs.fetch_add(u64::from(due), Ordering::Relaxed);
            } else if seen.is_empty() && self.may_end() {
                return;
            } else {
                self.sleep(&seen);
                last_tick = Instant::now();
            }
        }
    }

    /// Adds what is new and drops what is gone; whether anything is new.
    fn take_arrivals(&self, seen: &mut Vec<Weak<Activity>>) -> bool {
        seen.retain(|seen| seen.strong_count() > 0);
        let arrivals = std::mem::take(&mut self.arrivals.lock().activities);
        let is_new = !arrivals.is_empty();
        seen.extend(arrivals);
        is_new
    }

    /// Whether nobody needs the thread any more; the next activity starts another.
    fn may_end(&self) -> bool {
        let mut arrivals = self.arrivals.lock();
        arrivals.thread_runs = !arrivals.activities.is_empty();
        !arrivals.thread_runs
    }

    /// Sleeps until a call begins.
    fn sleep(&self, seen: &[Weak<Activity>]) {
        *self.awake.lock() = false;
        self.asleep.store(true, Ordering::SeqCst);
        // A call that began before this saw no one asleep, and is seen here.
        barrier::heavy();
        // Without the lock: the last owner of an activity takes it, who may be here.
        if !self.is_needed(seen) {
            let mut awake = self.awake.lock();
            while !*awake {
                self.woken.wait(&mut awake);
            }
        }
        self.asleep.store(false, Ordering::SeqCst);
    }

    /// Whether a call runs, or might: one of a generation that came after the last look is seen in no
    /// activity yet. One that went since then may have been the last.
    fn is_needed(&self, seen: &[Weak<Activity>]) -> bool {
        let is_gone = |seen: &Weak<Activity>| seen.strong_count() == 0;
        let has_arrivals = !self.arrivals.lock().activities.is_empty();
        has_arrivals || seen.iter().any(is_gone) || is_any_busy(seen)
    }
}

/// How many epochs have passed since `last`, which follows them.
fn ticks_since(last: &mut Instant, now: Instant) -> u32 {
    let passed = (now - *last).as_nanos() / TICK.as_nanos();
    let due = u32::try_from(passed).unwrap_or(u32::MAX);
    if due > MOST_AT_ONCE {
        *last = now;
        return MOST_AT_ONCE;
    }
    *last += TICK * due;
    due
}

fn is_any_busy(seen: &[Weak<Activity>]) -> bool {
    seen.iter().filter_map(Weak::upgrade).any(|activity| activity.is_busy())
}

#[cfg(test)]
mod tests {
    use super::{MOST_AT_ONCE, TICK, Ticker, ticks_since};
    use std::sync::Arc;
    use std::time::Instant;
    use wasmtime::Engine;

    #[test]
    fn a_thread_that_comes_late_makes_up_for_it() {
        let begin = Instant::now();
        let mut last = begin;
        assert_eq!(ticks_since(&mut last, begin + TICK / 2), 0);
        assert_eq!(ticks_since(&mut last, begin + TICK * 5 / 2), 2);
        assert_eq!(ticks_since(&mut last, begin + TICK * 3), 1);
        assert_eq!(ticks_since(&mut last, begin + TICK * 1000), MOST_AT_ONCE);
        assert_eq!(ticks_since(&mut last, begin + TICK * 1001), 1);
    }

    #[test]
    fn the_thread_does_not_sleep_over_what_it_has_not_seen() {
        let ticker = Ticker::new(Engine::default().weak());
        // Its thread is somewhere else.
        ticker.arrivals.lock().thread_runs = true;
        assert!(!ticker.is_needed(&[]));
        let activity = ticker.activity().unwrap();
        // Its first call wakes nobody: the thread is not asleep yet.
        activity.begin();
        assert!(ticker.is_needed(&[]));

        let seen = [Arc::downgrade(&activity)];
        ticker.arrivals.lock().activities.clear();
        assert!(ticker.is_needed(&seen));
        activity.end();
        assert!(!ticker.is_needed(&seen));
        drop(activity);
        assert!(ticker.is_needed(&seen));
    }
}
