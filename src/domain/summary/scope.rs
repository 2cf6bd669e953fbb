//! The scope of a summary: which claims it counts.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Expr, ExprTrait, Func, IntoCondition, Query, SelectStatement, SimpleExpr,
};

use super::figures::verdicts;
use crate::domain::actor::Actor;
use crate::domain::claim::{self, label};
use crate::domain::error::Result;
use crate::domain::ids::{AccountId, ArticleId, NewsroomId};
use crate::domain::text_input;
use crate::domain::time::Moment;
use crate::domain::verdict;

/// The scope of a summary.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The claims of an article.
    Article(ArticleId),
    /// Claims of a newsroom.
    Newsroom(NewsroomId, Part),
}

/// Selects claims of a newsroom. All given conditions must match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Part {
    /// Marked at this time or later.
    pub(super) since: Option<Moment>,
    /// Marked before this time.
    pub(super) until: Option<Moment>,
    /// The claimant, or one that was merged with it.
    pub(super) claimant: Option<String>,
    /// The claim has this tag.
    pub(super) tag: Option<String>,
    /// The reader sees a current verdict of this reviewer on the claim.
    pub(super) judged_by: Option<AccountId>,
}

impl Part {
    /// Parses the conditions that a client sent.
    pub fn parse(
        since: Option<Moment>,
        until: Option<Moment>,
        claimant: Option<&str>,
        tag: Option<&str>,
    ) -> Result<Self> {
        let claimant =
            text_input::optional(claimant, |text| text_input::line("claimant", text, 200))?;
        Ok(Self {
            since,
            until,
            claimant,
            tag: text_input::optional(tag, |text| text_input::line("tag", text, 50))?,
            judged_by: None,
        })
    }

    /// Whether it selects claims by anything but a period.
    pub(super) fn selects_claims(&self) -> bool {
        self.follows_links() || self.judged_by.is_some()
    }

    /// Whether the summary follows links.
    pub(super) fn follows_links(&self) -> bool {
        self.claimant.is_some() || self.tag.is_some()
    }

    /// The claims that match, before links are followed.
    pub(super) fn named(&self, actor: &Actor, newsroom: NewsroomId) -> Condition {
        let among = |claims| claim::Column::Id.in_subquery(claims);
        let tagged = self.tag.as_ref().map(|tag| among(label::with_tag(tag)));
        let by = self.claimant.as_ref().map(|name| among(label::of_claimant(name)));
        let judged = self.judged_by.map(|reviewer| among(judged_by(actor, reviewer)));
        during(claim::Column::MarkedAt, self.since, self.until)
            .add(claim::Column::NewsroomId.eq(newsroom))
            .add(claim::Column::State.ne(claim::State::Withdrawn))
            .add(claim::in_present_article(newsroom))
            .add_option(by)
            .add_option(tagged)
            .add_option(judged)
    }

    /// The claims that are counted.
    pub(super) fn counted(&self, actor: &Actor, newsroom: NewsroomId) -> Condition {
        if !self.follows_links() {
            return self.named(actor, newsroom);
        }
        let roots = Query::select()
            .expr(root())
            .from(claim::Entity)
            .cond_where(self.named(actor, newsroom))
            .to_owned();
        Condition::all()
            .add(claim::Column::NewsroomId.eq(newsroom))
            .add(claim::Column::State.ne(claim::State::Withdrawn))
            .add(claim::in_present_article(newsroom))
            .add(
                claim::Column::Id
                    .in_subquery(roots.clone())
                    .or(claim::Column::RepeatsId.in_subquery(roots)),
            )
    }
}

/// The claims with a current verdict of this reviewer that `actor` may see.
fn judged_by(actor: &Actor, reviewer: AccountId) -> SelectStatement {
    verdicts(actor, &Condition::all())
        .column((verdict::Entity, verdict::Column::ClaimId))
        .and_where(verdict::Column::ReviewerId.eq(reviewer))
        .to_owned()
}

/// The claim that the row's claim repeats, or the claim itself.
pub(super) fn root() -> SimpleExpr {
    let column = |column| Expr::col((claim::Entity, column));
    Func::coalesce([column(claim::Column::RepeatsId), column(claim::Column::Id)]).into()
}

pub(super) fn in_articles(articles: &[ArticleId]) -> Condition {
    claim::Column::ArticleId
        .is_in(articles.iter().copied())
        .and(claim::Column::State.ne(claim::State::Withdrawn))
        .into_condition()
}

pub(super) fn during<C: ColumnTrait>(
    column: C,
    since: Option<Moment>,
    until: Option<Moment>,
) -> Condition {
    Condition::all()
        .add_option(since.map(|since| column.gte(since)))
        .add_option(until.map(|until| column.lt(until)))
}

pub(super) fn id_of_claim() -> SimpleExpr {
    Expr::col((claim::Entity, claim::Column::Id))
}
