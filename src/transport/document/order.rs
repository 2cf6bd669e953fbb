//! Puts the fields of a response in the order of its document, as the GraphQL specification demands
//! (3.2.2 and 6.3, October 2021). async-graphql returns them in the order in which they were ready.
//!
//! A response does not name the types of its objects. So a fragment with a type condition is
//! applied to an object if the object has all of the fragment's keys.

use std::collections::{HashMap, HashSet};

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType,
    Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Response, Value, Variables};

/// The selection of a document, without the parts that its variables skip.
pub struct Order {
    pub(super) kind: OperationType,
    pub(super) root: Vec<Part>,
    /// The type and the selections of each fragment.
    pub(super) fragments: HashMap<Name, (Name, Vec<Part>)>,
    /// Whether each object was asked for an extra field; see [`fill`].
    filled: bool,
}

pub(super) enum Part {
    Field { key: Name, name: Name, parts: Vec<Part> },
    Spread(Name),
    Inline { on: Option<Name>, parts: Vec<Part> },
}

impl Order {
    /// The order in which this request selects its fields.
    pub fn of(
        document: &ExecutableDocument,
        operation: Option<&str>,
        variables: &Variables,
    ) -> Self {
        let Some(operation) = self::operation(document, operation) else {
            return Self {
                kind: OperationType::Query,
                root: Vec::new(),
                fragments: HashMap::new(),
                filled: false,
            };
        };
        let defined = operation.node.variable_definitions.iter();
        let defaults = defined
            .filter_map(|defined| Some((&defined.node.name.node, defined.node.default_value()?)));
        // Only booleans decide what is skipped. Other values can be long and must not be copied.
        let flag = |(name, value): (_, &Value)| {
            if let Value::Boolean(flag) = value { Some((name, *flag)) } else { None }
        };
        let given = defaults.chain(variables.iter()).filter_map(flag).collect();
        let fragments = document.fragments.iter().map(|(name, fragment)| {
            let (on, set) =
                (&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node);
            (name.clone(), (on.clone(), parts(set, &given)))
        });
        let fragments = fragments.collect();
        Self {
            kind: operation.node.ty,
            root: parts(&operation.node.selection_set.node, &given),
            fragments,
            filled: false,
        }
    }

    /// Puts a response to the request in order.
    pub fn arrange(&self, response: &mut Response) {
        Plan { sets: vec![&self.root], fields: IndexMap::new() }.arrange(self, &mut response.data);
    }

    /// Adds the fields of `parts` that `object` has. Each is added once, in order.
    fn collect<'a>(
        &'a self,
        parts: &'a [Part],
        object: &IndexMap<Name, Value>,
        plan: &mut Plan<'a>,
        seen: &mut HashSet<&'a Name>,
    ) {
        for part in parts {
            let (conditional, parts) = match part {
                Part::Field { key, parts, .. } => {
                    if object.contains_key(key) {
                        plan.fields.entry(key).or_default().sets.push(parts);
                    }
                    continue;
                }
                Part::Spread(name) if seen.insert(name) => {
                    (true, self.fragments.get(name).map_or(&[][..], |(_, parts)| parts))
                }
                Part::Spread(_) => continue,
                Part::Inline { on, parts } => (on.is_some(), &parts[..]),
            };
            if !conditional
                || parts.iter().all(
                    |part| !matches!(part, Part::Field { key, .. } if !object.contains_key(key)),
                )
            {
                self.collect(parts, object, plan, seen);
            }
        }
    }
}

/// The operation that runs: the named one, or the only one.
pub fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a Positioned<OperationDefinition>> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) => {
            operations.values().next().filter(|_| operations.len() == 1)
        }
    }
}

/// The merged selections at one place of a response. They are computed for the first object there,
/// and again only for an object with other keys.
#[derive(Default)]
struct Plan<'a> {
    sets: Vec<&'a [Part]>,
    fields: IndexMap<&'a Name, Plan<'a>>,
}

impl<'a> Plan<'a> {
    fn arrange(&mut self, order: &'a Order, value: &mut Value) {
        if let Value::Object(object) = value
            && order.filled
        {
            object.shift_remove(FILLING);
        }
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(order, item)),
            // A scalar may also be an object. Nothing is selected on it.
            Value::Object(object) if self.sets.iter().any(|set| !set.is_empty()) => {
                let in_order = object.keys().eq(self.fields.keys().copied());
                if !in_order
                    && (object.len() != self.fields.len()
                        || !object.keys().all(|key| self.fields.contains_key(key)))
                {
                    let mut plan =
                        Plan { sets: std::mem::take(&mut self.sets), fields: IndexMap::new() };
                    let mut seen = HashSet::new();
                    for set in plan.sets.clone() {
                        order.collect(set, object, &mut plan, &mut seen);
                    }
                    *self = plan;
                }
                if !object.keys().eq(self.fields.keys().copied()) {
                    let mut rest = std::mem::take(object);
                    object
                        .extend(self.fields.keys().filter_map(|key| rest.swap_remove_entry(*key)));
                    object.extend(rest);
                }
                // Both now have the same fields in the same order. Other fields come after them.
                for (plan, value) in self.fields.values_mut().zip(object.values_mut()) {
                    plan.arrange(order, value);
                }
            }
            _ => {}
        }
    }
}

/// The key of the extra field that each object is asked for; see [`fill`].
const FILLING: &str = "_filling";

/// Asks each object for an extra field if a directive may skip others. [`Order::arrange`] removes
/// it again.
///
/// async-graphql returns null for an object without fields. Without the extra field, the fields
/// that another part of the document selects on the object would be lost.
pub fn fill(document: &mut ExecutableDocument, order: &mut Order) {
    let operations =
        document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    order.filled = operations.chain(fragments).any(is_conditional);
    if !order.filled {
        return;
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => fill_set(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(all) => {
            for operation in all.values_mut() {
                fill_set(&mut operation.node.selection_set.node);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        fill_set(&mut fragment.node.selection_set.node);
    }
}

/// Whether a directive may skip a part of these selections.
fn is_conditional(set: &SelectionSet) -> bool {
    let skips = |directive: &Positioned<Directive>| {
        matches!(directive.node.name.node.as_str(), "skip" | "include")
    };
    set.items.iter().any(|item| {
        item.node.directives().iter().any(skips)
            || match &item.node {
                Selection::Field(field) => is_conditional(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => {
                    is_conditional(&inline.node.selection_set.node)
                }
                Selection::FragmentSpread(_) => false,
            }
    })
}

fn fill_set(set: &mut SelectionSet) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => {
                let set = &mut field.node.selection_set.node;
                if !set.items.is_empty() {
                    fill_set(set);
                    set.items.push(filling(item.pos));
                }
            }
            Selection::InlineFragment(inline) => fill_set(&mut inline.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn filling(pos: Pos) -> Positioned<Selection> {
    let field = Field {
        alias: Some(Positioned::new(Name::new(FILLING), pos)),
        name: Positioned::new(Name::new("__typename"), pos),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    Positioned::new(Selection::Field(Positioned::new(field, pos)), pos)
}

fn parts(set: &SelectionSet, given: &HashMap<&Name, bool>) -> Vec<Part> {
    let asked = set.items.iter().filter(|item| !skipped(item.node.directives(), given));
    let part = |item: &Positioned<Selection>| match &item.node {
        Selection::Field(field) => Part::Field {
            key: field.node.response_key().node.clone(),
            name: field.node.name.node.clone(),
            parts: parts(&field.node.selection_set.node, given),
        },
        Selection::FragmentSpread(spread) => Part::Spread(spread.node.fragment_name.node.clone()),
        Selection::InlineFragment(inline) => Part::Inline {
            on: inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.clone()),
            parts: parts(&inline.node.selection_set.node, given),
        },
    };
    asked.map(part).collect()
}

fn skipped(directives: &[Positioned<Directive>], given: &HashMap<&Name, bool>) -> bool {
    directives.iter().any(|directive| {
        let flag = directive.node.get_argument("if").cloned();
        let flag = flag.and_then(|flag| {
            flag.node
                .into_const_with(|name| given.get(&name).copied().map(Value::Boolean).ok_or(()))
                .ok()
        });
        match directive.node.name.node.as_str() {
            "skip" => flag == Some(Value::Boolean(true)),
            "include" => flag == Some(Value::Boolean(false)),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    /// `data` in the order of `document`, as text.
    fn arranged(document: &str, variables: serde_json::Value, data: &str) -> String {
        let order =
            Order::of(&parse_query(document).unwrap(), None, &Variables::from_json(variables));
        rearranged(&order, data)
    }

    fn rearranged(order: &Order, data: &str) -> String {
        let mut response = Response::new(serde_json::from_str::<Value>(data).unwrap());
        order.arrange(&mut response);
        serde_json::to_string(&response.data).unwrap()
    }

    #[test]
    fn keys_are_in_the_order_of_selection() {
        let cases = [
            // Aliases count by their own name, and the fields of a list in each item.
            (
                "{ b: x a c { e d } }",
                r#"{"c":[{"d":1,"e":2},null,{"e":4,"d":3}],"a":0,"b":0}"#,
                r#"{"b":0,"a":0,"c":[{"e":2,"d":1},null,{"e":4,"d":3}]}"#,
            ),
            // A field that is selected twice has its first place. Its selections are merged in
            // order.
            (
                "{ a { x } b a { y x z } }",
                r#"{"b":0,"a":{"z":3,"y":2,"x":1}}"#,
                r#"{"a":{"x":1,"y":2,"z":3},"b":0}"#,
            ),
            // A fragment has the place where it is spread first.
            (
                "{ c ...F a ...F d } fragment F on T { b a }",
                r#"{"d":0,"a":0,"b":0,"c":0}"#,
                r#"{"c":0,"b":0,"a":0,"d":0}"#,
            ),
            // Of fragments on several types, the one whose keys are there applies.
            (
                "{ n { ... on A { title id } ... on B { statement __typename id } ... { last } } }",
                r#"{"n":[{"last":0,"id":1,"title":2},{"last":0,"id":1,"statement":2,"__typename":"B"}]}"#,
                r#"{"n":[{"title":2,"id":1,"last":0},{"statement":2,"__typename":"B","id":1,"last":0}]}"#,
            ),
            // A scalar that is an object stays as it is. Fields that were not selected come last.
            ("{ b a }", r#"{"z":0,"a":{"y":1,"x":2},"b":0}"#, r#"{"b":0,"a":{"y":1,"x":2},"z":0}"#),
            // Null and missing fields change nothing.
            ("{ c { d } b a }", r#"{"a":0,"c":null}"#, r#"{"c":null,"a":0}"#),
        ];
        for (document, data, expected) in cases {
            assert_eq!(arranged(document, json!({}), data), expected, "{document}");
        }
    }

    #[test]
    fn skipped_fields_have_no_place() {
        let document = "query($no: Boolean!, $yes: Boolean = true) { a @skip(if: $yes) ...F @include(if: $no) b c a ...F } fragment F on T { d }";
        let data = r#"{"a":0,"b":0,"c":0,"d":0}"#;
        assert_eq!(
            arranged(document, json!({ "no": false }), data),
            r#"{"b":0,"c":0,"a":0,"d":0}"#
        );
        assert_eq!(
            arranged(document, json!({ "no": true, "yes": false }), data),
            r#"{"a":0,"d":0,"b":0,"c":0}"#
        );
    }

    #[test]
    fn the_named_operation_counts() {
        let document = parse_query("query A { x y } query B { y x }").unwrap();
        let order = Order::of(&document, Some("B"), &Variables::default());
        assert_eq!(rearranged(&order, r#"{"x":0,"y":0}"#), r#"{"y":0,"x":0}"#);
    }

    #[test]
    fn fragments_that_double_at_each_level_cost_no_more_than_they_are_long() {
        use std::fmt::Write;
        let (depth, mut document) = (60, "{ ...F0 }".to_owned());
        for level in 0..depth {
            let _ = write!(
                document,
                " fragment F{level} on T {{ n {{ ...F{0} }} n {{ ...F{0} }} }}",
                level + 1
            );
        }
        let _ = write!(document, " fragment F{depth} on T {{ b a }}");
        let nested =
            |leaf: &str| format!("{}{leaf}{}", r#"{"n":"#.repeat(depth), "}".repeat(depth));
        assert_eq!(
            arranged(&document, json!({}), &nested(r#"{"a":0,"b":0}"#)),
            nested(r#"{"b":0,"a":0}"#)
        );
    }
}
