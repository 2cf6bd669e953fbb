//! Pages of a list. A cursor is a key of the list, so it stays valid while rows are added and removed around it.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, Func, SelectStatement, SimpleExpr, WindowStatement,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Value,
};
use uuid::Uuid;

use super::error::{Error, Reason, Result};
use super::store::Db;

/// The largest page.
pub const MOST: i32 = 100;
/// The default size of a page.
pub const USUAL: i32 = 25;

/// A part of a list that a client asks for.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    size: u64,
    backward: bool,
    after: Option<Key>,
    before: Option<Key>,
}

/// The place of a row in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The number that the list is sorted by first, or 0.
    pub lead: i32,
    /// The id, which distinguishes rows with the same number.
    pub id: Uuid,
}

/// Checks that a page size is from 0 to 100.
pub fn check_size(field: &str, size: i32) -> Result<u64> {
    let message =
        || format!("`{field}` is {size}. It must be from 0 to {MOST}; ask for more pages instead.");
    u64::try_from(size)
        .ok()
        .filter(|_| size <= MOST)
        .ok_or_else(|| Error::invalid(field, Reason::OutOfRange, message()))
}

impl Slice {
    /// The first page of a list.
    pub const fn first(size: u64) -> Self {
        Self { size, backward: false, after: None, before: None }
    }

    /// The page that comes after this place, or the first page.
    pub const fn after(size: u64, place: Option<Key>) -> Self {
        Self { size, backward: false, after: place, before: None }
    }

    /// The size of the page if it is the first page of its list.
    pub fn first_size(&self) -> Option<u64> {
        self.forward_only().filter(|(_, after)| after.is_none()).map(|(size, _)| size)
    }

    /// The size of the page and the place that it comes after, for a list that is read forward only.
    pub const fn forward(&self) -> (u64, Option<Key>) {
        (self.size, self.after)
    }

    /// The same for any list. None if the page is not read forward from its start or from a place.
    pub const fn forward_only(&self) -> Option<(u64, Option<Key>)> {
        if self.backward || self.before.is_some() { None } else { Some((self.size, self.after)) }
    }

    /// Parses a page as clients ask for it: `first` (default 25) after a cursor, or `last` before one. Both are 0 to 100.
    pub fn parse(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Self> {
        if first.is_some() && last.is_some() {
            return Err(Error::invalid(
                "last",
                Reason::Contradiction,
                "Give `first` or `last`, not both.",
            ));
        }
        let (field, size) = last.map_or(("first", first.unwrap_or(USUAL)), |last| ("last", last));
        let size = check_size(field, size)?;
        let cursor =
            |field, text: Option<&str>| text.map(|text| Key::parse(field, text)).transpose();
        Ok(Self {
            size,
            backward: last.is_some(),
            after: cursor("after", after)?,
            before: cursor("before", before)?,
        })
    }
}

impl Key {
    /// The place of a row in a list that is sorted by id alone.
    pub const fn of_id(id: Uuid) -> Self {
        Self { lead: 0, id }
    }

    /// The cursor that clients send back.
    pub fn to_cursor(self) -> String {
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&self.lead.to_be_bytes());
        bytes[4..].copy_from_slice(self.id.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn parse(field: &str, text: &str) -> Result<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| <[u8; 20]>::try_from(bytes).ok());
        let [a, b, c, d, id @ ..] = bytes.ok_or_else(|| {
            Error::invalid(
                field,
                Reason::InvalidCursor,
                format!("`{field}` is not a cursor of this server."),
            )
        })?;
        Ok(Self { lead: i32::from_be_bytes([a, b, c, d]), id: Uuid::from_bytes(id) })
    }
}

/// The columns that a list is sorted by. Clients never name them.
#[derive(Clone, Copy, Debug)]
pub struct Sort<C> {
    /// The number that comes first.
    pub lead: Option<C>,
    /// The id, or the number again if it is unique.
    pub id: C,
    /// Whether the largest, which is the newest, comes first.
    pub descending: bool,
}

impl<C: ColumnTrait> Sort<C> {
    /// Whether the number alone identifies a row.
    fn by_number_alone(&self) -> bool {
        self.lead.is_some_and(|lead| lead.as_str() == self.id.as_str())
    }
}

/// A part of a list.
#[derive(Clone)]
pub struct Page<T> {
    /// The rows and their places.
    pub rows: Vec<(Key, T)>,
    /// Whether there are rows before these.
    pub has_previous: bool,
    /// Whether there are rows after these.
    pub has_next: bool,
    /// How many rows the whole list has.
    pub total: Total,
}

impl<T> Page<T> {
    /// The same page with other values for its rows. Rows without a value are left out.
    pub fn filter_map<U>(self, mut value: impl FnMut(T) -> Option<U>) -> Page<U> {
        let Self { rows, has_previous, has_next, total } = self;
        let rows = rows.into_iter().filter_map(|(key, row)| Some((key, value(row)?))).collect();
        Page { rows, has_previous, has_next, total }
    }
}

impl<T> Default for Page<T> {
    /// The one page of an empty list.
    fn default() -> Self {
        Self { rows: Vec::new(), has_previous: false, has_next: false, total: Total::Known(0) }
    }
}

/// How many rows a list has.
#[derive(Clone)]
pub enum Total {
    /// The number is known.
    Known(i32),
    /// The rows are counted if a client asks.
    Asked {
        /// The database.
        db: Db,
        /// The list.
        list: Box<SelectStatement>,
    },
    /// Kept counts say it if a client asks. If they cannot, the other total says it.
    Kept(Arc<dyn Counting>, Box<Total>),
}

/// A number that kept counts may say.
#[async_trait]
pub trait Counting: Send + Sync {
    /// The number. None if kept counts cannot say it now.
    async fn count(&self) -> Result<Option<i64>>;
}

impl Total {
    /// The number of rows of a list.
    pub fn of<E: EntityTrait>(db: &Db, list: &Select<E>, id: E::Column) -> Self {
        Self::Asked {
            db: db.clone(),
            list: Box::new(list.clone().select_only().column(id).into_query()),
        }
    }

    /// The number.
    pub async fn count(&self) -> Result<i32> {
        let (db, list) = match self {
            Self::Known(count) => return Ok(*count),
            Self::Asked { db, list } => (db, SelectStatement::clone(list)),
            Self::Kept(kept, rows) => {
                return match kept.count().await? {
                    Some(count) => Ok(small(count)),
                    None => Box::pin(rows.count()).await,
                };
            }
        };
        let count = SelectStatement::new()
            .expr(Func::count(Expr::val(1)))
            .from_subquery(list, Alias::new("list"))
            .to_owned();
        let row =
            db.query_one(&count).await?.ok_or_else(|| DbErr::RecordNotFound("count".to_owned()))?;
        Ok(small(row.try_get_by_index(0)?))
    }
}

/// A count as the API returns it: an `Int`.
pub fn small(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Reads the part `slice` of `list`, whose rows are in the order of their ids: that of their creation, or the reverse.
pub async fn read_by_id<E: EntityTrait>(
    db: &Db,
    list: Select<E>,
    id: E::Column,
    order: Order,
    slice: &Slice,
    id_of: impl Fn(&E::Model) -> Uuid,
) -> Result<Page<E::Model>> {
    let sort = Sort { lead: None, id, descending: order == Order::Desc };
    read(db, list, sort, slice, |row| Key::of_id(id_of(row))).await
}

/// Reads the part `slice` of `list`.
pub async fn read<E: EntityTrait>(
    db: &Db,
    list: Select<E>,
    sort: Sort<E::Column>,
    slice: &Slice,
    place: impl Fn(&E::Model) -> Key,
) -> Result<Page<E::Model>> {
    let total = Total::of(db, &list, sort.id);
    let mut part = list.clone();
    for (key, later) in [(slice.after, true), (slice.before, false)] {
        if let Some(key) = key {
            part = part.filter(beyond(&sort, key, later, false));
        }
    }
    let mut rows = sorted(part, &sort, slice.backward).limit(slice.size + 1).all(db).await?;
    let more = rows.len() as u64 > slice.size;
    rows.truncate(usize::try_from(slice.size).unwrap_or_default());
    if slice.backward {
        rows.reverse();
    }
    let rows: Vec<_> = rows.into_iter().map(|row| (place(&row), row)).collect();

    // There may be rows on the other side of a cursor, or none any more. The cursor's own row counts.
    let mut around = [false; 2];
    for (found, (key, later)) in around.iter_mut().zip([(slice.after, false), (slice.before, true)])
    {
        if let Some(key) = key {
            *found = list
                .clone()
                .filter(beyond(&sort, key, later, true))
                .limit(1)
                .one(db)
                .await?
                .is_some();
        }
    }
    let (has_previous, has_next) =
        (around[0] || slice.backward && more, around[1] || !slice.backward && more);
    Ok(Page { rows, has_previous, has_next, total })
}

/// Reads the first `size` rows of `list` for each value of `group_column` in one statement. If `counted`, a second statement counts the rows
/// of each.
pub async fn read_first_of_each<E: EntityTrait>(
    db: &Db,
    list: Select<E>,
    sort: Sort<E::Column>,
    size: u64,
    group_column: E::Column,
    counted: bool,
    place: impl Fn(&E::Model) -> (Uuid, Key),
) -> Result<HashMap<Uuid, Page<E::Model>>> {
    let order = if sort.descending { Order::Desc } else { Order::Asc };
    let mut window = WindowStatement::partition_by(group_column.as_column_ref());
    for column in sort.lead.into_iter().chain([sort.id]) {
        window.order_by(column.as_column_ref(), order.clone());
    }
    let mut numbered = list.clone().select_only().column(sort.id).into_query();
    numbered.expr_window_as(Func::cust("ROW_NUMBER"), window, "place");
    let first = SelectStatement::new()
        .column(sort.id)
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("place").lte(size + 1))
        .to_owned();
    let mut pages: HashMap<Uuid, Page<E::Model>> = HashMap::new();
    for row in sorted(E::find().filter(sort.id.in_subquery(first)), &sort, false).all(db).await? {
        let (group, key) = place(&row);
        let own = || Total::of(db, &list.clone().filter(group_column.eq(group)), sort.id);
        let page = pages.entry(group).or_insert_with(|| Page { total: own(), ..Page::default() });
        if (page.rows.len() as u64) < size {
            page.rows.push((key, row));
        } else {
            page.has_next = true;
        }
    }
    if counted {
        let counts = list
            .select_only()
            .column(group_column)
            .column_as(Expr::val(1).count(), "count")
            .group_by(group_column)
            .into_tuple::<(Uuid, i64)>();
        for (group, count) in counts.all(db).await? {
            pages.entry(group).or_default().total = Total::Known(small(count));
        }
    }
    Ok(pages)
}

fn sorted<E: EntityTrait>(list: Select<E>, sort: &Sort<E::Column>, backward: bool) -> Select<E> {
    let order = if sort.descending == backward { Order::Asc } else { Order::Desc };
    match sort.lead {
        Some(lead) if !sort.by_number_alone() => {
            list.order_by(lead, order.clone()).order_by(sort.id, order)
        }
        _ => list.order_by(sort.id, order),
    }
}

/// A condition for the rows after (`later`) or before `key` in the list. With `at`, the row at `key` counts too.
fn beyond<C: ColumnTrait>(sort: &Sort<C>, key: Key, later: bool, at: bool) -> SimpleExpr {
    let up = later != sort.descending;
    let column = |column: C| Expr::col((C::EntityName::default(), column));
    match sort.lead {
        None => past(column(sort.id), key.id, up, at),
        Some(lead) if sort.by_number_alone() => past(column(lead), key.lead, up, at),
        Some(lead) => {
            let same = column(lead).eq(key.lead).and(past(column(sort.id), key.id, up, at));
            past(column(lead), key.lead, up, false).or(same)
        }
    }
}

/// A condition that `column` is greater (`up`) or less than `key`. With `at`, it may be equal.
fn past(column: Expr, key: impl Into<Value>, up: bool, at: bool) -> SimpleExpr {
    let key = key.into();
    match (up, at) {
        (true, false) => column.gt(key),
        (true, true) => column.gte(key),
        (false, false) => column.lt(key),
        (false, true) => column.lte(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_it_was_written() {
        let key = Key { lead: -7, id: Uuid::now_v7() };
        assert_eq!(Key::parse("after", &key.to_cursor()).unwrap(), key);
    }

    #[test]
    fn a_page_has_at_most_100_rows_and_one_direction() {
        for (first, last) in
            [(Some(101), None), (Some(-1), None), (None, Some(i32::MAX)), (Some(1), Some(1))]
        {
            assert!(Slice::parse(first, None, last, None).is_err(), "{first:?} {last:?}");
        }
        assert!(Slice::parse(None, Some("nonsense"), None, None).is_err());
        assert_eq!(Slice::parse(None, None, None, None).unwrap().size, 25);
    }
}
