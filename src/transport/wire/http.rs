//! GraphQL over HTTP: reads requests from POST bodies and GET parameters, and writes responses in
//! the media type that the client accepts.
//!
//! Follows the GraphQL-over-HTTP specification. A request that cannot be read gets a 4xx status,
//! and a GraphQL error as its body. Any other gets 200 as `application/json`. As
//! `application/graphql-response+json`, it gets 400 if it was refused before it ran.

use actix_web::http::header::Header;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use serde_json::{Value, json};

use crate::transport::document::fault::Fault;
use crate::transport::document::guard;
use crate::transport::document::request::{Operation, Parameters, Reader};
use crate::transport::wire::responses::{Media, json_text, reply};

/// The parts of a request besides its body.
pub struct Head {
    method: Method,
    content_type: String,
    query: String,
    media: Media,
}

/// The refusal of a request that is not GraphQL.
#[derive(Debug)]
pub struct NotGraphql {
    status: StatusCode,
    field: &'static str,
    message: String,
    /// The methods that are allowed, if the method was refused.
    allow: Option<&'static str>,
}

impl Head {
    /// The parts of this request. An error if it accepts no media type that the server can send.
    pub fn of(request: &HttpRequest) -> Result<Self, Box<NotGraphql>> {
        let media = negotiate(request).ok_or_else(|| {
            let message = "Accept one of application/graphql-response+json, application/json and text/event-stream.";
            refuse(StatusCode::NOT_ACCEPTABLE, "Accept", message)
        })?;
        let content_type =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Ok(Self {
            method: request.method().clone(),
            content_type: content_type.unwrap_or_default().to_ascii_lowercase(),
            query: request.query_string().to_owned(),
            media,
        })
    }
}

impl NotGraphql {
    /// The response to the request.
    pub fn response(&self) -> HttpResponse {
        let mut response = shaped(self.status, self.field, &self.message);
        if let Some(allow) = self.allow {
            response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allow));
        }
        response
    }
}

/// A request that could be read: one operation, or a batch of them.
pub struct Incoming {
    /// Each operation, or the error that says why it cannot run.
    pub operations: Vec<Result<Operation, Box<ServerError>>>,
    /// Whether the operations came as a list. If so, the responses are sent as a list.
    pub batch: bool,
    /// The media type that the client asked for.
    pub media: Media,
}

/// Reads a request. A batch may have `most_batch` operations. 0 means no batches.
pub fn read(
    head: &Head,
    body: &[u8],
    reader: &Reader,
    most_batch: usize,
) -> Result<Incoming, Box<NotGraphql>> {
    let media = head.media;
    let (batch, parameters) = match head.method {
        Method::GET => (false, vec![from_url(&head.query)?]),
        Method::POST => match from_body(&head.content_type, body)? {
            Ok(read) => read,
            Err(refused) => {
                return Ok(Incoming { operations: vec![Err(refused)], batch: false, media });
            }
        },
        _ => {
            return Err(not_allowed(
                "GET, POST",
                "Send queries and mutations by POST, or queries by GET.",
            ));
        }
    };
    if batch {
        check_batch(parameters.len(), most_batch, media)?;
    }
    let mut operations = Vec::with_capacity(parameters.len());
    let mut cost = 0_u64;
    for parameters in parameters {
        let operation = match reader.read(parameters) {
            Ok(operation) => operation,
            Err(fault) => {
                operations.push(Err(faulty(fault)?));
                continue;
            }
        };
        if head.method == Method::GET && operation.kind == OperationType::Mutation {
            return Err(not_allowed("POST", "Send mutations by POST. GET is for queries."));
        }
        if operation.kind == OperationType::Subscription && media != Media::EventStream {
            operations.push(Err(no_stream()));
            continue;
        }
        cost = cost.saturating_add(operation.cost);
        operations.push(match guard::affordable(cost, reader.most_cost) {
            Ok(()) => Ok(operation),
            Err(error) => Err(faulty(error.into())?),
        });
    }
    Ok(Incoming { operations, batch, media })
}

/// Refuses a batch that has no operations or too many, or that cannot be answered in this media
/// type.
fn check_batch(operations: usize, most: usize, media: Media) -> Result<(), Box<NotGraphql>> {
    let message = match operations {
        _ if most == 0 => {
            "This server accepts no batches. Send one operation per request.".to_owned()
        }
        0 => "The batch is empty. Send at least one operation.".to_owned(),
        some if some > most => {
            format!("The batch has {some} operations. A batch may have at most {most}.")
        }
        _ if media == Media::EventStream => {
            "An event stream answers one operation, not a batch.".to_owned()
        }
        _ => return Ok(()),
    };
    Err(bad("body", &message))
}

/// The error of a request that cannot run, or the refusal of one that is not GraphQL.
fn faulty(fault: Fault) -> Result<Box<ServerError>, Box<NotGraphql>> {
    match fault {
        Fault::Malformed(field, message) => Err(bad(field, &message)),
        Fault::Graphql(error) => Ok(error),
    }
}

fn no_stream() -> Box<ServerError> {
    let message = "A subscription needs a stream. Open a WebSocket (graphql-transport-ws), or send Accept: text/event-stream.";
    let mut error = ServerError::new(message, None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "BAD_USER_INPUT");
    extensions.set("field", "Accept");
    extensions.set("reason", "INVALID_FORMAT");
    Box::new(error)
}

/// The response to a refused request, with its own status.
pub fn refuse_with(status: StatusCode, error: &ServerError) -> HttpResponse {
    reply(status, Media::Json, json_text(&json!({ "errors": [error] })))
}

/// The response to a body that is too large.
pub fn too_large(most: usize) -> HttpResponse {
    shaped(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body",
        &format!("A request body may have at most {most} bytes."),
    )
}

/// The response to a body that takes too long to arrive.
pub fn too_slow() -> HttpResponse {
    shaped(
        StatusCode::REQUEST_TIMEOUT,
        "body",
        "The request body arrived too slowly. Send it again.",
    )
}

/// Gives an error response the media type that the client asked for. Clients that know
/// `application/graphql-response+json` read the errors in such a body. With `application/json`,
/// they only look at the status.
pub fn set_media_type(request: &HttpRequest, response: &mut HttpResponse) {
    if response.status().as_u16() >= 400 && negotiate(request) == Some(Media::GraphqlResponse) {
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static(Media::GraphqlResponse.name()),
        );
    }
}

fn negotiate(request: &HttpRequest) -> Option<Media> {
    if !request.headers().contains_key(header::ACCEPT) {
        return Some(Media::Json);
    }
    let accept = header::Accept::parse(request).ok()?;
    let mut best: Option<(header::Quality, Media)> = None;
    for range in accept.iter() {
        let media = match range.item.essence_str() {
            "application/graphql-response+json" => Media::GraphqlResponse,
            "application/json" | "application/*" | "*/*" => Media::Json,
            "text/event-stream" => Media::EventStream,
            _ => continue,
        };
        let quality = range.quality;
        if quality > header::Quality::ZERO && best.is_none_or(|(most, _)| quality > most) {
            best = Some((quality, media));
        }
    }
    best.map(|(_, media)| media)
}

fn from_url(query: &str) -> Result<Parameters, Box<NotGraphql>> {
    let null = || Value::Null;
    let mut parameters = Parameters {
        query: null(),
        operation_name: null(),
        variables: null(),
        extensions: null(),
        document_id: null(),
    };
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let as_json = |field| {
            serde_json::from_str(&value)
                .map_err(|_| bad(field, &format!("`{field}` in a URL must be JSON.")))
        };
        match &*name {
            "query" => parameters.query = Value::String(value.into_owned()),
            "documentId" => parameters.document_id = Value::String(value.into_owned()),
            // An empty name is no name.
            "operationName" if !value.is_empty() => {
                parameters.operation_name = Value::String(value.into_owned());
            }
            "variables" if !value.is_empty() => parameters.variables = as_json("variables")?,
            "extensions" if !value.is_empty() => parameters.extensions = as_json("extensions")?,
            _ => {}
        }
    }
    Ok(parameters)
}

/// The requests in a body, and whether they came as a list. The inner error says that they ask for
/// too much.
#[allow(clippy::type_complexity, reason = "the two kinds of refusal differ")]
fn from_body(
    content_type: &str,
    body: &[u8],
) -> Result<Result<(bool, Vec<Parameters>), Box<ServerError>>, Box<NotGraphql>> {
    let mut parts = content_type.split(';').map(str::trim);
    let utf8 = parts.clone().skip(1).all(|part| {
        !part.starts_with("charset=") || matches!(part, "charset=utf-8" | "charset=\"utf-8\"")
    });
    if parts.next() != Some("application/json") || !utf8 {
        // Any page can make a browser send forms and text/plain with the user's cookies. So these
        // are refused.
        let message =
            "The body of a POST request must be JSON: send Content-Type: application/json.";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type", message));
    }
    if let Err(error) = guard::scan_json(body) {
        return faulty(error.into()).map(Err);
    }
    let no_request = |_| bad("body", "The body is not a GraphQL request.");
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(map)) => {
            Ok(Ok((false, vec![serde_json::from_value(Value::Object(map)).map_err(no_request)?])))
        }
        Ok(Value::Array(list)) if list.iter().all(Value::is_object) => {
            let parameters =
                list.into_iter().map(|one| serde_json::from_value(one).map_err(no_request));
            Ok(Ok((true, parameters.collect::<Result<_, _>>()?)))
        }
        Ok(_) => Err(bad(
            "body",
            "The body must be a JSON object such as {\"query\": \"…\"}, or a list of such objects.",
        )),
        Err(error) => Err(bad("body", &format!("The body is not JSON: {error}."))),
    }
}

fn bad(field: &'static str, message: &str) -> Box<NotGraphql> {
    refuse(StatusCode::BAD_REQUEST, field, message)
}

fn not_allowed(allow: &'static str, message: &str) -> Box<NotGraphql> {
    let mut refused = refuse(StatusCode::METHOD_NOT_ALLOWED, "method", message);
    refused.allow = Some(allow);
    refused
}

fn refuse(status: StatusCode, field: &'static str, message: &str) -> Box<NotGraphql> {
    Box::new(NotGraphql { status, field, message: message.to_owned(), allow: None })
}

fn shaped(status: StatusCode, field: &str, message: &str) -> HttpResponse {
    let extensions =
        json!({ "code": "BAD_USER_INPUT", "field": field, "reason": "INVALID_FORMAT" });
    reply(
        status,
        Media::Json,
        json_text(&json!({ "errors": [{ "message": message, "extensions": extensions }] })),
    )
}
