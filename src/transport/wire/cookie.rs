//! Sessions of web pages, whose token is in a cookie that no script can read.
//!
//! Invariant: the cookie is used only together with the header `X-Claimspan-Session: cookie`. A
//! browser sends cookies by itself, but it sends this header only if a page's script asks for it.
//! The server's CORS rules never allow it for a page of another origin. The one exception is a
//! download, which changes nothing. The cookie is not sent for pages of other sites
//! (`SameSite=Strict`), and not over plain HTTP if it was set over TLS.

use actix_web::HttpRequest;
use actix_web::cookie::time::OffsetDateTime;
use actix_web::cookie::{Cookie, Expiration, SameSite};
use async_graphql::Context;

/// The header with which a page says that its session is in a cookie.
pub const HEADER: &str = "x-claimspan-session";

/// The session cookie of a page.
#[derive(Clone, Copy, Debug)]
pub struct Jar {
    /// Whether the page's requests come over TLS.
    secure: bool,
}

/// Whether a browser sends a page's session with this request. The session may have ended.
pub fn shows_session(request: &HttpRequest) -> bool {
    [true, false].into_iter().any(|secure| Jar { secure }.token(request).is_some())
}

impl Jar {
    /// The cookie of a request that asks for one. `secure` says whether the request came over TLS.
    pub fn of(request: &HttpRequest, secure: bool) -> Option<Self> {
        let mut said = request.headers().get_all(HEADER);
        let asked =
            said.next().is_some_and(|value| value.as_bytes() == b"cookie") && said.next().is_none();
        asked.then_some(Self { secure })
    }

    /// The cookie of a request for a file that a browser saves, which cannot ask for it. Only for
    /// reads: a page of another origin may make a browser request the address, but cannot read the
    /// answer.
    pub const fn of_download(secure: bool) -> Self {
        Self { secure }
    }

    /// The token in the cookie.
    pub fn token(self, request: &HttpRequest) -> Option<String> {
        request
            .cookie(self.name())
            .map(|cookie| cookie.value().to_owned())
            .filter(|token| !token.is_empty())
    }

    /// Makes the response set the cookie to this token, until a time in seconds since 1970.
    pub fn keep(self, ctx: &Context<'_>, token: &str, until: i64) {
        // If a cookie cannot express the time, it lasts until the browser is closed.
        let end = OffsetDateTime::from_unix_timestamp(until);
        self.set(ctx, token, end.map_or(Expiration::Session, Expiration::DateTime));
    }

    /// Makes the response remove the cookie.
    pub fn empty(self, ctx: &Context<'_>) {
        self.set(ctx, "", Expiration::DateTime(OffsetDateTime::UNIX_EPOCH));
    }

    /// The name of the cookie. Browsers accept `__Host-` only over TLS. It keeps other hosts of the
    /// same domain from setting the cookie.
    const fn name(self) -> &'static str {
        if self.secure { "__Host-claimspan" } else { "claimspan" }
    }

    fn set(self, ctx: &Context<'_>, value: &str, expires: Expiration) {
        let cookie = Cookie::build(self.name(), value)
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Strict);
        ctx.append_http_header("set-cookie", cookie.expires(expires).finish().to_string());
    }
}
