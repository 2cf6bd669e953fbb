//! Putting anchors back: a new text equals the text of an earlier revision.
//!
//! Invariants: each claim's anchors go back where they were in that revision, with the status that
//! they had there. The words are exactly those that were there, so nothing is compared. The
//! verdicts that were fresh there are fresh again, unless somebody judged or re-anchored the claim
//! in between. Then its verdicts are stale. A claim that was marked later is carried as usual.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::{Value as Json, json};

use super::Carried;
use crate::domain::article::anchor::{self, Placed};
use crate::domain::article::revision;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ClaimId, VerdictId};
use crate::domain::text::alignment::Status;
use crate::domain::text::quote::Found;

/// The part of verdicts that this module reads. Verdicts belong to a layer above claims.
mod judgement {
    use super::{ClaimId, VerdictId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "verdicts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: VerdictId,
        pub claim_id: ClaimId,
        pub state: String,
        pub read_wording: i32,
        pub read_revision: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The effect on a claim whose anchors are back where they were.
pub(super) struct PutBack {
    /// The number of the revision that they were in.
    revision: i32,
    /// The verdicts whose words are back: they are fresh.
    fresh: Vec<VerdictId>,
    /// Whether the claim is stale.
    pub stale: bool,
}

/// Puts claims back where they were in these `earlier` revisions, which have the same text. For
/// each claim, the first revision in which it had anchors counts.
pub(super) async fn put_back(
    db: &impl ConnectionTrait,
    earlier: &[revision::Model],
    carried: &mut BTreeMap<ClaimId, Carried>,
    placed: &mut Vec<Placed>,
) -> Result<()> {
    if earlier.is_empty() || carried.is_empty() {
        return Ok(());
    }
    let mut originals = originals(db, earlier, carried).await?;
    // A claim whose anchors are at these places already is not put back. It stays as it was
    // carried.
    originals.retain(|id, (_, anchors)| {
        let now: Vec<_> = placed.iter_mut().filter(|place| place.claim == *id).collect();
        let is_there = |place: &&mut Placed| {
            anchors.iter().any(|anchor| {
                anchor.ordinal == place.ordinal
                    && anchor.extent() == place.found.extent
                    && settled(anchor.status) == settled(place.status)
            })
        };
        let stays = !carried[id].reworded && now.len() == anchors.len() && now.iter().all(is_there);
        !stays
    });
    if originals.is_empty() {
        return Ok(());
    }
    let history = History::read(db, &originals).await?;
    placed.retain(|place| !originals.contains_key(&place.claim));
    for (id, (revision, anchors)) in originals {
        let Some(of) = carried.get_mut(&id) else { continue };
        of.worst =
            anchors.iter().map(|anchor| settled(anchor.status)).max().unwrap_or(Status::Exact);
        of.position = anchors.iter().map(|anchor| anchor.start_at).min().unwrap_or(of.position);
        of.changed = true;
        of.reworded = true;
        of.put_back = Some(history.effect(&of.claim, of.worst, revision, &anchors));
        placed.extend(anchors.into_iter().map(|anchor| Placed {
            claim: id,
            wording: of.claim.wording,
            ordinal: anchor.ordinal,
            status: settled(anchor.status),
            found: Found {
                extent: anchor.extent(),
                exact: anchor.exact,
                prefix: anchor.prefix,
                suffix: anchor.suffix,
            },
        }));
    }
    Ok(())
}

/// Makes the verdicts fresh whose words are back. Call it after the claims are stored.
pub(super) async fn keep_fresh(txn: &DatabaseTransaction, carried: &[Carried]) -> Result<()> {
    let put_back = carried.iter().filter_map(|of| of.put_back.as_ref());
    let fresh: Vec<_> = put_back.flat_map(|put_back| put_back.fresh.iter().copied()).collect();
    let wording = Query::select()
        .column((claim::Entity, claim::Column::Wording))
        .from(claim::Entity)
        .and_where(
            Expr::col((claim::Entity, claim::Column::Id))
                .equals((judgement::Entity, judgement::Column::ClaimId)),
        )
        .to_owned();
    // 500 verdicts per statement stay below the parameter limit of both databases.
    for chunk in fresh.chunks(500) {
        judgement::Entity::update_many()
            .col_expr(
                judgement::Column::ReadWording,
                Expr::SubQuery(None, Box::new(wording.clone().into())),
            )
            .filter(judgement::Column::Id.is_in(chunk.iter().copied()))
            .exec(txn)
            .await?;
    }
    Ok(())
}

/// The part of the event's detail that lists the claims whose anchors are back.
pub(super) fn detail(carried: &[Carried]) -> serde_json::Map<String, Json> {
    let put_back = carried.iter().filter_map(|of| Some((of.claim.id, of.put_back.as_ref()?)));
    let say = |put_back: &PutBack| {
        json!({
            "revision": put_back.revision,
            "freshVerdicts": put_back.fresh,
            "stale": put_back.stale,
        })
    };
    put_back.map(|(id, put_back)| (id.to_string(), say(put_back))).collect()
}

/// MOVED only compares with the revision before. An anchor that is back in its old place is EXACT.
const fn settled(status: Status) -> Status {
    match status {
        Status::Moved => Status::Exact,
        other => other,
    }
}

type Originals = BTreeMap<ClaimId, (i32, Vec<anchor::Model>)>;

/// Each claim's anchors in the first of these revisions in which it has any.
async fn originals(
    db: &impl ConnectionTrait,
    earlier: &[revision::Model],
    carried: &BTreeMap<ClaimId, Carried>,
) -> Result<Originals> {
    let ids: Vec<_> = earlier.iter().map(|revision| revision.id).collect();
    let mut found: HashMap<_, Vec<anchor::Model>> = HashMap::new();
    for anchor in anchor::of_revisions(db, &ids).await? {
        found.entry((anchor.claim_id, anchor.revision_id)).or_default().push(anchor);
    }
    let first = |claim: &ClaimId| {
        let mut all = earlier.iter();
        all.find_map(|revision| Some((revision.number, found.remove(&(*claim, revision.id))?)))
    };
    let mut first = first;
    Ok(carried.keys().filter_map(|claim| Some((*claim, first(claim)?))).collect())
}

/// The verdicts on the claims whose anchors are put back, and when these were re-anchored.
struct History {
    verdicts: HashMap<ClaimId, Vec<judgement::Model>>,
    /// The claims that were re-anchored, and in which revisions.
    reanchored: HashSet<(ClaimId, i32)>,
}

impl History {
    async fn read(db: &impl ConnectionTrait, originals: &Originals) -> Result<Self> {
        let claims: Vec<_> = originals.keys().copied().collect();
        let mut history = Self { verdicts: HashMap::new(), reanchored: HashSet::new() };
        for chunk in claims.chunks(500) {
            let judged = judgement::Entity::find()
                .filter(judgement::Column::ClaimId.is_in(chunk.iter().copied()));
            for verdict in judged.all(db).await? {
                history.verdicts.entry(verdict.claim_id).or_default().push(verdict);
            }
            let reanchored = event::Entity::find()
                .filter(event::Column::ClaimId.is_in(chunk.iter().copied()))
                .filter(event::Column::Kind.eq(Kind::ClaimReanchored));
            for event in reanchored.all(db).await? {
                let detail: Json = serde_json::from_str(&event.detail).unwrap_or_default();
                let revision = detail["revision"].as_i64().and_then(|it| i32::try_from(it).ok());
                history.reanchored.extend(event.claim_id.zip(revision));
            }
        }
        Ok(history)
    }

    fn effect(
        &self,
        claim: &claim::Model,
        worst: Status,
        revision: i32,
        anchors: &[anchor::Model],
    ) -> PutBack {
        let wording = anchors.first().map_or(claim.wording, |anchor| anchor.wording);
        let verdicts = self.verdicts.get(&claim.id).map_or(&[][..], Vec::as_slice);
        let judged_since = verdicts
            .iter()
            .any(|given| given.read_wording > wording && given.read_revision > revision);
        let reanchored_since =
            self.reanchored.iter().any(|(id, number)| *id == claim.id && *number > revision);
        let mut current = verdicts.iter().filter(|given| given.state == "SUBMITTED");
        let is_fresh = |given: &&judgement::Model| {
            !judged_since && !reanchored_since && given.read_wording >= wording
        };
        let fresh: Vec<_> = current.clone().filter(is_fresh).map(|given| given.id).collect();
        let stale = match worst {
            Status::Orphaned => true,
            worst if verdicts.is_empty() || claim.verdict_count == 0 => worst.is_stale(),
            _ => !current.all(|given| fresh.contains(&given.id)),
        };
        PutBack { revision, fresh, stale }
    }
}
