//! Search results: connections whose items have a score.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};

use crate::domain::claim;
use crate::domain::search::snippet::{Match, Snippet};
use crate::domain::search::{Found, Hit, Hits, Similar};
use crate::domain::text::passage::OffsetUnit;
use crate::graphql::connection::PageInfo;

/// A page of search results, the best first. Scores change with the indexed content, so later pages
/// may repeat or miss items.
#[derive(SimpleObject)]
pub struct SearchConnection {
    /// The page's items, each with its cursor, score and snippet.
    edges: Vec<SearchEdge>,
    /// The position of the page within the results.
    page_info: PageInfo,
}

/// A search result.
pub struct SearchEdge(Hit);

impl From<Arc<Hits>> for SearchConnection {
    fn from(hits: Arc<Hits>) -> Self {
        let cursor = |hit: Option<&Hit>| hit.map(|hit| hit.key.to_cursor());
        let page_info = PageInfo {
            has_next_page: hits.has_next,
            has_previous_page: hits.has_previous,
            start_cursor: cursor(hits.hits.first()),
            end_cursor: cursor(hits.hits.last()),
        };
        Self { edges: hits.hits.iter().cloned().map(SearchEdge).collect(), page_info }
    }
}

/// A search result.
#[Object]
impl SearchEdge {
    /// The item's cursor, for `after`.
    async fn cursor(&self) -> String {
        self.0.key.to_cursor()
    }

    /// Relevance of the result. It rises with the number, rarity and frequency of the matching
    /// words. Compare scores only within one response.
    async fn score(&self) -> f64 {
        self.0.score
    }

    /// The matching words and the text around them. Null if no text can be shown.
    async fn snippet(&self) -> &Option<Snippet> {
        &self.0.snippet
    }

    /// The matching article or claim.
    async fn node(&self) -> &Found {
        &self.0.found
    }
}

/// Claims that are similar to a text or to another claim, the most similar first.
#[derive(Clone, SimpleObject)]
pub struct SimilarClaims {
    /// The claims with their similarity.
    edges: Vec<Similar>,
    /// The claims.
    nodes: Vec<claim::Model>,
}

impl From<Vec<Similar>> for SimilarClaims {
    fn from(edges: Vec<Similar>) -> Self {
        Self { nodes: edges.iter().map(|edge| edge.node.clone()).collect(), edges }
    }
}

/// The position of a matching word in a snippet.
#[Object(name = "SnippetMatch")]
impl Match {
    /// Offset of the first character in the snippet's text, counted from 0.
    async fn start(
        &self,
        #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit,
    ) -> i32 {
        self.extent.in_unit(unit).0
    }

    /// Offset after the last character.
    async fn end(&self, #[graphql(desc = "Unit of the offset.", default)] unit: OffsetUnit) -> i32 {
        self.extent.in_unit(unit).1
    }
}
