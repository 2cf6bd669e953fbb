//! The search index: which words occur in which article or claim.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- An article or a claim that search can find, and its number of words. For an article: the indexed revision.
        -- For a claim: the number of different words in its statement.
        CREATE TABLE search_documents (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            kind text NOT NULL CHECK (kind IN ('ARTICLE', 'CLAIM')),
            revision_id uuid REFERENCES revisions (id),
            length integer NOT NULL,
            statement_words integer
        );
        CREATE INDEX search_documents_of_newsroom ON search_documents (newsroom_id, kind, length);

        -- How often a word occurs in a document, and the offset of its first occurrence in code points.
        CREATE TABLE search_words (
            newsroom_id uuid NOT NULL,
            kind text NOT NULL,
            word text NOT NULL,
            document_id uuid NOT NULL REFERENCES search_documents (id) ON DELETE CASCADE,
            count integer NOT NULL,
            first_at integer NOT NULL,
            PRIMARY KEY (newsroom_id, kind, word, document_id)
        );
        CREATE INDEX search_words_of_document ON search_words (document_id);

        -- Every word that ever occurred in a document, by its first sound and its length. Used to find other spellings.
        CREATE TABLE search_vocabulary (
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            initial text NOT NULL,
            length integer NOT NULL,
            word text NOT NULL,
            PRIMARY KEY (newsroom_id, initial, length, word)
        );
    ",
    down: "
        DROP TABLE search_vocabulary;
        DROP TABLE search_words;
        DROP TABLE search_documents;
    "
}
