//! Upkeep: what the server derives from older rows when it starts.
//!
//! Invariants: doing it twice changes nothing. It is done again only if the rules have changed since.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};

use super::article::{self, duplicate, revision};
use super::claim;
use super::counts;
use super::error::Result;
use super::ids::{ArticleId, ClaimId, OutsideReviewId};
use super::index;
use super::outside_review;
use super::store::{self, Db};
use super::verdict::source::rekey;
use crate::domain::actor::Actor;

/// The version of the rules for everything that is derived: the keys of articles, claims and
/// sources, and the terms of the search index. Raise it with every change of these rules.
pub const RULES: i32 = 1;

/// The name under which the version is stored.
const NAME: &str = "keys and terms";
/// The number of articles that are read at once.
const PAGE: u64 = 500;
/// The number of claims that are derived from in one transaction.
const CLAIMS: u64 = 200;

/// The versions of the rules that made what is stored.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "derived_rules")]
pub struct Model {
    /// The name of the rules.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Their version.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Brings rows up to date that an older version of the program stored.
pub async fn run(db: &Db, actor: &Actor) -> Result<()> {
    let stored = Entity::find_by_id(NAME.to_owned()).one(db).await?;
    if stored.is_some_and(|stored| stored.version == RULES) {
        return Ok(());
    }
    derive_from_articles(db).await?;
    derive_from_claims(db).await?;
    derive_from_reviews(db).await?;
    rekey::run(db, actor).await?;
    let row = ActiveModel { name: Set(NAME.to_owned()), version: Set(RULES) };
    let replace = OnConflict::column(Column::Name).update_column(Column::Version).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// Makes the next [`run`] derive everything again, because rows came from another server.
pub async fn forget(txn: &DatabaseTransaction) -> Result<()> {
    Entity::delete_many().filter(Column::Name.eq(NAME)).exec(txn).await?;
    Ok(())
}

/// Counts newsrooms whose counts are not complete, while the server runs. Until then, their summaries
/// are computed from their verdicts.
pub fn count_in_background(db: &Db) -> tokio::task::JoinHandle<()> {
    let db = db.clone();
    tokio::spawn(async move {
        if let Err(error) = counts::rebuild::fill(&db).await {
            tracing::warn!(?error, "the counts could not be completed; the next start tries again");
        }
    })
}

/// Stores the keys of all articles, and puts them into the search index.
async fn derive_from_articles(db: &Db) -> Result<()> {
    let mut last: Option<ArticleId> = None;
    loop {
        let mut list = article::Entity::find().select_only().column(article::Column::Id);
        if let Some(last) = last {
            list = list.filter(article::Column::Id.gt(last));
        }
        let page = list.order_by_asc(article::Column::Id).limit(PAGE).into_tuple().all(db).await?;
        let Some(newest) = page.last() else { return Ok(()) };
        last = Some(*newest);
        for id in page {
            store::transaction(db, Vec::new(), move |txn| async move {
                // Nobody revises or edits it meanwhile.
                article::hold(&txn, id).await?;
                let article = article::fetch_row(&*txn, id).await?;
                let revision = revision::newest(&*txn, id).await?;
                let text = revision::text_of(&*txn, revision.id).await?;
                duplicate::put(&txn, &article, &text, duplicate::wording(&text)).await?;
                if article.withdrawn_at.is_some() {
                    return Ok(());
                }
                let document = index::Document::Article(id, revision.id);
                index::put(&txn, article.newsroom_id, document, index::Words::of(&text)).await
            })
            .await?;
        }
    }
}

/// Stores the keys of all claims, and puts them into the search index.
async fn derive_from_claims(db: &Db) -> Result<()> {
    let mut last: Option<ClaimId> = None;
    loop {
        let mut list = claim::Entity::find()
            .select_only()
            .columns([claim::Column::Id, claim::Column::ArticleId]);
        if let Some(last) = last {
            list = list.filter(claim::Column::Id.gt(last));
        }
        let list = list.order_by_asc(claim::Column::Id).limit(CLAIMS);
        let page: Vec<(ClaimId, ArticleId)> = list.into_tuple().all(db).await?;
        let Some((newest, _)) = page.last() else { return Ok(()) };
        last = Some(*newest);
        store::transaction(
            db,
            Vec::new(),
            move |txn| async move { derive_from(&txn, &page).await },
        )
        .await?;
    }
}

/// Puts all outside reviews into the search index.
async fn derive_from_reviews(db: &Db) -> Result<()> {
    let mut last: Option<OutsideReviewId> = None;
    loop {
        let newest = store::transaction(db, Vec::new(), move |txn| async move {
            let mut list = outside_review::Entity::find();
            if let Some(last) = last {
                list = list.filter(outside_review::Column::Id.gt(last));
            }
            let list = list.order_by_asc(outside_review::Column::Id).limit(CLAIMS);
            // Nobody removes one meanwhile.
            let page = list.lock_exclusive().all(&*txn).await?;
            for review in &page {
                outside_review::make_findable(&txn, review).await?;
            }
            Ok(page.last().map(|review| review.id))
        })
        .await?;
        if newest.is_none() {
            return Ok(());
        }
        last = newest;
    }
}

async fn derive_from(txn: &DatabaseTransaction, page: &[(ClaimId, ArticleId)]) -> Result<()> {
    let articles = article::Entity::find()
        .filter(article::Column::Id.is_in(page.iter().map(|(_, article)| *article)))
        .order_by_asc(article::Column::Id)
        // Nobody changes a claim below them meanwhile.
        .lock_exclusive()
        .all(txn)
        .await?;
    let claims = claim::Entity::find()
        .filter(claim::Column::Id.is_in(page.iter().map(|(claim, _)| *claim)))
        .all(txn)
        .await?;
    for claim in claims {
        let is_withdrawn = claim.state == claim::State::Withdrawn
            || articles.iter().any(|row| row.id == claim.article_id && row.withdrawn_at.is_some());
        if is_withdrawn {
            claim::store_keys(txn, &claim).await?;
        } else {
            claim::make_findable(txn, &claim).await?;
        }
    }
    Ok(())
}
