//! Re-keying: applying the current rules for keys to sources that older versions stored.
//!
//! Invariants: one event in the newsroom's log covers every row that changes, so the digests on
//! record follow. Nothing is deleted: a source whose new key another source already has is merged
//! into it, and keeps its old key. A key that follows the current rules never changes, so doing it
//! again changes nothing.

use std::collections::{BTreeSet, HashMap};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr};
use sea_orm::{Condition, DatabaseTransaction, QueryOrder, QuerySelect};
use serde_json::json;

use super::cited::{is_shortened, key_of_link};
use super::{Column, Entity, Model, citation, establish, merge};
use crate::domain::actor::{Actor, Lock};
use crate::domain::error::Result;
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{CitationId, NewsroomId, SourceId};
use crate::domain::link::Link;
use crate::domain::newsroom;
use crate::domain::store::{self, Db};

/// Brings the keys of every newsroom's sources up to date.
pub async fn run(db: &Db, actor: &Actor) -> Result<()> {
    let newsrooms = newsroom::Entity::find()
        .select_only()
        .column(newsroom::Column::Id)
        .order_by_asc(newsroom::Column::Id)
        .into_tuple::<NewsroomId>();
    for newsroom in newsrooms.all(db).await? {
        if Plan::make(db, newsroom).await?.is_empty() {
            continue;
        }
        let actor = actor.clone();
        store::transaction(db, vec![(newsroom.0, Lock::Exclusive)], move |txn| async move {
            // Another server may have done it meanwhile.
            let plan = Plan::make(&*txn, newsroom).await?;
            if plan.is_empty() { Ok(()) } else { plan.apply(&txn, &actor, newsroom).await }
        })
        .await?;
    }
    Ok(())
}

/// The changes that the current rules make.
struct Plan {
    /// Sources with their new keys, oldest first.
    rekeyed: Vec<(Model, String)>,
    /// Citations of pages that older rules did not tell apart, with the keys of their sources.
    moved: Vec<(CitationId, String)>,
}

impl Plan {
    async fn make(db: &impl ConnectionTrait, newsroom: NewsroomId) -> Result<Self> {
        let sources = Entity::find()
            .filter(Column::NewsroomId.eq(newsroom))
            .filter(Column::MergedInto.is_null())
            .filter(Column::Url.like("http%"))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id);
        let mut rekeyed = Vec::new();
        for source in sources.all(db).await? {
            let key = current(&source.url);
            if key != source.url {
                rekeyed.push((source, key));
            }
        }
        // Older rules dropped every fragment.
        let has_route = Condition::any()
            .add(Expr::col((citation::Entity, citation::Column::Url)).like(LikeExpr::new("%#/%")))
            .add(Expr::col((citation::Entity, citation::Column::Url)).like(LikeExpr::new("%#!%")));
        let list = citation::Entity::find()
            .select_only()
            .columns([citation::Column::Id, citation::Column::Url])
            .join(
                sea_orm::JoinType::InnerJoin,
                citation::Entity::belongs_to(Entity)
                    .from(citation::Column::SourceId)
                    .to(Column::Id)
                    .into(),
            )
            .filter(Column::NewsroomId.eq(newsroom))
            .filter(Column::Url.like("http%"))
            .filter(Column::Url.not_like("%#%"))
            .filter(has_route)
            .order_by_asc(citation::Column::Id);
        let mut moved = Vec::new();
        for (id, url) in list.into_tuple::<(CitationId, String)>().all(db).await? {
            let key = current(&url);
            if key.contains('#') {
                moved.push((id, key));
            }
        }
        Ok(Self { rekeyed, moved })
    }

    const fn is_empty(&self) -> bool {
        self.rekeyed.is_empty() && self.moved.is_empty()
    }

    async fn apply(
        self,
        txn: &DatabaseTransaction,
        actor: &Actor,
        newsroom: NewsroomId,
    ) -> Result<()> {
        let (rekeyed, moved) = (self.rekeyed.len(), self.moved.len());
        let mut merged = Vec::new();
        for (source, key) in self.rekeyed {
            let holder = Entity::find()
                .filter(Column::NewsroomId.eq(newsroom))
                .filter(Column::Url.eq(&key))
                .one(txn)
                .await?;
            match holder {
                Some(holder) => {
                    let root = holder.root_id.unwrap_or(holder.id);
                    // Otherwise it is below the source already.
                    if root != source.id {
                        merge::put_below(txn, source.id, root).await?;
                        merged.push(source.id);
                    }
                }
                None => rename(txn, source.id, key).await?,
            }
        }
        let keys: BTreeSet<_> = self.moved.iter().map(|(_, key)| key.clone()).collect();
        if !keys.is_empty() {
            let known: HashMap<String, SourceId> = establish(txn, actor, newsroom, &keys).await?;
            for (id, key) in self.moved {
                citation::Entity::update_many()
                    .col_expr(citation::Column::SourceId, Expr::value(known.get(&key).copied()))
                    .filter(citation::Column::Id.eq(id))
                    .exec(txn)
                    .await?;
            }
        }
        let detail = json!({ "rekeyed": rekeyed, "merged": merged, "movedCitations": moved });
        let about = Subject::default();
        event::append(txn, actor, newsroom, Kind::SourcesRekeyed, about, detail).await
    }
}

async fn rename(txn: &DatabaseTransaction, source: SourceId, key: String) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Url, Expr::value(key))
        .filter(Column::Id.eq(source))
        .exec(txn)
        .await?;
    Ok(())
}

/// The key of an address by the current rules.
fn current(address: &str) -> String {
    match Link::parse("url", address) {
        Ok(link) if !is_shortened(address) => key_of_link(&link),
        _ => address.to_owned(),
    }
}
