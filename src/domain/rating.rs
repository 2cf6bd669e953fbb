//! Rating scales: the words in which a newsroom judges.
//!
//! Always true: a scale is never changed, a newer one replaces it; a verdict keeps the rating of the scale that it was given under.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{InputObject, SimpleObject};
use lru::LruCache;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder};

use super::error::{Error, Reason, Result};
use super::ids::{NewsroomId, RatingId, RatingScaleId};
use super::moment::Moment;
use super::page::{self, Key, Page, Slice, Sort};
use super::policy::{Action, Actor};
use super::store::Db;
use super::words;

/// One rating of a scale, such as FALSE.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "ratings")]
#[graphql(name = "Rating", serial)]
pub struct Model {
    /// The rating's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RatingId,
    #[graphql(skip)]
    pub scale_id: RatingScaleId,
    #[graphql(skip)]
    pub ordinal: i32,
    /// Its name for programs, unique in its scale.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// When it is to be given.
    pub description: String,
    /// Its place between false and true, higher is truer; none for ratings that lie outside that order.
    pub rank: Option<i32>,
    /// A colour to show it in, as `#rrggbb`.
    pub colour: String,
    /// Whether a verdict of this rating must cite a source.
    pub needs_source: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A newsroom's scale of ratings.
pub mod scale {
    use super::{Moment, NewsroomId, RatingScaleId, SimpleObject};
    use sea_orm::entity::prelude::*;

    /// The ratings that a newsroom judges with.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
    #[sea_orm(table_name = "rating_scales")]
    #[graphql(name = "RatingScale", complex)]
    pub struct Model {
        /// The scale's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RatingScaleId,
        #[graphql(skip)]
        pub newsroom_id: NewsroomId,
        /// 1, 2, 3 … within the newsroom.
        pub number: i32,
        /// Its name.
        pub name: String,
        /// When it was made.
        pub created_at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A rating of the scale that a newsroom starts with.
struct First {
    key: &'static str,
    label: &'static str,
    rank: Option<i32>,
    colour: &'static str,
    needs_source: bool,
    description: &'static str,
}

const fn first(key: &'static str, label: &'static str, rank: Option<i32>, colour: &'static str, description: &'static str) -> First {
    First { key, label, rank, colour, needs_source: true, description }
}

/// The scale that a newsroom starts with.
const FIRST_SCALE: [First; 7] = [
    first("TRUE", "True", Some(5), "#1a7f37", "The evidence bears the claim out, and leaves out nothing that matters."),
    first("MOSTLY_TRUE", "Mostly true", Some(4), "#5a8f29", "The claim holds in substance; a detail is off or missing."),
    first("MIXED", "Mixed", Some(3), "#9a6700", "Parts of the claim hold and parts do not."),
    first("MOSTLY_FALSE", "Mostly false", Some(2), "#bc4c00", "A part of the claim holds, and what it says in substance does not."),
    first("FALSE", "False", Some(1), "#cf222e", "The evidence contradicts the claim."),
    first("MISSING_CONTEXT", "Missing context", None, "#8250df", "The claim misleads by what it leaves out."),
    First {
        needs_source: false,
        ..first("UNVERIFIABLE", "Unverifiable", None, "#57606a", "No evidence that can be had decides the claim.")
    },
];

/// A rating to judge with.
#[derive(InputObject, Clone)]
pub struct RatingInput {
    /// Its name for programs, unique in the scale: 1 to 40 capital letters, digits and underscores, beginning with a letter.
    key: String,
    /// Its name for people: one line of at most 100 characters.
    label: String,
    /// When it is to be given: one line of at most 500 characters.
    description: Option<String>,
    /// Its place between false and true, 0 to 1000, higher is truer; left out for ratings that lie outside that order.
    rank: Option<i32>,
    /// A colour to show it in, as `#rrggbb`.
    #[graphql(default = "#57606a")]
    colour: String,
    /// Whether a verdict of this rating must cite a source.
    #[graphql(default = true)]
    needs_source: bool,
}

/// The fewest and the most ratings of a scale.
const RATINGS: std::ops::RangeInclusive<usize> = 2..=20;

/// A scale that can't be wrong.
pub struct Draft {
    name: String,
    ratings: Vec<RatingInput>,
}

impl Draft {
    /// The scale of these ratings, 2 to 20, in this order.
    pub fn parse(name: &str, ratings: Vec<RatingInput>) -> Result<Self> {
        let name = words::line("name", name, 100)?;
        if !RATINGS.contains(&ratings.len()) {
            let message = format!("a scale has {} to {} ratings, and these are {}", RATINGS.start(), RATINGS.end(), ratings.len());
            return Err(Error::invalid("ratings", Reason::OutOfRange, message));
        }
        let mut keys = HashSet::new();
        let parsed = ratings.into_iter().enumerate().map(|(number, input)| {
            let rating = parse_rating(input).and_then(|rating| {
                let taken = || Error::invalid("key", Reason::AlreadyTaken, format!("the scale has {} already", rating.key));
                if keys.insert(rating.key.clone()) { Ok(rating) } else { Err(taken()) }
            });
            rating.map_err(|error| error.within(&format!("ratings[{number}]")))
        });
        Ok(Self { name, ratings: parsed.collect::<Result<_>>()? })
    }

    /// The scale that a newsroom starts with.
    fn first() -> Self {
        let ratings = FIRST_SCALE.iter().map(|first| RatingInput {
            key: first.key.to_owned(),
            label: first.label.to_owned(),
            description: Some(first.description.to_owned()),
            rank: first.rank,
            colour: first.colour.to_owned(),
            needs_source: first.needs_source,
        });
        Self { name: "Truth".to_owned(), ratings: ratings.collect() }
    }
}

fn parse_rating(input: RatingInput) -> Result<RatingInput> {
    let key = &input.key;
    let good = key.len() <= 40
        && key.starts_with(|first: char| first.is_ascii_uppercase())
        && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if !good {
        let message = "a key is 1 to 40 capital letters, digits and underscores, such as MOSTLY_TRUE, and begins with a letter";
        return Err(Error::invalid("key", Reason::InvalidFormat, message));
    }
    if let Some(rank) = input.rank
        && !(0..=1000).contains(&rank)
    {
        return Err(Error::invalid("rank", Reason::OutOfRange, format!("a rank goes from 0 to 1000, and this is {rank}")));
    }
    let colour = input.colour.to_ascii_lowercase();
    if !colour.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Err(Error::invalid("colour", Reason::InvalidFormat, "a colour looks like #1a7f37"));
    }
    let label = words::line("label", &input.label, 100)?;
    let description = words::optional(input.description.as_deref(), |text| words::line("description", text, 500))?;
    Ok(RatingInput { label, description, colour, ..input })
}

/// Gives a new newsroom the scale that it starts with.
pub async fn create_first_scale(txn: &DatabaseTransaction, actor: &Actor, newsroom: NewsroomId) -> Result<()> {
    store_scale(txn, actor, newsroom, 1, Draft::first()).await.map(drop)
}

/// Stores the newsroom's scale of this number. Its caller says so in the log.
pub async fn store_scale(
    txn: &DatabaseTransaction,
    actor: &Actor,
    newsroom: NewsroomId,
    number: i32,
    draft: Draft,
) -> Result<scale::Model> {
    let scale = scale::Model { id: actor.new_id(), newsroom_id: newsroom, number, name: draft.name, created_at: actor.now() };
    let rows = draft.ratings.into_iter().zip(0..).map(|(rating, ordinal)| ActiveModel {
        id: Set(actor.new_id()),
        scale_id: Set(scale.id),
        ordinal: Set(ordinal),
        key: Set(rating.key),
        label: Set(rating.label),
        description: Set(rating.description.unwrap_or_default()),
        rank: Set(rating.rank),
        colour: Set(rating.colour),
        needs_source: Set(rating.needs_source),
    });
    let rows: Vec<_> = rows.collect();
    scale::Entity::insert(scale.clone().into_active_model()).exec_without_returning(txn).await?;
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(scale)
}

/// The scale that the newsroom judges with now.
pub async fn current_scale(db: &impl ConnectionTrait, newsroom: NewsroomId) -> Result<scale::Model> {
    let scales = scale::Entity::find().filter(scale::Column::NewsroomId.eq(newsroom));
    scales.order_by_desc(scale::Column::Number).one(db).await?.ok_or(Error::NotFound("rating scale"))
}

/// The newsroom's scales, newest first.
pub async fn scales_of_newsroom(db: &Db, actor: &Actor, newsroom: NewsroomId, slice: &Slice) -> Result<Page<scale::Model>> {
    actor.require(Action::Read, newsroom)?;
    let list = scale::Entity::find().filter(scale::Column::NewsroomId.eq(newsroom));
    page::read(db, list, Sort { lead: None, id: scale::Column::Id, descending: true }, slice, |row| Key::of_id(row.id.0)).await
}

/// The rating that `key` names in the newsroom's scale of now.
pub async fn fetch_by_key(txn: &DatabaseTransaction, newsroom: NewsroomId, key: &str) -> Result<Model> {
    let scale = current_scale(txn, newsroom).await?;
    Ok(find_key(&of_scales(txn, &[scale.id]).await?, key)?.clone())
}

/// The one of a scale's `ratings` that `key` names.
pub fn find_key<'a>(ratings: &'a [Model], key: &str) -> Result<&'a Model> {
    ratings.iter().find(|rating| rating.key == key).ok_or_else(|| {
        let keys: Vec<_> = ratings.iter().map(|rating| rating.key.as_str()).collect();
        let message = format!("this newsroom's rating scale has no such key; it has {}", keys.join(", "));
        Error::invalid("rating", Reason::UnknownRating, message)
    })
}

/// The ratings of these scales, each scale's in its order.
pub async fn of_scales(db: &impl ConnectionTrait, scales: &[RatingScaleId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::ScaleId.is_in(scales.iter().copied()));
    Ok(list.order_by_asc(Column::Ordinal).all(db).await?)
}

/// The scales with these ids, oldest first.
pub async fn find_scales(db: &Db, ids: &[RatingScaleId]) -> Result<Vec<scale::Model>> {
    Ok(scale::Entity::find()
        .filter(scale::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(scale::Column::Number)
        .all(db.read())
        .await?)
}

/// The rating of this id, which another row refers to.
pub async fn fetch_row(txn: &DatabaseTransaction, id: RatingId) -> Result<Model> {
    Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("rating"))
}

/// The ratings that were read, up to some thousand of them: none is ever changed, so each is read once.
#[derive(Clone)]
pub struct Known(Arc<Mutex<LruCache<RatingId, Arc<Model>>>>);

/// More than all of a hundred newsrooms' scales hold.
const MOST_KNOWN: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

impl Default for Known {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(MOST_KNOWN))))
    }
}

impl Known {
    /// The rating of this id, if it was read before.
    pub fn get(&self, id: RatingId) -> Option<Arc<Model>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// Reads the ratings with these ids.
    pub async fn find_all(&self, db: &Db, ids: &[RatingId]) -> Result<Vec<Arc<Model>>> {
        let read = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db.read()).await?;
        let read: Vec<_> = read.into_iter().map(Arc::new).collect();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for rating in &read {
            known.put(rating.id, Arc::clone(rating));
        }
        Ok(read)
    }
}

/// The scale of this id.
pub async fn fetch_scale(db: &Db, actor: &Actor, id: RatingScaleId) -> Result<scale::Model> {
    actor.signed_in()?;
    let scale = scale::Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("rating scale"))?;
    actor.require_sight(scale.newsroom_id, "rating scale")?;
    Ok(scale)
}

/// The rating of this id.
pub async fn fetch(db: &Db, actor: &Actor, id: RatingId) -> Result<Model> {
    actor.signed_in()?;
    let rating = Entity::find_by_id(id).one(db.read()).await?.ok_or(Error::NotFound("rating"))?;
    fetch_scale(db, actor, rating.scale_id).await.map_err(|error| error.renamed("rating"))?;
    Ok(rating)
}
