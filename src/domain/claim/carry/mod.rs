//! Carrying claims into the newest text of their article when it is revised.
//!
//! Invariants:
//!
//! - A revision carries every claim that is not withdrawn into its text. Each of the claim's
//!   anchors gets a new anchor there. [`alignment`](crate::domain::text::alignment) follows the
//!   words. It never matches words because they are similar, and never with words that were
//!   elsewhere before.
//! - A REWORDED, CHANGED or ORPHANED anchor keeps its status, or gets a worse one, until an editor
//!   re-anchors the claim, or until an earlier text is put back. It is always compared with the
//!   words that were marked.
//! - A text that equals an earlier revision's puts the anchors back where they were in it (see
//!   `restore`).
//! - A claim has a *wording* number. It rises when a revision changes an anchor's words or the text
//!   around them, when an earlier text puts its anchors back, and when an editor re-anchors the
//!   claim. A verdict keeps the wording that its reviewer read. The verdict is stale while the
//!   claim has a newer one.
//! - A claim is stale while any of its current verdicts is stale, or while an anchor is ORPHANED. A
//!   claim without current verdicts is stale while an anchor is REWORDED or CHANGED.
//! - So a CHANGED claim is fresh again after each reviewer has reaffirmed or resubmitted. An
//!   ORPHANED claim has no words to read, so an editor must re-anchor it first.

mod edit_article;
mod preview;
mod proposals;
mod reanchor;
mod restore;
mod restore_claim;
mod revise;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{DatabaseTransaction, Iterable, JoinType, QueryOrder, QuerySelect, Select};
use serde_json::json;

pub use edit_article::{EditArticleInput, edit as edit_article};
pub use preview::{PreviewedClaim, RevisionPreview, RevisionPreviewInput, preview};
pub use proposals::{Proposal, of_claims as proposals_of};
pub use reanchor::{ReanchorInput, reanchor};
pub use restore_claim::{RestoreClaimInput, restore_claim};
pub use revise::{RestoreRevisionInput, ReviseArticleInput, restore, revise};

use restore::PutBack;

use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::article::anchor::{self, Placed};
use crate::domain::article::revision::{self, Cut, NewRevision};
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ArticleId, ClaimId, RevisionId};
use crate::domain::text::alignment::{Alignment, Side, Status};
use crate::domain::text::passage::{Index, SpanKind};
use crate::domain::text::quote::{self, Found};
use crate::domain::text_input;

/// Returns the anchors of these claims, in reading order per claim. They are in the newest text.
/// Those of a withdrawn claim are in the text at the time of its withdrawal.
pub async fn anchors_of(
    db: &impl ConnectionTrait,
    claims: &[ClaimId],
) -> Result<Vec<anchor::Model>> {
    let list = current().filter(anchor::Column::ClaimId.is_in(claims.iter().copied()));
    Ok(list
        .order_by_asc(anchor::Column::StartAt)
        .order_by_asc(anchor::Column::Ordinal)
        .all(db)
        .await?)
}

/// Returns the words that a claim is anchored to now. Reviewers have read these words, unless the
/// claim is stale.
pub async fn words_of(db: &impl ConnectionTrait, claim: &claim::Model) -> Result<Vec<Found>> {
    let anchors = anchors_of(db, &[claim.id]).await?;
    let text = revision::text_of(db, claim.revision_id).await?;
    let index = Index::new(&text);
    Ok(anchors.iter().map(|anchor| quote::at(&index, anchor.extent().utf8())).collect())
}

/// Selects the anchors of claims in the revision where each claim currently is.
fn current() -> Select<anchor::Entity> {
    let here = anchor::Entity::belongs_to(claim::Entity)
        .from(anchor::Column::RevisionId)
        .to(claim::Column::RevisionId);
    let own = Expr::col((anchor::Entity, anchor::Column::ClaimId))
        .equals((claim::Entity, claim::Column::Id));
    anchor::Entity::find()
        .join(JoinType::InnerJoin, here.into())
        .filter(own)
        .filter(anchor::is_last())
}

/// A new text, aligned with the previous one.
struct Prepared {
    cut: Cut,
    /// None if the texts are equal.
    alignment: Option<Alignment>,
}

impl Prepared {
    fn new(old: &Side, cut: Cut) -> Self {
        let new = Side { text: Arc::clone(&cut.text), sentences: Self::sentences(&cut) };
        Self { alignment: Some(Alignment::new(old, &new)), cut }
    }

    /// The same text with other sentences. Nothing that a reader sees changes, so nothing is compared.
    const fn recut(cut: Cut) -> Self {
        Self { alignment: None, cut }
    }

    /// The sentences of a text, as ranges of bytes.
    fn sentences(cut: &Cut) -> Vec<Range<usize>> {
        let sentences = cut.pieces.iter().filter(|piece| piece.kind == SpanKind::Sentence);
        sentences.map(|piece| piece.extent.utf8()).collect()
    }
}

/// Follows an anchor into a newer text, or into an equal one without an alignment. Returns the change that the text made, the resulting status,
/// and the new range.
fn follow(
    alignment: Option<&Alignment>,
    index: &Index,
    anchor: &anchor::Model,
) -> (Status, Status, Found) {
    let covered: Range<usize> = anchor.extent().utf8();
    let (step, range) = match alignment {
        _ if anchor.status == Status::Orphaned => {
            let place = alignment.map_or(covered.start, |all| all.place(covered.start));
            (Status::Orphaned, place..place)
        }
        Some(alignment) => {
            let trace = alignment.trace(covered);
            (trace.status, trace.range)
        }
        None => (Status::Exact, covered),
    };
    // A combining mark after the range may have become part of its last character.
    let mut whole = index.whole(range.clone());
    let step = if whole != range && step < Status::Changed { Status::Changed } else { step };
    let status = anchor.status.then(step);
    if status == Status::Orphaned {
        whole.end = whole.start;
    }
    let found = match status {
        Status::Exact | Status::Moved | Status::Reworded => quote::at(index, whole),
        // The words that were read are kept, so that an editor can search for them.
        Status::Changed | Status::Orphaned => Found {
            extent: index.extent(whole),
            exact: anchor.exact.clone(),
            prefix: anchor.prefix.clone(),
            suffix: anchor.suffix.clone(),
        },
    };
    (step, status, found)
}

/// The effect of a revision on one claim.
struct Carried {
    claim: claim::Model,
    /// The worst status of its anchors.
    worst: Status,
    position: i32,
    /// Whether the status of any anchor has changed.
    changed: bool,
    /// Whether words that reviewers read have changed.
    reworded: bool,
    /// The effect of an earlier text that is put back, if it puts the claim's anchors back.
    put_back: Option<PutBack>,
}

impl Carried {
    /// Whether the claim is stale after the revision.
    fn is_stale(&self) -> bool {
        match &self.put_back {
            Some(put_back) => put_back.stale,
            None => self.claim.stale || self.reworded,
        }
    }
}

async fn carry_over(
    txn: &DatabaseTransaction,
    actor: &Actor,
    mut article: article::Model,
    before: &revision::Model,
    prepared: &Prepared,
    note: Option<String>,
    earlier: &[revision::Model],
) -> Result<(article::Model, Vec<anchor::Model>)> {
    let text = &prepared.cut.text;
    let index = Index::new(text);
    let draft = NewRevision { article: &article, number: before.number + 1, note, at: actor.now() };
    let revision = revision::store(txn, actor, draft, &prepared.cut).await?;
    let (carried, placed) = place(txn, article.id, before.id, prepared, &index, earlier).await?;
    let anchors = anchor::store_all(txn, actor, revision.id, placed).await?;
    store_statuses(txn, revision.id, &carried).await?;
    restore::keep_fresh(txn, &carried).await?;

    retitle(txn, &mut article, text.split('\n').next().unwrap_or_default()).await?;
    let detail = revised_detail(&article, &revision, &anchors, &carried, earlier);
    event::append(
        txn,
        actor,
        article.newsroom_id,
        Kind::ArticleRevised,
        article::subject(&article),
        detail,
    )
    .await?;
    Ok((article, anchors))
}

/// Carries the claims of an article into a new text, and stores nothing. Returns the effect on each
/// claim, and the new anchors.
async fn place(
    db: &impl ConnectionTrait,
    article: ArticleId,
    before: RevisionId,
    prepared: &Prepared,
    index: &Index<'_>,
    earlier: &[revision::Model],
) -> Result<(Vec<Carried>, Vec<Placed>)> {
    let mut carried = live_claims(db, article).await?;
    let here = current()
        .filter(anchor::Column::RevisionId.eq(before))
        .filter(claim::Column::State.ne(claim::State::Withdrawn));
    let mut placed = Vec::new();
    for anchor in here
        .order_by_asc(anchor::Column::ClaimId)
        .order_by_asc(anchor::Column::Ordinal)
        .all(db)
        .await?
    {
        let Some(of) = carried.get_mut(&anchor.claim_id) else { continue };
        let (step, status, found) = follow(prepared.alignment.as_ref(), index, &anchor);
        of.worst = std::cmp::max(of.worst, status);
        of.position = std::cmp::min(of.position, found.extent.start);
        of.changed |= status != anchor.status;
        of.reworded |= step.is_stale() && anchor.status != Status::Orphaned;
        placed.push(Placed {
            claim: anchor.claim_id,
            wording: of.claim.wording,
            ordinal: anchor.ordinal,
            status,
            found,
        });
    }
    restore::put_back(db, earlier, &mut carried, &mut placed).await?;
    for anchor in &mut placed {
        anchor.wording += i32::from(carried.get(&anchor.claim).is_some_and(|of| of.reworded));
    }
    Ok((carried.into_values().collect(), placed))
}

/// The claims of an article that are not withdrawn, before they are carried.
async fn live_claims(
    db: &impl ConnectionTrait,
    article: ArticleId,
) -> Result<BTreeMap<ClaimId, Carried>> {
    let live = claim::Entity::find()
        .filter(claim::Column::ArticleId.eq(article))
        .filter(claim::Column::State.ne(claim::State::Withdrawn));
    let start = |claim: claim::Model| Carried {
        worst: Status::Exact,
        position: i32::MAX,
        changed: false,
        reworded: false,
        put_back: None,
        claim,
    };
    Ok(live.all(db).await?.into_iter().map(|claim| (claim.id, start(claim))).collect())
}

/// Stores the article's headline, if the revision changed it.
async fn retitle(
    txn: &DatabaseTransaction,
    article: &mut article::Model,
    title: &str,
) -> Result<()> {
    if title != article.title {
        (article.title, article.folded_title) = (title.to_owned(), text_input::fold(title));
        article::Entity::update_many()
            .col_expr(article::Column::Title, Expr::value(article.title.clone()))
            .col_expr(article::Column::FoldedTitle, Expr::value(article.folded_title.clone()))
            .filter(article::Column::Id.eq(article.id))
            .exec(txn)
            .await?;
    }
    Ok(())
}

/// The detail of the event of a revision: what it did to each claim.
fn revised_detail(
    article: &article::Model,
    revision: &revision::Model,
    anchors: &[anchor::Model],
    carried: &[Carried],
    earlier: &[revision::Model],
) -> serde_json::Value {
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    for anchor in anchors {
        *counts.entry(anchor.status).or_default() += 1;
    }
    let counts: serde_json::Map<_, _> =
        counts.into_iter().map(|(status, count)| (status.to_value(), json!(count))).collect();
    let changed = carried.iter().filter(|of| of.changed || of.reworded);
    let changed: serde_json::Map<_, _> =
        changed.map(|of| (of.claim.id.to_string(), json!(of.worst))).collect();
    let wordings = carried.iter().filter(|of| of.reworded);
    let wordings: serde_json::Map<_, _> =
        wordings.map(|of| (of.claim.id.to_string(), json!(of.claim.wording + 1))).collect();
    json!({
        "revision": revision.number,
        "title": article.title,
        "sha256": revision.sha256,
        "length": revision.length,
        "note": revision.note,
        "anchors": counts,
        "claims": changed,
        "wordings": wordings,
        "restores": earlier.first().map(|revision| revision.number),
        "putBack": restore::detail(carried),
    })
}

/// Stores the claims' status in a revision. The number of statements does not grow with the number
/// of claims.
async fn store_statuses(
    txn: &DatabaseTransaction,
    revision: RevisionId,
    carried: &[Carried],
) -> Result<()> {
    use claim::Column;
    // 500 claims per statement stay below the parameter limit of both databases.
    for chunk in carried.chunks(500) {
        let of = |which: &dyn Fn(&&Carried) -> bool| {
            chunk.iter().filter(which).map(|of| of.claim.id).collect::<Vec<_>>()
        };
        let position = chunk.iter().fold(CaseStatement::new(), |case, of| {
            case.case(Column::Id.eq(of.claim.id), of.position)
        });
        claim::Entity::update_many()
            .col_expr(Column::RevisionId, Expr::value(revision))
            .col_expr(Column::Position, position.finally(Expr::col(Column::Position)).into())
            .filter(Column::Id.is_in(of(&|_| true)))
            .exec(txn)
            .await?;
        for status in Status::iter() {
            let claims = of(&|of| (of.changed || of.reworded) && of.worst == status);
            if !claims.is_empty() {
                claim::Entity::update_many()
                    .col_expr(Column::AnchorStatus, Expr::value(status))
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
        let fresh = of(&|of| of.put_back.as_ref().is_some_and(|put_back| !put_back.stale));
        if !fresh.is_empty() {
            claim::Entity::update_many()
                .col_expr(Column::Stale, Expr::value(false))
                .filter(Column::Id.is_in(fresh))
                .exec(txn)
                .await?;
        }
    }
    Ok(())
}
