//! Validates documents against the schema without running them.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::OperationType;
use async_graphql::{ObjectType, Request, Response, SchemaBuilder, ServerError, Value, Variables};

use super::federation::SubgraphQuery;
use super::schema::{Root, builder};
use super::{Mutation, Query, Subscription};
use crate::transport::document::types::Types;
use crate::transport::document::validation::InputChecks;

/// Returns the first reason why `text` does not fit the schema, as a message.
pub async fn validate(root: Root, text: &str) -> Result<(), String> {
    match root {
        Root::Plain => validate_with(builder(Query), text).await,
        Root::Subgraph => validate_with(builder(SubgraphQuery { is_open: true }), text).await,
    }
}

async fn validate_with<Q: ObjectType + 'static>(
    builder: SchemaBuilder<Q, Mutation, Subscription>,
    text: &str,
) -> Result<(), String> {
    let document = async_graphql::parser::parse_query(text).map_err(|error| error.to_string())?;
    let schema = builder.extension(StopBeforeExecution).finish();
    // async-graphql does not check whether a variable fits where it is used.
    let inputs = InputChecks::new(Arc::new(Types::of(&schema.sdl())), super::FORMS, true);
    for (name, operation) in document.operations.iter() {
        let mut request = Request::new(text);
        if let Some(name) = name {
            request = request.operation_name(name.as_str());
        }
        let response = schema.execute(request).await;
        // `execute` refuses a subscription only after it was validated.
        let is_subscription = operation.node.ty == OperationType::Subscription;
        let is_refused = |error: &ServerError| {
            is_subscription && error.message.contains("not supported on this transport")
        };
        if let Some(error) = response.errors.iter().find(|error| !is_refused(error)) {
            return Err(shown(error));
        }
        let checked = inputs.check(&document, &operation.node, &Variables::default());
        checked.map_err(|error| shown(&error))?;
    }
    Ok(())
}

/// An error's message and its place in the document.
fn shown(error: &ServerError) -> String {
    let at = error.locations.first();
    let at = at.map_or_else(String::new, |at| format!(" (line {}, column {})", at.line, at.column));
    format!("{}{at}", error.message)
}

/// Answers every valid operation with null.
struct StopBeforeExecution;

impl ExtensionFactory for StopBeforeExecution {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for StopBeforeExecution {
    async fn execute(
        &self,
        _ctx: &ExtensionContext<'_>,
        _operation_name: Option<&str>,
        _next: NextExecute<'_>,
    ) -> Response {
        Response::new(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::{Root, validate};

    #[tokio::test]
    async fn a_document_must_fit_the_schema() {
        for good in [
            "{ viewer { id } }",
            "query Who($id: ID!) { node(id: $id) { id } }",
            "query A { viewer { id } } query B { viewer { displayName } }",
            "mutation M($input: SignInInput!) { signIn(input: $input) { token } }",
            "subscription S($room: ID!) { activity(newsroom: $room) { number } }",
        ] {
            assert_eq!(validate(Root::Plain, good).await, Ok(()), "{good}");
        }
        for (bad, part) in [
            ("{", "expected"),
            ("{ nobody { id } }", "nobody"),
            ("query A { viewer { id } } query B { viewer { age } }", "age"),
            ("subscription S { activity(newsroom: 1) { colour } }", "colour"),
            ("query ($id: ID) { node(id: $id) { id } }", "id"),
        ] {
            let message = validate(Root::Plain, bad).await.expect_err(bad);
            assert!(message.contains(part), "{bad}: {message}");
        }
        let of_gateway = "query ($given: [_Any!]!) { _entities(representations: $given) { ... on Claim { id } } }";
        assert_eq!(validate(Root::Subgraph, of_gateway).await, Ok(()));
        let message =
            validate(Root::Plain, of_gateway).await.expect_err("a server that is no subgraph");
        assert!(message.contains("_Any"), "{message}");
    }
}
