//! Revising an article, or putting an earlier text of it back.
//!
//! Invariant: slow work is done before the article is locked. If another revision was stored in the
//! meantime, it is done again.

use std::sync::Arc;

use async_graphql::{ID, InputObject};

use super::{Prepared, carry_over};
use crate::domain::actor::{Actor, Permit};
use crate::domain::article::anchor;
use crate::domain::article::format::{self, ArticleFormat};
use crate::domain::article::{self, revision};
use crate::domain::error::{Error, Reason, Result};
use crate::domain::ids::{ArticleId, TypedId};
use crate::domain::permissions::Action;
use crate::domain::store::{self, Db};
use crate::domain::text::passage;
use crate::domain::text_input;

/// A newer text of an article.
#[derive(InputObject)]
pub struct ReviseArticleInput {
    /// The article's id.
    pub article: ID,
    /// The format of `body`.
    #[graphql(default)]
    pub format: ArticleFormat,
    /// The headline: one line of at most 500 characters. Default: the headline in `body`, if the
    /// format is not TEXT and `body` has one. Otherwise unchanged.
    pub title: Option<String>,
    /// The article in `format`, as for `importArticle`. Headline and text together must not exceed
    /// 1 MiB of UTF-8. Default: unchanged.
    pub body: Option<String>,
    /// The reason for the revision: at most 1,000 characters. Every reader of the article can read
    /// it. Optional.
    pub note: Option<String>,
    /// The number of the revision that your text is based on. CONFLICT if a newer revision exists.
    /// Optional. Sending it is recommended: otherwise, your text replaces what another editor wrote
    /// in the meantime.
    pub based_on_revision: Option<i32>,
    /// The article's version that you read. Optional. CONFLICT if the article has changed since.
    pub expected_version: Option<i32>,
}

/// An earlier text of an article to put back.
#[derive(InputObject)]
pub struct RestoreRevisionInput {
    /// The article's id.
    article: ID,
    /// The number of the revision whose text comes back. It becomes the text of a new revision.
    number: i32,
    /// The reason: at most 1,000 characters. Every reader of the article can read it. Optional.
    note: Option<String>,
    /// The number of the newest revision that you read. CONFLICT if a newer one exists. Optional.
    based_on_revision: Option<i32>,
    /// The article's version that you read. Optional. CONFLICT if the article has changed since.
    expected_version: Option<i32>,
}

/// How often a text may be aligned again because another revision was stored in the meantime.
const MOST_ATTEMPTS: usize = 5;

/// A revision to store, and what its editor has read.
struct Planned {
    article: article::Model,
    note: Option<String>,
    /// The input field that errors about the text name.
    field: &'static str,
    /// The revision whose text is put back.
    restored: Option<revision::Model>,
    based_on: Option<i32>,
    expected_version: Option<i32>,
}

/// Stores a newer text of an article, and carries its claims into it.
pub async fn revise(
    db: &Db,
    actor: &Actor,
    mut input: ReviseArticleInput,
) -> Result<(article::Model, Vec<anchor::Model>)> {
    if !actor.is_machine() {
        actor.signed_in()?;
    }
    let article = article::fetch(db, actor, ArticleId::parse("article", &input.article)?).await?;
    let permit = actor.require(Action::ReviseArticle, article.newsroom_id)?;
    if let Some(body) = &input.body
        && let Some(read) = format::read(actor, input.format, body.clone()).await?
    {
        input.body = Some(format::body_of(&read));
        input.title = input.title.or(Some(read.title).filter(|title| !title.is_empty()));
    }
    let planned = Planned {
        article,
        note: parse_note(input.note.as_deref())?,
        field: "body",
        restored: None,
        based_on: input.based_on_revision,
        expected_version: input.expected_version,
    };
    let recompose = |old: &str| recompose(old, input.title.as_deref(), input.body.as_deref());
    store_text(db, actor, permit, &planned, recompose).await
}

/// Stores the text of an earlier revision again, and puts the anchors back where they were in it.
pub async fn restore(
    db: &Db,
    actor: &Actor,
    input: RestoreRevisionInput,
) -> Result<(article::Model, Vec<anchor::Model>)> {
    actor.signed_in()?;
    let article = article::fetch(db, actor, ArticleId::parse("article", &input.article)?).await?;
    let permit = actor.require(Action::ReviseArticle, article.newsroom_id)?;
    let note = parse_note(input.note.as_deref())?;
    let restored = revision::numbered(db, actor, &article, input.number).await?;
    let text = revision::text_of(db, restored.id).await?;
    let planned = Planned {
        article,
        note,
        field: "number",
        restored: Some(restored),
        based_on: input.based_on_revision,
        expected_version: input.expected_version,
    };
    store_text(db, actor, permit, &planned, |_| Ok(text.to_string())).await
}

/// Stores the text that `compose` makes of the newest one, and carries the claims into it.
async fn store_text(
    db: &Db,
    actor: &Actor,
    permit: Permit<'_>,
    planned: &Planned,
    compose: impl Fn(&str) -> Result<String>,
) -> Result<(article::Model, Vec<anchor::Model>)> {
    let article = &planned.article;
    let mut attempts = 0;
    loop {
        attempts += 1;
        let before = revision::newest(db, article.id).await?;
        expect_newest(planned.based_on, &before)?;
        let old = revision::side_of(db, before.id).await?;
        let text = compose(&old.text)?;
        if *text == *old.text {
            let message = "The article already has this text. Send a different one.";
            return Err(Error::invalid(planned.field, Reason::Unchanged, message));
        }
        let earlier = revision::with_text(db, article.id, &text, planned.restored.as_ref()).await?;
        // All slow work is done here. The article's lock is then held only for work that depends on
        // its claims.
        let cut = revision::cut(actor, text, article.language.clone()).await?;
        let prepared = Arc::new(actor.compute(move || Prepared::new(&old, cut)).await?);
        let (note, article, expected) =
            (planned.note.clone(), article.id, planned.expected_version);
        let done = store::write(db, permit, move |txn, actor| async move {
            let article = article::touch(&txn, article, expected).await?;
            let newest = revision::newest(&*txn, article.id).await?;
            if newest.id != before.id {
                return Err(Error::NewerRevision { current_revision: newest.number });
            }
            carry_over(&txn, &actor, article, &before, &prepared, note, &earlier).await
        });
        let may_retry = planned.based_on.is_none() && expected.is_none();
        match done.await {
            Err(Error::NewerRevision { .. }) if may_retry && attempts < MOST_ATTEMPTS => {}
            done => return done,
        }
    }
}

/// Refuses a text that is based on another revision than the newest.
fn expect_newest(based_on: Option<i32>, newest: &revision::Model) -> Result<()> {
    match based_on {
        Some(number) if !(1..=newest.number).contains(&number) => {
            let message = format!(
                "The article has no revision {number}. Its newest revision is {}.",
                newest.number
            );
            Err(Error::invalid("basedOnRevision", Reason::OutOfRange, message))
        }
        Some(number) if number < newest.number => {
            Err(Error::NewerRevision { current_revision: newest.number })
        }
        _ => Ok(()),
    }
}

/// The text with a new headline, a new body, or both.
pub(super) fn recompose(text: &str, title: Option<&str>, body: Option<&str>) -> Result<String> {
    // The text was composed of the headline, an empty line and the body.
    let (old_title, old_body) = text.split_once("\n\n").unwrap_or((text, ""));
    passage::compose(title.unwrap_or(old_title), body.unwrap_or(old_body))
}

fn parse_note(note: Option<&str>) -> Result<Option<String>> {
    text_input::optional(note, |note| text_input::prose("note", note, 1000))
}
