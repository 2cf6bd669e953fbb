//! Deactivated memberships, and one-time links with which a member sets a new password.

use sea_orm_migration::prelude::*;

use super::m20261127_000030_records::triggers;

#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &str = "
    ALTER TABLE memberships ADD COLUMN deactivated_at timestamptz;

    -- Never deleted. The token is stored as a hash only.
    CREATE TABLE password_resets (
        id uuid PRIMARY KEY,
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        account_id uuid NOT NULL REFERENCES accounts (id),
        token_hash text NOT NULL UNIQUE,
        created_by uuid NOT NULL REFERENCES accounts (id),
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        revoked_at timestamptz
    );
    CREATE INDEX password_resets_of_account ON password_resets (account_id);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        super::run(manager, &[UP, &triggers("password_resets", &[("id", true)], backend)]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = super::drop_table_on_record("password_resets", manager);
        super::run(manager, &[&table, "ALTER TABLE memberships DROP COLUMN deactivated_at;"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
