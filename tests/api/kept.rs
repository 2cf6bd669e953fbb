//! Kept responses: no answer differs by a byte from one that was computed anew.

use serde_json::{Value, json};

use claimspan::server::Settings;

use crate::app::{Client, PASSWORD, TestApp};
use crate::fixtures::verdict_on;

const READERS: [&str; 6] = ["reader", "reviewer", "second", "third", "editor", "admin"];

const ARTICLE: &str = "query Read($id: ID!) { article(id: $id) { id title version withdrawnReason \
    spans { text claims { id } } revisions { nodes { number note } } \
    summary { verdictCount hiddenVerdictCount verdictCounts { count rating { key } } } \
    claims(first: 20) { totalCount nodes { ...Words } } } } \
    fragment Words on Claim { id statement claimant state stale version tags wordingVersion \
    anchors { exact status } assignments { note reviewer { displayName } } repeats { id } \
    verdicts { id state stale rating { key label } rationale reviewer { displayName } \
    citations { stance quote source { id url } } } \
    ruling { id state version summary rating { key } corrections { reason } verdicts { rationale } } \
    summary { verdictCount hiddenVerdictCount disputed } \
    comments(first: 5) { nodes { text author { displayName } resolvedAt } } }";

const NEWSROOM: &str = "query Desk($slug: String!) { newsroom(slug: $slug) { name version \
    policy { blindReview verdictsRequired } ratingScale { name ratings { key } } \
    summary { claimCount verdictCount hiddenVerdictCount disputedClaimCount agreement { alphaNominal unitCount } } \
    claims(first: 50, filter: { disputed: true }) { totalCount nodes { id } } \
    sources(first: 10) { totalCount nodes { url citationCount } } \
    articles(first: 10) { nodes { id title } } rulings(first: 10) { nodes { id state } } } }";

/// A generator of numbers that are the same in each run.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }

    pub fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

async fn text(client: &Client, document: &str, variables: &Value) -> String {
    let body = json!({ "query": document, "variables": variables }).to_string();
    let answer = client.request().body(body).send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    // An error names its request.
    let ids = text.find("\"requestId\"").unwrap_or(text.len());
    format!("{status} {}", &text[..ids])
}

impl TestApp {
    /// How often a kept response was sent.
    async fn hits(&self) -> u64 {
        let url = format!("{}/metrics", self.address());
        let text = self.http().get(url).send().await.expect("metrics").text().await.expect("text");
        let line = "claimspan_cache_requests_total{outcome=\"hit\"} ";
        text.lines().find_map(|found| found.strip_prefix(line)?.parse().ok()).unwrap_or(0)
    }

    /// Does something to the claims. It may be refused, if the history so far does not allow it.
    pub async fn change(
        &self,
        numbers: &mut Numbers,
        article: &str,
        claims: &[String],
        step: usize,
    ) {
        let claim = &claims[numbers.below(claims.len())];
        let who = numbers.of(&["reviewer", "second", "third"]);
        let rating = numbers.of(&["TRUE", "FALSE", "MIXED"]);
        let (call, by, input) = match numbers.below(14) {
            0..=3 => ("submitVerdict", who, verdict_on(claim, rating)),
            4 => {
                let input = json!({ "newsroom": self.newsroom(), "blindReview": step.is_multiple_of(2), "verdictsRequired": 1 + numbers.below(3) });
                ("setPolicy", "admin", input)
            }
            5 => {
                let input = json!({ "claim": claim, "claimant": format!("Claimant {step}"), "tags": ["port", format!("t{step}")] });
                ("editClaim", "editor", input)
            }
            6 => {
                let input =
                    json!({ "claim": claim, "rating": rating, "summary": format!("Step {step}.") });
                ("publishRuling", "editor", input)
            }
            7 => ("addComment", who, json!({ "claim": claim, "text": format!("Step {step}?") })),
            8 => {
                let input = json!({ "claim": claim, "reviewer": self.account(who), "note": format!("Step {step}") });
                ("assignClaim", "editor", input)
            }
            9 => {
                let body = format!(
                    "Ships wait. The port loses 12 million francs a day. A loss of 3 million is step {step}."
                );
                ("reviseArticle", "editor", json!({ "article": article, "body": body }))
            }
            10 => {
                let role = numbers.of(&["READER", "REVIEWER", "EDITOR"]);
                let input = json!({ "newsroom": self.newsroom(), "account": self.account("third"), "role": role });
                ("setRole", "admin", input)
            }
            11 => {
                let input =
                    json!({ "currentPassword": PASSWORD, "displayName": format!("{who} {step}") });
                ("updateProfile", who, input)
            }
            12 => {
                let input = json!({ "claim": claims[0], "repeats": if step.is_multiple_of(2) { json!(claims[1]) } else { Value::Null } });
                ("linkClaim", "editor", input)
            }
            _ => {
                let input = json!({ "newsroom": self.newsroom(), "title": format!("Article {step}"), "body": "Another text." });
                ("importArticle", "editor", input)
            }
        };
        self.as_(by).call(call, input, "__typename").await;
    }
}

db_tests! {
    async fn a_kept_response_is_the_one_that_would_be_computed(app: TestApp) {
        let article = app.fixtures().an_article_of("Port", "Ships wait. The port loses 12 million francs a day. A loss of 3 million is step 0.").await;
        let mut claims = Vec::new();
        for exact in ["12 million francs a day", "3 million"] {
            claims.push(app.fixtures().a_claim_on(&article, &format!("It is {exact}."), exact).await);
        }
        let other = app.beside(Settings::default()).await;
        let anew = app.beside(Settings { kept_bytes: 0, ..Settings::default() }).await;
        let asked = [(ARTICLE, json!({ "id": article })), (NEWSROOM, json!({ "slug": "desk" }))];
        let mut numbers = Numbers(11);
        for step in 0..24 {
            // Some reads come between two writes of the same step.
            for server in [&app, &other] {
                server.change(&mut numbers, &article, &claims, step).await;
                let reader = app.as_(numbers.of(&READERS)).at(&other);
                let (document, variables) = &asked[step % 2];
                text(&reader, document, variables).await;
            }
            for name in READERS {
                let client = app.as_(name);
                for (document, variables) in &asked {
                    let right = text(&client.at(&anew), document, variables).await;
                    for server in [&app, &other, &app] {
                        let got = text(&client.at(server), document, variables).await;
                        assert_eq!(got, right, "step {step}, {name}");
                    }
                }
            }
        }
        let rival = app.as_rival();
        for server in [&app, &other, &anew] {
            let refused = rival.at(server).send(ARTICLE, json!({ "id": article })).await;
            assert_eq!(refused.code(), "NOT_FOUND");
        }
        let (hits, none) = (app.hits().await, anew.hits().await);
        // Each reader asks twice in each step, and two documents.
        assert!(hits >= 24 * 6 * 2 * 9 / 10, "{hits} hits");
        assert_eq!(none, 0);
    }

    async fn a_kept_response_ends_with_the_rights_of_its_reader(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let (member, id) = app.fixtures().a_member("admin", "guest", "REVIEWER").await;
        let ask = async || member.send(ARTICLE, json!({ "id": article })).await;
        let before = app.hits().await;
        ask().await.ok();
        ask().await.ok();
        assert_eq!(app.hits().await, before + 1);
        let input = json!({ "newsroom": app.newsroom(), "account": id });
        app.as_admin().call("removeMember", input, "newsroom { id }").await.ok();
        assert_eq!(ask().await.code(), "NOT_FOUND");
        member.send("mutation { signOut { signedOut } }", json!({})).await.ok();
        assert_eq!(ask().await.code(), "UNAUTHENTICATED");
    }

    async fn what_does_not_follow_from_the_log_is_not_kept(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let draft = "query($id: ID!) { claim(id: $id) { myDraft { rationale } } }";
        let drafted = "query($slug: String!) { newsroom(slug: $slug) { claims(filter: { draftedByMe: true }) { nodes { id } } } }";
        let reviewer = app.as_reviewer();
        let before = app.hits().await;
        for document in [draft, drafted] {
            let variables = json!({ "id": claim, "slug": "desk" });
            let without = reviewer.send(document, variables.clone()).await.body;
            let saved = "verdict { id }";
            let input = json!({ "claim": claim, "rating": "MIXED" });
            let draft = reviewer.call("saveVerdictDraft", input, saved).await.ok().text("/saveVerdictDraft/verdict/id");
            assert_ne!(reviewer.send(document, variables).await.body, without);
            reviewer.call("discardVerdictDraft", json!({ "draft": draft }), "claim { id }").await.ok();
        }
        for document in ["{ viewer { id } }", "{ newsrooms { id } }"] {
            for _ in 0..2 {
                reviewer.ask(document).await.ok();
                app.as_stranger().ask("{ __typename }").await.ok();
            }
        }
        assert_eq!(app.hits().await, before);
    }

    async fn a_kept_response_draws_on_the_budget_and_is_sent_as_the_client_asks(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let reader = app.as_reader();
        let body = json!({ "query": ARTICLE, "variables": { "id": article } }).to_string();
        for accept in ["application/json", "application/graphql-response+json", "application/json"] {
            for _ in 0..2 {
                let answer = reader.request().header("Accept", accept).body(body.clone()).send().await.expect("an answer");
                let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
                assert!(kind.starts_with(accept), "{kind}");
                assert!(answer.headers().contains_key("x-request-id"));
            }
        }
        // A page of another origin may not send this, whatever is kept.
        let refused = app.http().post(format!("{}/graphql", app.address())).bearer_auth(app.token("reader"));
        let refused = refused.header("Content-Type", "text/plain").body(body.clone());
        assert_eq!(refused.send().await.expect("an answer").status(), 415);
        let costly = reader.request().header("X-Claimspan-Cost", "1").body(body).send().await.expect("an answer");
        assert!(costly.text().await.expect("text").contains("\"cost\":"));
    }
}
