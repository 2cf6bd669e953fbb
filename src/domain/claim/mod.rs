//! Claims: assertions in an article, marked on the words that assert them.
//!
//! Invariants: a claim has at least one anchor. Its own words never change after the first verdict.
//! When the words that it is anchored to change, its wording number rises. Earlier verdicts then
//! refer to an older wording (see [`carry`]).

pub mod assignment;
pub mod carry;
pub mod claimant;
pub mod label;
pub mod repeat;
pub mod tag;
pub mod wording;

mod edit;
mod mark;
mod withdraw;
mod withdraw_article;

use async_graphql::{Enum, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr, UpdateStatement};
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryTrait};
use serde::Serialize;

use super::article::{self};
use super::error::{Error, Reason, Result, expect_version};
use super::event::Subject;
use super::ids::{AccountId, AnchorId, ArticleId, ClaimId, NewsroomId, RevisionId, TypedId};
use super::index;
use super::store::Db;
use crate::domain::actor::{Actor, Permit};
use crate::domain::article::anchor::{self, Placed};
use crate::domain::permissions::{Action, Policy};
use crate::domain::text::alignment::Status;
use crate::domain::text::quote::Found;
use crate::domain::text_input;
use crate::domain::time::{Day, Moment};

pub use claimant::ClaimantKind;
pub use edit::{EditClaimInput, edit};
pub use mark::{MarkClaimInput, mark};
pub use withdraw::{WithdrawClaimInput, withdraw};
pub use withdraw_article::{
    RestoreArticleInput, WithdrawArticleInput, restore_article, withdraw_article,
};

/// An assertion in an article that reviewers can judge.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "claims")]
#[graphql(name = "Claim", complex)]
pub struct Model {
    /// The claim's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClaimId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub article_id: ArticleId,
    /// The assertion, as one sentence that can be judged.
    pub statement: String,
    /// The person or organisation that makes the claim. Null if unknown.
    pub claimant: Option<String>,
    #[graphql(skip)]
    pub claimant_kind: Option<ClaimantKind>,
    /// The claimant's identifier in Wikidata, such as `Q42`. Null if not given.
    pub claimant_identifier: Option<String>,
    #[graphql(skip)]
    pub folded: String,
    /// The day on which the claim was made. Null if unknown.
    pub claimed_on: Option<Day>,
    #[graphql(skip)]
    pub repeats_id: Option<ClaimId>,
    /// The progress of the fact-check.
    pub state: State,
    #[graphql(skip)]
    pub verdict_count: i32,
    #[graphql(skip)]
    pub position: i32,
    #[graphql(skip)]
    pub marked_by: Option<AccountId>,
    /// The time when the claim was marked.
    pub marked_at: Moment,
    /// The time when the claim was withdrawn. Null if it was not.
    pub withdrawn_at: Option<Moment>,
    /// The reason for the withdrawal. Null if the claim was not withdrawn.
    pub withdrawn_reason: Option<String>,
    /// Version number for `expectedVersion`. Rises with every change to the claim or its verdicts.
    pub version: i32,
    /// Version number for `expectedWordingVersion`. Rises only when the statement, the claimant, the
    /// words that the claim is anchored to or the sentences around them change, or when an editor
    /// re-anchors the claim.
    #[graphql(name = "wordingVersion")]
    pub wording: i32,
    #[graphql(skip)]
    pub reread_from: i32,
    #[graphql(skip)]
    pub revision_id: RevisionId,
    #[graphql(skip)]
    #[sea_orm(column_name = "standing")]
    pub anchor_status: Status,
    /// Whether reviewers must read the claim again. True after its words or the sentences around
    /// them changed, until every current verdict is reaffirmed or resubmitted. Without current
    /// verdicts, it stays true until one is submitted. An ORPHANED claim stays stale until an
    /// editor re-anchors it. No ruling can be published on a stale claim.
    pub stale: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The progress of a claim's fact-check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "ClaimState")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// No reviewer has judged the claim.
    #[sea_orm(string_value = "OPEN")]
    Open,
    /// The claim has fewer verdicts than the newsroom's policy requires.
    #[sea_orm(string_value = "IN_REVIEW")]
    InReview,
    /// The claim has as many verdicts as the newsroom's policy requires. If its words have changed
    /// since, it is also stale: see `Claim.stale`.
    #[sea_orm(string_value = "READY")]
    Ready,
    /// A ruling on the claim is published.
    #[sea_orm(string_value = "PUBLISHED")]
    Published,
    /// The claim was withdrawn. It cannot be judged, and summaries do not count it.
    #[sea_orm(string_value = "WITHDRAWN")]
    Withdrawn,
}

impl State {
    /// The state of a claim with this number of current verdicts, unless it is withdrawn or
    /// published.
    pub const fn of(verdicts: i32, policy: Policy) -> Self {
        match verdicts {
            0 => Self::Open,
            some if some < policy.verdicts_required => Self::InReview,
            _ => Self::Ready,
        }
    }
}

impl Model {
    /// Returns an error if the claim was withdrawn.
    pub fn expect_open(&self) -> Result<()> {
        match self.state {
            State::Withdrawn => Err(Error::invalid(
                "claim",
                Reason::ClaimWithdrawn,
                "This claim is withdrawn, so it cannot change. Restore it, or mark a new claim.",
            )),
            _ => Ok(()),
        }
    }

    /// Sets the state that follows from the claim's verdicts. WITHDRAWN and PUBLISHED claims keep
    /// their state.
    pub const fn settle(&mut self, policy: Policy) {
        if !matches!(self.state, State::Published | State::Withdrawn) {
            self.state = State::of(self.verdict_count, policy);
        }
    }
}

/// The condition that a claim's article was not withdrawn.
pub fn in_present_article(newsroom: NewsroomId) -> SimpleExpr {
    let withdrawn = Query::select()
        .column(article::Column::Id)
        .from(article::Entity)
        .and_where(Expr::col((article::Entity, article::Column::NewsroomId)).eq(newsroom))
        .and_where(article::Column::WithdrawnAt.is_not_null())
        .to_owned();
    Expr::col((Entity, Column::ArticleId)).not_in_subquery(withdrawn)
}

/// Locks the claim's article, then reads the current claim.
pub async fn lock(
    txn: &DatabaseTransaction,
    claim: &Model,
    expected: Option<i32>,
) -> Result<(article::Model, Model)> {
    let article = article::touch_any(txn, claim.article_id, None).await?;
    article.expect_present("claim")?;
    let claim = find_in(txn, claim.id).await?;
    expect_version(expected, claim.version)?;
    Ok((article, claim))
}

/// Stores a claim that was changed while its article was locked.
pub async fn save(txn: &DatabaseTransaction, claim: &Model) -> Result<()> {
    txn.execute(&update(claim)?).await?;
    Ok(())
}

/// The write that stores a claim that was changed while its article was locked.
pub fn update(claim: &Model) -> Result<UpdateStatement> {
    let row = Entity::update(claim.clone().into_active_model().reset_all());
    Ok(row.validate()?.into_query())
}

/// The subject of an event about this claim.
pub fn subject(claim: &Model) -> Subject {
    Subject { article: Some(claim.article_id), claim: Some(claim.id), verdict: None }
}

/// Returns the claim with this id.
pub async fn fetch(db: &Db, actor: &Actor, id: ClaimId) -> Result<Model> {
    actor.signed_in()?;
    seen(actor, Entity::find_by_id(id).one(db).await?)
}

/// Returns a claim that was looked up, if it exists and `actor` may see it.
pub fn seen(actor: &Actor, found: Option<Model>) -> Result<Model> {
    actor.signed_in()?;
    let claim = found.ok_or(Error::NotFound("claim"))?;
    actor.require_sight(claim.newsroom_id, "claim")?;
    Ok(claim)
}

/// Returns the anchor with this id.
pub async fn fetch_anchor(db: &Db, actor: &Actor, id: AnchorId) -> Result<anchor::Model> {
    actor.signed_in()?;
    let anchor = anchor::find(db, id).await?.ok_or(Error::NotFound("anchor"))?;
    fetch(db, actor, anchor.claim_id).await.map_err(|error| error.renamed("anchor"))?;
    Ok(anchor)
}

/// Returns the claim with this id, as the transaction sees it.
pub async fn find_in(txn: &DatabaseTransaction, id: ClaimId) -> Result<Model> {
    Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("claim"))
}

/// Returns the claims with these ids.
pub async fn find_all(db: &Db, ids: &[ClaimId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Returns the claims that are anchored in these revisions, each with its anchor there.
pub async fn on_revisions(
    db: &Db,
    revisions: &[RevisionId],
) -> Result<Vec<(anchor::Model, Model)>> {
    let anchors = anchor::of_revisions(db, revisions).await?;
    let ids: std::collections::BTreeSet<_> = anchors.iter().map(|anchor| anchor.claim_id).collect();
    let claims = find_all(db, &ids.into_iter().collect::<Vec<_>>()).await?;
    let claims: std::collections::HashMap<_, _> =
        claims.into_iter().map(|claim| (claim.id, claim)).collect();
    Ok(anchors
        .into_iter()
        .filter_map(|anchor| claims.get(&anchor.claim_id).cloned().map(|claim| (anchor, claim)))
        .collect())
}

/// The anchors of a claim that a person marked on these words.
pub fn placed(claim: &Model, found: Vec<Found>) -> Vec<Placed> {
    let place = |(found, ordinal)| Placed {
        claim: claim.id,
        wording: claim.wording,
        ordinal,
        status: Status::Exact,
        found,
    };
    found.into_iter().zip(0..).map(place).collect()
}

/// Returns the claim with this id, if `actor` may change it, and the permit to do so.
pub async fn fetch_to_change<'a>(
    db: &Db,
    actor: &'a Actor,
    id: &str,
) -> Result<(Model, Permit<'a>)> {
    actor.signed_in()?;
    let claim = fetch(db, actor, ClaimId::parse("claim", id)?).await?;
    let own = actor.id().is_some() && claim.marked_by == actor.id();
    let permit = actor.require(
        if own { Action::ChangeOwnClaim } else { Action::ChangeAnyClaim },
        claim.newsroom_id,
    )?;
    Ok((claim, permit))
}

/// Stores the keys of a claim, so that filters find it.
pub async fn store_keys(txn: &DatabaseTransaction, claim: &Model) -> Result<Vec<String>> {
    let tags = tag::of(txn, claim.id).await?;
    label::put(txn, claim, &tags).await?;
    Ok(tags)
}

/// Stores the keys of a claim, and puts it into the search index.
pub async fn make_findable(txn: &DatabaseTransaction, claim: &Model) -> Result<()> {
    let tags = store_keys(txn, claim).await?;
    let parts = [claim.statement.as_str(), claim.claimant.as_deref().unwrap_or_default()];
    let text: Vec<_> = parts.into_iter().chain(tags.iter().map(String::as_str)).collect();
    let document = index::Document::Claim(claim.id, index::Words::of(&claim.statement).different());
    index::put(txn, claim.newsroom_id, document, index::Words::of(&text.join("\n"))).await
}

fn parse_statement(text: &str) -> Result<String> {
    text_input::visible_line("statement", text, 1000)
}

fn parse_claimant(text: &str) -> Result<String> {
    text_input::visible_line("claimant", text, 200)
}

fn folded(statement: &str, claimant: Option<&str>) -> String {
    text_input::fold(&format!("{statement}\n{}", claimant.unwrap_or_default()))
}
