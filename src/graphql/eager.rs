//! Objects whose fields are written without a task per field.
//!
//! async-graphql makes a task for each field of each object, because a field may have to wait. The
//! fields of citations, their sources and ratings hardly ever wait. A page has hundreds of them,
//! and making the tasks took longer than finding the rows.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError};

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection};
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::ContainerType;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::FutureExt;

/// An object like `T`.
pub struct Eager<T>(pub T);

/// A list of objects like `T`.
pub struct EagerList<T>(pub Arc<[T]>);

macro_rules! like {
    ($inner:ty) => {
        fn type_name() -> Cow<'static, str> {
            <$inner>::type_name()
        }

        fn qualified_type_name() -> String {
            <$inner>::qualified_type_name()
        }

        fn create_type_info(registry: &mut Registry) -> String {
            <$inner>::create_type_info(registry)
        }
    };
}

impl<T: ContainerType> OutputType for Eager<T> {
    like!(T);

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        match tried(ctx, || written(ctx, &self.0)) {
            Some(value) => Ok(value),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

impl<T: ContainerType> OutputType for EagerList<T> {
    like!(Arc<[T]>);

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let written = self
            .0
            .iter()
            .enumerate()
            .map(|(place, object)| written(&ctx.with_index(place), object));
        match tried(ctx, || Some(Value::List(written.collect::<Option<_>>()?))) {
            Some(value) => Ok(value),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

/// Returns the result of `write`. If it returns nothing, its errors are dropped, because resolving
/// as usual reports them again.
fn tried(ctx: &ContextSelectionSet<'_>, write: impl FnOnce() -> Option<Value>) -> Option<Value> {
    let errors = || ctx.query_env.errors.lock().unwrap_or_else(PoisonError::into_inner);
    let told = errors().len();
    let value = write();
    if value.is_none() {
        errors().truncate(told);
    }
    value
}

/// Writes an object if none of the selected fields waits, fails or is in a fragment. Otherwise
/// returns `None`, and the caller resolves the object as usual. Fields that began to load join the
/// same batch.
fn written<T: ContainerType>(ctx: &ContextSelectionSet<'_>, object: &T) -> Option<Value> {
    let mut values = IndexMap::with_capacity(ctx.item.node.items.len());
    for item in &ctx.item.node.items {
        let Selection::Field(field) = &item.node else { return None };
        let value = if field.node.name.node == "__typename" {
            Value::String(object.introspection_type_name().into_owned())
        } else {
            object.resolve_field(&ctx.with_field(field)).now_or_never()?.ok()??
        };
        if values.insert(field.node.response_key().node.clone(), value).is_some() {
            // The field is selected twice, so the two selections must be merged.
            return None;
        }
    }
    Some(Value::Object(values))
}
