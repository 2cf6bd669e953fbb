//! Reaffirming many verdicts in one step, after a content management system rewrote the typography
//! of an article.
//!
//! Invariants: a verdict is reaffirmed only if the words that its reviewer read, and all that a
//! reader takes together with them, differ from the words now only in
//! [`typography`], and no editor has put the claim in another place since. The other verdicts are listed with the reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Column, Entity, Model, Verdict, reaffirmation, rows};
use crate::domain::actor::Actor;
use crate::domain::article::{self, anchor, revision};
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, ArticleId, ClaimId, RevisionId, TypedId, VerdictId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text::alignment::{Side, Status};
use crate::domain::text::passage::Units;
use crate::domain::text::typography;
use crate::domain::text_input;

/// Your stale verdicts on an article.
#[derive(InputObject)]
pub struct ReaffirmVerdictsInput {
    /// The article's id.
    article: ID,
    /// A note of at most 1,000 characters, kept with each verdict that is reaffirmed. Optional.
    note: Option<String>,
}

/// The reason why a verdict was not reaffirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum NotReaffirmedReason {
    /// The words, or the sentences around them, differ in more than typography, or an editor
    /// put the claim in another place. Read the words, and use `reaffirmVerdict`.
    WordsDiffer,
    /// The claim's words are no longer in the article. An editor must re-anchor the claim first.
    ClaimOrphaned,
    /// The claim or the verdict changed at the same time. Try again.
    ChangedMeanwhile,
}

/// A stale verdict that was left as it is.
#[derive(Clone, Debug, SimpleObject)]
pub struct NotReaffirmedVerdict {
    /// The verdict, which is still stale.
    pub verdict: Verdict,
    /// The reason why it was not reaffirmed.
    pub reason: NotReaffirmedReason,
}

/// The result of reaffirming.
pub struct Outcome {
    /// The article, with a higher version if a verdict was reaffirmed.
    pub article: article::Model,
    /// The verdicts that were reaffirmed.
    pub reaffirmed: Vec<Verdict>,
    /// The verdicts that were not.
    pub left: Vec<NotReaffirmedVerdict>,
}

/// Reaffirms those of the actor's own stale verdicts on an article whose words differ from what the
/// actor read only in typography.
pub async fn make(db: &Db, actor: &Actor, input: ReaffirmVerdictsInput) -> Result<Outcome> {
    let reviewer = actor.signed_in()?;
    let article = article::fetch(db, actor, ArticleId::parse("article", &input.article)?).await?;
    let permit = actor.require(Action::Judge, article.newsroom_id)?;
    let note =
        text_input::optional(input.note.as_deref(), |note| text_input::prose("note", note, 1000))?;
    // Comparing long texts is slow, so it is done before the article is locked.
    let found = find_stale(db, reviewer, article.id).await?;
    let judged = compare(db, actor, &article, found).await?;
    store::write(db, permit, move |txn, actor| async move {
        let (mut reaffirmed, mut left) = (Vec::new(), Vec::new());
        for (verdict, claim, same) in judged {
            let (verdict, reason) =
                keep(&txn, &actor, (verdict, claim, same), note.as_deref()).await?;
            match reason {
                None => reaffirmed.push(verdict),
                Some(reason) => left.push(NotReaffirmedVerdict { verdict, reason }),
            }
        }
        let article = article::fetch_row(&*txn, article.id).await?;
        Ok(Outcome { article, reaffirmed, left })
    })
    .await
}

/// A stale verdict, its claim, and whether the claim's words still differ only in typography from
/// those that were read.
type Judged = (Model, claim::Model, bool);

/// Reaffirms a verdict, or says why not.
async fn keep(
    txn: &DatabaseTransaction,
    actor: &Actor,
    (verdict, claim, same): Judged,
    note: Option<&str>,
) -> Result<(Verdict, Option<NotReaffirmedReason>)> {
    let reason = if claim.anchor_status == Status::Orphaned {
        Some(NotReaffirmedReason::ClaimOrphaned)
    } else {
        (!same).then_some(NotReaffirmedReason::WordsDiffer)
    };
    if reason.is_some() {
        return Ok((super::reread(txn, verdict.id).await?, reason));
    }
    article::hold(txn, claim.article_id).await?;
    let now = claim::find_in(txn, claim.id).await?;
    let current = Entity::find_by_id(verdict.id).one(txn).await?;
    let is_same = now.wording == claim.wording
        && now.withdrawn_at.is_none()
        && current.as_ref().is_some_and(|current| current.version == verdict.version);
    if !is_same {
        let verdict = super::reread(txn, verdict.id).await?;
        return Ok((verdict, Some(NotReaffirmedReason::ChangedMeanwhile)));
    }
    let (_, mut now) = claim::lock(txn, &claim, None).await?;
    let more = json!({ "typographyOnly": true });
    let note = note.map(str::to_owned);
    Ok((reaffirmation::record(txn, actor, &mut now, verdict, note, more).await?, None))
}

/// The reviewer's stale verdicts on claims of an article, each with its claim.
async fn find_stale(
    db: &Db,
    reviewer: AccountId,
    article: ArticleId,
) -> Result<Vec<(Model, claim::Model)>> {
    let own = rows()
        .filter(Column::ReviewerId.eq(reviewer))
        .filter(claim::Column::ArticleId.eq(article))
        .filter(claim::Column::State.ne(claim::State::Withdrawn))
        .filter(super::is_stale());
    let ids: Vec<VerdictId> =
        own.into_model::<Verdict>().all(db).await?.into_iter().map(|row| row.id).collect();
    let mut verdicts = Vec::new();
    for chunk in ids.chunks(500) {
        let list = Entity::find().filter(Column::Id.is_in(chunk.iter().copied()));
        verdicts.extend(list.all(db).await?);
    }
    verdicts.sort_by_key(|verdict| verdict.id);
    let claims: Vec<_> = verdicts.iter().map(|verdict| verdict.claim_id).collect();
    let mut claims: HashMap<_, _> =
        claim::find_all(db, &claims).await?.into_iter().map(|claim| (claim.id, claim)).collect();
    Ok(verdicts
        .into_iter()
        .filter_map(|verdict| Some((verdict.clone(), claims.remove(&verdict.claim_id)?)))
        .collect())
}

/// The text of a revision, with the anchors of claims in it.
struct Page {
    side: Side,
    anchors: HashMap<ClaimId, Vec<anchor::Model>>,
}

/// Compares, for each verdict, the words that its reviewer read with the words now.
async fn compare(
    db: &Db,
    actor: &Actor,
    article: &article::Model,
    stale: Vec<(Model, claim::Model)>,
) -> Result<Vec<Judged>> {
    if stale.is_empty() {
        return Ok(Vec::new());
    }
    let numbers: BTreeSet<_> = stale.iter().map(|(verdict, _)| verdict.read_revision).collect();
    let read: BTreeMap<i32, RevisionId> = revision::numbers_of(db, article.id, &numbers).await?;
    let claims: Vec<_> = stale.iter().map(|(_, claim)| claim.id).collect();
    let now: BTreeSet<_> = stale.iter().map(|(_, claim)| claim.revision_id).collect();
    let moved = anchor::last_moved(db, &claims).await?;
    let mut pages: HashMap<RevisionId, Page> = HashMap::new();
    for id in read.values().copied().chain(now).collect::<BTreeSet<_>>() {
        let mut anchors: HashMap<ClaimId, Vec<anchor::Model>> = HashMap::new();
        for anchor in anchor::of_claims_in(db, id, &claims).await? {
            anchors.entry(anchor.claim_id).or_default().push(anchor);
        }
        pages.insert(id, Page { side: revision::side_of(db, id).await?, anchors });
    }
    db.while_away(actor.compute(move || {
        let units: HashMap<_, _> = pages
            .iter()
            .map(|(id, page)| (*id, Units::new(&page.side.text, page.side.sentences.clone())))
            .collect();
        let words = |id: RevisionId, claim: ClaimId, wording: i32| {
            let (page, units) = (pages.get(&id)?, units.get(&id)?);
            let anchors = page.anchors.get(&claim)?.iter().filter(|it| it.wording <= wording);
            let last = anchors.clone().map(|anchor| anchor.wording).max()?;
            let mut anchors: Vec<_> = anchors.filter(|anchor| anchor.wording == last).collect();
            anchors.sort_by_key(|anchor| (anchor.start_at, anchor.ordinal));
            let form = |anchor: &&anchor::Model| {
                let range = anchor.extent().utf8();
                form(&page.side.text, units.around(&range), &range)
            };
            let is_empty = anchors.iter().any(|anchor| anchor.status == Status::Orphaned);
            (!is_empty).then(|| anchors.iter().map(form).collect::<Vec<_>>())
        };
        stale
            .into_iter()
            .map(|(verdict, claim)| {
                let then = read
                    .get(&verdict.read_revision)
                    .and_then(|id| words(*id, claim.id, verdict.read_wording));
                let now = words(claim.revision_id, claim.id, claim.wording);
                let is_moved =
                    moved.get(&claim.id).is_some_and(|last| *last > verdict.read_wording);
                let same = then.is_some() && then == now && !is_moved;
                (verdict, claim, same)
            })
            .collect()
    }))
    .await
}

/// The folded text of a reading unit, with a control character on both sides of the quote. No
/// article contains this character.
fn form(text: &str, unit: Range<usize>, quote: &Range<usize>) -> String {
    let parts = [unit.start..quote.start, quote.clone(), quote.end..unit.end];
    typography::folded(&parts.map(|part| &text[part]).join("\u{1}"))
}
