//! The record: the digest of every row that an event wrote, the hashes of subtrees of each
//! log, the signing keys, and the signatures of rulings.
//!
//! Triggers note each changed row in `record_changes`. The event that is appended at the end of the
//! transaction takes these notes, and puts the rows on record. So no write can forget it. A change
//! behind the server's back leaves a note, too, but no event ever takes it: on SQLite, each
//! transaction of the server begins by deleting what it finds there; on PostgreSQL, an event takes
//! only the notes of its own transaction.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: &str = "
    -- Never updated. The digest is empty if the row was removed. An edition is 1 for a row's first
    -- digest, and one more for each later one.
    CREATE TABLE records (
        log text NOT NULL,
        number integer NOT NULL,
        ordinal integer NOT NULL,
        table_name text NOT NULL,
        row_id uuid NOT NULL,
        row_key text NOT NULL,
        edition integer NOT NULL,
        digest text NOT NULL,
        PRIMARY KEY (log, number, ordinal),
        UNIQUE (table_name, row_id, row_key, edition)
    );

    -- The hash of 16^level events, from event number * 16^level + 1 on.
    CREATE TABLE log_subtrees (
        log text NOT NULL,
        level integer NOT NULL,
        number integer NOT NULL,
        hash text NOT NULL,
        PRIMARY KEY (log, level, number)
    );

    -- Public keys only. The private key is in a file of the server.
    CREATE TABLE signing_keys (
        id uuid PRIMARY KEY,
        key_id text NOT NULL UNIQUE,
        public_key text NOT NULL,
        created_at timestamptz NOT NULL,
        retired_at timestamptz
    );
    CREATE UNIQUE INDEX one_current_signing_key ON signing_keys ((retired_at IS NULL))
        WHERE retired_at IS NULL;

    -- Never updated. One for each version of a ruling that was signed.
    CREATE TABLE ruling_signatures (
        ruling_id uuid NOT NULL REFERENCES rulings (id),
        version integer NOT NULL,
        key_id text NOT NULL,
        payload text NOT NULL,
        signature text NOT NULL,
        PRIMARY KEY (ruling_id, version)
    );
";

const ON_SQLITE: &str = "
    CREATE TABLE record_changes (table_name text NOT NULL, row_key text NOT NULL);
    CREATE TRIGGER records_are_not_changed BEFORE UPDATE ON records
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
    CREATE TRIGGER records_are_not_deleted BEFORE DELETE ON records
        BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
";

const ON_POSTGRES: &str = "
    CREATE TABLE record_changes (
        table_name text NOT NULL,
        row_key text NOT NULL,
        transaction_id text NOT NULL DEFAULT pg_current_xact_id()::text
    );
    CREATE INDEX record_changes_of_transaction ON record_changes (transaction_id);
    CREATE TRIGGER records_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON records
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events();
";

/// The tables on record with the columns of their keys. `true` marks a UUID.
const ON_RECORD: [(&str, &[(&str, bool)]); 24] = [
    ("newsrooms", &[("id", true)]),
    ("accounts", &[("id", true)]),
    ("memberships", &[("id", true)]),
    ("invitations", &[("id", true)]),
    ("api_tokens", &[("id", true)]),
    ("articles", &[("id", true)]),
    ("revisions", &[("id", true)]),
    ("spans", &[("revision_id", true)]),
    ("claims", &[("id", true)]),
    ("claim_tags", &[("claim_id", true), ("tag", false)]),
    ("anchors", &[("id", true)]),
    ("assignments", &[("claim_id", true), ("reviewer_id", true)]),
    ("rating_scales", &[("id", true)]),
    ("ratings", &[("id", true)]),
    ("verdicts", &[("id", true)]),
    ("submissions", &[("id", true)]),
    ("sources", &[("id", true)]),
    ("citations", &[("id", true)]),
    ("rulings", &[("id", true)]),
    ("ruling_verdicts", &[("ruling_id", true), ("basis", false), ("submission_id", true)]),
    ("ruling_quotes", &[("ruling_id", true), ("basis", false), ("ordinal", false)]),
    ("corrections", &[("ruling_id", true), ("number", false)]),
    ("ruling_signatures", &[("ruling_id", true), ("version", false)]),
    ("signing_keys", &[("id", true)]),
];

/// The server notes the last use of a token without an event.
fn columns_to_watch(table: &str) -> &'static str {
    if table == "api_tokens" {
        " OF id, newsroom_id, account_id, name, role, token_hash, created_at, expires_at, revoked_at"
    } else {
        ""
    }
}

/// The key of a row as text: the values of its key's columns with slashes between them, UUIDs as 32
/// hexadecimal digits.
fn key(of: &str, columns: &[(&str, bool)], backend: DbBackend) -> String {
    let parts = columns.iter().map(|(column, is_uuid)| match (is_uuid, backend) {
        (true, DbBackend::Postgres) => format!("replace({of}.{column}::text, '-', '')"),
        (true, _) => format!("lower(hex({of}.{column}))"),
        (false, _) => format!("CAST({of}.{column} AS text)"),
    });
    parts.collect::<Vec<_>>().join(" || '/' || ")
}

/// The triggers that note each changed row of a table on record, for this and later migrations.
pub(super) fn triggers(table: &str, columns: &[(&str, bool)], backend: DbBackend) -> String {
    let (old, new) = (key("OLD", columns, backend), key("NEW", columns, backend));
    let watched = columns_to_watch(table);
    let note = "INSERT INTO record_changes (table_name, row_key)";
    if backend == DbBackend::Postgres {
        format!(
            "CREATE FUNCTION note_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF TG_OP <> 'INSERT' THEN {note} VALUES ('{table}', {old}); END IF;
                IF TG_OP <> 'DELETE' THEN {note} VALUES ('{table}', {new}); END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER note_change_of_{table} AFTER INSERT OR DELETE OR UPDATE{watched} ON {table}
                FOR EACH ROW EXECUTE FUNCTION note_change_of_{table}();"
        )
    } else {
        format!(
            "CREATE TRIGGER note_insert_of_{table} AFTER INSERT ON {table}
                BEGIN {note} VALUES ('{table}', {new}); END;
            CREATE TRIGGER note_update_of_{table} AFTER UPDATE{watched} ON {table}
                BEGIN {note} SELECT '{table}', {old} UNION SELECT '{table}', {new}; END;
            CREATE TRIGGER note_delete_of_{table} AFTER DELETE ON {table}
                BEGIN {note} VALUES ('{table}', {old}); END;"
        )
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let own = if backend == DbBackend::Postgres { ON_POSTGRES } else { ON_SQLITE };
        super::run(manager, &[TABLES, own]).await?;
        for (table, columns) in &ON_RECORD {
            super::run(manager, &[&triggers(table, columns, backend)]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, _) in &ON_RECORD {
            let text = if manager.get_database_backend() == DbBackend::Postgres {
                format!("DROP FUNCTION note_change_of_{table} CASCADE;")
            } else {
                ["insert", "update", "delete"]
                    .map(|verb| format!("DROP TRIGGER note_{verb}_of_{table};"))
                    .concat()
            };
            super::run(manager, &[&text]).await?;
        }
        let tables = "
            DROP TABLE record_changes;
            DROP TABLE ruling_signatures;
            DROP TABLE signing_keys;
            DROP TABLE log_subtrees;
            DROP TABLE records;
        ";
        super::run(manager, &[tables]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
