//! The activity log: what was done, by whom, in the order in which it was committed.
//!
//! Always true: an event is appended in the transaction that it tells of; numbers have no gaps within a log; an event holds the hash of the
//! one before it; none is ever changed or deleted.

use std::fmt::Write;

use async_graphql::{Enum, SimpleObject};
use chrono::SecondsFormat;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::error::Result;
use super::ids::{AccountId, ArticleId, ClaimId, NewsroomId, VerdictId};
use super::moment::Moment;
use super::policy::Actor;

/// Something that was done, as the newsroom's log keeps it. Never changed, never deleted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "events")]
#[graphql(name = "AuditEvent", complex)]
pub struct Model {
    /// The log: a newsroom's id, or `server` for the server's own.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub log: String,
    /// 1, 2, 3 … within the log, in the order in which the changes were committed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// When it was done.
    pub at: Moment,
    #[graphql(skip)]
    pub actor_id: Option<AccountId>,
    /// What was done.
    pub kind: Kind,
    #[graphql(skip)]
    pub article_id: Option<ArticleId>,
    #[graphql(skip)]
    pub claim_id: Option<ClaimId>,
    #[graphql(skip)]
    pub verdict_id: Option<VerdictId>,
    /// What else there is to know, as one line of JSON, to the letter as it went into the hash.
    pub detail: String,
    /// The hash of the event before; empty for the first.
    pub previous_hash: String,
    /// SHA-256 of this event and of the hash before, as 64 hexadecimal digits; the project's documentation says of which lines.
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs, reason = "sea-orm asks for it; there is nothing in it")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The head of each log, which is also its lock.
pub mod head {
    use sea_orm::entity::prelude::*;

    /// Where a log stands.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "event_logs")]
    pub struct Model {
        /// The log.
        #[sea_orm(primary_key, auto_increment = false)]
        pub log: String,
        /// How many events it has: the number of the newest.
        pub number: i32,
        /// The newest event's hash; empty where there is none.
        pub hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The server's own log, for what concerns no newsroom: accounts and sessions.
pub const SERVER: &str = "server";

/// What can be done, as the log names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "EventKind")]
pub enum Kind {
    /// An account was made.
    AccountCreated,
    /// The server's operator set an account's password.
    PasswordReset,
    /// An account changed its password.
    PasswordChanged,
    /// An account signed in.
    SessionStarted,
    /// An account signed out, or a session of its was ended.
    SessionEnded,
    /// The newsroom was founded.
    NewsroomCreated,
    /// What the newsroom asks of its fact-checks was set.
    PolicySet,
    /// The scale that the newsroom judges with was replaced.
    RatingScaleReplaced,
    /// Somebody was invited.
    MemberInvited,
    /// An invitation was accepted.
    InvitationAccepted,
    /// An invitation was revoked.
    InvitationRevoked,
    /// The server's operator added a member.
    MemberAdded,
    /// A member's role was set.
    RoleSet,
    /// A member was removed.
    MemberRemoved,
    /// An API token was made.
    ApiTokenCreated,
    /// An API token was revoked.
    ApiTokenRevoked,
    /// An article was imported.
    ArticleImported,
    /// An article's text was revised.
    ArticleRevised,
    /// A claim was marked.
    ClaimMarked,
    /// A claim's words or tags were changed.
    ClaimEdited,
    /// A claim was withdrawn.
    ClaimWithdrawn,
    /// Reviewers were asked to judge a claim.
    ClaimAssigned,
    /// Reviewers were asked no more to judge a claim.
    ClaimUnassigned,
    /// Somebody kept a draft of a verdict. In the server's own log, which nobody follows: nobody else learns that there is one.
    VerdictDraftSaved,
    /// Somebody threw their draft of a verdict away. In the server's own log.
    VerdictDraftDiscarded,
    /// A claim was linked to the one that it repeats.
    ClaimLinked,
    /// A claim was unlinked from the one that it was said to repeat.
    ClaimUnlinked,
    /// A claim was put on other words by hand.
    ClaimReanchored,
    /// A verdict was submitted, or submitted anew.
    VerdictSubmitted,
    /// A verdict was withdrawn.
    VerdictWithdrawn,
    /// A verdict was reaffirmed by its reviewer, once the words under it had changed.
    VerdictReaffirmed,
    /// A ruling was published.
    RulingPublished,
    /// A ruling was corrected, clarified, updated or retracted.
    RulingCorrected,
}

/// What an event is about. The ids below an article come with those above them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject {
    /// The article.
    pub article: Option<ArticleId>,
    /// The claim.
    pub claim: Option<ClaimId>,
    /// The verdict.
    pub verdict: Option<VerdictId>,
}

/// Begins the log of a new newsroom.
pub async fn begin_log(txn: &DatabaseTransaction, newsroom: NewsroomId) -> Result<()> {
    let head = head::ActiveModel { log: Set(newsroom.to_string()), number: Set(0), hash: Set(String::new()) };
    head::Entity::insert(head).exec_without_returning(txn).await?;
    Ok(())
}

/// Appends to a newsroom's log. Call it last: from here to the commit, other writers of the newsroom wait.
pub async fn append(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    kind: Kind,
    subject: Subject,
    detail: Json,
) -> Result<()> {
    append_to(txn, actor, newsroom.to_string(), kind, subject, detail).await
}

/// Appends to the server's own log, for what concerns no newsroom: accounts and sessions.
pub async fn append_to_server(txn: &DatabaseTransaction, actor: &Actor, kind: Kind, detail: Json) -> Result<()> {
    append_to(txn, actor, SERVER.to_owned(), kind, Subject::default(), detail).await
}

async fn append_to(txn: &DatabaseTransaction, actor: &Actor, log: String, kind: Kind, subject: Subject, detail: Json) -> Result<()> {
    // Takes the log's lock: whoever comes next waits for our commit, so numbers follow the order of commits and a rollback leaves no gap.
    let head = head::Entity::update_many()
        .col_expr(head::Column::Number, Expr::col(head::Column::Number).add(1))
        .filter(head::Column::Log.eq(&log))
        .exec_with_returning(txn)
        .await?
        .pop()
        .ok_or_else(|| anyhow::anyhow!("no log {log}"))?;
    let mut event = Model {
        log,
        number: head.number,
        at: actor.now(),
        actor_id: actor.id(),
        kind,
        article_id: subject.article,
        claim_id: subject.claim,
        verdict_id: subject.verdict,
        detail: detail.to_string(),
        previous_hash: head.hash,
        hash: String::new(),
    };
    event.hash = digest(&event);
    head::Entity::update_many()
        .col_expr(head::Column::Hash, Expr::value(event.hash.clone()))
        .filter(head::Column::Log.eq(&event.log))
        .exec(txn)
        .await?;
    Entity::insert(event.into_active_model()).exec_without_returning(txn).await?;
    Ok(())
}

/// The SHA-256 of an event, as 64 hexadecimal digits, over these lines, joined by line feeds: `claimspan event 1`; the log; the number; the
/// time in UTC, as `2024-08-04T18:30:00.000000Z`; the actor; the kind; the article; the claim; the verdict (each of them `-` for none); the
/// previous hash; the detail.
///
/// No line that is appended holds a line feed, so that the text can be taken apart in one way only. Times are kept to the microsecond and the
/// detail is kept as text, so that both databases give back what went in.
pub fn digest(event: &Model) -> String {
    fn or_dash<T: ToString>(value: Option<T>) -> String {
        value.map_or_else(|| "-".to_owned(), |value| value.to_string())
    }
    let lines = [
        "claimspan event 1".to_owned(),
        event.log.clone(),
        event.number.to_string(),
        event.at.time().to_rfc3339_opts(SecondsFormat::Micros, true),
        or_dash(event.actor_id),
        event.kind.to_value(),
        or_dash(event.article_id),
        or_dash(event.claim_id),
        or_dash(event.verdict_id),
        event.previous_hash.clone(),
        event.detail.clone(),
    ];
    hex(&Sha256::digest(lines.join("\n")))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The events of a log after `number`, oldest first, at most `most`.
pub async fn after(db: &impl ConnectionTrait, log: &str, number: i32, most: u64) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::Log.eq(log)).filter(Column::Number.gt(number));
    Ok(list.order_by_asc(Column::Number).limit(most).all(db).await?)
}

/// The numbers of the last events of these logs.
pub async fn heads(db: &impl ConnectionTrait, logs: &[String]) -> Result<Vec<(String, i32)>> {
    let list = head::Entity::find().filter(head::Column::Log.is_in(logs)).all(db).await?;
    Ok(list.into_iter().map(|head| (head.log, head.number)).collect())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_event_is_hashed_as_the_documentation_says() {
        let event = Model {
            log: SERVER.to_owned(),
            number: 7,
            at: Moment::new(DateTime::from_timestamp(1_722_796_200, 0).expect("a time")),
            actor_id: Some(AccountId(Uuid::from_u128(1))),
            kind: Kind::SessionStarted,
            article_id: None,
            claim_id: None,
            verdict_id: None,
            detail: r#"{"n":"a\nb"}"#.to_owned(),
            previous_hash: "ab".to_owned(),
            hash: String::new(),
        };
        let account = format!("account_{:032x}", 1);
        let text = format!(
            "claimspan event 1\nserver\n7\n2024-08-04T18:30:00.000000Z\n{account}\nSESSION_STARTED\n-\n-\n-\nab\n{{\"n\":\"a\\nb\"}}"
        );
        assert_eq!(digest(&event), hex(&Sha256::digest(text)));
    }
}
