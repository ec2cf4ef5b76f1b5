//! What a host's threads say about themselves: that a frame ends, and that no raw pointer is held.

use super::{Quiescence, Runtime};
use crate::error::RuntimeError;
use crate::reload::{operation, quiescence};

impl Runtime {
    /// Commits what is staged, runs the callbacks that wait, closes replaced versions that no call is
    /// inside of. Returns how many changes were committed. A game calls this at the frame boundary.
    ///
    /// # Errors
    /// `ReentrantCall`. What is wrong with single changes is told as events.
    pub fn poll(&self) -> Result<u32, RuntimeError> {
        operation::poll(&self.core, Quiescence::Unknown)
    }

    /// As [`Runtime::poll`], and declares that until it returns no thread of the process is inside a raw
    /// native call or keeps a function pointer. On an attached thread it speaks for that thread.
    ///
    /// # Errors
    /// As for [`Runtime::poll`].
    pub fn poll_quiescent(&self) -> Result<u32, RuntimeError> {
        operation::poll(&self.core, Quiescence::Declared)
    }

    /// Declares that at this moment no thread of the process is inside a raw native call or keeps a
    /// function pointer that it read from an interface.
    ///
    /// # Errors
    /// `InvalidArgument` once a thread was attached: from then on each speaks for itself.
    pub fn quiescent(&self) -> Result<(), RuntimeError> {
        quiescence::quiescent(&self.core)
    }

    /// This thread makes raw native calls from now on, and says for itself when it keeps no function
    /// pointer; no statement about the whole process is accepted any more. Threads that make raw
    /// calls attach before their first one. Waits while a commit is being made.
    ///
    /// # Errors
    /// `InvalidArgument` if it is attached already, `ReentrantCall` inside a call, a callback or a pin.
    pub fn thread_attach(&self) -> Result<(), RuntimeError> {
        quiescence::thread_attach(&self.core)
    }

    /// At this moment this thread is inside no raw native call and keeps no function pointer that it
    /// read from an interface.
    ///
    /// # Errors
    /// `InvalidArgument` if it is not attached.
    pub fn thread_quiescent(&self) -> Result<(), RuntimeError> {
        quiescence::thread_quiescent(&self.core)
    }

    /// This thread makes no raw native calls any more. A thread that ends is detached.
    ///
    /// # Errors
    /// `InvalidArgument` if it is not attached.
    pub fn thread_detach(&self) -> Result<(), RuntimeError> {
        quiescence::thread_detach(&self.core)
    }
}
