//! `/unsubscribe/TOKEN`: turns mails off without signing in.
//!
//! Invariants: GET changes nothing, because programs that check mails follow links. POST needs no
//! more than the link (RFC 8058). Credentials that a request shows are not looked at.

use actix_web::http::{ConnectionType, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::limits::{Limited, Refused};
use crate::domain::actor::Actor;
use crate::domain::error::Error;
use crate::domain::mail::unsubscribe::{self, find};
use crate::pages::public::{self, CONTENT_SECURITY_POLICY};
use crate::pages::unsubscribe as page;
use crate::server::AppState;
use crate::transport::wire::{body, connection};

/// The address.
pub const PATH: &str = "/unsubscribe/{token}";

/// The cost of a request.
const COST: u64 = 20;
/// The largest body, in bytes. It says nothing that the link does not say.
const MOST_BYTES: usize = 4 << 10;
/// The query of the button that stops all mails.
const ALL: &str = "all=1";

enum Failure {
    Error(Error),
    Limit(Refused),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Limit(refused)
    }
}

/// Shows the page with the button.
pub async fn get(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let page = async {
        admit(&state, &request)?;
        Ok(page::asks(find(&state.db, token(&request)).await?))
    };
    answer(&state, &request, page).await
}

/// Turns the mails off.
pub async fn post(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<AppState>,
) -> HttpResponse {
    let mut hold = state.settings.limits.holder(Limited::ReceivedBytes, state.sender_of(&request));
    if body::read(payload, MOST_BYTES, state.settings.timeouts, &mut hold).await.is_err() {
        connection::refuse_body(&request);
        let text = public::error(page::UP, "The request is invalid", "Its body is too long.");
        let mut response = respond(StatusCode::BAD_REQUEST, text);
        response.head_mut().set_connection_type(ConnectionType::Close);
        return response;
    }
    connection::expect_next_head(&request);
    let everything = request.query_string() == ALL;
    let page = async {
        let actor = admit(&state, &request)?;
        let token = token(&request);
        let kind = unsubscribe::unsubscribe(&state.db, &actor, token, everything).await?;
        Ok(page::done((!everything).then_some(kind)))
    };
    answer(&state, &request, page).await
}

fn token(request: &HttpRequest) -> &str {
    request.match_info().query("token")
}

/// The sender as a stranger, if it can pay for the request.
fn admit(state: &AppState, request: &HttpRequest) -> Result<Actor, Refused> {
    state.check_invalid(state.sender_of(request))?;
    let actor = Actor::stranger(state.world.clone()).from_network(state.network(request));
    state.draw(&actor, COST)?;
    Ok(actor)
}

/// The page that the work makes, or one that says why there is none.
async fn answer(
    state: &AppState,
    request: &HttpRequest,
    page: impl Future<Output = Result<Vec<u8>, Failure>>,
) -> HttpResponse {
    let failure = match tokio::time::timeout(state.settings.deadline, page).await {
        Ok(Ok(page)) => return respond(StatusCode::OK, page),
        Ok(Err(failure)) => failure,
        Err(_) => Failure::Error(Error::Deadline { writing: true }),
    };
    let (status, title, message) = match failure {
        Failure::Limit(refused) => (refused.status(), "Too many requests", refused.error().message),
        Failure::Error(Error::NotFound(_)) => {
            // Otherwise somebody could try links without end.
            state.charge_invalid(state.sender_of(request), 1);
            let message = "This link does not work. Sign in to change what you get mails about.";
            (StatusCode::NOT_FOUND, "Link not found", message.to_owned())
        }
        Failure::Error(error) => {
            tracing::warn!(?error, "mails cannot be turned off");
            let message = "The server cannot do this at the moment. Try again later.";
            (StatusCode::SERVICE_UNAVAILABLE, "Please try again later", message.to_owned())
        }
    };
    respond(status, public::error(page::UP, title, &message))
}

fn respond(status: StatusCode, page: Vec<u8>) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(page)
}
