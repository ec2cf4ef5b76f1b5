//! Waiting for the system on behalf of a guest, never past the end of its call.
//!
//! Time limits stop code that runs; a guest that sleeps, or reads what never comes, runs no code.
//! So everything that may wait does it here. The thread parks itself instead of entering an executor:
//! it may be one of the host's own executor, which forbids that.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::runtime::{Builder, Handle, Runtime};
use wasmtime::Trap;

/// How long ending the threads may take. They only ever move bytes.
const PATIENCE: Duration = Duration::from_secs(1);

/// The one that is running, as long as somebody has it.
static RUNNING: Mutex<Weak<Background>> = Mutex::new(Weak::new());

/// The threads behind timers, files and sockets; they end with the last bundle that has WASI.
pub(crate) struct Background {
    /// Always there, until it is dropped.
    runtime: Option<Runtime>,
}

impl Background {
    /// The one of this process, started if it does not run.
    pub(crate) fn start() -> io::Result<Arc<Self>> {
        let mut running = RUNNING.lock();
        if let Some(running) = running.upgrade() {
            return Ok(running);
        }
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).thread_name("polyplug-wasi").enable_all();
        let started = Arc::new(Self { runtime: Some(builder.build()?) });
        *running = Arc::downgrade(&started);
        Ok(started)
    }

    /// Runs `body` where what it begins in the background belongs to these threads.
    pub(crate) fn inside<T>(&self, body: impl FnOnce() -> T) -> T {
        let _inside = self.runtime.as_ref().map(Runtime::enter);
        body()
    }

    /// Runs `future` to its end on this thread.
    ///
    /// # Errors
    /// `Trap::Interrupt`, as of code that ran too long, if the deadline came first.
    pub(crate) fn wait<F: Future>(
        &self,
        deadline: Option<Instant>,
        future: F,
    ) -> wasmtime::Result<F::Output> {
        self.inside(|| {
            let waker = Waker::from(Arc::new(Parked(thread::current())));
            let mut context = Context::from_waker(&waker);
            let mut future = pin!(future);
            loop {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return Ok(output);
                }
                let Some(deadline) = deadline else {
                    thread::park();
                    continue;
                };
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(Trap::Interrupt.into());
                }
                thread::park_timeout(left);
            }
        })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        // Who is inside of an executor may not wait.
        match Handle::try_current() {
            Ok(_) => runtime.shutdown_background(),
            Err(_) => runtime.shutdown_timeout(PATIENCE),
        }
    }
}

/// Wakes a thread that parked itself.
struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::Background;
    use std::future;
    use std::sync::Arc;
    use std::time::{Duration, Instant};
    use wasmtime::Trap;

    #[test]
    fn what_ends_is_waited_for() {
        let background = Background::start().unwrap();
        let slept = background.wait(None, async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            7
        });
        assert_eq!(slept.unwrap(), 7);
    }

    #[test]
    fn what_never_ends_is_left_at_the_deadline() {
        let background = Background::start().unwrap();
        let start = Instant::now();
        let deadline = start + Duration::from_millis(30);
        let error = background.wait(Some(deadline), future::pending::<()>()).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Trap::Interrupt));
        assert!(Instant::now() >= deadline);
        // What is ready at once is not refused because the time is over.
        assert_eq!(background.wait(Some(start), async { 1 }).unwrap(), 1);
    }

    #[test]
    fn a_thread_of_an_executor_may_wait() {
        let of_host = tokio::runtime::Builder::new_current_thread().build().unwrap();
        of_host.block_on(async {
            let background = Background::start().unwrap();
            let timer = || tokio::time::sleep(Duration::from_millis(5));
            background.wait(None, async { timer().await }).unwrap();
            drop(background);
        });
    }

    #[test]
    fn all_bundles_share_the_threads() {
        let background = Background::start().unwrap();
        assert!(Arc::ptr_eq(&background, &Background::start().unwrap()));
    }
}
