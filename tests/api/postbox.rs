//! A mail server in this process, which speaks SMTP (RFC 5321) with STARTTLS (RFC 3207).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use claimspan::delivery::smtp::Smtp;
use claimspan::delivery::{Deliveries, mails};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::app::TestApp;

/// How long a test waits for a mail.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a test waits to be sure that no mail comes. The server looks every 20 ms, and at due
/// dates every 300 ms.
const SILENCE: Duration = Duration::from_millis(900);

/// A mail that arrived, with its soft line breaks joined.
#[derive(Clone, Debug)]
pub struct Letter {
    pub from: String,
    pub to: String,
    pub head: String,
    pub text: String,
    pub encrypted: bool,
}

impl Letter {
    /// The value of a header.
    pub fn header(&self, name: &str) -> String {
        let prefix = format!("{name}: ");
        let found = self.head.lines().find_map(|line| line.strip_prefix(&prefix));
        found.unwrap_or_else(|| panic!("no {name} in {}", self.head)).to_owned()
    }

    /// The first word of the text that begins so.
    pub fn word(&self, start: &str) -> String {
        let found = self.text.split_whitespace().find(|word| word.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {}", self.text)).to_owned()
    }
}

/// What the mail server answers.
#[derive(Default)]
struct Desk {
    letters: Vec<Letter>,
    /// The answer to a command, by its first four letters.
    answers: Vec<(String, String)>,
}

impl Desk {
    fn answer(&self, command: &str) -> Option<String> {
        let found = self.answers.iter().rev().find(|(to, _)| *to == command);
        found.map(|(_, answer)| answer.clone()).filter(|answer| !answer.is_empty())
    }
}

/// The mail server.
pub struct Postbox {
    pub address: SocketAddr,
    /// The certificate that it shows, in PEM.
    pub certificate: String,
    tls: Option<TlsAcceptor>,
    desk: Arc<Mutex<Desk>>,
    task: JoinHandle<()>,
}

impl Postbox {
    /// A mail server without TLS.
    pub async fn open() -> Self {
        Self::open_with(None, String::new()).await
    }

    /// A mail server with STARTTLS.
    pub async fn open_encrypted() -> Self {
        let names = vec!["localhost".to_owned()];
        let own = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .expect("a configuration");
        Self::open_with(Some(TlsAcceptor::from(Arc::new(config))), own.cert.pem()).await
    }

    async fn open_with(tls: Option<TlsAcceptor>, certificate: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("it listens");
        let address = listener.local_addr().expect("an address");
        let desk = Arc::default();
        let task = tokio::spawn(listen(listener, tls.clone(), Arc::clone(&desk)));
        Self { address, certificate, tls, desk, task }
    }

    /// Stops listening, as a mail server that is down.
    pub async fn close(&mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// Listens again at the same address.
    pub async fn reopen(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("it listens again");
        self.task = tokio::spawn(listen(listener, self.tls.clone(), Arc::clone(&self.desk)));
    }

    /// The answer to a command from now on. Empty for the usual answer.
    pub fn answer(&self, command: &str, answer: &str) {
        let answer = (command.to_owned(), answer.to_owned());
        self.desk.lock().expect("nobody panicked").answers.push(answer);
    }

    /// Starts to send the server's mails.
    pub fn deliveries(&self, app: &TestApp) -> Deliveries {
        Self::deliveries_to(app, &format!("smtp://{}", self.address), None)
    }

    /// Starts to send the server's mails to the mail server at this address, which may have this certificate.
    pub fn deliveries_to(app: &TestApp, url: &str, own: Option<&[u8]>) -> Deliveries {
        let smtp = Smtp::new(url, "Facts <facts@example.org>", own).expect("a mail server");
        mails::start(&app.db, &app.world, smtp, Duration::from_millis(20))
    }

    fn letters(&self) -> Vec<Letter> {
        self.desk.lock().expect("nobody panicked").letters.clone()
    }

    /// Waits until this number of mails have arrived, and returns them all.
    pub async fn expect(&self, count: usize) -> Vec<Letter> {
        let enough = async {
            while self.letters().len() < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, enough).await;
        assert!(waited.is_ok(), "{count} mails are expected, and these came: {:?}", self.letters());
        self.letters()
    }

    /// Waits a moment, and asserts that there are exactly this many mails by then.
    pub async fn expect_no_more_than(&self, count: usize) {
        tokio::time::sleep(SILENCE).await;
        assert_eq!(self.letters().len(), count, "{:?}", self.letters());
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(listener: TcpListener, tls: Option<TlsAcceptor>, desk: Arc<Mutex<Desk>>) {
    // Connections end with the listener, as they do when a mail server stops.
    let mut running = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, desk) = (tls.clone(), Arc::clone(&desk));
        running.spawn(async move {
            let _ = serve(stream, tls, desk).await;
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    tls: Option<TlsAcceptor>,
    desk: Arc<Mutex<Desk>>,
) -> std::io::Result<()> {
    stream.write_all(b"220 postbox.example ESMTP\r\n").await?;
    let wants_tls = converse(&mut stream, tls.is_some(), false, &desk).await?;
    if let Some(tls) = tls.filter(|_| wants_tls) {
        let mut stream = tls.accept(stream).await?;
        converse(&mut stream, false, true, &desk).await?;
    }
    Ok(())
}

/// Speaks with one client, until it goes or asks for TLS. Returns whether it asks.
async fn converse(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    offers_tls: bool,
    encrypted: bool,
    desk: &Mutex<Desk>,
) -> std::io::Result<bool> {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut lines = BufReader::new(reader).lines();
    let (mut from, mut to) = (String::new(), String::new());
    while let Some(line) = lines.next_line().await? {
        let command = line.get(..4).unwrap_or_default().to_uppercase();
        let other = desk.lock().expect("nobody panicked").answer(&command);
        let usual = match command.as_str() {
            "EHLO" if offers_tls => "250-postbox.example\r\n250-STARTTLS\r\n250 8BITMIME",
            "EHLO" => "250-postbox.example\r\n250 8BITMIME",
            "STAR" => {
                writer.write_all(b"220 Go ahead\r\n").await?;
                return Ok(true);
            }
            "MAIL" => {
                from = address(&line[10..]);
                "250 OK"
            }
            "RCPT" => {
                to = address(&line[8..]);
                "250 OK"
            }
            "DATA" if other.is_none() => {
                writer.write_all(b"354 Go ahead\r\n").await?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.push('\n');
                }
                let letter = read(&mail, &from, &to, encrypted);
                desk.lock().expect("nobody panicked").letters.push(letter);
                "250 Accepted"
            }
            "QUIT" => {
                writer.write_all(b"221 Bye\r\n").await?;
                return Ok(false);
            }
            _ => "250 OK",
        };
        let answer = other.unwrap_or_else(|| usual.to_owned());
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(false)
}

/// The address, without parameters.
fn address(text: &str) -> String {
    text.split(' ').next().unwrap_or_default().to_owned()
}

fn read(mail: &str, from: &str, to: &str, encrypted: bool) -> Letter {
    let (head, text) = mail.split_once("\n\n").expect("a head and a text");
    let head = head.replace("\n ", " ");
    let text = if head.contains("Content-Transfer-Encoding: quoted-printable") {
        unquoted(text)
    } else {
        text.to_owned()
    };
    Letter { from: from.to_owned(), to: to.to_owned(), head, text, encrypted }
}

/// The text of quoted-printable lines (RFC 2045).
fn unquoted(text: &str) -> String {
    let mut bytes = Vec::new();
    let joined = text.replace("=\n", "");
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match code.filter(|_| *first == b'=') {
            Some(code) => {
                bytes.push(code);
                &after[2..]
            }
            None => {
                bytes.push(*first);
                after
            }
        };
    }
    String::from_utf8(bytes).expect("UTF-8")
}
