//! What is said about a failure: a code, a text, and where in the component it was.

use crate::limits::{Limits, Refused};
use crate::wording::printable;
use polyplug::guest::{Aftermath, GuestError, GuestRecord};
use polyplug::schema::ValueError;
use polyplug_abi::AbiErrorCode;
use thiserror::Error;
use wasmtime::{PoolConcurrencyLimitError, Trap, WasmBacktrace};

/// The scope of the loader's log records.
pub(crate) const SCOPE: &str = "loader.wasm";

/// Why a component did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u32,
    pub(crate) text: String,
    /// As wasmtime shows it; empty without one.
    backtrace: String,
    /// Nothing has run, because no store of the pool was left.
    pub(crate) pool_is_full: bool,
}

/// A contract that a component called has failed, which ends the component's own call.
#[derive(Debug, Error)]
#[error("{contract} {function}: {message}")]
pub(crate) struct ImportFailed {
    pub(crate) contract: String,
    pub(crate) function: String,
    /// What the contract's provider said.
    pub(crate) code: u32,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(code: AbiErrorCode, text: impl Into<String>) -> Self {
        Self { code: code as u32, text: text.into(), backtrace: String::new(), pool_is_full: false }
    }

    /// What wasmtime said about a call that ended in the middle.
    #[cold]
    pub(crate) fn of(error: &wasmtime::Error, limits: &Limits, refused: Option<Refused>) -> Self {
        let mut failure = Self::new(AbiErrorCode::Generic, printable(reasons(error)));
        failure.pool_is_full = error.is::<PoolConcurrencyLimitError>();
        if let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() {
            failure.backtrace = printable(backtrace.to_string());
        }
        if let Some(import) = error.downcast_ref::<ImportFailed>() {
            failure.code = import.code;
        } else if error.downcast_ref::<ValueError>().is_some() {
            failure.code = AbiErrorCode::ValueInvalid as u32;
        } else if let Some(Trap::Interrupt) = error.downcast_ref::<Trap>() {
            failure.code = AbiErrorCode::TimedOut as u32;
            let limit = limits.call_time.unwrap_or_default().as_millis();
            failure.text = format!("stopped after its time limit of {limit} ms");
        } else if let Some(refused) = refused {
            failure.code = AbiErrorCode::MemoryLimit as u32;
            failure.text = match refused {
                Refused::Memory { limit } => {
                    format!(
                        "not enough memory: the bundle's limit is {limit} bytes ({})",
                        failure.text
                    )
                }
                Refused::Table { limit } => format!(
                    "not enough room in a table: the bundle's limit is {limit} elements ({})",
                    failure.text
                ),
            };
        }
        failure
    }

    /// The text, and the backtrace if there is one.
    pub(crate) fn message(&self) -> String {
        match self.backtrace.trim_end() {
            "" => self.text.clone(),
            backtrace => format!("{}\n{backtrace}", self.text),
        }
    }

    /// As the failure of a function call.
    #[cold]
    pub(crate) fn of_call(&self) -> Box<GuestError> {
        let message = self.message();
        let record = format!("call of a component failed: {message}");
        Box::new(GuestError {
            code: self.code,
            message,
            record: Some(GuestRecord { scope: SCOPE, message: record }),
            aftermath: Aftermath::None,
        })
    }

    /// As the failure of `what`, which is no function of a contract.
    #[cold]
    pub(crate) fn of_step(&self, what: &str) -> Box<GuestError> {
        let message = format!("{what}: {}", self.message());
        let record = Some(GuestRecord { scope: SCOPE, message: message.clone() });
        Box::new(GuestError { code: self.code, message, record, aftermath: Aftermath::None })
    }
}

/// All reasons, the outermost first, without the backtrace, which stands among them.
fn reasons(error: &wasmtime::Error) -> String {
    let backtrace = error.downcast_ref::<WasmBacktrace>().map(WasmBacktrace::to_string);
    let texts = error.chain().map(ToString::to_string);
    let texts = texts.filter(|text| !backtrace.as_ref().is_some_and(|shown| text.contains(shown)));
    let texts: Vec<String> = texts.collect();
    texts.join(": ")
}
