//! The door: routes, who comes in, and health.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Instant;

use actix_web::dev::Server;
use actix_web::http::{StatusCode, header};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, middleware, web};
use anyhow::Context;
use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError};

use crate::domain::error::Error;
use crate::domain::policy::{Actor, World};
use crate::domain::session::{self, UserAgent};
use crate::domain::store::Db;
use crate::graphql::faults::{self, Stage};
use crate::graphql::{ClaimspanSchema, loaders};
use crate::metrics::Metrics;
use crate::pages;
use crate::transport::http::{self, Incoming, Refusal};
use crate::transport::nulls::Types;

/// The largest request body: an article of 1 MiB with every byte escaped, and its query.
const MOST_BYTES: usize = 8 << 20;

/// What every request is answered with.
#[derive(Clone)]
pub struct Desk {
    db: Db,
    schema: ClaimspanSchema,
    types: Arc<Types>,
    world: World,
    metrics: Metrics,
}

impl Desk {
    /// A server's desk over an open database.
    pub fn new(mut db: Db, world: World) -> Self {
        let metrics = Metrics::new();
        let counted = metrics.clone();
        db.on_statement(move |took, failed| counted.statement(took, failed));
        let schema = crate::graphql::schema();
        let types = Arc::new(Types::of(&schema.sdl()));
        Self { db, schema, types, world, metrics }
    }
}

/// Listens on `listen`. Gives the server, to be awaited, and the address that it got.
pub fn start(desk: Desk, listen: SocketAddr, workers: usize) -> anyhow::Result<(Server, SocketAddr)> {
    let listener = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let app = move || {
        App::new()
            .app_data(web::Data::new(desk.clone()))
            .app_data(web::PayloadConfig::new(MOST_BYTES))
            .wrap(
                middleware::DefaultHeaders::new()
                    .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                    .add((header::REFERRER_POLICY, "no-referrer")),
            )
            .route("/graphql", web::route().to(graphql))
            .route("/graphiql", web::get().to(pages::get))
            .route("/graphiql/{file:.*}", web::get().to(pages::get))
            .route("/health/live", web::get().to(live))
            .route("/health/ready", web::get().to(ready))
            .route("/metrics", web::get().to(metrics))
            .default_service(web::to(nothing_here))
    };
    let server = HttpServer::new(app).workers(workers).shutdown_timeout(30).listen(listener)?.run();
    Ok((server, address))
}

async fn graphql(request: HttpRequest, body: Result<web::Bytes, actix_web::Error>, desk: web::Data<Desk>) -> HttpResponse {
    let begun = Instant::now();
    let request_id = desk.world.id::<uuid::Uuid>().simple().to_string();
    let (mut response, kind, code) = match body {
        Ok(body) => answer(&desk, &request, &body, &request_id).await,
        Err(_) => (http::too_large(MOST_BYTES), "none", Some("BAD_USER_INPUT".to_owned())),
    };
    http::suit(&request, &mut response);
    desk.metrics.operation(kind, code.as_deref(), begun.elapsed());
    if let Ok(value) = header::HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(header::HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// The answer, the kind of operation, and the code of its first error.
async fn answer(desk: &Desk, request: &HttpRequest, body: &[u8], request_id: &str) -> (HttpResponse, &'static str, Option<String>) {
    let Incoming { request: operation, kind, order, media } = match http::read(request, body) {
        Ok(incoming) => incoming,
        Err(Refusal::Http(response)) => return (*response, "none", Some("BAD_USER_INPUT".to_owned())),
        Err(Refusal::Graphql(error, media)) => {
            let mut response = Response::from_errors(vec![*error]);
            faults::explain(&mut response, Stage::Parsing, request_id);
            return (http::answer(&response, media), "none", first_code(&response));
        }
    };
    let kind = match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    };
    let actor = match actor(desk, request).await {
        Ok(actor) => actor,
        Err(error) => {
            let status =
                if matches!(error, Error::Unauthenticated(_)) { StatusCode::UNAUTHORIZED } else { StatusCode::INTERNAL_SERVER_ERROR };
            let fault: ServerError = faults::refusal(&error, request_id);
            let mut response = http::refuse_with(status, &fault);
            if status == StatusCode::UNAUTHORIZED {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
            }
            return (response, kind, faults::code(&fault).map(ToOwned::to_owned));
        }
    };
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let operation = operation
        .data(loaders::for_request(desk.db.clone(), actor.clone()))
        .data(UserAgent(agent.map(ToOwned::to_owned)))
        .data(desk.db.clone())
        .data(actor);
    let mut response = desk.schema.execute(operation).await;
    order.arrange(&mut response, &desk.types);
    faults::explain(&mut response, Stage::Answering, request_id);
    (http::answer(&response, media), kind, first_code(&response))
}

/// Who sends the request: nobody known, if it shows no credentials; an error, if it shows bad ones.
async fn actor(desk: &Desk, request: &HttpRequest) -> Result<Actor, Error> {
    let Some(credentials) = request.headers().get(header::AUTHORIZATION) else {
        return Ok(Actor::stranger(desk.world.clone()));
    };
    let token = credentials.to_str().ok().and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or(Error::Unauthenticated("credentials look like this: `Authorization: Bearer <token>`"))?;
    session::authenticate(&desk.db, &desk.world, token.trim()).await
}

fn first_code(response: &Response) -> Option<String> {
    response.errors.first().and_then(faults::code).map(ToOwned::to_owned)
}

async fn live() -> &'static str {
    "live\n"
}

async fn ready(desk: web::Data<Desk>) -> HttpResponse {
    let (status, text) = match desk.db.ready().await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "the database's schema is not this program's: run claimspan migrate\n"),
        Err(error) => {
            tracing::warn!(?error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    };
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(text)
}

async fn metrics(desk: web::Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(desk.metrics.text())
}

async fn nothing_here() -> HttpResponse {
    HttpResponse::NotFound()
        .content_type("text/plain; charset=utf-8")
        .body("nothing here; the API is at /graphql, and a page to try it at /graphiql\n")
}
