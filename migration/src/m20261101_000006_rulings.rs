//! Assignments, drafts of verdicts, rulings and their corrections.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        CREATE TABLE assignments (
            claim_id uuid NOT NULL REFERENCES claims (id),
            reviewer_id uuid NOT NULL REFERENCES accounts (id),
            due_at timestamptz,
            note text,
            assigned_at timestamptz NOT NULL,
            assigned_by uuid REFERENCES accounts (id),
            PRIMARY KEY (claim_id, reviewer_id)
        );
        CREATE INDEX assignments_of_reviewer ON assignments (reviewer_id, claim_id);

        -- Separate from verdicts, so that reading a verdict can never show an unsubmitted draft.
        CREATE TABLE verdict_drafts (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            claim_id uuid NOT NULL REFERENCES claims (id),
            reviewer_id uuid NOT NULL REFERENCES accounts (id),
            rating_id uuid REFERENCES ratings (id),
            rationale text,
            claim_version integer NOT NULL,
            saved_at timestamptz NOT NULL,
            version integer NOT NULL,
            UNIQUE (reviewer_id, claim_id)
        );

        CREATE TABLE draft_citations (
            draft_id uuid NOT NULL REFERENCES verdict_drafts (id) ON DELETE CASCADE,
            ordinal integer NOT NULL,
            url text NOT NULL,
            title text,
            publisher text,
            stance text NOT NULL CHECK (stance IN ('SUPPORTS', 'REFUTES', 'CONTEXT')),
            quote text,
            accessed_at timestamptz,
            archive_url text,
            PRIMARY KEY (draft_id, ordinal)
        );

        -- ruling_verdicts and ruling_quotes hold its basis, under the number of the correction that last changed it. 0 is the publication.
        CREATE TABLE rulings (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            claim_id uuid NOT NULL REFERENCES claims (id),
            number integer NOT NULL,
            state text NOT NULL CHECK (state IN ('PUBLISHED', 'RETRACTED')),
            rating_id uuid NOT NULL REFERENCES ratings (id),
            summary text NOT NULL,
            dissent text,
            basis integer NOT NULL,
            published_at timestamptz NOT NULL,
            published_by uuid NOT NULL REFERENCES accounts (id),
            version integer NOT NULL,
            UNIQUE (claim_id, number)
        );
        CREATE UNIQUE INDEX one_published_ruling_a_claim ON rulings (claim_id) WHERE state = 'PUBLISHED';
        CREATE INDEX rulings_of_newsroom ON rulings (newsroom_id, id);

        -- Never updated.
        CREATE TABLE ruling_verdicts (
            ruling_id uuid NOT NULL REFERENCES rulings (id),
            basis integer NOT NULL,
            submission_id uuid NOT NULL REFERENCES submissions (id),
            dissents boolean,
            PRIMARY KEY (ruling_id, basis, submission_id)
        );

        -- Never updated: the words that were judged, even if the article changes.
        CREATE TABLE ruling_quotes (
            ruling_id uuid NOT NULL REFERENCES rulings (id),
            basis integer NOT NULL,
            ordinal integer NOT NULL,
            exact text NOT NULL,
            prefix text NOT NULL,
            suffix text NOT NULL,
            title text NOT NULL,
            PRIMARY KEY (ruling_id, basis, ordinal)
        );

        -- Never updated.
        CREATE TABLE corrections (
            ruling_id uuid NOT NULL REFERENCES rulings (id),
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            number integer NOT NULL,
            kind text NOT NULL CHECK (kind IN ('CORRECTION', 'CLARIFICATION', 'UPDATE', 'RETRACTION')),
            reason text NOT NULL,
            made_at timestamptz NOT NULL,
            made_by uuid NOT NULL REFERENCES accounts (id),
            previous_rating_id uuid NOT NULL REFERENCES ratings (id),
            previous_summary text NOT NULL,
            previous_dissent text,
            previous_basis integer NOT NULL,
            PRIMARY KEY (ruling_id, number)
        );
    ",
    down: "
        DROP TABLE corrections;
        DROP TABLE ruling_quotes;
        DROP TABLE ruling_verdicts;
        DROP TABLE rulings;
        DROP TABLE draft_citations;
        DROP TABLE verdict_drafts;
        DROP TABLE assignments;
    "
}
