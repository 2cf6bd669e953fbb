//! Duplicates: articles of a newsroom with the same address or the same words.
//!
//! Invariants: an article's keys follow from its address and its newest text, so they are not on
//! record. Two addresses of one page have the same key. Two texts of the same words do, too,
//! whatever their headlines, letter case, punctuation and white space.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement, SimpleExpr};
use sea_orm::{ActiveValue::Set, Condition, DatabaseTransaction, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};

use crate::domain::article;
use crate::domain::error::Result;
use crate::domain::ids::{ArticleId, NewsroomId};
use crate::domain::link::Link;
use crate::domain::text::term;
use crate::domain::text_input;

/// The keys of an article.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_keys")]
pub struct Model {
    /// The article.
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_id: ArticleId,
    /// The newsroom that has it.
    pub newsroom_id: NewsroomId,
    /// The key of its address, if it has one.
    pub address: Option<String>,
    /// The key of the words of its newest text.
    pub wording: String,
    /// The words of its headline.
    pub title_words: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
#[allow(missing_docs, reason = "sea-orm requires it, and it is empty")]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The maximum number of duplicates that a warning names.
const MOST: u64 = 10;

/// The key of a text's words: those of the body, without case, diacritics and punctuation.
pub fn wording(text: &str) -> String {
    let (_, body) = text.split_once("\n\n").unwrap_or(("", text));
    let mut hasher = Sha256::new();
    let mut is_empty = true;
    for (_, word) in term::of(body) {
        hasher.update(word.as_bytes());
        hasher.update(b"\n");
        is_empty = false;
    }
    // A text without a word is compared as it is.
    if is_empty {
        hasher.update(body.as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// The key of an address.
fn address_of(url: Option<&str>) -> Option<String> {
    Some(Link::parse("url", url?).ok()?.identity())
}

/// Stores the keys of an article whose newest text is `text`, and has this `wording`.
pub async fn put(
    txn: &DatabaseTransaction,
    article: &article::Model,
    text: &str,
    wording: String,
) -> Result<()> {
    let title = text.split('\n').next().unwrap_or_default();
    let row = ActiveModel {
        article_id: Set(article.id),
        newsroom_id: Set(article.newsroom_id),
        address: Set(address_of(article.url.as_deref())),
        wording: Set(wording),
        title_words: Set(term::joined(title)),
    };
    let replace = OnConflict::column(Column::ArticleId)
        .update_columns([Column::Address, Column::Wording, Column::TitleWords])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(txn).await?;
    Ok(())
}

/// Stores the key of an article's changed address.
pub async fn readdress(txn: &DatabaseTransaction, article: &article::Model) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Address, Expr::value(address_of(article.url.as_deref())))
        .filter(Column::ArticleId.eq(article.id))
        .exec(txn)
        .await?;
    Ok(())
}

/// Returns the newsroom's articles with this address or these words, oldest first: at most 10.
pub async fn of(
    db: &impl ConnectionTrait,
    newsroom: NewsroomId,
    url: Option<&str>,
    wording: &str,
) -> Result<Vec<article::Model>> {
    let same = Condition::any()
        .add(Column::Wording.eq(wording))
        .add_option(address_of(url).map(|address| Column::Address.eq(address)));
    let keys = Entity::find()
        .filter(Column::NewsroomId.eq(newsroom))
        .filter(same)
        .order_by_asc(Column::ArticleId)
        .limit(MOST);
    let ids: Vec<_> = keys.all(db).await?.into_iter().map(|row| row.article_id).collect();
    let list = article::Entity::find().filter(article::Column::Id.is_in(ids));
    Ok(list.order_by_asc(article::Column::Id).all(db).await?)
}

/// Selects the ids of the newsroom's articles whose address has this key.
pub fn with_address(newsroom: NewsroomId, address: &str) -> SelectStatement {
    Query::select()
        .column(Column::ArticleId)
        .from(Entity)
        .and_where(Column::NewsroomId.eq(newsroom))
        .and_where(Column::Address.eq(address))
        .to_owned()
}

/// The condition that an article has all words of this text in its headline, or the text as it is.
pub fn with_title(text: &str) -> SimpleExpr {
    let folded = Expr::col((article::Entity, article::Column::FoldedTitle));
    let words = Expr::col((Entity, Column::TitleWords));
    let of_article =
        Expr::col((Entity, Column::ArticleId)).equals((article::Entity, article::Column::Id));
    text_input::matches::<Entity>(text, folded, &words, of_article)
}

#[cfg(test)]
mod tests {
    use super::wording;

    #[test]
    fn texts_of_the_same_words_have_the_same_key() {
        let text = "Headline\n\nIt rained.\nThe dam “holds”.";
        for same in ["Other headline\n\nIt rained.\n\nThe dam \"holds\".\n", text] {
            assert_eq!(wording(same), wording(text));
        }
        assert_ne!(wording("Headline\n\nIt rained. The dam does not hold."), wording(text));
        assert_ne!(wording("Headline\n\n👩‍👩‍👧"), wording("Headline\n\n🌧"));
    }
}
