//! Signatures of rulings: Ed25519 over the canonical JSON (RFC 8785) of what was published.
//!
//! Invariants: each version of a ruling is signed in the transaction that publishes it. A signature
//! and what it covers are never changed, and never computed again from rows.

use async_graphql::SimpleObject;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use serde_json::{Value as Json, json};

use super::basis::{self, quoted};
use super::correction;
use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::claim;
use crate::domain::error::Result;
use crate::domain::event::{self, Kind};
use crate::domain::ids::RulingId;
use crate::domain::newsroom::{self, rating};
use crate::domain::proof::{self, InclusionProof};
use crate::domain::record::rows::canonical;
use crate::domain::signing_keys;
use crate::domain::store::Db;
use crate::domain::verdict::source::{self, CitedSource};

/// The signature of one version of a ruling.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ruling_signatures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ruling_id: RulingId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub key_id: String,
    pub payload: String,
    pub signature: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The newsroom's signature of a ruling.
#[derive(Clone, Debug, SimpleObject)]
pub struct RulingSignature {
    /// The algorithm: `Ed25519`.
    pub algorithm: &'static str,
    /// The ruling's version that is signed.
    pub version: i32,
    /// The signed text: RFC 8785 canonical JSON of everything that was published.
    pub payload: String,
    /// The signature of the payload's UTF-8 bytes: Base64 of 64 bytes.
    pub signature: String,
    /// The server's key. Trust it only if you got its public key in another way, too.
    pub key: signing_keys::Model,
}

/// Signs a ruling as it is published now, in the transaction that wrote it.
pub async fn sign(
    txn: &DatabaseTransaction,
    actor: &Actor,
    ruling: &super::Model,
    claim: &claim::Model,
    correction: Option<&correction::Model>,
) -> Result<()> {
    let Some(key) = signing_keys::to_sign_with(txn, actor).await? else { return Ok(()) };
    let payload = canonical(&content(txn, ruling, claim, correction).await?);
    let row = ActiveModel {
        ruling_id: Set(ruling.id),
        version: Set(ruling.version),
        key_id: Set(key.id()),
        signature: Set(BASE64_STANDARD.encode(key.sign(payload.as_bytes()))),
        payload: Set(payload),
    };
    Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}

/// Returns the signature of a version of a ruling. None if that version was not signed.
pub async fn of_ruling(db: &Db, ruling: RulingId, version: i32) -> Result<Option<RulingSignature>> {
    let Some(row) = Entity::find_by_id((ruling, version)).one(db).await? else { return Ok(None) };
    let key = signing_keys::find(db, &row.key_id).await?;
    Ok(key.map(|key| RulingSignature {
        algorithm: "Ed25519",
        version: row.version,
        payload: row.payload,
        signature: row.signature,
        key,
    }))
}

/// Proves that the newest event on a ruling is in the newsroom's log. None for a server without a
/// signing key.
pub async fn proof(
    db: &Db,
    actor: &Actor,
    ruling: &super::Model,
    tree_size: Option<i32>,
) -> Result<Option<InclusionProof>> {
    let Some(key) = signing_keys::to_sign_with(db, actor).await? else { return Ok(None) };
    let id = ruling.id.to_string();
    let events = event::Entity::find()
        .filter(event::Column::Log.eq(ruling.newsroom_id.to_string()))
        .filter(event::Column::ClaimId.eq(ruling.claim_id))
        .filter(event::Column::Kind.is_in([Kind::RulingPublished, Kind::RulingCorrected]))
        .order_by_desc(event::Column::Number)
        .limit(200)
        .all(db)
        .await?;
    let about = events.iter().find(|event| event.detail_text("ruling").as_ref() == Some(&id));
    match about {
        Some(event) => Ok(Some(proof::of_event(db, &key, event, tree_size).await?)),
        None => Ok(None),
    }
}

/// Everything that readers of the ruling see, as it is stored now. It has no ids of objects that an
/// anonymous reader may not see.
async fn content(
    txn: &DatabaseTransaction,
    ruling: &super::Model,
    claim: &claim::Model,
    correction: Option<&correction::Model>,
) -> Result<Json> {
    let article = article::fetch_row(txn, claim.article_id).await?;
    let rating = rating::fetch_row(txn, ruling.rating_id).await?;
    let newsroom = newsroom::Entity::find_by_id(ruling.newsroom_id).one(txn).await?;
    let quotes = quoted::Entity::find()
        .filter(quoted::Column::RulingId.eq(ruling.id))
        .filter(quoted::Column::Basis.eq(ruling.basis))
        .order_by_asc(quoted::Column::Ordinal)
        .all(txn)
        .await?;
    let title = quotes.first().map(|quote| quote.title.clone());
    let quote = |quote: quoted::Model| json!({ "exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix });
    Ok(json!({
        "format": "claimspan ruling 1",
        "ruling": ruling.id,
        "newsroomName": newsroom.map(|newsroom| newsroom.name),
        "number": ruling.number,
        "version": ruling.version,
        "state": ruling.state,
        "rating": { "key": rating.key, "label": rating.label },
        "summary": ruling.summary,
        "dissent": ruling.dissent,
        "publishedAt": ruling.published_at,
        "statement": claim.statement,
        "claimant": claim.claimant,
        "claimedOn": claim.claimed_on,
        "quotes": quotes.into_iter().map(quote).collect::<Vec<_>>(),
        "article": {
            "title": title,
            "url": article.url,
            "publisher": article.publisher,
            "author": article.author,
            "publishedAt": article.published_at,
        },
        "verdicts": verdicts(txn, ruling).await?,
        "correction": correction.map(|made| json!({
            "number": made.number,
            "kind": made.kind,
            "reason": made.reason,
            "madeAt": made.made_at,
        })),
    }))
}

async fn verdicts(txn: &DatabaseTransaction, ruling: &super::Model) -> Result<Vec<Json>> {
    let mut verdicts = basis::verdicts(txn, &[(ruling.id, ruling.basis)]).await?;
    verdicts.retain(|verdict| verdict.basis == ruling.basis);
    let submissions: Vec<_> = verdicts.iter().map(|verdict| verdict.submission_id).collect();
    let citations = source::of_submissions(txn, &submissions).await?;
    let mut all = Vec::with_capacity(verdicts.len());
    for verdict in verdicts {
        let rating = rating::fetch_row(txn, verdict.rating_id).await?;
        let cited = citations.iter().filter(|cited| cited.submission_id == verdict.submission_id);
        let cited = cited.cloned().map(signed);
        all.push(json!({
            "verdict": verdict.id,
            "rating": { "key": rating.key, "label": rating.label },
            "dissents": verdict.dissents,
            "rationale": verdict.rationale,
            "submittedAt": verdict.submitted_at,
            "changedAfterReading": verdict.changed_after_reading,
            "citations": cited.collect::<Vec<_>>(),
        }));
    }
    Ok(all)
}

/// A citation as it is signed. Members that citations of web pages do not have are left out of them.
fn signed(cited: source::citation::Model) -> Json {
    let kind = cited.kind;
    let cited = CitedSource::from(cited);
    let mut signed = json!({
        "url": cited.url,
        "title": cited.title,
        "publisher": cited.publisher,
        "stance": cited.stance.to_value(),
        "quote": cited.quote,
        "accessedAt": cited.accessed_at,
        "archiveUrl": cited.archive_url,
    });
    let further = [
        ("kind", kind.map(|kind| kind.to_value())),
        ("description", cited.description),
        ("doi", cited.doi),
        ("isbn", cited.isbn),
        ("issn", cited.issn),
        ("question", cited.question),
        ("answer", cited.answer),
        ("answerType", cited.answer_type.map(|kind| kind.to_value())),
    ];
    for (name, value) in further {
        if let Some(value) = value {
            signed[name] = json!(value);
        }
    }
    signed
}
