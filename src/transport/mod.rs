//! GraphQL on the wire, as its specifications say; knows nothing of fact-checking.
//!
//! - [`http`] GraphQL over HTTP, [`socket`] over WebSocket (graphql-transport-ws), [`events`] over server-sent events
//! - [`request`] what a client asks for, whatever the wire; [`persisted`] documents that it need not send, and [`parsed`] that we need not read again; [`fault`] how it is refused
//! - [`guard`] refuses what asks for too much, [`given`] what gives what the [`types`] don't take; [`order`] puts an answer's fields in place, and [`nulls`] what failed; [`hangup`] tells when a client is gone
//! - [`cookie`] where a page keeps its session

use actix_web::HttpRequest;
use async_graphql::{Response, ServerError};
use futures_util::stream::LocalBoxStream;

use request::{Operation, Reader};

pub mod cookie;
pub mod events;
pub mod fault;
pub mod given;
pub mod guard;
pub mod hangup;
pub mod http;
pub mod nulls;
pub mod order;
pub mod parsed;
pub mod persisted;
pub mod request;
pub mod socket;
pub mod types;

/// What stands behind a socket: who is let in, and what carries their operations out.
pub trait Host: Clone + 'static {
    /// Somebody who was let in. What they may do is asked anew for each operation.
    type Caller: Clone + 'static;

    /// How requests are read.
    fn reader(&self) -> &Reader;

    /// Lets in whoever sends `credentials` in a socket's first message, or sent them with its handshake.
    fn admit(&self, handshake: &HttpRequest, credentials: Option<String>) -> impl Future<Output = Option<Self::Caller>>;

    /// Carries out a query or a mutation.
    fn execute(&self, caller: &Self::Caller, operation: Operation) -> impl Future<Output = Response>;

    /// Carries out a subscription.
    fn subscribe(&self, caller: &Self::Caller, operation: Operation) -> LocalBoxStream<'static, Response>;

    /// The answer to a request that can't run.
    fn refuse(&self, error: ServerError) -> Response;

    /// Ends once the server is about to end.
    fn ending(&self) -> impl Future<Output = ()> + 'static;

    /// Is told when a socket opens (1) and closes (-1).
    fn count_sockets(&self, change: i64);
}

#[cfg(test)]
mod tests;
