//! The statements that find documents and order them.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, IntoCondition, JoinType, Order, Query, SelectStatement,
    SimpleExpr, UnionType, WindowStatement,
};

use super::plan::Plan;
use super::words::WANTED;
use crate::domain::ids::NewsroomId;
use crate::domain::index::{Kind, document, word};

/// The lowest likeness of a similar claim, in thousandths.
const LEAST_LIKENESS: i64 = 150;

/// The gain of a document by a word.
#[derive(Clone, Copy)]
pub enum Gain {
    /// Okapi BM25 with k = 1.2 and b = 0.75. Whole numbers give the same result on both databases.
    Fit,
    /// The word's weight.
    Weight,
}

impl Gain {
    /// The gain by a word of this weight, from the occurrence in a row of `table`.
    fn of(self, plan: &Plan, weight: SimpleExpr, table: &'static str) -> SimpleExpr {
        let column = |name: &'static str| Expr::col((table, name));
        match self {
            Self::Weight => weight,
            Self::Fit => {
                let average: SimpleExpr = CaseStatement::new()
                    .case(column("kind").eq(Kind::Article), plan.average(Kind::Article))
                    .finally(plan.average(Kind::Claim))
                    .into();
                let length = column("length").mul(900_i64).div(average);
                weight
                    .mul(2200_i64)
                    .mul(column("count"))
                    .div(column("count").mul(1000_i64).add(300_i64).add(length))
            }
        }
    }
}

/// The name of the occurrences that find documents.
const FOUND: &str = "found";
/// The name of an occurrence that is looked up in a document.
const OCCURRENCE: &str = "occurrence";
/// The name of the documents that were found.
const RANKED: &str = "ranked";
/// The name of the words that are looked up in the best documents.
const FURTHER: &str = "further";

/// More rows than there are. SQLite evaluates the expressions of a subquery with a limit once.
/// Without it, it evaluates them wherever the outer statement uses them.
const ONCE: u64 = 1 << 40;

/// Selects the documents that have words of the plan, for each of its texts: `text`, `document`,
/// `kind`, their `shared` gain, and how many words `matched`. None if there is no word to search
/// for. If there are words that only order the best documents, only these are selected.
pub fn scored(plan: &Plan, newsroom: NewsroomId, gain: Gain) -> Option<SelectStatement> {
    let by_document = Query::select()
        .columns(["text", "document"])
        .expr_as(Expr::col("kind").max(), "kind")
        .expr_as(
            gain.of(plan, Expr::col((FOUND, "weight")), FOUND).sum().cast_as("bigint"),
            "shared",
        )
        .expr_as(Expr::col("slot").count_distinct(), "matched")
        .from_subquery(occurrences(plan, newsroom)?, FOUND)
        .group_by_columns(["text", "document"])
        .to_owned();
    Some(with_further(plan, newsroom, gain, by_document))
}

/// Selects the occurrences of the words that find documents.
fn occurrences(plan: &Plan, newsroom: NewsroomId) -> Option<SelectStatement> {
    let texts = || (0_i32..).zip(&plan.texts);
    let values: Vec<_> = texts()
        .filter(|(_, text)| !text.is_cut)
        .flat_map(|(number, text)| {
            text.words
                .iter()
                .map(move |(slot, word, weight)| (number, *slot, word.clone(), *weight))
        })
        .collect();
    let mut parts = Vec::new();
    if !values.is_empty() {
        let part = Query::select()
            .expr_as(Expr::col((WANTED, "column1")), "text")
            .expr_as(Expr::col((WANTED, "column2")), "slot")
            .expr_as(Expr::col((WANTED, "column4")), "weight")
            .column((word::Entity, word::Column::Kind))
            .expr_as(Expr::col((word::Entity, word::Column::DocumentId)), "document")
            .column((word::Entity, word::Column::Count))
            .column((word::Entity, word::Column::Length))
            .from_values(values, WANTED)
            // This order makes the database look up each word in the index, instead of reading all.
            .cross_join(word::Entity)
            .and_where(word::Column::NewsroomId.eq(newsroom))
            .and_where(word::Column::Kind.is_in(plan.kinds.clone()))
            .and_where(Expr::col((word::Entity, word::Column::Word)).equals((WANTED, "column3")))
            .to_owned();
        parts.push(part);
    }
    for (number, text) in texts().filter(|(_, text)| text.is_cut) {
        for (slot, word, weight) in &text.words {
            parts.extend(plan.kinds.iter().map(|kind| {
                Query::select()
                    .expr_as(Expr::val(number), "text")
                    .expr_as(Expr::val(*slot), "slot")
                    .expr_as(Expr::val(*weight), "weight")
                    .columns(["kind", "document", "count", "length"])
                    .from_subquery(newest(plan, newsroom, *kind, word), "newest")
                    .to_owned()
            }));
        }
    }
    parts.into_iter().reduce(|mut all, part| all.union(UnionType::All, part).to_owned())
}

/// Selects as many occurrences of a word as may be read: those in the newest documents of a kind.
fn newest(plan: &Plan, newsroom: NewsroomId, kind: Kind, word: &str) -> SelectStatement {
    let kinds = u64::try_from(plan.kinds.len()).unwrap_or(1);
    let most = u64::try_from(plan.bounds.occurrences).unwrap_or_default() / kinds;
    Query::select()
        .columns([word::Column::Kind, word::Column::Count, word::Column::Length])
        .expr_as(Expr::col(word::Column::DocumentId), "document")
        .from(word::Entity)
        .and_where(word::Column::NewsroomId.eq(newsroom))
        .and_where(word::Column::Kind.eq(kind))
        .and_where(word::Column::Word.eq(word))
        .order_by(word::Column::DocumentId, Order::Desc)
        .limit(most)
        .to_owned()
}

/// Adds the gains by further words to the best of these documents.
fn with_further(
    plan: &Plan,
    newsroom: NewsroomId,
    gain: Gain,
    found: SelectStatement,
) -> SelectStatement {
    let words: Vec<_> = (0_i32..)
        .zip(&plan.texts)
        .flat_map(|(number, text)| {
            text.further.iter().map(move |(word, weight)| (number, word.clone(), *weight))
        })
        .collect();
    if words.is_empty() {
        return found;
    }
    let all = ["text", "document", "kind", "shared", "matched"];
    let words = Query::select()
        .expr_as(Expr::col((WANTED, "column1")), "text")
        .expr_as(Expr::col((WANTED, "column2")), "word")
        .expr_as(Expr::col((WANTED, "column3")), "weight")
        .from_values(words, WANTED)
        .to_owned();
    let of_word = |column: word::Column| Expr::col((OCCURRENCE, column));
    let gained = Query::select()
        .expr(gain.of(plan, Expr::col((FURTHER, "weight")), OCCURRENCE))
        .from_as(word::Entity, OCCURRENCE)
        .and_where(of_word(word::Column::NewsroomId).eq(newsroom))
        .and_where(of_word(word::Column::Kind).equals((RANKED, "kind")))
        .and_where(of_word(word::Column::Word).equals((FURTHER, "word")))
        .and_where(of_word(word::Column::DocumentId).equals((RANKED, "document")))
        .to_owned();
    let of_text = Expr::col((FURTHER, "text")).equals((RANKED, "text"));
    // A subquery for each word makes the database look it up, instead of reading all words.
    let looked_up = Query::select()
        .columns(all.map(|name| (RANKED, name)))
        .expr_as(SimpleExpr::SubQuery(None, Box::new(gained.into())), "gain")
        .from_subquery(best(plan, found), RANKED)
        .join_subquery(JoinType::LeftJoin, words, FURTHER, of_text.into_condition())
        .limit(ONCE)
        .to_owned();
    let gains = Func::coalesce([Expr::col("gain").sum(), Expr::val(0_i64)]);
    Query::select()
        .columns(["text", "document"])
        .expr_as(Expr::col("kind").max(), "kind")
        .expr_as(Expr::col("shared").max().add(gains).cast_as("bigint"), "shared")
        .expr_as(Expr::col("matched").max().add(Expr::col("gain").count()), "matched")
        .from_subquery(looked_up, "looked_up")
        .group_by_columns(["text", "document"])
        .to_owned()
}

/// Selects the best of these documents for each text.
fn best(plan: &Plan, found: SelectStatement) -> SelectStatement {
    let most = plan.bounds.best;
    let mut best = Query::select();
    if plan.texts.len() == 1 {
        // One text needs no numbered rows.
        return best
            .columns(["text", "document", "kind", "shared", "matched"])
            .from_subquery(found, "by_document")
            .order_by("shared", Order::Desc)
            .order_by("document", Order::Desc)
            .limit(u64::try_from(most).unwrap_or_default())
            .to_owned();
    }
    let best_first = WindowStatement::partition_by("text")
        .order_by("shared", Order::Desc)
        .order_by("document", Order::Desc)
        .to_owned();
    let numbered = Query::select()
        .columns(["text", "document", "kind", "shared", "matched"])
        .expr_window_as(Func::cust("ROW_NUMBER"), best_first, "place")
        .from_subquery(found, "by_document")
        .to_owned();
    best.columns(["text", "document", "kind", "shared", "matched"])
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("place").lte(most))
        .to_owned()
}

/// Selects `text`, `document` and `score` of the claims that are most similar to each text: at most
/// `size` for each, the most similar first.
///
/// The score is the Sørensen–Dice coefficient in thousandths: twice the shared weight over the
/// weight of both. The share of a statement's words that count is taken to be that of the text. A
/// word that the text does not have gets the average weight of the text's words.
pub fn most_similar(plan: &Plan, scored: SelectStatement, size: u64) -> SelectStatement {
    let texts: Vec<_> = (0_i32..)
        .zip(&plan.texts)
        .map(|(number, text)| (number, text.total, text.slots, text.all))
        .collect();
    let of_statement = Query::select()
        .column(document::Column::StatementWords)
        .from(document::Entity)
        .and_where(Expr::col((document::Entity, document::Column::Id)).equals("document"))
        .to_owned();
    let counted = Query::select()
        .columns(["text", "document", "shared", "matched"])
        .expr_as(Expr::col((WANTED, "column2")), "total")
        .expr_as(Expr::col((WANTED, "column3")), "slots")
        .expr_as(Expr::col((WANTED, "column4")), "words")
        .expr_as(SimpleExpr::SubQuery(None, Box::new(of_statement.into())), "statement_words")
        .from_subquery(scored, "scored")
        .join_subquery(
            JoinType::InnerJoin,
            Query::select()
                .columns(["column1", "column2", "column3", "column4"])
                .from_values(texts, "texts")
                .to_owned(),
            WANTED,
            Expr::col((WANTED, "column1")).equals("text").into_condition(),
        )
        .to_owned();
    let rest = Expr::col("statement_words")
        .mul(Expr::col("slots"))
        .sub(Expr::col("matched").mul(Expr::col("words")));
    let rest = rest.mul(Expr::col("total")).div(Expr::col("slots").mul(Expr::col("words")));
    let weight_of_both = Expr::col("total").add(Expr::col("shared")).add(rest);
    let likeness = Expr::col("shared").mul(2000_i64).div(weight_of_both);
    let compared = Query::select()
        .columns(["text", "document"])
        .expr_as(likeness, "score")
        .from_subquery(counted, "counted")
        .limit(ONCE)
        .to_owned();
    let best_first = WindowStatement::partition_by("text")
        .order_by("score", Order::Desc)
        .order_by("document", Order::Desc)
        .to_owned();
    let placed = Query::select()
        .columns(["text", "document", "score"])
        .expr_window_as(Func::cust("ROW_NUMBER"), best_first, "place")
        .from_subquery(compared, "compared")
        .and_where(Expr::col("score").gte(LEAST_LIKENESS))
        .to_owned();
    Query::select()
        .columns(["text", "document", "score"])
        .from_subquery(placed, "placed")
        .and_where(Expr::col("place").lte(size))
        .order_by("text", Order::Asc)
        .order_by("place", Order::Asc)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use migration::{Migrator, MigratorTrait};
    use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};

    use super::*;
    use crate::domain::search::plan::{Bounds, Wanted};

    fn plan(is_cut: bool) -> Plan {
        let text = Wanted {
            words: vec![(0, "mali".to_owned(), 900)],
            is_cut,
            further: vec![("ukraine".to_owned(), 500)],
            total: 1400,
            slots: 2,
            all: 2,
        };
        Plan::of(vec![Kind::Article, Kind::Claim], vec![text], Bounds::SEARCH)
    }

    #[tokio::test]
    async fn every_word_is_looked_up_in_the_index() {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let db = Database::connect(options).await.expect("a database");
        Migrator::up(&db, None).await.expect("the schema");
        let newsroom = NewsroomId(Uuid::nil());
        for (gain, is_cut) in [(Gain::Fit, false), (Gain::Fit, true), (Gain::Weight, false)] {
            let plan = plan(is_cut);
            let scored = scored(&plan, newsroom, gain).expect("a statement");
            let statement = match gain {
                Gain::Fit => scored,
                Gain::Weight => most_similar(&plan, scored, 11),
            };
            let sql = format!(
                "EXPLAIN QUERY PLAN {}",
                statement.to_string(sea_orm::sea_query::SqliteQueryBuilder)
            );
            let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await;
            let steps: Vec<String> = rows
                .expect("a plan")
                .iter()
                .map(|row| row.try_get("", "detail").expect("a step"))
                .collect();
            let all = steps.join("\n");
            let by_word = "USING PRIMARY KEY (newsroom_id=? AND kind=? AND word=?)";
            assert!(all.contains(by_word), "{all}");
            let of_best = all.matches("SEARCH occurrence USING").count();
            assert_eq!(of_best, 1, "{all}");
            assert!(!all.contains("SCAN search_") && !all.contains("SCAN occurrence"), "{all}");
        }
    }
}
