//! Any object by its id.

use async_graphql::{ID, Interface};

use crate::domain::article::revision;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{
    AccountId, AnchorId, ApiTokenId, ArticleId, CitationId, ClaimId, DraftId, InvitationId, MembershipId, NewsroomId, RatingId,
    RatingScaleId, RevisionId, RulingId, SessionId, SourceId, SpanId, SubmissionId, TypedId, VerdictId,
};
use crate::domain::listing::{self, Citation, Source};
use crate::domain::policy::Actor;
use crate::domain::rating::{self, scale};
use crate::domain::store::Db;
use crate::domain::verdict::{self, Verdict, draft, submission};
use crate::domain::{account, anchor, api_token, article, claim, session};
use crate::domain::{invitation, membership, newsroom, ruling};

/// An object with an id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The object's id; it carries its type, such as `claim_…`, and works in `node`."))]
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
    /// An invitation.
    Invitation(invitation::Model),
    /// A membership.
    Membership(membership::Model),
    /// A newsroom.
    Newsroom(newsroom::Model),
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
}

/// The object that the id `text` names, given in `field`.
pub async fn fetch(db: &Db, actor: &Actor, field: &str, text: &str) -> Result<Node> {
    // Of all that there is, a stranger may read a ruling.
    if RulingId::find(text).is_none() {
        actor.signed_in()?;
    }
    // Tries one noun after another: the id's prefix belongs to exactly one.
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
        DraftId => VerdictDraft, draft::fetch;
        InvitationId => Invitation, invitation::fetch;
        MembershipId => Membership, membership::fetch;
        NewsroomId => Newsroom, newsroom::fetch;
        RatingId => Rating, rating::fetch;
        RatingScaleId => RatingScale, rating::fetch_scale;
        RevisionId => Revision, revision::fetch;
        RulingId => Ruling, ruling::fetch;
        SessionId => Session, session::fetch;
        SourceId => Source, listing::fetch_source;
        SpanId => Span, revision::fetch_span;
        SubmissionId => Submission, verdict::fetch_submission;
        VerdictId => Verdict, verdict::fetch;
    }
    Err(Error::invalid(field, Reason::InvalidId, "this is no id; an id looks like claim_ and 32 hexadecimal digits"))
}

/// The objects that the ids name.
pub async fn fetch_all(db: &Db, actor: &Actor, ids: &[ID]) -> Result<Vec<Option<async_graphql::Result<Node>>>> {
    if ids.len() > 100 {
        return Err(Error::invalid("ids", Reason::TooLarge, format!("{} ids, and at most 100 are taken", ids.len())));
    }
    let mut nodes = Vec::with_capacity(ids.len());
    for (number, id) in ids.iter().enumerate() {
        nodes.push(Some(fetch(db, actor, &format!("ids[{number}]"), id).await.map_err(Into::into)));
    }
    Ok(nodes)
}
