//! Sends mails by SMTP.
//!
//! Invariants: a password or a mail crosses a network only with TLS, whose certificate is checked. No
//! error that an admin reads names the mail server.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::domain::mail::compose::Mail;
use crate::domain::mail::send::Outcome;

/// How long a command to the mail server may take.
const COMMAND: Duration = Duration::from_secs(10);
/// How long a mail may take. It is less than a lease lasts.
const WHOLE: Duration = Duration::from_secs(30);
/// The codes with which mail servers refuse the server's password. The operator can mend that.
const NOT_THE_MAIL: [u16; 4] = [530, 534, 535, 538];

/// A mail server, and the sender's address.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A mail server by its address, such as `smtps://USER:PASSWORD@HOST:465`. `own` has the
    /// certificates in PEM that it may have, besides those of Mozilla's authorities. No error contains
    /// the address, because it has a password.
    pub fn new(url: &str, from: &str, own: Option<&[u8]>) -> anyhow::Result<Self> {
        let from: Mailbox = from.parse().context("--mail-from is not an e-mail address")?;
        let url = Url::parse(url).map_err(|_| invalid("it is not an address"))?;
        let named = url.host().filter(|host| *host != Host::Domain(""));
        let Some(host) = named else { bail!(invalid("it names no host")) };
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            bail!(invalid("it has a path or parameters"));
        }
        let is_local = is_loopback(&host);
        let host = match host {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        };
        let (tls, port) = match url.scheme() {
            "smtps" => (Tls::Wrapper(parameters(&host, own)?), 465),
            "smtp" if is_local && own.is_none() => (Tls::None, 25),
            "smtp" => (Tls::Required(parameters(&host, own)?), 587),
            _ => bail!(invalid("it begins with neither smtps:// nor smtp://")),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host)
            .port(url.port().unwrap_or(port))
            .tls(tls)
            .timeout(Some(COMMAND))
            .pool_config(PoolConfig::new().max_size(1));
        if !url.username().is_empty() {
            let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            let password = decoded(url.password().unwrap_or_default());
            builder = builder.credentials(Credentials::new(decoded(url.username()), password));
        }
        Ok(Self { transport: builder.build(), from })
    }

    /// Gives a mail to the mail server.
    pub async fn send(&self, mail: &Mail) -> Outcome {
        let Ok(to) = mail.to.parse::<Address>() else {
            return Outcome::Refused("Mail cannot be sent to this address.".to_owned());
        };
        let message = match self.message(mail, to) {
            Ok(message) => message,
            Err(error) => return Outcome::Refused(format!("The mail is invalid: {error}.")),
        };
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) => failure(&error),
            Err(_) => Outcome::Failed("The mail server took too long.".to_owned()),
        }
    }

    fn message(&self, mail: &Mail, to: Address) -> Result<Message, lettre::error::Error> {
        let header = |name, value: &str| {
            let name = HeaderName::new_from_ascii_str(name);
            HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
        };
        let id = format!("<{}@{}>", mail.id.simple(), self.from.email.domain());
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .date(mail.at.time().into())
            .message_id(Some(id))
            .raw_header(header("Auto-Submitted", "auto-generated"));
        if let Some(address) = &mail.unsubscribe {
            // RFC 8058. The address is of the server's own making, and has no line break.
            builder = builder
                .raw_header(header("List-Unsubscribe", &format!("<{address}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        builder.header(ContentType::TEXT_PLAIN).body(mail.text.clone())
    }
}

fn invalid(reason: &str) -> anyhow::Error {
    anyhow!(
        "--smtp-url is invalid: {reason}. Use a form such as smtps://USER:PASSWORD@HOST:465, or \
         smtp://USER:PASSWORD@HOST:587 for STARTTLS. Percent-encode `@`, `:` and `/` in the user \
         name and the password"
    )
}

fn parameters(host: &str, own: Option<&[u8]>) -> anyhow::Result<TlsParameters> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = own {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).context("--smtp-ca")?);
    }
    Ok(builder.build()?)
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        // Of schemes that it does not know, the library leaves addresses as they are.
        Host::Domain(name) => {
            *name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

/// The outcome of a failed attempt, as admins read it.
fn failure(error: &SmtpError) -> Outcome {
    let Some(code) = error.status() else {
        tracing::warn!(%error, "the mail server could not be reached");
        return Outcome::Failed("The mail server could not be reached.".to_owned());
    };
    if NOT_THE_MAIL.contains(&code.into()) {
        tracing::warn!(%error, "the mail server refuses --smtp-url's password");
        return Outcome::Failed("The mail server refuses this server.".to_owned());
    }
    let text = format!("The mail server answered: {error}");
    if error.is_permanent() { Outcome::Refused(text) } else { Outcome::Failed(text) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::time::Moment;

    fn smtp() -> Smtp {
        Smtp::new("smtp://127.0.0.1", "The Server <facts@example.org>", None).expect("a server")
    }

    fn mail(subject: &str, to: &str) -> Mail {
        Mail {
            id: Uuid::from_u128(1),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Été\n.\nBcc: x@example.org\n".to_owned(),
            unsubscribe: Some("https://facts.example.org/unsubscribe/abc".to_owned()),
            at: Moment::read("2026-11-28T09:00:00Z").expect("a time"),
        }
    }

    #[tokio::test]
    async fn no_value_adds_a_header() {
        let mail = mail("a\r\nBcc: evil@example.org\r\n\r\nbody", "a@b.example");
        let to = mail.to.parse().expect("an address");
        let bytes = smtp().message(&mail, to).expect("a message").formatted();
        let text = String::from_utf8(bytes).expect("ASCII");
        let (head, _) = text.split_once("\r\n\r\n").expect("a body");

        let names: Vec<_> = head
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap_or_default())
            .collect();
        let expected = [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "Content-Type",
            "MIME-Version",
            "Content-Transfer-Encoding",
        ];
        let unexpected: Vec<_> = names.iter().filter(|name| !expected.contains(name)).collect();
        assert!(unexpected.is_empty(), "{unexpected:?}\n{head}");
        assert!(head.contains("Message-ID: <00000000000000000000000000000001@example.org>"));
        assert!(head.contains("Date: Sat, 28 Nov 2026 09:00:00 +0000"), "{head}");
        for bad in ["a\r\nb@c.example", "a@b.example, c@d.example", "a b@c.example", ""] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }

    // The pool of connections needs a runtime.
    #[tokio::test]
    async fn an_address_of_a_mail_server_is_checked() {
        let fault = |url: &str| {
            let made = Smtp::new(url, "facts@example.org", None);
            made.err().map(|error| error.to_string()).unwrap_or_default()
        };
        for good in
            ["smtps://u:p%40@mail.example.org", "smtp://mail.example.org:587", "smtp://[::1]:2525"]
        {
            assert_eq!(fault(good), "", "{good}");
        }
        for bad in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://u:secret@h/?tls=none",
        ] {
            let fault = fault(bad);
            assert!(fault.starts_with("--smtp-url is invalid: ") && !fault.contains("secret"));
        }
        assert!(Smtp::new("smtp://localhost", "nobody", None).is_err());
    }
}
