//! Messages that wait to be sent on a socket. They count against the server's unsent bytes.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use async_graphql::ServerError;
use tokio::sync::Notify;

use crate::transport::wire::Hold;
use crate::transport::wire::buffer::FREE;

/// While more bytes than this wait, no operation begins and no event is read.
const MOST_WAITING: usize = 1 << 20;

/// The messages that wait to be sent on one socket.
pub struct Outbox<H>(Rc<(RefCell<Waiting<H>>, Notify)>);

impl<H> Clone for Outbox<H> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

struct Waiting<H> {
    bytes: usize,
    held: usize,
    hold: Option<H>,
    /// How many bytes the connection took last. It asks for more once it has sent nearly all of
    /// them.
    given: usize,
}

impl<H: Hold> Outbox<H> {
    /// Watches the body of a socket's response, in which its messages are sent.
    pub fn watch(response: HttpResponse) -> (HttpResponse, Self) {
        let waiting = Waiting { bytes: 0, held: 0, hold: None, given: 0 };
        let outbox = Self(Rc::new((RefCell::new(waiting), Notify::new())));
        let watched = outbox.clone();
        let response = response.map_body(|_, body| BoxBody::new(Watched { body, outbox: watched }));
        (response, outbox)
    }

    /// Makes `hold` count the waiting bytes from now on.
    pub fn count_with(&self, hold: H) {
        self.0.0.borrow_mut().hold = Some(hold);
    }

    /// Waits until the client has read most of what was sent.
    pub async fn room(&self) {
        loop {
            let sent = self.0.1.notified();
            if self.0.0.borrow().bytes <= MOST_WAITING {
                return;
            }
            sent.await;
        }
    }

    /// Counts a message that is about to be sent. The error says that there is no room for it.
    pub fn add(&self, bytes: usize) -> Result<(), Box<ServerError>> {
        let mut waiting = self.0.0.borrow_mut();
        let needed = (waiting.bytes + bytes).saturating_sub(FREE);
        let more = needed.saturating_sub(waiting.held);
        if more > 0
            && let Some(hold) = &mut waiting.hold
        {
            hold.grow(more)?;
            waiting.held = needed;
        }
        waiting.bytes += bytes;
        Ok(())
    }

    fn sent(&self) {
        let mut waiting = self.0.0.borrow_mut();
        let sent = std::mem::take(&mut waiting.given);
        waiting.bytes = waiting.bytes.saturating_sub(sent);
        let kept = waiting.held.min(waiting.bytes.saturating_sub(FREE));
        let free = waiting.held - kept;
        waiting.held = kept;
        if free > 0
            && let Some(hold) = &mut waiting.hold
        {
            hold.shrink(free);
        }
        drop(waiting);
        self.0.1.notify_waiters();
    }
}

/// The body of a socket's response.
struct Watched<H> {
    body: BoxBody,
    outbox: Outbox<H>,
}

impl<H: Hold> MessageBody for Watched<H> {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        this.outbox.sent();
        let next = Pin::new(&mut this.body).poll_next(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &next {
            this.outbox.0.0.borrow_mut().given = bytes.len();
        }
        next
    }
}
