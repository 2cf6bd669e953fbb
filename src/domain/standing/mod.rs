//! Standing: how claims stand in the newest text of their article, while that is revised.
//!
//! What always holds:
//!
//! - A revision carries every claim that is not withdrawn into its text: one new anchor for each that the claim had. Words are followed as
//!   [`alignment`](super::alignment) says: never by likeness, never onto words that stood elsewhere before.
//! - An anchor that was REWORDED, CHANGED or ORPHANED stays so, or gets worse, until an editor re-anchors the claim: it is compared with the
//!   words that were marked. A text that is put back as it was does not make it EXACT again, since others may have read what was there between.
//! - Whenever a revision makes an anchor so, or changes the words under one that was so already, or an editor re-anchors the claim, its *wording*
//!   rises. A verdict keeps the wording that its reviewer read; while that is an older one, the verdict is stale.
//! - A claim is stale while a verdict in force is; while none is in force and an anchor is REWORDED or CHANGED; and while an anchor is ORPHANED.
//!   So a CHANGED claim is fresh again once each of its reviewers has reaffirmed, or submitted anew; an ORPHANED one only after an editor has
//!   re-anchored it *and* they have, since its words are others now.

mod proposals;
mod reanchor;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use async_graphql::{ID, InputObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, Iterable, JoinType, QueryOrder, QuerySelect, Select};
use serde_json::json;

pub use proposals::{Proposal, of_claims as proposals_of};
pub use reanchor::{ReanchorInput, reanchor};

use super::alignment::{Alignment, Side, Status};
use super::anchor::{self, Placed};
use super::article;
use super::article::revision::{self, Cut, Draft};
use super::claim;
use super::error::{Error, Reason, Result};
use super::event::{self, Kind};
use super::ids::{ArticleId, ClaimId, RevisionId, TypedId};
use super::passage::{self, Index, SpanKind};
use super::policy::{Action, Actor};
use super::quote::{self, Found};
use super::store::{self, Db};
use super::turns;
use super::words;

/// A newer text of an article.
#[derive(InputObject)]
pub struct ReviseArticleInput {
    /// The article.
    article: ID,
    /// Its headline: one line of at most 500 characters. What is left out stays.
    title: Option<String>,
    /// Its text below the headline, a paragraph a line. With the headline at most 1 MiB of UTF-8. What is left out stays.
    body: Option<String>,
    /// Why the text is revised: at most 1,000 characters, for everybody who reads the article.
    note: Option<String>,
    /// The article's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// How often a text is aligned anew because another revision came in between.
const MOST_ATTEMPTS: usize = 5;

/// Stores a newer text of an article, and carries its claims into it.
pub async fn revise(db: &Db, actor: &Actor, input: ReviseArticleInput) -> Result<(article::Model, Vec<anchor::Model>)> {
    actor.signed_in()?;
    let article = article::fetch(db, actor, ArticleId::parse("article", &input.article)?).await?;
    actor.require(Action::ReviseArticle, article.newsroom_id)?;
    let note = words::optional(input.note.as_deref(), |note| words::prose("note", note, 1000))?;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let before = revision::newest(db.read(), article.id).await?;
        let old = revision::side_of(db.read(), before.id).await?;
        let text = recompose(&old.text, input.title.as_deref(), input.body.as_deref())?;
        if *text == *old.text {
            return Err(Error::invalid("body", Reason::Unchanged, "this is the text that the article has already"));
        }
        // All that takes long is done here, so that the article's lock is held only for what depends on its claims.
        let cut = revision::cut(text, article.language.clone()).await?;
        let prepared = Arc::new(turns::take(move || Prepared::new(&old, cut)).await?);
        let (actor, note, article, expected) = (actor.clone(), note.clone(), article.id, input.expected_version);
        let done = store::write(db, move |txn| async move {
            let article = article::touch(&txn, article, expected).await?;
            if revision::newest(&*txn, article.id).await?.id != before.id {
                return Err(Error::Conflict { current_version: article.version - 1 });
            }
            carry_over(&txn, &actor, article, &before, &prepared, note).await
        });
        match done.await {
            Err(Error::Conflict { .. }) if expected.is_none() && attempts < MOST_ATTEMPTS => {}
            done => return done,
        }
    }
}

/// The anchors of these claims, each claim's in reading order: in the newest text, or for one that was withdrawn in the text of that time.
pub async fn anchors_of(db: &impl ConnectionTrait, claims: &[ClaimId]) -> Result<Vec<anchor::Model>> {
    let list = current().filter(anchor::Column::ClaimId.is_in(claims.iter().copied()));
    Ok(list.order_by_asc(anchor::Column::StartAt).order_by_asc(anchor::Column::Ordinal).all(db).await?)
}

/// The words that a claim stands on now, as they are there: those that its reviewers have read, unless it is stale.
pub async fn words_of(db: &impl ConnectionTrait, claim: &claim::Model) -> Result<Vec<Found>> {
    let anchors = anchors_of(db, &[claim.id]).await?;
    let text = revision::text_of(db, claim.revision_id).await?;
    let index = Index::new(&text);
    Ok(anchors.iter().map(|anchor| quote::at(&index, anchor.extent().utf8())).collect())
}

/// The anchors of claims where they stand now.
fn current() -> Select<anchor::Entity> {
    let here = anchor::Entity::belongs_to(claim::Entity).from(anchor::Column::RevisionId).to(claim::Column::RevisionId);
    let own = Expr::col((anchor::Entity, anchor::Column::ClaimId)).equals((claim::Entity, claim::Column::Id));
    anchor::Entity::find().join(JoinType::InnerJoin, here.into()).filter(own).filter(anchor::is_last())
}

/// The text with a new headline, a new body, or both.
fn recompose(text: &str, title: Option<&str>, body: Option<&str>) -> Result<String> {
    // As it was composed: the headline, an empty line, the body.
    let (old_title, old_body) = text.split_once("\n\n").unwrap_or((text, ""));
    passage::compose(title.unwrap_or(old_title), body.unwrap_or(old_body))
}

/// A new text, aligned with the one before.
struct Prepared {
    cut: Cut,
    alignment: Alignment,
}

impl Prepared {
    fn new(old: &Side, cut: Cut) -> Self {
        let sentences = cut.pieces.iter().filter(|piece| piece.kind == SpanKind::Sentence).map(|piece| piece.extent.utf8()).collect();
        let new = Side { text: Arc::clone(&cut.text), sentences };
        Self { alignment: Alignment::new(old, &new), cut }
    }

    /// What this text makes of an anchor: what the revision did to the words that it covered, how they stand now, and where.
    fn carry(&self, index: &Index, anchor: &anchor::Model) -> (Status, Status, Found) {
        let covered: Range<usize> = anchor.extent().utf8();
        let (step, range) = if anchor.status == Status::Orphaned {
            let place = self.alignment.place(covered.start);
            (Status::Orphaned, place..place)
        } else {
            let trace = self.alignment.trace(covered);
            (trace.status, trace.range)
        };
        // A mark that came right behind may have become part of the last character.
        let mut whole = index.whole(range.clone());
        let step = if whole != range && step < Status::Changed { Status::Changed } else { step };
        let status = anchor.status.then(step);
        if status == Status::Orphaned {
            whole.end = whole.start;
        }
        let found = match status {
            Status::Exact | Status::Moved | Status::Reworded => quote::at(index, whole),
            // What was read is kept: it is what there is to look for.
            Status::Changed | Status::Orphaned => Found {
                extent: index.extent(whole),
                exact: anchor.exact.clone(),
                prefix: anchor.prefix.clone(),
                suffix: anchor.suffix.clone(),
            },
        };
        (step, status, found)
    }
}

/// What a revision makes of one claim.
struct Carried {
    claim: claim::Model,
    standing: Status,
    position: i32,
    /// Whether the status of any anchor is another than before.
    changed: bool,
    /// Whether the words that somebody read are others now.
    reworded: bool,
}

async fn carry_over(
    txn: &DatabaseTransaction,
    actor: &Actor,
    mut article: article::Model,
    before: &revision::Model,
    prepared: &Prepared,
    note: Option<String>,
) -> Result<(article::Model, Vec<anchor::Model>)> {
    let text = &prepared.cut.text;
    let index = Index::new(text);
    let draft = Draft { article: &article, number: before.number + 1, note, at: actor.now() };
    let revision = revision::store(txn, actor, draft, &prepared.cut).await?;
    let live =
        claim::Entity::find().filter(claim::Column::ArticleId.eq(article.id)).filter(claim::Column::State.ne(claim::State::Withdrawn));
    let mut carried: BTreeMap<ClaimId, Carried> = BTreeMap::new();
    for claim in live.all(txn).await? {
        let start = Carried { standing: Status::Exact, position: i32::MAX, changed: false, reworded: false, claim };
        carried.insert(start.claim.id, start);
    }
    let here = current().filter(anchor::Column::RevisionId.eq(before.id)).filter(claim::Column::State.ne(claim::State::Withdrawn));
    let mut placed = Vec::new();
    for anchor in here.order_by_asc(anchor::Column::ClaimId).order_by_asc(anchor::Column::Ordinal).all(txn).await? {
        let Some(of) = carried.get_mut(&anchor.claim_id) else { continue };
        let (step, status, found) = prepared.carry(&index, &anchor);
        of.standing = std::cmp::max(of.standing, status);
        of.position = std::cmp::min(of.position, found.extent.start);
        of.changed |= status != anchor.status;
        of.reworded |= step.is_stale() && anchor.status != Status::Orphaned;
        placed.push(Placed { claim: anchor.claim_id, wording: of.claim.wording, ordinal: anchor.ordinal, status, found });
    }
    for anchor in &mut placed {
        anchor.wording += i32::from(carried.get(&anchor.claim).is_some_and(|of| of.reworded));
    }
    let anchors = anchor::store_all(txn, actor, revision.id, placed).await?;
    let carried: Vec<Carried> = carried.into_values().collect();
    store_standing(txn, revision.id, &carried).await?;

    let title = text.split('\n').next().unwrap_or_default();
    if title != article.title {
        (article.title, article.folded_title) = (title.to_owned(), words::fold(title));
        article::Entity::update_many()
            .col_expr(article::Column::Title, Expr::value(article.title.clone()))
            .col_expr(article::Column::FoldedTitle, Expr::value(article.folded_title.clone()))
            .filter(article::Column::Id.eq(article.id))
            .exec(txn)
            .await?;
    }
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    for anchor in &anchors {
        *counts.entry(anchor.status).or_default() += 1;
    }
    let counts: serde_json::Map<_, _> = counts.into_iter().map(|(status, count)| (status.to_value(), json!(count))).collect();
    let changed = carried.iter().filter(|of| of.changed || of.reworded);
    let changed: serde_json::Map<_, _> = changed.map(|of| (of.claim.id.to_string(), json!(of.standing))).collect();
    let detail = json!({
        "revision": revision.number,
        "title": article.title,
        "sha256": revision.sha256,
        "length": revision.length,
        "note": revision.note,
        "anchors": counts,
        "claims": changed,
    });
    event::append(txn, actor, article.newsroom_id, Kind::ArticleRevised, article::subject(&article), detail).await?;
    Ok((article, anchors))
}

/// Stores how the claims stand in a revision, in a few statements, however many there are.
async fn store_standing(txn: &DatabaseTransaction, revision: RevisionId, carried: &[Carried]) -> Result<()> {
    use claim::Column;
    // 500 claims a statement: within the number of parameters that either database takes.
    for chunk in carried.chunks(500) {
        let of = |which: &dyn Fn(&&Carried) -> bool| chunk.iter().filter(which).map(|of| of.claim.id).collect::<Vec<_>>();
        let position = chunk.iter().fold(CaseStatement::new(), |case, of| case.case(Column::Id.eq(of.claim.id), of.position));
        claim::Entity::update_many()
            .col_expr(Column::RevisionId, Expr::value(revision))
            .col_expr(Column::Position, position.finally(Expr::col(Column::Position)).into())
            .filter(Column::Id.is_in(of(&|_| true)))
            .exec(txn)
            .await?;
        for standing in Status::iter() {
            let claims = of(&|of| (of.changed || of.reworded) && of.standing == standing);
            if !claims.is_empty() {
                claim::Entity::update_many()
                    .col_expr(Column::Standing, Expr::value(standing))
                    .col_expr(Column::Version, Expr::col(Column::Version).add(1))
                    .filter(Column::Id.is_in(claims))
                    .exec(txn)
                    .await?;
            }
        }
        let reworded = of(&|of| of.reworded);
        if !reworded.is_empty() {
            claim::Entity::update_many()
                .col_expr(Column::RereadFrom, Expr::col(Column::Wording))
                .col_expr(Column::Wording, Expr::col(Column::Wording).add(1))
                .col_expr(Column::Stale, Expr::value(true))
                .filter(Column::Id.is_in(reworded))
                .exec(txn)
                .await?;
        }
    }
    Ok(())
}
