//! Rights, as the database has them now: what a session or an API token allows.
//!
//! Always true: an ended session, a revoked or expired token, and a removed or deactivated member have no rights here. A request reads them once when it
//! comes in, and each write reads them again inside its transaction.

use std::collections::HashMap;

use sea_orm::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};

use super::actor::{Actor, Check, Credential};
use super::error::{Error, Result};
use super::ids::{AccountId, ApiTokenId, NewsroomId, SessionId};
use super::permissions::{AsOf, Policy, Rights, Role};
use super::time::Moment;

/// How many credentials one statement looks for.
const MOST_AT_ONCE: usize = 1_000;

/// Which credentials to look for.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    /// The session whose token has this hash.
    SessionHash(&'a str),
    /// The API token whose secret has this hash.
    ApiTokenHash(&'a str),
    /// The credentials that an actor presented before.
    Known(Credential),
    /// These sessions.
    Sessions(&'a [Uuid]),
    /// These API tokens.
    ApiTokens(&'a [Uuid]),
}

impl Key<'_> {
    const fn is_token(&self) -> bool {
        matches!(
            self,
            Self::ApiTokenHash(_) | Self::Known(Credential::ApiToken(_)) | Self::ApiTokens(_)
        )
    }
}

/// Whether to read [`AsOf`] with the rights. A write has no use for it.
#[derive(Clone, Copy)]
enum With {
    AsOf,
    RightsOnly,
}

/// Valid credentials.
pub struct Found {
    /// The account they belong to.
    pub account: AccountId,
    /// The session or the API token.
    pub credential: Credential,
    /// When they were last used, to the minute.
    pub last_used_at: Option<Moment>,
    /// The rights that they give, one entry for each newsroom.
    pub rights: Vec<Rights>,
}

/// The refusal of credentials that are not valid.
pub const fn invalid_token() -> Error {
    Error::Unauthenticated(
        "This token is unknown, expired or revoked. Sign in again without an Authorization header.",
    )
}

/// The credentials that `key` names, if they are valid at `now`.
pub async fn find(db: &impl ConnectionTrait, key: Key<'_>, now: Moment) -> Result<Option<Found>> {
    read(db, key, now, With::AsOf).await
}

async fn read(
    db: &impl ConnectionTrait,
    key: Key<'_>,
    now: Moment,
    with: With,
) -> Result<Option<Found>> {
    let rows = rows(db, key, now, with).await?;
    Ok(rows.first().map(|first| Found {
        account: AccountId(first.account_id),
        credential: if key.is_token() {
            Credential::ApiToken(ApiTokenId(first.id))
        } else {
            Credential::Session(SessionId(first.id))
        },
        last_used_at: first.last_used_at,
        rights: sorted(rows.iter().filter_map(Row::rights).collect()),
    }))
}

/// The rights that each of these credentials gives now. Those that are no longer valid are missing.
pub async fn find_all(
    db: &impl ConnectionTrait,
    credentials: &[Credential],
    now: Moment,
) -> Result<HashMap<Credential, Vec<Rights>>> {
    let (mut sessions, mut tokens) = (Vec::new(), Vec::new());
    for credential in credentials {
        match credential {
            Credential::Session(id) => sessions.push(id.0),
            Credential::ApiToken(id) => tokens.push(id.0),
        }
    }
    let mut all: HashMap<Credential, Vec<Rights>> = HashMap::new();
    for ids in sessions.chunks(MOST_AT_ONCE) {
        for row in rows(db, Key::Sessions(ids), now, With::RightsOnly).await? {
            all.entry(Credential::Session(SessionId(row.id))).or_default().extend(row.rights());
        }
    }
    for ids in tokens.chunks(MOST_AT_ONCE) {
        for row in rows(db, Key::ApiTokens(ids), now, With::RightsOnly).await? {
            all.entry(Credential::ApiToken(ApiTokenId(row.id))).or_default().extend(row.rights());
        }
    }
    Ok(all.into_iter().map(|(credential, rights)| (credential, sorted(rights))).collect())
}

fn sorted(mut rights: Vec<Rights>) -> Vec<Rights> {
    rights.sort_unstable_by_key(|rights| rights.newsroom);
    rights
}

async fn rows(
    db: &impl ConnectionTrait,
    key: Key<'_>,
    now: Moment,
    with: With,
) -> Result<Vec<Row>> {
    let is_token = key.is_token();
    let mut query = if is_token { of_api_token(key, now) } else { of_session(key, now) };
    let backend = db.get_database_backend();
    match with {
        With::AsOf => with_as_of(&mut query, backend == DbBackend::Sqlite),
        With::RightsOnly => without_as_of(&mut query),
    }
    Ok(Row::find_by_statement(backend.build(&query)).all(db).await?)
}

/// Reads the actor's rights again and replaces those that it has. UNAUTHENTICATED if its credentials are no longer valid.
pub async fn renew(db: &impl ConnectionTrait, actor: &Actor) -> Result<()> {
    renew_with(db, actor, With::AsOf).await
}

async fn renew_with(db: &impl ConnectionTrait, actor: &Actor, with: With) -> Result<()> {
    if let Some((_, credential)) = actor.credential() {
        let found = read(db, Key::Known(credential), actor.now(), with).await?;
        actor.renew(found.ok_or_else(invalid_token)?.rights);
    }
    Ok(())
}

/// Repeats a check inside the transaction that depends on it.
pub async fn recheck(txn: &impl ConnectionTrait, actor: &Actor, check: &Check) -> Result<()> {
    if check.depends_on_rights() {
        renew_with(txn, actor, With::RightsOnly).await?;
    }
    check.repeat(actor)
}

/// Credentials joined with one of their account's memberships, or with none.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    last_used_at: Option<Moment>,
    most: Option<Role>,
    newsroom_id: Option<NewsroomId>,
    role: Option<Role>,
    verdicts_required: Option<i32>,
    blind_review: Option<bool>,
    second_reader: Option<bool>,
    public_reading: Option<bool>,
    newest_event: Option<String>,
    newest_change_of_accounts: Option<i32>,
}

impl Row {
    fn rights(&self) -> Option<Rights> {
        let policy = Policy {
            verdicts_required: self.verdicts_required?,
            blind_review: self.blind_review?,
            second_reader: self.second_reader?,
            public_reading: self.public_reading?,
        };
        let role = self.role?;
        let role = self.most.map_or(role, |most| Ord::min(most, role));
        let mut newest_event = [0; 32];
        // A log without events has no hash.
        let _ = hex::decode_to_slice(
            self.newest_event.as_deref().unwrap_or_default(),
            &mut newest_event,
        );
        let as_of =
            AsOf { newsroom: newest_event, accounts: self.newest_change_of_accounts.unwrap_or(0) };
        Some(Rights { newsroom: self.newsroom_id?, role, policy, as_of })
    }
}

fn of_session(key: Key<'_>, now: Moment) -> SelectStatement {
    let mut query = select("sessions", key, now);
    query.expr_as(Expr::value(Option::<String>::None), "most");
    let member = col("memberships", "account_id").equals(("sessions", "account_id"));
    joined(query, member)
}

fn of_api_token(key: Key<'_>, now: Moment) -> SelectStatement {
    let mut query = select("api_tokens", key, now);
    query
        .expr_as(col("api_tokens", "role"), "most")
        .and_where(col("api_tokens", "revoked_at").is_null());
    let member = col("memberships", "account_id")
        .equals(("api_tokens", "account_id"))
        .and(col("memberships", "newsroom_id").equals(("api_tokens", "newsroom_id")));
    joined(query, member)
}

/// The valid credentials of `table` that `key` names.
fn select(table: &'static str, key: Key<'_>, now: Moment) -> SelectStatement {
    let mut query = Query::select();
    query
        .from(table)
        .columns(["id", "account_id", "last_used_at"].map(|column| (table, column)))
        .and_where(col(table, "expires_at").gt(now));
    query.and_where(match key {
        Key::SessionHash(hash) | Key::ApiTokenHash(hash) => col(table, "token_hash").eq(hash),
        Key::Known(Credential::Session(id)) => col(table, "id").eq(id),
        Key::Known(Credential::ApiToken(id)) => col(table, "id").eq(id),
        Key::Sessions(ids) | Key::ApiTokens(ids) => col(table, "id").is_in(ids.iter().copied()),
    });
    query
}

/// The same with the memberships that `member` names, and the policy of each newsroom.
fn joined(mut query: SelectStatement, member: Expr) -> SelectStatement {
    let active = col("memberships", "deactivated_at").is_null();
    let newsroom = col("newsrooms", "id").equals(("memberships", "newsroom_id"));
    query
        .columns(["newsroom_id", "role"].map(|column| ("memberships", column)))
        .columns(
            ["verdicts_required", "blind_review", "second_reader", "public_reading"]
                .map(|column| ("newsrooms", column)),
        )
        .join(JoinType::LeftJoin, Alias::new("memberships"), member.and(active))
        .join(JoinType::LeftJoin, Alias::new("newsrooms"), newsroom);
    query
}

/// Also reads what is stored by now: see [`AsOf`].
fn with_as_of(query: &mut SelectStatement, is_sqlite: bool) {
    let log = Expr::cust(if is_sqlite {
        "'newsroom_' || lower(hex(memberships.newsroom_id))"
    } else {
        "'newsroom_' || replace(memberships.newsroom_id::text, '-', '')"
    });
    // Word for word as in the index, or SQLite would not use it.
    let accounts = Expr::cust(
        "(SELECT max(number) FROM events WHERE log = 'server' AND kind IN ('PROFILE_CHANGED', 'ACCOUNT_ERASED'))",
    );
    query
        .expr_as(col("event_logs", "hash"), "newest_event")
        .expr_as(accounts, "newest_change_of_accounts")
        .join(JoinType::LeftJoin, Alias::new("event_logs"), col("event_logs", "log").eq(log));
}

fn without_as_of(query: &mut SelectStatement) {
    query
        .expr_as(Expr::value(Option::<String>::None), "newest_event")
        .expr_as(Expr::value(Option::<i32>::None), "newest_change_of_accounts");
}

fn col(table: &'static str, column: &'static str) -> Expr {
    Expr::col((table, column))
}
