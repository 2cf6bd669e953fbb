//! Fields of newsrooms.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result};
use claimspan_macros::paging;

use crate::domain::article::preview::{self, ArticlePreview, ArticlePreviewInput};
use crate::domain::article::{self, ArticleFilter, ArticleOrder};
use crate::domain::audit::{self, AuditFilter};
use crate::domain::claim;
use crate::domain::claim::label::{self, Claimant, Tag};
use crate::domain::event;
use crate::domain::listing::{self, ClaimFilter, ClaimOrder, Source, SourceFilter, Within};
use crate::domain::mail::{self, Mail};
use crate::domain::newsroom;
use crate::domain::newsroom::profile::Profile;
use crate::domain::newsroom::rating::{self, scale};
use crate::domain::outside_review;
use crate::domain::page::Slice;
use crate::domain::people::account;
use crate::domain::people::api_token;
use crate::domain::people::invitation;
use crate::domain::people::membership;
use crate::domain::permissions::Policy;
use crate::domain::ruling;
use crate::domain::ruling::published::{self, RulingFilter};
use crate::domain::ruling::time_to_ruling::TimeToRuling;
use crate::domain::search;
use crate::domain::summary::{self, Group, Grouping, Part, Summary};
use crate::domain::time::Moment;
use crate::domain::webhook::{self, Webhook};
use crate::graphql::RequestContext;
use crate::graphql::connection::Connection;
use crate::graphql::search::{SearchConnection, SimilarClaims};
use crate::graphql::shared_work::{Search, share_in_turn};
use crate::graphql::types::summary::summary_of;

#[paging]
#[ComplexObject]
impl newsroom::Model {
    /// The newsroom's editorial policy.
    #[graphql(name = "policy")]
    async fn policy_field(&self) -> Policy {
        self.policy()
    }

    /// The newsroom's public profile, which its public pages and exports show.
    #[graphql(name = "profile")]
    async fn profile_field(&self) -> Profile {
        self.profile()
    }

    /// The current rating scale, which new verdicts use.
    async fn rating_scale(&self, ctx: &Context<'_>) -> Result<scale::Model> {
        Ok(Box::pin(rating::current_scale(ctx.db(), self.id)).await?)
    }

    /// All rating scales of the newsroom, newest first.
    async fn rating_scales(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Connection<scale::Model>> {
        Ok(Box::pin(rating::scales_of_newsroom(ctx.db(), ctx.actor(), self.id, &slice))
            .await?
            .into())
    }

    /// The newsroom's rulings, including retracted ones, newest first.
    async fn rulings(&self, ctx: &Context<'_>, slice: Slice) -> Result<Connection<ruling::Model>> {
        Ok(Box::pin(ruling::all(ctx.db(), ctx.actor(), self.id, &slice)).await?.into())
    }

    /// How long the newsroom's rulings took, retracted ones included, from the marking of the claim to
    /// the publication. Requires the READER role.
    async fn time_to_ruling(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Counts only rulings that match all given conditions.")] filter: Option<
            RulingFilter,
        >,
    ) -> Result<TimeToRuling> {
        let filter = filter.unwrap_or_default();
        let work = published::time_to_ruling(ctx.db(), ctx.actor(), self.id, filter);
        Ok(Box::pin(work).await?)
    }

    /// Reads an article as `importArticle` would, without storing it. Nothing is fetched from the
    /// addresses in it. Requires the EDITOR role.
    async fn article_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article.")] input: ArticlePreviewInput,
    ) -> Result<Option<ArticlePreview>> {
        Ok(Some(Box::pin(preview::preview(ctx.db(), ctx.actor(), self.id, input)).await?))
    }

    /// The newsroom's articles. Withdrawn articles are left out, unless the filter asks for them.
    /// Default order: NEWEST_FIRST.
    #[allow(clippy::too_many_arguments, reason = "each parameter is an argument of the field")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
        #[graphql(desc = "Returns only items that match all given conditions.")] filter: Option<
            ArticleFilter,
        >,
        #[graphql(desc = "The order of the items.", default)] order: ArticleOrder,
    ) -> Result<Connection<article::Model>> {
        Ok(Box::pin(listing::articles(
            ctx.db(),
            ctx.actor(),
            self.id,
            filter.unwrap_or_default(),
            order,
            &slice,
        ))
        .await?
        .into())
    }

    /// The newsroom's claims. Withdrawn claims and those of withdrawn articles are left out, unless
    /// the filter asks for the state WITHDRAWN. Default order: newest first.
    #[allow(clippy::too_many_arguments, reason = "each parameter is an argument of the field")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
        #[graphql(desc = "Returns only items that match all given conditions.")] filter: Option<
            ClaimFilter,
        >,
        #[graphql(desc = "The order of the items.")] order: Option<ClaimOrder>,
    ) -> Result<Connection<claim::Model>> {
        Ok(Box::pin(listing::claims(
            ctx.db(),
            ctx.actor(),
            Within::Newsroom(self.id),
            filter.unwrap_or_default(),
            order,
            &slice,
        ))
        .await?
        .into())
    }

    /// The sources cited by verdicts that you may see, newest first. Sources that were merged into
    /// another are left out.
    async fn sources(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
        #[graphql(desc = "Returns only items that match all given conditions.")] filter: Option<
            SourceFilter,
        >,
    ) -> Result<Connection<Source>> {
        let filter = filter.unwrap_or_default();
        let work = listing::sources(ctx.db(), ctx.actor(), self.id, filter, &slice);
        Ok(Box::pin(work).await?.into())
    }

    /// The tags of the newsroom's claims, those with the most claims first. Withdrawn claims do not
    /// count. Requires the READER role.
    async fn tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size from the start or after `after`, 0 to 100. Default: 25.")]
        first: Option<i32>,
        #[graphql(desc = "Returns only items after this cursor.")] after: Option<String>,
    ) -> Result<Connection<Tag>> {
        let slice = Slice::parse(first, after.as_deref(), None, None)?;
        Ok(Box::pin(label::tags(ctx.db(), ctx.actor(), self.id, &slice)).await?.into())
    }

    /// The claimants of the newsroom's claims, those with the most claims first. Withdrawn claims do
    /// not count. Requires the READER role.
    async fn claimants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Page size from the start or after `after`, 0 to 100. Default: 25.")]
        first: Option<i32>,
        #[graphql(desc = "Returns only items after this cursor.")] after: Option<String>,
    ) -> Result<Connection<Claimant>> {
        let slice = Slice::parse(first, after.as_deref(), None, None)?;
        Ok(Box::pin(label::claimants(ctx.db(), ctx.actor(), self.id, &slice)).await?.into())
    }

    /// Figures about the verdicts on the newsroom's claims. They cover articles imported, and
    /// claims marked, in the given period. With `claimant` or `tag`, a claim and all its repeats
    /// count as one claim, with the verdicts on any of them. One of them must match.
    async fn summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Start of the period, inclusive. Default: no limit.")] since: Option<
            Moment,
        >,
        #[graphql(desc = "End of the period, exclusive. Default: no limit.")] until: Option<Moment>,
        #[graphql(
            desc = "Covers only claims of this claimant, or of one that was merged with it, and claims linked to them."
        )]
        claimant: Option<String>,
        #[graphql(desc = "Covers only claims with this tag, and claims linked to them.")]
        tag: Option<String>,
    ) -> Result<Summary> {
        let part = Part::parse(since, until, claimant.as_deref(), tag.as_deref())?;
        summary_of(ctx, self.id, part).await
    }

    /// The same figures, divided: by day, week or month; by claimant, tag or reviewer; or by
    /// article. Periods without claims have groups, too, from the first to the last with any.
    /// Requires the READER role.
    #[allow(clippy::too_many_arguments, reason = "each parameter is an argument of the field")]
    async fn summaries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How the figures are divided.")] group_by: Grouping,
        #[graphql(desc = "Start of the period, inclusive. Default: no limit.")] since: Option<
            Moment,
        >,
        #[graphql(desc = "End of the period, exclusive. Default: no limit.")] until: Option<Moment>,
        #[graphql(desc = "Page size from the start or after `after`, 0 to 100. Default: 25.")]
        first: Option<i32>,
        #[graphql(desc = "Returns only items after this cursor.")] after: Option<String>,
    ) -> Result<Connection<Group>> {
        let slice = Slice::parse(first, after.as_deref(), None, None)?;
        let (db, actor) = (ctx.db(), ctx.actor());
        let work = summary::groups(db, actor, self.id, group_by, (since, until), &slice);
        Ok(Box::pin(work).await?.into())
    }

    /// Finds articles and claims that contain the given words, best first. Articles are searched by
    /// headline and text, claims by statement, claimant and tags. Case and diacritics are ignored.
    /// Similar spellings, names in other scripts, and words with attached articles or particles also
    /// match. Figures match however their digits are grouped. A phrase in quotation marks must be
    /// there as it is; the best 200 results are checked for it. The address of an article finds the
    /// article. Withdrawn articles and claims are left out. Requires the READER role.
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The words to find, or an address: one line of at most 200 characters.")]
        text: String,
        #[graphql(desc = "Page size from the start or after `after`, 0 to 100. Default: 25.")]
        first: Option<i32>,
        #[graphql(desc = "Returns only items after this cursor.")] after: Option<String>,
    ) -> Result<SearchConnection> {
        let slice = Slice::parse(first, after.as_deref(), None, None)?;
        let is_marked = ctx.look_ahead().field("edges").field("snippet").exists();
        let key = Search { newsroom: self.id, text: text.clone(), first, after, is_marked };
        let work = async {
            Box::pin(search::find(ctx.db(), ctx.actor(), self.id, &text, &slice, is_marked))
                .await
                .map(Arc::new)
        };
        Ok(Box::pin(share_in_turn(ctx, |work| &work.searches, key, work)).await?.into())
    }

    /// Claims of the newsroom that are similar to a text, the most similar first. It shows whether
    /// a claim was checked before. Withdrawn claims are left out.
    async fn similar_claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text to compare with claims: at most 2,000 characters.")]
        text: String,
        #[graphql(desc = "Number of claims, 0 to 100. Default: 10.")] first: Option<i32>,
    ) -> Result<SimilarClaims> {
        let first = first.unwrap_or(10);
        let key = (self.id, text.clone(), first);
        let work = async {
            Box::pin(search::similar(ctx.db(), ctx.actor(), self.id, &text, first))
                .await
                .map(Into::into)
        };
        let found = Box::pin(share_in_turn(ctx, |work| &work.likenesses, key, work)).await?;
        Ok(SimilarClaims::of(self.id, text, found.to_vec()))
    }

    /// The fact-checks of other publishers that the newsroom has, newest import first. Requires the
    /// READER role.
    async fn outside_reviews(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Connection<outside_review::Model>> {
        let work = outside_review::of_newsroom(ctx.db(), ctx.actor(), self.id, &slice);
        Ok(Box::pin(work).await?.into())
    }

    /// The newsroom's audit log: all events in the order of commits. Requires the ADMIN role.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
        #[graphql(desc = "Returns only items that match all given conditions.")] filter: Option<
            AuditFilter,
        >,
    ) -> Result<Option<Connection<event::Model>>> {
        Ok(Some(
            Box::pin(audit::of_newsroom(
                ctx.db(),
                ctx.actor(),
                self.id,
                filter.unwrap_or_default(),
                &slice,
            ))
            .await?
            .into(),
        ))
    }

    /// The members who may judge claims, sorted by name. `assignClaim` accepts them. Requires the
    /// EDITOR role.
    async fn reviewers(&self, ctx: &Context<'_>) -> Result<Option<Vec<account::Model>>> {
        Ok(Some(Box::pin(membership::judges(ctx.db(), ctx.actor(), self.id)).await?))
    }

    /// The newsroom's members, in the order of joining. Requires the ADMIN role.
    async fn members(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Option<Connection<membership::Model>>> {
        Ok(Some(Box::pin(membership::all(ctx.db(), ctx.actor(), self.id, &slice)).await?.into()))
    }

    /// The newsroom's invitations, newest first, including used and revoked ones. Requires the
    /// ADMIN role.
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Option<Connection<invitation::Model>>> {
        Ok(Some(Box::pin(invitation::all(ctx.db(), ctx.actor(), self.id, &slice)).await?.into()))
    }

    /// The newsroom's API tokens, newest first, including expired and revoked ones. Requires the
    /// ADMIN role.
    async fn api_tokens(
        &self,
        ctx: &Context<'_>,
        slice: Slice,
    ) -> Result<Option<Connection<api_token::Model>>> {
        Ok(Some(Box::pin(api_token::all(ctx.db(), ctx.actor(), self.id, &slice)).await?.into()))
    }

    /// The newsroom's webhooks, oldest first: up to 20. Requires the ADMIN role.
    async fn webhooks(&self, ctx: &Context<'_>) -> Result<Option<Vec<Webhook>>> {
        Ok(Some(Box::pin(webhook::all(ctx.db(), ctx.actor(), self.id)).await?))
    }

    /// The newest mails of the last 30 days, newest first: up to 50. They are those with links that
    /// admins asked for, and those to members that could not be sent. Requires the ADMIN role.
    async fn mails(&self, ctx: &Context<'_>) -> Result<Option<Vec<Mail>>> {
        Ok(Some(mail::all(ctx.db(), ctx.actor(), self.id).await?))
    }
}
