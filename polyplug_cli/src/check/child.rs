//! The dry load as a process: started, listened to, and ended when it takes too long.

use crate::arguments::CheckOptions;
use crate::dry_load::{LOADED, REFUSED};
use anstream::ColorChoice;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is asked whether the process has ended.
const PULSE: Duration = Duration::from_millis(5);

/// How long the rest of its output may take to arrive: a process that it left behind can keep the
/// pipe open for ever.
const REST: Duration = Duration::from_millis(200);

/// How a dry load ended.
#[derive(Debug)]
pub(super) enum End {
    /// The bundle was loaded and unloaded.
    Loaded,
    /// It was refused; the reason has been written.
    Refused,
    /// The process ended without a word.
    Died(ExitStatus),
    /// The process failed after it had said that all was well.
    DiedAfterwards(ExitStatus),
    /// The process did not end in time, and was killed.
    TimedOut,
}

/// Runs the dry load; writes what it wrote.
pub(super) fn dry_load(options: &CheckOptions, out: &mut dyn Write) -> io::Result<End> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("__dry-load");
    if let Some(with) = &options.with {
        command.arg("--with").arg(with);
    }
    command.args(options.granting.arguments());
    options.signatures.add_to(&mut command);
    command.arg("--").arg(&options.bundle);
    if ColorChoice::global() == ColorChoice::Never {
        command.env("NO_COLOR", "1");
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().map(read);
    let deadline = Instant::now() + Duration::from_secs(options.time_limit);
    let mut text = Vec::new();
    let status = wait(&mut child, output.as_ref(), deadline, &mut text)?;
    let text = String::from_utf8_lossy(&text);
    let end = match status {
        None => End::TimedOut,
        Some(_) if text.contains(REFUSED) => End::Refused,
        Some(status) if !text.contains(LOADED) => End::Died(status),
        Some(status) if !status.success() => End::DiedAfterwards(status),
        Some(_) => End::Loaded,
    };
    out.write_all(text.replace(LOADED, "").replace(REFUSED, "").as_bytes())?;
    Ok(end)
}

/// What arrives, read on a thread: no system here reads a pipe for a while only.
fn read(mut output: ChildStdout) -> Receiver<Vec<u8>> {
    let (parts, received) = mpsc::channel();
    thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut part) {
            if parts.send(part[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    received
}

/// Waits for the end; `None` if that did not come by the deadline.
fn wait(
    child: &mut Child,
    output: Option<&Receiver<Vec<u8>>>,
    deadline: Instant,
    text: &mut Vec<u8>,
) -> io::Result<Option<ExitStatus>> {
    let status = loop {
        // Read all the while: a pipe that is full would stop it.
        text.extend(output.into_iter().flat_map(Receiver::try_iter).flatten());
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(PULSE);
    };
    let Some(output) = output else { return Ok(status) };
    loop {
        match output.recv_timeout(REST) {
            Ok(part) => text.extend(part),
            Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => return Ok(status),
        }
    }
}
