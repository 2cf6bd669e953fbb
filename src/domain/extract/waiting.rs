//! The articles and claims that a reader has found and not returned yet, in the order of the extract.

use std::collections::VecDeque;
use std::sync::Arc;

use super::parts::ArticlePart;
use crate::domain::claim;
use crate::domain::page::{Key, Page};

/// The number of claims that are returned at once.
const CLAIMS: usize = 500;
/// The number of verdicts at which a page of claims ends. A claim with more is a page by itself.
const VERDICTS: usize = 1_500;

/// A claim, and the article that contains it.
pub type Found = (Arc<ArticlePart>, claim::Model);

enum Item {
    Article(Arc<ArticlePart>),
    Claim(Box<Found>),
    /// The claims of an article after this one. They are not read yet.
    Further(Arc<ArticlePart>, Key),
}

/// The next things.
pub enum Next {
    /// Articles and claims, up to a page.
    Page(Vec<Waited>),
    /// The claims of an article after this one must be read first.
    Further(Arc<ArticlePart>, Key),
    /// Nothing waits.
    Nothing,
}

/// A thing that waited.
pub enum Waited {
    Article(Arc<ArticlePart>),
    Claim(Box<Found>),
}

/// The things that wait.
#[derive(Default)]
pub struct Waiting(VecDeque<Item>);

impl Waiting {
    /// Adds an article, and the first page of its claims.
    pub fn add(&mut self, article: Arc<ArticlePart>, claims: Page<claim::Model>) {
        self.0.push_back(Item::Article(Arc::clone(&article)));
        self.0.extend(items(article, claims));
    }

    /// Puts further claims of an article before everything that waits.
    pub fn put_first(&mut self, article: Arc<ArticlePart>, claims: Page<claim::Model>) {
        let mut all: VecDeque<_> = items(article, claims).collect();
        all.append(&mut self.0);
        self.0 = all;
    }

    /// Takes the next things.
    pub fn take(&mut self) -> Next {
        let (mut page, mut claims, mut verdicts) = (Vec::new(), 0, 0);
        while let Some(item) = self.0.pop_front() {
            match item {
                Item::Article(article) => page.push(Waited::Article(article)),
                Item::Claim(found) => {
                    let more = usize::try_from(found.1.verdict_count).unwrap_or_default();
                    if claims == CLAIMS || claims > 0 && verdicts + more > VERDICTS {
                        self.0.push_front(Item::Claim(found));
                        break;
                    }
                    (claims, verdicts) = (claims + 1, verdicts + more);
                    page.push(Waited::Claim(found));
                }
                Item::Further(article, after) if page.is_empty() => {
                    return Next::Further(article, after);
                }
                further @ Item::Further(..) => {
                    self.0.push_front(further);
                    break;
                }
            }
        }
        if page.is_empty() { Next::Nothing } else { Next::Page(page) }
    }
}

fn items(article: Arc<ArticlePart>, claims: Page<claim::Model>) -> impl Iterator<Item = Item> {
    let last = claims.rows.last().map(|(key, _)| *key).filter(|_| claims.has_next);
    let further = last.map(|last| Item::Further(Arc::clone(&article), last));
    let found = move |(_, claim)| Item::Claim(Box::new((Arc::clone(&article), claim)));
    claims.rows.into_iter().map(found).chain(further)
}
