//! `/schema.graphql`: the schema of the API, for tools that read it from an address.

use std::sync::LazyLock;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::graphql;
use crate::server::AppState;
use crate::server::not_found;
use crate::server::public::Kept;

/// The address.
pub const PATH: &str = "/schema.graphql";

static SCHEMA: LazyLock<Kept> =
    LazyLock::new(|| Kept::of_file(Bytes::from(graphql::sdl(graphql::Root::Plain))));

/// Gives the schema to everybody, or to nobody if the server refuses introspection.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    if !state.settings.introspection {
        return not_found().await;
    }
    SCHEMA.respond(&request, "application/graphql; charset=utf-8")
}
