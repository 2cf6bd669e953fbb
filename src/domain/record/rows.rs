//! Reads rows of any table on record, and computes their digests.
//!
//! A digest is the SHA-256 of the table's name and of the rows with the key, each row on a line of
//! its own. The line is the RFC 8785 JSON of all columns on record that are not null.

use std::collections::BTreeMap;

use canon_json::CanonicalFormatter;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, QueryResult, TryGetable, Value};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::tables::{Owner, TYPES, Table};
use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;

/// Serializes a value as canonical JSON (RFC 8785).
pub fn canonical(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut bytes, CanonicalFormatter::new());
    // This fails only for a map with keys that are not strings, or if the writer fails.
    value.serialize(&mut serializer).expect("plain values are JSON");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// Returns the digest of each record that belongs to these ids, by its key.
pub async fn digests(
    db: &impl ConnectionTrait,
    table: &'static Table,
    ids: &[Uuid],
) -> Result<BTreeMap<String, String>> {
    let digests = digests_together(db, &[(table, ids)]).await?;
    Ok(digests.into_iter().map(|((_, key), digest)| (key, digest)).collect())
}

/// Returns the digest of each record that belongs to these ids of several tables, by the table's name and the key. Reads them in one
/// statement. A table whose rows share digests must be the only one.
pub async fn digests_together(
    db: &impl ConnectionTrait,
    wanted: &[(&'static Table, &[Uuid])],
) -> Result<BTreeMap<(&'static str, String), String>> {
    let layout = Layout::of(wanted.iter().map(|(table, _)| *table));
    let mut selects =
        (0..).zip(wanted).map(|(place, (table, ids))| layout.select(place, table, ids));
    let Some(mut query) = selects.next() else { return Ok(BTreeMap::new()) };
    match wanted {
        [(only, _)] => sort(&mut query, only),
        _ => query.unions(selects.map(|select| (UnionType::All, select))),
    };
    let mut hashers: BTreeMap<_, Sha256> = BTreeMap::new();
    for row in db.query_all(&query).await? {
        let place: i32 = row.try_get_by_index(0)?;
        let table = usize::try_from(place).ok().and_then(|place| wanted.get(place));
        let (table, _) = table.ok_or_else(|| anyhow::anyhow!("there is no table {place}"))?;
        let values = layout.values(table, &row);
        let key = table.key.iter().map(|column| match values.get(column) {
            Some(Json::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        });
        let hasher = hashers
            .entry((table.name, key.collect::<Vec<_>>().join("/")))
            .or_insert_with(|| Sha256::new_with_prefix(table.name));
        hasher.update(b"\n");
        hasher.update(canonical(&values));
    }
    Ok(hashers.into_iter().map(|(key, hasher)| (key, hex::encode(hasher.finalize()))).collect())
}

/// Returns the next ids in a table after `last`: those of one newsroom, or all if there is no
/// `owner`.
pub async fn ids_after(
    db: &impl ConnectionTrait,
    table: &'static Table,
    owner: Option<NewsroomId>,
    last: Option<Uuid>,
) -> Result<Vec<Uuid>> {
    let column = (table.name, table.key[0]);
    let mut query = Query::select();
    query
        .distinct()
        .column(column)
        .from(table.name)
        .order_by(column, Order::Asc)
        .limit(table.page as u64);
    if let Some(newsroom) = owner {
        query.and_where(belongs_to(table, newsroom));
    }
    if let Some(last) = last {
        query.and_where(id(table).gt(last));
    }
    let rows = db.query_all(&query).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Returns the rows that belong to these ids, sorted by their keys: the columns on record that are
/// not null.
pub async fn of_ids(
    db: &impl ConnectionTrait,
    table: &'static Table,
    ids: &[Uuid],
) -> Result<Vec<BTreeMap<&'static str, Json>>> {
    let layout = Layout::of([table]);
    let mut query = layout.select(0, table, ids);
    sort(&mut query, table);
    Ok(db.query_all(&query).await?.iter().map(|row| layout.values(table, row)).collect())
}

/// Sorts the rows of a table by their keys.
fn sort<'a>(query: &'a mut SelectStatement, table: &'static Table) -> &'a mut SelectStatement {
    for column in table.key.iter().copied().chain(table.order) {
        query.order_by((table.name, column), Order::Asc);
    }
    query
}

/// Where the columns of several tables are in the rows of one statement: first the place of the table, then the columns of each type. A
/// table with fewer columns of a type has nulls there.
struct Layout([usize; TYPES.len()]);

impl Layout {
    fn of(tables: impl IntoIterator<Item = &'static Table>) -> Self {
        let mut most = [0; TYPES.len()];
        for table in tables {
            for (most, columns) in most.iter_mut().zip(table.columns_by_type()) {
                *most = Ord::max(*most, columns.len());
            }
        }
        Self(most)
    }

    /// Selects the rows that belong to these ids. `place` is the table's place in the statement.
    fn select(&self, place: i32, table: &'static Table, ids: &[Uuid]) -> SelectStatement {
        let mut query = Query::select();
        query.expr(Expr::cust(place.to_string()));
        for ((name, columns), most) in TYPES.iter().zip(table.columns_by_type()).zip(self.0) {
            query.columns(columns.iter().map(|column| (table.name, *column)));
            for _ in columns.len()..most {
                query.expr(Expr::cust(format!("CAST(NULL AS {name})")));
            }
        }
        query.from(table.name).and_where(id(table).is_in(ids.iter().copied()));
        query
    }

    /// The columns of a row that are not null.
    fn values(&self, table: &Table, row: &QueryResult) -> BTreeMap<&'static str, Json> {
        let mut first = 1;
        let mut values = BTreeMap::new();
        for ((of_type, columns), most) in (0..).zip(table.columns_by_type()).zip(self.0) {
            values.extend(
                (first..).zip(columns).map(|(place, column)| (*column, value(row, place, of_type))),
            );
            first += most;
        }
        values.retain(|_, value| *value != Json::Null);
        values
    }
}

/// Returns the different values of a column with ids in the newsroom's rows of a table.
pub async fn different(
    db: &impl ConnectionTrait,
    table: &'static Table,
    column: &'static str,
    newsroom: NewsroomId,
) -> Result<Vec<Uuid>> {
    let mut query = Query::select();
    query
        .distinct()
        .column((table.name, column))
        .from(table.name)
        .and_where(belongs_to(table, newsroom))
        .and_where(Expr::col((table.name, column)).is_not_null());
    let rows = db.query_all(&query).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Inserts rows as [`of_ids`] returns them. The columns of `later` stay null.
pub async fn insert(
    db: &impl ConnectionTrait,
    table: &'static Table,
    rows: &[Map<String, Json>],
    later: &[&str],
) -> Result<()> {
    let columns: Vec<_> = table.columns().collect();
    let mut query = Query::insert();
    query.into_table(table.name).columns(columns.iter().copied());
    for row in rows {
        if let Some(unknown) = row.keys().find(|key| !columns.contains(&key.as_str())) {
            return Err(anyhow::anyhow!("{} has no column {unknown}", table.name).into());
        }
        let cells = columns.iter().map(|column| {
            let value = row.get(*column).filter(|_| !later.contains(column));
            Ok(Expr::val(cell(table, column, value.unwrap_or(&Json::Null))?))
        });
        query.values_panic(cells.collect::<Result<Vec<_>>>()?);
    }
    db.execute(&query).await?;
    Ok(())
}

/// Sets a column of a row with ids that [`insert`] left null.
pub async fn fill(
    db: &impl ConnectionTrait,
    table: &'static Table,
    row: &Map<String, Json>,
    column: &'static str,
) -> Result<()> {
    let Some(value) = row.get(column) else { return Ok(()) };
    let own = row.get(table.key[0]).unwrap_or(&Json::Null);
    let mut query = Query::update();
    query
        .table(table.name)
        .value(column, cell(table, column, value)?)
        .and_where(id(table).eq(cell(table, table.key[0], own)?));
    db.execute(&query).await?;
    Ok(())
}

/// The value of a column, from the JSON of its digest.
fn cell(table: &Table, column: &str, json: &Json) -> Result<Value> {
    let wrong = || anyhow::anyhow!("{}.{column} cannot be {json}", table.name);
    let text = json.as_str();
    let is_null = json.is_null();
    let read = |of: Option<Value>| if is_null || of.is_some() { Ok(of) } else { Err(wrong()) };
    let value = if table.ids.contains(&column) {
        read(text.and_then(|text| Uuid::try_parse(text).ok()).map(Value::from))?
            .unwrap_or_else(|| Option::<Uuid>::None.into())
    } else if table.texts.contains(&column) {
        read(text.map(Value::from))?.unwrap_or_else(|| Option::<String>::None.into())
    } else if table.integers.contains(&column) {
        let number = json.as_i64().and_then(|number| i32::try_from(number).ok());
        read(number.map(Value::from))?.unwrap_or_else(|| Option::<i32>::None.into())
    } else if table.booleans.contains(&column) {
        read(json.as_bool().map(Value::from))?.unwrap_or_else(|| Option::<bool>::None.into())
    } else if table.times.contains(&column) {
        let time = text.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        read(time.map(|time| Value::from(time.with_timezone(&Utc))))?
            .unwrap_or_else(|| Option::<DateTime<Utc>>::None.into())
    } else {
        let day = text.and_then(|text| text.parse::<NaiveDate>().ok());
        read(day.map(Value::from))?.unwrap_or_else(|| Option::<NaiveDate>::None.into())
    };
    Ok(value)
}

/// The SQL text of a record's key in a row of `table`.
pub fn key_sql(table: &Table, is_sqlite: bool) -> String {
    let part = |column: &&'static str| {
        let column_of = format!("{}.{column}", table.name);
        match (table.ids.contains(column), is_sqlite) {
            (true, true) => format!("lower(hex({column_of}))"),
            (true, false) => format!("replace({column_of}::text, '-', '')"),
            (false, _) => format!("CAST({column_of} AS text)"),
        }
    };
    table.key.iter().map(part).collect::<Vec<_>>().join(" || '/' || ")
}

/// The id that a record's key begins with.
pub fn id_in_key(key: &str) -> Option<Uuid> {
    Uuid::try_parse(key.split('/').next()?).ok()
}

fn id(table: &'static Table) -> Expr {
    Expr::col((table.name, table.key[0]))
}

fn belongs_to(table: &'static Table, newsroom: NewsroomId) -> Expr {
    let here = |column: &'static str| Expr::col((table.name, column));
    match table.owner {
        Owner::Server => Expr::val(false),
        Owner::Itself => here("id").eq(newsroom),
        Owner::Of(column, "newsrooms") => here(column).eq(newsroom),
        Owner::Of(column, parent) => {
            let Some(parent) = Table::named(parent) else { return Expr::val(false) };
            let mut parents: SelectStatement = Query::select();
            parents
                .column((parent.name, "id"))
                .from(parent.name)
                .and_where(belongs_to(parent, newsroom));
            here(column).in_subquery(parents)
        }
    }
}

/// The value at a place of a row as JSON. `of_type` is the place of its type in [`TYPES`].
fn value(row: &QueryResult, place: usize, of_type: usize) -> Json {
    match of_type {
        0 => read(row, place, |id: Uuid| id.simple().to_string().into()),
        1 => read(row, place, |text: String| text.into()),
        2 => read(row, place, |number: i32| number.into()),
        3 => read(row, place, |flag: bool| flag.into()),
        4 => read(row, place, |time: DateTime<Utc>| {
            time.to_rfc3339_opts(SecondsFormat::Micros, true).into()
        }),
        _ => read(row, place, |day: NaiveDate| day.to_string().into()),
    }
}

/// Reads a value as JSON. After tampering, it may be unreadable. The digest must then differ, and
/// reading must not fail.
fn read<T: TryGetable>(row: &QueryResult, place: usize, to_json: impl Fn(T) -> Json) -> Json {
    match row.try_get_by_index::<Option<T>>(place) {
        Ok(Some(value)) => to_json(value),
        Ok(None) => Json::Null,
        Err(error) => Json::from(vec![error.to_string()]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_is_written_as_rfc_8785_says() {
        // RFC 8785, sections 3.2.2 and 3.2.3, without fractions.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        let order = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"];
        let text = canonical(&value);
        let places: Vec<_> =
            order.iter().map(|key| text.find(&format!("\"{key}\":")).expect("a key")).collect();
        assert!(places.is_sorted(), "{text}");
        let value = json!({ "string": "\u{20ac}$\u{f}\nA'B\"\\\\\"/", "literals": [null, true, false], "number": 333_333_333 });
        let expected = r#"{"literals":[null,true,false],"number":333333333,"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(canonical(&value), expected);
    }
}
