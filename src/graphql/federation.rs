//! Apollo Federation: the fields by which a gateway reads this server as one of several subgraphs.
//!
//! A server has them only if it is started with `--federation`. `_entities` finds an object as `nodes` does: with the same check, and in the
//! same batches. async-graphql has both fields too, but there one entity that is not found fails all, and `_service` shows a schema that is
//! hidden.

use std::borrow::Cow;
use std::sync::LazyLock;

use async_graphql::indexmap::IndexSet;
use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeId, Registry};
use async_graphql::resolver_utils::{ContainerType, Fields, resolve_container};
use async_graphql::types::Any;
use async_graphql::{
    Context, ContextSelectionSet, Object, ObjectType, OutputType, Positioned, Result,
    SDLExportOptions, Schema, ServerResult, SimpleObject, UnionType, Value,
};
use futures_util::future::join_all;

use super::node::{self, Node};
use super::schema::{Root, sdl};
use super::{Mutation, Query, Subscription};
use crate::domain::error::{Error, Reason};

/// The query root of a subgraph: all queries, and those that a gateway sends.
pub struct SubgraphQuery {
    /// Whether everybody may read the schema.
    pub is_open: bool,
}

/// The queries that a gateway sends.
struct Gateway {
    is_open: bool,
}

/// Describes the subgraph to a gateway.
#[derive(SimpleObject)]
#[graphql(name = "_Service")]
struct Service {
    /// The subgraph's schema, as `claimspan schema --federation` prints it.
    sdl: &'static str,
}

/// Queries that a gateway sends.
#[Object(name = "_Gateway")]
impl Gateway {
    /// Describes this subgraph to a gateway. FORBIDDEN if the server hides its schema.
    #[graphql(name = "_service")]
    #[allow(clippy::unused_async, reason = "async-graphql awaits every field")]
    async fn service(&self) -> Result<Service> {
        if self.is_open {
            return Ok(Service { sdl: &SDL });
        }
        let message = "This server hides its schema. Give the gateway what \
                       `claimspan schema --federation` prints.";
        Err(Error::Forbidden(message.into()).into())
    }

    /// The objects that a gateway refers to, in the same order. Each object that you may not see is
    /// null and has an error, as in `nodes`.
    #[graphql(name = "_entities")]
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The objects: `__typename` and `id` of each. Further fields are ignored. At \
                    most 100."
        )]
        representations: Vec<Any>,
    ) -> Result<Vec<Option<Result<Entity>>>> {
        node::at_most_100("representations", representations.len())?;
        let entities = representations
            .iter()
            .enumerate()
            .map(async |(number, Any(given))| Some(entity(ctx, number, given).await));
        Ok(join_all(entities).await)
    }
}

/// An object that a gateway may refer to.
struct Entity(Node);

/// Reads the object that a representation refers to.
async fn entity(ctx: &Context<'_>, number: usize, given: &Value) -> Result<Entity> {
    let place = format!("representations[{number}]");
    let kind = text(given, &place, "__typename")?;
    if !ENTITIES.contains(kind) {
        let field = format!("{place}.__typename");
        let message = format!("`{field}` is not the name of a type that has `@key`.");
        return Err(Error::invalid(field, Reason::InvalidFormat, message).into());
    }
    let id = text(given, &place, "id")?;
    let field = format!("{place}.id");
    let node = node::fetch_with_others(ctx, &field, id).await?;
    let own = node.introspection_type_name();
    if own != kind {
        let message = format!("`{field}` is the id of type {own}, and `__typename` is {kind}.");
        return Err(Error::invalid(field, Reason::InvalidId, message).into());
    }
    Ok(Entity(node))
}

/// A text of a representation.
fn text<'a>(given: &'a Value, place: &str, name: &str) -> Result<&'a str, Error> {
    let Value::Object(given) = given else {
        let message = format!("`{place}` must be an object with `__typename` and `id`.");
        return Err(Error::invalid(place, Reason::InvalidFormat, message));
    };
    let field = format!("{place}.{name}");
    match given.get(name) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => {
            let message = format!("`{field}` is missing.");
            Err(Error::invalid(field, Reason::Empty, message))
        }
        Some(_) => {
            let message = format!("`{field}` must be a string.");
            Err(Error::invalid(field, Reason::InvalidFormat, message))
        }
    }
}

/// The names of the types that a gateway may refer to.
static ENTITIES: LazyLock<IndexSet<String>> =
    LazyLock::new(|| entities_in(&mut Registry::default()));

fn entities_in(registry: &mut Registry) -> IndexSet<String> {
    match registry.create_fake_output_type::<Node>() {
        MetaType::Interface { possible_types, .. } => possible_types,
        _ => IndexSet::new(),
    }
}

impl ContainerType for Entity {
    async fn resolve_field(&self, _: &Context<'_>) -> ServerResult<Option<Value>> {
        Ok(None)
    }

    fn collect_all_fields<'a>(
        &'a self,
        ctx: &ContextSelectionSet<'a>,
        fields: &mut Fields<'a>,
    ) -> ServerResult<()> {
        self.0.collect_all_fields(ctx, fields)
    }
}

impl OutputType for Entity {
    fn type_name() -> Cow<'static, str> {
        "_Entity".into()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Union, |registry| MetaType::Union {
            name: "_Entity".to_owned(),
            description: Some("An object that a gateway may refer to.".to_owned()),
            possible_types: entities_in(registry),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some(std::any::type_name::<Self>()),
            directive_invocations: Vec::new(),
        })
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl UnionType for Entity {}

impl ContainerType for SubgraphQuery {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let gateway = Gateway { is_open: self.is_open };
        match gateway.resolve_field(ctx).await? {
            Some(value) => Ok(Some(value)),
            None => Query.resolve_field(ctx).await,
        }
    }
}

impl OutputType for SubgraphQuery {
    fn type_name() -> Cow<'static, str> {
        Query::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = Query::create_type_info(registry);
        if let MetaType::Object { fields: more, .. } = registry.create_fake_output_type::<Gateway>()
            && let Some(MetaType::Object { fields, .. }) =
                registry.types.get_mut(&*Query::type_name())
        {
            fields.extend(more);
        }
        registry.types.remove(&*Gateway::type_name());
        name
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ObjectType for SubgraphQuery {}

/// The query root with the keys of its types, which only the subgraph's SDL shows.
struct KeyedQuery;

impl ContainerType for KeyedQuery {
    async fn resolve_field(&self, _: &Context<'_>) -> ServerResult<Option<Value>> {
        Ok(None)
    }
}

impl OutputType for KeyedQuery {
    fn type_name() -> Cow<'static, str> {
        Query::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = Query::create_type_info(registry);
        for entity in entities_in(registry) {
            registry.add_keys(&entity, "id");
        }
        // Every subgraph with lists has this type.
        if let Some(MetaType::Object { shareable, .. }) = registry.types.get_mut("PageInfo") {
            *shareable = true;
        }
        name
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ObjectType for KeyedQuery {}

/// The subgraph's schema as text, with the keys of its types.
pub fn subgraph_sdl(options: SDLExportOptions) -> String {
    let schema = Schema::build(KeyedQuery, Mutation::default(), Subscription)
        .enable_subscription_in_federation()
        .finish();
    schema.sdl_with_options(options.federation())
}

/// The text that `_service` shows.
static SDL: LazyLock<String> = LazyLock::new(|| sdl(Root::Subgraph));
