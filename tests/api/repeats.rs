//! Repeats: linking claims, the required roles, cycles, and the effect on summaries.

use std::collections::HashMap;

use claimspan::domain::claim;
use claimspan::domain::event::Kind;
use claimspan::server::Settings;
use futures_util::future::{join, join_all};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::events::{assert_whole, logs};

const LINKED: &str = "claim { id version repeats { id } } article { version }";

async fn link(client: &Client, claim: &str, repeats: impl Into<Value>) -> Reply {
    client.call("linkClaim", json!({ "claim": claim, "repeats": repeats.into() }), LINKED).await
}

/// Creates this number of claims, each on its own article, marked by the reviewer.
async fn claims(app: &TestApp, number: usize) -> Vec<String> {
    let mut claims = Vec::new();
    for _ in 0..number {
        claims.push(app.fixtures().a_claim().await);
    }
    claims
}

/// A claim with these parts. Returns its id.
async fn mark(app: &TestApp, claimant: &str, tags: &[&str]) -> String {
    let article = app.fixtures().an_article().await;
    let input = json!({ "article": article, "statement": "S", "claimant": claimant, "tags": tags, "ranges": [{ "exact": "12 million" }] });
    app.as_reviewer().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id")
}

/// Asserts that every link leads to a claim of its newsroom that repeats no other. Returns the
/// links.
async fn assert_one_step(app: &TestApp) -> HashMap<String, String> {
    let all = claim::Entity::find().all(&app.db).await.expect("claims");
    let by_id: HashMap<_, _> = all.iter().map(|claim| (claim.id, claim)).collect();
    let mut links = HashMap::new();
    for claim in &all {
        if let Some(root) = claim.repeats_id {
            assert_eq!(
                (by_id[&root].repeats_id, by_id[&root].newsroom_id),
                (None, claim.newsroom_id),
                "{}",
                claim.id
            );
            links.insert(claim.id.to_string(), root.to_string());
        }
    }
    links
}

db_tests! {
    async fn a_claim_is_linked_to_the_one_that_it_repeats_and_unlinked(app: TestApp) {
        let [one, two, three] = &claims(&app, 3).await[..] else { panic!("three") };
        let linked = link(&app.as_reviewer(), two, one.as_str()).await.ok();
        assert_eq!(*linked.data("/linkClaim"), json!({ "claim": { "id": two, "version": 2, "repeats": { "id": one } }, "article": { "version": 3 } }));
        // A link to a claim that repeats another goes to that other claim.
        let through = link(&app.as_editor(), three, two.as_str()).await.ok();
        assert_eq!(through.text("/linkClaim/claim/repeats/id"), *one);
        let document = "query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Claim { version repeatedBy(first: $first, after: $after) {
            totalCount nodes { id repeats { id } } pageInfo { hasNextPage endCursor } } } } }";
        let whole = app.as_reader().send(document, json!({ "id": one })).await;
        assert_eq!(*whole.data("/node/repeatedBy/nodes"), json!([{ "id": two, "repeats": { "id": one } }, { "id": three, "repeats": { "id": one } }]));
        assert_eq!((whole.number("/node/repeatedBy/totalCount"), whole.number("/node/version")), (2, 1));
        let first = app.as_reader().send(document, json!({ "id": one, "first": 1 })).await;
        assert_eq!(*first.data("/node/repeatedBy/pageInfo/hasNextPage"), true);
        let rest = app.as_reader().send(document, json!({ "id": one, "first": 1, "after": first.text("/node/repeatedBy/pageInfo/endCursor") })).await;
        assert_eq!((rest.text("/node/repeatedBy/nodes/0/id"), rest.number("/node/repeatedBy/totalCount")), (three.clone(), 2));
        assert_eq!(*app.as_reader().send(document, json!({ "id": two })).await.data("/node/repeatedBy/nodes"), json!([]));
        let page = app.as_reader().ask("{ newsroom(slug: \"desk\") { claims(order: OLDEST_FIRST) { nodes { repeatedBy { totalCount nodes { id } } } } } }").await;
        assert_eq!((page.number("/newsroom/claims/nodes/0/repeatedBy/totalCount"), page.number("/newsroom/claims/nodes/1/repeatedBy/totalCount")), (2, 0));

        let undone = link(&app.as_editor(), two, Value::Null).await.ok();
        assert_eq!(*undone.data("/linkClaim/claim"), json!({ "id": two, "version": 3, "repeats": null }));
        let told: Vec<_> = logs(&app.db).await[&app.newsroom()].iter().filter(|event| matches!(event.kind, Kind::ClaimLinked | Kind::ClaimUnlinked))
            .map(|event| {
                let mut detail = serde_json::from_str::<Value>(&event.detail).expect("JSON");
                detail.as_object_mut().expect("an object").remove("record");
                (event.kind, event.claim_id.map(|id| id.to_string()), detail)
            }).collect();
        assert_eq!(told, [
            (Kind::ClaimLinked, Some(two.clone()), json!({ "repeats": one, "before": null })),
            (Kind::ClaimLinked, Some(three.clone()), json!({ "repeats": one, "before": null })),
            (Kind::ClaimUnlinked, Some(two.clone()), json!({ "repeats": null, "before": one })),
        ]);
    }

    async fn who_may_change_a_claim_may_link_it(app: TestApp) {
        let [one, two] = &claims(&app, 2).await[..] else { panic!("two") };
        for (who, code) in [("reader", "FORBIDDEN"), ("second", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("rival-reviewer", "NOT_FOUND"), ("reviewer", "OK"), ("editor", "OK"), ("admin", "OK")] {
            let repeats = if who == "editor" { Value::Null } else { json!(one) };
            assert_eq!(link(&app.as_(who), two, repeats).await.code(), code, "{who}");
        }
        assert_eq!(link(&app.as_stranger(), two, one.as_str()).await.code(), "UNAUTHENTICATED");
    }

    async fn a_link_leads_to_another_claim_of_the_newsroom_and_never_in_a_circle(app: TestApp) {
        let [one, two, three, four] = &claims(&app, 4).await[..] else { panic!("four") };
        let editor = app.as_editor();
        link(&editor, one, one.as_str()).await.refused("repeats", "REPEATS_ITSELF");
        link(&editor, two, one.as_str()).await.ok();
        link(&editor, one, two.as_str()).await.refused("repeats", "REPEATS_ITSELF");
        link(&editor, one, three.as_str()).await.refused("claim", "CLAIM_REPEATED");
        link(&editor, two, two.as_str()).await.refused("repeats", "REPEATS_ITSELF");
        // The link changes from one claim to another in one step.
        assert_eq!(link(&editor, two, three.as_str()).await.ok().text("/linkClaim/claim/repeats/id"), *three);
        link(&editor, one, three.as_str()).await.ok();

        editor.call("linkClaim", json!({ "claim": one }), LINKED).await.refused("repeats", "EMPTY");
        link(&editor, one, "x").await.refused("repeats", "INVALID_ID");
        editor.call("linkClaim", json!({ "claim": "x", "repeats": null }), LINKED).await.refused("claim", "INVALID_ID");
        link(&editor, one, app.newsroom()).await.refused("repeats", "INVALID_ID");
        assert_eq!(link(&editor, one, format!("claim_{}", "7".repeat(32))).await.code(), "NOT_FOUND");
        let stale = editor.call("linkClaim", json!({ "claim": one, "repeats": null, "expectedVersion": 1 }), LINKED).await;
        assert_eq!((stale.code(), &stale.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(2)));

        editor.call("withdrawClaim", json!({ "claim": four, "reason": "R" }), "claim { id }").await.ok();
        link(&editor, one, four.as_str()).await.refused("repeats", "CLAIM_WITHDRAWN");
        link(&editor, four, one.as_str()).await.refused("claim", "CLAIM_WITHDRAWN");
        // A claim of another newsroom, even for a member of both.
        let input = json!({ "newsroom": app.seed.rival_newsroom.to_string(), "title": "T", "body": "Ten days." });
        let theirs = app.as_rival().call("importArticle", input, "article { id }").await.text("/importArticle/article/id");
        let input = json!({ "article": theirs, "statement": "S", "ranges": [{ "exact": "Ten days" }] });
        let theirs = app.as_rival().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id");
        assert_eq!(link(&editor, one, theirs.as_str()).await.code(), "NOT_FOUND");
        let (_, token) = app.fixtures().an_invitation("rival", "editor@example.org", "ADMIN").await;
        app.as_editor().call("acceptInvitation", json!({ "acceptToken": token, "displayName": "editor", "password": crate::app::PASSWORD }), "token").await.ok();
        editor.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": theirs })).await.ok();
        assert_eq!(link(&editor, one, theirs.as_str()).await.code(), "NOT_FOUND");
        assert_one_step(&app).await;
    }

    async fn those_who_link_at_once_make_no_circle(app: TestApp) {
        let claims = claims(&app, 6).await;
        let (reviewer, editor) = (app.as_reviewer(), app.as_editor());
        for pair in claims.chunks(2) {
            let [one, two] = pair else { panic!("a pair") };
            for _ in 0..6 {
                let (here, there) = join(link(&reviewer, one, two.as_str()), link(&editor, two, one.as_str())).await;
                let (here, there) = (here.code().to_owned(), there.code().to_owned());
                assert!(matches!((&*here, &*there), ("OK", "BAD_USER_INPUT") | ("BAD_USER_INPUT", "OK")), "{here} {there}");
                assert_eq!(assert_one_step(&app).await.len(), 1);
                join(link(&reviewer, one, Value::Null), link(&editor, two, Value::Null)).await;
            }
        }
        // Every account links claims to claims, on two servers, while verdicts are submitted and a
        // claim is withdrawn.
        let other = app.beside(Settings::default()).await;
        let all = &claims;
        let work = async |server: &TestApp, name: &'static str, seed: usize| {
            for round in 0..30 {
                let (from, to) = ((seed + round * 7) % 6, (seed * 5 + round * 11) % 6);
                let reply = match round % 6 {
                    4 => server.as_(name).call("submitVerdict", crate::fixtures::verdict_on(&all[from], "TRUE"), "claim { id }").await,
                    5 => link(&server.as_(name), &all[from], Value::Null).await,
                    _ => link(&server.as_(name), &all[from], all[to].as_str()).await,
                };
                assert!(["OK", "BAD_USER_INPUT"].contains(&reply.code()), "{}", reply.body);
            }
        };
        let here = ["reviewer", "editor", "admin"].into_iter().zip(1..).map(|(name, seed)| work(&app, name, seed));
        let there = ["reviewer", "editor"].into_iter().zip(7..).map(|(name, seed)| work(&other, name, seed));
        join(join_all(here), join_all(there)).await;
        other.stop().await;
        assert_one_step(&app).await;
        for events in logs(&app.db).await.values() {
            assert_whole(events);
        }
        for claim in claim::Entity::find().all(&app.db).await.expect("claims") {
            let events = logs(&app.db).await;
            let changes = events.values().flatten().filter(|event| event.claim_id == Some(claim.id)).count();
            assert_eq!(usize::try_from(claim.version), Ok(changes), "{}", claim.id);
        }
    }

    async fn the_summary_of_a_claimant_or_a_tag_follows_links(app: TestApp) {
        // The minister's claim, repeated by the mayor and the paper. Another claim of the minister.
        // A claim without a claimant.
        let first = mark(&app, "Minister", &["fuel"]).await;
        let mayor = mark(&app, "Mayor", &["port"]).await;
        let paper = mark(&app, "Courier", &["port", "press"]).await;
        let other = mark(&app, "Minister", &["port"]).await;
        mark(&app, "Nobody", &[]).await;
        app.fixtures().a_verdict("reviewer", &first, "FALSE").await;
        app.fixtures().a_verdict("second", &first, "FALSE").await;
        app.fixtures().a_verdict("third", &mayor, "TRUE").await;
        app.fixtures().a_verdict("second", &other, "TRUE").await;
        let summary = async |arguments: &str| {
            let document = format!("{{ newsroom(slug: \"desk\") {{ summary({arguments}) {{ articleCount claimCount judgedClaimCount disputedClaimCount verdictCount
                verdictCounts {{ count rating {{ key }} }} agreement {{ unitCount raterCount }} }} }} }}");
            let reply = app.as_editor().ask(&document).await;
            let sum = reply.data("/newsroom/summary").clone();
            ["articleCount", "claimCount", "judgedClaimCount", "disputedClaimCount", "verdictCount"].map(|name| sum[name].as_i64().expect("a count"))
        };
        assert_eq!(summary("claimant: \"Mayor\"").await, [1, 1, 1, 0, 1]);
        assert_eq!(summary("claimant: \"Courier\"").await, [1, 1, 0, 0, 0]);
        assert_eq!(summary("tag: \"port\"").await, [3, 3, 2, 0, 2]);
        link(&app.as_editor(), &mayor, first.as_str()).await.ok();
        link(&app.as_editor(), &paper, first.as_str()).await.ok();
        // The three count as one claim, with the verdicts on any of them. The reviewers differ.
        assert_eq!(summary("claimant: \"Mayor\"").await, [1, 1, 1, 1, 3]);
        assert_eq!(summary("claimant: \"Courier\"").await, [1, 1, 1, 1, 3]);
        assert_eq!(summary("claimant: \"Minister\"").await, [2, 2, 2, 1, 4]);
        // With two tags and three repeats, it is still one claim.
        assert_eq!(summary("tag: \"port\"").await, [3, 2, 2, 1, 4]);
        assert_eq!(summary("tag: \"port\", claimant: \"Courier\"").await, [1, 1, 1, 1, 3]);
        assert_eq!(summary("tag: \"fuel\"").await, [1, 1, 1, 1, 3]);
        assert_eq!(summary("tag: \"none\"").await, [0, 0, 0, 0, 0]);
        assert_eq!(summary("tag: \"PORT\"").await, [3, 2, 2, 1, 4]);
        assert_eq!(summary("tag: \"port\", until: \"2020-01-01T00:00:00Z\"").await, [0, 0, 0, 0, 0]);
        // A summary without these arguments counts each claim separately.
        assert_eq!(summary("since: \"2020-01-01T00:00:00Z\"").await, [5, 5, 3, 0, 4]);
        let agreement = app.as_editor().ask("{ newsroom(slug: \"desk\") { summary(claimant: \"Courier\") { agreement { unitCount raterCount } } } }").await;
        assert_eq!(*agreement.data("/newsroom/summary/agreement"), json!({ "unitCount": 1, "raterCount": 2 }), "each claim counts separately");
        // A withdrawn claim leaves the group. The others stay linked.
        app.as_editor().call("withdrawClaim", json!({ "claim": first, "reason": "R" }), "claim { id }").await.ok();
        assert_eq!(summary("claimant: \"Courier\"").await, [1, 1, 1, 0, 1]);
        assert_eq!(summary("tag: \"fuel\"").await, [0, 0, 0, 0, 0]);

        for (arguments, field, reason) in [("claimant: \"\"", "claimant", "EMPTY"), ("tag: \" \"", "tag", "EMPTY"), ("tag: \"a\\u0000\"", "tag", "CONTROL_CHARACTER")] {
            app.as_editor().ask(&format!("{{ newsroom(slug: \"desk\") {{ summary({arguments}) {{ claimCount }} }} }}")).await.refused(field, reason);
        }
        let long = format!("{{ newsroom(slug: \"desk\") {{ summary(claimant: \"{}\") {{ claimCount }} }} }}", "x".repeat(201));
        app.as_editor().ask(&long).await.refused("claimant", "TOO_LARGE");
    }

    async fn a_summary_that_follows_links_tells_readers_no_more_than_the_claims_do(app: TestApp) {
        let (first, again) = (mark(&app, "Minister", &[]).await, mark(&app, "Mayor", &[]).await);
        app.fixtures().a_verdict("reviewer", &first, "FALSE").await;
        link(&app.as_editor(), &again, first.as_str()).await.ok();
        let document = "{ newsroom(slug: \"desk\") { summary(claimant: \"Mayor\") { verdictCount hiddenVerdictCount sourceCount disputedClaimCount verdictCounts { count } } } }";
        let reader = app.as_reader().ask(document).await;
        assert_eq!(*reader.data("/newsroom/summary"), json!({ "verdictCount": 1, "hiddenVerdictCount": 1, "sourceCount": 0, "disputedClaimCount": 0, "verdictCounts": [] }));
        assert_eq!(app.as_reviewer().ask(document).await.number("/newsroom/summary/hiddenVerdictCount"), 0);
    }

    async fn where_a_scale_was_replaced_repeats_are_compared_within_each(app: TestApp) {
        let (one, two) = (mark(&app, "Port authority", &["port"]).await, mark(&app, "Somebody", &[]).await);
        link(&app.as_editor(), &two, one.as_str()).await.ok();
        let document = "{ newsroom(slug: \"desk\") { summary(tag: \"port\") { claimCount disputedClaimCount ratingScales { number }
            verdictCounts { count rating { key } ratingScale { number } } agreement { unitCount leftOut ratingScale { number } } } } }";
        let sum = async || app.as_editor().ask(document).await.ok().data("/newsroom/summary").clone();
        app.fixtures().a_verdict("reviewer", &one, "TRUE").await;
        app.fixtures().a_scale(&["TRUE", "FALSE"]).await;
        app.fixtures().a_verdict("second", &two, "FALSE").await;
        let apart = sum().await;
        // One TRUE and one FALSE, but from different scales.
        assert_eq!((&apart["claimCount"], &apart["disputedClaimCount"]), (&json!(1), &json!(0)));
        assert_eq!(apart["ratingScales"], json!([{ "number": 1 }, { "number": 2 }]));
        assert_eq!(apart["agreement"], json!({ "unitCount": 0, "leftOut": 1, "ratingScale": { "number": 2 } }));
        // Two claims count as one. Verdicts of one scale that differ make one dispute.
        app.fixtures().a_verdict("third", &one, "TRUE").await;
        let differing = sum().await;
        assert_eq!((&differing["claimCount"], &differing["disputedClaimCount"]), (&json!(1), &json!(1)));
        assert_eq!(differing["verdictCounts"], json!([
            { "count": 1, "rating": { "key": "TRUE" }, "ratingScale": { "number": 1 } },
            { "count": 1, "rating": { "key": "TRUE" }, "ratingScale": { "number": 2 } },
            { "count": 1, "rating": { "key": "FALSE" }, "ratingScale": { "number": 2 } },
        ]));
    }
}
