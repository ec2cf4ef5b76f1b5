//! What a guest writes to standard output and error: passed on in whole lines, so that the lines of
//! bundles that write at the same time stay apart.
//!
//! On a terminal a flush passes on the beginning of a line too: it may be a question. Nothing is written that
//! would wait until somebody reads: a guest waits for that itself, within the time of its call.

use bytes::Bytes;
use parking_lot::Mutex;
#[cfg(unix)]
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::future::Future;
use std::io::{self, IsTerminal, Write};
#[cfg(unix)]
use std::os::fd::AsFd;
use std::pin::Pin;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::AsyncWrite;
use tokio::time::sleep;
use wasmtime_wasi::cli::{self, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

/// The longest line that is held back until it ends. It is also what a guest may write at once.
const LONGEST: usize = 8 * 1024;

/// How many bytes a pipe takes at once that has any room.
const AT_ONCE: usize = if cfg!(target_os = "linux") { 4096 } else { 512 };

/// How often a stream is looked at that has no room.
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// How long the end of a store waits for room.
const LAST_PATIENCE: Duration = Duration::from_millis(100);

/// One of the two streams of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Output,
    Error,
}

impl Stream {
    fn is_terminal(self) -> bool {
        match self {
            Self::Output => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        }
    }

    /// Whether what is written now does not wait until somebody reads.
    #[cfg(unix)]
    fn has_room(self) -> bool {
        match self {
            Self::Output => has_room(&io::stdout()),
            Self::Error => has_room(&io::stderr()),
        }
    }

    /// Not known on this system: writing waits as long as the process itself would.
    #[cfg(not(unix))]
    fn has_room(self) -> bool {
        true
    }
}

#[cfg(unix)]
fn has_room(stream: &dyn AsFd) -> bool {
    let mut polled = [PollFd::from_borrowed_fd(stream.as_fd(), PollFlags::OUT)];
    // Where the system cannot say, writing says what is wrong.
    !matches!(poll(&mut polled, Some(&Timespec::default())), Ok(0))
}

/// Where lines go.
trait Sink: Send {
    /// Takes the first of these bytes and says how many; none if there is no room just now.
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize>;
}

impl Sink for Stream {
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Who waits for room inside of the process has its lock.
        if !self.has_room() {
            return Ok(0);
        }
        match self {
            Self::Output => take_all(*self, &mut io::stdout().lock(), bytes),
            Self::Error => take_all(*self, &mut io::stderr().lock(), bytes),
        }
    }
}

/// Writes as long as there is room: in parts that fit into it where there is any.
fn take_all(stream: Stream, out: &mut dyn Write, bytes: &[u8]) -> io::Result<usize> {
    let mut taken = 0;
    while taken < bytes.len() && stream.has_room() {
        let part = &bytes[taken..][..AT_ONCE.min(bytes.len() - taken)];
        // Lines stay whole where others write as well.
        let whole = part.iter().rposition(|byte| *byte == b'\n').map_or(part.len(), |end| end + 1);
        out.write_all(&part[..whole])?;
        out.flush()?;
        taken += whole;
    }
    Ok(taken)
}

/// One stream of one store.
#[derive(Clone)]
pub(crate) struct Lines {
    shared: Arc<Mutex<Begun>>,
    is_terminal: bool,
}

/// What was written and not passed on yet.
struct Begun {
    bytes: Vec<u8>,
    /// How many of them are to be passed on: lines that have ended. The rest waits for its end.
    due: usize,
    /// Why what was passed on is lost, until the guest was told.
    failure: Option<io::Error>,
    sink: Box<dyn Sink>,
}

impl Lines {
    pub(crate) fn to(stream: Stream) -> Self {
        Self::to_sink(Box::new(stream), stream.is_terminal())
    }

    fn to_sink(sink: Box<dyn Sink>, is_terminal: bool) -> Self {
        let begun = Begun { bytes: Vec::new(), due: 0, failure: None, sink };
        Self { shared: Arc::new(Mutex::new(begun)), is_terminal }
    }

    fn put(&self, bytes: &[u8]) -> io::Result<()> {
        let mut begun = self.shared.lock();
        let before = begun.bytes.len();
        begun.bytes.extend_from_slice(bytes);
        if let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') {
            begun.due = before + end + 1;
        }
        if begun.bytes.len() - begun.due > LONGEST {
            begun.due = begun.bytes.len();
        }
        begun.pass_on();
        begun.told()
    }

    fn flushed(&self) -> io::Result<()> {
        let mut begun = self.shared.lock();
        if self.is_terminal {
            begun.due = begun.bytes.len();
        }
        begun.pass_on();
        begun.told()
    }

    /// How much may be written now; nothing before all lines that have ended were passed on.
    fn room(&self) -> io::Result<usize> {
        let mut begun = self.shared.lock();
        let is_all = begun.pass_on();
        begun.told()?;
        Ok(if is_all { LONGEST } else { 0 })
    }
}

impl Begun {
    /// Passes on what is due, as far as there is room; whether that is all. It is gone even if that fails.
    fn pass_on(&mut self) -> bool {
        while self.due > 0 {
            let taken = match self.sink.take(&self.bytes[..self.due]) {
                Ok(0) => return false,
                Ok(taken) => taken,
                Err(error) => {
                    self.failure = Some(error);
                    self.due
                }
            };
            self.bytes.drain(..taken);
            self.due -= taken;
        }
        true
    }

    fn told(&mut self) -> io::Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }
}

/// A line without its end is passed on as well. A store may go because it waited for room too long already.
impl Drop for Begun {
    fn drop(&mut self) {
        let patience = Instant::now() + LAST_PATIENCE;
        self.due = self.bytes.len();
        while !self.pass_on() && Instant::now() < patience {
            thread::sleep(BETWEEN_LOOKS);
        }
    }
}

impl cli::IsTerminal for Lines {
    fn is_terminal(&self) -> bool {
        self.is_terminal
    }
}

impl StdoutStream for Lines {
    /// For WASI 0.3, which is not served.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.put(&bytes).map_err(failed)
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.flushed().map_err(failed)
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.room().map_err(failed)
    }
}

/// Whoever read the stream is gone, or it cannot be written just now: the guest's write failed.
fn failed(error: io::Error) -> StreamError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => StreamError::Closed,
        _ => StreamError::LastOperationFailed(error.into()),
    }
}

impl Pollable for Lines {
    /// Waits until there is room, which the call's time limit ends as it does every wait.
    fn ready<'a, 'b>(&'a mut self) -> Pin<Box<dyn Future<Output = ()> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async {
            // A failure is the next write's.
            while !self.shared.lock().pass_on() {
                sleep(BETWEEN_LOOKS).await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Lines, Sink};
    use crate::wasi::waiting::Background;
    use parking_lot::Mutex;
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};
    use wasmtime_wasi::p2::Pollable;

    /// Takes everything while it may, and keeps what it took.
    #[derive(Clone, Default)]
    struct Reader {
        arrived: Arc<Mutex<Vec<String>>>,
        is_full: Arc<AtomicBool>,
    }

    impl Sink for Reader {
        fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.is_full.load(Ordering::Relaxed) {
                return Ok(0);
            }
            self.arrived.lock().push(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }
    }

    /// Nobody reads any more.
    struct Gone;

    impl Sink for Gone {
        fn take(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    /// A stream, and what arrived, by writes.
    fn lines(is_terminal: bool) -> (Lines, Arc<Mutex<Vec<String>>>) {
        let reader = Reader::default();
        let arrived = Arc::clone(&reader.arrived);
        (Lines::to_sink(Box::new(reader), is_terminal), arrived)
    }

    #[test]
    fn a_line_is_passed_on_when_it_ends() {
        let (lines, arrived) = lines(false);
        for part in ["one ", "two", "\nthr", "ee\nfour\nfi"] {
            lines.put(part.as_bytes()).unwrap();
            lines.flushed().unwrap();
        }
        assert_eq!(*arrived.lock(), ["one two\n", "three\nfour\n"]);
        drop(lines);
        assert_eq!(arrived.lock().last().unwrap(), "fi");
    }

    #[test]
    fn a_question_is_seen_on_a_terminal() {
        let (lines, arrived) = lines(true);
        lines.put(b"name? ").unwrap();
        assert!(arrived.lock().is_empty());
        lines.flushed().unwrap();
        assert_eq!(*arrived.lock(), ["name? "]);
    }

    #[test]
    fn a_line_without_end_is_not_kept_for_ever() {
        let (lines, arrived) = lines(false);
        for _ in 0..100 {
            lines.put(&[b'a'; 1024]).unwrap();
        }
        let passed: usize = arrived.lock().iter().map(String::len).sum();
        assert!(passed >= 100 * 1024 - LONGEST, "{passed}");
        assert!(lines.shared.lock().bytes.capacity() <= 4 * LONGEST);
    }

    #[test]
    fn a_stream_that_nobody_reads_is_closed() {
        let lines = Lines::to_sink(Box::new(Gone), false);
        assert!(lines.put(b"lost\n").is_err());
        lines.put(b"kept until the line ends").unwrap();
    }

    #[test]
    fn a_stream_without_room_is_waited_for_and_not_written() {
        let reader = Reader::default();
        let mut lines = Lines::to_sink(Box::new(reader.clone()), false);
        reader.is_full.store(true, Ordering::Relaxed);
        lines.put(b"one\ntw").unwrap();
        assert_eq!(lines.room().unwrap(), 0);
        let background = Background::start().unwrap();
        let soon = || Some(Instant::now() + Duration::from_millis(20));
        let error = background.wait(soon(), lines.ready()).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&wasmtime::Trap::Interrupt));
        assert!(reader.arrived.lock().is_empty());
        reader.is_full.store(false, Ordering::Relaxed);
        background.wait(soon(), lines.ready()).unwrap();
        assert_eq!(lines.room().unwrap(), LONGEST);
        assert_eq!(*reader.arrived.lock(), ["one\n"]);
    }
}
