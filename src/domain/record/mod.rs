//! The record: the digests of the rows that each event wrote. A row is *on record* once an event
//! has put its digest there.
//!
//! Invariants: the detail of an event contains, as `record`, the SHA-256 of the digests that it put
//! on record. So the hash chain covers the rows. The newest digest of a row is that of its current
//! content, unless somebody changed the row without the server.

pub mod rows;
pub mod tables;

use std::collections::{BTreeMap, HashMap};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Query};
use sea_orm::{
    ActiveValue::Set, Condition, DatabaseTransaction, DbBackend, FromQueryResult, Iterable,
    QueryTrait,
};
use sha2::{Digest, Sha256};

use super::error::Result;
use super::store::Writes;
use tables::Table;

/// The number of rows whose newest digests are read at once.
const KEYS: usize = 250;

/// The number of rows of a table that are read in one statement with those of other tables.
const FEW: usize = 20;

/// A digest that an event put on record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "records")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub log: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i32,
    pub table_name: String,
    pub row_id: Uuid,
    pub row_key: String,
    pub edition: i32,
    /// Empty if the row was removed.
    pub digest: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A digest that is not on record yet.
pub struct Entry {
    table: &'static str,
    id: Uuid,
    key: String,
    edition: i32,
    digest: String,
}

/// Collects the digests of these rows, which the transaction wrote: those of the server, or those of
/// newsrooms. Each has a table and a key.
pub async fn collect(
    txn: &DatabaseTransaction,
    server: bool,
    written: Vec<(String, String)>,
) -> Result<Vec<Entry>> {
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, key) in written {
        keys.entry(table).or_default().push(key);
    }
    let wanted: Vec<_> =
        Table::of(server).filter_map(|table| Some((table, keys.remove(table.name)?))).collect();
    let (together, alone): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .partition(|(table, keys)| table.order.is_none() && keys.len() <= FEW.min(table.page));
    let mut now = digests(txn, &together).await?;
    for (table, keys) in alone {
        // The keys are sorted, so those with the same id follow one another.
        for keys in keys
            .chunk_by(|one, next| one.get(..32) == next.get(..32))
            .collect::<Vec<_>>()
            .chunks(table.page)
        {
            now.extend(digests(txn, &[(table, keys.concat())]).await?);
        }
    }
    let mut entries = Vec::new();
    for rows in now.chunks(KEYS) {
        let asked: Vec<_> = rows.iter().map(|(table, key, _)| (table.name, key.as_str())).collect();
        let known = newest(txn, &asked).await?;
        entries.extend(rows.iter().filter_map(|(table, key, digest)| {
            Entry::after(table, key, digest.clone(), known.get(&(table.name, key.as_str())))
        }));
    }
    Ok(entries)
}

/// Returns the digests of these keys as they are now, all read in one statement. That of a row that was
/// removed is empty.
async fn digests(
    txn: &DatabaseTransaction,
    wanted: &[(&'static Table, Vec<String>)],
) -> Result<Vec<(&'static Table, String, String)>> {
    let ids = |keys: &[String]| -> Vec<_> {
        let mut ids: Vec<_> = keys.iter().filter_map(|key| rows::id_in_key(key)).collect();
        ids.dedup();
        ids
    };
    let ids: Vec<_> = wanted.iter().map(|(table, keys)| (*table, ids(keys))).collect();
    let asked: Vec<_> = ids.iter().map(|(table, ids)| (*table, ids.as_slice())).collect();
    let mut found = rows::digests_together(txn, &asked).await?;
    let keys = wanted.iter().flat_map(|(table, keys)| keys.iter().map(|key| (*table, key.clone())));
    Ok(keys
        .map(|(table, key)| {
            let digest = found.remove(&(table.name, key.clone())).unwrap_or_default();
            (table, key, digest)
        })
        .collect())
}

/// Returns entries for the rows with these ids that are not on record at all.
pub async fn missing(
    txn: &DatabaseTransaction,
    table: &'static Table,
    ids: &[Uuid],
) -> Result<Vec<Entry>> {
    let now = rows::digests(txn, table, ids).await?;
    let known = newest(txn, &keys(table, &now)).await?;
    let unknown = now.iter().filter(|(key, _)| !known.contains_key(&(table.name, key.as_str())));
    Ok(unknown.filter_map(|(key, digest)| Entry::after(table, key, digest.clone(), None)).collect())
}

impl Entry {
    /// Returns the next entry of a row. None if the row equals its newest entry.
    fn after(
        table: &'static Table,
        key: &str,
        digest: String,
        newest: Option<&Model>,
    ) -> Option<Self> {
        let known = newest.map_or("", |entry| entry.digest.as_str());
        (digest != known).then(|| Self {
            table: table.name,
            id: rows::id_in_key(key).unwrap_or_default(),
            key: key.to_owned(),
            edition: newest.map_or(0, |entry| entry.edition) + 1,
            digest,
        })
    }
}

/// Puts digests on record under one event, and computes their common digest.
pub struct Recorder {
    log: String,
    number: i32,
    ordinal: i32,
    digest: ListDigest,
    writes: Writes,
}

impl Recorder {
    /// A recorder for the event with this number. It adds the digests to `writes`.
    pub fn of(log: &str, number: i32, writes: Writes) -> Self {
        Self { log: log.to_owned(), number, ordinal: 0, digest: ListDigest::default(), writes }
    }

    /// Puts these digests on record.
    pub async fn put(&mut self, txn: &DatabaseTransaction, entries: Vec<Entry>) -> Result<()> {
        let models: Vec<_> = entries
            .into_iter()
            .zip(self.ordinal..)
            .map(|(entry, ordinal)| Model {
                log: self.log.clone(),
                number: self.number,
                ordinal,
                table_name: entry.table.to_owned(),
                row_id: entry.id,
                row_key: entry.key,
                edition: entry.edition,
                digest: entry.digest,
            })
            .collect();
        for chunk in models.chunks(500) {
            for model in chunk {
                self.digest.add(model);
                self.ordinal += 1;
            }
            let rows = chunk.iter().map(|model| ActiveModel {
                log: Set(model.log.clone()),
                number: Set(model.number),
                ordinal: Set(model.ordinal),
                table_name: Set(model.table_name.clone()),
                row_id: Set(model.row_id),
                row_key: Set(model.row_key.clone()),
                edition: Set(model.edition),
                digest: Set(model.digest.clone()),
            });
            self.writes.add(txn, &Entity::insert_many(rows).into_query()).await?;
        }
        Ok(())
    }

    /// The digest of everything that was put on record, or None if nothing was, and the writes that
    /// are left to send.
    pub fn finish(self) -> (Option<String>, Writes) {
        (self.digest.finish(), self.writes)
    }
}

/// The SHA-256 of the digests that one event put on record: a line for each, with the table, the
/// row's key, the edition and the digest, and a line feed after each line.
#[derive(Default)]
pub struct ListDigest(Option<Sha256>);

impl ListDigest {
    /// Adds the next digest.
    pub fn add(&mut self, entry: &Model) {
        let Model { table_name, row_key, edition, digest, .. } = entry;
        let hasher = self.0.get_or_insert_with(Sha256::new);
        hasher.update(format!("{table_name} {row_key} {edition} {digest}\n"));
    }

    /// The digest. None if the list is empty.
    pub fn finish(self) -> Option<String> {
        self.0.map(|hasher| hex::encode(hasher.finalize()))
    }
}

/// Returns the newest digests of these rows, each of which is a table and a key. Reads one digest
/// for each, no matter how many it has had.
pub async fn newest<'a>(
    db: &impl ConnectionTrait,
    asked: &[(&'a str, &'a str)],
) -> Result<HashMap<(&'a str, &'a str), Model>> {
    let rows: Vec<_> = asked
        .iter()
        .filter_map(|(table, key)| {
            Some(((*table).to_owned(), rows::id_in_key(key)?, (*key).to_owned()))
        })
        .collect();
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let [table, id, key] =
        ["column1", "column2", "column3"].map(|column| Expr::col(("asked", column)));
    let mut editions = Query::select();
    editions
        .expr_as(table.clone(), "table")
        .expr_as(id.clone(), "id")
        .expr_as(key.clone(), "key")
        .expr_as(newest_edition(table, id, key), "edition")
        .from_values(rows, "asked");
    let newest = |column: &'static str| ("newest", column);
    let joined = Condition::all()
        .add(Expr::col((Entity, Column::TableName)).equals(newest("table")))
        .add(Expr::col((Entity, Column::RowId)).equals(newest("id")))
        .add(Expr::col((Entity, Column::RowKey)).equals(newest("key")))
        .add(Expr::col((Entity, Column::Edition)).equals(newest("edition")));
    let mut query = Query::select();
    query
        .columns(Column::iter().map(|column| (Entity, column)))
        .from_subquery(editions, "newest")
        .join(JoinType::InnerJoin, Entity, joined);
    let mut found = HashMap::new();
    for row in db.query_all(&query).await? {
        let entry = Model::from_query_result(&row, "")?;
        found.insert((entry.table_name.clone(), entry.row_key.clone()), entry);
    }
    let of = |(table, key): &(&'a str, &'a str)| {
        Some(((*table, *key), found.remove(&((*table).to_owned(), (*key).to_owned()))?))
    };
    Ok(asked.iter().filter_map(of).collect())
}

/// The keys of these rows of a table.
pub fn keys<'a>(
    table: &'a Table,
    digests: &'a BTreeMap<String, String>,
) -> Vec<(&'a str, &'a str)> {
    digests.keys().map(|key| (table.name, key.as_str())).collect()
}

/// Whether this is the newest digest of its row on record.
pub fn is_newest() -> Expr {
    let own = |column: Column| Expr::col((Entity, column));
    let newest = newest_edition(own(Column::TableName), own(Column::RowId), own(Column::RowKey));
    own(Column::Edition).eq(newest)
}

/// The newest edition of a row's digest. Both databases find it at the end of a range of the index.
fn newest_edition(table: Expr, id: Expr, key: Expr) -> Expr {
    let known = Alias::new("known");
    let column = |column: Column| Expr::col((known.clone(), column));
    let mut query = Query::select();
    query
        .expr(column(Column::Edition).max())
        .from_as(Entity, known.clone())
        .and_where(column(Column::TableName).eq(table))
        .and_where(column(Column::RowId).eq(id))
        .and_where(column(Column::RowKey).eq(key));
    Expr::SubQuery(None, Box::new(query.into()))
}

/// Returns the rows that triggers noted for this transaction and that no event has covered yet, and
/// deletes these notes. Each has a table and a key. They are sorted.
pub async fn take_changes(
    txn: &DatabaseTransaction,
    server: bool,
) -> Result<Vec<(String, String)>> {
    let names: Vec<_> = Table::of(server).map(|table| table.name).collect();
    let mine = Expr::col("table_name").is_in(names);
    let mine = match of_transaction(txn) {
        Some(own) => mine.and(own),
        None => mine,
    };
    let mut query = Query::delete();
    query
        .from_table("record_changes")
        .and_where(mine)
        .returning(Query::returning().columns(["table_name", "row_key"]));
    let rows = txn.query_all(&query).await?;
    let mut changes: Vec<(String, String)> = rows
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect::<Result<_>>()?;
    changes.sort();
    changes.dedup();
    Ok(changes)
}

/// Refuses a transaction that wrote a row on record after its last event, or without any event. A
/// verification would report such a row as changed without the server.
pub async fn expect_all_covered(txn: &DatabaseTransaction) -> Result<()> {
    let mut query = Query::select();
    query
        .columns(["table_name", "row_key"])
        .from("record_changes")
        .and_where_option(of_transaction(txn))
        .limit(1);
    let Some(row) = txn.query_one(&query).await? else { return Ok(()) };
    let (table, key): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Err(anyhow::anyhow!("no event covers the row {key} of {table}: append the event last").into())
}

/// Deletes the notes of this transaction about the rows of newsrooms, whose digests are on record
/// already.
pub async fn forget_own_changes(txn: &DatabaseTransaction) -> Result<()> {
    let names: Vec<_> = Table::of(false).map(|table| table.name).collect();
    let mut query = Query::delete();
    query
        .from_table("record_changes")
        .and_where(Expr::col("table_name").is_in(names))
        .and_where_option(of_transaction(txn));
    txn.execute(&query).await?;
    Ok(())
}

/// The condition for the notes of this transaction. None on SQLite, where all notes are its own:
/// every transaction begins without any.
fn of_transaction(txn: &DatabaseTransaction) -> Option<Expr> {
    (txn.get_database_backend() == DbBackend::Postgres)
        .then(|| Expr::cust("transaction_id = pg_current_xact_id()::text"))
}

/// Deletes all notes of changes, which no event will cover any more. On SQLite, every transaction
/// begins with this.
pub async fn forget_changes(db: &impl ConnectionTrait) -> std::result::Result<(), DbErr> {
    db.execute(Query::delete().from_table("record_changes")).await.map(drop)
}
