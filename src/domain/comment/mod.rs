//! Comments: what members say to each other about a claim, or about one verdict on it.
//!
//! Invariants: a comment is never deleted, and each edit keeps the earlier text. A reply belongs to
//! a comment that is no reply. Nobody reads a comment on a claim whose verdicts blind review hides
//! from them, or on a verdict that they may not see.

mod edit;
mod mention;
mod write;

use std::collections::HashMap;

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SimpleExpr};
use sea_orm::{Condition, DatabaseTransaction, JoinType, QueryOrder, QuerySelect, Select};

use super::claim;
use super::error::{Error, Result};
use super::event::Subject;
use super::ids::{AccountId, ClaimId, CommentId, NewsroomId, VerdictId};
use super::page::{self, Key, Page, Slice, Sort};
use super::store::Db;
use super::verdict;
use crate::domain::actor::Actor;
use crate::domain::time::Moment;

pub use edit::{EditCommentInput, ResolveCommentInput, edit, resolve};
pub use mention::{mentions_of, of_account as mentioning, row as mentioned};
pub use write::{AddCommentInput, add};

/// The longest text of a comment, in characters.
const MOST_TEXT: usize = 5000;

/// A member's comment on a claim, or on one verdict on it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "comments")]
#[graphql(name = "Comment", complex)]
pub struct Model {
    /// The comment's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommentId,
    #[graphql(skip)]
    pub newsroom_id: NewsroomId,
    #[graphql(skip)]
    pub claim_id: ClaimId,
    #[graphql(skip)]
    pub verdict_id: Option<VerdictId>,
    #[graphql(skip)]
    pub parent_id: Option<CommentId>,
    #[graphql(skip)]
    pub author_id: AccountId,
    /// The current text.
    pub text: String,
    /// Version number for `expectedVersion`. Rises when the comment is edited, resolved or reopened.
    pub version: i32,
    /// The time when the comment was added.
    pub created_at: Moment,
    /// The time of the latest edit. Null if the comment was never edited.
    pub edited_at: Option<Moment>,
    /// The time when the thread was resolved. Null if it is not resolved, and for replies.
    pub resolved_at: Option<Moment>,
    #[graphql(skip)]
    pub resolved_by: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The earlier texts of comments.
pub mod revision {
    use super::{CommentId, Moment};
    use async_graphql::SimpleObject;
    use sea_orm::entity::prelude::*;

    /// An earlier text of a comment.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
    #[sea_orm(table_name = "comment_revisions")]
    #[graphql(name = "CommentRevision")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        #[graphql(skip)]
        pub comment_id: CommentId,
        /// Text number within the comment: 1, 2, 3 and so on.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// The text.
        pub text: String,
        /// The time when the text was written.
        pub written_at: Moment,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The object that comments are below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Below {
    /// A claim: the threads about it and about each verdict on it.
    Claim(ClaimId),
    /// A verdict: the threads about it.
    Verdict(VerdictId),
    /// A comment: its replies.
    Comment(CommentId),
}

impl Below {
    /// The object's id.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Claim(id) => id.0,
            Self::Verdict(id) => id.0,
            Self::Comment(id) => id.0,
        }
    }

    const fn column(self) -> Column {
        match self {
            Self::Claim(_) => Column::ClaimId,
            Self::Verdict(_) => Column::VerdictId,
            Self::Comment(_) => Column::ParentId,
        }
    }

    fn id_in(self, row: &Model) -> Option<Uuid> {
        match self {
            Self::Claim(_) => Some(row.claim_id.0),
            Self::Verdict(_) => row.verdict_id.map(|id| id.0),
            Self::Comment(_) => row.parent_id.map(|id| id.0),
        }
    }
}

const OLDEST_FIRST: Sort<Column> = Sort { lead: None, id: Column::Id, descending: false };

/// Returns comments below an object that `actor` may see, oldest first.
pub async fn below(db: &Db, actor: &Actor, of: Below, slice: &Slice) -> Result<Page<Model>> {
    let list = rows(actor).filter(placed(of, &[of.id()]));
    page::read(db, list, OLDEST_FIRST, slice, |row| Key::of_id(row.id.0)).await
}

/// Returns the first comments below each of these objects, which are of the same kind as `kind`, in
/// one statement, or two if `counted`.
pub async fn below_each(
    db: &Db,
    actor: &Actor,
    kind: Below,
    ids: &[Uuid],
    size: u64,
    counted: bool,
) -> Result<HashMap<Uuid, Page<Model>>> {
    let list = rows(actor).filter(placed(kind, ids));
    let place = |row: &Model| (kind.id_in(row).unwrap_or_default(), Key::of_id(row.id.0));
    page::read_first_of_each(db, list, OLDEST_FIRST, size, kind.column(), counted, place).await
}

/// Returns the comments with these ids that `actor` may see.
pub async fn find_all(db: &Db, actor: &Actor, ids: &[CommentId]) -> Result<Vec<Model>> {
    Ok(rows(actor).filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Returns the comment with this id.
pub async fn fetch(db: &Db, actor: &Actor, id: CommentId) -> Result<Model> {
    actor.signed_in()?;
    find_all(db, actor, &[id]).await?.pop().ok_or(Error::NotFound("comment"))
}

/// The number of earlier texts that are returned: the newest.
const MOST_EARLIER: u64 = 10;

/// Returns the newest earlier texts of these comments, oldest first per comment.
pub async fn earlier_texts(db: &Db, comments: &[CommentId]) -> Result<Vec<revision::Model>> {
    use revision::{Column, Entity};
    let newer = Alias::new("newer");
    let column = |column: Column| Expr::col((newer.clone(), column));
    let newest = Query::select()
        .expr(column(Column::Number).max())
        .from_as(Entity, newer.clone())
        .and_where(column(Column::CommentId).equals((Entity, Column::CommentId)))
        .to_owned();
    let newest = SimpleExpr::SubQuery(None, Box::new(newest.into()));
    let most = i64::try_from(MOST_EARLIER).unwrap_or(i64::MAX);
    let list = Entity::find()
        .filter(Column::CommentId.is_in(comments.iter().copied()))
        .filter(Expr::col((Entity, Column::Number)).gt(newest.sub(most)));
    Ok(list.order_by_asc(Column::Number).all(db).await?)
}

/// Selects the comments that `actor` may see, joined with their claims and verdicts.
fn rows(actor: &Actor) -> Select<Entity> {
    let list = Entity::find()
        .join(
            JoinType::InnerJoin,
            Entity::belongs_to(claim::Entity).from(Column::ClaimId).to(claim::Column::Id).into(),
        )
        .join(
            JoinType::LeftJoin,
            Entity::belongs_to(verdict::Entity)
                .from(Column::VerdictId)
                .to(verdict::Column::Id)
                .into(),
        );
    if actor.is_machine() {
        return list;
    }
    let on_visible = Condition::any().add(Column::VerdictId.is_null()).add(verdict::visible(actor));
    list.filter(verdict::open(actor)).filter(on_visible)
}

/// The condition for comments below these objects of one kind.
fn placed(kind: Below, ids: &[Uuid]) -> Condition {
    let below = Condition::all().add(kind.column().is_in(ids.iter().copied()));
    match kind {
        Below::Claim(_) | Below::Verdict(_) => below.add(Column::ParentId.is_null()),
        Below::Comment(_) => below,
    }
}

/// Returns the comment as the transaction sees it, if `actor` may still see it.
async fn reread(txn: &DatabaseTransaction, actor: &Actor, id: CommentId) -> Result<Model> {
    let seen = rows(actor).filter(Column::Id.eq(id)).one(txn).await?;
    seen.ok_or(Error::NotFound("comment"))
}

/// The subject of an event about a comment on this claim.
fn subject(comment: &Model, claim: &claim::Model) -> Subject {
    Subject { verdict: comment.verdict_id, ..claim::subject(claim) }
}

/// Returns comments of a list in the order of their ids.
async fn newest_first(db: &Db, list: Select<Entity>, slice: &Slice) -> Result<Page<Model>> {
    page::read_by_id(db, list, Column::Id, Order::Desc, slice, |row| row.id.0).await
}
