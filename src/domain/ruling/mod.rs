//! Rulings: a newsroom's published decision on a claim.
//!
//! Invariants: a claim is PUBLISHED if and only if it has a ruling that is not retracted. A ruling
//! keeps its basis: the verdicts, dissenting ones included, and the words. Only a correction
//! changes a ruling. It gives a reason and keeps the previous content. A retraction ends the
//! ruling, which stays visible. Then another ruling on the claim can be published.

pub mod readiness;

pub mod basis;
pub mod correction;
pub mod outcome;
pub mod public;
pub mod published;
pub mod signature;
mod slug;
pub mod time_to_ruling;

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Order;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder, SqlErr};
use serde::Serialize;
use serde_json::json;

use super::claim;
use super::error::{Error, Result};
use super::event::{self, Kind};
use super::ids::{AccountId, ClaimId, NewsroomId, RatingId, RevisionId, RulingId, TypedId};
use super::newsroom;
use super::page::{self, Page, Slice};
use super::store::{self, Db};
use crate::domain::actor::Actor;
use crate::domain::newsroom::rating;
use crate::domain::permissions::Action;
use crate::domain::text_input;
use crate::domain::time::Moment;

/// A newsroom's published decision on a claim.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "rulings")]
#[graphql(name = "Ruling", complex)]
pub struct Model {
    /// The ruling's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RulingId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub claim_id: ClaimId,
    /// Ruling number within the claim: 1, 2, 3 and so on. Another ruling is possible only after a
    /// retraction.
    pub number: i32,
    #[graphql(skip)]
    pub slug: Option<String>,
    /// Whether the ruling is current or retracted.
    pub state: State,
    #[graphql(skip)]
    pub rating_id: RatingId,
    /// The findings of the fact-check.
    pub summary: String,
    /// A statement about verdicts that differ. Null if there is none.
    pub dissent: Option<String>,
    #[graphql(skip)]
    pub basis: i32,
    /// The claim's wording that the basis judges. None if it was not recorded.
    #[graphql(skip)]
    pub basis_wording: Option<i32>,
    #[graphql(skip)]
    pub basis_revision_id: Option<RevisionId>,
    /// The time of publication.
    pub published_at: Moment,
    #[graphql(skip)]
    pub published_by: AccountId,
    /// Version number for `expectedVersion`. Rises with every correction.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The state of a ruling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "RulingState")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// The ruling is current.
    #[sea_orm(string_value = "PUBLISHED")]
    Published,
    /// The newsroom retracted the ruling. It stays readable, with the reason.
    #[sea_orm(string_value = "RETRACTED")]
    Retracted,
}

/// A ruling to publish.
#[derive(InputObject)]
pub struct PublishRulingInput {
    /// The claim's id.
    claim: ID,
    /// The key of a rating in the newsroom's current scale, such as `FALSE`.
    rating: String,
    /// The findings: at most 10,000 characters.
    summary: String,
    /// A statement about verdicts that differ: at most 10,000 characters. Dissenting verdicts are
    /// recorded even without it. Optional.
    dissent: Option<String>,
    /// The claim's version that you read. Optional. CONFLICT if the claim or its verdicts have
    /// changed since.
    expected_version: Option<i32>,
}

/// Publishes the ruling on a claim. It rests on the current verdicts.
pub async fn publish(
    db: &Db,
    actor: &Actor,
    input: PublishRulingInput,
) -> Result<(Model, claim::Model)> {
    let editor = actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    let permit = actor.require(Action::PublishRuling, claim.newsroom_id)?;
    let summary = parse_summary(&input.summary)?;
    let dissent = text_input::optional(input.dissent.as_deref(), parse_dissent)?;
    store::write(db, permit, move |txn, actor| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        let policy = newsroom::policy_of(&txn, &actor, claim.newsroom_id).await?;
        let rating = rating::fetch_by_key(&txn, claim.newsroom_id, &input.rating).await?;
        let verdicts = readiness::expect(&txn, &actor, &claim, policy, &rating).await?;
        let earlier = Entity::find().filter(Column::ClaimId.eq(claim.id)).count(&*txn).await?;
        let id = actor.new_id();
        let ruling = Model {
            id,
            slug: Some(slug::choose(&txn, claim.newsroom_id, id, &claim.statement).await?),
            newsroom_id: claim.newsroom_id,
            claim_id: claim.id,
            number: i32::try_from(earlier).unwrap_or(i32::MAX).saturating_add(1),
            state: State::Published,
            rating_id: rating.id,
            summary,
            dissent,
            basis: 0,
            basis_wording: Some(claim.wording),
            basis_revision_id: Some(claim.revision_id),
            published_at: actor.now(),
            published_by: editor,
            version: 1,
        };
        insert(&txn, &ruling, &claim).await?;
        basis::record(&txn, &ruling, &claim, &verdicts).await?;
        claim.state = claim::State::Published;
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        signature::sign(&txn, &actor, &ruling, &claim, None).await?;
        let rests_on: Vec<_> = verdicts.iter().map(|support| support.submission).collect();
        let said = json!({ "rating": rating.key, "summary": ruling.summary, "dissent": ruling.dissent });
        let detail = json!({ "ruling": ruling.id, "slug": ruling.slug, "number": ruling.number, "says": said, "submissions": rests_on });
        event::append(&txn, &actor, claim.newsroom_id, Kind::RulingPublished, claim::subject(&claim), detail).await?;
        Ok((ruling, claim))
    })
    .await
}

/// Stores a new ruling. CONFLICT if another ruling got the same slug at the same moment.
async fn insert(txn: &DatabaseTransaction, ruling: &Model, claim: &claim::Model) -> Result<()> {
    let row = ruling.clone().into_active_model();
    match Entity::insert(row).exec_without_returning(txn).await {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(Error::Conflict { current_version: claim.version })
        }
        other => Ok(other.map(drop)?),
    }
}

/// Returns the ruling with this id, for members of the newsroom, and for everybody if its policy
/// has `publicReading`.
pub async fn fetch(db: &Db, actor: &Actor, id: RulingId) -> Result<Model> {
    let row = Entity::find_by_id(id).one(db).await?;
    match row {
        Some(row) if may_read(db, actor, row.newsroom_id).await? => Ok(row),
        _ => Err(unseen(actor, "ruling")),
    }
}

/// Returns a newsroom's rulings, including retracted ones, newest first.
pub async fn all(db: &Db, actor: &Actor, of: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::Read, of)?;
    list(db, of, slice).await
}

/// Returns the rulings on these claims, newest first per claim.
pub async fn of_claims(db: &Db, claims: &[ClaimId]) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::ClaimId.is_in(claims.iter().copied()))
        .order_by_desc(Column::Number)
        .all(db)
        .await?)
}

async fn list(db: &Db, newsroom: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom));
    page::read_by_id(db, list, Column::Id, Order::Desc, slice, |row| row.id.0).await
}

async fn may_read(db: &Db, actor: &Actor, newsroom: NewsroomId) -> Result<bool> {
    if actor.may(Action::Read, newsroom) {
        return Ok(true);
    }
    Ok(newsroom::find_all(db, &[newsroom]).await?.iter().any(|newsroom| newsroom.public_reading))
}

/// The error for a newsroom that the actor may not see. It is the same whether the newsroom exists
/// or not.
fn unseen(actor: &Actor, noun: &'static str) -> Error {
    actor.signed_in().err().unwrap_or(Error::NotFound(noun))
}

fn parse_summary(text: &str) -> Result<String> {
    text_input::prose("summary", text, 10_000)
}

fn parse_dissent(text: &str) -> Result<String> {
    text_input::prose("dissent", text, 10_000)
}
