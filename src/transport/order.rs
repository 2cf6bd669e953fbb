//! An answer's fields in the order in which its document selects them, as the specification of GraphQL has it (3.2.2 and 6.3 of October 2021);
//! async-graphql gives them in the order in which they were ready.
//!
//! Whether a fragment with a type condition applies to an object is told by the object: it does where all of the fragment's keys are there.

use std::collections::{HashMap, HashSet};

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Response, Value, Variables};

/// What a document selects, without what its variables skip.
pub struct Order {
    pub(super) kind: OperationType,
    pub(super) root: Vec<Part>,
    /// With the type that each is on.
    pub(super) fragments: HashMap<Name, (Name, Vec<Part>)>,
    /// Whether each object was asked for one field more; see [`fill`].
    filled: bool,
}

pub(super) enum Part {
    Field { key: Name, name: Name, parts: Vec<Part> },
    Spread(Name),
    Inline { on: Option<Name>, parts: Vec<Part> },
}

impl Order {
    /// The order that this request asks for.
    pub fn of(document: &ExecutableDocument, operation: Option<&str>, variables: &Variables) -> Self {
        let Some(operation) = self::operation(document, operation) else {
            return Self { kind: OperationType::Query, root: Vec::new(), fragments: HashMap::new(), filled: false };
        };
        let defined = operation.node.variable_definitions.iter();
        let defaults = defined.filter_map(|defined| Some((&defined.node.name.node, defined.node.default_value()?)));
        // Only booleans can skip; and a long text is not to be looked at again for each directive.
        let flag = |(name, value): (_, &Value)| if let Value::Boolean(flag) = value { Some((name, *flag)) } else { None };
        let given = defaults.chain(variables.iter()).filter_map(flag).collect();
        let fragments = document.fragments.iter().map(|(name, fragment)| {
            let (on, set) = (&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node);
            (name.clone(), (on.clone(), parts(set, &given)))
        });
        let fragments = fragments.collect();
        Self { kind: operation.node.ty, root: parts(&operation.node.selection_set.node, &given), fragments, filled: false }
    }

    /// Puts an answer to the request in order.
    pub fn arrange(&self, response: &mut Response) {
        Plan { sets: vec![&self.root], fields: IndexMap::new() }.arrange(self, &mut response.data);
    }

    /// Adds the fields of `parts` that `object` has, each once, in order.
    fn collect<'a>(&'a self, parts: &'a [Part], object: &IndexMap<Name, Value>, plan: &mut Plan<'a>, seen: &mut HashSet<&'a Name>) {
        for part in parts {
            let (conditional, parts) = match part {
                Part::Field { key, parts, .. } => {
                    if object.contains_key(key) {
                        plan.fields.entry(key).or_default().sets.push(parts);
                    }
                    continue;
                }
                Part::Spread(name) if seen.insert(name) => (true, self.fragments.get(name).map_or(&[][..], |(_, parts)| parts)),
                Part::Spread(_) => continue,
                Part::Inline { on, parts } => (on.is_some(), &parts[..]),
            };
            if !conditional || parts.iter().all(|part| !matches!(part, Part::Field { key, .. } if !object.contains_key(key))) {
                self.collect(parts, object, plan, seen);
            }
        }
    }
}

/// The operation that runs: the named one, or the only one.
pub fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a Positioned<OperationDefinition>> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) => operations.values().next().filter(|_| operations.len() == 1),
    }
}

/// The merged selections on one place of an answer. Made from the first object there, and again only for one with other keys.
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
            // A scalar may be an object too: nothing is selected on it.
            Value::Object(object) if self.sets.iter().any(|set| !set.is_empty()) => {
                let in_order = object.keys().eq(self.fields.keys().copied());
                if !in_order && (object.len() != self.fields.len() || !object.keys().all(|key| self.fields.contains_key(key))) {
                    let mut plan = Plan { sets: std::mem::take(&mut self.sets), fields: IndexMap::new() };
                    let mut seen = HashSet::new();
                    for set in plan.sets.clone() {
                        order.collect(set, object, &mut plan, &mut seen);
                    }
                    *self = plan;
                }
                if !object.keys().eq(self.fields.keys().copied()) {
                    let mut rest = std::mem::take(object);
                    object.extend(self.fields.keys().filter_map(|key| rest.swap_remove_entry(*key)));
                    object.extend(rest);
                }
                // The same fields in the same order now; what nobody asked for comes after them.
                for (plan, value) in self.fields.values_mut().zip(object.values_mut()) {
                    plan.arrange(order, value);
                }
            }
            _ => {}
        }
    }
}

/// The key of a field that is asked for so that no object is without any: see [`fill`].
const FILLING: &str = "_filling";

/// Asks for one field more of each object, where a directive may skip others; [`Order::arrange`] takes it out again. An object of which nothing is
/// asked for would be null for async-graphql, and what else is asked for of it in another place would be lost.
pub fn fill(document: &mut ExecutableDocument, order: &mut Order) {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    order.filled = operations.chain(fragments).any(is_conditional);
    if !order.filled {
        return;
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => fill_set(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(all) => all.values_mut().for_each(|operation| fill_set(&mut operation.node.selection_set.node)),
    }
    document.fragments.values_mut().for_each(|fragment| fill_set(&mut fragment.node.selection_set.node));
}

/// Whether a directive may skip something of it.
fn is_conditional(set: &SelectionSet) -> bool {
    let skips = |directive: &Positioned<Directive>| matches!(directive.node.name.node.as_str(), "skip" | "include");
    set.items.iter().any(|item| {
        item.node.directives().iter().any(skips)
            || match &item.node {
                Selection::Field(field) => is_conditional(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => is_conditional(&inline.node.selection_set.node),
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
        let flag = flag.and_then(|flag| flag.node.into_const_with(|name| given.get(&name).copied().map(Value::Boolean).ok_or(())).ok());
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

    /// `data`, arranged as `document` asks, as text: there the order shows.
    fn arranged(document: &str, variables: serde_json::Value, data: &str) -> String {
        let order = Order::of(&parse_query(document).unwrap(), None, &Variables::from_json(variables));
        rearranged(&order, data)
    }

    fn rearranged(order: &Order, data: &str) -> String {
        let mut response = Response::new(serde_json::from_str::<Value>(data).unwrap());
        order.arrange(&mut response);
        serde_json::to_string(&response.data).unwrap()
    }

    #[test]
    fn keys_stand_as_they_are_selected() {
        let cases = [
            // Aliases count by their own name, and fields of lists in each item.
            (
                "{ b: x a c { e d } }",
                r#"{"c":[{"d":1,"e":2},null,{"e":4,"d":3}],"a":0,"b":0}"#,
                r#"{"b":0,"a":0,"c":[{"e":2,"d":1},null,{"e":4,"d":3}]}"#,
            ),
            // A field that is selected twice stands where it is first, and its selections are one after the other.
            ("{ a { x } b a { y x z } }", r#"{"b":0,"a":{"z":3,"y":2,"x":1}}"#, r#"{"a":{"x":1,"y":2,"z":3},"b":0}"#),
            // A fragment stands where it is spread first.
            ("{ c ...F a ...F d } fragment F on T { b a }", r#"{"d":0,"a":0,"b":0,"c":0}"#, r#"{"c":0,"b":0,"a":0,"d":0}"#),
            // Of fragments on several types, the one whose keys are there.
            (
                "{ n { ... on A { title id } ... on B { statement __typename id } ... { last } } }",
                r#"{"n":[{"last":0,"id":1,"title":2},{"last":0,"id":1,"statement":2,"__typename":"B"}]}"#,
                r#"{"n":[{"title":2,"id":1,"last":0},{"statement":2,"__typename":"B","id":1,"last":0}]}"#,
            ),
            // A scalar that is an object is left alone, and what nobody asked for stays, at the end.
            ("{ b a }", r#"{"z":0,"a":{"y":1,"x":2},"b":0}"#, r#"{"b":0,"a":{"y":1,"x":2},"z":0}"#),
            // What is null or missing changes nothing.
            ("{ c { d } b a }", r#"{"a":0,"c":null}"#, r#"{"c":null,"a":0}"#),
        ];
        for (document, data, expected) in cases {
            assert_eq!(arranged(document, json!({}), data), expected, "{document}");
        }
    }

    #[test]
    fn what_is_skipped_takes_no_place() {
        let document =
            "query($no: Boolean!, $yes: Boolean = true) { a @skip(if: $yes) ...F @include(if: $no) b c a ...F } fragment F on T { d }";
        let data = r#"{"a":0,"b":0,"c":0,"d":0}"#;
        assert_eq!(arranged(document, json!({ "no": false }), data), r#"{"b":0,"c":0,"a":0,"d":0}"#);
        assert_eq!(arranged(document, json!({ "no": true, "yes": false }), data), r#"{"a":0,"d":0,"b":0,"c":0}"#);
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
            let _ = write!(document, " fragment F{level} on T {{ n {{ ...F{0} }} n {{ ...F{0} }} }}", level + 1);
        }
        let _ = write!(document, " fragment F{depth} on T {{ b a }}");
        let nested = |leaf: &str| format!("{}{leaf}{}", r#"{"n":"#.repeat(depth), "}".repeat(depth));
        assert_eq!(arranged(&document, json!({}), &nested(r#"{"a":0,"b":0}"#)), nested(r#"{"b":0,"a":0}"#));
    }
}
