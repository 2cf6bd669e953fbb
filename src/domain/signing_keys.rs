//! The public keys of the server, as its log names them.
//!
//! Invariants: at most one key is not retired. A key is never deleted, so that old signatures stay
//! verifiable. The log of the server names each key in an event.

use async_graphql::SimpleObject;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder};
use serde_json::json;
use std::sync::Arc;

use super::actor::Actor;
use super::error::Result;
use super::event::{self, Kind};
use super::signing::{PublicKey, Signer, SigningKey, parse_public};
use super::store::{self, Db, End, OtherWriters};
use super::time::Moment;

/// A public key of the server.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "signing_keys")]
#[graphql(name = "SigningKey")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    /// The key's id: the first 16 hexadecimal digits of the SHA-256 of the public key.
    #[graphql(name = "id")]
    pub key_id: String,
    /// The Ed25519 public key: Base64 of its 32 bytes.
    pub public_key: String,
    /// The time since which the server signs with the key.
    pub created_at: Moment,
    /// The time when another key replaced it. Null for the current key.
    pub retired_at: Option<Moment>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The key's bytes.
    pub fn public(&self) -> Option<PublicKey> {
        parse_public(&self.public_key)
    }
}

const MACHINE_ONLY: &str = "Only the server's own command line can change the signing key.";

/// Returns the key that the server signs with, if it has one.
pub async fn current(db: &impl ConnectionTrait) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::RetiredAt.is_null()).one(db).await?)
}

/// Returns all keys, oldest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?)
}

/// Returns the key with this id.
pub async fn find(db: &impl ConnectionTrait, key_id: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::KeyId.eq(key_id)).one(db).await?)
}

/// Records the server's key in the log, unless the log already names it. Fails if the log names
/// another key.
pub async fn establish(db: &Db, actor: &Actor, signer: Arc<Signer>) -> Result<()> {
    actor.require_machine(MACHINE_ONLY)?;
    if let Some(known) = current(db).await? {
        signer.key_of(&known.key_id)?;
        return Ok(());
    }
    let actor = actor.clone();
    // Two servers may start at once.
    store::in_one_transaction(db, OtherWriters::Excluded, move |db| async move {
        match current(&db).await? {
            Some(known) => drop(signer.key_of(&known.key_id)?),
            None => create(&db, &actor, signer.key()).await?,
        }
        Ok(End::Commit(()))
    })
    .await
}

async fn create(db: &Db, actor: &Actor, key: Arc<SigningKey>) -> Result<()> {
    let permit = actor.require_machine(MACHINE_ONLY)?;
    store::write(db, permit, move |txn, actor| async move {
        let row = new_row(&actor, &key);
        Entity::insert(row.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let detail = json!({ "key": row.key_id, "publicKey": row.public_key });
        event::append_to_server(&txn, &actor, Kind::SigningKeyCreated, detail).await
    })
    .await
}

/// Replaces the key. The old key, unless it is lost, signs the new one.
pub async fn rotate(
    db: &Db,
    actor: &Actor,
    old: Option<Arc<SigningKey>>,
    new: Arc<SigningKey>,
) -> Result<Model> {
    let permit = actor.require_machine(MACHINE_ONLY)?;
    store::write(db, permit, move |txn, actor| async move {
        let known = current(&*txn).await?;
        if let Some(known) = &known {
            let retired = ActiveModel {
                retired_at: Set(Some(actor.now())),
                ..known.clone().into_active_model()
            };
            retired.update(&*txn).await?;
        }
        let row = new_row(&actor, &new);
        Entity::insert(row.clone().into_active_model()).exec_without_returning(&*txn).await?;
        let endorsement = old.map(|old| BASE64_STANDARD.encode(old.sign(&new.public())));
        let detail = json!({
            "key": row.key_id,
            "publicKey": row.public_key,
            "previousKey": known.map(|known| known.key_id),
            "signatureOfPreviousKey": endorsement,
        });
        event::append_to_server(&txn, &actor, Kind::SigningKeyRotated, detail).await?;
        Ok(row)
    })
    .await
}

/// Returns the key to sign with, which is the one that the log names. None if the log names none.
/// Fails if the server does not have that key.
pub async fn to_sign_with(
    db: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<Option<Arc<SigningKey>>> {
    match (current(db).await?, actor.world().signer()) {
        (Some(known), Some(signer)) => Ok(Some(signer.key_of(&known.key_id)?)),
        (Some(known), None) => {
            Err(anyhow::anyhow!("this server has no signing key, but needs {}", known.key_id)
                .into())
        }
        (None, _) => Ok(None),
    }
}

fn new_row(actor: &Actor, key: &SigningKey) -> Model {
    Model {
        id: actor.new_id(),
        key_id: key.id(),
        public_key: BASE64_STANDARD.encode(key.public()),
        created_at: actor.now(),
        retired_at: None,
    }
}
