//! What a request gives, held against the schema before it runs: an error names the place in what was given, as the domain's errors do.
//!
//! As the specification of GraphQL has it (5.8.5 and 6.1.2 of October 2021): variables stand where their types may, and hold what these take.
//! async-graphql lets a variable of another type pass, and tells of a value only the name of its type.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet, Type, VariableDefinition,
};
use async_graphql::{Name, Number, PathSegment, Pos, Positioned, ServerError, Value as ConstValue, Variables};
use async_graphql_value::Value;

use super::types::{Input, Slot, Types};

/// What is wrong with a text where a scalar asks for a form, such as that of a date.
pub type Form = fn(&str) -> Option<&'static str>;

/// What requests may give.
#[derive(Clone, Default)]
pub struct Givens {
    types: Arc<Types>,
    forms: &'static [(&'static str, Form)],
    /// Whether an error may tell what the schema has in place of what was given.
    tells: bool,
}

impl Givens {
    /// As the schema has it; scalars of its own have the given forms.
    pub const fn new(types: Arc<Types>, forms: &'static [(&'static str, Form)], tells: bool) -> Self {
        Self { types, forms, tells }
    }

    /// The first thing that an operation gives and that can't be taken.
    pub fn wrong(&self, document: &ExecutableDocument, operation: &OperationDefinition, variables: &Variables) -> Option<ServerError> {
        let BaseType::Named(root) = &self.types.root(operation.ty)?.base else { return None };
        let defined = operation.variable_definitions.iter();
        let defined = defined.map(|defined| (&defined.node.name.node, (defined.pos, &defined.node))).collect();
        let mut walk = Walk { givens: self, document, defined, variables, spread: HashSet::new(), looked_at: HashSet::new() };
        walk.selections(&operation.selection_set.node, root).err().map(|wrong| *wrong)
    }
}

type Checked = Result<(), Box<ServerError>>;

struct Walk<'a> {
    givens: &'a Givens,
    document: &'a ExecutableDocument,
    defined: HashMap<&'a Name, (Pos, &'a VariableDefinition)>,
    variables: &'a Variables,
    /// The fragments that were walked through, and the variables whose values were looked at: once is enough.
    spread: HashSet<&'a Name>,
    looked_at: HashSet<&'a Name>,
}

/// Where in a request a value stands.
struct Place {
    path: Vec<PathSegment>,
    pos: Pos,
    /// Whether it came as a variable, beside the document.
    beside: bool,
}

impl<'a> Walk<'a> {
    fn selections(&mut self, set: &'a SelectionSet, on: &'a Name) -> Checked {
        for selection in &set.items {
            self.conditions(selection.node.directives())?;
            match &selection.node {
                Selection::Field(field) => {
                    // What the schema doesn't have is validation's to refuse.
                    let Some(known) = self.givens.types.field(on, &field.node.name.node) else { continue };
                    for (name, value) in &field.node.arguments {
                        if let Some(slot) = known.arguments.get(&name.node) {
                            let mut place = Place { path: vec![PathSegment::Field(name.node.to_string())], pos: value.pos, beside: false };
                            self.value(&value.node, &slot.kind, slot.has_default, &mut place)?;
                        }
                    }
                    self.selections(&field.node.selection_set.node, innermost(&known.kind))?;
                }
                Selection::FragmentSpread(spread) => {
                    let found = self.document.fragments.get_key_value(&spread.node.fragment_name.node);
                    if let Some((name, fragment)) = found.filter(|(name, _)| !self.spread.contains(name)) {
                        self.spread.insert(name);
                        self.selections(&fragment.node.selection_set.node, &fragment.node.type_condition.node.on.node)?;
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map_or(on, |condition| &condition.node.on.node);
                    self.selections(&inline.node.selection_set.node, on)?;
                }
            }
        }
        Ok(())
    }

    /// What skips or includes a selection.
    fn conditions(&mut self, directives: &'a [Positioned<Directive>]) -> Checked {
        let boolean = Type { base: BaseType::Named(Name::new("Boolean")), nullable: false };
        for directive in directives.iter().filter(|directive| matches!(directive.node.name.node.as_str(), "skip" | "include")) {
            if let Some(value) = directive.node.get_argument("if") {
                let mut place = Place { path: vec![PathSegment::Field("if".to_owned())], pos: value.pos, beside: false };
                self.value(&value.node, &boolean, false, &mut place)?;
            }
        }
        Ok(())
    }

    /// Whether a value is one of this type. Where the type is a list's, a single value is a list of one.
    fn value<V: Given>(&mut self, value: &'a V, kind: &Type, has_default: bool, place: &mut Place) -> Checked {
        match (value.look(), &kind.base) {
            (Look::Variable(name), _) => self.variable(name, kind, has_default, place),
            (Look::Null, _) if kind.nullable => Ok(()),
            (Look::Null, _) => Err(place.refused("EMPTY", &format!("{place} is null, and of type {kind}"))),
            (Look::List(items), BaseType::List(kind)) => {
                for (index, item) in items.iter().enumerate() {
                    place.path.push(PathSegment::Index(index));
                    self.value(item, kind, false, place)?;
                    place.path.pop();
                }
                Ok(())
            }
            (_, BaseType::List(kind)) => self.value(value, kind, false, place),
            (look, BaseType::Named(name)) => match self.givens.types.input(name) {
                Some(Input::Object(fields)) => self.object(&look, name, fields, place),
                Some(Input::Enum(values)) => {
                    let given = match look {
                        Look::Enum(given) => given.as_str(),
                        Look::Text(given) => given,
                        look => return Err(place.not_of(name, &look)),
                    };
                    if values.iter().any(|value| value == given) {
                        return Ok(());
                    }
                    let values: Vec<_> = values.iter().map(Name::as_str).collect();
                    let of = if self.givens.tells { format!("one of {}", values.join(", ")) } else { format!("of type {name}") };
                    Err(place.refused("INVALID_FORMAT", &format!("{place} is {of}, and {} is none", look.shown())))
                }
                None => self.scalar(&look, name, place),
            },
        }
    }

    fn object<V: Given>(&mut self, look: &Look<'a, V>, of: &Name, fields: &IndexMap<Name, Slot>, place: &mut Place) -> Checked {
        let Look::Object(given) = *look else { return Err(place.not_of(of, look)) };
        if let Some(unknown) = given.keys().find(|name| !fields.contains_key(*name)) {
            let mut message = format!("{of} has no field {unknown}");
            if self.givens.tells {
                let known: Vec<_> = fields.keys().map(Name::as_str).collect();
                // Writing to a String can't fail.
                let _ = write!(message, "; it has {}", known.join(", "));
            }
            place.path.push(PathSegment::Field(unknown.to_string()));
            return Err(place.refused("UNKNOWN_FIELD", &message));
        }
        for (name, slot) in fields {
            place.path.push(PathSegment::Field(name.to_string()));
            match given.get(name) {
                Some(value) => self.value(value, &slot.kind, slot.has_default, place)?,
                None if slot.kind.nullable || slot.has_default => {}
                None => return Err(place.refused("EMPTY", &format!("{place} of type {} was not given", slot.kind))),
            }
            place.path.pop();
        }
        Ok(())
    }

    fn scalar<V: Given>(&self, look: &Look<'a, V>, name: &Name, place: &Place) -> Checked {
        let form = self.givens.forms.iter().find(|(of, _)| name == of).map(|(_, form)| form);
        let is_one = match (name.as_str(), look) {
            ("Int", Look::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            ("ID", Look::Number(number)) => number.is_i64(),
            // What is looked for may be any text, but that PostgreSQL takes none with this one.
            ("String", Look::Text(text)) if text.contains('\0') => {
                return Err(place.refused_as(
                    "BAD_USER_INPUT",
                    "CONTROL_CHARACTER",
                    &format!("{place} holds the control character U+0000"),
                ));
            }
            ("String" | "ID", Look::Text(_)) | ("Boolean", Look::Boolean(_)) | ("Float", Look::Number(_)) => true,
            ("Int" | "ID" | "String" | "Boolean" | "Float", _) => false,
            (_, Look::Text(text)) => match form.and_then(|form| form(text)) {
                // The schema doesn't tell of it, so that no document can be held against it.
                Some(wrong) => return Err(place.refused_as("BAD_USER_INPUT", "INVALID_FORMAT", &format!("{place}: {wrong}"))),
                None => true,
            },
            _ => form.is_none(),
        };
        if is_one { Ok(()) } else { Err(place.not_of(name, look)) }
    }

    /// Whether a variable may stand in a place of this type, and holds what it says.
    fn variable(&mut self, name: &'a Name, kind: &Type, has_default: bool, place: &Place) -> Checked {
        // What is not defined is validation's to refuse.
        let Some((pos, definition)) = self.defined.get(name).copied() else { return Ok(()) };
        let (declared, default) = (&definition.var_type.node, definition.default_value());
        let filled = has_default || default.is_some_and(|default| *default != ConstValue::Null);
        if !fits(declared, kind, filled) {
            let message = format!("the variable ${name} is of type {declared}, and {place} of type {kind}");
            let mut error = ServerError::new(message, Some(place.pos));
            error.extensions.get_or_insert_default().set("code", "GRAPHQL_VALIDATION_FAILED");
            return Err(Box::new(error));
        }
        let given = self.variables.get(name).filter(|_| self.looked_at.insert(name));
        let Some(value) = given else { return Ok(()) };
        self.value(value, declared, false, &mut Place { path: place.path.clone(), pos, beside: true })
    }
}

/// Whether a variable of one type may stand where another is asked for; `filled` where something else is there if the variable is not.
fn fits(variable: &Type, asked: &Type, filled: bool) -> bool {
    let same = match (&variable.base, &asked.base) {
        (BaseType::Named(variable), BaseType::Named(asked)) => variable == asked,
        (BaseType::List(variable), BaseType::List(asked)) => fits(variable, asked, false),
        _ => false,
    };
    same && (asked.nullable || !variable.nullable || filled)
}

fn innermost(kind: &Type) -> &Name {
    match &kind.base {
        BaseType::Named(name) => name,
        BaseType::List(kind) => innermost(kind),
    }
}

impl Place {
    fn not_of<V>(&self, kind: &Name, look: &Look<'_, V>) -> Box<ServerError> {
        self.refused("INVALID_FORMAT", &format!("{self} is of type {kind}, and {} is none", look.shown()))
    }

    fn refused(&self, reason: &'static str, message: &str) -> Box<ServerError> {
        // What is written out in a document is the document's mistake.
        self.refused_as(if self.beside { "BAD_USER_INPUT" } else { "GRAPHQL_VALIDATION_FAILED" }, reason, message)
    }

    fn refused_as(&self, code: &'static str, reason: &'static str, message: &str) -> Box<ServerError> {
        let mut error = ServerError::new(message, Some(self.pos));
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("code", code);
        extensions.set("field", self.to_string());
        extensions.set("reason", reason);
        Box::new(error)
    }
}

/// As the domain names fields: a path from `input`, or from another argument's name.
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = match &self.path[..] {
            [PathSegment::Field(input), rest @ ..] if input == "input" && !rest.is_empty() => rest,
            path => path,
        };
        for (at, segment) in path.iter().enumerate() {
            match segment {
                PathSegment::Field(name) if at > 0 => write!(f, ".{name}")?,
                PathSegment::Field(name) => f.write_str(name)?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A value, in a document or beside it.
trait Given: Sized {
    fn look(&self) -> Look<'_, Self>;
}

enum Look<'a, V> {
    Null,
    Boolean(bool),
    Number(&'a Number),
    Text(&'a str),
    Enum(&'a Name),
    List(&'a [V]),
    Object(&'a IndexMap<Name, V>),
    Variable(&'a Name),
    Bytes,
}

impl<V> Look<'_, V> {
    /// As it is told back to whoever gave it, as far as it is short.
    fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) if text.chars().count() <= 40 => format!("{text:?}"),
            Self::Text(_) => "this text".to_owned(),
            Self::Enum(name) | Self::Variable(name) => name.to_string(),
            Self::List(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
            Self::Bytes => "a file".to_owned(),
        }
    }
}

macro_rules! given {
    ($kind:ty $(, $variable:ident)?) => {
        impl Given for $kind {
            fn look(&self) -> Look<'_, Self> {
                match self {
                    Self::Null => Look::Null,
                    Self::Boolean(flag) => Look::Boolean(*flag),
                    Self::Number(number) => Look::Number(number),
                    Self::String(text) => Look::Text(text),
                    Self::Enum(name) => Look::Enum(name),
                    Self::List(items) => Look::List(items),
                    Self::Object(fields) => Look::Object(fields),
                    Self::Binary(_) => Look::Bytes,
                    $(Self::$variable(name) => Look::Variable(name),)?
                }
            }
        }
    };
}

given!(ConstValue);
given!(Value, Variable);

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;
    use crate::transport::order::operation;

    const SCHEMA: &str = "
        schema { query: Q }
        scalar Day
        enum E { ONE TWO }
        input Deep { id: ID! number: Int = 3 list: [E!]! = [] days: [Day!] deep: Deep }
        type Q { a(input: Deep!): A! b(first: Int, order: E! = ONE, flag: Boolean, all: [ID!], of: Float, day: Day): Q node: N }
        interface N { id: ID! }
        type A implements N { id: ID! c(size: Int!): Q text(like: String): String }
    ";

    fn form(text: &str) -> Option<&'static str> {
        (text != "today").then_some("a day is today")
    }

    /// What is wrong: code, field and message; all empty if nothing is.
    fn wrong(document: &str, variables: serde_json::Value) -> [String; 3] {
        let types = Arc::new(Types::of(SCHEMA));
        let document = parse_query(document).unwrap();
        let operation = operation(&document, None).unwrap();
        let found = Givens::new(types, &[("Day", form)], true).wrong(&document, &operation.node, &Variables::from_json(variables));
        found.map_or_else(Default::default, |error| {
            let extensions = error.extensions.unwrap();
            let text = |key| extensions.get(key).map(|value| value.clone().into_json().unwrap().as_str().unwrap().to_owned());
            [text("code").unwrap(), text("field").unwrap_or_default(), error.message]
        })
    }

    #[test]
    fn what_can_be_taken_passes() {
        let cases = [
            (
                "query($i: Deep!) { a(input: $i) { id } }",
                json!({ "i": { "id": 7, "list": "ONE", "days": ["today"], "deep": { "id": "x", "number": null } } }),
            ),
            (
                "query($i: ID!, $n: Int! = 4) { a(input: { id: $i, number: $n, list: [ONE] }) { c(size: $n) { node { id } } } }",
                json!({ "i": "x" }),
            ),
            ("query($o: E) { b(order: $o, all: \"x\", of: 3) { node { ... on A { text(like: \"\") } } } }", json!({ "o": "TWO" })),
            ("query($n: Int) { b(first: $n, day: \"today\") { node { id } } }", json!({})),
            // What is no part of the schema is validation's.
            (
                "{ nothing(x: 1) { id } b(nothing: {}) { nothing } __type(name: 3) { name } b(first: $undefined) { node { id } } ...None }",
                json!({}),
            ),
            ("{ ...F } fragment F on Q { b { ...F } }", json!({})),
        ];
        for (document, variables) in cases {
            assert_eq!(wrong(document, variables), <[String; 3]>::default(), "{document}");
        }
    }

    #[test]
    fn an_error_names_its_place() {
        let input = "query($i: Deep!) { ...F } fragment F on Q { a(input: $i) { id } }";
        let cases = [
            (input, json!({ "i": 3 }), "BAD_USER_INPUT", "input", "input is of type Deep, and 3 is none"),
            (
                input,
                json!({ "i": { "number": 1, "idd": 1 } }),
                "BAD_USER_INPUT",
                "idd",
                "Deep has no field idd; it has id, number, list, days, deep",
            ),
            (input, json!({ "i": { "deep": {}, "id": "x" } }), "BAD_USER_INPUT", "deep.id", "deep.id of type ID! was not given"),
            (input, json!({ "i": { "id": null } }), "BAD_USER_INPUT", "id", "id is null, and of type ID!"),
            (input, json!({ "i": { "id": 1.5 } }), "BAD_USER_INPUT", "id", "id is of type ID, and 1.5 is none"),
            (
                input,
                json!({ "i": { "id": 1, "number": 3_000_000_000_u32 } }),
                "BAD_USER_INPUT",
                "number",
                "number is of type Int, and 3000000000 is none",
            ),
            (
                input,
                json!({ "i": { "id": 1, "list": ["ONE", "one"] } }),
                "BAD_USER_INPUT",
                "list[1]",
                "list[1] is one of ONE, TWO, and \"one\" is none",
            ),
            (input, json!({ "i": { "id": 1, "list": ["ONE", null] } }), "BAD_USER_INPUT", "list[1]", "list[1] is null, and of type E!"),
            (input, json!({ "i": { "id": 1, "days": ["today", "yesterday"] } }), "BAD_USER_INPUT", "days[1]", "days[1]: a day is today"),
            (input, json!({ "i": { "id": 1, "days": [7] } }), "BAD_USER_INPUT", "days[0]", "days[0] is of type Day, and 7 is none"),
            ("{ a(input: { id: true }) { id } }", json!({}), "GRAPHQL_VALIDATION_FAILED", "id", "id is of type ID, and true is none"),
            (
                "{ b(order: THREE) { node { id } } }",
                json!({}),
                "GRAPHQL_VALIDATION_FAILED",
                "order",
                "order is one of ONE, TWO, and THREE is none",
            ),
            ("{ b(day: \"never\") { node { id } } }", json!({}), "BAD_USER_INPUT", "day", "day: a day is today"),
            (
                "query($i: ID) { a(input: { id: $i }) { id } }",
                json!({ "i": "x" }),
                "GRAPHQL_VALIDATION_FAILED",
                "",
                "the variable $i is of type ID, and id of type ID!",
            ),
            (
                "query($i: [ID]) { b(all: $i) { node { id } } }",
                json!({}),
                "GRAPHQL_VALIDATION_FAILED",
                "",
                "the variable $i is of type [ID], and all of type [ID!]",
            ),
            (
                "query($i: Int!) { b(flag: $i) { node { id } } }",
                json!({ "i": 1 }),
                "GRAPHQL_VALIDATION_FAILED",
                "",
                "the variable $i is of type Int!, and flag of type Boolean",
            ),
        ];
        for (document, variables, code, field, message) in cases {
            assert_eq!(wrong(document, variables.clone()), [code, field, message], "{document} with {variables}");
        }
    }
}
