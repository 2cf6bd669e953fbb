//! GraphQL over HTTP: requests read from POST bodies and GET parameters, responses written as the client asks.
//!
//! Follows the GraphQL-over-HTTP specification: a request that can't be read is answered with a status of 4xx and a GraphQL-shaped body; one
//! that can is answered with 200 as `application/json`, and as `application/graphql-response+json` with 400 where it was refused before it
//! ran.

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, VariableDefinition};
use async_graphql::{Positioned, Request, Response, ServerError, Variables};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::guard::{self, TooComplex};
use super::order::Order;

/// A request that could be read, with its document parsed.
pub struct Incoming {
    /// The request, ready to be carried out.
    pub request: Request,
    /// What kind of operation it asks for.
    pub kind: OperationType,
    /// The order in which its answer's fields stand.
    pub order: Order,
    /// The form in which the client wants the answer.
    pub media: Media,
}

/// Why a request is not carried out.
pub enum Refusal {
    /// It is no GraphQL request: how HTTP says so.
    Http(Box<HttpResponse>),
    /// Its document has an error of syntax or asks for too much, or a variable is missing: how GraphQL says so.
    Graphql(Box<ServerError>, Media),
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`: status 200, whatever came of the request.
    Json,
    /// `application/graphql-response+json`: status 400 where the request was refused before it ran.
    GraphqlResponse,
}

impl Media {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// The parameters of a request, as a POST body holds them.
#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    query: Value,
    #[serde(default, rename = "operationName")]
    operation_name: Value,
    #[serde(default)]
    variables: Value,
    #[serde(default)]
    extensions: Value,
}

/// Reads a request.
pub fn read(request: &HttpRequest, body: &[u8]) -> Result<Incoming, Refusal> {
    let media = negotiate(request).ok_or_else(|| {
        let message = "an answer comes as application/graphql-response+json or application/json; accept one of them";
        refuse(StatusCode::NOT_ACCEPTABLE, "Accept", message)
    })?;
    let parameters = match *request.method() {
        Method::GET => from_url(request.query_string())?,
        Method::POST => from_body(request, body)?,
        _ => return Err(not_allowed("GET, POST", "send queries and mutations by POST, or queries by GET")),
    };
    let query = match parameters.query {
        Value::String(text) => text,
        Value::Null => return Err(bad("query", "the request has no query: send {\"query\": \"…\"}")),
        _ => return Err(bad("query", "query is a string")),
    };
    let operation_name = match parameters.operation_name {
        Value::Null => None,
        Value::String(name) => Some(name),
        _ => return Err(bad("operationName", "operationName is a string, or null")),
    };
    let variables = object("variables", parameters.variables)?;
    object("extensions", parameters.extensions)?;

    guard::scan(&query).map_err(|error| too_complex(error, media))?;
    let document = async_graphql::parser::parse_query(&query).map_err(|error| Refusal::Graphql(Box::new(error.into()), media))?;
    let operation = operation(&document, operation_name.as_deref());
    // An operation that is not there is validation's to refuse.
    let kind = operation.map_or(OperationType::Query, |operation| operation.node.ty);
    if request.method() == Method::GET && kind == OperationType::Mutation {
        return Err(not_allowed("POST", "a mutation is sent by POST; GET only reads"));
    }
    let variables = Variables::from_json(Value::Object(variables));
    if let Some(error) = operation.and_then(|operation| missing(operation, &variables)) {
        return Err(Refusal::Graphql(Box::new(error), media));
    }
    guard::weigh(&document, &variables).map_err(|error| too_complex(error, media))?;
    let order = Order::of(&document, operation_name.as_deref(), &variables);
    let mut incoming = Request::new(query).variables(variables);
    incoming.operation_name = operation_name;
    incoming.set_parsed_query(document);
    Ok(Incoming { request: incoming, kind, order, media })
}

/// Writes the answer to a request that was carried out, or refused by GraphQL.
pub fn answer(response: &Response, media: Media) -> HttpResponse {
    // Errors without a path came before anything ran: then there is no data, not even null.
    let refused = !response.errors.is_empty()
        && response.data == async_graphql::Value::Null
        && response.errors.iter().any(|error| error.path.is_empty());
    let status = if refused && media == Media::GraphqlResponse { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let body = if refused { json_text(&json!({ "errors": response.errors })) } else { json_text(response) };
    reply(status, media, body)
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
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, media));
        }
    }
    best.map(|(_, media)| media)
}

fn from_url(query: &str) -> Result<Parameters, Refusal> {
    let mut parameters = Parameters { query: Value::Null, operation_name: Value::Null, variables: Value::Null, extensions: Value::Null };
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let as_json = |field| serde_json::from_str(&value).map_err(|_| bad(field, &format!("{field} in an address is JSON")));
        match &*name {
            "query" => parameters.query = Value::String(value.into_owned()),
            "operationName" => parameters.operation_name = Value::String(value.into_owned()),
            "variables" if !value.is_empty() => parameters.variables = as_json("variables")?,
            "extensions" if !value.is_empty() => parameters.extensions = as_json("extensions")?,
            _ => {}
        }
    }
    Ok(parameters)
}

fn from_body(request: &HttpRequest, body: &[u8]) -> Result<Parameters, Refusal> {
    let content_type =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    let utf8 = parts.clone().skip(1).all(|part| !part.starts_with("charset=") || matches!(part, "charset=utf-8" | "charset=\"utf-8\""));
    if parts.next() != Some("application/json") || !utf8 {
        // No form and no text/plain: those a browser would send for any page, with the reader's cookies.
        let message = "the body of a POST is JSON: send Content-Type: application/json";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type", message));
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(map)) => serde_json::from_value(Value::Object(map)).map_err(|_| bad("body", "the body is no GraphQL request")),
        Ok(Value::Array(_)) => Err(bad("body", "one operation a request; batches are not taken")),
        Ok(_) => Err(bad("body", "the body is a JSON object: {\"query\": \"…\"}")),
        Err(error) => Err(bad("body", &format!("the body is not JSON: {error}"))),
    }
}

fn object(field: &str, value: Value) -> Result<Map<String, Value>, Refusal> {
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(map) => Ok(map),
        _ => Err(bad(field, &format!("{field} is a JSON object, or null"))),
    }
}

/// The operation that runs: the named one, or the only one.
pub fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a Positioned<OperationDefinition>> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) => operations.values().next().filter(|_| operations.len() == 1),
    }
}

/// A variable that has to be given, and was not: an error of the request, which async-graphql finds only once fields ask for it.
fn missing(operation: &Positioned<OperationDefinition>, variables: &Variables) -> Option<ServerError> {
    let null = async_graphql::Value::Null;
    let empty = |variable: &&Positioned<VariableDefinition>| {
        let given = variables.get(&variable.node.name.node);
        !variable.node.var_type.node.nullable && given.or(variable.node.default_value()).is_none_or(|value| *value == null)
    };
    let variable = operation.node.variable_definitions.iter().find(empty)?;
    let (name, kind) = (&variable.node.name.node, &variable.node.var_type.node);
    let mut error = ServerError::new(format!("the variable ${name} of type {kind} was not given"), Some(variable.pos));
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "BAD_USER_INPUT");
    extensions.set("field", format!("variables.{name}"));
    extensions.set("reason", "EMPTY");
    Some(error)
}

fn too_complex(error: TooComplex, media: Media) -> Refusal {
    let TooComplex { cost, limit } = error;
    let message = format!(
        "this document asks for too much at once: it costs {cost} at least, and {limit} is the most; ask for smaller pages or fewer fields"
    );
    let mut error = ServerError::new(message, None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "QUERY_TOO_COMPLEX");
    extensions.set("cost", cost);
    extensions.set("limit", limit);
    Refusal::Graphql(Box::new(error), media)
}

fn bad(field: &str, message: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, field, message)
}

fn not_allowed(allowed: &'static str, message: &str) -> Refusal {
    let mut response = shaped(StatusCode::METHOD_NOT_ALLOWED, "method", message);
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allowed));
    Refusal::Http(Box::new(response))
}

fn refuse(status: StatusCode, field: &str, message: &str) -> Refusal {
    Refusal::Http(Box::new(shaped(status, field, message)))
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
