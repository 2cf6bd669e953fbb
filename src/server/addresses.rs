//! The addresses at which readers reach the server.

use std::net::SocketAddr;
use std::sync::OnceLock;

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::export::Base;

/// The addresses at which readers reach the server. They are made once, not for each request.
pub struct Addresses {
    /// The address that the operator configured.
    public: Option<Base>,
    /// The addresses of the socket, with the names by which requests call them.
    own: OnceLock<Vec<(String, Base)>>,
}

impl Addresses {
    /// The address that the operator configured, if there is one.
    pub fn new(public: Option<&str>) -> Self {
        Self { public: public.map(Base::new), own: OnceLock::new() }
    }

    /// Notes the address that the server listens on.
    pub fn listen_on(&self, address: SocketAddr) {
        let local = address.ip().is_loopback().then(|| format!("localhost:{}", address.port()));
        let names = [Some(address.to_string()), local].into_iter().flatten();
        let named = names.map(|name| {
            let base = Base::new(&format!("http://{name}"));
            (name, base)
        });
        self.own.get_or_init(|| named.collect());
    }

    /// The address that absolute addresses begin with: the configured one, or the address that the
    /// server listens on if the request was sent to it. A request's host is trusted for nothing
    /// else, because anybody can write it.
    pub fn base_for(&self, request: &HttpRequest) -> Option<Base> {
        if self.public.is_some() {
            return self.public.clone();
        }
        let host = request.headers().get(header::HOST)?;
        let mut own = self.own.get()?.iter();
        own.find(|(name, _)| name.as_bytes() == host.as_bytes()).map(|(_, base)| base.clone())
    }
}
