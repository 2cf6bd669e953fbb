//! What the gates remember: the answers to mutations that came with an Idempotency-Key, and tries at passwords.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- An answer is sealed with what only its client knows; a row tells neither whose it is nor what it holds.
        CREATE TABLE idempotency (
            key_hash text PRIMARY KEY,
            created_at timestamptz NOT NULL,
            answer bytea
        );
        CREATE INDEX idempotency_by_age ON idempotency (created_at);

        -- What is counted (an account here, a network, an account everywhere) stands only as a hash.
        CREATE TABLE throttle (
            key_hash text PRIMARY KEY,
            failures integer NOT NULL CHECK (failures >= 0),
            failed_at timestamptz NOT NULL,
            known_until timestamptz
        );
        CREATE INDEX throttle_by_age ON throttle (failed_at);
    ",
    down: "
        DROP TABLE throttle;
        DROP TABLE idempotency;
    "
}
