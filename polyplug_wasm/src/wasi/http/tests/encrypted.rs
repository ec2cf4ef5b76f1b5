//! Requests over TLS, to a server on this machine with a certificate for `127.0.0.1` that it signed itself.
//!
//! Certificate and key were made by `openssl req -new` and `openssl ca -selfsign`, for the years 2000 to 2099.

use super::{HELLO, Open, get, send, store_on_this_machine};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, ServerConnection, Stream};
use wasmtime_wasi_http::Error;

const CERTIFICATE: &[u8] = include_bytes!("certificate.der");
const KEY: &[u8] = include_bytes!("key.der");

/// Roots that know the server.
pub(super) fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CERTIFICATE.into()).unwrap();
    roots
}

/// A server that greets once; what it was asked, if anybody talked to it, arrives when it is joined.
pub(super) fn server() -> (SocketAddr, thread::JoinHandle<Option<String>>) {
    let key = PrivateKeyDer::try_from(KEY).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![CERTIFICATE.into()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = Stream::new(&mut connection, &mut socket);
        let mut request = [0; 1024];
        let count = stream.read(&mut request).ok().filter(|count| *count > 0)?;
        stream.write_all(HELLO.as_bytes()).unwrap();
        Some(String::from_utf8_lossy(&request[..count]).into_owned())
    });
    (address, served)
}

#[test]
fn a_server_that_the_roots_know_is_talked_to() {
    let (address, served) = server();
    let mut state = store_on_this_machine(Open::default());
    state.hooks.guard.roots = roots;
    let response = send(&mut state, get(&format!("https://{address}/a"))).unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "hello"));
    assert!(served.join().unwrap().unwrap().starts_with("GET /a HTTP/1.1\r\n"));
}

#[test]
fn a_server_that_nobody_knows_hears_nothing() {
    let (address, served) = server();
    let mut state = store_on_this_machine(Open::default());
    let error = send(&mut state, get(&format!("https://{address}/a"))).unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error:?}");
    assert_eq!(served.join().unwrap(), None);
}

#[test]
fn a_certificate_of_another_name_does_not_count() {
    let (address, served) = server();
    let mut state = store_on_this_machine(Open::default());
    state.hooks.guard.roots = roots;
    let uri = format!("https://localhost:{}/a", address.port());
    let error = send(&mut state, get(&uri)).unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error:?}");
    assert_eq!(served.join().unwrap(), None);
}
