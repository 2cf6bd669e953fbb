//! Mails that wait to be sent, what each account wants mails about, and how far the logs were read.

use sea_orm_migration::prelude::*;

use super::sql_migration;

sql_migration! {
    up: "
        -- An account without a row wants no mails.
        CREATE TABLE mail_settings (
            account_id uuid PRIMARY KEY REFERENCES accounts (id),
            assigned boolean NOT NULL,
            due boolean NOT NULL,
            stale boolean NOT NULL,
            mentioned boolean NOT NULL,
            digest text NOT NULL,
            next_digest_at timestamptz,
            changed_at timestamptz NOT NULL,
            unsubscribe_key text NOT NULL,
            refused_at timestamptz
        );

        -- A mail is made once for each occasion. The subject is an invitation, a password reset, a claim, an article or
        -- a comment, as the kind says. A token is encrypted, and deleted with the last attempt. The lease says which
        -- server sends at the moment. It ends at a time in seconds since 1970, by the database's clock.
        CREATE TABLE mails (
            id uuid PRIMARY KEY,
            occasion text NOT NULL UNIQUE,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            kind text NOT NULL,
            account_id uuid REFERENCES accounts (id),
            subject_id uuid,
            sealed_token text,
            created_at timestamptz NOT NULL,
            state text NOT NULL,
            attempts integer NOT NULL,
            next_attempt_at timestamptz NOT NULL,
            error text,
            ended_at timestamptz,
            lease uuid,
            leased_until bigint NOT NULL
        );
        CREATE INDEX mails_by_state ON mails (state, next_attempt_at);
        CREATE INDEX mails_of_newsroom ON mails (newsroom_id, id);

        -- The last event of each log that was looked at for mails.
        CREATE TABLE mail_positions (
            log text PRIMARY KEY,
            last_number integer NOT NULL
        );
    ",
    down: "DROP TABLE mail_positions; DROP TABLE mails; DROP TABLE mail_settings;"
}
