//! The desk: what every request is answered with, whichever wire it came by.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::http::header;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError};
use futures_util::stream::{LocalBoxStream, StreamExt, once};
use tokio::sync::watch;
use tracing::Instrument;
use tracing::field::Empty;

use crate::domain::activity::{Feed, USUAL_MOST_LAG};
use crate::domain::error::Error;
use crate::domain::network::Network;
use crate::domain::policy::{Actor, World};
use crate::domain::rating;
use crate::domain::session::{Standing, UserAgent};
use crate::domain::store::Db;
use crate::gates::address::Proxies;
use crate::gates::breath::Breath;
use crate::gates::budget::Budget;
use crate::gates::once;
use crate::graphql::faults::{self, Stage};
use crate::graphql::room::Room;
use crate::graphql::{ClaimspanSchema, loaders};
use crate::metrics::Metrics;
use crate::telemetry::{SPANS, continue_trace};
use crate::transport::Host;
use crate::transport::cookie::Jar;
use crate::transport::given::Givens;
use crate::transport::guard::USUAL_MOST_COST;
use crate::transport::persisted::Documents;
use crate::transport::request::{Operation, Reader};
use crate::transport::types::Types;

/// The header by which a client asks what its operation costs.
pub const COST_HEADER: &str = "x-claimspan-cost";

/// How a server answers.
#[derive(Clone)]
pub struct Settings {
    /// How long an operation may take.
    pub deadline: Duration,
    /// Whether the schema can be asked for.
    pub introspection: bool,
    /// What an operation, or a batch of them, may cost in the guard's measure.
    pub most_cost: u64,
    /// How many operations are taken in a batch; 0 for none.
    pub most_batch: usize,
    /// How many events a follower of the activity may be behind.
    pub most_lag: i32,
    /// The documents that clients need not send, or the only ones that run.
    pub documents: Arc<Documents>,
    /// The web origins whose pages may read answers, besides our own.
    pub origins: Vec<String>,
    /// The proxies that are believed where a request comes from.
    pub proxies: Proxies,
    /// What anybody may ask for in a minute.
    pub budget: Budget,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            introspection: true,
            most_cost: USUAL_MOST_COST,
            most_batch: 10,
            most_lag: USUAL_MOST_LAG,
            documents: Arc::default(),
            origins: Vec::new(),
            proxies: Proxies::default(),
            budget: Budget::new(0),
        }
    }
}

/// What every request is answered with.
#[derive(Clone)]
pub struct Desk {
    pub(super) db: Db,
    schema: ClaimspanSchema,
    types: Arc<Types>,
    pub(super) world: World,
    pub(super) metrics: Metrics,
    feed: Feed,
    ratings: rating::Known,
    pub(super) reader: Reader,
    pub(super) settings: Arc<Settings>,
    pub(super) breath: Breath,
    pub(super) ending: watch::Sender<bool>,
}

impl Desk {
    /// A server's desk over an open database.
    pub fn new(mut db: Db, world: World, settings: Settings) -> Self {
        let metrics = Metrics::new();
        let counted = metrics.clone();
        let schema = crate::graphql::schema(settings.introspection);
        db.on_statement(move |does, took, failed| counted.statement(does, took, failed));
        let types = Arc::new(Types::of(&schema.sdl()));
        Self {
            schema,
            ratings: rating::Known::default(),
            feed: Feed::new(db.clone(), settings.most_lag),
            reader: Reader {
                documents: Arc::clone(&settings.documents),
                parsed: Arc::default(),
                lists: Arc::new(crate::graphql::lists()),
                givens: Givens::new(Arc::clone(&types), &crate::graphql::FORMS, settings.introspection),
                most_cost: settings.most_cost,
            },
            types,
            settings: Arc::new(settings),
            breath: Breath::default(),
            ending: watch::channel(false).0,
            db,
            world,
            metrics,
        }
    }
}

/// One request, or one operation of a socket: who sends it, and what it is called in the log.
#[derive(Clone)]
pub struct Call {
    /// Its own id, for the log and for the client.
    pub id: String,
    /// The token that was shown.
    pub token: Option<String>,
    agent: Option<String>,
    /// The trace that the client says this is a part of.
    traceparent: Option<String>,
    /// Where it comes from.
    network: Option<Network>,
    /// What its headers `Idempotency-Key` say.
    pub keys: Vec<Vec<u8>>,
    /// Where a page keeps its session.
    pub jar: Option<Jar>,
    /// Whether the answer is to tell the operation's cost.
    tells_cost: bool,
}

impl Desk {
    /// What a request is, shown this token.
    pub fn call(&self, request: &HttpRequest, token: Option<String>) -> Call {
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
        let keys = request.headers().get_all("idempotency-key").map(|value| value.as_bytes().to_vec()).collect();
        let network = self.settings.proxies.network(request.peer_addr(), request.headers());
        let (agent, traceparent, tells_cost) = (text("user-agent"), text("traceparent"), request.headers().contains_key(COST_HEADER));
        let jar = Jar::of(request, self.secured(request));
        Call { id: self.new_id(), token, agent, traceparent, network, keys, jar, tells_cost }
    }

    /// Whether a request came over TLS, to a proxy that is believed.
    pub fn secured(&self, request: &HttpRequest) -> bool {
        self.settings.proxies.secured(request.peer_addr(), request.headers())
    }

    fn new_id(&self) -> String {
        self.world.id::<uuid::Uuid>().simple().to_string()
    }

    /// The database to read from who sends a request, and then what it asks for. One that only reads, and is waited for, keeps a connection.
    pub fn db_for(&self, reading: bool) -> Db {
        if reading { self.db.keeping() } else { self.db.clone() }
    }

    fn standing(&self, db: &Db, call: &Call) -> Standing {
        Standing::new(db.clone(), self.world.clone(), call.token.clone())
    }

    /// The request with all that resolvers need at hand, on this database.
    fn furnish(&self, request: Request, call: &Call, actor: Actor, db: Db) -> Request {
        // What is kept to be answered again is kept without headers, so it can set no cookie.
        let jar = call.jar.filter(|_| call.keys.is_empty());
        request
            .data(jar)
            .data(loaders::for_request(db.clone(), actor.clone(), self.ratings.clone()))
            .data(Room::default())
            .data(UserAgent(call.agent.clone()))
            .data(self.standing(&self.db, call))
            .data(self.feed.clone())
            .data(db)
            .data(actor)
    }

    /// Carries out a query or a mutation, in the time that it has. What a mutation was writing by then is written to its end.
    pub async fn carry_out(&self, db: &Db, call: &Call, actor: Actor, operation: Operation) -> Response {
        let Operation { request, kind, name, order, cost } = operation;
        let (begun, account, _running) = (Instant::now(), actor.id().map(tracing::field::display), self.metrics.running());
        let (kind_name, id) = (kind_name(kind), &call.id);
        let span = tracing::info_span!(target: SPANS, "graphql", otel.name = name, request_id = %id, kind = kind_name, cost, account, code = Empty);
        if let Some(traceparent) = &call.traceparent {
            continue_trace(&span, traceparent);
        }
        let run = {
            let (desk, call, actor) = (self.clone(), call.clone(), actor.clone());
            async move |db: Db, request: Request| {
                let mut response = desk.schema.execute(desk.furnish(request, &call, actor, db)).await;
                desk.types.complete(&mut response, &order);
                faults::explain(&mut response, Stage::Answering, &call.id);
                response
            }
        };
        let keys = call.keys.iter().map(Vec::as_slice);
        let answering = once::answer(db, &actor, keys, request, id, run).instrument(span.clone());
        let mut response = tokio::time::timeout(self.settings.deadline, answering).await.unwrap_or_else(|_| {
            let late = Error::Deadline { writing: kind == OperationType::Mutation };
            Response::from_errors(vec![faults::refusal(&late, id)])
        });
        if call.tells_cost {
            response.extensions.insert("cost".to_owned(), cost.into());
        }
        let (took, code) = (begun.elapsed(), first_code(&response));
        // As a number: a u128 would be logged as a string.
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        span.record("code", code.as_deref());
        let operation = name.as_deref();
        tracing::info!(request_id = %id, kind = kind_name, operation, cost, took_us, account, code, "answered");
        self.metrics.operation(kind_name, operation, code.as_deref(), took);
        response
    }

    /// The answer to what can't be carried out.
    pub fn refusal(&self, mut response: Response, stage: Stage, call: &Call) -> Response {
        faults::explain(&mut response, stage, &call.id);
        self.metrics.operation("none", None, first_code(&response).as_deref(), Duration::ZERO);
        response
    }

    /// The answers to a subscription.
    pub fn follow(&self, call: &Call, actor: Actor, operation: Operation) -> LocalBoxStream<'static, Response> {
        let Operation { request, name, order, cost, .. } = operation;
        let account = actor.id().map(tracing::field::display);
        tracing::info!(request_id = %call.id, kind = "subscription", operation = name, cost, account, "follows");
        self.metrics.operation("subscription", name.as_deref(), None, Duration::ZERO);
        let request = self.furnish(request, call, actor, self.db.clone());
        let id = call.id.clone();
        let answers = self.schema.execute_stream(request);
        let types = Arc::clone(&self.types);
        let told = answers.map(move |mut response| {
            types.complete(&mut response, &order);
            faults::explain(&mut response, Stage::Answering, &id);
            response
        });
        told.boxed_local()
    }

    /// Who shows the credentials of a call: nobody known, if there are none; an error, if they are bad.
    async fn actor(&self, db: &Db, call: &Call) -> Result<Actor, Error> {
        Ok(self.standing(db, call).actor().await?.from_network(call.network))
    }

    /// Who sends a request that asks for so much, if they may now. A token in a cookie that is no good any more is as good as none: the page
    /// can't remove it, and has to be able to sign in again.
    pub async fn let_in_by(&self, db: &Db, request: &HttpRequest, call: &mut Call, cost: u64) -> Result<Actor, Error> {
        let shown = token_of(request)?;
        let kept = if shown.is_none() { call.jar.and_then(|jar| jar.token(request)) } else { None };
        let by_cookie = kept.is_some();
        call.token = shown.or(kept);
        match self.let_in(db, call, cost).await {
            Err(Error::Unauthenticated(_)) if by_cookie => {
                call.token = None;
                self.let_in(db, call, cost).await
            }
            let_in => let_in,
        }
    }

    /// Who asks for so much, if they may now.
    pub async fn let_in(&self, db: &Db, call: &Call, cost: u64) -> Result<Actor, Error> {
        let known = tokio::time::timeout(self.settings.deadline, self.actor(db, call));
        let actor = known.await.unwrap_or(Err(Error::Deadline { writing: false }))?;
        self.settings.budget.draw(&actor, cost)?;
        Ok(actor)
    }
}

impl Host for Desk {
    type Caller = Call;

    fn reader(&self) -> &Reader {
        &self.reader
    }

    async fn admit(&self, handshake: &HttpRequest, credentials: Option<String>) -> Option<Call> {
        let credentials = match credentials {
            Some(credentials) => Some(token_in(&credentials).ok()?),
            None => token_of(handshake).ok()?,
        };
        // A key is for one request, not for all of a socket's; and a socket's answers set no cookie.
        let call = Call { keys: Vec::new(), jar: None, ..self.call(handshake, credentials) };
        self.actor(&self.db, &call).await.is_ok().then_some(call)
    }

    async fn execute(&self, caller: &Call, operation: Operation) -> Response {
        let call = Call { id: self.new_id(), ..caller.clone() };
        let db = self.db_for(operation.kind == OperationType::Query);
        match self.let_in(&db, &call, operation.cost).await {
            Ok(actor) => self.carry_out(&db, &call, actor, operation).await,
            Err(error) => Response::from_errors(vec![faults::refusal(&error, &call.id)]),
        }
    }

    fn subscribe(&self, caller: &Call, operation: Operation) -> LocalBoxStream<'static, Response> {
        let (desk, call) = (self.clone(), Call { id: self.new_id(), ..caller.clone() });
        let answers = async move {
            match desk.let_in(&desk.db, &call, operation.cost).await {
                Ok(actor) => desk.follow(&call, actor, operation),
                Err(error) => once(async move { Response::from_errors(vec![faults::refusal(&error, &call.id)]) }).boxed_local(),
            }
        };
        once(answers).flatten().boxed_local()
    }

    fn refuse(&self, error: ServerError) -> Response {
        let call = Call {
            id: self.new_id(),
            token: None,
            agent: None,
            traceparent: None,
            network: None,
            keys: Vec::new(),
            jar: None,
            tells_cost: false,
        };
        self.refusal(Response::from_errors(vec![error]), Stage::Parsing, &call)
    }

    fn ending(&self) -> impl Future<Output = ()> + 'static {
        let mut ending = self.ending.subscribe();
        async move {
            let _ = ending.wait_for(|ending| *ending).await;
        }
    }

    fn count_sockets(&self, change: i64) {
        self.metrics.sockets(change);
    }
}

/// The token in a request's headers, if it shows credentials.
fn token_of(request: &HttpRequest) -> Result<Option<String>, Error> {
    let Some(credentials) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    // What is no text is no token either.
    token_in(credentials.to_str().unwrap_or_default()).map(Some)
}

/// The token in credentials: `Bearer <token>`.
fn token_in(credentials: &str) -> Result<String, Error> {
    let token = credentials.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or(Error::Unauthenticated("credentials look like this: `Authorization: Bearer <token>`"))?;
    Ok(token.trim().to_owned())
}

const fn kind_name(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

fn first_code(response: &Response) -> Option<String> {
    response.errors.first().and_then(faults::code).map(ToOwned::to_owned)
}
