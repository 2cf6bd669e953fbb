//! The pages that the server brings: the workbench at `/`, GraphiQL at `/graphiql`, and the [`public`]
//! pages of newsrooms, and those that turn mails off. They load nothing from other servers.
//!
//! `web/` builds them into `web/dist/`, with the list of files that is included here.

pub mod public;
pub mod unsubscribe;

use std::sync::{LazyLock, OnceLock};

use actix_web::http::header::{self, Header, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

/// The addresses of the pages, as routes. The workbench draws everything below `/n/` itself, so each
/// address there gets the same page.
pub const ROUTES: [&str; 7] = [
    "/",
    "/invitation",
    "/reset",
    "/n/{rest:.*}",
    "/workbench/{file:.*}",
    "/graphiql",
    "/graphiql/{file:.*}",
];

/// The workbench may load files only from this server, and runs no code or style within the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// GraphiQL's editor writes styles into the page, and has workers.
const GRAPHIQL_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The settings that the workbench reads before anybody signs in.
const CONFIG_PATH: &str = "/workbench/config.json";
static CONFIG: OnceLock<String> = OnceLock::new();

/// Makes the sign-in page offer accounts. Only the demo calls this: `{"demo": {"accounts": [{"role", "name", "email", "password"}]}}`.
pub fn offer_accounts(config: String) {
    CONFIG.get_or_init(|| config);
}

struct File {
    path: &'static str,
    media: &'static str,
    bytes: &'static [u8],
}

static FILES: &[File] = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/web/dist/files.rs"));

/// The file that an address names. Addresses within the workbench are its page.
fn path_of(address: &str) -> &str {
    let is_of_workbench = matches!(address, "/invitation" | "/reset") || address.starts_with("/n/");
    if is_of_workbench { "/" } else { address }
}

/// Gives the file that the request's path names.
pub async fn get(request: HttpRequest) -> HttpResponse {
    static ETAGS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let tag = |file: &File| format!("\"{}\"", &hex::encode(Sha256::digest(file.bytes))[..32]);
        FILES.iter().map(tag).collect()
    });
    let path = path_of(request.path());
    if let (CONFIG_PATH, Some(config)) = (path, CONFIG.get()) {
        return HttpResponse::Ok()
            .content_type("application/json")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(config.as_str());
    }
    let Some((file, etag)) = FILES.iter().zip(ETAGS.iter()).find(|(file, _)| file.path == path)
    else {
        return HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("no such page\n");
    };
    let known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.tag() == etag.trim_matches('"')),
        Err(_) => false,
    };
    let policy = if path.starts_with("/graphiql") {
        GRAPHIQL_SECURITY_POLICY
    } else {
        CONTENT_SECURITY_POLICY
    };
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CONTENT_TYPE, file.media))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        // Asked again each time, and sent again only when a new version of the server has another.
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::ETAG, etag.as_str()));
    if known { response.finish() } else { response.body(file.bytes) }
}
