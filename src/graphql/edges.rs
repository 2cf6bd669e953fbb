//! How nodes meet.
//!
//! Types of plain values, or with hardly an edge, are `serial` where there are many of them in an answer: to resolve their fields at once costs more
//! than the fields do, and where each of a list has the same edge, all still ask for it together.

use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{ComplexObject, Context, Result};

use super::Desk;
use super::connection::Connection;
use super::loaders::{
    AnchorsOf, CitationCountOf, CitationsIn, CitationsOf, FirstClaims, FirstClaimsOf, HistoryOf, MembershipsOf, NewestRevisionOf,
    ProposalsOf, RatingsOf, Reader, SpansOf, SummaryOfArticle, SummaryOfClaim, TagsOf, VerdictsOn, find_row, load, load_row,
};
use crate::domain::activity::Activity;
use crate::domain::article::revision::Difference;
use crate::domain::article::{ArticleFilter, ArticleOrder, Span, revision};
use crate::domain::error::Error;
use crate::domain::listing::{self, ClaimFilter, ClaimOrder, Source, Within};
use crate::domain::moment::Moment;
use crate::domain::page::{self, Slice};
use crate::domain::passage::{OffsetUnit, SpanKind};
use crate::domain::policy::Policy;
use crate::domain::rating::{self, scale};
use crate::domain::source::citation;
use crate::domain::standing::Proposal;
use crate::domain::summary::{self, ClaimSummary, RatingCount, Summary};
use crate::domain::verdict::{Verdict, submission};
use crate::domain::{account, anchor, api_token, article, claim, session};
use crate::domain::{invitation, membership, newsroom};

#[ComplexObject]
impl account::Model {
    /// The e-mail address. For the account itself; null for everybody else.
    async fn email(&self, ctx: &Context<'_>) -> Option<&str> {
        (ctx.actor().id() == Some(self.id)).then_some(self.email.as_str())
    }

    /// The newsrooms that it belongs to: all for the account itself, and for others those whose members they manage.
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Vec<membership::Model>> {
        Ok(load(ctx, MembershipsOf(self.id)).await?)
    }

    /// Where the account is signed in, newest first. For the account itself, in a session; null for everybody else.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Option<Vec<session::Model>>> {
        Ok(session::of_account(ctx.db(), ctx.actor(), self.id).await?)
    }
}

#[ComplexObject]
impl Activity {
    /// Who did it; null where the server's own command line did, and where blind review hides who judged.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.actor_id).await
    }

    /// The article that it was done to, or under, as it is now.
    async fn article(&self, ctx: &Context<'_>) -> Result<Option<article::Model>> {
        maybe(ctx, self.article_id).await
    }

    /// The claim that it was done to, or under, as it is now.
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        maybe(ctx, self.claim_id).await
    }

    /// The verdict that it was done to, as it is now; null where blind review hides it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        maybe(ctx, self.verdict_id).await
    }
}

#[ComplexObject]
impl session::Model {
    /// Whether it is the session that sends this.
    async fn current(&self, ctx: &Context<'_>) -> bool {
        ctx.actor().in_session().is_ok_and(|(_, session)| session == self.id)
    }
}

#[ComplexObject]
impl membership::Model {
    /// The member.
    async fn account(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.account_id).await?)
    }

    /// The newsroom.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }
}

#[ComplexObject]
impl invitation::Model {
    /// The newsroom that it lets somebody into.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// Who invited.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.invited_by).await
    }
}

#[ComplexObject]
impl api_token::Model {
    /// The newsroom in which it works.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// Who made it, and for whom it acts.
    async fn account(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.account_id).await?)
    }
}

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

    /// What the verdicts on its claims come to: of the articles imported, and the claims marked, in the time given.
    async fn summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From this time on.")] since: Option<Moment>,
        #[graphql(desc = "Before this time.")] until: Option<Moment>,
    ) -> Result<Summary> {
        Ok(summary::of_newsroom(ctx.db(), ctx.actor(), self.id, since, until).await?)
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

#[ComplexObject]
impl scale::Model {
    /// Its ratings, in its order.
    async fn ratings(&self, ctx: &Context<'_>) -> Result<Vec<rating::Model>> {
        Ok(load(ctx, RatingsOf(self.id)).await?)
    }
}

#[ComplexObject]
impl article::Model {
    /// The newsroom that checks it.
    async fn newsroom(&self, ctx: &Context<'_>) -> Result<newsroom::Model> {
        Ok(load_row(ctx, self.newsroom_id).await?)
    }

    /// Who imported it; null where the server's own command line did.
    async fn imported_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.imported_by).await
    }

    /// Its text as it stands now.
    async fn revision(&self, ctx: &Context<'_>) -> Result<revision::Model> {
        Ok(load_row(ctx, NewestRevisionOf(self.id)).await?)
    }

    /// The spans of its text, in reading order.
    async fn spans(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only spans of this kind. Where nothing is said: all blocks, that is all but sentences.")] kind: Option<SpanKind>,
    ) -> Result<Vec<Span>> {
        let newest = load_row(ctx, NewestRevisionOf(self.id)).await?;
        Ok(load(ctx, SpansOf(newest.id, kind)).await?)
    }

    /// Its texts as they stood at some time, newest first.
    async fn revisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<revision::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(revision::of_article(ctx.db(), ctx.actor(), self, &slice).await?.into())
    }

    /// Its text as it stood at a revision; NOT_FOUND if it has no such revision.
    async fn at_revision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The revision's number: 1, 2, 3 …")] number: i32,
    ) -> Result<Option<revision::Model>> {
        Ok(Some(revision::numbered(ctx.db(), ctx.actor(), self, number).await?))
    }

    /// How the text of one revision differs from that of another: stretches that follow one another without a gap through both texts, the
    /// first 10,000 of them each for itself, and the rest as one. NOT_FOUND if it has no such revision.
    async fn diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the revision to compare.")] from: i32,
        #[graphql(desc = "The number of the revision to compare it with.")] to: i32,
        #[graphql(desc = "What offsets count.", default)] unit: OffsetUnit,
    ) -> Result<Option<Vec<Difference>>> {
        Ok(Some(revision::differences(ctx.db(), ctx.actor(), self, from, to, unit).await?))
    }

    /// The claims marked in it, as they stand in its text unless `order` says otherwise.
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
        let filter = filter.unwrap_or_default();
        if let Some(size) = slice.first_size() {
            // A list of articles reads the claims of all of them together.
            let counted = ctx.look_ahead().field("totalCount").exists();
            let wanted = FirstClaims { filter, order, size, counted };
            return Ok(load(ctx, FirstClaimsOf { article: self.id, wanted }).await?.into());
        }
        Ok(listing::claims(ctx.db(), ctx.actor(), Within::Article(self.id, self.newsroom_id), filter, order, &slice).await?.into())
    }

    /// What the verdicts on its claims come to.
    async fn summary(&self, ctx: &Context<'_>) -> Result<Summary> {
        let sum = load(ctx, SummaryOfArticle(self.id)).await?;
        Ok(Summary { article_count: 1, ..sum })
    }
}

#[ComplexObject]
impl claim::Model {
    /// The article that it is made in.
    async fn article(&self, ctx: &Context<'_>) -> Result<article::Model> {
        Ok(load_row(ctx, self.article_id).await?)
    }

    /// Who marked it; null where the server's own command line did.
    async fn marked_by(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.marked_by).await
    }

    /// The words of the article that it stands on, in reading order: in the article's newest text, or for a claim that was withdrawn in the
    /// text of that time.
    async fn anchors(&self, ctx: &Context<'_>) -> Result<Vec<anchor::Model>> {
        Ok(load(ctx, AnchorsOf(self.id)).await?)
    }

    /// Every anchor that it ever had, newest first: those of earlier revisions, and those before it was re-anchored.
    async fn anchor_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<anchor::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        Ok(anchor::history(ctx.db(), self.id, &slice).await?.into())
    }

    /// Where words that it has lost may stand in the newest text, best first: for each anchor that is REWORDED, CHANGED or ORPHANED the likeliest
    /// place, and those that are nearly as likely. They are offers: only `reanchor` puts a claim on other words.
    async fn anchor_proposals(&self, ctx: &Context<'_>) -> Result<Vec<Proposal>> {
        Ok(load(ctx, ProposalsOf(self.id)).await?)
    }

    /// The words that it is filed under, in the order of the alphabet.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let mut tags: Vec<_> = load(ctx, TagsOf(self.id)).await?.into_iter().map(|row| row.tag).collect();
        // In one order whatever the database takes for the alphabet's.
        tags.sort_unstable();
        Ok(tags)
    }

    /// The verdicts in force on it that you may see; under blind review, and before it is READY, that is for readers none and for reviewers
    /// their own, until they have submitted.
    async fn verdicts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether to give withdrawn verdicts as well; you see your own, and editors see all.", default)] include_withdrawn: bool,
    ) -> Result<Vec<Verdict>> {
        let mut verdicts = load(ctx, VerdictsOn(self.id)).await?;
        verdicts.retain(|verdict| include_withdrawn || verdict.is_in_force());
        Ok(verdicts)
    }

    /// What the verdicts on it come to.
    async fn summary(&self, ctx: &Context<'_>) -> Result<ClaimSummary> {
        Ok(load(ctx, SummaryOfClaim(self.id)).await?)
    }
}

#[ComplexObject]
impl Verdict {
    /// The claim that it judges.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// Whose verdict it is.
    async fn reviewer(&self, ctx: &Context<'_>) -> Result<account::Model> {
        Ok(load_row(ctx, self.reviewer_id).await?)
    }

    /// The rating, of the scale that it was given under.
    async fn rating(&self, ctx: &Context<'_>) -> Result<rating::Model> {
        Ok(load_row(ctx, self.rating_id).await?)
    }

    /// What it rests on.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<citation::Model>> {
        Ok(load(ctx, CitationsIn(self.submission_id)).await?)
    }

    /// Everything that it ever said, the first submission first and the one in force last.
    async fn history(&self, ctx: &Context<'_>) -> Result<Vec<submission::Model>> {
        Ok(load(ctx, HistoryOf(self.id)).await?)
    }
}

#[ComplexObject]
impl submission::Model {
    /// The rating, of the scale that it was given under.
    async fn rating(&self, ctx: &Context<'_>) -> Result<rating::Model> {
        Ok(load_row(ctx, self.rating_id).await?)
    }

    /// What it rested on.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<citation::Model>> {
        Ok(load(ctx, CitationsIn(self.id)).await?)
    }
}

#[ComplexObject]
impl citation::Model {
    /// The source that is cited.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source> {
        Ok(load_row(ctx, self.source_id).await?)
    }

    /// The verdict that cites it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Verdict> {
        Ok(load_row(ctx, self.verdict_id).await?)
    }
}

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
    ) -> Result<Vec<citation::Model>> {
        page::check_size("first", first)?;
        Ok(load(ctx, CitationsOf(self.id, first)).await?)
    }
}

#[ComplexObject]
impl RatingCount {
    /// The rating.
    async fn rating(&self, ctx: &Context<'_>) -> Result<rating::Model> {
        Ok(load_row(ctx, self.rating_id).await?)
    }
}

/// The account that did something, where an account did.
pub(super) async fn author(ctx: &Context<'_>, id: Option<crate::domain::ids::AccountId>) -> Result<Option<account::Model>> {
    maybe(ctx, id).await
}

/// The row that an id names, where there is an id, and a row that may be seen.
async fn maybe<K>(ctx: &Context<'_>, id: Option<K>) -> Result<Option<<Reader as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Reader: Loader<K, Error = Arc<Error>>,
{
    match id {
        Some(id) => Ok(find_row(ctx, id).await?),
        None => Ok(None),
    }
}
