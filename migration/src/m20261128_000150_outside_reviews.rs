//! Outside reviews: fact-checks of other publishers.

use sea_orm_migration::prelude::*;

use super::m20261127_000030_records::triggers;

#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &str = "
    -- The key is the SHA-256 of the page and that of the claim, each as 64 hexadecimal digits.
    CREATE TABLE outside_reviews (
        id uuid PRIMARY KEY,
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        key text NOT NULL,
        url text NOT NULL,
        publisher text NOT NULL,
        statement text NOT NULL,
        claimant text,
        claimed_on date,
        rating text NOT NULL,
        title text,
        reviewed_on date,
        language text,
        imported_by uuid NOT NULL REFERENCES accounts (id),
        imported_at timestamptz NOT NULL,
        version integer NOT NULL
    );
    CREATE UNIQUE INDEX outside_reviews_by_key ON outside_reviews (newsroom_id, key);
    CREATE INDEX outside_reviews_by_url ON outside_reviews (newsroom_id, url);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        super::run(manager, &[UP, &triggers("outside_reviews", &[("id", true)], backend)]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Their words in the search index go with them. The index is made again at the next start.
        let found = "DELETE FROM search_documents WHERE id IN (SELECT id FROM outside_reviews); DELETE FROM derived_rules;";
        super::run(manager, &[found, &super::drop_table_on_record("outside_reviews", manager)])
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
