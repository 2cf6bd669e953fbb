//! The guard: bounds how much work a request may ask for, in time linear in the length of the
//! request.
//!
//! It runs before validation. Validation visits a fragment as often as it is spread. A few hundred
//! bytes of fragments that spread each other twice would keep it busy for seconds. The guard reads
//! each byte and each fragment once: first the JSON and the text of the document, then the parsed
//! document. It counts as if every fragment were written out and every page were full.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, InlineFragment, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Value as ConstValue, Variables};
use async_graphql_value::Value;

pub use scan::{scan, scan_json};
pub use weights::{Weight, Weights};

mod costliest;
mod scan;
mod weights;

/// The most tokens in a document. A string also counts one token for each 128 bytes, so that an
/// article fits.
pub const MOST_TOKENS: u64 = 15_000;
/// The most levels of selections in a document, through fragments too.
pub const MOST_NESTING: u64 = 60;
/// The most aliases in a document.
pub const MOST_ALIASES: u64 = 250;
/// The highest cost of a request, unless the server is configured otherwise.
pub const USUAL_MOST_COST: u64 = 200_000;
/// The most values in the JSON of a request.
pub const MOST_VALUES: u64 = 20_000;
/// The cost of a root field: a statement or more, or the hash of a password.
const ROOT_COST: u64 = 100;
/// The cost of each condition of a filter: the list is searched for the rows that meet it.
const FILTER_COST: u64 = 200;
/// The assumed size of a page if the document does not give one.
const USUAL_PAGE: u64 = 25;
/// The most rows in a page. A larger page is refused later, with the name of its field.
const MOST_PAGE: u64 = 100;

/// A request that exceeds a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooComplex {
    /// The limited quantity.
    pub of: &'static str,
    /// How much the request asks for, at least.
    pub cost: u64,
    /// The limit.
    pub limit: u64,
}

/// Why a document is refused before validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It exceeds a limit.
    TooComplex(TooComplex),
    /// It costs too much. The text names the lists that cost most, from the outermost one inward.
    TooCostly(TooComplex, String),
    /// A fragment spreads itself. Validation would take long to find that.
    Cycle(Name, Pos),
}

impl From<TooComplex> for Refused {
    fn from(error: TooComplex) -> Self {
        Self::TooComplex(error)
    }
}

/// The cost of the operation that would run. Refuses a cost above `most`.
///
/// Each field costs its weight, and each spread, directive and list element in an argument or
/// variable costs 1. A root field costs 100 more, and each condition of a filter 200. Everything below a page or list counts once for
/// each row. All operations and fragments of the document are weighed, since validation visits them
/// all. The most expensive one counts.
pub fn weigh(
    document: &ExecutableDocument,
    variables: &Variables,
    weights: &Weights,
    most: u64,
) -> Result<u64, Refused> {
    let mut scale = Scale { document, variables, weights, fragments: HashMap::new() };
    let given = variables.values().map(given_elements).fold(0, u64::saturating_add);
    let mut highest = given;
    for name in document.fragments.keys() {
        highest = highest.max(scale.fragment(name, document.fragments[name].pos, 0)?.cost);
    }
    let mut cost = given;
    for (_, operation) in document.operations.iter() {
        cost = cost.max(scale.operation(&operation.node)?.saturating_add(given));
    }
    match affordable(cost.max(highest), most) {
        Ok(()) => Ok(cost),
        Err(error) => Err(Refused::TooCostly(error, scale.costliest_lists()?)),
    }
}

/// Refuses an operation or a batch that costs more than `most`.
pub const fn affordable(cost: u64, most: u64) -> Result<(), TooComplex> {
    within("cost", cost, most)
}

/// The demand of a part of a document.
#[derive(Clone, Copy, Default)]
struct Total {
    cost: u64,
    /// How many levels of selections it has.
    levels: u64,
    /// How many fields it has on its first level, through fragments.
    fields: u64,
    /// Whether one of these fields holds the rows of a page.
    is_page: bool,
}

struct Scale<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    weights: &'a Weights,
    /// The total of each fragment, or None while it is being weighed.
    fragments: HashMap<&'a Name, Option<Total>>,
}

impl<'a> Scale<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<u64, Refused> {
        let set = &operation.selection_set.node;
        let below = self.selections(set, self.weights.root(operation.ty), 0)?.cost;
        let roots = ROOT_COST.saturating_mul(self.root_fields(set));
        Ok(below.saturating_add(roots).saturating_add(operation.directives.len() as u64))
    }

    /// Weighs selections on the type `on`, which is `None` if the schema has no such type.
    fn selections(
        &mut self,
        set: &'a SelectionSet,
        on: Option<&'a Name>,
        depth: u64,
    ) -> Result<Total, Refused> {
        // Checked on the way down, so that the stack cannot overflow.
        within("levels of nesting", depth, MOST_NESTING)?;
        let mut sum = Total::default();
        for item in &set.items {
            let part = self.selection(&item.node, on, depth)?;
            sum.cost = sum.cost.saturating_add(part.cost);
            sum.fields = sum.fields.saturating_add(part.fields);
            sum.levels = sum.levels.max(part.levels);
            sum.is_page |= part.is_page;
        }
        within("levels of nesting", depth + sum.levels, MOST_NESTING)?;
        Ok(sum)
    }

    fn selection(
        &mut self,
        item: &'a Selection,
        on: Option<&'a Name>,
        depth: u64,
    ) -> Result<Total, Refused> {
        match item {
            Selection::Field(field) => self.field(&field.node, on, depth),
            Selection::FragmentSpread(spread) => {
                let directives = spread.node.directives.len() as u64;
                let name = &spread.node.fragment_name;
                let fragment = self.fragment(&name.node, name.pos, depth)?;
                Ok(Total {
                    cost: fragment.cost.saturating_add(1).saturating_add(directives),
                    ..fragment
                })
            }
            Selection::InlineFragment(inline) => {
                let directives = inline.node.directives.len() as u64;
                let on = inline_type(&inline.node).or(on);
                let inner = self.selections(&inline.node.selection_set.node, on, depth + 1)?;
                Ok(Total {
                    cost: inner.cost.saturating_add(1).saturating_add(directives),
                    levels: inner.levels + 1,
                    ..inner
                })
            }
        }
    }

    fn field(
        &mut self,
        field: &'a Field,
        on: Option<&'a Name>,
        depth: u64,
    ) -> Result<Total, Refused> {
        let arguments = field
            .arguments
            .iter()
            .map(|(name, value)| {
                let filter = if name.node == "filter" { self.conditions(&value.node) } else { 0 };
                elements(&value.node).saturating_add(filter.saturating_mul(FILTER_COST))
            })
            .fold(0, u64::saturating_add);
        let name = &field.name.node;
        let (weight, kind) = self.weights.of(on, name);
        let own = weight.cost.saturating_add(field.directives.len() as u64);
        let own = own.saturating_add(arguments);
        let below = self.selections(&field.selection_set.node, kind, depth + 1)?;
        let rows = self.rows(field, below.is_page, weight.rows);
        Ok(Total {
            cost: own.saturating_add(below.cost.saturating_mul(rows)),
            levels: below.levels + 1,
            fields: 1,
            is_page: matches!(name.as_str(), "nodes" | "edges"),
        })
    }

    fn fragment(&mut self, name: &'a Name, at: Pos, depth: u64) -> Result<Total, Refused> {
        // Validation refuses a fragment that is not defined.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Total::default());
        };
        match self.fragments.get(name) {
            Some(Some(total)) => return Ok(*total),
            Some(None) => return Err(Refused::Cycle(name.clone(), at)),
            None => {}
        }
        self.fragments.insert(name, None);
        let on = Some(&fragment.node.type_condition.node.on.node);
        let total = self.selections(&fragment.node.selection_set.node, on, depth + 1)?;
        let cost = total.cost.saturating_add(fragment.node.directives.len() as u64);
        let total = Total { cost, levels: total.levels + 1, ..total };
        self.fragments.insert(name, Some(total));
        Ok(total)
    }

    /// How many root fields an operation has. Its fragments must have been weighed.
    fn root_fields(&self, set: &SelectionSet) -> u64 {
        let fields = |item: &Positioned<Selection>| match &item.node {
            Selection::Field(_) => 1,
            Selection::FragmentSpread(spread) => self
                .fragments
                .get(&spread.node.fragment_name.node)
                .copied()
                .flatten()
                .map_or(0, |total| total.fields),
            Selection::InlineFragment(inline) => self.root_fields(&inline.node.selection_set.node),
        };
        set.items.iter().map(fields).fold(0, u64::saturating_add)
    }

    /// How many rows a field has: those of its page, those named by `ids` or `representations`, or
    /// the assumed `length` of its list.
    fn rows(&self, field: &Field, is_page: bool, length: u64) -> u64 {
        let asked = |name: &str| field.get_argument(name).map(|value| self.number(value));
        match (asked("first"), asked("last")) {
            (None, None) if is_page => USUAL_PAGE,
            (None, None) => {
                let list = |name: &str| field.get_argument(name);
                match list("ids").or_else(|| list("representations")) {
                    Some(objects) => self.length(&objects.node).max(1),
                    None => length,
                }
            }
            (first, last) => first.max(last).unwrap_or(1).clamp(1, MOST_PAGE),
        }
    }

    /// How many conditions a filter has.
    fn conditions(&self, filter: &Value) -> u64 {
        match filter {
            Value::Object(map) => {
                map.values().filter(|value| **value != Value::Null).count() as u64
            }
            Value::Variable(name) => match self.variables.get(name) {
                Some(ConstValue::Object(map)) => {
                    map.values().filter(|value| **value != ConstValue::Null).count() as u64
                }
                _ => 0,
            },
            _ => 0,
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

/// The type that an inline fragment is on, if it names one.
fn inline_type(inline: &InlineFragment) -> Option<&Name> {
    inline.type_condition.as_ref().map(|condition| &condition.node.on.node)
}

/// How many elements the lists in a literal have.
fn elements(value: &Value) -> u64 {
    match value {
        Value::List(list) => list.iter().map(elements).fold(list.len() as u64, u64::saturating_add),
        Value::Object(map) => map.values().map(elements).fold(0, u64::saturating_add),
        _ => 0,
    }
}

/// How many elements the lists in a variable's value have.
fn given_elements(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(list) => {
            list.iter().map(given_elements).fold(list.len() as u64, u64::saturating_add)
        }
        ConstValue::Object(map) => map.values().map(given_elements).fold(0, u64::saturating_add),
        _ => 0,
    }
}

const fn within(of: &'static str, cost: u64, limit: u64) -> Result<(), TooComplex> {
    if cost > limit { Err(TooComplex { of, cost, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
