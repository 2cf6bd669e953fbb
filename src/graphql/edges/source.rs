//! Sources, and where they are cited.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::listing::{Citation, Source};
use crate::domain::page;
use crate::domain::verdict::Verdict;
use crate::graphql::atonce::AtOnce;
use crate::graphql::loaders::{CitationCountOf, CitationsOf, load, load_row};

#[ComplexObject]
impl Source {
    /// How often verdicts in force that you may see cite it.
    async fn citation_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(load(ctx, CitationCountOf(self.id)).await?)
    }

    /// Where verdicts in force that you may see cite it, newest first.
    async fn citations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many: 0 to 100.", default = 25)] first: i32,
    ) -> Result<Vec<Citation>> {
        page::check_size("first", first)?;
        Ok(load(ctx, CitationsOf(self.id, first)).await?)
    }
}

#[ComplexObject]
impl Citation {
    /// The verdict that cites it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Verdict> {
        Ok(load_row(ctx, self.verdict_id).await?)
    }

    /// The source that is cited.
    async fn source(&self) -> AtOnce<&Source> {
        AtOnce(&self.source)
    }
}
