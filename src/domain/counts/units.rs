//! Reads of the units of a newsroom, or of its claims with a label. A claim and its repeats are one unit.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, QuerySelect, QueryTrait};

use super::parts::{ARTICLES, CLAIMS, Label, Labelled, Part, UNIT, read, select};
use super::reads::{Tally, Wanted, pairs};
use super::shape::Shape;
use super::sources;
use super::tables::{of_claim, of_reviewer, of_source, part_sum};
use crate::domain::error::Result;
use crate::domain::ids::ClaimId;
use crate::domain::store::Db;

/// The number of units that are read at once.
const UNITS: usize = 1000;

/// Units, as their claims' shapes and how often there is such a unit.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// The number of articles.
    pub articles: i64,
    /// All of them.
    pub all: Vec<(Vec<Shape>, i64)>,
    /// The claims in them whose verdicts the reader may see.
    pub seen: Vec<(Vec<Shape>, i64)>,
}

/// Each claim is a unit of its own.
impl From<Tally> for Units {
    fn from(tally: Tally) -> Self {
        let alone = |claims: Vec<(Shape, i64)>| {
            claims.into_iter().map(|(shape, times)| (vec![shape], times)).collect()
        };
        Self { articles: tally.articles, all: alone(tally.claims), seen: alone(tally.seen) }
    }
}

impl Units {
    /// The units that contain a claim of the period with all these labels.
    pub async fn with_labels(db: &Db, wanted: &Wanted, labels: &[(Label, Uuid)]) -> Result<Self> {
        match labels {
            [(label, key)] if wanted.is_of_all_time() => {
                Self::with_label(db, wanted, Part::of_label(*label, *key)).await
            }
            _ => Self::in_period(db, wanted, labels).await,
        }
    }

    /// From the sums of a label.
    async fn with_label(db: &Db, wanted: &Wanted, part: Part) -> Result<Self> {
        let (mut units, mut roots) = (Self::default(), Vec::new());
        for (name, count) in sums(db, wanted, part).await? {
            if name == ARTICLES {
                units.articles = count;
            } else if let Some(root) = name.strip_prefix(UNIT) {
                roots.push(root.parse::<Uuid>().map_err(anyhow::Error::from)?);
            } else if name != CLAIMS {
                units.add(wanted, &[read_shape(&name)?], count);
            }
        }
        for roots in roots.chunks(UNITS) {
            let is_in = of_claim::Column::RootId.is_in(roots.iter().copied());
            for claims in by_root(read(db, &select(is_in)).await?).values() {
                let shapes = claims.iter().map(|claim| read_shape(&claim.shape));
                units.add(wanted, &shapes.collect::<Result<Vec<_>>>()?, 1);
            }
        }
        units.add_own(db, wanted, part).await?;
        Ok(units)
    }

    /// Adds units.
    fn add(&mut self, wanted: &Wanted, claims: &[Shape], times: i64) {
        self.all.push((claims.to_vec(), times));
        let seen = claims.iter().filter(|claim| wanted.is_open(claim.level));
        self.seen.push((seen.cloned().collect(), times));
    }

    /// Adds the reader's own claims that are not open yet to the units with a label.
    async fn add_own(&mut self, db: &Db, wanted: &Wanted, part: Part) -> Result<()> {
        let own = own_claims(db, wanted).await?;
        let roots: BTreeSet<_> = own.values().copied().collect();
        for roots in roots.into_iter().collect::<Vec<_>>().chunks(UNITS) {
            let is_in = of_claim::Column::RootId.is_in(roots.iter().copied());
            for claims in by_root(read(db, &select(is_in)).await?).values() {
                if claims.iter().all(|claim| claim.labels.parts().all(|other| other != part)) {
                    continue;
                }
                let (mut open, mut seen) = (Vec::new(), Vec::new());
                for claim in claims {
                    let shape = read_shape(&claim.shape)?;
                    if wanted.is_open(shape.level) {
                        open.push(shape.clone());
                        seen.push(shape);
                    } else if own.contains_key(&claim.claim) {
                        seen.push(shape);
                    }
                }
                self.seen.extend([(open, -1), (seen, 1)]);
            }
        }
        Ok(())
    }

    /// From the claims of a period. It takes as long as there are such claims.
    async fn in_period(db: &Db, wanted: &Wanted, labels: &[(Label, Uuid)]) -> Result<Self> {
        let articles = named(wanted, labels)
            .expr(Expr::col((of_claim::Entity, of_claim::Column::ArticleId)).count_distinct())
            .to_owned();
        let mut units = Self { articles: sources::number(db, &articles).await?, ..Self::default() };
        let own = own_claims(db, wanted).await?;
        for claims in by_root(read(db, &select(in_units(wanted, labels))).await?).values() {
            let (mut all, mut seen) = (Vec::new(), Vec::new());
            for claim in claims {
                let shape = read_shape(&claim.shape)?;
                if wanted.is_open(shape.level) || own.contains_key(&claim.claim) {
                    seen.push(shape.clone());
                }
                all.push(shape);
            }
            units.all.push((all, 1));
            units.seen.push((seen, 1));
        }
        Ok(units)
    }
}

/// Counts the sources that are cited in these units. It takes as long as there are claims in them.
pub async fn sources(db: &Db, wanted: &Wanted, labels: &[(Label, Uuid)]) -> Result<i64> {
    let claims =
        Query::select().from(of_claim::Entity).cond_where(in_units(wanted, labels)).to_owned();
    let level = Expr::col((of_source::Entity, of_source::Column::Level));
    let claim = Expr::col((of_claim::Entity, of_claim::Column::ClaimId));
    let mut query = sources::cited_on(claims, claim.clone());
    query.cond_where(wanted.seen(level, claim));
    sources::number(db, &query).await
}

/// The sums of a part of the newsroom.
pub(super) async fn sums(db: &Db, wanted: &Wanted, part: Part) -> Result<Vec<(String, i64)>> {
    use part_sum::Column::{Count, Kind, Name, NewsroomId, PartId};
    let query = part_sum::Entity::find()
        .select_only()
        .columns([Name, Count])
        .filter(NewsroomId.eq(wanted.newsroom))
        .filter(Kind.eq(part.kind.to_string()))
        .filter(PartId.eq(part.id))
        .filter(Count.ne(0));
    pairs(db, &query.into_query()).await
}

/// The claims of the period with all these labels.
fn named(wanted: &Wanted, labels: &[(Label, Uuid)]) -> SelectStatement {
    use of_claim::Column::{ClaimId, ClaimantId, MarkedAt, NewsroomId};
    let mut query = Query::select();
    query
        .from(of_claim::Entity)
        .and_where(NewsroomId.eq(wanted.newsroom))
        .cond_where(wanted.during(MarkedAt));
    for (label, key) in labels {
        query.and_where(match label {
            Label::Claimant => ClaimantId.eq(*key),
            Label::Tag => {
                let tagged = Query::select()
                    .column("claim_id")
                    .from("claim_tag_keys")
                    .and_where(Expr::col("tag_id").eq(*key))
                    .and_where(Expr::col("newsroom_id").eq(wanted.newsroom))
                    .to_owned();
                ClaimId.in_subquery(tagged)
            }
        });
    }
    query
}

/// The condition for the claims in the units of those claims.
fn in_units(wanted: &Wanted, labels: &[(Label, Uuid)]) -> Condition {
    let root = (of_claim::Entity, of_claim::Column::RootId);
    let roots = named(wanted, labels).column(root).to_owned();
    Condition::all().add(of_claim::Column::RootId.in_subquery(roots))
}

/// The reader's own claims that are not open yet, each with its root.
async fn own_claims(db: &Db, wanted: &Wanted) -> Result<BTreeMap<ClaimId, ClaimId>> {
    let all_time = Wanted { since: None, until: None, ..*wanted };
    let Some(own) = all_time.own() else { return Ok(BTreeMap::new()) };
    let mut query = Query::select();
    query
        .columns(
            [of_claim::Column::ClaimId, of_claim::Column::RootId]
                .map(|column| (of_claim::Entity, column)),
        )
        .from(of_reviewer::Entity)
        .inner_join(
            of_claim::Entity,
            Expr::col((of_claim::Entity, of_claim::Column::ClaimId))
                .equals((of_reviewer::Entity, of_reviewer::Column::ClaimId)),
        )
        .cond_where(own);
    let rows = db.query_all(&query).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

fn by_root(claims: Vec<Labelled>) -> BTreeMap<ClaimId, Vec<Labelled>> {
    let mut units: BTreeMap<ClaimId, Vec<Labelled>> = BTreeMap::new();
    for claim in claims {
        units.entry(claim.root).or_default().push(claim);
    }
    units
}

fn read_shape(text: &str) -> Result<Shape> {
    Ok(Shape::read(text).ok_or_else(|| anyhow::anyhow!("not a shape: {text:?}"))?)
}
