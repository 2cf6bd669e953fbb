//! The tables of the search index.

use super::Kind;
use crate::domain::ids::{NewsroomId, RevisionId};

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
        /// The kind that it is counted under.
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
        /// How many words the document has. Here too, so that a search reads one index only.
        pub length: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    #[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All words that a newsroom's documents ever had, and how many have them, by how they sound.
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
        /// How it sounds; see [`place`](crate::domain::text::term::place). Or `=` and its stem, in a
        /// second row.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sound: String,
        /// How many consonants it has.
        #[sea_orm(primary_key, auto_increment = false)]
        pub consonants: i32,
        /// The word, folded.
        #[sea_orm(primary_key, auto_increment = false)]
        pub word: String,
        /// How many articles have it.
        pub articles: i32,
        /// How many claims have it.
        pub claims: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    #[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How much there is in the index. A newsroom's row is also the lock of its index.
pub mod size {
    use super::NewsroomId;
    use sea_orm::entity::prelude::*;

    /// How much of a newsroom is in the index.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_sizes")]
    pub struct Model {
        /// The newsroom.
        #[sea_orm(primary_key, auto_increment = false)]
        pub newsroom_id: NewsroomId,
        /// How many articles there are.
        pub articles: i64,
        /// How many words they have together.
        pub article_words: i64,
        /// How many claims there are.
        pub claims: i64,
        /// How many words they have together.
        pub claim_words: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    #[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
