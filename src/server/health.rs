//! Health: `/health/live` says that the process answers, `/health/ready` whether requests can be served.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;

use super::AppState;
use crate::domain::store::Readiness;

/// Answers as long as the process does. It does not ask the database: a restart would not mend that.
pub async fn live() -> &'static str {
    "live\n"
}

/// Answers 200 if requests can be served, and otherwise 503 and the reason.
pub async fn ready(state: Data<AppState>) -> HttpResponse {
    let (retry_after, text) = match state.db.readiness().await {
        Readiness::Ready => (None, "ready\n".to_owned()),
        Readiness::OtherSchema => (
            Some(30),
            "The database's schema is of another version. Run `claimspan migrate`.\n".to_owned(),
        ),
        Readiness::Unavailable(fault) => (Some(fault.retry_after()), format!("{fault}\n")),
    };
    let status =
        if retry_after.is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut response = HttpResponse::build(status);
    if let Some(seconds) = retry_after {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    response.content_type("text/plain; charset=utf-8").body(text)
}
