//! Assignments: editors ask reviewers to judge a claim, and reviewers find their assignments.

use serde_json::{Value, json};

use crate::app::{Client, Reply};
use crate::verdicts::with;

const ASSIGNED: &str = "claim { id version assignments { reviewer { displayName } dueAt note assignedAt assignedBy { displayName } } }";

async fn assign(client: &Client, claim: &str, reviewers: &[String], more: Value) -> Reply {
    client
        .call(
            "assignClaim",
            with(json!({ "claim": claim, "reviewers": reviewers }), &more),
            ASSIGNED,
        )
        .await
}

async fn unassign(client: &Client, claim: &str, reviewers: &[String]) -> Reply {
    client.call("unassignClaim", json!({ "claim": claim, "reviewers": reviewers }), ASSIGNED).await
}

/// The assigned reviewers and their notes.
fn asked(reply: &Reply, mutation: &str) -> Vec<(String, Value)> {
    let rows =
        reply.data(&format!("/{mutation}/claim/assignments")).as_array().expect("a list").clone();
    rows.iter()
        .map(|row| {
            (
                row["reviewer"]["displayName"].as_str().expect("a name").to_owned(),
                row["note"].clone(),
            )
        })
        .collect()
}

/// The claims that this filter finds for the caller.
async fn found(client: &Client, filter: Value) -> Vec<String> {
    let document = "query($filter: ClaimFilter) { newsroom(slug: \"desk\") { claims(filter: $filter, order: OLDEST_FIRST) { totalCount nodes { statement } } } }";
    let reply = client.send(document, json!({ "filter": filter })).await;
    let nodes = reply.data("/newsroom/claims/nodes").as_array().expect("a list").clone();
    assert_eq!(
        reply.number("/newsroom/claims/totalCount"),
        i64::try_from(nodes.len()).expect("few")
    );
    nodes.iter().map(|node| node["statement"].as_str().expect("words").to_owned()).collect()
}

db_tests! {
    async fn an_editor_asks_reviewers_and_asks_them_no_more(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let [reviewer, second, editor] = ["reviewer", "second", "editor"].map(|name| app.account(name));
        let first = assign(&app.as_editor(), &claim, &[reviewer.clone(), second.clone()], json!({ "note": "Ask\r\nthe port.", "dueAt": "2030-01-01T00:00:00+02:00" })).await;
        assert_eq!(asked(&first, "assignClaim"), [("reviewer".into(), json!("Ask\nthe port.")), ("second".into(), json!("Ask\nthe port."))]);
        let row = first.data("/assignClaim/claim/assignments/0");
        assert_eq!((&row["dueAt"], &row["assignedBy"]["displayName"]), (&json!("2029-12-31T22:00:00Z"), &json!("editor")));
        assert_eq!(first.number("/assignClaim/claim/version"), 2);

        // Other assignments stay. Assigning a reviewer again replaces the due date and the note.
        app.wait(chrono::TimeDelta::minutes(1));
        let again = assign(&app.as_admin(), &claim, &[second.clone(), editor], json!({ "expectedVersion": 2 })).await;
        assert_eq!(asked(&again, "assignClaim"), [("reviewer".into(), json!("Ask\nthe port.")), ("second".into(), Value::Null), ("editor".into(), Value::Null)]);
        assert_eq!(again.data("/assignClaim/claim/assignments/1")["assignedBy"]["displayName"], "admin");
        // Every reader of the claim sees the assignments. They do not show whether a reviewer has
        // judged.
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let seen = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { assignments { reviewer { displayName } } } } }", json!({ "id": claim })).await;
        assert_eq!(seen.data("/node/assignments").as_array().map(Vec::len), Some(3));

        let left = unassign(&app.as_editor(), &claim, std::slice::from_ref(&second)).await;
        assert_eq!(asked(&left, "unassignClaim").iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["reviewer", "editor"]);
        unassign(&app.as_editor(), &claim, &[reviewer, second]).await.refused("reviewers[1]", "NOT_ASSIGNED");
    }

    async fn reviewers_find_what_they_are_asked_and_have_not_judged(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let mut claims = Vec::new();
        for statement in ["Asked.", "Judged.", "Withdrawn.", "Another's."] {
            claims.push(app.fixtures().a_claim_on(&article, statement, "12 million").await);
        }
        for claim in &claims[..3] {
            assign(&app.as_editor(), claim, &[app.account("reviewer")], json!({})).await.ok();
        }
        assign(&app.as_editor(), &claims[3], &[app.account("second")], json!({})).await.ok();
        app.fixtures().a_verdict("reviewer", &claims[1], "TRUE").await;
        let verdict = app.fixtures().a_verdict("reviewer", &claims[2], "TRUE").await;
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "Unsure." }), "verdict { id }").await.ok();

        let reviewer = app.as_reviewer();
        assert_eq!(found(&reviewer, json!({ "assignedToMe": true })).await, ["Asked.", "Judged.", "Withdrawn."]);
        assert_eq!(found(&reviewer, json!({ "assignedToMe": true, "notReviewedByMe": true })).await, ["Asked.", "Withdrawn."]);
        assert_eq!(found(&reviewer, json!({ "assignedToMe": true, "notReviewedByMe": false })).await, ["Judged."]);
        assert_eq!(found(&reviewer, json!({ "assignedToMe": false })).await, ["Another's."]);
        assert_eq!(found(&app.as_editor(), json!({ "assignedTo": app.account("reviewer") })).await, ["Asked.", "Judged.", "Withdrawn."]);
        assert_eq!(found(&app.as_editor(), json!({ "assignedToMe": true })).await, Vec::<String>::new());
        assert_eq!(found(&app.as_reader(), json!({ "notReviewedByMe": true })).await.len(), 4);
        // The filter also works within one article.
        let document = "query($id: ID!) { article(id: $id) { claims(filter: { assignedToMe: true, notReviewedByMe: true }) { nodes { statement } } } }";
        let reply = reviewer.send(document, json!({ "id": article })).await;
        assert_eq!(*reply.data("/article/claims/nodes"), json!([{ "statement": "Asked." }, { "statement": "Withdrawn." }]));
        app.as_reader().send("{ newsroom(slug: \"desk\") { claims(filter: { assignedTo: \"x\" }) { totalCount } } }", json!({})).await.refused("filter.assignedTo", "INVALID_ID");
        // An API token acts for its maker.
        let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "READER" });
        let program = app.with_token(Some(app.as_admin().call("createApiToken", input, "secret").await.text("/createApiToken/secret")));
        assign(&app.as_editor(), &claims[3], &[app.account("admin")], json!({})).await.ok();
        assert_eq!(found(&program, json!({ "assignedToMe": true })).await, ["Another's."]);
    }

    async fn only_editors_ask_and_only_members_who_may_judge_are_asked(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let reviewer = [app.account("reviewer")];
        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(assign(&app.as_(who), &claim, &reviewer, json!({})).await.code(), code, "{who}");
            assert_eq!(unassign(&app.as_(who), &claim, &reviewer).await.code(), code, "{who}");
        }
        assert_eq!(assign(&app.as_stranger(), &claim, &reviewer, json!({})).await.code(), "UNAUTHENTICATED");

        // A non-member's account and an unknown account get the same response.
        let (unknown, rival) = (format!("account_{}", "7".repeat(32)), app.account("rival-reviewer"));
        let [nobody, foreign] = [
            assign(&app.as_editor(), &claim, &[app.account("second"), unknown], json!({})).await,
            assign(&app.as_editor(), &claim, &[app.account("second"), rival], json!({})).await,
        ];
        nobody.refused("reviewers[1]", "NOT_A_REVIEWER");
        assert_eq!(nobody.body, foreign.body);
        for (reviewers, more, field, reason) in [
            (vec![app.account("reader")], json!({}), "reviewers[0]", "NOT_A_REVIEWER"),
            (vec![], json!({}), "reviewers", "EMPTY"),
            (vec![app.account("second"); 51], json!({}), "reviewers", "TOO_LARGE"),
            (vec![app.account("second"), app.account("second")], json!({}), "reviewers[1]", "CONTRADICTION"),
            (vec![claim.clone()], json!({}), "reviewers[0]", "INVALID_ID"),
            (vec![app.account("second")], json!({ "note": "" }), "note", "EMPTY"),
            (vec![app.account("second")], json!({ "note": "x".repeat(1001) }), "note", "TOO_LARGE"),
            (vec![app.account("second")], json!({ "claim": app.account("second") }), "claim", "INVALID_ID"),
        ] {
            assign(&app.as_editor(), &claim, &reviewers, more).await.refused(field, reason);
        }
        assert_eq!(assign(&app.as_editor(), &claim, &reviewer, json!({ "expectedVersion": 2 })).await.code(), "CONFLICT");
        let none = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { version assignments { note } } } }", json!({ "id": claim })).await;
        assert_eq!(*none.data("/node"), json!({ "version": 1, "assignments": [] }), "refused requests change nothing");

        app.as_editor().call("withdrawClaim", json!({ "claim": claim, "reason": "No claim." }), "claim { id }").await.ok();
        assign(&app.as_editor(), &claim, &reviewer, json!({})).await.refused("claim", "CLAIM_WITHDRAWN");
    }

    async fn editors_who_ask_at_once_ask_each_reviewer_once(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let names = ["reviewer", "second", "third", "editor"];
        let asks = (0..12).map(async |number| {
            let two = [app.account(names[number % 4]), app.account(names[(number + 1) % 4])];
            assign(&app.as_(["editor", "admin"][number % 2]), &claim, &two, json!({ "note": format!("{number}") })).await.ok();
        });
        futures_util::future::join_all(asks).await;
        let reply = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { version assignments { reviewer { displayName } } } } }", json!({ "id": claim })).await;
        assert_eq!(reply.number("/node/version"), 13);
        let mut asked: Vec<_> = reply.data("/node/assignments").as_array().expect("a list").iter().map(|row| row["reviewer"]["displayName"].clone()).collect();
        asked.sort_by_key(ToString::to_string);
        assert_eq!(asked, ["editor", "reviewer", "second", "third"]);
    }

    async fn an_assignment_says_when_it_was_judged_to_those_who_may_see_the_verdict(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let reviewers = ["reviewer", "second"].map(|name| app.account(name));
        assign(&app.as_editor(), &claim, &reviewers, json!({})).await.ok();
        let judged = async |who: &str| {
            let document = "query($id: ID!) { claim(id: $id) { assignments { judgedAt } } }";
            let reply = app.as_(who).send(document, json!({ "id": claim })).await;
            [0, 1].map(|row| reply.data(&format!("/claim/assignments/{row}/judgedAt")).clone())
        };
        assert_eq!(judged("editor").await, [Value::Null, Value::Null]);

        app.stop_clock();
        let first = json!(app.world.now().to_text());
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        app.wait(chrono::TimeDelta::minutes(7));
        app.fixtures().a_verdict("reviewer", &claim, "FALSE").await;

        // Blind review hides from others who has judged. Submitting again does not change the time.
        for who in ["editor", "admin", "reviewer"] {
            assert_eq!(judged(who).await, [first.clone(), Value::Null], "{who}");
        }
        for who in ["reader", "second", "third"] {
            assert_eq!(judged(who).await, [Value::Null, Value::Null], "{who}");
        }
        // A ready claim is open to all.
        app.fixtures().a_verdict("second", &claim, "TRUE").await;
        assert!(judged("reader").await.iter().all(Value::is_string));
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "Unsure." }), "verdict { id }").await.ok();
        assert_eq!(judged("reviewer").await[0], Value::Null);
    }

    async fn claims_are_found_by_due_assignments_that_are_not_judged(app: TestApp) {
        app.stop_clock();
        let article = app.fixtures().an_article().await;
        let mut claims = Vec::new();
        for statement in ["Monday.", "Tuesday.", "No date.", "Judged."] {
            claims.push(app.fixtures().a_claim_on(&article, statement, "12 million").await);
        }
        let [reviewer, second, third] = ["reviewer", "second", "third"].map(|name| app.account(name));
        let due = |day: i64| app.world.now().plus(chrono::TimeDelta::days(day)).to_text();
        let (monday, tuesday, wednesday) = (due(1), due(2), due(3));
        let asks = [
            (0, vec![reviewer.clone()], json!({ "dueAt": monday })),
            (1, vec![reviewer.clone()], json!({ "dueAt": tuesday })),
            (1, vec![third.clone()], json!({ "dueAt": wednesday })),
            (2, vec![reviewer.clone()], json!({})),
            (3, vec![second.clone()], json!({ "dueAt": monday })),
        ];
        for (at, reviewers, more) in asks {
            assign(&app.as_editor(), &claims[at], &reviewers, more).await.ok();
        }
        app.fixtures().a_verdict("second", &claims[3], "TRUE").await;

        let editor = app.as_editor();
        assert_eq!(found(&editor, json!({ "dueBefore": tuesday })).await, ["Monday."]);
        assert_eq!(found(&editor, json!({ "dueAfter": monday })).await, ["Monday.", "Tuesday."]);
        assert_eq!(found(&editor, json!({ "dueAfter": tuesday, "dueBefore": wednesday })).await, ["Tuesday."]);
        // One assignment must match everything that is asked of assignments.
        assert_eq!(found(&editor, json!({ "dueAfter": wednesday, "assignedTo": reviewer })).await, Vec::<String>::new());
        assert_eq!(found(&editor, json!({ "dueAfter": wednesday, "assignedTo": third })).await, ["Tuesday."]);
        assert_eq!(found(&app.as_third(), json!({ "dueBefore": wednesday, "assignedToMe": true })).await, Vec::<String>::new());
        assert_eq!(found(&app.as_reviewer(), json!({ "dueBefore": wednesday, "assignedToMe": true })).await, ["Monday.", "Tuesday."]);
        // A verdict that blind review hides counts as if it did not exist.
        assert_eq!(found(&app.as_reader(), json!({ "dueBefore": tuesday })).await, ["Monday.", "Judged."]);
        assert_eq!(found(&app.as_second(), json!({ "dueBefore": tuesday })).await, ["Monday."]);
        // The claim is not found by what another newsroom asks.
        let document = "{ newsroom(slug: \"desk\") { claims(filter: { dueBefore: \"2099-01-01T00:00:00Z\" }) { totalCount } } }";
        assert_eq!(app.as_rival().ask(document).await.code(), "NOT_FOUND");
    }

    async fn editors_see_whom_they_can_ask(app: TestApp) {
        let ask = async |who: &str, slug: &str| app.as_(who).send("query($slug: String!) { newsroom(slug: $slug) { reviewers { id displayName } } }", json!({ "slug": slug })).await;
        let list = ask("editor", "desk").await.ok();
        let names: Vec<_> = list.data("/newsroom/reviewers").as_array().expect("a list").iter().map(|row| row["displayName"].as_str().expect("a name").to_owned()).collect();
        assert_eq!(names, ["admin", "editor", "reviewer", "second", "third"]);
        assert_eq!(*list.data("/newsroom/reviewers/2/id"), json!(app.account("reviewer")));
        for (who, slug, code) in [("reviewer", "desk", "FORBIDDEN"), ("reader", "desk", "FORBIDDEN"), ("rival", "desk", "NOT_FOUND"), ("editor", "rival", "NOT_FOUND")] {
            assert_eq!(ask(who, slug).await.code(), code, "{who}");
        }
        let stranger = app.as_stranger().ask("{ newsroom(slug: \"desk\") { reviewers { id } } }").await;
        assert_eq!(stranger.code(), "UNAUTHENTICATED");
    }
}
