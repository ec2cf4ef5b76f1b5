//! Requests: with the capability, a policy that lets them pass, and to public addresses. One that is
//! answered is in the crate's own tests, where the floor can be opened.

use crate::doors::{Doors, config};
use parking_lot::Mutex;
use polyplug_wasm::{Decision, WasmLoader};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::Arc;

/// What the policy was asked.
type Asked = Arc<Mutex<Vec<String>>>;

/// A loader whose policy lets everything pass but `/secret`.
fn loader() -> (WasmLoader, Asked) {
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    let policy = move |bundle: &str, request: &http::request::Parts| {
        seen.lock().push(format!("{bundle}: {} {}", request.method, request.uri));
        match request.uri.path() {
            "/secret" => Decision::Refuse,
            _ => Decision::default(),
        }
    };
    (WasmLoader::new(config()).egress_policy(policy), asked)
}

/// A server that must not be reached.
struct Server(TcpListener);

impl Server {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let reached = self.0.accept();
        assert_eq!(reached.unwrap_err().kind(), ErrorKind::WouldBlock);
    }
}

#[test]
fn without_the_capability_nothing_is_sent() {
    let (loader, asked) = loader();
    let doors = Doors::of(&["network"], loader);
    let refused = doors.open("request", &["http", "example.org", "/"]).unwrap_err();
    assert!(refused.contains("HttpRequestDenied"), "{refused}");
    assert!(asked.lock().is_empty());
}

#[test]
fn without_a_policy_nothing_is_sent() {
    let doors = Doors::with(&["http"]);
    let refused = doors.open("request", &["https", "example.org", "/"]).unwrap_err();
    assert!(refused.contains("HttpRequestDenied"), "{refused}");
}

#[test]
fn what_the_policy_refuses_is_not_sent() {
    let (loader, asked) = loader();
    let doors = Doors::of(&["http"], loader);
    let refused = doors.open("request", &["https", "example.org", "/secret"]).unwrap_err();
    assert!(refused.contains("HttpRequestDenied"), "{refused}");
    assert_eq!(*asked.lock(), ["doors: GET https://example.org/secret"]);
}

#[test]
fn what_the_policy_lets_pass_does_not_go_below_the_floor() {
    let server = Server::open();
    let (loader, asked) = loader();
    let doors = Doors::of(&["http"], loader);
    let hosts = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1"];
    for host in hosts {
        for scheme in ["http", "https"] {
            let host = format!("{host}:{}", server.port());
            let refused = doors.open("request", &[scheme, &host, "/"]).unwrap_err();
            assert!(refused.contains("DestinationIpProhibited"), "{scheme} {host}: {refused}");
        }
    }
    assert_eq!(asked.lock().len(), 2 * hosts.len());
}

#[test]
fn a_scheme_that_is_none_is_refused() {
    let (loader, _) = loader();
    let doors = Doors::of(&["http"], loader);
    for scheme in ["ftp", "file", "unix"] {
        let refused = doors.open("request", &[scheme, "example.org", "/etc/passwd"]);
        assert!(refused.is_err(), "{scheme}: {refused:?}");
    }
}
