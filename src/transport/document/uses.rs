//! Whether an operation uses only certain fields and arguments.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Value as ConstValue, Variables};
use async_graphql_value::Value;

use crate::transport::document::types::{Types, innermost};

/// Fields of objects, and arguments and fields of inputs.
pub struct Subset {
    fields: HashMap<&'static str, HashSet<&'static str>>,
    except_inputs: &'static [&'static str],
}

impl Subset {
    /// These fields of these types, with every argument and input field but those of these names.
    pub fn new(
        fields: &[(&'static str, &[&'static str])],
        except_inputs: &'static [&'static str],
    ) -> Self {
        let fields = fields.iter().map(|(on, names)| (*on, names.iter().copied().collect()));
        Self { fields: fields.collect(), except_inputs }
    }

    /// Whether the operation uses nothing else. The guard has refused fragments that spread
    /// themselves.
    pub fn covers(
        &self,
        types: &Types,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> bool {
        let root = types.root(operation.ty).map(innermost);
        let walk = Walk { subset: self, types, document };
        variables.values().all(|value| self.has_const(value))
            && root.is_some_and(|root| walk.selections(&operation.selection_set.node, root))
            && document.fragments.values().all(|fragment| {
                let on = &fragment.node.type_condition.node.on.node;
                walk.selections(&fragment.node.selection_set.node, on)
            })
    }

    fn has(&self, on: &Name, field: &Name) -> bool {
        field == "__typename"
            || self.fields.get(on.as_str()).is_some_and(|fields| fields.contains(field.as_str()))
    }

    fn has_input(&self, name: &Name) -> bool {
        !self.except_inputs.contains(&name.as_str())
    }

    fn has_value(&self, value: &Value) -> bool {
        match value {
            Value::List(list) => list.iter().all(|value| self.has_value(value)),
            Value::Object(object) => {
                object.iter().all(|(name, value)| self.has_input(name) && self.has_value(value))
            }
            _ => true,
        }
    }

    fn has_const(&self, value: &ConstValue) -> bool {
        match value {
            ConstValue::List(list) => list.iter().all(|value| self.has_const(value)),
            ConstValue::Object(object) => {
                object.iter().all(|(name, value)| self.has_input(name) && self.has_const(value))
            }
            _ => true,
        }
    }
}

struct Walk<'a> {
    subset: &'a Subset,
    types: &'a Types,
    document: &'a ExecutableDocument,
}

impl Walk<'_> {
    fn selections(&self, set: &SelectionSet, on: &Name) -> bool {
        set.items.iter().all(|item| match &item.node {
            Selection::Field(field) => self.field(&field.node, on),
            // Each fragment is looked at once, by itself.
            Selection::FragmentSpread(spread) => {
                self.document.fragments.contains_key(&spread.node.fragment_name.node)
            }
            Selection::InlineFragment(inline) => {
                let on = match &inline.node.type_condition {
                    Some(condition) => &condition.node.on.node,
                    None => on,
                };
                self.selections(&inline.node.selection_set.node, on)
            }
        })
    }

    fn field(&self, field: &Field, on: &Name) -> bool {
        let name = &field.name.node;
        let arguments = field.arguments.iter();
        self.subset.has(on, name)
            && arguments.into_iter().all(|(name, value)| {
                self.subset.has_input(&name.node) && self.subset.has_value(&value.node)
            })
            && (field.selection_set.node.items.is_empty()
                || self.types.field(on, name).is_some_and(|known| {
                    self.selections(&field.selection_set.node, innermost(&known.kind))
                }))
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    const SCHEMA: &str = "schema { query: Query }
        type Query { article(id: ID, filter: Filter): Article, now: String }
        input Filter { text: String, mine: Boolean }
        type Article { id: ID!, claims(filter: Filter): [Claim!]!, secret: String }
        type Claim { id: ID!, article: Article! }";

    fn covers(text: &str, variables: &serde_json::Value) -> bool {
        let subset = Subset::new(
            &[
                ("Query", &["article"]),
                ("Article", &["id", "claims"]),
                ("Claim", &["id", "article"]),
            ],
            &["mine"],
        );
        let document = parse_query(text).unwrap();
        let operation = document.operations.iter().next().unwrap().1.node.clone();
        let variables = Variables::from_json(variables.clone());
        subset.covers(&Types::of(SCHEMA), &document, &operation, &variables)
    }

    #[test]
    fn an_operation_within_the_subset_is_covered() {
        let none = serde_json::json!({});
        for text in [
            "{ article { id claims { __typename article { id } } } }",
            "{ a: article(id: 1) { ...F } } fragment F on Article { id claims { id } }",
            "{ article { ... { id } ... on Article { claims(filter: { text: \"mine\" }) { id } } } }",
        ] {
            assert!(covers(text, &none), "{text}");
        }
        let text = "query ($filter: Filter) { article { claims(filter: $filter) { id } } }";
        assert!(covers(text, &serde_json::json!({ "filter": { "text": "x" } })));
    }

    #[test]
    fn one_field_or_input_outside_is_not_covered() {
        let none = serde_json::json!({});
        for text in [
            "{ now }",
            "{ __schema { types { name } } }",
            "{ article { secret } }",
            "{ id: article { id: secret } }",
            "{ article { claims { article { secret } } } }",
            "{ article { ...F } } fragment F on Article { ... { secret } }",
            "{ article { ... on Article { secret } } }",
            "{ article { ... on Claim { secret } } }",
            "{ article { claims(filter: { mine: true }) { id } } }",
            "{ article(filter: { mine: false }) { id } }",
        ] {
            assert!(!covers(text, &none), "{text}");
        }
        let text = "query ($filter: Filter) { article { claims(filter: $filter) { id } } }";
        assert!(!covers(text, &serde_json::json!({ "filter": { "mine": true } })));
    }
}
