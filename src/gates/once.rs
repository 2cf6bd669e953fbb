//! Mutations that are carried out once, however often they are sent: what an `Idempotency-Key` asks for.
//!
//! All of such a mutation runs in one transaction, together with keeping its answer; see [`idempotency`]. Each field's write is a savepoint
//! in it: a field that fails is undone alone, and the answer that tells so is kept like any other. But for these:
//!
//! - INTERNAL_SERVER_ERROR: all is undone, other fields too, and the answer tells of nothing else. Sent again, it is tried again.
//! - RATE_LIMITED, where that was the only field: sent again, it is tried again.
//! - A document that is refused before it runs leaves nothing to keep.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Request, Response, Value};
use sha2::{Digest, Sha256};

use crate::domain::error::{Error, Reason, Result};
use crate::domain::idempotency::{self, Key, Outcome};
use crate::domain::policy::Actor;
use crate::domain::store::{Among, Db};
use crate::graphql::faults;
use crate::transport::order;

/// How many fields a mutation with a key has at most: others wait while it is carried out.
const MOST_FIELDS: usize = 10;

/// Answers one request: by `run` with the database that it is given, or, if it is a mutation that was answered before, as it was answered
/// then.
///
/// `key` are the values of the request's header `Idempotency-Key`. One key is for one request: a batch that comes with it is to be refused.
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
    let refused = |error: &Error| Response::from_errors(vec![faults::refusal(error, request_id)]);
    // Reading again changes nothing, so for queries the key says nothing, whatever it is.
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

async fn carry_out<F, Fut>(db: &Db, actor: &Actor, key: &Key, fields: usize, request: Request, run: F) -> Result<Response>
where
    F: FnOnce(Db, Request) -> Fut + Send + 'static,
    Fut: Future<Output = Response> + Send,
{
    if fields > MOST_FIELDS {
        let message = format!("{fields} fields, and a mutation with an Idempotency-Key has at most {MOST_FIELDS}: others wait for it");
        return Err(Error::invalid(idempotency::HEADER, Reason::TooLarge, message));
    }
    let among = if fields == 1 { Among::Others } else { Among::Nobody };
    let digest = digest(&request)?;
    let work = move |db| async move { outcome(run(db, request).await, fields) };
    let answer = idempotency::once(db, actor, key, digest, among, work).await?;
    // The first is read from its text as well, so that it is no other than the next.
    Ok(serde_json::from_slice(&answer).map_err(anyhow::Error::from)?)
}

/// What one and the same request has in common with itself: document, operation and variables.
fn digest(request: &Request) -> Result<[u8; 32]> {
    let text = serde_json::to_vec(&(&request.query, &request.operation_name, &request.variables)).map_err(anyhow::Error::from)?;
    Ok(Sha256::digest(text).into())
}

fn outcome(mut response: Response, fields: usize) -> Outcome {
    let is = |error: &async_graphql::ServerError, code| faults::code(error) == Some(code);
    let (failed, empty) = (!response.errors.is_empty(), response.data == Value::Null);
    let broken = response.errors.iter().any(|error| is(error, "INTERNAL_SERVER_ERROR"));
    if broken {
        // What others say that they did is undone.
        response.errors.retain(|error| is(error, "INTERNAL_SERVER_ERROR"));
        response.data = Value::Null;
    }
    // What was refused for want of time is counted, which is not to be undone. With other fields beside it, the answer can't tell that
    // they have done nothing: one that failed takes their data along.
    let too_early = fields == 1 && failed && empty && response.errors.iter().all(|error| is(error, "RATE_LIMITED"));
    let never_ran = failed && empty && response.errors.iter().all(|error| error.path.is_empty());
    match serde_json::to_vec(&response) {
        Ok(text) if broken || never_ran => Outcome::Undo(text),
        Ok(text) if too_early => Outcome::Again(text),
        Ok(text) => Outcome::Keep(text),
        // It would have been sent as JSON, too.
        Err(_) => Outcome::Undo(Vec::new()),
    }
}

/// How many fields the mutation has that the request asks for; none if it asks for no mutation.
fn mutation_fields(request: &mut Request) -> Option<usize> {
    let name = request.operation_name.clone();
    let document = request.parsed_query().ok()?;
    let operation = order::operation(document, name.as_deref())?;
    (operation.node.ty == OperationType::Mutation).then(|| fields(document, &operation.node.selection_set.node, &mut HashMap::new()))
}

/// How many fields a selection has, with its fragments written out: each fragment is looked at once, since it may be spread without end.
fn fields<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet, known: &mut HashMap<&'a Name, usize>) -> usize {
    set.items.iter().fold(0, |count, item| {
        count.saturating_add(match &item.node {
            Selection::Field(_) => 1,
            Selection::InlineFragment(inline) => fields(document, &inline.node.selection_set.node, known),
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                match (known.get(name), document.fragments.get(name)) {
                    (Some(count), _) => *count,
                    // Not there, or (below) within itself: validation says so.
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
