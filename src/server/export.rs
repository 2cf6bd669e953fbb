//! `/export/NEWSROOM/…`: a whole newsroom as a file, with the reader's rights.
//!
//! Invariants: the answer is read and sent page after page, only as fast as its reader takes it, so
//! that memory stays the same however large the newsroom is. Pages draw on the reader's budget. If it
//! is used up, the answer waits. An answer that cannot be completed is broken off, so that no client
//! takes it for the whole.

use std::time::Duration;

use actix_web::body::BodyStream;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::Stream;
use futures_util::stream::{empty, try_unfold};

use crate::domain::actor::Actor;
use crate::domain::error::Error;
use crate::domain::extract::Extract;
use crate::domain::ids::{ArticleId, ClaimId, TypedId};
use crate::domain::newsroom;
use crate::export::run::{Format, Run};
use crate::export::web_annotation;
use crate::server::AppState;
use crate::server::context::{Rejection, RequestContext};
use crate::server::graphql::set_retry_after;
use crate::server::limits::{Held, Limited, Sender};
use crate::transport::wire::cookie::Jar;
use crate::transport::wire::http;

/// The address.
pub const PATH: &str = "/export/{slug}/{name}";
/// The address of one claim as an annotation.
pub const ANNOTATION: &str = "/export/{slug}/annotations/{claim:[^/.]+}.jsonld";

/// The address of one article as UIMA CAS JSON.
pub const CAS: &str = "/export/{slug}/cas/{article:[^/.]+}.json";

/// The cost of the beginning of an export, and of each of its pages.
const COST: u64 = 100;

/// Sends an export.
pub async fn get(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let name = request.match_info().query("name").to_owned();
    let begun = async |actor, slug: String| {
        let format = Format::all().find(|format| format.name() == name);
        let format = format.ok_or(Error::NotFound("export"))?;
        begin(&state, &request, actor, &slug, format).await
    };
    answer(&state, &request, begun).await
}

/// Sends one article as UIMA CAS JSON.
pub async fn cas(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let name = request.match_info().query("article").to_owned();
    let begun = async |actor, slug: String| {
        let article = ArticleId::find(&name).ok_or(Error::NotFound("article"))?;
        begin(&state, &request, actor, &slug, Format::Cas(article)).await
    };
    answer(&state, &request, begun).await
}

/// Sends one claim as an annotation.
pub async fn annotation(request: HttpRequest, state: web::Data<AppState>) -> HttpResponse {
    let name = request.match_info().query("claim").to_owned();
    let read = async |actor: Actor, slug: String| {
        let id = ClaimId::find(&name).ok_or(Error::NotFound("claim"))?;
        let base = state.addresses.base_for(&request).ok_or_else(no_address)?;
        let read = async {
            let newsroom = newsroom::fetch_by_slug(&state.db, &actor, &slug).await?;
            let claim = Extract::claim(&state.db, &actor, &slug, id).await?;
            let text = web_annotation::of_claim(&base, &newsroom.public(), &claim);
            text.ok_or(Error::NotFound("annotation"))
        };
        let text = tokio::time::timeout(state.settings.deadline, read);
        let text = text.await.map_err(|_| Error::Deadline { writing: false })??;
        Ok(HttpResponse::Ok().content_type(web_annotation::MEDIA).body(text))
    };
    answer(&state, &request, read).await
}

/// Answers with what `begin` makes for the actor and the newsroom's slug.
async fn answer(
    state: &AppState,
    request: &HttpRequest,
    begin: impl AsyncFnOnce(Actor, String) -> Result<HttpResponse, Rejection>,
) -> HttpResponse {
    let mut context = state.context(request);
    context.jar = context.jar.or(Some(Jar::of_download(state.is_secure(request))));
    let begun = async {
        let actor = admit(state, request, &mut context).await?;
        let slug = request.match_info().query("slug").to_owned();
        // No slug has a control character, and PostgreSQL cannot search for U+0000.
        if slug.contains(char::is_control) {
            return Err(Error::NotFound("newsroom").into());
        }
        begin(actor, slug).await
    };
    let mut response = match begun.await {
        Ok(response) => response,
        Err(rejection) => refuse(&rejection, &context.id),
    };
    let headers = response.headers_mut();
    if let Ok(id) = header::HeaderValue::from_str(&context.id) {
        headers.insert(header::HeaderName::from_static("x-request-id"), id);
    }
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, header::HeaderValue::from_static("authorization, cookie"));
    response
}

/// The actor of a request, if it can pay for a beginning.
async fn admit(
    state: &AppState,
    request: &HttpRequest,
    context: &mut RequestContext,
) -> Result<Actor, Rejection> {
    state.check_invalid(state.sender_of(request))?;
    match state.authenticate_request(&state.db, request, context).await {
        Ok(actor) => {
            state.draw(&actor, COST)?;
            Ok(actor)
        }
        Err(error) => {
            if let Error::Unauthenticated(_) = error {
                state.charge_invalid(state.sender_of(request), 1);
            }
            Err(error.into())
        }
    }
}

fn no_address() -> Error {
    let message = "This export needs the server's public address. The server's operator sets it \
                   with --public-url.";
    Error::Forbidden(message.into())
}

async fn begin(
    state: &AppState,
    request: &HttpRequest,
    actor: Actor,
    slug: &str,
    format: Format,
) -> Result<HttpResponse, Rejection> {
    let base = state.addresses.base_for(request);
    if format.needs_base() && base.is_none() {
        return Err(no_address().into());
    }
    let held = state.settings.limits.hold(Limited::Export, Sender::of(&actor))?;
    let run = Run::begin(&state.db, &actor, slug, format, base);
    let run = tokio::time::timeout(state.settings.deadline, run);
    let run = run.await.map_err(|_| Error::Deadline { writing: false })??;
    let mut response = HttpResponse::Ok();
    let file = format!("attachment; filename=\"{slug}-{}\"", format.name());
    response
        .insert_header((header::CONTENT_TYPE, format.media()))
        .insert_header((header::CONTENT_DISPOSITION, file));
    if request.method() == Method::HEAD {
        // The length of the answer to GET is not known either.
        return Ok(response.body(BodyStream::new(empty::<Result<Bytes, Error>>())));
    }
    let sending = Sending { state: state.clone(), actor, run, _held: held };
    Ok(response.body(BodyStream::new(sending.bytes())))
}

/// An export that is being sent.
struct Sending {
    state: AppState,
    actor: Actor,
    run: Run,
    _held: Held,
}

impl Sending {
    fn bytes(self) -> impl Stream<Item = Result<Bytes, Error>> {
        try_unfold(self, |mut sending| async move {
            match sending.next().await {
                Ok(Some(bytes)) => Ok(Some((bytes, sending))),
                Ok(None) => Ok(None),
                Err(error) => {
                    tracing::warn!(?error, "an export was broken off");
                    Err(error)
                }
            }
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let before = self.run.count();
            let page = tokio::time::timeout(self.state.settings.deadline, self.run.next());
            let page = page.await.map_err(|_| Error::Deadline { writing: false })??;
            let Some(page) = page else { return Ok(None) };
            self.pay(u64::try_from(self.run.count() - before).unwrap_or_default()).await;
            // An empty chunk would end the answer.
            if !page.is_empty() {
                return Ok(Some(page.into()));
            }
        }
    }

    /// Draws the cost of a page from the reader's budget, and waits until it is there.
    async fn pay(&self, count: u64) {
        let (limits, sender) = (&self.state.settings.limits, Sender::of(&self.actor));
        while let Err(refused) =
            limits.draw(Limited::Request, sender, COST + count, self.actor.now())
        {
            tokio::time::sleep(Duration::from_secs(u64::from(refused.retry_after.max(1)))).await;
        }
    }
}

fn refuse(rejection: &Rejection, id: &str) -> HttpResponse {
    let status = match rejection {
        Rejection::Limit(refused) => refused.status(),
        Rejection::Error(error) => match error {
            Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::NotFound(_) => StatusCode::NOT_FOUND,
            Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Invalid { .. } => StatusCode::BAD_REQUEST,
            Error::StorageUnavailable { .. } | Error::Deadline { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Error::Conflict { .. }
            | Error::WordingChanged { .. }
            | Error::NewerRevision { .. }
            | Error::Lagging { .. }
            | Error::Database(_)
            | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        },
    };
    let error = rejection.error(id);
    let mut response = http::refuse_with(status, &error);
    if status == StatusCode::UNAUTHORIZED {
        let scheme = header::HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    set_retry_after(&mut response, std::slice::from_ref(&error));
    response
}
