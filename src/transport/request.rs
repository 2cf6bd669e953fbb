//! Requests: what a client asks for, by whatever wire it came.

use std::sync::Arc;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, VariableDefinition};
use async_graphql::{Positioned, Request, ServerError, Variables};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::given::Givens;
use super::guard::{self, Lists, Refused, TooComplex};
use super::order::{Order, fill, operation};
use super::parsed::Parsed;
use super::persisted::Documents;

/// The parameters of a request, as JSON holds them.
#[derive(Deserialize)]
pub struct Parameters {
    /// The document.
    #[serde(default)]
    pub query: Value,
    /// Which of the document's operations runs.
    #[serde(default, rename = "operationName")]
    pub operation_name: Value,
    /// The values of the operation's variables.
    #[serde(default)]
    pub variables: Value,
    /// What goes beyond the specification: persisted queries.
    #[serde(default)]
    pub extensions: Value,
    /// The hash of a document that the server knows, in place of `query`.
    #[serde(default, rename = "documentId")]
    pub document_id: Value,
}

/// An operation that passed the guard, with its document parsed.
pub struct Operation {
    /// The request, ready to be carried out.
    pub request: Request,
    /// What kind of operation it is.
    pub kind: OperationType,
    /// The name that its document gives it.
    pub name: Option<String>,
    /// The order in which its answer's fields stand.
    pub order: Order,
    /// What it costs, in the guard's measure.
    pub cost: u64,
}

/// How requests are read.
#[derive(Clone)]
pub struct Reader {
    /// The documents that clients need not send.
    pub documents: Arc<Documents>,
    /// Those that were read last.
    pub parsed: Arc<Parsed>,
    /// How long the schema's lists are taken to be.
    pub lists: Arc<Lists>,
    /// What they may give.
    pub givens: Givens,
    /// What an operation, or a batch of them, may cost.
    pub most_cost: u64,
}

impl Reader {
    /// Reads one request's parameters.
    pub fn read(&self, parameters: Parameters) -> Result<Operation, Fault> {
        let query = match parameters.query {
            Value::String(text) => Some(text),
            Value::Null => None,
            _ => return Err(malformed("query", "query is a string")),
        };
        let operation_name = match parameters.operation_name {
            Value::Null => None,
            Value::String(name) => Some(name),
            _ => return Err(malformed("operationName", "operationName is a string, or null")),
        };
        let document_id = match parameters.document_id {
            Value::Null => None,
            Value::String(id) => Some(id),
            _ => return Err(malformed("documentId", "documentId is a string, or null")),
        };
        let variables = object("variables", parameters.variables)?;
        let extensions = object("extensions", parameters.extensions)?;
        let query = self.documents.resolve(query, document_id.as_deref(), &extensions)?;

        let mut document = self.parsed.parse(&query)?;
        let mut variables = Variables::from_json(Value::Object(variables));
        let operation = operation(&document, operation_name.as_deref());
        // async-graphql forgets them where it skips fields; and nobody after this has to think of them.
        for variable in operation.iter().flat_map(|operation| &operation.node.variable_definitions) {
            if let Some(default) = variable.node.default_value().filter(|_| !variables.contains_key(&variable.node.name.node)) {
                variables.insert(variable.node.name.node.clone(), default.clone());
            }
        }
        let cost = guard::weigh(&document, &variables, &self.lists, self.most_cost).map_err(|refused| match refused {
            Refused::TooComplex(error) => too_complex(error),
            Refused::Cycle(name, at) => {
                let mut error = ServerError::new(format!("the fragment {name} spreads itself"), Some(at));
                error.extensions.get_or_insert_default().set("code", "GRAPHQL_VALIDATION_FAILED");
                Fault::Graphql(Box::new(error))
            }
        })?;
        // An operation that is not there is validation's to refuse.
        let kind = operation.map_or(OperationType::Query, |operation| operation.node.ty);
        let wrong = operation
            .and_then(|operation| missing(operation, &variables).or_else(|| self.givens.wrong(&document, &operation.node, &variables)));
        if let Some(error) = wrong {
            return Err(Fault::Graphql(Box::new(error)));
        }
        let name = name_of(&document, operation_name.as_deref());
        let mut order = Order::of(&document, operation_name.as_deref(), &variables);
        fill(&mut document, &mut order);
        self.documents.keep(&extensions, &query);
        let mut request = Request::new(query).variables(variables);
        request.operation_name = operation_name;
        request.set_parsed_query(document);
        Ok(Operation { request, kind, name, order, cost })
    }
}

/// The name of the operation that runs, if it has one.
fn name_of(document: &ExecutableDocument, asked: Option<&str>) -> Option<String> {
    match (&document.operations, asked) {
        (DocumentOperations::Single(_), _) => None,
        (DocumentOperations::Multiple(operations), Some(name)) => operations.contains_key(name).then(|| name.to_owned()),
        (DocumentOperations::Multiple(operations), None) => {
            operations.keys().next().filter(|_| operations.len() == 1).map(ToString::to_string)
        }
    }
}

/// A JSON object, or nothing.
fn object(field: &'static str, value: Value) -> Result<Map<String, Value>, Fault> {
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(map) => Ok(map),
        _ => Err(malformed(field, &format!("{field} is a JSON object, or null"))),
    }
}

/// A variable that has to be given, and was not: an error of the request, which async-graphql finds only once fields ask for it.
fn missing(operation: &Positioned<OperationDefinition>, variables: &Variables) -> Option<ServerError> {
    let null = async_graphql::Value::Null;
    let empty = |variable: &&Positioned<VariableDefinition>| {
        !variable.node.var_type.node.nullable && variables.get(&variable.node.name.node).is_none_or(|value| *value == null)
    };
    let variable = operation.node.variable_definitions.iter().find(empty)?;
    let (name, kind) = (&variable.node.name.node, &variable.node.var_type.node);
    let mut error = ServerError::new(format!("the variable ${name} of type {kind} was not given"), Some(variable.pos));
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "BAD_USER_INPUT");
    extensions.set("field", format!("variables.{name}"));
    extensions.set("reason", "EMPTY");
    Some(error)
}

/// Says that a request asks for too much.
pub fn too_complex(error: TooComplex) -> Fault {
    let TooComplex { of, cost, limit } = error;
    let message = format!(
        "this request asks for too much at once: {of}: at least {cost}, and at most {limit}; ask for smaller pages or fewer fields"
    );
    let mut error = ServerError::new(message, None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "QUERY_TOO_COMPLEX");
    extensions.set("cost", cost);
    extensions.set("limit", limit);
    Fault::Graphql(Box::new(error))
}

fn malformed(field: &'static str, message: &str) -> Fault {
    Fault::Malformed(field, message.to_owned())
}
