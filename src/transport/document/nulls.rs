//! Puts null in place of each failed field, and in place of each value that requires such a field.
//! The GraphQL specification demands this (6.4.4, October 2021). async-graphql leaves failed fields
//! out, and returns null for an object if all its fields failed.

use std::collections::{HashMap, HashSet};

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{Name, PathSegment, Response, Value};

use crate::transport::document::order::{Order, Part};
use crate::transport::document::types::Types;

impl Types {
    /// Completes a response: puts null where a field failed, and puts all fields in order.
    pub fn complete(&self, response: &mut Response, order: &Order) {
        let failed: Vec<_> = response
            .errors
            .iter()
            .map(|error| &error.path[..])
            .filter(|path| !path.is_empty())
            .collect();
        if !failed.is_empty() {
            fill(&mut response.data, order, self, &failed);
        }
        // async-graphql returns null if directives skip all fields.
        if response.errors.is_empty() && response.data == Value::Null {
            response.data = Value::Object(IndexMap::new());
        }
        order.arrange(response);
    }
}

/// Puts null where the fields with these paths failed.
fn fill(data: &mut Value, order: &Order, types: &Types, paths: &[&[PathSegment]]) {
    if let Some(root) = types.root(order.kind) {
        Filling { order, types }.fill(data, root, &[&order.root], paths);
    }
}

struct Filling<'a> {
    order: &'a Order,
    types: &'a Types,
}

/// Failed paths by their first field or index. Each is stored without it.
type Below<'p, K> = HashMap<K, Vec<&'p [PathSegment]>>;

/// A field's type and the selections on it.
type Selected<'a> = (&'a Type, Vec<&'a [Part]>);

impl<'a> Filling<'a> {
    /// Fills a value of this type with the selections `sets`. All paths begin at this value.
    fn fill(
        &self,
        value: &mut Value,
        kind: &'a Type,
        sets: &[&'a [Part]],
        paths: &[&[PathSegment]],
    ) {
        let broken = match &kind.base {
            BaseType::Named(on) => self.fill_object(value, on, sets, paths),
            BaseType::List(kind) => self.fill_list(value, kind, sets, paths),
        };
        if broken {
            *value = Value::Null;
        }
    }

    /// Returns whether a field is null now but must not be.
    fn fill_object(
        &self,
        value: &mut Value,
        on: &'a Name,
        sets: &[&'a [Part]],
        paths: &[&[PathSegment]],
    ) -> bool {
        let mut failed = Below::<&str>::new();
        for path in paths {
            if let [PathSegment::Field(key), rest @ ..] = path {
                failed.entry(key).or_default().push(rest);
            }
        }
        if failed.is_empty() {
            return false;
        }
        if *value == Value::Null {
            *value = Value::Object(IndexMap::new());
        }
        let Value::Object(object) = value else { return false };
        let (mut fields, mut seen) = (HashMap::new(), HashSet::new());
        for set in sets {
            self.select(set, on, &failed, &mut fields, &mut seen);
        }
        let mut broken = false;
        for (key, paths) in &failed {
            let child = object.entry(Name::new(key)).or_insert(Value::Null);
            if let Some((kind, sets)) = fields.get(key) {
                self.fill(child, kind, sets, paths);
                broken |= *child == Value::Null && !kind.nullable;
            }
        }
        broken
    }

    /// Returns whether an item is null now but must not be.
    fn fill_list(
        &self,
        value: &mut Value,
        kind: &'a Type,
        sets: &[&'a [Part]],
        paths: &[&[PathSegment]],
    ) -> bool {
        let Value::List(items) = value else { return false };
        let mut failed = Below::<usize>::new();
        for path in paths {
            if let [PathSegment::Index(index), rest @ ..] = path {
                failed.entry(*index).or_default().push(rest);
            }
        }
        let mut broken = false;
        for (index, paths) in failed {
            if let Some(item) = items.get_mut(index) {
                self.fill(item, kind, sets, &paths);
                broken |= *item == Value::Null && !kind.nullable;
            }
        }
        broken
    }

    /// Finds the failed fields among the selections. If several types have a field with this name,
    /// any of them is used, because validation ensures that they agree.
    fn select<'k>(
        &self,
        parts: &'a [Part],
        on: &'a Name,
        failed: &Below<'_, &'k str>,
        fields: &mut HashMap<&'k str, Selected<'a>>,
        seen: &mut HashSet<&'a Name>,
    ) {
        for part in parts {
            match part {
                Part::Field { key, name, parts } => {
                    let field = self.types.field(on, name);
                    if let (Some((key, _)), Some(kind)) =
                        (failed.get_key_value(key.as_str()), field.map(|field| &field.kind))
                    {
                        fields.entry(key).or_insert((kind, Vec::new())).1.push(parts);
                    }
                }
                Part::Inline { on: condition, parts } => {
                    self.select(parts, condition.as_ref().unwrap_or(on), failed, fields, seen);
                }
                Part::Spread(name) => {
                    if let Some((on, parts)) =
                        self.order.fragments.get(name).filter(|_| seen.insert(name))
                    {
                        self.select(parts, on, failed, fields, seen);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::{Response, ServerError, Variables};
    use serde_json::json;

    use super::*;

    const SCHEMA: &str = "
        schema { query: Q mutation: M }
        interface N { id: ID! }
        type Q { a: A b: A! n: N all: [A]! every: [A!] }
        type M { write: A! other: A }
        type A implements N { id: ID! may: Int must: Int! a: A deep: A! list: [[A!]]! }
        type B implements N { id: ID! must: Int! }
    ";

    fn path(text: &str) -> Vec<PathSegment> {
        let segment = |text: &str| {
            text.parse().map_or_else(|_| PathSegment::Field(text.to_owned()), PathSegment::Index)
        };
        text.split('.').map(segment).collect()
    }

    /// The completed data of a response that has errors at these paths, as text.
    fn filled(document: &str, data: serde_json::Value, failed: &[&str]) -> String {
        let order = Order::of(&parse_query(document).unwrap(), None, &Variables::default());
        let mut response = Response::new(Value::from_json(data).unwrap());
        for text in failed {
            response
                .errors
                .push(ServerError { path: path(text), ..ServerError::new("failed", None) });
        }
        Types::of(SCHEMA).complete(&mut response, &order);
        serde_json::to_string(&response.data).unwrap()
    }

    #[test]
    fn a_failed_field_is_null() {
        let cases = [
            (
                "{ a { id } b { id } }",
                json!({ "b": { "id": 1 } }),
                &["a"][..],
                r#"{"a":null,"b":{"id":1}}"#,
            ),
            // Aliases and fragments.
            (
                "{ x: a { id } ...F } fragment F on Q { b { ... on A { y: may id } } }",
                json!({ "b": { "id": 1 } }),
                &["x", "b.y"],
                r#"{"x":null,"b":{"y":null,"id":1}}"#,
            ),
            // An object stays an object if all its fields failed.
            ("{ a { may } }", json!({ "a": null }), &["a.may"], r#"{"a":{"may":null}}"#),
            ("{ a { may } }", json!(null), &["a"], r#"{"a":null}"#),
            // Items of a list.
            (
                "{ all { may id } }",
                json!({ "all": [{ "id": 1 }, null, { "id": 3 }] }),
                &["all.0.may", "all.1"],
                r#"{"all":[{"may":null,"id":1},null,{"id":3}]}"#,
            ),
        ];
        for (document, data, failed, expected) in cases {
            assert_eq!(filled(document, data, failed), expected, "{document}");
        }
    }

    #[test]
    fn a_required_field_that_failed_makes_its_object_null() {
        let cases = [
            ("{ a { id must } }", json!({ "a": { "id": 1 } }), &["a.must"][..], r#"{"a":null}"#),
            (
                "{ a { id deep { deep { must } } } }",
                json!({ "a": { "id": 1, "deep": { "deep": null } } }),
                &["a.deep.deep.must"],
                r#"{"a":null}"#,
            ),
            (
                "{ a { id a { must } } }",
                json!({ "a": { "id": 1, "a": null } }),
                &["a.a.must"],
                r#"{"a":{"id":1,"a":null}}"#,
            ),
            // Up to the whole response.
            (
                "{ b { id must } a { id } }",
                json!({ "b": { "id": 1 }, "a": null }),
                &["b.must"],
                "null",
            ),
            (
                "mutation { write { id } other { id } }",
                json!({ "other": { "id": 1 } }),
                &["write"],
                "null",
            ),
            // A list of nullable items loses the item. A list of required items becomes null.
            (
                "{ all { must id } }",
                json!({ "all": [{ "id": 1 }, { "must": 2, "id": 2 }] }),
                &["all.0.must"],
                r#"{"all":[null,{"must":2,"id":2}]}"#,
            ),
            (
                "{ every { must id } }",
                json!({ "every": [{ "id": 1 }, { "must": 2, "id": 2 }] }),
                &["every.0.must"],
                r#"{"every":null}"#,
            ),
            (
                "{ a { list { must } } }",
                json!({ "a": { "list": [[{ "must": 1 }], [null]] } }),
                &["a.list.1.0.must"],
                r#"{"a":{"list":[[{"must":1}],null]}}"#,
            ),
            // For every type of object.
            (
                "{ n { id ... on A { deep { id } } ... on B { must } } }",
                json!({ "n": { "id": 1 } }),
                &["n.must"],
                r#"{"n":null}"#,
            ),
        ];
        for (document, data, failed, expected) in cases {
            assert_eq!(filled(document, data, failed), expected, "{document}");
        }
    }

    #[test]
    fn a_response_without_errors_stays_as_it_is() {
        assert_eq!(filled("{ a { id } }", json!({ "a": null }), &[]), r#"{"a":null}"#);
        // All fields are skipped.
        assert_eq!(filled("{ a @skip(if: true) { id } }", json!(null), &[]), "{}");
    }
}
