//! Mutations that mend what is stored: articles' data, withdrawals, and sources that are one.

use async_graphql::{Context, Object, Result, SimpleObject};

use crate::domain::article;
use crate::domain::claim::carry::{self, EditArticleInput, RestoreClaimInput};
use crate::domain::claim::label::{self, Claimant, MergeClaimantsInput, UnmergeClaimantsInput};
use crate::domain::claim::{self, RestoreArticleInput, WithdrawArticleInput};
use crate::domain::listing::{self, MergeSourcesInput, Source, UnmergeSourcesInput};
use crate::graphql::RequestContext;

/// Result of editing an article.
#[derive(SimpleObject)]
struct EditArticlePayload {
    /// The article after the change.
    article: article::Model,
}

/// Result of withdrawing an article.
#[derive(SimpleObject)]
struct WithdrawArticlePayload {
    /// The withdrawn article.
    article: article::Model,
}

/// Result of restoring an article.
#[derive(SimpleObject)]
struct RestoreArticlePayload {
    /// The restored article.
    article: article::Model,
}

/// Result of restoring a claim.
#[derive(SimpleObject)]
struct RestoreClaimPayload {
    /// The restored claim.
    claim: claim::Model,
    /// The claim's article, with a higher version.
    article: article::Model,
}

/// Result of merging sources.
#[derive(SimpleObject)]
struct MergeSourcesPayload {
    /// The source that the others were merged into.
    source: Source,
}

/// Result of undoing a merge of sources.
#[derive(SimpleObject)]
struct UnmergeSourcesPayload {
    /// The sources that are on their own again.
    sources: Vec<Source>,
}

/// Result of merging claimants.
#[derive(SimpleObject)]
struct MergeClaimantsPayload {
    /// The claimant that the others were merged into.
    claimant: Claimant,
}

/// Result of undoing a merge of claimants.
#[derive(SimpleObject)]
struct UnmergeClaimantsPayload {
    /// The claimants that are on their own again.
    claimants: Vec<Claimant>,
}

/// Mutations that mend what is stored.
#[derive(Default)]
pub struct Mending;

#[Object]
impl Mending {
    /// Changes an article's address, publisher, author, language or time of publication. The audit
    /// log keeps the old values. A new language may cut the text into other sentences. Claims stay
    /// where they are, and verdicts stay as they are. Requires the EDITOR role.
    async fn edit_article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article and the changes.")] input: EditArticleInput,
    ) -> Result<EditArticlePayload> {
        let article = carry::edit_article(ctx.db(), ctx.actor(), input).await?;
        Ok(EditArticlePayload { article })
    }

    /// Withdraws an article. The article and its claims leave lists, search and summaries. They stay
    /// readable by id, and cannot change until the article is restored. Published rulings on its
    /// claims must be retracted first. Requires the EDITOR role.
    async fn withdraw_article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article and the reason.")] input: WithdrawArticleInput,
    ) -> Result<WithdrawArticlePayload> {
        let article = claim::withdraw_article(ctx.db(), ctx.actor(), input).await?;
        Ok(WithdrawArticlePayload { article })
    }

    /// Restores a withdrawn article, with its claims and their verdicts. Requires the EDITOR role.
    async fn restore_article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article and the reason.")] input: RestoreArticleInput,
    ) -> Result<RestoreArticlePayload> {
        let article = claim::restore_article(ctx.db(), ctx.actor(), input).await?;
        Ok(RestoreArticlePayload { article })
    }

    /// Restores a withdrawn claim, with its verdicts. It is carried into the newest text. If its words
    /// changed since the withdrawal, its verdicts are stale. Requires the EDITOR role, or REVIEWER
    /// for a claim that you marked.
    async fn restore_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim and the reason.")] input: RestoreClaimInput,
    ) -> Result<RestoreClaimPayload> {
        let (claim, article) = carry::restore_claim(ctx.db(), ctx.actor(), input).await?;
        Ok(RestoreClaimPayload { claim, article })
    }

    /// Merges sources that are one page or document. Their citations stay as they are, and count for
    /// `into`. Requires the EDITOR role.
    async fn merge_sources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The sources, and the one that they are merged into.")]
        input: MergeSourcesInput,
    ) -> Result<MergeSourcesPayload> {
        let source = listing::merge_sources(ctx.db(), ctx.actor(), input).await?;
        Ok(MergeSourcesPayload { source })
    }

    /// Undoes the merge of sources. Their citations count for them again. Requires the EDITOR role.
    async fn unmerge_sources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The merged sources.")] input: UnmergeSourcesInput,
    ) -> Result<UnmergeSourcesPayload> {
        let sources = listing::unmerge_sources(ctx.db(), ctx.actor(), input).await?;
        Ok(UnmergeSourcesPayload { sources })
    }

    /// Merges claimants who are one person or organisation. Claims keep the names that they have, and
    /// count for `into` in lists, filters and summaries. Requires the EDITOR role.
    async fn merge_claimants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claimants, and the one that they are merged into.")]
        input: MergeClaimantsInput,
    ) -> Result<MergeClaimantsPayload> {
        let claimant = label::merge_claimants(ctx.db(), ctx.actor(), input).await?;
        Ok(MergeClaimantsPayload { claimant })
    }

    /// Undoes the merge of claimants. Claims with their names count for them again. Names that were
    /// merged into one of them before stay merged. Requires the EDITOR role.
    async fn unmerge_claimants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The merged claimants.")] input: UnmergeClaimantsInput,
    ) -> Result<UnmergeClaimantsPayload> {
        let claimants = label::unmerge_claimants(ctx.db(), ctx.actor(), input).await?;
        Ok(UnmergeClaimantsPayload { claimants })
    }
}
