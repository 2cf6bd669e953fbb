//! The words that a ruling judges, and what its reviewers had read.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- The wording and the revision that the current basis judges. Null for rulings from before this migration whose words have changed.
        ALTER TABLE rulings ADD COLUMN basis_wording integer;
        ALTER TABLE rulings ADD COLUMN basis_revision_id uuid;
        UPDATE rulings SET basis_wording = 1, basis_revision_id = (SELECT revision_id FROM claims WHERE claims.id = rulings.claim_id)
            WHERE (SELECT wording FROM claims WHERE claims.id = rulings.claim_id) = 1;

        ALTER TABLE ruling_verdicts ADD COLUMN reaffirmed_at timestamptz;
        ALTER TABLE ruling_verdicts ADD COLUMN reaffirm_note text;
        ALTER TABLE ruling_verdicts ADD COLUMN read_revision integer;
    ",
    down: "
        ALTER TABLE ruling_verdicts DROP COLUMN read_revision;
        ALTER TABLE ruling_verdicts DROP COLUMN reaffirm_note;
        ALTER TABLE ruling_verdicts DROP COLUMN reaffirmed_at;
        ALTER TABLE rulings DROP COLUMN basis_revision_id;
        ALTER TABLE rulings DROP COLUMN basis_wording;
    "
}
