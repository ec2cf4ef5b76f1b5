//! What a guest writes to standard output and error: passed on in whole lines, so that the lines of
//! bundles that write at the same time stay apart.
//!
//! On a terminal a flush passes on the beginning of a line too: it may be a question.

use bytes::Bytes;
use parking_lot::Mutex;
use std::future::{self, Future};
use std::io::{self, IsTerminal, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{self, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

/// The longest line that is held back until it ends. It is also what a guest may write at once.
const LONGEST: usize = 8 * 1024;

/// One of the two streams of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Output,
    Error,
}

impl Stream {
    fn write(self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Output => write_through(&mut io::stdout().lock(), bytes),
            Self::Error => write_through(&mut io::stderr().lock(), bytes),
        }
    }

    fn is_terminal(self) -> bool {
        match self {
            Self::Output => io::stdout().is_terminal(),
            Self::Error => io::stderr().is_terminal(),
        }
    }
}

fn write_through(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

/// Where lines go.
type Sink = Box<dyn FnMut(&[u8]) -> io::Result<()> + Send>;

/// One stream of one store.
#[derive(Clone)]
pub(crate) struct Lines {
    shared: Arc<Mutex<Begun>>,
    is_terminal: bool,
}

/// The line that has no end yet.
struct Begun {
    line: Vec<u8>,
    sink: Sink,
}

impl Lines {
    pub(crate) fn to(stream: Stream) -> Self {
        Self::to_sink(Box::new(move |bytes| stream.write(bytes)), stream.is_terminal())
    }

    fn to_sink(sink: Sink, is_terminal: bool) -> Self {
        let begun = Begun { line: Vec::new(), sink };
        Self { shared: Arc::new(Mutex::new(begun)), is_terminal }
    }

    fn put(&self, bytes: &[u8]) -> io::Result<()> {
        let mut begun = self.shared.lock();
        begun.line.extend_from_slice(bytes);
        let ended = begun.line.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let ready = if begun.line.len() - ended > LONGEST { begun.line.len() } else { ended };
        begun.pass_on(ready)
    }

    fn flushed(&self) -> io::Result<()> {
        let mut begun = self.shared.lock();
        let ready = if self.is_terminal { begun.line.len() } else { 0 };
        begun.pass_on(ready)
    }
}

impl Begun {
    /// Passes the first `count` bytes on; they are gone even if that fails.
    fn pass_on(&mut self, count: usize) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        let passed = (self.sink)(&self.line[..count]);
        self.line.drain(..count);
        passed
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let _ = self.pass_on(self.line.len());
    }
}

impl cli::IsTerminal for Lines {
    fn is_terminal(&self) -> bool {
        self.is_terminal
    }
}

impl StdoutStream for Lines {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
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
        Ok(LONGEST)
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
    fn ready<'a, 'b>(&'a mut self) -> Pin<Box<dyn Future<Output = ()> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(future::ready(()))
    }
}

impl AsyncWrite for Lines {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(self.put(bytes).map(|()| bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.flushed())
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.flushed())
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Lines};
    use parking_lot::Mutex;
    use std::io;
    use std::sync::Arc;

    /// A stream, and what arrived, by writes.
    fn lines(is_terminal: bool) -> (Lines, Arc<Mutex<Vec<String>>>) {
        let arrived = Arc::<Mutex<Vec<String>>>::default();
        let sink = Arc::clone(&arrived);
        let sink = Box::new(move |bytes: &[u8]| {
            sink.lock().push(String::from_utf8_lossy(bytes).into_owned());
            Ok(())
        });
        (Lines::to_sink(sink, is_terminal), arrived)
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
        assert!(lines.shared.lock().line.capacity() <= 4 * LONGEST);
    }

    #[test]
    fn a_stream_that_nobody_reads_is_closed() {
        let sink = Box::new(|_: &[u8]| Err(io::ErrorKind::BrokenPipe.into()));
        let lines = Lines::to_sink(sink, false);
        assert!(lines.put(b"lost\n").is_err());
        lines.put(b"kept until the line ends").unwrap();
    }
}
