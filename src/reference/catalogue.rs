//! The definitions of a schema, read from its text.

use std::collections::BTreeMap;

use anyhow::Context;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, InputValueDefinition, Type, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::{Positioned, Value};

/// Everything that a schema defines.
pub struct Catalogue {
    /// The queries, mutations and subscriptions.
    pub roots: Vec<(RootKind, Member)>,
    /// The other types, by name.
    pub types: BTreeMap<String, Definition>,
}

/// The kind of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootKind {
    Query,
    Mutation,
    Subscription,
}

/// A type.
pub struct Definition {
    pub about: String,
    pub kind: Kind,
}

/// The parts of a type.
pub enum Kind {
    Object { members: Vec<Member>, implements: Vec<String> },
    Interface(Vec<Member>),
    Union(Vec<String>),
    Enum(Vec<Member>),
    Input(Vec<Member>),
    Scalar,
}

/// A field, an argument, an input field or the value of an enum.
pub struct Member {
    pub name: String,
    pub about: String,
    /// Its type. The value of an enum has no type.
    pub ty: Option<Type>,
    pub default: Option<String>,
    pub arguments: Vec<Member>,
    /// Why a client should no longer use it.
    pub deprecated: Option<String>,
}

impl Catalogue {
    /// Reads a schema.
    pub fn of(sdl: &str) -> anyhow::Result<Self> {
        let mut all = Self { roots: Vec::new(), types: BTreeMap::new() };
        for definition in parse_schema(sdl).context("the schema cannot be parsed")?.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let definition = definition.node;
            let name = definition.name.node.to_string();
            let root = match name.as_str() {
                "Query" => Some(RootKind::Query),
                "Mutation" => Some(RootKind::Mutation),
                "Subscription" => Some(RootKind::Subscription),
                _ => None,
            };
            let kind = kind(definition.kind);
            match (root, kind) {
                (Some(root), Kind::Object { members, .. }) => {
                    all.roots.extend(members.into_iter().map(|member| (root, member)));
                }
                (_, kind) => {
                    all.types
                        .insert(name, Definition { about: text(definition.description), kind });
                }
            }
        }
        Ok(all)
    }

    /// The type of the items, if the type with this name is a page of a list, or an item with its
    /// cursor, and has no field of its own.
    pub fn listed(&self, name: &str) -> Option<&str> {
        let Kind::Object { members, .. } = &self.types.get(name)?.kind else { return None };
        let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
        let item = match names.as_slice() {
            ["edges", "nodes", "pageInfo", "totalCount"] if name.ends_with("Connection") => "nodes",
            ["cursor", "node"] if name.ends_with("Edge") => "node",
            _ => return None,
        };
        let item = members.iter().find(|member| member.name == item)?;
        Some(innermost(item.ty.as_ref()?))
    }

    /// The arguments of a list that has pages in both directions.
    pub fn paging(&self) -> &[Member] {
        let is_paging = |member: &&Member| {
            let names: Vec<_> = member.arguments.iter().map(|argument| &*argument.name).collect();
            names == ["after", "before", "first", "last"]
        };
        let found = self.fields().map(|(_, _, member)| member).find(is_paging);
        found.map_or(&[], |member| &member.arguments)
    }

    /// Every field, with the path by which it is known.
    pub fn fields(&self) -> impl Iterator<Item = (Option<RootKind>, &str, &Member)> {
        let roots = self.roots.iter().map(|(kind, member)| (Some(*kind), "", member));
        let others = self.types.iter().flat_map(|(name, definition)| {
            let members = match &definition.kind {
                Kind::Object { members, .. } if self.listed(name).is_none() => members.as_slice(),
                _ => &[],
            };
            members.iter().map(move |member| (None, name.as_str(), member))
        });
        roots.chain(others)
    }
}

/// The name of a type without its lists.
pub fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(ty) => innermost(ty),
    }
}

fn kind(kind: TypeKind) -> Kind {
    let names = |names: Vec<Positioned<async_graphql::Name>>| {
        names.into_iter().map(|name| name.node.to_string()).collect()
    };
    match kind {
        TypeKind::Object(object) => Kind::Object {
            members: object.fields.into_iter().map(|field| field_of(field.node)).collect(),
            implements: names(object.implements),
        },
        TypeKind::Interface(interface) => Kind::Interface(
            interface.fields.into_iter().map(|field| field_of(field.node)).collect(),
        ),
        TypeKind::Union(union) => Kind::Union(names(union.members)),
        TypeKind::Enum(kind) => Kind::Enum(
            kind.values
                .into_iter()
                .map(|value| Member {
                    name: value.node.value.node.to_string(),
                    about: text(value.node.description),
                    ty: None,
                    default: None,
                    arguments: Vec::new(),
                    deprecated: deprecated(&value.node.directives),
                })
                .collect(),
        ),
        TypeKind::InputObject(input) => {
            Kind::Input(input.fields.into_iter().map(|field| slot(field.node)).collect())
        }
        TypeKind::Scalar => Kind::Scalar,
    }
}

fn field_of(field: FieldDefinition) -> Member {
    Member {
        name: field.name.node.to_string(),
        about: text(field.description),
        deprecated: deprecated(&field.directives),
        ty: Some(field.ty.node),
        default: None,
        arguments: field.arguments.into_iter().map(|argument| slot(argument.node)).collect(),
    }
}

fn slot(slot: InputValueDefinition) -> Member {
    Member {
        name: slot.name.node.to_string(),
        about: text(slot.description),
        deprecated: deprecated(&slot.directives),
        ty: Some(slot.ty.node),
        default: slot.default_value.map(|value| value.node.to_string()),
        arguments: Vec::new(),
    }
}

fn deprecated(directives: &[Positioned<ConstDirective>]) -> Option<String> {
    let found = directives.iter().find(|directive| directive.node.name.node == "deprecated")?;
    match found.node.get_argument("reason").map(|reason| &reason.node) {
        Some(Value::String(reason)) => Some(reason.clone()),
        _ => Some(String::new()),
    }
}

/// A description in one line.
fn text(description: Option<Positioned<String>>) -> String {
    let text = description.map(|text| text.node).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
