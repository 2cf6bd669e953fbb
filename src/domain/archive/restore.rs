//! Making a newsroom of an archive.
//!
//! Invariant: either everything of an archive is stored, with a log that verifies, or nothing.

use std::io::BufRead;
use std::sync::Arc;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveEnum, ActiveValue::Set, DatabaseTransaction, IntoActiveModel};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::versions;
use crate::domain::actor::Actor;
use crate::domain::audit;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind, head};
use crate::domain::ids::{AccountId, ArticleId, ClaimId, NewsroomId, TypedId, VerdictId};
use crate::domain::merkle::{self, Growth};
use crate::domain::newsroom;
use crate::domain::people::account;
use crate::domain::record::tables::Table;
use crate::domain::record::{self, rows};
use crate::domain::signing_keys;
use crate::domain::store::{self, Db};
use crate::domain::subtrees;
use crate::domain::time::Moment;
use crate::domain::upkeep;

/// The number of rows that are inserted at once.
const AT_ONCE: usize = 100;

/// Columns that refer to rows of the same table, which may come later.
const LATER: [(&str, &str); 2] = [("claims", "repeats_id"), ("comments", "parent_id")];

/// A newsroom that was made of an archive.
pub struct Restored {
    /// The newsroom.
    pub newsroom: newsroom::Model,
    /// The accounts that did not exist before. They have no passwords.
    pub new_accounts: Vec<account::Model>,
    /// The newest event of the newsroom's log.
    pub newest: audit::Pin,
}

/// Stores the newsroom of an archive, which must not exist yet. `digest` is the SHA-256 of the whole archive: the log covers neither accounts nor
/// public keys.
pub async fn restore(
    db: &Db,
    actor: &Actor,
    lines: impl BufRead + Send + 'static,
    digest: [u8; 32],
) -> Result<Restored> {
    let permit =
        actor.require_machine("Only the server's own command line can take an archive.")?;
    let restored = store::write(db, permit, move |txn, actor| async move {
        Restore::begin(txn, actor).run(lines, digest).await
    })
    .await?;
    upkeep::run(db, actor).await?;
    Ok(restored)
}

/// Why an archive cannot be taken.
fn refuse<T>(message: impl Into<String>) -> Result<T> {
    Err(anyhow::Error::msg(message.into()).into())
}

struct Restore {
    txn: Arc<DatabaseTransaction>,
    actor: Actor,
    newsroom: Option<NewsroomId>,
    /// Rows of one table that are not inserted yet.
    rows: Vec<Map<String, Json>>,
    table: Option<&'static Table>,
    /// The columns that are set at the end.
    later: Vec<(&'static Table, &'static str, Map<String, Json>)>,
    growth: Growth,
    events: Vec<event::ActiveModel>,
    newest: Option<(i32, String)>,
    digests: Vec<record::ActiveModel>,
    new_accounts: Vec<account::Model>,
}

impl Restore {
    fn begin(txn: Arc<DatabaseTransaction>, actor: Actor) -> Self {
        Self {
            txn,
            actor,
            newsroom: None,
            rows: Vec::new(),
            table: None,
            later: Vec::new(),
            growth: Growth::default(),
            events: Vec::new(),
            newest: None,
            digests: Vec::new(),
            new_accounts: Vec::new(),
        }
    }

    async fn run(mut self, mut lines: impl BufRead, digest: [u8; 32]) -> Result<Restored> {
        let (mut end, mut hasher, mut bytes, mut number) = (None, Sha256::new(), Vec::new(), 0_u64);
        loop {
            bytes.clear();
            number += 1;
            let wrong = |what: &str| anyhow::anyhow!("line {number} {what}");
            let read = lines.read_until(b'\n', &mut bytes);
            if read.map_err(|error| wrong(&format!("cannot be read: {error}")))? == 0 {
                break;
            }
            hasher.update(&bytes);
            let line: Map<String, Json> = serde_json::from_slice(&bytes)
                .map_err(|error| wrong(&format!("is not an object: {error}")))?;
            if end.is_some() {
                return Err(wrong("comes after the end").into());
            }
            let kind = text(&line, "type")?;
            if (kind == "archive") == self.newsroom.is_some() {
                return refuse("This is not an archive of a newsroom.");
            }
            match kind {
                "archive" => self.archive(&line).await?,
                "account" => self.account(&line).await?,
                "key" => self.key(&line).await?,
                "row" => self.row(&line).await?,
                "event" => self.event(&line).await?,
                "digest" => self.digest(&line).await?,
                "end" => end = Some(text(&line, "head")?.to_owned()),
                other => return Err(wrong(&format!("has the unknown type {other}")).into()),
            }
        }
        let found: [u8; 32] = hasher.finalize().into();
        match end {
            Some(_) if found != digest => refuse(format!(
                "The archive was changed: its SHA-256 is {}, not the expected one.",
                hex::encode(found)
            )),
            Some(head) => self.end(&head).await,
            None => refuse("The archive ends early: its last line is missing."),
        }
    }

    async fn archive(&mut self, line: &Map<String, Json>) -> Result<()> {
        if line.get("versions") != Some(&versions()) {
            return refuse(
                "The archive was written by another version of claimspan. Use that version for both \
                 databases, and upgrade afterwards.",
            );
        }
        let id = NewsroomId::parse("newsroom", text(line, "newsroom")?)?;
        if !newsroom::find_all(&*self.txn, &[id]).await?.is_empty() {
            return refuse("The database has this newsroom already.");
        }
        self.newsroom = Some(id);
        Ok(())
    }

    async fn account(&mut self, line: &Map<String, Json>) -> Result<()> {
        let row = account::Model {
            id: AccountId::parse("id", text(line, "id")?)?,
            email: text(line, "email")?.to_owned(),
            display_name: text(line, "displayName")?.to_owned(),
            created_at: time(line, "createdAt")?,
        };
        if !account::find_all(&*self.txn, &[row.id]).await?.is_empty() {
            return Ok(());
        }
        let same_address =
            account::Entity::find().filter(account::Column::Email.eq(&row.email)).one(&*self.txn);
        if same_address.await?.is_some() {
            let email = &row.email;
            return refuse(format!(
                "{email} is the address of another account in this database. Change the address \
                 of one of them first."
            ));
        }
        let insert = account::Entity::insert(row.clone().into_active_model());
        insert.exec_without_returning(&*self.txn).await?;
        let detail = json!({ "account": row.id });
        event::append_to_server(&self.txn, &self.actor, Kind::AccountCreated, detail).await?;
        self.new_accounts.push(row);
        Ok(())
    }

    /// A key that the other server signed rulings with. Here it never signs.
    async fn key(&mut self, line: &Map<String, Json>) -> Result<()> {
        let id = text(line, "id")?;
        if signing_keys::find(&*self.txn, id).await?.is_some() {
            return Ok(());
        }
        let row = signing_keys::ActiveModel {
            id: Set(self.actor.new_id()),
            key_id: Set(id.to_owned()),
            public_key: Set(text(line, "publicKey")?.to_owned()),
            created_at: Set(time(line, "createdAt")?),
            retired_at: Set(Some(self.actor.now())),
        };
        signing_keys::Entity::insert(row).exec_without_returning(&*self.txn).await?;
        let detail = json!({ "keyId": id, "retired": true });
        event::append_to_server(&self.txn, &self.actor, Kind::SigningKeyCreated, detail).await
    }

    async fn row(&mut self, line: &Map<String, Json>) -> Result<()> {
        let name = text(line, "table")?;
        let table = Table::of(false).find(|table| table.name == name);
        let Some(table) = table else { return refuse(format!("There is no table {name}.")) };
        if self.table.is_some_and(|last| last.name != name) || self.rows.len() == AT_ONCE {
            self.insert_rows().await?;
        }
        let Some(Json::Object(values)) = line.get("values") else {
            return refuse("A row has no values.");
        };
        for (of, column) in LATER {
            if of == name && values.contains_key(column) {
                let key = table.key[0];
                let own = values.iter().filter(|(name, _)| *name == key || *name == column);
                let own = own.map(|(name, value)| (name.clone(), value.clone())).collect();
                self.later.push((table, column, own));
            }
        }
        if name == "newsrooms" {
            self.expect_free(values.get("slug")).await?;
        }
        self.table = Some(table);
        self.rows.push(values.clone());
        Ok(())
    }

    async fn expect_free(&self, slug: Option<&Json>) -> Result<()> {
        let slug = slug.and_then(Json::as_str).unwrap_or_default();
        let taken = newsroom::Entity::find().filter(newsroom::Column::Slug.eq(slug));
        if taken.one(&*self.txn).await?.is_some() {
            return refuse(format!("The database has another newsroom with the slug {slug}."));
        }
        Ok(())
    }

    async fn insert_rows(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let Some(table) = self.table.filter(|_| !rows.is_empty()) else { return Ok(()) };
        let later: Vec<_> = LATER
            .iter()
            .filter(|(name, _)| *name == table.name)
            .map(|(_, column)| *column)
            .collect();
        rows::insert(&*self.txn, table, &rows, &later).await
    }

    /// Stores what comes before the events: the last rows, and the head of the log.
    async fn event(&mut self, line: &Map<String, Json>) -> Result<()> {
        let log = self.log();
        if self.newest.is_none() {
            self.insert_rows().await?;
            for (table, column, row) in std::mem::take(&mut self.later) {
                rows::fill(&*self.txn, table, &row, column).await?;
            }
            let head = head::ActiveModel {
                log: Set(log.clone()),
                number: Set(0),
                hash: Set(String::new()),
            };
            head::Entity::insert(head).exec_without_returning(&*self.txn).await?;
        }
        let row = event::Model {
            log: log.clone(),
            number: number(line, "number")?,
            at: time(line, "at")?,
            actor_id: id(line, "actor")?.map(AccountId),
            kind: ActiveEnum::try_from_value(&text(line, "kind")?.to_owned())?,
            article_id: id(line, "article")?.map(ArticleId),
            claim_id: id(line, "claim")?.map(ClaimId),
            verdict_id: id(line, "verdict")?.map(VerdictId),
            detail: text(line, "detail")?.to_owned(),
            previous_hash: text(line, "previousHash")?.to_owned(),
            hash: text(line, "hash")?.to_owned(),
        };
        for (level, number, hash) in self.growth.push(merkle::leaf(row.leaf().as_bytes())) {
            subtrees::put(&self.txn, &log, level, number, hash).await?;
        }
        self.newest = Some((row.number, row.hash.clone()));
        self.events.push(row.into_active_model());
        if self.events.len() >= AT_ONCE { self.insert_events().await } else { Ok(()) }
    }

    async fn insert_events(&mut self) -> Result<()> {
        let events = std::mem::take(&mut self.events);
        if !events.is_empty() {
            event::Entity::insert_many(events).exec_without_returning(&*self.txn).await?;
        }
        Ok(())
    }

    async fn digest(&mut self, line: &Map<String, Json>) -> Result<()> {
        let key = text(line, "key")?;
        let Some(row) = rows::id_in_key(key) else { return refuse("A digest has no key.") };
        self.digests.push(record::ActiveModel {
            log: Set(self.log()),
            number: Set(number(line, "number")?),
            ordinal: Set(number(line, "ordinal")?),
            table_name: Set(text(line, "table")?.to_owned()),
            row_id: Set(row),
            row_key: Set(key.to_owned()),
            edition: Set(number(line, "edition")?),
            digest: Set(text(line, "digest")?.to_owned()),
        });
        if self.digests.len() >= AT_ONCE { self.insert_digests().await } else { Ok(()) }
    }

    async fn insert_digests(&mut self) -> Result<()> {
        let digests = std::mem::take(&mut self.digests);
        if !digests.is_empty() {
            record::Entity::insert_many(digests).exec_without_returning(&*self.txn).await?;
        }
        Ok(())
    }

    /// Stores what is left, and verifies everything.
    async fn end(mut self, expected: &str) -> Result<Restored> {
        self.insert_events().await?;
        self.insert_digests().await?;
        let Some((number, hash)) = self.newest.take() else {
            return refuse("The archive has no events.");
        };
        if hash != expected {
            return refuse(
                "The archive's events do not end with the event that its last line names.",
            );
        }
        let log = self.log();
        head::Entity::update_many()
            .col_expr(head::Column::Number, Expr::value(number))
            .col_expr(head::Column::Hash, Expr::value(hash.clone()))
            .filter(head::Column::Log.eq(&log))
            .exec(&*self.txn)
            .await?;
        record::forget_own_changes(&self.txn).await?;
        let ids: Vec<_> = self.newsroom.into_iter().collect();
        let Some(newsroom) = newsroom::find_all(&*self.txn, &ids).await?.pop() else {
            return refuse("The archive has no newsroom.");
        };
        for walked in audit::verify_in(&self.txn, &newsroom).await? {
            if let Some(found) = walked.broken {
                return refuse(format!("The archive was changed: {found}."));
            }
            if let Some(row) = walked.rows.first() {
                return refuse(format!("The archive was changed: {row}."));
            }
        }
        upkeep::forget(&self.txn).await?;
        let newest = audit::Pin { log, number, hash };
        Ok(Restored { newsroom, new_accounts: self.new_accounts, newest })
    }

    fn log(&self) -> String {
        self.newsroom.map(|id| id.to_string()).unwrap_or_default()
    }
}

fn text<'a>(line: &'a Map<String, Json>, name: &str) -> Result<&'a str> {
    let value = line.get(name).and_then(Json::as_str);
    Ok(value.ok_or_else(|| anyhow::anyhow!("a line of the archive has no text {name:?}"))?)
}

fn number(line: &Map<String, Json>, name: &str) -> Result<i32> {
    let value = line.get(name).and_then(Json::as_i64).and_then(|it| i32::try_from(it).ok());
    Ok(value.ok_or_else(|| anyhow::anyhow!("a line of the archive has no number {name:?}"))?)
}

fn time(line: &Map<String, Json>, name: &str) -> Result<Moment> {
    Ok(Moment::read(text(line, name)?)
        .map_err(|_| anyhow::anyhow!("a line of the archive has no time {name:?}"))?)
}

fn id(line: &Map<String, Json>, name: &str) -> Result<Option<Uuid>> {
    match line.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(_) => {
            let id = Uuid::try_parse(text(line, name)?);
            Ok(Some(id.map_err(|_| anyhow::anyhow!("a line of the archive has no id {name:?}"))?))
        }
    }
}
