//! How many claims and articles a list of a newsroom has, from kept counts where they can say it.
//!
//! Invariant: the number equals the number of rows of the list.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sea_orm::entity::prelude::*;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{QuerySelect, QueryTrait};

use super::ClaimFilter;
use crate::domain::actor::Actor;
use crate::domain::article::ArticleFilter;
use crate::domain::claim::{State, label};
use crate::domain::counts::parts::{self, Label};
use crate::domain::counts::reads::Wanted;
use crate::domain::counts::shape::{PUBLISHED, Shape};
use crate::domain::counts::{self, judged};
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, NewsroomId, RatingId, RatingScaleId};
use crate::domain::newsroom::rating::{self, scale};
use crate::domain::page::{Counting, Total};
use crate::domain::permissions::Policy;
use crate::domain::store::Db;
use crate::domain::verdict::{self, Sight};

/// The total of a newsroom's claims. `rows` counts the rows of the list.
pub(super) fn of_claims(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    filter: ClaimFilter,
    rows: Total,
) -> Total {
    let Some(mut kept) = Kept::of(db, actor, newsroom) else { return rows };
    if let Some((label, name)) = only_label(&filter) {
        return kept.total(Asked::Labelled(label, name), rows);
    }
    let is_of_reader = filter.not_reviewed_by_me.is_some();
    if !is_countable(&filter) || (is_of_reader && kept.reader.is_none()) {
        return rows;
    }
    let (since, until) = (filter.marked_since, filter.marked_until);
    kept.wanted = Wanted { since, until, ..kept.wanted };
    kept.total(Asked::Claims(Box::new(filter)), rows)
}

/// The total of a newsroom's articles. `rows` counts the rows of the list.
pub(super) fn of_articles(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    filter: &ArticleFilter,
    rows: Total,
) -> Total {
    let (Some(mut kept), Some((since, until))) =
        (Kept::of(db, actor, newsroom), filter.only_period())
    else {
        return rows;
    };
    kept.wanted = Wanted { since, until, ..kept.wanted };
    kept.total(Asked::Articles, rows)
}

/// The counts of a newsroom, for one reader.
struct Kept {
    db: Db,
    wanted: Wanted,
    policy: Policy,
    reader: Option<AccountId>,
}

impl Kept {
    fn of(db: &Db, actor: &Actor, newsroom: NewsroomId) -> Option<Self> {
        let sight = verdict::sight(actor, newsroom)?;
        let policy = actor.rights_in(newsroom)?.policy;
        let wanted = Wanted { newsroom, sight, since: None, until: None };
        Some(Self { db: db.clone(), wanted, policy, reader: actor.own() })
    }

    /// The total, if the counts are complete when a client asks. Otherwise `rows` says it.
    fn total(self, asked: Asked, rows: Total) -> Total {
        Total::Kept(Arc::new(KeptTotal { kept: self, asked }), Box::new(rows))
    }
}

/// Whether the filter asks only for what the shape of a claim says.
fn is_countable(filter: &ClaimFilter) -> bool {
    let ClaimFilter {
        states,
        article: None,
        marked_since: _,
        marked_until: _,
        judged: _,
        rating_keys: _,
        ratings: None,
        compared_under: None,
        claimant: None,
        tag: None,
        text: None,
        reviewed_by: None,
        not_reviewed_by: None,
        assigned_to: None,
        assigned_to_me: None,
        due_after: None,
        due_before: None,
        not_reviewed_by_me: _,
        drafted_by_me: None,
        disputed: _,
        unsourced: _,
        changed_after_reading: _,
        stale: _,
    } = filter
    else {
        return false;
    };
    // Withdrawn claims are not counted.
    states.as_ref().is_none_or(|states| !states.contains(&State::Withdrawn))
}

/// The claimant or the tag, if the filter asks for nothing else.
fn only_label(filter: &ClaimFilter) -> Option<(Label, String)> {
    let rest = ClaimFilter { claimant: None, tag: None, ..filter.clone() };
    match (&filter.claimant, &filter.tag) {
        _ if rest != ClaimFilter::default() => None,
        (Some(name), None) => Some((Label::Claimant, name.clone())),
        (None, Some(name)) => Some((Label::Tag, name.clone())),
        _ => None,
    }
}

/// The list whose items are counted.
enum Asked {
    /// Articles.
    Articles,
    /// Claims that match a filter.
    Claims(Box<ClaimFilter>),
    /// Claims of the claimant or with the tag of this name.
    Labelled(Label, String),
}

struct KeptTotal {
    kept: Kept,
    asked: Asked,
}

#[async_trait]
impl Counting for KeptTotal {
    async fn count(&self) -> Result<Option<i64>> {
        let Kept { db, wanted, .. } = &self.kept;
        if !counts::are_complete(db, wanted.newsroom).await? {
            return Ok(None);
        }
        let count = match &self.asked {
            Asked::Articles => wanted.articles(db).await?,
            Asked::Claims(filter) => self.kept.claims(filter).await?,
            Asked::Labelled(label, name) => {
                let key = match label {
                    Label::Claimant => label::claimant_key(db, wanted.newsroom, name).await?,
                    Label::Tag => label::id_of(name),
                };
                parts::number(db, wanted.newsroom, *label, key).await?
            }
        };
        Ok(Some(count))
    }
}

impl Kept {
    /// Counts the claims that match a filter.
    async fn claims(&self, filter: &ClaimFilter) -> Result<i64> {
        let Self { db, wanted, .. } = self;
        let tally = wanted.tally(db).await?;
        let needs_ratings = filter.disputed.is_some() || filter.rating_keys.is_some();
        let ratings =
            if needs_ratings { ratings_of(db, wanted.newsroom).await? } else { HashMap::new() };
        // Verdicts that the reader may not see count as if they did not exist.
        let seen = by_shape(&tally.seen);
        let mine = match (filter.not_reviewed_by_me, self.reader) {
            (Some(_), Some(reader)) => {
                let all = Wanted { sight: Sight::Everything, ..*wanted };
                judged::tally(db, &all, reader).await?.claims
            }
            _ => Vec::new(),
        };
        let mine = by_shape(&mine);
        let mut total = 0;
        for (shape, times) in &tally.claims {
            let [seen, mine] = [&seen, &mine].map(|of| of.get(shape).copied().unwrap_or(0));
            // The reader sees the verdicts on each of the claims that they judged.
            let (seen, hidden) = match filter.not_reviewed_by_me {
                None => (seen, times - seen),
                Some(true) => (seen - mine, times - seen),
                Some(false) => (mine, 0),
            };
            for (is_seen, times) in [(true, seen), (false, hidden)] {
                if times != 0 && self.matches(filter, shape, is_seen, &ratings) {
                    total += times;
                }
            }
        }
        Ok(total)
    }

    fn matches(
        &self,
        filter: &ClaimFilter,
        shape: &Shape,
        is_seen: bool,
        ratings: &HashMap<RatingId, (RatingScaleId, String)>,
    ) -> bool {
        let given = || shape.ratings.keys().filter_map(|id| ratings.get(id)).filter(|_| is_seen);
        let scale_of = |id| Some(ratings.get(&id)?.0);
        let state = match shape.level {
            PUBLISHED => State::Published,
            level => State::of(level, self.policy),
        };
        filter.states.as_ref().is_none_or(|states| states.contains(&state))
            && filter.stale.is_none_or(|stale| stale == shape.stale)
            && filter.judged.is_none_or(|judged| judged == (shape.verdicts() > 0))
            && filter
                .changed_after_reading
                .is_none_or(|wanted| wanted == (is_seen && shape.changed > 0))
            && filter.unsourced.is_none_or(|wanted| wanted == (is_seen && shape.unsourced > 0))
            && filter
                .disputed
                .is_none_or(|wanted| wanted == (is_seen && shape.is_disputed(scale_of)))
            && filter
                .rating_keys
                .as_ref()
                .is_none_or(|keys| given().any(|(_, key)| keys.contains(key)))
    }
}

/// The number of claims of each shape.
fn by_shape(shapes: &[(Shape, i64)]) -> BTreeMap<&Shape, i64> {
    let mut sums = BTreeMap::new();
    for (shape, times) in shapes {
        *sums.entry(shape).or_default() += times;
    }
    sums
}

/// The scale and the key of each rating of a newsroom.
async fn ratings_of(
    db: &Db,
    newsroom: NewsroomId,
) -> Result<HashMap<RatingId, (RatingScaleId, String)>> {
    let scales = scale::Entity::find()
        .select_only()
        .column(scale::Column::Id)
        .filter(scale::Column::NewsroomId.eq(newsroom));
    let ratings = rating::Entity::find()
        .filter(rating::Column::ScaleId.in_subquery(scales.into_query()))
        .all(db)
        .await?;
    Ok(ratings.into_iter().map(|row| (row.id, (row.scale_id, row.key))).collect())
}
