//! Sends one request: resolves the host, connects to an address of it that is public, and only to
//! that one, so that a name cannot mean one address when it is checked and another when it is used.

use crate::wasi::floor;
use ::http::uri::{PathAndQuery, Scheme};
use ::http::{Request, Response, Uri};
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::client::conn::http1;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use wasmtime_wasi::runtime::spawn;
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// How long it takes at most to resolve a name and to connect, and how long a server may be silent,
/// where the guest sets no times of its own. The guest's call has its own end.
const CONNECT: Duration = Duration::from_secs(30);
const SILENT: Duration = Duration::from_secs(120);

/// What is between a request and its server.
#[derive(Clone, Copy)]
pub(super) struct Guard {
    /// The addresses that may be connected to.
    pub(super) allows: fn(IpAddr) -> bool,
    /// Who may say that a server is the one that it says.
    pub(super) roots: fn() -> RootCertStore,
}

impl Guard {
    /// What is above the floor, and the roots that Mozilla trusts.
    pub(super) fn public() -> Self {
        let roots = || RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
        Self { allows: floor::is_reachable, roots }
    }
}

/// A response, and what moves the bytes of its body.
pub(super) type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// A name or an address, without brackets.
    host: String,
    port: u16,
    is_encrypted: bool,
}

impl Destination {
    /// Where a request to `uri` goes.
    pub(super) fn of(uri: &Uri) -> Result<Self, Error> {
        let is_encrypted = uri.scheme() == Some(&Scheme::HTTPS);
        let authority = uri.authority().ok_or(Error::HttpRequestUriInvalid)?;
        // Who reads it as a text takes the user for the host.
        if authority.as_str().contains('@') {
            return Err(Error::HttpRequestUriInvalid);
        }
        let host = authority.host();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if host.is_empty() {
            return Err(Error::HttpRequestUriInvalid);
        }
        let default = if is_encrypted { 443 } else { 80 };
        let port = authority.port_u16().unwrap_or(default);
        Ok(Self { host: host.to_owned(), port, is_encrypted })
    }

    #[cfg(test)]
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    #[cfg(test)]
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The addresses of it that `allows` lets pass.
    async fn resolve(&self, allows: fn(IpAddr) -> bool) -> Result<Vec<SocketAddr>, Error> {
        let unknown = |_| Error::DnsError { rcode: None, info_code: None };
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> = found.map_err(unknown)?.collect();
        let allowed: Vec<SocketAddr> =
            found.iter().copied().filter(|address| allows(address.ip())).collect();
        match (found.is_empty(), allowed.is_empty()) {
            (true, _) => Err(Error::DestinationNotFound),
            (false, true) => Err(Error::DestinationIpProhibited),
            (false, false) => Ok(allowed),
        }
    }

    async fn connect(&self, allows: fn(IpAddr) -> bool) -> Result<TcpStream, Error> {
        let addresses = self.resolve(allows).await?;
        TcpStream::connect(&addresses[..]).await.map_err(Error::Connect)
    }
}

/// Sends `request` to `destination`.
pub(super) async fn send(
    mut request: Request<WasiBody>,
    destination: Destination,
    options: RequestOptions,
    guard: Guard,
) -> Result<Sent, Error> {
    let limit = options.connect_timeout.unwrap_or(CONNECT);
    let late = |_| Error::ConnectionTimeout;
    let stream = timeout(limit, destination.connect(guard.allows)).await.map_err(late)??;
    // A server is addressed by its path; only a proxy is told the whole.
    let path = request.uri().path_and_query().cloned();
    let path = path.filter(|path| path.as_str().starts_with('/'));
    *request.uri_mut() = path.unwrap_or(PathAndQuery::from_static("/")).into();
    if !destination.is_encrypted {
        return exchange(TokioIo::new(stream), request, options).await;
    }
    let encrypted = encrypt(stream, &destination.host, (guard.roots)());
    let encrypted = timeout(limit, encrypted).await.map_err(late)??;
    exchange(TokioIo::new(encrypted), request, options).await
}

async fn encrypt(
    stream: TcpStream,
    host: &str,
    roots: RootCertStore,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Error> {
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned())?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(Error::Tls)
}

/// One request and its response over `stream`.
async fn exchange<S>(
    stream: S,
    request: Request<WasiBody>,
    options: RequestOptions,
) -> Result<Sent, Error>
where
    S: hyper::rt::Read + hyper::rt::Write + Send + Unpin + 'static,
{
    let (mut sender, connection) = http1::handshake(stream).await?;
    // Ends when it is dropped: with the response, or here where there is none.
    let connection = spawn(connection);
    let silent = options.first_byte_timeout.unwrap_or(SILENT);
    let response = timeout(silent, sender.send_request(request)).await;
    let response = response.map_err(|_| Error::ConnectionReadTimeout)??;
    let limit = options.between_bytes_timeout.unwrap_or(SILENT);
    let response = response.map(|body| Timely::new(body, limit).boxed_unsync());
    Ok((response, Box::new(async move { connection.await.map_err(Error::from) })))
}

/// A body whose parts come within a time of each other.
struct Timely {
    body: Incoming,
    limit: Duration,
    silence: Pin<Box<Sleep>>,
}

impl Timely {
    fn new(body: Incoming, limit: Duration) -> Self {
        Self { body, limit, silence: Box::pin(sleep(limit)) }
    }
}

impl Body for Timely {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let next = Instant::now() + self.limit;
            self.silence.as_mut().reset(next);
            return Poll::Ready(frame.map(|frame| frame.map_err(Error::from)));
        }
        match self.silence.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err(Error::ConnectionReadTimeout))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
