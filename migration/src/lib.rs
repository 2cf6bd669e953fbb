//! The database schema of Claimspan, with one file per group of nouns.
//!
//! Each file is plain SQL that both SQLite and PostgreSQL accept. Both support `uuid`, `boolean`,
//! `timestamptz` and `date` as column types, because SQLite accepts any type name. Both support
//! foreign keys, unique indexes and checks.

pub use sea_orm_migration::{MigratorTrait, SchemaManager};

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

mod m20261101_000001_newsrooms;
mod m20261101_000002_articles;
mod m20261101_000003_claims;
mod m20261101_000004_verdicts;
mod m20261101_000005_events;
mod m20261101_000006_rulings;
mod m20261101_000007_search;
mod m20261101_000020_gates;
mod m20261127_000021_wordings;
mod m20261127_000030_records;
mod m20261127_000031_changed_after_reading;
mod m20261127_000040_mending;
mod m20261127_000050_comments;
mod m20261127_000051_accounts;
mod m20261127_000060_finding;
mod m20261127_000070_publishing;
mod m20261127_000080_as_of;
mod m20261128_000100_counts;
mod m20261128_000130_webhooks;
mod m20261128_000150_outside_reviews;
mod m20261128_000160_answers;
mod m20261128_000170_mails;
mod m20261128_000180_labels_counted;

/// Every migration, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_newsrooms::Migration),
            Box::new(m20261101_000002_articles::Migration),
            Box::new(m20261101_000003_claims::Migration),
            Box::new(m20261101_000004_verdicts::Migration),
            Box::new(m20261101_000005_events::Migration),
            Box::new(m20261101_000006_rulings::Migration),
            Box::new(m20261101_000007_search::Migration),
            Box::new(m20261101_000020_gates::Migration),
            Box::new(m20261127_000021_wordings::Migration),
            Box::new(m20261127_000030_records::Migration),
            Box::new(m20261127_000031_changed_after_reading::Migration),
            Box::new(m20261127_000040_mending::Migration),
            Box::new(m20261127_000050_comments::Migration),
            Box::new(m20261127_000051_accounts::Migration),
            Box::new(m20261127_000060_finding::Migration),
            Box::new(m20261127_000070_publishing::Migration),
            Box::new(m20261127_000080_as_of::Migration),
            Box::new(m20261128_000100_counts::Migration),
            Box::new(m20261128_000130_webhooks::Migration),
            Box::new(m20261128_000150_outside_reviews::Migration),
            Box::new(m20261128_000160_answers::Migration),
            Box::new(m20261128_000170_mails::Migration),
            Box::new(m20261128_000180_labels_counted::Migration),
        ]
    }
}

/// The data that undoing a migration loses, by the migration's name.
const LOSSES: [(&str, &str); 23] = [
    ("m20261101_000001_newsrooms", "all newsrooms, accounts, memberships, sessions and API tokens"),
    ("m20261101_000002_articles", "all articles and their revisions"),
    ("m20261101_000003_claims", "all claims, their tags and their anchors"),
    ("m20261101_000004_verdicts", "all verdicts, citations, sources and rating scales"),
    ("m20261101_000005_events", "all audit logs"),
    ("m20261101_000006_rulings", "all rulings, corrections, drafts and assignments"),
    ("m20261101_000007_search", "the search index, which the next start builds again"),
    (
        "m20261101_000020_gates",
        "the counts of sign-in attempts and the answers to idempotency keys",
    ),
    ("m20261127_000021_wordings", "what published rulings say about the words that they judged"),
    ("m20261127_000030_records", "the digests by which `audit verify` finds changed rows"),
    (
        "m20261127_000031_changed_after_reading",
        "which reviewers changed a rating after reading others",
    ),
    (
        "m20261127_000040_mending",
        "withdrawals of articles, merges of sources, and sources without a web address",
    ),
    ("m20261127_000050_comments", "all comments and mentions"),
    ("m20261127_000051_accounts", "password resets, deactivations and erasures"),
    (
        "m20261127_000060_finding",
        "merges of claimants, and the search index, which only a newer version builds again",
    ),
    (
        "m20261127_000070_publishing",
        "newsrooms' public profiles, the addresses of rulings, and what claimants are",
    ),
    ("m20261127_000080_as_of", "nothing"),
    ("m20261128_000100_counts", "the kept counts, which only a newer version makes again"),
    ("m20261128_000130_webhooks", "all webhooks, their secrets, and how far each has come"),
    ("m20261128_000150_outside_reviews", "all fact-checks of other publishers"),
    ("m20261128_000160_answers", "the questions that citations answer, with their answers"),
    ("m20261128_000170_mails", "what accounts want mails about, and mails that were not sent yet"),
    ("m20261128_000180_labels_counted", "the kept counts, which the next start makes again"),
];

/// The data that would be lost if the migration of this name were undone.
pub fn loss(name: &str) -> &'static str {
    LOSSES.iter().find(|(known, _)| *known == name).map_or("what it added", |(_, loss)| loss)
}

/// A migration of two SQL texts, one up and one down. Each runs completely or not at all. Each
/// database can have additional SQL of its own.
macro_rules! sql_migration {
    (up: $up:literal, down: $down:literal) => {
        super::sql_migration! { up: $up, up_on_sqlite: "", up_on_postgres: "", down: $down, down_on_postgres: "" }
    };
    (up: $up:literal, up_on_sqlite: $up_on_sqlite:literal, up_on_postgres: $up_on_postgres:literal,
     down: $down:literal, down_on_postgres: $down_on_postgres:literal) => {
        #[derive(DeriveMigrationName)]
        pub struct Migration;

        #[sea_orm_migration::async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                let own = match manager.get_database_backend() {
                    sea_orm_migration::sea_orm::DbBackend::Postgres => $up_on_postgres,
                    _ => $up_on_sqlite,
                };
                super::run(manager, &[$up, own]).await
            }

            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                let own = match manager.get_database_backend() {
                    sea_orm_migration::sea_orm::DbBackend::Postgres => $down_on_postgres,
                    _ => "",
                };
                super::run(manager, &[$down, own]).await
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
use sql_migration;

async fn run(manager: &SchemaManager<'_>, texts: &[&str]) -> Result<(), DbErr> {
    for text in texts.iter().filter(|text| !text.is_empty()) {
        manager.get_connection().execute_unprepared(text).await?;
    }
    Ok(())
}

/// SQL that drops a table together with the triggers that note its changes.
fn drop_table_on_record(table: &str, manager: &SchemaManager<'_>) -> String {
    let is_postgres = manager.get_database_backend() == sea_orm::DbBackend::Postgres;
    // SQLite drops the triggers with their table.
    let function = format!("DROP FUNCTION note_change_of_{table} CASCADE;");
    format!("{} DROP TABLE {table};", if is_postgres { &*function } else { "" })
}

#[cfg(test)]
mod tests {
    use super::{LOSSES, Migrator, MigratorTrait};

    #[test]
    fn every_migration_says_what_undoing_it_would_lose() {
        let names: Vec<_> =
            Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
        assert_eq!(names, LOSSES.map(|(name, _)| name));
    }
}
