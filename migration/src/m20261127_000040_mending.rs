//! Withdrawn articles, the keys that find duplicates, sources that are not web pages, and merged
//! sources.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        ALTER TABLE articles ADD COLUMN withdrawn_at timestamptz;
        ALTER TABLE articles ADD COLUMN withdrawn_reason text;
        CREATE INDEX withdrawn_articles ON articles (newsroom_id, id) WHERE withdrawn_at IS NOT NULL;

        -- Derived from an article's address and its newest text. The server fills in what is missing when it starts.
        CREATE TABLE article_keys (
            article_id uuid PRIMARY KEY REFERENCES articles (id),
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            address text,
            wording text NOT NULL
        );
        CREATE INDEX articles_by_address ON article_keys (newsroom_id, address);
        CREATE INDEX articles_by_wording ON article_keys (newsroom_id, wording);

        -- NULL in rows from before these columns, which are all web pages. A citation without an address has an empty url.
        ALTER TABLE citations ADD COLUMN kind text;
        ALTER TABLE citations ADD COLUMN description text;
        ALTER TABLE citations ADD COLUMN doi text;
        ALTER TABLE citations ADD COLUMN isbn text;
        ALTER TABLE citations ADD COLUMN issn text;
        ALTER TABLE draft_citations ADD COLUMN kind text;
        ALTER TABLE draft_citations ADD COLUMN description text;
        ALTER TABLE draft_citations ADD COLUMN doi text;
        ALTER TABLE draft_citations ADD COLUMN isbn text;
        ALTER TABLE draft_citations ADD COLUMN issn text;

        -- The source that an editor merged this one into, and the source at the end of such steps. Both are NULL for a source that was not merged.
        -- The column url is the key of the source: two sources of a newsroom never have the same.
        ALTER TABLE sources ADD COLUMN merged_into uuid;
        ALTER TABLE sources ADD COLUMN root_id uuid;
        CREATE INDEX sources_by_root ON sources ((COALESCE(root_id, id)));
        CREATE INDEX merged_sources ON sources (root_id);
    ",
    down: "
        DROP INDEX merged_sources;
        DROP INDEX sources_by_root;
        ALTER TABLE sources DROP COLUMN root_id;
        ALTER TABLE sources DROP COLUMN merged_into;
        ALTER TABLE draft_citations DROP COLUMN issn;
        ALTER TABLE draft_citations DROP COLUMN isbn;
        ALTER TABLE draft_citations DROP COLUMN doi;
        ALTER TABLE draft_citations DROP COLUMN description;
        ALTER TABLE draft_citations DROP COLUMN kind;
        ALTER TABLE citations DROP COLUMN issn;
        ALTER TABLE citations DROP COLUMN isbn;
        ALTER TABLE citations DROP COLUMN doi;
        ALTER TABLE citations DROP COLUMN description;
        ALTER TABLE citations DROP COLUMN kind;
        DROP TABLE article_keys;
        DROP INDEX withdrawn_articles;
        ALTER TABLE articles DROP COLUMN withdrawn_reason;
        ALTER TABLE articles DROP COLUMN withdrawn_at;
    "
}
