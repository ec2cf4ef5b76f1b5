mod component;
mod encrypted;

use super::sending::Destination;
use super::{Egress, HttpState};
use crate::egress::{Decision, EgressPolicy};
use crate::wasi::waiting::Background;
use ::http::request::Parts;
use ::http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Empty};
use parking_lot::Mutex;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// Lets everything pass and remembers what it was asked.
#[derive(Default)]
struct Open {
    asked: Mutex<Vec<String>>,
}

impl EgressPolicy for Open {
    fn decide(&self, bundle: &str, request: &Parts) -> Decision {
        self.asked.lock().push(format!("{bundle}: {} {}", request.method, request.uri));
        Decision::default()
    }
}

/// A store's part with this policy.
fn store(policy: impl EgressPolicy, has_capability: bool) -> HttpState {
    Egress::of(Arc::new(policy)).state(&"test".into(), has_capability)
}

/// As [`store`], and the floor lets this machine pass.
fn store_on_this_machine(policy: impl EgressPolicy) -> HttpState {
    let mut state = store(policy, true);
    state.hooks.guard.allows = |_| true;
    state
}

fn get(uri: &str) -> Request<WasiBody> {
    let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
    Request::get(uri).body(body).unwrap()
}

fn send(state: &mut HttpState, request: Request<WasiBody>) -> Result<Response<String>, Error> {
    send_with(state, request, RequestOptions::default())
}

fn send_with(
    state: &mut HttpState,
    request: Request<WasiBody>,
    options: RequestOptions,
) -> Result<Response<String>, Error> {
    let background = Background::start().unwrap();
    let nothing = Box::new(async { Ok(()) });
    let sending = state.hooks.send_request(request, Some(options), nothing);
    let deadline = Instant::now() + Duration::from_secs(20);
    let whole = async {
        let (response, connection) = Pin::from(sending).await?;
        let connection = wasmtime_wasi::runtime::spawn(Pin::from(connection));
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        drop(connection);
        Ok(Response::from_parts(parts, String::from_utf8_lossy(&body).into_owned()))
    };
    background.wait(Some(deadline), whole).unwrap()
}

/// A server that answers once with `answer`; what it was sent arrives when it is joined.
fn server(answer: &'static str) -> (SocketAddr, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut part = [0; 1024];
        while !request.ends_with(b"\r\n\r\n") {
            match stream.read(&mut part).unwrap() {
                0 => break,
                count => request.extend_from_slice(&part[..count]),
            }
        }
        stream.write_all(answer.as_bytes()).unwrap();
        // Until the other side goes: an answer may have no end.
        let _ = stream.read(&mut part);
        String::from_utf8(request).unwrap()
    });
    (address, served)
}

const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-kind: greeting\r\n\r\nhello";

#[test]
fn a_request_is_sent_and_answered() {
    let (address, served) = server(HELLO);
    let mut state = store_on_this_machine(Open::default());
    let response = send(&mut state, get(&format!("http://{address}/a/b?c=d"))).unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "hello"));
    assert_eq!(response.headers()["x-kind"], "greeting");
    assert!(served.join().unwrap().starts_with("GET /a/b?c=d HTTP/1.1\r\n"));
}

#[test]
fn nothing_is_sent_without_capability_or_policy() {
    let (address, _) = server(HELLO);
    let uri = format!("http://{address}/");
    let mut without_capability = store(Open::default(), false);
    let mut without_policy = Egress::default().state(&"test".into(), true);
    for state in [&mut without_capability, &mut without_policy] {
        state.hooks.guard.allows = |_| true;
        let error = send(state, get(&uri)).unwrap_err();
        assert!(matches!(error, Error::HttpRequestDenied), "{error:?}");
    }
}

#[test]
fn the_policy_is_asked_about_every_request() {
    let policy = Arc::new(Open::default());
    let seen = Arc::clone(&policy);
    let asking = move |bundle: &str, request: &Parts| policy.decide(bundle, request);
    let mut state = store_on_this_machine(asking);
    let mut asked = Vec::new();
    for path in ["/one", "/two"] {
        let (address, _) = server(HELLO);
        let uri = format!("http://{address}{path}");
        send(&mut state, get(&uri)).unwrap();
        asked.push(format!("test: GET {uri}"));
    }
    assert_eq!(*seen.asked.lock(), asked);
}

#[test]
fn a_request_that_the_policy_refuses_is_not_sent() {
    let mut state = store_on_this_machine(|_: &str, request: &Parts| match request.uri.path() {
        "/secret" => Decision::Refuse,
        _ => Decision::default(),
    });
    let (address, served) = server(HELLO);
    let error = send(&mut state, get(&format!("http://{address}/secret"))).unwrap_err();
    assert!(matches!(error, Error::HttpRequestDenied), "{error:?}");
    send(&mut state, get(&format!("http://{address}/open"))).unwrap();
    assert!(served.join().unwrap().starts_with("GET /open "));
}

#[test]
fn the_policys_headers_take_the_place_of_the_bundles() {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_static("Bearer of-the-host"));
    headers.insert("content-length", HeaderValue::from_static("1000"));
    let mut state =
        store_on_this_machine(move |_: &str, _: &Parts| Decision::Send(headers.clone()));
    let (address, served) = server(HELLO);
    let mut request = get(&format!("http://{address}/"));
    request.headers_mut().insert("authorization", HeaderValue::from_static("mine"));
    request.headers_mut().insert("x-own", HeaderValue::from_static("kept"));
    send(&mut state, request).unwrap();
    let sent = served.join().unwrap();
    assert!(sent.contains("authorization: Bearer of-the-host\r\n"), "{sent}");
    assert!(sent.contains("x-own: kept\r\n"), "{sent}");
    assert!(!sent.contains("mine") && !sent.contains("1000"), "{sent}");
}

#[test]
fn no_request_goes_below_the_floor() {
    let (address, _) = server(HELLO);
    let mut state = store(Open::default(), true);
    let port = address.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        // Other spellings of 127.0.0.1, as systems read them.
        "127.1",
        "0x7f000001",
        "2130706433",
    ] {
        let error = send(&mut state, get(&format!("http://{host}:{port}/"))).unwrap_err();
        let refused = matches!(error, Error::DestinationIpProhibited | Error::DnsError { .. });
        assert!(refused, "{host}: {error:?}");
    }
}

#[test]
fn a_tunnel_is_not_asked_for() {
    let mut state = store_on_this_machine(Open::default());
    let mut request = get("http://example.org/");
    *request.method_mut() = Method::CONNECT;
    let error = send(&mut state, request).unwrap_err();
    assert!(matches!(error, Error::HttpRequestMethodInvalid), "{error:?}");
}

#[test]
fn a_server_that_falls_silent_is_left() {
    let mut state = store_on_this_machine(Open::default());
    let soon = Some(Duration::from_millis(50));
    let options = RequestOptions { between_bytes_timeout: soon, ..RequestOptions::default() };
    let (address, _) = server("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel");
    let error = send_with(&mut state, get(&format!("http://{address}/")), options).unwrap_err();
    assert!(matches!(error, Error::ConnectionReadTimeout), "{error:?}");

    let options = RequestOptions { first_byte_timeout: soon, ..RequestOptions::default() };
    let (address, _) = server("");
    let error = send_with(&mut state, get(&format!("http://{address}/")), options).unwrap_err();
    assert!(matches!(error, Error::ConnectionReadTimeout), "{error:?}");
}

#[test]
fn a_server_that_does_not_encrypt_is_not_talked_to_as_if() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let count = stream.read(&mut request).unwrap();
        stream.write_all(HELLO.as_bytes()).unwrap();
        String::from_utf8_lossy(&request[..count]).into_owned()
    });
    let mut state = store_on_this_machine(Open::default());
    let error = send(&mut state, get(&format!("https://{address}/secret"))).unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error:?}");
    assert!(!served.join().unwrap().contains("secret"));
}

#[test]
fn a_destination_is_read_from_the_uri() {
    let destination = |text: &str| Destination::of(&text.parse::<Uri>().unwrap());
    for (uri, host, port) in [
        ("http://example.org/a", "example.org", 80),
        ("https://example.org/", "example.org", 443),
        ("http://example.org:8080", "example.org", 8080),
        ("http://[2001:db8::1]:81/", "2001:db8::1", 81),
        ("https://[2001:db8::1]/", "2001:db8::1", 443),
    ] {
        let found = destination(uri).unwrap();
        assert_eq!((found.host(), found.port()), (host, port), "{uri}");
    }
    for uri in ["http://user@example.org/", "http://user:word@10.0.0.1/", "/only/a/path"] {
        assert!(matches!(destination(uri), Err(Error::HttpRequestUriInvalid)), "{uri}");
    }
}
