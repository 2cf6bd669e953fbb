//! Adding a comment.
//!
//! Invariant: only members who may read a claim's comments add one.

use async_graphql::{ID, InputObject};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use super::{MOST_TEXT, Model, fetch, mention, reread, subject};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ClaimId, CommentId, TypedId, VerdictId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::verdict;

/// A comment to add.
#[derive(InputObject)]
pub struct AddCommentInput {
    /// The claim's id.
    claim: ID,
    /// The id of a verdict on the claim, if the comment is about that verdict. Optional.
    verdict: Option<ID>,
    /// The id of the comment that this one answers. An answer to a reply joins the same thread.
    /// Optional.
    reply_to: Option<ID>,
    /// The text: at most 5,000 characters.
    text: String,
    /// The account ids of up to 20 members of the newsroom to mention. Each finds the comment in
    /// `Account.mentions`, if they may see it.
    #[graphql(default)]
    mentions: Vec<ID>,
}

/// Adds a comment.
pub async fn add(db: &Db, actor: &Actor, input: AddCommentInput) -> Result<Model> {
    let author = actor.signed_in()?;
    let claim = claim::fetch(db, actor, ClaimId::parse("claim", &input.claim)?).await?;
    let permit = actor.require(Action::Comment, claim.newsroom_id)?;
    let text = text_input::visible_prose("text", &input.text, MOST_TEXT)?;
    let mentions = mention::parse(&input.mentions)?;
    let place = Place::parse(db, actor, &claim, &input).await?;
    store::write(db, permit, move |txn, actor| async move {
        expect_open(&txn, &actor, &claim).await?;
        let comment = Model {
            id: actor.new_id(),
            newsroom_id: claim.newsroom_id,
            claim_id: claim.id,
            verdict_id: place.verdict,
            parent_id: place.thread,
            author_id: author,
            text,
            version: 1,
            created_at: actor.now(),
            edited_at: None,
            resolved_at: None,
            resolved_by: None,
        };
        let row = comment.clone().into_active_model();
        super::Entity::insert(row).exec_without_returning(&*txn).await?;
        // Its verdict may have been withdrawn meanwhile, and be out of the author's sight.
        reread(&txn, &actor, comment.id).await?;
        mention::replace(&txn, comment.id, claim.newsroom_id, &mentions).await?;
        let detail = json!({ "comment": comment.id, "thread": place.thread, "mentions": mentions });
        let about = subject(&comment, &claim);
        event::append(&txn, &actor, claim.newsroom_id, Kind::CommentAdded, about, detail).await?;
        Ok(comment)
    })
    .await
}

/// The verdict that a comment is about, and the thread that it continues.
struct Place {
    verdict: Option<VerdictId>,
    thread: Option<CommentId>,
}

impl Place {
    async fn parse(
        db: &Db,
        actor: &Actor,
        claim: &claim::Model,
        input: &AddCommentInput,
    ) -> Result<Self> {
        let mut place = Self { verdict: None, thread: None };
        if let Some(id) = &input.verdict {
            let verdict = verdict::fetch(db, actor, VerdictId::parse("verdict", id)?).await?;
            if verdict.claim_id != claim.id {
                return Err(elsewhere("verdict"));
            }
            place.verdict = Some(verdict.id);
        }
        if let Some(id) = &input.reply_to {
            let answered = fetch(db, actor, CommentId::parse("replyTo", id)?).await?;
            let other_verdict = place.verdict.is_some() && place.verdict != answered.verdict_id;
            if answered.claim_id != claim.id || other_verdict {
                return Err(elsewhere("replyTo"));
            }
            place.verdict = answered.verdict_id;
            place.thread = Some(answered.parent_id.unwrap_or(answered.id));
        }
        Ok(place)
    }
}

fn elsewhere(field: &'static str) -> Error {
    let message = format!(
        "`{field}` belongs to another claim or verdict. Name one of the claim, or leave it out."
    );
    Error::invalid(field, Reason::Contradiction, message)
}

/// Returns an error if blind review hides the claim's comments from `actor`.
pub(super) async fn expect_open(
    txn: &DatabaseTransaction,
    actor: &Actor,
    claim: &claim::Model,
) -> Result<()> {
    let open = claim::Entity::find_by_id(claim.id).filter(verdict::open(actor)).one(txn).await?;
    match open {
        Some(_) => Ok(()),
        None => Err(Error::Forbidden(
            "Under blind review, you can join the discussion after you have judged this claim."
                .into(),
        )),
    }
}
