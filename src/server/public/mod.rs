//! Public pages and feeds over HTTP: `/n/SLUG` and the addresses below it.
//!
//! Invariants: every answer is read as a stranger, whatever credentials the request shows. A newsroom
//! without `publicReading` gets the same answer as one that does not exist. A conditional request for
//! what the reader has already renders nothing.

mod kept;
mod target;
mod view;

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::domain::actor::Actor;
use crate::domain::error::Error;
use crate::domain::event;
use crate::domain::ruling::public;
use crate::pages::{self, public as page};
use crate::server::AppState;
use crate::server::limits::{Limited, Refused, Sender};
use crate::transport::wire::cookie;
use kept::Key;
pub use kept::{Kept, KeptPages};
use target::Target;
use view::{Found, View};

/// The cost of an answer that the server has in memory.
const COST_KEPT: u64 = 2;
/// The cost of a look at the database, to see whether that answer is still current.
const COST_LOOK: u64 = 10;

/// Why there is no answer.
enum Failure {
    /// Something went wrong.
    Error(Error),
    /// The sender asked for too much.
    Limit(Refused),
    /// The server does not know its own address.
    NoAddress,
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

/// The routes. They come before those of the workbench, which has every other address below `/n/`.
pub fn configure(config: &mut web::ServiceConfig) {
    let service = |path, target: fn(&HttpRequest) -> Target| {
        super::page(path, move |request: HttpRequest, state: web::Data<AppState>| {
            let target = target(&request);
            async move { answer(&state, &request, &target).await }
        })
    };
    config
        .service(super::page("/n/style.css", style))
        .service(super::page("/n/icon.svg", icon))
        .service(service("/n/{slug}/feed.atom", |_| Target::Atom))
        .service(service("/n/{slug}/feed.json", |_| Target::JsonFeed))
        .service(service("/n/{slug}/claim-review.jsonld", |_| Target::Reviews))
        .service(service("/n/{slug}/rulings/{ruling:[^/.]+}.jsonld", |request| {
            Target::Review(named(request, "ruling"))
        }))
        .service(service("/n/{slug}/rulings/{ruling:[^/.]+}", |request| {
            Target::Ruling(named(request, "ruling"))
        }))
        .service(super::page("/n/{slug:[^/.]+}", newsroom));
}

fn named(request: &HttpRequest, part: &str) -> String {
    request.match_info().query(part).to_owned()
}

/// The newsroom's page, or for somebody who is signed in the workbench, which has the same address.
async fn newsroom(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let mut response = if cookie::shows_session(&request) {
        pages::get(request).await
    } else {
        let target = Target::newsroom(request.query_string());
        answer(&state, &request, &target).await
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie"));
    response
}

async fn style(request: HttpRequest) -> HttpResponse {
    static STYLE: LazyLock<Kept> = LazyLock::new(|| Kept::of_file(page::STYLE.into()));
    STYLE.respond(&request, "text/css; charset=utf-8")
}

async fn icon(request: HttpRequest) -> HttpResponse {
    static ICON: LazyLock<Kept> = LazyLock::new(|| Kept::of_file(page::ICON.into()));
    ICON.respond(&request, "image/svg+xml")
}

async fn answer(state: &AppState, request: &HttpRequest, target: &Target) -> HttpResponse {
    let running = tokio::time::timeout(state.settings.deadline, found(state, request, target));
    let failure = match running.await {
        Ok(Ok(response)) => return response,
        Ok(Err(failure)) => failure,
        Err(_) => Failure::Error(Error::Deadline { writing: false }),
    };
    refuse(target, failure)
}

async fn found(
    state: &AppState,
    request: &HttpRequest,
    target: &Target,
) -> Result<HttpResponse, Failure> {
    let (slug, base) = (named(request, "slug"), state.addresses.base_for(request));
    // No name has a control character, and PostgreSQL cannot search for U+0000.
    if slug.contains(char::is_control) || target.name().contains(char::is_control) {
        return Err(Error::NotFound("page").into());
    }
    if target.needs_base() && base.is_none() {
        return Err(Failure::NoAddress);
    }
    let actor = Actor::stranger(state.world.clone()).from_network(state.network(request));
    state.draw(&actor, COST_KEPT)?;
    let key = Key { base, slug, target: target.clone() };
    let commits = state.db.commits();
    if let Some(kept) = state.public_pages.fresh(&key, commits) {
        return Ok(kept.respond(request, target.media()));
    }
    // A look at the database costs more than was drawn. The sender owes the rest.
    let owe = |cost| {
        let (limits, sender) = (&state.settings.limits, Sender::of(&actor));
        limits.charge(Limited::Request, sender, cost, actor.now());
    };
    owe(COST_LOOK);
    let db = state.db_for(true);
    let newsroom = public::newsroom(&db, &actor, &key.slug).await?;
    let heads = event::heads(&db, &[newsroom.id.to_string()]).await?;
    let head = heads.first().map_or(0, |(_, number)| *number);
    if let Some(kept) = state.public_pages.unchanged(&key, head, commits) {
        return Ok(kept.respond(request, target.media()));
    }
    owe(target.cost());
    let view = match View::read(&db, &actor, &newsroom, target).await? {
        Found::View(view) => *view,
        Found::At(address) => return Ok(moved(&address)),
    };
    let etag = view.etag(key.base.as_ref());
    let body = if kept::is_known(request, &etag) {
        None
    } else {
        Some(view.render(key.base.as_ref())?.into())
    };
    let kept = Kept::new(etag, body, head, commits);
    let response = kept.respond(request, target.media());
    state.public_pages.keep(key, kept);
    Ok(response)
}

/// Leads to the address that has the ruling's slug. A slug never changes.
fn moved(address: &str) -> HttpResponse {
    let mut response = HttpResponse::MovedPermanently();
    // A slug has words of the claim, and the newsroom may close its pages.
    response.insert_header((header::CACHE_CONTROL, "no-cache"));
    response.insert_header((header::LOCATION, address)).finish()
}

fn refuse(target: &Target, failure: Failure) -> HttpResponse {
    let no_page = "There is no page at this address, or it is not public.";
    let (status, title, message, wait) = match failure {
        Failure::NoAddress => (
            StatusCode::NOT_FOUND,
            "Not found",
            "This format needs the server's public address. The server's operator sets it with \
             --public-url."
                .to_owned(),
            None,
        ),
        Failure::Limit(refused) => {
            let message = refused.error().message;
            (refused.status(), "Too many requests", message, Some(refused.retry_after))
        }
        Failure::Error(Error::NotFound(_) | Error::Unauthenticated(_) | Error::Forbidden(_)) => {
            (StatusCode::NOT_FOUND, "Page not found", no_page.to_owned(), None)
        }
        Failure::Error(Error::Invalid { message, .. }) => {
            (StatusCode::BAD_REQUEST, "This search is invalid", message, None)
        }
        Failure::Error(error) => {
            let is_down =
                matches!(error, Error::StorageUnavailable { .. } | Error::Deadline { .. });
            let status = if is_down {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::INTERNAL_SERVER_ERROR
            };
            tracing::warn!(?error, "a public page cannot be shown");
            let message = "The server cannot show this page at the moment. Try again later.";
            (status, "Please try again later", message.to_owned(), is_down.then_some(WAIT_SECONDS))
        }
    };
    let mut response = HttpResponse::build(status);
    if let Some(wait) = wait {
        response.insert_header((header::RETRY_AFTER, wait.to_string()));
    }
    response
        .insert_header((header::CONTENT_TYPE, target::HTML))
        .insert_header((header::CONTENT_SECURITY_POLICY, page::CONTENT_SECURITY_POLICY))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(page::error(target.up(), title, &message))
}

/// How long a reader should wait when the server cannot answer.
const WAIT_SECONDS: u32 = 5;
