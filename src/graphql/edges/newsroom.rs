//! Newsrooms.

use async_graphql::{ComplexObject, Context, Result};

use crate::domain::account;
use crate::domain::api_token;
use crate::domain::article::{self, ArticleFilter, ArticleOrder};
use crate::domain::audit::{self, AuditFilter};
use crate::domain::claim;
use crate::domain::event;
use crate::domain::invitation;
use crate::domain::listing::{self, ClaimFilter, ClaimOrder, Source, Within};
use crate::domain::membership;
use crate::domain::moment::Moment;
use crate::domain::newsroom;
use crate::domain::page::Slice;
use crate::domain::policy::Policy;
use crate::domain::rating::{self, scale};
use crate::domain::ruling;
use crate::domain::search;
use crate::domain::summary::{self, Part, Summary};
use crate::graphql::Desk;
use crate::graphql::connection::Connection;
use crate::graphql::found::{SearchConnection, SimilarClaims};

#[ComplexObject]
impl newsroom::Model {
    /// What the newsroom asks of its fact-checks.
    #[graphql(name = "policy")]
    async fn policy_field(&self) -> Policy {
        self.policy()
    }

    /// The scale that verdicts are given in now.
    async fn rating_scale(&self, ctx: &Context<'_>) -> Result<scale::Model> {
        Ok(rating::current_scale(ctx.db().read(), self.id).await?)
    }

    /// The scales that it has judged with, newest first.
    async fn rating_scales(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<scale::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(rating::scales_of_newsroom(ctx.db(), ctx.actor(), self.id, &slice).await?.into())
    }

    /// Its rulings, newest first, retracted ones among them.
    async fn rulings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ruling::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(ruling::of_newsroom(ctx.db(), ctx.actor(), self.id, &slice).await?.into())
    }

    /// Its articles.
    #[allow(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which all this holds.")] filter: Option<ArticleFilter>,
        #[graphql(desc = "How to sort them.", default)] order: ArticleOrder,
    ) -> Result<Connection<article::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(listing::articles(ctx.db(), ctx.actor(), self.id, filter.unwrap_or_default(), order, &slice).await?.into())
    }

    /// Its claims, newest first unless `order` says otherwise.
    #[allow(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which all this holds.")] filter: Option<ClaimFilter>,
        #[graphql(desc = "How to sort them.")] order: Option<ClaimOrder>,
    ) -> Result<Connection<claim::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(listing::claims(ctx.db(), ctx.actor(), Within::Newsroom(self.id), filter.unwrap_or_default(), order, &slice).await?.into())
    }

    /// The sources that its verdicts cite, as far as you may see the verdicts; newest first.
    async fn sources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Source>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(listing::sources(ctx.db(), ctx.actor(), self.id, &slice).await?.into())
    }

    /// What the verdicts on its claims come to: of the articles imported, and the claims marked, in the time given. Where a claimant or a tag is
    /// given, of such claims alone, and links are followed: a claim and all that repeat it count as one claim, with the verdicts on any of them,
    /// if one of them is such a claim.
    async fn summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From this time on.")] since: Option<Moment>,
        #[graphql(desc = "Before this time.")] until: Option<Moment>,
        #[graphql(desc = "Only of what this claimant claims, to the letter.")] claimant: Option<String>,
        #[graphql(desc = "Only of claims with this tag.")] tag: Option<String>,
    ) -> Result<Summary> {
        let part = Part::parse(since, until, claimant.as_deref(), tag.as_deref())?;
        Ok(summary::of_newsroom(ctx.db(), ctx.actor(), self.id, part).await?)
    }

    /// Its articles and claims that have words of a text, the best first. Articles are found by their headline and text, claims by statement,
    /// claimant and tags; withdrawn claims are not. Case and diacritics don't matter, and a word is found in other spellings as well.
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The words to look for: one line of at most 200 characters.")] text: String,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
    ) -> Result<SearchConnection> {
        let slice = Slice::parse(first, after.as_deref(), None, None)?;
        let marked = ctx.look_ahead().field("edges").field("snippet").exists();
        Ok(search::find(ctx.db(), ctx.actor(), self.id, &text, &slice, marked).await?.into())
    }

    /// Its claims that are like a text, the likest first; withdrawn claims are left out. To see, before a claim is checked, whether it was before.
    async fn similar_claims(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is claimed: at most 2,000 characters.")] text: String,
        #[graphql(desc = "At most so many: 0 to 100, and 10 where nothing is said.")] first: Option<i32>,
    ) -> Result<SimilarClaims> {
        Ok(search::similar(ctx.db(), ctx.actor(), self.id, &text, first.unwrap_or(10)).await?.into())
    }

    /// Everything that was done in it, in the order in which it was committed. For admins.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which all this holds.")] filter: Option<AuditFilter>,
    ) -> Result<Option<Connection<event::Model>>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(Some(audit::of_newsroom(ctx.db(), ctx.actor(), self.id, filter.unwrap_or_default(), &slice).await?.into()))
    }

    /// Those who may judge its claims, by name: whom `assignClaim` can ask. For editors.
    async fn reviewers(&self, ctx: &Context<'_>) -> Result<Option<Vec<account::Model>>> {
        Ok(Some(membership::judges(ctx.db(), ctx.actor(), self.id).await?))
    }

    /// Its members, by when they joined. For admins.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<membership::Model>>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(Some(membership::of_newsroom(ctx.db(), ctx.actor(), self.id, &slice).await?.into()))
    }

    /// Its invitations, newest first, used and revoked ones among them. For admins.
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<invitation::Model>>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(Some(invitation::of_newsroom(ctx.db(), ctx.actor(), self.id, &slice).await?.into()))
    }

    /// Its API tokens, newest first, expired and revoked ones among them. For admins.
    async fn api_tokens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<api_token::Model>>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(Some(api_token::of_newsroom(ctx.db(), ctx.actor(), self.id, &slice).await?.into()))
    }
}
