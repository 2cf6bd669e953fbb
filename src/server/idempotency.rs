//! Mutations that run once, however often they are sent, because they have an `Idempotency-Key`.
//!
//! The whole mutation runs in one transaction, which also stores its response; see [`idempotency`]. Each field's write is a savepoint in it.
//! A field that fails is rolled back alone, and the response that says so is kept like any other. There are three exceptions:
//!
//! - INTERNAL_SERVER_ERROR: all fields are rolled back, and the response contains only this error. The next request runs again.
//! - RATE_LIMITED for the only field: the next request runs again.
//! - A document that is refused before it runs: no response is kept.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Request, Response, Value};
use sha2::{Digest, Sha256};

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::idempotency::{self, Key, Outcome};
use crate::domain::store::{Db, OtherWriters};
use crate::graphql::errors;
use crate::transport::document::order;

/// The most fields of a mutation with a key, because other writes wait while it runs.
const MOST_FIELDS: usize = 10;

/// Answers one request with `run`, or with the response that the same mutation got before.
///
/// `key` are the values of the request's `Idempotency-Key` header. A key is for one request, so the caller must refuse a batch with a key.
pub async fn answer<'a, F, Fut>(
    db: &Db,
    actor: &Actor,
    key: impl Iterator<Item = &'a [u8]>,
    mut request: Request,
    request_id: &str,
    run: F,
) -> Response
where
    F: FnOnce(Db, Request) -> Fut + Send + 'static,
    Fut: Future<Output = Response> + Send,
{
    let refused = |error: &Error| Response::from_errors(vec![errors::refusal(error, request_id)]);
    // A query can be repeated anyway, so its key is ignored.
    let Some(fields) = mutation_fields(&mut request) else { return run(db.clone(), request).await };
    let key = match Key::parse(key) {
        Ok(Some(key)) => key,
        Ok(None) => return run(db.clone(), request).await,
        Err(error) => return refused(&error),
    };
    match carry_out(db, actor, &key, fields, request, run).await {
        Ok(response) => response,
        Err(error) => refused(&error),
    }
}

async fn carry_out<F, Fut>(
    db: &Db,
    actor: &Actor,
    key: &Key,
    fields: usize,
    request: Request,
    run: F,
) -> Result<Response>
where
    F: FnOnce(Db, Request) -> Fut + Send + 'static,
    Fut: Future<Output = Response> + Send,
{
    if fields > MOST_FIELDS {
        let message = format!(
            "This mutation has {fields} fields. With an Idempotency-Key, use at most {MOST_FIELDS}."
        );
        return Err(Error::invalid(idempotency::HEADER, Reason::TooLarge, message));
    }
    let others = if fields == 1 { OtherWriters::Allowed } else { OtherWriters::Excluded };
    let digest = digest(&request)?;
    let work = move |db| async move { outcome(run(db, request).await, fields) };
    let answer = idempotency::once(db, actor, key, digest, others, work).await?;
    // The first response is parsed from its text too, so that it is the same as the next one.
    Ok(serde_json::from_slice(&answer).map_err(anyhow::Error::from)?)
}

/// The digest of a request's document, operation and variables.
fn digest(request: &Request) -> Result<[u8; 32]> {
    let text = serde_json::to_vec(&(&request.query, &request.operation_name, &request.variables))
        .map_err(anyhow::Error::from)?;
    Ok(Sha256::digest(text).into())
}

fn outcome(mut response: Response, fields: usize) -> Outcome {
    let is = |error: &async_graphql::ServerError, code| errors::code(error) == Some(code);
    let (failed, empty) = (!response.errors.is_empty(), response.data == Value::Null);
    let fails = |error: &_| is(error, "INTERNAL_SERVER_ERROR") || is(error, "STORAGE_UNAVAILABLE");
    let broken = response.errors.iter().any(fails);
    if broken {
        // The changes of the other fields are rolled back, so their results must not be shown.
        response.errors.retain(fails);
        response.data = Value::Null;
    }
    // An attempt that was refused as too early stays counted. With other fields next to it, the response cannot show whether those did
    // anything, because one failed field removes the data of all.
    let too_early = fields == 1
        && failed
        && empty
        && response.errors.iter().all(|error| is(error, "RATE_LIMITED"));
    let never_ran = failed && empty && response.errors.iter().all(|error| error.path.is_empty());
    match serde_json::to_vec(&response) {
        Ok(text) if broken || never_ran => Outcome::Undo(text),
        Ok(text) if too_early => Outcome::Again(text),
        Ok(text) => Outcome::Keep(text),
        // A response that is not JSON could not be sent either.
        Err(_) => Outcome::Undo(Vec::new()),
    }
}

/// How many fields the request's mutation has. None if the request is not a mutation.
fn mutation_fields(request: &mut Request) -> Option<usize> {
    let name = request.operation_name.clone();
    let document = request.parsed_query().ok()?;
    let operation = order::operation(document, name.as_deref())?;
    (operation.node.ty == OperationType::Mutation)
        .then(|| fields(document, &operation.node.selection_set.node, &mut HashMap::new()))
}

/// How many fields a selection has, including those of its fragments. Each fragment is counted once and remembered, since fragments can be
/// nested to grow exponentially.
fn fields<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    known: &mut HashMap<&'a Name, usize>,
) -> usize {
    set.items.iter().fold(0, |count, item| {
        count.saturating_add(match &item.node {
            Selection::Field(_) => 1,
            Selection::InlineFragment(inline) => {
                fields(document, &inline.node.selection_set.node, known)
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                match (known.get(name), document.fragments.get(name)) {
                    (Some(count), _) => *count,
                    // A fragment that is missing, or (below) contains itself. Validation refuses both.
                    (None, None) => 0,
                    (None, Some(fragment)) => {
                        known.insert(name, 0);
                        let count = fields(document, &fragment.node.selection_set.node, known);
                        known.insert(name, count);
                        count
                    }
                }
            }
        })
    })
}
