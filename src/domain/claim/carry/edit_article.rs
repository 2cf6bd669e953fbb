//! Editing what is known about an article besides its text.
//!
//! Invariant: a change of the language never moves an anchor. The text is cut into sentences again,
//! in a new revision with the same text, and every anchor stays where it is.

use async_graphql::{ID, InputObject, MaybeUndefined};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel};
use serde_json::{Value as Json, json};

use super::{Prepared, carry_over};
use crate::domain::actor::Actor;
use crate::domain::article::{self, duplicate, revision};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::event::{self, Kind};
use crate::domain::ids::{ArticleId, TypedId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::time::Moment;

/// Changes to an article. Omitted fields stay unchanged. `null` clears a field.
#[derive(InputObject)]
pub struct EditArticleInput {
    /// The article's id.
    article: ID,
    /// The http or https address where the article was published. `null` clears it.
    url: MaybeUndefined<String>,
    /// The publisher's name: one line of at most 200 characters. `null` clears it.
    publisher: MaybeUndefined<String>,
    /// The author's name: one line of at most 200 characters. `null` clears it.
    author: MaybeUndefined<String>,
    /// The language as a BCP 47 tag, such as `en` or `fr-ML`. If the text has other sentences by its
    /// rules, they are stored as a new revision of the same text. `null` clears it.
    language: MaybeUndefined<String>,
    /// The time of publication. It must not be in the future. `null` clears it.
    published_at: MaybeUndefined<Moment>,
    /// The article's version that you read. Optional. CONFLICT if the article has changed since.
    expected_version: Option<i32>,
}

/// The parsed changes. None leaves a field as it is.
#[derive(Clone)]
#[allow(clippy::option_option, reason = "a field can stay, be cleared, or get a value")]
struct Changes {
    url: Option<Option<String>>,
    publisher: Option<Option<String>>,
    author: Option<Option<String>>,
    language: Option<Option<String>>,
    published_at: Option<Option<Moment>>,
}

/// The text cut by the rules of another language.
struct Recut {
    before: revision::Model,
    prepared: Prepared,
    note: String,
}

/// The maximum number of attempts because somebody else changed the text or its language meanwhile.
const MOST_ATTEMPTS: usize = 5;

/// Changes an article's address, publisher, author, language or time of publication.
pub async fn edit(db: &Db, actor: &Actor, input: EditArticleInput) -> Result<article::Model> {
    actor.signed_in()?;
    let id = ArticleId::parse("article", &input.article)?;
    let expected = input.expected_version;
    let mut article = article::fetch(db, actor, id).await?;
    let permit = actor.require(Action::MendArticle, article.newsroom_id)?;
    let changes = Changes::parse(actor, input)?;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let (recut, changes) = (recut(db, actor, &article, &changes).await?, changes.clone());
        let language = article.language;
        let done = store::write(db, permit, move |txn, actor| async move {
            let before = article::touch(&txn, id, expected).await?;
            let newest = revision::newest(&*txn, id).await?;
            let read = recut.as_ref().map(|recut| recut.before.id);
            let is_other = changes.language.is_some() && before.language != language;
            if is_other || read.is_some_and(|read| read != newest.id) {
                return Err(Error::NewerRevision { current_revision: newest.number });
            }
            store_changes(&txn, &actor, before, changes, recut).await
        });
        match done.await {
            Err(Error::NewerRevision { .. }) if attempts < MOST_ATTEMPTS => {
                article = article::fetch(db, actor, id).await?;
            }
            done => return done,
        }
    }
}

/// Cuts the newest text by the rules of the new language, if that changes any sentence.
async fn recut(
    db: &Db,
    actor: &Actor,
    article: &article::Model,
    changes: &Changes,
) -> Result<Option<Recut>> {
    let Some(language) = changes.language.clone().filter(|new| *new != article.language) else {
        return Ok(None);
    };
    let before = revision::newest(db, article.id).await?;
    let old = revision::side_of(db, before.id).await?;
    let name = |language: Option<&str>| language.unwrap_or("unknown").to_owned();
    let note = format!(
        "The language was changed from {} to {}. The text is the same.",
        name(article.language.as_deref()),
        name(language.as_deref())
    );
    let cut = revision::cut(actor, old.text.to_string(), language).await?;
    actor
        .compute(move || {
            let is_same = Prepared::sentences(&cut) == old.sentences;
            (!is_same).then(|| Recut { before, prepared: Prepared::recut(cut), note })
        })
        .await
}

async fn store_changes(
    txn: &DatabaseTransaction,
    actor: &Actor,
    before: article::Model,
    changes: Changes,
    recut: Option<Recut>,
) -> Result<article::Model> {
    let mut after = changes.apply(before.clone());
    if after == before {
        let message = "This changes nothing. Send a different address, publisher, author, language \
                       or time of publication.";
        return Err(Error::invalid("article", Reason::Unchanged, message));
    }
    article::Entity::update(after.clone().into_active_model().reset_all()).exec(txn).await?;
    duplicate::readdress(txn, &after).await?;
    let mut revision = None;
    if let Some(Recut { before, prepared, note }) = recut {
        revision = Some(before.number + 1);
        (after, _) = carry_over(txn, actor, after, &before, &prepared, Some(note), &[]).await?;
    }
    let (mut old, mut new) = (parts(&before), parts(&after));
    if let (Some(old), Some(new)) = (old.as_object_mut(), new.as_object_mut()) {
        old.retain(|key, value| new.get(key) != Some(value));
        new.retain(|key, _| old.contains_key(key));
    }
    let detail = json!({ "before": old, "after": new, "revision": revision });
    let about = article::subject(&after);
    event::append(txn, actor, after.newsroom_id, Kind::ArticleEdited, about, detail).await?;
    Ok(after)
}

fn parts(article: &article::Model) -> Json {
    json!({
        "url": article.url,
        "publisher": article.publisher,
        "author": article.author,
        "language": article.language,
        "publishedAt": article.published_at,
    })
}

impl Changes {
    fn parse(actor: &Actor, input: EditArticleInput) -> Result<Self> {
        let published = |at| article::parse_published(actor, at);
        Ok(Self {
            url: change(input.url, |text| article::parse_url(&text))?,
            publisher: change(input.publisher, |text| article::parse_publisher(&text))?,
            author: change(input.author, |text| article::parse_author(&text))?,
            language: change(input.language, |text| article::parse_language(&text))?,
            published_at: change(input.published_at, published)?,
        })
    }

    fn apply(self, mut article: article::Model) -> article::Model {
        article.url = self.url.unwrap_or(article.url);
        article.publisher = self.publisher.unwrap_or(article.publisher);
        article.author = self.author.unwrap_or(article.author);
        article.language = self.language.unwrap_or(article.language);
        article.published_at = self.published_at.unwrap_or(article.published_at);
        article
    }
}

#[allow(clippy::option_option, reason = "a field can stay, be cleared, or get a value")]
fn change<A, B>(
    input: MaybeUndefined<A>,
    parse: impl FnOnce(A) -> Result<B>,
) -> Result<Option<Option<B>>> {
    match input {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Ok(Some(None)),
        MaybeUndefined::Value(value) => Ok(Some(Some(parse(value)?))),
    }
}
