//! The results of claims, computed from the rows of the claims and their verdicts.
//!
//! The event log calls this, and claims and verdicts use the log. So the tables are named here, and
//! their modules are not used.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;

use chrono::Datelike;
use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend};

use super::parts::{self, Label, Part};
use super::shape::{PUBLISHED, Shape};
use super::tables::{of_claim, of_reviewer, of_source};
use crate::domain::error::Result;
use crate::domain::ids::{
    AccountId, ArticleId, ClaimId, NewsroomId, RatingId, RatingScaleId, SourceId,
};
use crate::domain::time::Moment;
use uuid::Uuid;

/// The days are numbered from here, so that no day has the number of a month.
const FIRST_DAY: i32 = 1_000_000;

/// The result of a claim's verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub claim: ClaimId,
    newsroom: NewsroomId,
    pub article: ArticleId,
    /// The claim that it repeats, or the claim itself.
    pub root: ClaimId,
    pub labels: Labels,
    marked_at: Moment,
    /// The figures that summaries count.
    pub shape: Shape,
    /// The current verdicts.
    pub reviewers: BTreeSet<Reviewer>,
    /// The sources that they cite.
    pub sources: BTreeSet<SourceId>,
}

/// The keys of a claim's claimant and tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    claimant: Option<Uuid>,
    tags: BTreeSet<Uuid>,
}

impl Labels {
    /// Reads them from what is kept of a claim.
    pub fn read(claimant: Option<Uuid>, tags: &str) -> Option<Self> {
        Some(Self { claimant, tags: keys(tags)? })
    }

    /// The parts of the newsroom that they name.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        let tags = self.tags.iter().map(|key| Part::of_label(Label::Tag, *key));
        self.claimant.into_iter().map(|key| Part::of_label(Label::Claimant, key)).chain(tags)
    }
}

/// A current verdict on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reviewer {
    account: AccountId,
    scale: RatingScaleId,
    is_paired: bool,
}

/// The number of the month that contains this time.
pub fn month_of(at: Moment) -> i32 {
    let date = at.time().date_naive();
    date.year() * 12 + date.month0().cast_signed()
}

/// The number of the day that contains this time.
pub fn day_of(at: Moment) -> i32 {
    FIRST_DAY + at.time().date_naive().num_days_from_ce()
}

impl Counted {
    /// The row that is kept of it.
    pub fn row(&self) -> of_claim::Model {
        let mut reviewers = String::new();
        for Reviewer { account, scale, is_paired } in &self.reviewers {
            let paired = if *is_paired { "paired" } else { "single" };
            let _ = write!(reviewers, "{}:{}:{paired} ", account.0.simple(), scale.0.simple());
        }
        let sources: Vec<_> = self.sources.iter().map(|id| id.0.simple().to_string()).collect();
        let tags: Vec<_> = self.labels.tags.iter().map(|id| id.simple().to_string()).collect();
        of_claim::Model {
            claim_id: self.claim,
            newsroom_id: self.newsroom,
            article_id: self.article,
            root_id: self.root,
            claimant_id: self.labels.claimant,
            marked_at: self.marked_at,
            month: month_of(self.marked_at),
            day: day_of(self.marked_at),
            shape: self.shape.to_string(),
            reviewers,
            sources: sources.join(" "),
            tags: tags.join(" "),
        }
    }

    /// Reads it from the row that is kept of it.
    pub fn read(row: &of_claim::Model) -> Option<Self> {
        let reviewer = |text: &str| {
            let mut parts = text.split(':');
            Some(Reviewer {
                account: AccountId(parts.next()?.parse().ok()?),
                scale: RatingScaleId(parts.next()?.parse().ok()?),
                is_paired: parts.next()? == "paired",
            })
        };
        Some(Self {
            claim: row.claim_id,
            newsroom: row.newsroom_id,
            article: row.article_id,
            root: row.root_id,
            labels: Labels::read(row.claimant_id, &row.tags)?,
            marked_at: row.marked_at,
            shape: Shape::read(&row.shape)?,
            reviewers: row.reviewers.split_whitespace().map(reviewer).collect::<Option<_>>()?,
            sources: keys(&row.sources)?.into_iter().map(SourceId).collect(),
        })
    }

    /// The rows of its reviewers.
    pub fn reviewer_rows(&self) -> impl Iterator<Item = of_reviewer::Model> {
        self.reviewers.iter().map(|one| of_reviewer::Model {
            newsroom_id: self.newsroom,
            reviewer_id: one.account,
            level: self.shape.level,
            claim_id: self.claim,
            scale_id: one.scale,
            is_paired: one.is_paired,
            marked_at: self.marked_at,
        })
    }

    /// The rows of its sources.
    pub fn source_rows(&self) -> impl Iterator<Item = of_source::Model> {
        self.sources.iter().map(|source| of_source::Model {
            source_id: *source,
            level: self.shape.level,
            claim_id: self.claim,
        })
    }

    /// The sums that count it, each by period and name.
    pub fn sums(&self) -> impl Iterator<Item = (i32, String)> {
        let shape = self.shape.to_string();
        let periods = [super::ALL_TIME, month_of(self.marked_at), day_of(self.marked_at)];
        let shapes = periods.into_iter().map(move |period| (period, shape.clone()));
        let raters = self.reviewers.iter().filter(|one| one.is_paired).map(|one| {
            let (scale, reviewer) = (one.scale.0.simple(), one.account.0.simple());
            (super::ALL_TIME, format!("rater {scale} {reviewer} {}", self.shape.level))
        });
        shapes.chain(raters)
    }

    /// The sums of parts of the newsroom that count it, each by part and name.
    pub fn part_sums(&self) -> impl Iterator<Item = (Part, String)> {
        let shape = self.shape.to_string();
        let judged =
            self.reviewers.iter().map(move |one| (Part::of_reviewer(one.account), shape.clone()));
        judged.chain(self.labels.parts().map(|part| (part, parts::CLAIMS.to_owned())))
    }
}

/// Reads keys from text. None if it is not a list of keys.
fn keys(text: &str) -> Option<BTreeSet<Uuid>> {
    text.split_whitespace().map(|key| key.parse().ok()).collect()
}

/// Reads what each of these claims comes to. Claims that do not count are left out.
pub async fn read(
    db: &impl ConnectionTrait,
    claims: &[ClaimId],
) -> Result<HashMap<ClaimId, Counted>> {
    let mut all: HashMap<ClaimId, Counted> = HashMap::new();
    let mut scales: HashMap<ClaimId, BTreeMap<RatingScaleId, Vec<AccountId>>> = HashMap::new();
    let mut verdicts_seen = HashSet::new();
    for row in db.query_all(&verdicts(db.get_database_backend(), claims)).await? {
        let claim: ClaimId = row.try_get_by_index(0)?;
        let state: String = row.try_get_by_index(3)?;
        let level = Shape::level(state == "PUBLISHED", row.try_get_by_index(4)?);
        let stale = row.try_get_by_index(5)?;
        let (newsroom, marked_at) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let repeated: Option<ClaimId> = row.try_get_by_index(7)?;
        let tags: Option<String> = row.try_get_by_index(9)?;
        let claimant = row.try_get_by_index(8)?;
        let labels = Labels::read(claimant, tags.as_deref().unwrap_or_default());
        let article = row.try_get_by_index(6)?;
        let counted = all.entry(claim).or_insert_with(|| Counted {
            claim,
            newsroom,
            article,
            root: repeated.unwrap_or(claim),
            labels: labels.unwrap_or_default(),
            marked_at,
            shape: Shape { level, stale, ..Shape::default() },
            reviewers: BTreeSet::new(),
            sources: BTreeSet::new(),
        });
        let Some(reviewer) = row.try_get_by_index::<Option<AccountId>>(10)? else { continue };
        counted.sources.extend(row.try_get_by_index::<Option<SourceId>>(15)?);
        // A verdict has a row for each citation.
        if !verdicts_seen.insert((claim, reviewer)) {
            continue;
        }
        let rating: RatingId = row.try_get_by_index(11)?;
        *counted.shape.ratings.entry(rating).or_default() += 1;
        counted.shape.unsourced += i64::from(row.try_get_by_index::<i32>(13)? == 0);
        let changed: Option<bool> = row.try_get_by_index(14)?;
        counted.shape.changed += i64::from(changed.unwrap_or(false));
        let scale: RatingScaleId = row.try_get_by_index(12)?;
        scales.entry(claim).or_default().entry(scale).or_default().push(reviewer);
    }
    for (claim, scales) in &scales {
        let Some(counted) = all.get_mut(claim) else { continue };
        for (scale, reviewers) in scales {
            let is_paired = reviewers.len() > 1;
            let one = |account| Reviewer { account, scale: *scale, is_paired };
            counted.reviewers.extend(reviewers.iter().copied().map(one));
        }
    }
    Ok(all)
}

/// The claims that count, each with its current verdicts and the sources that these cite.
fn verdicts(backend: DbBackend, claims: &[ClaimId]) -> SelectStatement {
    let tags = match backend {
        DbBackend::Postgres => "string_agg(tag_id::text, ' ')",
        _ => "group_concat(lower(hex(tag_id)), ' ')",
    };
    let col = |table: &'static str, column: &'static str| Expr::col((table, column));
    let present = col("articles", "id")
        .equals(("claims", "article_id"))
        .and(col("articles", "withdrawn_at").is_null());
    let current = col("verdicts", "claim_id")
        .equals(("claims", "id"))
        .and(col("verdicts", "state").eq("SUBMITTED"));
    Query::select()
        .columns(
            [
                "id",
                "newsroom_id",
                "marked_at",
                "state",
                "verdict_count",
                "stale",
                "article_id",
                "repeats_id",
            ]
            .map(|column| ("claims", column)),
        )
        .column(("claim_keys", "claimant_id"))
        .expr(Expr::cust(format!(
            "(SELECT {tags} FROM claim_tag_keys WHERE claim_tag_keys.claim_id = claims.id)"
        )))
        .column(("verdicts", "reviewer_id"))
        .column(("submissions", "rating_id"))
        .column(("ratings", "scale_id"))
        .columns(["citation_count", "changed_after_reading"].map(|column| ("submissions", column)))
        .column(("citations", "source_id"))
        .from("claims")
        .join(JoinType::InnerJoin, "articles", present)
        .join(
            JoinType::LeftJoin,
            "claim_keys",
            col("claim_keys", "claim_id").equals(("claims", "id")),
        )
        .join(JoinType::LeftJoin, "verdicts", current)
        .join(
            JoinType::LeftJoin,
            "submissions",
            col("submissions", "id").equals(("verdicts", "submission_id")),
        )
        .join(
            JoinType::LeftJoin,
            "ratings",
            col("ratings", "id").equals(("submissions", "rating_id")),
        )
        .join(
            JoinType::LeftJoin,
            "citations",
            col("citations", "submission_id").equals(("submissions", "id")),
        )
        .and_where(col("claims", "id").is_in(claims.iter().copied()))
        .and_where(col("claims", "state").ne("WITHDRAWN"))
        .to_owned()
}

/// Whether a claim with this level is open to all members, if the policy requires `least` verdicts.
pub const fn is_open(level: i32, least: i32) -> bool {
    level == PUBLISHED || level >= least
}
