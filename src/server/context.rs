//! The sender of a request, and whether the request may run.

use actix_web::HttpRequest;
use actix_web::http::header;
use async_graphql::ServerError;
use tracing::Span;

use crate::domain::actor::Actor;
use crate::domain::error::Error;
use crate::domain::network::Network;
use crate::domain::people::session::Credentials;
use crate::domain::store::Db;
use crate::graphql::errors;
use crate::graphql::text_budget::TextBudget;
use crate::server::AppState;
use crate::server::limits::{Held, Limited, Refused, Sender};
use crate::telemetry::{self, cut};
use crate::transport::wire::cookie::Jar;
use crate::transport::{Host, Rejected};
use std::sync::Arc;
use std::time::Instant;

/// The header by which a client asks for the cost of its operation.
pub const COST_HEADER: &str = "x-claimspan-cost";

/// The facts about a request, or about one operation on a socket, apart from the operation itself.
#[derive(Clone)]
pub struct RequestContext {
    /// Its id, for the log and for the client.
    pub id: String,
    /// The token that was shown.
    pub token: Option<String>,
    pub(super) agent: Option<String>,
    /// The trace that the client says this is a part of.
    pub(super) traceparent: Option<String>,
    /// Where it comes from.
    pub(super) network: Option<Network>,
    /// The values of the header `Idempotency-Key`.
    pub keys: Vec<Vec<u8>>,
    /// The cookie that keeps a page's session.
    pub jar: Option<Jar>,
    /// Whether the response says what the operation costs.
    pub(super) tells_cost: bool,
    /// When it arrived.
    pub(super) begun: Instant,
    /// How much text its response may hold.
    pub(super) texts: TextBudget,
    /// A socket's share of its account's or network's sockets.
    socket: Option<(Sender, Arc<Held>)>,
}

impl RequestContext {
    /// The sender whose share a socket counts against: its account, or its network.
    pub fn sender(&self) -> Sender {
        self.socket.as_ref().map_or(Sender::Network(self.network), |(sender, _)| *sender)
    }

    /// The span of an operation of this request.
    pub(super) fn span(&self, kind: &str, name: Option<&str>, cost: u64, actor: &Actor) -> Span {
        let (request, account) = (&*self.id, actor.id());
        let traceparent = self.traceparent.as_deref();
        telemetry::Operation { kind, name, request, cost, account, traceparent }.span()
    }
}

/// Why a request does not run.
#[derive(Debug)]
pub enum Rejection {
    /// The credentials are wrong, or the database does not answer.
    Error(Error),
    /// The sender asked for too much.
    Limit(Refused),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for Rejection {
    fn from(refused: Refused) -> Self {
        Self::Limit(refused)
    }
}

impl Rejection {
    /// The GraphQL error.
    pub fn error(&self, request_id: &str) -> ServerError {
        match self {
            Self::Error(error) => errors::refusal(error, request_id),
            Self::Limit(refused) => refused.error(),
        }
    }
}

impl AppState {
    /// The context of a request.
    pub fn context(&self, request: &HttpRequest) -> RequestContext {
        let text = |name: &str| {
            request.headers().get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
        };
        let values = request.headers().get_all("idempotency-key");
        RequestContext {
            id: self.new_id(),
            token: None,
            agent: text("user-agent"),
            traceparent: text("traceparent").map(|traceparent| cut(&traceparent).to_owned()),
            network: self.network(request),
            keys: values.map(|value| value.as_bytes().to_vec()).collect(),
            jar: Jar::of(request, self.is_secure(request)),
            tells_cost: request.headers().contains_key(COST_HEADER),
            begun: Instant::now(),
            texts: self.texts(),
            socket: None,
        }
    }

    /// The context of another operation of the same client.
    pub(super) fn next_context(&self, context: &RequestContext) -> RequestContext {
        RequestContext { id: self.new_id(), texts: self.texts(), ..context.clone() }
    }

    /// The context of an operation that runs for several clients, of which this is one.
    pub(super) fn audience_context(&self, context: &RequestContext) -> RequestContext {
        RequestContext {
            token: None,
            agent: None,
            traceparent: None,
            network: None,
            keys: Vec::new(),
            jar: None,
            socket: None,
            ..self.next_context(context)
        }
    }

    fn texts(&self) -> TextBudget {
        TextBudget::new(self.most_response())
    }

    pub(super) fn network(&self, request: &HttpRequest) -> Option<Network> {
        self.settings.proxies.network(request.peer_addr(), request.headers())
    }

    /// The sender of a request that nobody has authenticated.
    pub(super) fn sender_of(&self, request: &HttpRequest) -> Sender {
        Sender::Network(self.network(request))
    }

    /// Whether a request came over TLS, to a trusted proxy.
    pub fn is_secure(&self, request: &HttpRequest) -> bool {
        self.settings.proxies.secured(request.peer_addr(), request.headers())
    }

    pub(super) fn credentials(&self, db: &Db, context: &RequestContext) -> Credentials {
        Credentials::new(db.clone(), self.world.clone(), context.token.clone())
    }

    /// The actor whose token a request shows: nobody in particular without one, an error if it is wrong.
    pub(super) async fn authenticate(
        &self,
        db: &Db,
        context: &RequestContext,
    ) -> Result<Actor, Error> {
        let actor = async { self.credentials(db, context).actor().await };
        let actor = tokio::time::timeout(self.settings.deadline, actor);
        let actor = actor.await.unwrap_or(Err(Error::Deadline { writing: false }))?;
        Ok(actor.from_network(context.network))
    }

    /// The actor of a request, by its token or cookie. A cookie that is no longer valid counts as none: the page can't remove it, and has to
    /// be able to sign in again.
    pub(super) async fn authenticate_request(
        &self,
        db: &Db,
        request: &HttpRequest,
        context: &mut RequestContext,
    ) -> Result<Actor, Error> {
        let shown = token_of(request)?;
        let cookie =
            if shown.is_none() { context.jar.and_then(|jar| jar.token(request)) } else { None };
        let by_cookie = cookie.is_some();
        context.token = shown.or(cookie);
        match self.authenticate(db, context).await {
            Err(Error::Unauthenticated(_)) if by_cookie => {
                context.token = None;
                self.authenticate(db, context).await
            }
            authenticated => authenticated,
        }
    }

    /// The actor of an operation on a socket, if its sender can pay for it.
    pub(super) async fn admit_operation(
        &self,
        db: &Db,
        context: &RequestContext,
        cost: u64,
    ) -> Result<Actor, Rejection> {
        match self.authenticate(db, context).await {
            Ok(actor) => {
                self.draw(&actor, cost)?;
                Ok(actor)
            }
            Err(error) => {
                if let Error::Unauthenticated(_) = error {
                    self.charge_invalid(Sender::Network(context.network), 1);
                }
                Err(error.into())
            }
        }
    }

    /// Draws an operation's cost from its sender's budget; and refuses it while the sender's responses wait to be read.
    pub(super) fn draw(&self, actor: &Actor, cost: u64) -> Result<(), Refused> {
        if actor.is_machine() {
            return Ok(());
        }
        let (limits, sender) = (&self.settings.limits, Sender::of(actor));
        limits.hold(Limited::UnsentBytes, sender)?;
        limits.draw(Limited::Request, sender, cost, actor.now())
    }

    /// Whether a sender may send another request; not if too many of its requests were invalid.
    pub(super) fn check_invalid(&self, sender: Sender) -> Result<(), Refused> {
        self.settings.limits.check(Limited::InvalidRequest, sender, self.world.now())
    }

    /// Draws invalid requests from a sender's allowance.
    pub(super) fn charge_invalid(&self, sender: Sender, number: u64) {
        self.settings.limits.charge(Limited::InvalidRequest, sender, number, self.world.now());
    }

    /// Admits the client of a socket.
    pub(super) async fn admit_socket(
        &self,
        handshake: &HttpRequest,
        credentials: Option<String>,
    ) -> Result<RequestContext, Rejected> {
        let too_many = |refused: Refused| Rejected::ForNow(Box::new(refused.error()));
        // An idempotency key is for one request, not for all of a socket's; and a socket's responses set no cookie.
        let mut context = RequestContext { keys: Vec::new(), jar: None, ..self.context(handshake) };
        self.check_invalid(context.sender()).map_err(too_many)?;
        let token = match &credentials {
            Some(credentials) => token_in(credentials).map(Some),
            None => token_of(handshake),
        };
        let actor = match token {
            Ok(token) => {
                context.token = token;
                self.authenticate(&self.db, &context).await
            }
            Err(error) => Err(error),
        };
        let actor = match actor {
            Ok(actor) => actor,
            Err(Error::Unauthenticated(_)) => {
                self.charge_invalid(context.sender(), 1);
                return Err(Rejected::Credentials);
            }
            // The credentials may be good. Nobody could look.
            Err(error) => {
                return Err(Rejected::ForNow(Box::new(errors::refusal(&error, &context.id))));
            }
        };
        let sender = Sender::of(&actor);
        let held = self.settings.limits.hold(Limited::Socket, sender).map_err(too_many)?;
        context.socket = Some((sender, Arc::new(held)));
        Ok(context)
    }
}

/// Whether a request shows credentials of any kind.
pub fn shows_credentials(request: &HttpRequest, context: &RequestContext) -> bool {
    request.headers().contains_key(header::AUTHORIZATION) || context.jar.is_some()
}

/// The token in a request's headers, if it shows credentials.
fn token_of(request: &HttpRequest) -> Result<Option<String>, Error> {
    let Some(credentials) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    // Bytes that are not text are not a token either.
    token_in(credentials.to_str().unwrap_or_default()).map(Some)
}

/// The token in credentials: `Bearer <token>`.
fn token_in(credentials: &str) -> Result<String, Error> {
    let token =
        credentials.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or(Error::Unauthenticated(
        "credentials look like this: `Authorization: Bearer <token>`",
    ))?;
    Ok(token.trim().to_owned())
}
