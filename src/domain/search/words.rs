//! Words in the index: which there are, how alike they are written, and how many documents have
//! them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sea_orm::DbBackend;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Func, Query};

use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::index::{self, Kind, size, vocabulary};
use crate::domain::store::Db;
use crate::domain::text::term;

/// The name of rows that a statement contains. Both databases name their columns so.
pub const WANTED: &str = "wanted";

/// The places in the vocabulary at which other spellings and forms of a word may be.
pub(super) fn places_of(word: &str) -> impl Iterator<Item = (String, i32)> + use<> {
    term::places_near(word).chain(term::stem(word).map(|stem| index::place_of_stem(&stem)))
}

/// Words by their place in the vocabulary.
pub(super) type Vocabulary = BTreeMap<(String, i32), Vec<String>>;

/// The kinds that documents of these kinds are counted under, each once.
fn counted(kinds: &[Kind]) -> HashSet<Kind> {
    kinds.iter().map(|kind| kind.counted()).collect()
}

/// Reads how many documents of these kinds there are, and their average length.
pub(super) async fn sizes(
    db: &Db,
    newsroom: NewsroomId,
    kinds: &[Kind],
) -> Result<(i64, HashMap<Kind, i64>)> {
    let size = size::Entity::find_by_id(newsroom).one(db).await?;
    let of = |kind: &Kind| {
        let (count, words) = size.as_ref().map_or((0, 0), |size| match kind {
            Kind::Article => (size.articles, size.article_words),
            Kind::Claim | Kind::OutsideReview => (size.claims, size.claim_words),
        });
        (*kind, count, (words / count.max(1)).max(1))
    };
    let all: Vec<_> = kinds.iter().map(of).collect();
    let documents = counted(kinds).iter().map(|kind| of(kind).1).sum();
    Ok((documents, all.into_iter().map(|(kind, _, average)| (kind, average)).collect()))
}

/// Reads the newsroom's words that could be other spellings or forms of these.
pub(super) async fn near(
    db: &Db,
    newsroom: NewsroomId,
    words: &BTreeSet<&str>,
) -> Result<Vocabulary> {
    // Imported only here: the trait gives numbers another `min` and `max`.
    use sea_orm::sea_query::ExprTrait;

    let mut near = Vocabulary::new();
    let places: BTreeSet<(String, i32)> = words.iter().flat_map(|word| places_of(word)).collect();
    if places.is_empty() {
        return Ok(near);
    }
    let of = |column: vocabulary::Column| Expr::col((vocabulary::Entity, column));
    // One row for each place is read faster than one for each word.
    let join = match db.get_database_backend() {
        DbBackend::Postgres => "STRING_AGG",
        _ => "GROUP_CONCAT",
    };
    let joined = Func::cust(join).args([of(vocabulary::Column::Word), Expr::cust("' '")]);
    let in_use = of(vocabulary::Column::Articles)
        .gt(0)
        .or(of(vocabulary::Column::Claims).gt(0))
        .or(of(vocabulary::Column::Consonants).eq(0));
    let query = Query::select()
        .column((vocabulary::Entity, vocabulary::Column::Sound))
        .column((vocabulary::Entity, vocabulary::Column::Consonants))
        .expr(joined)
        .from_values(places, WANTED)
        // This order makes the database look up each place in the index, instead of reading all
        // words.
        .cross_join(vocabulary::Entity)
        .and_where(of(vocabulary::Column::NewsroomId).eq(newsroom))
        .and_where(of(vocabulary::Column::Sound).equals((WANTED, "column1")))
        .and_where(of(vocabulary::Column::Consonants).equals((WANTED, "column2")))
        .and_where(in_use)
        .group_by_col((vocabulary::Entity, vocabulary::Column::Sound))
        .group_by_col((vocabulary::Entity, vocabulary::Column::Consonants))
        .to_owned();
    for row in db.query_all(&query).await? {
        let words: String = row.try_get_by_index(2)?;
        let words = words.split(' ').map(str::to_owned).collect();
        near.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), words);
    }
    Ok(near)
}

/// Reads how many documents of these kinds have each of these words. Words that no document has are
/// left out.
pub(super) async fn frequencies(
    db: &Db,
    newsroom: NewsroomId,
    kinds: &[Kind],
    words: &BTreeSet<&str>,
) -> Result<HashMap<String, i64>> {
    use sea_orm::sea_query::ExprTrait;

    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let places = words.iter().map(|word| {
        let (sound, consonants) = term::place(word);
        (sound, consonants, (*word).to_owned())
    });
    let of = |column: vocabulary::Column| Expr::col((vocabulary::Entity, column));
    let query = Query::select()
        .column((vocabulary::Entity, vocabulary::Column::Word))
        .column((vocabulary::Entity, vocabulary::Column::Articles))
        .column((vocabulary::Entity, vocabulary::Column::Claims))
        .from_values(places.collect::<Vec<_>>(), WANTED)
        .cross_join(vocabulary::Entity)
        .and_where(of(vocabulary::Column::NewsroomId).eq(newsroom))
        .and_where(of(vocabulary::Column::Sound).equals((WANTED, "column1")))
        .and_where(of(vocabulary::Column::Consonants).equals((WANTED, "column2")))
        .and_where(of(vocabulary::Column::Word).equals((WANTED, "column3")))
        .to_owned();
    let mut frequencies = HashMap::new();
    for row in db.query_all(&query).await? {
        let articles: i32 = row.try_get_by_index(1)?;
        let claims: i32 = row.try_get_by_index(2)?;
        let of = |kind: &Kind| match kind {
            Kind::Article => i64::from(articles),
            Kind::Claim | Kind::OutsideReview => i64::from(claims),
        };
        let count: i64 = counted(kinds).iter().map(of).sum();
        if count > 0 {
            frequencies.insert(row.try_get_by_index(0)?, count);
        }
    }
    Ok(frequencies)
}
