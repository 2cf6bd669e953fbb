//! The activity log, and the head of each newsroom's.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- A log is a newsroom's, named by the newsroom's id, or the server's own (accounts and sessions), named 'server'.
        CREATE TABLE event_logs (
            log text PRIMARY KEY,
            number integer NOT NULL,
            hash text NOT NULL
        );
        INSERT INTO event_logs (log, number, hash) VALUES ('server', 0, '');

        CREATE TABLE events (
            log text NOT NULL REFERENCES event_logs (log),
            number integer NOT NULL,
            at timestamptz NOT NULL,
            actor_id uuid REFERENCES accounts (id),
            kind text NOT NULL,
            article_id uuid REFERENCES articles (id),
            claim_id uuid REFERENCES claims (id),
            verdict_id uuid REFERENCES verdicts (id),
            detail text NOT NULL,
            previous_hash text NOT NULL,
            hash text NOT NULL,
            PRIMARY KEY (log, number)
        );
        CREATE INDEX events_of_article ON events (article_id, number);
        CREATE INDEX events_of_claim ON events (claim_id, number);
    ",
    down: "
        DROP TABLE events;
        DROP TABLE event_logs;
    "
}
