//! Pages of a list: a keyset, so that a cursor stays right while rows are added and removed around it.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, SelectStatement, SimpleExpr, WindowStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use super::error::{Error, Reason, Result};
use super::store::Db;

/// The most that one page holds.
pub const MOST: i32 = 100;
/// What a page holds where the client doesn't say.
pub const USUAL: i32 = 25;

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    size: u64,
    backward: bool,
    after: Option<Key>,
    before: Option<Key>,
}

/// Where a row stands in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The number that the list is sorted by first, 0 where there is none.
    pub lead: i32,
    /// The id, which tells rows of the same number apart.
    pub id: Uuid,
}

/// Refuses page sizes but those from 0 to 100.
pub fn check_size(field: &str, size: i32) -> Result<u64> {
    let message = || format!("{field} is {size}, and goes from 0 to {MOST}; ask for more pages instead");
    u64::try_from(size).ok().filter(|_| size <= MOST).ok_or_else(|| Error::invalid(field, Reason::OutOfRange, message()))
}

impl Slice {
    /// A list's first page.
    pub const fn first(size: u64) -> Self {
        Self { size, backward: false, after: None, before: None }
    }

    /// The page's size, if it is the list's first.
    pub fn first_size(&self) -> Option<u64> {
        (!self.backward && self.after.is_none() && self.before.is_none()).then_some(self.size)
    }

    /// A page as clients ask for it: `first` (25 where nothing is said) after a cursor, or `last` before one; 0 to 100 rows.
    pub fn parse(first: Option<i32>, after: Option<&str>, last: Option<i32>, before: Option<&str>) -> Result<Self> {
        if first.is_some() && last.is_some() {
            return Err(Error::invalid("last", Reason::Contradiction, "give first or last, not both"));
        }
        let (field, size) = last.map_or(("first", first.unwrap_or(USUAL)), |last| ("last", last));
        let size = check_size(field, size)?;
        let cursor = |field, text: Option<&str>| text.map(|text| Key::parse(field, text)).transpose();
        Ok(Self { size, backward: last.is_some(), after: cursor("after", after)?, before: cursor("before", before)? })
    }
}

impl Key {
    /// A place in a list that is sorted by id alone.
    pub const fn of_id(id: Uuid) -> Self {
        Self { lead: 0, id }
    }

    /// The cursor that clients hand back.
    pub fn to_cursor(self) -> String {
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&self.lead.to_be_bytes());
        bytes[4..].copy_from_slice(self.id.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn parse(field: &str, text: &str) -> Result<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| <[u8; 20]>::try_from(bytes).ok());
        let [a, b, c, d, id @ ..] =
            bytes.ok_or_else(|| Error::invalid(field, Reason::InvalidCursor, format!("{field} is not a cursor that this server gave")))?;
        Ok(Self { lead: i32::from_be_bytes([a, b, c, d]), id: Uuid::from_bytes(id) })
    }
}

/// What a list is sorted by; never a name that a client gave.
#[derive(Clone, Copy, Debug)]
pub struct Sort<C> {
    /// A number to sort by first.
    pub lead: Option<C>,
    /// The id.
    pub id: C,
    /// Largest (newest) first.
    pub descending: bool,
}

/// A part of a list.
#[derive(Clone)]
pub struct Page<T> {
    /// The rows, each with its place.
    pub rows: Vec<(Key, T)>,
    /// Whether rows stand before these.
    pub has_previous: bool,
    /// Whether rows stand after these.
    pub has_next: bool,
    /// The whole list, for whoever wants it counted.
    pub total: Total,
}

impl<T> Default for Page<T> {
    /// The one page of an empty list.
    fn default() -> Self {
        Self { rows: Vec::new(), has_previous: false, has_next: false, total: Total::Known(0) }
    }
}

/// How many rows a list holds in all.
#[derive(Clone)]
pub enum Total {
    /// It is known.
    Known(i32),
    /// It is to be counted, if somebody asks.
    Asked {
        /// Where.
        db: Db,
        /// What.
        list: Box<SelectStatement>,
    },
}

impl Total {
    fn of<E: EntityTrait>(db: &Db, list: &Select<E>, id: E::Column) -> Self {
        Self::Asked { db: db.clone(), list: Box::new(list.clone().select_only().column(id).into_query()) }
    }

    /// The number.
    pub async fn count(&self) -> Result<i32> {
        let (db, list) = match self {
            Self::Known(count) => return Ok(*count),
            Self::Asked { db, list } => (db, SelectStatement::clone(list)),
        };
        let count = SelectStatement::new().expr(Func::count(Expr::val(1))).from_subquery(list, Alias::new("list")).to_owned();
        let row = db.read().query_one(&count).await?.ok_or_else(|| DbErr::RecordNotFound("count".to_owned()))?;
        Ok(small(row.try_get_by_index(0)?))
    }
}

/// A count as the API gives it: an `Int`.
pub fn small(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
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
    let mut rows = sorted(part, &sort, slice.backward).limit(slice.size + 1).all(db.read()).await?;
    let more = rows.len() as u64 > slice.size;
    rows.truncate(usize::try_from(slice.size).unwrap_or_default());
    if slice.backward {
        rows.reverse();
    }
    let rows: Vec<_> = rows.into_iter().map(|row| (place(&row), row)).collect();

    // Past a cursor there may be rows, or none any more: asked, not guessed. The cursor's own row is one of them.
    let mut around = [false; 2];
    for (found, (key, later)) in around.iter_mut().zip([(slice.after, false), (slice.before, true)]) {
        if let Some(key) = key {
            *found = list.clone().filter(beyond(&sort, key, later, true)).limit(1).one(db.read()).await?.is_some();
        }
    }
    let (has_previous, has_next) = (around[0] || slice.backward && more, around[1] || !slice.backward && more);
    Ok(Page { rows, has_previous, has_next, total })
}

/// Reads the first `size` rows of `list` below each of `groups`, the values of its column `group_column`, in one statement, and counts the rows below
/// each in another if it is `counted`.
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
    let first =
        SelectStatement::new().column(sort.id).from_subquery(numbered, "numbered").and_where(Expr::col("place").lte(size + 1)).to_owned();
    let mut pages: HashMap<Uuid, Page<E::Model>> = HashMap::new();
    for row in sorted(E::find().filter(sort.id.in_subquery(first)), &sort, false).all(db.read()).await? {
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
        for (group, count) in counts.all(db.read()).await? {
            pages.entry(group).or_default().total = Total::Known(small(count));
        }
    }
    Ok(pages)
}

fn sorted<E: EntityTrait>(list: Select<E>, sort: &Sort<E::Column>, backward: bool) -> Select<E> {
    let order = if sort.descending == backward { Order::Asc } else { Order::Desc };
    match sort.lead {
        Some(lead) => list.order_by(lead, order.clone()).order_by(sort.id, order),
        None => list.order_by(sort.id, order),
    }
}

/// The rows that stand after (`later`) or before `key` in the list; with `at` the row at `key` too.
fn beyond<C: ColumnTrait>(sort: &Sort<C>, key: Key, later: bool, at: bool) -> SimpleExpr {
    let up = later != sort.descending;
    let id = Expr::col((C::EntityName::default(), sort.id));
    let past_id = match (up, at) {
        (true, false) => id.gt(key.id),
        (true, true) => id.gte(key.id),
        (false, false) => id.lt(key.id),
        (false, true) => id.lte(key.id),
    };
    match sort.lead {
        None => past_id,
        Some(lead) => {
            let lead = Expr::col((C::EntityName::default(), lead));
            let past_lead = if up { lead.clone().gt(key.lead) } else { lead.clone().lt(key.lead) };
            past_lead.or(lead.eq(key.lead).and(past_id))
        }
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
        for (first, last) in [(Some(101), None), (Some(-1), None), (None, Some(i32::MAX)), (Some(1), Some(1))] {
            assert!(Slice::parse(first, None, last, None).is_err(), "{first:?} {last:?}");
        }
        assert!(Slice::parse(None, Some("nonsense"), None, None).is_err());
        assert_eq!(Slice::parse(None, None, None, None).unwrap().size, 25);
    }
}
