//! The GraphQL schema. It translates and never decides. Resolvers are one call long, and their doc
//! comments are the API's documentation.

mod as_owner;
pub mod connection;
mod eager;
pub mod errors;
mod federation;
pub mod loaders;
mod mutation;
mod node;
mod on_record;
mod query;
mod schema;
mod search;
mod shared_work;
mod subscription;
pub mod text_budget;
mod types;
mod validate;
mod weights;

use async_graphql::Context;

pub use mutation::Mutation;
pub use on_record::on_record;
pub use query::Query;
pub use schema::{ClaimspanSchema, Root, schema, sdl};
pub use subscription::Subscription;
pub use validate::validate;
pub use weights::{WEIGHTS, weights};

use crate::domain::actor::Actor;
use crate::domain::store::Db;
use crate::domain::time::{Day, Moment};
use crate::transport::document::validation::InputForms;

/// The forms of scalars, and bounds on texts. The domain has a lower bound for most fields.
pub const FORMS: InputForms = InputForms {
    scalars: &[
        ("DateTime", |text| Moment::read(text).err()),
        ("Date", |text| Day::read(text).err()),
    ],
    longest_text: 50_000,
    longest_id: 200,
    long_texts: &[
        ("ArticlePreviewInput", "body"),
        ("ImportArticleInput", "body"),
        ("ImportOutsideReviewsInput", "document"),
        ("ReviseArticleInput", "body"),
        ("RevisionPreviewInput", "body"),
    ],
};

/// The parts of a request that every resolver uses.
trait RequestContext {
    fn db(&self) -> &Db;
    fn actor(&self) -> &Actor;
}

impl RequestContext for Context<'_> {
    fn db(&self) -> &Db {
        self.data_unchecked()
    }

    fn actor(&self) -> &Actor {
        self.data_unchecked()
    }
}
