//! Rating scales, verdicts with every submission, sources and citations.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        CREATE TABLE rating_scales (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            number integer NOT NULL,
            name text NOT NULL,
            created_at timestamptz NOT NULL,
            UNIQUE (newsroom_id, number)
        );

        CREATE TABLE ratings (
            id uuid PRIMARY KEY,
            scale_id uuid NOT NULL REFERENCES rating_scales (id),
            ordinal integer NOT NULL,
            key text NOT NULL,
            label text NOT NULL,
            description text NOT NULL,
            rank integer,
            colour text NOT NULL,
            needs_source boolean NOT NULL,
            UNIQUE (scale_id, key)
        );

        -- One per reviewer and claim. Its content is in submissions. submission_id is the current one.
        CREATE TABLE verdicts (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            claim_id uuid NOT NULL REFERENCES claims (id),
            reviewer_id uuid NOT NULL REFERENCES accounts (id),
            state text NOT NULL CHECK (state IN ('SUBMITTED', 'WITHDRAWN')),
            submission_id uuid NOT NULL,
            version integer NOT NULL,
            withdrawn_at timestamptz,
            withdrawn_reason text,
            -- What the reviewer read last: the claim's wording, and the number of the revision.
            read_wording integer NOT NULL,
            read_revision integer NOT NULL,
            reaffirmed_at timestamptz,
            reaffirm_note text,
            UNIQUE (claim_id, reviewer_id)
        );
        CREATE INDEX verdicts_of_reviewer ON verdicts (reviewer_id, claim_id);
        CREATE INDEX verdicts_of_submission ON verdicts (submission_id);

        -- Never updated: a newer submission adds a row.
        CREATE TABLE submissions (
            id uuid PRIMARY KEY,
            verdict_id uuid NOT NULL REFERENCES verdicts (id),
            number integer NOT NULL,
            rating_id uuid NOT NULL REFERENCES ratings (id),
            rationale text NOT NULL,
            claim_version integer NOT NULL,
            citation_count integer NOT NULL,
            submitted_at timestamptz NOT NULL,
            UNIQUE (verdict_id, number)
        );

        CREATE TABLE sources (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            url text NOT NULL,
            created_at timestamptz NOT NULL,
            UNIQUE (newsroom_id, url)
        );
        CREATE INDEX sources_of_newsroom ON sources (newsroom_id, id);

        -- Never updated. Written together with their submission.
        CREATE TABLE citations (
            id uuid PRIMARY KEY,
            submission_id uuid NOT NULL REFERENCES submissions (id),
            verdict_id uuid NOT NULL REFERENCES verdicts (id),
            source_id uuid NOT NULL REFERENCES sources (id),
            ordinal integer NOT NULL,
            url text NOT NULL,
            title text,
            publisher text,
            stance text NOT NULL CHECK (stance IN ('SUPPORTS', 'REFUTES', 'CONTEXT')),
            quote text,
            accessed_at timestamptz,
            archive_url text,
            UNIQUE (submission_id, ordinal)
        );
        CREATE INDEX citations_of_source ON citations (source_id, id);
    ",
    down: "
        DROP TABLE citations;
        DROP TABLE sources;
        DROP TABLE submissions;
        DROP TABLE verdicts;
        DROP TABLE ratings;
        DROP TABLE rating_scales;
    "
}
