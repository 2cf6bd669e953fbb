//! The product through its API, on SQLite and on PostgreSQL.
//!
//! `app` starts it and speaks to it, `given` makes what a test needs, `postgres` finds or starts a server; each further file is about one noun.

mod app;
mod given;
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
mod articles;
mod assignments;
mod audit;
mod blind;
mod budget;
mod claims;
mod contract;
mod door;
mod drafts;
mod dropped;
mod events;
mod http;
mod members;
mod once;
mod pages;
mod paging;
mod public;
mod real_article;
mod repeats;
mod revisions;
mod ruled_together;
mod rulings;
mod scales;
mod schema;
mod search;
mod served;
mod socket;
mod sources;
mod stale;
mod summaries;
mod throttle;
mod together;
mod tokens;
mod verdicts;
mod walk;
