//! The text of a mail, at the time when it is sent.
//!
//! Invariants: a mail to a member is composed with the rights that the member has now. There is none
//! for somebody who has left the newsroom, was deactivated or erased, does not want it any more, or may
//! not see what it is about. There is none for a link that no longer works.

use uuid::Uuid;

use sea_orm::EntityTrait;

use super::settings::{self, span};
use super::text::{self, Place};
use super::{Kind, Model, seal, unsubscribe};
use crate::domain::actor::{Actor, Credential};
use crate::domain::claim::{self, assignment};
use crate::domain::comment;
use crate::domain::error::{Error, Result};
use crate::domain::ids::{AccountId, ArticleId, ClaimId, CommentId, SessionId};
use crate::domain::listing::{Pile, Work};
use crate::domain::newsroom;
use crate::domain::page::Slice;
use crate::domain::people::{account, invitation, membership, password_reset};
use crate::domain::permissions::{AsOf, Rights};
use crate::domain::store::Db;
use crate::domain::time::Moment;
use crate::domain::world::World;

/// The number of claims that a digest lists of each kind.
const LISTED: u64 = 5;
/// The number of comments in which a digest looks for new mentions.
const MENTIONS: u64 = 50;

/// A mail of plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The id, which all attempts share.
    pub id: Uuid,
    /// The recipient's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The address that turns off mails of this kind, if the recipient asked for them.
    pub unsubscribe: Option<String>,
    /// The time.
    pub at: Moment,
}

/// The text of a mail now. None if it must not be sent.
pub async fn compose(db: &Db, world: &World, row: &Model) -> Result<Option<Mail>> {
    let Some(public_url) = world.mail_links() else { return Ok(None) };
    let found = newsroom::find_all(db, &[row.newsroom_id]).await?.pop();
    let newsroom = found.ok_or(Error::NotFound("newsroom"))?;
    let place = Place { public_url, newsroom: &newsroom };
    let composed = if row.kind.is_link() {
        link(db, world, row, &place).await
    } else {
        Box::pin(news(db, world, row, &place)).await
    };
    match composed {
        // It is gone, or out of its reader's sight.
        Err(Error::NotFound(_) | Error::Forbidden(_)) => Ok(None),
        other => other,
    }
}

async fn link(db: &Db, world: &World, row: &Model, place: &Place<'_>) -> Result<Option<Mail>> {
    let key = world.signer().map(|signer| signer.key());
    let sealed = key.zip(row.sealed_token.as_deref());
    let token = sealed.and_then(|(key, sealed)| seal::open(&key, row.id, sealed));
    let (Some(token), Some(subject)) = (token, row.subject_id) else { return Ok(None) };
    let now = world.now();
    let is_open = |ended: [Option<Moment>; 2], until: Moment| {
        ended.iter().all(Option::is_none) && until > now
    };
    let (to, (subject, text)) = if row.kind == Kind::Invitation {
        let found = invitation::Entity::find_by_id(subject).one(db).await?;
        let found = found.filter(|it| is_open([it.accepted_at, it.revoked_at], it.expires_at));
        let Some(found) = found else { return Ok(None) };
        let text = text::invitation(place, &token, found.expires_at);
        (found.email, text)
    } else {
        let found = password_reset::Entity::find_by_id(subject).one(db).await?;
        let found = found.filter(|it| is_open([it.used_at, it.revoked_at], it.expires_at));
        let Some(found) = found else { return Ok(None) };
        if reader(db, world, place.newsroom, found.account_id).await?.is_none() {
            return Ok(None);
        }
        let account = account::find_all(db, &[found.account_id]).await?.pop();
        let account = account.ok_or(Error::NotFound("account"))?;
        (account.email, text::password_reset(place, &token, found.expires_at))
    };
    Ok(Some(Mail { id: row.id, to, subject, text, unsubscribe: None, at: now }))
}

/// A mail that its recipient asked for.
async fn news(db: &Db, world: &World, row: &Model, place: &Place<'_>) -> Result<Option<Mail>> {
    let Some(id) = row.account_id else { return Ok(None) };
    let settings = settings::Entity::find_by_id(id).one(db).await?;
    let Some(settings) = settings.filter(|it| it.wants(row.kind)) else { return Ok(None) };
    let Some(actor) = reader(db, world, place.newsroom, id).await? else { return Ok(None) };
    let account = account::find_all(db, &[id]).await?.pop().ok_or(Error::NotFound("account"))?;
    let subject = row.subject_id.unwrap_or_default();
    let said = match row.kind {
        Kind::Assigned => assigned(db, &actor, place, ClaimId(subject)).await?,
        Kind::Due => due(db, &actor, place, ClaimId(subject)).await?,
        Kind::Stale => {
            let claims = Work::stale_on(db, &actor, ArticleId(subject)).await?;
            (!claims.is_empty()).then(|| text::stale(place, &claims))
        }
        Kind::Mentioned => mentioned(db, &actor, place, CommentId(subject)).await?,
        Kind::Digest => {
            let since = row.created_at.plus(-span(settings.digest));
            text::digest(place, &work(db, &actor, since).await?)
        }
        Kind::Invitation | Kind::PasswordReset => None,
    };
    let Some((subject, text)) = said else { return Ok(None) };
    let token = unsubscribe::token(&settings, row.kind);
    let unsubscribe = format!("{}/unsubscribe/{token}", place.public_url);
    let text = format!("{text}{}", place.end(&unsubscribe));
    let (to, at) = (account.email, world.now());
    Ok(Some(Mail { id: row.id, to, subject, text, unsubscribe: Some(unsubscribe), at }))
}

/// The member as a reader of this newsroom only. None for somebody who is not an active member.
async fn reader(
    db: &Db,
    world: &World,
    newsroom: &newsroom::Model,
    account: AccountId,
) -> Result<Option<Actor>> {
    let member = membership::find(db, newsroom.id, account).await?;
    let Some(member) = member.filter(membership::Model::is_active) else { return Ok(None) };
    let rights = Rights {
        newsroom: newsroom.id,
        role: member.role,
        policy: newsroom.policy(),
        as_of: AsOf::default(),
    };
    // No session has this id, so a write with it is refused.
    let credential = Credential::Session(SessionId(Uuid::nil()));
    Ok(Some(Actor::account(account, credential, vec![rights], world.clone())))
}

type Said = Option<(String, String)>;

/// The claim and its assignment, if it still waits for the actor.
async fn waiting(
    db: &Db,
    actor: &Actor,
    id: ClaimId,
) -> Result<Option<(claim::Model, assignment::Model)>> {
    let own = actor.signed_in()?;
    let Some(claim) = Work::waiting(db, actor, id).await? else { return Ok(None) };
    let assignments = assignment::of_claims(db, &[id]).await?;
    let assignment = assignments.into_iter().find(|row| row.reviewer_id == own);
    Ok(assignment.map(|assignment| (claim, assignment)))
}

async fn assigned(db: &Db, actor: &Actor, place: &Place<'_>, id: ClaimId) -> Result<Said> {
    let found = waiting(db, actor, id).await?;
    Ok(found.map(|(claim, assignment)| text::assigned(place, &claim, assignment.due_at)))
}

async fn due(db: &Db, actor: &Actor, place: &Place<'_>, id: ClaimId) -> Result<Said> {
    let Some((claim, assignment)) = waiting(db, actor, id).await? else { return Ok(None) };
    Ok(assignment.due_at.map(|due| text::due(place, &claim, due)))
}

async fn mentioned(db: &Db, actor: &Actor, place: &Place<'_>, id: CommentId) -> Result<Said> {
    let own = actor.signed_in()?;
    let comment = comment::fetch(db, actor, id).await?;
    let mentions = comment::mentions_of(db, &[id]).await?;
    if !mentions.iter().any(|mention| mention.account_id == own) {
        return Ok(None);
    }
    let claim = claim::fetch(db, actor, comment.claim_id).await?;
    let author = account::find_all(db, &[comment.author_id]).await?.pop();
    let author = author.ok_or(Error::NotFound("account"))?;
    Ok(Some(text::mentioned(place, &author.display_name, &claim)))
}

async fn work(db: &Db, actor: &Actor, since: Moment) -> Result<text::Work> {
    let all = Work::of(actor, None)?;
    let list = async |pile| {
        let page = all.claims(db, actor, pile, &Slice::first(LISTED)).await?.unwrap_or_default();
        let count = page.total.count().await?;
        Ok::<_, Error>((count, page.rows.into_iter().map(|(_, claim)| claim).collect::<Vec<_>>()))
    };
    let (assigned, claims) = list(Pile::Assigned).await?;
    let (overdue, _) = list(Pile::Overdue).await?;
    let stale = list(Pile::Stale).await?;
    let mentions = comment::mentioning(db, actor, &Slice::first(MENTIONS)).await?;
    let mentions = mentions.rows.iter().filter(|(_, comment)| comment.created_at > since).count();
    Ok(text::Work { assigned: (assigned, overdue, claims), stale, mentions })
}
