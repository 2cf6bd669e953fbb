//! What search gives: connections whose items have a score.

use async_graphql::{Object, SimpleObject};

use super::connection::PageInfo;
use crate::domain::claim;
use crate::domain::passage::OffsetUnit;
use crate::domain::search::snippet::{Match, Snippet};
use crate::domain::search::{Found, Hit, Hits, Similar};

/// One page of what was found, the best first. Scores change with what there is to search, so that a page asked for much later may repeat or
/// miss something.
#[derive(SimpleObject)]
pub struct SearchConnection {
    /// The page's items, each with its cursor, its score and the words that fit.
    edges: Vec<SearchEdge>,
    /// Where the page stands in its list.
    page_info: PageInfo,
}

/// Something that was found.
pub struct SearchEdge(Hit);

impl From<Hits> for SearchConnection {
    fn from(hits: Hits) -> Self {
        let cursor = |hit: Option<&Hit>| hit.map(|hit| hit.key.to_cursor());
        let page_info = PageInfo {
            has_next_page: hits.has_next,
            has_previous_page: hits.has_previous,
            start_cursor: cursor(hits.hits.first()),
            end_cursor: cursor(hits.hits.last()),
        };
        Self { edges: hits.hits.into_iter().map(SearchEdge).collect(), page_info }
    }
}

/// Something that was found.
#[Object]
impl SearchEdge {
    /// The item's place, for `after`.
    async fn cursor(&self) -> String {
        self.0.key.to_cursor()
    }

    /// How well it fits: the more of the words it has, the rarer they are and the oftener they stand there, the higher. To be compared within one
    /// answer only.
    async fn score(&self) -> f64 {
        self.0.score
    }

    /// The words that fit, and those around them.
    async fn snippet(&self) -> &Option<Snippet> {
        &self.0.snippet
    }

    /// The article or the claim.
    async fn node(&self) -> &Found {
        &self.0.found
    }
}

/// Claims that are like a text or another claim, the likest first.
#[derive(Clone, SimpleObject)]
pub struct SimilarClaims {
    /// The claims, each with how like it is.
    edges: Vec<Similar>,
    /// The claims.
    nodes: Vec<claim::Model>,
}

impl From<Vec<Similar>> for SimilarClaims {
    fn from(edges: Vec<Similar>) -> Self {
        Self { nodes: edges.iter().map(|edge| edge.node.clone()).collect(), edges }
    }
}

/// Where a word stands that was looked for, or one like it.
#[Object(name = "SnippetMatch")]
impl Match {
    /// Where it begins in the snippet's text, counted from 0.
    async fn start(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.extent.in_unit(unit).0
    }

    /// Where it ends: the offset after the last one.
    async fn end(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.extent.in_unit(unit).1
    }
}
