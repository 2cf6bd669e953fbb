//! GraphQL over HTTP: a request is read, admitted, run and responded to.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::{ConnectionType, StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError};
use futures_util::stream::{LocalBoxStream, StreamExt, once};

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason};
use crate::domain::idempotency;
use crate::domain::rights;
use crate::domain::store::Db;
use crate::graphql::errors;
use crate::server::AppState;
use crate::server::context::{Rejection, RequestContext, shows_credentials};
use crate::server::kept::{self, Kept, Key};
use crate::server::limits::{Limited, Sender};
use crate::transport::document::request::Operation;
use crate::transport::wire::body::{self, Unread};
use crate::transport::wire::http::{self, Head, Incoming, NotGraphql};
use crate::transport::wire::responses::{Media, Responses};
use crate::transport::wire::{connection, events, socket};
use crate::transport::{Host, Reply};

/// The largest request body and socket message: an article of 1 MiB with every byte escaped, and its query.
const MOST_BYTES: usize = 8 << 20;
/// The size of a request that is read at once, in bytes. A larger one waits for its turn.
const SMALL_REQUEST: usize = 32 << 10;
/// An invalid request draws 1 from its sender's allowance, and 1 more for each such number of bytes.
const INVALID_BYTES: usize = 64 << 10;

/// Answers a request to `/graphql`.
pub async fn handle(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> HttpResponse {
    let asks_for_socket =
        |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"websocket");
    if request.headers().get(header::UPGRADE).is_some_and(asks_for_socket) {
        return socket::open(&request, payload, state.get_ref().clone(), MOST_BYTES)
            .unwrap_or_else(|error| error.error_response());
    }
    let context = state.context(&request);
    let id = header::HeaderValue::from_str(&context.id);
    let mut response = read_and_answer(&state, &request, payload, context).await;
    http::set_media_type(&request, &mut response);
    if let Ok(value) = id {
        response.headers_mut().insert(header::HeaderName::from_static("x-request-id"), value);
    }
    response
}

async fn read_and_answer(
    state: &AppState,
    request: &HttpRequest,
    payload: web::Payload,
    context: RequestContext,
) -> HttpResponse {
    let sender = state.sender_of(request);
    // Refuses a flood of invalid requests before it is received.
    if !shows_credentials(request, &context)
        && let Err(refused) = state.check_invalid(sender)
    {
        connection::refuse_body(request);
        let mut response = reject(state, &refused.into(), &context);
        if connection::has_body(request.headers()) {
            // The rest of the body would be read as the next request, or keep it waiting.
            response.head_mut().set_connection_type(ConnectionType::Close);
        }
        return response;
    }
    let mut hold = state.settings.limits.holder(Limited::ReceivedBytes, sender);
    let body = body::read(payload, MOST_BYTES, state.settings.timeouts, &mut hold).await;
    if body.is_err() {
        connection::refuse_body(request);
    }
    match body {
        Ok(body) => {
            connection::expect_next_head(request);
            answer(state, request, body, context).await
        }
        Err(Unread::TooLarge) => http::too_large(MOST_BYTES),
        Err(Unread::TooSlow) => http::too_slow(),
        Err(Unread::Broken) => HttpResponse::new(StatusCode::BAD_REQUEST),
        Err(Unread::Refused(error)) => {
            let busy = errors::code(&error) == Some("SERVER_BUSY");
            let status =
                if busy { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::TOO_MANY_REQUESTS };
            let mut response = http::refuse_with(status, &error);
            set_retry_after(&mut response, std::slice::from_ref(&*error));
            response
        }
    }
}

/// A request that may be answered.
enum Admitted {
    /// Its operations must run.
    ToRun(Box<ToRun>),
    /// Its response is there already.
    Kept(Actor, Arc<Kept>),
}

/// A request whose operations may run.
struct ToRun {
    incoming: Incoming,
    actor: Actor,
    db: Db,
    /// Under which its response may be kept.
    key: Option<Key>,
}

async fn answer(
    state: &AppState,
    request: &HttpRequest,
    body: Bytes,
    mut context: RequestContext,
) -> HttpResponse {
    match admit(state, request, &body, &mut context).await {
        Ok(Admitted::ToRun(admitted)) => run(state, &context, *admitted).await,
        Ok(Admitted::Kept(actor, kept)) => send_kept(state, &context, &actor, &kept),
        Err(response) => *response,
    }
}

/// Authenticates the sender, reads the operations, and draws what they cost.
async fn admit(
    state: &AppState,
    request: &HttpRequest,
    body: &Bytes,
    context: &mut RequestContext,
) -> Result<Admitted, Box<HttpResponse>> {
    let db = state.db_for(true);
    let known = state.authenticate_request(&db, request, context).await;
    let sender = known.as_ref().map_or_else(|_| state.sender_of(request), Sender::of);
    let rejected = |rejection: Rejection| Box::new(reject(state, &rejection, context));
    state.check_invalid(sender).map_err(|refused| rejected(refused.into()))?;
    let key = known.as_ref().ok().and_then(|actor| state.kept.key(request, body, context, actor));
    if let (Ok(actor), Some(kept)) = (&known, key.as_ref().and_then(|key| state.kept.get(key))) {
        state.draw(actor, kept.cost).map_err(|refused| rejected(refused.into()))?;
        return Ok(Admitted::Kept(actor.clone(), kept));
    }
    let charge_invalid = |number: usize| {
        state.charge_invalid(sender, (number + body.len() / INVALID_BYTES) as u64);
    };
    let incoming =
        read(state, request, body, sender).await.map_err(|error| rejected(error.into()))?;
    let incoming = match incoming {
        Ok(incoming) => incoming,
        Err(refused) => {
            state.metrics.operation("none", None, Some("BAD_USER_INPUT"), Duration::ZERO);
            charge_invalid(1);
            return Err(Box::new(refused.response()));
        }
    };
    let operations = &incoming.operations;
    let invalid = operations.iter().filter(|operation| operation.is_err()).count();
    let wrong_token = usize::from(matches!(known, Err(Error::Unauthenticated(_))));
    if invalid + wrong_token > 0 {
        charge_invalid(invalid + wrong_token);
    }
    let actor = match known {
        Ok(actor) => actor,
        // An operation that can't run says so to anybody.
        Err(_) if invalid == operations.len() => Actor::stranger(state.world.clone()),
        Err(error) => return Err(rejected(error.into())),
    };
    let cost =
        operations.iter().flatten().map(|operation| operation.cost).fold(0, u64::saturating_add);
    state.draw(&actor, cost).map_err(|refused| rejected(refused.into()))?;
    if incoming.batch && !context.keys.is_empty() {
        let message = "An Idempotency-Key is for one operation, and this is a batch.";
        let error = Error::invalid(idempotency::HEADER, Reason::Contradiction, message);
        return Err(rejected(error.into()));
    }
    // A stream's client may never read it, and a write waits for others: neither keeps a connection to the database.
    let reads = |operation: &Result<Operation, _>| {
        operation.as_ref().is_ok_and(|operation| operation.kind == OperationType::Query)
    };
    let keeps = incoming.media != Media::EventStream && operations.iter().all(reads);
    let db = if keeps { db } else { state.db_for(false) };
    Ok(Admitted::ToRun(Box::new(ToRun { incoming, actor, db, key })))
}

/// Reads a request: a large one in the sender's turn, so that other requests need not wait.
async fn read(
    state: &AppState,
    request: &HttpRequest,
    body: &Bytes,
    sender: Sender,
) -> Result<Result<Incoming, Box<NotGraphql>>, Error> {
    let head = match Head::of(request) {
        Ok(head) => head,
        Err(refused) => return Ok(Err(refused)),
    };
    let most_batch = state.settings.most_batch;
    if body.len() <= SMALL_REQUEST {
        return Ok(http::read(&head, body, &state.reader, most_batch));
    }
    let (reader, body) = (state.reader.clone(), body.clone());
    let queue = &state.world.queues().requests;
    queue.run(sender.caller(), move || http::read(&head, &body, &reader, most_batch)).await
}

/// Sends a response that was kept.
fn send_kept(
    state: &AppState,
    context: &RequestContext,
    actor: &Actor,
    kept: &Kept,
) -> HttpResponse {
    let hold = state.settings.limits.holder(Limited::UnsentBytes, Sender::of(actor));
    let mut responses = Responses::new(false, kept.media, state.most_response(), hold);
    let no_room = responses.add_text(&kept.text);
    state.note_kept(context, actor, kept);
    let mut response = responses.finish();
    if let Some(error) = no_room {
        set_retry_after(&mut response, std::slice::from_ref(&*error));
    }
    response
}

/// Runs the operations one after the other, and writes each response as soon as it is there.
async fn run(state: &AppState, context: &RequestContext, to_run: ToRun) -> HttpResponse {
    let ToRun { incoming: Incoming { operations, batch, media }, actor, db, key } = to_run;
    let limits = &state.settings.limits;
    let (most, hold) =
        (state.most_response(), limits.holder(Limited::UnsentBytes, Sender::of(&actor)));
    if media == Media::EventStream {
        let Some(operation) = operations.into_iter().next() else {
            return HttpResponse::new(StatusCode::BAD_REQUEST);
        };
        let responses = stream(state.clone(), context.clone(), db, actor, operation);
        return events::stream(responses, state.shutdown(), most, hold);
    }
    let mut responses = Responses::new(batch, media, most, hold);
    let mut to_keep = match (&*operations, key) {
        ([Ok(operation)], Some(key)) if !batch && operation.is_on_record => {
            Some((key, operation.cost, operation.name.clone()))
        }
        _ => None,
    };
    let mut headers = Vec::new();
    for (index, operation) in operations.into_iter().enumerate() {
        // Each operation of a batch begins with the rights that the account has by then.
        let renewed = if index == 0 { Ok(()) } else { rights::renew(&db, &actor).await };
        let response = match renewed {
            Ok(()) => run_one(state, &db, context, actor.clone(), operation).await,
            Err(error) => Response::from_errors(vec![errors::refusal(&error, &context.id)]),
        };
        if let Some((key, cost, name)) = to_keep.take()
            && let Some(text) = kept::text(&response)
        {
            let kept = Kept { text, cost, name, media };
            state.metrics.kept(false);
            state.kept.put(&db, &actor, key, kept).await;
        }
        let error = responses.add(&response);
        let errors = error.as_deref().map_or(&*response.errors, std::slice::from_ref);
        headers.push((errors::retry_after(errors), response.http_headers));
    }
    let mut response = responses.finish();
    for (retry_after, others) in headers {
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        for (name, value) in &others {
            if let (Ok(name), Ok(value)) = (
                name.as_str().parse::<header::HeaderName>(),
                header::HeaderValue::from_bytes(value.as_bytes()),
            ) {
                response.headers_mut().append(name, value);
            }
        }
    }
    response
}

/// The responses of an operation whose client asked for a stream of them.
fn stream(
    state: AppState,
    context: RequestContext,
    db: Db,
    actor: Actor,
    operation: Result<Operation, Box<ServerError>>,
) -> LocalBoxStream<'static, Reply> {
    match operation {
        Ok(operation) if operation.kind == OperationType::Subscription => {
            state.follow(&context, actor, operation)
        }
        operation => {
            let run = async move { run_one(&state, &db, &context, actor, operation).await };
            once(run).map(Reply::made).boxed_local()
        }
    }
}

async fn run_one(
    state: &AppState,
    db: &Db,
    context: &RequestContext,
    actor: Actor,
    operation: Result<Operation, Box<ServerError>>,
) -> Response {
    match operation {
        Ok(operation) => state.run(db, context, actor, operation).await,
        Err(error) => state.refusal(*error, &context.id),
    }
}

/// The response to a request that is rejected before execution.
fn reject(state: &AppState, rejection: &Rejection, context: &RequestContext) -> HttpResponse {
    let status = match rejection {
        Rejection::Limit(refused) => refused.status(),
        Rejection::Error(Error::Unauthenticated(_)) => StatusCode::UNAUTHORIZED,
        Rejection::Error(Error::RateLimited { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Rejection::Error(Error::Invalid { .. }) => StatusCode::BAD_REQUEST,
        Rejection::Error(Error::StorageUnavailable { .. }) => StatusCode::SERVICE_UNAVAILABLE,
        Rejection::Error(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let error = rejection.error(&context.id);
    state.metrics.operation("none", None, errors::code(&error), Duration::ZERO);
    let mut response = http::refuse_with(status, &error);
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
    }
    set_retry_after(&mut response, std::slice::from_ref(&error));
    response
}

pub(super) fn set_retry_after(response: &mut HttpResponse, errors: &[ServerError]) {
    if let Some(seconds) = errors::retry_after(errors) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
}
