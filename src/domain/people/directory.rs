//! The directory: every newsroom and account of a server, for its operator.

use std::collections::HashMap;

use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::domain::actor::Actor;
use crate::domain::error::Result;
use crate::domain::ids::NewsroomId;
use crate::domain::newsroom;
use crate::domain::people::{account, membership};
use crate::domain::permissions::Role;
use crate::domain::store::Db;

/// The message for everybody except the server's command line.
const MACHINE_ONLY: &str = "Only the server's command line lists all newsrooms and accounts.";

/// A newsroom and the number of its members.
pub struct ListedNewsroom {
    /// The newsroom.
    pub newsroom: newsroom::Model,
    /// How many members it has.
    pub members: usize,
}

/// An account and its roles.
pub struct ListedAccount {
    /// The account.
    pub account: account::Model,
    /// Its role in each newsroom, by slug.
    pub roles: Vec<(String, Role)>,
}

/// Returns all newsrooms by slug. Requires the server's command line.
pub async fn newsrooms(db: &Db, actor: &Actor) -> Result<Vec<ListedNewsroom>> {
    actor.require_machine(MACHINE_ONLY)?;
    let newsrooms = newsroom::Entity::find().order_by_asc(newsroom::Column::Slug).all(db).await?;
    let mut members: HashMap<NewsroomId, usize> = HashMap::new();
    for membership in membership::Entity::find().all(db).await? {
        *members.entry(membership.newsroom_id).or_default() += 1;
    }
    let count = |newsroom: &newsroom::Model| members.get(&newsroom.id).copied().unwrap_or_default();
    Ok(newsrooms
        .into_iter()
        .map(|newsroom| ListedNewsroom { members: count(&newsroom), newsroom })
        .collect())
}

/// Returns all accounts by e-mail address, or only the members of one newsroom. Requires the
/// server's command line.
pub async fn accounts(
    db: &Db,
    actor: &Actor,
    of: Option<NewsroomId>,
) -> Result<Vec<ListedAccount>> {
    actor.require_machine(MACHINE_ONLY)?;
    let slugs: HashMap<NewsroomId, String> = newsroom::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|newsroom| (newsroom.id, newsroom.slug))
        .collect();
    let mut memberships: HashMap<_, Vec<membership::Model>> = HashMap::new();
    for membership in membership::Entity::find().all(db).await? {
        memberships.entry(membership.account_id).or_default().push(membership);
    }
    let mut people = Vec::new();
    for account in account::Entity::find().order_by_asc(account::Column::Email).all(db).await? {
        let own = memberships.remove(&account.id).unwrap_or_default();
        if of.is_some_and(|newsroom| own.iter().all(|row| row.newsroom_id != newsroom)) {
            continue;
        }
        let mut roles: Vec<_> = own
            .into_iter()
            .filter_map(|row| Some((slugs.get(&row.newsroom_id)?.clone(), row.role)))
            .collect();
        roles.sort();
        people.push(ListedAccount { account, roles });
    }
    Ok(people)
}

/// Whether nobody can sign in, because the server has no account.
pub async fn is_empty(db: &Db) -> Result<bool> {
    Ok(account::Entity::find().one(db).await?.is_none())
}
