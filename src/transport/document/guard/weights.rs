//! Weights: what each field of the schema costs, and how long its lists are assumed to be.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Name;
use async_graphql::parser::types::{BaseType, OperationType};

use crate::transport::document::types::{Types, innermost};

/// The assumed length of a list that is not a page.
const USUAL_LIST: u64 = 10;

/// The cost of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The cost of the field itself, without what is selected below it.
    pub cost: u64,
    /// How many rows it is assumed to have.
    pub rows: u64,
}

/// The weights of a schema's fields.
#[derive(Default)]
pub struct Weights {
    types: Arc<Types>,
    /// The fields that cost more than 1, or whose lists have another length than usual.
    listed: HashMap<(&'static str, &'static str), Weight>,
}

impl Weights {
    /// The weights of these types. `listed` has the fields, by type and name, that differ from the
    /// usual.
    pub fn new(
        types: Arc<Types>,
        listed: impl IntoIterator<Item = (&'static str, &'static str, Weight)>,
    ) -> Self {
        let listed = listed.into_iter().map(|(on, name, weight)| ((on, name), weight)).collect();
        Self { types, listed }
    }

    /// The type that operations of this kind start from.
    pub fn root(&self, kind: OperationType) -> Option<&Name> {
        self.types.root(kind).map(innermost)
    }

    /// The weight of a field, and the type of its value if the schema has the field.
    pub fn of(&self, on: Option<&Name>, name: &Name) -> (Weight, Option<&Name>) {
        let Some((on, field)) = on.and_then(|on| Some((on, self.types.field(on, name)?))) else {
            return (Weight { cost: 1, rows: 1 }, None);
        };
        let weight = self.listed.get(&(on.as_str(), name.as_str())).copied();
        // The rows of a page are counted with the page.
        let is_list = matches!(field.kind.base, BaseType::List(_))
            && !matches!(name.as_str(), "nodes" | "edges");
        let usual = Weight { cost: 1, rows: if is_list { USUAL_LIST } else { 1 } };
        (weight.unwrap_or(usual), Some(innermost(&field.kind)))
    }
}
