//! The door: routes, who comes in, and health.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{App, FromRequest, Handler, HttpRequest, HttpResponse, HttpServer, Resource, Responder, middleware, web};
use anyhow::Context;
use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError};
use futures_util::stream::{StreamExt, once};

use crate::domain::error::{Error, Reason};
use crate::domain::idempotency;
use crate::domain::policy::Actor;
use crate::graphql::faults::{self, Stage};
use crate::pages;
use crate::transport::http::{self, Incoming, Media};
use crate::transport::request::Operation;
use crate::transport::{Host, events, hangup, socket};
use desk::{COST_HEADER, Call};

mod desk;

pub use desk::{Desk, Settings};

/// The largest request body and socket message: an article of 1 MiB with every byte escaped, and its query.
const MOST_BYTES: usize = 8 << 20;

/// Listens on `listen`. Gives the server, to be awaited, and the address that it got. On SIGTERM and Ctrl-C the server closes its sockets, answers
/// what is in flight, and ends.
pub fn start(desk: Desk, listen: SocketAddr, workers: usize) -> anyhow::Result<(Server, SocketAddr)> {
    let listener = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let ending = desk.ending.clone();
    let app = move || {
        App::new()
            .app_data(web::Data::new(desk.clone()))
            .wrap(middleware::from_fn(stay_secure))
            .wrap(cors(&desk.settings.origins))
            .wrap(
                middleware::DefaultHeaders::new()
                    .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                    .add((header::REFERRER_POLICY, "no-referrer")),
            )
            .route("/graphql", web::route().to(graphql))
            .service(page("/graphiql", pages::get))
            .service(page("/graphiql/{file:.*}", pages::get))
            .service(page("/health/live", live))
            .service(page("/health/ready", ready))
            .service(page("/metrics", metrics))
            .default_service(web::to(nothing_here))
    };
    let server =
        HttpServer::new(app).workers(workers).on_connect(hangup::on_connect).disable_signals().shutdown_timeout(30).listen(listener)?.run();
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        asked_to_end().await;
        // Sockets would go on for ever.
        ending.send_replace(true);
        handle.stop(true).await;
    });
    Ok((server, address))
}

async fn asked_to_end() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = terminate => {}
        Ok(()) = tokio::signal::ctrl_c() => {}
    }
}

/// Over TLS, browsers are told to come no other way for a year (RFC 6797).
async fn stay_secure(
    request: ServiceRequest,
    next: middleware::Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let secured = request.app_data::<web::Data<Desk>>().is_some_and(|desk| desk.secured(request.request()));
    let mut response = next.call(request).await?;
    if secured {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, header::HeaderValue::from_static("max-age=31536000"));
    }
    Ok(response)
}

/// Which pages of other origins may read answers: none, unless some are named.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST])
        .allowed_headers(["accept", "authorization", "content-type", "idempotency-key", COST_HEADER])
        .expose_headers(["x-request-id", "retry-after"])
        .max_age(600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// What may be got, or asked for without its body.
fn page<F, A>(path: &str, get: F) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::get().to(get.clone())).route(web::head().to(get))
}

async fn graphql(request: HttpRequest, payload: web::Payload, desk: web::Data<Desk>) -> HttpResponse {
    let asks_for_socket = |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"websocket");
    if request.headers().get(header::UPGRADE).is_some_and(asks_for_socket) {
        return socket::open(&request, payload, desk.get_ref().clone(), MOST_BYTES).unwrap_or_else(|error| error.error_response());
    }
    let call = desk.call(&request, None);
    let id = header::HeaderValue::from_str(&call.id);
    let mut response = match payload.to_bytes_limited(MOST_BYTES).await {
        Ok(Ok(body)) => tokio::select! {
            response = answer(&desk, &request, &body, call) => response,
            // Nobody reads it: what was being read is given up; what was being written goes on.
            () = hangup::of(&request) => HttpResponse::new(StatusCode::REQUEST_TIMEOUT),
        },
        Ok(Err(_)) => HttpResponse::new(StatusCode::BAD_REQUEST),
        Err(_) => http::too_large(MOST_BYTES),
    };
    http::suit(&request, &mut response);
    if let Ok(value) = id {
        response.headers_mut().insert(header::HeaderName::from_static("x-request-id"), value);
    }
    response
}

async fn answer(desk: &Desk, request: &HttpRequest, body: &[u8], mut call: Call) -> HttpResponse {
    let Incoming { operations, batch, media } = match http::read(request, body, &desk.reader, desk.settings.most_batch) {
        Ok(incoming) => incoming,
        Err(response) => {
            desk.metrics.operation("none", None, Some("BAD_USER_INPUT"), Duration::ZERO);
            return *response;
        }
    };
    let cost = operations.iter().flatten().map(|operation| operation.cost).fold(0, u64::saturating_add);
    // A stream's client may never read it, and one who is refused, or writes, waits for something else: they keep no connection.
    let reads = |operation: &Result<_, _>| operation.as_ref().is_ok_and(|operation: &Operation| operation.kind == OperationType::Query);
    let db = desk.db_for(media != Media::EventStream && operations.iter().all(reads));
    let known = desk.let_in_by(&db, request, &mut call, cost).await;
    if operations.iter().any(|operation| operation.as_ref().is_err_and(|error| faults::code(error) == Some("QUERY_TOO_COMPLEX"))) {
        desk.breath.take().await;
    }
    // What can't be read is said before who is unknown: it asks nothing of anybody.
    let all_refused = operations.iter().all(Result::is_err);
    let actor = match known {
        Ok(actor) => actor,
        Err(_) if all_refused => Actor::stranger(desk.world.clone()),
        Err(error) => return turned_away(desk, &error, &call),
    };
    if batch && !call.keys.is_empty() {
        let message = "an Idempotency-Key is for one request, and this is a batch";
        return turned_away(desk, &Error::invalid(idempotency::HEADER, Reason::Contradiction, message), &call);
    }
    if media == Media::EventStream {
        let operation = operations.into_iter().next();
        let answers = match operation {
            Some(Ok(operation)) if operation.kind == OperationType::Subscription => desk.follow(&call, actor, operation),
            Some(Ok(operation)) => {
                let desk = desk.clone();
                once(async move { desk.carry_out(&db, &call, actor, operation).await }).boxed_local()
            }
            Some(Err(error)) => {
                let refusal = desk.refusal(Response::from_errors(vec![*error]), Stage::Parsing, &call);
                once(async move { refusal }).boxed_local()
            }
            None => return HttpResponse::new(StatusCode::BAD_REQUEST),
        };
        return events::stream(answers, desk.ending());
    }
    let mut responses = Vec::with_capacity(operations.len());
    for operation in operations {
        responses.push(match operation {
            Ok(operation) => desk.carry_out(&db, &call, actor.clone(), operation).await,
            Err(error) => desk.refusal(Response::from_errors(vec![*error]), Stage::Parsing, &call),
        });
    }
    let mut answer = match &responses[..] {
        [response] if !batch => http::answer(response, media),
        responses => http::answer_all(responses, media),
    };
    for response in &responses {
        tell_when_to_retry(&mut answer, &response.errors);
        for (name, value) in &response.http_headers {
            if let (Ok(name), Ok(value)) = (name.as_str().parse::<header::HeaderName>(), header::HeaderValue::from_bytes(value.as_bytes()))
            {
                answer.headers_mut().append(name, value);
            }
        }
    }
    answer
}

/// The answer to who is turned away before anything is carried out.
fn turned_away(desk: &Desk, error: &Error, call: &Call) -> HttpResponse {
    let status = match error {
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Invalid { .. } => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let fault: ServerError = faults::refusal(error, &call.id);
    desk.metrics.operation("none", None, faults::code(&fault), Duration::ZERO);
    let mut response = http::refuse_with(status, &fault);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
    }
    tell_when_to_retry(&mut response, std::slice::from_ref(&fault));
    response
}

fn tell_when_to_retry(response: &mut HttpResponse, errors: &[ServerError]) {
    if let Some(seconds) = faults::retry_after(errors) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
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
    HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(desk.metrics.text(&desk.db))
}

async fn nothing_here() -> HttpResponse {
    HttpResponse::NotFound()
        .content_type("text/plain; charset=utf-8")
        .body("nothing here; the API is at /graphql, and a page to try it at /graphiql\n")
}
