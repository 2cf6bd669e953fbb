//! Weights: what the guard counts for a field follows the time that the field takes.
//!
//! Each row of the table is a query on a filled newsroom. Its cost and its time are compared with those of a page of claims, in the same run.
//! Rows that take less time than can be measured may cost little, but no more is asked of them.

use std::fmt::Write;
use std::time::{Duration, Instant};

use claimspan::graphql::WEIGHTS;
use serde_json::json;

use crate::app::{Client, TestApp, on_sqlite};

/// How far the price of a field may be from its time, either way.
const FACTOR: f64 = 5.0;
/// The longest time, beyond that of an empty query, that is too short to be measured.
const TOO_SHORT: Duration = Duration::from_millis(4);
/// How often each query runs. The median counts.
const RUNS: usize = 7;

const ARTICLES: usize = 20;
const CLAIMS: usize = 10;

/// A page of rows that are read, and nothing else.
const BASELINE: &str = "{ newsroom(slug: \"desk\") { claims(first: 100) { nodes { id statement claimant claimedOn state version stale markedAt } } } }";

/// The fields that cost more than a plain one, and the queries that show it. `ARTICLE` is the id of a long article with two revisions.
const PROBES: [(&str, &str); 39] = [
    (
        "Newsroom.summary",
        "{ newsroom(slug: \"desk\") { summary { claimCount verdictCount sourceCount } } }",
    ),
    (
        "Newsroom.summary, of a tag",
        "{ newsroom(slug: \"desk\") { summary(tag: \"money\") { claimCount verdictCount } } }",
    ),
    (
        "SummaryGroup.summary",
        "{ newsroom(slug: \"desk\") { summaries(groupBy: WEEK) { nodes { summary { claimCount } } } } }",
    ),
    ("Newsroom.timeToRuling", "{ newsroom(slug: \"desk\") { timeToRuling { count median } } }"),
    (
        "Article.revisionPreview",
        "{ article(id: \"ARTICLE\") { revisionPreview(input: { body: \"Something else.\" }) { staleCount } } }",
    ),
    (
        "SimilarClaims.outsideReviews",
        "{ newsroom(slug: \"desk\") { similarClaims(text: \"harbour ministry\", first: 0) { outsideReviews { score } } } }",
    ),
    (
        "ImportOutsideReviewsPayload.reviews",
        r#"mutation { importOutsideReviews(input: { newsroom: "NEWSROOM", document: """{ "@type": "ClaimReview", "url": "https://check.example/ferry", "claimReviewed": "Fares doubled.", "author": "Check", "reviewRating": { "name": "False" } }""" }) { reviews { id } } }"#,
    ),
    ("Newsroom.mails", "{ newsroom(slug: \"desk\") { mails { state } } }"),
    ("Webhook.deliveries", "{ newsroom(slug: \"desk\") { webhooks { deliveries { number } } } }"),
    (
        "VerdictSummary.agreement",
        "{ newsroom(slug: \"desk\") { summary { agreement { alphaNominal } } } }",
    ),
    (
        "Newsroom.search",
        "{ newsroom(slug: \"desk\") { search(text: \"harbour ministry\") { edges { score } } } }",
    ),
    (
        "Newsroom.search, with snippets",
        "{ newsroom(slug: \"desk\") { search(text: \"harbour ministry\") { edges { score snippet { text } } } } }",
    ),
    (
        "Newsroom.articlePreview",
        "{ newsroom(slug: \"desk\") { articlePreview(input: { format: HTML, body: \"<h1>Rain</h1><p>It rained for nine days in a row.</p>\" }) { title } } }",
    ),
    (
        "ArticlePreview.spans",
        "{ newsroom(slug: \"desk\") { articlePreview(input: { title: \"Rain\", body: \"It rained.\" }) { spans { kind } } } }",
    ),
    (
        "Newsroom.similarClaims",
        "{ newsroom(slug: \"desk\") { similarClaims(text: \"In year 3 the harbour cost the ministry\") { edges { score } } } }",
    ),
    (
        "Newsroom.claims, with disputes",
        "{ newsroom(slug: \"desk\") { claims(first: 100, filter: { disputed: true }) { nodes { id statement } } } }",
    ),
    (
        "Newsroom.claims, with words",
        "{ newsroom(slug: \"desk\") { claims(first: 100, filter: { text: \"harbour\" }) { nodes { id statement } } } }",
    ),
    (
        "Newsroom.articles",
        "{ newsroom(slug: \"desk\") { articles(first: 20) { nodes { id title language version } } } }",
    ),
    (
        "Newsroom.sources",
        "{ newsroom(slug: \"desk\") { sources(first: 100) { nodes { id url title citationCount } } } }",
    ),
    (
        "Source.citations",
        "{ newsroom(slug: \"desk\") { sources(first: 50) { nodes { citations(first: 10) { id quote } } } } }",
    ),
    (
        "Newsroom.auditLog",
        "{ newsroom(slug: \"desk\") { auditLog(first: 100) { nodes { number kind detail hash } } } }",
    ),
    (
        "Article.summary",
        "{ newsroom(slug: \"desk\") { articles(first: 20) { nodes { summary { claimCount verdictCount } } } } }",
    ),
    (
        "Article.summary, with agreement",
        "{ newsroom(slug: \"desk\") { articles(first: 20) { nodes { summary { agreement { alphaNominal } } } } } }",
    ),
    (
        "Article.claims",
        "{ newsroom(slug: \"desk\") { articles(first: 20) { nodes { claims(first: 10) { nodes { id statement } } } } } }",
    ),
    (
        "Article.spans",
        "{ newsroom(slug: \"desk\") { articles(first: 20) { nodes { spans { id } } } } }",
    ),
    (
        "Revision.spans",
        "{ article(id: \"ARTICLE\") { revision { spans(kind: SENTENCE) { id text start end } } } }",
    ),
    ("Article.diff", "{ article(id: \"ARTICLE\") { diff(from: 1, to: 2) { kind } } }"),
    (
        "Ruling.appearances",
        "{ newsroom(slug: \"desk\") { rulings(first: 100) { nodes { appearances { __typename } } } } }",
    ),
    (
        "Claim.summary",
        "{ newsroom(slug: \"desk\") { claims(first: 100) { nodes { summary { verdictCount disputed } } } } }",
    ),
    (
        "Claim.similar",
        "{ newsroom(slug: \"desk\") { claims(first: 20) { nodes { similar(first: 3) { edges { score } } } } } }",
    ),
    (
        "Claim.readiness",
        "{ newsroom(slug: \"desk\") { claims(first: 100) { nodes { readiness { __typename } } } } }",
    ),
    (
        "Claim.anchorProposals",
        "{ newsroom(slug: \"desk\") { claims(first: 10, filter: { stale: true }) { nodes { anchorProposals { score } } } } }",
    ),
    (
        "Claim.anchors",
        "{ newsroom(slug: \"desk\") { claims(first: 100) { nodes { anchors { id exact prefix suffix } } } } }",
    ),
    (
        "Claim.verdicts",
        "{ newsroom(slug: \"desk\") { claims(first: 100) { nodes { verdicts { id rationale reviewer { displayName } rating { key } } } } } }",
    ),
    (
        "Ruling.signature",
        "{ newsroom(slug: \"desk\") { rulings(first: 50) { nodes { signature { payload signature key { publicKey } } } } } }",
    ),
    (
        "Ruling.proof",
        "{ newsroom(slug: \"desk\") { rulings(first: 20) { nodes { proof { leaf path checkpoint } } } } }",
    ),
    (
        "Verdict.citations",
        "{ newsroom(slug: \"desk\") { claims(first: 50) { nodes { verdicts { citations { id url source { title } } } } } } }",
    ),
    (
        "Verdict.history",
        "{ newsroom(slug: \"desk\") { claims(first: 25) { nodes { verdicts { history { number rationale } } } } } }",
    ),
    (
        "Verdict.submissions",
        "{ newsroom(slug: \"desk\") { claims(first: 25) { nodes { verdicts { submissions(first: 5) { nodes { number rationale } } } } } } }",
    ),
];

const WORDS: [&str; 12] = [
    "harbour", "council", "water", "prices", "ministry", "workers", "spring", "hospital",
    "quarter", "région", "bridge", "ferry",
];

/// A sentence that differs from others, and is the same in every run.
fn sentence(seed: usize) -> String {
    let words: Vec<_> = (0..9)
        .map(|place| WORDS[(seed * 7 + place * (seed % 5 + 1) + seed / 12) % WORDS.len()])
        .collect();
    format!("In year {seed} the {} cost {} francs", words.join(" "), seed * 37 % 1000)
}

fn paragraphs(from: usize, count: usize) -> String {
    (from..from + count)
        .map(|number| format!("{}. {}.", sentence(number), sentence(number + 5000)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Fills the newsroom. Gives the id of the long article.
async fn fill(app: &TestApp) -> String {
    for article in 0..ARTICLES {
        let first = article * 50;
        let id = app
            .fixtures()
            .an_article_of(&format!("Article {article} about the harbour"), &paragraphs(first, 30))
            .await;
        let mark = |number: usize| {
            let exact = sentence(first + number);
            format!(
                "a{number}: markClaim(input: {{ article: \"{id}\", statement: \"{exact}.\", claimant: \"The mayor\", tags: [\"money\"], ranges: [{{ exact: \"{exact}\" }}] }}) {{ claim {{ id }} }}"
            )
        };
        let marked = app
            .as_editor()
            .ask(&format!("mutation {{ {} }}", (0..CLAIMS).map(mark).collect::<Vec<_>>().join(" ")))
            .await
            .ok();
        for (turn, reviewer) in ["reviewer", "second"].into_iter().enumerate() {
            let mut document = String::new();
            for number in 0..CLAIMS {
                let claim = marked.text(&format!("/a{number}/claim/id"));
                let rating = ["TRUE", "FALSE", "MIXED"][(number + turn * (article % 2)) % 3];
                let page = (article * 31 + number * 7 + turn) % 90;
                let _ = write!(document, "a{number}: submitVerdict(input: {{ claim: \"{claim}\", rating: \"{rating}\", rationale: \"The ledger of year {number} gives another figure.\",
                    citations: [{{ url: \"https://source-{page}.example.org/\", title: \"Report {page}\", stance: REFUTES, quote: \"{}\" }}] }}) {{ verdict {{ id }} }} ", sentence(page));
            }
            app.as_(reviewer).ask(&format!("mutation {{ {document} }}")).await.ok();
        }
        if article == 0 {
            // Some claims have lost their words.
            app.fixtures()
                .a_revision_of(
                    &id,
                    &paragraphs(first, 30).replace("In year", "It is not true that in year"),
                )
                .await;
        }
    }
    let long = app.fixtures().an_article_of("A long article", &paragraphs(2000, 300)).await;
    app.fixtures().a_revision_of(&long, &paragraphs(2000, 300).replace("francs", "dollars")).await;
    long
}

/// What a query costs, and the median of the time that it takes.
async fn measure(client: &Client, document: &str) -> (f64, Duration) {
    let mut times = Vec::new();
    let mut cost = 0.0;
    for _ in 0..RUNS {
        let request = client
            .request()
            .header("X-Claimspan-Cost", "1")
            .body(json!({ "query": document }).to_string());
        let begun = Instant::now();
        let body = request.send().await.expect("an answer").bytes().await.expect("a body");
        times.push(begun.elapsed());
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert!(body.get("errors").is_none(), "{document}: {body}");
        cost = body["extensions"]["cost"].as_f64().expect("a cost");
    }
    times.sort_unstable();
    (cost, times[RUNS / 2])
}

#[test]
fn every_field_that_has_a_weight_is_measured() {
    for (on, field, ..) in WEIGHTS {
        assert!(
            PROBES.iter().any(|(name, _)| name.starts_with(&format!("{on}.{field}"))),
            "{on}.{field} has no row"
        );
    }
}

#[test]
fn the_price_of_a_field_follows_the_time_that_it_takes() {
    on_sqlite(async |app: TestApp| {
        let long = fill(&app).await;
        let client = app.as_admin();
        // A machine that is busy with something else may spoil a measurement, so there are three.
        let mut tables = Vec::new();
        while tables.len() < 3 {
            match compare(&client, &long, &app.newsroom()).await {
                Ok(()) => return,
                Err(table) => tables.push(table),
            }
        }
        panic!("{}", tables.join("\n"));
    });
}

/// Fields whose lists or inputs are much shorter here than the cost assumes: it must hold for full
/// ones too.
const SHORT_LISTS: [&str; 5] = [
    "ArticlePreview.spans",
    "ImportOutsideReviewsPayload.reviews",
    "Newsroom.articlePreview",
    "Verdict.citations",
    "Verdict.history",
];

/// Compares the cost and the time of each probe. Returns the table if one is out of bounds.
async fn compare(client: &Client, long: &str, newsroom: &str) -> Result<(), String> {
    let (least, empty) = measure(client, "{ __typename }").await;
    let (cost, time) = measure(client, BASELINE).await;
    let Some(baseline) = time.checked_sub(empty).filter(|time| !time.is_zero()) else {
        return Err(format!("the baseline takes {time:?}, and nothing at all {empty:?}"));
    };
    let unit = baseline.as_secs_f64() / (cost - least);
    let mut table = format!("nothing takes {empty:?}, the baseline {time:?} for {cost}\n");
    let mut wrong = 0;
    for (name, document) in PROBES {
        let (cost, time) =
            measure(client, &document.replace("ARTICLE", long).replace("NEWSROOM", newsroom)).await;
        let time = time.saturating_sub(empty);
        let fair = time.as_secs_f64() / unit;
        let ratio = (cost - least) / fair;
        let verdict = match ratio {
            _ if time < TOO_SHORT => "too short to be measured",
            ratio if ratio < 1.0 / FACTOR => "TOO CHEAP",
            _ if SHORT_LISTS.contains(&name) => "a short list",
            ratio if ratio > FACTOR => "TOO DEAR",
            _ => "fair",
        };
        wrong += u32::from(verdict.starts_with("TOO"));
        let _ = writeln!(
            table,
            "{name}: costs {cost}, takes {time:?}, worth {fair:.0}, ratio {ratio:.2}: {verdict}"
        );
    }
    println!("{table}");
    if wrong == 0 { Ok(()) } else { Err(table) }
}
