//! GraphQL over HTTP: requests read from POST bodies and GET parameters, responses written as the client asks.
//!
//! Follows the GraphQL-over-HTTP specification: a request that can't be read is answered with a status of 4xx and a GraphQL-shaped body; one
//! that can is answered with 200 as `application/json`, and as `application/graphql-response+json` with 400 where it was refused before it
//! ran.

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError};
use serde_json::{Value, json};

use super::fault::Fault;
use super::guard;
use super::request::{Operation, Parameters, Reader, too_complex};

/// A request that could be read: one operation, or a batch of them.
pub struct Incoming {
    /// What is to be carried out, or how GraphQL says that it is not.
    pub operations: Vec<Result<Operation, Box<ServerError>>>,
    /// Whether the operations came as a list, and the answers go as one.
    pub batch: bool,
    /// The form in which the client wants the answer.
    pub media: Media,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`: status 200, whatever came of the request.
    Json,
    /// `application/graphql-response+json`: status 400 where the request was refused before it ran.
    GraphqlResponse,
    /// `text/event-stream`: answers as they come.
    EventStream,
}

impl Media {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
        }
    }
}

/// Reads a request. `most_batch` operations are taken in one, none as a list where it is 0. What is no GraphQL request is answered as HTTP says.
pub fn read(request: &HttpRequest, body: &[u8], reader: &Reader, most_batch: usize) -> Result<Incoming, Box<HttpResponse>> {
    let media = negotiate(request).ok_or_else(|| {
        let message = "an answer comes as application/graphql-response+json, application/json or text/event-stream; accept one of them";
        refuse(StatusCode::NOT_ACCEPTABLE, "Accept", message)
    })?;
    let (batch, parameters) = match *request.method() {
        Method::GET => (false, vec![from_url(request.query_string())?]),
        Method::POST => match from_body(request, body)? {
            Ok(read) => read,
            Err(refused) => return Ok(Incoming { operations: vec![Err(refused)], batch: false, media }),
        },
        _ => return Err(not_allowed("GET, POST", "send queries and mutations by POST, or queries by GET")),
    };
    if batch {
        match parameters.len() {
            _ if most_batch == 0 => return Err(bad("body", "one operation a request; this server takes no batches")),
            0 => return Err(bad("body", "a batch has at least one operation")),
            some if some > most_batch => {
                return Err(bad("body", &format!("a batch of {some} operations, and at most {most_batch} are taken")));
            }
            _ if media == Media::EventStream => return Err(bad("body", "a stream of events answers one operation, not a batch")),
            _ => {}
        }
    }
    let mut operations = Vec::with_capacity(parameters.len());
    let mut cost = 0_u64;
    for parameters in parameters {
        operations.push(match reader.read(parameters) {
            Ok(operation) if request.method() == Method::GET && operation.kind == OperationType::Mutation => {
                return Err(not_allowed("POST", "a mutation is sent by POST; GET only reads"));
            }
            Ok(operation) if operation.kind == OperationType::Subscription && media != Media::EventStream => Err(no_stream()),
            Ok(operation) => {
                cost = cost.saturating_add(operation.cost);
                match guard::affordable(cost, reader.most_cost) {
                    Ok(()) => Ok(operation),
                    Err(error) => Err(faulty(too_complex(error))?),
                }
            }
            Err(fault) => Err(faulty(fault)?),
        });
    }
    Ok(Incoming { operations, batch, media })
}

/// How GraphQL says that a request can't run; or, where it is none, HTTP.
fn faulty(fault: Fault) -> Result<Box<ServerError>, Box<HttpResponse>> {
    match fault {
        Fault::Malformed(field, message) => Err(bad(field, &message)),
        Fault::Graphql(error) => Ok(error),
    }
}

fn no_stream() -> Box<ServerError> {
    let message = "a subscription is answered by a stream: open a WebSocket (graphql-transport-ws), or send Accept: text/event-stream";
    let mut error = ServerError::new(message, None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "BAD_USER_INPUT");
    extensions.set("field", "Accept");
    extensions.set("reason", "INVALID_FORMAT");
    Box::new(error)
}

/// Writes the answer to a request that was carried out, or refused by GraphQL.
pub fn answer(response: &Response, media: Media) -> HttpResponse {
    let status = if was_refused(response) && media == Media::GraphqlResponse { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    reply(status, media, text(response))
}

/// Writes the answers to a batch.
pub fn answer_all(responses: &[Response], media: Media) -> HttpResponse {
    let texts: Vec<_> = responses.iter().map(text).collect();
    reply(StatusCode::OK, media, format!("[{}]", texts.join(",")))
}

/// The text of an answer.
pub fn text(response: &Response) -> String {
    if !was_refused(response) {
        return json_text(response);
    }
    let mut body = json!({ "errors": response.errors });
    if !response.extensions.is_empty() {
        body["extensions"] = json!(response.extensions);
    }
    json_text(&body)
}

/// Whether an answer says that nothing ran: errors without a path came before, and then there is no data, not even null.
pub fn was_refused(response: &Response) -> bool {
    !response.errors.is_empty() && response.data == async_graphql::Value::Null && response.errors.iter().any(|error| error.path.is_empty())
}

/// Writes the refusal of a request with a status of its own.
pub fn refuse_with(status: StatusCode, error: &ServerError) -> HttpResponse {
    reply(status, Media::Json, json_text(&json!({ "errors": [error] })))
}

/// Writes that a body is larger than is taken.
pub fn too_large(most: usize) -> HttpResponse {
    shaped(StatusCode::PAYLOAD_TOO_LARGE, "body", &format!("a request has at most {most} bytes"))
}

/// Gives a refusal the form that the client wants: clients that know the new one read errors in it, and in JSON only the status.
pub fn suit(request: &HttpRequest, response: &mut HttpResponse) {
    if response.status().as_u16() >= 400 && negotiate(request) == Some(Media::GraphqlResponse) {
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(Media::GraphqlResponse.name()));
    }
}

fn negotiate(request: &HttpRequest) -> Option<Media> {
    let accept: Vec<&str> = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok()).collect();
    if accept.is_empty() {
        return Some(Media::Json);
    }
    let accept = accept.join(",").to_ascii_lowercase();
    let mut best: Option<(f32, Media)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = match parts.next().unwrap_or_default() {
            "application/graphql-response+json" => Media::GraphqlResponse,
            "application/json" | "application/*" | "*/*" => Media::Json,
            "text/event-stream" => Media::EventStream,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, media));
        }
    }
    best.map(|(_, media)| media)
}

fn from_url(query: &str) -> Result<Parameters, Box<HttpResponse>> {
    let null = || Value::Null;
    let mut parameters = Parameters { query: null(), operation_name: null(), variables: null(), extensions: null(), document_id: null() };
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let as_json = |field| serde_json::from_str(&value).map_err(|_| bad(field, &format!("{field} in an address is JSON")));
        match &*name {
            "query" => parameters.query = Value::String(value.into_owned()),
            "documentId" => parameters.document_id = Value::String(value.into_owned()),
            "operationName" => parameters.operation_name = Value::String(value.into_owned()),
            "variables" if !value.is_empty() => parameters.variables = as_json("variables")?,
            "extensions" if !value.is_empty() => parameters.extensions = as_json("extensions")?,
            _ => {}
        }
    }
    Ok(parameters)
}

/// The requests in a body, and whether they came as a list; or that they ask for too much.
#[allow(clippy::type_complexity, reason = "the two ways to say no are told apart")]
fn from_body(request: &HttpRequest, body: &[u8]) -> Result<Result<(bool, Vec<Parameters>), Box<ServerError>>, Box<HttpResponse>> {
    let content_type =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    let utf8 = parts.clone().skip(1).all(|part| !part.starts_with("charset=") || matches!(part, "charset=utf-8" | "charset=\"utf-8\""));
    if parts.next() != Some("application/json") || !utf8 {
        // No form and no text/plain: those a browser would send for any page, with the reader's cookies.
        let message = "the body of a POST is JSON: send Content-Type: application/json";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type", message));
    }
    if let Err(error) = guard::scan_json(body) {
        return faulty(too_complex(error)).map(Err);
    }
    let no_request = |_| bad("body", "the body is no GraphQL request");
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(map)) => Ok(Ok((false, vec![serde_json::from_value(Value::Object(map)).map_err(no_request)?]))),
        Ok(Value::Array(list)) if list.iter().all(Value::is_object) => {
            let parameters = list.into_iter().map(|one| serde_json::from_value(one).map_err(no_request));
            Ok(Ok((true, parameters.collect::<Result<_, _>>()?)))
        }
        Ok(_) => Err(bad("body", "the body is a JSON object: {\"query\": \"…\"}, or a list of such")),
        Err(error) => Err(bad("body", &format!("the body is not JSON: {error}"))),
    }
}

fn bad(field: &str, message: &str) -> Box<HttpResponse> {
    refuse(StatusCode::BAD_REQUEST, field, message)
}

fn not_allowed(allowed: &'static str, message: &str) -> Box<HttpResponse> {
    let mut response = shaped(StatusCode::METHOD_NOT_ALLOWED, "method", message);
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allowed));
    Box::new(response)
}

fn refuse(status: StatusCode, field: &str, message: &str) -> Box<HttpResponse> {
    Box::new(shaped(status, field, message))
}

fn shaped(status: StatusCode, field: &str, message: &str) -> HttpResponse {
    let extensions = json!({ "code": "BAD_USER_INPUT", "field": field, "reason": "INVALID_FORMAT" });
    reply(status, Media::Json, json_text(&json!({ "errors": [{ "message": message, "extensions": extensions }] })))
}

fn reply(status: StatusCode, media: Media, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, media.name()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body)
}

fn json_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| r#"{"errors":[{"message":"an answer could not be written"}]}"#.to_owned())
}
