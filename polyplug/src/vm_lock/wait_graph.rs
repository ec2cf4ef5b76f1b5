//! Who waits for which VM lock: the waits-for graph of one runtime, and the rule that keeps it free
//! of circles.
//!
//! A thread registers before it sleeps, and walks from the lock it wants to the owner, to the lock
//! that the owner waits for, and so on. Owners that wait cannot leave their locks, so the thread whose
//! registration completes a circle sees the whole of it (Coffman, Elphick, Shoshani, "System
//! Deadlocks", ACM Computing Surveys 3(2), 1971: detection with single-unit resources).

#[cfg(test)]
mod search;

use super::{ThreadNumber, VmLock};
use crate::sync::Mutex;

/// The waiting threads of one runtime.
#[derive(Default)]
pub(crate) struct WaitGraph {
    waiting: Mutex<Vec<Waiting>>,
}

struct Waiting {
    thread: ThreadNumber,
    lock: *const VmLock,
    bundle: String,
}

// SAFETY: `lock` is dereferenced only under the mutex, while the thread that registered it is still
// waiting on that very lock, which keeps the lock alive.
unsafe impl Send for WaitGraph {}
// SAFETY: as above; all access goes through the mutex.
unsafe impl Sync for WaitGraph {}

/// Waiting would close a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WouldDeadlock {
    /// The bundle whose lock is wanted.
    pub(crate) wanted: String,
    /// The bundle whose lock the caller holds and the owner of `wanted` waits for.
    pub(crate) held: String,
}

/// A registration; dropping it ends it.
pub(crate) struct Registered<'a> {
    graph: &'a WaitGraph,
    thread: ThreadNumber,
}

impl WaitGraph {
    /// Registers that `thread` is about to sleep until it gets `lock`, the lock of `bundle`.
    pub(crate) fn register(
        &self,
        thread: ThreadNumber,
        lock: &VmLock,
        bundle: &str,
    ) -> Result<Registered<'_>, WouldDeadlock> {
        let mut waiting = self.waiting.lock();
        if let Some(held) = circle(&waiting, thread, lock) {
            return Err(WouldDeadlock { wanted: bundle.to_owned(), held });
        }
        waiting.push(Waiting { thread, lock, bundle: bundle.to_owned() });
        Ok(Registered { graph: self, thread })
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        self.graph.waiting.lock().retain(|entry| entry.thread != self.thread);
    }
}

/// The bundle that the last thread of the circle waits for, if waiting for `lock` closes one.
fn circle(waiting: &[Waiting], thread: ThreadNumber, lock: &VmLock) -> Option<String> {
    let mut owner = lock.owner()?;
    let mut last_wanted = None;
    // Without a circle every step reaches another waiting thread, so there are at most that many.
    for _ in 0..=waiting.len() {
        if owner == thread {
            return last_wanted;
        }
        let next = waiting.iter().find(|entry| entry.thread == owner)?;
        last_wanted = Some(next.bundle.clone());
        // SAFETY: the entry's thread is registered, so it holds its lock's generation open.
        owner = unsafe { &*next.lock }.owner()?;
    }
    None
}
