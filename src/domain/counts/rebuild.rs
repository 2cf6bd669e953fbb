//! Counting all over: fills the counts of newsrooms that have none, checks counts, and mends them.
//!
//! Invariants: readers and writers go on meanwhile. A page of claims is counted while their articles
//! are locked, and the sums are changed under the log's lock, as each write does it.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, DbBackend, QueryOrder, QuerySelect, Statement};

use super::counted::{self, Counted};
use super::parts::{Kind, Label};
use super::tables::{counted as counted_newsroom, of_reviewer, of_source};
use super::{Change, complete};
use crate::domain::error::Result;
use crate::domain::ids::{ArticleId, ClaimId, NewsroomId};
use crate::domain::store::{self, Db, Writes};
use crate::domain::{article, claim, event, newsroom};

/// The number of articles or claims that are looked at in one transaction.
const PAGE: u64 = 250;
/// The most differences of sums that are named.
const MOST_SUMS: usize = 100;

/// The kinds of parts.
const KINDS: [Kind; 3] = [Kind::Reviewer, Kind::Label(Label::Claimant), Kind::Label(Label::Tag)];

/// Counts the newsrooms whose counts are not complete.
pub async fn fill(db: &Db) -> Result<()> {
    let ids = newsroom::Entity::find().select_only().column(newsroom::Column::Id);
    for id in ids.into_tuple::<NewsroomId>().all(db).await? {
        if !super::are_complete(db, id).await? {
            rebuild(db, id).await?;
        }
    }
    Ok(())
}

/// Counts a newsroom again. Meanwhile, its summaries are computed from its verdicts.
pub async fn rebuild(db: &Db, newsroom: NewsroomId) -> Result<()> {
    counted_newsroom::Entity::delete_by_id(newsroom).exec(db).await?;
    look_at_all(db, newsroom, Task::Count).await?;
    // Each in a transaction of its own, so that no writer waits long.
    for kind in KINDS {
        store::transaction(db, Vec::new(), move |txn| async move {
            event::hold_log(&txn, newsroom).await?;
            sum_parts_again(&txn, newsroom, kind).await
        })
        .await?;
    }
    store::transaction(db, Vec::new(), move |txn| async move {
        event::hold_log(&txn, newsroom).await?;
        sum_again(&txn, newsroom).await?;
        complete(&txn, newsroom).await
    })
    .await
}

/// Compares what is kept of a newsroom with its rows. Returns a line for each difference.
pub async fn check(db: &Db, newsroom: NewsroomId) -> Result<Vec<String>> {
    let mut found = look_at_all(db, newsroom, Task::Check).await?;
    found.extend(check_sums(db, newsroom).await?);
    Ok(found)
}

/// The work on a page of articles or claims.
#[derive(Clone, Copy)]
enum Task {
    /// Count them.
    Count,
    /// Name the differences between what is kept and what they come to.
    Check,
}

/// Looks at all articles and claims of a newsroom, each page in a transaction of its own.
async fn look_at_all(db: &Db, newsroom: NewsroomId, task: Task) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut last: Option<ArticleId> = None;
    loop {
        let mut list = article::Entity::find()
            .select_only()
            .column(article::Column::Id)
            .filter(article::Column::NewsroomId.eq(newsroom));
        if let Some(last) = last {
            list = list.filter(article::Column::Id.gt(last));
        }
        let list = list.order_by_asc(article::Column::Id).limit(PAGE);
        let page: Vec<ArticleId> = list.into_tuple().all(db).await?;
        let Some(newest) = page.last() else { break };
        last = Some(*newest);
        let look = store::transaction(db, Vec::new(), move |txn| async move {
            look_at_articles(&txn, newsroom, &page, task).await
        });
        found.extend(look.await?);
    }
    let mut last: Option<ClaimId> = None;
    loop {
        let mut list = claim::Entity::find()
            .select_only()
            .columns([claim::Column::Id, claim::Column::ArticleId])
            .filter(claim::Column::NewsroomId.eq(newsroom));
        if let Some(last) = last {
            list = list.filter(claim::Column::Id.gt(last));
        }
        let list = list.order_by_asc(claim::Column::Id).limit(PAGE);
        let page: Vec<(ClaimId, ArticleId)> = list.into_tuple().all(db).await?;
        let Some((newest, _)) = page.last() else { return Ok(found) };
        last = Some(*newest);
        let look = store::transaction(db, Vec::new(), move |txn| async move {
            look_at_claims(&txn, newsroom, &page, task).await
        });
        found.extend(look.await?);
    }
}

async fn look_at_articles(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    page: &[ArticleId],
    task: Task,
) -> Result<Vec<String>> {
    lock_articles(txn, page.iter().copied().collect()).await?;
    match task {
        Task::Count => {
            let mut change = Change::default();
            let around = super::written::read(txn, page, &[]).await?;
            let claims = change.count_articles(txn, newsroom, &around.articles).await?;
            change.count_claims(txn, &claims).await?;
            sum(txn, newsroom, change).await?;
            Ok(Vec::new())
        }
        Task::Check => {
            let around = super::written::read(txn, page, &[]).await?;
            let wrong = around.articles.iter().filter(|one| one.is_counted == one.is_withdrawn);
            let line = |one: &super::written::Article| {
                if one.is_withdrawn {
                    format!("{} is withdrawn, and is counted", one.id)
                } else {
                    format!("{} is not counted", one.id)
                }
            };
            Ok(wrong.map(line).collect())
        }
    }
}

async fn look_at_claims(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    page: &[(ClaimId, ArticleId)],
    task: Task,
) -> Result<Vec<String>> {
    lock_articles(txn, page.iter().map(|(_, article)| *article).collect()).await?;
    let claims: Vec<_> = page.iter().map(|(claim, _)| *claim).collect();
    match task {
        Task::Count => {
            let mut change = Change::default();
            change.recount_claims(txn, &claims).await?;
            sum(txn, newsroom, change).await?;
            Ok(Vec::new())
        }
        Task::Check => check_claims(txn, &claims).await,
    }
}

async fn sum(txn: &DatabaseTransaction, newsroom: NewsroomId, change: Change) -> Result<()> {
    event::hold_log(txn, newsroom).await?;
    let mut writes = Writes::default();
    change.apply(txn, &mut writes, newsroom, 0).await?;
    writes.send(txn).await
}

async fn lock_articles(txn: &DatabaseTransaction, articles: BTreeSet<ArticleId>) -> Result<()> {
    article::Entity::find()
        .select_only()
        .column(article::Column::Id)
        .filter(article::Column::Id.is_in(articles))
        .order_by_asc(article::Column::Id)
        .lock_exclusive()
        .into_tuple::<ArticleId>()
        .all(txn)
        .await?;
    Ok(())
}

/// Names the claims of which something else is kept than they come to.
async fn check_claims(txn: &DatabaseTransaction, claims: &[ClaimId]) -> Result<Vec<String>> {
    let now = counted::read(txn, claims).await?;
    let kept = super::kept(txn, claims).await?;
    let reviewers = of_reviewer::Entity::find()
        .filter(of_reviewer::Column::ClaimId.is_in(claims.iter().copied()))
        .all(txn)
        .await?;
    let sources = of_source::Entity::find()
        .filter(of_source::Column::ClaimId.is_in(claims.iter().copied()))
        .all(txn)
        .await?;
    let text =
        |value: Option<String>| value.map_or_else(|| "nothing".to_owned(), |it| format!("{it:?}"));
    let mut found = Vec::new();
    for id in claims {
        let (kept, now) = (kept.get(id).map(|kept| &kept.0), now.get(id));
        let row = now.map(Counted::row);
        if kept != row.as_ref() {
            let (kept, row) = (kept.map(|row| &row.shape), row.as_ref().map(|row| &row.shape));
            if kept == row {
                found.push(format!(
                    "{id}: other reviewers, sources, labels or times are kept than it has"
                ));
            } else {
                let (kept, row) = (text(kept.cloned()), text(row.cloned()));
                found.push(format!("{id}: {kept} is kept, and it comes to {row}"));
            }
            continue;
        }
        let expected: Vec<_> = now.into_iter().flat_map(Counted::reviewer_rows).collect();
        let theirs = reviewers.iter().filter(|row| row.claim_id == *id);
        if !is_same(&theirs.collect::<Vec<_>>(), &expected) {
            found.push(format!("{id}: the rows of its reviewers are wrong"));
        }
        let expected: Vec<_> = now.into_iter().flat_map(Counted::source_rows).collect();
        let theirs = sources.iter().filter(|row| row.claim_id == *id);
        if !is_same(&theirs.collect::<Vec<_>>(), &expected) {
            found.push(format!("{id}: the rows of its sources are wrong"));
        }
    }
    Ok(found)
}

/// Whether these are the same rows, in any order.
fn is_same<T: PartialEq>(kept: &[&T], expected: &[T]) -> bool {
    kept.len() == expected.len() && expected.iter().all(|row| kept.contains(&row))
}

/// SQL for the digits of an id.
fn hex(backend: DbBackend, column: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("replace({column}::text, '-', '')"),
        _ => format!("lower(hex({column}))"),
    }
}

/// SQL for the right sums of newsroom `$1`. One statement sees the rows and the sums as one
/// transaction left them.
fn expected_sums(backend: DbBackend) -> String {
    let (scale, reviewer) = (hex(backend, "scale_id"), hex(backend, "reviewer_id"));
    let (claims, articles) =
        ("FROM claim_counts WHERE newsroom_id = $1", "FROM article_counts WHERE newsroom_id = $1");
    format!(
        "SELECT 0 AS period, shape AS name, count(*) AS count {claims} GROUP BY shape
        UNION ALL SELECT month, shape, count(*) {claims} GROUP BY month, shape
        UNION ALL SELECT day, shape, count(*) {claims} GROUP BY day, shape
        UNION ALL SELECT 0, 'articles', count(*) {articles} HAVING count(*) > 0
        UNION ALL SELECT month, 'articles', count(*) {articles} GROUP BY month
        UNION ALL SELECT day, 'articles', count(*) {articles} GROUP BY day
        UNION ALL SELECT 0, 'source ' || level, count(*) FROM (
            SELECT source_id, max(level) AS level FROM source_counts
            WHERE source_id IN (SELECT id FROM sources WHERE newsroom_id = $1) GROUP BY source_id
        ) AS highest GROUP BY level
        UNION ALL SELECT 0, 'rater ' || {scale} || ' ' || {reviewer} || ' ' || level, count(*)
            FROM reviewer_counts WHERE newsroom_id = $1 AND is_paired
            GROUP BY scale_id, reviewer_id, level"
    )
}

/// SQL for the right sums of the parts of a kind of newsroom `$1`.
fn expected_parts(backend: DbBackend, kind: Kind) -> String {
    let labelled = match kind {
        Kind::Reviewer => {
            return format!(
                "SELECT '{kind}' AS kind, reviewer_id AS part_id, shape AS name, count(*) AS count
                FROM reviewer_counts JOIN claim_counts ON claim_counts.claim_id = reviewer_counts.claim_id
                WHERE reviewer_counts.newsroom_id = $1 GROUP BY reviewer_id, shape"
            );
        }
        Kind::Label(Label::Claimant) => {
            "(SELECT root_id, article_id, shape, claimant_id AS part_id FROM claim_counts
            WHERE newsroom_id = $1 AND claimant_id IS NOT NULL) AS labelled"
        }
        Kind::Label(Label::Tag) => {
            "(SELECT root_id, article_id, shape, tag_id AS part_id FROM claim_tag_keys
            JOIN claim_counts ON claim_counts.claim_id = claim_tag_keys.claim_id
            WHERE claim_counts.newsroom_id = $1) AS labelled"
        }
    };
    let root = hex(backend, "root_id");
    format!(
        "SELECT '{kind}' AS kind, part_id, unit AS name, count(DISTINCT root_id) AS count FROM (
            SELECT part_id, root_id, CASE (SELECT count(*) FROM claim_counts WHERE claim_counts.root_id = labelled.root_id)
                WHEN 1 THEN shape ELSE 'unit ' || {root} END AS unit FROM {labelled}
        ) AS units GROUP BY part_id, unit
        UNION ALL SELECT '{kind}', part_id, column1, CASE column1 WHEN 'claims' THEN claims ELSE articles END
        FROM (SELECT part_id, count(*) AS claims, count(DISTINCT article_id) AS articles FROM {labelled} GROUP BY part_id) AS sums
        CROSS JOIN (VALUES ('claims'), ('articles')) AS names"
    )
}

fn statement(backend: DbBackend, text: String, newsroom: NewsroomId) -> Statement {
    Statement::from_sql_and_values(backend, text, [newsroom.into()])
}

/// Names the sums that differ from those of the rows.
async fn check_sums(db: &Db, newsroom: NewsroomId) -> Result<Vec<String>> {
    let backend = db.get_database_backend();
    let part = format!("kind || ' ' || {}", hex(backend, "part_id"));
    let of_parts = KINDS.map(|kind| expected_parts(backend, kind)).join(" UNION ALL ");
    let text = format!(
        "SELECT place, name, CAST(sum(kept) AS bigint), CAST(sum(expected) AS bigint) FROM (
            SELECT 'period ' || period AS place, name, count AS kept, 0 AS expected FROM count_sums WHERE newsroom_id = $1
            UNION ALL SELECT 'period ' || period, name, 0, count FROM ({}) AS expected
            UNION ALL SELECT {part}, name, count, 0 FROM part_sums WHERE newsroom_id = $1
            UNION ALL SELECT {part}, name, 0, count FROM ({of_parts}) AS expected
        ) AS sums GROUP BY place, name HAVING sum(kept) <> sum(expected)
        ORDER BY place, name LIMIT {MOST_SUMS}",
        expected_sums(backend)
    );
    let rows = db.query_all_raw(statement(backend, text, newsroom)).await?;
    rows.iter()
        .map(|row| {
            let (place, name): (String, String) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let (kept, sum): (i64, i64) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
            Ok(format!("the sum {name:?} of {place} is {kept}, and must be {sum}"))
        })
        .collect()
}

/// Replaces the sums by those of the rows. The transaction holds the log's lock.
async fn sum_again(txn: &DatabaseTransaction, newsroom: NewsroomId) -> Result<()> {
    let sums = expected_sums(txn.get_database_backend());
    let insert = format!(
        "INSERT INTO count_sums (newsroom_id, period, name, count)
        SELECT $1, period, name, count FROM ({sums}) AS expected"
    );
    replace(txn, newsroom, "DELETE FROM count_sums WHERE newsroom_id = $1", insert).await
}

/// Replaces the sums of the parts of a kind by those of the rows. The transaction holds the log's lock.
async fn sum_parts_again(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    kind: Kind,
) -> Result<()> {
    let sums = expected_parts(txn.get_database_backend(), kind);
    let delete = format!("DELETE FROM part_sums WHERE newsroom_id = $1 AND kind = '{kind}'");
    let insert = format!(
        "INSERT INTO part_sums (newsroom_id, kind, part_id, name, count)
        SELECT $1, kind, part_id, name, count FROM ({sums}) AS expected"
    );
    replace(txn, newsroom, &delete, insert).await
}

async fn replace(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    delete: &str,
    insert: String,
) -> Result<()> {
    let backend = txn.get_database_backend();
    txn.execute_raw(statement(backend, delete.to_owned(), newsroom)).await?;
    txn.execute_raw(statement(backend, insert, newsroom)).await?;
    Ok(())
}
