//! Passwords: how they are normalised, hashed and verified.
//!
//! Always true:
//!
//! - A password is stored only as an argon2id hash of its normalised form, and no query can read the hash.
//! - Hashing runs in a queue of its own, on at most half of the processors and on threads of low priority. So a flood of sign-ins leaves the
//!   processors to other requests.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use unicode_normalization::UnicodeNormalization;

use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::AccountId;
use crate::domain::people::guessable::{self, Weakness};
use crate::domain::work_queue::Caller;

/// An account's password, hashed. It has a table of its own, so that no read of an account can return it.
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

/// A password as it is hashed: RFC 8265's OpaqueString, but with NFKC instead of NFC, as NIST SP 800-63B advises. So keyboards that write
/// the same characters differently all work.
fn normalise(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c })
        .nfkc()
        .collect()
}

/// A password that somebody chooses: 12 to 256 characters of any kind.
pub struct NewPassword(String);

impl NewPassword {
    /// Shorter passwords can be guessed.
    const LEAST: usize = 12;
    /// Longer ones are probably pasted by mistake.
    const MOST: usize = 256;

    /// The password in `text`, for an account with this address and this name.
    pub fn parse(field: &str, text: &str, personal: [&str; 2]) -> Result<Self> {
        // Counted first as sent: a very long text is not worth normalising.
        let sent = text.chars().count();
        let normal = if sent <= Self::MOST { normalise(text) } else { String::new() };
        match Ord::max(sent, normal.chars().count()) {
            length if length > Self::MOST => Err(Error::invalid(
                field,
                Reason::TooLarge,
                format!("The password is too long. Use at most {} characters.", Self::MOST),
            )),
            _ if normal.chars().count() < Self::LEAST => Err(Error::invalid(
                field,
                Reason::TooShort,
                format!("The password is too short. Use at least {} characters.", Self::LEAST),
            )),
            _ => match guessable::weakness(&normal, &personal) {
                None => Ok(Self(normal)),
                Some(weakness) => Err(Error::invalid(field, Reason::Guessable, says(weakness))),
            },
        }
    }

    /// Hashes it.
    pub async fn hash(self, actor: &Actor, caller: Caller) -> Result<Digest> {
        let salt = actor.world().secret();
        actor.world().queues().passwords.run(caller, move || hash(&self.0, &salt)).await?
    }
}

const fn says(weakness: Weakness) -> &'static str {
    match weakness {
        Weakness::Common => {
            "The password is easy to guess: it consists of common words, rows of keys or repeats. \
             Use several unrelated words."
        }
        Weakness::Personal => {
            "The password is easy to guess: it consists of your e-mail address or your name. Use \
             several unrelated words."
        }
    }
}

/// A hashed password, ready to be stored.
#[derive(Clone)]
pub struct Digest(String);

/// Stores an account's password. It replaces an earlier one.
pub async fn store(db: &impl ConnectionTrait, account: AccountId, digest: &Digest) -> Result<()> {
    let row = ActiveModel { account_id: Set(account), hash: Set(digest.0.clone()) };
    let replace = OnConflict::column(Column::AccountId).update_column(Column::Hash).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// A password that was right when it was checked.
pub struct Verified {
    account: AccountId,
    stored: String,
    /// A new hash of the password, if the stored one has weaker settings than today's or is of a password that was not normalised.
    fresher: Option<Digest>,
}

/// Checks whether `attempt` is the password of `account`. Without an account it takes as long, and returns none.
pub async fn verify(
    db: &impl ConnectionTrait,
    actor: &Actor,
    caller: Caller,
    account: Option<AccountId>,
    attempt: &str,
) -> Result<Option<Verified>> {
    let stored = match account {
        Some(account) => Entity::find_by_id(account).one(db).await?,
        None => None,
    };
    let known = stored.as_ref().map(|stored| stored.account_id);
    let stored = stored.map_or_else(|| NOBODYS.clone(), |stored| stored.hash);
    let (attempt, salt) = (attempt.to_owned(), actor.world().secret());
    actor
        .world()
        .queues()
        .passwords
        .run(caller, move || {
            let matched = matches(&stored, &attempt)?;
            let Some((account, fresh)) = known.zip(matched) else { return Ok(None) };
            let fresher = if fresh { None } else { Some(hash(&normalise(&attempt), &salt)?) };
            Ok(Some(Verified { account, stored, fresher }))
        })
        .await?
}

/// Whether `stored` is a hash of `attempt`, and if so, whether it is one that we would make today.
fn matches(stored: &str, attempt: &str) -> Result<Option<bool>> {
    let parsed = PasswordHash::new(stored)
        .map_err(|error| anyhow::anyhow!("a stored password hash: {error}"))?;
    let is = |text: &str| argon2().verify_password(text.as_bytes(), &parsed).is_ok();
    let normal = normalise(attempt);
    if is(&normal) {
        let current = Params::try_from(&parsed)
            .is_ok_and(|params| params.m_cost() >= MEMORY_KIB && params.t_cost() >= PASSES);
        return Ok(Some(current));
    }
    // Passwords were hashed as they were sent before they were normalised.
    Ok((normal != attempt && is(attempt)).then_some(false))
}

fn hash(normal: &str, salt: &[u8; 32]) -> Result<Digest> {
    let hash: PasswordHash = argon2()
        .hash_password_with_salt(normal.as_bytes(), &salt[..16])
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(Digest(hash.to_string()))
}

/// Whether the password is still the one that was verified. It stays so until the transaction ends. Stores the fresher hash, if there is one.
///
/// Verifying takes long enough for the password to be changed in the meantime, so everything that relies on it must ask here.
pub async fn hold(txn: &DatabaseTransaction, verified: Verified) -> Result<bool> {
    let hash = verified.fresher.map_or_else(|| verified.stored.clone(), |digest| digest.0);
    let held = Entity::update_many()
        .col_expr(Column::Hash, Expr::value(hash))
        .filter(Column::AccountId.eq(verified.account))
        .filter(Column::Hash.eq(verified.stored))
        .exec(txn)
        .await?;
    Ok(held.rows_affected > 0)
}

/// Argon2's memory in KiB, and its passes: the first choice of the OWASP Password Storage Cheat Sheet for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None)
        .expect("these settings are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A hash with today's settings that no password matches. Unknown addresses are checked against it.
static NOBODYS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$bm9ib2R5IHNpZ25zIGlu$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_that_nobody_matches_can_be_read() {
        assert!(PasswordHash::new(&NOBODYS).is_ok());
    }

    #[test]
    fn one_password_has_one_form_however_a_keyboard_writes_it() {
        for (one, other) in [
            ("cre\u{300}me bru\u{302}le\u{301}e", "crème brûlée"),
            ("\u{ff43}ode", "code"),
            ("a\u{a0}b\u{3000}c\u{1680}d", "a b c d"),
            ("\u{fb01}ne", "fine"),
        ] {
            assert_eq!(normalise(one), normalise(other));
        }
        // Case, tabs and line feeds are kept.
        assert_ne!(normalise("Password"), normalise("password"));
        assert_ne!(normalise("a\tb"), normalise("a b"));
    }

    #[test]
    fn a_hash_of_the_password_as_it_was_sent_still_matches_and_is_replaced() {
        let (sent, other) = ("cre\u{300}me bru\u{302}le\u{301}e", "crème brûlée");
        let Digest(old) = hash(sent, &[1; 32]).unwrap();
        let Digest(new) = hash(&normalise(sent), &[1; 32]).unwrap();
        assert_eq!(
            (matches(&old, sent).unwrap(), matches(&old, other).unwrap()),
            (Some(false), None)
        );
        assert_eq!(
            (matches(&new, sent).unwrap(), matches(&new, other).unwrap()),
            (Some(true), Some(true))
        );
        assert_eq!(matches(&new, "something else").unwrap(), None);
    }

    #[test]
    fn a_password_has_12_to_256_characters_in_both_forms() {
        let parse =
            |text: &str| NewPassword::parse("password", text, ["awa@example.org", "Awa"]).is_ok();
        let long: String = "nine days at anchor, ".chars().cycle().take(256).collect();
        assert!(parse("nine anchors") && parse(&long) && parse(&long.replace('n', "é")));
        // Six letters with six combining accents are six characters; one character can stand for 18.
        assert!(!parse(&"e\u{301}".repeat(6)) && !parse(&"\u{fdfa}".repeat(20)));
        assert!(!parse("nine anchor") && !parse(&format!("{long}.")));
        assert!(!parse("password1234") && !parse("awa@example.org"));
    }
}
