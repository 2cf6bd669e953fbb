//! A newsroom's public profile: what its public pages and exports say about it.
//!
//! Invariant: everybody who may read the newsroom's rulings may read its profile.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;

use super::{Column, Entity, Model, lock};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind, Subject};
use crate::domain::ids::{NewsroomId, TypedId};
use crate::domain::link::Link;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// A newsroom's public profile, as plain values. Public pages and exports show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, SimpleObject)]
#[graphql(name = "NewsroomProfile")]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The http or https address of the newsroom's own site. Null if not given.
    pub public_url: Option<String>,
    /// The http or https address of the newsroom's logo. Null if not given.
    pub logo_url: Option<String>,
    /// The licence of the newsroom's rulings: an http or https address, or a name such as
    /// `CC-BY-4.0`. Null if not given.
    pub licence: Option<String>,
    /// How readers reach the newsroom, such as an e-mail address. Null if not given.
    pub contact: Option<String>,
    /// The http or https address of the newsroom's policy on corrections. Null if not given.
    pub corrections_policy_url: Option<String>,
}

/// Changes to a newsroom's public profile. Omitted fields stay unchanged. `null` clears a field.
#[derive(InputObject)]
pub struct UpdateNewsroomProfileInput {
    /// The newsroom's id.
    newsroom: ID,
    /// The http or https address of the newsroom's own site. At most 2,000 characters.
    public_url: MaybeUndefined<String>,
    /// The http or https address of the newsroom's logo. At most 2,000 characters.
    logo_url: MaybeUndefined<String>,
    /// The licence of the newsroom's rulings: an http or https address, or a name such as
    /// `CC-BY-4.0` in one line of at most 200 characters.
    licence: MaybeUndefined<String>,
    /// How readers reach the newsroom: one line of at most 200 characters, such as an e-mail
    /// address.
    contact: MaybeUndefined<String>,
    /// The http or https address of the newsroom's policy on corrections. At most 2,000
    /// characters.
    corrections_policy_url: MaybeUndefined<String>,
    /// The newsroom's version that you read. Optional. CONFLICT if the newsroom has changed since.
    expected_version: Option<i32>,
}

impl Model {
    /// The newsroom's public profile.
    pub fn profile(&self) -> Profile {
        Profile {
            public_url: self.public_url.clone(),
            logo_url: self.logo_url.clone(),
            licence: self.licence.clone(),
            contact: self.contact.clone(),
            corrections_policy_url: self.corrections_policy_url.clone(),
        }
    }
}

/// A change of one field: none, or its new value.
type Change = Option<Option<String>>;

/// Changes a newsroom's public profile.
pub async fn update(db: &Db, actor: &Actor, input: UpdateNewsroomProfileInput) -> Result<Model> {
    let id = NewsroomId::parse("newsroom", &input.newsroom)?;
    let permit = actor.require(Action::UpdateNewsroomProfile, id)?;
    let public_url = change(input.public_url, |text| parse_url("publicUrl", text))?;
    let logo_url = change(input.logo_url, |text| parse_url("logoUrl", text))?;
    let licence = change(input.licence, parse_licence)?;
    let contact = change(input.contact, |text| text_input::visible_line("contact", text, 200))?;
    let corrections_policy_url =
        change(input.corrections_policy_url, |text| parse_url("correctionsPolicyUrl", text))?;
    store::write(db, permit, move |txn, actor| async move {
        let mut newsroom = lock(&txn, id, input.expected_version).await?;
        let before = newsroom.profile();
        newsroom.public_url = public_url.unwrap_or(newsroom.public_url);
        newsroom.logo_url = logo_url.unwrap_or(newsroom.logo_url);
        newsroom.licence = licence.unwrap_or(newsroom.licence);
        newsroom.contact = contact.unwrap_or(newsroom.contact);
        newsroom.corrections_policy_url =
            corrections_policy_url.unwrap_or(newsroom.corrections_policy_url);
        let after = newsroom.profile();
        if before == after {
            let message = "This changes nothing. Send at least one different value.";
            return Err(Error::invalid("newsroom", Reason::Unchanged, message));
        }
        Entity::update_many()
            .col_expr(Column::PublicUrl, Expr::value(after.public_url.clone()))
            .col_expr(Column::LogoUrl, Expr::value(after.logo_url.clone()))
            .col_expr(Column::Licence, Expr::value(after.licence.clone()))
            .col_expr(Column::Contact, Expr::value(after.contact.clone()))
            .col_expr(
                Column::CorrectionsPolicyUrl,
                Expr::value(after.corrections_policy_url.clone()),
            )
            .filter(Column::Id.eq(id))
            .exec(&*txn)
            .await?;
        let detail = json!({ "before": before, "after": after });
        let kind = Kind::NewsroomProfileUpdated;
        event::append(&txn, &actor, id, kind, Subject::default(), detail).await?;
        Ok(newsroom)
    })
    .await
}

fn change(
    given: MaybeUndefined<String>,
    parse: impl FnOnce(&str) -> Result<String>,
) -> Result<Change> {
    Ok(match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => Some(Some(parse(&text)?)),
    })
}

fn parse_url(field: &str, text: &str) -> Result<String> {
    Ok(Link::parse(field, text)?.into_string())
}

/// Parses a licence. Text with `://` must be an address.
fn parse_licence(text: &str) -> Result<String> {
    if text.contains("://") {
        return parse_url("licence", text);
    }
    text_input::visible_line("licence", text, 200)
}
