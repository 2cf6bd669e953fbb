//! Agreement between reviewers: its scope, what each reader sees, and its cost.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::fixtures::{BODY, verdict_on};

const FIGURES: &str = "alphaNominal alphaOrdinal observedAgreement unitCount raterCount leftOut undefinedReason ordinalUndefinedReason ratingScale { number }";

/// The agreement in a newsroom's summary with these arguments.
async fn in_newsroom(client: &Client, arguments: &str) -> Value {
    let document = format!(
        "{{ newsroom(slug: \"desk\") {{ summary{arguments} {{ agreement {{ {FIGURES} }} }} }} }}"
    );
    client.ask(&document).await.data("/newsroom/summary/agreement").clone()
}

async fn in_article(client: &Client, article: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ article(id: $id) {{ summary {{ agreement {{ {FIGURES} }} }} }} }}"
    );
    client
        .send(&document, json!({ "id": article }))
        .await
        .data("/article/summary/agreement")
        .clone()
}

/// The figures to six digits, and the counts.
fn figures(agreement: &Value) -> ([Option<i64>; 3], [i64; 3]) {
    let millionths = |name: &str| {
        #[allow(clippy::cast_possible_truncation, reason = "a figure near one")]
        agreement[name].as_f64().map(|figure| (figure * 1_000_000.0).round() as i64)
    };
    let count = |name: &str| agreement[name].as_i64().expect("a count");
    (
        ["alphaNominal", "alphaOrdinal", "observedAgreement"].map(millionths),
        ["unitCount", "raterCount", "leftOut"].map(count),
    )
}

/// Krippendorff 2011: four observers, twelve units, five ranks. 0 stands for a missing rating.
const OBSERVERS: [(&str, [usize; 12]); 4] = [
    ("reviewer", [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0]),
    ("second", [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3]),
    ("third", [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0]),
    ("editor", [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0]),
];
const BY_RANK: [&str; 6] = ["", "FALSE", "MOSTLY_FALSE", "MIXED", "MOSTLY_TRUE", "TRUE"];

/// An article whose claims have the ratings of Krippendorff's units. Returns the article and the
/// claims.
async fn krippendorff(app: &TestApp) -> (String, Vec<String>) {
    let article = app.fixtures().an_article().await;
    let mut claims = Vec::new();
    for unit in 0..12 {
        let claim =
            app.fixtures().a_claim_on(&article, &format!("Unit {unit}."), "12 million").await;
        for (by, ratings) in OBSERVERS {
            if ratings[unit] > 0 {
                app.fixtures().a_verdict(by, &claim, BY_RANK[ratings[unit]]).await;
            }
        }
        claims.push(claim);
    }
    (article, claims)
}

db_tests! {
    async fn it_is_as_published_over_an_article_and_a_newsroom(app: TestApp) {
        let (article, claims) = krippendorff(&app).await;
        let published = ([Some(743_421), Some(815_388), Some(800_000)], [11, 4, 0]);
        let (editor, elsewhere) = (app.as_editor(), app.fixtures().an_article().await);
        let all = in_newsroom(&editor, "").await;
        assert_eq!((figures(&all), &all["ratingScale"]["number"]), (published, &json!(1)));
        assert_eq!((&all["undefinedReason"], &all["ordinalUndefinedReason"]), (&Value::Null, &Value::Null));
        assert_eq!(in_article(&editor, &article).await, all);
        let nothing = json!({ "alphaNominal": null, "alphaOrdinal": null, "observedAgreement": null, "unitCount": 0, "raterCount": 0, "leftOut": 0,
            "undefinedReason": "NO_PAIRS", "ordinalUndefinedReason": "NO_PAIRS", "ratingScale": null });
        assert_eq!(in_article(&editor, &elsewhere).await, nothing);
        assert_eq!(in_newsroom(&editor, "(until: \"2020-01-01T00:00:00Z\")").await, nothing);
        assert_eq!(in_newsroom(&editor, "(claimant: \"Nobody\")").await, nothing);
        assert_eq!(figures(&in_newsroom(&editor, "(claimant: \"Port authority\", since: \"2020-01-01T00:00:00Z\")").await), published);

        // A rating without a rank counts only for the nominal figure. Here a reviewer joins who had
        // no rating on the claim.
        app.fixtures().a_verdict("third", &claims[0], "MISSING_CONTEXT").await;
        let ([nominal, ordinal, _], counts) = figures(&in_newsroom(&editor, "").await);
        assert!(nominal < Some(743_421));
        assert_eq!((ordinal, counts), (Some(815_388), [11, 4, 0]));
        // Withdrawn claims and withdrawn verdicts do not count.
        app.as_editor().call("withdrawClaim", json!({ "claim": claims[0], "reason": "R" }), "claim { id }").await.ok();
        assert_eq!(figures(&in_newsroom(&editor, "").await).1, [10, 4, 0]);
        assert_eq!(app.as_rival().ask("{ newsroom(slug: \"rival\") { summary { agreement { unitCount } } } }").await.number("/newsroom/summary/agreement/unitCount"), 0);
    }

    async fn it_can_be_that_of_a_pair_and_of_a_tag(app: TestApp) {
        let (article, claims) = krippendorff(&app).await;
        let editor = app.as_editor();
        let pair = async |arguments: &str, names: &[&str]| {
            let ids: Vec<_> = names.iter().map(|name| app.account(name)).collect();
            let document = format!("query($ids: [ID!]) {{ newsroom(slug: \"desk\") {{ summary{arguments} {{ agreement(reviewers: $ids) {{ {FIGURES} }} }} }} }}");
            editor.send(&document, json!({ "ids": ids })).await
        };
        // Reviewer and second rated nine claims, and differ on one.
        let two = pair("", &["reviewer", "second"]).await.data("/newsroom/summary/agreement").clone();
        let (figures_of_two, counts) = figures(&two);
        assert_eq!((figures_of_two[2], counts), (Some(888_889), [9, 2, 0]));
        let all = pair("", &["reviewer", "second", "third", "editor"]).await.data("/newsroom/summary/agreement").clone();
        assert_eq!(all, in_newsroom(&editor, "").await);
        for claim in &claims[..3] {
            app.as_editor().call("editClaim", json!({ "claim": claim, "tags": ["port"] }), "claim { id }").await.ok();
        }
        let tagged = pair("(tag: \"port\")", &["second", "reviewer"]).await.data("/newsroom/summary/agreement").clone();
        assert_eq!((figures(&tagged).0[2], figures(&tagged).1), (Some(1_000_000), [3, 2, 0]));
        assert_eq!(figures(&pair("", &["reader", "reviewer"]).await.data("/newsroom/summary/agreement").clone()).1, [0, 0, 0]);
        let document = "query($id: ID!, $ids: [ID!]) { article(id: $id) { summary { agreement(reviewers: $ids) { unitCount } all: agreement { unitCount } } } }";
        let both = editor.send(document, json!({ "id": article, "ids": [app.account("reviewer"), app.account("second")] })).await;
        assert_eq!((both.number("/article/summary/agreement/unitCount"), both.number("/article/summary/all/unitCount")), (9, 11));
        for names in [&["reviewer"][..], &["reviewer", "reviewer"], &[]] {
            pair("", names).await.refused("reviewers", "OUT_OF_RANGE");
        }
    }

    async fn it_rests_on_what_its_reader_may_see(app: TestApp) {
        app.as_admin().call("setPolicy", json!({ "newsroom": app.newsroom(), "verdictsRequired": 4 }), "newsroom { id }").await.ok();
        krippendorff(&app).await;
        // Readers see the eight claims that all four reviewers have rated.
        assert_eq!(figures(&in_newsroom(&app.as_reader(), "").await).1, [8, 4, 0]);
        // The reviewer also sees the claims with their own current verdict, which is one more.
        assert_eq!(figures(&in_newsroom(&app.as_reviewer(), "").await).1, [9, 4, 0]);
        assert_eq!(figures(&in_newsroom(&app.as_editor(), "").await).1, [11, 4, 0]);
    }

    async fn where_it_is_undefined_it_says_why(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let editor = app.as_editor();
        app.fixtures().a_verdict("reviewer", &claim, "FALSE").await;
        let one = in_newsroom(&editor, "").await;
        assert_eq!((figures(&one), &one["undefinedReason"]), (([None; 3], [0, 0, 0]), &json!("NO_PAIRS")));
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
        let two = in_newsroom(&editor, "").await;
        assert_eq!((figures(&two), &two["undefinedReason"]), (([None, None, Some(1_000_000)], [1, 2, 0]), &json!("ONE_CATEGORY")));
        // For a difference without a rank, only the ordinal figure is undefined.
        app.fixtures().a_verdict("third", &claim, "UNVERIFIABLE").await;
        let three = in_newsroom(&editor, "").await;
        assert_eq!((&three["undefinedReason"], &three["ordinalUndefinedReason"]), (&Value::Null, &json!("ONE_CATEGORY")));
        assert!(three["alphaNominal"].is_number() && three["alphaOrdinal"].is_null());
    }

    async fn ratings_of_different_scales_are_not_mixed(app: TestApp) {
        let (article, _) = krippendorff(&app).await;
        app.fixtures().a_scale(&["YES", "NO"]).await;
        let claim = app.fixtures().a_claim_on(&article, "Under the new scale.", "12 million").await;
        for (by, key) in [("reviewer", "YES"), ("second", "NO"), ("third", "NO")] {
            app.fixtures().a_verdict(by, &claim, key).await;
        }
        let mixed = in_newsroom(&app.as_editor(), "").await;
        assert_eq!((figures(&mixed).1, &mixed["ratingScale"]["number"]), ([1, 3, 41], &json!(2)));
        assert_eq!(mixed["observedAgreement"].as_f64().map(|observed| (observed * 3.0).round()), Some(1.0));
        assert_eq!(in_article(&app.as_editor(), &article).await, mixed);
    }

    async fn it_costs_one_statement_more_however_much_there_is(app: TestApp) {
        let reader = app.as_editor();
        let document = "{ newsroom(slug: \"desk\") { articles(first: 100) { nodes { summary { agreement { alphaNominal unitCount } } } } summary { agreement { alphaNominal } } } }";
        let cost = async || app.cost(&reader, document, json!({})).await;
        let grow = async |articles: usize| {
            for _ in 0..articles {
                let article = app.fixtures().an_article_of("Harbour", BODY).await;
                for words in ["nine", "12 million"] {
                    let claim = app.fixtures().a_claim_on(&article, words, if words == "nine" { "A crane stands idle" } else { words }).await;
                    for (by, rating) in [("reviewer", "TRUE"), ("second", "FALSE")] {
                        app.as_(by).call("submitVerdict", verdict_on(&claim, rating), "claim { id }").await.ok();
                    }
                }
                app.wait(TimeDelta::hours(1));
            }
        };
        grow(1).await;
        let one = cost().await;
        grow(9).await;
        assert_eq!(cost().await, one);
        let all = reader.ask(document).await;
        assert!(all.data("/newsroom/articles/nodes").as_array().expect("articles").iter().all(|node| node["summary"]["agreement"]["unitCount"] == 2));
    }
}
