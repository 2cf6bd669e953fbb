//! Upkeep: what the server derives from older rows when it starts.
//!
//! Invariant: doing it twice changes nothing.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::article::{self, duplicate, revision};
use super::error::Result;
use super::ids::ArticleId;
use super::store::{self, Db};
use super::verdict::source::rekey;
use crate::domain::actor::Actor;

/// The number of articles that are read at once.
const PAGE: u64 = 500;

/// Brings rows up to date that an older version of the program stored.
pub async fn run(db: &Db, actor: &Actor) -> Result<()> {
    complete_keys(db).await?;
    rekey::run(db, actor).await
}

/// Stores the keys of articles from before there were any, and those of addresses that newer rules
/// treat differently.
async fn complete_keys(db: &Db) -> Result<()> {
    let mut last: Option<ArticleId> = None;
    loop {
        let mut list = article::Entity::find();
        if let Some(last) = last {
            list = list.filter(article::Column::Id.gt(last));
        }
        let page = list.order_by_asc(article::Column::Id).limit(PAGE).all(db).await?;
        let Some(newest) = page.last() else { return Ok(()) };
        last = Some(newest.id);
        for id in duplicate::outdated(db, &page).await? {
            store::transaction(db, Vec::new(), move |txn| async move {
                // Nobody revises or edits it meanwhile.
                article::hold(&txn, id).await?;
                let article = article::fetch_row(&*txn, id).await?;
                let revision = revision::newest(&*txn, id).await?;
                let text = revision::text_of(&*txn, revision.id).await?;
                duplicate::put(&txn, &article, duplicate::wording(&text)).await
            })
            .await?;
        }
    }
}
