//! Errors as clients see them: a message for people, and `extensions.code` for programs. Causes are
//! logged and never shown.

use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, Response, ServerError};

use crate::domain::error::Error;
use crate::telemetry::cut;

/// The stage of a request in which its errors occurred, for errors that do not say so themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The document could not be parsed.
    Parsing,
    /// The document was parsed. It was being validated or executed.
    Answering,
}

/// Gives every error of a response its code.
pub fn explain(response: &mut Response, stage: Stage, request_id: &str) {
    for error in &mut response.errors {
        explain_one(error, stage, request_id);
    }
}

/// Returns a response with one error, for a request that was rejected before its document was read.
pub fn refusal(error: &Error, request_id: &str) -> ServerError {
    let mut fault = ServerError::new(String::new(), None);
    describe(&mut fault, error, request_id);
    fault
}

/// Returns the code of an error that was explained.
pub fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(code) => Some(code),
        _ => None,
    }
}

/// Returns the number of seconds after which the client may retry, if an explained error says so.
pub fn retry_after(errors: &[ServerError]) -> Option<u64> {
    let asked = |error: &ServerError| match error.extensions.as_ref()?.get("retryAfter")? {
        async_graphql::Value::Number(seconds) => seconds.as_u64(),
        _ => None,
    };
    errors.iter().filter_map(asked).max()
}

fn explain_one(fault: &mut ServerError, stage: Stage, request_id: &str) {
    let source = fault.source.clone();
    let known = source.as_ref().and_then(|source| {
        source
            .downcast_ref::<Error>()
            .or_else(|| source.downcast_ref::<Arc<Error>>().map(AsRef::as_ref))
    });
    if let Some(error) = known {
        describe(fault, error, request_id);
        return;
    }
    if code(fault).is_some() {
        return;
    }
    let code = if stage == Stage::Parsing {
        "GRAPHQL_PARSE_FAILED"
    } else if fault.path.is_empty() {
        "GRAPHQL_VALIDATION_FAILED"
    } else {
        // An argument whose form the schema does not describe: a date, a time, or a variable of the
        // wrong type.
        extend(fault, |extensions| extensions.set("reason", "INVALID_FORMAT"));
        "BAD_USER_INPUT"
    };
    extend(fault, |extensions| extensions.set("code", code));
}

fn describe(fault: &mut ServerError, error: &Error, request_id: &str) {
    fault.message = error.to_string();
    extend(fault, |extensions| match error {
        Error::Unauthenticated(_) => extensions.set("code", "UNAUTHENTICATED"),
        Error::Forbidden(_) => extensions.set("code", "FORBIDDEN"),
        Error::NotFound(_) => extensions.set("code", "NOT_FOUND"),
        Error::Invalid { field, reason, .. } => {
            extensions.set("code", "BAD_USER_INPUT");
            extensions.set("field", field.as_str());
            extensions.set("reason", async_graphql::to_value(reason).unwrap_or_default());
        }
        Error::Conflict { current_version } => {
            extensions.set("code", "CONFLICT");
            extensions.set("currentVersion", *current_version);
        }
        Error::WordingChanged { current_version, current_wording, changed } => {
            extensions.set("code", "CONFLICT");
            extensions.set("currentVersion", *current_version);
            extensions.set("currentWordingVersion", *current_wording);
            extensions.set("changed", async_graphql::to_value(changed).unwrap_or_default());
        }
        Error::NewerRevision { current_revision } => {
            extensions.set("code", "CONFLICT");
            extensions.set("currentRevision", *current_revision);
        }
        Error::RateLimited { retry_after } => {
            extensions.set("code", "RATE_LIMITED");
            extensions.set("retryAfter", *retry_after);
        }
        Error::Lagging { last_number } => {
            extensions.set("code", "SUBSCRIPTION_LAGGED");
            extensions.set("lastNumber", *last_number);
        }
        Error::StorageUnavailable { fault, .. } => {
            extensions.set("code", "STORAGE_UNAVAILABLE");
            extensions.set("retryAfter", fault.retry_after());
        }
        Error::Deadline { .. } => {
            extensions.set("code", "DEADLINE_EXCEEDED");
            extensions.set("requestId", request_id);
        }
        Error::Database(cause) => {
            let cause = format!("{cause:?}");
            tracing::error!(request_id, cause = cut(&cause), "the database failed");
            extensions.set("code", "INTERNAL_SERVER_ERROR");
            extensions.set("requestId", request_id);
        }
        Error::Internal(cause) => {
            let cause = format!("{cause:?}");
            tracing::error!(request_id, cause = cut(&cause), "the request failed");
            extensions.set("code", "INTERNAL_SERVER_ERROR");
            extensions.set("requestId", request_id);
        }
    });
}

fn extend(fault: &mut ServerError, set: impl FnOnce(&mut ErrorExtensionValues)) {
    set(fault.extensions.get_or_insert_default());
}
