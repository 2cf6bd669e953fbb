//! An index of the few events that change an account's name, which each request looks up.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        CREATE INDEX events_that_change_accounts ON events (number)
            WHERE log = 'server' AND kind IN ('PROFILE_CHANGED', 'ACCOUNT_ERASED');
    ",
    down: "DROP INDEX events_that_change_accounts;"
}
