//! A receiver of webhooks: an HTTPS server in this process, with a certificate of its own.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use claimspan::delivery::post::Sender;
use claimspan::delivery::{self, Deliveries};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::app::TestApp;

/// How long a test waits for a message.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a test waits to be sure that no message comes. The server looks every 20 ms.
const SILENCE: Duration = Duration::from_millis(400);

/// A message that arrived.
#[derive(Clone, Debug)]
pub struct Got {
    pub path: String,
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub text: String,
}

impl Got {
    /// The body.
    pub fn body(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    /// The number of the event.
    pub fn number(&self) -> i64 {
        self.body()["data"]["number"].as_i64().expect("a number")
    }

    /// The kind of the event.
    pub fn kind(&self) -> String {
        self.body()["type"].as_str().expect("a kind").to_owned()
    }
}

/// An answer: a status code, a header, and a pause before it.
#[derive(Clone, Copy)]
pub struct Answer(pub u16, pub Option<(&'static str, &'static str)>, pub Duration);

/// The answer with this status code.
pub const fn status(code: u16) -> Answer {
    Answer(code, None, Duration::ZERO)
}

/// The receiver.
pub struct Receiver {
    pub address: SocketAddr,
    certificate: CertificateDer<'static>,
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    usual: Arc<Mutex<Answer>>,
}

impl Receiver {
    /// A receiver that answers 204 to everything.
    pub async fn start() -> Self {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let own = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let certificate = own.cert.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .expect("a configuration");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("it listens");
        let receiver = Self {
            address: listener.local_addr().expect("an address"),
            certificate,
            got: Arc::default(),
            answers: Arc::default(),
            usual: Arc::new(Mutex::new(status(204))),
        };
        let (got, answers, usual) =
            (receiver.got.clone(), receiver.answers.clone(), receiver.usual.clone());
        let tls = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, got) = (tls.clone(), got.clone());
                let (answers, usual) = (answers.clone(), usual.clone());
                tokio::spawn(async move {
                    let next = move || {
                        let usual = *usual.lock().expect("nobody panicked");
                        answers.lock().expect("nobody panicked").pop_front().unwrap_or(usual)
                    };
                    serve(tls, stream, got, next).await;
                });
            }
        });
        receiver
    }

    /// The next answers, before the usual one.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().expect("nobody panicked").extend(answers);
    }

    /// The answer to everything from now on.
    pub fn always(&self, answer: Answer) {
        *self.usual.lock().expect("nobody panicked") = answer;
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// A sender that trusts the receiver, and may reach this machine.
    pub fn sender(&self) -> Sender {
        Sender::new([self.certificate.clone()], true).expect("a sender")
    }

    /// A sender that trusts the receiver, and reaches public addresses only.
    pub fn public_sender(&self) -> Sender {
        Sender::new([self.certificate.clone()], false).expect("a sender")
    }

    /// Starts deliveries of the server.
    pub fn deliveries(&self, app: &TestApp) -> Deliveries {
        delivery::start(&app.db, &app.world, self.sender(), Duration::from_millis(20))
    }

    /// Waits until this number of messages have arrived, and returns them all.
    pub async fn expect(&self, count: usize) -> Vec<Got> {
        let all = || self.got.lock().expect("nobody panicked").clone();
        let enough = async {
            while all().len() < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, enough).await;
        assert!(waited.is_ok(), "{count} messages are expected, and these came: {:?}", all());
        all()
    }

    /// Waits a moment, and asserts that there are exactly this many messages by then.
    pub async fn expect_no_more_than(&self, count: usize) {
        tokio::time::sleep(SILENCE).await;
        let got = self.got.lock().expect("nobody panicked").clone();
        assert_eq!(got.len(), count, "{got:?}");
    }
}

async fn serve(
    tls: TlsAcceptor,
    stream: TcpStream,
    got: Arc<Mutex<Vec<Got>>>,
    next: impl Fn() -> Answer + Clone,
) {
    // A client that does not trust the certificate ends here.
    let Ok(stream) = tls.accept(stream).await else { return };
    let service = service_fn(|request: Request<Incoming>| {
        let (got, next) = (got.clone(), next.clone());
        async move {
            let (head, body) = request.into_parts();
            assert_eq!(head.method, "POST");
            let header = |name: &str| {
                head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
            };
            assert_eq!(header("content-type"), "application/json");
            let bytes = body.collect().await.expect("a body").to_bytes();
            got.lock().expect("nobody panicked").push(Got {
                path: head.uri.to_string(),
                id: header("webhook-id").to_owned(),
                timestamp: header("webhook-timestamp").parse().unwrap_or_default(),
                signature: header("webhook-signature").to_owned(),
                text: String::from_utf8(bytes.to_vec()).expect("UTF-8"),
            });
            let Answer(status, header, pause) = next();
            tokio::time::sleep(pause).await;
            let mut response = Response::builder().status(status);
            if let Some((name, value)) = header {
                response = response.header(name, value);
            }
            Ok::<_, Infallible>(response.body(Empty::<Bytes>::new()).expect("a response"))
        }
    });
    let connection = hyper::server::conn::http1::Builder::new();
    let _ = connection.serve_connection(TokioIo::new(stream), service).await;
}
