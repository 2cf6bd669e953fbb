//! The table of limits.

use actix_web::http::StatusCode;
use async_graphql::ServerError;
use sea_orm::EnumIter;

use crate::domain::actor::Actor;
use crate::domain::ids::AccountId;
use crate::domain::network::Network;
use crate::domain::work_queue::Caller;

/// The things that are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
pub enum Limited {
    /// The cost of the operations that a sender runs.
    Request,
    /// Requests that can't be read, ask for too much, or show a wrong token.
    InvalidRequest,
    /// Open TCP connections.
    Connection,
    /// WebSockets that have been initialised.
    Socket,
    /// Subscriptions, on sockets and as event streams.
    Subscription,
    /// Exports that are being sent.
    Export,
    /// Bytes of request bodies and socket messages that are being received or run.
    ReceivedBytes,
    /// Bytes of responses that were built and not sent yet.
    UnsentBytes,
    /// Bytes of one response, a batch's included.
    ResponseBytes,
    /// Attempts to sign in.
    SignIn,
    /// Passwords that are hashed at once.
    PasswordHash,
}

/// How much of something is allowed. 0 means no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// A bucket that holds `burst` and gains `per_minute` each minute.
    Rate { per_minute: u32, burst: u32 },
    /// The amounts that one sender, and all senders together, may hold at one moment.
    AtOnce { each: usize, total: usize },
}

/// Where a limit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In this server's memory, by [`Limits`](super::Limits).
    Here,
    /// In the response that is being built, by `transport::wire::buffer`.
    Response,
    /// In the database, by `domain::people::throttle`, for all servers together. Its module has the numbers.
    Database,
    /// In a queue, by `domain::work_queue`. Its module has the numbers.
    Queue,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// How much is allowed by default.
    pub allowance: Allowance,
    /// Where it is counted.
    pub kept: Kept,
    /// The message for a client that asked for more.
    pub message: &'static str,
}

const MIB: usize = 1 << 20;

impl Limited {
    /// The table.
    pub const fn rule(self) -> Rule {
        use Allowance::{AtOnce, Rate};
        let (allowance, kept, message) = match self {
            Self::Request => (
                Rate { per_minute: 2_000_000, burst: 2_000_000 },
                Kept::Here,
                "Your requests of the last minute cost more than the server allows. Retry later, or ask for less.",
            ),
            Self::InvalidRequest => (
                Rate { per_minute: 600, burst: 600 },
                Kept::Here,
                "You sent too many invalid requests in the last minute. Correct them, and retry later.",
            ),
            Self::Connection => (
                AtOnce { each: 256, total: 10_000 },
                Kept::Here,
                "Your network has too many open connections. Close some, or retry later.",
            ),
            Self::Socket => (
                AtOnce { each: 20, total: 0 },
                Kept::Here,
                "You have too many open WebSockets. Close some, or run more operations on each.",
            ),
            Self::Subscription => (
                AtOnce { each: 100, total: 0 },
                Kept::Here,
                "You have too many subscriptions. Complete some before you start another.",
            ),
            Self::Export => (
                AtOnce { each: 2, total: 16 },
                Kept::Here,
                "Too many exports are being sent. Wait until one of yours has ended, or retry later.",
            ),
            Self::ReceivedBytes => (
                AtOnce { each: 16 * MIB, total: 64 * MIB },
                Kept::Here,
                "The server is receiving too many large requests. Retry later.",
            ),
            Self::UnsentBytes => (
                AtOnce { each: 64 * MIB, total: 192 * MIB },
                Kept::Here,
                "Too many large responses wait to be read. Read yours, and retry later.",
            ),
            Self::ResponseBytes => (
                AtOnce { each: 32 * MIB, total: 0 },
                Kept::Response,
                "The response is too large. Ask for smaller pages, fewer fields, or smaller batches.",
            ),
            Self::SignIn => (AtOnce { each: 0, total: 0 }, Kept::Database, ""),
            Self::PasswordHash => (AtOnce { each: 0, total: 0 }, Kept::Queue, ""),
        };
        Rule { allowance, kept, message }
    }

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

/// The sender whose share something counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// Somebody who is signed in, by whatever session or token and from wherever.
    Account(AccountId),
    /// Everybody in a network who is not signed in. Without an address, all such together.
    Network(Option<Network>),
    /// Somebody whose own share is not limited: a trusted proxy's connections.
    Exempt,
}

impl Sender {
    /// The sender that an actor is.
    pub fn of(actor: &Actor) -> Self {
        actor.id().map_or(Self::Network(actor.network()), Self::Account)
    }

    /// The sender in a work queue.
    pub fn caller(self) -> Caller {
        Caller::new(&format!("{self:?}"), 128)
    }
}

/// A sender asked for more than is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Of what.
    pub limited: Limited,
    /// Whether all senders together reached the limit, rather than this one.
    pub everybody: bool,
    /// Whole seconds to wait.
    pub retry_after: u32,
}

impl Refused {
    /// The HTTP status: 429 if the sender can do something about it, 503 if not.
    pub const fn status(self) -> StatusCode {
        if self.everybody { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::TOO_MANY_REQUESTS }
    }

    /// The GraphQL error.
    pub fn error(self) -> ServerError {
        let code = if self.everybody { "SERVER_BUSY" } else { "RATE_LIMITED" };
        let mut error = ServerError::new(self.limited.rule().message, None);
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("code", code);
        extensions.set("retryAfter", self.retry_after);
        error
    }
}
