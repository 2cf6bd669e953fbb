//! Fields of sources and citations.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::listing::{Citation, Source, SourceDetail};
use crate::domain::page;
use crate::domain::verdict::Verdict;
use crate::domain::verdict::source::SourceKind;
use crate::graphql::eager::Eager;
use crate::graphql::loaders::{
    CitationCountOf, CitationsOf, DetailOf, MergedInto, find_row, load, load_row,
};

impl Source {
    async fn detail(&self, ctx: &Context<'_>) -> Result<Option<SourceDetail>> {
        Ok(find_row(ctx, DetailOf(self.id)).await?)
    }
}

#[ComplexObject]
impl Source {
    /// The kind of source, from the first citation of it that you may see.
    async fn kind(&self, ctx: &Context<'_>) -> Result<SourceKind> {
        Ok(self.detail(ctx).await?.and_then(|detail| detail.kind).unwrap_or_default())
    }

    /// The details that a reader needs to find the source, from the first citation that has any and
    /// that you may see. Null if none has.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.detail(ctx).await?.and_then(|detail| detail.description))
    }

    /// Its DOI, from the first citation that has one and that you may see. Null if none has.
    async fn doi(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.detail(ctx).await?.and_then(|detail| detail.doi))
    }

    /// Its ISBN as 13 digits, from the first citation that has one and that you may see. Null if none
    /// has.
    async fn isbn(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.detail(ctx).await?.and_then(|detail| detail.isbn))
    }

    /// Its ISSN, from the first citation that has one and that you may see. Null if none has.
    async fn issn(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.detail(ctx).await?.and_then(|detail| detail.issn))
    }

    /// The source that an editor merged this one into. Its citations count there. Null if it was not
    /// merged.
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        Ok(match self.root_id {
            Some(root) => find_row(ctx, root).await?,
            None => None,
        })
    }

    /// The sources that were merged into this one, as far as you may see citations of them.
    async fn merged_sources(&self, ctx: &Context<'_>) -> Result<Arc<[Self]>> {
        Ok(load(ctx, MergedInto(self.id)).await?)
    }

    /// Number of citations in current verdicts that you may see.
    async fn citation_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(load(ctx, CitationCountOf(self.id)).await?)
    }

    /// The citations in current verdicts that you may see, newest first.
    async fn citations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number of citations, 0 to 100.", default = 25)] first: i32,
    ) -> Result<Vec<Citation>> {
        page::check_size("first", first)?;
        Ok(load(ctx, CitationsOf(self.id, first)).await?)
    }
}

#[ComplexObject]
impl Citation {
    /// The verdict that cites the source.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Verdict> {
        Ok(load_row(ctx, self.verdict_id).await?)
    }

    /// The cited source.
    async fn source(&self) -> Eager<&Source> {
        Eager(&self.source)
    }
}
