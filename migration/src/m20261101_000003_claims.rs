//! Claims, their tags and their anchors.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        CREATE TABLE claims (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            article_id uuid NOT NULL REFERENCES articles (id),
            statement text NOT NULL,
            claimant text,
            folded text NOT NULL,
            claimed_on date,
            repeats_id uuid REFERENCES claims (id),
            state text NOT NULL CHECK (state IN ('OPEN', 'IN_REVIEW', 'READY', 'PUBLISHED', 'WITHDRAWN')),
            verdict_count integer NOT NULL CHECK (verdict_count >= 0),
            position integer NOT NULL,
            marked_by uuid REFERENCES accounts (id),
            marked_at timestamptz NOT NULL,
            withdrawn_at timestamptz,
            withdrawn_reason text,
            version integer NOT NULL,
            -- Starts at 1. Rises when the claim's words, or the words it is anchored to, change. A reviewer who read reread_from has one change to read.
            wording integer NOT NULL,
            reread_from integer NOT NULL,
            -- The revision of the anchors, the worst of their statuses, and whether reviewers must read the claim again.
            revision_id uuid NOT NULL REFERENCES revisions (id),
            standing text NOT NULL CHECK (standing IN ('EXACT', 'MOVED', 'REWORDED', 'CHANGED', 'ORPHANED')),
            stale boolean NOT NULL,
            CHECK (repeats_id <> id)
        );
        CREATE INDEX claims_of_article ON claims (article_id, position, id);
        CREATE INDEX claims_of_newsroom ON claims (newsroom_id, id);
        CREATE INDEX claims_by_state ON claims (newsroom_id, state, id);
        CREATE INDEX claims_that_repeat ON claims (repeats_id, id);

        CREATE TABLE claim_tags (
            claim_id uuid NOT NULL REFERENCES claims (id),
            tag text NOT NULL,
            PRIMARY KEY (claim_id, tag)
        );
        CREATE INDEX claims_by_tag ON claim_tags (tag, claim_id);

        -- Never updated. A later revision adds rows. Re-anchoring adds rows in the same revision, with a higher wording.
        CREATE TABLE anchors (
            id uuid PRIMARY KEY,
            claim_id uuid NOT NULL REFERENCES claims (id),
            revision_id uuid NOT NULL REFERENCES revisions (id),
            wording integer NOT NULL,
            ordinal integer NOT NULL,
            status text NOT NULL CHECK (status IN ('EXACT', 'MOVED', 'REWORDED', 'CHANGED', 'ORPHANED')),
            start_at integer NOT NULL,
            end_at integer NOT NULL,
            utf16_start integer NOT NULL,
            utf16_end integer NOT NULL,
            utf8_start integer NOT NULL,
            utf8_end integer NOT NULL,
            exact text NOT NULL,
            prefix text NOT NULL,
            suffix text NOT NULL,
            CHECK (0 <= start_at AND start_at <= end_at AND (start_at = end_at) = (status = 'ORPHANED')),
            UNIQUE (claim_id, revision_id, wording, ordinal)
        );
        CREATE INDEX anchors_of_revision ON anchors (revision_id, start_at);
    ",
    down: "
        DROP TABLE anchors;
        DROP TABLE claim_tags;
        DROP TABLE claims;
    "
}
