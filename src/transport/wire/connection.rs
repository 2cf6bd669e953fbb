//! A TCP connection that a client cannot occupy for ever.
//!
//! Invariants:
//! - A request's head arrives within [`Timeouts::head`] of its first byte, or the connection is
//!   closed.
//! - While the server has something to send, the client reads at least [`LEAST_READ`] bytes in each
//!   [`Timeouts::send`], or the connection is closed.
//! - A head with a line feed that does not follow a carriage return gets status 400. Some proxies
//!   treat such a line feed as the end of a line and some do not, so a request could be smuggled
//!   past them. The one exception is a head that arrives together with the end of a chunked body.
//! - A request with a body is handed over when its head has arrived. One that is refused then is
//!   answered at once, and the rest of its body is received in small parts with rests between them.
//!   So a flood of refused bodies leaves others their time.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::http::{StatusCode, header};
use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::transport::wire::Timeouts;
use crate::transport::wire::head::Heads;

/// The fewest bytes that a client must read within [`Timeouts::send`].
pub const LEAST_READ: usize = 64 << 10;
/// If all was written and nothing was added for this long, a client that stops reading gets the
/// whole time again.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a client may go on sending a body that was refused.
const LINGER: Duration = Duration::from_secs(5);
/// The bytes of a refused body that are received between two rests.
const PART: usize = 128 << 10;
/// How long a connection rests between two parts of a refused body.
const REST: Duration = Duration::from_millis(10);

/// The notes that the requests of a connection leave for it.
#[derive(Clone, Default)]
struct Told(Arc<Notes>);

#[derive(Default)]
struct Notes {
    /// The next bytes are the head of a request.
    awaits_head: AtomicBool,
    /// A body was refused before its end.
    is_refused: AtomicBool,
}

/// A connection. It drops its guard when it closes.
pub struct Connection<G> {
    stream: TcpStream,
    timeouts: Timeouts,
    heads: Heads,
    /// The deadline of the head that is arriving.
    late: Option<Pin<Box<Sleep>>>,
    told: Told,
    /// A head has arrived before its body, and its request was not handed over yet.
    hands_over: bool,
    /// The reception of a body that was refused.
    refused: Option<RefusedBody>,
    blocked: Option<Blocked>,
    _guard: G,
}

/// The reception of a body that was refused, which nobody reads.
struct RefusedBody {
    late: Pin<Box<Sleep>>,
    rest: Option<Pin<Box<Sleep>>>,
    /// Bytes since the last rest.
    received: usize,
}

/// The state of a client that has stopped reading.
struct Blocked {
    late: Pin<Box<Sleep>>,
    read: usize,
    /// The time since everything is written. None if some bytes are left.
    caught_up: Option<Instant>,
}

impl<G> Connection<G> {
    /// A connection that was accepted.
    pub fn new(stream: TcpStream, timeouts: Timeouts, guard: G) -> Self {
        Self {
            stream,
            timeouts,
            heads: Heads::new(),
            late: None,
            told: Told::default(),
            hands_over: false,
            refused: None,
            blocked: None,
            _guard: guard,
        }
    }

    /// Lets requests report that their body was read. Call it in `HttpService::on_connect_ext`.
    pub fn attach(&self, data: &mut Extensions) {
        data.insert(self.told.clone());
    }

    fn refuse(&self, status: &str) {
        let text = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        // Nothing else is being sent. A client that cannot take these few bytes gets no answer.
        write_now(&self.stream, &text);
    }
}

impl RefusedBody {
    fn new() -> Self {
        Self { late: Box::pin(sleep(LINGER)), rest: None, received: 0 }
    }

    /// Waits until more may be received.
    fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.late.as_mut().poll(cx).is_ready() {
            return timed_out("the client goes on with a body that was refused");
        }
        if self.received >= PART {
            let rest = self.rest.get_or_insert_with(|| Box::pin(sleep(REST)));
            ready!(rest.as_mut().poll(cx));
            (self.rest, self.received) = (None, 0);
        }
        Poll::Ready(Ok(()))
    }
}

/// Writes a few bytes without waiting. tokio's `try_write` fails on a connection that was just
/// accepted.
fn write_now(stream: &TcpStream, text: &str) {
    let _ = rustix::io::write(stream, text.as_bytes());
}

/// Reports that this request's body was read to its end. The next bytes are the head of another
/// request.
pub fn expect_next_head(request: &HttpRequest) {
    if let Some(Told(notes)) = request.conn_data() {
        notes.awaits_head.store(true, Relaxed);
    }
}

/// Tells a connection that this request's body, if it has one, was refused before its end. A client
/// that goes on sending it for longer than five seconds is disconnected.
pub fn refuse_body(request: &HttpRequest) {
    if has_body(request.headers())
        && let Some(Told(notes)) = request.conn_data()
    {
        notes.is_refused.store(true, Relaxed);
    }
}

/// Whether a request has a body, or asks to become a socket.
pub fn has_body(headers: &header::HeaderMap) -> bool {
    [header::TRANSFER_ENCODING, header::UPGRADE].iter().any(|name| headers.contains_key(name))
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0")
}

/// Refuses a connection before anything is read from it.
pub fn refuse(stream: &TcpStream, status: StatusCode, retry_after: u32, body: &str) {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\nretry-after: {retry_after}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    write_now(stream, &text);
}

fn timed_out(what: &str) -> Poll<io::Result<()>> {
    Poll::Ready(Err(io::Error::new(ErrorKind::TimedOut, what.to_owned())))
}

impl<G: Unpin> AsyncRead for Connection<G> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if std::mem::take(&mut this.hands_over) {
            // The caller handles what it has, and is called again at once.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if this.told.0.is_refused.load(Relaxed) {
            let refused = this.refused.get_or_insert_with(RefusedBody::new);
            ready!(refused.poll_part(cx))?;
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        let bytes = &buffer.filled()[before..];
        if let Some(refused) = &mut this.refused {
            refused.received += bytes.len();
        }
        if this.heads.is_lost() && !bytes.is_empty() && this.told.0.awaits_head.swap(false, Relaxed)
        {
            this.heads = Heads::new();
        }
        match this.heads.read(bytes) {
            Ok(true) => {
                this.late = None;
                this.hands_over = this.heads.is_before_body();
                // It may be left over from an earlier request.
                this.told.0.awaits_head.store(false, Relaxed);
            }
            Ok(false) => {}
            Err(error) => {
                this.refuse("400 Bad Request");
                return Poll::Ready(Err(error));
            }
        }
        if this.heads.is_inside() {
            let late = this.late.get_or_insert_with(|| Box::pin(sleep(this.timeouts.head)));
            if late.as_mut().poll(cx).is_ready() {
                this.refuse("408 Request Timeout");
                return timed_out("the head of a request took too long");
            }
        }
        read
    }
}

impl<G: Unpin> AsyncWrite for Connection<G> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let now = Instant::now();
        this.blocked.take_if(|blocked| blocked.caught_up.is_some_and(|since| now - since > PAUSE));
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        match (&written, &mut this.blocked) {
            (Poll::Ready(Ok(read)), Some(blocked)) => {
                blocked.read += read;
                blocked.caught_up = (*read == bytes.len()).then_some(now);
            }
            (Poll::Ready(_), _) => {}
            (Poll::Pending, blocked) => {
                let send = this.timeouts.send;
                let blocked = blocked.get_or_insert_with(|| Blocked {
                    late: Box::pin(sleep(send)),
                    read: 0,
                    caught_up: None,
                });
                blocked.caught_up = None;
                while blocked.late.as_mut().poll(cx).is_ready() {
                    if blocked.read < LEAST_READ {
                        return timed_out("the client does not read").map_ok(|()| 0);
                    }
                    blocked.read = 0;
                    blocked.late.as_mut().reset(now + send);
                }
            }
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
