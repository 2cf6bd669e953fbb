//! Display names that look alike.
//!
//! Invariant: no two members of a newsroom have display names that a reader can mistake for each
//! other. Two names are alike if their skeletons (UTS #39) are equal, with or without regard to
//! case.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::Query;
use sea_orm::{DatabaseTransaction, EntityTrait, QueryFilter};
use unicode_security::confusable_detection::skeleton;

use super::{account, membership};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::NewsroomId;
use crate::domain::text::invisible::is_invisible;
use crate::domain::text_input;

/// Refuses the account's display name if it looks like that of a member of the newsroom, whose row
/// is locked.
pub async fn refuse(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    account: &account::Model,
) -> Result<()> {
    let members = Query::select()
        .column(membership::Column::AccountId)
        .from(membership::Entity)
        .and_where(membership::Column::NewsroomId.eq(newsroom))
        .to_owned();
    let others = account::Entity::find()
        .filter(account::Column::Id.in_subquery(members))
        .filter(account::Column::Id.ne(account.id));
    let own = forms(&account.display_name);
    for other in others.all(txn).await? {
        if forms(&other.display_name).iter().zip(&own).any(|(theirs, ours)| theirs == ours) {
            let message = format!(
                "The display name “{}” looks like that of another member, “{}”. Choose one that \
                 readers can tell from it, for example with an initial.",
                account.display_name, other.display_name
            );
            return Err(Error::invalid("displayName", Reason::LooksLikeAnotherName, message));
        }
    }
    Ok(())
}

/// The skeletons of a name: as it is, and in lower case. White space and invisible characters do
/// not count.
fn forms(name: &str) -> [String; 2] {
    let form = |name: &str| -> String {
        let visible: String = name.chars().filter(|c| !is_invisible(*c)).collect();
        let skeleton: String = skeleton(&visible).collect();
        skeleton.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    [form(name), form(&text_input::fold(name))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_alike(one: &str, other: &str) -> bool {
        forms(one).iter().zip(&forms(other)).any(|(one, other)| one == other)
    }

    #[test]
    fn names_that_look_alike_are_found_and_others_are_not() {
        for (one, other) in [
            ("Awa Maïga", "Awa Mai\u{308}ga"),
            ("Awa Maiga", "Аwа Maiga"),
            ("Awa  Maiga", "awa maiga"),
            ("Ilya", "llya"),
            ("Oleg", "0leg"),
            ("Zoe", "Ζoe"),
            ("Anna", "Anna\u{200b}"),
            ("rn", "m"),
        ] {
            assert!(are_alike(one, other), "{one} / {other}");
        }
        for (one, other) in [
            ("Awa Maiga", "Awa Maïga"),
            ("Ana", "Anna"),
            ("Awa M. Maiga", "Awa Maiga"),
            ("Іван", "Ivan"),
            ("محمد", "محمود"),
        ] {
            assert!(!are_alike(one, other), "{one} / {other}");
        }
    }
}
