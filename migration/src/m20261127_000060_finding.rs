//! A search index that one look-up answers, keys by which claims are found, and merged claimants.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::m20261127_000030_records::triggers;

#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &str = "
    DROP TABLE search_vocabulary;
    DROP TABLE search_words;
    DELETE FROM search_documents;
    DROP INDEX search_documents_of_newsroom;

    -- How much there is in a newsroom's index.
    CREATE TABLE search_sizes (
        newsroom_id uuid PRIMARY KEY REFERENCES newsrooms (id),
        articles bigint NOT NULL,
        article_words bigint NOT NULL,
        claims bigint NOT NULL,
        claim_words bigint NOT NULL
    );

    -- Which version of the rules made the rows that are derived from others. Older ones are made again at the next start.
    CREATE TABLE derived_rules (
        name text PRIMARY KEY,
        version integer NOT NULL
    );

    -- The words of a claim's statement and claimant, and the claimant as it is compared: a hash of the name, or of the name that an editor merged
    -- it into.
    CREATE TABLE claim_keys (
        claim_id uuid PRIMARY KEY REFERENCES claims (id),
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        claimant_id uuid,
        words text NOT NULL
    );
    CREATE INDEX claims_by_claimant ON claim_keys (claimant_id, newsroom_id);
    CREATE INDEX claimants_of_newsroom ON claim_keys (newsroom_id, claimant_id);

    -- A claim's tags as they are compared.
    CREATE TABLE claim_tag_keys (
        tag_id uuid NOT NULL,
        claim_id uuid NOT NULL REFERENCES claims (id),
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        tag text NOT NULL,
        PRIMARY KEY (tag_id, claim_id)
    );
    CREATE INDEX tag_keys_of_claim ON claim_tag_keys (claim_id);
    CREATE INDEX tags_of_newsroom ON claim_tag_keys (newsroom_id, tag_id);

    ALTER TABLE article_keys ADD COLUMN title_words text NOT NULL DEFAULT '';

    -- A claimant that an editor merged into another. The other one is never merged itself.
    CREATE TABLE claimant_merges (
        id uuid PRIMARY KEY,
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        claimant_id uuid NOT NULL,
        name text NOT NULL,
        into_id uuid NOT NULL,
        into_name text NOT NULL,
        merged_at timestamptz NOT NULL,
        UNIQUE (newsroom_id, claimant_id)
    );
    CREATE INDEX claimants_by_merge ON claimant_merges (claimant_id);
";

/// The words, in the order in which a search reads them, and with all that it reads of them.
const WORDS: &str = "
    -- How often a word occurs in a document, the offset of its first occurrence in code points, and the document's number of words.
    CREATE TABLE search_words (
        newsroom_id uuid NOT NULL,
        kind text NOT NULL,
        word text NOT NULL,
        document_id uuid NOT NULL REFERENCES search_documents (id) ON DELETE CASCADE,
        count integer NOT NULL,
        first_at integer NOT NULL,
        length integer NOT NULL,
        PRIMARY KEY (newsroom_id, kind, word, document_id){covering}
    ){clustered};
    CREATE INDEX search_words_of_document ON search_words (document_id);

    -- Every word that ever occurred in a document, by its sound, and how many documents have it now.
    CREATE TABLE search_vocabulary (
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        sound text NOT NULL,
        consonants integer NOT NULL,
        word text NOT NULL,
        articles integer NOT NULL,
        claims integer NOT NULL,
        PRIMARY KEY (newsroom_id, sound, consonants, word)
    ){clustered};
";

const DOWN: &str = "
    ALTER TABLE article_keys DROP COLUMN title_words;
    DROP TABLE claim_tag_keys;
    DROP TABLE claim_keys;
    DROP TABLE derived_rules;
    DROP TABLE search_sizes;
    DROP TABLE search_vocabulary;
    DROP TABLE search_words;
    DELETE FROM search_documents;
    CREATE INDEX search_documents_of_newsroom ON search_documents (newsroom_id, kind, length);
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
    CREATE TABLE search_vocabulary (
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        initial text NOT NULL,
        length integer NOT NULL,
        word text NOT NULL,
        PRIMARY KEY (newsroom_id, initial, length, word)
    );
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let (covering, clustered) = match backend {
            DbBackend::Postgres => (" INCLUDE (count, length)", ""),
            _ => ("", " WITHOUT ROWID"),
        };
        let words = WORDS.replace("{covering}", covering).replace("{clustered}", clustered);
        let triggers = triggers("claimant_merges", &[("id", true)], backend);
        super::run(manager, &[UP, &words, &triggers]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let merges = super::drop_table_on_record("claimant_merges", manager);
        super::run(manager, &[&merges, DOWN]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
