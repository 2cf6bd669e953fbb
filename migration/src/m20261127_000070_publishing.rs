//! The values that public pages and exports need: a newsroom's public profile, the slugs of
//! rulings, and the kind of claimant that makes a claim.

use sea_orm_migration::prelude::*;

super::sql_migration! {
    up: "
        -- NULL means that the newsroom does not say.
        ALTER TABLE newsrooms ADD COLUMN public_url text;
        ALTER TABLE newsrooms ADD COLUMN logo_url text;
        ALTER TABLE newsrooms ADD COLUMN licence text;
        ALTER TABLE newsrooms ADD COLUMN contact text;
        ALTER TABLE newsrooms ADD COLUMN corrections_policy_url text;

        -- NULL in rulings from before this column. Their id is their name in addresses. Never updated.
        ALTER TABLE rulings ADD COLUMN slug text;
        CREATE UNIQUE INDEX rulings_by_slug ON rulings (newsroom_id, slug);

        -- NULL means UNKNOWN.
        ALTER TABLE claims ADD COLUMN claimant_kind text;
        ALTER TABLE claims ADD COLUMN claimant_identifier text;
    ",
    down: "
        ALTER TABLE claims DROP COLUMN claimant_identifier;
        ALTER TABLE claims DROP COLUMN claimant_kind;
        DROP INDEX rulings_by_slug;
        ALTER TABLE rulings DROP COLUMN slug;
        ALTER TABLE newsrooms DROP COLUMN corrections_policy_url;
        ALTER TABLE newsrooms DROP COLUMN contact;
        ALTER TABLE newsrooms DROP COLUMN licence;
        ALTER TABLE newsrooms DROP COLUMN logo_url;
        ALTER TABLE newsrooms DROP COLUMN public_url;
    "
}
