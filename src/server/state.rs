//! The state that all requests share: database, schema and settings. It also runs each operation,
//! whichever way it arrived.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError};
use futures_util::stream::{BoxStream, LocalBoxStream, StreamExt, once};
use tokio::sync::watch;
use tracing::Instrument;

use crate::domain::activity::{Feed, Place, USUAL_MOST_LAG};
use crate::domain::actor::Actor;
use crate::domain::error::Error;
use crate::domain::newsroom::rating_cache::RatingCache;
use crate::domain::people::session::UserAgent;
use crate::domain::store::Db;
use crate::domain::world::World;
use crate::graphql::errors::{self, Stage};
use crate::graphql::{ClaimspanSchema, Root, loaders};
use crate::metrics::Metrics;
use crate::server::address::Proxies;
use crate::server::addresses::Addresses;
use crate::server::context::RequestContext;
use crate::server::followers::{self, Asked, Followers};
use crate::server::idempotency;
use crate::server::kept::{Kept, KeptResponses};
use crate::server::limits::{Held, Limited, Limits, Refused, Sender};
use crate::server::public::KeptPages;
use crate::telemetry::cut;
use crate::transport::document::guard::USUAL_MOST_COST;
use crate::transport::document::persisted::Documents;
use crate::transport::document::request::{Operation, Reader};
use crate::transport::document::types::Types;
use crate::transport::document::validation::InputChecks;
use crate::transport::wire::Timeouts;
use crate::transport::{Host, Rejected, Reply};

/// The settings of a server.
#[derive(Clone)]
pub struct Settings {
    /// The time limit of an operation.
    pub deadline: Duration,
    /// Whether introspection is allowed.
    pub introspection: bool,
    /// Which queries the schema has.
    pub root: Root,
    /// The maximum cost of an operation, or of a batch, as the query guard computes it.
    pub most_cost: u64,
    /// The maximum number of operations in a batch; 0 refuses batches.
    pub most_batch: usize,
    /// The number of events that a subscriber may be behind.
    pub most_lag: i32,
    /// Persisted documents; or trusted documents, and then no others run.
    pub documents: Arc<Documents>,
    /// Other web origins whose pages may read responses.
    pub origins: Vec<String>,
    /// The address at which readers reach the server, if the operator named one. Without a final
    /// slash.
    pub public_url: Option<String>,
    /// The proxies that are trusted to name a request's client.
    pub proxies: Proxies,
    /// The limits for every sender.
    pub limits: Limits,
    /// The time limits of clients.
    pub timeouts: Timeouts,
    /// The size of all kept responses together, in bytes. 0 keeps none.
    pub kept_bytes: u64,
    /// Whether followers share one execution. If not, each has its own, with the same responses.
    pub shares_followers: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            introspection: true,
            root: Root::Plain,
            most_cost: USUAL_MOST_COST,
            most_batch: 10,
            most_lag: USUAL_MOST_LAG,
            documents: Arc::default(),
            origins: Vec::new(),
            public_url: None,
            proxies: Proxies::default(),
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            kept_bytes: 64 << 20,
            shares_followers: true,
        }
    }
}

/// The state that all requests share. Each request and each follower has a copy, so a copy is small.
#[derive(Clone)]
pub struct AppState(Arc<State>);

/// See [`AppState`].
pub struct State {
    pub(super) db: Db,
    schema: ClaimspanSchema,
    types: Arc<Types>,
    pub(super) world: World,
    pub(super) metrics: Metrics,
    feed: Feed,
    ratings: RatingCache,
    pub(super) kept: KeptResponses,
    pub(super) followers: Followers,
    pub(super) reader: Reader,
    pub(super) settings: Arc<Settings>,
    pub(super) shutting_down: watch::Sender<bool>,
    pub(super) addresses: Addresses,
    /// Public answers in memory.
    pub(super) public_pages: KeptPages,
}

impl Deref for AppState {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl AppState {
    /// The state of a server with an open database.
    pub fn new(mut db: Db, world: World, settings: Settings) -> Self {
        let metrics = Metrics::new();
        let counted = metrics.clone();
        let schema = crate::graphql::schema(settings.root, settings.introspection);
        db.on_statement(move |does, took, failed| counted.statement(does, took, failed));
        let types = Arc::new(Types::of(&schema.sdl()));
        Self(Arc::new(State {
            schema,
            ratings: RatingCache::default(),
            feed: Feed::new(db.clone(), settings.most_lag),
            reader: Reader {
                documents: Arc::clone(&settings.documents),
                parsed: Arc::default(),
                weights: Arc::new(crate::graphql::weights(Arc::clone(&types))),
                inputs: InputChecks::new(
                    Arc::clone(&types),
                    crate::graphql::FORMS,
                    settings.introspection,
                ),
                most_cost: settings.most_cost,
                on_record: Arc::new(crate::graphql::on_record()),
                types: Arc::clone(&types),
            },
            kept: KeptResponses::new(settings.kept_bytes),
            addresses: Addresses::new(settings.public_url.as_deref()),
            followers: Followers::default(),
            types,
            settings: Arc::new(settings),
            shutting_down: watch::channel(false).0,
            public_pages: KeptPages::default(),
            db,
            world,
            metrics,
        }))
    }
}

impl AppState {
    /// An id for a request.
    pub(super) fn new_id(&self) -> String {
        self.world.id::<uuid::Uuid>().simple().to_string()
    }

    /// The database for a request. A request that only reads keeps one connection for all its reads.
    pub fn db_for(&self, reading: bool) -> Db {
        if reading { self.db.for_request() } else { self.db.clone() }
    }

    /// Gives a request what its resolvers need.
    fn with_data(
        &self,
        request: Request,
        context: &RequestContext,
        actor: Actor,
        db: Db,
    ) -> Request {
        // A response that is kept for an idempotency key is kept without headers, so it can't set a cookie.
        let jar = context.jar.filter(|_| context.keys.is_empty());
        request
            .data(jar)
            .data(loaders::for_request(db.clone(), actor.clone(), self.ratings.clone()))
            .data(context.texts.clone())
            .data(UserAgent(context.agent.clone()))
            .data(self.credentials(&self.db, context))
            .data(self.feed.clone())
            .data(db)
            .data(actor)
    }

    /// Runs a query or a mutation within the deadline. A write that has begun by then is completed.
    pub async fn run(
        &self,
        db: &Db,
        context: &RequestContext,
        actor: Actor,
        operation: Operation,
    ) -> Response {
        let Operation { request, kind, name, order, cost, .. } = operation;
        let (begun, account, _running) =
            (Instant::now(), actor.id().map(tracing::field::display), self.metrics.running());
        let (kind_name, id) = (kind_name(kind), &context.id);
        let name = name.as_deref().map(cut);
        let span = context.span(kind_name, name, cost, &actor);
        let run = {
            let (state, context, actor) = (self.clone(), context.clone(), actor.clone());
            async move |db: Db, request: Request| {
                let mut response =
                    state.schema.execute(state.with_data(request, &context, actor, db)).await;
                state.types.complete(&mut response, &order);
                errors::explain(&mut response, Stage::Answering, &context.id);
                response
            }
        };
        let keys = context.keys.iter().map(Vec::as_slice);
        let running =
            idempotency::answer(db, &actor, keys, request, id, run).instrument(span.clone());
        let mut response =
            tokio::time::timeout(self.settings.deadline, running).await.unwrap_or_else(|_| {
                let late = Error::Deadline { writing: kind == OperationType::Mutation };
                Response::from_errors(vec![errors::refusal(&late, id)])
            });
        if context.tells_cost {
            response.extensions.insert("cost".to_owned(), cost.into());
        }
        let (took, code) = (begun.elapsed(), first_code(&response));
        if let Some(code) = &code {
            span.record("error.type", code);
        }
        tracing::info!(request_id = %id, kind = kind_name, operation = name, cost, took_us = micros(took), account, code, "answered");
        self.metrics.operation(kind_name, name, code.as_deref(), took);
        response
    }

    /// Notes that a query was answered with a kept response.
    pub(super) fn note_kept(&self, context: &RequestContext, actor: &Actor, kept: &Kept) {
        let (name, account) =
            (kept.name.as_deref().map(cut), actor.id().map(tracing::field::display));
        let (id, cost, took) = (&context.id, kept.cost, context.begun.elapsed());
        drop(context.span("query", name, cost, actor));
        tracing::info!(request_id = %id, kind = "query", operation = name, cost, took_us = micros(took), account, kept = true, "answered");
        self.metrics.operation("query", name, None, took);
        self.metrics.kept(true);
    }

    /// The response to an operation that can't run.
    pub fn refusal(&self, error: ServerError, id: &str) -> Response {
        let mut response = Response::from_errors(vec![error]);
        errors::explain(&mut response, Stage::Parsing, id);
        self.metrics.operation("none", None, first_code(&response).as_deref(), Duration::ZERO);
        response
    }

    /// Runs a subscription.
    pub fn follow(
        &self,
        context: &RequestContext,
        actor: Actor,
        operation: Operation,
    ) -> LocalBoxStream<'static, Reply> {
        let (name, cost) = (operation.name.clone(), operation.cost);
        let held = self.settings.limits.hold(Limited::Subscription, Sender::of(&actor));
        let asked = held.map_err(Refused::error).and_then(|held| Ok((Asked::of(operation)?, held)));
        let (asked, held) = match asked {
            Ok(asked) => asked,
            Err(error) => return Reply::only(self.refusal(error, &context.id)),
        };
        let (account, name) = (actor.id().map(tracing::field::display), name.as_deref().map(cut));
        tracing::info!(request_id = %context.id, kind = "subscription", operation = name, cost, account, "follows");
        self.metrics.operation("subscription", name, None, Duration::ZERO);
        followers::replies(self.clone(), context.clone(), actor, asked, held)
    }

    /// The responses of a subscription. It follows from `place`, if there is one.
    pub(super) fn responses(
        &self,
        asked: &Arc<Asked>,
        context: &RequestContext,
        actor: Actor,
        place: Option<Place>,
    ) -> BoxStream<'static, Response> {
        let mut request = self.with_data(asked.request(), context, actor, self.db.clone());
        if let Some(place) = place {
            request = request.data(place);
        }
        let (id, texts, asked) = (context.id.clone(), context.texts.clone(), Arc::clone(asked));
        let types = Arc::clone(&self.types);
        let responses = self.schema.execute_stream(request).map(move |mut response| {
            types.complete(&mut response, asked.order());
            errors::explain(&mut response, Stage::Answering, &id);
            texts.begin_again();
            response
        });
        responses.boxed()
    }
}

impl Host for AppState {
    type Caller = RequestContext;
    type Hold = Held;

    fn reader(&self) -> &Reader {
        &self.reader
    }

    fn timeouts(&self) -> Timeouts {
        self.settings.timeouts
    }

    fn most_response(&self) -> usize {
        self.settings.limits.each(Limited::ResponseBytes)
    }

    fn receiving(&self, handshake: &HttpRequest) -> Held {
        self.settings.limits.holder(Limited::ReceivedBytes, self.sender_of(handshake))
    }

    fn sending(&self, caller: &RequestContext) -> Held {
        self.settings.limits.holder(Limited::UnsentBytes, caller.sender())
    }

    async fn admit(
        &self,
        handshake: &HttpRequest,
        credentials: Option<String>,
    ) -> Result<RequestContext, Rejected> {
        self.admit_socket(handshake, credentials).await
    }

    fn check(&self, caller: &RequestContext) -> Result<(), Box<ServerError>> {
        self.check_invalid(caller.sender()).map_err(|refused| Box::new(refused.error()))
    }

    async fn execute(&self, caller: &RequestContext, operation: Operation) -> Response {
        let context = self.next_context(caller);
        let db = self.db_for(operation.kind == OperationType::Query);
        match self.admit_operation(&db, &context, operation.cost).await {
            Ok(actor) => self.run(&db, &context, actor, operation).await,
            Err(rejection) => Response::from_errors(vec![rejection.error(&context.id)]),
        }
    }

    fn subscribe(
        &self,
        caller: &RequestContext,
        operation: Operation,
    ) -> LocalBoxStream<'static, Reply> {
        let (state, context) = (self.clone(), self.next_context(caller));
        let responses = async move {
            // Boxed, so that a follower does not hold the memory that this needs once.
            match Box::pin(state.admit_operation(&state.db, &context, operation.cost)).await {
                Ok(actor) => state.follow(&context, actor, operation),
                Err(rejection) => {
                    Reply::only(Response::from_errors(vec![rejection.error(&context.id)]))
                }
            }
        };
        once(responses).flatten().boxed_local()
    }

    fn refuse(&self, caller: Option<&RequestContext>, error: ServerError) -> Response {
        if let Some(caller) = caller {
            self.charge_invalid(caller.sender(), 1);
        }
        self.refusal(error, &self.new_id())
    }

    fn shutdown(&self) -> impl Future<Output = ()> + 'static {
        let mut shutting_down = self.shutting_down.subscribe();
        async move {
            let _ = shutting_down.wait_for(|shutting_down| *shutting_down).await;
        }
    }

    fn count_sockets(&self, change: i64) {
        self.metrics.sockets(change);
    }
}

const fn kind_name(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

/// As a number: a u128 would be logged as a string.
fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

fn first_code(response: &Response) -> Option<String> {
    response.errors.first().and_then(errors::code).map(ToOwned::to_owned)
}
