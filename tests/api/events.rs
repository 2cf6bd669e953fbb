//! The activity log: the event of every change, and no event for refused changes.

use std::collections::BTreeMap;

use claimspan::domain::event::{self, Kind, Model};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, TestApp};
use crate::fixtures::{ratings, ruling_on, verdict_on};
use crate::walk::outside_review;

/// Every event, by log.
pub async fn logs(db: &impl ConnectionTrait) -> BTreeMap<String, Vec<Model>> {
    let mut logs: BTreeMap<String, Vec<Model>> = BTreeMap::new();
    for event in event::Entity::find().order_by_id_asc().all(db).await.expect("events") {
        logs.entry(event.log.clone()).or_default().push(event);
    }
    logs
}

/// Asserts that numbers have no gaps, that each event contains the previous hash, and that each
/// hash matches the stored content.
pub fn assert_whole(events: &[Model]) {
    let mut previous = String::new();
    for (number, event) in (1..).zip(events) {
        assert_eq!((event.number, &event.previous_hash), (number, &previous), "{}", event.log);
        assert_eq!(event::digest(event), event.hash, "{} {number}", event.log);
        previous.clone_from(&event.hash);
    }
}

/// The events since then: log, kind, actor and subject.
fn appended(
    before: &BTreeMap<String, Vec<Model>>,
    after: &BTreeMap<String, Vec<Model>>,
) -> Vec<Model> {
    after
        .iter()
        .flat_map(|(log, events)| events[before.get(log).map_or(0, Vec::len)..].to_vec())
        .collect()
}

/// The number of rows in each table, and the sum of their versions.
async fn rows(app: &TestApp) -> Vec<(String, i64, i64)> {
    let db = &app.db;
    let tables = if app.db.is_sqlite() {
        Query::select()
            .column("name")
            .from("sqlite_master")
            .and_where(Expr::col("type").eq("table"))
            .to_owned()
    } else {
        Query::select()
            .expr(Expr::cust("CAST(table_name AS text)"))
            .from(("information_schema", "tables"))
            .and_where(Expr::col("table_schema").eq("public"))
            .to_owned()
    };
    let versioned =
        ["newsrooms", "memberships", "articles", "claims", "verdicts", "verdict_drafts", "rulings"];
    let mut found = Vec::new();
    for row in db.query_all(&tables).await.expect("tables") {
        let table: String = row.try_get_by_index(0).expect("a name");
        // A failed password attempt is counted, so that table may change.
        if table == "throttle" {
            continue;
        }
        let sum = if versioned.contains(&&*table) {
            Expr::col("version").sum()
        } else {
            Expr::val(0).sum()
        };
        let count = Query::select()
            .expr(Func::count(Expr::val(1)))
            .expr(Func::coalesce([sum, Expr::val(0)]))
            .from(Alias::new(&table))
            .to_owned();
        let row = db.query_one(&count).await.expect("a count").expect("a row");
        found.push((
            table,
            row.try_get_by_index(0).expect("a count"),
            row.try_get_by_index(1).expect("a sum"),
        ));
    }
    found.sort();
    assert!(
        found
            .iter()
            .any(|(table, count, versions)| table == "articles" && *count > 0 && *versions > 0),
        "{found:?}"
    );
    found
}

/// Whether two events have the same subjects.
fn subject(event: &Model) -> [Option<String>; 3] {
    [
        event.article_id.map(|id| id.to_string()),
        event.claim_id.map(|id| id.to_string()),
        event.verdict_id.map(|id| id.to_string()),
    ]
}

db_tests! {
    #[allow(clippy::too_many_lines, reason = "one table, a mutation a line")]
    async fn every_mutation_appends_one_event_that_says_who_did_what_to_what(app: TestApp) {
        let newsroom = app.newsroom();
        // Calls a mutation and asserts its events: log and kind, each by this account. Returns the
        // first object of the response, and the events.
        let does = async |who: &str, client: &Client, mutation: &str, input: Value, select: &str, expected: &[(&str, Kind)]| {
            let before = logs(&app.db).await;
            let reply = client.call(mutation, input, select).await.ok();
            let events = appended(&before, &logs(&app.db).await);
            let mut kinds: Vec<_> = events.iter().map(|event| (if event.log == newsroom { "desk" } else { &*event.log }, event.kind)).collect();
            kinds.sort_by_key(|(log, _)| *log);
            assert_eq!(kinds, expected, "{mutation}");
            for event in &events {
                let actor = if who.is_empty() { None } else { Some(app.account(who)) };
                assert_eq!(event.actor_id.map(|id| id.to_string()), actor, "{mutation}");
                serde_json::from_str::<Value>(&event.detail).expect("its detail is JSON");
            }
            (reply.data(&format!("/{mutation}")).clone(), events)
        };
        let id = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).expect("an id").to_owned();
        let (admin, editor, reviewer) = (app.as_admin(), app.as_editor(), app.as_reviewer());

        let input = json!({ "newsroom": newsroom, "title": "T", "body": "Nine days. Ten days." });
        let (made, events) = does("editor", &editor, "importArticle", input, "article { id }", &[("desk", Kind::ArticleImported)]).await;
        let article = id(&made, "/article/id");
        assert_eq!(subject(&events[0]), [Some(article.clone()), None, None]);

        let input = json!({ "article": article, "statement": "S", "ranges": [{ "exact": "Nine days" }] });
        let (made, events) = does("reviewer", &reviewer, "markClaim", input, "claim { id }", &[("desk", Kind::ClaimMarked)]).await;
        let claim = id(&made, "/claim/id");
        let of_claim = [Some(article.clone()), Some(claim.clone()), None];
        assert_eq!(subject(&events[0]), of_claim);
        let (_, events) = does("editor", &editor, "editClaim", json!({ "claim": claim, "tags": ["a"] }), "claim { id }", &[("desk", Kind::ClaimEdited)]).await;
        assert_eq!(subject(&events[0]), of_claim);
        let other = app.fixtures().a_claim().await;
        for (repeats, kinds) in [
            (json!(other), &[("desk", Kind::ClaimLinked)][..]),
            (json!(other), &[]),
            (Value::Null, &[("desk", Kind::ClaimUnlinked)]),
            (Value::Null, &[]),
        ] {
            let (_, events) = does("editor", &editor, "linkClaim", json!({ "claim": claim, "repeats": repeats }), "claim { id }", kinds).await;
            assert!(events.iter().all(|event| subject(event) == of_claim));
        }

        let (made, events) = does("reviewer", &reviewer, "submitVerdict", verdict_on(&claim, "TRUE"), "verdict { id }", &[("desk", Kind::VerdictSubmitted)]).await;
        let verdict = id(&made, "/verdict/id");
        let of_verdict = [Some(article.clone()), Some(claim.clone()), Some(verdict.clone())];
        assert_eq!(subject(&events[0]), of_verdict);
        let (_, events) = does("reviewer", &reviewer, "submitVerdict", verdict_on(&claim, "FALSE"), "verdict { id }", &[("desk", Kind::VerdictSubmitted)]).await;
        assert_eq!(subject(&events[0]), of_verdict);
        let input = json!({ "article": article, "body": "Not nine days. Nine days, it was said. Ten days." });
        let (_, events) = does("editor", &editor, "reviseArticle", input, "article { id }", &[("desk", Kind::ArticleRevised)]).await;
        assert_eq!(subject(&events[0]), [Some(article.clone()), None, None]);
        let input = json!({ "claim": claim, "ranges": [{ "exact": "Ten days" }] });
        let (_, events) = does("editor", &editor, "reanchor", input, "claim { id }", &[("desk", Kind::ClaimReanchored)]).await;
        assert_eq!(subject(&events[0]), of_claim);
        let now = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { version } } }", json!({ "id": claim })).await;
        let input = json!({ "verdict": verdict, "note": "N", "expectedVersion": now.number("/node/version") });
        let (_, events) = does("reviewer", &reviewer, "reaffirmVerdict", input, "verdict { id }", &[("desk", Kind::VerdictReaffirmed)]).await;
        assert_eq!(subject(&events[0]), of_verdict);
        let input = json!({ "claim": claim, "verdict": verdict, "text": "T" });
        let (made, events) = does("reviewer", &reviewer, "addComment", input, "comment { id }", &[("desk", Kind::CommentAdded)]).await;
        let comment = id(&made, "/comment/id");
        assert_eq!((subject(&events[0]), events[0].comment_id().map(|id| id.to_string())), (of_verdict.clone(), Some(comment.clone())));
        let input = json!({ "comment": comment, "text": "U" });
        let (_, events) = does("reviewer", &reviewer, "editComment", input, "comment { id }", &[("desk", Kind::CommentEdited)]).await;
        assert_eq!(subject(&events[0]), of_verdict);
        for (resolved, kind) in [(true, Kind::CommentResolved), (false, Kind::CommentReopened)] {
            let input = json!({ "comment": comment, "resolved": resolved });
            let (_, events) = does("editor", &editor, "resolveComment", input, "comment { id }", &[("desk", kind)]).await;
            assert_eq!(subject(&events[0]), of_verdict);
        }
        let input = json!({ "verdict": verdict, "reason": "R" });
        let (_, events) = does("reviewer", &reviewer, "withdrawVerdict", input, "verdict { id }", &[("desk", Kind::VerdictWithdrawn)]).await;
        assert_eq!(subject(&events[0]), of_verdict);
        let input = json!({ "claim": claim, "reason": "R" });
        let (_, events) = does("editor", &editor, "withdrawClaim", input, "claim { id }", &[("desk", Kind::ClaimWithdrawn)]).await;
        assert_eq!(subject(&events[0]), of_claim);

        does("admin", &admin, "setPolicy", json!({ "newsroom": newsroom, "verdictsRequired": 3 }), "newsroom { id }", &[("desk", Kind::PolicySet)]).await;
        let input = json!({ "newsroom": newsroom, "account": app.account("third"), "role": "EDITOR" });
        does("admin", &admin, "setRole", input, "membership { id }", &[("desk", Kind::RoleSet)]).await;
        let input = json!({ "newsroom": newsroom, "name": "CI", "role": "READER" });
        let (made, _) = does("admin", &admin, "createApiToken", input, "apiToken { id } secret", &[("desk", Kind::ApiTokenCreated)]).await;
        let token = json!({ "apiToken": id(&made, "/apiToken/id") });
        does("admin", &admin, "revokeApiToken", token.clone(), "apiToken { id }", &[("desk", Kind::ApiTokenRevoked)]).await;
        does("admin", &admin, "revokeApiToken", token, "apiToken { id }", &[]).await;

        let input = json!({ "newsroom": newsroom, "document": outside_review() });
        let (made, _) = does("editor", &editor, "importOutsideReviews", input.clone(), "reviews { id }", &[("desk", Kind::OutsideReviewsImported)]).await;
        does("editor", &editor, "importOutsideReviews", input, "unchanged", &[]).await;
        let input = json!({ "review": id(&made, "/reviews/0/id"), "reason": "R" });
        does("editor", &editor, "removeOutsideReview", input, "reviewId", &[("desk", Kind::OutsideReviewRemoved)]).await;

        let input = json!({ "newsroom": newsroom, "url": "https://hooks.example.org/secret" });
        let (made, events) = does("admin", &admin, "createWebhook", input, "webhook { id }", &[("desk", Kind::WebhookCreated)]).await;
        assert!(events[0].detail.contains("hooks.example.org") && !events[0].detail.contains("secret"), "{}", events[0].detail);
        let webhook = json!({ "webhook": id(&made, "/webhook/id") });
        let input = json!({ "webhook": webhook["webhook"], "enabled": false });
        does("admin", &admin, "updateWebhook", input, "webhook { id }", &[("desk", Kind::WebhookUpdated)]).await;
        does("admin", &admin, "deleteWebhook", webhook, "webhookId", &[("desk", Kind::WebhookDeleted)]).await;

        let invite = |email: &str| json!({ "newsroom": newsroom, "email": email, "role": "READER" });
        let (made, _) = does("admin", &admin, "inviteMember", invite("one@example.org"), "invitation { id }", &[("desk", Kind::MemberInvited)]).await;
        let invitation = json!({ "invitation": id(&made, "/invitation/id") });
        does("admin", &admin, "revokeInvitation", invitation, "invitation { id }", &[("desk", Kind::InvitationRevoked)]).await;
        let (made, _) = does("admin", &admin, "inviteMember", invite("two@example.org"), "acceptToken", &[("desk", Kind::MemberInvited)]).await;
        let before = logs(&app.db).await;
        let input = json!({ "acceptToken": id(&made, "/acceptToken"), "displayName": "Two", "password": PASSWORD });
        app.as_stranger().call("acceptInvitation", input, "account { id }").await.ok();
        let events = appended(&before, &logs(&app.db).await);
        assert!(events.iter().any(|event| event.log == newsroom && event.kind == Kind::InvitationAccepted), "{events:?}");
        assert!(events.iter().any(|event| event.log == "server" && event.kind == Kind::SessionStarted), "{events:?}");
        let third = json!({ "newsroom": newsroom, "account": app.account("third") });
        for (mutation, kind) in [("deactivateMember", Kind::MemberDeactivated), ("reactivateMember", Kind::MemberReactivated)] {
            does("admin", &admin, mutation, third.clone(), "membership { id }", &[("desk", kind)]).await;
        }
        let (made, _) = does("admin", &admin, "createPasswordReset", third, "resetToken", &[("desk", Kind::PasswordResetCreated)]).await;
        let input = json!({ "resetToken": id(&made, "/resetToken"), "newPassword": "another long password" });
        does("", &app.as_stranger(), "resetPassword", input, "sessionsEnded", &[("desk", Kind::PasswordReset), ("server", Kind::PasswordReset)]).await;
        does("admin", &admin, "renameNewsroom", json!({ "newsroom": newsroom, "name": "N" }), "newsroom { id }", &[("desk", Kind::NewsroomRenamed)]).await;
        let input = json!({ "newsroom": newsroom, "contact": "desk@example.org" });
        does("admin", &admin, "updateNewsroomProfile", input, "newsroom { id }", &[("desk", Kind::NewsroomProfileUpdated)]).await;
        let input = json!({ "displayName": "Renamed", "currentPassword": PASSWORD });
        does("second", &app.as_second(), "updateProfile", input, "sessionsEnded", &[("desk", Kind::ProfileChanged), ("server", Kind::ProfileChanged)]).await;
        let input = json!({ "email": "second2@example.org", "currentPassword": PASSWORD });
        does("second", &app.as_second(), "updateProfile", input, "sessionsEnded", &[("server", Kind::ProfileChanged)]).await;
        let input = json!({ "email": "second@example.org", "currentPassword": PASSWORD });
        does("second", &app.as_second(), "updateProfile", input, "sessionsEnded", &[("server", Kind::ProfileChanged)]).await;
        let input = json!({ "newsroom": newsroom, "account": app.account("third") });
        does("admin", &admin, "removeMember", input, "newsroom { id }", &[("desk", Kind::MemberRemoved)]).await;

        let begin = json!({ "email": "second@example.org", "password": PASSWORD });
        let mut tokens = Vec::new();
        for _ in 0..2 {
            let before = logs(&app.db).await;
            tokens.push(app.as_stranger().call("signIn", begin.clone(), "token").await.text("/signIn/token"));
            let events = appended(&before, &logs(&app.db).await);
            assert_eq!(events.iter().map(|event| (&*event.log, event.kind)).collect::<Vec<_>>(), [("server", Kind::SessionStarted)]);
        }
        let sessions = app.as_second().ask("{ viewer { sessions { id current } } }").await;
        let session = json!({ "session": sessions.text("/viewer/sessions/0/id") });
        does("second", &app.as_second(), "revokeSession", session, "sessionId", &[("server", Kind::SessionEnded)]).await;
        let input = json!({ "currentPassword": PASSWORD, "newPassword": "another long password" });
        does("second", &app.as_second(), "changePassword", input, "sessionsEnded", &[("server", Kind::PasswordChanged)]).await;
        let before = logs(&app.db).await;
        app.as_editor().ask("mutation { signOutEverywhere { sessionsEnded } }").await.ok();
        let events = appended(&before, &logs(&app.db).await);
        assert_eq!(events.iter().map(|event| (&*event.log, event.kind)).collect::<Vec<_>>(), [("server", Kind::SessionEnded)]);
        let before = logs(&app.db).await;
        app.as_second().ask("mutation { signOut { signedOut } }").await.ok();
        let events = appended(&before, &logs(&app.db).await);
        assert_eq!(events.iter().map(|event| (&*event.log, event.kind)).collect::<Vec<_>>(), [("server", Kind::SessionEnded)]);

        let all = logs(&app.db).await;
        assert_eq!(all.len(), 3, "the server's, and two newsrooms'");
        for events in all.values() {
            assert_whole(events);
        }
    }

    async fn so_does_every_mutation_that_makes_a_fact_check_out_of_verdicts(app: TestApp) {
        let (claim, newsroom) = (app.fixtures().a_claim().await, app.newsroom());
        let article = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { article { id } } } }", json!({ "id": claim })).await;
        let (of_claim, of_nothing) = ([Some(article.text("/node/article/id")), Some(claim.clone()), None], [None, None, None]);
        // Calls a mutation and asserts its one event of this kind, log and subject. Returns the new
        // object's id, and the detail.
        let does = async |who: &str, mutation: &str, input: Value, made: &str, (log, kind, about): (&str, Kind, &[Option<String>; 3])| {
            let before = logs(&app.db).await;
            let reply = app.as_(who).call(mutation, input, &format!("{made} {{ id }}")).await.ok();
            let events = appended(&before, &logs(&app.db).await);
            assert_eq!(events.iter().map(|event| (&*event.log, event.kind, subject(event))).collect::<Vec<_>>(), [(log, kind, about.clone())], "{mutation}");
            assert_eq!(events[0].actor_id.map(|id| id.to_string()), Some(app.account(who)), "{mutation}");
            (reply.text(&format!("/{mutation}/{made}/id")), serde_json::from_str::<Value>(&events[0].detail).expect("its detail is JSON"))
        };
        let people = json!({ "claim": claim, "reviewers": [app.account("reviewer")] });
        does("editor", "assignClaim", people.clone(), "claim", (&newsroom, Kind::ClaimAssigned, &of_claim)).await;
        does("editor", "unassignClaim", people, "claim", (&newsroom, Kind::ClaimUnassigned, &of_claim)).await;
        let input = json!({ "claim": claim, "rationale": "R" });
        let (draft, _) = does("reviewer", "saveVerdictDraft", input, "verdict", ("server", Kind::VerdictDraftSaved, &of_nothing)).await;
        let input = json!({ "draft": draft });
        does("reviewer", "discardVerdictDraft", input, "claim", ("server", Kind::VerdictDraftDiscarded, &of_nothing)).await;
        for by in ["reviewer", "second"] {
            app.fixtures().a_verdict(by, &claim, "TRUE").await;
        }
        let (ruling, told) = does("editor", "publishRuling", ruling_on(&claim, "TRUE"), "ruling", (&newsroom, Kind::RulingPublished, &of_claim)).await;
        assert_eq!((&told["says"]["rating"], told["submissions"].as_array().map(Vec::len)), (&json!("TRUE"), Some(2)));
        let input = json!({ "ruling": ruling, "kind": "CORRECTION", "reason": "R", "rating": "MIXED", "summary": "Other." });
        let (_, told) = does("editor", "correctRuling", input, "ruling", (&newsroom, Kind::RulingCorrected, &of_claim)).await;
        assert_eq!((&told["before"]["rating"], &told["after"]["rating"], &told["after"]["summary"]), (&json!("TRUE"), &json!("MIXED"), &json!("Other.")));
        let input = json!({ "newsroom": newsroom, "name": "N", "ratings": ratings(&["TRUE", "FALSE"]) });
        does("admin", "replaceRatingScale", input, "ratingScale", (&newsroom, Kind::RatingScaleReplaced, &of_nothing)).await;
        for events in logs(&app.db).await.values() {
            assert_whole(events);
        }
    }

    async fn an_event_names_the_article_claim_and_words_of_its_own_newsroom_only(app: TestApp) {
        let before = logs(&app.db).await;
        let claim = app.fixtures().a_ready_claim().await;
        let events = appended(&before, &logs(&app.db).await);
        assert!(events.iter().all(|event| event.log == app.newsroom()));
        assert_eq!(events.iter().filter(|event| event.claim_id.is_some_and(|id| id.to_string() == claim)).count(), 3);
        let submitted: Vec<Value> = events.iter().filter(|event| event.kind == Kind::VerdictSubmitted)
            .map(|event| serde_json::from_str(&event.detail).expect("JSON")).collect();
        assert_eq!(submitted.iter().map(|detail| (&detail["rating"], &detail["number"], &detail["claimVersion"])).collect::<Vec<_>>(),
            [(&json!("TRUE"), &json!(1), &json!(1)), (&json!("FALSE"), &json!(1), &json!(2))]);
    }

    async fn what_is_refused_leaves_no_event_and_no_row(app: TestApp) {
        let (_, ruling) = app.fixtures().a_published_claim().await;
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let article = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { article { id } } } }", json!({ "id": claim })).await.text("/node/article/id");
        let newsroom = app.newsroom();
        // Each request gets as far as possible before it is refused. The last check is often within
        // the transaction.
        let fresh = json!([{ "url": "https://never.example.org/", "stance": "CONTEXT" }]);
        let judge = |rating: &str, version: i32| json!({ "claim": claim, "rating": rating, "rationale": "R", "citations": fresh, "expectedVersion": version });
        let cases = [
            ("second", "submitVerdict", judge("NO_SUCH", 2), "claim { id }"),
            ("second", "submitVerdict", judge("TRUE", 1), "claim { id }"),
            ("second", "submitVerdict", json!({ "claim": claim, "rating": "TRUE", "rationale": "R" }), "claim { id }"),
            ("reader", "submitVerdict", judge("TRUE", 2), "claim { id }"),
            ("rival", "submitVerdict", judge("TRUE", 2), "claim { id }"),
            ("reviewer", "withdrawVerdict", json!({ "verdict": verdict, "reason": "R", "expectedVersion": 9 }), "claim { id }"),
            ("admin", "withdrawVerdict", json!({ "verdict": verdict, "reason": "R" }), "claim { id }"),
            ("reviewer", "editClaim", json!({ "claim": claim, "statement": "Other.", "tags": ["x"] }), "claim { id }"),
            ("editor", "editClaim", json!({ "claim": claim, "tags": ["x"], "expectedVersion": 9 }), "claim { id }"),
            ("editor", "withdrawClaim", json!({ "claim": claim, "reason": "R", "expectedVersion": 9 }), "claim { id }"),
            ("editor", "linkClaim", json!({ "claim": claim, "repeats": claim }), "claim { id }"),
            ("editor", "linkClaim", json!({ "claim": claim, "repeats": null, "expectedVersion": 9 }), "claim { id }"),
            ("second", "linkClaim", json!({ "claim": claim, "repeats": null }), "claim { id }"),
            ("reviewer", "markClaim", json!({ "article": article, "statement": "S", "tags": ["x"], "ranges": [{ "exact": "nine days" }, { "exact": "not there" }] }), "claim { id }"),
            ("editor", "importArticle", json!({ "newsroom": newsroom, "title": "T", "body": "a\u{0}" }), "article { id }"),
            ("reviewer", "importArticle", json!({ "newsroom": newsroom, "title": "T", "body": "B" }), "article { id }"),
            ("reviewer", "saveVerdictDraft", json!({ "claim": claim, "rating": "NO_SUCH" }), "verdict { id }"),
            ("reviewer", "saveVerdictDraft", json!({ "claim": claim, "expectedDraftVersion": 5 }), "verdict { id }"),
            ("reader", "saveVerdictDraft", json!({ "claim": claim }), "verdict { id }"),
            ("editor", "assignClaim", json!({ "claim": claim, "reviewers": [app.account("second"), app.account("reader")] }), "claim { id }"),
            ("editor", "unassignClaim", json!({ "claim": claim, "reviewers": [app.account("second")] }), "claim { id }"),
            ("editor", "publishRuling", ruling_on(&claim, "TRUE"), "ruling { id }"),
            ("editor", "correctRuling", json!({ "ruling": ruling, "kind": "UPDATE", "reason": "R" }), "ruling { id }"),
            ("editor", "correctRuling", json!({ "ruling": ruling, "kind": "UPDATE", "reason": "R", "rating": "NO_SUCH", "summary": "S" }), "ruling { id }"),
            ("admin", "replaceRatingScale", json!({ "newsroom": newsroom, "name": "N", "ratings": ratings(&["A", "B"]), "expectedVersion": 99 }), "ratingScale { id }"),
            ("editor", "reviseArticle", json!({ "article": article, "body": "Other.", "expectedVersion": 99 }), "article { id }"),
            ("editor", "reviseArticle", json!({ "article": article, "body": crate::fixtures::BODY }), "article { id }"),
            ("reviewer", "reviseArticle", json!({ "article": article, "body": "Other." }), "article { id }"),
            ("editor", "reanchor", json!({ "claim": claim, "ranges": [{ "exact": "not there" }] }), "claim { id }"),
            ("editor", "addComment", json!({ "claim": claim, "text": "T", "mentions": [app.account("rival")] }), "comment { id }"),
            ("second", "addComment", json!({ "claim": claim, "text": "T" }), "comment { id }"),
            ("editor", "reanchor", json!({ "claim": claim, "ranges": [{ "exact": "nine days" }], "expectedVersion": 99 }), "claim { id }"),
            ("reviewer", "reanchor", json!({ "claim": claim, "ranges": [{ "exact": "nine days" }] }), "claim { id }"),
            ("reviewer", "reaffirmVerdict", json!({ "verdict": verdict, "note": "Not stale." }), "claim { id }"),
            ("admin", "reaffirmVerdict", json!({ "verdict": verdict }), "claim { id }"),
            ("admin", "setPolicy", json!({ "newsroom": newsroom, "verdictsRequired": 5, "expectedVersion": 99 }), "newsroom { id }"),
            ("admin", "setPolicy", json!({ "newsroom": newsroom, "verdictsRequired": 0 }), "newsroom { id }"),
            ("admin", "setRole", json!({ "newsroom": newsroom, "account": app.account("admin"), "role": "READER" }), "membership { id }"),
            ("admin", "setRole", json!({ "newsroom": newsroom, "account": app.account("rival"), "role": "READER" }), "membership { id }"),
            ("admin", "removeMember", json!({ "newsroom": newsroom, "account": app.account("admin") }), "newsroom { id }"),
            ("admin", "inviteMember", json!({ "newsroom": newsroom, "email": "reader@example.org", "role": "ADMIN" }), "invitation { id }"),
            ("admin", "deactivateMember", json!({ "newsroom": newsroom, "account": app.account("admin") }), "membership { id }"),
            ("admin", "reactivateMember", json!({ "newsroom": newsroom, "account": app.account("reader") }), "membership { id }"),
            ("admin", "createPasswordReset", json!({ "newsroom": newsroom, "account": app.account("rival") }), "resetToken"),
            ("admin", "renameNewsroom", json!({ "newsroom": newsroom, "name": "The Desk" }), "newsroom { id }"),
            ("admin", "updateNewsroomProfile", json!({ "newsroom": newsroom, "contact": null }), "newsroom { id }"),
            ("admin", "updateNewsroomProfile", json!({ "newsroom": newsroom, "logoUrl": "javascript:alert(1)" }), "newsroom { id }"),
            ("reader", "resetPassword", json!({ "resetToken": "invented", "newPassword": "another long password" }), "sessionsEnded"),
            ("reader", "updateProfile", json!({ "currentPassword": PASSWORD, "email": "editor@example.org" }), "sessionsEnded"),
            ("reader", "updateProfile", json!({ "currentPassword": "not the password", "displayName": "N" }), "sessionsEnded"),
            ("admin", "createApiToken", json!({ "newsroom": newsroom, "name": "N", "role": "ADMIN", "expiresAt": "2001-01-01T00:00:00Z" }), "secret"),
            ("reader", "changePassword", json!({ "currentPassword": "not the password", "newPassword": "another long password" }), "sessionsEnded"),
            ("reader", "signIn", json!({ "email": "reader@example.org", "password": "not the password" }), "token"),
            ("reader", "acceptInvitation", json!({ "acceptToken": "invented", "password": PASSWORD }), "token"),
        ];
        let (rows_before, logs_before) = (rows(&app).await, logs(&app.db).await);
        for (who, mutation, input, select) in cases {
            let reply = app.as_(who).call(mutation, input.clone(), select).await;
            assert!(["BAD_USER_INPUT", "CONFLICT", "FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"].contains(&reply.code()), "{mutation} {input} {}", reply.body);
            assert_eq!(rows(&app).await, rows_before, "{mutation} {input}");
        }
        assert_eq!(logs(&app.db).await, logs_before);
    }
}
