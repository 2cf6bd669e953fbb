//! How a request is refused before it runs.

use async_graphql::ServerError;

/// Why parameters are no operation that can run.
pub enum Fault {
    /// They are of no form that means anything: the field, and a sentence.
    Malformed(&'static str, String),
    /// The document has an error of syntax, asks for too much, is not known, or gives what can't be taken: GraphQL says so.
    Graphql(Box<ServerError>),
}
