//! The thread that stops scripts which run past their time limit. One per process; it runs while
//! there are VMs with a limit.
//!
//! Nothing is armed while a script runs: a hook would cost more than the script. Each VM has a
//! [`Leash`], whose state says whether a call runs and which. The thread looks at all leashes on its
//! tick; a call that it has seen for longer than the limit is *expired*: from then on it sets the
//! VM's hook again and again, because setting a hook from outside may be overrun by the VM, until
//! the call has left. The hook raises an error that scripts cannot keep ([`hook`]).
//!
//! | state | who leads there |
//! |---|---|
//! | idle | the caller, when the outermost call ends |
//! | running | the caller, when the outermost call begins: one store |
//! | expired | this thread alone, from running, under the leash's mutex |
//!
//! The mutex is held while a hook is set, by the close of the VM, and by a caller that finds itself
//! expired: after that the hook is off and stays off.

use crate::hook;
use crate::state::{Hook, State};
use parking_lot::{Condvar, Mutex};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use std::{io, thread};

/// How often the thread looks while any VM is busy. Half of what a stop may be late is left for the
/// script to notice its hook.
const TICK: Duration = Duration::from_millis(5);
/// How often an expired call's hook is set again.
const REARM: Duration = Duration::from_millis(2);
/// How often it is set again once it has been called: hardly ever. LuaJIT keeps whether a hook runs in
/// the byte that setting one changes, so setting it while it is called can leave it blocked.
const REARM_NOTICED: Duration = Duration::from_millis(200);
/// How long no VM was busy before the thread sleeps until it is woken.
const IDLE_BEFORE_SLEEP: Duration = Duration::from_millis(100);
/// How long an expired call may go on before it is reported as stuck.
const STUCK_AFTER: Duration = Duration::from_millis(1000);
/// A sleeping thread looks by itself this often where the caller's store may be seen late.
const SLEEP_WITHOUT_BARRIER: Duration = Duration::from_millis(20);

const IDLE: u64 = 0;
const RUNNING: u64 = 1;
const EXPIRED: u64 = 2;
const STATE_BITS: u32 = 2;

/// Told when a call could not be stopped, with how long it has been running past its limit.
pub(crate) type OnStuck = Box<dyn Fn(Duration) + Send + Sync>;

/// The time limit of one VM.
pub(crate) struct Leash {
    /// The number of the call, and below it idle, running or expired.
    state: AtomicU64,
    /// Whether the hook was called since the call expired.
    noticed: AtomicBool,
    limit: Duration,
    /// The VM's main thread until the VM is closed.
    vm: Mutex<Option<OpenVm>>,
    on_stuck: OnStuck,
}

struct OpenVm(State);

// SAFETY: the state is used through `set_hook` alone, which any thread may call while the VM is
// open, and the mutex around it keeps the VM open.
unsafe impl Send for OpenVm {}

impl Leash {
    /// Puts the VM with the main thread `state` under the watchdog.
    pub(crate) fn new(limit: Duration, on_stuck: OnStuck) -> Arc<Self> {
        Arc::new(Self {
            state: AtomicU64::new(IDLE),
            noticed: AtomicBool::new(false),
            limit,
            vm: Mutex::new(None),
            on_stuck,
        })
    }

    /// Begins to watch the VM.
    ///
    /// # Errors
    /// The watchdog's thread could not be started.
    pub(crate) fn attach(self: &Arc<Self>, vm: State) -> io::Result<()> {
        *self.vm.lock() = Some(OpenVm(vm));
        WATCHDOG.watch(self)
    }

    /// Ends all watching; called before the VM is closed.
    pub(crate) fn detach(&self) {
        self.vm.lock().take();
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// The outermost call begins.
    #[inline]
    pub(crate) fn start(&self) {
        let call = (self.state.load(Ordering::Relaxed) >> STATE_BITS).wrapping_add(1);
        // Relaxed: the watchdog reads nothing but the state itself.
        self.state.store(call << STATE_BITS | RUNNING, Ordering::Relaxed);
        barrier::light();
        if ASLEEP.load(Ordering::Relaxed) {
            WATCHDOG.wake();
        }
    }

    /// The outermost call has ended: whether it was stopped.
    #[inline]
    pub(crate) fn finish(&self) -> bool {
        let call = self.state.load(Ordering::Relaxed) & !((1 << STATE_BITS) - 1);
        // Acquire: pairs with the release of `expire`, whose hook is taken off below.
        let before = self.state.swap(call | IDLE, Ordering::Acquire);
        before & EXPIRED != 0 && self.take_hook_off()
    }

    /// Whether the call that runs is to be stopped.
    pub(crate) fn is_expired(&self) -> bool {
        self.state.load(Ordering::Relaxed) & EXPIRED != 0
    }

    /// The hook of the expired call was called.
    pub(crate) fn notice(&self) {
        self.noticed.store(true, Ordering::Relaxed);
    }

    #[cold]
    fn take_hook_off(&self) -> bool {
        // Set from here once more: if the watchdog's change and one of the VM were torn, this makes
        // LuaJIT write its dispatch table anew.
        set_hook(self.vm.lock().as_ref(), &[Some(hook::look), None]);
        self.noticed.store(false, Ordering::Relaxed);
        true
    }

    /// Running -> expired, if `seen` still runs.
    fn expire(&self, seen: u64) -> bool {
        let vm = self.vm.lock();
        let expired = seen & !RUNNING | EXPIRED;
        let changed =
            self.state.compare_exchange(seen, expired, Ordering::Release, Ordering::Relaxed);
        if changed.is_ok() {
            set_hook(vm.as_ref(), &[Some(hook::look)]);
        }
        changed.is_ok()
    }

    /// Says that the call goes on past its limit, while the mutex keeps the VM and its host open.
    fn report_stuck(&self, late: Duration) {
        let vm = self.vm.lock();
        if vm.is_some() {
            (self.on_stuck)(late);
        }
    }

    /// Sets the hook once more, if the call that expired as `seen` still runs, and returns whether it
    /// does. Off first: what LuaJIT takes for set already, it does not set again.
    fn rearm(&self, seen: u64) -> bool {
        let vm = self.vm.lock();
        let still = self.state.load(Ordering::Relaxed) == (seen & !RUNNING | EXPIRED);
        if still {
            set_hook(vm.as_ref(), &[None, Some(hook::look)]);
        }
        still
    }
}

impl Drop for Leash {
    /// A thread that sleeps would not see that nobody needs it any more, and keep the library open.
    fn drop(&mut self) {
        WATCHDOG.wake();
    }
}

/// Sets one hook after the other. The caller holds the mutex that `vm` was taken from.
fn set_hook(vm: Option<&OpenVm>, hooks: &[Option<Hook>]) {
    let Some(OpenVm(vm)) = vm else { return };
    for hook in hooks {
        // SAFETY: the mutex keeps the VM open.
        unsafe { vm.set_hook(*hook) };
    }
}

static ASLEEP: AtomicBool = AtomicBool::new(false);

static WATCHDOG: Watchdog = Watchdog {
    arrivals: Mutex::new(Arrivals { leashes: Vec::new(), thread_runs: false }),
    awake: Mutex::new(true),
    woken: Condvar::new(),
};

struct Watchdog {
    arrivals: Mutex<Arrivals>,
    awake: Mutex<bool>,
    woken: Condvar,
}

/// What the thread has not seen yet, and whether there is a thread.
struct Arrivals {
    leashes: Vec<Weak<Leash>>,
    thread_runs: bool,
}

/// What the thread remembers of a leash between two looks.
struct Seen {
    leash: Weak<Leash>,
    state: u64,
    since: Instant,
    /// When the hook was set last.
    armed: Instant,
    stuck_reported: bool,
}

impl Watchdog {
    fn watch(&'static self, leash: &Arc<Leash>) -> io::Result<()> {
        let mut arrivals = self.arrivals.lock();
        if !arrivals.thread_runs {
            polyplug_utils::spawn_detached("polyplug-lua-watchdog", || self.run())?;
            arrivals.thread_runs = true;
        }
        arrivals.leashes.push(Arc::downgrade(leash));
        drop(arrivals);
        self.wake();
        Ok(())
    }

    #[cold]
    fn wake(&self) {
        *self.awake.lock() = true;
        self.woken.notify_one();
    }

    fn run(&self) {
        let mut seen: Vec<Seen> = Vec::new();
        let mut last_busy = Instant::now();
        loop {
            let now = Instant::now();
            if self.take_arrivals(&mut seen, now) > 0 {
                last_busy = now;
            }
            let next_look = look(&mut seen, now);
            if next_look.is_some() {
                last_busy = now;
            }
            match next_look {
                Some(pause) => thread::sleep(pause),
                None if now - last_busy < IDLE_BEFORE_SLEEP => thread::sleep(TICK),
                None if seen.is_empty() && self.may_end() => return,
                None => self.sleep(&seen),
            }
        }
    }

    /// Adds the new leashes and drops those whose VM is gone; how many are new.
    fn take_arrivals(&self, seen: &mut Vec<Seen>, now: Instant) -> usize {
        seen.retain(|seen| seen.leash.strong_count() > 0);
        let arrivals = std::mem::take(&mut self.arrivals.lock().leashes);
        let count = arrivals.len();
        seen.extend(arrivals.into_iter().map(|leash| Seen {
            leash,
            state: IDLE,
            since: now,
            armed: now,
            stuck_reported: false,
        }));
        count
    }

    /// Whether nobody needs the thread any more; the next leash starts another.
    fn may_end(&self) -> bool {
        let mut arrivals = self.arrivals.lock();
        arrivals.thread_runs = !arrivals.leashes.is_empty();
        !arrivals.thread_runs
    }

    /// Sleeps until a call begins.
    fn sleep(&self, seen: &[Seen]) {
        *self.awake.lock() = false;
        ASLEEP.store(true, Ordering::SeqCst);
        // A call that began before this saw no one asleep, and is seen here.
        let exact = barrier::heavy();
        // So is a VM that went before. Without the lock: the last owner of a leash takes it, who may be here.
        if !self.is_needed(seen) {
            let mut awake = self.awake.lock();
            while !*awake {
                if exact {
                    self.woken.wait(&mut awake);
                } else if self.woken.wait_for(&mut awake, SLEEP_WITHOUT_BARRIER).timed_out() {
                    break;
                }
            }
        }
        ASLEEP.store(false, Ordering::SeqCst);
    }

    /// Whether a call runs, or might: one of a VM that came after the last look is seen in no leash yet. One
    /// that went since then may have been the last.
    fn is_needed(&self, seen: &[Seen]) -> bool {
        let has_arrivals = !self.arrivals.lock().leashes.is_empty();
        let needs = |seen: &Seen| seen.leash.upgrade().is_none_or(|leash| is_busy(&leash));
        has_arrivals || seen.iter().any(needs)
    }
}

fn is_busy(leash: &Leash) -> bool {
    leash.state.load(Ordering::Relaxed) & (RUNNING | EXPIRED) != 0
}

/// Looks at every leash once. When to look again, or `None` if all are idle.
fn look(seen: &mut [Seen], now: Instant) -> Option<Duration> {
    seen.iter_mut().filter_map(|seen| seen.look(now)).min()
}

impl Seen {
    fn look(&mut self, now: Instant) -> Option<Duration> {
        let leash = self.leash.upgrade()?;
        let state = leash.state.load(Ordering::Relaxed);
        if state & EXPIRED != 0 {
            return self.look_at_expired(&leash, now);
        }
        if state & RUNNING == 0 {
            return None;
        }
        if state != self.state {
            // The call began after the look before this one: its time counts from now.
            (self.state, self.since, self.stuck_reported) = (state, now, false);
        }
        let deadline = self.since + leash.limit;
        if now < deadline {
            return Some(TICK.min(deadline - now));
        }
        self.armed = now;
        leash.expire(state).then_some(REARM)
    }

    fn look_at_expired(&mut self, leash: &Leash, now: Instant) -> Option<Duration> {
        let pause = if leash.noticed.load(Ordering::Relaxed) { REARM_NOTICED } else { REARM };
        if now - self.armed >= pause {
            self.armed = now;
            if !leash.rearm(self.state) {
                return None;
            }
        }
        let late = now.saturating_duration_since(self.since + leash.limit);
        if late >= STUCK_AFTER && !self.stuck_reported {
            self.stuck_reported = true;
            leash.report_stuck(late);
        }
        Some(REARM)
    }
}

/// The caller's store of its state, then its look at `ASLEEP`; the watchdog's store of `ASLEEP`, then
/// its look at the states: at least one of the two sees the other.
mod barrier {
    #[cfg(target_os = "linux")]
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Whether [`heavy`] makes [`light`] a full fence.
    #[cfg(target_os = "linux")]
    pub(super) fn heavy() -> bool {
        const PRIVATE_EXPEDITED: libc::c_int = 1 << 3;
        const REGISTER_PRIVATE_EXPEDITED: libc::c_int = 1 << 4;
        static REGISTERED: AtomicBool = AtomicBool::new(false);
        if !REGISTERED.swap(true, Ordering::Relaxed) {
            membarrier(REGISTER_PRIVATE_EXPEDITED);
        }
        membarrier(PRIVATE_EXPEDITED)
    }

    #[cfg(target_os = "linux")]
    fn membarrier(command: libc::c_int) -> bool {
        // SAFETY: membarrier takes integers only and touches no memory of ours.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn heavy() -> bool {
        std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
        true
    }

    #[inline(always)]
    pub(super) fn light() {
        #[cfg(target_os = "linux")]
        std::sync::atomic::compiler_fence(std::sync::atomic::Ordering::SeqCst);
        #[cfg(not(target_os = "linux"))]
        std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests;
