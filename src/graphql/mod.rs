//! The GraphQL schema. It translates and never decides. Resolvers are one call long, and their doc
//! comments are the API's documentation.

mod as_owner;
pub mod connection;
mod eager;
pub mod errors;
pub mod loaders;
mod mutation;
mod node;
mod on_record;
mod query;
mod search;
mod shared_work;
mod subscription;
pub mod text_budget;
mod types;
mod validate;
mod weights;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::{Context, Schema, ServerError, ValidationResult};

pub use mutation::Mutation;
pub use on_record::on_record;
pub use query::Query;
pub use subscription::Subscription;
pub use validate::validate;
pub use weights::{WEIGHTS, weights};

use crate::domain::actor::Actor;
use crate::domain::store::Db;
use crate::domain::time::{Day, Moment};
use crate::transport::document::validation::InputForms;

/// The type of the schema.
pub type ClaimspanSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema. `open` allows introspection. Each request adds its own actor and loaders, see
/// [`loaders::for_request`].
pub fn schema(open: bool) -> ClaimspanSchema {
    // The query guard limits the depth and cost of a document before validation.
    let schema = Schema::build(Query, Mutation::default(), Subscription).limit_recursive_depth(100);
    if open {
        return schema.finish();
    }
    // Suggestions and the names of types would reveal the schema as introspection does.
    schema.disable_introspection().disable_suggestions().extension(HideSchema).finish()
}

/// Replaces the messages of validation, which name types and fields of the schema.
struct HideSchema;

impl ExtensionFactory for HideSchema {
    fn create(&self) -> std::sync::Arc<dyn Extension> {
        std::sync::Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for HideSchema {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await.map_err(|errors| errors.into_iter().map(without_names).collect())
    }
}

fn without_names(error: ServerError) -> ServerError {
    let at = error
        .locations
        .first()
        .map_or_else(String::new, |at| format!(" at line {}, column {}", at.line, at.column));
    let message = format!("The document does not match the schema{at}.");
    ServerError { message, ..error }
}

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

/// The schema as text, exactly as in `schema.graphql`.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .include_specified_by();
    let text = schema(true).sdl_with_options(options);
    format!("{}\n", text.trim())
}

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
