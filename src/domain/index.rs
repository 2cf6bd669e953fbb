//! The index: which words stand in which article or claim.
//!
//! Always true: it is written in the transaction that writes the words themselves, so that what can be read can be found; a claim that was
//! withdrawn is not in it.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};

use super::error::Result;
use super::ids::{ArticleId, ClaimId, NewsroomId, RevisionId};
use super::term;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// An article, by its headline and its text as it stands now.
    #[sea_orm(string_value = "ARTICLE")]
    Article,
    /// A claim, by its statement, its claimant and its tags.
    #[sea_orm(string_value = "CLAIM")]
    Claim,
}

/// What is made findable.
#[derive(Clone, Copy, Debug)]
pub enum Document {
    /// An article, by this text.
    Article(ArticleId, RevisionId),
    /// A claim, whose statement has so many different words.
    Claim(ClaimId, i32),
}

/// An article or a claim that can be found.
pub mod document {
    use super::{Kind, NewsroomId, RevisionId};
    use sea_orm::entity::prelude::*;

    /// An article or a claim that can be found.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_documents")]
    pub struct Model {
        /// The article's or the claim's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// Whose it is.
        pub newsroom_id: NewsroomId,
        /// What it is.
        pub kind: Kind,
        /// For an article, the text that its words stand in.
        pub revision_id: Option<RevisionId>,
        /// How many words it has.
        pub length: i32,
        /// For a claim, how many different words its statement has.
        pub statement_words: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    #[allow(missing_docs, reason = "sea-orm asks for it; there is nothing in it")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The words of documents.
pub mod word {
    use super::{Kind, NewsroomId};
    use sea_orm::entity::prelude::*;

    /// A word that stands in a document.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_words")]
    pub struct Model {
        /// Whose document it is.
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        /// What document it is.
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: Kind,
        /// The word, folded.
        #[sea_orm(primary_key, auto_increment = false)]
        pub word: String,
        /// The document.
        #[sea_orm(primary_key, auto_increment = false)]
        pub document_id: Uuid,
        /// How often it stands there.
        pub count: i32,
        /// How many code points stand before it where it stands first.
        pub first_at: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    #[allow(missing_docs, reason = "sea-orm asks for it; there is nothing in it")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The words that a newsroom's documents ever had, by what they begin with to the ear and by their length.
pub mod vocabulary {
    use super::NewsroomId;
    use sea_orm::entity::prelude::*;

    /// A word that ever stood in a newsroom's document.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_vocabulary")]
    pub struct Model {
        /// The newsroom.
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        /// What it begins with, see [`initial`](crate::domain::term::initial).
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
    #[allow(missing_docs, reason = "sea-orm asks for it; there is nothing in it")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How many different words of a document can be found: more than a text of the largest size has in any language, fewer than it could have
/// if it were made to have many.
const MOST_WORDS: usize = 50_000;

/// The words of a document.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// How many there are in all.
    length: i32,
    /// How often each stands there, and how many code points stand before its first.
    words: BTreeMap<String, (i32, i32)>,
}

impl Words {
    /// How many different words there are.
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

/// Makes a document findable by these words, and by no others.
pub async fn put(txn: &DatabaseTransaction, newsroom: NewsroomId, document: Document, words: Words) -> Result<()> {
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
    // In one order, whoever writes: two documents that bring the same new words must not wait for each other.
    for chunk in words.chunks(1000) {
        let rows = chunk.iter().filter(|(word, _)| term::may_be_misspelt(word)).map(|(word, _)| vocabulary::ActiveModel {
            newsroom_id: Set(newsroom),
            initial: Set(term::initial(word)),
            length: Set(length_of(word)),
            word: Set(word.clone()),
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

/// Makes a document unfindable.
pub async fn remove(txn: &DatabaseTransaction, id: Uuid) -> Result<()> {
    // Its words go with it.
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
        let found: Vec<_> = words.words.iter().map(|(word, (count, at))| (word.as_str(), *count, *at)).collect();
        assert_eq!(found, [("a", 1, 10), ("ete", 2, 0), ("fin", 1, 19), ("l", 1, 12)]);
    }
}
