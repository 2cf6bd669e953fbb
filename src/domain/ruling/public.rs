//! Everything that a stranger may read of a ruling, as values for public pages and exports.
//!
//! Invariants: it reads with the functions that the API's fields read with, and decides nothing by
//! itself. [`newsroom()`] and [`ruling()`] refuse a newsroom whose policy has no `publicReading`, unless
//! the actor is a member. Pages and exports show no account: of a verdict they leave out the reviewer
//! and the note on a reaffirmation.

use std::collections::{BTreeSet, HashMap, HashSet};

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::basis::{self, RulingSubject, RulingVerdict};
use super::correction::{self, CorrectionKind};
use super::published::{self, RulingAppearance};
use super::{Column, Entity, Model, State};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Result};
use crate::domain::ids::{RatingId, RatingScaleId, RulingId, SubmissionId, TypedId};
use crate::domain::newsroom::profile::Profile;
use crate::domain::newsroom::{self, rating};
use crate::domain::store::Db;
use crate::domain::time::Moment;
use crate::domain::verdict::source::{self, CitedSource};

/// A newsroom, as its public pages show it.
#[derive(Clone, Debug)]
pub struct PublicNewsroom {
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its public profile.
    pub profile: Profile,
}

/// A rating with the ends of its scale.
#[derive(Clone, Debug)]
pub struct PublicRating {
    /// The name for programs.
    pub key: String,
    /// The name for people.
    pub label: String,
    /// When the rating is used. Empty if not given.
    pub description: String,
    /// The colour, as `#rrggbb`.
    pub colour: String,
    /// Its rank, and the lowest and the highest rank of the scale. A higher rank is truer. None for
    /// ratings outside that order.
    pub rank: Option<Rank>,
}

/// A place between false and true.
#[derive(Clone, Copy, Debug)]
pub struct Rank {
    /// The rating's own rank.
    pub own: i32,
    /// The lowest rank of its scale.
    pub worst: i32,
    /// The highest rank of its scale.
    pub best: i32,
}

/// A verdict that a ruling rests on.
#[derive(Clone, Debug)]
pub struct PublicVerdict {
    /// Its content.
    pub verdict: RulingVerdict,
    /// Its rating.
    pub rating: PublicRating,
    /// The sources that it cites.
    pub citations: Vec<CitedSource>,
}

/// A change to a ruling, with what the ruling said before.
#[derive(Clone, Debug)]
pub struct PublicCorrection {
    /// The number within the ruling.
    pub number: i32,
    /// The kind of change.
    pub kind: CorrectionKind,
    /// The reason.
    pub reason: String,
    /// The time of the change.
    pub made_at: Moment,
    /// The rating before it.
    pub previous_rating: PublicRating,
    /// The summary before it.
    pub previous_summary: String,
    /// The text about dissent before it.
    pub previous_dissent: Option<String>,
    /// The verdicts that the ruling rested on before it. Empty if they are still the same.
    pub previous_verdicts: Vec<PublicVerdict>,
}

/// A ruling on another appearance of the claim.
#[derive(Clone, Debug)]
pub struct PublicAppearance {
    /// The claim and its article.
    pub claim: RulingAppearance,
    /// The rating.
    pub rating: PublicRating,
}

/// A ruling with everything that a stranger may read of it.
#[derive(Clone, Debug)]
pub struct PublicRuling {
    /// Its id.
    pub id: RulingId,
    /// Its name in addresses.
    pub slug: String,
    /// Its number within the claim.
    pub number: i32,
    /// Its version, which rises with each correction.
    pub version: i32,
    /// Whether it is current or retracted.
    pub state: State,
    /// The rating.
    pub rating: PublicRating,
    /// The findings.
    pub summary: String,
    /// Its text about verdicts that differ.
    pub dissent: Option<String>,
    /// The time of publication.
    pub published_at: Moment,
    /// The claim and its article.
    pub subject: RulingSubject,
    /// The verdicts that it rests on.
    pub verdicts: Vec<PublicVerdict>,
    /// Its corrections, oldest first.
    pub corrections: Vec<PublicCorrection>,
    /// The current rulings on other appearances of the claim.
    pub appearances: Vec<PublicAppearance>,
    /// Whether the words have changed since. None if the server did not record it.
    pub words_changed: Option<bool>,
}

impl PublicRuling {
    /// Whether the newsroom retracted it.
    pub fn is_retracted(&self) -> bool {
        self.state == State::Retracted
    }

    /// The time of the last change, or of publication.
    pub fn changed_at(&self) -> Moment {
        self.corrections.last().map_or(self.published_at, |last| last.made_at)
    }
}

impl newsroom::Model {
    /// The newsroom, as its public pages show it.
    pub fn public(&self) -> PublicNewsroom {
        PublicNewsroom { slug: self.slug.clone(), name: self.name.clone(), profile: self.profile() }
    }
}

/// Returns the newsroom's ruling with this name in addresses, which is its slug or its id.
pub async fn ruling(db: &Db, newsroom: &newsroom::Model, name: &str) -> Result<Model> {
    let named = match RulingId::find(name) {
        Some(id) => Column::Id.eq(id),
        None => Column::Slug.eq(name),
    };
    let found = Entity::find().filter(Column::NewsroomId.eq(newsroom.id)).filter(named);
    found.one(db).await?.ok_or(Error::NotFound("ruling"))
}

/// Returns the newsroom with this slug, if the actor may read its rulings.
pub async fn newsroom(db: &Db, actor: &Actor, slug: &str) -> Result<newsroom::Model> {
    published::readable(db, actor, slug).await
}

/// Returns the newsroom's newest rulings that were published or corrected, at most `most` for each.
pub async fn newest(db: &Db, newsroom: &newsroom::Model, most: u64) -> Result<Vec<Model>> {
    let list = || Entity::find().filter(Column::NewsroomId.eq(newsroom.id));
    let corrected = correction::Entity::find()
        .select_only()
        .column(correction::Column::RulingId)
        .filter(correction::Column::NewsroomId.eq(newsroom.id))
        .order_by_desc(correction::Column::MadeAt)
        .limit(most)
        .into_tuple::<RulingId>()
        .all(db)
        .await?;
    let mut rulings = list().order_by_desc(Column::Id).limit(most).all(db).await?;
    let known: HashSet<_> = rulings.iter().map(|ruling| ruling.id).collect();
    let older: HashSet<_> = corrected.into_iter().filter(|id| !known.contains(id)).collect();
    if !older.is_empty() {
        rulings.extend(list().filter(Column::Id.is_in(older)).all(db).await?);
    }
    Ok(rulings)
}

/// Returns everything that a stranger may read of the newsroom's newest rulings, at most `most`.
pub async fn newest_published(
    db: &Db,
    newsroom: &newsroom::Model,
    most: u64,
) -> Result<Vec<PublicRuling>> {
    let list = Entity::find().filter(Column::NewsroomId.eq(newsroom.id));
    let rulings = list.order_by_desc(Column::Id).limit(most).all(db).await?;
    let mut all = Vec::with_capacity(rulings.len());
    for some in rulings.chunks(AT_ONCE) {
        all.extend(details(db, some).await?);
    }
    Ok(all)
}

/// The number of rulings that are read at once.
const AT_ONCE: usize = 100;

/// Returns the ratings that rulings of this newsroom have, by their labels.
pub async fn ratings_in_use(db: &Db, newsroom: &newsroom::Model) -> Result<Vec<rating::Model>> {
    let used: Vec<RatingId> = Entity::find()
        .select_only()
        .column(Column::RatingId)
        .distinct()
        .filter(Column::NewsroomId.eq(newsroom.id))
        .into_tuple()
        .all(db)
        .await?;
    let list = rating::Entity::find().filter(rating::Column::Id.is_in(used));
    let mut ratings = list.order_by_asc(rating::Column::Ordinal).all(db).await?;
    let mut seen = HashSet::new();
    ratings.retain(|rating| seen.insert(rating.key.clone()));
    Ok(ratings)
}

/// The parts of rulings, read at once for all of them.
struct Parts {
    subjects: HashMap<basis::BasisKey, RulingSubject>,
    verdicts: HashMap<basis::BasisKey, Vec<RulingVerdict>>,
    citations: HashMap<SubmissionId, Vec<CitedSource>>,
    corrections: HashMap<RulingId, Vec<correction::Model>>,
    appearances: HashMap<crate::domain::ids::ClaimId, Vec<RulingAppearance>>,
    changed: HashMap<RulingId, bool>,
    ratings: HashMap<RatingId, PublicRating>,
}

/// Reads everything that a stranger may read of these rulings, in the same order. The caller has
/// checked that the actor may read them.
pub async fn details(db: &Db, rulings: &[Model]) -> Result<Vec<PublicRuling>> {
    let parts = Parts::read(db, rulings).await?;
    rulings.iter().map(|ruling| parts.assemble(ruling)).collect()
}

impl Parts {
    async fn read(db: &Db, rulings: &[Model]) -> Result<Self> {
        let ids: Vec<_> = rulings.iter().map(|ruling| ruling.id).collect();
        let claims: Vec<_> = rulings.iter().map(|ruling| ruling.claim_id).collect();
        let places: Vec<_> = rulings.iter().map(|it| ((it.id, it.basis), it.claim_id)).collect();
        let keys: Vec<_> = places.iter().map(|(place, _)| *place).collect();
        let mut corrections: HashMap<_, Vec<_>> = HashMap::new();
        for row in correction::of_rulings(db, &ids).await? {
            corrections.entry(row.ruling_id).or_default().push(row);
        }
        let mut verdicts: HashMap<_, Vec<_>> = HashMap::new();
        for row in basis::verdicts(db, &keys).await? {
            verdicts.entry((row.ruling_id, row.basis)).or_default().push(row);
        }
        let submissions: HashSet<_> =
            verdicts.values().flatten().map(|verdict| verdict.submission_id).collect();
        let submissions: Vec<_> = submissions.into_iter().collect();
        let mut citations: HashMap<_, Vec<_>> = HashMap::new();
        for row in source::of_submissions(db, &submissions).await? {
            citations.entry(row.submission_id).or_default().push(CitedSource::from(row));
        }
        let appearances = published::appearances(db, &claims).await?;
        let rated: BTreeSet<_> = (rulings.iter().map(|ruling| ruling.rating_id))
            .chain(verdicts.values().flatten().map(|verdict| verdict.rating_id))
            .chain(corrections.values().flatten().map(|it| it.previous_rating_id))
            .chain(appearances.values().flatten().map(|it| it.rating_id))
            .collect();
        Ok(Self {
            subjects: basis::subjects(db, &places).await?,
            verdicts,
            citations,
            corrections,
            appearances,
            changed: basis::words_changed(db, &ids).await?.into_iter().collect(),
            ratings: ratings(db, rated).await?,
        })
    }

    fn assemble(&self, ruling: &Model) -> Result<PublicRuling> {
        let place = (ruling.id, ruling.basis);
        let corrections = self.corrections.get(&ruling.id).into_iter().flatten();
        let appearances = self.appearances.get(&ruling.claim_id).into_iter().flatten();
        Ok(PublicRuling {
            id: ruling.id,
            slug: ruling.name_in_addresses(),
            number: ruling.number,
            version: ruling.version,
            state: ruling.state,
            rating: self.rating(ruling.rating_id)?,
            summary: ruling.summary.clone(),
            dissent: ruling.dissent.clone(),
            published_at: ruling.published_at,
            subject: self.subjects.get(&place).cloned().ok_or_else(|| missing("subject"))?,
            verdicts: self.verdicts_of(place)?,
            corrections: corrections
                .map(|row| self.correction(row, ruling.basis))
                .collect::<Result<_>>()?,
            appearances: appearances
                .map(|claim| {
                    let rating = self.rating(claim.rating_id)?;
                    Ok(PublicAppearance { claim: claim.clone(), rating })
                })
                .collect::<Result<_>>()?,
            words_changed: self.changed.get(&ruling.id).copied(),
        })
    }

    fn correction(&self, row: &correction::Model, basis: i32) -> Result<PublicCorrection> {
        let is_same = row.previous_basis == basis;
        Ok(PublicCorrection {
            number: row.number,
            kind: row.kind,
            reason: row.reason.clone(),
            made_at: row.made_at,
            previous_rating: self.rating(row.previous_rating_id)?,
            previous_summary: row.previous_summary.clone(),
            previous_dissent: row.previous_dissent.clone(),
            previous_verdicts: if is_same {
                Vec::new()
            } else {
                self.verdicts_of((row.ruling_id, row.previous_basis))?
            },
        })
    }

    fn verdicts_of(&self, place: basis::BasisKey) -> Result<Vec<PublicVerdict>> {
        let verdicts = self.verdicts.get(&place).into_iter().flatten();
        verdicts
            .map(|verdict| {
                Ok(PublicVerdict {
                    rating: self.rating(verdict.rating_id)?,
                    citations: self
                        .citations
                        .get(&verdict.submission_id)
                        .cloned()
                        .unwrap_or_default(),
                    verdict: verdict.clone(),
                })
            })
            .collect()
    }

    fn rating(&self, id: RatingId) -> Result<PublicRating> {
        self.ratings.get(&id).cloned().ok_or_else(|| missing("rating"))
    }
}

/// Reads these ratings with the ends of their scales.
pub async fn ratings(db: &Db, ids: BTreeSet<RatingId>) -> Result<HashMap<RatingId, PublicRating>> {
    let rated = rating::Entity::find().filter(rating::Column::Id.is_in(ids)).all(db).await?;
    let scales: HashSet<RatingScaleId> = rated.iter().map(|rating| rating.scale_id).collect();
    let all = rating::of_scales(db, &scales.into_iter().collect::<Vec<_>>()).await?;
    let ends = |scale: RatingScaleId| {
        let ranks = || all.iter().filter(|it| it.scale_id == scale).filter_map(|it| it.rank);
        ranks().min().zip(ranks().max())
    };
    let public = |row: rating::Model| {
        let rank = row.rank.zip(ends(row.scale_id));
        let rank = rank.map(|(own, (worst, best))| Rank { own, worst, best });
        let (key, label) = (row.key, row.label);
        let rating =
            PublicRating { key, label, description: row.description, colour: row.colour, rank };
        (row.id, rating)
    };
    Ok(rated.into_iter().map(public).collect())
}

fn missing(what: &str) -> Error {
    anyhow::anyhow!("the {what} of a ruling is missing").into()
}
