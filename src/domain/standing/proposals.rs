//! Proposals: where the words of a stale claim may stand now, for the editor who re-anchors it.

use std::collections::{BTreeSet, HashMap};

use async_graphql::SimpleObject;

use super::anchors_of;
use crate::domain::anchor;
use crate::domain::article::revision;
use crate::domain::error::Result;
use crate::domain::ids::ClaimId;
use crate::domain::likeness::{Likely, Lost, Searched};
use crate::domain::passage::{Extent, Index, OffsetUnit};
use crate::domain::store::Db;
use crate::domain::turns;

/// A place in the newest text where words that a claim has lost may stand. It is offered, never taken: an editor decides.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "AnchorProposal", complex)]
pub struct Proposal {
    #[graphql(skip)]
    pub claim: ClaimId,
    /// The anchor that it is offered for.
    pub anchor: anchor::Model,
    #[graphql(skip)]
    pub extent: Extent,
    /// The words that stand there.
    pub exact: String,
    /// How likely it is, from 0 to 1: by how much of the quote stands there, of what stood around it, and how far from its place.
    pub score: f64,
}

impl Proposal {
    /// Where it begins and ends, in `unit`.
    pub const fn bounds(&self, unit: OffsetUnit) -> (i32, i32) {
        self.extent.in_unit(unit)
    }
}

/// Likely places for each anchor of these claims that is REWORDED, CHANGED or ORPHANED: the best first, and then those that are nearly as good.
pub async fn of_claims(db: &Db, claims: &[ClaimId]) -> Result<Vec<Proposal>> {
    let mut lost = anchors_of(db.read(), claims).await?;
    lost.retain(|anchor| anchor.status.is_stale());
    let revisions: BTreeSet<_> = lost.iter().map(|anchor| anchor.revision_id).collect();
    if revisions.is_empty() {
        return Ok(Vec::new());
    }
    let texts = revision::texts_of(db.read(), &revisions.into_iter().collect::<Vec<_>>()).await?;
    db.while_away(turns::take(move || {
        let indexes: HashMap<_, _> = texts.iter().map(|(id, text)| (*id, (Index::new(text), Searched::new(text)))).collect();
        lost.into_iter()
            .filter_map(|anchor| indexes.get(&anchor.revision_id).map(|(index, text)| places(index, text, &anchor)))
            .flatten()
            .collect()
    }))
    .await
}

fn places(index: &Index, text: &Searched, anchor: &anchor::Model) -> Vec<Proposal> {
    let lost = Lost { exact: &anchor.exact, prefix: &anchor.prefix, suffix: &anchor.suffix, place: anchor.extent().utf8().start };
    let propose = |Likely { range, score }: Likely| {
        let range = index.whole(range);
        Proposal {
            claim: anchor.claim_id,
            anchor: anchor.clone(),
            extent: index.extent(range.clone()),
            exact: index.text()[range].to_owned(),
            score,
        }
    };
    text.find(&lost).into_iter().map(propose).collect()
}
