//! The output of commands whose output is an answer, which another program may read.

use std::io::{self, Write};

/// Standard output for the command alone. What bundles write there, by `print` or in whatever other way, goes
/// to standard error from now on.
#[cfg(unix)]
pub(crate) fn stream() -> io::Result<Box<dyn Write>> {
    use std::fs::File;
    use std::os::fd::AsFd;

    let ours = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(Box::new(io::LineWriter::new(anstream::AutoStream::auto(ours))))
}

/// As above, but bundles write among it: here no descriptor stands for the stream.
#[cfg(not(unix))]
pub(crate) fn stream() -> io::Result<Box<dyn Write>> {
    Ok(Box::new(anstream::stdout()))
}
