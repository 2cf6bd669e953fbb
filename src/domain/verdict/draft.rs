//! Drafts: what a reviewer has written of a verdict, and not submitted.
//!
//! Always true: a draft is seen by its author alone, whatever anybody's role, and no list, count, version or event of a newsroom tells that
//! there is one; a reviewer holds at most one on a claim; submitting the verdict ends it.

use async_graphql::{ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::json;

use crate::domain::claim;
use crate::domain::error::{Error, Result, expect_version};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{AccountId, ClaimId, DraftId, NewsroomId, RatingId, TypedId};
use crate::domain::moment::Moment;
use crate::domain::policy::{Action, Actor};
use crate::domain::rating;
use crate::domain::source::{self, CitationInput, CitedSource};
use crate::domain::store::{self, Db};
use crate::domain::words;

/// A verdict that its reviewer has not submitted. Nobody else sees it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "verdict_drafts")]
#[graphql(name = "VerdictDraft", complex)]
pub struct Model {
    /// The draft's id; the verdict, once submitted, has another.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DraftId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub claim_id: ClaimId,
    #[graphql(skip)]
    pub reviewer_id: AccountId,
    #[graphql(skip)]
    pub rating_id: Option<RatingId>,
    /// Why, as far as it is written.
    pub rationale: Option<String>,
    /// The version of the claim when the draft was saved.
    pub claim_version: i32,
    /// When it was saved last.
    pub saved_at: Moment,
    /// Rises with every change of the draft; for `expectedDraftVersion`.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a draft cites. It makes no source of the newsroom's: others would see that.
pub mod citation {
    use super::{DraftId, Moment};
    use crate::domain::source::Stance;
    use sea_orm::entity::prelude::*;

    /// A draft's use of a web page or document.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "draft_citations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub draft_id: DraftId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub ordinal: i32,
        pub url: String,
        pub title: Option<String>,
        pub publisher: Option<String>,
        pub stance: Stance,
        pub quote: Option<String>,
        pub accessed_at: Option<Moment>,
        pub archive_url: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl From<citation::Model> for CitedSource {
    fn from(row: citation::Model) -> Self {
        Self {
            url: row.url,
            title: row.title,
            publisher: row.publisher,
            stance: row.stance,
            quote: row.quote,
            accessed_at: row.accessed_at,
            archive_url: row.archive_url,
        }
    }
}

/// A judgement to keep and go on with later. It replaces what the draft said before: what is left out is empty.
#[derive(InputObject)]
pub struct SaveVerdictDraftInput {
    /// The claim.
    claim: ID,
    /// The key of a rating in the newsroom's scale, such as `FALSE`.
    rating: Option<String>,
    /// Why: at most 20,000 characters.
    rationale: Option<String>,
    /// The sources that it rests on: at most 50.
    #[graphql(default)]
    citations: Vec<CitationInput>,
    /// The claim's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
    /// The draft's version as you read it, 0 where there was none; CONFLICT if it has changed since.
    expected_draft_version: Option<i32>,
}

/// Which draft to throw away.
#[derive(InputObject)]
pub struct DiscardVerdictDraftInput {
    /// The draft; one of your own.
    draft: ID,
    /// The draft's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Keeps what a reviewer has written so far. Nothing that others see changes, not even a version.
pub async fn save(db: &Db, actor: &Actor, input: SaveVerdictDraftInput) -> Result<Model> {
    let reviewer = actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    actor.require(Action::Judge, claim.newsroom_id)?;
    let begun = input.rationale.as_deref().filter(|text| !text.trim().is_empty());
    let rationale = words::optional(begun, |text| words::prose("rationale", text, 20_000))?;
    let citations = source::parse_all(input.citations)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let claim = claim::Entity::find_by_id(claim.id).one(&*txn).await?.ok_or(Error::NotFound("claim"))?;
        claim.expect_open()?;
        expect_version(input.expected_version, claim.version)?;
        let rating = match &input.rating {
            Some(key) => Some(rating::fetch_by_key(&txn, claim.newsroom_id, key).await?.id),
            None => None,
        };
        let draft = Model {
            id: actor.new_id(),
            newsroom_id: claim.newsroom_id,
            claim_id: claim.id,
            reviewer_id: reviewer,
            rating_id: rating,
            rationale,
            claim_version: claim.version,
            saved_at: actor.now(),
            version: 1,
        };
        let anew = OnConflict::columns([Column::ReviewerId, Column::ClaimId])
            .update_columns([Column::RatingId, Column::Rationale, Column::ClaimVersion, Column::SavedAt])
            .value(Column::Version, Expr::col((Entity, Column::Version)).add(1))
            .to_owned();
        // Whoever saves the same draft at the same time waits from here on.
        Entity::insert(draft.into_active_model()).on_conflict(anew).exec_without_returning(&*txn).await?;
        let draft = of_reviewer(reviewer, &[claim.id]).one(&*txn).await?.ok_or(Error::NotFound("draft"))?;
        expect_version(input.expected_draft_version, draft.version - 1)?;
        replace_citations(&txn, draft.id, citations).await?;
        log(&txn, &actor, Kind::VerdictDraftSaved, &draft).await?;
        Ok(draft)
    })
    .await
}

/// Throws a draft away. Gives the claim that it was on.
pub async fn discard(db: &Db, actor: &Actor, input: DiscardVerdictDraftInput) -> Result<claim::Model> {
    actor.signed_in()?;
    let draft = fetch(db, actor, DraftId::parse("draft", &input.draft)?).await?;
    actor.require(Action::Judge, draft.newsroom_id)?;
    let claim = claim::fetch(db, actor, draft.claim_id).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let draft = Entity::find_by_id(draft.id).lock_exclusive().one(&*txn).await?.ok_or(Error::NotFound("draft"))?;
        expect_version(input.expected_version, draft.version)?;
        Entity::delete_by_id(draft.id).exec(&*txn).await?;
        log(&txn, &actor, Kind::VerdictDraftDiscarded, &draft).await?;
        Ok(claim)
    })
    .await
}

/// Ends the reviewer's draft on the claim, if there is one: the verdict is submitted.
pub async fn end(txn: &DatabaseTransaction, claim: ClaimId, reviewer: AccountId) -> Result<()> {
    Entity::delete_many().filter(Column::ClaimId.eq(claim)).filter(Column::ReviewerId.eq(reviewer)).exec(txn).await?;
    Ok(())
}

/// The actor's own drafts on these claims.
pub async fn of_claims(db: &Db, actor: &Actor, claims: &[ClaimId]) -> Result<Vec<Model>> {
    match actor.id() {
        Some(own) => Ok(of_reviewer(own, claims).all(db.read()).await?),
        None => Ok(Vec::new()),
    }
}

/// What these drafts cite, each draft's in the order in which it was given.
pub async fn citations_of(db: &Db, drafts: &[DraftId]) -> Result<Vec<citation::Model>> {
    let list = citation::Entity::find().filter(citation::Column::DraftId.is_in(drafts.iter().copied()));
    Ok(list.order_by_asc(citation::Column::Ordinal).all(db.read()).await?)
}

/// The draft of this id, if it is one's own.
pub async fn fetch(db: &Db, actor: &Actor, id: DraftId) -> Result<Model> {
    let own = Entity::find_by_id(id).filter(Column::ReviewerId.eq(actor.signed_in()?)).one(db.read()).await?;
    let draft = own.ok_or(Error::NotFound("draft"))?;
    actor.require_sight(draft.newsroom_id, "draft")?;
    Ok(draft)
}

fn of_reviewer(reviewer: AccountId, claims: &[ClaimId]) -> Select<Entity> {
    Entity::find().filter(Column::ReviewerId.eq(reviewer)).filter(Column::ClaimId.is_in(claims.iter().copied()))
}

async fn replace_citations(txn: &DatabaseTransaction, draft: DraftId, citations: Vec<source::Citation>) -> Result<()> {
    citation::Entity::delete_many().filter(citation::Column::DraftId.eq(draft)).exec(txn).await?;
    if citations.is_empty() {
        return Ok(());
    }
    let rows = citations.into_iter().map(CitedSource::from).zip(0..).map(|(cited, ordinal)| citation::ActiveModel {
        draft_id: Set(draft),
        ordinal: Set(ordinal),
        url: Set(cited.url),
        title: Set(cited.title),
        publisher: Set(cited.publisher),
        stance: Set(cited.stance),
        quote: Set(cited.quote),
        accessed_at: Set(cited.accessed_at),
        archive_url: Set(cited.archive_url),
    });
    citation::Entity::insert_many(rows.collect::<Vec<_>>()).exec_without_returning(txn).await?;
    Ok(())
}

/// Says so in the server's own log, as of what concerns one account alone: in the newsroom's, its number would tell that there is a draft.
async fn log(txn: &DatabaseTransaction, actor: &Actor, kind: Kind, draft: &Model) -> Result<()> {
    event::append_to_server(txn, actor, kind, json!({ "draft": draft.id })).await
}
