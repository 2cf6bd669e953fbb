//! Outside reviews: fact-checks of other publishers, so that a newsroom sees whether somebody has
//! checked a claim before.
//!
//! Invariants: an outside review is never a ruling or a verdict of the newsroom, and counts for none
//! of its figures. It says what its publisher says, in the publisher's words.

pub mod import;
pub mod remove;
mod speaker;
mod trace;
mod write;

use async_graphql::SimpleObject;
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Order;
use sha2::{Digest, Sha256};

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, NewsroomId, OutsideReviewId};
use crate::domain::index;
use crate::domain::link::Link;
use crate::domain::page::{self, Page, Slice};
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::time::{Day, Moment};
use crate::domain::verdict::source::cited::key_of_link;

/// A fact-check of another publisher. It is not a ruling of the newsroom. Every member of the
/// newsroom can read it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "outside_reviews")]
#[graphql(name = "OutsideReview", complex)]
pub struct Model {
    /// The outside review's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutsideReviewId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub key: String,
    /// The address of the fact-check.
    pub url: String,
    /// The name of its publisher.
    pub publisher: String,
    /// The claim in the publisher's words.
    pub statement: String,
    /// The person or organization who made the claim. Null if the publisher does not say.
    pub claimant: Option<String>,
    /// The date of the claim. Null if the publisher does not say.
    pub claimed_on: Option<Day>,
    /// The rating in the publisher's words, not in those of the newsroom's scale.
    pub rating: String,
    /// The headline. Null if there is none.
    pub title: Option<String>,
    /// The date of publication. Null if the publisher does not say.
    pub reviewed_on: Option<Day>,
    /// The language as a BCP 47 tag. Null if the publisher does not say.
    pub language: Option<String>,
    #[graphql(skip)]
    pub imported_by: AccountId,
    /// The time of the first import.
    pub imported_at: Moment,
    /// Version number. Rises each time an import brings other content.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The length of a page's key, in hexadecimal digits.
const PAGE_KEY: usize = 64;

impl Model {
    /// The key of the review's page.
    fn page(&self) -> &str {
        self.key.get(..PAGE_KEY).unwrap_or_default()
    }
}

/// The key of a review: one page can have several, each of another claim. It begins with the key of
/// the page.
fn key(link: &Link, statement: &str) -> String {
    page_key(link) + &digest(statement)
}

/// The key that all addresses of one page share, as those of sources do.
fn page_key(link: &Link) -> String {
    digest(&key_of_link(link))
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Puts a review into the search index.
pub async fn make_findable(txn: &DatabaseTransaction, review: &Model) -> Result<()> {
    let claimant = review.claimant.as_deref().unwrap_or_default();
    let words = index::Words::of(&format!("{}\n{claimant}", review.statement));
    let different = index::Words::of(&review.statement).different();
    let document = index::Document::OutsideReview(review.id, different);
    index::put(txn, review.newsroom_id, document, words).await
}

/// Returns the newsroom's outside reviews, newest import first.
pub async fn of_newsroom(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    slice: &Slice,
) -> Result<Page<Model>> {
    actor.require(Action::Read, newsroom)?;
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom));
    page::read_by_id(db, list, Column::Id, Order::Desc, slice, |row| row.id.0).await
}

/// Returns the reviews with these ids.
pub async fn find_all(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = OutsideReviewId>,
) -> Result<Vec<Model>> {
    let ids: Vec<_> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Entity::find().filter(Column::Id.is_in(ids)).all(db).await?)
}

/// Returns the review with this id.
pub async fn fetch(db: &Db, actor: &Actor, id: OutsideReviewId) -> Result<Model> {
    actor.signed_in()?;
    let review = Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("outside review"))?;
    actor.require_sight(review.newsroom_id, "outside review")?;
    Ok(review)
}
