//! Accounts: the people who can sign in.
//!
//! Always true: each e-mail address has at most one account.

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, IntoActiveModel, SqlErr};

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::AccountId;
use crate::domain::people::password;
use crate::domain::text_input;
use crate::domain::time::Moment;

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "accounts")]
#[graphql(name = "Account", complex, serial)]
pub struct Model {
    /// The account's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    #[graphql(skip)]
    pub email: String,
    /// The name that others see next to verdicts and claims.
    pub display_name: String,
    #[graphql(skip)]
    pub created_at: Moment,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An e-mail address in lower case: `local@domain`, at most 254 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The address in `text`.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let text = text_input::line(field, text, 254)?.to_lowercase();
        let good = text.len() <= 254
            && !text.contains(char::is_whitespace)
            && text.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && !domain.is_empty() && !domain.contains('@')
            });
        if good {
            Ok(Self(text))
        } else {
            Err(Error::invalid(
                field,
                Reason::InvalidFormat,
                "This is not an e-mail address. Send one such as name@example.org.",
            ))
        }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Creates an account. The caller appends the event.
pub async fn create(
    txn: &DatabaseTransaction,
    actor: &Actor,
    email: &Email,
    name: &str,
    password: &password::Digest,
) -> Result<Model> {
    let account = Model {
        id: actor.new_id(),
        email: email.0.clone(),
        display_name: name.to_owned(),
        created_at: actor.now(),
    };
    let row = account.clone().into_active_model();
    Entity::insert(row)
        .exec_without_returning(txn)
        .await
        .map_err(|error| taken(error, &email.0))?;
    password::store(txn, account.id, password).await?;
    Ok(account)
}

/// Stores the account's name and address. The caller appends the event.
pub async fn save(txn: &DatabaseTransaction, account: &Model) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::Email, Expr::value(account.email.clone()))
        .col_expr(Column::DisplayName, Expr::value(account.display_name.clone()))
        .filter(Column::Id.eq(account.id));
    update.exec(txn).await.map_err(|error| taken(error, &account.email))?;
    Ok(())
}

/// The error of a write that gave an account the address of another.
fn taken(error: DbErr, email: &str) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::invalid(
            "email",
            Reason::AlreadyTaken,
            format!("{email} already has an account."),
        ),
        _ => error.into(),
    }
}

/// The display name in `text`: one line of at most 100 characters, none of them invisible.
pub fn parse_name(text: &str) -> Result<String> {
    text_input::visible_line("displayName", text, 100)
}

/// The account with this address.
pub async fn find_by_email(db: &impl ConnectionTrait, email: &Email) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Email.eq(&email.0)).one(db).await?)
}

/// The accounts with these ids.
pub async fn find_all(db: &impl ConnectionTrait, ids: &[AccountId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_case_and_has_two_parts() {
        assert_eq!(Email::parse("email", " Awa@Example.ORG ").unwrap().as_str(), "awa@example.org");
        for bad in
            ["", "awa", "@example.org", "awa@", "a@b@c", "a b@example.org", "a\u{0}@example.org"]
        {
            assert!(Email::parse("email", bad).is_err(), "{bad:?}");
        }
    }
}
