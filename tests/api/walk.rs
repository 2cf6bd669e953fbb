//! A walk through the whole schema: permissions for each root field and each kind of object.
//!
//! The tables list the expected result for every caller. A root field or a kind of object without a
//! row fails the walk, so that nothing is added without a test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use claimspan::server::Settings;
use serde_json::{Value, json};

use crate::app::{Client, PASSWORD, Reply, TestApp};
use crate::fixtures::{ratings, ruling_on, verdict_on};

/// The callers. The program has an API token of the admin.
pub const CALLERS: [&str; 7] =
    ["stranger", "reader", "reviewer", "editor", "admin", "program", "rival"];

pub const OK: &str = "OK";
const U: &str = "UNAUTHENTICATED";
const F: &str = "FORBIDDEN";
const N: &str = "NOT_FOUND";

/// A root field, its argument, and the expected result for each caller.
const ROOTS: [(&str, &str, [&str; 7]); 79] = [
    ("viewer", "", [OK, OK, OK, OK, OK, OK, OK]),
    ("errorReasons", "", [OK, OK, OK, OK, OK, OK, OK]),
    ("newsroom", "", [U, OK, OK, OK, OK, OK, N]),
    ("newsrooms", "", [U, OK, OK, OK, OK, OK, OK]),
    ("claim", "", [U, OK, OK, OK, OK, OK, N]),
    ("article", "", [U, OK, OK, OK, OK, OK, N]),
    ("node", "", [U, OK, OK, OK, OK, OK, N]),
    ("nodes", "", [U, OK, OK, OK, OK, OK, N]),
    ("publishedRulings", "", [U, OK, OK, OK, OK, OK, N]),
    ("publishedRulings", "with public reading", [OK, OK, OK, OK, OK, OK, OK]),
    ("signIn", "", [OK, OK, OK, OK, OK, OK, OK]),
    ("acceptInvitation", "", [OK, OK, OK, OK, OK, OK, OK]),
    ("signOut", "", [U, OK, OK, OK, OK, F, OK]),
    ("changePassword", "", [U, OK, OK, OK, OK, F, OK]),
    ("updateProfile", "", [U, OK, OK, OK, OK, F, OK]),
    ("updateMailSettings", "", [U, OK, OK, OK, OK, F, OK]),
    ("signOutEverywhere", "", [U, OK, OK, OK, OK, F, OK]),
    ("createPasswordReset", "", [U, F, F, F, OK, F, N]),
    ("resetPassword", "", [OK, OK, OK, OK, OK, OK, OK]),
    ("deactivateMember", "", [U, F, F, F, OK, F, N]),
    ("reactivateMember", "", [U, F, F, F, OK, F, N]),
    ("renameNewsroom", "", [U, F, F, F, OK, OK, N]),
    ("updateNewsroomProfile", "", [U, F, F, F, OK, OK, N]),
    ("revokeSession", "one's own", [U, OK, OK, OK, OK, F, OK]),
    ("revokeSession", "another's", [U, N, N, N, N, F, N]),
    ("inviteMember", "", [U, F, F, F, OK, F, N]),
    ("revokeInvitation", "", [U, F, F, F, OK, F, N]),
    ("setRole", "", [U, F, F, F, OK, F, N]),
    ("removeMember", "", [U, F, F, F, OK, F, N]),
    ("setPolicy", "", [U, F, F, F, OK, OK, N]),
    ("createApiToken", "", [U, F, F, F, OK, F, N]),
    ("revokeApiToken", "", [U, F, F, F, OK, F, N]),
    ("createWebhook", "", [U, F, F, F, OK, F, N]),
    ("updateWebhook", "", [U, F, F, F, OK, F, N]),
    ("deleteWebhook", "", [U, F, F, F, OK, F, N]),
    ("sendWebhookEvent", "", [U, F, F, F, OK, F, N]),
    ("importArticle", "", [U, F, F, OK, OK, OK, N]),
    ("importOutsideReviews", "", [U, F, F, OK, OK, OK, N]),
    ("removeOutsideReview", "", [U, F, F, OK, OK, OK, N]),
    ("reviseArticle", "", [U, F, F, OK, OK, OK, N]),
    ("restoreRevision", "", [U, F, F, OK, OK, OK, N]),
    ("editArticle", "", [U, F, F, OK, OK, OK, N]),
    ("withdrawArticle", "", [U, F, F, OK, OK, OK, N]),
    ("restoreArticle", "", [U, F, F, OK, OK, OK, N]),
    ("restoreClaim", "one's own", [U, F, OK, OK, OK, OK, N]),
    ("restoreClaim", "another's", [U, F, F, OK, OK, OK, N]),
    ("mergeSources", "", [U, F, F, OK, OK, OK, N]),
    ("unmergeSources", "", [U, F, F, OK, OK, OK, N]),
    ("mergeClaimants", "", [U, F, F, OK, OK, OK, N]),
    ("unmergeClaimants", "", [U, F, F, OK, OK, OK, N]),
    ("reanchor", "", [U, F, F, OK, OK, OK, N]),
    ("reaffirmVerdict", "one's own", [U, F, OK, OK, OK, F, N]),
    ("reaffirmVerdict", "another's", [U, F, F, F, F, F, N]),
    ("reaffirmVerdicts", "", [U, F, OK, OK, OK, F, N]),
    ("markClaim", "", [U, F, OK, OK, OK, OK, N]),
    ("editClaim", "one's own", [U, F, OK, OK, OK, OK, N]),
    ("editClaim", "another's", [U, F, F, OK, OK, OK, N]),
    ("withdrawClaim", "one's own", [U, F, OK, OK, OK, OK, N]),
    ("withdrawClaim", "another's", [U, F, F, OK, OK, OK, N]),
    ("linkClaim", "one's own", [U, F, OK, OK, OK, OK, N]),
    ("linkClaim", "another's", [U, F, F, OK, OK, OK, N]),
    ("submitVerdict", "", [U, F, OK, OK, OK, F, N]),
    ("withdrawVerdict", "one's own", [U, F, OK, OK, OK, F, N]),
    ("withdrawVerdict", "another's", [U, F, F, F, F, F, N]),
    ("replaceRatingScale", "", [U, F, F, F, OK, OK, N]),
    ("assignClaim", "", [U, F, F, OK, OK, OK, N]),
    ("unassignClaim", "", [U, F, F, OK, OK, OK, N]),
    ("saveVerdictDraft", "", [U, F, OK, OK, OK, F, N]),
    ("discardVerdictDraft", "one's own", [U, N, OK, OK, OK, F, N]),
    ("discardVerdictDraft", "another's", [U, N, N, N, N, N, N]),
    ("addComment", "", [U, F, OK, OK, OK, OK, N]),
    ("addComment", "under blind review", [U, F, F, OK, OK, OK, N]),
    ("editComment", "one's own", [U, F, OK, OK, OK, OK, N]),
    ("editComment", "another's", [U, F, F, F, F, F, N]),
    ("resolveComment", "one's own", [U, F, OK, OK, OK, OK, N]),
    ("resolveComment", "another's", [U, F, F, OK, OK, OK, N]),
    ("publishRuling", "", [U, F, F, OK, OK, OK, N]),
    ("correctRuling", "", [U, F, F, OK, OK, OK, N]),
    ("correctRuling", "with public reading", [U, F, F, OK, OK, OK, N]),
];

/// A kind of object, an example, and the expected result for each caller.
pub const NODES: [(&str, &str, [&str; 7]); 28] = [
    ("Newsroom", "", [U, OK, OK, OK, OK, OK, N]),
    ("Account", "", [U, OK, OK, OK, OK, OK, N]),
    ("Membership", "the reviewer's", [U, F, OK, F, OK, OK, N]),
    ("Session", "the reviewer's", [U, N, OK, N, N, F, N]),
    ("Invitation", "", [U, F, F, F, OK, OK, N]),
    ("ApiToken", "", [U, F, F, F, OK, OK, N]),
    ("Webhook", "", [U, F, F, F, OK, OK, N]),
    ("OutsideReview", "", [U, OK, OK, OK, OK, OK, N]),
    ("Article", "", [U, OK, OK, OK, OK, OK, N]),
    ("Revision", "", [U, OK, OK, OK, OK, OK, N]),
    ("Span", "", [U, OK, OK, OK, OK, OK, N]),
    ("Claim", "", [U, OK, OK, OK, OK, OK, N]),
    ("Anchor", "", [U, OK, OK, OK, OK, OK, N]),
    ("RatingScale", "", [U, OK, OK, OK, OK, OK, N]),
    ("Rating", "", [U, OK, OK, OK, OK, OK, N]),
    ("Verdict", "on a ready claim", [U, OK, OK, OK, OK, OK, N]),
    ("VerdictSubmission", "on a ready claim", [U, OK, OK, OK, OK, OK, N]),
    ("Citation", "on a ready claim", [U, OK, OK, OK, OK, OK, N]),
    ("Source", "on a ready claim", [U, OK, OK, OK, OK, OK, N]),
    ("Verdict", "under blind review", [U, N, N, OK, OK, OK, N]),
    ("VerdictSubmission", "under blind review", [U, N, N, OK, OK, OK, N]),
    ("Citation", "under blind review", [U, N, N, OK, OK, OK, N]),
    ("Source", "under blind review", [U, N, N, OK, OK, OK, N]),
    ("VerdictDraft", "the reviewer's", [U, N, OK, N, N, N, N]),
    ("Comment", "on a ready claim", [U, OK, OK, OK, OK, OK, N]),
    ("Comment", "under blind review", [U, N, N, OK, OK, OK, N]),
    ("Ruling", "", [U, OK, OK, OK, OK, OK, N]),
    ("Ruling", "retracted", [U, OK, OK, OK, OK, OK, N]),
];

/// Fields that some members cannot read although they may read the object. Editors may read
/// reviewers and previews.
const NOT_FOR_ALL: [&str; 9] = [
    "apiTokens",
    "articlePreview",
    "auditLog",
    "invitations",
    "mails",
    "members",
    "reviewers",
    "revisionPreview",
    "webhooks",
];

/// The arguments of fields that require some.
const ARGUMENTS: [(&str, &str, &str); 7] = [
    ("Article", "atRevision", "(number: 1)"),
    ("Article", "diff", "(from: 1, to: 1)"),
    ("Article", "revisionPreview", "(input: {})"),
    ("Newsroom", "articlePreview", "(input: { title: \"Rain\", body: \"It rained.\" })"),
    ("Newsroom", "search", "(text: \"port\")"),
    ("Newsroom", "similarClaims", "(text: \"port\")"),
    ("Newsroom", "summaries", "(groupBy: WEEK)"),
];

/// The types of the schema by name, from introspection.
pub struct Types(BTreeMap<String, Value>);

impl Types {
    pub async fn of(app: &TestApp) -> Self {
        let kind = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
        let fields = format!(
            "fields(includeDeprecated: true) {{ name type {{ {kind} }} args {{ defaultValue type {{ kind }} }} }}"
        );
        let document =
            format!("{{ __schema {{ types {{ kind name possibleTypes {{ name }} {fields} }} }} }}");
        let reply = app.as_stranger().ask(&document).await;
        let list = reply.data("/__schema/types").as_array().expect("a list").iter();
        Self(
            list.map(|kind| (kind["name"].as_str().expect("a name").to_owned(), kind.clone()))
                .collect(),
        )
    }

    pub fn fields(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.0[name]["fields"].as_array().into_iter().flatten()
    }

    fn names(&self, of: &str) -> BTreeSet<&str> {
        self.fields(of).map(|field| field["name"].as_str().expect("a name")).collect()
    }

    /// Every field of a type, and of the types below it to this depth.
    pub fn selection(&self, name: &str, steps: u32) -> String {
        let mut text = "__typename".to_owned();
        for field in self.fields(name) {
            let needs =
                |arg: &Value| arg["type"]["kind"] == "NON_NULL" && arg["defaultValue"].is_null();
            let fixtures = ARGUMENTS
                .iter()
                .find(|(kind, known, _)| *kind == name && field["name"] == *known)
                .map_or("", |(_, _, fixtures)| fixtures);
            assert!(
                !fixtures.is_empty()
                    || !field["args"].as_array().expect("a list").iter().any(needs),
                "{name}.{} needs arguments: give it some in ARGUMENTS",
                field["name"]
            );
            let mut leaf = &field["type"];
            while !leaf["ofType"].is_null() {
                leaf = &leaf["ofType"];
            }
            let _ = write!(text, " {}{fixtures}", field["name"].as_str().expect("a name"));
            if leaf["kind"] == "UNION" {
                text.push_str(" { __typename }");
            }
            if leaf["kind"] == "OBJECT" {
                let below = if steps == 0 {
                    "__typename".to_owned()
                } else {
                    self.selection(leaf["name"].as_str().expect("a name"), steps - 1)
                };
                let _ = write!(text, " {{ {below} }}");
            }
        }
        text
    }
}

/// All callers.
pub struct Walk<'a> {
    app: &'a TestApp,
    program: Client,
}

impl<'a> Walk<'a> {
    pub async fn new(app: &'a TestApp) -> Self {
        let input = json!({ "newsroom": app.newsroom(), "name": "walker", "role": "ADMIN" });
        let secret = app
            .as_admin()
            .call("createApiToken", input, "secret")
            .await
            .text("/createApiToken/secret");
        Self { app, program: app.with_token(Some(secret)) }
    }

    pub fn client(&self, who: &str) -> Client {
        match who {
            "stranger" => self.app.as_stranger(),
            "program" => self.program.clone(),
            name => self.app.as_(name),
        }
    }

    /// A client like this caller, with a session that can be ended.
    async fn double(&self, who: &str, field: &str) -> Client {
        match who {
            "stranger" | "program" => self.client(who),
            "rival" => {
                self.app.fixtures().a_member("rival", &format!("{who}-{field}"), "ADMIN").await.0
            }
            role => {
                self.app
                    .fixtures()
                    .a_member("admin", &format!("{who}-{field}"), &role.to_uppercase())
                    .await
                    .0
            }
        }
    }

    /// Calls a root field with new arguments, which are valid for every permitted caller.
    #[allow(clippy::too_many_lines, reason = "one arm for each root field")]
    async fn call(&self, field: &str, what: &str, who: &str) -> Reply {
        let (app, fixtures, client, newsroom) =
            (self.app, self.app.fixtures(), self.client(who), self.app.newsroom());
        let own = what == "one's own";
        // The author of the object that is changed: the caller if possible, otherwise the reviewer.
        // `second` if it must be another account's.
        let author = match who {
            _ if !own => "second",
            "program" => "admin",
            "editor" | "admin" => who,
            _ => "reviewer",
        };
        let email = format!("{field}-{who}@example.org");
        match field {
            "errorReasons" => client.ask("{ errorReasons }").await,
            "viewer" => client.ask("{ viewer { id } }").await,
            "newsroom" => client.ask("{ newsroom(slug: \"desk\") { id } }").await,
            "newsrooms" => client.ask("{ newsrooms { id } }").await,
            "claim" => {
                let id = fixtures.a_claim().await;
                client.send("query($id: ID!) { claim(id: $id) { id } }", json!({ "id": id })).await
            }
            "article" => {
                client
                    .send(
                        "query($id: ID!) { article(id: $id) { id } }",
                        json!({ "id": fixtures.an_article().await }),
                    )
                    .await
            }
            "node" => {
                client
                    .send(
                        "query($id: ID!) { node(id: $id) { id } }",
                        json!({ "id": fixtures.a_claim().await }),
                    )
                    .await
            }
            "nodes" => {
                client
                    .send(
                        "query($id: ID!) { nodes(ids: [$id]) { id } }",
                        json!({ "id": fixtures.a_claim().await }),
                    )
                    .await
            }
            "signIn" => {
                client
                    .call(
                        field,
                        json!({ "email": "third@example.org", "password": PASSWORD }),
                        "token",
                    )
                    .await
            }
            "acceptInvitation" => {
                let (_, token) = fixtures.an_invitation("admin", &email, "READER").await;
                client
                    .call(
                        field,
                        json!({ "acceptToken": token, "displayName": format!("New {email}"), "password": PASSWORD }),
                        "token",
                    )
                    .await
            }
            "signOut" => {
                self.double(who, field).await.ask("mutation { signOut { signedOut } }").await
            }
            "changePassword" => {
                let input =
                    json!({ "currentPassword": PASSWORD, "newPassword": "nine days at anchor" });
                self.double(who, field).await.call(field, input, "sessionsEnded").await
            }
            "updateProfile" => {
                let name = format!("Renamed {who}");
                let input = json!({ "currentPassword": PASSWORD, "displayName": name });
                self.double(who, field).await.call(field, input, "sessionsEnded").await
            }
            "updateMailSettings" => {
                client.call(field, json!({ "digest": "NONE" }), "account { id }").await
            }
            "signOutEverywhere" => {
                let document = "mutation { signOutEverywhere { sessionsEnded } }";
                self.double(who, field).await.ask(document).await
            }
            "createPasswordReset" | "deactivateMember" | "reactivateMember" => {
                let name = format!("{field}-{who}");
                let (_, account) = fixtures.a_member("admin", &name, "READER").await;
                let input = json!({ "newsroom": newsroom, "account": account });
                if field == "reactivateMember" {
                    let input = input.clone();
                    app.as_admin().call("deactivateMember", input, "__typename").await.ok();
                }
                client.call(field, input, "__typename").await
            }
            "resetPassword" => {
                let name = format!("{field}-{who}");
                let (_, account) = fixtures.a_member("admin", &name, "READER").await;
                let input = json!({ "newsroom": newsroom, "account": account });
                let made = app.as_admin().call("createPasswordReset", input, "resetToken").await;
                let token = made.text("/createPasswordReset/resetToken");
                let input = json!({ "resetToken": token, "newPassword": "nine days at anchor" });
                client.call(field, input, "sessionsEnded").await
            }
            "renameNewsroom" => {
                let input = json!({ "newsroom": newsroom, "name": format!("The Desk of {who}") });
                client.call(field, input, "newsroom { id }").await
            }
            "updateNewsroomProfile" => {
                let contact = format!("{who}@example.org");
                let input = json!({ "newsroom": newsroom, "contact": contact });
                client.call(field, input, "newsroom { id }").await
            }
            "revokeSession" => {
                let double = self.double(who, &format!("{field}-{own}")).await;
                let owner = match who {
                    "stranger" => app.as_third(),
                    "program" => app.as_admin(),
                    _ => double.clone(),
                };
                let owner = if own { owner } else { app.as_third() };
                let session =
                    owner.ask("{ viewer { sessions { id } } }").await.text("/viewer/sessions/0/id");
                double.call(field, json!({ "session": session }), "sessionId").await
            }
            "inviteMember" => {
                client
                    .call(
                        field,
                        json!({ "newsroom": newsroom, "email": email, "role": "READER" }),
                        "acceptToken",
                    )
                    .await
            }
            "revokeInvitation" => {
                let (id, _) = fixtures.an_invitation("admin", &email, "READER").await;
                client.call(field, json!({ "invitation": id }), "invitation { id }").await
            }
            "setRole" | "removeMember" => {
                let (_, account) =
                    fixtures.a_member("admin", &format!("{field}-{who}"), "READER").await;
                let mut input = json!({ "newsroom": newsroom, "account": account });
                if field == "setRole" {
                    input["role"] = json!("EDITOR");
                }
                client.call(field, input, "__typename").await
            }
            "setPolicy" => {
                client
                    .call(
                        field,
                        json!({ "newsroom": newsroom, "blindReview": true }),
                        "newsroom { version }",
                    )
                    .await
            }
            "createApiToken" => {
                client
                    .call(
                        field,
                        json!({ "newsroom": newsroom, "name": "CI", "role": "READER" }),
                        "secret",
                    )
                    .await
            }
            "revokeApiToken" => {
                let input = json!({ "newsroom": newsroom, "name": "spent", "role": "READER" });
                let id = app
                    .as_admin()
                    .call("createApiToken", input, "apiToken { id }")
                    .await
                    .text("/createApiToken/apiToken/id");
                client.call(field, json!({ "apiToken": id }), "apiToken { id }").await
            }
            "createWebhook" => {
                let input = json!({ "newsroom": newsroom, "url": "https://hooks.example.org/" });
                client.call(field, input, "webhook { id }").await
            }
            "updateWebhook" | "deleteWebhook" | "sendWebhookEvent" => {
                let webhook = a_webhook(app).await;
                let input = match field {
                    "updateWebhook" => json!({ "webhook": webhook, "rotateSecret": true }),
                    "deleteWebhook" => json!({ "webhook": webhook }),
                    _ => json!({ "webhook": webhook, "number": 1 }),
                };
                let reply = client.call(field, input, "__typename").await;
                // A newsroom can have only few.
                let spent = json!({ "webhook": webhook });
                app.as_admin().call("deleteWebhook", spent, "webhookId").await;
                reply
            }
            "importOutsideReviews" => {
                let input = json!({ "newsroom": newsroom, "document": outside_review() });
                client.call(field, input, "added").await
            }
            "removeOutsideReview" => {
                let input = json!({ "review": an_outside_review(app).await, "reason": "A test." });
                client.call(field, input, "reviewId").await
            }
            "importArticle" => {
                client
                    .call(
                        field,
                        json!({ "newsroom": newsroom, "title": "Rain", "body": "It rained." }),
                        "article { id }",
                    )
                    .await
            }
            "reviseArticle" => {
                client
                    .call(
                        field,
                        json!({ "article": fixtures.an_article().await, "body": "It rained." }),
                        "article { id }",
                    )
                    .await
            }
            "editArticle" => {
                let input = json!({ "article": fixtures.an_article().await, "author": "Z" });
                client.call(field, input, "article { id }").await
            }
            "withdrawArticle" | "restoreArticle" => {
                let input = json!({ "article": fixtures.an_article().await, "reason": "A test." });
                if field == "restoreArticle" {
                    app.as_editor()
                        .call("withdrawArticle", input.clone(), "__typename")
                        .await
                        .ok();
                }
                client.call(field, input, "article { id }").await
            }
            "mergeSources" | "unmergeSources" => {
                let claim = fixtures.a_claim().await;
                let urls = ["one", "two"].map(|name| format!("https://{name}-{field}-{who}.example.org/"));
                let mut input = verdict_on(&claim, "TRUE");
                input["citations"] = urls.iter().map(|url| json!({ "url": url, "stance": "SUPPORTS" })).collect();
                let cited = "verdict { citations { source { id } } }";
                let cited = app.as_third().call("submitVerdict", input, cited).await.ok();
                fixtures.a_verdict("second", &claim, "TRUE").await;
                let id = |at: u8| cited.text(&format!("/submitVerdict/verdict/citations/{at}/source/id"));
                let merge = json!({ "sources": [id(0)], "into": id(1) });
                if field == "mergeSources" {
                    return client.call(field, merge, "source { id }").await;
                }
                app.as_editor().call("mergeSources", merge, "source { id }").await.ok();
                client.call(field, json!({ "sources": [id(0)] }), "sources { id }").await
            }
            "mergeClaimants" | "unmergeClaimants" => {
                let article = fixtures.an_article().await;
                let name = format!("{field} {who}");
                let claim = json!({ "article": article, "statement": "S.", "claimant": name, "ranges": [{ "exact": "12 million francs a day" }] });
                app.as_reviewer().call("markClaim", claim, "claim { id }").await.ok();
                let newsroom = app.newsroom();
                let merge = json!({ "newsroom": newsroom, "claimants": [name], "into": "Another" });
                if field == "mergeClaimants" {
                    return client.call(field, merge, "claimant { name }").await;
                }
                app.as_editor().call("mergeClaimants", merge, "claimant { name }").await.ok();
                let undo = json!({ "newsroom": newsroom, "claimants": [name] });
                client.call(field, undo, "claimants { name }").await
            }
            "restoreRevision" => {
                let article = fixtures.an_article().await;
                fixtures.a_revision_of(&article, "It rained.").await;
                let input = json!({ "article": article, "number": 1 });
                client.call(field, input, "article { id }").await
            }
            "reaffirmVerdicts" => {
                let input = json!({ "article": fixtures.an_article().await });
                client.call(field, input, "reaffirmed { id }").await
            }
            "reanchor" => client
                .call(
                    field,
                    json!({ "claim": fixtures.a_claim().await, "ranges": [{ "exact": "nine days" }] }),
                    "claim { id }",
                )
                .await,
            "reaffirmVerdict" => {
                let claim = fixtures.a_ready_claim().await;
                let verdict = fixtures.a_verdict(author, &claim, "MIXED").await;
                fixtures.a_change_under(&claim).await;
                client.call(field, json!({ "verdict": verdict }), "verdict { id }").await
            }
            "markClaim" => {
                client.call(field, claim_on(&fixtures.an_article().await), "claim { id }").await
            }
            "editClaim" | "withdrawClaim" | "restoreClaim" | "linkClaim" => {
                let input = claim_on(&fixtures.an_article().await);
                let claim = app
                    .as_(author)
                    .call("markClaim", input, "claim { id }")
                    .await
                    .text("/markClaim/claim/id");
                let mut input = json!({ "claim": claim });
                let (key, value) = match field {
                    "editClaim" => ("statement", "The strike was short.".to_owned()),
                    "withdrawClaim" | "restoreClaim" => ("reason", "A twin.".to_owned()),
                    _ => ("repeats", fixtures.a_claim().await),
                };
                input[key] = json!(value);
                if field == "restoreClaim" {
                    app.as_editor().call("withdrawClaim", input.clone(), "__typename").await.ok();
                }
                client.call(field, input, "claim { id }").await
            }
            "submitVerdict" => {
                client
                    .call(field, verdict_on(&fixtures.a_claim().await, "TRUE"), "verdict { id }")
                    .await
            }
            "withdrawVerdict" => {
                let claim = fixtures.a_ready_claim().await;
                let verdict = fixtures.a_verdict(author, &claim, "MIXED").await;
                client
                    .call(
                        field,
                        json!({ "verdict": verdict, "reason": "I misread." }),
                        "verdict { id }",
                    )
                    .await
            }
            _ => self.call_editorial(field, what, who, author).await,
        }
    }

    /// The same for the mutations that turn verdicts into a fact-check.
    async fn call_editorial(&self, field: &str, what: &str, who: &str, author: &str) -> Reply {
        let (app, fixtures, client, newsroom) =
            (self.app, self.app.fixtures(), self.client(who), self.app.newsroom());
        match field {
            "publishedRulings" => {
                fixtures.a_policy(json!({ "publicReading": !what.is_empty() })).await;
                client.ask("{ publishedRulings(slug: \"desk\") { totalCount } }").await
            }
            "replaceRatingScale" => {
                // The keys that every other call of the walk uses.
                let keys = ["TRUE", "MIXED", "FALSE"];
                client
                    .call(
                        field,
                        json!({ "newsroom": newsroom, "name": "Short", "ratings": ratings(&keys) }),
                        "ratingScale { id }",
                    )
                    .await
            }
            "assignClaim" | "unassignClaim" => {
                let input = json!({ "claim": fixtures.a_claim().await, "reviewers": [app.account("second")] });
                if field == "unassignClaim" {
                    app.as_editor().call("assignClaim", input.clone(), "claim { id }").await.ok();
                }
                client.call(field, input, "claim { id }").await
            }
            "saveVerdictDraft" => {
                client
                    .call(field, json!({ "claim": fixtures.a_claim().await }), "verdict { id }")
                    .await
            }
            "discardVerdictDraft" => {
                let draft = fixtures.a_draft(author, &fixtures.a_claim().await).await;
                client.call(field, json!({ "draft": draft }), "claim { id }").await
            }
            "addComment" => {
                let claim = match what {
                    "" => fixtures.a_ready_claim().await,
                    _ => fixtures.a_claim().await,
                };
                let input = json!({ "claim": claim, "text": "Which ledger?" });
                client.call(field, input, "comment { id }").await
            }
            "editComment" | "resolveComment" => {
                let claim = fixtures.a_ready_claim().await;
                let comment = fixtures.a_comment(author, &claim).await;
                let mut input = json!({ "comment": comment });
                if field == "editComment" {
                    input["text"] = json!("Whose ledger?");
                }
                client.call(field, input, "comment { id }").await
            }
            "publishRuling" => {
                client
                    .call(
                        field,
                        ruling_on(&fixtures.a_ready_claim().await, "FALSE"),
                        "ruling { id }",
                    )
                    .await
            }
            "correctRuling" => {
                fixtures.a_policy(json!({ "publicReading": !what.is_empty() })).await;
                let (_, ruling) = fixtures.a_published_claim().await;
                let input = json!({ "ruling": ruling, "kind": "RETRACTION", "reason": "The ledger was another port's." });
                client.call(field, input, "ruling { id }").await
            }
            unknown => panic!("add the arguments of {unknown} here"),
        }
    }
}

fn claim_on(article: &str) -> Value {
    json!({ "article": article, "statement": "The strike lasted nine days.", "ranges": [{ "exact": "nine days" }] })
}

/// A webhook of the newsroom `desk`. Returns its id.
async fn a_webhook(app: &TestApp) -> String {
    let input = json!({ "newsroom": app.newsroom(), "url": "https://hooks.example.org/" });
    let made = app.as_admin().call("createWebhook", input, "webhook { id }").await;
    made.text("/createWebhook/webhook/id")
}

/// A page of another publisher as JSON-LD.
pub fn outside_review() -> String {
    let review = json!({
        "@context": "https://schema.org", "@type": "ClaimReview", "url": "https://check.example.org/strike",
        "claimReviewed": "The strike lasted two weeks.", "author": { "@type": "Organization", "name": "Check" },
        "itemReviewed": { "@type": "Claim", "author": { "@type": "Person", "name": "A. Docker" }, "datePublished": "2024-07-30" },
        "reviewRating": { "@type": "Rating", "alternateName": "Half true" }, "datePublished": "2024-08-01", "headline": "Two weeks?",
        "inLanguage": "en",
    });
    review.to_string()
}

/// An outside review of the newsroom `desk`. Returns its id.
async fn an_outside_review(app: &TestApp) -> String {
    let input = json!({ "newsroom": app.newsroom(), "document": outside_review() });
    let made = app.as_editor().call("importOutsideReviews", input, "reviews { id }").await;
    made.text("/importOutsideReviews/reviews/0/id")
}

/// The id of an example for every row of `NODES`.
pub async fn objects(app: &TestApp) -> Vec<String> {
    let (claim, hidden) = (app.fixtures().a_ready_claim().await, app.fixtures().a_claim().await);
    let mut input = verdict_on(&hidden, "MIXED");
    input["citations"][0]["url"] = json!("https://hidden.example.org/");
    app.as_third().call("submitVerdict", input, "verdict { id }").await.ok();
    let (comment, blind) = (
        app.fixtures().a_comment("reviewer", &claim).await,
        app.fixtures().a_comment("editor", &hidden).await,
    );
    let (invitation, _) = app.fixtures().an_invitation("admin", "open@example.org", "READER").await;
    let input = json!({ "newsroom": app.newsroom(), "name": "CI", "role": "READER" });
    let token = app
        .as_admin()
        .call("createApiToken", input, "apiToken { id }")
        .await
        .text("/createApiToken/apiToken/id");
    let webhook = a_webhook(app).await;
    let review = an_outside_review(app).await;
    let (draft, (_, ruling), (_, retracted)) = (
        app.fixtures().a_draft("reviewer", &claim).await,
        app.fixtures().a_published_claim().await,
        app.fixtures().a_published_claim().await,
    );
    let input = json!({ "ruling": retracted, "kind": "RETRACTION", "reason": "The ledger was another port's." });
    app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();
    let own = app.as_reviewer().ask("{ viewer { memberships { id } sessions { id } } }").await;
    let document = "query($id: ID!) { node(id: $id) { ... on Claim {
        id anchors { id }
        article { id revision { id } spans { id } newsroom { id ratingScale { id ratings { id } } } }
        verdicts { id history { id } citations { id source { id } } }
    } } }";
    let read =
        async |claim: &str| app.as_editor().send(document, json!({ "id": claim })).await.ok();
    let (open, hidden) = (read(&claim).await, read(&hidden).await);
    let ids = NODES.map(|(kind, which, _)| {
        let reply = if which == "under blind review" { &hidden } else { &open };
        let path = match kind {
            "Account" => return app.account("reviewer"),
            "Membership" => return own.text("/viewer/memberships/0/id"),
            "Session" => return own.text("/viewer/sessions/0/id"),
            "Invitation" => return invitation.clone(),
            "ApiToken" => return token.clone(),
            "Webhook" => return webhook.clone(),
            "OutsideReview" => return review.clone(),
            "VerdictDraft" => return draft.clone(),
            "Comment" if which == "under blind review" => return blind.clone(),
            "Comment" => return comment.clone(),
            "Ruling" if which == "retracted" => return retracted.clone(),
            "Ruling" => return ruling.clone(),
            "Newsroom" => "article/newsroom/id",
            "Article" => "article/id",
            "Revision" => "article/revision/id",
            "Span" => "article/spans/1/id",
            "Claim" => "id",
            "Anchor" => "anchors/0/id",
            "RatingScale" => "article/newsroom/ratingScale/id",
            "Rating" => "article/newsroom/ratingScale/ratings/0/id",
            "Verdict" => "verdicts/0/id",
            "VerdictSubmission" => "verdicts/0/history/0/id",
            "Citation" => "verdicts/0/citations/0/id",
            "Source" => "verdicts/0/citations/0/source/id",
            unknown => panic!("add an example of {unknown} here"),
        };
        reply.text(&format!("/node/{path}"))
    });
    ids.to_vec()
}

/// Every string in a value.
pub fn strings<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::String(text) => drop(found.insert(text)),
        Value::Array(list) => list.iter().for_each(|item| strings(item, found)),
        Value::Object(map) => map.values().for_each(|item| strings(item, found)),
        _ => {}
    }
}

db_tests! {
    async fn every_root_field_answers_everybody_as_the_table_says(app: TestApp) {
        let types = Types::of(&app).await;
        let fields: BTreeSet<_> = types.names("Query").union(&types.names("Mutation")).copied().collect();
        let rows: BTreeSet<_> = ROOTS.iter().map(|(field, ..)| *field).collect();
        assert_eq!(rows, fields, "every root field has a row");

        let walk = Walk::new(&app).await;
        let mut wrong = String::new();
        for (field, what, expected) in ROOTS {
            for (who, expected) in CALLERS.into_iter().zip(expected) {
                let reply = walk.call(field, what, who).await;
                if reply.code() != expected {
                    let _ = writeln!(wrong, "{field} {what}, {who}: {} instead of {expected}: {}", reply.code(), reply.body);
                }
                if expected != OK {
                    let data = &reply.body["data"];
                    assert!(data.is_null() || data[field].is_null() || data[field] == json!([null]), "{field}, {who}: {}", reply.body);
                }
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    }

    async fn every_kind_of_object_is_seen_by_whom_the_table_says(app: TestApp) {
        let types = Types::of(&app).await;
        let kinds: BTreeSet<_> = types.0["Node"]["possibleTypes"].as_array().expect("a list").iter().filter_map(|kind| kind["name"].as_str()).collect();
        assert_eq!(NODES.iter().map(|(kind, ..)| *kind).collect::<BTreeSet<_>>(), kinds, "every kind of object has a row");

        let walk = Walk::new(&app).await;
        let mut wrong = String::new();
        for ((kind, which, expected), id) in NODES.into_iter().zip(objects(&app).await) {
            let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {} }} }} }}", types.selection(kind, 1));
            for (who, expected) in CALLERS.into_iter().zip(expected) {
                let reply = walk.client(who).send(&document, json!({ "id": id })).await;
                let errors: Vec<_> = reply.body["errors"].as_array().cloned().unwrap_or_default();
                let got = errors.iter().find(|error| error["path"] == json!(["node"])).map_or(OK, |error| error["extensions"]["code"].as_str().unwrap_or("no code"));
                if got != expected {
                    let _ = writeln!(wrong, "{kind} {which}, {who}: {got} instead of {expected}: {}", reply.body);
                    continue;
                }
                if expected != OK {
                    assert!(reply.body["data"]["node"].is_null() && errors.len() == 1, "{kind}, {who}: {}", reply.body);
                    continue;
                }
                assert_eq!(reply.body["data"]["node"]["id"], id, "{kind}, {who}: {}", reply.body);
                // Every field of it can be read, except those with further restrictions.
                let refused: BTreeSet<_> = errors.iter().filter_map(|error| error["path"].as_array()?.last()?.as_str()).collect();
                let (least, most) = match who {
                    "admin" | "program" => (0, 0),
                    "editor" if kind == "Newsroom" => (6, 6),
                    _ if kind == "Newsroom" => (8, 8),
                    "editor" if kind == "Article" => (0, 7),
                    _ if kind == "Article" => (1, 9),
                    _ => (0, 9),
                };
                let only = refused.iter().all(|field| NOT_FOR_ALL.contains(field)) && errors.iter().all(|error| error["extensions"]["code"] == F);
                if !only || refused.len() < least || refused.len() > most {
                    let _ = writeln!(wrong, "{kind} {which}, {who}: refused {refused:?}: {errors:?}");
                }
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    }

    async fn from_their_own_newsroom_nobody_reaches_another(app: TestApp) {
        // Together, all fields cost more than a usual request may.
        let app = app.beside(Settings { most_cost: u64::MAX, ..Settings::default() }).await;
        let ids = objects(&app).await;
        let types = Types::of(&app).await;
        let walk = async |client: Client, slug: &str| {
            let mut replies = Vec::new();
            for document in [
                format!("{{ viewer {{ {} }} }}", types.selection("Account", 3)),
                format!("{{ newsroom(slug: \"{slug}\") {{ {} }} }}", types.selection("Newsroom", 2)),
            ] {
                replies.push(client.ask(&document).await.ok().body);
            }
            Value::Array(replies)
        };
        let (theirs, ours) = (walk(app.as_rival(), "rival").await, walk(app.as_admin(), "desk").await);
        let (mut there, mut here) = (BTreeSet::new(), BTreeSet::new());
        strings(&theirs, &mut there);
        strings(&ours, &mut here);
        // The check can fail: a member's walk finds these objects.
        assert!(ids.iter().filter(|id| here.contains(id.as_str())).count() >= 8, "{here:?}");
        let leaked: Vec<_> = ids.iter().filter(|id| there.contains(id.as_str())).collect();
        assert!(leaked.is_empty(), "{leaked:?}");
        let shared: Vec<_> = there.intersection(&here).filter(|text| text.contains('_') && text.len() > 32).collect();
        assert!(shared.is_empty(), "ids of both newsrooms: {shared:?}");
    }

    async fn many_objects_are_answered_each_for_itself(app: TestApp) {
        let (claim, (invitation, _)) = (app.fixtures().a_claim().await, app.fixtures().an_invitation("admin", "open@example.org", "READER").await);
        let unknown = format!("claim_{}", "0".repeat(32));
        let ids = json!([claim, app.seed.rival_newsroom.to_string(), app.newsroom(), invitation, "claim_1", unknown, app.account("rival"), claim]);
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
        let reply = app.as_reader().send(document, json!({ "ids": ids })).await;
        let seen = |kind: &str, id: &str| json!({ "__typename": kind, "id": id });
        let newsroom = seen("Newsroom", &app.newsroom());
        assert_eq!(reply.body["data"]["nodes"], json!([seen("Claim", &claim), null, newsroom, null, null, null, null, seen("Claim", &claim)]));
        let errors = reply.body["errors"].as_array().expect("errors").iter();
        let found: BTreeMap<_, _> = errors.map(|error| (error["path"].to_string(), error["extensions"]["code"].as_str().unwrap_or_default())).collect();
        let expected = [(1, N), (3, F), (4, "BAD_USER_INPUT"), (5, N), (6, N)];
        assert_eq!(found, expected.map(|(place, code)| (format!("[\"nodes\",{place}]"), code)).into());
        let garbled = reply.body["errors"].as_array().into_iter().flatten().find(|error| error["path"] == json!(["nodes", 4]));
        assert_eq!(garbled.map(|error| &error["extensions"]["field"]), Some(&json!("ids[4]")));

        let hidden = app.as_rival().send(document, json!({ "ids": [claim, unknown] })).await;
        let messages: Vec<_> = hidden.body["errors"].as_array().expect("errors").iter().map(|error| &error["message"]).collect();
        assert_eq!(messages[0], messages[1], "another newsroom's object looks like a missing one");
        assert_eq!(app.as_stranger().send(document, json!({ "ids": [claim] })).await.code(), U);
        assert_eq!(*app.as_reader().send(document, json!({ "ids": [] })).await.data("/nodes"), json!([]));
        app.as_reader().send(document, json!({ "ids": vec![&claim; 100] })).await.ok();
        app.as_reader().send(document, json!({ "ids": vec![&claim; 101] })).await.refused("ids", "TOO_LARGE");
    }
}
