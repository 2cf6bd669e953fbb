//! Proposals: likely places for the words of a stale claim, for the editor who re-anchors it.

use std::collections::{BTreeSet, HashMap};

use async_graphql::SimpleObject;

use crate::domain::actor::Actor;
use crate::domain::article::anchor;
use crate::domain::article::revision;
use crate::domain::claim::carry::anchors_of;
use crate::domain::error::Result;
use crate::domain::ids::ClaimId;
use crate::domain::store::Db;
use crate::domain::text::likeness::{Likely, Lost, Searched};
use crate::domain::text::passage::{Extent, Index, OffsetUnit};

/// A place in the newest text that may hold words that a claim has lost. It is only a suggestion:
/// an editor decides.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "AnchorProposal", complex)]
pub struct Proposal {
    #[graphql(skip)]
    pub claim: ClaimId,
    /// The anchor that the proposal could replace.
    pub anchor: anchor::Model,
    #[graphql(skip)]
    pub extent: Extent,
    /// The words at the proposed place.
    pub exact: String,
    /// Likelihood from 0 to 1. It depends on how well the quote and the text around it match, and
    /// on the distance.
    pub score: f64,
}

impl Proposal {
    /// The start and end of the proposal, in `unit`.
    pub const fn bounds(&self, unit: OffsetUnit) -> (i32, i32) {
        self.extent.in_unit(unit)
    }
}

/// Proposes places for each REWORDED, CHANGED or ORPHANED anchor of these claims. The best comes
/// first, followed by those that are nearly as good.
pub async fn of_claims(db: &Db, actor: &Actor, claims: &[ClaimId]) -> Result<Vec<Proposal>> {
    let mut lost = anchors_of(db, claims).await?;
    lost.retain(|anchor| anchor.status.is_stale());
    let revisions: BTreeSet<_> = lost.iter().map(|anchor| anchor.revision_id).collect();
    if revisions.is_empty() {
        return Ok(Vec::new());
    }
    let texts = revision::texts_of(db, &revisions.into_iter().collect::<Vec<_>>()).await?;
    db.while_away(actor.compute(move || {
        let indexes: HashMap<_, _> =
            texts.iter().map(|(id, text)| (*id, (Index::new(text), Searched::new(text)))).collect();
        lost.into_iter()
            .filter_map(|anchor| {
                indexes.get(&anchor.revision_id).map(|(index, text)| places(index, text, &anchor))
            })
            .flatten()
            .collect()
    }))
    .await
}

fn places(index: &Index, text: &Searched, anchor: &anchor::Model) -> Vec<Proposal> {
    let lost = Lost {
        exact: &anchor.exact,
        prefix: &anchor.prefix,
        suffix: &anchor.suffix,
        place: anchor.extent().utf8().start,
    };
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
