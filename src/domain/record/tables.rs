//! Lists every table and column of the schema: those that are on record, and those that are not,
//! each with the reason.
//!
//! A test compares these lists with the schema. It fails for a table or column that is in neither.
//!
//! To put a new table on record, add a line to [`TABLES`], and a migration with triggers like those
//! of `m20261127_000030_records`. To put a new column of an old table on record, add its name. The
//! column must be null in the rows that exist already, because their digests leave null columns
//! out.

/// A table on record.
pub struct Table {
    /// The name.
    pub name: &'static str,
    /// The columns that name a record. The first is a UUID. Rows with the same key share a digest.
    pub key: &'static [&'static str],
    /// The column that orders rows with the same key.
    pub order: Option<&'static str>,
    /// The newsroom or the server that the rows belong to.
    pub owner: Owner,
    /// The number of keys that are read at once, so that few large texts are in memory.
    pub page: usize,
    /// Columns with UUIDs.
    pub ids: &'static [&'static str],
    /// Columns with text.
    pub texts: &'static [&'static str],
    /// Columns with integers.
    pub integers: &'static [&'static str],
    /// Columns with booleans.
    pub booleans: &'static [&'static str],
    /// Columns with times.
    pub times: &'static [&'static str],
    /// Columns with days.
    pub days: &'static [&'static str],
}

/// The types of columns on record.
pub const TYPES: [&str; 6] = ["uuid", "text", "integer", "boolean", "timestamptz", "date"];

/// The log that covers a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The server's own log.
    Server,
    /// The row is a newsroom.
    Itself,
    /// The first column refers to a row of the second table. Both rows have the same owner.
    Of(&'static str, &'static str),
}

const TABLE: Table = Table {
    name: "",
    key: &["id"],
    order: None,
    owner: Owner::Of("newsroom_id", "newsrooms"),
    page: 250,
    ids: &[],
    texts: &[],
    integers: &[],
    booleans: &[],
    times: &[],
    days: &[],
};

/// The tables on record, with their columns. The last event of a transaction covers the rows that
/// the transaction wrote. A comment on each table lists the kinds of event that cover it.
pub const TABLES: [Table; 31] = [
    // ACCOUNT_CREATED, the SESSION_STARTED of an accepted invitation, PROFILE_CHANGED and
    // ACCOUNT_ERASED.
    Table {
        name: "accounts",
        owner: Owner::Server,
        ids: &["id"],
        texts: &["email", "display_name"],
        times: &["created_at"],
        ..TABLE
    },
    // SIGNING_KEY_CREATED and SIGNING_KEY_ROTATED.
    Table {
        name: "signing_keys",
        owner: Owner::Server,
        ids: &["id"],
        texts: &["key_id", "public_key"],
        times: &["created_at", "retired_at"],
        ..TABLE
    },
    // NEWSROOM_CREATED, POLICY_SET, NEWSROOM_PROFILE_UPDATED and every event that raises its version.
    Table {
        name: "newsrooms",
        owner: Owner::Itself,
        ids: &["id"],
        texts: &[
            "slug",
            "name",
            "public_url",
            "logo_url",
            "licence",
            "contact",
            "corrections_policy_url",
        ],
        integers: &["verdicts_required", "version"],
        booleans: &["blind_review", "second_reader", "public_reading"],
        times: &["created_at"],
        ..TABLE
    },
    // MEMBER_ADDED, INVITATION_ACCEPTED, ROLE_SET, MEMBER_DEACTIVATED, MEMBER_REACTIVATED,
    // MEMBER_REMOVED and ACCOUNT_ERASED.
    Table {
        name: "memberships",
        ids: &["id", "newsroom_id", "account_id"],
        texts: &["role"],
        integers: &["version"],
        times: &["created_at", "deactivated_at"],
        ..TABLE
    },
    // PASSWORD_RESET_CREATED and PASSWORD_RESET.
    Table {
        name: "password_resets",
        ids: &["id", "newsroom_id", "account_id", "created_by"],
        texts: &["token_hash"],
        times: &["created_at", "expires_at", "used_at", "revoked_at"],
        ..TABLE
    },
    // MEMBER_INVITED, INVITATION_ACCEPTED and INVITATION_REVOKED.
    Table {
        name: "invitations",
        ids: &["id", "newsroom_id", "invited_by"],
        texts: &["email", "role", "token_hash"],
        times: &["created_at", "expires_at", "accepted_at", "revoked_at"],
        ..TABLE
    },
    // API_TOKEN_CREATED and API_TOKEN_REVOKED.
    Table {
        name: "api_tokens",
        ids: &["id", "newsroom_id", "account_id"],
        texts: &["name", "role", "token_hash"],
        times: &["created_at", "expires_at", "revoked_at"],
        ..TABLE
    },
    // WEBHOOK_CREATED, WEBHOOK_UPDATED, WEBHOOK_DELETED and WEBHOOK_DISABLED.
    Table {
        name: "webhooks",
        ids: &["id", "newsroom_id", "created_by"],
        texts: &["url", "description", "kinds", "disabled_reason"],
        integers: &["version"],
        times: &["created_at", "disabled_at"],
        ..TABLE
    },
    // OUTSIDE_REVIEWS_IMPORTED and OUTSIDE_REVIEW_REMOVED.
    Table {
        name: "outside_reviews",
        ids: &["id", "newsroom_id", "imported_by"],
        texts: &["key", "url", "publisher", "statement", "claimant", "rating", "title", "language"],
        integers: &["version"],
        times: &["imported_at"],
        days: &["claimed_on", "reviewed_on"],
        ..TABLE
    },
    // NEWSROOM_CREATED and RATING_SCALE_REPLACED.
    Table {
        name: "rating_scales",
        ids: &["id", "newsroom_id"],
        texts: &["name"],
        integers: &["number"],
        times: &["created_at"],
        ..TABLE
    },
    Table {
        name: "ratings",
        owner: Owner::Of("scale_id", "rating_scales"),
        ids: &["id", "scale_id"],
        texts: &["key", "label", "description", "colour"],
        integers: &["ordinal", "rank"],
        booleans: &["needs_source"],
        ..TABLE
    },
    // ARTICLE_IMPORTED, ARTICLE_REVISED, ARTICLE_EDITED and every event that raises its version.
    Table {
        name: "articles",
        ids: &["id", "newsroom_id", "imported_by"],
        texts: &[
            "title",
            "folded_title",
            "url",
            "publisher",
            "author",
            "language",
            "withdrawn_reason",
        ],
        integers: &["version"],
        times: &["published_at", "imported_at", "withdrawn_at"],
        ..TABLE
    },
    Table {
        name: "revisions",
        owner: Owner::Of("article_id", "articles"),
        page: 4,
        ids: &["id", "article_id", "author_id"],
        texts: &["text", "sha256", "note"],
        integers: &["number", "length"],
        times: &["created_at"],
        ..TABLE
    },
    // One digest for all spans of a revision, because they are always written together.
    Table {
        name: "spans",
        key: &["revision_id"],
        order: Some("id"),
        owner: Owner::Of("revision_id", "revisions"),
        page: 4,
        ids: &["id", "revision_id"],
        texts: &["kind"],
        integers: &[
            "ordinal",
            "start_at",
            "end_at",
            "utf16_start",
            "utf16_end",
            "utf8_start",
            "utf8_end",
        ],
        ..TABLE
    },
    // CLAIM_MARKED, and every event on the claim or on a verdict on it.
    Table {
        name: "claims",
        ids: &["id", "newsroom_id", "article_id", "repeats_id", "marked_by", "revision_id"],
        texts: &[
            "statement",
            "claimant",
            "claimant_kind",
            "claimant_identifier",
            "folded",
            "state",
            "withdrawn_reason",
            "standing",
        ],
        integers: &["verdict_count", "position", "version", "wording", "reread_from"],
        booleans: &["stale"],
        times: &["marked_at", "withdrawn_at"],
        days: &["claimed_on"],
        ..TABLE
    },
    Table {
        name: "claim_tags",
        key: &["claim_id", "tag"],
        owner: Owner::Of("claim_id", "claims"),
        ids: &["claim_id"],
        texts: &["tag"],
        ..TABLE
    },
    Table {
        name: "anchors",
        owner: Owner::Of("claim_id", "claims"),
        ids: &["id", "claim_id", "revision_id"],
        texts: &["status", "exact", "prefix", "suffix"],
        integers: &[
            "wording",
            "ordinal",
            "start_at",
            "end_at",
            "utf16_start",
            "utf16_end",
            "utf8_start",
            "utf8_end",
        ],
        ..TABLE
    },
    // CLAIM_ASSIGNED and CLAIM_UNASSIGNED.
    Table {
        name: "assignments",
        key: &["claim_id", "reviewer_id"],
        owner: Owner::Of("claim_id", "claims"),
        ids: &["claim_id", "reviewer_id", "assigned_by"],
        texts: &["note"],
        times: &["due_at", "assigned_at"],
        ..TABLE
    },
    // VERDICT_SUBMITTED, VERDICT_WITHDRAWN and VERDICT_REAFFIRMED. Sources and their citations also
    // by SOURCES_MERGED, SOURCES_UNMERGED and SOURCES_REKEYED.
    Table {
        name: "verdicts",
        ids: &["id", "newsroom_id", "claim_id", "reviewer_id", "submission_id"],
        texts: &["state", "withdrawn_reason", "reaffirm_note"],
        integers: &["version", "read_wording", "read_revision"],
        times: &["withdrawn_at", "reaffirmed_at"],
        ..TABLE
    },
    Table {
        name: "submissions",
        owner: Owner::Of("verdict_id", "verdicts"),
        ids: &["id", "verdict_id", "rating_id"],
        texts: &["rationale"],
        integers: &["number", "claim_version", "citation_count"],
        booleans: &["changed_after_reading"],
        times: &["submitted_at"],
        ..TABLE
    },
    Table {
        name: "sources",
        ids: &["id", "newsroom_id", "merged_into", "root_id"],
        texts: &["url"],
        times: &["created_at"],
        ..TABLE
    },
    Table {
        name: "citations",
        owner: Owner::Of("source_id", "sources"),
        ids: &["id", "submission_id", "verdict_id", "source_id"],
        texts: &[
            "url",
            "title",
            "publisher",
            "stance",
            "quote",
            "archive_url",
            "kind",
            "description",
            "doi",
            "isbn",
            "issn",
            "question",
            "answer",
            "answer_type",
        ],
        integers: &["ordinal"],
        times: &["accessed_at"],
        ..TABLE
    },
    // CLAIMANTS_MERGED and CLAIMANTS_UNMERGED.
    Table {
        name: "claimant_merges",
        ids: &["id", "newsroom_id", "claimant_id", "into_id"],
        texts: &["name", "into_name"],
        times: &["merged_at"],
        ..TABLE
    },
    // RULING_PUBLISHED and RULING_CORRECTED.
    Table {
        name: "rulings",
        ids: &["id", "newsroom_id", "claim_id", "rating_id", "published_by", "basis_revision_id"],
        texts: &["slug", "state", "summary", "dissent"],
        integers: &["number", "basis", "basis_wording", "version"],
        times: &["published_at"],
        ..TABLE
    },
    Table {
        name: "ruling_verdicts",
        key: &["ruling_id", "basis", "submission_id"],
        owner: Owner::Of("ruling_id", "rulings"),
        ids: &["ruling_id", "submission_id"],
        texts: &["reaffirm_note"],
        integers: &["basis", "read_revision"],
        booleans: &["dissents"],
        times: &["reaffirmed_at"],
        ..TABLE
    },
    Table {
        name: "ruling_quotes",
        key: &["ruling_id", "basis", "ordinal"],
        owner: Owner::Of("ruling_id", "rulings"),
        ids: &["ruling_id"],
        texts: &["exact", "prefix", "suffix", "title"],
        integers: &["basis", "ordinal"],
        ..TABLE
    },
    Table {
        name: "corrections",
        key: &["ruling_id", "number"],
        ids: &["ruling_id", "newsroom_id", "made_by", "previous_rating_id"],
        texts: &["kind", "reason", "previous_summary", "previous_dissent"],
        integers: &["number", "previous_basis"],
        times: &["made_at"],
        ..TABLE
    },
    Table {
        name: "ruling_signatures",
        key: &["ruling_id", "version"],
        owner: Owner::Of("ruling_id", "rulings"),
        ids: &["ruling_id"],
        texts: &["key_id", "payload", "signature"],
        integers: &["version"],
        ..TABLE
    },
    // COMMENT_ADDED, COMMENT_EDITED, COMMENT_RESOLVED and COMMENT_REOPENED.
    Table {
        name: "comments",
        ids: &[
            "id",
            "newsroom_id",
            "claim_id",
            "verdict_id",
            "parent_id",
            "author_id",
            "resolved_by",
        ],
        texts: &["text"],
        integers: &["version"],
        times: &["created_at", "edited_at", "resolved_at"],
        ..TABLE
    },
    Table {
        name: "comment_revisions",
        key: &["comment_id", "number"],
        owner: Owner::Of("comment_id", "comments"),
        ids: &["comment_id"],
        texts: &["text"],
        integers: &["number"],
        times: &["written_at"],
        ..TABLE
    },
    Table {
        name: "comment_mentions",
        key: &["comment_id", "account_id"],
        owner: Owner::Of("comment_id", "comments"),
        ids: &["comment_id", "account_id"],
        ..TABLE
    },
];

/// The tables that are not on record, each with the reason.
pub const TABLES_NOT_ON_RECORD: [(&str, &str); 33] = [
    ("events", "the hash chain covers it"),
    ("event_logs", "verified against the hash chain"),
    ("records", "the events contain its digests"),
    ("log_subtrees", "verified against the events"),
    ("record_changes", "notes of transactions that have not ended"),
    ("passwords", "a secret of one account, which is also hashed again without an event"),
    ("sessions", "they come and go with sign-ins, and are nobody's statement"),
    ("verdict_drafts", "not submitted, so not on record; a reviewer's own"),
    ("draft_citations", "part of drafts"),
    ("article_keys", "derived from the addresses and texts of articles, to find duplicates"),
    ("claim_keys", "derived from claims and merges of claimants, for filters"),
    ("claim_tag_keys", "derived from the tags of claims, for filters"),
    ("derived_rules", "the version of the rules for what is derived from other rows"),
    ("search_sizes", "the search index"),
    ("search_documents", "the search index, derived from articles and claims"),
    ("search_words", "the search index"),
    ("search_vocabulary", "the search index"),
    ("claim_counts", "kept counts, derived from claims and verdicts"),
    ("reviewer_counts", "kept counts"),
    ("source_counts", "kept counts"),
    ("article_counts", "kept counts"),
    ("count_sums", "the sums of kept counts"),
    ("part_sums", "the sums of kept counts"),
    ("counted_newsrooms", "the newsrooms whose kept counts are complete"),
    ("idempotency", "a cache of responses, encrypted for their clients"),
    ("webhook_states", "how far each webhook has come, and its secret, which no archive may have"),
    ("webhook_deliveries", "the last answers of receivers, which are nobody's statement"),
    ("webhook_resends", "requests that end with the next attempt"),
    ("mail_settings", "what one account wants mails about, with a secret for its links"),
    ("mails", "they wait to be sent, with a secret until then, and are deleted a month later"),
    ("mail_positions", "how far the logs were looked at for mails"),
    ("throttle", "counts of failed sign-ins"),
    ("seaql_migrations", "the schema's own version"),
];

/// The columns of tables on record that are not on record, each with the reason.
pub const COLUMNS_NOT_ON_RECORD: [(&str, &str, &str); 1] =
    [("api_tokens", "last_used_at", "noted with each request, without an event")];

impl Table {
    /// The table on record with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// The tables whose rows belong to the server, or to newsrooms.
    pub fn of(server: bool) -> impl Iterator<Item = &'static Self> {
        TABLES.iter().filter(move |table| (table.owner == Owner::Server) == server)
    }

    /// The columns on record.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns_by_type().into_iter().flatten().copied()
    }

    /// The columns on record of each type, in the order of [`TYPES`].
    pub const fn columns_by_type(&self) -> [&'static [&'static str]; TYPES.len()] {
        [self.ids, self.texts, self.integers, self.booleans, self.times, self.days]
    }
}
