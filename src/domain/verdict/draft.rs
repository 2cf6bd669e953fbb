//! Drafts: verdicts that their reviewers have not submitted yet.
//!
//! Invariants: only its author sees a draft, and no role changes that. No list, count, version or
//! event of a newsroom reveals that a draft exists. A reviewer has at most one draft per claim.
//! Submitting the verdict deletes it.

use async_graphql::{ID, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{DeleteStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait,
};
use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::claim::{self, wording};
use crate::domain::error::{Error, Result, expect_version};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{AccountId, ClaimId, DraftId, NewsroomId, RatingId, TypedId};
use crate::domain::newsroom::rating;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::time::Moment;
use crate::domain::verdict::source::{self, CitedSource};

/// A verdict that its reviewer has not submitted. Only the reviewer can see it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "verdict_drafts")]
#[graphql(name = "VerdictDraft", complex)]
pub struct Model {
    /// The draft's id. The submitted verdict has a different id.
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
    /// The reasoning so far. Null if none is written.
    pub rationale: Option<String>,
    /// The version of the claim when the draft was last saved.
    pub claim_version: i32,
    /// The time when the draft was last saved.
    pub saved_at: Moment,
    /// Version number for `expectedDraftVersion`. Rises with every change to the draft.
    pub version: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The citations of drafts. They do not create sources in the newsroom, because other members would
/// see those.
pub mod citation {
    use super::{DraftId, Moment};
    use crate::domain::verdict::source::{AnswerType, SourceKind, Stance};
    use sea_orm::entity::prelude::*;

    /// A draft's citation of a web page or document.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "draft_citations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub draft_id: DraftId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub ordinal: i32,
        /// Empty if there is no address.
        pub url: String,
        pub title: Option<String>,
        pub publisher: Option<String>,
        pub stance: Stance,
        pub quote: Option<String>,
        pub accessed_at: Option<Moment>,
        pub archive_url: Option<String>,
        pub kind: Option<SourceKind>,
        pub description: Option<String>,
        pub doi: Option<String>,
        pub isbn: Option<String>,
        pub issn: Option<String>,
        pub question: Option<String>,
        pub answer: Option<String>,
        pub answer_type: Option<AnswerType>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A verdict draft to save. It replaces the previous draft completely: omitted fields become empty.
#[derive(InputObject)]
pub struct SaveVerdictDraftInput {
    /// The claim's id.
    claim: ID,
    /// The key of a rating in the newsroom's current scale, such as `FALSE`. Optional.
    rating: Option<String>,
    /// The reasoning: at most 20,000 characters. Optional.
    rationale: Option<String>,
    /// The sources that the verdict rests on: at most 50.
    #[graphql(default)]
    citations: Vec<CitedSource>,
    /// The `wordingVersion` of the claim that you read. CONFLICT if the claim's statement, claimant,
    /// words or anchors have changed since; `extensions.changed` says what changed. Optional.
    expected_wording_version: Option<i32>,
    /// The claim's version that you read. CONFLICT if anything about the claim has changed since.
    #[graphql(deprecation = "Use `expectedWordingVersion`. This one also conflicts over tags, \
                             assignments and other people's verdicts.")]
    expected_version: Option<i32>,
    /// The draft's version that you read, or 0 if there was no draft. Optional. CONFLICT if the
    /// draft has changed since.
    expected_draft_version: Option<i32>,
}

/// A draft to discard.
#[derive(InputObject)]
pub struct DiscardVerdictDraftInput {
    /// The id of your own draft.
    draft: ID,
    /// The draft's version that you read. Optional. CONFLICT if the draft has changed since.
    expected_version: Option<i32>,
}

/// Saves a reviewer's draft. Nothing that other people can see changes, not even a version.
pub async fn save(db: &Db, actor: &Actor, input: SaveVerdictDraftInput) -> Result<Model> {
    let reviewer = actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    let permit = actor.require(Action::Judge, claim.newsroom_id)?;
    let begun = input.rationale.as_deref().filter(|text| !text.trim().is_empty());
    let rationale =
        text_input::optional(begun, |text| text_input::prose("rationale", text, 20_000))?;
    let citations = source::parse_all(input.citations, actor.now())?;
    let read =
        wording::Read { version: input.expected_version, wording: input.expected_wording_version };
    store::write(db, permit, move |txn, actor| async move {
        let claim = claim::find_in(&txn, claim.id).await?;
        claim.expect_open()?;
        article::fetch_row(&*txn, claim.article_id).await?.expect_present("claim")?;
        expect_version(input.expected_version, claim.version)?;
        read.expect_current_wording(&txn, &claim).await?;
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
        let on_conflict = OnConflict::columns([Column::ReviewerId, Column::ClaimId])
            .update_columns([
                Column::RatingId,
                Column::Rationale,
                Column::ClaimVersion,
                Column::SavedAt,
            ])
            .value(Column::Version, Expr::col((Entity, Column::Version)).add(1))
            .to_owned();
        // From here on, other requests that save the same draft wait.
        Entity::insert(draft.into_active_model())
            .on_conflict(on_conflict)
            .exec_without_returning(&*txn)
            .await?;
        let draft =
            of_reviewer(reviewer, &[claim.id]).one(&*txn).await?.ok_or(Error::NotFound("draft"))?;
        expect_version(input.expected_draft_version, draft.version - 1)?;
        replace_citations(&txn, draft.id, citations).await?;
        log(&txn, &actor, Kind::VerdictDraftSaved, &draft).await?;
        Ok(draft)
    })
    .await
}

/// Discards a draft. Returns its claim.
pub async fn discard(
    db: &Db,
    actor: &Actor,
    input: DiscardVerdictDraftInput,
) -> Result<claim::Model> {
    actor.signed_in()?;
    let draft = fetch(db, actor, DraftId::parse("draft", &input.draft)?).await?;
    let permit = actor.require(Action::Judge, draft.newsroom_id)?;
    let claim = claim::fetch(db, actor, draft.claim_id).await?;
    store::write(db, permit, move |txn, actor| async move {
        let draft = Entity::find_by_id(draft.id)
            .lock_exclusive()
            .one(&*txn)
            .await?
            .ok_or(Error::NotFound("draft"))?;
        expect_version(input.expected_version, draft.version)?;
        Entity::delete_by_id(draft.id).exec(&*txn).await?;
        log(&txn, &actor, Kind::VerdictDraftDiscarded, &draft).await?;
        Ok(claim)
    })
    .await
}

/// Deletes the reviewer's draft on the claim, if there is one, because the verdict was submitted.
pub fn end(claim: ClaimId, reviewer: AccountId) -> DeleteStatement {
    Entity::delete_many()
        .filter(Column::ClaimId.eq(claim))
        .filter(Column::ReviewerId.eq(reviewer))
        .into_query()
}

/// Returns the actor's own drafts on these claims.
pub async fn of_claims(db: &Db, actor: &Actor, claims: &[ClaimId]) -> Result<Vec<Model>> {
    match actor.id() {
        Some(own) => Ok(of_reviewer(own, claims).all(db).await?),
        None => Ok(Vec::new()),
    }
}

/// Returns the citations of these drafts, in the given order per draft.
pub async fn citations_of(db: &Db, drafts: &[DraftId]) -> Result<Vec<citation::Model>> {
    let list =
        citation::Entity::find().filter(citation::Column::DraftId.is_in(drafts.iter().copied()));
    Ok(list.order_by_asc(citation::Column::Ordinal).all(db).await?)
}

/// Returns the draft with this id, if it is the actor's own.
pub async fn fetch(db: &Db, actor: &Actor, id: DraftId) -> Result<Model> {
    let own =
        Entity::find_by_id(id).filter(Column::ReviewerId.eq(actor.signed_in()?)).one(db).await?;
    let draft = own.ok_or(Error::NotFound("draft"))?;
    actor.require_sight(draft.newsroom_id, "draft")?;
    Ok(draft)
}

fn of_reviewer(reviewer: AccountId, claims: &[ClaimId]) -> Select<Entity> {
    Entity::find()
        .filter(Column::ReviewerId.eq(reviewer))
        .filter(Column::ClaimId.is_in(claims.iter().copied()))
}

async fn replace_citations(
    txn: &DatabaseTransaction,
    draft: DraftId,
    citations: Vec<source::Citation>,
) -> Result<()> {
    citation::Entity::delete_many().filter(citation::Column::DraftId.eq(draft)).exec(txn).await?;
    if citations.is_empty() {
        return Ok(());
    }
    let rows = citations.into_iter().zip(0..).map(|(source::Citation { cited, .. }, ordinal)| {
        citation::ActiveModel {
            draft_id: Set(draft),
            ordinal: Set(ordinal),
            url: Set(cited.url.unwrap_or_default()),
            title: Set(cited.title),
            publisher: Set(cited.publisher),
            stance: Set(cited.stance),
            quote: Set(cited.quote),
            accessed_at: Set(cited.accessed_at),
            archive_url: Set(cited.archive_url),
            kind: Set(Some(cited.kind)),
            description: Set(cited.description),
            doi: Set(cited.doi),
            isbn: Set(cited.isbn),
            issn: Set(cited.issn),
            question: Set(cited.question),
            answer: Set(cited.answer),
            answer_type: Set(cited.answer_type),
        }
    });
    citation::Entity::insert_many(rows.collect::<Vec<_>>()).exec_without_returning(txn).await?;
    Ok(())
}

/// Appends the event to the server's own log, because it concerns only the account. In the
/// newsroom's log, its number would reveal that a draft exists.
async fn log(txn: &DatabaseTransaction, actor: &Actor, kind: Kind, draft: &Model) -> Result<()> {
    event::append_to_server(txn, actor, kind, json!({ "draft": draft.id })).await
}
