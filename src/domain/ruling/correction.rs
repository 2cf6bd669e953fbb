//! Corrections: the only way to change a ruling.
//!
//! Invariants: a correction is written once, and keeps the previous content of the ruling. A rating
//! can change only if a ruling with the new rating could be published.

use std::collections::BTreeSet;

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder};
use serde::Serialize;
use serde_json::json;

use super::{State, fetch, parse_dissent, parse_summary};
use super::{basis, signature};
use crate::domain::actor::Actor;
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result, expect_version};
use crate::domain::event::{self, Kind as EventKind};
use crate::domain::ids::{AccountId, NewsroomId, RatingId, RulingId, TypedId};
use crate::domain::newsroom;
use crate::domain::newsroom::rating;
use crate::domain::permissions::Action;
use crate::domain::ruling::readiness;
use crate::domain::store::{self, Db};
use crate::domain::text_input;
use crate::domain::time::Moment;

/// A change to a published ruling, with the ruling's previous content.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "corrections")]
#[graphql(name = "RulingCorrection", complex)]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub ruling_id: RulingId,
    /// Correction number within the ruling: 1, 2, 3 and so on.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    /// The kind of change.
    pub kind: CorrectionKind,
    /// The reason for the change.
    pub reason: String,
    /// The time of the change.
    pub made_at: Moment,
    #[graphql(skip)]
    pub made_by: AccountId,
    #[graphql(skip)]
    pub previous_rating_id: RatingId,
    /// The ruling's summary before this change.
    pub previous_summary: String,
    /// The ruling's text about dissent before this change. Null if there was none.
    pub previous_dissent: Option<String>,
    #[graphql(skip)]
    pub previous_basis: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The kind of change that a correction makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "CorrectionKind")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CorrectionKind {
    /// Something in the ruling was wrong.
    #[sea_orm(string_value = "CORRECTION")]
    Correction,
    /// The ruling was right, and is now worded more clearly. The rating stays.
    #[sea_orm(string_value = "CLARIFICATION")]
    Clarification,
    /// The ruling was right when it was published. New information has come in since.
    #[sea_orm(string_value = "UPDATE")]
    Update,
    /// The newsroom retracts the ruling. It stays readable, and cannot change any more.
    #[sea_orm(string_value = "RETRACTION")]
    Retraction,
}

/// A change to a ruling. Omitted fields stay unchanged.
#[derive(InputObject)]
pub struct CorrectRulingInput {
    /// The ruling's id.
    ruling: ID,
    /// The kind of change.
    kind: CorrectionKind,
    /// The reason: at most 2,000 characters. Every reader of the ruling can read it.
    reason: String,
    /// The new rating's key in the newsroom's current scale. Changing the rating requires
    /// everything that publishing requires. The ruling then rests on the current verdicts. Default:
    /// unchanged.
    rating: Option<String>,
    /// The new summary: at most 10,000 characters. Default: unchanged.
    summary: Option<String>,
    /// The new text about verdicts that differ: at most 10,000 characters. `null` clears it.
    /// Default: unchanged. Required if the ruling has such a text, and a verdict that it is about
    /// agrees with the new rating or is no longer current.
    dissent: MaybeUndefined<String>,
    /// The ruling's version that you read. Optional. CONFLICT if the ruling has changed since.
    expected_version: Option<i32>,
}

/// Corrects or retracts a ruling. After a retraction, the claim's state follows from its verdicts
/// again.
pub async fn correct(db: &Db, actor: &Actor, input: CorrectRulingInput) -> Result<super::Model> {
    let editor = actor.signed_in()?;
    let ruling = fetch(db, actor, RulingId::parse("ruling", &input.ruling)?).await?;
    // A public ruling also exists for people outside the newsroom. They get FORBIDDEN, because they
    // cannot change it.
    let permit = actor
        .require(Action::PublishRuling, ruling.newsroom_id)
        .map_err(|error| error.renamed("ruling"))?;
    let change = Change::parse(input)?;
    let claim = claim::fetch(db, actor, ruling.claim_id).await?;
    store::write(db, permit, move |txn, actor| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, None).await?;
        let before = reread(&txn, ruling.id).await?;
        expect_version(change.expected_version, before.version)?;
        if before.state == State::Retracted {
            let message = "This ruling is retracted and cannot change.";
            return Err(Error::invalid("ruling", Reason::RulingRetracted, message));
        }
        let old = rating::fetch_row(&txn, before.rating_id).await?;
        let new = match &change.rating {
            Some(key) => rating::fetch_by_key(&txn, claim.newsroom_id, key).await?,
            None => old.clone(),
        };
        let mut after = change.applied_to(&before, &new);
        check_kind(change.kind, &before, &after)?;

        let policy = newsroom::policy_of(&txn, &actor, claim.newsroom_id).await?;
        let unruled = claim::State::of(claim.verdict_count, policy);
        if change.kind == CorrectionKind::Retraction {
            after.state = State::Retracted;
            claim.state = unruled;
        }
        let verdicts = if after.rating_id == before.rating_id {
            None
        } else {
            let as_if_unruled = claim::Model { state: unruled, ..claim.clone() };
            let verdicts = readiness::expect(&txn, &actor, &as_if_unruled, policy, &new).await?;
            if change.dissent.is_undefined() {
                expect_fitting_dissent(&txn, &before, &verdicts).await?;
            }
            rest_on(&txn, &mut after, &claim, &verdicts).await?;
            Some(verdicts)
        };
        super::Entity::update(after.clone().into_active_model().reset_all()).exec(&*txn).await?;
        let correction = Model::of(&before, change, editor, actor.now());
        Entity::insert(correction.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        signature::sign(&txn, &actor, &after, &claim, Some(&correction)).await?;
        let detail = detail(&correction, (&before, &old), (&after, &new), verdicts);
        let subject = claim::subject(&claim);
        event::append(&txn, &actor, claim.newsroom_id, EventKind::RulingCorrected, subject, detail)
            .await?;
        Ok(after)
    })
    .await
}

/// A valid correction. A part that is `None` or undefined stays as it is.
struct Change {
    kind: CorrectionKind,
    reason: String,
    expected_version: Option<i32>,
    rating: Option<String>,
    summary: Option<String>,
    dissent: MaybeUndefined<String>,
}

impl Change {
    fn parse(input: CorrectRulingInput) -> Result<Self> {
        Ok(Self {
            kind: input.kind,
            reason: text_input::prose("reason", &input.reason, 2000)?,
            expected_version: input.expected_version,
            rating: input.rating,
            summary: text_input::optional(input.summary.as_deref(), parse_summary)?,
            dissent: match input.dissent {
                MaybeUndefined::Value(text) => MaybeUndefined::Value(parse_dissent(&text)?),
                unchanged_or_cleared => unchanged_or_cleared,
            },
        })
    }

    /// The ruling's next version, with the rating that `rating` names.
    fn applied_to(&self, before: &super::Model, rating: &rating::Model) -> super::Model {
        super::Model {
            version: before.version + 1,
            rating_id: rating.id,
            summary: self.summary.clone().unwrap_or_else(|| before.summary.clone()),
            dissent: match &self.dissent {
                MaybeUndefined::Undefined => before.dissent.clone(),
                MaybeUndefined::Null => None,
                MaybeUndefined::Value(text) => Some(text.clone()),
            },
            ..before.clone()
        }
    }
}

impl Model {
    /// A correction of `before`, whose content it keeps.
    fn of(before: &super::Model, change: Change, made_by: AccountId, made_at: Moment) -> Self {
        Self {
            ruling_id: before.id,
            number: before.version,
            newsroom_id: before.newsroom_id,
            kind: change.kind,
            reason: change.reason,
            made_at,
            made_by,
            previous_rating_id: before.rating_id,
            previous_summary: before.summary.clone(),
            previous_dissent: before.dissent.clone(),
            previous_basis: before.basis,
        }
    }
}

async fn reread(txn: &DatabaseTransaction, id: RulingId) -> Result<super::Model> {
    super::Entity::find_by_id(id).one(txn).await?.ok_or(Error::NotFound("ruling"))
}

/// Makes the ruling rest on these verdicts, and on the claim's words as they are now.
async fn rest_on(
    txn: &DatabaseTransaction,
    ruling: &mut super::Model,
    claim: &claim::Model,
    verdicts: &[basis::Support],
) -> Result<()> {
    // The basis has the number of the correction that makes it.
    ruling.basis = ruling.version - 1;
    ruling.basis_wording = Some(claim.wording);
    ruling.basis_revision_id = Some(claim.revision_id);
    basis::record(txn, ruling, claim, verdicts).await
}

/// The details of a correction for the log. `verdicts` are those that the ruling now rests on, if they
/// changed.
fn detail(
    correction: &Model,
    before: (&super::Model, &rating::Model),
    after: (&super::Model, &rating::Model),
    verdicts: Option<Vec<basis::Support>>,
) -> serde_json::Value {
    let content = |(ruling, rating): (&super::Model, &rating::Model)| json!({ "rating": rating.key, "summary": ruling.summary, "dissent": ruling.dissent });
    let submissions = verdicts
        .map(|verdicts| verdicts.into_iter().map(|support| support.submission).collect::<Vec<_>>());
    json!({
        "ruling": correction.ruling_id,
        "number": correction.number,
        "kind": correction.kind,
        "reason": correction.reason,
        "before": content(before),
        "after": content(after),
        "submissions": submissions,
    })
}

/// Returns the corrections of these rulings, oldest first per ruling.
pub async fn of_rulings(db: &Db, rulings: &[RulingId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::RulingId.is_in(rulings.iter().copied()));
    Ok(list.order_by_asc(Column::Number).all(db).await?)
}

/// Refuses to keep a text about dissent if a verdict that it is about no longer differs.
async fn expect_fitting_dissent(
    txn: &DatabaseTransaction,
    before: &super::Model,
    verdicts: &[basis::Support],
) -> Result<()> {
    if before.dissent.is_none() {
        return Ok(());
    }
    let differing = verdicts.iter().filter(|support| support.dissents == Some(true));
    let now: BTreeSet<_> = differing.map(|support| support.submission).collect();
    if basis::dissenting(txn, before).await?.is_subset(&now) {
        return Ok(());
    }
    let message = "The ruling's `dissent` is about verdicts that no longer differ or no longer \
                   count. Send `dissent`: a new text, the same text, or null for none.";
    Err(Error::invalid("dissent", Reason::DissentOutdated, message))
}

/// Refuses a change that does not match its kind. A retraction must change no content. A
/// clarification must keep the rating. Any other correction must change something.
fn check_kind(kind: CorrectionKind, before: &super::Model, after: &super::Model) -> Result<()> {
    let changed = [
        ("rating", before.rating_id != after.rating_id),
        ("summary", before.summary != after.summary),
        ("dissent", before.dissent != after.dissent),
    ];
    let first = changed.iter().find(|(_, changed)| *changed).map(|(field, _)| *field);
    match (kind, first) {
        (CorrectionKind::Retraction, Some(field)) => {
            let message = "A retraction keeps the ruling's content. Leave out `rating`, `summary` \
             and `dissent`.";
            Err(Error::invalid(field, Reason::Contradiction, message))
        }
        (CorrectionKind::Clarification, Some("rating")) => {
            let message = "A CLARIFICATION cannot change the rating. Use CORRECTION or UPDATE.";
            Err(Error::invalid("rating", Reason::Contradiction, message))
        }
        (
            CorrectionKind::Correction | CorrectionKind::Clarification | CorrectionKind::Update,
            None,
        ) => {
            let message =
                "This changes nothing. Send a different `rating`, `summary` or `dissent`.";
            Err(Error::invalid("summary", Reason::NothingChanged, message))
        }
        _ => Ok(()),
    }
}
