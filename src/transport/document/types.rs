//! The types of the schema, which requests and responses are checked against.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, DirectiveDefinition, DirectiveLocation, InputValueDefinition, OperationType, Type,
    TypeKind, TypeSystemDefinition,
};

/// The directives that every server has. A schema may leave them out.
const BUILT_IN: &str = "directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
    directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT";

/// The types of a schema.
#[derive(Default)]
pub struct Types {
    roots: HashMap<&'static str, Type>,
    fields: HashMap<Name, HashMap<Name, Field>>,
    inputs: HashMap<Name, Input>,
    directives: HashMap<Name, KnownDirective>,
}

/// A field of an object or interface.
pub struct Field {
    pub kind: Type,
    pub arguments: IndexMap<Name, Slot>,
}

/// An argument, or a field of an input type.
pub struct Slot {
    pub kind: Type,
    /// Whether a default replaces a missing value.
    pub has_default: bool,
}

/// An input type that is not a scalar.
pub enum Input {
    Enum(Vec<Name>),
    Object(IndexMap<Name, Slot>),
}

/// A directive that documents may use. The schema has none that is repeatable.
pub struct KnownDirective {
    pub arguments: IndexMap<Name, Slot>,
    pub locations: Vec<DirectiveLocation>,
}

impl Types {
    /// The types of a schema in SDL.
    pub fn of(schema: &str) -> Self {
        let mut types = Self::default();
        let definitions = [BUILT_IN, schema].into_iter().flat_map(|text| {
            parse_schema(text).expect("async-graphql reads what it writes").definitions
        });
        for definition in definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let schema = schema.node;
                    let roots = [
                        ("query", schema.query),
                        ("mutation", schema.mutation),
                        ("subscription", schema.subscription),
                    ];
                    let root = |name| Type { base: BaseType::Named(name), nullable: true };
                    types.roots = roots
                        .into_iter()
                        .filter_map(|(kind, name)| Some((kind, root(name?.node))))
                        .collect();
                }
                TypeSystemDefinition::Type(definition) => {
                    types.add(definition.node.name.node, definition.node.kind);
                }
                TypeSystemDefinition::Directive(definition) => types.add_directive(definition.node),
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
            let arguments =
                field.node.arguments.into_iter().map(|argument| slot(argument.node)).collect();
            (field.node.name.node, Field { kind: field.node.ty.node, arguments })
        });
        self.fields.insert(name, fields.collect());
    }

    fn add_directive(&mut self, definition: DirectiveDefinition) {
        let known = KnownDirective {
            arguments: definition.arguments.into_iter().map(|given| slot(given.node)).collect(),
            locations: definition.locations.into_iter().map(|location| location.node).collect(),
        };
        self.directives.insert(definition.name.node, known);
    }

    /// The type that operations of this kind start from.
    pub fn root(&self, kind: OperationType) -> Option<&Type> {
        self.roots.get(match kind {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        })
    }

    /// The field with this name of an object or interface.
    pub fn field(&self, on: &Name, name: &Name) -> Option<&Field> {
        self.fields.get(on)?.get(name)
    }

    /// The enum or input type with this name.
    pub fn input(&self, name: &Name) -> Option<&Input> {
        self.inputs.get(name)
    }

    /// The directive with this name.
    pub fn directive(&self, name: &Name) -> Option<&KnownDirective> {
        self.directives.get(name)
    }
}

/// The name of a type without its lists.
pub fn innermost(kind: &Type) -> &Name {
    match &kind.base {
        BaseType::Named(name) => name,
        BaseType::List(kind) => innermost(kind),
    }
}

fn slot(definition: InputValueDefinition) -> (Name, Slot) {
    (
        definition.name.node,
        Slot { kind: definition.ty.node, has_default: definition.default_value.is_some() },
    )
}
