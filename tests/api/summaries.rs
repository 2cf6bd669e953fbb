//! Summaries of the verdicts on a claim, in an article and in a newsroom, and their cost.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::fixtures::verdict_on;
use crate::verdicts::with;

const OF_CLAIM: &str = "query($id: ID!) { node(id: $id) { ... on Claim { summary {
    verdictCount hiddenVerdictCount disputed unsourcedVerdictCount sourceCount verdictCounts { count rating { key } } } } } }";
const OF_ARTICLE: &str = "query($id: ID!) { article(id: $id) { summary { ...all } } } fragment all on VerdictSummary {
    articleCount claimCount judgedClaimCount disputedClaimCount verdictCount hiddenVerdictCount unsourcedVerdictCount sourceCount
    verdictCounts { count rating { key } } }";
const OF_NEWSROOM: &str = r#"query($since: DateTime, $until: DateTime) { newsroom(slug: "desk") { summary(since: $since, until: $until) { ...all } } }
    fragment all on VerdictSummary {
    articleCount claimCount judgedClaimCount disputedClaimCount verdictCount hiddenVerdictCount unsourcedVerdictCount sourceCount
    verdictCounts { count rating { key } } }"#;

const DIVIDED: &str = r#"query($by: SummaryGrouping!, $slug: String = "desk", $since: DateTime, $until: DateTime, $first: Int = 100, $after: String) {
    newsroom(slug: $slug) { summaries(groupBy: $by, since: $since, until: $until, first: $first, after: $after) { totalCount
        pageInfo { hasNextPage hasPreviousPage endCursor }
        nodes { since until claimant tag reviewer { displayName } article { id } summary { ...all } } } } }
    fragment all on VerdictSummary {
    articleCount claimCount judgedClaimCount disputedClaimCount verdictCount hiddenVerdictCount unsourcedVerdictCount sourceCount
    verdictCounts { count rating { key } } }"#;

/// The groups of a newsroom's summary, all on one page.
async fn divided(client: &Client, by: &str, more: Value) -> Vec<Value> {
    let reply = client.send(DIVIDED, with(json!({ "by": by }), &more)).await;
    let nodes = reply.data("/newsroom/summaries/nodes").as_array().expect("a list").clone();
    assert_eq!(
        reply.number("/newsroom/summaries/totalCount"),
        i64::try_from(nodes.len()).expect("few")
    );
    nodes
}

/// A verdict that cites these pages.
async fn judge(app: &TestApp, by: &str, claim: &str, rating: &str, pages: &[&str]) -> String {
    let citations: Vec<_> = pages
        .iter()
        .map(|page| json!({ "url": format!("https://{page}.example.org/"), "stance": "CONTEXT" }))
        .collect();
    let input = with(verdict_on(claim, rating), &json!({ "citations": citations }));
    app.as_(by)
        .call("submitVerdict", input, "verdict { id }")
        .await
        .text("/submitVerdict/verdict/id")
}

/// `[articles, claims, judged, disputed, verdicts, hidden, unsourced, sources]`, and the counts by
/// rating.
fn figures(summary: &Value) -> ([i64; 8], Vec<(&str, i64)>) {
    let names = [
        "articleCount",
        "claimCount",
        "judgedClaimCount",
        "disputedClaimCount",
        "verdictCount",
        "hiddenVerdictCount",
        "unsourcedVerdictCount",
        "sourceCount",
    ];
    (names.map(|name| summary[name].as_i64().expect("a number")), by_rating(summary))
}

fn by_rating(summary: &Value) -> Vec<(&str, i64)> {
    let counts = summary["verdictCounts"].as_array().expect("counts").iter();
    counts
        .map(|row| {
            (row["rating"]["key"].as_str().expect("a key"), row["count"].as_i64().expect("a count"))
        })
        .collect()
}

db_tests! {
    async fn a_claims_summary_counts_its_verdicts_in_force(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let editor = app.as_editor();
        let summary = async || editor.send(OF_CLAIM, json!({ "id": claim })).await.data("/node/summary").clone();
        let none = json!({ "verdictCount": 0, "hiddenVerdictCount": 0, "disputed": false, "unsourcedVerdictCount": 0, "sourceCount": 0, "verdictCounts": [] });
        assert_eq!(summary().await, none);

        judge(&app, "reviewer", &claim, "FALSE", &["a", "b", "a"]).await;
        assert_eq!(summary().await["disputed"], false);
        let second = judge(&app, "second", &claim, "UNVERIFIABLE", &[]).await;
        judge(&app, "third", &claim, "TRUE", &["b", "c"]).await;
        let all = summary().await;
        assert_eq!(by_rating(&all), [("TRUE", 1), ("FALSE", 1), ("UNVERIFIABLE", 1)], "in the order of the scale");
        assert_eq!(with(all, &json!({ "verdictCounts": [] })), json!({
            "verdictCount": 3, "hiddenVerdictCount": 0, "disputed": true, "unsourcedVerdictCount": 1, "sourceCount": 3, "verdictCounts": [] }));

        // Earlier submissions and withdrawn verdicts do not count.
        judge(&app, "reviewer", &claim, "TRUE", &["c"]).await;
        app.as_second().call("withdrawVerdict", json!({ "verdict": second, "reason": "Evidence came." }), "claim { id }").await.ok();
        let left = summary().await;
        assert_eq!(by_rating(&left), [("TRUE", 2)]);
        assert_eq!(with(left, &json!({ "verdictCounts": [] })), json!({
            "verdictCount": 2, "hiddenVerdictCount": 0, "disputed": false, "unsourcedVerdictCount": 0, "sourceCount": 2, "verdictCounts": [] }));
    }

    async fn an_articles_summary_is_that_of_its_claims_but_for_the_withdrawn(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let of_article = async |who: &str| app.as_(who).send(OF_ARTICLE, json!({ "id": article })).await.data("/article/summary").clone();
        assert_eq!(figures(&of_article("reader").await), ([1, 0, 0, 0, 0, 0, 0, 0], vec![]));
        let mut claims = Vec::new();
        for words in ["nine days", "12 million", "Wages rise", "led by Zoë Ardant", "A crane stands idle"] {
            claims.push(fixtures.a_claim_on(&article, words, words).await);
        }
        // Claims that are agreed, disputed, under review, without verdicts, and withdrawn.
        judge(&app, "reviewer", &claims[0], "TRUE", &["a"]).await;
        judge(&app, "second", &claims[0], "TRUE", &["b"]).await;
        judge(&app, "reviewer", &claims[1], "TRUE", &["a"]).await;
        judge(&app, "second", &claims[1], "UNVERIFIABLE", &[]).await;
        judge(&app, "third", &claims[2], "FALSE", &["c"]).await;
        judge(&app, "reviewer", &claims[4], "FALSE", &["d"]).await;
        judge(&app, "second", &claims[4], "TRUE", &["e"]).await;
        app.as_editor().call("withdrawClaim", json!({ "claim": claims[4], "reason": "Not a claim." }), "claim { id }").await.ok();

        assert_eq!(figures(&of_article("editor").await), ([1, 4, 3, 1, 5, 0, 1, 3], vec![("TRUE", 3), ("FALSE", 1), ("UNVERIFIABLE", 1)]));
        assert_eq!(figures(&of_article("third").await).0, [1, 4, 3, 1, 5, 0, 1, 3], "reviewers see their own");
        assert_eq!(figures(&of_article("reader").await), ([1, 4, 3, 1, 5, 1, 1, 2], vec![("TRUE", 3), ("UNVERIFIABLE", 1)]));
        // It excludes other articles. The newsroom's summary includes both.
        let other = fixtures.a_ready_claim().await;
        assert_eq!(figures(&of_article("editor").await).0, [1, 4, 3, 1, 5, 0, 1, 3]);
        let newsroom = app.as_editor().send(OF_NEWSROOM, json!({})).await;
        assert_eq!(figures(newsroom.data("/newsroom/summary")), ([2, 5, 4, 2, 7, 0, 1, 4], vec![("TRUE", 4), ("FALSE", 2), ("UNVERIFIABLE", 1)]));
        // A withdrawn claim still has a summary of its own.
        for (id, verdicts) in [(&other, 2), (&claims[4], 2)] {
            assert_eq!(app.as_editor().send(OF_CLAIM, json!({ "id": id })).await.number("/node/summary/verdictCount"), verdicts);
        }
    }

    async fn a_newsrooms_summary_is_of_what_was_imported_and_marked_in_the_time_given(app: TestApp) {
        let fixtures = app.fixtures();
        let mut marked = Vec::new();
        let mut article = String::new();
        for day in 0..3 {
            article = fixtures.an_article().await;
            for words in &["nine days", "12 million", "Wages rise"][..=day] {
                let claim = fixtures.a_claim_on(&article, words, words).await;
                judge(&app, "reviewer", &claim, "TRUE", &["a"]).await;
                judge(&app, "second", &claim, "FALSE", &["b"]).await;
            }
            let when = app.as_reader().send("query($id: ID!) { article(id: $id) { importedAt claims(first: 1) { nodes { markedAt } } } }", json!({ "id": article })).await;
            marked.push((when.text("/article/importedAt"), when.text("/article/claims/nodes/0/markedAt")));
            app.wait(TimeDelta::days(1));
        }
        let day = |n: usize| json!(marked[n].0);
        let counts = async |bounds: Value| {
            let reply = app.as_reader().send(OF_NEWSROOM, bounds).await;
            let ([articles, claims, judged, disputed, verdicts, ..], _) = figures(reply.data("/newsroom/summary"));
            [articles, claims, judged, disputed, verdicts]
        };
        assert_eq!(counts(json!({})).await, [3, 6, 6, 6, 12]);
        assert_eq!(counts(json!({ "since": day(1) })).await, [2, 5, 5, 5, 10]);
        assert_eq!(counts(json!({ "until": day(1) })).await, [1, 1, 1, 1, 2]);
        assert_eq!(counts(json!({ "since": day(1), "until": day(2) })).await, [1, 2, 2, 2, 4]);
        assert_eq!(counts(json!({ "since": day(2), "until": day(1) })).await, [0; 5], "a period that ends before it begins is empty");
        // The start of the period is inclusive, and the end is exclusive. Articles and claims are
        // selected by their own times.
        assert_eq!(counts(json!({ "since": marked[0].1, "until": day(1) })).await, [0, 1, 1, 1, 2]);
        assert_eq!(counts(json!({ "until": marked[0].1 })).await, [1, 0, 0, 0, 0]);
        for bad in ["yesterday", "2024-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "2024-08-04"] {
            assert_ne!(app.as_reader().send(OF_NEWSROOM, json!({ "since": bad })).await.code(), "OK", "{bad}");
        }
        // Later verdicts belong to the claim, which belongs to its day.
        let late = fixtures.a_claim_on(&article, "Late.", "What was agreed").await;
        judge(&app, "reviewer", &late, "TRUE", &["c"]).await;
        assert_eq!(counts(json!({ "since": day(2) })).await, [1, 4, 4, 3, 7]);
    }

    async fn a_summary_can_be_divided_and_each_part_is_what_it_is_alone(app: TestApp) {
        let fixtures = app.fixtures();
        for (days, words) in [(0, "nine days"), (1, "12 million"), (4, "Wages rise"), (7, "led by Zoë Ardant")] {
            app.wait(TimeDelta::days(days));
            let article = fixtures.an_article().await;
            let input = json!({ "article": article, "statement": words, "claimant": format!("Speaker {days}"), "tags": ["all", format!("after {days}")], "ranges": [{ "exact": words }] });
            let claim = app.as_editor().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id");
            judge(&app, "reviewer", &claim, "TRUE", &["a"]).await;
            judge(&app, "second", &claim, "FALSE", &["b", &format!("page-{days}")]).await;
        }
        let one = fixtures.a_claim_on(&fixtures.an_article().await, "Idle.", "A crane stands idle").await;
        judge(&app, "third", &one, "TRUE", &["c"]).await;
        let reader = app.as_reader();
        let all = figures(reader.send(OF_NEWSROOM, json!({})).await.data("/newsroom/summary")).0;
        for (by, groups) in [("DAY", 13), ("WEEK", 3), ("MONTH", 2)] {
            let nodes = divided(&reader, by, json!({})).await;
            assert!((groups - 1..=groups).contains(&nodes.len()), "{by}: {}", nodes.len());
            let mut sum = [0; 5];
            for (node, next) in nodes.iter().zip(nodes.iter().skip(1).map(Some).chain([None])) {
                let period = json!({ "since": node["since"], "until": node["until"] });
                let alone = reader.send(OF_NEWSROOM, period).await;
                let (own, alone) = (figures(&node["summary"]), figures(alone.data("/newsroom/summary")));
                assert_eq!(own, alone, "{by} {node}");
                // No time is left out or counted twice.
                assert!(next.is_none_or(|next| next["until"] == node["since"]), "{by} {node}");
                (0..5).for_each(|n| sum[n] += own.0[n]);
            }
            assert_eq!(sum, all[..5], "{by}");
        }
        for (by, name) in [("CLAIMANT", "claimant"), ("TAG", "tag")] {
            let nodes = divided(&reader, by, json!({})).await;
            assert!(nodes.len() > 3, "{by}");
            for node in &nodes {
                let label = &node[name];
                let alone = OF_NEWSROOM.replace("since: $since, until: $until", &format!("since: $since, until: $until, {name}: {label}"));
                let alone = reader.send(&alone, json!({})).await;
                assert_eq!(figures(&node["summary"]), figures(alone.data("/newsroom/summary")), "{by} {node}");
            }
        }
        let nodes = divided(&reader, "ARTICLE", json!({})).await;
        assert_eq!(nodes.len(), 5);
        for node in &nodes {
            let alone = reader.send(OF_ARTICLE, json!({ "id": node["article"]["id"] })).await;
            assert_eq!(figures(&node["summary"]), figures(alone.data("/article/summary")));
        }
        // A page goes on where the one before it ended.
        let first = reader.send(DIVIDED, json!({ "by": "DAY", "first": 1 })).await;
        let end = first.text("/newsroom/summaries/pageInfo/endCursor");
        let second = reader.send(DIVIDED, json!({ "by": "DAY", "first": 2, "after": end })).await;
        let days = divided(&reader, "DAY", json!({})).await;
        assert_eq!(second.data("/newsroom/summaries/nodes").as_array().expect("a list"), &days[1..3]);
        let page = second.data("/newsroom/summaries/pageInfo");
        assert_eq!((&page["hasPreviousPage"], &page["hasNextPage"]), (&json!(true), &json!(true)));
        // A period cuts its first and last group short.
        let (oldest, next) = (&days[days.len() - 1], &days[days.len() - 2]);
        let cut = divided(&reader, "WEEK", json!({ "since": oldest["since"], "until": next["until"] })).await;
        assert_eq!((&cut[0]["until"], &cut[cut.len() - 1]["since"]), (&next["until"], &oldest["since"]));
    }

    async fn the_reviewers_of_a_summary_are_those_whose_verdicts_one_may_see(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let (open, blind) = (fixtures.a_claim_on(&article, "One.", "nine days").await, fixtures.a_claim_on(&article, "Two.", "12 million").await);
        judge(&app, "reviewer", &open, "TRUE", &["a"]).await;
        judge(&app, "second", &open, "FALSE", &["b"]).await;
        judge(&app, "third", &blind, "TRUE", &["c"]).await;
        let of = async |who: &str| -> Vec<(String, i64, i64)> {
            let nodes = divided(&app.as_(who), "REVIEWER", json!({})).await;
            let mut all: Vec<_> = nodes.iter().map(|node| {
                let ([_, claims, _, _, verdicts, ..], _) = figures(&node["summary"]);
                (node["reviewer"]["displayName"].as_str().expect("a name").to_owned(), claims, verdicts)
            }).collect();
            all.sort();
            all
        };
        let names = async |who: &str| of(who).await.into_iter().map(|(_, claims, verdicts)| (claims, verdicts)).collect::<Vec<_>>();
        assert_eq!(names("editor").await, [(1, 2), (1, 2), (1, 1)].map(|pair| pair), "{:?}", of("editor").await);
        assert_eq!(of("third").await.len(), 3, "one's own verdict");
        assert_eq!(names("reader").await, [(1, 2), (1, 2)]);
        assert_eq!(names("reviewer").await, [(1, 2), (1, 2)]);
        assert_eq!(app.as_rival().send(DIVIDED, json!({ "by": "REVIEWER" })).await.code(), "NOT_FOUND");
        assert_eq!(app.as_stranger().send(DIVIDED, json!({ "by": "DAY" })).await.code(), "UNAUTHENTICATED");
        assert_eq!(divided(&app.as_rival(), "DAY", json!({ "slug": "rival" })).await, Vec::<Value>::new());
    }

    async fn a_newsroom_sums_up_nothing_of_another(app: TestApp) {
        app.fixtures().a_ready_claim().await;
        let rival = OF_NEWSROOM.replace("desk", "rival");
        assert_eq!(figures(app.as_rival().send(&rival, json!({})).await.data("/newsroom/summary")), ([0; 8], vec![]));
        assert_eq!(app.as_rival().send(OF_NEWSROOM, json!({})).await.code(), "NOT_FOUND");
    }

    async fn a_summary_and_a_nested_read_cost_the_same_however_much_there_is(app: TestApp) {
        let fixtures = app.fixtures();
        let article = fixtures.an_article().await;
        let nested = "query($id: ID!) { article(id: $id) { claims(first: 100) { nodes { statement verdicts { rationale rating { key } citations { quote source { url } } } } } } }";
        let reader = app.as_reader();
        let costs = async || [
            app.cost(&reader, OF_ARTICLE, json!({ "id": article })).await,
            app.cost(&reader, OF_NEWSROOM, json!({})).await,
            app.cost(&reader, nested, json!({ "id": article })).await,
        ];
        let grow = async |from: i32, to: i32| {
            for number in from..to {
                let claim = fixtures.a_claim_on(&article, &format!("Claim {number}."), "12 million").await;
                for (by, rating, page) in [("reviewer", "TRUE", number), ("second", "FALSE", number + 1)] {
                    judge(&app, by, &claim, rating, &[&format!("page-{page}"), "common"]).await;
                }
            }
        };
        grow(0, 1).await;
        let one = costs().await;
        grow(1, 30).await;
        let many = costs().await;
        assert_eq!(one, many);
        // The account, the article or newsroom, four sums, the ratings, and for the newsroom its
        // articles.
        assert!(many[0] <= 7 && many[1] <= 8 && many[2] <= 8, "{many:?}");
        let reply = reader.send(nested, json!({ "id": article })).await;
        assert_eq!(reply.data("/article/claims/nodes").as_array().map(Vec::len), Some(30));
        assert_eq!(reply.text("/article/claims/nodes/29/verdicts/1/citations/1/source/url"), "https://common.example.org/");
    }
}
