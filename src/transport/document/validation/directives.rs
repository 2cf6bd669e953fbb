//! Checks directives, and the fields that every type has, in the whole document.
//!
//! The rules are those of graphql-js: KnownDirectives, UniqueDirectivesPerLocation,
//! KnownArgumentNamesOnDirectives, ProvidedRequiredArgumentsOnDirectives, UniqueArgumentNames and,
//! if introspection is off, NoSchemaIntrospection. async-graphql does not check `__typename`,
//! fragment definitions, variable definitions, and arguments of directives.

use std::collections::HashSet;

use async_graphql::parser::types::{
    Directive, DirectiveLocation, ExecutableDocument, Field, OperationType, Selection, SelectionSet,
};
use async_graphql::{Pos, Positioned, ServerError};

use super::Checked;
use crate::transport::document::types::Types;

/// Checks all directives of a document. Refuses `__schema` and `__type` unless the schema
/// `is_open`.
pub fn check(document: &ExecutableDocument, types: &Types, is_open: bool) -> Checked {
    let checks = Checks { types, is_open };
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        checks.directives(&operation.directives, location(operation.ty))?;
        for variable in &operation.variable_definitions {
            checks.directives(&variable.node.directives, DirectiveLocation::VariableDefinition)?;
        }
        checks.selections(&operation.selection_set.node)?;
    }
    for fragment in document.fragments.values() {
        checks.directives(&fragment.node.directives, DirectiveLocation::FragmentDefinition)?;
        checks.selections(&fragment.node.selection_set.node)?;
    }
    Ok(())
}

struct Checks<'a> {
    types: &'a Types,
    is_open: bool,
}

impl Checks<'_> {
    fn selections(&self, set: &SelectionSet) -> Checked {
        for item in &set.items {
            let directives = item.node.directives();
            match &item.node {
                Selection::Field(field) => {
                    self.directives(directives, DirectiveLocation::Field)?;
                    self.meta_field(&field.node, item.pos)?;
                    self.selections(&field.node.selection_set.node)?;
                }
                Selection::InlineFragment(inline) => {
                    self.directives(directives, DirectiveLocation::InlineFragment)?;
                    self.selections(&inline.node.selection_set.node)?;
                }
                Selection::FragmentSpread(_) => {
                    self.directives(directives, DirectiveLocation::FragmentSpread)?;
                }
            }
        }
        Ok(())
    }

    /// Checks the fields that the schema does not list.
    fn meta_field(&self, field: &Field, pos: Pos) -> Checked {
        match field.name.node.as_str() {
            "__typename" if !field.arguments.is_empty() => {
                Err(refused("`__typename` takes no arguments.", pos))
            }
            "__typename" if !field.selection_set.node.items.is_empty() => {
                Err(refused("`__typename` is a String and has no fields.", pos))
            }
            "__schema" | "__type" if !self.is_open => {
                Err(refused("Introspection is turned off on this server.", pos))
            }
            _ => Ok(()),
        }
    }

    fn directives(
        &self,
        directives: &[Positioned<Directive>],
        location: DirectiveLocation,
    ) -> Checked {
        let mut seen = HashSet::new();
        for Positioned { pos, node: directive } in directives {
            let (name, pos) = (&directive.name.node, *pos);
            let Some(known) = self.types.directive(name) else {
                return Err(refused(&format!("`@{name}` is not a known directive."), pos));
            };
            if !known.locations.contains(&location) {
                let message = format!("`@{name}` is not allowed on {}.", described(location));
                return Err(refused(&message, pos));
            }
            if !seen.insert(name) {
                let message = format!("`@{name}` may be used only once in the same place.");
                return Err(refused(&message, pos));
            }
            let mut given = HashSet::new();
            for argument in directive.arguments.iter().map(|(argument, _)| &argument.node) {
                if !known.arguments.contains_key(argument) {
                    let message = format!("`@{name}` has no argument `{argument}`.");
                    return Err(refused(&message, pos));
                }
                if !given.insert(argument) {
                    let message = format!("`@{name}` has the argument `{argument}` twice.");
                    return Err(refused(&message, pos));
                }
            }
            let missing = known.arguments.iter().find(|(argument, slot)| {
                !slot.kind.nullable && !slot.has_default && !given.contains(argument)
            });
            if let Some((argument, _)) = missing {
                let message = format!("`@{name}` requires the argument `{argument}`.");
                return Err(refused(&message, pos));
            }
        }
        Ok(())
    }
}

const fn location(kind: OperationType) -> DirectiveLocation {
    match kind {
        OperationType::Query => DirectiveLocation::Query,
        OperationType::Mutation => DirectiveLocation::Mutation,
        OperationType::Subscription => DirectiveLocation::Subscription,
    }
}

const fn described(location: DirectiveLocation) -> &'static str {
    match location {
        DirectiveLocation::Query => "a query",
        DirectiveLocation::Mutation => "a mutation",
        DirectiveLocation::Subscription => "a subscription",
        DirectiveLocation::Field => "a field",
        DirectiveLocation::FragmentDefinition => "a fragment definition",
        DirectiveLocation::FragmentSpread => "a fragment spread",
        DirectiveLocation::InlineFragment => "an inline fragment",
        DirectiveLocation::VariableDefinition => "a variable definition",
        _ => "this part of a document",
    }
}

fn refused(message: &str, pos: Pos) -> Box<ServerError> {
    let mut error = ServerError::new(message, Some(pos));
    error.extensions.get_or_insert_default().set("code", "GRAPHQL_VALIDATION_FAILED");
    Box::new(error)
}
