//! Fields that lead from one node to others.
//!
//! Types with only plain values or few edges are `serial` if a response can contain many of them.
//! Resolving their fields concurrently costs more than the fields themselves. Edges of a list are
//! still loaded in one batch.
//!
//! Futures of the domain are boxed in types with many edges: a debug build keeps room on the stack
//! for every edge of each level of a document.

mod account;
mod activity;
mod article;
mod claim;
mod comment;
mod mail;
mod member;
mod newsroom;
mod outside_review;
mod passage;
mod ruling;
mod scale;
mod source;
mod summary;
mod verdict;
mod webhook;
mod work;

use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};

use crate::domain::error::Error;
use crate::domain::ids::AccountId;
use crate::domain::people::account::Model as Account;
use crate::graphql::loaders::{BatchReader, find_row};

/// Returns the account that acted, if an account did.
async fn author(ctx: &Context<'_>, id: Option<AccountId>) -> Result<Option<Account>> {
    maybe(ctx, id).await
}

/// Returns the row with this id, if there is an id and the actor may see the row.
async fn maybe<K>(
    ctx: &Context<'_>,
    id: Option<K>,
) -> Result<Option<<BatchReader as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    BatchReader: Loader<K, Error = Arc<Error>>,
{
    match id {
        Some(id) => Ok(find_row(ctx, id).await?),
        None => Ok(None),
    }
}
