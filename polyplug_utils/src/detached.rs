//! Threads that nobody joins, and the library that they run in.

use std::cell::Cell;
use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a new thread is waited for. It runs within microseconds, or when a busy machine lets it. Inside
/// of a library's constructor some systems let no thread begin, and the host must not stand still there.
const BEGINS_WITHIN: Duration = Duration::from_secs(2);

/// Has something to destroy, for which a system keeps the library of a thread.
struct Kept(Cell<bool>);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

thread_local! {
    static KEPT: Kept = const { Kept(Cell::new(false)) };
}

/// Starts a thread that nobody joins, and returns when it runs, or after two seconds all the same. The caller
/// may hold locks that only `body` takes.
///
/// A library whose thread has values of its own to destroy stays mapped until they are, also if its host
/// closes it. Of a thread that was started and has not run yet the system does not know whose it is; it
/// would begin where no code is any more.
///
/// # Errors
/// The system starts no thread.
pub fn spawn_detached(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let (runs, begun) = mpsc::channel();
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        KEPT.with(|kept| kept.0.set(true));
        // Fails only if nobody waited so long.
        let _ = runs.send(());
        body();
    })?;
    let _ = begun.recv_timeout(BEGINS_WITHIN);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::spawn_detached;
    use std::sync::mpsc;
    use std::thread;

    #[test]
    fn the_thread_has_its_name_and_does_its_work() {
        let (tell, told) = mpsc::channel();
        let work = move || tell.send(thread::current().name().map(str::to_owned)).unwrap();

        spawn_detached("at work", work).unwrap();

        assert_eq!(told.recv().unwrap().as_deref(), Some("at work"));
    }
}
