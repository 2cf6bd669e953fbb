//! Webhooks: addresses of a newsroom's choice that the server sends new events to.

use sea_orm_migration::prelude::*;

use super::m20261127_000030_records::triggers;

#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &str = "
    -- The kinds are the names of kinds of events, with spaces between them. Null means every kind.
    CREATE TABLE webhooks (
        id uuid PRIMARY KEY,
        newsroom_id uuid NOT NULL REFERENCES newsrooms (id),
        created_by uuid NOT NULL REFERENCES accounts (id),
        url text NOT NULL,
        description text,
        kinds text,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        disabled_at timestamptz,
        disabled_reason text
    );
    CREATE INDEX webhooks_of_newsroom ON webhooks (newsroom_id);

    -- How far a webhook has come, and its secret. A webhook without a row sends nothing. The lease says which server
    -- sends at the moment. It ends at a time in seconds since 1970, by the database's clock.
    CREATE TABLE webhook_states (
        webhook_id uuid PRIMARY KEY REFERENCES webhooks (id),
        log text NOT NULL,
        last_number integer NOT NULL,
        failures integer NOT NULL,
        next_attempt_at timestamptz NOT NULL,
        secret text NOT NULL,
        previous_secret text,
        previous_until timestamptz,
        lease uuid,
        leased_until bigint NOT NULL
    );

    -- The last attempts of each webhook.
    CREATE TABLE webhook_deliveries (
        id uuid PRIMARY KEY,
        webhook_id uuid NOT NULL REFERENCES webhooks (id),
        number integer NOT NULL,
        attempt integer NOT NULL,
        attempted_at timestamptz NOT NULL,
        milliseconds integer NOT NULL,
        status integer,
        error text
    );
    CREATE INDEX deliveries_of_webhook ON webhook_deliveries (webhook_id, id);

    -- Events that an admin wants to be sent again.
    CREATE TABLE webhook_resends (
        webhook_id uuid NOT NULL REFERENCES webhooks (id),
        number integer NOT NULL,
        PRIMARY KEY (webhook_id, number)
    );
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        super::run(manager, &[UP, &triggers("webhooks", &[("id", true)], backend)]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let own =
            "DROP TABLE webhook_resends; DROP TABLE webhook_deliveries; DROP TABLE webhook_states;";
        super::run(manager, &[own, &super::drop_table_on_record("webhooks", manager)]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
