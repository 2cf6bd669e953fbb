//! Lookup of any object by its id.

use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, ID, Interface};
use futures_util::future::join_all;

use crate::domain::actor::Actor;
use crate::domain::article::revision;
use crate::domain::article::{self, anchor};
use crate::domain::claim;
use crate::domain::comment;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{
    AccountId, AnchorId, ApiTokenId, ArticleId, CitationId, ClaimId, CommentId, DraftId,
    InvitationId, MembershipId, NewsroomId, OutsideReviewId, RatingId, RatingScaleId, RevisionId,
    RulingId, SessionId, SourceId, SpanId, SubmissionId, TypedId, VerdictId, WebhookId,
};
use crate::domain::listing::{self, Citation, Source};
use crate::domain::newsroom::rating::{self, scale};
use crate::domain::people::{account, api_token, session};
use crate::domain::people::{invitation, membership};
use crate::domain::store::Db;
use crate::domain::verdict::{self, Verdict, draft, submission};
use crate::domain::webhook::{self, Webhook};
use crate::domain::{newsroom, outside_review, ruling};
use crate::graphql::RequestContext;
use crate::graphql::loaders::{BatchReader, find_row};

/// An object with an id.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "The object's id. Its prefix shows the type, such as `claim_…`. Use it with `node`."
))]
pub enum Node {
    /// An account.
    Account(account::Model),
    /// An anchor.
    Anchor(anchor::Model),
    /// An API token.
    ApiToken(api_token::Model),
    /// An article.
    Article(article::Model),
    /// A citation.
    Citation(Citation),
    /// A claim.
    Claim(claim::Model),
    /// A comment.
    Comment(comment::Model),
    /// An invitation.
    Invitation(invitation::Model),
    /// A membership.
    Membership(membership::Model),
    /// A newsroom.
    Newsroom(newsroom::Model),
    /// A fact-check of another publisher.
    OutsideReview(outside_review::Model),
    /// A rating.
    Rating(rating::Model),
    /// A rating scale.
    RatingScale(scale::Model),
    /// A revision.
    Revision(revision::Model),
    /// A ruling.
    Ruling(ruling::Model),
    /// A session.
    Session(session::Model),
    /// A source.
    Source(Source),
    /// A span.
    Span(article::Span),
    /// One submission of a verdict.
    Submission(submission::Model),
    /// A verdict.
    Verdict(Verdict),
    /// A draft of a verdict.
    VerdictDraft(draft::Model),
    /// A webhook.
    Webhook(Webhook),
}

/// Returns the object with the id `text`, which was given in `field`.
pub async fn fetch(db: &Db, actor: &Actor, field: &str, text: &str) -> Result<Node> {
    // A ruling is the only object that anonymous readers may see.
    if RulingId::find(text).is_none() {
        actor.signed_in()?;
    }
    // The id's prefix selects exactly one of these types.
    macro_rules! fetch {
        ($($id:ident => $node:ident, $read:expr;)+) => {
            $(if let Some(id) = $id::find(text) {
                return Ok(Node::$node($read(db, actor, id).await?));
            })+
        };
    }
    fetch! {
        AccountId => Account, membership::fetch_account;
        AnchorId => Anchor, claim::fetch_anchor;
        ApiTokenId => ApiToken, api_token::fetch;
        ArticleId => Article, article::fetch;
        CitationId => Citation, listing::fetch_citation;
        ClaimId => Claim, claim::fetch;
        CommentId => Comment, comment::fetch;
        DraftId => VerdictDraft, draft::fetch;
        InvitationId => Invitation, invitation::fetch;
        MembershipId => Membership, membership::fetch;
        NewsroomId => Newsroom, newsroom::fetch;
        OutsideReviewId => OutsideReview, outside_review::fetch;
        RatingId => Rating, rating::fetch;
        RatingScaleId => RatingScale, rating::fetch_scale;
        RevisionId => Revision, revision::fetch;
        RulingId => Ruling, ruling::fetch;
        SessionId => Session, session::fetch;
        SourceId => Source, listing::fetch_source;
        SpanId => Span, revision::fetch_span;
        SubmissionId => Submission, verdict::fetch_submission;
        VerdictId => Verdict, verdict::fetch;
        WebhookId => Webhook, webhook::fetch;
    }
    Err(Error::invalid(
        field,
        Reason::InvalidId,
        "The id is invalid. An id is a type prefix such as claim_ followed by 32 hexadecimal \
         digits.",
    ))
}

/// Returns the objects with these ids.
pub async fn fetch_all(
    ctx: &Context<'_>,
    ids: &[ID],
) -> Result<Vec<Option<async_graphql::Result<Node>>>> {
    at_most_100("ids", ids.len())?;
    let nodes = ids.iter().enumerate().map(async |(number, id)| {
        Some(fetch_with_others(ctx, &format!("ids[{number}]"), id).await)
    });
    Ok(join_all(nodes).await)
}

/// Refuses a list of objects that is too long.
pub fn at_most_100(field: &str, length: usize) -> Result<()> {
    if length <= 100 {
        return Ok(());
    }
    let message = format!("`{field}` has {length} items. You can request up to 100.");
    Err(Error::invalid(field, Reason::TooLarge, message))
}

/// Does the same as [`fetch`], for one of many ids. Objects of the kinds that lists ask for most are
/// read in one batch.
pub async fn fetch_with_others(
    ctx: &Context<'_>,
    field: &str,
    text: &str,
) -> async_graphql::Result<Node> {
    let actor = ctx.actor();
    if actor.signed_in().is_ok() {
        if let Some(id) = ClaimId::find(text) {
            return Ok(Node::Claim(claim::seen(actor, find_row(ctx, id).await?)?));
        }
        if let Some(id) = ArticleId::find(text) {
            return Ok(Node::Article(article::seen(actor, find_row(ctx, id).await?)?));
        }
        // The statement that reads these finds only what the actor may see.
        if let Some(id) = VerdictId::find(text) {
            return Ok(Node::Verdict(found(ctx, id, "verdict").await?));
        }
        if let Some(id) = CommentId::find(text) {
            return Ok(Node::Comment(found(ctx, id, "comment").await?));
        }
    }
    Ok(fetch(ctx.db(), actor, field, text).await?)
}

async fn found<K>(
    ctx: &Context<'_>,
    id: K,
    noun: &'static str,
) -> async_graphql::Result<<BatchReader as Loader<K>>::Value>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    BatchReader: Loader<K, Error = Arc<Error>>,
{
    Ok(find_row(ctx, id).await?.ok_or(Error::NotFound(noun))?)
}
