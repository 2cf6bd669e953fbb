//! Finds what members asked to get mails about: in the audit logs, among assignments that are due
//! soon, and by the time of day.
//!
//! Invariants: the audit log is the outbox, so news of a write comes if and only if the write was
//! committed. Each occasion makes one mail, however many servers look. Nothing older than a day makes
//! one, and nothing from before the member asked.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::TimeDelta;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, JoinType, OnConflict, Query};
use sea_orm::{FromQueryResult, QueryOrder, QuerySelect, RelationDef};
use serde_json::Value as Json;

use super::settings;
use super::{Kind, Model};
use crate::domain::claim::{self, State, assignment};
use crate::domain::error::Result;
use crate::domain::event::{self, SERVER, head};
use crate::domain::ids::{AccountId, ClaimId, NewsroomId, TypedId};
use crate::domain::people::membership;
use crate::domain::store::Db;
use crate::domain::time::Moment;
use crate::domain::verdict;
use crate::domain::world::World;

/// The number of logs, assignments or accounts that are looked at together.
const BATCH: u64 = 100;
/// The number of events of one log that are looked at together.
const EVENTS: u64 = 1000;
/// The number of events before a log's end from which the first look begins.
const FIRST_LOOK: i32 = 100;
/// How old an event may be, so that a server that was off for long sends no old news.
const NEWS: TimeDelta = TimeDelta::days(1);
/// How long before the time at which a verdict is due the mail is sent.
const SOON: TimeDelta = TimeDelta::days(1);

/// How far a log was looked at.
pub mod position {
    use sea_orm::entity::prelude::*;

    /// The last event of a log that was looked at.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_positions")]
    pub struct Model {
        /// The log.
        #[sea_orm(primary_key, auto_increment = false)]
        pub log: String,
        /// The event's number.
        pub last_number: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Looks at new events, and stores the mails that they make.
pub async fn of_events(db: &Db, world: &World) -> Result<()> {
    for behind in behind(db).await? {
        let Some(newsroom) = NewsroomId::find(&behind.log) else { continue };
        // The first look begins shortly before the log's end. People who asked before the server started get its news, too.
        let first = Ord::max(behind.number - FIRST_LOOK, 0);
        let from = behind.last_number.unwrap_or(first);
        let events = event::after(db, &behind.log, from, EVENTS).await?;
        let mut mails = Vec::new();
        for event in events.iter().filter(|event| event.at > world.now().plus(-NEWS)) {
            mails.extend(of_event(db, world, newsroom, event).await?);
        }
        // Mails first: if the server ends in between, the next look finds the same occasions.
        super::store(db, mails).await?;
        if let Some(last) = events.last() {
            advance(db, &behind, last.number).await?;
        }
    }
    Ok(())
}

/// A log with events that were not looked at.
#[derive(FromQueryResult)]
struct Behind {
    log: String,
    number: i32,
    last_number: Option<i32>,
}

async fn behind(db: &Db) -> Result<Vec<Behind>> {
    let to_position: RelationDef = head::Entity::belongs_to(position::Entity)
        .from(head::Column::Log)
        .to(position::Column::Log)
        .into();
    let number = Expr::col((head::Entity, head::Column::Number));
    let position = || Expr::col((position::Entity, position::Column::LastNumber));
    let list = head::Entity::find()
        .select_only()
        .column(head::Column::Log)
        .column(head::Column::Number)
        .column(position::Column::LastNumber)
        .join(JoinType::LeftJoin, to_position)
        .filter(head::Column::Log.ne(SERVER))
        .filter(position().is_null().or(number.gt(position())))
        .limit(BATCH);
    Ok(list.into_model::<Behind>().all(db).await?)
}

/// Continues after this event, unless another server has.
async fn advance(db: &Db, behind: &Behind, last: i32) -> Result<()> {
    if behind.last_number.is_none() {
        let row = position::ActiveModel {
            log: sea_orm::ActiveValue::Set(behind.log.clone()),
            last_number: sea_orm::ActiveValue::Set(last),
        };
        let once = OnConflict::column(position::Column::Log).do_nothing().to_owned();
        position::Entity::insert(row).on_conflict(once).exec_without_returning(db).await?;
        return Ok(());
    }
    position::Entity::update_many()
        .col_expr(position::Column::LastNumber, Expr::value(last))
        .filter(position::Column::Log.eq(&behind.log))
        .filter(position::Column::LastNumber.lt(last))
        .exec(db)
        .await?;
    Ok(())
}

/// The mails that an event makes.
async fn of_event(
    db: &Db,
    world: &World,
    newsroom: NewsroomId,
    event: &event::Model,
) -> Result<Vec<Model>> {
    let (kind, subject, concerned) = match event.kind {
        event::Kind::ClaimAssigned => {
            (Kind::Assigned, event.claim_id.map(|id| id.0), accounts(event, "reviewers"))
        }
        event::Kind::CommentAdded | event::Kind::CommentEdited => {
            (Kind::Mentioned, event.comment_id().map(|id| id.0), accounts(event, "mentions"))
        }
        event::Kind::ArticleRevised
        | event::Kind::ArticleRestored
        | event::Kind::ClaimEdited
        | event::Kind::ClaimReanchored
        | event::Kind::ClaimRestored => return stale(db, world, newsroom, event).await,
        _ => return Ok(Vec::new()),
    };
    let Some(subject) = subject else { return Ok(Vec::new()) };
    let wanting = wanting(db, kind, event, &concerned).await?;
    let mail = |account: AccountId| {
        // A comment mentions an account once, however often it is edited.
        let about = if kind == Kind::Mentioned { 0 } else { event.number };
        let occasion = format!("{kind:?} {} {about} {account}", subject.simple());
        let mail = super::new(world, kind, newsroom, occasion);
        Model { account_id: Some(account), subject_id: Some(subject), ..mail }
    };
    Ok(wanting.into_iter().map(mail).collect())
}

/// The accounts that a member of the event's detail lists.
fn accounts(event: &event::Model, member: &str) -> Vec<AccountId> {
    let detail: Option<Json> = serde_json::from_str(&event.detail).ok();
    let list = detail.as_ref().and_then(|detail| detail[member].as_array());
    let ids = list.into_iter().flatten().filter_map(Json::as_str);
    ids.filter_map(AccountId::find).collect()
}

/// Those of these accounts that asked for this kind of mail before the event, apart from the one that
/// acted.
async fn wanting(
    db: &Db,
    kind: Kind,
    event: &event::Model,
    accounts: &[AccountId],
) -> Result<Vec<AccountId>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let list = settings::Entity::find()
        .filter(settings::Column::AccountId.is_in(accounts.iter().copied()))
        .filter(settings::Column::ChangedAt.lte(event.at));
    let rows = list.all(db).await?.into_iter().filter(|row| row.wants(kind));
    Ok(rows.map(|row| row.account_id).filter(|id| event.actor_id != Some(*id)).collect())
}

/// The mails to reviewers whose verdicts are stale after an event about an article or a claim. A
/// reviewer gets one for all claims together, unless a mail was made about the same wordings.
async fn stale(
    db: &Db,
    world: &World,
    newsroom: NewsroomId,
    event: &event::Model,
) -> Result<Vec<Model>> {
    let Some(article) = event.article_id else { return Ok(Vec::new()) };
    let to_claim: RelationDef = verdict::Entity::belongs_to(claim::Entity)
        .from(verdict::Column::ClaimId)
        .to(claim::Column::Id)
        .into();
    let wording = || Expr::col((claim::Entity, claim::Column::Wording));
    let list = verdict::Entity::find()
        .select_only()
        .column(verdict::Column::ReviewerId)
        .column(verdict::Column::ClaimId)
        .column(claim::Column::Wording)
        .join(JoinType::InnerJoin, to_claim)
        .filter(claim::Column::ArticleId.eq(article))
        .filter(claim::Column::State.ne(State::Withdrawn))
        .filter(verdict::Column::State.eq(verdict::State::Submitted))
        .filter(Expr::col((verdict::Entity, verdict::Column::ReadWording)).lt(wording()))
        .order_by_asc(verdict::Column::ClaimId);
    let list = match event.claim_id {
        Some(claim) => list.filter(claim::Column::Id.eq(claim)),
        None => list,
    };
    let mut wordings: BTreeMap<AccountId, String> = BTreeMap::new();
    for (reviewer, claim, wording) in list.into_tuple::<(AccountId, ClaimId, i32)>().all(db).await?
    {
        let _ = write!(wordings.entry(reviewer).or_default(), " {claim}-{wording}");
    }
    let reviewers: Vec<_> = wordings.keys().copied().collect();
    let wanting = wanting(db, Kind::Stale, event, &reviewers).await?;
    let mail = |account: AccountId| {
        let occasion = crate::domain::secret::hash(&wordings[&account]);
        let occasion = format!("{:?} {account} {occasion}", Kind::Stale);
        let mail = super::new(world, Kind::Stale, newsroom, occasion);
        Model { account_id: Some(account), subject_id: Some(article.0), ..mail }
    };
    Ok(wanting.into_iter().map(mail).collect())
}

/// Stores a mail for each assignment that is due within a day and waits for its reviewer.
pub async fn of_due_dates(db: &Db, world: &World) -> Result<()> {
    use assignment::Column;
    let now = world.now();
    let to_claim: RelationDef = assignment::Entity::belongs_to(claim::Entity)
        .from(Column::ClaimId)
        .to(claim::Column::Id)
        .into();
    let to_settings: RelationDef = assignment::Entity::belongs_to(settings::Entity)
        .from(Column::ReviewerId)
        .to(settings::Column::AccountId)
        .into();
    let list = assignment::Entity::find()
        .select_only()
        .column(Column::ClaimId)
        .column(Column::ReviewerId)
        .column(Column::AssignedAt)
        .column(claim::Column::NewsroomId)
        .join(JoinType::InnerJoin, to_claim)
        .join(JoinType::InnerJoin, to_settings)
        .filter(settings::Column::Due.eq(true))
        .filter(settings::Column::RefusedAt.is_null())
        .filter(Column::DueAt.gt(now))
        .filter(Column::DueAt.lte(now.plus(SOON)))
        .filter(claim::Column::State.is_not_in([State::Published, State::Withdrawn]))
        .filter(Expr::exists(mailed_since()).not())
        .limit(BATCH);
    let rows = list.into_tuple::<(ClaimId, AccountId, Moment, NewsroomId)>().all(db).await?;
    let mail = |(claim, account, assigned_at, newsroom): (ClaimId, _, Moment, _)| {
        let occasion = format!("{:?} {claim} {account} {}", Kind::Due, assigned_at.to_text());
        let mail = super::new(world, Kind::Due, newsroom, occasion);
        Model { account_id: Some(account), subject_id: Some(claim.0), ..mail }
    };
    super::store(db, rows.into_iter().map(mail).collect()).await
}

/// A mail about the due date of the outer query's assignment.
fn mailed_since() -> sea_orm::sea_query::SelectStatement {
    use super::Column;
    let own = |column| Expr::col((assignment::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(super::Entity)
        .and_where(Column::Kind.eq(Kind::Due))
        .and_where(Column::AccountId.into_expr().eq(own(assignment::Column::ReviewerId)))
        .and_where(Column::SubjectId.into_expr().eq(own(assignment::Column::ClaimId)))
        .and_where(Column::CreatedAt.into_expr().gte(own(assignment::Column::AssignedAt)))
        .to_owned()
}

/// Stores the digests whose time has come: one for each newsroom of the account.
pub async fn of_the_day(db: &Db, world: &World) -> Result<()> {
    use settings::Column;
    let now = world.now();
    let list = settings::Entity::find().filter(Column::NextDigestAt.lte(now)).limit(BATCH);
    for row in list.all(db).await? {
        let (account, due) = (row.account_id, row.next_digest_at);
        if row.wants(Kind::Digest) {
            let members = membership::of_account(db, account).await?;
            let mail = |member: membership::Model| {
                let day = due.map_or_else(String::new, Moment::to_text);
                let occasion = format!("{:?} {} {account} {day}", Kind::Digest, member.newsroom_id);
                let mail = super::new(world, Kind::Digest, member.newsroom_id, occasion);
                Model { account_id: Some(account), ..mail }
            };
            super::store(db, members.into_iter().map(mail).collect()).await?;
        }
        settings::Entity::update_many()
            .col_expr(Column::NextDigestAt, Expr::value(settings::next(row.digest, now)))
            .filter(Column::AccountId.eq(account))
            .filter(Column::NextDigestAt.eq(due))
            .exec(db)
            .await?;
    }
    Ok(())
}
