//! Withdrawing an article with everything below it, and restoring it.
//!
//! Invariants: a withdrawn article and its claims are in no list and in no search result, and stay
//! readable by id. Nothing below it can change until it is restored. No ruling on its claims is
//! published.

use async_graphql::{ID, InputObject};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};
use serde_json::json;

use super::{Column, Entity, State, make_findable};
use crate::domain::actor::{Actor, Permit};
use crate::domain::article::{self, revision};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ArticleId, TypedId};
use crate::domain::index;
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text_input;

/// An article to withdraw.
#[derive(InputObject)]
pub struct WithdrawArticleInput {
    /// The article's id.
    article: ID,
    /// The reason: at most 1,000 characters. Every reader of the article can read it.
    reason: String,
    /// The article's version that you read. Optional. CONFLICT if the article has changed since.
    expected_version: Option<i32>,
}

/// A withdrawn article to restore.
#[derive(InputObject)]
pub struct RestoreArticleInput {
    /// The article's id.
    article: ID,
    /// The reason: at most 1,000 characters. It is kept in the audit log.
    reason: String,
    /// The article's version that you read. Optional. CONFLICT if the article has changed since.
    expected_version: Option<i32>,
}

/// Withdraws an article. It leaves lists and search, and stays readable, with the reason.
pub async fn withdraw_article(
    db: &Db,
    actor: &Actor,
    input: WithdrawArticleInput,
) -> Result<article::Model> {
    let (id, permit) = fetch_to_mend(db, actor, &input.article).await?;
    let reason = text_input::prose("reason", &input.reason, 1000)?;
    store::write(db, permit, move |txn, actor| async move {
        let mut article = article::touch(&txn, id, input.expected_version).await?;
        let claims = Entity::find().filter(Column::ArticleId.eq(id));
        let published = claims.clone().filter(Column::State.eq(State::Published));
        let published = published.count(&*txn).await?;
        if published > 0 {
            let message = format!(
                "Published rulings on claims of this article: {published}. Retract them first."
            );
            return Err(Error::invalid("article", Reason::ClaimPublished, message));
        }
        article.withdrawn_at = Some(actor.now());
        article.withdrawn_reason = Some(reason);
        save(&txn, &article).await?;
        index::remove(&txn, id.0).await?;
        for claim in claims.all(&*txn).await? {
            index::remove(&txn, claim.id.0).await?;
        }
        let detail = json!({ "reason": article.withdrawn_reason });
        let about = article::subject(&article);
        event::append(&txn, &actor, article.newsroom_id, Kind::ArticleWithdrawn, about, detail)
            .await?;
        Ok(article)
    })
    .await
}

/// Restores a withdrawn article with everything below it.
pub async fn restore_article(
    db: &Db,
    actor: &Actor,
    input: RestoreArticleInput,
) -> Result<article::Model> {
    let (id, permit) = fetch_to_mend(db, actor, &input.article).await?;
    let reason = text_input::prose("reason", &input.reason, 1000)?;
    store::write(db, permit, move |txn, actor| async move {
        let mut article = article::touch_any(&txn, id, input.expected_version).await?;
        let Some(withdrawn_at) = article.withdrawn_at.take() else {
            let message = "The article is not withdrawn, so it cannot be restored.";
            return Err(Error::invalid("article", Reason::NotWithdrawn, message));
        };
        let detail = json!({
            "reason": reason,
            "withdrawnAt": withdrawn_at,
            "withdrawnReason": article.withdrawn_reason.take(),
        });
        save(&txn, &article).await?;
        let newest = revision::newest(&*txn, id).await?;
        let text = revision::text_of(&*txn, newest.id).await?;
        let document = index::Document::Article(id, newest.id);
        index::put(&txn, article.newsroom_id, document, index::Words::of(&text)).await?;
        let claims = Entity::find().filter(Column::ArticleId.eq(id));
        for claim in claims.filter(Column::State.ne(State::Withdrawn)).all(&*txn).await? {
            make_findable(&txn, &claim).await?;
        }
        let about = article::subject(&article);
        event::append(&txn, &actor, article.newsroom_id, Kind::ArticleRestored, about, detail)
            .await?;
        Ok(article)
    })
    .await
}

async fn fetch_to_mend<'a>(db: &Db, actor: &'a Actor, id: &str) -> Result<(ArticleId, Permit<'a>)> {
    actor.signed_in()?;
    let article = article::fetch(db, actor, ArticleId::parse("article", id)?).await?;
    Ok((article.id, actor.require(Action::MendArticle, article.newsroom_id)?))
}

async fn save(txn: &DatabaseTransaction, article: &article::Model) -> Result<()> {
    article::Entity::update(article.clone().into_active_model().reset_all()).exec(txn).await?;
    Ok(())
}
