//! Newsrooms, accounts and everything for access: passwords, sessions, memberships, invitations,
//! API tokens.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        CREATE TABLE newsrooms (
            id uuid PRIMARY KEY,
            slug text NOT NULL UNIQUE,
            name text NOT NULL,
            verdicts_required integer NOT NULL CHECK (verdicts_required BETWEEN 1 AND 20),
            blind_review boolean NOT NULL,
            second_reader boolean NOT NULL,
            public_reading boolean NOT NULL,
            version integer NOT NULL,
            created_at timestamptz NOT NULL
        );

        CREATE TABLE accounts (
            id uuid PRIMARY KEY,
            email text NOT NULL UNIQUE,
            display_name text NOT NULL,
            created_at timestamptz NOT NULL
        );

        -- Separate from accounts, so that reading an account can never show a hash.
        CREATE TABLE passwords (
            account_id uuid PRIMARY KEY REFERENCES accounts (id),
            hash text NOT NULL
        );

        CREATE TABLE sessions (
            id uuid PRIMARY KEY,
            account_id uuid NOT NULL REFERENCES accounts (id),
            token_hash text NOT NULL UNIQUE,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            last_used_at timestamptz NOT NULL,
            user_agent text
        );
        CREATE INDEX sessions_of_account ON sessions (account_id, id);

        CREATE TABLE memberships (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            account_id uuid NOT NULL REFERENCES accounts (id),
            role text NOT NULL CHECK (role IN ('READER', 'REVIEWER', 'EDITOR', 'ADMIN')),
            version integer NOT NULL,
            created_at timestamptz NOT NULL,
            UNIQUE (newsroom_id, account_id)
        );
        CREATE INDEX memberships_of_account ON memberships (account_id, id);

        CREATE TABLE invitations (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            email text NOT NULL,
            role text NOT NULL CHECK (role IN ('READER', 'REVIEWER', 'EDITOR', 'ADMIN')),
            token_hash text NOT NULL UNIQUE,
            invited_by uuid REFERENCES accounts (id),
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            accepted_at timestamptz,
            revoked_at timestamptz
        );
        CREATE INDEX invitations_of_newsroom ON invitations (newsroom_id, id);

        CREATE TABLE api_tokens (
            id uuid PRIMARY KEY,
            newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
            account_id uuid NOT NULL REFERENCES accounts (id),
            name text NOT NULL,
            role text NOT NULL CHECK (role IN ('READER', 'REVIEWER', 'EDITOR', 'ADMIN')),
            token_hash text NOT NULL UNIQUE,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            last_used_at timestamptz,
            revoked_at timestamptz
        );
        CREATE INDEX api_tokens_of_newsroom ON api_tokens (newsroom_id, id);
    ",
    down: "
        DROP TABLE api_tokens;
        DROP TABLE invitations;
        DROP TABLE memberships;
        DROP TABLE sessions;
        DROP TABLE passwords;
        DROP TABLE accounts;
        DROP TABLE newsrooms;
    "
}
