//! GraphQL on the wire, as its specifications say. It knows nothing about fact-checking.
//!
//! - [`wire`] carries requests and responses: HTTP, WebSocket, server-sent events
//! - [`document`] reads a request, bounds what it may ask for, and checks its input values

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::HttpRequest;
use async_graphql::{Response, ServerError};
use futures_util::stream::{LocalBoxStream, StreamExt, once};

use document::request::{Operation, Reader};
use wire::responses::bounded_text;
use wire::{Hold, Timeouts};

pub mod document;
pub mod wire;

/// A response of a stream.
pub enum Reply {
    /// A response that is not JSON yet.
    Made(Box<Response>),
    /// The JSON of a response without errors. It is not larger than a response may be.
    Written(Arc<str>),
}

impl Reply {
    /// A response that is not JSON yet.
    pub fn made(response: Response) -> Self {
        Self::Made(Box::new(response))
    }

    /// The only response of a stream.
    pub fn only(response: Response) -> LocalBoxStream<'static, Self> {
        once(async move { Self::made(response) }).boxed_local()
    }

    /// Its JSON, of at most `most` bytes. The error says that it has more.
    fn text(&self, most: usize) -> Result<Cow<'_, str>, Box<ServerError>> {
        match self {
            Self::Made(response) => bounded_text(response, most).map(Cow::Owned),
            Self::Written(text) => Ok(Cow::Borrowed(text)),
        }
    }
}

/// Why nobody was admitted to a socket.
pub enum Rejected {
    /// The credentials are wrong.
    Credentials,
    /// The client may try again later: it has too many sockets, or its credentials could not be looked up.
    ForNow(Box<ServerError>),
}

/// The server behind a socket: it admits clients and runs their operations.
pub trait Host: Clone + 'static {
    /// A client that was admitted. Its rights are read again for each operation.
    type Caller: Clone + 'static;
    /// Counts the bytes that clients make the server keep.
    type Hold: Hold;

    /// How requests are read.
    fn reader(&self) -> &Reader;

    /// How long clients may take.
    fn timeouts(&self) -> Timeouts;

    /// How many bytes a response may have.
    fn most_response(&self) -> usize;

    /// Counts the bytes of a message that arrives on the socket that was opened by `handshake`.
    fn receiving(&self, handshake: &HttpRequest) -> Self::Hold;

    /// Counts the bytes that wait to be sent to a client.
    fn sending(&self, caller: &Self::Caller) -> Self::Hold;

    /// Admits the client that sends `credentials` in a socket's first message, or sent them with
    /// its handshake.
    fn admit(
        &self,
        handshake: &HttpRequest,
        credentials: Option<String>,
    ) -> impl Future<Output = Result<Self::Caller, Rejected>>;

    /// Whether a client may send another request; not if too many of its requests were invalid.
    fn check(&self, caller: &Self::Caller) -> Result<(), Box<ServerError>>;

    /// Runs a query or a mutation.
    fn execute(
        &self,
        caller: &Self::Caller,
        operation: Operation,
    ) -> impl Future<Output = Response>;

    /// Runs a subscription.
    fn subscribe(
        &self,
        caller: &Self::Caller,
        operation: Operation,
    ) -> LocalBoxStream<'static, Reply>;

    /// The response to a request that can't run. It counts as an invalid request of `caller`, if
    /// one is given.
    fn refuse(&self, caller: Option<&Self::Caller>, error: ServerError) -> Response;

    /// Ends once the server shuts down.
    fn shutdown(&self) -> impl Future<Output = ()> + 'static;

    /// Is called when a socket opens (1) and closes (-1).
    fn count_sockets(&self, change: i64);
}

#[cfg(test)]
mod tests;
