//! Messages from the client of a socket. Each one must arrive within a time limit, and its bytes
//! count against the server's limit.
//!
//! The time of a message begins with its first byte. Pings and pongs between its fragments do not
//! extend it.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::error::PayloadError;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};
use actix_ws::{Item, Message, MessageStream, Session};
use futures_util::{FutureExt, StreamExt};
use tokio::time::timeout;

use crate::transport::wire::Hold;

/// How many bytes of each message do not count. The server always has room for these.
const FREE: usize = 16 << 10;

/// A message of a client.
pub enum Received<H> {
    /// A text. The second value counts its bytes until it is dropped.
    Text(String, H),
    /// Bytes that are not a text.
    Binary,
    /// A ping, whose pong must have these bytes.
    Ping(Bytes),
    /// A pong, which shows that the client is alive.
    Pong,
    /// The client closes the socket.
    Close,
}

/// Why no more messages can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A message took too long.
    TooSlow,
    /// The server has no room for the message.
    NoRoom,
    /// The input is not a message, or is too large.
    Unreadable,
}

/// The messages of a socket.
pub struct Messages<H> {
    stream: MessageStream,
    arriving: Rc<RefCell<Arriving<H>>>,
    /// The message whose fragments are arriving: whether it is a text, and its bytes so far.
    fragments: Option<(bool, BytesMut)>,
    holder: Box<dyn Fn() -> H>,
    most: usize,
    within: Duration,
}

/// The bytes that have arrived since the last whole message.
struct Arriving<H> {
    since: Option<Instant>,
    bytes: usize,
    held: usize,
    hold: H,
    refused: bool,
}

impl<H: Hold> Arriving<H> {
    fn add(&mut self, bytes: usize) -> Result<(), PayloadError> {
        self.since.get_or_insert_with(Instant::now);
        self.bytes += bytes;
        let needed = self.bytes.saturating_sub(FREE);
        if needed > self.held {
            if self.hold.grow(needed - self.held).is_err() {
                self.refused = true;
                return Err(PayloadError::Overflow);
            }
            self.held = needed;
        }
        Ok(())
    }
}

/// Opens a socket. Its messages have at most `most` bytes and arrive `within` a time. `holder`
/// creates the [`Hold`] that counts a message's bytes.
pub fn open<H: Hold>(
    request: &HttpRequest,
    body: web::Payload,
    protocol: &str,
    most: usize,
    within: Duration,
    holder: impl Fn() -> H + 'static,
) -> Result<(HttpResponse, Session, Messages<H>), actix_web::Error> {
    let arriving = Rc::new(RefCell::new(Arriving {
        since: None,
        bytes: 0,
        held: 0,
        hold: holder(),
        refused: false,
    }));
    let counter = Rc::clone(&arriving);
    let counted = body.into_inner().map(move |chunk| {
        let chunk = chunk?;
        counter.borrow_mut().add(chunk.len())?;
        Ok(chunk)
    });
    let mut counted = dev::Payload::Stream { payload: counted.boxed_local() };
    let body = web::Payload::from_request(request, &mut counted)
        .now_or_never()
        .unwrap_or_else(|| Err(PayloadError::Incomplete(None).into()))?;
    let (response, session, stream) = actix_ws::handle_with_protocols(request, body, &[protocol])?;
    let stream = stream.max_frame_size(most);
    let messages =
        Messages { stream, arriving, fragments: None, holder: Box::new(holder), most, within };
    Ok((response, session, messages))
}

impl<H: Hold> Messages<H> {
    /// The next message. None once the client is gone. No message is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Received<H>, Broken>> {
        loop {
            // This is also checked after each pong, because a pong must not extend a message's
            // time.
            if self.arriving.borrow().since.is_some_and(|since| since.elapsed() >= self.within) {
                return Some(Err(Broken::TooSlow));
            }
            let look_again = self.within.min(Duration::from_secs(5));
            let next = timeout(look_again, self.stream.recv()).await;
            match next {
                Ok(None) => return None,
                Ok(Some(Ok(message))) => match self.take(message) {
                    Ok(None) => {}
                    Ok(Some(message)) => return Some(Ok(message)),
                    Err(broken) => return Some(Err(broken)),
                },
                Ok(Some(Err(error))) => {
                    tracing::debug!(%error, "a socket broke");
                    let refused = self.arriving.borrow().refused;
                    return Some(Err(if refused { Broken::NoRoom } else { Broken::Unreadable }));
                }
                Err(_) => {}
            }
        }
    }

    /// Returns the message that a frame completes.
    fn take(&mut self, frame: Message) -> Result<Option<Received<H>>, Broken> {
        Ok(Some(match frame {
            Message::Text(text) => Received::Text(text.into(), self.whole()),
            Message::Binary(_) => Received::Binary,
            Message::Continuation(item) => return self.fragment(item),
            Message::Ping(bytes) => {
                self.between();
                Received::Ping(bytes)
            }
            Message::Pong(_) => {
                self.between();
                Received::Pong
            }
            Message::Close(_) => Received::Close,
            Message::Nop => return Ok(None),
        }))
    }

    fn fragment(&mut self, item: Item) -> Result<Option<Received<H>>, Broken> {
        let last = matches!(item, Item::Last(_));
        let bytes = match item {
            Item::FirstText(bytes) => {
                self.fragments = Some((true, BytesMut::new()));
                bytes
            }
            Item::FirstBinary(bytes) => {
                self.fragments = Some((false, BytesMut::new()));
                bytes
            }
            Item::Continue(bytes) | Item::Last(bytes) => bytes,
        };
        let Some((_, message)) = &mut self.fragments else { return Err(Broken::Unreadable) };
        if message.len() + bytes.len() > self.most {
            return Err(Broken::Unreadable);
        }
        message.extend_from_slice(&bytes);
        let Some((is_text, message)) = self.fragments.take_if(|_| last) else { return Ok(None) };
        if !is_text {
            return Ok(Some(Received::Binary));
        }
        let text = String::from_utf8(message.into()).map_err(|_| Broken::Unreadable)?;
        Ok(Some(Received::Text(text, self.whole())))
    }

    /// Ends a message. Returns the [`Hold`] that counts its bytes.
    fn whole(&mut self) -> H {
        let mut arriving = self.arriving.borrow_mut();
        (arriving.since, arriving.bytes, arriving.held) = (None, 0, 0);
        mem::replace(&mut arriving.hold, (self.holder)())
    }

    /// Notes a ping or pong. If it came between two messages, no message is arriving any more.
    fn between(&self) {
        if self.fragments.is_none() {
            let mut arriving = self.arriving.borrow_mut();
            (arriving.since, arriving.bytes) = (None, 0);
        }
    }
}
