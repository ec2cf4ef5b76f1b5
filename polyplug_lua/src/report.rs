//! What is said about a failure: the error's value becomes a code, a text, a traceback and a place.

use crate::context::Context;
use crate::sources::Sources;
use crate::state::{Kind, State, Status};
use crate::traceback::Traceback;
use polyplug::error::{LoaderError, SourcePlace};
use polyplug::guest::{Aftermath, GuestError, GuestRecord};
use polyplug_abi::{AbiErrorCode, ERROR_FIRST_OF_PLUGINS};
use std::time::Duration;

/// The scope of the loader's log records.
pub(crate) const SCOPE: &str = "loader.lua";

/// LuaJIT's own message for an allocation that failed.
pub(crate) const NOT_ENOUGH_MEMORY: &str = "not enough memory";

/// Why Lua code did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u32,
    pub(crate) text: String,
    pub(crate) traceback: String,
    pub(crate) place: Option<SourcePlace>,
    pub(crate) aftermath: Aftermath,
}

impl Failure {
    pub(crate) fn new(code: AbiErrorCode, text: impl Into<String>) -> Self {
        Self {
            code: code as u32,
            text: text.into(),
            traceback: String::new(),
            place: None,
            aftermath: Aftermath::None,
        }
    }

    /// Takes the error's value from the stack of `state`, where a protected call left it.
    pub(crate) fn take(state: State, status: Status) -> Self {
        let context = Context::of(&state);
        let written_down = context.traceback.take();
        let mut failure = describe(state);
        state.pop(1);
        failure.recorded(&written_down, context);
        let out_of_memory = status == Status::Memory || failure.text.ends_with(NOT_ENOUGH_MEMORY);
        if out_of_memory && context.memory.take_refused() {
            failure.code = AbiErrorCode::MemoryLimit as u32;
            if let Some(limit) = context.memory.limit() {
                failure.text = format!("{NOT_ENOUGH_MEMORY}: the bundle's limit is {limit} bytes");
            }
        }
        failure
    }

    /// A call that was stopped; the hook that stopped it wrote the traceback down.
    pub(crate) fn timed_out(context: &Context, limit: Duration, aftermath: Aftermath) -> Self {
        let text = format!("stopped after its time limit of {} ms", limit.as_millis());
        let mut failure = Self { aftermath, ..Self::new(AbiErrorCode::TimedOut, text) };
        failure.recorded(&context.traceback.take(), context);
        failure
    }

    /// What a function said that returned `{ code = .., message = .. }`.
    pub(crate) fn returned(code: u32, message: Option<String>) -> Self {
        let text = message.unwrap_or_else(|| format!("returned error code {code}"));
        Self { code, ..Self::new(AbiErrorCode::Generic, text) }
    }

    /// `text`, and the traceback if there is one.
    pub(crate) fn message(&self) -> String {
        if self.traceback.is_empty() {
            return self.text.clone();
        }
        format!("{}\nstack traceback:{}", self.text, self.traceback)
    }

    /// As the failure of a function call.
    pub(crate) fn of_call(self) -> Box<GuestError> {
        let message = self.message();
        let record = format!("Lua function call failed: {message}");
        Box::new(GuestError {
            code: self.code,
            message,
            record: Some(GuestRecord { scope: SCOPE, message: record }),
            aftermath: self.aftermath,
        })
    }

    /// As the failure of `what`, which is no function of a contract.
    pub(crate) fn of_step(self, what: &str) -> Box<GuestError> {
        let message = format!("{what}: {}", self.message());
        let record = Some(GuestRecord { scope: SCOPE, message: message.clone() });
        Box::new(GuestError { code: self.code, message, record, aftermath: self.aftermath })
    }

    /// As the reason why a bundle did not start.
    pub(crate) fn of_start(self, sources: &Sources) -> LoaderError {
        let error = self.message();
        sources.init_failed(error, self.place)
    }

    fn recorded(&mut self, written_down: &Traceback, context: &Context) {
        written_down.text().clone_into(&mut self.traceback);
        let place = stated_place(&self.text).or(written_down.place());
        self.place = place.and_then(|(chunk, line)| context.sources.place(chunk, line));
    }
}

/// The `chunk:line:` that Lua puts in front of a message.
fn stated_place(text: &str) -> Option<(&str, u32)> {
    let (first_line, _) = text.split_once('\n').unwrap_or((text, ""));
    first_line.match_indices(':').find_map(|(colon, _)| {
        let (line, _) = first_line[colon + 1..].split_once(':')?;
        Some((&first_line[..colon], line.parse().ok()?))
    })
}

/// Code and text of the error's value, which is on top.
fn describe(state: State) -> Failure {
    match state.kind(-1) {
        Kind::String => Failure::new(AbiErrorCode::Generic, state.text(-1)),
        Kind::Number => Failure::new(AbiErrorCode::Generic, state.number(-1).to_string()),
        kind @ (Kind::Table | Kind::Userdata | Kind::Cdata) => describe_object(state, kind),
        kind => Failure::new(AbiErrorCode::Generic, described_by_kind(kind)),
    }
}

fn described_by_kind(kind: Kind) -> String {
    format!("(error object is a {} value)", kind.name())
}

fn describe_object(state: State, kind: Kind) -> Failure {
    let mut failure = Failure::new(AbiErrorCode::Generic, described_by_kind(kind));
    let (mut code, mut text) = (None, None);
    state.push_value(-1);
    let status = state.protect(1, &mut |frame| {
        if kind == Kind::Table {
            frame.get_field(1, c"code");
            code = code_of(*frame, -1);
            frame.get_field(1, c"message");
            if frame.kind(-1) == Kind::String {
                text = Some(frame.text(-1));
            }
        }
        frame.set_top(1);
        if text.is_none() && frame.call_metamethod(1, c"__tostring") {
            text = Some(frame.text(-1));
        }
    });
    if status != Status::Done {
        state.pop(1);
    }
    if let Some(code) = code {
        failure.code = code;
    }
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        failure.text = text;
    }
    failure
}

/// A code that belongs to plugins, at `index`.
fn code_of(state: State, index: i32) -> Option<u32> {
    let code = whole_number(state, index)?;
    (code >= ERROR_FIRST_OF_PLUGINS).then_some(code)
}

/// The number at `index`, if it is one that a `u32` can hold.
pub(crate) fn whole_number(state: State, index: i32) -> Option<u32> {
    if state.kind(index) != Kind::Number {
        return None;
    }
    let number = state.number(index);
    let whole = number as u32;
    (f64::from(whole) == number).then_some(whole)
}
