//! The activity log: who did what, in the order of commits.
//!
//! Invariants: an event is appended in the transaction that it describes. Numbers have no gaps
//! within a log. Each event contains the hash of the event before it. Events are never changed or
//! deleted.

mod detail;
mod kind;
mod leaves;
mod reads;

pub use detail::{API_TOKEN, COMMENT, RECORD};
pub use kind::Kind;
pub use leaves::leaves;
pub use reads::{after, find, heads, logs};

use async_graphql::SimpleObject;
use chrono::SecondsFormat;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QuerySelect, QueryTrait};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::counts::{self, Change};
use super::error::Result;
use super::ids::{AccountId, ArticleId, ClaimId, NewsroomId, VerdictId};
use super::record::{self, Recorder};
use super::store::Writes;
use super::subtrees;
use crate::domain::actor::Actor;
use crate::domain::time::Moment;

/// An entry of the newsroom's audit log. Entries are never changed or deleted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "events")]
#[graphql(name = "AuditEvent", complex)]
pub struct Model {
    /// The log: a newsroom's id, or `server` for the server's own.
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub log: String,
    /// Event number within the log: 1, 2, 3 and so on, in the order of commits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The time of the event.
    pub at: Moment,
    #[graphql(skip)]
    pub actor_id: Option<AccountId>,
    /// The kind of event.
    pub kind: Kind,
    #[graphql(skip)]
    pub article_id: Option<ArticleId>,
    #[graphql(skip)]
    pub claim_id: Option<ClaimId>,
    #[graphql(skip)]
    pub verdict_id: Option<VerdictId>,
    /// Further details as one line of JSON, exactly as hashed.
    pub detail: String,
    /// The hash of the previous event. Empty for the first event.
    pub previous_hash: String,
    /// SHA-256 of this event and of `previousHash`, as 64 hexadecimal digits. The project's
    /// documentation defines the hashed lines.
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs, reason = "sea-orm requires this empty type")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The head of each log. It is also the log's lock.
pub mod head {
    use sea_orm::entity::prelude::*;

    /// The newest event of a log.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "event_logs")]
    pub struct Model {
        /// The log.
        #[sea_orm(primary_key, auto_increment = false)]
        pub log: String,
        /// The number of events, which is the newest event's number.
        pub number: i32,
        /// The newest event's hash. Empty if the log has no events.
        pub hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The server's own log, for events that belong to no newsroom: accounts, sessions and drafts.
pub const SERVER: &str = "server";

/// The object that an event is about. An id of a lower object comes with the ids of the objects
/// above it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject {
    /// The article.
    pub article: Option<ArticleId>,
    /// The claim.
    pub claim: Option<ClaimId>,
    /// The verdict.
    pub verdict: Option<VerdictId>,
}

/// Creates the log of a new newsroom.
pub async fn begin_log(txn: &DatabaseTransaction, newsroom: NewsroomId) -> Result<()> {
    let head = head::ActiveModel {
        log: Set(newsroom.to_string()),
        number: Set(0),
        hash: Set(String::new()),
    };
    head::Entity::insert(head).exec_without_returning(txn).await?;
    counts::begin(txn, newsroom).await
}

/// Takes the lock of a newsroom's log without an event, for changes of the newsroom's sums.
pub async fn hold_log(txn: &DatabaseTransaction, newsroom: NewsroomId) -> Result<()> {
    head::Entity::find_by_id(newsroom.to_string()).lock_exclusive().one(txn).await?;
    Ok(())
}

/// Appends to a newsroom's log. Call it last, because other writers of the newsroom wait from here
/// to the commit.
pub async fn append(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    kind: Kind,
    subject: Subject,
    detail: Json,
) -> Result<()> {
    append_to(txn, actor, Some(newsroom), kind, subject, detail).await
}

/// Appends to the server's own log, for events that belong to no newsroom.
pub async fn append_to_server(
    txn: &DatabaseTransaction,
    actor: &Actor,
    kind: Kind,
    detail: Json,
) -> Result<()> {
    append_to(txn, actor, None, kind, Subject::default(), detail).await
}

async fn append_to(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: Option<NewsroomId>,
    kind: Kind,
    subject: Subject,
    mut detail: Json,
) -> Result<()> {
    let log = newsroom.map_or_else(|| SERVER.to_owned(), |id| id.to_string());
    // Before the lock: reading what the transaction wrote may take a while.
    let written = record::take_changes(txn, newsroom.is_none()).await?;
    let change = match newsroom {
        Some(newsroom) => counts::note(txn, newsroom, &written).await?,
        None => Change::default(),
    };
    let entries = record::collect(txn, newsroom.is_none(), written).await?;
    let head = lock(txn, &log).await?;
    let mut writes = Writes::default();
    if let Some(newsroom) = newsroom {
        change.apply(txn, &mut writes, newsroom, head.number).await?;
    }
    let mut recorder = Recorder::of(&log, head.number, writes);
    recorder.put(txn, entries).await?;
    if let Some(token) = actor.api_token() {
        detail[API_TOKEN] = json!(token);
    }
    store(txn, actor, head, (kind, subject, detail), recorder).await
}

/// Takes the log's lock. The next writer waits for our commit. So numbers follow the order of
/// commits, and a rollback leaves no gap. Returns the log's head with the number of the next event.
async fn lock(txn: &DatabaseTransaction, log: &str) -> Result<head::Model> {
    let head = head::Entity::update_many()
        .col_expr(head::Column::Number, Expr::col(head::Column::Number).add(1))
        .filter(head::Column::Log.eq(log))
        .exec_with_returning(txn)
        .await?
        .pop();
    Ok(head.ok_or_else(|| anyhow::anyhow!("the log {log} does not exist"))?)
}

/// Appends the event that puts on record what a log's newsroom, or the server, already had.
/// `record` puts the digests on record.
pub async fn append_record<F>(
    txn: &DatabaseTransaction,
    actor: &Actor,
    log: &str,
    detail: Json,
    record: impl FnOnce(Recorder) -> F,
) -> Result<()>
where
    F: Future<Output = Result<Recorder>>,
{
    let head = lock(txn, log).await?;
    let recorder = record(Recorder::of(log, head.number, Writes::default())).await?;
    store(txn, actor, head, (Kind::RecordBegun, Subject::default(), detail), recorder).await
}

/// Stores the next event of the log with this head, together with the recorder's writes.
async fn store(
    txn: &DatabaseTransaction,
    actor: &Actor,
    head: head::Model,
    (kind, subject, mut detail): (Kind, Subject, Json),
    recorder: Recorder,
) -> Result<()> {
    let (record, mut writes) = recorder.finish();
    if let Some(record) = record {
        detail[RECORD] = json!(record);
    }
    let mut event = Model {
        log: head.log,
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
    let head = head::Entity::update_many()
        .col_expr(head::Column::Hash, Expr::value(event.hash.clone()))
        .filter(head::Column::Log.eq(&event.log));
    writes.add(txn, &head.into_query()).await?;
    writes.add(txn, &Entity::insert(event.clone().into_active_model()).into_query()).await?;
    writes.send(txn).await?;
    if subtrees::completes_one(event.number) {
        let own = leaves(txn, &event.log, subtrees::newest_leaves(event.number)).await?;
        subtrees::complete(txn, &event.log, event.number, &own).await?;
    }
    Ok(())
}

/// The time as the hash of an event has it: in UTC, to the microsecond.
pub fn at_text(at: Moment) -> String {
    at.time().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The SHA-256 of an event, as 64 hexadecimal digits. It covers these lines, joined by line feeds:
/// `claimspan event 1`, the log, the number, the time in UTC such as `2024-08-04T18:30:00.000000Z`,
/// the actor, the kind, the article, the claim, the verdict, the previous hash and the detail. A
/// missing id is written as `-`.
///
/// No line contains a line feed, so the text can be parsed in only one way. Times are stored to the
/// microsecond and the detail is stored as text, so both databases return exactly what was written.
pub fn digest(event: &Model) -> String {
    fn or_dash<T: ToString>(value: Option<T>) -> String {
        value.map_or_else(|| "-".to_owned(), |value| value.to_string())
    }
    let lines = [
        "claimspan event 1".to_owned(),
        event.log.clone(),
        event.number.to_string(),
        at_text(event.at),
        or_dash(event.actor_id),
        event.kind.to_value(),
        or_dash(event.article_id),
        or_dash(event.claim_id),
        or_dash(event.verdict_id),
        event.previous_hash.clone(),
        event.detail.clone(),
    ];
    hex::encode(Sha256::digest(lines.join("\n")))
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
        assert_eq!(digest(&event), hex::encode(Sha256::digest(text)));
    }
}
