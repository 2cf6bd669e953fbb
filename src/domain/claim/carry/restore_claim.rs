//! Restoring a withdrawn claim.
//!
//! Invariant: the claim is carried from the text at the time of its withdrawal into the newest text,
//! like every claim that a revision carries. If its words changed meanwhile, its verdicts are stale.

use std::sync::Arc;

use async_graphql::{ID, InputObject};
use sea_orm::DatabaseTransaction;
use serde_json::{Value as Json, json};

use super::{anchors_of, follow};
use crate::domain::actor::Actor;
use crate::domain::article::anchor::{self, Placed};
use crate::domain::article::{self, revision};
use crate::domain::claim::{self, State};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::newsroom;
use crate::domain::store::{self, Db};
use crate::domain::text::alignment::{Alignment, Status};
use crate::domain::text::passage::Index;
use crate::domain::text_input;

/// A withdrawn claim to restore.
#[derive(InputObject)]
pub struct RestoreClaimInput {
    /// The claim's id.
    claim: ID,
    /// The reason: at most 1,000 characters. It is kept in the audit log.
    reason: String,
    /// The claim's version that you read. Optional. CONFLICT if the claim has changed since.
    expected_version: Option<i32>,
}

/// The newest text, aligned with the one at the time of the withdrawal.
struct Ahead {
    newest: revision::Model,
    text: Arc<str>,
    /// None if the texts are equal.
    alignment: Option<Alignment>,
}

/// The maximum number of attempts because another revision was stored in the meantime.
const MOST_ATTEMPTS: usize = 5;

/// Restores a withdrawn claim, with its verdicts, tags and links.
pub async fn restore_claim(
    db: &Db,
    actor: &Actor,
    input: RestoreClaimInput,
) -> Result<(claim::Model, article::Model)> {
    let (claim, permit) = claim::fetch_to_change(db, actor, &input.claim).await?;
    let reason = text_input::prose("reason", &input.reason, 1000)?;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let newest = revision::newest(db, claim.article_id).await?;
        let ahead = ahead(db, actor, &claim, newest).await?;
        let (claim, reason, expected) = (claim.clone(), reason.clone(), input.expected_version);
        let done = store::write(db, permit, move |txn, actor| async move {
            let (article, claim) = claim::lock(&txn, &claim, expected).await?;
            let newest = revision::newest(&*txn, article.id).await?;
            if claim.revision_id != newest.id
                && ahead.as_ref().is_none_or(|ahead| ahead.newest.id != newest.id)
            {
                return Err(Error::NewerRevision { current_revision: newest.number });
            }
            Ok((restore(&txn, &actor, claim, ahead, reason).await?, article))
        });
        match done.await {
            Err(Error::NewerRevision { .. }) if attempts < MOST_ATTEMPTS => {}
            done => return done,
        }
    }
}

async fn ahead(
    db: &Db,
    actor: &Actor,
    claim: &claim::Model,
    newest: revision::Model,
) -> Result<Option<Ahead>> {
    if claim.revision_id == newest.id {
        return Ok(None);
    }
    let old = revision::side_of(db, claim.revision_id).await?;
    let new = revision::side_of(db, newest.id).await?;
    let text = Arc::clone(&new.text);
    let align = move || (old.text != new.text).then(|| Alignment::new(&old, &new));
    let alignment = actor.compute(align).await?;
    Ok(Some(Ahead { newest, text, alignment }))
}

async fn restore(
    txn: &DatabaseTransaction,
    actor: &Actor,
    mut claim: claim::Model,
    ahead: Option<Ahead>,
    reason: String,
) -> Result<claim::Model> {
    if claim.state != State::Withdrawn {
        let message = "The claim is not withdrawn, so it cannot be restored.";
        return Err(Error::invalid("claim", Reason::NotWithdrawn, message));
    }
    let detail = json!({
        "reason": reason,
        "withdrawnAt": claim.withdrawn_at.take(),
        "withdrawnReason": claim.withdrawn_reason.take(),
    });
    let wording = claim.wording;
    let anchors = match ahead {
        Some(ahead) => carry(txn, actor, &mut claim, &ahead).await?,
        None => Json::Null,
    };
    let policy = newsroom::policy_of(txn, actor, claim.newsroom_id).await?;
    claim.state = State::of(claim.verdict_count, policy);
    claim.version += 1;
    claim::save(txn, &claim).await?;
    claim::make_findable(txn, &claim).await?;
    let mut detail = detail;
    detail["state"] = json!(claim.state);
    detail["anchors"] = anchors;
    if claim.wording != wording {
        detail["wording"] = json!(claim.wording);
    }
    let about = claim::subject(&claim);
    event::append(txn, actor, claim.newsroom_id, Kind::ClaimRestored, about, detail).await?;
    Ok(claim)
}

/// Carries the claim's anchors into the newest text. Returns their statuses.
async fn carry(
    txn: &DatabaseTransaction,
    actor: &Actor,
    claim: &mut claim::Model,
    ahead: &Ahead,
) -> Result<Json> {
    let index = Index::new(&ahead.text);
    let (mut placed, mut is_reworded) = (Vec::new(), false);
    for anchor in anchors_of(txn, &[claim.id]).await? {
        let (step, status, found) = follow(ahead.alignment.as_ref(), &index, &anchor);
        is_reworded |= step.is_stale() && anchor.status != Status::Orphaned;
        placed.push(Placed {
            claim: claim.id,
            wording: claim.wording,
            ordinal: anchor.ordinal,
            status,
            found,
        });
    }
    if is_reworded {
        claim.reread_from = claim.wording;
        claim.wording += 1;
        claim.stale = true;
        for place in &mut placed {
            place.wording = claim.wording;
        }
    }
    claim.revision_id = ahead.newest.id;
    claim.anchor_status = placed.iter().map(|place| place.status).max().unwrap_or(Status::Exact);
    claim.position =
        placed.iter().map(|place| place.found.extent.start).min().unwrap_or(claim.position);
    let anchors = anchor::store_all(txn, actor, ahead.newest.id, placed).await?;
    Ok(anchors.iter().map(|anchor| json!(anchor.status)).collect())
}
