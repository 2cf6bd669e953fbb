//! The face: says, never decides. Resolvers are one call long, and their doc comments are the API's documentation.

mod atonce;
pub mod connection;
mod edges;
pub mod faults;
mod found;
pub mod loaders;
mod mutation;
mod node;
mod query;
pub mod room;
mod subscription;

use async_graphql::{Context, Schema};

pub use mutation::Mutation;
pub use query::Query;
pub use subscription::Subscription;

use crate::domain::moment::{Day, Moment};
use crate::domain::policy::Actor;
use crate::domain::store::Db;
use crate::transport::given::Form;
use crate::transport::guard::Lists;

/// The schema that clients see.
pub type ClaimspanSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema; `open` to introspection, or not. Each request brings its own actor and loaders; see [`loaders::for_request`].
pub fn schema(open: bool) -> ClaimspanSchema {
    // How deep and how dear a document may be is the guard's to say, before validation.
    let schema = Schema::build(Query, Mutation::default(), Subscription).limit_recursive_depth(100);
    // A suggestion in an error tells a name as introspection would.
    let schema = if open { schema } else { schema.disable_introspection().disable_suggestions() };
    schema.finish()
}

/// How long lists are that are no pages, for the guard.
pub fn lists() -> Lists {
    // A page of text has some dozens of spans; a megabyte, ten thousand. Two texts of that length take a while to compare.
    Lists::of_schema(&sdl(), &[("spans", 250), ("diff", 2000)])
}

/// The forms of scalars.
pub const FORMS: [(&str, Form); 2] = [("DateTime", |text| Moment::read(text).err()), ("Date", |text| Day::read(text).err())];

/// The schema as text, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    let text = schema(true).sdl_with_options(options);
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
