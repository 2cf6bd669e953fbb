//! Idempotency keys: a mutation that is sent twice with the same key is carried out once, and answered twice alike.
//!
//! Always true: what a mutation with a key does and the answer to it are committed together, or neither is. So whoever repeats it, because
//! the answer got lost on its way, because the first is still running, or because the server died, gets the first answer, byte for byte.
//!
//! - A key is its account's for 24 hours; an API token's are apart from those of its account, which may do more than the token.
//! - The row is written first. Whoever comes second waits for it: on PostgreSQL at the unique index, on SQLite for the writer's turn.
//! - An answer may hold what is shown once, such as a token. So it is sealed with a secret that is derived from the key, and the row is
//!   found by another that tells nothing of it: what the database holds is of no use to its reader, as far as nobody guesses the key
//!   (nobody guesses a UUID). The digest of the request is sealed as well, since the request may hold a password.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use chrono::TimeDelta;
use hkdf::Hkdf;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, QueryTrait};
use sha2::Sha256;

use super::error::{Error, Reason, Result};
use super::event::hex;
use super::moment::Moment;
use super::policy::Actor;
use super::store::{self, Among, Db, End};

/// The header that a key comes in.
pub const HEADER: &str = "Idempotency-Key";

/// How long an answer is kept, and its key taken.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// How many old rows go when a new one comes: more than one, so that they never pile up.
const SWEPT: u64 = 100;

/// A key in use, as it is stored.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: String,
    pub created_at: Moment,
    /// None only within the transaction that works on the answer.
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

/// What a client calls one mutation, however often it sends it: 16 to 255 visible ASCII characters, such as a new UUID.
pub struct Key(String);

impl Key {
    /// The key in the values of a request's header, if there is one.
    pub fn parse<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Result<Option<Self>> {
        let refuse = |reason, message: &str| Err(Error::invalid(HEADER, reason, message));
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return refuse(Reason::Contradiction, "a request has one Idempotency-Key");
        }
        match value.len() {
            0 => return refuse(Reason::Empty, "the Idempotency-Key is empty; send a new UUID with each new mutation"),
            1..16 => return refuse(Reason::TooShort, "an Idempotency-Key has at least 16 characters, such as a UUID has"),
            16..=255 => {}
            _ => return refuse(Reason::TooLarge, "an Idempotency-Key has at most 255 characters"),
        }
        match std::str::from_utf8(value) {
            Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Some(Self(text.to_owned()))),
            _ => refuse(Reason::InvalidFormat, "an Idempotency-Key consists of visible ASCII characters"),
        }
    }
}

/// What is to become of what a mutation did.
pub enum Outcome {
    /// It holds, and this is the answer whenever it is sent again.
    Keep(Vec<u8>),
    /// It holds, but the answer says that it shall be tried again: the key stays free.
    Again(Vec<u8>),
    /// It is undone, and the key stays free.
    Undo(Vec<u8>),
}

/// Carries out the request of this digest once: does `work` and keeps its answer, or gives the answer that was kept.
pub async fn once<F, Fut>(db: &Db, actor: &Actor, key: &Key, request: [u8; 32], among: Among, work: F) -> Result<Vec<u8>>
where
    F: FnOnce(Db) -> Fut + Send + 'static,
    Fut: Future<Output = Outcome> + Send,
{
    let seal = Seal::new(actor, key)?;
    let (now, secret) = (actor.now(), actor.world().secret());
    store::whole(db, among, move |db| async move {
        if !take(&db, &seal.row, now).await? {
            // The row is locked, so it is still there.
            let row = Entity::find_by_id(seal.row.clone()).one(&db).await?.ok_or_else(|| anyhow::anyhow!("a kept answer is gone"))?;
            let (first, answer) = seal.open(row.answer.as_deref())?;
            return if first == request { Ok(End::RollBack(answer)) } else { Err(reused()) };
        }
        sweep(&db, now).await?;
        Ok(match work(db.clone()).await {
            Outcome::Keep(answer) => {
                let sealed = seal.close(&secret, request, &answer)?;
                let kept = Entity::update_many().col_expr(Column::Answer, Expr::value(sealed)).filter(Column::KeyHash.eq(seal.row));
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

/// Takes a key that is free, or was taken too long ago. Whoever holds it is waited for.
async fn take(db: &Db, row: &str, now: Moment) -> Result<bool> {
    let new = ActiveModel { key_hash: Set(row.to_owned()), created_at: Set(now), answer: Set(None) };
    let renew = OnConflict::column(Column::KeyHash)
        .update_columns([Column::CreatedAt, Column::Answer])
        .action_and_where(Expr::col((Entity, Column::CreatedAt)).lte(now.plus(-KEPT)))
        .to_owned();
    Ok(Entity::insert(new).on_conflict(renew).exec_without_returning(db).await? > 0)
}

/// Removes answers that were kept long enough.
async fn sweep(db: &Db, now: Moment) -> Result<()> {
    let old = Entity::find().select_only().column(Column::KeyHash).filter(Column::CreatedAt.lte(now.plus(-KEPT)));
    let mut old = old.order_by_asc(Column::CreatedAt).limit(SWEPT).into_query();
    // What somebody else sweeps, or takes anew, is not waited for.
    old.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    Entity::delete_many().filter(Column::KeyHash.in_subquery(old)).exec(db).await?;
    Ok(())
}

fn reused() -> Error {
    let message = "this Idempotency-Key came with another request before: a new request takes a new key";
    Error::invalid(HEADER, Reason::KeyReused, message)
}

/// What a key opens: where its answer stands, and how it is read.
struct Seal {
    row: String,
    cipher: ChaCha20Poly1305,
}

impl Seal {
    fn new(actor: &Actor, key: &Key) -> Result<Self> {
        let account = actor.id().ok_or(Error::Unauthenticated(
            "an Idempotency-Key is its account's: send `Authorization: Bearer <token>` with it, or this mutation without it",
        ))?;
        let scope = format!("{account} {}", actor.api_token().map_or_else(|| "itself".to_owned(), |token| token.to_string()));
        let secret = Hkdf::<Sha256>::new(Some(scope.as_bytes()), key.0.as_bytes());
        let derive = |label: &[u8]| {
            let mut bytes = [0; 32];
            secret.expand(label, &mut bytes).map(|()| bytes).map_err(|error| anyhow::anyhow!("{error}"))
        };
        let row = hex(&derive(b"claimspan idempotency 1: the row")?);
        let cipher = ChaCha20Poly1305::new(&derive(b"claimspan idempotency 1: the answer")?.into());
        Ok(Self { row, cipher })
    }

    /// Nonce, then the sealed digest and answer. The nonce is random, since a key may be used again after its time.
    fn close(&self, random: &[u8; 32], request: [u8; 32], answer: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; 12];
        nonce.copy_from_slice(&random[..12]);
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), [&request[..], answer].concat().as_slice());
        let sealed = sealed.map_err(|_| anyhow::anyhow!("an answer could not be sealed"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn open(&self, sealed: Option<&[u8]>) -> Result<([u8; 32], Vec<u8>)> {
        let broken = || anyhow::anyhow!("a kept answer cannot be opened");
        let (nonce, sealed) = sealed.and_then(|sealed| sealed.split_first_chunk::<12>()).ok_or_else(broken)?;
        let plain = self.cipher.decrypt(&Nonce::from(*nonce), sealed).map_err(|_| broken())?;
        let (request, answer) = plain.split_first_chunk::<32>().ok_or_else(broken)?;
        Ok((*request, answer.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::{AccountId, ApiTokenId, SessionId};
    use crate::domain::policy::{Credential, World};

    fn key(text: &str) -> Result<Option<Key>> {
        Key::parse([text.as_bytes()].into_iter())
    }

    #[test]
    fn a_key_has_16_to_255_visible_characters() {
        for good in ["8e03978e-40d5-43dd-bc93-6894a57f9324", "\"0123456789abcd\"", &"~".repeat(255), &"!".repeat(16)] {
            assert!(key(good).unwrap().is_some(), "{good}");
        }
        let spaced = format!("{} {}", "a".repeat(10), "b".repeat(10));
        for bad in ["", "0123456789abcde", &"a".repeat(256), &spaced, &"é".repeat(10), &"\u{7f}".repeat(20)] {
            assert!(matches!(key(bad), Err(Error::Invalid { field, .. }) if field == HEADER), "{bad}");
        }
        assert!(Key::parse([].into_iter()).unwrap().is_none());
        assert!(Key::parse([&b"0123456789abcdef"[..]; 2].into_iter()).is_err());
    }

    #[test]
    fn what_one_has_sealed_no_other_opens() {
        let actor = |account, credential| Actor::account(AccountId(Uuid::from_u128(account)), credential, vec![], World::real());
        let session = |id| Credential::Session(SessionId(Uuid::from_u128(id)));
        let token = |id| Credential::ApiToken(ApiTokenId(Uuid::from_u128(id)));
        let seal = |actor: &Actor, text| Seal::new(actor, &key(text).unwrap().unwrap()).unwrap();

        let own = seal(&actor(1, session(1)), "0123456789abcdef");
        let sealed = own.close(&[7; 32], [1; 32], b"a token").unwrap();
        assert!(!sealed.windows(5).any(|bytes| bytes == b"token"));
        let later = seal(&actor(1, session(2)), "0123456789abcdef");
        assert_eq!((&later.row, later.open(Some(&sealed)).unwrap()), (&own.row, ([1; 32], b"a token".to_vec())));
        for other in [
            seal(&actor(1, session(1)), "0123456789abcdeF"),
            seal(&actor(2, session(1)), "0123456789abcdef"),
            seal(&actor(1, token(1)), "0123456789abcdef"),
            seal(&actor(1, token(2)), "0123456789abcdef"),
        ] {
            assert_ne!(other.row, own.row);
            assert!(other.open(Some(&sealed)).is_err());
        }
        assert!(own.open(Some(&sealed[..sealed.len() - 1])).is_err() && own.open(Some(b"")).is_err() && own.open(None).is_err());
        assert!(Seal::new(&Actor::stranger(World::real()), &key("0123456789abcdef").unwrap().unwrap()).is_err());
    }
}
