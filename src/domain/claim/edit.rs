//! Editing a claim.
//!
//! Invariant: a claim's own words never change after the first verdict.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::{ClaimantKind, claimant, save, subject, tag};
use super::{Model, fetch_to_change, folded, lock, make_findable, parse_claimant, parse_statement};
use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::ClaimId;
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::time::Day;

/// Changes to a claim. Omitted fields stay unchanged. `null` clears a field.
#[derive(InputObject)]
pub struct EditClaimInput {
    /// The claim's id.
    claim: ID,
    /// The assertion: at most 1,000 characters. The statement, claimant and day cannot change after
    /// the first verdict.
    statement: Option<String>,
    /// The person or organisation that makes the claim: one line of at most 200 characters. `null`
    /// clears it.
    claimant: MaybeUndefined<String>,
    /// The kind of claimant. It may change after the first verdict. Default: unchanged.
    claimant_kind: Option<ClaimantKind>,
    /// The claimant's identifier in Wikidata, such as `Q42`. It may change after the first verdict.
    /// `null` clears it.
    claimant_identifier: MaybeUndefined<String>,
    /// The day on which the claim was made. It must not be in the future. `null` clears it.
    claimed_on: MaybeUndefined<Day>,
    /// Tags that replace the existing ones: at most 20, each of at most 50 characters.
    tags: Option<Vec<String>>,
    /// The claim's version that you read. Optional. CONFLICT if the claim has changed since.
    expected_version: Option<i32>,
}

/// Changes a claim's tags and what is known about its claimant, or its words if it has no verdict
/// yet.
pub async fn edit(
    db: &Db,
    actor: &Actor,
    input: EditClaimInput,
) -> Result<(Model, article::Model)> {
    let (claim, permit) = fetch_to_change(db, actor, &input.claim).await?;
    let statement = text_input::optional(input.statement.as_deref(), parse_statement)?;
    let claimant = match input.claimant {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => Some(Some(parse_claimant(&text)?)),
    };
    let identifier = match input.claimant_identifier {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => Some(Some(claimant::parse_identifier(&text)?)),
    };
    let tags = input.tags.as_deref().map(tag::parse_all).transpose()?;
    if let MaybeUndefined::Value(day) = input.claimed_on {
        day.expect_past("claimedOn", actor.now())?;
    }
    store::write(db, permit, move |txn, actor| async move {
        let (article, before) = lock(&txn, &claim, input.expected_version).await?;
        before.expect_open()?;
        let mut after = before.clone();
        after.statement = statement.unwrap_or(after.statement);
        after.claimant = claimant.unwrap_or(after.claimant);
        after.claimant_kind = input.claimant_kind.map_or(after.claimant_kind, claimant::stored);
        after.claimant_identifier = identifier.unwrap_or(after.claimant_identifier);
        match input.claimed_on {
            MaybeUndefined::Undefined => {}
            other => after.claimed_on = other.take(),
        }
        let old_tags = tag::of(&txn, before.id).await?;
        let same_tags = tags.as_ref().is_none_or(|tags| *tags == old_tags);
        if after == before && same_tags {
            let message = "This changes nothing. Send a different statement, claimant, day or tags.";
            return Err(Error::invalid("claim", Reason::Unchanged, message));
        }
        after.folded = folded(&after.statement, after.claimant.as_deref());
        after.version += 1;
        let reworded = (&after.statement, &after.claimant, after.claimed_on) != (&before.statement, &before.claimant, before.claimed_on);
        if reworded {
            expect_unjudged(&txn, &before, &after).await?;
            after.wording += i32::from((&after.statement, &after.claimant) != (&before.statement, &before.claimant));
        }
        if let Some(tags) = &tags {
            tag::replace(&txn, after.id, tags).await?;
        }
        save(&txn, &after).await?;
        make_findable(&txn, &after).await?;
        let words = |claim: &Model| json!({ "statement": claim.statement, "claimant": claim.claimant, "claimedOn": claim.claimed_on, "claimantKind": claim.claimant_kind, "claimantIdentifier": claim.claimant_identifier });
        let detail = json!({ "before": words(&before), "after": words(&after), "tags": tags, "wording": after.wording });
        event::append(&txn, &actor, after.newsroom_id, Kind::ClaimEdited, subject(&after), detail).await?;
        Ok((after, article))
    })
    .await
}

/// Refuses other words for a claim that was judged.
async fn expect_unjudged(txn: &DatabaseTransaction, before: &Model, after: &Model) -> Result<()> {
    if !was_judged(txn, before.id).await? {
        return Ok(());
    }
    let message = "This claim has been judged, so its words cannot change. Withdraw it and mark a \
                   new claim.";
    let changed = |now: bool, field: &'static str| now.then_some(field);
    let field = changed(after.statement != before.statement, "statement")
        .or_else(|| changed(after.claimant != before.claimant, "claimant"))
        .unwrap_or("claimedOn");
    Err(Error::invalid(field, Reason::ClaimJudged, message))
}

/// Whether a verdict was ever submitted on the claim, including withdrawn ones.
async fn was_judged(txn: &DatabaseTransaction, id: ClaimId) -> Result<bool> {
    let submitted = event::Entity::find().select_only().column(event::Column::Number);
    let submitted = submitted
        .filter(event::Column::ClaimId.eq(id))
        .filter(event::Column::Kind.eq(Kind::VerdictSubmitted));
    Ok(submitted.into_tuple::<i32>().one(txn).await?.is_some())
}
