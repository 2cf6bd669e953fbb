//! How nodes meet.

use std::collections::HashSet;

use async_graphql::{ComplexObject, Context, Result};

use super::Desk;
use super::connection::Connection;
use super::found::{SearchConnection, SimilarClaimConnection};
use super::loaders::{
    AgreementOf, AnchorsOf, CitationCountOf, CitationsIn, CitationsOf, ClaimsOn, FirstClaims, FirstClaimsOf, FirstRepeatsOf, HistoryOf,
    MembershipsOf, NewestRevisionOf, RatingsOf, SimilarTo, SpansOf, SummaryOfArticle, SummaryOfClaim, TagsOf, VerdictsOn, find, load,
    load_row, load_row_if_any,
};
use crate::domain::agreement::Agreement;
use crate::domain::article::{ArticleFilter, ArticleOrder, Span, revision};
use crate::domain::audit::{self, AuditFilter};
use crate::domain::listing::{self, ClaimFilter, ClaimOrder, Source, Within};
use crate::domain::moment::Moment;
use crate::domain::page::{self, Slice};
use crate::domain::passage::{OffsetUnit, SpanKind};
use crate::domain::policy::Policy;
use crate::domain::rating::{self, scale};
use crate::domain::source::citation;
use crate::domain::summary::{self, ClaimSummary, Part, RatingCount, Scope, Summary};
use crate::domain::verdict::{Verdict, submission};
use crate::domain::{account, anchor, api_token, article, claim, event, session};
use crate::domain::{invitation, membership, newsroom, repeat, search};

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
    ) -> Result<SimilarClaimConnection> {
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
        Ok(load(ctx, SpansOf(self.id, kind)).await?)
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
        Ok(Summary { article_count: 1, of: Some(Scope::Article(self.id)), ..sum })
    }
}

#[ComplexObject]
impl revision::Model {
    /// The article.
    async fn article(&self, ctx: &Context<'_>) -> Result<article::Model> {
        Ok(load_row(ctx, self.article_id).await?)
    }

    /// Who stored it; null where the server's own command line did.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.author_id).await
    }
}

#[ComplexObject]
impl Span {
    /// The words of the span.
    #[graphql(name = "text")]
    async fn text_field(&self) -> &str {
        self.text()
    }

    /// Where it begins in the revision's text, counted from 0.
    async fn start(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).0
    }

    /// Where it ends: the offset after the last one.
    async fn end(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
    }

    /// The claims that are marked on words of the span.
    async fn claims(&self, ctx: &Context<'_>) -> Result<Vec<claim::Model>> {
        let all = load(ctx, ClaimsOn(self.revision)).await?;
        let (start, end) = self.bounds(OffsetUnit::CodePoint);
        let here = all.iter().filter(|(anchor, _)| anchor.start_at < end && start < anchor.end_at);
        // A claim may stand on several words of the span, with another claim's between them.
        let mut seen = HashSet::new();
        let claims = here.filter(|(_, claim)| seen.insert(claim.id)).map(|(_, claim)| claim.clone()).collect();
        Ok(claims)
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

    /// The words of the article that it is marked on, in reading order.
    async fn anchors(&self, ctx: &Context<'_>) -> Result<Vec<anchor::Model>> {
        Ok(load(ctx, AnchorsOf(self.id)).await?)
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

    /// The claim of which it is the same claim again, as somebody has found; null where nobody has.
    async fn repeats(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        Ok(load_row_if_any(ctx, self.repeats_id).await?)
    }

    /// The claims that are this one again, the first marked first.
    async fn repeated_by(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many, from the start or after a cursor: 0 to 100, and 25 where nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only what stands after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many, from the end or before a cursor: 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what stands before this cursor.")] before: Option<String>,
    ) -> Result<Connection<claim::Model>> {
        let slice = Slice::parse(first, after.as_deref(), last, before.as_deref())?;
        if let Some(size) = slice.first_size() {
            let counted = ctx.look_ahead().field("totalCount").exists();
            return Ok(load(ctx, FirstRepeatsOf(self.id, size, counted)).await?.into());
        }
        Ok(repeat::of_claim(ctx.db(), ctx.actor(), self, &slice).await?.into())
    }

    /// Other claims of the newsroom that are like it, the likest first; withdrawn claims are left out.
    async fn similar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most so many: 0 to 100, and 10 where nothing is said.")] first: Option<i32>,
    ) -> Result<SimilarClaimConnection> {
        Ok(load(ctx, SimilarTo(self.id, first.unwrap_or(10))).await?.into())
    }

    /// What the verdicts on it come to.
    async fn summary(&self, ctx: &Context<'_>) -> Result<ClaimSummary> {
        Ok(load(ctx, SummaryOfClaim(self.id)).await?)
    }
}

#[ComplexObject]
impl anchor::Model {
    /// The claim.
    async fn claim(&self, ctx: &Context<'_>) -> Result<claim::Model> {
        Ok(load_row(ctx, self.claim_id).await?)
    }

    /// Where it begins in the revision's text, counted from 0.
    async fn start(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).0
    }

    /// Where it ends: the offset after the last one.
    async fn end(&self, #[graphql(desc = "What to count.", default)] unit: OffsetUnit) -> i32 {
        self.bounds(unit).1
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

#[ComplexObject]
impl Summary {
    /// How far the reviewers agree who judged the same claims, as far as you may see their verdicts. Where links are followed, of each claim by
    /// itself.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Agreement> {
        match &self.of {
            Some(scope) => Ok(load(ctx, AgreementOf(scope.clone())).await?),
            None => Ok(Agreement::default()),
        }
    }
}

#[ComplexObject]
impl Agreement {
    /// The scale that the ratings are of; null where there is none.
    async fn rating_scale(&self, ctx: &Context<'_>) -> Result<Option<scale::Model>> {
        Ok(load_row_if_any(ctx, self.scale).await?)
    }
}

#[ComplexObject]
impl event::Model {
    /// Who did it; null where the server's own command line did.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<account::Model>> {
        author(ctx, self.actor_id).await
    }

    /// The article that it was done to, or below which.
    async fn article(&self, ctx: &Context<'_>) -> Result<Option<article::Model>> {
        Ok(load_row_if_any(ctx, self.article_id).await?)
    }

    /// The claim that it was done to, or below which.
    async fn claim(&self, ctx: &Context<'_>) -> Result<Option<claim::Model>> {
        Ok(load_row_if_any(ctx, self.claim_id).await?)
    }

    /// The verdict that it was done to; null where you may not see it.
    async fn verdict(&self, ctx: &Context<'_>) -> Result<Option<Verdict>> {
        match self.verdict_id {
            Some(id) => Ok(find(ctx, id).await?),
            None => Ok(None),
        }
    }
}

/// The account that did something, where an account did.
async fn author(ctx: &Context<'_>, id: Option<crate::domain::ids::AccountId>) -> Result<Option<account::Model>> {
    Ok(load_row_if_any(ctx, id).await?)
}
