//! Kept counts say more of a claim: its article, its claimant, its tags, and the claim that it repeats.
//!
//! All of it is derived from other rows. The server counts again after it has started.

use sea_orm_migration::prelude::*;

use super::sql_migration;

sql_migration! {
    up: "
        DELETE FROM counted_newsrooms;
        DELETE FROM count_sums;
        DELETE FROM reviewer_counts;
        DELETE FROM source_counts;
        DROP TABLE claim_counts;

        -- The root is the claim that it repeats, or the claim itself. The tags are keys as text.
        CREATE TABLE claim_counts (
            claim_id uuid PRIMARY KEY REFERENCES claims (id),
            newsroom_id uuid NOT NULL,
            article_id uuid NOT NULL,
            root_id uuid NOT NULL,
            claimant_id uuid,
            marked_at timestamptz NOT NULL,
            month integer NOT NULL,
            day integer NOT NULL,
            shape text NOT NULL,
            reviewers text NOT NULL,
            sources text NOT NULL,
            tags text NOT NULL
        );
        CREATE INDEX claim_counts_by_time ON claim_counts (newsroom_id, marked_at);
        CREATE INDEX claim_counts_by_root ON claim_counts (root_id);
        CREATE INDEX claim_counts_by_article ON claim_counts (article_id);
        CREATE INDEX claim_counts_by_claimant ON claim_counts (newsroom_id, claimant_id);

        -- The sums of a part of a newsroom, of all time. The kind is reviewer, claimant or tag, and the part is the account or the key.
        -- The name is a shape, 'unit' with the root of several claims, or 'claims' or 'articles', which are their numbers.
        CREATE TABLE part_sums (
            newsroom_id uuid NOT NULL,
            kind text NOT NULL,
            part_id uuid NOT NULL,
            name text NOT NULL,
            count bigint NOT NULL,
            PRIMARY KEY (newsroom_id, kind, part_id, name)
        );
        CREATE INDEX largest_parts ON part_sums (newsroom_id, kind, count, part_id) WHERE name = 'claims';
        CREATE INDEX part_sums_of_nothing ON part_sums (newsroom_id) WHERE count = 0;

        -- The first claim of each claimant and tag gives it its name.
        DROP INDEX claimants_of_newsroom;
        CREATE INDEX claimants_of_newsroom ON claim_keys (newsroom_id, claimant_id, claim_id);
        DROP INDEX tags_of_newsroom;
        CREATE INDEX tags_of_newsroom ON claim_tag_keys (newsroom_id, tag_id, claim_id);
    ",
    down: "
        DROP INDEX tags_of_newsroom;
        CREATE INDEX tags_of_newsroom ON claim_tag_keys (newsroom_id, tag_id);
        DROP INDEX claimants_of_newsroom;
        CREATE INDEX claimants_of_newsroom ON claim_keys (newsroom_id, claimant_id);
        DROP TABLE part_sums;
        DELETE FROM counted_newsrooms;
        DELETE FROM count_sums;
        DELETE FROM reviewer_counts;
        DELETE FROM source_counts;
        DROP TABLE claim_counts;
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
    "
}
