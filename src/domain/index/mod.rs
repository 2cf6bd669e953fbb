//! The search index: which words each article, claim and outside review has.
//!
//! Invariants: the transaction that writes a text also writes its words to the index, so everything
//! that can be read can be found. A withdrawn claim is not in the index. The counts of the
//! vocabulary and of the sizes are those of the documents that are in the index.

mod tables;

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QuerySelect};

use super::error::Result;
use super::ids::{ArticleId, ClaimId, NewsroomId, OutsideReviewId, RevisionId};
use crate::domain::text::term;
pub use tables::{document, size, vocabulary, word};

/// The kind of a document in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// An article. Its words are those of its headline and its newest text.
    #[sea_orm(string_value = "ARTICLE")]
    Article,
    /// A claim. Its words are those of its statement, claimant and tags.
    #[sea_orm(string_value = "CLAIM")]
    Claim,
    /// An outside review. Its words are those of its statement and claimant. In all counts of the index it is one of the claims.
    #[sea_orm(string_value = "OUTSIDE_REVIEW")]
    OutsideReview,
}

impl Kind {
    /// The kind under which a document is counted.
    #[must_use]
    pub fn counted(self) -> Self {
        if self == Self::OutsideReview { Self::Claim } else { self }
    }
}

/// A document to put into the index.
#[derive(Clone, Copy, Debug)]
pub enum Document {
    /// An article and its newest revision.
    Article(ArticleId, RevisionId),
    /// A claim and the number of different words in its statement.
    Claim(ClaimId, i32),
    /// An outside review and the number of different words in its statement.
    OutsideReview(OutsideReviewId, i32),
}

/// How many different words of a document are in the index. The largest text has fewer in any
/// language with spaces, unless it was made to have many.
const MOST_WORDS: usize = 50_000;
/// How many different pairs of characters of a document are in the index. So an article of 1 MiB
/// does not take much longer in one language than in another.
const MOST_PAIRS: usize = 12_000;
/// How many rows are written at once. Both databases limit the number of values: SQLite to 32,766.
const CHUNK: usize = 1000;

/// The words of a document.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// How many words there are, with repetitions.
    length: i32,
    /// How many different ones there are, without those that only help to find the document.
    different: i32,
    /// How many pairs of characters are among them.
    pairs: usize,
    occurrences: BTreeMap<String, Occurrence>,
}

/// A word in a document.
#[derive(Clone, Copy, Debug)]
struct Occurrence {
    count: i32,
    /// How many code points are before the first.
    first_at: i32,
    is_extra: bool,
}

impl Words {
    /// The number of different words.
    pub const fn different(&self) -> i32 {
        self.different
    }

    /// The words of this text.
    pub fn of(text: &str) -> Self {
        let mut all = Self::default();
        let (mut code_points, mut counted_to) = (0, 0);
        for term in term::all(text) {
            // Terms that help to find a text come after those that they are parts of.
            if counted_to < term.bytes.start {
                code_points += text[counted_to..term.bytes.start].chars().count();
                counted_to = term.bytes.start;
            }
            all.add(term, i32::try_from(code_points).unwrap_or(i32::MAX));
        }
        all
    }

    fn add(&mut self, term: term::Term, first_at: i32) {
        self.length += i32::from(!term.is_extra);
        if let Some(known) = self.occurrences.get_mut(&term.word) {
            known.count += 1;
            self.different += i32::from(known.is_extra && !term.is_extra);
            known.is_extra &= term.is_extra;
            return;
        }
        let is_pair = term::is_unspaced(&term.word);
        if self.occurrences.len() >= MOST_WORDS || is_pair && self.pairs >= MOST_PAIRS {
            return;
        }
        self.pairs += usize::from(is_pair);
        self.different += i32::from(!term.is_extra);
        let occurrence = Occurrence { count: 1, first_at, is_extra: term.is_extra };
        self.occurrences.insert(term.word, occurrence);
    }
}

/// Puts a document into the index with these words. They replace its earlier ones.
pub async fn put(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    document: Document,
    words: Words,
) -> Result<()> {
    let (id, kind, revision, statement_words) = match document {
        Document::Article(article, revision) => (article.0, Kind::Article, Some(revision), None),
        Document::Claim(claim, words) => (claim.0, Kind::Claim, None, Some(words)),
        Document::OutsideReview(review, words) => {
            (review.0, Kind::OutsideReview, None, Some(words))
        }
    };
    let old = document::Entity::find_by_id(id).one(txn).await?;
    let (count, length) = old.as_ref().map_or((0, 0), |old| (1, old.length));
    resize(txn, newsroom, kind, 1 - count, words.length - length).await?;
    let mut changes: BTreeMap<String, i32> =
        words.occurrences.keys().map(|word| (word.clone(), 1)).collect();
    if old.is_some() {
        for word in take_out(txn, id).await? {
            *changes.entry(word).or_default() -= 1;
        }
    }
    count_words(txn, newsroom, kind, changes).await?;
    let row = document::ActiveModel {
        id: Set(id),
        newsroom_id: Set(newsroom),
        kind: Set(kind.counted()),
        revision_id: Set(revision),
        length: Set(words.length),
        statement_words: Set(statement_words),
    };
    document::Entity::insert(row).exec_without_returning(txn).await?;
    let length = words.length;
    let words: Vec<_> = words.occurrences.into_iter().collect();
    for chunk in words.chunks(CHUNK) {
        let rows = chunk.iter().map(|(word, occurrence)| word::ActiveModel {
            newsroom_id: Set(newsroom),
            kind: Set(kind),
            word: Set(word.clone()),
            document_id: Set(id),
            count: Set(occurrence.count),
            first_at: Set(occurrence.first_at),
            length: Set(length),
        });
        word::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// Removes a document from the index.
pub async fn remove(txn: &DatabaseTransaction, id: Uuid) -> Result<()> {
    let Some(old) = document::Entity::find_by_id(id).one(txn).await? else { return Ok(()) };
    resize(txn, old.newsroom_id, old.kind, -1, -old.length).await?;
    let words = take_out(txn, id).await?;
    let changes = words.into_iter().map(|word| (word, -1)).collect();
    count_words(txn, old.newsroom_id, old.kind, changes).await
}

/// Deletes a document, and returns its words.
async fn take_out(txn: &DatabaseTransaction, id: Uuid) -> Result<Vec<String>> {
    let words = word::Entity::find()
        .select_only()
        .column(word::Column::Word)
        .filter(word::Column::DocumentId.eq(id))
        .into_tuple()
        .all(txn)
        .await?;
    // The database deletes its words with it.
    document::Entity::delete_by_id(id).exec(txn).await?;
    Ok(words)
}

/// Changes the size of a newsroom's index, and locks the index. The lock keeps two transactions from
/// waiting for each other's words.
async fn resize(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    kind: Kind,
    count: i64,
    length: i32,
) -> Result<()> {
    use size::Column::{ArticleWords, Articles, ClaimWords, Claims};

    let of = |wanted: Kind, value: i64| Set(if wanted == kind.counted() { value } else { 0 });
    let change = size::ActiveModel {
        newsroom_id: Set(newsroom),
        articles: of(Kind::Article, count),
        article_words: of(Kind::Article, length.into()),
        claims: of(Kind::Claim, count),
        claim_words: of(Kind::Claim, length.into()),
    };
    let mut add = OnConflict::column(size::Column::NewsroomId);
    for column in [Articles, ArticleWords, Claims, ClaimWords] {
        let sum = Expr::col((size::Entity, column)).add(Expr::col(("excluded", column)));
        add.value(column, sum);
    }
    size::Entity::insert(change).on_conflict(add).exec_without_returning(txn).await?;
    Ok(())
}

/// Changes how many documents have each of these words, by the given numbers.
async fn count_words(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    kind: Kind,
    changes: BTreeMap<String, i32>,
) -> Result<()> {
    use vocabulary::Column::{Articles, Claims, Consonants, NewsroomId, Sound, Word};
    let row = |(sound, consonants): (String, i32), word: String, change: i32| {
        let of = |wanted: Kind| Set(if wanted == kind.counted() { change } else { 0 });
        vocabulary::ActiveModel {
            newsroom_id: Set(newsroom),
            sound: Set(sound),
            consonants: Set(consonants),
            word: Set(word),
            articles: of(Kind::Article),
            claims: of(Kind::Claim),
        }
    };
    let mut rows = Vec::new();
    for (word, change) in changes.into_iter().filter(|(_, change)| *change != 0) {
        if let Some(stem) = term::stem(&word) {
            rows.push(row(place_of_stem(&stem), word.clone(), 0));
        }
        rows.push(row(term::place(&word), word, change));
    }
    let mut add = OnConflict::columns([NewsroomId, Sound, Consonants, Word]);
    for column in [Articles, Claims] {
        let sum = Expr::col((vocabulary::Entity, column)).add(Expr::col(("excluded", column)));
        add.value(column, sum);
    }
    while !rows.is_empty() {
        let chunk: Vec<_> = rows.drain(..rows.len().min(CHUNK)).collect();
        vocabulary::Entity::insert_many(chunk)
            .on_conflict(add.clone())
            .exec_without_returning(txn)
            .await?;
    }
    Ok(())
}

/// The place in the vocabulary of the words with this stem.
pub fn place_of_stem(stem: &str) -> (String, i32) {
    (format!("={stem}"), 0)
}

/// How many letters a word has.
pub fn length_of(word: &str) -> i32 {
    i32::try_from(word.chars().count()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &Words) -> Vec<(&str, i32, i32)> {
        words
            .occurrences
            .iter()
            .map(|(word, found)| (&**word, found.count, found.first_at))
            .collect()
    }

    #[test]
    fn words_are_counted_and_placed_in_code_points() {
        let words = Words::of("Été 👩‍👩‍👧 à l’été.\nFin");
        assert_eq!((words.length, words.different()), (5, 4));
        assert_eq!(found(&words), [("a", 1, 10), ("ete", 2, 0), ("fin", 1, 19), ("l", 1, 12)]);
    }

    #[test]
    fn characters_that_only_help_to_find_a_text_do_not_count() {
        let words = Words::of("马里的水");
        assert_eq!((words.length, words.different()), (3, 3));
        assert_eq!(words.occurrences.len(), 7);
        let all: String = (0..20_000).filter_map(|n| char::from_u32(0x4E00 + n)).collect();
        assert_eq!(Words::of(&all).occurrences.len(), MOST_PAIRS);
    }
}
