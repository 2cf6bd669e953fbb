//! The pages that the server brings along. Nothing in them comes from another address.

use std::sync::LazyLock;

use actix_web::http::header::{self, Header, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

/// What a page may load, and from where: only from here.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct File {
    path: &'static str,
    media: &'static str,
    bytes: &'static [u8],
}

macro_rules! files {
    ($($path:literal = $media:literal $file:literal,)+) => {
        &[$(File { path: $path, media: $media, bytes: include_bytes!(concat!("../web/graphiql/dist/", $file)) }),+]
    };
}

static FILES: &[File] = files! {
    "/graphiql" = "text/html; charset=utf-8" "index.html",
    "/graphiql/assets/app.js" = "text/javascript; charset=utf-8" "assets/app.js",
    "/graphiql/assets/app.css" = "text/css; charset=utf-8" "assets/app.css",
    "/graphiql/assets/codicon.ttf" = "font/ttf" "assets/codicon.ttf",
    "/graphiql/assets/editor.worker.js" = "text/javascript; charset=utf-8" "assets/editor.worker.js",
    "/graphiql/assets/graphql.worker.js" = "text/javascript; charset=utf-8" "assets/graphql.worker.js",
    "/graphiql/assets/json.worker.js" = "text/javascript; charset=utf-8" "assets/json.worker.js",
    "/graphiql/THIRD-PARTY-LICENSES.txt" = "text/plain; charset=utf-8" "THIRD-PARTY-LICENSES.txt",
};

/// Gives the file that the request's path names.
pub async fn get(request: HttpRequest) -> HttpResponse {
    static ETAGS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let tag = |file: &File| format!("\"{}\"", &crate::domain::event::hex(&Sha256::digest(file.bytes))[..32]);
        FILES.iter().map(tag).collect()
    });
    let Some((file, etag)) = FILES.iter().zip(ETAGS.iter()).find(|(file, _)| file.path == request.path()) else {
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("no such page\n");
    };
    let known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.tag() == etag.trim_matches('"')),
        Err(_) => false,
    };
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CONTENT_TYPE, file.media))
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        // Asked again each time, and sent again only when a new version of the server has another.
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::ETAG, etag.as_str()));
    if known { response.finish() } else { response.body(file.bytes) }
}
