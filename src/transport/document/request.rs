//! Requests: what a client asks for, over HTTP or a socket.

use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, VariableDefinition,
};
use async_graphql::{Positioned, Request, ServerError, Variables};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::transport::document::fault::Fault;
use crate::transport::document::guard::{self, Weights};
use crate::transport::document::order::{Order, fill, operation};
use crate::transport::document::parsed::Parsed;
use crate::transport::document::persisted::Documents;
use crate::transport::document::types::Types;
use crate::transport::document::uses::Subset;
use crate::transport::document::validation::InputChecks;

/// The parameters of a request, as they are in its JSON.
#[derive(Deserialize)]
pub struct Parameters {
    /// The document.
    #[serde(default)]
    pub query: Value,
    /// The name of the operation that runs.
    #[serde(default, rename = "operationName")]
    pub operation_name: Value,
    /// The values of the operation's variables.
    #[serde(default)]
    pub variables: Value,
    /// Extensions of the protocol: persisted queries.
    #[serde(default)]
    pub extensions: Value,
    /// The hash or id of a document that the server knows. It replaces `query`.
    #[serde(default, rename = "documentId")]
    pub document_id: Value,
}

/// An operation that passed the guard and the checks, with its document parsed.
pub struct Operation {
    /// The request, ready to run.
    pub request: Request,
    /// The kind of the operation.
    pub kind: OperationType,
    /// The name of the operation, if it has one.
    pub name: Option<String>,
    /// The order of the fields in its response.
    pub order: Order,
    /// Its cost, as the guard counts it.
    pub cost: u64,
    /// Whether it reads only what [`Reader::on_record`] covers.
    pub is_on_record: bool,
}

/// Reads requests.
#[derive(Clone)]
pub struct Reader {
    /// The documents that clients need not send.
    pub documents: Arc<Documents>,
    /// The documents that were parsed last.
    pub parsed: Arc<Parsed>,
    /// The costs of the schema's fields.
    pub weights: Arc<Weights>,
    /// Checks the values in requests.
    pub inputs: InputChecks,
    /// The highest cost of an operation or a batch.
    pub most_cost: u64,
    /// The fields whose values change only with what is on record.
    pub on_record: Arc<Subset>,
    /// The types of the schema.
    pub types: Arc<Types>,
}

impl Reader {
    /// Reads one request.
    pub fn read(&self, parameters: Parameters) -> Result<Operation, Fault> {
        let query = text("query", parameters.query)?;
        let operation_name = text("operationName", parameters.operation_name)?;
        let document_id = text("documentId", parameters.document_id)?;
        let variables = object("variables", parameters.variables)?;
        let extensions = object("extensions", parameters.extensions)?;
        let query = self.documents.resolve(query, document_id.as_deref(), &extensions)?;

        let mut document = self.parsed.parse(&query)?;
        let mut variables = Variables::from_json(Value::Object(variables));
        let operation = operation(&document, operation_name.as_deref());
        if let Some(operation) = operation {
            fill_defaults(&operation.node, &mut variables);
        }
        let cost = guard::weigh(&document, &variables, &self.weights, self.most_cost)?;
        if let Some(operation) = operation {
            missing(operation, &variables)?;
            self.inputs.check(&document, &operation.node, &variables).map_err(Fault::Graphql)?;
        }
        // Validation refuses a request for an operation that does not exist.
        let kind = operation.map_or(OperationType::Query, |operation| operation.node.ty);
        let is_on_record = kind == OperationType::Query
            && operation.is_some_and(|operation| {
                self.on_record.covers(&self.types, &document, &operation.node, &variables)
            });
        let name = name_of(&document, operation_name.as_deref());
        let mut order = Order::of(&document, operation_name.as_deref(), &variables);
        fill(&mut document, &mut order);
        self.documents.keep(document_id.as_deref(), &extensions, &query);
        let mut request = Request::new(query).variables(variables);
        request.operation_name = operation_name;
        request.set_parsed_query(document);
        Ok(Operation { request, kind, name, order, cost, is_on_record })
    }
}

/// Gives missing variables their defaults. async-graphql ignores defaults in the conditions of
/// `@skip` and `@include`.
fn fill_defaults(operation: &OperationDefinition, variables: &mut Variables) {
    for Positioned { node: variable, .. } in &operation.variable_definitions {
        let name = &variable.name.node;
        if let Some(default) = variable.default_value().filter(|_| !variables.contains_key(name)) {
            variables.insert(name.clone(), default.clone());
        }
    }
}

/// The name of the operation that runs, if it has one.
fn name_of(document: &ExecutableDocument, asked: Option<&str>) -> Option<String> {
    match (&document.operations, asked) {
        (DocumentOperations::Single(_), _) => None,
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.contains_key(name).then(|| name.to_owned())
        }
        (DocumentOperations::Multiple(operations), None) => {
            operations.keys().next().filter(|_| operations.len() == 1).map(ToString::to_string)
        }
    }
}

/// A string, or null.
fn text(field: &'static str, value: Value) -> Result<Option<String>, Fault> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(Fault::Malformed(field, format!("`{field}` must be a string or null."))),
    }
}

/// A JSON object. Null counts as an empty one.
fn object(field: &'static str, value: Value) -> Result<Map<String, Value>, Fault> {
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(map) => Ok(map),
        _ => Err(Fault::Malformed(field, format!("`{field}` must be a JSON object or null."))),
    }
}

/// Refuses a request without a required variable. async-graphql notices that only when a field uses
/// the variable.
fn missing(
    operation: &Positioned<OperationDefinition>,
    variables: &Variables,
) -> Result<(), Fault> {
    let is_missing = |variable: &&Positioned<VariableDefinition>| {
        !variable.node.var_type.node.nullable
            && variables
                .get(&variable.node.name.node)
                .is_none_or(|value| *value == async_graphql::Value::Null)
    };
    let Some(variable) = operation.node.variable_definitions.iter().find(is_missing) else {
        return Ok(());
    };
    let (name, kind) = (&variable.node.name.node, &variable.node.var_type.node);
    let message = format!("Variable `${name}` of type {kind} is required.");
    let mut error = ServerError::new(message, Some(variable.pos));
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", "BAD_USER_INPUT");
    extensions.set("field", format!("variables.{name}"));
    extensions.set("reason", "EMPTY");
    Err(Fault::Graphql(Box::new(error)))
}
