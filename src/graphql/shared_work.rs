//! Shared work: an expensive field is computed once in a query, however many aliases ask for it with the same arguments.
//!
//! Always true: only queries share. In a mutation a later field must see what an earlier one wrote, and in a subscription each event must see
//! the current state.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::dataloader::DataLoader;
use async_graphql::parser::types::OperationType;
use async_graphql::{Context, Result};
use tokio::sync::OnceCell;

use crate::domain::article::revision::Difference;
use crate::domain::error::Error;
use crate::domain::ids::{ArticleId, NewsroomId};
use crate::domain::search::{Hits, Similar};
use crate::domain::summary::agreement::Agreement;
use crate::domain::summary::{Compared, Figures, Part, Summary};
use crate::domain::text::passage::OffsetUnit;
use crate::graphql::RequestContext;
use crate::graphql::loaders::BatchReader;

/// The results of one query's expensive fields, by their arguments.
#[derive(Default)]
pub struct SharedWork {
    pub summaries: Results<(NewsroomId, Part, Figures), Summary>,
    pub agreements: Results<Compared, Agreement>,
    pub differences: Results<(ArticleId, i32, i32, OffsetUnit), Arc<[Difference]>>,
    pub searches: Results<Search, Arc<Hits>>,
    pub likenesses: Results<(NewsroomId, String, i32), Arc<[Similar]>>,
}

/// The arguments of a search, and whether its snippets are asked for.
#[derive(PartialEq, Eq, Hash)]
pub struct Search {
    pub newsroom: NewsroomId,
    pub text: String,
    pub first: Option<i32>,
    pub after: Option<String>,
    pub is_marked: bool,
}

/// The results of one kind of work. A second request for a result that is being computed waits for it.
pub struct Results<K, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K, V> Default for Results<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Results<K, V> {
    async fn get<E>(&self, key: K, work: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        let cell = {
            let mut results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(results.entry(key).or_default())
        };
        cell.get_or_try_init(|| work).await.cloned()
    }
}

/// Does `work`, unless the query has done the same work already.
pub async fn share<K: Eq + Hash, V: Clone, E>(
    ctx: &Context<'_>,
    kind: impl Fn(&SharedWork) -> &Results<K, V>,
    key: K,
    work: impl Future<Output = Result<V, E>>,
) -> Result<V, E> {
    if ctx.query_env.operation.node.ty != OperationType::Query {
        return work.await;
    }
    let loader = ctx.data_unchecked::<DataLoader<BatchReader>>();
    kind(&loader.loader().shared).get(key, work).await
}

/// Does `work` on the database when it is the turn of the account that asks, and shares its result.
pub async fn share_in_turn<K: Eq + Hash, V: Clone, E: From<Error>>(
    ctx: &Context<'_>,
    kind: impl Fn(&SharedWork) -> &Results<K, V>,
    key: K,
    work: impl Future<Output = Result<V, E>>,
) -> Result<V, E> {
    let in_turn = async {
        // While it waits, the request gives its connection back.
        let turn = ctx.actor().world().queues().queries.turn(ctx.actor().caller());
        let _turn = ctx.db().while_away(turn).await?;
        work.await
    };
    share(ctx, kind, key, in_turn).await
}
