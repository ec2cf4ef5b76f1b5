//! What the host says about raw calls: for the whole process, or thread by thread.

use crate::core::Core;
use crate::error::RuntimeError;
use crate::raw_callers::RawCaller;
use crate::reload::operation::Quiescence;

/// At this moment no thread of the process is inside a raw native call.
pub(crate) fn quiescent(core: &Core) -> Result<(), RuntimeError> {
    if !core.raw_callers.declare() {
        return Err(RuntimeError::InvalidArgument {
            what: "quiescence",
            problem:
                "threads are attached, and each speaks for itself: call `thread_quiescent` on \
                      every attached thread instead"
                    .to_owned(),
        });
    }
    core.worker.wake_for_drain(core);
    Ok(())
}

/// What a poll that declares quiescence says: for the process, or for its own attached thread.
pub(super) fn quiescent_here(core: &Core) -> Result<(), RuntimeError> {
    match core.thread().raw_caller().is_attached() {
        true => thread_quiescent(core),
        false => quiescent(core),
    }
}

/// Whether native instances whose raw interface was handed out may be adopted now: where threads
/// speak for themselves, a poll speaks for its own thread, and so for all if no other is attached.
pub(super) fn for_adoption(core: &Core, said: Quiescence) -> Quiescence {
    let by_thread = core.raw_callers.by_thread();
    match by_thread && !core.raw_callers.only_this_thread(&core.threads) {
        true => Quiescence::Unknown,
        false => said,
    }
}

/// This thread makes raw calls from now on and speaks for itself. It waits for the end of a commit,
/// which may be adopting what this thread would call into.
pub(crate) fn thread_attach(core: &Core) -> Result<(), RuntimeError> {
    let thread = core.thread();
    // Only a thread that is nowhere can wait for a commit, which waits for calls and pins itself.
    if let Some(within) = thread.inside() {
        return Err(RuntimeError::ReentrantCall {
            operation: "attach",
            within,
            advice: "attach when the thread begins",
        });
    }
    if thread.raw_caller().is_attached() {
        return Err(attachment("it is attached already"));
    }
    core.gate.pin(&thread.record);
    core.raw_callers.attach(thread);
    core.gate.unpin(&thread.record);
    Ok(())
}

/// At this moment this thread keeps no function pointer that it read from an interface.
pub(crate) fn thread_quiescent(core: &Core) -> Result<(), RuntimeError> {
    let thread = core.thread();
    if !thread.raw_caller().is_attached() {
        return Err(attachment("it is not attached; call `thread_attach` first"));
    }
    thread.set_raw_caller(core.raw_callers.quiescent());
    core.worker.wake_for_drain(core);
    Ok(())
}

/// This thread makes no raw calls any more.
pub(crate) fn thread_detach(core: &Core) -> Result<(), RuntimeError> {
    let thread = core.thread();
    if !thread.raw_caller().is_attached() {
        return Err(attachment("it is not attached"));
    }
    thread.set_raw_caller(RawCaller::DETACHED);
    core.worker.wake_for_drain(core);
    Ok(())
}

fn attachment(problem: &str) -> RuntimeError {
    RuntimeError::InvalidArgument { what: "thread", problem: problem.to_owned() }
}
