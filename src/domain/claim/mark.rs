//! Marking a claim on words of an article.

use std::collections::BTreeSet;
use std::ops::Range;

use async_graphql::{ID, InputObject};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use serde_json::{Value as Json, json};

use super::{ClaimantKind, claimant, placed, subject, tag};
use super::{Column, Entity, Model, State, folded, make_findable, parse_claimant, parse_statement};
use crate::domain::actor::Actor;
use crate::domain::article::anchor::{self, RangeInput};
use crate::domain::article::{self, revision};
use crate::domain::error::Result;
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ArticleId, TypedId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text::alignment::Status;
use crate::domain::text::quote::Found;
use crate::domain::text_input;
use crate::domain::time::Day;

/// A claim to mark.
#[derive(InputObject)]
pub struct MarkClaimInput {
    /// The article's id.
    article: ID,
    /// The assertion, as one sentence that can be judged. At most 1,000 characters.
    statement: String,
    /// The person or organisation that makes the claim: one line of at most 200 characters.
    /// Optional.
    claimant: Option<String>,
    /// The kind of claimant.
    #[graphql(default)]
    claimant_kind: ClaimantKind,
    /// The claimant's identifier in Wikidata, such as `Q42`. Optional.
    claimant_identifier: Option<String>,
    /// The day on which the claim was made. It must not be in the future. Optional.
    claimed_on: Option<Day>,
    /// Tags to file the claim under: at most 20, each of at most 50 characters.
    #[graphql(default)]
    tags: Vec<String>,
    /// The words of the article that assert the claim: 1 to 20 ranges that do not overlap.
    ranges: Vec<RangeInput>,
}

impl MarkClaimInput {
    /// A claim with these tags on these words of an article.
    pub fn new(
        article: ArticleId,
        statement: String,
        tags: Vec<String>,
        ranges: Vec<RangeInput>,
    ) -> Self {
        Self {
            article: article.into(),
            statement,
            claimant: None,
            claimant_kind: ClaimantKind::default(),
            claimant_identifier: None,
            claimed_on: None,
            tags,
            ranges,
        }
    }

    /// The same claim, made by this person or organisation on this day.
    #[must_use]
    pub fn made_by(self, claimant: Option<String>, claimed_on: Option<Day>) -> Self {
        Self { claimant, claimed_on, ..self }
    }
}

/// Marks a claim on words of an article's newest text. Returns it with the claims that are already
/// marked on the same words.
pub async fn mark(
    db: &Db,
    actor: &Actor,
    input: MarkClaimInput,
) -> Result<(Model, article::Model, Vec<Model>)> {
    let article = article::fetch(db, actor, ArticleId::parse("article", &input.article)?).await?;
    let permit = actor.require(Action::MarkClaim, article.newsroom_id)?;
    let statement = parse_statement(&input.statement)?;
    let claimant = text_input::optional(input.claimant.as_deref(), parse_claimant)?;
    let identifier = input.claimant_identifier.as_deref();
    let claimant_identifier = text_input::optional(identifier, claimant::parse_identifier)?;
    let tags = tag::parse_all(&input.tags)?;
    if let Some(day) = input.claimed_on {
        day.expect_past("claimedOn", actor.now())?;
    }
    store::write(db, permit, move |txn, actor| async move {
        let article = article::touch(&txn, article.id, None).await?;
        let revision = revision::newest(&*txn, article.id).await?;
        let text = revision::text_of(&*txn, revision.id).await?;
        let found = anchor::resolve(&text, &input.ranges)?;
        let duplicates = on_same_words(&txn, &revision, &text, &found).await?;
        let claim = Model {
            id: actor.new_id(),
            newsroom_id: article.newsroom_id,
            article_id: article.id,
            folded: folded(&statement, claimant.as_deref()),
            statement,
            claimant,
            claimant_kind: claimant::stored(input.claimant_kind),
            claimant_identifier,
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
            anchor_status: Status::Exact,
            stale: false,
        };
        Entity::insert(claim.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let detail = detail(&claim, &tags, &revision, &found);
        tag::replace(&txn, claim.id, &tags).await?;
        make_findable(&txn, &claim).await?;
        anchor::store_all(&txn, &actor, revision.id, placed(&claim, found)).await?;
        event::append(&txn, &actor, claim.newsroom_id, Kind::ClaimMarked, subject(&claim), detail)
            .await?;
        Ok((claim, article, duplicates))
    })
    .await
}

fn detail(claim: &Model, tags: &[String], revision: &revision::Model, found: &[Found]) -> Json {
    let range = |found: &Found| json!([found.extent.start, found.extent.end]);
    json!({
        "statement": claim.statement,
        "claimant": claim.claimant,
        "claimedOn": claim.claimed_on,
        "claimantKind": claim.claimant_kind,
        "claimantIdentifier": claim.claimant_identifier,
        "tags": tags,
        "revision": revision.number,
        "ranges": found.iter().map(range).collect::<Vec<_>>(),
    })
}

/// The maximum number of duplicates that a warning names.
const MOST_DUPLICATES: usize = 10;

/// Returns the claims that are marked on one of these ranges, oldest first: at most 10. Withdrawn
/// claims do not count.
async fn on_same_words(
    txn: &DatabaseTransaction,
    revision: &revision::Model,
    text: &str,
    found: &[Found],
) -> Result<Vec<Model>> {
    let words: Vec<_> = found.iter().map(|found| core(text, found.extent.utf8())).collect();
    let anchors = anchor::of_revisions(txn, &[revision.id]).await?;
    let same = anchors.iter().filter(|anchor| words.contains(&core(text, anchor.extent().utf8())));
    let claims: BTreeSet<_> = same.map(|anchor| anchor.claim_id).collect();
    let list = Entity::find()
        .filter(Column::Id.is_in(claims.into_iter().take(MOST_DUPLICATES)))
        .filter(Column::State.ne(State::Withdrawn));
    Ok(list.order_by_asc(Column::Id).all(txn).await?)
}

/// A range without the punctuation and white space at its ends.
fn core(text: &str, range: Range<usize>) -> Range<usize> {
    let words = text.get(range.clone()).unwrap_or_default();
    let is_outer = |c: char| !c.is_alphanumeric();
    let start = range.start + (words.len() - words.trim_start_matches(is_outer).len());
    let end = range.end - (words.len() - words.trim_end_matches(is_outer).len());
    if start < end { start..end } else { range }
}
