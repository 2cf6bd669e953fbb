//! Search results: connections whose items have a score.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Object, Result, SimpleObject};

use crate::domain::claim;
use crate::domain::ids::NewsroomId;
use crate::domain::search::snippet::{Match, Snippet};
use crate::domain::search::{self, Found, Hit, Hits, Similar, SimilarReview};
use crate::domain::text::passage::OffsetUnit;
use crate::graphql::RequestContext;
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

    /// The matching article, claim, or fact-check of another publisher.
    async fn node(&self) -> &Found {
        &self.0.found
    }
}

/// Claims that are similar to a text or to another claim, the most similar first.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct SimilarClaims {
    /// The claims with their similarity.
    edges: Vec<Similar>,
    /// The claims.
    nodes: Vec<claim::Model>,
    #[graphql(skip)]
    newsroom: NewsroomId,
    #[graphql(skip)]
    text: String,
}

impl SimilarClaims {
    /// The claims of a newsroom that are similar to a text.
    pub fn of(newsroom: NewsroomId, text: String, edges: Vec<Similar>) -> Self {
        Self { nodes: edges.iter().map(|edge| edge.node.clone()).collect(), edges, newsroom, text }
    }
}

#[ComplexObject]
impl SimilarClaims {
    /// Fact-checks of similar claims by other publishers, the most similar first. They are not
    /// rulings of the newsroom. Requires the READER role.
    async fn outside_reviews(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of fact-checks, 0 to 100. Default: 10.")] first: Option<i32>,
    ) -> Result<Vec<SimilarReview>> {
        let first = first.unwrap_or(10);
        let work = search::similar_outside(ctx.db(), ctx.actor(), self.newsroom, &self.text, first);
        Ok(Box::pin(work).await?)
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
