//! Kept counts: each figure equals the one that is computed from the verdicts.

use std::time::Duration;

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use claimspan::domain::counts::rebuild;
use claimspan::server::Settings;

use crate::app::{Client, TestApp};
use crate::fixtures::{ratings, verdict_on};
use crate::kept::Numbers;
use crate::verdicts::with;

const READERS: [&str; 6] = ["reader", "reviewer", "second", "third", "editor", "admin"];

const BODY: &str = "Ships wait. The port loses 12 million francs a day. A loss of 3 million is step 0. \
    The queue lasted nine days. Wages rise. A crane stands idle.";

const FIGURES: &str = "query($since: DateTime, $until: DateTime) { newsroom(slug: \"desk\") { \
    summary(since: $since, until: $until) { articleCount claimCount judgedClaimCount disputedClaimCount \
    staleClaimCount verdictCount hiddenVerdictCount unsourcedVerdictCount changedAfterReadingCount sourceCount \
    verdictCounts { count rating { id key } ratingScale { number } } ratingScales { number } \
    agreement { alphaNominal alphaOrdinal observedAgreement unitCount raterCount leftOut undefinedReason \
    ordinalUndefinedReason ratingScale { number } } } \
    all: claims(first: 0) { totalCount } \
    open: claims(first: 0, filter: { states: [OPEN, READY] }) { totalCount } \
    published: claims(first: 0, filter: { states: [PUBLISHED] }) { totalCount } \
    reviewed: claims(first: 0, filter: { states: [IN_REVIEW], stale: false }) { totalCount } \
    withdrawn: claims(first: 0, filter: { states: [WITHDRAWN, OPEN] }) { totalCount } \
    disputed: claims(first: 0, filter: { disputed: true }) { totalCount } \
    agreed: claims(first: 0, filter: { disputed: false, unsourced: false }) { totalCount } \
    unsourced: claims(first: 0, filter: { unsourced: true, stale: true }) { totalCount } \
    rated: claims(first: 0, filter: { ratingKeys: [\"TRUE\", \"UNVERIFIABLE\"] }) { totalCount } \
    none: claims(first: 0, filter: { states: [] }) { totalCount } \
    judged: claims(first: 0, filter: { judged: true, markedSince: $since, markedUntil: $until }) { totalCount } \
    waiting: claims(first: 0, filter: { judged: false, markedSince: $since }) { totalCount } \
    changed: claims(first: 0, filter: { changedAfterReading: true, markedUntil: $until }) { totalCount } \
    unchanged: claims(first: 0, filter: { changedAfterReading: false }) { totalCount } \
    articles(first: 0, filter: { importedSince: $since, importedUntil: $until }) { totalCount } \
    summaries(groupBy: REVIEWER, first: 5, since: $since, until: $until) { totalCount nodes { reviewer { id } summary { articleCount \
    claimCount disputedClaimCount staleClaimCount verdictCount hiddenVerdictCount unsourcedVerdictCount \
    changedAfterReadingCount sourceCount verdictCounts { count rating { id } } } } } \
    claimants { totalCount nodes { name claimCount mergedNames } pageInfo { endCursor } } \
    tags(first: 2) { totalCount nodes { name claimCount } pageInfo { endCursor hasNextPage } } \
    claimantGroups: summaries(groupBy: CLAIMANT, since: $since, until: $until) { totalCount nodes { claimant summary { ...figures } } } \
    tagGroups: summaries(groupBy: TAG, since: $since, until: $until) { totalCount nodes { tag summary { ...figures } } } \
    merged: summary(claimant: \"the port\", since: $since) { ...figures } \
    both: summary(claimant: \"Crews\", tag: \"money\") { ...figures } \
    ofPort: claims(first: 0, filter: { claimant: \"PORT  authority\" }) { totalCount } \
    ofMoney: claims(first: 0, filter: { tag: \"money\" }) { totalCount } \
    mine: claims(first: 0, filter: { notReviewedByMe: true }) { totalCount } \
    queue: claims(first: 0, filter: { notReviewedByMe: true, states: [OPEN, IN_REVIEW], stale: false }) { totalCount } \
    judgedByMe: claims(first: 0, filter: { notReviewedByMe: false, disputed: true }) { totalCount } \
    sources(first: 50) { totalCount nodes { id } } } } \
    fragment figures on VerdictSummary { articleCount claimCount judgedClaimCount disputedClaimCount staleClaimCount verdictCount \
    hiddenVerdictCount unsourcedVerdictCount changedAfterReadingCount sourceCount verdictCounts { count rating { id } } }";

const CLAIMANTS: [&str; 4] = ["Port authority", "The port", "Crews", "A minister"];
const TAGS: [&str; 3] = ["Money", "Ships", "Wages"];

/// What a history is about.
struct Desk {
    articles: Vec<String>,
    claims: Vec<String>,
    /// A time of each day so far.
    times: Vec<String>,
}

impl TestApp {
    async fn a_desk(&self) -> Desk {
        let (mut articles, mut claims) = (Vec::new(), Vec::new());
        for number in 0..2 {
            let article = self.fixtures().an_article_of(&format!("Port {number}"), BODY).await;
            for exact in ["12 million francs a day", "3 million", "nine days", "Wages rise"] {
                let statement = format!("It is {exact} in {number}.");
                claims.push(self.fixtures().a_claim_on(&article, &statement, exact).await);
            }
            articles.push(article);
        }
        Desk { articles, claims, times: Vec::new() }
    }

    /// Does something. It may be refused, if the history so far does not allow it.
    async fn change_verdicts(&self, numbers: &mut Numbers, desk: &mut Desk, step: usize) {
        let claim = desk.claims[numbers.below(desk.claims.len())].clone();
        let article = desk.articles[numbers.below(desk.articles.len())].clone();
        let who = numbers.of(&["reviewer", "second", "third"]);
        let (call, by, input) = match numbers.below(24) {
            0..=7 => ("submitVerdict", who, self.a_verdict(numbers, &claim).await),
            8 => (
                "withdrawVerdict",
                who,
                json!({ "verdict": self.verdict_of(who, &claim).await, "reason": "No." }),
            ),
            9 => (
                "setPolicy",
                "admin",
                json!({ "newsroom": self.newsroom(), "blindReview": numbers.below(4) > 0, "verdictsRequired": 1 + numbers.below(3) }),
            ),
            10 => {
                let ruling = json!({ "claim": claim, "rating": numbers.of(&["TRUE", "FALSE"]), "summary": format!("Step {step}.") });
                ("publishRuling", "editor", ruling)
            }
            11 => ("withdrawClaim", "editor", json!({ "claim": claim, "reason": "Not a claim." })),
            12 => ("restoreClaim", "editor", json!({ "claim": claim, "reason": "It is one." })),
            13 => ("withdrawArticle", "editor", json!({ "article": article, "reason": "Twice." })),
            14 => ("restoreArticle", "editor", json!({ "article": article, "reason": "Once." })),
            15 => (
                "reviseArticle",
                "editor",
                json!({ "article": article, "body": BODY.replace("step 0", &format!("step {step}")) }),
            ),
            16 => {
                ("reaffirmVerdict", who, json!({ "verdict": self.verdict_of(who, &claim).await }))
            }
            17 => {
                let other = &desk.claims[numbers.below(desk.claims.len())];
                let repeats = if step.is_multiple_of(2) { json!(other) } else { Value::Null };
                ("linkClaim", "editor", json!({ "claim": claim, "repeats": repeats }))
            }
            18 => self.a_merge(numbers).await,
            19 => {
                let tags: Vec<_> = TAGS.iter().filter(|_| numbers.below(2) == 0).collect();
                ("editClaim", "editor", json!({ "claim": claim, "tags": tags }))
            }
            20 => {
                let claimant = (numbers.below(4) > 0).then(|| numbers.of(&CLAIMANTS));
                ("editClaim", "editor", json!({ "claim": claim, "claimant": claimant }))
            }
            21 => (
                "mergeClaimants",
                "editor",
                json!({ "newsroom": self.newsroom(), "claimants": [numbers.of(&CLAIMANTS)], "into": numbers.of(&CLAIMANTS) }),
            ),
            22 => (
                "unmergeClaimants",
                "editor",
                json!({ "newsroom": self.newsroom(), "claimants": [numbers.of(&CLAIMANTS)] }),
            ),
            _ if step.is_multiple_of(3) => (
                "replaceRatingScale",
                "admin",
                json!({ "newsroom": self.newsroom(), "name": format!("Scale {step}"), "ratings": ratings(&["TRUE", "MIXED", "FALSE", "UNVERIFIABLE"]) }),
            ),
            _ => {
                let input = json!({ "article": article, "statement": format!("Step {step}."), "claimant": numbers.of(&CLAIMANTS), "tags": [numbers.of(&TAGS)], "ranges": [{ "exact": "A crane stands idle" }] });
                let marked = self.as_("editor").call("markClaim", input, "claim { id }").await;
                if marked.code() == "OK" {
                    desk.claims.push(marked.text("/markClaim/claim/id"));
                }
                return;
            }
        };
        self.as_(by).call(call, input, "__typename").await;
    }

    async fn a_verdict(&self, numbers: &mut Numbers, claim: &str) -> Value {
        let rating = numbers.of(&["TRUE", "FALSE", "MIXED", "UNVERIFIABLE"]);
        let pages = if rating == "UNVERIFIABLE" { numbers.below(2) } else { 1 + numbers.below(2) };
        let citations: Vec<_> = (0..pages)
            .map(|_| json!({ "url": format!("https://p{}.example.org/", numbers.below(5)), "stance": "CONTEXT" }))
            .collect();
        let wording = self
            .as_editor()
            .send("query($id: ID!) { claim(id: $id) { wordingVersion } }", json!({ "id": claim }))
            .await;
        let wording =
            wording.body.pointer("/data/claim/wordingVersion").cloned().unwrap_or_default();
        with(
            verdict_on(claim, rating),
            &json!({ "citations": citations, "expectedWordingVersion": wording }),
        )
    }

    async fn verdict_of(&self, who: &str, claim: &str) -> Value {
        let document = "query($id: ID!) { claim(id: $id) { verdicts { id reviewer { id } } } }";
        let reply = self.as_editor().send(document, json!({ "id": claim })).await;
        let verdicts =
            reply.body.pointer("/data/claim/verdicts").and_then(Value::as_array).cloned();
        let own = verdicts
            .unwrap_or_default()
            .into_iter()
            .find(|verdict| verdict["reviewer"]["id"] == json!(self.account(who)));
        own.map_or(json!("verdict_00000000000000000000000000000000"), |verdict| {
            verdict["id"].clone()
        })
    }

    async fn a_merge(&self, numbers: &mut Numbers) -> (&'static str, &'static str, Value) {
        let reply = self
            .as_editor()
            .ask("{ newsroom(slug: \"desk\") { sources { nodes { id mergedSources { id } } } } }")
            .await;
        let sources = reply.data("/newsroom/sources/nodes").as_array().cloned().unwrap_or_default();
        if sources.len() < 2 {
            return (
                "mergeSources",
                "editor",
                json!({ "into": "source_00000000000000000000000000000000", "sources": [] }),
            );
        }
        let (one, other) =
            (&sources[numbers.below(sources.len())], &sources[numbers.below(sources.len())]);
        match one["mergedSources"].as_array().and_then(|merged| merged.first()) {
            Some(merged) if numbers.below(2) == 0 => {
                ("unmergeSources", "editor", json!({ "sources": [merged["id"]] }))
            }
            _ => ("mergeSources", "editor", json!({ "into": one["id"], "sources": [other["id"]] })),
        }
    }

    /// Compares what is kept with what is computed, for each reader.
    async fn compare(&self, numbers: &mut Numbers, desk: &Desk, step: usize) {
        let differences = rebuild::check(&self.db, self.seed.newsroom).await.expect("a check");
        assert_eq!(differences, Vec::<String>::new(), "step {step}");
        let mut time = |of: &Desk| {
            (numbers.below(3) > 0).then(|| of.times[numbers.below(of.times.len())].clone())
        };
        let asked = [
            json!({}),
            json!({ "since": time(desk), "until": time(desk) }),
            json!({ "since": time(desk), "until": time(desk) }),
        ];
        let mut kept = Vec::new();
        for name in READERS {
            for variables in &asked {
                kept.push(answers(&self.as_(name), variables).await);
            }
        }
        self.use_counts(false).await;
        for (place, kept) in kept.into_iter().enumerate() {
            let (name, variables) = (READERS[place / asked.len()], &asked[place % asked.len()]);
            assert_eq!(
                kept,
                answers(&self.as_(name), variables).await,
                "step {step}, {name}, {variables}"
            );
        }
        self.use_counts(true).await;
    }

    /// Makes summaries use what is kept, or else what is computed.
    async fn use_counts(&self, kept: bool) {
        let rules = if kept { "abs(rules)" } else { "-abs(rules)" };
        self.db
            .execute_unprepared(&format!("UPDATE counted_newsrooms SET rules = {rules}"))
            .await
            .expect("an update");
    }
}

async fn answers(client: &Client, variables: &Value) -> Value {
    client.send(FIGURES, variables.clone()).await.data("/newsroom").clone()
}

db_tests! {
    async fn kept_counts_are_those_that_would_be_computed(app: TestApp) {
        // The questions are many, and computing the answers takes its time.
        let settings = Settings { kept_bytes: 0, deadline: Duration::from_mins(2), ..Settings::default() };
        let app = app.beside(settings).await;
        let mut desk = app.a_desk().await;
        let steps = std::env::var("CLAIMSPAN_TEST_STEPS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
        let mut numbers = Numbers(std::env::var("CLAIMSPAN_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(5));
        for step in 0..steps {
            app.change_verdicts(&mut numbers, &mut desk, step).await;
            app.wait(TimeDelta::hours(i64::try_from(numbers.below(10)).expect("small")));
            desk.times.push(app.world.now().to_text());
            if step % 3 == 2 {
                app.compare(&mut numbers, &desk, step).await;
            }
        }
        // Counting again changes nothing.
        rebuild::rebuild(&app.db, app.seed.newsroom).await.expect("a rebuild");
        app.compare(&mut numbers, &desk, steps).await;
    }

    async fn counts_are_checked_and_mended(app: TestApp) {
        let desk = app.a_desk().await;
        for (who, rating) in [("reviewer", "TRUE"), ("second", "FALSE")] {
            app.as_(who).call("submitVerdict", verdict_on(&desk.claims[0], rating), "claim { id }").await.ok();
        }
        let newsroom = app.seed.newsroom;
        let check = async || rebuild::check(&app.db, newsroom).await.expect("a check");
        assert_eq!(check().await, Vec::<String>::new());
        for (change, names) in [
            ("UPDATE count_sums SET count = count + 1 WHERE name = 'articles' AND period = 0", "\"articles\" of period 0 is 3, and must be 2"),
            ("UPDATE part_sums SET count = count + 1 WHERE name = 'claims'", "\"claims\" of claimant"),
            ("DELETE FROM part_sums WHERE kind = 'reviewer'", "of reviewer"),
            ("UPDATE claim_counts SET claimant_id = NULL", "other reviewers, sources, labels or times are kept"),
            ("UPDATE claim_counts SET shape = 'claim 0 fresh 0 0'", "is kept, and it comes to \"claim 2 fresh"),
            ("DELETE FROM claim_counts", "nothing is kept"),
            ("DELETE FROM source_counts", "the rows of its sources are wrong"),
            ("DELETE FROM reviewer_counts", "the rows of its reviewers are wrong"),
            ("DELETE FROM article_counts", "is not counted"),
            ("DELETE FROM count_sums", "and must be"),
        ] {
            app.db.execute_unprepared(change).await.expect("a change");
            let found = check().await;
            assert!(found.iter().any(|line| line.contains(names)), "{change}: {found:?}");

            rebuild::rebuild(&app.db, newsroom).await.expect("a rebuild");

            assert_eq!(check().await, Vec::<String>::new(), "{change}");
        }
    }

    async fn a_newsroom_without_counts_is_counted(app: TestApp) {
        let desk = app.a_desk().await;
        app.as_reviewer().call("submitVerdict", verdict_on(&desk.claims[0], "TRUE"), "claim { id }").await.ok();
        for table in ["claim_counts", "source_counts", "reviewer_counts", "article_counts", "count_sums", "part_sums", "counted_newsrooms"] {
            app.db.execute_unprepared(&format!("DELETE FROM {table}")).await.expect("an empty table");
        }
        let before = answers(&app.as_editor(), &json!({})).await;
        assert_eq!(before["summary"]["verdictCount"], 1);
        // A write counts what it changes, also while the rest is not counted yet.
        app.as_second().call("submitVerdict", verdict_on(&desk.claims[1], "TRUE"), "claim { id }").await.ok();

        rebuild::fill(&app.db).await.expect("counts");

        assert_eq!(rebuild::check(&app.db, app.seed.newsroom).await.expect("a check"), Vec::<String>::new());
        assert_eq!(answers(&app.as_editor(), &json!({})).await["summary"]["verdictCount"], 2);
    }
}
