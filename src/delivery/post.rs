//! Sends a POST request to an address that a client of the server chose.
//!
//! Invariants: https only. The address of the connection itself is checked, whatever names resolve to.
//! No redirect is followed. A request ends within 15 seconds, and little of the answer is read.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{self, HeaderMap};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

use super::address::is_public;

/// The time limit for a connection with TLS.
const CONNECT: Duration = Duration::from_secs(5);
/// The time limit for the whole request.
const WHOLE: Duration = Duration::from_secs(15);
/// The size of the answer's head, in bytes. The library requires at least this.
const HEAD: usize = 8 << 10;
/// The number of bytes of the answer's body that are read before the connection is closed.
const BODY: usize = 4 << 10;

/// The answer of a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// How long the receiver asks to wait.
    pub retry_after: Option<Duration>,
}

/// The message for a name without an address and for a private address alike, so that it does not
/// tell which names a private network has.
const NO_ADDRESS: &str =
    "The host has no address to which the server may connect. It connects to public ones only.";

/// The reason why there is no answer. Admins of newsrooms read it, so it says nothing about the
/// networks of the server.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The address is not https, or has no host.
    #[error("The address is not an https address.")]
    Address,
    /// The host's name has no address.
    #[error("{NO_ADDRESS}")]
    Name,
    /// The host has private addresses only.
    #[error("{NO_ADDRESS}")]
    Private,
    /// There is no connection.
    #[error("The connection failed: {0}.")]
    Connect(io::ErrorKind),
    /// The receiver's certificate is invalid, or TLS failed in another way.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The receiver took too long.
    #[error("The receiver took too long. It must answer within 15 seconds.")]
    Timeout,
    /// The answer is not HTTP.
    #[error("The receiver's answer is not a valid HTTP response.")]
    Http,
}

/// Sends requests.
#[derive(Clone)]
pub struct Sender {
    tls: TlsConnector,
    allows_private: bool,
}

impl Sender {
    /// A sender that trusts Mozilla's certificate authorities and these. `allows_private` is for
    /// servers whose admins may reach the private networks.
    pub fn new(
        own: impl IntoIterator<Item = CertificateDer<'static>>,
        allows_private: bool,
    ) -> anyhow::Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in own {
            roots.add(certificate)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), allows_private })
    }

    /// Sends a body of JSON with these additional headers.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answer, Fault> {
        let url = Url::parse(url).map_err(|_| Fault::Address)?;
        if url.scheme() != "https" {
            return Err(Fault::Address);
        }
        timeout(WHOLE, self.exchange(&url, headers, body)).await.map_err(|_| Fault::Timeout)?
    }

    async fn exchange(
        &self,
        url: &Url,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answer, Fault> {
        let stream =
            timeout(CONNECT, self.connect(url)).await.map_err(|_| Fault::Timeout).flatten()?;
        let mut builder = http1::Builder::new();
        let (mut sender, connection) = builder
            .max_buf_size(HEAD)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|_| Fault::Http)?;
        // Ends with this future, whatever the receiver does.
        let answer = async {
            let request = request(url, headers, body)?;
            let response = sender.send_request(request).await.map_err(|_| Fault::Http)?;
            let (head, body) = response.into_parts();
            // The answer is complete, or long enough to be ignored.
            let _ = Limited::new(body, BODY).collect().await;
            Ok(Answer { status: head.status.as_u16(), retry_after: retry_after(&head.headers) })
        };
        tokio::pin!(connection);
        tokio::pin!(answer);
        tokio::select! {
            answer = &mut answer => answer,
            _ = &mut connection => timeout(CONNECT, answer).await.map_err(|_| Fault::Http)?,
        }
    }

    async fn connect(&self, url: &Url) -> Result<TlsStream<TcpStream>, Fault> {
        let port = url.port_or_known_default().ok_or(Fault::Address)?;
        let (name, addresses) = resolve(url.host().ok_or(Fault::Address)?, port).await?;
        let allowed = addresses.into_iter().filter(|address| self.allows(*address));
        let mut fault = Fault::Private;
        for address in allowed {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    let peer = stream.peer_addr().map_err(|error| Fault::Connect(error.kind()))?;
                    if !self.allows(peer) {
                        return Err(Fault::Private);
                    }
                    let stream = self.tls.connect(name, stream).await;
                    return stream.map_err(|error| Fault::Tls(error.to_string()));
                }
                Err(error) => fault = Fault::Connect(error.kind()),
            }
        }
        Err(fault)
    }

    fn allows(&self, address: SocketAddr) -> bool {
        self.allows_private || is_public(address.ip())
    }
}

/// The name that the certificate must have, and the addresses.
async fn resolve(
    host: Host<&str>,
    port: u16,
) -> Result<(ServerName<'static>, Vec<SocketAddr>), Fault> {
    match host {
        Host::Ipv4(ip) => Ok((ServerName::IpAddress(ip.into()), vec![(ip, port).into()])),
        Host::Ipv6(ip) => Ok((ServerName::IpAddress(ip.into()), vec![(ip, port).into()])),
        Host::Domain(name) => {
            let found = tokio::net::lookup_host((name, port)).await.map_err(|_| Fault::Name)?;
            let name = ServerName::try_from(name.to_owned());
            Ok((name.map_err(|_: InvalidDnsNameError| Fault::Address)?, found.collect()))
        }
    }
}

fn request(
    url: &Url,
    headers: &[(&'static str, String)],
    body: String,
) -> Result<Request<Full<Bytes>>, Fault> {
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, host)
        .header(header::USER_AGENT, concat!("Claimspan/", env!("CARGO_PKG_VERSION")))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(Full::from(body)).map_err(|_| Fault::Address)
}

/// The header `Retry-After`: a number of seconds, or a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    SystemTime::from(date).duration_since(SystemTime::now()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_has_seconds_or_a_date() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().expect("a value"));
            retry_after(&headers)
        };
        assert_eq!(of("120"), Some(Duration::from_mins(2)));
        assert_eq!(of("soon"), None);
        assert_eq!(of("Sun, 06 Nov 1994 08:49:37 GMT"), None);
        assert!(of("Wed, 06 Nov 2222 08:49:37 GMT").is_some_and(|pause| pause.as_secs() > 1 << 32));
    }
}
