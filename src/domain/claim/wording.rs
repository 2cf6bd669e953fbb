//! The wording of a claim: what a reviewer judges.
//!
//! Invariant: the wording version rises only when the claim's statement or claimant, the words that
//! it is anchored to, or its anchors change. Tags, assignments, verdicts and rulings leave it as it
//! is.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value as Json;

use super::Model;
use crate::domain::error::{Error, Reason, Result, WordingChange};
use crate::domain::event::{self, Kind};
use crate::domain::text::alignment::Status;

/// The number of events that are searched for the causes of a conflict: the newest.
const MOST_EVENTS: u64 = 200;

/// The version of a claim that a reviewer says they have read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Read {
    /// The claim's version.
    pub version: Option<i32>,
    /// The claim's wording version.
    pub wording: Option<i32>,
}

impl Read {
    /// Whether the reviewer names a version at all.
    pub const fn is_named(self) -> bool {
        self.version.is_some() || self.wording.is_some()
    }

    /// Refuses an outdated wording version. The answer says what changed.
    pub async fn expect_current_wording(
        self,
        txn: &DatabaseTransaction,
        claim: &Model,
    ) -> Result<()> {
        match self.wording {
            Some(read) if read != claim.wording => Err(Error::WordingChanged {
                current_version: claim.version,
                current_wording: claim.wording,
                changed: changes_since(txn, claim, read).await?.into_iter().collect(),
            }),
            _ => Ok(()),
        }
    }
}

impl Model {
    /// Returns an error if the claim's words are no longer in the article. `field` is the input
    /// field that names the claim or its verdict.
    pub fn expect_anchored(&self, field: &'static str) -> Result<()> {
        if self.anchor_status != Status::Orphaned {
            return Ok(());
        }
        let message = "The claim's words are no longer in the article. An editor must re-anchor \
                       the claim before anybody can judge it.";
        Err(Error::invalid(field, Reason::ClaimOrphaned, message))
    }
}

/// The error for a reviewer who must say which wording they read.
pub fn version_required(message: &str) -> Error {
    // Clients know the reason with this field, from before wording versions.
    let message = format!(
        "{message} Send `expectedWordingVersion`, the `wordingVersion` of the claim that you read."
    );
    Error::invalid("expectedVersion", Reason::ExpectedVersionRequired, message)
}

/// The changes that raised the claim's wording version above `read`, according to the newsroom's log.
async fn changes_since(
    txn: &DatabaseTransaction,
    claim: &Model,
    read: i32,
) -> Result<BTreeSet<WordingChange>> {
    use event::Column;
    let of_claim =
        event::Entity::find().filter(Column::ClaimId.eq(claim.id)).filter(Column::Kind.is_in([
            Kind::ClaimEdited,
            Kind::ClaimReanchored,
            Kind::ClaimRestored,
        ]));
    let of_article = event::Entity::find()
        .filter(Column::ArticleId.eq(claim.article_id))
        .filter(Column::Kind.eq(Kind::ArticleRevised));
    let id = claim.id.to_string();
    let mut changes = BTreeSet::new();
    for list in [of_claim, of_article] {
        for event in list.order_by_desc(Column::Number).limit(MOST_EVENTS).all(txn).await? {
            let detail: Json = serde_json::from_str(&event.detail).unwrap_or_default();
            let wording = detail["wording"].as_i64().or_else(|| detail["wordings"][&id].as_i64());
            if wording.is_none_or(|wording| wording <= i64::from(read)) {
                continue;
            }
            let differs = |key: &str| detail["before"][key] != detail["after"][key];
            match event.kind {
                Kind::ClaimReanchored => changes.extend([WordingChange::Anchors]),
                Kind::ArticleRevised | Kind::ClaimRestored => {
                    changes.extend([WordingChange::Text]);
                }
                _ => {
                    changes.extend(differs("statement").then_some(WordingChange::Statement));
                    changes.extend(differs("claimant").then_some(WordingChange::Claimant));
                }
            }
        }
    }
    Ok(changes)
}
