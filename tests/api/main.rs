//! The product through its API, on SQLite and on PostgreSQL.
//!
//! `app` starts the server and its clients. `fixtures` creates objects for tests. `postgres` finds or
//! starts a database server. Each other file covers one noun.

mod app;
mod fixtures;
mod postbox;
mod postgres;

/// Tests that run twice: on SQLite and on PostgreSQL.
macro_rules! db_tests {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {
        $(
            $(#[$attribute])*
            mod $name {
                #[allow(unused_imports, reason = "a test may need none of them")]
                use super::*;

                async fn test($app: $crate::app::TestApp) $body

                #[test]
                fn on_sqlite() {
                    $crate::app::on_sqlite(test);
                }

                #[test]
                fn on_postgres() {
                    $crate::app::on_postgres(test);
                }
            }
        )+
    };
}

mod accounts;
mod activity;
mod agreement;
mod archive;
mod articles;
mod assignments;
mod audit;
mod blind;
mod bounds;
mod budget;
mod claim_filters;
mod claims;
mod comments;
mod contract;
mod counts;
mod door;
mod drafts;
mod dropped;
mod events;
mod exhaustion;
mod exports;
mod federation;
mod followers;
mod formats;
mod http;
mod kept;
mod labels;
mod mail_bounds;
mod mails;
mod members;
mod mending;
mod once;
mod outside_reviews;
mod pages;
mod paging;
mod people;
mod previews;
mod profile;
mod proofs;
mod public;
mod public_pages;
mod questions;
mod reading;
mod real_article;
mod receiver;
mod record;
mod repeats;
mod restored;
mod revisions;
mod rewritten;
mod rights;
mod ruled_together;
mod ruling_times;
mod rulings;
mod scales;
mod schema;
mod search;
mod served;
mod shared_work;
mod slugs;
mod socket;
mod sources;
mod stale;
mod summaries;
mod throttle;
mod together;
mod tokens;
mod verdicts;
mod walk;
mod webhooks;
mod weights;
mod wordings;
mod work;
