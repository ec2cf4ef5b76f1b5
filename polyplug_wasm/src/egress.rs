//! The host's say about requests that bundles send (`wasi:http`).

use http::HeaderMap;
use http::request::Parts;
use std::fmt;

/// Decides about every request of bundles that have the capability `http`.
///
/// It is asked before a name is resolved or anything is sent, once for each request: redirections are
/// not followed, so where one leads is the next request. Addresses that are not public are refused
/// afterwards, whatever it says.
pub trait EgressPolicy: Send + Sync + 'static {
    /// What becomes of a request of `bundle`. Its URI has a scheme, `http` or `https`, and a host.
    ///
    /// Called on the thread that runs the bundle, which waits: a policy that has to look far keeps the
    /// call waiting, and must not call into the bundle.
    fn decide(&self, bundle: &str, request: &Parts) -> Decision;
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub enum Decision {
    /// It is sent with these headers, which take the place of the bundle's own of the same names.
    /// What is added here, such as a key, the bundle never sees.
    Send(HeaderMap),
    /// It is not sent, and the bundle is told that it was denied.
    Refuse,
}

/// Sends what is asked for, as it is.
impl Default for Decision {
    fn default() -> Self {
        Self::Send(HeaderMap::new())
    }
}

/// A closure is a policy.
impl<F: Fn(&str, &Parts) -> Decision + Send + Sync + 'static> EgressPolicy for F {
    fn decide(&self, bundle: &str, request: &Parts) -> Decision {
        self(bundle, request)
    }
}

impl fmt::Debug for dyn EgressPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EgressPolicy")
    }
}
