//! The HTTP server: its routes, how a connection is accepted, and how the server ends.
//!
//! - `graphql` answers GraphQL requests; [`context`] says who sends them; `state` runs their operations
//! - [`limits`] has every limit in one table
//! - [`address`] finds the client's address behind proxies; [`idempotency`] runs a mutation once

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_cors::Cors;
use actix_http::HttpService;
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::rt::net::TcpStream;
use actix_web::{App, FromRequest, Handler, HttpResponse, Resource, Responder, middleware, web};
use anyhow::Context;
use serde_json::json;
use socket2::SockRef;
use tokio::signal::unix::{SignalKind, signal};

use crate::pages;
use crate::transport::wire::connection::{self, Connection};
use context::COST_HEADER;
use limits::{Held, Limited};

pub mod address;
mod addresses;
pub mod context;
mod export;
mod followers;
mod graphql;
mod health;
pub mod idempotency;
mod kept;
pub mod limits;
mod public;
mod schema;
mod state;
mod unsubscribe;

pub use state::{AppState, Settings};

/// How many seconds requests in flight have to finish once the server is asked to end.
const SHUTDOWN_SECONDS: u64 = 30;
/// How long the rest of a refused request is read, so that its sender sees the refusal.
const LINGER: Duration = Duration::from_secs(1);

/// Listens on `listen`. Returns the server, to be awaited, and the address that it got. On SIGTERM and Ctrl-C the server closes its sockets,
/// answers what is in flight, and ends.
pub fn start(
    state: AppState,
    listen: SocketAddr,
    workers: usize,
) -> anyhow::Result<(Server, SocketAddr)> {
    let listener =
        TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    // Connections inherit it. Otherwise the system takes megabytes for a client at once, and then
    // nothing for as long as a slow client needs to read a third of them.
    SockRef::from(&listener).set_tcp_notsent_lowat(u32::try_from(connection::LEAST_READ)?)?;
    let address = listener.local_addr()?;
    state.addresses.listen_on(address);
    let shutting_down = state.shutting_down.clone();
    let builder = Server::build().workers(workers).shutdown_timeout(SHUTDOWN_SECONDS);
    let builder = builder.disable_signals();
    let draining = builder.graceful_shutdown_signal();
    let service = move || {
        let (accepting, draining) = (state.clone(), draining.clone());
        let app = app(state.clone()).into_factory();
        let app = app.map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let draining = draining.clone();
                async move { draining.notified().await }
            })
            .client_request_timeout(state.settings.timeouts.head)
            .client_disconnect_timeout(LINGER)
            // A client that closes its side is gone: its request ends, and a write that has begun is completed.
            .h1_allow_half_closed(false)
            .local_addr(address)
            .on_connect_ext(|connection: &Connection<Held>, data: &mut _| connection.attach(data))
            .finish(map_config(app, |()| AppConfig::default()));
        fn_service(move |stream| std::future::ready(accept(&accepting, stream))).and_then(http)
    };
    let server = builder.listen("claimspan", listener, service)?.run();
    let handle = server.handle();
    // From here on, a signal stops the server in order, even before the task below runs.
    let stop = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    actix_web::rt::spawn(async move {
        let (mut terminate, mut interrupt) = stop;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Sockets would go on for ever.
        shutting_down.send_replace(true);
        handle.stop(true).await;
    });
    Ok((server, address))
}

type Accepted = (Connection<Held>, actix_http::Protocol, Option<SocketAddr>);

/// Takes a connection, unless its network has too many.
fn accept(
    state: &AppState,
    stream: TcpStream,
) -> Result<Accepted, actix_http::error::DispatchError> {
    let peer = stream.peer_addr().ok();
    let settings = &state.settings;
    match settings.limits.hold(Limited::Connection, settings.proxies.sender(peer)) {
        Ok(held) => {
            let connection = Connection::new(stream, settings.timeouts, held);
            Ok((connection, actix_http::Protocol::Http1, peer))
        }
        Err(refused) => {
            let body = json!({ "errors": [refused.error()] }).to_string();
            connection::refuse(&stream, refused.status(), refused.retry_after, &body);
            Err(actix_http::error::DispatchError::DisconnectTimeout)
        }
    }
}

fn app(
    state: AppState,
) -> App<
    impl actix_service::ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let cors = cors(&state.settings.origins);
    App::new()
        .app_data(web::Data::new(state))
        .wrap(cors)
        .wrap(middleware::from_fn(answer_every))
        .route("/graphql", web::route().to(graphql::handle))
        .configure(public::configure)
        .service(page(export::ANNOTATION, export::annotation))
        .service(page(export::CAS, export::cas))
        .service(page(export::PATH, export::get))
        .configure(|config| {
            for route in pages::ROUTES {
                config.service(page(route, pages::get));
            }
        })
        .service(page(unsubscribe::PATH, unsubscribe::get).route(web::post().to(unsubscribe::post)))
        .service(page(schema::PATH, schema::get))
        .service(page("/health/live", health::live))
        .service(page("/health/ready", health::ready))
        .service(page("/metrics", metrics))
        .default_service(web::to(not_found))
}

static NO_SNIFFING: HeaderValue = HeaderValue::from_static("nosniff");
static NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
/// Tells browsers to use nothing but TLS for a year (RFC 6797).
static ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Does what every request needs. It is one function, because each middleware costs each request an allocation or two.
async fn answer_every(
    request: ServiceRequest,
    next: middleware::Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let secure = request
        .app_data::<web::Data<AppState>>()
        .is_some_and(|state| state.is_secure(request.request()));
    let has_body = connection::has_body(request.headers());
    let mut response = if request.method() == Method::CONNECT {
        answer_connect(request).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    let headers = response.headers_mut();
    for (name, value) in
        [(header::X_CONTENT_TYPE_OPTIONS, &NO_SNIFFING), (header::REFERRER_POLICY, &NO_REFERRER)]
    {
        if !headers.contains_key(&name) {
            headers.insert(name, value.clone());
        }
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_TLS.clone());
    }
    // Tells the connection that the request is done. One with a body says so itself.
    if !has_body {
        connection::expect_next_head(response.request());
    }
    Ok(response)
}

/// Refuses to be a proxy. The body of a CONNECT request has no end, so the request must not reach anything that reads it.
fn answer_connect(request: ServiceRequest) -> ServiceResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    response.insert_header((header::ALLOW, "GET, HEAD, POST, OPTIONS"));
    request.into_response(response.force_close().finish())
}

/// The other origins whose pages may read responses; none by default.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST])
        .allowed_headers([
            "accept",
            "authorization",
            "content-type",
            "idempotency-key",
            COST_HEADER,
        ])
        .expose_headers(["x-request-id", "retry-after"])
        .max_age(600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// A page, which answers GET and HEAD.
fn page<F, A>(path: &str, get: F) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::get().to(get.clone())).route(web::head().to(get))
}

async fn metrics(state: web::Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(state.metrics.text(&state.db, &state.world, state.kept.size()))
}

async fn not_found() -> HttpResponse {
    HttpResponse::NotFound()
        .content_type("text/plain; charset=utf-8")
        .body("Not found. The workbench is at /, the API at /graphql, and GraphiQL at /graphiql.\n")
}
