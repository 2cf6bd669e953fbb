//! Claims: what somebody asserts in an article, marked on the words that assert it.
//!
//! Always true: a claim is anchored by at least one range; once somebody has judged it, its own words stay as they were judged; where the words
//! that it stands on change, its wording rises, and whoever judged it before has read another (see [`standing`](super::standing)).

pub mod tag;

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QuerySelect};
use serde::Serialize;
use serde_json::json;

use super::alignment::Status;
use super::anchor::{self, Placed, RangeInput};
use super::article::{self, revision};
use super::error::{Error, Reason, Result, expect_version};
use super::event::{self, Kind, Subject};
use super::ids::{AccountId, AnchorId, ArticleId, ClaimId, NewsroomId, RevisionId, TypedId};
use super::index;
use super::moment::{Day, Moment};
use super::policy::{Action, Actor, Policy};
use super::quote::Found;
use super::store::{self, Db};
use super::words;

/// An assertion in an article that can be judged.
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
    /// What is claimed, in one sentence that can be judged.
    pub statement: String,
    /// Who claims it.
    pub claimant: Option<String>,
    #[graphql(skip)]
    pub folded: String,
    /// On which day it was claimed.
    pub claimed_on: Option<Day>,
    #[graphql(skip)]
    pub repeats_id: Option<ClaimId>,
    /// How far its check has come.
    pub state: State,
    #[graphql(skip)]
    pub verdict_count: i32,
    #[graphql(skip)]
    pub position: i32,
    #[graphql(skip)]
    pub marked_by: Option<AccountId>,
    /// When it was marked.
    pub marked_at: Moment,
    /// When it was withdrawn, if it was.
    pub withdrawn_at: Option<Moment>,
    /// Why it was withdrawn, if it was.
    pub withdrawn_reason: Option<String>,
    /// Rises with every change of the claim and of its verdicts; for `expectedVersion`.
    pub version: i32,
    #[graphql(skip)]
    pub wording: i32,
    #[graphql(skip)]
    pub reread_from: i32,
    #[graphql(skip)]
    pub revision_id: RevisionId,
    #[graphql(skip)]
    pub standing: Status,
    /// Whether somebody has to read it again: its words in the article, or the sentences around them, have changed, and since then a verdict in
    /// force was neither reaffirmed nor submitted anew, or it has none. While its words are gone altogether (ORPHANED) it stays stale until an
    /// editor re-anchors it. No ruling is published on it meanwhile.
    pub stale: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::article::Entity", from = "Column::ArticleId", to = "super::article::Column::Id")]
    Article,
}

impl ActiveModelBehavior for ActiveModel {}

/// How far a claim's check has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "ClaimState")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Nobody has judged it.
    #[sea_orm(string_value = "OPEN")]
    Open,
    /// Somebody has judged it, and fewer than the newsroom's policy asks.
    #[sea_orm(string_value = "IN_REVIEW")]
    InReview,
    /// As many have judged it as the newsroom's policy asks.
    #[sea_orm(string_value = "READY")]
    Ready,
    /// A ruling on it is published.
    #[sea_orm(string_value = "PUBLISHED")]
    Published,
    /// It was taken back: it is judged no more, and no summary counts it.
    #[sea_orm(string_value = "WITHDRAWN")]
    Withdrawn,
}

impl State {
    /// The state of a claim with so many verdicts in force, if it is neither withdrawn nor ruled on.
    pub const fn of(verdicts: i32, policy: Policy) -> Self {
        match verdicts {
            0 => Self::Open,
            some if some < policy.verdicts_required => Self::InReview,
            _ => Self::Ready,
        }
    }
}

/// A claim to mark.
#[derive(InputObject)]
pub struct MarkClaimInput {
    /// The article.
    article: ID,
    /// What is claimed, in one sentence that can be judged: at most 1,000 characters.
    statement: String,
    /// Who claims it: one line of at most 200 characters.
    claimant: Option<String>,
    /// On which day it was claimed.
    claimed_on: Option<Day>,
    /// Words to file it under: at most 20, each of at most 50 characters.
    #[graphql(default)]
    tags: Vec<String>,
    /// The words of the article that assert it: 1 to 20 ranges that do not overlap.
    ranges: Vec<RangeInput>,
}

/// A claim's new words. What is left out stays; `null` clears.
#[derive(InputObject)]
pub struct EditClaimInput {
    /// The claim.
    claim: ID,
    /// What is claimed. Fixed, like claimant and claimedOn, once somebody has judged the claim.
    statement: Option<String>,
    /// Who claims it.
    claimant: MaybeUndefined<String>,
    /// On which day it was claimed.
    claimed_on: MaybeUndefined<Day>,
    /// Words to file it under, in place of those it has.
    tags: Option<Vec<String>>,
    /// The claim's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Which claim to take back.
#[derive(InputObject)]
pub struct WithdrawClaimInput {
    /// The claim.
    claim: ID,
    /// Why: at most 1,000 characters, for everybody who reads the claim.
    reason: String,
    /// The claim's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Marks a claim on words of an article's newest text.
pub async fn mark(db: &Db, actor: &Actor, input: MarkClaimInput) -> Result<(Model, article::Model)> {
    actor.signed_in()?;
    let article = article::fetch(db, actor, ArticleId::parse("article", &input.article)?).await?;
    actor.require(Action::MarkClaim, article.newsroom_id)?;
    let statement = parse_statement(&input.statement)?;
    let claimant = words::optional(input.claimant.as_deref(), parse_claimant)?;
    let tags = tag::parse_all(&input.tags)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let article = article::touch(&txn, article.id, None).await?;
        let revision = revision::newest(&*txn, article.id).await?;
        let found = anchor::resolve(&revision::text_of(&*txn, revision.id).await?, &input.ranges)?;
        let claim = Model {
            id: actor.new_id(),
            newsroom_id: article.newsroom_id,
            article_id: article.id,
            folded: folded(&statement, claimant.as_deref()),
            statement,
            claimant,
            claimed_on: input.claimed_on,
            repeats_id: None,
            state: State::Open,
            verdict_count: 0,
            position: found.first().map_or(0, |found| found.extent.start),
            marked_by: actor.id(),
            marked_at: actor.now(),
            withdrawn_at: None,
            withdrawn_reason: None,
            version: 1,
            wording: 1,
            reread_from: 1,
            revision_id: revision.id,
            standing: Status::Exact,
            stale: false,
        };
        Entity::insert(claim.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let detail = json!({
            "statement": claim.statement,
            "claimant": claim.claimant,
            "claimedOn": claim.claimed_on,
            "tags": tags,
            "revision": revision.number,
            "ranges": found.iter().map(|found| json!([found.extent.start, found.extent.end])).collect::<Vec<_>>(),
        });
        tag::replace(&txn, claim.id, &tags).await?;
        make_findable(&txn, &claim).await?;
        anchor::store_all(&txn, &actor, revision.id, placed(&claim, found)).await?;
        event::append(&txn, &actor, claim.newsroom_id, Kind::ClaimMarked, subject(&claim), detail).await?;
        Ok((claim, article))
    })
    .await
}

/// Changes a claim's words, as long as nobody has judged it, or its tags.
pub async fn edit(db: &Db, actor: &Actor, input: EditClaimInput) -> Result<(Model, article::Model)> {
    let claim = fetch_to_change(db, actor, &input.claim).await?;
    let statement = words::optional(input.statement.as_deref(), parse_statement)?;
    let claimant = match input.claimant {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => Some(Some(parse_claimant(&text)?)),
    };
    let tags = input.tags.as_deref().map(tag::parse_all).transpose()?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (article, before) = lock(&txn, &claim, input.expected_version).await?;
        before.expect_open()?;
        let mut after = before.clone();
        after.statement = statement.unwrap_or(after.statement);
        after.claimant = claimant.unwrap_or(after.claimant);
        match input.claimed_on {
            MaybeUndefined::Undefined => {}
            other => after.claimed_on = other.take(),
        }
        after.folded = folded(&after.statement, after.claimant.as_deref());
        after.version += 1;
        let reworded = (&after.statement, &after.claimant, after.claimed_on) != (&before.statement, &before.claimant, before.claimed_on);
        if reworded {
            if was_judged(&txn, before.id).await? {
                let message = "this claim has been judged, so its words stay as its reviewers read them; withdraw it and mark a new one";
                let changed = |now: bool, field: &'static str| now.then_some(field);
                let field = changed(after.statement != before.statement, "statement")
                    .or_else(|| changed(after.claimant != before.claimant, "claimant"))
                    .unwrap_or("claimedOn");
                return Err(Error::invalid(field, Reason::ClaimJudged, message));
            }
            after.wording += 1;
        }
        if let Some(tags) = &tags {
            tag::replace(&txn, after.id, tags).await?;
        }
        save(&txn, &after).await?;
        make_findable(&txn, &after).await?;
        let words = |claim: &Model| json!({ "statement": claim.statement, "claimant": claim.claimant, "claimedOn": claim.claimed_on });
        let detail = json!({ "before": words(&before), "after": words(&after), "tags": tags });
        event::append(&txn, &actor, after.newsroom_id, Kind::ClaimEdited, subject(&after), detail).await?;
        Ok((after, article))
    })
    .await
}

/// Takes a claim back. It stays readable, with the reason.
pub async fn withdraw(db: &Db, actor: &Actor, input: WithdrawClaimInput) -> Result<(Model, article::Model)> {
    let claim = fetch_to_change(db, actor, &input.claim).await?;
    let reason = words::prose("reason", &input.reason, 1000)?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (article, mut claim) = lock(&txn, &claim, input.expected_version).await?;
        claim.expect_open()?;
        if claim.state == State::Published {
            let message = "a ruling on this claim is published: retract the ruling first";
            return Err(Error::invalid("claim", Reason::ClaimPublished, message));
        }
        claim.state = State::Withdrawn;
        claim.withdrawn_at = Some(actor.now());
        claim.withdrawn_reason = Some(reason);
        claim.version += 1;
        save(&txn, &claim).await?;
        index::remove(&txn, claim.id.0).await?;
        let detail = json!({ "reason": claim.withdrawn_reason });
        event::append(&txn, &actor, claim.newsroom_id, Kind::ClaimWithdrawn, subject(&claim), detail).await?;
        Ok((claim, article))
    })
    .await
}

impl Model {
    /// Refuses a claim that was withdrawn.
    pub fn expect_open(&self) -> Result<()> {
        match self.state {
            State::Withdrawn => Err(Error::invalid("claim", Reason::ClaimWithdrawn, "this claim is withdrawn")),
            _ => Ok(()),
        }
    }

    /// Gives the claim the state that its verdicts say. One that is withdrawn stays so, and so does one on which a ruling is published.
    pub const fn settle(&mut self, policy: Policy) {
        if !matches!(self.state, State::Published | State::Withdrawn) {
            self.state = State::of(self.verdict_count, policy);
        }
    }
}

/// Takes the lock of the claim's article, then reads the claim as it stands.
pub async fn lock(txn: &DatabaseTransaction, claim: &Model, expected: Option<i32>) -> Result<(article::Model, Model)> {
    let article = article::touch(txn, claim.article_id, None).await?;
    let claim = Entity::find_by_id(claim.id).one(txn).await?.ok_or(Error::NotFound("claim"))?;
    expect_version(expected, claim.version)?;
    Ok((article, claim))
}

/// Stores a claim that was changed under its lock.
pub async fn save(txn: &DatabaseTransaction, claim: &Model) -> Result<()> {
    Entity::update(claim.clone().into_active_model().reset_all()).exec(txn).await?;
    Ok(())
}

/// What an event about this claim is about.
pub fn subject(claim: &Model) -> Subject {
    Subject { article: Some(claim.article_id), claim: Some(claim.id), verdict: None }
}

/// The claim of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: ClaimId) -> Result<Model> {
    actor.signed_in()?;
    let claim = Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("claim"))?;
    actor.require_sight(claim.newsroom_id, "claim")?;
    Ok(claim)
}

/// The anchor of this id.
pub async fn fetch_anchor(db: &Db, actor: &Actor, id: AnchorId) -> Result<anchor::Model> {
    actor.signed_in()?;
    let anchor = anchor::find(db.read(), id).await?.ok_or(Error::NotFound("anchor"))?;
    fetch(db, actor, anchor.claim_id).await.map_err(|error| error.renamed("anchor"))?;
    Ok(anchor)
}

/// The claims with these ids.
pub async fn find_all(db: &Db, ids: &[ClaimId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db.read()).await?)
}

/// The claims that stand on words of these revisions, each with its anchor there.
pub async fn on_revisions(db: &Db, revisions: &[RevisionId]) -> Result<Vec<(anchor::Model, Model)>> {
    let anchors = anchor::of_revisions(db.read(), revisions).await?;
    let ids: std::collections::BTreeSet<_> = anchors.iter().map(|anchor| anchor.claim_id).collect();
    let claims = find_all(db, &ids.into_iter().collect::<Vec<_>>()).await?;
    let claims: std::collections::HashMap<_, _> = claims.into_iter().map(|claim| (claim.id, claim)).collect();
    Ok(anchors.into_iter().filter_map(|anchor| claims.get(&anchor.claim_id).cloned().map(|claim| (anchor, claim))).collect())
}

/// The anchors of a claim that is marked by hand on these words.
pub fn placed(claim: &Model, found: Vec<Found>) -> Vec<Placed> {
    let place = |(found, ordinal)| Placed { claim: claim.id, wording: claim.wording, ordinal, status: Status::Exact, found };
    found.into_iter().zip(0..).map(place).collect()
}

/// The claim of this id, if `actor` may change it.
pub async fn fetch_to_change(db: &Db, actor: &Actor, id: &str) -> Result<Model> {
    actor.signed_in()?;
    let claim = fetch(db, actor, ClaimId::parse("claim", id)?).await?;
    let own = actor.id().is_some() && claim.marked_by == actor.id();
    actor.require(if own { Action::ChangeOwnClaim } else { Action::ChangeAnyClaim }, claim.newsroom_id)?;
    Ok(claim)
}

/// Whether anybody ever submitted a verdict on the claim, withdrawn since or not.
async fn was_judged(txn: &DatabaseTransaction, id: ClaimId) -> Result<bool> {
    let submitted = event::Entity::find().select_only().column(event::Column::Number);
    let submitted = submitted.filter(event::Column::ClaimId.eq(id)).filter(event::Column::Kind.eq(Kind::VerdictSubmitted));
    Ok(submitted.into_tuple::<i32>().one(txn).await?.is_some())
}

async fn make_findable(txn: &DatabaseTransaction, claim: &Model) -> Result<()> {
    let tags = tag::Entity::find().filter(tag::Column::ClaimId.eq(claim.id)).all(txn).await?;
    let parts = [claim.statement.as_str(), claim.claimant.as_deref().unwrap_or_default()];
    let text: Vec<_> = parts.into_iter().chain(tags.iter().map(|tag| tag.tag.as_str())).collect();
    let document = index::Document::Claim(claim.id, index::Words::of(&claim.statement).different());
    index::put(txn, claim.newsroom_id, document, index::Words::of(&text.join("\n"))).await
}

fn parse_statement(text: &str) -> Result<String> {
    words::line("statement", text, 1000)
}

fn parse_claimant(text: &str) -> Result<String> {
    words::line("claimant", text, 200)
}

fn folded(statement: &str, claimant: Option<&str>) -> String {
    words::fold(&format!("{statement}\n{}", claimant.unwrap_or_default()))
}
