//! Rulings: what a newsroom says of a claim in public, with its name on it.
//!
//! Always true: a claim is PUBLISHED just when one ruling on it is; a ruling keeps the verdicts and the words that it rests on as they were,
//! dissenting ones among them; it changes by a correction alone, which says why and what it said before; a retraction ends it, and stays
//! visible. After one, a further ruling on the claim may be published.

pub mod basis;
pub mod correction;

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder};
use serde::Serialize;
use serde_json::json;

use super::claim;
use super::error::{Error, Result};
use super::event::{self, Kind};
use super::ids::{AccountId, ClaimId, NewsroomId, RatingId, RulingId, TypedId};
use super::moment::Moment;
use super::newsroom;
use super::page::{self, Key, Page, Slice, Sort};
use super::policy::{Action, Actor};
use super::rating;
use super::readiness;
use super::store::{self, Db};
use super::words;

/// What a newsroom says of a claim in public.
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
    /// 1, 2, 3 … among the rulings on the claim; a further one follows a retraction.
    pub number: i32,
    /// Whether it stands.
    pub state: State,
    #[graphql(skip)]
    pub rating_id: RatingId,
    /// What was found.
    pub summary: String,
    /// What is to be said of verdicts that differ.
    pub dissent: Option<String>,
    #[graphql(skip)]
    pub basis: i32,
    /// When it was published.
    pub published_at: Moment,
    #[graphql(skip)]
    pub published_by: AccountId,
    /// Rises with every correction; for `expectedVersion`.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether a ruling stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "RulingState")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// It stands.
    #[sea_orm(string_value = "PUBLISHED")]
    Published,
    /// The newsroom took it back; it stays readable, with the reason.
    #[sea_orm(string_value = "RETRACTED")]
    Retracted,
}

/// A ruling to publish.
#[derive(InputObject)]
pub struct PublishRulingInput {
    /// The claim.
    claim: ID,
    /// The key of a rating in the newsroom's scale, such as `FALSE`.
    rating: String,
    /// What was found: at most 10,000 characters.
    summary: String,
    /// What is to be said of verdicts that differ: at most 10,000 characters. They are recorded either way.
    dissent: Option<String>,
    /// The claim's version as you read it; CONFLICT if it or its verdicts have changed since.
    expected_version: Option<i32>,
}

/// Publishes the ruling on a claim, which rests on the verdicts in force.
pub async fn publish(db: &Db, actor: &Actor, input: PublishRulingInput) -> Result<(Model, claim::Model)> {
    let editor = actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    actor.require(Action::PublishRuling, claim.newsroom_id)?;
    let summary = parse_summary(&input.summary)?;
    let dissent = words::optional(input.dissent.as_deref(), parse_dissent)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, input.expected_version).await?;
        let policy = newsroom::policy_of(&txn, claim.newsroom_id).await?;
        let rating = rating::fetch_by_key(&txn, claim.newsroom_id, &input.rating).await?;
        let verdicts = readiness::expect(&txn, &actor, &claim, policy, &rating).await?;
        let earlier = Entity::find().filter(Column::ClaimId.eq(claim.id)).count(&*txn).await?;
        let ruling = Model {
            id: actor.new_id(),
            newsroom_id: claim.newsroom_id,
            claim_id: claim.id,
            number: i32::try_from(earlier).unwrap_or(i32::MAX).saturating_add(1),
            state: State::Published,
            rating_id: rating.id,
            summary,
            dissent,
            basis: 0,
            published_at: actor.now(),
            published_by: editor,
            version: 1,
        };
        Entity::insert(ruling.clone().into_active_model()).exec_without_returning(&*txn).await?;
        basis::record(&txn, &ruling, &claim, &verdicts).await?;
        claim.state = claim::State::Published;
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        let rests_on: Vec<_> = verdicts.iter().map(|(submission, _)| submission).collect();
        let said = json!({ "rating": rating.key, "summary": ruling.summary, "dissent": ruling.dissent });
        let detail = json!({ "ruling": ruling.id, "number": ruling.number, "says": said, "submissions": rests_on });
        event::append(&txn, &actor, claim.newsroom_id, Kind::RulingPublished, claim::subject(&claim), detail).await?;
        Ok((ruling, claim))
    })
    .await
}

/// The ruling of this id: for the newsroom's members, and for everybody where its policy says so.
pub async fn fetch(db: &Db, actor: &Actor, id: RulingId) -> Result<Model> {
    let row = Entity::find_by_id(id).one(db.read()).await?;
    match row {
        Some(row) if may_read(db, actor, row.newsroom_id).await? => Ok(row),
        _ => Err(unseen(actor, "ruling")),
    }
}

/// A newsroom's rulings, newest first, retracted ones among them: for its members, and for everybody where its policy says so.
pub async fn published(db: &Db, actor: &Actor, slug: &str, slice: &Slice) -> Result<Page<Model>> {
    let room = newsroom::Entity::find().filter(newsroom::Column::Slug.eq(slug)).one(db.read()).await?;
    match room {
        Some(room) if room.public_reading || actor.may(Action::Read, room.id) => list(db, room.id, slice).await,
        _ => Err(unseen(actor, "newsroom")),
    }
}

/// A newsroom's rulings, newest first, retracted ones among them.
pub async fn of_newsroom(db: &Db, actor: &Actor, newsroom: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    actor.require(Action::Read, newsroom)?;
    list(db, newsroom, slice).await
}

/// The rulings on these claims, each claim's newest first.
pub async fn of_claims(db: &Db, claims: &[ClaimId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::ClaimId.is_in(claims.iter().copied())).order_by_desc(Column::Number).all(db.read()).await?)
}

async fn list(db: &Db, newsroom: NewsroomId, slice: &Slice) -> Result<Page<Model>> {
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom));
    page::read(db, list, Sort { lead: None, id: Column::Id, descending: true }, slice, |row| Key::of_id(row.id.0)).await
}

async fn may_read(db: &Db, actor: &Actor, newsroom: NewsroomId) -> Result<bool> {
    if actor.may(Action::Read, newsroom) {
        return Ok(true);
    }
    Ok(newsroom::find_all(db, &[newsroom]).await?.iter().any(|room| room.public_reading))
}

/// The refusal of what somebody may not see, there or not.
fn unseen(actor: &Actor, noun: &'static str) -> Error {
    actor.signed_in().err().unwrap_or(Error::NotFound(noun))
}

fn parse_summary(text: &str) -> Result<String> {
    words::prose("summary", text, 10_000)
}

fn parse_dissent(text: &str) -> Result<String> {
    words::prose("dissent", text, 10_000)
}
