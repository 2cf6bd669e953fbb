//! Whether a reviewer changed the rating after the verdicts of others were open to them.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- NULL for submissions from before this column.
        ALTER TABLE submissions ADD COLUMN changed_after_reading boolean;
    ",
    down: "
        ALTER TABLE submissions DROP COLUMN changed_after_reading;
    "
}
