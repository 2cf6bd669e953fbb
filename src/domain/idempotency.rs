//! Idempotency keys: a mutation that is sent twice with the same key runs once, and both requests get the same response.
//!
//! Always true: what a mutation with a key does and its response are committed together, or neither is. So a client that repeats it gets the
//! first response, byte for byte. It may repeat it because the response was lost, because the first request still runs, or because the
//! server died.
//!
//! - A key belongs to its account for 24 hours. The keys of an API token are separate from those of its account, which may do more.
//! - The row is written first. A second request waits for it: on PostgreSQL at the unique index, on SQLite for its turn to write.
//! - A response may contain a secret that is shown only once, such as a token. So it is encrypted with a key derived from the idempotency
//!   key, and its row is found by another derived value. Somebody who reads the database learns nothing unless they guess the idempotency
//!   key, and nobody guesses a UUID. The digest of the request is encrypted too, because the request may contain a password.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use chrono::TimeDelta;
use hkdf::Hkdf;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, QueryTrait};
use sha2::Sha256;

use super::error::{Error, Reason, Result};
use super::store::{self, Db, End, OtherWriters};
use crate::domain::actor::Actor;
use crate::domain::time::Moment;

/// The header that contains the key.
pub const HEADER: &str = "Idempotency-Key";

/// How long a response is kept. The key cannot be used for another request until then.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// How many old rows are deleted with each new one. It is more than one, so they never pile up.
const SWEPT: u64 = 100;

/// A used key as it is stored.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: String,
    pub created_at: Moment,
    /// The encrypted response. None only inside the transaction that runs the mutation.
    pub answer: Option<Vec<u8>>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Idempotency").field("created_at", &self.created_at).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A client's name for one mutation, however often it sends it: 16 to 255 visible ASCII characters, such as a new UUID.
pub struct Key(String);

impl Key {
    /// The key in the values of a request's header. None if there is no such header.
    pub fn parse<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Result<Option<Self>> {
        let refuse = |reason, message: &str| Err(Error::invalid(HEADER, reason, message));
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return refuse(Reason::Contradiction, "Send only one Idempotency-Key with a request.");
        }
        match value.len() {
            0 => {
                return refuse(
                    Reason::Empty,
                    "The Idempotency-Key is empty. Send a new UUID with each new mutation.",
                );
            }
            1..16 => {
                return refuse(
                    Reason::TooShort,
                    "The Idempotency-Key is too short. Use at least 16 characters, such as a UUID.",
                );
            }
            16..=255 => {}
            _ => {
                return refuse(
                    Reason::TooLarge,
                    "The Idempotency-Key is too long. Use at most 255 characters.",
                );
            }
        }
        match std::str::from_utf8(value) {
            Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Ok(Some(Self(text.to_owned())))
            }
            _ => refuse(
                Reason::InvalidFormat,
                "The Idempotency-Key may contain only visible ASCII characters.",
            ),
        }
    }
}

/// The fate of a mutation's changes and of its response.
pub enum Outcome {
    /// The changes are committed, and each repetition gets this response.
    Keep(Vec<u8>),
    /// The changes are committed, but the response asks the client to try again, so the key stays free.
    Again(Vec<u8>),
    /// The changes are rolled back, and the key stays free.
    Undo(Vec<u8>),
}

/// Runs the request with this digest once: does `work` and keeps its response, or returns the response that was kept.
pub async fn once<F, Fut>(
    db: &Db,
    actor: &Actor,
    key: &Key,
    request: [u8; 32],
    others: OtherWriters,
    work: F,
) -> Result<Vec<u8>>
where
    F: FnOnce(Db) -> Fut + Send + 'static,
    Fut: Future<Output = Outcome> + Send,
{
    let seal = Seal::new(actor, key)?;
    let (now, secret) = (actor.now(), actor.world().secret());
    store::in_one_transaction(db, others, move |db| async move {
        if !take(&db, &seal.row, now).await? {
            // The row is locked, so it still exists.
            let row = Entity::find_by_id(seal.row.clone())
                .one(&db)
                .await?
                .ok_or_else(|| anyhow::anyhow!("a kept response is gone"))?;
            let (first, answer) = seal.open(row.answer.as_deref())?;
            return if first == request { Ok(End::RollBack(answer)) } else { Err(reused()) };
        }
        sweep(&db, now).await?;
        Ok(match work(db.clone()).await {
            Outcome::Keep(answer) => {
                let sealed = seal.close(&secret, request, &answer)?;
                let kept = Entity::update_many()
                    .col_expr(Column::Answer, Expr::value(sealed))
                    .filter(Column::KeyHash.eq(seal.row));
                kept.exec(&db).await?;
                End::Commit(answer)
            }
            Outcome::Again(answer) => {
                Entity::delete_by_id(seal.row).exec(&db).await?;
                End::Commit(answer)
            }
            Outcome::Undo(answer) => End::RollBack(answer),
        })
    })
    .await
}

/// Takes a key that is free or has expired. Waits while another request holds it.
async fn take(db: &Db, row: &str, now: Moment) -> Result<bool> {
    let new =
        ActiveModel { key_hash: Set(row.to_owned()), created_at: Set(now), answer: Set(None) };
    let renew = OnConflict::column(Column::KeyHash)
        .update_columns([Column::CreatedAt, Column::Answer])
        .action_and_where(Expr::col((Entity, Column::CreatedAt)).lte(now.plus(-KEPT)))
        .to_owned();
    Ok(Entity::insert(new).on_conflict(renew).exec_without_returning(db).await? > 0)
}

/// Deletes expired responses.
async fn sweep(db: &Db, now: Moment) -> Result<()> {
    let old = Entity::find()
        .select_only()
        .column(Column::KeyHash)
        .filter(Column::CreatedAt.lte(now.plus(-KEPT)));
    let mut old = old.order_by_asc(Column::CreatedAt).limit(SWEPT).into_query();
    // Rows that another request deletes or takes are left to it.
    old.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    Entity::delete_many().filter(Column::KeyHash.in_subquery(old)).exec(db).await?;
    Ok(())
}

fn reused() -> Error {
    let message = "This Idempotency-Key was already used for another request. Send a new key with a new request.";
    Error::invalid(HEADER, Reason::KeyReused, message)
}

/// The values derived from a key: the row of its response, and the cipher that the response is encrypted with.
struct Seal {
    row: String,
    cipher: ChaCha20Poly1305,
}

impl Seal {
    fn new(actor: &Actor, key: &Key) -> Result<Self> {
        let account = actor.id().ok_or(Error::Unauthenticated(
            "An Idempotency-Key requires an account. Send `Authorization: Bearer <token>` with it, or this mutation without it.",
        ))?;
        let scope = format!(
            "{account} {}",
            actor.api_token().map_or_else(|| "itself".to_owned(), |token| token.to_string())
        );
        let secret = Hkdf::<Sha256>::new(Some(scope.as_bytes()), key.0.as_bytes());
        let derive = |label: &[u8]| {
            let mut bytes = [0; 32];
            secret
                .expand(label, &mut bytes)
                .map(|()| bytes)
                .map_err(|error| anyhow::anyhow!("{error}"))
        };
        let row = hex::encode(derive(b"claimspan idempotency 1: the row")?);
        let cipher = ChaCha20Poly1305::new(&derive(b"claimspan idempotency 1: the answer")?.into());
        Ok(Self { row, cipher })
    }

    /// The nonce, then the encrypted digest and response. The nonce is random, because a key may be used again after it has expired.
    fn close(&self, random: &[u8; 32], request: [u8; 32], answer: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; 12];
        nonce.copy_from_slice(&random[..12]);
        let sealed =
            self.cipher.encrypt(&Nonce::from(nonce), [&request[..], answer].concat().as_slice());
        let sealed = sealed.map_err(|_| anyhow::anyhow!("a response could not be encrypted"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn open(&self, sealed: Option<&[u8]>) -> Result<([u8; 32], Vec<u8>)> {
        let broken = || anyhow::anyhow!("a kept response cannot be decrypted");
        let (nonce, sealed) =
            sealed.and_then(|sealed| sealed.split_first_chunk::<12>()).ok_or_else(broken)?;
        let plain = self.cipher.decrypt(&Nonce::from(*nonce), sealed).map_err(|_| broken())?;
        let (request, answer) = plain.split_first_chunk::<32>().ok_or_else(broken)?;
        Ok((*request, answer.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::actor::Credential;
    use crate::domain::ids::{AccountId, ApiTokenId, SessionId};
    use crate::domain::world::World;

    fn key(text: &str) -> Result<Option<Key>> {
        Key::parse([text.as_bytes()].into_iter())
    }

    #[test]
    fn a_key_has_16_to_255_visible_characters() {
        for good in [
            "8e03978e-40d5-43dd-bc93-6894a57f9324",
            "\"0123456789abcd\"",
            &"~".repeat(255),
            &"!".repeat(16),
        ] {
            assert!(key(good).unwrap().is_some(), "{good}");
        }
        let spaced = format!("{} {}", "a".repeat(10), "b".repeat(10));
        for bad in [
            "",
            "0123456789abcde",
            &"a".repeat(256),
            &spaced,
            &"é".repeat(10),
            &"\u{7f}".repeat(20),
        ] {
            assert!(
                matches!(key(bad), Err(Error::Invalid { field, .. }) if field == HEADER),
                "{bad}"
            );
        }
        assert!(Key::parse([].into_iter()).unwrap().is_none());
        assert!(Key::parse([&b"0123456789abcdef"[..]; 2].into_iter()).is_err());
    }

    #[test]
    fn what_one_has_sealed_no_other_opens() {
        let actor = |account, credential| {
            Actor::account(AccountId(Uuid::from_u128(account)), credential, vec![], World::real())
        };
        let session = |id| Credential::Session(SessionId(Uuid::from_u128(id)));
        let token = |id| Credential::ApiToken(ApiTokenId(Uuid::from_u128(id)));
        let seal = |actor: &Actor, text| Seal::new(actor, &key(text).unwrap().unwrap()).unwrap();

        let own = seal(&actor(1, session(1)), "0123456789abcdef");
        let sealed = own.close(&[7; 32], [1; 32], b"a token").unwrap();
        assert!(!sealed.windows(5).any(|bytes| bytes == b"token"));
        let later = seal(&actor(1, session(2)), "0123456789abcdef");
        assert_eq!(
            (&later.row, later.open(Some(&sealed)).unwrap()),
            (&own.row, ([1; 32], b"a token".to_vec()))
        );
        for other in [
            seal(&actor(1, session(1)), "0123456789abcdeF"),
            seal(&actor(2, session(1)), "0123456789abcdef"),
            seal(&actor(1, token(1)), "0123456789abcdef"),
            seal(&actor(1, token(2)), "0123456789abcdef"),
        ] {
            assert_ne!(other.row, own.row);
            assert!(other.open(Some(&sealed)).is_err());
        }
        assert!(
            own.open(Some(&sealed[..sealed.len() - 1])).is_err()
                && own.open(Some(b"")).is_err()
                && own.open(None).is_err()
        );
        assert!(
            Seal::new(&Actor::stranger(World::real()), &key("0123456789abcdef").unwrap().unwrap())
                .is_err()
        );
    }
}
