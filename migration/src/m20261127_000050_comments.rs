//! Comments on claims and verdicts, with their earlier texts and the members that they mention.

use sea_orm_migration::prelude::*;

use super::m20261127_000030_records::triggers;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
    -- Never deleted. verdict_id is set if the comment is about one verdict. parent_id is set in
    -- replies, and names a comment that is no reply.
    CREATE TABLE comments (
        id uuid PRIMARY KEY,
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        claim_id uuid NOT NULL REFERENCES claims (id),
        verdict_id uuid REFERENCES verdicts (id),
        parent_id uuid REFERENCES comments (id),
        author_id uuid NOT NULL REFERENCES accounts (id),
        text text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        edited_at timestamptz,
        resolved_at timestamptz,
        resolved_by uuid REFERENCES accounts (id)
    );
    CREATE INDEX comments_of_claim ON comments (claim_id, id);
    CREATE INDEX comments_of_verdict ON comments (verdict_id, id);
    CREATE INDEX replies_of_comment ON comments (parent_id, id);

    -- Never updated: each edit keeps the text before it.
    CREATE TABLE comment_revisions (
        comment_id uuid NOT NULL REFERENCES comments (id),
        number integer NOT NULL,
        text text NOT NULL,
        written_at timestamptz NOT NULL,
        PRIMARY KEY (comment_id, number)
    );

    CREATE TABLE comment_mentions (
        comment_id uuid NOT NULL REFERENCES comments (id),
        account_id uuid NOT NULL REFERENCES accounts (id),
        PRIMARY KEY (comment_id, account_id)
    );
    CREATE INDEX mentions_of_account ON comment_mentions (account_id, comment_id);
";

/// The tables on record with the columns of their keys. `true` marks a UUID.
const ON_RECORD: [(&str, &[(&str, bool)]); 3] = [
    ("comments", &[("id", true)]),
    ("comment_revisions", &[("comment_id", true), ("number", false)]),
    ("comment_mentions", &[("comment_id", true), ("account_id", true)]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        super::run(manager, &[TABLES]).await?;
        for (table, key) in &ON_RECORD {
            super::run(manager, &[&triggers(table, key, backend)]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, _) in ON_RECORD.iter().rev() {
            super::run(manager, &[&super::drop_table_on_record(table, manager)]).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
