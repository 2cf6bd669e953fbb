//! How nodes meet.
//!
//! Types of plain values, or with hardly an edge, are `serial` where there are many of them in an answer: to resolve their fields at once costs more
//! than the fields do, and where each of a list has the same edge, all still ask for it together.

mod account;
mod activity;
mod article;
mod claim;
mod member;
mod newsroom;
mod passage;
mod ruling;
mod scale;
mod source;
mod summary;
mod verdict;

use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};

use super::loaders::{Reader, find_row};
use crate::domain::account::Model as Account;
use crate::domain::error::Error;
use crate::domain::ids::AccountId;

/// The account that did something, where an account did.
async fn author(ctx: &Context<'_>, id: Option<AccountId>) -> Result<Option<Account>> {
    maybe(ctx, id).await
}

/// The row that an id names, where there is an id, and a row that may be seen.
async fn maybe<K>(ctx: &Context<'_>, id: Option<K>) -> Result<Option<<Reader as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Arc<Error>>,
{
    match id {
        Some(id) => Ok(find_row(ctx, id).await?),
        None => Ok(None),
    }
}
