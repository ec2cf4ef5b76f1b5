//! Calls: from an interface pointer to the code of the present generation.
//!
//! | file | what |
//! |---|---|
//! | `guard` | enters a generation (and its VM lock) and leaves it again |
//! | `call` | the guarded call of any contract |
//! | `instance` | constructors and destructors |
//! | `trampoline` | the C functions that slots point at |
//! | `origin` | which function a failure came from |

pub(crate) mod call;
pub(crate) mod guard;
pub(crate) mod instance;
pub(crate) mod origin;
pub(crate) mod trampoline;

pub use origin::CallOrigin;

use crate::guest::{Aftermath, GuestError};
use guard::Guard;
use polyplug_abi::{AbiErrorCode, LogLevel};

/// Why a call failed: a code and a message for whoever called.
///
/// It prints with what failed and the code; [`CallError::text`] is the same without the code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallError {
    /// An `AbiErrorCode`, or a plugin's own from 256 on.
    pub code: u32,
    /// What went wrong, for a person: if a function ran, in its own words.
    pub message: String,
    /// The function that said so; `None` if none was called.
    pub origin: Option<Box<CallOrigin>>,
}

impl CallError {
    #[cold]
    pub(crate) fn new(code: AbiErrorCode, message: impl Into<String>) -> Box<Self> {
        Self::from_code(code as u32, message.into())
    }

    #[cold]
    pub(crate) fn from_code(code: u32, message: String) -> Box<Self> {
        Box::new(Self { code, message, origin: None })
    }

    /// The message, behind the function that it came from.
    pub fn text(&self) -> String {
        match &self.origin {
            Some(origin) => origin.before(&self.message),
            None => self.message.clone(),
        }
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match AbiErrorCode::from_u32(self.code) {
            Some(code) => write!(f, "{} ({code:?})", self.text()),
            None => write!(f, "{} (code {})", self.text(), self.code),
        }
    }
}

impl std::error::Error for CallError {}

/// Leaves the guest's lock after its failure, then logs its record, asks for a rebuild if need be, and
/// keeps what the caller is told. The guard itself is left last: it is what keeps a runtime that is
/// being destroyed from going under this call.
#[cold]
fn settle(mut guard: Guard<'_>, error: GuestError) -> Box<CallError> {
    let (core, bundle, number) = (guard.core, guard.bundle, guard.generation().number);
    let origin = guard.origin();
    let rebuild = error.aftermath == Aftermath::Rebuild && guard.generation().breaks();
    guard.leave_lock();
    if let Some(record) = &error.record {
        core.log(LogLevel::Error, record.scope, &record.message);
    }
    if rebuild {
        core.worker.rebuild(bundle, number);
    }
    Box::new(CallError { code: error.code, message: error.message, origin })
}
