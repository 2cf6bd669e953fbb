//! Checks the values in a request against the schema before the request runs. Each error names the
//! field.
//!
//! The rules are those of the GraphQL specification (5.8.5 and 6.1.2, October 2021). async-graphql
//! accepts a variable of the wrong type, and its errors about values name only a type.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet, Type,
    VariableDefinition,
};
use async_graphql::{Name, PathSegment, Pos, Positioned, ServerError, Variables};
use async_graphql_value::Value;

pub use forms::{Form, InputForms};

use crate::transport::document::types::{Types, innermost};
use place::Place;

mod directives;
mod forms;
mod literal;
mod place;
mod value;

/// The result of a check.
pub type Checked = Result<(), Box<ServerError>>;

/// Checks the values in requests.
#[derive(Clone, Default)]
pub struct InputChecks {
    types: Arc<Types>,
    forms: InputForms,
    /// Whether errors may name types and fields of the schema.
    is_open: bool,
}

impl InputChecks {
    /// Checks against these types and forms. Errors name types and fields of the schema only if
    /// `is_open`.
    pub const fn new(types: Arc<Types>, forms: InputForms, is_open: bool) -> Self {
        Self { types, forms, is_open }
    }

    /// Checks all directives of a document, and all values of the operation that runs.
    pub fn check(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Checked {
        directives::check(document, &self.types, self.is_open)?;
        let Some(root) = self.types.root(operation.ty).map(innermost) else { return Ok(()) };
        let definitions = operation.variable_definitions.iter();
        let definitions = definitions
            .map(|definition| (&definition.node.name.node, (definition.pos, &definition.node)))
            .collect();
        let mut walk = Walk {
            checks: self,
            document,
            definitions,
            variables,
            visited: HashSet::new(),
            checked: HashSet::new(),
        };
        walk.selections(&operation.selection_set.node, root)
    }
}

/// A walk through the selections of one operation.
struct Walk<'a> {
    checks: &'a InputChecks,
    document: &'a ExecutableDocument,
    definitions: HashMap<&'a Name, (Pos, &'a VariableDefinition)>,
    variables: &'a Variables,
    /// The fragments that the walk has been through. Once is enough.
    visited: HashSet<&'a Name>,
    /// The variables whose values are checked already, and whether that check included the bound on
    /// text.
    checked: HashSet<(&'a Name, bool)>,
}

impl<'a> Walk<'a> {
    fn selections(&mut self, set: &'a SelectionSet, on: &'a Name) -> Checked {
        for selection in &set.items {
            self.conditions(selection.node.directives())?;
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    // async-graphql refuses unknown fields and arguments later.
                    let Some(known) = self.checks.types.field(on, &field.name.node) else {
                        continue;
                    };
                    for (name, value) in &field.arguments {
                        if let Some(slot) = known.arguments.get(&name.node) {
                            let mut place = self.argument(&name.node, value);
                            self.value(&value.node, &slot.kind, slot.has_default, &mut place)?;
                        }
                    }
                    self.selections(&field.selection_set.node, innermost(&known.kind))?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
                        continue;
                    };
                    if self.visited.insert(name) {
                        let on = &fragment.node.type_condition.node.on.node;
                        self.selections(&fragment.node.selection_set.node, on)?;
                    }
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let on = condition.map_or(on, |condition| &condition.node.on.node);
                    self.selections(&inline.node.selection_set.node, on)?;
                }
            }
        }
        Ok(())
    }

    /// Checks the conditions of `@skip` and `@include`.
    fn conditions(&mut self, directives: &'a [Positioned<Directive>]) -> Checked {
        let boolean = Type { base: BaseType::Named(Name::new("Boolean")), nullable: false };
        for directive in directives {
            if !matches!(directive.node.name.node.as_str(), "skip" | "include") {
                continue;
            }
            if let Some(value) = directive.node.get_argument("if") {
                let mut place = self.argument(&Name::new("if"), value);
                self.value(&value.node, &boolean, false, &mut place)?;
            }
        }
        Ok(())
    }

    fn argument(&self, name: &Name, value: &Positioned<Value>) -> Place {
        Place {
            path: vec![PathSegment::Field(name.to_string())],
            pos: value.pos,
            is_variable: false,
            is_bounded: true,
            is_open: self.checks.is_open,
        }
    }
}

#[cfg(test)]
mod tests;
