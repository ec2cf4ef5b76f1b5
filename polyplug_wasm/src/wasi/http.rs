//! `wasi:http`: requests that the host's policy lets pass, to public addresses.
//!
//! The implementation makes a request of what the guest said; who may send it, and to which address,
//! is decided here, and then it is [`sending`]'s.

mod sending;

use super::interfaces::Link;
use super::{HasWasi, WasiState};
use crate::egress::{Decision, EgressPolicy};
use ::http::header::CONTENT_LENGTH;
use ::http::uri::Scheme;
use ::http::{HeaderMap, Method, Request};
use sending::{Destination, Guard, Sent};
use std::future::{self, Future};
use std::sync::Arc;
use wasmtime::component::Resource;
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi_http::p2::bindings::http::outgoing_handler;
use wasmtime_wasi_http::p2::bindings::http::types::{self, ErrorCode};
use wasmtime_wasi_http::p2::types::{HostFutureIncomingResponse, HostOutgoingRequest};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttp, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks,
};

/// The one interface that begins something; it is linked by hand, to begin it where we say.
const HANDLER: &str = "wasi:http/outgoing-handler@0.2.12";

/// What the host says about the requests of one generation.
#[derive(Clone, Default)]
pub(crate) struct Egress {
    policy: Option<Arc<dyn EgressPolicy>>,
}

/// One store's part of `wasi:http`.
pub(super) struct HttpState {
    context: WasiHttpCtx,
    hooks: Hooks,
}

/// Decides about one store's requests.
struct Hooks {
    bundle: Arc<str>,
    /// `None`: nothing is sent, for lack of the capability or of a policy.
    policy: Option<Arc<dyn EgressPolicy>>,
    guard: Guard,
}

impl Egress {
    pub(crate) fn of(policy: Arc<dyn EgressPolicy>) -> Self {
        Self { policy: Some(policy) }
    }

    pub(super) fn state(&self, bundle: &Arc<str>, has_capability: bool) -> HttpState {
        let policy = self.policy.clone().filter(|_| has_capability);
        let hooks = Hooks { bundle: Arc::clone(bundle), policy, guard: Guard::public() };
        HttpState { context: WasiHttpCtx::new(), hooks }
    }
}

impl Hooks {
    /// Where the request goes, if it may be sent; its headers are then the policy's.
    fn pass<B>(&self, request: &mut Request<B>) -> std::result::Result<Destination, Error> {
        let policy = self.policy.as_ref().ok_or(Error::HttpRequestDenied)?;
        // It would make a tunnel through which nothing is looked at.
        if request.method() == Method::CONNECT {
            return Err(Error::HttpRequestMethodInvalid);
        }
        let destination = Destination::of(request.uri())?;
        let (parts, ()) = copied(request).into_parts();
        match policy.decide(&self.bundle, &parts) {
            Decision::Refuse => Err(Error::HttpRequestDenied),
            Decision::Send(headers) => {
                replace(request.headers_mut(), headers);
                Ok(destination)
            }
        }
    }
}

/// What the policy sees of a request: all but the body, which the guest has not written yet.
fn copied<B>(request: &Request<B>) -> Request<()> {
    let mut copy = Request::new(());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// The policy's headers in the place of those of the same names. The length belongs to the body.
fn replace(headers: &mut HeaderMap, policy: HeaderMap) {
    let names: Vec<_> = policy.keys().filter(|name| **name != CONTENT_LENGTH).cloned().collect();
    for name in names {
        headers.remove(&name);
        for value in policy.get_all(&name) {
            headers.append(name.clone(), value.clone());
        }
    }
}

impl WasiHttpHooks for Hooks {
    fn is_supported_scheme(&mut self, scheme: &Scheme) -> bool {
        *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS
    }

    fn send_request(
        &mut self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = std::result::Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = std::result::Result<Sent, Error>> + Send> {
        match self.pass(&mut request) {
            Ok(destination) => {
                let options = options.unwrap_or_default();
                Box::new(sending::send(request, destination, options, self.guard))
            }
            Err(error) => Box::new(future::ready(Err(error))),
        }
    }
}

impl WasiState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let HttpState { context, hooks } = &mut self.http;
        WasiHttpCtxView { hooks, table: &mut self.table, ctx: context }
    }

    /// Begins a request, on the threads of [`Background`].
    ///
    /// [`Background`]: super::waiting::Background
    fn handle(
        &mut self,
        request: Resource<HostOutgoingRequest>,
        options: Option<Resource<RequestOptions>>,
    ) -> Result<std::result::Result<Resource<HostFutureIncomingResponse>, ErrorCode>> {
        let background = Arc::clone(&self.background);
        let mut view = self.http();
        let begin = || outgoing_handler::Host::handle(&mut view, request, options);
        match background.inside(begin) {
            Ok(response) => Ok(Ok(response)),
            Err(error) => types::Host::convert_error_code(&mut view, error).map(Err),
        }
    }
}

/// `wasi:http`.
pub(super) fn interfaces<T: HasWasi>() -> [(&'static str, Link<T>); 2] {
    [
        ("wasi:http/types", |l| {
            let options = types::LinkOptions::default();
            types::add_to_linker::<T, WasiHttp>(l, &options, |t| t.wasi().http())
        }),
        ("wasi:http/outgoing-handler", |l| {
            l.instance(HANDLER)?.func_wrap("handle", |mut store, (request, options)| {
                let store: &mut StoreContextMut<'_, T> = &mut store;
                Ok((store.data_mut().wasi().handle(request, options)?,))
            })
        }),
    ]
}

#[cfg(test)]
mod tests;
