//! The slug of a ruling: its name in the addresses of public pages.
//!
//! Invariants: a ruling gets its slug at publication, from the claim's statement, and keeps it. Two
//! rulings of a newsroom never have the same. A ruling from before slugs is named by its id.

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QuerySelect};

use super::{Column, Entity, Model};
use crate::domain::error::Result;
use crate::domain::ids::{NewsroomId, RulingId};
use crate::domain::text::term;

/// The maximum length of a slug without the digits that make it unique.
const MOST: usize = 60;
/// The number of hexadecimal digits that make a slug unique.
const DIGITS: usize = 8;

impl Model {
    /// The ruling's name in addresses.
    pub fn name_in_addresses(&self) -> String {
        self.slug.clone().unwrap_or_else(|| self.id.to_string())
    }
}

/// A slug for a new ruling on a claim with this statement.
pub(super) async fn choose(
    txn: &DatabaseTransaction,
    newsroom: NewsroomId,
    id: RulingId,
    statement: &str,
) -> Result<String> {
    let own = of_words(statement);
    let taken = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::NewsroomId.eq(newsroom))
        .filter(Column::Slug.eq(own.as_str()));
    if !own.is_empty() && taken.into_tuple::<RulingId>().one(txn).await?.is_none() {
        return Ok(own);
    }
    let id = id.0.simple().to_string();
    Ok(if own.is_empty() { id } else { format!("{own}-{}", &id[id.len() - DIGITS..]) })
}

/// The words of a statement in ASCII letters and digits, joined by hyphens. Empty if most of them
/// are in another script: a few numbers would name nothing.
fn of_words(statement: &str) -> String {
    let (mut slug, mut left_out) = (String::new(), 0);
    for (_, word) in term::of(statement) {
        let mut word: String = word.chars().filter(|c| !matches!(c, ',' | '.')).collect();
        if !word.bytes().all(|b| b.is_ascii_alphanumeric()) {
            left_out += 1;
            continue;
        }
        let is_first = slug.is_empty();
        if !is_first && slug.len() + 1 + word.len() > MOST {
            break;
        }
        word.truncate(MOST);
        if !is_first {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    let words = slug.split('-').filter(|word| !word.is_empty()).count();
    if words > left_out && slug.bytes().any(|b| b.is_ascii_lowercase()) {
        slug
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOST, of_words};

    #[test]
    fn a_slug_has_the_words_of_the_statement() {
        for (statement, slug) in [
            ("The loss is 12 million francs a day.", "the-loss-is-12-million-francs-a-day"),
            ("L’été à Port-Réal coûte 1,200.50 €", "l-ete-a-port-real-coute-120050"),
            ("Straße, ŁÓDŹ & Ørsted", "strasse-lodz-orsted"),
            ("Україна перемогла", ""),
            ("محمد 84", ""),
            ("84", ""),
            ("…!?", ""),
        ] {
            assert_eq!(of_words(statement), slug, "{statement}");
        }
        let long = of_words(&"parliament ".repeat(40));
        assert_eq!(long, ["parliament"; 5].join("-"));
        assert_eq!(of_words(&"x".repeat(900)).len(), MOST);
    }

    proptest! {
        #[test]
        fn a_slug_needs_no_escape_in_an_address(statement in "\\PC{0,120}") {
            let slug = of_words(&statement);
            prop_assert!(slug.len() <= MOST);
            prop_assert!(slug.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        }
    }
}
