//! Previewing a revision: its effect on the claims of its article, before it is stored.
//!
//! Invariant: a preview writes nothing, and reports what storing the same text would do to the claims
//! as they are now.

use std::collections::HashMap;

use async_graphql::{InputObject, SimpleObject};

use super::revise::recompose;
use super::{Carried, Prepared, place};
use crate::domain::actor::Actor;
use crate::domain::article::{self, revision};
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::ids::ClaimId;
use crate::domain::page::small;
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::text::alignment::Status;
use crate::domain::text::passage::Index;

/// The most claims that a preview lists.
const MOST_CLAIMS: usize = 100;

/// A newer text of an article, as for `reviseArticle`.
#[derive(InputObject)]
pub struct RevisionPreviewInput {
    /// The headline: one line of at most 500 characters. Default: unchanged.
    title: Option<String>,
    /// The text below the headline, one paragraph per line. Headline and body together must not
    /// exceed 1 MiB of UTF-8. Default: unchanged.
    body: Option<String>,
}

/// The effect that a newer text would have on the claims of its article.
#[derive(Clone, Debug, SimpleObject)]
pub struct RevisionPreview {
    /// The number of the newest revision. Send it as `basedOnRevision`, so that the revision has the
    /// effect that you saw.
    based_on_revision: i32,
    /// Number of claims that the revision would carry into the new text. Withdrawn claims stay in the
    /// earlier text.
    claim_count: i32,
    /// Number of claims that are not stale and would become stale.
    stale_count: i32,
    /// Number of claims that would lose their words: they would become stale, and an editor must
    /// re-anchor them.
    lost_count: i32,
    /// Number of stale claims that would be fresh again, because their earlier words come back.
    fresh_count: i32,
    /// The claims whose words would change, in the order of the new text. At most 100.
    claims: Vec<PreviewedClaim>,
}

/// The effect that a newer text would have on a claim.
#[derive(Clone, Debug, SimpleObject)]
pub struct PreviewedClaim {
    /// The claim as it is now.
    claim: claim::Model,
    /// Compares the words in the new text with the words that were marked or last re-anchored. The
    /// worst status of the claim's anchors.
    status: Status,
    /// Whether the claim would be stale.
    stale: bool,
    /// The words at the claim's places in the new text. Empty if the claim would lose its words.
    words: Vec<String>,
}

/// Returns the effect of a newer text on the claims of the article.
pub async fn preview(
    db: &Db,
    actor: &Actor,
    article: &article::Model,
    input: RevisionPreviewInput,
) -> Result<RevisionPreview> {
    actor.require(Action::ReviseArticle, article.newsroom_id)?;
    article.expect_present("article")?;
    let before = revision::newest(db, article.id).await?;
    let old = revision::side_of(db, before.id).await?;
    let text = recompose(&old.text, input.title.as_deref(), input.body.as_deref())?;
    let is_same = *text == *old.text;
    let earlier =
        if is_same { Vec::new() } else { revision::with_text(db, article.id, &text, None).await? };
    let cut = revision::cut(actor, text, article.language.clone());
    let cut = db.while_away(cut).await?;
    let prepared = actor
        .compute(move || if is_same { Prepared::recut(cut) } else { Prepared::new(&old, cut) });
    let prepared = db.while_away(prepared).await?;
    let index = Index::new(&prepared.cut.text);
    let (carried, placed) = place(db, article.id, before.id, &prepared, &index, &earlier).await?;
    let mut words: HashMap<ClaimId, Vec<String>> = HashMap::new();
    for anchor in placed.iter().filter(|anchor| anchor.status != Status::Orphaned) {
        let at = prepared.cut.text[anchor.found.extent.utf8()].to_owned();
        words.entry(anchor.claim).or_default().push(at);
    }
    Ok(RevisionPreview { based_on_revision: before.number, ..counted(carried, words) })
}

fn counted(mut carried: Vec<Carried>, mut words: HashMap<ClaimId, Vec<String>>) -> RevisionPreview {
    let count = |holds: &dyn Fn(&Carried) -> bool| {
        small(carried.iter().filter(|of| holds(of)).count().try_into().unwrap_or(i64::MAX))
    };
    let is_lost =
        |of: &Carried| of.worst == Status::Orphaned && of.claim.anchor_status != Status::Orphaned;
    let preview = RevisionPreview {
        based_on_revision: 0,
        claim_count: count(&|_| true),
        stale_count: count(&|of| of.is_stale() && !of.claim.stale),
        lost_count: count(&is_lost),
        fresh_count: count(&|of| !of.is_stale() && of.claim.stale),
        claims: Vec::new(),
    };
    carried.retain(|of| of.changed || of.reworded);
    carried.sort_by_key(|of| (of.position, of.claim.id));
    let claims = carried.into_iter().take(MOST_CLAIMS).map(|of| PreviewedClaim {
        status: of.worst,
        stale: of.is_stale(),
        words: words.remove(&of.claim.id).unwrap_or_default(),
        claim: of.claim,
    });
    RevisionPreview { claims: claims.collect(), ..preview }
}
