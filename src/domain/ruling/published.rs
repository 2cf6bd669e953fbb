//! Lists of rulings that everybody may read, and rulings on other appearances of a claim.

use std::collections::HashMap;

use async_graphql::{Enum, InputObject, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Order, Query};
use sea_orm::{Condition, QueryOrder};

use super::time_to_ruling::{self, TimeToRuling, took};
use super::{Column, Entity, Model, State, unseen};
use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::claim::{self, label};
use crate::domain::error::Result;
use crate::domain::ids::{ClaimId, NewsroomId, RatingId, RulingId};
use crate::domain::newsroom::{self, rating};
use crate::domain::page::{self, Page, Slice};
use crate::domain::permissions::Action;
use crate::domain::store::Db;
use crate::domain::text_input;
use crate::domain::time::{Day, Moment};

/// Filters rulings. All given conditions must match.
#[derive(InputObject, Default, Clone)]
pub struct RulingFilter {
    /// Rulings with one of these ratings, by key. At most 100 keys.
    rating_keys: Option<Vec<String>>,
    /// Rulings on claims of this claimant, or of one that was merged with it. Case and white space
    /// are ignored. At most 200 characters.
    claimant: Option<String>,
    /// Rulings on claims with this tag. Case and white space are ignored. At most 50 characters.
    tag: Option<String>,
    /// Rulings on claims with all these words in the statement or the claimant's name, in any order.
    /// Parts of words also match. Case and diacritics are ignored. At most 200 characters.
    text: Option<String>,
    /// Published at this time or later.
    published_since: Option<Moment>,
    /// Published before this time.
    published_until: Option<Moment>,
    /// Published at least this number of seconds after the claim was marked. Requires the READER
    /// role, even if the policy has `publicReading`.
    took_at_least: Option<i32>,
    /// Published less than this number of seconds after the claim was marked. Requires the READER
    /// role, even if the policy has `publicReading`.
    took_less_than: Option<i32>,
}

/// The order of rulings.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
pub enum RulingOrder {
    /// Newest publication first.
    #[default]
    NewestFirst,
    /// Oldest publication first.
    OldestFirst,
}

/// The maximum number of rulings on other appearances of a claim.
const MOST_APPEARANCES: usize = 100;

/// Returns a newsroom's rulings, including retracted ones. Members may read them, and everybody may
/// if its policy has `publicReading`.
pub async fn published(
    db: &Db,
    actor: &Actor,
    slug: &str,
    filter: RulingFilter,
    order: RulingOrder,
    slice: &Slice,
) -> Result<Page<Model>> {
    let newsroom = readable(db, actor, slug).await?;
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom.id)).filter(filter.condition(
        db,
        actor,
        newsroom.id,
    )?);
    let order = match order {
        RulingOrder::NewestFirst => Order::Desc,
        RulingOrder::OldestFirst => Order::Asc,
    };
    page::read_by_id(db, list, Column::Id, order, slice, |row| row.id.0).await
}

/// Returns how long a newsroom's rulings took that match the filter.
pub async fn time_to_ruling(
    db: &Db,
    actor: &Actor,
    newsroom: NewsroomId,
    filter: RulingFilter,
) -> Result<TimeToRuling> {
    actor.require(Action::Read, newsroom)?;
    let those = filter.condition(db, actor, newsroom)?;
    time_to_ruling::of(db, those.add(Column::NewsroomId.eq(newsroom))).await
}

/// Returns the newsroom with this slug, if the actor may read its rulings.
pub async fn readable(db: &Db, actor: &Actor, slug: &str) -> Result<newsroom::Model> {
    let newsroom = newsroom::Entity::find().filter(newsroom::Column::Slug.eq(slug)).one(db).await?;
    let readable =
        newsroom.filter(|newsroom| newsroom.public_reading || actor.may(Action::Read, newsroom.id));
    readable.ok_or_else(|| unseen(actor, "newsroom"))
}

impl RulingFilter {
    /// A filter by text, by the key of a rating, and by the time of publication.
    pub fn of(
        text: Option<String>,
        rating: Option<String>,
        published_since: Option<Moment>,
        published_until: Option<Moment>,
    ) -> Self {
        let rating_keys = rating.map(|key| vec![key]);
        Self { rating_keys, text, published_since, published_until, ..Self::default() }
    }

    /// The filter as a condition on the rulings of a newsroom.
    fn condition(self, db: &Db, actor: &Actor, newsroom: NewsroomId) -> Result<Condition> {
        let took =
            took(db.get_database_backend(), newsroom, self.took_at_least, self.took_less_than)?;
        if took.is_some() {
            // The public does not see when claims were marked.
            actor.require(Action::Read, newsroom)?;
        }
        text_input::filter("filter.claimant", self.claimant.as_ref(), 200)?;
        text_input::filter("filter.tag", self.tag.as_ref(), 50)?;
        text_input::filter("filter.text", self.text.as_ref(), 200)?;
        rating::check_filter("filter.ratingKeys", self.rating_keys.as_deref())?;
        let rated = self.rating_keys.map(|keys| {
            let those = Query::select()
                .column(rating::Column::Id)
                .from(rating::Entity)
                .and_where(rating::Column::Key.is_in(keys))
                .to_owned();
            Column::RatingId.in_subquery(those)
        });
        let tagged = self.tag.map(|tag| claim::Column::Id.in_subquery(label::with_tag(&tag)));
        let said = self.text.map(|text| label::with_text(&text));
        let by = self.claimant.map(|name| claim::Column::Id.in_subquery(label::of_claimant(&name)));
        let of_claim = Condition::all().add_option(tagged).add_option(said).add_option(by);
        let mut all = Condition::all()
            .add_option(rated)
            .add_option(took)
            .add_option(self.published_since.map(|since| Column::PublishedAt.gte(since)))
            .add_option(self.published_until.map(|until| Column::PublishedAt.lt(until)));
        if !of_claim.is_empty() {
            let claims = Query::select()
                .column((claim::Entity, claim::Column::Id))
                .from(claim::Entity)
                .and_where(claim::Column::NewsroomId.eq(newsroom))
                .cond_where(of_claim)
                .to_owned();
            all = all.add(Column::ClaimId.in_subquery(claims));
        }
        Ok(all)
    }
}

/// The current ruling on another appearance of a claim, as plain values.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct RulingAppearance {
    /// The id of that ruling. Use it with `node`.
    pub ruling_id: RulingId,
    /// That ruling's name in the addresses of public pages.
    pub slug: String,
    /// The statement of the claim that it judges.
    pub statement: String,
    /// The person or organisation that makes the claim. Null if unknown.
    pub claimant: Option<String>,
    /// The day on which the claim was made. Null if unknown.
    pub claimed_on: Option<Day>,
    /// The headline of the article that contains the claim.
    pub article_title: String,
    /// The article's address. Null if unknown.
    pub article_url: Option<String>,
    /// The time of the ruling's publication.
    pub published_at: Moment,
    #[graphql(skip)]
    pub rating_id: RatingId,
}

/// Returns the published rulings on claims that are linked with each of these, newest first: at most
/// 100 for each. The reader of a ruling may read them, because they are the same newsroom's.
pub async fn appearances(
    db: &Db,
    claims: &[ClaimId],
) -> Result<HashMap<ClaimId, Vec<RulingAppearance>>> {
    let asked = claim::find_all(db, claims).await?;
    let root = |claim: &claim::Model| claim.repeats_id.unwrap_or(claim.id);
    let roots: Vec<_> = asked.iter().map(root).collect();
    let group = claim::Column::Id
        .is_in(roots.iter().copied())
        .or(claim::Column::RepeatsId.is_in(roots.iter().copied()));
    let linked = claim::Entity::find().filter(group).all(db).await?;
    let linked: HashMap<_, _> = linked.into_iter().map(|claim| (claim.id, claim)).collect();
    let rulings = Entity::find()
        .filter(Column::ClaimId.is_in(linked.keys().copied()))
        .filter(Column::State.eq(State::Published))
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    let articles: Vec<_> = linked.values().map(|claim| claim.article_id).collect();
    let articles = article::find_all(db, &articles).await?;
    let articles: HashMap<_, _> = articles.into_iter().map(|row| (row.id, row)).collect();
    let appearance = |ruling: &Model, claim: &claim::Model| {
        let article = articles.get(&claim.article_id)?;
        Some(RulingAppearance {
            ruling_id: ruling.id,
            slug: ruling.name_in_addresses(),
            statement: claim.statement.clone(),
            claimant: claim.claimant.clone(),
            claimed_on: claim.claimed_on,
            article_title: article.title.clone(),
            article_url: article.url.clone(),
            published_at: ruling.published_at,
            rating_id: ruling.rating_id,
        })
    };
    let others = |of: &claim::Model| {
        let others = rulings.iter().filter_map(|ruling| {
            let claim = linked.get(&ruling.claim_id)?;
            let is_other = claim.id != of.id && root(claim) == root(of);
            is_other.then(|| appearance(ruling, claim))?
        });
        (of.id, others.take(MOST_APPEARANCES).collect())
    };
    Ok(asked.iter().map(others).collect())
}
