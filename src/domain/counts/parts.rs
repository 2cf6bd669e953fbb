//! The sums of parts of a newsroom: of the claims that a reviewer judged, that a claimant made, or that have a
//! tag.
//!
//! A claim and its repeats are one unit. A summary of a claimant or a tag counts units: those that contain a
//! claim with that label. A unit of one claim is counted by the claim's shape. There are few other units, and each
//! of them has a sum of its own, which names its root.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Expr, ExprTrait, IntoCondition, OnConflict, Query, SelectStatement, UnionType,
};
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryTrait};

use super::counted::{Counted, Labels};
use super::tables::{of_claim, part_sum};
use super::{Change, ROWS, part};
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, ArticleId, ClaimId, NewsroomId};
use crate::domain::store::Writes;

/// The name of the number of claims with a label.
pub const CLAIMS: &str = "claims";
/// The name of the number of articles with such claims.
pub const ARTICLES: &str = "articles";
/// The beginning of the names of units of several claims. The root follows.
pub(super) const UNIT: &str = "unit ";

/// How the claims of a part were selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A current verdict of one reviewer.
    Reviewer,
    /// A label.
    Label(Label),
}

/// A mark by which editors find claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// A claimant, and those who were merged into it.
    Claimant,
    /// A tag.
    Tag,
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reviewer => "reviewer",
            Self::Label(Label::Claimant) => "claimant",
            Self::Label(Label::Tag) => "tag",
        })
    }
}

/// A part of a newsroom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    pub kind: Kind,
    /// The account, or the key of the label.
    pub id: Uuid,
}

impl Part {
    /// The claims that a reviewer judged.
    pub const fn of_reviewer(account: AccountId) -> Self {
        Self { kind: Kind::Reviewer, id: account.0 }
    }

    /// The claims with a label.
    pub const fn of_label(label: Label, key: Uuid) -> Self {
        Self { kind: Kind::Label(label), id: key }
    }
}

/// The properties of a claim on which units and labels depend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Labelled {
    pub(super) claim: ClaimId,
    pub(super) root: ClaimId,
    article: ArticleId,
    pub(super) labels: Labels,
    pub(super) shape: String,
}

impl Labelled {
    /// That of a claim.
    pub(super) fn of(counted: &Counted) -> Self {
        Self {
            claim: counted.claim,
            root: counted.root,
            article: counted.article,
            labels: counted.labels.clone(),
            shape: counted.shape.to_string(),
        }
    }
}

/// Selects the key of each claimant or tag as `id`, and its number of claims as `claims`.
pub fn labels(newsroom: NewsroomId, label: Label) -> SelectStatement {
    use part_sum::Column::{Count, NewsroomId, PartId};
    Query::select()
        .expr_as(Expr::col((part_sum::Entity, PartId)), "id")
        .expr_as(Expr::col((part_sum::Entity, Count)), "claims")
        .from(part_sum::Entity)
        .and_where(NewsroomId.eq(newsroom))
        .and_where(part_sum::Column::Kind.eq(Kind::Label(label).to_string()))
        // Written out, as the index is.
        .and_where(Expr::cust("name = 'claims'"))
        .and_where(Count.gt(0))
        .to_owned()
}

/// The number of claims with a label.
pub async fn number(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    label: Label,
    key: Uuid,
) -> Result<i64> {
    let kind = Kind::Label(label).to_string();
    let row =
        part_sum::Entity::find_by_id((newsroom, kind, key, CLAIMS.to_owned())).one(db).await?;
    Ok(row.map_or(0, |row| row.count))
}

/// The claims whose claimant is another since editors merged claimants, or took them apart.
pub(super) async fn of_moved_claimants(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
) -> Result<Vec<ClaimId>> {
    let kept = |column| Expr::col((of_claim::Entity, column));
    let mut query = Query::select();
    query
        .column((of_claim::Entity, of_claim::Column::ClaimId))
        .from(of_claim::Entity)
        .inner_join(
            "claim_keys",
            kept(of_claim::Column::ClaimId).equals(("claim_keys", "claim_id")),
        )
        .and_where(kept(of_claim::Column::NewsroomId).eq(newsroom))
        .and_where(kept(of_claim::Column::ClaimantId).ne(Expr::col(("claim_keys", "claimant_id"))));
    let rows = db.query_all(&query).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

impl Change {
    /// Counts the units of the changed claims, and the articles of their labels. The transaction must hold the
    /// log's lock, because other transactions change other claims of these units.
    async fn count_units(&mut self, txn: &DatabaseTransaction) -> Result<()> {
        let moved = std::mem::take(&mut self.moved);
        let both = || moved.iter().flat_map(|(old, new)| old.iter().chain(new));
        let roots: BTreeSet<_> = both().map(|one| one.root).collect();
        let labels = |one: &Option<Labelled>| one.as_ref().map(|one| one.labels.clone());
        let relabelled = moved.iter().filter(|(old, new)| {
            labels(old).unwrap_or_default() != labels(new).unwrap_or_default()
        });
        let articles: BTreeSet<_> = relabelled
            .flat_map(|(old, new)| old.iter().chain(new))
            .map(|one| one.article)
            .collect();
        let own: BTreeSet<_> = both().map(|one| one.claim).collect();
        let mut others = around(txn, &roots, &articles).await?;
        others.retain(|claim, _| !own.contains(claim));
        let before = others.values().chain(moved.iter().filter_map(|(old, _)| old.as_ref()));
        let after = others.values().chain(moved.iter().filter_map(|(_, new)| new.as_ref()));
        for (claims, by) in [(before.collect::<Vec<_>>(), -1), (after.collect(), 1)] {
            for (part, name) in unit_sums(&claims, &roots) {
                self.add_part(part, name, by);
            }
            let labels = claims.iter().filter(|one| articles.contains(&one.article));
            let found: BTreeSet<_> =
                labels.flat_map(|one| one.labels.parts().map(|part| (one.article, part))).collect();
            for (_, part) in found {
                self.add_part(part, ARTICLES.to_owned(), by);
            }
        }
        Ok(())
    }

    pub(super) fn add_part(&mut self, part: Part, name: String, by: i64) {
        *self.parts.entry((part, name)).or_default() += by;
    }

    /// Changes the sums of the newsroom's parts, as part of `writes`.
    pub(super) async fn apply_parts(
        &mut self,
        txn: &DatabaseTransaction,
        writes: &mut Writes,
        newsroom: NewsroomId,
    ) -> Result<()> {
        use part_sum::Column::{Count, Kind, Name, NewsroomId as Newsroom, PartId};
        self.count_units(txn).await?;
        let parts = std::mem::take(&mut self.parts).into_iter().filter(|(_, by)| *by != 0);
        let rows: Vec<_> = parts
            .map(|((part, name), by)| part_sum::Model {
                newsroom_id: newsroom,
                kind: part.kind.to_string(),
                part_id: part.id,
                name,
                count: by,
            })
            .collect();
        let total = Expr::col((part_sum::Entity, Count)).add(Expr::col(("excluded", Count)));
        let add =
            OnConflict::columns([Newsroom, Kind, PartId, Name]).value(Count, total).to_owned();
        for rows in rows.chunks(ROWS) {
            let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
            let rows = part_sum::Entity::insert_many(rows).on_conflict(add.clone());
            writes.add(txn, &rows.into_query()).await?;
        }
        Ok(())
    }
}

/// The claims with these roots or in these articles.
async fn around(
    txn: &DatabaseTransaction,
    roots: &BTreeSet<ClaimId>,
    articles: &BTreeSet<ArticleId>,
) -> Result<BTreeMap<ClaimId, Labelled>> {
    use of_claim::Column::{ArticleId, RootId};
    let (roots, articles): (Vec<_>, Vec<_>) = (roots.iter().collect(), articles.iter().collect());
    let mut found = BTreeMap::new();
    for step in 0..roots.len().max(articles.len()).div_ceil(ROWS) {
        let (roots, articles) = (part(&roots, step), part(&articles, step));
        let mut query = select(RootId.is_in(roots.iter().map(|id| id.0)));
        if !articles.is_empty() {
            let in_articles = select(ArticleId.is_in(articles.iter().map(|id| id.0)));
            query.union(UnionType::Distinct, in_articles);
        }
        found.extend(read(txn, &query).await?.into_iter().map(|one| (one.claim, one)));
    }
    Ok(found)
}

pub(super) fn select(condition: impl IntoCondition) -> SelectStatement {
    use of_claim::Column::{ArticleId, ClaimId, ClaimantId, RootId, Shape, Tags};
    Query::select()
        .columns([ClaimId, RootId, ArticleId, ClaimantId, Tags, Shape])
        .from(of_claim::Entity)
        .cond_where(condition)
        .to_owned()
}

pub(super) async fn read(
    db: &impl ConnectionTrait,
    query: &SelectStatement,
) -> Result<Vec<Labelled>> {
    let rows = db.query_all(query).await?;
    rows.iter()
        .map(|row| {
            let tags: String = row.try_get_by_index(4)?;
            Ok(Labelled {
                claim: row.try_get_by_index(0)?,
                root: row.try_get_by_index(1)?,
                article: row.try_get_by_index(2)?,
                labels: Labels::read(row.try_get_by_index(3)?, &tags).unwrap_or_default(),
                shape: row.try_get_by_index(5)?,
            })
        })
        .collect()
}

/// The sums that count the units with these roots, each by part and name.
fn unit_sums(claims: &[&Labelled], roots: &BTreeSet<ClaimId>) -> Vec<(Part, String)> {
    let mut units: BTreeMap<ClaimId, Vec<&Labelled>> = BTreeMap::new();
    for claim in claims.iter().filter(|one| roots.contains(&one.root)) {
        units.entry(claim.root).or_default().push(claim);
    }
    let mut sums = Vec::new();
    for (root, claims) in units {
        let name = match &claims[..] {
            [one] => one.shape.clone(),
            _ => format!("{UNIT}{}", root.0.simple()),
        };
        let parts: BTreeSet<_> = claims.iter().flat_map(|claim| claim.labels.parts()).collect();
        sums.extend(parts.into_iter().map(|part| (part, name.clone())));
    }
    sums
}
