//! Requests of bundles: a C program's callback that is asked before one is sent.

use crate::border::{self, Failure};
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Uri};
use polyplug::embedding::Log;
use polyplug::error::printable;
use polyplug_abi::{
    self as abi, EGRESS_SEND, EgressAnswer, EgressRequest, HttpHeader, LogLevel, RuntimeConfig,
    StringView,
};
use polyplug_wasm::{Decision, EgressPolicy, WasmLoader};
use std::ffi::c_void;
use std::ptr;

/// More headers than a request has.
const MOST_HEADERS: usize = 256;

/// What the program says of requests.
pub(crate) struct Egress(Option<Gate>);

/// A C program's callback, and where is told what it does wrong.
struct Gate {
    egress: abi::Egress,
    user_data: *mut c_void,
    log: Log,
}

// SAFETY: the pointer is only handed back to the program, which promises that its callback may be
// called with it on any thread.
unsafe impl Send for Gate {}
// SAFETY: as above.
unsafe impl Sync for Gate {}

impl Egress {
    /// Of a program that sends nothing.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Of a program with this callback, whose records go where `config` says.
    pub(crate) fn of(
        egress: Option<abi::Egress>,
        user_data: *mut c_void,
        config: &RuntimeConfig,
    ) -> Result<Self, Failure> {
        Ok(Self(egress.map(|egress| Gate { egress, user_data, log: Log::of(config) })))
    }

    /// The loader of components that asks it.
    pub(crate) fn loader(self) -> WasmLoader {
        let loader = WasmLoader::default();
        match self.0 {
            Some(gate) => loader.egress_policy(gate),
            None => loader,
        }
    }
}

impl EgressPolicy for Gate {
    fn decide(&self, bundle: &str, request: &Parts) -> Decision {
        let uri = &request.uri;
        // Who compares names need not think of their case.
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        let headers: Vec<HttpHeader> = request.headers.iter().map(layout).collect();
        let shown = EgressRequest {
            struct_size: size_of::<EgressRequest>() as u32,
            port: port(uri),
            bundle: view(bundle.as_bytes()),
            method: view(request.method.as_str().as_bytes()),
            scheme: view(uri.scheme_str().unwrap_or_default().as_bytes()),
            host: view(host.as_bytes()),
            path: view(uri.path_and_query().map_or("/", PathAndQuery::as_str).as_bytes()),
            headers: if headers.is_empty() { ptr::null() } else { headers.as_ptr() },
            header_count: headers.len(),
        };
        let mut answer = EgressAnswer {
            headers: ptr::null(),
            header_count: 0,
            reason: StringView::null(),
            release: None,
            held: ptr::null_mut(),
        };
        // SAFETY: the program's promise for its callback; what is shown lives during the call.
        let said = unsafe { (self.egress)(self.user_data, &raw const shown, &raw mut answer) };
        let answer = Given(answer);
        let decided = match said {
            // SAFETY: the program's promise: what it set can be read until now.
            EGRESS_SEND => unsafe { added(&answer.0) }.map(Decision::Send),
            // SAFETY: as above.
            _ => unsafe { border::viewed("out_answer.reason", answer.0.reason) }.map(|reason| {
                self.tell_reason(bundle, request, reason);
                Decision::Refuse
            }),
        };
        decided.unwrap_or_else(|failure| {
            let problem = failure.message.unwrap_or_default();
            self.tell(LogLevel::Error, bundle, request, &format!("the host's {problem}"));
            Decision::Refuse
        })
    }
}

/// What a program answered, until it was copied.
struct Given(EgressAnswer);

impl Drop for Given {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: the program's promise for its function, which is called once.
            unsafe { release(self.0.held) };
        }
    }
}

impl Gate {
    fn tell_reason(&self, bundle: &str, request: &Parts, reason: Option<&str>) {
        if let Some(reason) = reason {
            self.tell(LogLevel::Warn, bundle, request, reason);
        }
    }

    /// Without what follows a `?`, which may be a secret.
    fn tell(&self, level: LogLevel, bundle: &str, request: &Parts, why: &str) {
        let (method, uri) = (&request.method, &request.uri);
        let (scheme, host) = (uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default());
        let place = printable(&format!("{scheme}://{host}:{}{}", port(uri), uri.path()));
        let record = format!("bundle `{bundle}`: {method} {place} is not sent: {why}");
        self.log.write(level, "wasm", &record);
    }
}

fn port(uri: &Uri) -> u32 {
    let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    uri.port_u16().unwrap_or(default).into()
}

fn layout((name, value): (&HeaderName, &HeaderValue)) -> HttpHeader {
    HttpHeader { name: view(name.as_str().as_bytes()), value: view(value.as_bytes()) }
}

fn view(bytes: &[u8]) -> StringView {
    StringView { ptr: bytes.as_ptr(), len: bytes.len() }
}

/// The headers that a program adds.
///
/// # Safety
/// - What the answer points at is readable, and does not change meanwhile.
unsafe fn added(answer: &EgressAnswer) -> Result<HeaderMap, Failure> {
    const NAME: &str = "out_answer.headers";
    let mut added = HeaderMap::new();
    // SAFETY: the caller's promise.
    let headers = unsafe { border::list(NAME, answer.headers, answer.header_count, MOST_HEADERS) }?;
    for header in headers {
        // SAFETY: the caller's promise.
        let name = unsafe { border::viewed(NAME, header.name) }?.unwrap_or_default();
        // SAFETY: the caller's promise.
        let value = unsafe { border::viewed_bytes(NAME, header.value) }?.unwrap_or_default();
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Failure::argument(NAME, "has a name that no header has"))?;
        let value = HeaderValue::from_bytes(value)
            .map_err(|_| Failure::argument(NAME, format!("has no value that `{name}` can have")))?;
        added.append(name, value);
    }
    Ok(added)
}

#[cfg(test)]
mod tests;
