//! Corrections: the only way to change a ruling.
//!
//! Always true: a correction is written once, and keeps what the ruling said before; a rating is changed only where it could be published.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined, SimpleObject};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder};
use serde::Serialize;
use serde_json::json;

use super::basis;
use super::{State, fetch, parse_dissent, parse_summary};
use crate::domain::claim;
use crate::domain::error::{Error, Reason, Result, expect_version};
use crate::domain::event::{self, Kind as EventKind};
use crate::domain::ids::{AccountId, NewsroomId, RatingId, RulingId, TypedId};
use crate::domain::moment::Moment;
use crate::domain::newsroom;
use crate::domain::policy::{Action, Actor};
use crate::domain::rating;
use crate::domain::readiness;
use crate::domain::store::{self, Db};
use crate::domain::words;

/// A change of a ruling, with what it said before.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "corrections")]
#[graphql(name = "RulingCorrection", complex)]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub ruling_id: RulingId,
    /// 1, 2, 3 … within the ruling.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    /// What kind of change it was.
    pub kind: Kind,
    /// Why it was made.
    pub reason: String,
    /// When it was made.
    pub made_at: Moment,
    #[graphql(skip)]
    pub made_by: AccountId,
    #[graphql(skip)]
    pub previous_rating_id: RatingId,
    /// The summary that the ruling had until then.
    pub previous_summary: String,
    /// What the ruling said until then of verdicts that differ.
    pub previous_dissent: Option<String>,
    #[graphql(skip)]
    pub previous_basis: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What kind of change a correction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "CorrectionKind")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Something in the ruling was wrong.
    #[sea_orm(string_value = "CORRECTION")]
    Correction,
    /// It was right, and is said more clearly; the rating stays.
    #[sea_orm(string_value = "CLARIFICATION")]
    Clarification,
    /// It was right when it was published; something new came in.
    #[sea_orm(string_value = "UPDATE")]
    Update,
    /// The ruling is taken back. It stays readable as it was, and nothing of it changes any more.
    #[sea_orm(string_value = "RETRACTION")]
    Retraction,
}

/// A change of a ruling. What is left out stays.
#[derive(InputObject)]
pub struct CorrectRulingInput {
    /// The ruling.
    ruling: ID,
    /// What kind of change it is.
    kind: Kind,
    /// Why: at most 2,000 characters, for everybody who reads the ruling.
    reason: String,
    /// The key of the rating that it shall have, in the newsroom's scale of now. Another than it has needs what publishing needs, and makes the
    /// ruling rest on the verdicts that are in force now.
    rating: Option<String>,
    /// The summary that it shall have: at most 10,000 characters.
    summary: Option<String>,
    /// What it shall say of verdicts that differ: at most 10,000 characters; `null` clears.
    dissent: MaybeUndefined<String>,
    /// The ruling's version as you read it; CONFLICT if it has changed since.
    expected_version: Option<i32>,
}

/// Corrects or retracts a ruling. After a retraction the claim has the state that its verdicts say.
pub async fn correct(db: &Db, actor: &Actor, input: CorrectRulingInput) -> Result<super::Model> {
    let editor = actor.signed_in()?;
    let ruling = fetch(db, actor, RulingId::parse("ruling", &input.ruling)?).await?;
    // Where everybody may read it, it exists for strangers to the newsroom as well; what they can't do is change it.
    actor.require(Action::PublishRuling, ruling.newsroom_id).map_err(|error| error.renamed("ruling"))?;
    let reason = words::prose("reason", &input.reason, 2000)?;
    let summary = words::optional(input.summary.as_deref(), parse_summary)?;
    let dissent = match input.dissent {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => Some(Some(parse_dissent(&text)?)),
    };
    let claim = claim::fetch(db, actor, ruling.claim_id).await?;
    let actor = actor.clone();
    store::write(db, move |txn| async move {
        let (_, mut claim) = claim::lock(&txn, &claim, None).await?;
        let before = super::Entity::find_by_id(ruling.id).one(&*txn).await?.ok_or(Error::NotFound("ruling"))?;
        expect_version(input.expected_version, before.version)?;
        if before.state == State::Retracted {
            return Err(Error::invalid("ruling", Reason::RulingRetracted, "this ruling is retracted, and stays as it was"));
        }
        let number = before.version;
        let mut after = before.clone();
        after.version += 1;
        after.summary = summary.unwrap_or(after.summary);
        after.dissent = dissent.unwrap_or(after.dissent);
        let old = rating::fetch_row(&txn, before.rating_id).await?;
        let new = match input.rating {
            Some(key) => rating::fetch_by_key(&txn, claim.newsroom_id, &key).await?,
            None => old.clone(),
        };
        after.rating_id = new.id;
        check_kind(input.kind, &before, &after)?;

        let policy = newsroom::policy_of(&txn, claim.newsroom_id).await?;
        let unruled = claim::State::of(claim.verdict_count, policy);
        if input.kind == Kind::Retraction {
            after.state = State::Retracted;
            claim.state = unruled;
        }
        let mut rests_on = None;
        if after.rating_id != before.rating_id {
            let as_if_unruled = claim::Model { state: unruled, ..claim.clone() };
            let verdicts = readiness::expect(&txn, &actor, &as_if_unruled, policy, &new).await?;
            after.basis = number;
            basis::record(&txn, &after, &claim, &verdicts).await?;
            rests_on = Some(verdicts.into_iter().map(|(submission, _)| submission).collect::<Vec<_>>());
        }
        super::Entity::update(after.clone().into_active_model().reset_all()).exec(&*txn).await?;
        let correction = Model {
            ruling_id: before.id,
            number,
            newsroom_id: before.newsroom_id,
            kind: input.kind,
            reason,
            made_at: actor.now(),
            made_by: editor,
            previous_rating_id: before.rating_id,
            previous_summary: before.summary.clone(),
            previous_dissent: before.dissent.clone(),
            previous_basis: before.basis,
        };
        Entity::insert(correction.clone().into_active_model()).exec_without_returning(&*txn).await?;
        claim.version += 1;
        claim::save(&txn, &claim).await?;
        let says = |ruling: &super::Model, rating: &rating::Model| json!({ "rating": rating.key, "summary": ruling.summary, "dissent": ruling.dissent });
        let detail = json!({
            "ruling": after.id,
            "number": number,
            "kind": correction.kind,
            "reason": correction.reason,
            "before": says(&before, &old),
            "after": says(&after, &new),
            "submissions": rests_on,
        });
        event::append(&txn, &actor, claim.newsroom_id, EventKind::RulingCorrected, claim::subject(&claim), detail).await?;
        Ok(after)
    })
    .await
}

/// The corrections of these rulings, each ruling's first one first.
pub async fn of_rulings(db: &Db, rulings: &[RulingId]) -> Result<Vec<Model>> {
    let list = Entity::find().filter(Column::RulingId.is_in(rulings.iter().copied()));
    Ok(list.order_by_asc(Column::Number).all(db.read()).await?)
}

/// Refuses a change that is not of the kind that it says: a retraction changes nothing that the ruling says, a clarification not the rating,
/// and all but a retraction change something.
fn check_kind(kind: Kind, before: &super::Model, after: &super::Model) -> Result<()> {
    let changed = [
        ("rating", before.rating_id != after.rating_id),
        ("summary", before.summary != after.summary),
        ("dissent", before.dissent != after.dissent),
    ];
    let first = changed.iter().find(|(_, changed)| *changed).map(|(field, _)| *field);
    match (kind, first) {
        (Kind::Retraction, Some(field)) => {
            let message = "what is retracted stays readable as it was: leave out what it shall say";
            Err(Error::invalid(field, Reason::Contradiction, message))
        }
        (Kind::Clarification, Some("rating")) => {
            let message = "a clarification leaves the rating as it is; a CORRECTION or an UPDATE changes it";
            Err(Error::invalid("rating", Reason::Contradiction, message))
        }
        (Kind::Correction | Kind::Clarification | Kind::Update, None) => {
            let message = "this changes neither the rating nor the summary nor what is said of dissent";
            Err(Error::invalid("summary", Reason::NothingChanged, message))
        }
        _ => Ok(()),
    }
}
