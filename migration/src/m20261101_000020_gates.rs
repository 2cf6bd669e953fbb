//! Stored responses to mutations with an `Idempotency-Key`, and failed password attempts.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- A response is encrypted with a secret of its client. A row shows neither its owner nor its content.
        CREATE TABLE idempotency (
            key_hash text PRIMARY KEY,
            created_at timestamptz NOT NULL,
            answer bytea
        );
        CREATE INDEX idempotency_by_age ON idempotency (created_at);

        -- The counted subject (an account per network, a network, an account) is stored only as a hash.
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
