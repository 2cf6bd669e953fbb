//! The search index: which words each article and claim has.
//!
//! Always true: the transaction that writes a text also writes its words to the index, so everything that can be read can be found.
//! A withdrawn claim is not in the index.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};

use super::error::Result;
use super::ids::{ArticleId, ClaimId, NewsroomId, RevisionId};
use crate::domain::text::term;

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
}

/// A document to put into the index.
#[derive(Clone, Copy, Debug)]
pub enum Document {
    /// An article and its newest revision.
    Article(ArticleId, RevisionId),
    /// A claim and the number of different words in its statement.
    Claim(ClaimId, i32),
}

/// An article or a claim in the index.
pub mod document {
    use super::{Kind, NewsroomId, RevisionId};
    use sea_orm::entity::prelude::*;

    /// An article or a claim in the index.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_documents")]
    pub struct Model {
        /// The article's or the claim's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// The newsroom that it belongs to.
        pub newsroom_id: NewsroomId,
        /// Its kind.
        pub kind: Kind,
        /// For an article, the revision that its words are from.
        pub revision_id: Option<RevisionId>,
        /// How many words it has.
        pub length: i32,
        /// For a claim, how many different words its statement has.
        pub statement_words: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    #[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The words of documents.
pub mod word {
    use super::{Kind, NewsroomId};
    use sea_orm::entity::prelude::*;

    /// A word of a document.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_words")]
    pub struct Model {
        /// The newsroom that the document belongs to.
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        /// The kind of the document.
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: Kind,
        /// The word, folded.
        #[sea_orm(primary_key, auto_increment = false)]
        pub word: String,
        /// The document.
        #[sea_orm(primary_key, auto_increment = false)]
        pub document_id: Uuid,
        /// How often the document has it.
        pub count: i32,
        /// How many code points are before its first occurrence.
        pub first_at: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    #[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All words that a newsroom's documents ever had, by how they sound at the start and by length.
pub mod vocabulary {
    use super::NewsroomId;
    use sea_orm::entity::prelude::*;

    /// A word that a document of the newsroom once had or has.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_vocabulary")]
    pub struct Model {
        /// The newsroom.
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        /// How it sounds at the start; see [`initial`](crate::domain::text::term::initial).
        #[sea_orm(primary_key, auto_increment = false)]
        pub initial: String,
        /// How many letters it has.
        #[sea_orm(primary_key, auto_increment = false)]
        pub length: i32,
        /// The word, folded.
        #[sea_orm(primary_key, auto_increment = false)]
        pub word: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    #[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How many different words of a document are in the index. The largest text has fewer in any language, unless it was made to have many.
const MOST_WORDS: usize = 50_000;

/// The words of a document.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// How many words there are, with repetitions.
    length: i32,
    /// How often each occurs, and how many code points are before its first occurrence.
    words: BTreeMap<String, (i32, i32)>,
}

impl Words {
    /// The number of different words.
    pub fn different(&self) -> i32 {
        i32::try_from(self.words.len()).unwrap_or(i32::MAX)
    }

    /// The words of this text.
    pub fn of(text: &str) -> Self {
        let mut all = Self::default();
        let (mut code_points, mut counted_to) = (0, 0);
        for (bytes, word) in term::of(text) {
            code_points += text[counted_to..bytes.start].chars().count();
            counted_to = bytes.start;
            all.length += 1;
            if let Some((count, _)) = all.words.get_mut(&word) {
                *count += 1;
            } else if all.words.len() < MOST_WORDS {
                all.words.insert(word, (1, i32::try_from(code_points).unwrap_or(i32::MAX)));
            }
        }
        all
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
    };
    remove(txn, id).await?;
    let document = document::ActiveModel {
        id: Set(id),
        newsroom_id: Set(newsroom),
        kind: Set(kind),
        revision_id: Set(revision),
        length: Set(words.length),
        statement_words: Set(statement_words),
    };
    document::Entity::insert(document).exec_without_returning(txn).await?;
    let words: Vec<_> = words.words.into_iter().collect();
    // Always in the same order: two transactions that add the same new words must not wait for each other.
    for chunk in words.chunks(1000) {
        let rows = chunk.iter().filter(|(word, _)| term::may_be_misspelt(word)).map(|(word, _)| {
            vocabulary::ActiveModel {
                newsroom_id: Set(newsroom),
                initial: Set(term::initial(word)),
                length: Set(length_of(word)),
                word: Set(word.clone()),
            }
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            vocabulary::Entity::insert_many(rows)
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(txn)
                .await?;
        }
    }
    for chunk in words.chunks(1000) {
        let rows = chunk.iter().map(|(word, (count, first_at))| word::ActiveModel {
            newsroom_id: Set(newsroom),
            kind: Set(kind),
            word: Set(word.clone()),
            document_id: Set(id),
            count: Set(*count),
            first_at: Set(*first_at),
        });
        word::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// Removes a document from the index.
pub async fn remove(txn: &DatabaseTransaction, id: Uuid) -> Result<()> {
    // The database removes its words with it.
    document::Entity::delete_by_id(id).exec(txn).await?;
    Ok(())
}

/// How many letters a word has.
pub fn length_of(word: &str) -> i32 {
    i32::try_from(word.chars().count()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_and_placed_in_code_points() {
        let words = Words::of("Été 👩‍👩‍👧 à l’été.\nFin");
        assert_eq!(words.length, 5);
        let found: Vec<_> =
            words.words.iter().map(|(word, (count, at))| (word.as_str(), *count, *at)).collect();
        assert_eq!(found, [("a", 1, 10), ("ete", 2, 0), ("fin", 1, 19), ("l", 1, 12)]);
    }
}
