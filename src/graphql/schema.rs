//! The schema as a whole: what it has, and how it is shown.

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::{
    ObjectType, Request, Response, SDLExportOptions, Schema, SchemaBuilder, ServerError,
    ValidationResult,
};
use futures_util::stream::{BoxStream, StreamExt};

use super::federation::{SubgraphQuery, subgraph_sdl};
use super::{Mutation, Query, Subscription};

/// Which queries a schema has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// Those that clients send.
    Plain,
    /// Also those that a gateway of Apollo Federation sends.
    Subgraph,
}

/// The schema that a server executes.
#[derive(Clone)]
pub enum ClaimspanSchema {
    /// See [`Root::Plain`].
    Plain(Schema<Query, Mutation, Subscription>),
    /// See [`Root::Subgraph`].
    Subgraph(Schema<SubgraphQuery, Mutation, Subscription>),
}

impl ClaimspanSchema {
    /// Executes a query or a mutation.
    pub async fn execute(&self, request: Request) -> Response {
        match self {
            Self::Plain(schema) => schema.execute(request).await,
            Self::Subgraph(schema) => schema.execute(request).await,
        }
    }

    /// Executes an operation that has more than one response.
    pub fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        match self {
            Self::Plain(schema) => schema.execute_stream(request).boxed(),
            Self::Subgraph(schema) => schema.execute_stream(request).boxed(),
        }
    }

    /// The schema as text.
    pub fn sdl(&self) -> String {
        match self {
            Self::Plain(schema) => schema.sdl(),
            Self::Subgraph(schema) => schema.sdl(),
        }
    }
}

/// Builds the schema. `open` allows introspection. Each request adds its own actor and loaders, see
/// [`for_request`](super::loaders::for_request).
pub fn schema(root: Root, open: bool) -> ClaimspanSchema {
    match root {
        Root::Plain => ClaimspanSchema::Plain(finish(builder(Query), open)),
        Root::Subgraph => {
            ClaimspanSchema::Subgraph(finish(builder(SubgraphQuery { is_open: open }), open))
        }
    }
}

/// A builder of the schema with this query root.
pub(super) fn builder<Q: ObjectType + 'static>(
    query: Q,
) -> SchemaBuilder<Q, Mutation, Subscription> {
    // The query guard limits the depth and cost of a document before validation.
    Schema::build(query, Mutation::default(), Subscription).limit_recursive_depth(100)
}

fn finish<Q: ObjectType + 'static>(
    builder: SchemaBuilder<Q, Mutation, Subscription>,
    open: bool,
) -> Schema<Q, Mutation, Subscription> {
    if open {
        return builder.finish();
    }
    // Suggestions and the names of types would reveal the schema as introspection does.
    builder.disable_introspection().disable_suggestions().extension(HideSchema).finish()
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

/// The schema as text. Without the queries of gateways it is exactly as in `schema.graphql`.
pub fn sdl(root: Root) -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().include_specified_by();
    let text = match root {
        Root::Plain => builder(Query).finish().sdl_with_options(options),
        Root::Subgraph => subgraph_sdl(options),
    };
    format!("{}\n", text.trim())
}
