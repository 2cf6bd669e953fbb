//! Mentions: the members that a comment names, so that they find it.
//!
//! Invariant: a mention shows nobody a comment that they could not see without it.

use async_graphql::ID;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait};

use super::{Model, newest_first, rows};
use crate::domain::actor::Actor;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{AccountId, CommentId, NewsroomId, TypedId};
use crate::domain::page::{Page, Slice};
use crate::domain::people::membership;
use crate::domain::store::Db;

/// How many members a comment may mention.
const MOST: usize = 20;

/// The members that comments mention.
pub mod row {
    use super::{AccountId, CommentId};
    use sea_orm::entity::prelude::*;

    /// A member that a comment mentions.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "comment_mentions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub comment_id: CommentId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: AccountId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Parses the accounts to mention: up to 20, each once.
pub fn parse(mentions: &[ID]) -> Result<Vec<AccountId>> {
    if mentions.len() > MOST {
        let message =
            format!("`mentions` has {} accounts. You can mention up to {MOST}.", mentions.len());
        return Err(Error::invalid("mentions", Reason::TooLarge, message));
    }
    let mut parsed = Vec::with_capacity(mentions.len());
    for (number, id) in mentions.iter().enumerate() {
        let id = AccountId::parse(&format!("mentions[{number}]"), id)?;
        if parsed.contains(&id) {
            let message = "This account appears twice. Name each account once.";
            let field = format!("mentions[{number}]");
            return Err(Error::invalid(field, Reason::Contradiction, message));
        }
        parsed.push(id);
    }
    Ok(parsed)
}

/// Replaces the mentions of a comment. Returns an error unless each account is a member of the
/// newsroom.
pub async fn replace(
    txn: &DatabaseTransaction,
    comment: CommentId,
    newsroom: NewsroomId,
    mentions: &[AccountId],
) -> Result<()> {
    let members = membership::among(txn, newsroom, mentions).await?;
    if let Some(number) = mentions.iter().position(|id| !members.contains(id)) {
        let message = "This account is not a member of the newsroom. Mention a member.";
        let field = format!("mentions[{number}]");
        return Err(Error::invalid(field, Reason::NotAMember, message));
    }
    row::Entity::delete_many().filter(row::Column::CommentId.eq(comment)).exec(txn).await?;
    if mentions.is_empty() {
        return Ok(());
    }
    let rows = mentions
        .iter()
        .map(|account| row::ActiveModel { comment_id: Set(comment), account_id: Set(*account) });
    row::Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

/// Returns the mentions of these comments.
pub async fn mentions_of(
    db: &impl ConnectionTrait,
    comments: &[CommentId],
) -> Result<Vec<row::Model>> {
    let list = row::Entity::find().filter(row::Column::CommentId.is_in(comments.iter().copied()));
    Ok(list.order_by_asc(row::Column::AccountId).all(db).await?)
}

/// Returns the comments that mention the actor's own account and that it may see, newest first.
pub async fn of_account(db: &Db, actor: &Actor, slice: &Slice) -> Result<Page<Model>> {
    let own = row::Entity::find()
        .select_only()
        .column(row::Column::CommentId)
        .filter(row::Column::AccountId.eq(actor.signed_in()?));
    let list = rows(actor).filter(super::Column::Id.in_subquery(own.into_query()));
    newest_first(db, list, slice).await
}
