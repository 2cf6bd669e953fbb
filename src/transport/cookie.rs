//! Sessions of pages, which keep their token in a cookie that no script can read.
//!
//! Always true: a cookie counts only beside the header `X-Claimspan-Session: cookie`. A browser sends cookies by itself, but this header only
//! where a page's script asks for it, and for a page of another origin not at all, since CORS never allows it. Nor does a cookie leave the
//! site (`SameSite=Strict`), or go over plain HTTP once it came over TLS.

use actix_web::HttpRequest;
use actix_web::cookie::time::OffsetDateTime;
use actix_web::cookie::{Cookie, Expiration, SameSite};
use async_graphql::Context;

/// The header by which a page says that its session is in a cookie.
pub const HEADER: &str = "x-claimspan-session";

/// How a page keeps its session.
#[derive(Clone, Copy, Debug)]
pub struct Jar {
    /// Whether its requests come over TLS.
    secure: bool,
}

impl Jar {
    /// The jar of a request, if it asks for one. `secure` says whether it comes over TLS.
    pub fn of(request: &HttpRequest, secure: bool) -> Option<Self> {
        let mut said = request.headers().get_all(HEADER);
        let asked = said.next().is_some_and(|value| value.as_bytes() == b"cookie") && said.next().is_none();
        asked.then_some(Self { secure })
    }

    /// The token in it.
    pub fn token(self, request: &HttpRequest) -> Option<String> {
        request.cookie(self.name()).map(|cookie| cookie.value().to_owned()).filter(|token| !token.is_empty())
    }

    /// Has the answer set the cookie: to this token, until so many seconds after 1970.
    pub fn keep(self, ctx: &Context<'_>, token: &str, until: i64) {
        // A time that can't be said ends with the browser.
        let end = OffsetDateTime::from_unix_timestamp(until);
        self.set(ctx, token, end.map_or(Expiration::Session, Expiration::DateTime));
    }

    /// Has the answer remove the cookie.
    pub fn empty(self, ctx: &Context<'_>) {
        self.set(ctx, "", Expiration::DateTime(OffsetDateTime::UNIX_EPOCH));
    }

    /// `__Host-` is believed by browsers only over TLS, and keeps neighbours under the same domain from setting it.
    const fn name(self) -> &'static str {
        if self.secure { "__Host-claimspan" } else { "claimspan" }
    }

    fn set(self, ctx: &Context<'_>, value: &str, expires: Expiration) {
        let cookie = Cookie::build(self.name(), value).path("/").secure(self.secure).http_only(true).same_site(SameSite::Strict);
        ctx.append_http_header("set-cookie", cookie.expires(expires).finish().to_string());
    }
}
