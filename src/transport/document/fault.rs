//! Faults: why a request is refused before it runs.

use async_graphql::ServerError;

use crate::transport::document::guard::{Refused, TooComplex};

/// Why a request cannot run.
pub enum Fault {
    /// A parameter has the wrong form: its name, and a sentence.
    Malformed(&'static str, String),
    /// GraphQL refuses the document or its variables.
    Graphql(Box<ServerError>),
}

impl From<TooComplex> for Fault {
    fn from(error: TooComplex) -> Self {
        too_complex(error, " Ask for smaller pages or fewer fields.")
    }
}

fn too_complex(error: TooComplex, advice: &str) -> Fault {
    let TooComplex { of, cost, limit } = error;
    let asked = if of == "cost" {
        format!("costs at least {cost}")
    } else {
        format!("has at least {cost} {of}")
    };
    let message = format!("The request {asked}. The limit is {limit}.{advice}");
    let mut error = ServerError::new(message, None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "QUERY_TOO_COMPLEX");
    extensions.set("cost", cost);
    extensions.set("limit", limit);
    Fault::Graphql(Box::new(error))
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooCostly(error, lists) if !lists.is_empty() => too_complex(
                error,
                &format!(
                    " Most of it comes from {lists}. Ask for smaller pages there, with `first`, \
                     or for fewer fields."
                ),
            ),
            Refused::TooComplex(error) | Refused::TooCostly(error, _) => error.into(),
            Refused::Cycle(name, at) => {
                let message = format!("Fragment `{name}` spreads itself.");
                let mut error = ServerError::new(message, Some(at));
                error.extensions.get_or_insert_default().set("code", "GRAPHQL_VALIDATION_FAILED");
                Self::Graphql(Box::new(error))
            }
        }
    }
}
