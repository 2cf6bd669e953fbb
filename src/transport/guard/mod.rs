//! The guard before validation: how much work a request asks for, found in time linear in its length.
//!
//! Validation walks fragments as often as they are spread, so that a few hundred bytes of fragments that spread each other twice keep it busy
//! for seconds. The guard looks at each byte and each fragment once: at the JSON around a document and at the document's text before either is
//! parsed, then at the parsed document, as if every fragment were written out, every page were full, and every other list as long as such
//! lists are.

use std::collections::HashMap;

use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Pos, Positioned, Value as ConstValue, Variables};
use async_graphql_value::Value;

pub use scan::{scan, scan_json};

mod scan;

/// The most tokens that a document has; a long string counts as one for each 128 bytes, so that an article can be written out in it.
pub const MOST_TOKENS: u64 = 15_000;
/// How deep its selections go at most, through fragments too.
pub const MOST_NESTING: u64 = 60;
/// How many aliases it gives at most.
pub const MOST_ALIASES: u64 = 250;
/// What it may cost at most, where nothing else is said.
pub const USUAL_MOST_COST: u64 = 200_000;
/// How many values a request's JSON has at most.
pub const MOST_VALUES: u64 = 20_000;
/// What a field of the root costs, for a statement or more, or a password to be hashed.
const ROOT_COST: u64 = 100;
/// What a page is taken to hold where the document doesn't say.
const USUAL_PAGE: u64 = 25;
/// What a page holds at most: who asks for more is refused in its place, with the field's name.
const MOST_PAGE: u64 = 100;
/// What a list is taken to hold that is no page.
const USUAL_LIST: u64 = 10;

/// A request that asks for too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooComplex {
    /// Of what.
    pub of: &'static str,
    /// What it asks for: at least so much.
    pub cost: u64,
    /// What it may ask for.
    pub limit: u64,
}

/// Why a document is refused before validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It asks for too much.
    TooComplex(TooComplex),
    /// A fragment spreads itself, which validation would take long to find.
    Cycle(Name, Pos),
}

impl From<TooComplex> for Refused {
    fn from(error: TooComplex) -> Self {
        Self::TooComplex(error)
    }
}

/// How long a schema's lists are taken to be, by the names of the fields that give them.
#[derive(Clone, Debug, Default)]
pub struct Lists(HashMap<String, u64>);

impl Lists {
    /// Of a schema, in which the lists named in `long` are longer than others. A page's `nodes` and `edges` are counted with the page.
    pub fn of_schema(sdl: &str, long: &[(&str, u64)]) -> Self {
        let document = async_graphql::parser::parse_schema(sdl).expect("our own schema can be read");
        let mut lists = HashMap::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            for field in fields {
                let name = field.node.name.node.to_string();
                if matches!(field.node.ty.node.base, BaseType::List(_)) && !matches!(name.as_str(), "nodes" | "edges") {
                    let length = long.iter().find(|(long, _)| *long == name).map_or(USUAL_LIST, |(_, length)| *length);
                    lists.insert(name, length);
                }
            }
        }
        Self(lists)
    }
}

/// What the operation that would run costs, with its fragments written out: one a field, spread, directive and element of a list in an argument
/// or a variable, a hundred a field of the root, and what stands below a page or a list as often as that has rows. Refuses what costs more than
/// `most`.
///
/// Every operation and fragment of the document is weighed, since validation looks at them all; the dearest counts.
pub fn weigh(document: &ExecutableDocument, variables: &Variables, lists: &Lists, most: u64) -> Result<u64, Refused> {
    let mut scale = Scale { document, variables, lists, fragments: HashMap::new() };
    let operations: Vec<&OperationDefinition> = match &document.operations {
        DocumentOperations::Single(operation) => vec![&operation.node],
        DocumentOperations::Multiple(operations) => operations.values().map(|operation| &operation.node).collect(),
    };
    let given = variables.values().map(given_elements).fold(0, u64::saturating_add);
    let mut dearest = given;
    for name in document.fragments.keys() {
        dearest = dearest.max(scale.fragment(name, document.fragments[name].pos, 0)?.cost);
    }
    let mut cost = given;
    for operation in operations {
        let below = scale.selections(&operation.selection_set.node, 0)?.cost;
        let directives = operation.directives.len() as u64;
        let roots = ROOT_COST.saturating_mul(scale.root_fields(&operation.selection_set.node));
        cost = cost.max(below.saturating_add(roots).saturating_add(directives).saturating_add(given));
    }
    affordable(cost.max(dearest), most)?;
    Ok(cost)
}

/// Refuses what costs more than `most`: an operation, or a batch of them.
pub const fn affordable(cost: u64, most: u64) -> Result<(), TooComplex> {
    within("cost", cost, most)
}

/// What a part of a document asks for.
#[derive(Clone, Copy, Default)]
struct Weight {
    cost: u64,
    /// How many levels it goes down.
    levels: u64,
    /// How many fields stand at its top, through fragments.
    fields: u64,
    /// Whether one of them holds a page's rows.
    page: bool,
}

struct Scale<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    lists: &'a Lists,
    /// What each fragment asks for; none while it is being weighed.
    fragments: HashMap<&'a Name, Option<Weight>>,
}

impl<'a> Scale<'a> {
    fn selections(&mut self, set: &'a SelectionSet, depth: u64) -> Result<Weight, Refused> {
        // Refused on the way down, before the stack is.
        within("levels of nesting", depth, MOST_NESTING)?;
        let mut sum = Weight::default();
        for item in &set.items {
            let part = match &item.node {
                Selection::Field(field) => self.field(&field.node, depth)?,
                Selection::FragmentSpread(spread) => {
                    let directives = spread.node.directives.len() as u64;
                    let name = &spread.node.fragment_name;
                    let fragment = self.fragment(&name.node, name.pos, depth)?;
                    Weight { cost: fragment.cost.saturating_add(1).saturating_add(directives), ..fragment }
                }
                Selection::InlineFragment(inline) => {
                    let directives = inline.node.directives.len() as u64;
                    let inner = self.selections(&inline.node.selection_set.node, depth + 1)?;
                    Weight { cost: inner.cost.saturating_add(1).saturating_add(directives), levels: inner.levels + 1, ..inner }
                }
            };
            sum.cost = sum.cost.saturating_add(part.cost);
            sum.fields = sum.fields.saturating_add(part.fields);
            sum.levels = sum.levels.max(part.levels);
            sum.page |= part.page;
        }
        within("levels of nesting", depth + sum.levels, MOST_NESTING)?;
        Ok(sum)
    }

    fn field(&mut self, field: &'a Field, depth: u64) -> Result<Weight, Refused> {
        let arguments = field.arguments.iter().map(|(_, value)| elements(&value.node)).fold(0, u64::saturating_add);
        let own = (1 + field.directives.len() as u64).saturating_add(arguments);
        let below = self.selections(&field.selection_set.node, depth + 1)?;
        let cost = own.saturating_add(below.cost.saturating_mul(self.rows(field, below.page)));
        Ok(Weight { cost, levels: below.levels + 1, fields: 1, page: matches!(field.name.node.as_str(), "nodes" | "edges") })
    }

    fn fragment(&mut self, name: &'a Name, at: Pos, depth: u64) -> Result<Weight, Refused> {
        // Where there is none of this name, validation says so.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Weight::default()) };
        match self.fragments.get(name) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => return Err(Refused::Cycle(name.clone(), at)),
            None => {}
        }
        self.fragments.insert(name, None);
        let weight = self.selections(&fragment.node.selection_set.node, depth + 1)?;
        let cost = weight.cost.saturating_add(fragment.node.directives.len() as u64);
        let weight = Weight { cost, levels: weight.levels + 1, ..weight };
        self.fragments.insert(name, Some(weight));
        Ok(weight)
    }

    /// How many fields stand at the top of an operation; its fragments are weighed by now.
    fn root_fields(&self, set: &SelectionSet) -> u64 {
        let fields = |item: &Positioned<Selection>| match &item.node {
            Selection::Field(_) => 1,
            Selection::FragmentSpread(spread) => {
                self.fragments.get(&spread.node.fragment_name.node).copied().flatten().map_or(0, |weight| weight.fields)
            }
            Selection::InlineFragment(inline) => self.root_fields(&inline.node.selection_set.node),
        };
        set.items.iter().map(fields).fold(0, u64::saturating_add)
    }

    /// How many rows stand below a field: a page's, those that are named by their ids, a list's, or one.
    fn rows(&self, field: &Field, is_page: bool) -> u64 {
        let asked = |name: &str| field.get_argument(name).map(|value| self.number(value));
        match (asked("first"), asked("last")) {
            (None, None) if is_page => USUAL_PAGE,
            (None, None) => match field.get_argument("ids") {
                Some(ids) => self.length(&ids.node).max(1),
                None => self.lists.0.get(field.name.node.as_str()).copied().unwrap_or(1),
            },
            (first, last) => first.max(last).unwrap_or(1).clamp(1, MOST_PAGE),
        }
    }

    /// How many elements a list has.
    fn length(&self, value: &Value) -> u64 {
        match value {
            Value::List(list) => list.len() as u64,
            Value::Variable(name) => match self.variables.get(name) {
                Some(ConstValue::List(list)) => list.len() as u64,
                _ => 1,
            },
            _ => 1,
        }
    }

    fn number(&self, value: &Positioned<Value>) -> u64 {
        let number = match &value.node {
            Value::Number(number) => number.as_u64(),
            Value::Variable(name) => match self.variables.get(name) {
                Some(ConstValue::Number(number)) => number.as_u64(),
                _ => None,
            },
            _ => None,
        };
        number.unwrap_or(USUAL_PAGE)
    }
}

/// How many elements the lists in an argument have.
fn elements(value: &Value) -> u64 {
    match value {
        Value::List(list) => list.iter().map(elements).fold(list.len() as u64, u64::saturating_add),
        Value::Object(map) => map.values().map(elements).fold(0, u64::saturating_add),
        _ => 0,
    }
}

/// How many elements the lists in a variable have.
fn given_elements(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(list) => list.iter().map(given_elements).fold(list.len() as u64, u64::saturating_add),
        ConstValue::Object(map) => map.values().map(given_elements).fold(0, u64::saturating_add),
        _ => 0,
    }
}

const fn within(of: &'static str, cost: u64, limit: u64) -> Result<(), TooComplex> {
    if cost > limit { Err(TooComplex { of, cost, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
