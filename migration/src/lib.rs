//! The database schema of Claimspan, one file a noun group.
//!
//! Each file is plain SQL that SQLite and PostgreSQL read alike: both know `uuid`, `boolean`, `timestamptz` and `date` as column types
//! (SQLite by taking any name), both keep foreign keys, unique indexes and checks.

pub use sea_orm_migration::{MigratorTrait, SchemaManager};

use sea_orm_migration::prelude::*;

mod m20261101_000001_newsrooms;
mod m20261101_000002_articles;
mod m20261101_000003_claims;
mod m20261101_000004_verdicts;
mod m20261101_000005_events;
mod m20261101_000020_gates;

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
            Box::new(m20261101_000020_gates::Migration),
        ]
    }
}

/// A migration that is two texts of SQL, run whole or not at all.
macro_rules! sql_migration {
    (up: $up:literal, down: $down:literal) => {
        #[derive(DeriveMigrationName)]
        pub struct Migration;

        #[sea_orm_migration::async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                manager.get_connection().execute_unprepared($up).await.map(drop)
            }

            async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                manager.get_connection().execute_unprepared($down).await.map(drop)
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}
use sql_migration;
