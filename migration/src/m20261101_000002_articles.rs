//! Articles, their revisions, and the spans of each revision.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        CREATE TABLE articles (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            title text NOT NULL,
            folded_title text NOT NULL,
            url text,
            publisher text,
            author text,
            language text,
            published_at timestamptz,
            imported_at timestamptz NOT NULL,
            imported_by uuid REFERENCES accounts (id),
            version integer NOT NULL
        );
        CREATE INDEX articles_of_newsroom ON articles (newsroom_id, id);

        CREATE TABLE revisions (
            id uuid PRIMARY KEY,
            article_id uuid NOT NULL REFERENCES articles (id),
            number integer NOT NULL,
            text text NOT NULL,
            sha256 text NOT NULL,
            length integer NOT NULL,
            note text,
            created_at timestamptz NOT NULL,
            author_id uuid REFERENCES accounts (id),
            UNIQUE (article_id, number)
        );

        -- The same range in code points, UTF-16 units and UTF-8 bytes, so that offsets are computed only once.
        CREATE TABLE spans (
            id uuid PRIMARY KEY,
            revision_id uuid NOT NULL REFERENCES revisions (id),
            kind text NOT NULL CHECK (kind IN ('TITLE', 'HEADING', 'PARAGRAPH', 'CAPTION', 'SENTENCE')),
            ordinal integer NOT NULL,
            start_at integer NOT NULL,
            end_at integer NOT NULL,
            utf16_start integer NOT NULL,
            utf16_end integer NOT NULL,
            utf8_start integer NOT NULL,
            utf8_end integer NOT NULL,
            CHECK (0 <= start_at AND start_at < end_at)
        );
        CREATE INDEX spans_of_revision ON spans (revision_id, kind, ordinal);
    ",
    down: "
        DROP TABLE spans;
        DROP TABLE revisions;
        DROP TABLE articles;
    "
}
