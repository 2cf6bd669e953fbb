//! Documents that clients send: the promised ones in `tests/fixtures/contract/`, and ours in
//! `tests/documents.graphql`. Each runs as it is written, and does what its name says.

mod editorial;

use std::collections::BTreeSet;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{DocumentOperations, Selection};
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, Reply, TestApp};
use crate::walk::outside_review;

const PROMISED: &str = include_str!("../../fixtures/contract/foundation.graphql");
const OURS: &str = include_str!("../../documents.graphql");

/// A file of documents, and the operations that have not run yet.
struct Documents {
    text: String,
    left: BTreeSet<String>,
}

impl Documents {
    fn new(text: &str) -> Self {
        let DocumentOperations::Multiple(operations) =
            parse_query(text).expect("it can be read").operations
        else {
            panic!("operations have names")
        };
        Self { text: text.to_owned(), left: operations.keys().map(ToString::to_string).collect() }
    }

    /// These operations of a file of documents, with the fragments that they use.
    fn section(text: &str, operations: &[&str]) -> Self {
        let parsed = parse_query(text).expect("it can be read");
        let DocumentOperations::Multiple(all) = parsed.operations else {
            panic!("operations have names")
        };
        let mut starts: Vec<(String, usize)> =
            all.iter().map(|(name, operation)| (name.to_string(), operation.pos.line)).collect();
        starts.extend(
            parsed
                .fragments
                .iter()
                .map(|(name, fragment)| (format!("...{name}"), fragment.pos.line)),
        );
        starts.sort_by_key(|(_, line)| *line);
        let lines: Vec<&str> = text.lines().collect();
        let ends = starts.iter().skip(1).map(|(_, line)| line - 1).chain([lines.len()]);
        let parts: Vec<(&str, String)> = starts
            .iter()
            .zip(ends)
            .map(|((name, line), end)| (name.as_str(), lines[line - 1..end].join("\n")))
            .collect();
        let mut taken: Vec<usize> = Vec::new();
        loop {
            let wanted = |(name, _): &(&str, String)| {
                operations.contains(name)
                    || name.starts_with("...")
                        && taken.iter().any(|one| parts[*one].1.contains(name))
            };
            match (0..parts.len()).find(|part| !taken.contains(part) && wanted(&parts[*part])) {
                Some(part) => taken.push(part),
                None => break,
            }
        }
        Self::new(&taken.iter().map(|part| parts[*part].1.as_str()).collect::<Vec<_>>().join("\n"))
    }

    async fn run(&mut self, client: &Client, operation: &str, variables: Value) -> Reply {
        assert!(self.left.remove(operation), "{operation} exists, and runs once");
        self.again(client, operation, variables).await
    }

    async fn again(&self, client: &Client, operation: &str, variables: Value) -> Reply {
        let reply = client.send_named(&self.text, operation, variables).await.ok();
        assert_eq!(reply.status, 200, "{operation}");
        reply
    }

    fn all_were_run(self) {
        assert!(self.left.is_empty(), "not run: {:?}", self.left);
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is always called with a new value")]
fn input(fields: Value) -> Value {
    json!({ "input": fields })
}

/// A client with its own session, which can be ended.
async fn in_(app: &TestApp, documents: &mut Documents, operation: &str, name: &str) -> Client {
    let stranger = app.as_stranger();
    let reply = documents
        .run(
            &stranger,
            operation,
            input(json!({ "email": format!("{name}@example.org"), "password": PASSWORD })),
        )
        .await;
    assert_eq!(reply.text("/signIn/account/id"), app.account(name));
    app.with_token(Some(reply.text("/signIn/token")))
}

/// Runs those of our documents that turn verdicts into a fact-check, on a READY claim. The claim is
/// READY again afterwards.
async fn our_own_rulings(app: &TestApp, documents: &mut Documents, claim: &str) {
    let (admin, editor, reviewer) = (app.as_admin(), app.as_editor(), app.as_reviewer());
    let draft = json!({ "claim": claim, "rationale": "Not yet.", "citations": [{ "url": "https://gauge.example.org/", "stance": "CONTEXT" }] });
    let kept = documents.run(&reviewer, "KeepDraft", input(draft)).await;
    let draft = kept.text("/saveVerdictDraft/verdict/id");
    assert_eq!(
        (
            kept.text("/saveVerdictDraft/verdict/claim/myDraft/id"),
            kept.text("/saveVerdictDraft/verdict/state")
        ),
        (draft.clone(), "DRAFT".into())
    );
    let dropped = documents
        .run(&reviewer, "DropDraft", input(json!({ "draft": draft, "expectedVersion": 1 })))
        .await;
    assert_eq!(*dropped.data("/discardVerdictDraft/claim/myDraft"), Value::Null);
    let people = json!({ "claim": claim, "reviewers": [app.account("reviewer")] });
    let asked = documents.run(&editor, "AskReviewers", input(people.clone())).await;
    assert_eq!(asked.text("/assignClaim/claim/assignments/0/assignedBy/id"), app.account("editor"));
    let left = documents.run(&editor, "AskNoMore", input(people)).await;
    assert_eq!(*left.data("/unassignClaim/claim/assignments"), json!([]));

    let ruling = json!({ "claim": claim, "rating": "UNVERIFIABLE", "summary": "Nobody measured." });
    let published = documents.run(&editor, "Publish", input(ruling)).await;
    let ruling = published.text("/publishRuling/ruling/id");
    assert_eq!(
        (
            published.text("/publishRuling/claim/ruling/id"),
            published.text("/publishRuling/claim/state")
        ),
        (ruling.clone(), "PUBLISHED".into())
    );
    let public = documents.run(&app.as_stranger(), "Public", json!({ "slug": "desk" })).await;
    assert_eq!(
        (
            public.number("/publishedRulings/totalCount"),
            public.text("/publishedRulings/nodes/0/id")
        ),
        (1, ruling.clone())
    );
    let back = documents
        .run(
            &editor,
            "Correct",
            input(
                json!({ "ruling": ruling, "kind": "RETRACTION", "reason": "Somebody measured." }),
            ),
        )
        .await;
    assert_eq!(
        (back.text("/correctRuling/ruling/state"), back.text("/correctRuling/ruling/claim/state")),
        ("RETRACTED".into(), "READY".into())
    );
    assert_eq!(
        back.text("/correctRuling/ruling/claim/readiness/missing/0/code"),
        "SOURCE_REQUIRED"
    );
    let ratings = json!([{ "key": "FULL", "label": "Full" }, { "key": "EMPTY", "label": "Empty" }]);
    let scale = documents
        .run(
            &admin,
            "NewScale",
            input(json!({ "newsroom": app.newsroom(), "name": "Dams", "ratings": ratings })),
        )
        .await;
    assert_eq!((scale.number("/replaceRatingScale/ratingScale/number")), 2);
}

db_tests! {
    async fn the_promised_documents_run_as_written(app: TestApp) {
        let mut documents = Documents::new(PROMISED);
        let (admin, editor, reviewer, second, reader) = (app.as_admin(), app.as_editor(), app.as_reviewer(), app.as_second(), app.as_reader());

        // Accounts, sessions, members.
        let session = in_(&app, &mut documents, "SignIn", "reader").await;
        let viewer = documents.run(&session, "Viewer", json!({})).await;
        assert_eq!((viewer.text("/viewer/email"), viewer.text("/viewer/memberships/0/role")), ("reader@example.org".into(), "READER".into()));
        assert_eq!(viewer.text("/viewer/memberships/0/newsroom/slug"), "desk");
        assert_eq!(*documents.again(&app.as_stranger(), "Viewer", json!({})).await.data("/viewer"), Value::Null);
        assert_eq!(*documents.run(&session, "SignOut", json!({})).await.data("/signOut/signedOut"), true);
        assert_eq!(session.ask("{ viewer { id } }").await.code(), "UNAUTHENTICATED");

        let room = app.newsroom();
        let invited = documents.run(&admin, "InviteMember", input(json!({ "newsroom": room, "email": "new@example.org", "role": "READER" }))).await;
        assert_eq!((invited.text("/inviteMember/invitation/email"), invited.text("/inviteMember/invitation/role")), ("new@example.org".into(), "READER".into()));
        let accept = json!({ "acceptToken": invited.text("/inviteMember/acceptToken"), "displayName": "New", "password": PASSWORD });
        let joined = documents.run(&app.as_stranger(), "AcceptInvitation", input(accept)).await;
        let (newcomer, account) = (app.with_token(Some(joined.text("/acceptInvitation/token"))), joined.text("/acceptInvitation/account/id"));
        let role = documents.run(&admin, "SetRole", input(json!({ "newsroom": room, "account": account, "role": "EDITOR" }))).await;
        assert_eq!(*role.data("/setRole/membership"), json!({ "role": "EDITOR", "account": { "id": account }, "newsroom": { "id": room } }));
        assert_eq!(documents.again(&newcomer, "Viewer", json!({})).await.text("/viewer/memberships/0/role"), "EDITOR");
        let removed = documents.run(&admin, "RemoveMember", input(json!({ "newsroom": room, "account": account }))).await;
        assert_eq!(removed.text("/removeMember/newsroom/id"), room);
        assert_eq!(*documents.again(&newcomer, "Viewer", json!({})).await.data("/viewer/memberships"), json!([]));
        let expires = (chrono::Utc::now() + chrono::TimeDelta::days(30)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let token = json!({ "newsroom": room, "name": "CI", "role": "READER", "expiresAt": expires });
        let token = documents.run(&admin, "CreateApiToken", input(token)).await;
        assert_eq!((token.text("/createApiToken/apiToken/expiresAt"), token.text("/createApiToken/apiToken/role")), (expires, "READER".into()));
        let program = app.with_token(Some(token.text("/createApiToken/secret")));
        assert_eq!(documents.again(&program, "Viewer", json!({})).await.text("/viewer/email"), "admin@example.org");
        let refused = json!({ "newsroom": room, "title": "By a program", "body": "That may only read." });
        assert_eq!(program.send_named(&documents.text, "ImportArticle", input(refused)).await.code(), "FORBIDDEN");

        // Articles.
        let article = json!({
            "newsroom": room, "title": "Dam holds", "body": "The dam holds, said the mayor. It is full.\nIt was built in 1999.", "url": "https://news.example.org/dam",
            "publisher": "Courier", "author": "Zoë Ardant", "language": "en", "publishedAt": "2024-08-04T10:00:00Z",
        });
        let imported = documents.run(&editor, "ImportArticle", input(article)).await;
        let article = imported.text("/importArticle/article/id");
        let filter = json!({ "text": "dam", "publisher": "Courier", "language": "en", "hasOpenClaims": false, "importedSince": "2020-01-01T00:00:00Z", "importedUntil": "9999-01-01T00:00:00Z" });
        let listed = documents.run(&program, "ListArticles", json!({ "slug": "desk", "first": 5, "filter": filter })).await;
        assert_eq!((listed.number("/newsroom/articles/totalCount"), listed.text("/newsroom/articles/edges/0/node/id")), (1, article.clone()));

        // Claims.
        let claim = json!({
            "article": article, "statement": "The dam holds.", "claimant": "The mayor", "claimedOn": "2024-08-03", "tags": ["water", "city"],
            "ranges": [{ "exact": "The dam holds", "start": 11, "end": 24, "unit": "UTF16" }, { "exact": "full", "prefix": "It is ", "suffix": "." }],
        });
        let marked = documents.run(&reviewer, "MarkClaim", input(claim)).await;
        let claim = marked.text("/markClaim/claim/id");
        assert_eq!(*marked.data("/markClaim/claim/tags"), json!(["city", "water"]));
        assert_eq!((marked.text("/markClaim/claim/state"), marked.number("/markClaim/article/version")), ("OPEN".into(), 2));
        assert_eq!(*marked.data("/markClaim/claim/anchors/0"), json!({ "start": 11, "end": 24, "exact": "The dam holds", "prefix": "Dam holds\n\n", "suffix": ", said the mayor. It is full.\nIt" }));

        // Verdicts and sources.
        let verdict = |rating: &str| json!({
            "claim": claim, "rating": rating, "rationale": "The gauge says so.", "expectedVersion": null,
            "citations": [{ "url": "https://gauge.example.org/7#now", "title": "Gauge", "publisher": "Waterworks", "stance": "SUPPORTS", "quote": "7 m", "accessedAt": "2024-08-05T00:00:00Z", "archiveUrl": "https://archive.example.org/7" }],
        });
        let judged = documents.run(&reviewer, "SubmitVerdict", input(verdict("MIXED"))).await;
        assert_eq!((judged.text("/submitVerdict/verdict/state"), judged.text("/submitVerdict/claim/state")), ("SUBMITTED".into(), "IN_REVIEW".into()));
        let again = documents.again(&reviewer, "SubmitVerdict", input(verdict("TRUE"))).await;
        let id = again.text("/submitVerdict/verdict/id");
        assert_eq!(id, judged.text("/submitVerdict/verdict/id"));
        let other = documents.again(&second, "SubmitVerdict", input(verdict("FALSE"))).await;
        assert_eq!(other.text("/submitVerdict/claim/state"), "READY");
        let history = documents.run(&reader, "VerdictHistory", json!({ "id": id })).await;
        let keys: Vec<_> = history.data("/node/history").as_array().expect("submissions").iter().map(|one| one["rating"]["key"].clone()).collect();
        assert_eq!(keys, ["MIXED", "TRUE"]);
        let cited = documents.run(&reader, "WhereCited", json!({ "slug": "desk", "first": 10 })).await;
        assert_eq!((cited.text("/newsroom/sources/nodes/0/url"), cited.number("/newsroom/sources/nodes/0/citationCount")), ("https://gauge.example.org/7".into(), 2));
        assert_eq!(cited.text("/newsroom/sources/nodes/0/citations/0/verdict/claim/id"), claim);

        // Reading and summaries.
        let read = documents.run(&reader, "ReadArticle", json!({ "id": article })).await;
        assert_eq!(read.number("/article/revision/number"), 1);
        assert_eq!(read.data("/article/blocks").as_array().map(Vec::len), Some(2));
        let here: Vec<_> = read.data("/article/sentences").as_array().expect("sentences").iter().map(|sentence| sentence["claims"].as_array().map(Vec::len)).collect();
        assert_eq!(here, [Some(0), Some(1), Some(1), Some(0)]);
        assert_eq!(read.data("/article/claims/nodes/0/verdicts").as_array().map(Vec::len), Some(2));
        assert_eq!(read.text("/article/claims/nodes/0/verdicts/0/citations/0/source/publisher"), "Waterworks");
        let filter = json!({
            "states": ["READY"], "ratingKeys": ["TRUE"], "claimant": "The mayor", "tag": "city", "text": "DAM", "reviewedBy": app.account("second"),
            "notReviewedBy": app.account("third"), "disputed": true, "unsourced": false,
        });
        let listed = documents.run(&reader, "ListClaims", json!({ "slug": "desk", "first": 5, "filter": filter })).await;
        assert_eq!((listed.number("/newsroom/claims/totalCount"), listed.text("/newsroom/claims/nodes/0/article/title")), (1, "Dam holds".into()));
        let sums = documents.run(&reader, "ArticleSummary", json!({ "id": article })).await;
        let of_claim = sums.data("/article/claims/nodes/0/summary");
        assert_eq!((&of_claim["verdictCount"], &of_claim["disputed"]), (&json!(2), &json!(true)));
        let sum = json!({
            "claimCount": 1, "judgedClaimCount": 1, "disputedClaimCount": 1, "verdictCount": 2, "unsourcedVerdictCount": 0, "sourceCount": 1,
            "verdictCounts": [{ "rating": { "key": "TRUE", "label": "True" }, "count": 1 }, { "rating": { "key": "FALSE", "label": "False" }, "count": 1 }],
        });
        assert_eq!(*sums.data("/article/summary"), sum);
        let whole = documents.run(&reader, "NewsroomSummary", json!({ "slug": "desk", "since": "2020-01-01T00:00:00Z", "until": null })).await;
        assert_eq!((whole.number("/newsroom/summary/articleCount"), whole.number("/newsroom/summary/sourceCount")), (1, 1));
        let past = documents.again(&reader, "NewsroomSummary", json!({ "slug": "desk", "until": "2020-01-01T00:00:00Z" })).await;
        assert_eq!((past.number("/newsroom/summary/articleCount"), past.number("/newsroom/summary/claimCount")), (0, 0));
        let back = documents.run(&reviewer, "WithdrawVerdict", input(json!({ "verdict": id, "reason": "The gauge was broken." }))).await;
        assert_eq!((back.text("/withdrawVerdict/verdict/state"), back.text("/withdrawVerdict/claim/state")), ("WITHDRAWN".into(), "IN_REVIEW".into()));
        documents.all_were_run();
    }

    #[allow(clippy::too_many_lines, reason = "a document a line")]
    async fn our_own_documents_run_as_written(app: TestApp) {
        let mut documents = Documents::new(OURS);
        let (admin, editor, reviewer, second) = (app.as_admin(), app.as_editor(), app.as_reviewer(), app.as_second());
        let room = app.newsroom();

        let session = in_(&app, &mut documents, "ComeIn", "third").await;
        let me = documents.run(&session, "WhoAmI", json!({})).await;
        let sessions = me.data("/viewer/sessions").as_array().expect("sessions");
        assert_eq!(sessions.iter().filter(|one| one["current"] == true).count(), 1);
        let older = sessions.iter().find(|one| one["current"] == false).expect("the session that the account started with");
        let ended = documents.run(&session, "EndSession", input(json!({ "session": older["id"] }))).await;
        assert_eq!(*ended.data("/revokeSession/sessionId"), older["id"]);
        assert_eq!(app.as_third().ask("{ viewer { id } }").await.code(), "UNAUTHENTICATED");
        let changed = documents.run(&session, "NewPassword", input(json!({ "currentPassword": PASSWORD, "newPassword": "another good password" }))).await;
        assert_eq!(changed.number("/changePassword/sessionsEnded"), 0);
        let renamed = json!({ "displayName": "The Third", "currentPassword": "another good password" });
        assert_eq!(documents.run(&session, "Rename", input(renamed)).await.text("/updateProfile/account/displayName"), "The Third");
        documents.run(&session, "GoOut", json!({})).await;
        let again = json!({ "email": "third@example.org", "password": "another good password" });
        let again = documents.again(&app.as_stranger(), "ComeIn", input(again)).await;
        let again = app.with_token(Some(again.text("/signIn/token")));
        assert_eq!(documents.run(&again, "GoOutEverywhere", json!({})).await.number("/signOutEverywhere/sessionsEnded"), 1);

        let invite = |email: &str| input(json!({ "newsroom": room, "email": email, "role": "REVIEWER" }));
        let dropped = documents.run(&admin, "Invite", invite("not@example.org")).await;
        let dropped = documents.run(&admin, "Uninvite", input(json!({ "invitation": dropped.text("/inviteMember/invitation/id") }))).await;
        assert!(dropped.data("/revokeInvitation/invitation/revokedAt").is_string());
        let invited = documents.again(&admin, "Invite", invite("new@example.org")).await;
        let join = json!({ "acceptToken": invited.text("/inviteMember/acceptToken"), "displayName": "New", "password": PASSWORD });
        let account = documents.run(&app.as_stranger(), "Join", input(join)).await.text("/acceptInvitation/account/id");
        let promoted = documents.run(&admin, "Promote", input(json!({ "newsroom": room, "account": account, "role": "ADMIN", "expectedVersion": 1 }))).await;
        assert_eq!(promoted.number("/setRole/membership/version"), 2);
        let member = json!({ "newsroom": room, "account": account });
        assert!(documents.run(&admin, "PutAside", input(member.clone())).await.data("/deactivateMember/membership/deactivatedAt").is_string());
        documents.run(&admin, "BringBack", input(member.clone())).await;
        let forgot = documents.run(&admin, "ForgotPassword", input(member)).await;
        let token = json!({ "resetToken": forgot.text("/createPasswordReset/resetToken"), "newPassword": "another good password" });
        assert_eq!(documents.run(&app.as_stranger(), "NewPasswordByToken", input(token)).await.number("/resetPassword/sessionsEnded"), 1);
        let profile = json!({ "newsroom": room, "contact": "corrections@example.org", "licence": "CC-BY-4.0" });
        let profile = documents.run(&admin, "Present", input(profile)).await;
        assert_eq!(profile.text("/updateNewsroomProfile/newsroom/profile/licence"), "CC-BY-4.0");
        let named = documents.run(&admin, "RenameDesk", input(json!({ "newsroom": room, "name": "The Night Desk" }))).await;
        assert_eq!(named.text("/renameNewsroom/newsroom/name"), "The Night Desk");
        let asked = documents.run(&admin, "Ask", input(json!({ "newsroom": room, "verdictsRequired": 1, "publicReading": true }))).await;
        assert_eq!(*asked.data("/setPolicy/newsroom/policy"), json!({ "blindReview": true, "verdictsRequired": 1, "secondReader": true, "publicReading": true }));
        let token = documents.run(&admin, "NewToken", input(json!({ "newsroom": room, "name": "Bot", "role": "REVIEWER" }))).await;

        let imported = documents.run(&editor, "TakeIn", input(json!({ "newsroom": room, "title": "Dam holds", "body": "It holds. It is full." }))).await;
        assert_eq!(imported.number("/importArticle/article/revisionPreview/basedOnRevision"), 1);
        let article = imported.text("/importArticle/article/id");
        let claim = json!({ "article": article, "statement": "The dam is full.", "ranges": [{ "exact": "It is full" }] });
        let claim = documents.run(&reviewer, "Mark", input(claim)).await.text("/markClaim/claim/id");
        let reworded = documents.run(&editor, "Reword", input(json!({ "claim": claim, "claimant": "Nobody named" }))).await;
        assert_eq!(reworded.text("/editClaim/claim/claimant"), "Nobody named");
        let verdict = json!({ "claim": claim, "rating": "UNVERIFIABLE", "rationale": "Nobody measured.", "expectedVersion": 2 });
        let judged = documents.run(&second, "Judge", input(verdict)).await;
        assert_eq!(judged.text("/submitVerdict/claim/state"), "READY");
        let verdict = judged.text("/submitVerdict/verdict/id");

        let page = documents.run(&reviewer, "Page", json!({ "article": article })).await;
        assert_eq!(page.text("/article/claims/nodes/0/verdicts/0/rating/key"), "UNVERIFIABLE");
        assert_eq!(page.number("/article/summary/unsourcedVerdictCount"), 1);
        let begun = documents.run(&reviewer, "Begin", json!({})).await;
        assert_eq!(begun.text("/newsrooms/0/slug"), "desk");
        assert!(begun.data("/errorReasons").as_array().is_some_and(|all| all.contains(&json!("QUOTE_NOT_FOUND"))));
        let one = documents.run(&reviewer, "One", json!({ "claim": claim })).await;
        assert_eq!(one.text("/claim/id"), claim);
        let thing = documents.run(&reviewer, "Thing", json!({ "id": verdict })).await;
        assert_eq!((thing.text("/node/__typename"), thing.text("/node/claim/id")), ("Verdict".into(), claim.clone()));
        let ids = json!([claim, article, verdict, room, app.account("editor"), page.data("/article/spans/0/id")]);
        let things = documents.run(&reviewer, "Things", json!({ "ids": ids })).await;
        let got: Vec<_> = things.data("/nodes").as_array().expect("nodes").iter().map(|node| node["id"].clone()).collect();
        assert_eq!(json!(got), ids);
        let again = json!({ "article": article, "statement": "The dam is full again.", "ranges": [{ "exact": "It holds" }] });
        let again = documents.again(&reviewer, "Mark", input(again)).await.text("/markClaim/claim/id");
        let linked = documents.run(&reviewer, "Again", input(json!({ "claim": again, "repeats": claim, "expectedVersion": 1 }))).await;
        assert_eq!(*linked.data("/linkClaim/claim/repeats/repeatedBy"), json!({ "totalCount": 1, "nodes": [{ "id": again }] }));
        assert_eq!(linked.text("/linkClaim/claim/similar/edges/0/node/id"), claim);
        let newsroom = documents.run(&admin, "Desk", json!({ "slug": "desk", "size": 10 })).await;
        assert_eq!(newsroom.text("/newsroom/articlePreview/text"), "Dam holds\n\nIt holds. It is full.");
        assert_eq!(newsroom.data("/newsroom/members/nodes").as_array().map(Vec::len), Some(7));
        assert_eq!(newsroom.data("/newsroom/invitations/nodes").as_array().map(Vec::len), Some(2));
        assert_eq!(*newsroom.data("/newsroom/apiTokens/nodes/0/id"), *token.data("/createApiToken/apiToken/id"));
        assert_eq!(newsroom.data("/newsroom/search/edges").as_array().map(Vec::len), Some(3));
        assert_eq!(newsroom.data("/newsroom/similarClaims/nodes").as_array().map(Vec::len), Some(2));
        let told: Vec<_> = newsroom.data("/newsroom/auditLog/edges").as_array().expect("events").iter().map(|edge| edge["node"]["kind"].clone()).collect();
        assert_eq!(told, ["CLAIM_MARKED", "CLAIM_MARKED", "CLAIM_LINKED"]);
        assert_eq!(*newsroom.data("/newsroom/summary/agreement/undefinedReason"), "NO_PAIRS");

        let said = documents.run(&second, "Say", input(json!({ "claim": claim, "verdict": verdict, "text": "Who measured?", "mentions": [app.account("editor")] }))).await;
        assert_eq!(said.number("/addComment/comment/claim/comments/totalCount"), 1);
        let comment = said.text("/addComment/comment/id");
        let edited = documents.run(&second, "SayOtherwise", input(json!({ "comment": comment, "text": "Who measured it?", "expectedVersion": 1 }))).await;
        assert_eq!(edited.text("/editComment/comment/earlierTexts/0/text"), "Who measured?");
        let settled = documents.run(&editor, "Settle", input(json!({ "comment": comment }))).await;
        assert_eq!(settled.text("/resolveComment/comment/resolvedBy/id"), app.account("editor"));

        our_own_rulings(&app, &mut documents, &claim).await;

        let revised = documents.run(&editor, "Renew", input(json!({ "article": article, "body": "It holds. It is full to the brim." }))).await;
        assert_eq!((revised.text("/reviseArticle/anchors/0/status"), revised.data("/reviseArticle/anchors/0/claim/stale")), ("REWORDED".into(), &json!(true)));
        let stood_by = documents.run(&second, "StandBy", input(json!({ "verdict": verdict, "note": "Still so." }))).await;
        assert_eq!(stood_by.text("/reaffirmVerdict/verdict/reaffirmNote"), "Still so.");
        let put = documents.run(&editor, "PutElsewhere", input(json!({ "claim": claim, "ranges": [{ "exact": "full to the brim" }] }))).await;
        assert_eq!(put.number("/reanchor/claim/anchorHistory/totalCount"), 3);
        let all = documents.run(&second, "StandByAll", input(json!({ "article": article }))).await;
        assert_eq!(*all.data("/reaffirmVerdicts/left/0/reason"), "WORDS_DIFFER");
        let restored = documents.run(&editor, "PutBack", input(json!({ "article": article, "number": 1 }))).await;
        assert_eq!(restored.text("/restoreRevision/anchors/0/status"), "EXACT");
        let back = documents.run(&second, "TakeVerdictBack", input(json!({ "verdict": verdict, "reason": "I shall measure." }))).await;
        assert_eq!(back.text("/withdrawVerdict/claim/state"), "OPEN");
        let back = documents.run(&reviewer, "TakeClaimBack", input(json!({ "claim": claim, "reason": "Nobody claims it." }))).await;
        assert_eq!(back.text("/withdrawClaim/claim/state"), "WITHDRAWN");
        let back = documents.run(&reviewer, "BringClaimBack", input(json!({ "claim": claim, "reason": "Somebody does." }))).await;
        assert_eq!(back.text("/restoreClaim/claim/state"), "OPEN");
        let cited = ["one", "two"].map(|name| json!({ "url": format!("https://{name}.example.org/"), "stance": "SUPPORTS" }));
        let verdict = json!({ "claim": claim, "rating": "FULL", "rationale": "Measured.", "citations": cited, "expectedWordingVersion": back.number("/restoreClaim/claim/wordingVersion") });
        let judged = documents.again(&second, "Judge", input(verdict)).await;
        let source = |at: u8| judged.text(&format!("/submitVerdict/verdict/citations/{at}/source/id"));
        let merged = documents.run(&editor, "OnePage", input(json!({ "sources": [source(0)], "into": source(1), "reason": "A mirror." }))).await;
        assert_eq!((merged.number("/mergeSources/source/citationCount"), merged.text("/mergeSources/source/mergedSources/0/id")), (2, source(0)));
        let apart = documents.run(&editor, "TwoPages", input(json!({ "sources": [source(0)] }))).await;
        assert_eq!((apart.text("/unmergeSources/sources/0/url"), apart.data("/unmergeSources/sources/0/mergedInto")), ("https://one.example.org/".into(), &Value::Null));
        let merged = documents.run(&editor, "OneSpeaker", input(json!({ "newsroom": room, "claimants": ["nobody named"], "into": "The waterworks" }))).await;
        assert_eq!(merged.text("/mergeClaimants/claimant/name"), "The waterworks");
        let apart = documents.run(&editor, "TwoSpeakers", input(json!({ "newsroom": room, "claimants": ["nobody named"] }))).await;
        assert_eq!(apart.number("/unmergeClaimants/claimants/0/claimCount"), 1);
        let mended = documents.run(&editor, "MendArticle", input(json!({ "article": article, "publisher": "Waterworks", "language": "fr-ml" }))).await;
        assert_eq!((mended.text("/editArticle/article/publisher"), mended.text("/editArticle/article/language")), ("Waterworks".into(), "fr-ML".into()));
        let gone = documents.run(&editor, "TakeArticleBack", input(json!({ "article": article, "reason": "Imported twice." }))).await;
        assert_eq!(gone.text("/withdrawArticle/article/withdrawnReason"), "Imported twice.");
        let here = documents.run(&editor, "BringArticleBack", input(json!({ "article": article, "reason": "It was not." }))).await;
        assert_eq!(*here.data("/restoreArticle/article/withdrawnAt"), Value::Null);
        let ended = documents.run(&admin, "EndToken", input(json!({ "apiToken": token.text("/createApiToken/apiToken/id") }))).await;
        assert!(ended.data("/revokeApiToken/apiToken/revokedAt").is_string());
        let taken = documents.run(&editor, "TakeReviews", input(json!({ "newsroom": room, "document": outside_review() }))).await;
        assert_eq!(taken.number("/importOutsideReviews/added"), 1);
        assert_eq!(taken.text("/importOutsideReviews/reviews/0/rating"), "Half true");
        let review = taken.text("/importOutsideReviews/reviews/0/id");
        let wanted = json!({ "input": { "review": review, "reason": "Not one of ours." }, "text": "The strike lasted two weeks" });
        let dropped = documents.run(&editor, "DropReview", wanted).await;
        assert_eq!(dropped.text("/removeOutsideReview/reviewId"), review);
        let webhook = json!({ "newsroom": room, "url": "https://hooks.example.org/a", "description": "The site", "kinds": ["RULING_PUBLISHED"] });
        let made = documents.run(&admin, "NewWebhook", input(webhook)).await;
        assert!(made.text("/createWebhook/secret").starts_with("whsec_"));
        let webhook = made.text("/createWebhook/webhook/id");
        let changed = documents.run(&admin, "ChangeWebhook", input(json!({ "webhook": webhook, "enabled": false, "kinds": null }))).await;
        assert_eq!((changed.text("/updateWebhook/webhook/state"), changed.data("/updateWebhook/secret")), ("DISABLED".into(), &Value::Null));
        let sent = documents.run(&admin, "SendOnceMore", input(json!({ "webhook": webhook, "number": 1 }))).await;
        assert_eq!(*sent.data("/sendWebhookEvent/webhook/waiting"), json!([1]));
        let ended = documents.run(&admin, "EndWebhook", input(json!({ "webhook": webhook }))).await;
        assert_eq!(ended.text("/deleteWebhook/webhookId"), webhook);
        let chosen = documents.run(&admin, "ChooseMails", input(json!({ "assigned": false, "digest": "NONE" }))).await;
        assert_eq!(*chosen.data("/updateMailSettings/account/mailSettings/digest"), json!("NONE"));
        documents.run(&admin, "Dismiss", input(json!({ "newsroom": room, "account": account }))).await;
        documents.all_were_run();
    }

    async fn our_own_documents_ask_every_root_field_once(app: TestApp) {
        let schema = app.as_stranger().ask("{ __schema { queryType { fields { name } } mutationType { fields { name } } } }").await;
        let mut fields: Vec<String> = Vec::new();
        for root in ["queryType", "mutationType"] {
            let names = schema.data(&format!("/__schema/{root}/fields")).as_array().expect("fields").clone();
            fields.extend(names.iter().map(|field| field["name"].as_str().expect("a name").to_owned()));
        }
        let DocumentOperations::Multiple(operations) = parse_query(OURS).expect("it can be read").operations else { panic!("operations have names") };
        let selections = operations.values().flat_map(|operation| &operation.node.selection_set.node.items);
        let mut asked: Vec<String> = selections
            .map(|selection| match &selection.node {
                Selection::Field(field) => field.node.name.node.to_string(),
                _ => panic!("a root field is on its own line"),
            })
            .collect();
        fields.sort();
        asked.sort();
        assert_eq!(asked, fields);
    }
}
