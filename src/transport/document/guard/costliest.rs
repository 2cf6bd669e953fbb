//! Which lists make a document costly, for the message that refuses it.

use async_graphql::Name;
use async_graphql::parser::types::{Selection, SelectionSet};

use super::{Refused, Scale, inline_type};

/// The most lists that a message names.
const MOST_NAMED: usize = 8;

impl<'a> Scale<'a> {
    /// Names the lists on the most costly path through the document, each with its rows, such as
    /// `articles (25 rows) > claims (25 rows)`. It weighs the document again at each level, so it
    /// runs only for a document that is refused.
    pub(super) fn costliest_lists(&mut self) -> Result<String, Refused> {
        let mut path = Vec::new();
        let mut most = (0, None);
        for (_, operation) in self.document.operations.iter() {
            let cost = self.operation(&operation.node)?;
            if cost >= most.0 {
                most = (cost, Some(&operation.node));
            }
        }
        if let Some(operation) = most.1 {
            let root = self.weights.root(operation.ty);
            self.descend(&operation.selection_set.node, root, &mut path)?;
        }
        Ok(path.join(" > "))
    }

    /// Follows the most costly selection, and adds its list to the path.
    fn descend(
        &mut self,
        set: &'a SelectionSet,
        on: Option<&'a Name>,
        path: &mut Vec<String>,
    ) -> Result<(), Refused> {
        let mut most = (0, None);
        for item in &set.items {
            let cost = self.selection(&item.node, on, 0)?.cost;
            if cost >= most.0 {
                most = (cost, Some(&item.node));
            }
        }
        match most.1 {
            Some(Selection::Field(field)) if path.len() < MOST_NAMED => {
                let field = &field.node;
                let (weight, kind) = self.weights.of(on, &field.name.node);
                let set = &field.selection_set.node;
                let is_page = self.selections(set, kind, 0)?.is_page;
                let rows = self.rows(field, is_page, weight.rows);
                if rows > 1 {
                    path.push(format!("`{}` ({rows} rows)", field.name.node));
                }
                self.descend(set, kind, path)
            }
            Some(Selection::FragmentSpread(spread)) => {
                let name = &spread.node.fragment_name.node;
                let Some(fragment) = self.document.fragments.get(name) else { return Ok(()) };
                let on = &fragment.node.type_condition.node.on.node;
                self.descend(&fragment.node.selection_set.node, Some(on), path)
            }
            Some(Selection::InlineFragment(inline)) => {
                let on = inline_type(&inline.node).or(on);
                self.descend(&inline.node.selection_set.node, on, path)
            }
            _ => Ok(()),
        }
    }
}
