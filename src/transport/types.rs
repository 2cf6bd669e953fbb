//! The types of the schema, as what clients send and get is held against them.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, InputValueDefinition, OperationType, Type, TypeKind, TypeSystemDefinition};

/// The types of a schema.
#[derive(Default)]
pub struct Types {
    roots: HashMap<&'static str, Type>,
    fields: HashMap<Name, HashMap<Name, Field>>,
    inputs: HashMap<Name, Input>,
}

/// A field of an object.
pub struct Field {
    pub kind: Type,
    pub arguments: IndexMap<Name, Slot>,
}

/// What an argument, or a field of an input, takes.
pub struct Slot {
    pub kind: Type,
    /// Whether there is something in its place where nothing is given.
    pub has_default: bool,
}

/// A type that is given, but for scalars.
pub enum Input {
    Enum(Vec<Name>),
    Object(IndexMap<Name, Slot>),
}

impl Types {
    /// The types of a schema that is written out.
    pub fn of(schema: &str) -> Self {
        let mut types = Self::default();
        for definition in parse_schema(schema).expect("async-graphql reads what it writes").definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let schema = schema.node;
                    let roots = [("query", schema.query), ("mutation", schema.mutation), ("subscription", schema.subscription)];
                    let root = |name| Type { base: BaseType::Named(name), nullable: true };
                    types.roots = roots.into_iter().filter_map(|(kind, name)| Some((kind, root(name?.node)))).collect();
                }
                TypeSystemDefinition::Type(definition) => types.add(definition.node.name.node, definition.node.kind),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        types
    }

    fn add(&mut self, name: Name, kind: TypeKind) {
        let fields = match kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            TypeKind::Enum(kind) => {
                let values = kind.values.into_iter().map(|value| value.node.value.node);
                self.inputs.insert(name, Input::Enum(values.collect()));
                return;
            }
            TypeKind::InputObject(object) => {
                let fields = object.fields.into_iter().map(|field| slot(field.node));
                self.inputs.insert(name, Input::Object(fields.collect()));
                return;
            }
            TypeKind::Scalar | TypeKind::Union(_) => return,
        };
        let fields = fields.into_iter().map(|field| {
            let arguments = field.node.arguments.into_iter().map(|argument| slot(argument.node)).collect();
            (field.node.name.node, Field { kind: field.node.ty.node, arguments })
        });
        self.fields.insert(name, fields.collect());
    }

    /// The type that operations of this kind begin at.
    pub fn root(&self, kind: OperationType) -> Option<&Type> {
        self.roots.get(match kind {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        })
    }

    /// The field of this name on an object or interface.
    pub fn field(&self, on: &Name, name: &Name) -> Option<&Field> {
        self.fields.get(on)?.get(name)
    }

    /// The enum or input of this name.
    pub fn input(&self, name: &Name) -> Option<&Input> {
        self.inputs.get(name)
    }
}

fn slot(definition: InputValueDefinition) -> (Name, Slot) {
    (definition.name.node, Slot { kind: definition.ty.node, has_default: definition.default_value.is_some() })
}
