//! GraphQL over HTTP, WebSocket and server-sent events, as their specifications say.

use std::time::Duration;

use async_graphql::ServerError;

pub mod body;
pub mod buffer;
pub mod connection;
pub mod cookie;
pub mod events;
mod head;
pub mod http;
pub mod messages;
pub mod outbox;
pub mod responses;
pub mod socket;
mod socket_operation;

/// Counts bytes that a client makes the server keep in memory, against a limit. Dropping it
/// releases them.
pub trait Hold: 'static {
    /// Counts more bytes. The error says why there is no room for them.
    fn grow(&mut self, bytes: usize) -> Result<(), Box<ServerError>>;

    /// Releases some bytes.
    fn shrink(&mut self, bytes: usize);
}

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request: its first line and headers.
    pub head: Duration,
    /// For a whole request body, or a whole message on a socket.
    pub receive: Duration,
    /// For reading, while the server has something to send. See [`connection`].
    pub send: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            receive: Duration::from_mins(1),
            send: Duration::from_secs(20),
        }
    }
}
