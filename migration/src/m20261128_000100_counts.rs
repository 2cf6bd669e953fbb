//! Kept counts: what the verdicts on each claim come to, and the sums of a newsroom.
//!
//! All of it is derived from other rows. The server fills it in after it has started.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &str = "
    -- What a claim comes to. A claim that was withdrawn, or whose article was, has no row. A day is the number of days since the year 1 plus
    -- 1,000,000. A month is the number of months since the year 0.
    CREATE TABLE claim_counts (
        claim_id uuid PRIMARY KEY REFERENCES claims (id),
        newsroom_id uuid NOT NULL,
        marked_at timestamptz NOT NULL,
        month integer NOT NULL,
        day integer NOT NULL,
        shape text NOT NULL,
        reviewers text NOT NULL,
        sources text NOT NULL
    );
    CREATE INDEX claim_counts_by_time ON claim_counts (newsroom_id, marked_at);

    -- A row for each current verdict on a claim with a row above. A claim's level says for which readers its verdicts are open.
    CREATE TABLE reviewer_counts (
        newsroom_id uuid NOT NULL,
        reviewer_id uuid NOT NULL,
        level integer NOT NULL,
        claim_id uuid NOT NULL,
        scale_id uuid NOT NULL,
        is_paired boolean NOT NULL,
        marked_at timestamptz NOT NULL,
        PRIMARY KEY (newsroom_id, reviewer_id, level, claim_id)
    ){clustered};
    CREATE INDEX reviewer_counts_of_claim ON reviewer_counts (claim_id);
    CREATE INDEX paired_reviewers ON reviewer_counts (newsroom_id, scale_id, reviewer_id, marked_at) WHERE is_paired;

    -- A row for each source that a current verdict on such a claim cites.
    CREATE TABLE source_counts (
        source_id uuid NOT NULL,
        level integer NOT NULL,
        claim_id uuid NOT NULL,
        PRIMARY KEY (source_id, level, claim_id)
    ){clustered};
    CREATE INDEX source_counts_of_claim ON source_counts (claim_id);

    -- A row for each article that was not withdrawn.
    CREATE TABLE article_counts (
        article_id uuid PRIMARY KEY REFERENCES articles (id),
        newsroom_id uuid NOT NULL,
        imported_at timestamptz NOT NULL,
        month integer NOT NULL,
        day integer NOT NULL
    );
    CREATE INDEX article_counts_by_time ON article_counts (newsroom_id, imported_at);

    -- The sums of the rows above. The period is 0 for all time, or a month, or a day.
    CREATE TABLE count_sums (
        newsroom_id uuid NOT NULL,
        period integer NOT NULL,
        name text NOT NULL,
        count bigint NOT NULL,
        PRIMARY KEY (newsroom_id, period, name)
    ){clustered};
    CREATE INDEX count_sums_of_nothing ON count_sums (newsroom_id) WHERE count = 0;

    -- The newsrooms whose counts are complete, with the version of the rules that made them.
    CREATE TABLE counted_newsrooms (
        newsroom_id uuid PRIMARY KEY REFERENCES newsrooms (id),
        rules integer NOT NULL
    );

    CREATE INDEX merged_sources_of_newsroom ON sources (newsroom_id) WHERE root_id IS NOT NULL;
";

const DOWN: &str = "
    DROP INDEX merged_sources_of_newsroom;
    DROP TABLE counted_newsrooms;
    DROP TABLE count_sums;
    DROP TABLE article_counts;
    DROP TABLE source_counts;
    DROP TABLE reviewer_counts;
    DROP TABLE claim_counts;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_sqlite = manager.get_database_backend() == DbBackend::Sqlite;
        let up = UP.replace("{clustered}", if is_sqlite { " WITHOUT ROWID" } else { "" });
        super::run(manager, &[&up]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, &[DOWN]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
