//! The face: says, never decides. Resolvers are one call long, and their doc comments are the API's documentation.

pub mod connection;
mod edges;
pub mod faults;
pub mod loaders;
mod mutation;
mod node;
mod passages;
mod query;

use async_graphql::{Context, EmptySubscription, Schema};

pub use mutation::Mutation;
pub use query::Query;

use crate::domain::policy::Actor;
use crate::domain::store::Db;

/// The schema that clients see.
pub type ClaimspanSchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema. Each request brings its own actor and loaders; see [`loaders::for_request`].
pub fn schema() -> ClaimspanSchema {
    Schema::build(Query, Mutation, EmptySubscription)
        // Usual tools' introspection is 13 deep; real documents are far below both.
        .limit_depth(30)
        .limit_recursive_depth(64)
        .limit_complexity(5_000)
        .finish()
}

/// The schema as text, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    let text = schema().sdl_with_options(options);
    format!("{}\n", text.trim())
}

/// What every resolver has at hand.
trait Desk {
    fn db(&self) -> &Db;
    fn actor(&self) -> &Actor;
}

impl Desk for Context<'_> {
    fn db(&self) -> &Db {
        self.data_unchecked()
    }

    fn actor(&self) -> &Actor {
        self.data_unchecked()
    }
}
