//! The parts of an extract.

use std::sync::Arc;

use crate::domain::activity::Activity;
use crate::domain::article::{self, anchor, revision, span};
use crate::domain::claim;
use crate::domain::event;
use crate::domain::ids::{AccountId, ArticleId, ClaimId, VerdictId};
use crate::domain::listing::Citation;
use crate::domain::ruling::public::{PublicRating, PublicRuling};
use crate::domain::time::Moment;
use crate::domain::verdict::Verdict;

/// A part of an extract.
#[derive(Clone, Debug)]
pub enum Part {
    /// An article. Its claims follow it.
    Article(Arc<ArticlePart>),
    /// A claim with its verdicts and rulings.
    Claim(Box<ClaimPart>),
    /// An entry of the newsroom's log.
    Event(Box<EventPart>),
}

/// An article.
#[derive(Clone, Debug)]
pub struct ArticlePart {
    /// The article.
    pub article: article::Model,
    /// Its newest revision.
    pub revision: Option<TextPart>,
}

/// The newest text of an article, as far as it is wanted.
#[derive(Clone, Debug)]
pub struct TextPart {
    /// The revision.
    pub revision: revision::Model,
    /// Its text. Empty if only the revision is wanted.
    pub text: Arc<str>,
    /// The wanted spans: first the blocks in reading order, then the sentences.
    pub spans: Vec<span::Model>,
}

/// A claim with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct ClaimPart {
    /// The article that contains it.
    pub article: Arc<ArticlePart>,
    /// The claim.
    pub claim: claim::Model,
    /// Its tags, sorted.
    pub tags: Vec<String>,
    /// Its anchors, in reading order.
    pub anchors: Vec<anchor::Model>,
    /// The verdicts on it that the actor may see.
    pub verdicts: Vec<VerdictPart>,
    /// Its rulings, oldest first. All except the last are retracted.
    pub rulings: Vec<PublicRuling>,
}

/// A verdict with its citations.
#[derive(Clone, Debug)]
pub struct VerdictPart {
    /// The verdict.
    pub verdict: Verdict,
    /// Its rating.
    pub rating: Arc<PublicRating>,
    /// The reviewer.
    pub reviewer: Person,
    /// The citations of its latest submission, if they are wanted.
    pub citations: Vec<Citation>,
}

/// A person, as members see them.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account's id.
    pub id: AccountId,
    /// The name that others see.
    pub name: String,
}

/// An entry of the newsroom's log.
#[derive(Clone, Debug)]
pub enum EventPart {
    /// As every member sees it.
    Seen(Activity),
    /// The whole entry, for those who may read the audit log.
    Whole(event::Model),
}

/// The parts of an entry that both forms of it have.
pub struct Entry {
    pub number: i32,
    pub at: Moment,
    pub kind: event::Kind,
    pub actor: Option<AccountId>,
    pub article: Option<ArticleId>,
    pub claim: Option<ClaimId>,
    pub verdict: Option<VerdictId>,
}

impl EventPart {
    /// The parts that both forms have.
    pub const fn entry(&self) -> Entry {
        macro_rules! entry {
            ($row:expr) => {
                Entry {
                    number: $row.number,
                    at: $row.at,
                    kind: $row.kind,
                    actor: $row.actor_id,
                    article: $row.article_id,
                    claim: $row.claim_id,
                    verdict: $row.verdict_id,
                }
            };
        }
        match self {
            Self::Seen(row) => entry!(row),
            Self::Whole(row) => entry!(row),
        }
    }
}
