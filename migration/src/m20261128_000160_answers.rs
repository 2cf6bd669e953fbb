//! The questions that citations answer.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- NULL for citations that answer no question.
        ALTER TABLE citations ADD COLUMN question text;
        ALTER TABLE citations ADD COLUMN answer text;
        ALTER TABLE citations ADD COLUMN answer_type text;

        ALTER TABLE draft_citations ADD COLUMN question text;
        ALTER TABLE draft_citations ADD COLUMN answer text;
        ALTER TABLE draft_citations ADD COLUMN answer_type text;
    ",
    down: "
        ALTER TABLE draft_citations DROP COLUMN answer_type;
        ALTER TABLE draft_citations DROP COLUMN answer;
        ALTER TABLE draft_citations DROP COLUMN question;

        ALTER TABLE citations DROP COLUMN answer_type;
        ALTER TABLE citations DROP COLUMN answer;
        ALTER TABLE citations DROP COLUMN question;
    "
}
