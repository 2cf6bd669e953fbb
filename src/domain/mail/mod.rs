//! E-mail that the server sends because somebody asked for it: an admin for an invitation or a
//! password reset, or a member for news of their own work.
//!
//! Invariants: a row is a mail that is due, not its text. The text is composed when it is sent, with
//! the rights that its reader has then, so it never has what they may not see. A row is stored in the
//! transaction of the write that it is about, or found again in the audit log. It is made once for each
//! occasion, and sent at least once. Only a row that waits has a token, which is encrypted.

pub mod compose;
pub mod link;
pub mod notice;
mod seal;
pub mod send;
pub mod settings;
mod text;
pub mod unsubscribe;

use async_graphql::{Enum, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};

use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, InvitationId, NewsroomId};
use crate::domain::people::invitation;
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::time::Moment;
use crate::domain::world::World;

/// The number of mails that are stored with one statement.
const AT_ONCE: usize = 100;
/// The number of mails that an admin can read.
const MOST_READ: u64 = 50;

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mails")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The occasion, for which no second mail is made.
    pub occasion: String,
    pub newsroom_id: NewsroomId,
    pub kind: Kind,
    /// The recipient. None for an invitation.
    pub account_id: Option<AccountId>,
    /// The invitation, password reset, claim, article or comment.
    pub subject_id: Option<Uuid>,
    /// The encrypted token of an invitation or a password reset.
    pub sealed_token: Option<String>,
    pub created_at: Moment,
    pub state: State,
    pub attempts: i32,
    pub next_attempt_at: Moment,
    pub error: Option<String>,
    pub ended_at: Option<Moment>,
    /// The lease of the server that sends it.
    pub lease: Option<Uuid>,
    /// The end of the lease, in seconds since 1970 by the database's clock.
    pub leased_until: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The kind of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "MailKind")]
pub enum Kind {
    /// The link of an invitation.
    Invitation,
    /// The link with which a member sets a new password.
    PasswordReset,
    /// An editor assigned the member to a claim.
    Assigned,
    /// The member's verdict is due within a day.
    Due,
    /// The words that the member judged have changed.
    Stale,
    /// A comment mentions the member.
    Mentioned,
    /// The claims that wait for the member, once a day or a week.
    Digest,
}

/// The state of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "MailState")]
pub enum State {
    /// It waits for its first attempt, or for the next one.
    Queued,
    /// The mail server accepted it.
    Sent,
    /// The mail server refused it for good, for example because the address does not exist.
    Refused,
    /// Every attempt failed for a day.
    Failed,
    /// It was not sent, because its link no longer works.
    Dropped,
}

/// A mail with a link that an admin asked for, or a mail to a member that could not be sent. Only
/// admins can read it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Mail", complex)]
pub struct Mail {
    /// The kind.
    pub kind: Kind,
    /// The state.
    pub state: State,
    #[graphql(skip)]
    pub account_id: Option<AccountId>,
    /// The invitation that it has the link of. Null for other mails.
    pub invitation: Option<invitation::Model>,
    /// The time when it was asked for.
    pub created_at: Moment,
    /// The number of attempts to send it.
    pub attempts: i32,
    /// The reason why the last attempt failed. Null if none failed.
    pub error: Option<String>,
    /// The time of the next attempt. Null unless it is QUEUED.
    pub next_attempt_at: Option<Moment>,
    /// The time when it was sent or given up. Null while it is QUEUED.
    pub ended_at: Option<Moment>,
}

impl Mail {
    fn of(row: Model, invitations: &[invitation::Model]) -> Self {
        let invited = row.subject_id.filter(|_| row.kind == Kind::Invitation);
        let invitation = invitations.iter().find(|invitation| invited == Some(invitation.id.0));
        Self {
            kind: row.kind,
            state: row.state,
            account_id: row.account_id,
            invitation: invitation.cloned(),
            created_at: row.created_at,
            attempts: row.attempts,
            error: row.error,
            next_attempt_at: (row.state == State::Queued).then_some(row.next_attempt_at),
            ended_at: row.ended_at,
        }
    }
}

impl Kind {
    /// Whether an admin asks for such a mail. Members ask for the others.
    pub const fn is_link(self) -> bool {
        match self {
            Self::Invitation | Self::PasswordReset => true,
            Self::Assigned | Self::Due | Self::Stale | Self::Mentioned | Self::Digest => false,
        }
    }

    /// The subject of such mails, for the page that turns them off.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Invitation => "invitations",
            Self::PasswordReset => "password resets",
            Self::Assigned => "claims that are assigned to you",
            Self::Due => "verdicts that are due soon",
            Self::Stale => "words that changed after you judged them",
            Self::Mentioned => "comments that mention you",
            Self::Digest => "all claims that wait for you",
        }
    }
}

/// A new mail, which can be sent at once.
pub fn new(world: &World, kind: Kind, newsroom: NewsroomId, occasion: String) -> Model {
    let now = world.now();
    Model {
        id: world.id(),
        occasion,
        newsroom_id: newsroom,
        kind,
        account_id: None,
        subject_id: None,
        sealed_token: None,
        created_at: now,
        state: State::Queued,
        attempts: 0,
        next_attempt_at: now,
        error: None,
        ended_at: None,
        lease: None,
        leased_until: 0,
    }
}

/// Stores mails, except those whose occasion has one already.
pub async fn store(db: &impl ConnectionTrait, mails: Vec<Model>) -> Result<()> {
    let once = OnConflict::column(Column::Occasion).do_nothing().to_owned();
    for part in mails.chunks(AT_ONCE) {
        Entity::insert_many(part.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict(once.clone())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// The newest mails of a newsroom that admins may read, newest first. Mails that
/// members asked for are their own affair, unless they could not be sent.
pub async fn all(db: &Db, actor: &Actor, of: NewsroomId) -> Result<Vec<Mail>> {
    actor.require(Action::ReadMembers, of)?;
    let links = Column::Kind.is_in([Kind::Invitation, Kind::PasswordReset]);
    let failed = Column::State.is_in([State::Refused, State::Failed]);
    let list = Entity::find().filter(Column::NewsroomId.eq(of)).filter(links.or(failed));
    let rows = list.order_by_desc(Column::Id).limit(MOST_READ).all(db).await?;
    let subjects = rows.iter().filter_map(|row| row.subject_id);
    let invitations = invitation::Entity::find()
        .filter(invitation::Column::Id.is_in(subjects))
        .filter(invitation::Column::NewsroomId.eq(of))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| Mail::of(row, &invitations)).collect())
}

/// Deletes the mails to a person, with what mail servers said about the address.
pub async fn forget(
    txn: &impl ConnectionTrait,
    account: AccountId,
    invitations: &[InvitationId],
) -> Result<()> {
    let subjects = invitations.iter().map(|id| id.0);
    let invited = Column::Kind.eq(Kind::Invitation).and(Column::SubjectId.is_in(subjects));
    let theirs = Column::AccountId.eq(account).or(invited);
    Entity::delete_many().filter(theirs).exec(txn).await?;
    settings::Entity::delete_by_id(account).exec(txn).await?;
    Ok(())
}
