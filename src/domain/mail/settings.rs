//! The subjects that an account wants mails about. Without a row, it wants none.
//!
//! Invariant: only the account itself changes its settings, in a session or with a link from a mail.

use async_graphql::{Enum, InputObject, SimpleObject};
use chrono::{Datelike, Days, NaiveTime, TimeDelta, Weekday};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveEnum, DatabaseTransaction, IntoActiveModel, QuerySelect};
use serde_json::{Value as Json, json};

use super::{Kind as MailKind, link};
use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind};
use crate::domain::ids::AccountId;
use crate::domain::store::{self, Db};
use crate::domain::time::Moment;

/// The hour of digests, in UTC.
const HOUR: NaiveTime = NaiveTime::from_hms_opt(6, 0, 0).unwrap();

/// The settings of an account.
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub assigned: bool,
    pub due: bool,
    pub stale: bool,
    pub mentioned: bool,
    pub digest: Digest,
    pub next_digest_at: Option<Moment>,
    /// The time of the last change. Nobody gets mails about what happened before it.
    pub changed_at: Moment,
    /// The secret that the account's links to unsubscribe are signed with.
    pub unsubscribe_key: String,
    /// The time when the mail server refused the account's address for good.
    pub refused_at: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How often a digest is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "MailDigest")]
pub enum Digest {
    /// Never.
    None,
    /// Each day at 06:00 UTC.
    Daily,
    /// Each Monday at 06:00 UTC.
    Weekly,
}

/// The subjects that an account gets mails about. Everything is off until the account turns it on.
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Clone, Debug, SimpleObject)]
pub struct MailSettings {
    /// Whether this server sends e-mail. If not, nothing can be turned on.
    pub available: bool,
    /// Mail when an editor assigns you to a claim.
    pub assigned: bool,
    /// Mail when a verdict that you were asked for is due within a day.
    pub due: bool,
    /// Mail when words that you judged have changed, so that your verdict is stale.
    pub stale: bool,
    /// Mail when a comment that you may see mentions you.
    pub mentioned: bool,
    /// How often you get a list of the claims that wait for you. Nothing is sent when none do.
    pub digest: Digest,
    /// The time when the mail server refused your address for good. Nothing is sent to you until you
    /// change your address, or send your settings again. Null if it did not.
    pub refused_at: Option<Moment>,
}

/// Changes what you get mails about.
#[derive(InputObject)]
pub struct UpdateMailSettingsInput {
    /// Mail when an editor assigns you to a claim. Default: unchanged.
    assigned: Option<bool>,
    /// Mail when a verdict that you were asked for is due within a day. Default: unchanged.
    due: Option<bool>,
    /// Mail when your verdict becomes stale. Default: unchanged.
    stale: Option<bool>,
    /// Mail when a comment mentions you. Default: unchanged.
    mentioned: Option<bool>,
    /// How often you get a list of the claims that wait for you. Default: unchanged.
    digest: Option<Digest>,
}

impl Model {
    fn nothing(actor: &Actor, account: AccountId) -> Self {
        Self {
            account_id: account,
            assigned: false,
            due: false,
            stale: false,
            mentioned: false,
            digest: Digest::None,
            next_digest_at: None,
            changed_at: actor.now(),
            unsubscribe_key: hex::encode(actor.world().secret()),
            refused_at: None,
        }
    }

    /// Whether the account wants mails of this kind. An admin asks for those with links, not the
    /// account.
    pub fn wants(&self, kind: MailKind) -> bool {
        let is_on = match kind {
            MailKind::Assigned => self.assigned,
            MailKind::Due => self.due,
            MailKind::Stale => self.stale,
            MailKind::Mentioned => self.mentioned,
            MailKind::Digest => self.digest != Digest::None,
            MailKind::Invitation | MailKind::PasswordReset => false,
        };
        is_on && self.refused_at.is_none()
    }

    fn choices(&self) -> Json {
        json!({
            "account": self.account_id,
            "assigned": self.assigned,
            "due": self.due,
            "stale": self.stale,
            "mentioned": self.mentioned,
            "digest": self.digest.to_value(),
        })
    }

    /// Whether something is on.
    fn is_on(&self) -> bool {
        self.assigned || self.due || self.stale || self.mentioned || self.digest != Digest::None
    }

    /// The same settings with mails of this kind, or all mails, turned off.
    pub(super) fn without(self, kind: Option<MailKind>) -> Self {
        let off = |of| kind.is_none_or(|kind| kind == of);
        Self {
            assigned: self.assigned && !off(MailKind::Assigned),
            due: self.due && !off(MailKind::Due),
            stale: self.stale && !off(MailKind::Stale),
            mentioned: self.mentioned && !off(MailKind::Mentioned),
            digest: if off(MailKind::Digest) { Digest::None } else { self.digest },
            ..self
        }
    }
}

/// The settings of an account, if it is the actor's own.
pub async fn of_account(
    db: &Db,
    actor: &Actor,
    account: AccountId,
) -> Result<Option<MailSettings>> {
    if actor.id() != Some(account) {
        return Ok(None);
    }
    let row = Entity::find_by_id(account).one(db).await?;
    let row = row.unwrap_or_else(|| Model::nothing(actor, account));
    Ok(Some(MailSettings {
        available: link::expect_available(actor, "", true).is_ok(),
        assigned: row.assigned,
        due: row.due,
        stale: row.stale,
        mentioned: row.mentioned,
        digest: row.digest,
        refused_at: row.refused_at,
    }))
}

/// Changes the actor's own settings. Returns the account.
pub async fn update(db: &Db, actor: &Actor, input: UpdateMailSettingsInput) -> Result<AccountId> {
    let (account, _) = actor.in_session()?;
    let permit = actor.require_session()?;
    let UpdateMailSettingsInput { assigned, due, stale, mentioned, digest } = input;
    let turned_on = [assigned, due, stale, mentioned].contains(&Some(true))
        || digest.is_some_and(|digest| digest != Digest::None);
    link::expect_available(actor, "input", turned_on)?;
    store::write(db, permit, move |txn, actor| async move {
        let before = lock(&txn, account).await?;
        let known = before.is_some();
        let before = before.unwrap_or_else(|| Model::nothing(&actor, account));
        let after = Model {
            assigned: assigned.unwrap_or(before.assigned),
            due: due.unwrap_or(before.due),
            stale: stale.unwrap_or(before.stale),
            mentioned: mentioned.unwrap_or(before.mentioned),
            digest: digest.unwrap_or(before.digest),
            refused_at: None,
            ..before.clone()
        };
        if known || after.is_on() {
            save(&txn, &actor, known, &before, after).await?;
        }
        Ok(account)
    })
    .await
}

/// The row of an account, locked.
pub(super) async fn lock(txn: &DatabaseTransaction, account: AccountId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(account).lock_exclusive().one(txn).await?)
}

/// Stores changed settings, with an event if a choice differs. The event is in the server's own log,
/// so that nobody else learns of it.
pub(super) async fn save(
    txn: &DatabaseTransaction,
    actor: &Actor,
    known: bool,
    before: &Model,
    after: Model,
) -> Result<()> {
    let now = actor.now();
    let next_digest_at =
        if before.digest == after.digest { before.next_digest_at } else { next(after.digest, now) };
    let detail = after.choices();
    let changed = detail != before.choices();
    let changed_at = if changed { now } else { before.changed_at };
    let row = Model { next_digest_at, changed_at, ..after }.into_active_model();
    if known {
        row.reset_all().update(txn).await?;
    } else {
        Entity::insert(row).exec_without_returning(txn).await?;
    }
    if changed {
        event::append_to_server(txn, actor, Kind::MailSettingsChanged, detail).await?;
    }
    Ok(())
}

/// The time of the next digest after `now`.
pub fn next(digest: Digest, now: Moment) -> Option<Moment> {
    let time = now.time();
    let today = time.date_naive();
    let days = match digest {
        Digest::None => return None,
        Digest::Daily => u64::from(time.time() >= HOUR),
        Digest::Weekly => {
            let since_monday = u64::from(today.weekday().days_since(Weekday::Mon));
            if since_monday == 0 && time.time() < HOUR { 0 } else { 7 - since_monday }
        }
    };
    let day = today.checked_add_days(Days::new(days))?;
    Some(Moment::new(day.and_time(HOUR).and_utc()))
}

/// The span that a digest covers.
pub fn span(digest: Digest) -> TimeDelta {
    TimeDelta::days(if digest == Digest::Weekly { 7 } else { 1 })
}

/// Notes that the mail server refused the address for good, or that the account has a new address.
pub async fn note_refused(
    db: &impl ConnectionTrait,
    account: AccountId,
    at: Option<Moment>,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::RefusedAt, Expr::value(at))
        .filter(Column::AccountId.eq(account))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_come_in_the_morning() {
        let at = |text: &str| Moment::read(text).expect("a time");
        let next = |digest, now| next(digest, at(now)).map(Moment::to_text);
        let day = |text: &str| Some(at(text).to_text());
        // 28 November 2026 is a Saturday.
        assert_eq!(next(Digest::Daily, "2026-11-28T05:59:59Z"), day("2026-11-28T06:00:00Z"));
        assert_eq!(next(Digest::Daily, "2026-11-28T06:00:00Z"), day("2026-11-29T06:00:00Z"));
        assert_eq!(next(Digest::Weekly, "2026-11-28T05:00:00Z"), day("2026-11-30T06:00:00Z"));
        assert_eq!(next(Digest::Weekly, "2026-11-30T05:00:00Z"), day("2026-11-30T06:00:00Z"));
        assert_eq!(next(Digest::Weekly, "2026-11-30T06:00:00Z"), day("2026-12-07T06:00:00Z"));
        assert_eq!(next(Digest::None, "2026-11-30T06:00:00Z"), None);
    }
}
