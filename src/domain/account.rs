//! Accounts: people, their passwords.
//!
//! Always true: one account an e-mail address; a password is kept as argon2id and can be read by no query.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, SqlErr};

use super::error::{Error, Reason, Result};
use super::hashing;
use super::ids::AccountId;
use super::moment::Moment;
use super::policy::Actor;
use super::words;

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
    /// The name that others see beside verdicts and claims.
    pub display_name: String,
    #[graphql(skip)]
    pub created_at: Moment,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Passwords stand in a table of their own, so that no read of an account can show one.
pub mod password {
    use sea_orm::entity::prelude::*;

    use super::AccountId;

    /// An account's password, hashed.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passwords")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: AccountId,
        pub hash: String,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Password").field("account_id", &self.account_id).finish_non_exhaustive()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An e-mail address, in lower case: `local@domain`, at most 254 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The address in `text`.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let text = words::line(field, text, 254)?.to_lowercase();
        let good = text.len() <= 254
            && !text.contains(char::is_whitespace)
            && text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
        if good {
            Ok(Self(text))
        } else {
            Err(Error::invalid(field, Reason::InvalidFormat, "an e-mail address looks like name@example.org"))
        }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that somebody chooses: 12 to 256 characters, any characters.
pub struct NewPassword(String);

impl NewPassword {
    /// Shorter ones are guessed.
    const LEAST: usize = 12;
    /// Longer ones are pasted by mistake.
    const MOST: usize = 256;

    /// The password in `text`.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        match text.chars().count() {
            ..Self::LEAST => Err(Error::invalid(field, Reason::TooShort, format!("a password has at least {} characters", Self::LEAST))),
            Self::LEAST..=Self::MOST => Ok(Self(text.to_owned())),
            _ => Err(Error::invalid(field, Reason::TooLarge, format!("a password has at most {} characters", Self::MOST))),
        }
    }

    /// Hashes it, off the request threads.
    pub async fn hash(self, actor: &Actor) -> Result<PasswordDigest> {
        let salt = actor.world().secret();
        hashing::in_turn(move || {
            let hash: PasswordHash =
                argon2().hash_password_with_salt(self.0.as_bytes(), &salt[..16]).map_err(|error| anyhow::anyhow!("{error}"))?;
            Ok(PasswordDigest(hash.to_string()))
        })
        .await
    }
}

/// A hashed password, ready to be stored.
#[derive(Clone)]
pub struct PasswordDigest(String);

/// Creates an account. Its caller says so in the log.
pub async fn create(txn: &DatabaseTransaction, actor: &Actor, email: &Email, name: &str, password: &PasswordDigest) -> Result<Model> {
    let account = Model { id: actor.new_id(), email: email.0.clone(), display_name: name.to_owned(), created_at: actor.now() };
    match Entity::insert(account.clone().into_active_model()).exec_without_returning(txn).await {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            return Err(Error::invalid("email", Reason::AlreadyTaken, format!("{} has an account already", email.0)));
        }
        other => other?,
    };
    set_password(txn, account.id, password).await?;
    Ok(account)
}

/// The name that others see: one line of at most 100 characters.
pub fn parse_name(text: &str) -> Result<String> {
    words::line("displayName", text, 100)
}

/// Stores an account's password in place of the one before.
pub async fn set_password(db: &impl ConnectionTrait, account: AccountId, password: &PasswordDigest) -> Result<()> {
    let row = password::ActiveModel { account_id: Set(account), hash: Set(password.0.clone()) };
    let replace = OnConflict::column(password::Column::AccountId).update_column(password::Column::Hash).to_owned();
    password::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// A password that was right when it was looked at.
pub struct Verified {
    account: AccountId,
    stored: String,
    /// The password hashed anew, where the stored hash was made with weaker settings than today's.
    fresher: Option<PasswordDigest>,
}

/// Looks whether `attempt` is the password of `account`. Without an account it takes as long, and is not.
pub async fn verify(db: &impl ConnectionTrait, actor: &Actor, account: Option<AccountId>, attempt: &str) -> Result<Option<Verified>> {
    let stored = match account {
        Some(account) => password::Entity::find_by_id(account).one(db).await?,
        None => None,
    };
    let known = stored.as_ref().map(|stored| stored.account_id);
    let hash = stored.map_or_else(|| NOBODYS.clone(), |stored| stored.hash);
    let attempt = attempt.to_owned();
    let salt = actor.world().secret();
    hashing::in_turn(move || {
        let parsed = PasswordHash::new(&hash).map_err(|error| anyhow::anyhow!("a stored password hash: {error}"))?;
        let good = argon2().verify_password(attempt.as_bytes(), &parsed).is_ok();
        let Some(account) = known.filter(|_| good) else { return Ok(None) };
        let outdated = Params::try_from(&parsed).map_or(true, |params| params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES);
        let fresher = if outdated {
            let fresh: PasswordHash =
                argon2().hash_password_with_salt(attempt.as_bytes(), &salt[..16]).map_err(|error| anyhow::anyhow!("{error}"))?;
            Some(PasswordDigest(fresh.to_string()))
        } else {
            None
        };
        Ok(Some(Verified { account, stored: hash, fresher }))
    })
    .await
}

/// Whether the password is still the one that was verified; it stays so until the transaction ends. Stores the fresher digest, if there is one.
///
/// Verifying takes long enough for the password to be changed meanwhile: what is done on the strength of it must ask again here.
pub async fn hold(txn: &DatabaseTransaction, verified: Verified) -> Result<bool> {
    let hash = verified.fresher.map_or_else(|| verified.stored.clone(), |digest| digest.0);
    let held = password::Entity::update_many()
        .col_expr(password::Column::Hash, Expr::value(hash))
        .filter(password::Column::AccountId.eq(verified.account))
        .filter(password::Column::Hash.eq(verified.stored))
        .exec(txn)
        .await?;
    Ok(held.rows_affected > 0)
}

/// The account with this address.
pub async fn find_by_email(db: &impl ConnectionTrait, email: &Email) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Email.eq(&email.0)).one(db).await?)
}

/// The accounts with these ids.
pub async fn find_all(db: &impl ConnectionTrait, ids: &[AccountId]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Argon2's memory in KiB, and its passes: the OWASP Password Storage Cheat Sheet's first choice for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("these settings are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A hash of today's settings that no password matches: what an unknown address is checked against.
static NOBODYS: LazyLock<String> = LazyLock::new(|| {
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$bm9ib2R5IHNpZ25zIGlu$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_case_and_has_two_parts() {
        assert_eq!(Email::parse("email", " Awa@Example.ORG ").unwrap().as_str(), "awa@example.org");
        for bad in ["", "awa", "@example.org", "awa@", "a@b@c", "a b@example.org", "a\u{0}@example.org"] {
            assert!(Email::parse("email", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_hash_that_nobody_matches_can_be_read() {
        assert!(PasswordHash::new(&NOBODYS).is_ok());
    }
}
