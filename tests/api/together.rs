//! Many writers at once: the data stays consistent, whatever they do and wherever clients
//! disconnect.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use claimspan::domain::article::revision;
use claimspan::domain::article::{self, anchor};
use claimspan::domain::event::{self, Kind};
use claimspan::domain::ids::RevisionId;
use claimspan::domain::text::alignment::Status;
use claimspan::domain::verdict::source::{self, citation};
use claimspan::domain::verdict::{self, submission};
use claimspan::domain::{claim, index, newsroom, ruling};
use futures_util::future::{join, join_all};
use sea_orm::{EntityTrait, IsolationLevel, TransactionTrait};
use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::events::{assert_whole, logs};
use crate::fixtures::verdict_on;
use crate::verdicts::with;

/// Pseudo-random numbers. They are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(all.len() as u64)).expect("small")]
    }
}

/// Asserts the invariants on one snapshot of the database, while writes are running.
#[allow(clippy::too_many_lines, reason = "one table of checks")]
pub async fn assert_sound(app: &TestApp) {
    let level = (!app.db.is_sqlite()).then_some(IsolationLevel::RepeatableRead);
    let moment = app.db.connection().begin_with_config(level, None).await.expect("a transaction");
    let articles = article::Entity::find().all(&moment).await.expect("articles");
    let claims = claim::Entity::find().all(&moment).await.expect("claims");
    let verdicts = verdict::Entity::find().all(&moment).await.expect("verdicts");
    let submissions = submission::Entity::find().all(&moment).await.expect("submissions");
    let citations = citation::Entity::find().all(&moment).await.expect("citations");
    let sources = source::Entity::find().all(&moment).await.expect("sources");
    let anchors = anchor::Entity::find().all(&moment).await.expect("anchors");
    let revisions = revision::Entity::find().all(&moment).await.expect("revisions");
    let texts = revision::texts_of(
        &moment,
        &revisions.iter().map(|revision| revision.id).collect::<Vec<_>>(),
    )
    .await
    .expect("texts");
    let findable = index::document::Entity::find().all(&moment).await.expect("documents");
    let rooms = newsroom::Entity::find().all(&moment).await.expect("newsrooms");
    let rulings = ruling::Entity::find().all(&moment).await.expect("rulings");
    let logs = logs(&moment).await;
    moment.rollback().await.expect("nothing was written");

    for events in logs.values() {
        assert_whole(events);
    }
    let events: Vec<_> = logs.values().flatten().collect();
    for claim in &claims {
        let in_force = verdicts
            .iter()
            .filter(|verdict| {
                verdict.claim_id == claim.id && verdict.state == verdict::State::Submitted
            })
            .count();
        assert_eq!(usize::try_from(claim.verdict_count), Ok(in_force), "{}", claim.id);
        let required = rooms
            .iter()
            .find(|room| room.id == claim.newsroom_id)
            .expect("its newsroom")
            .verdicts_required;
        let state = match claim.verdict_count {
            _ if claim.withdrawn_at.is_some() => claim::State::Withdrawn,
            _ if rulings.iter().any(|ruling| {
                ruling.claim_id == claim.id && ruling.state == ruling::State::Published
            }) =>
            {
                claim::State::Published
            }
            0 => claim::State::Open,
            some if some < required => claim::State::InReview,
            _ => claim::State::Ready,
        };
        assert_eq!(claim.state, state, "{} has {in_force} of {required}", claim.id);
    }
    // A policy change updates many claims with one event. Otherwise, each version has one event.
    if !events.iter().any(|event| event.kind == Kind::PolicySet) {
        for article in &articles {
            let changes =
                events.iter().filter(|event| event.article_id == Some(article.id)).count();
            assert_eq!(usize::try_from(article.version), Ok(changes), "{}", article.id);
        }
        for claim in &claims {
            // A revision has one event for all claims whose words it changed. The event names them.
            let names = |event: &&&event::Model| {
                event.kind == Kind::ArticleRevised && event.detail.contains(&claim.id.to_string())
            };
            let changes = events.iter().filter(|event| event.claim_id == Some(claim.id)).count()
                + events.iter().filter(names).count();
            assert_eq!(usize::try_from(claim.version), Ok(changes), "{}", claim.id);
        }
    }
    // Everything readable can be found: articles by their newest text, and claims except withdrawn
    // ones.
    let newest = articles.iter().map(|article| {
        let own = revisions.iter().filter(|revision| revision.article_id == article.id);
        (article.id.0, own.max_by_key(|revision| revision.number).map(|revision| revision.id))
    });
    let open =
        claims.iter().filter(|claim| claim.withdrawn_at.is_none()).map(|claim| (claim.id.0, None));
    let expected: BTreeMap<_, _> = newest.chain(open).collect();
    assert_eq!(
        findable
            .into_iter()
            .map(|document| (document.id, document.revision_id))
            .collect::<BTreeMap<_, _>>(),
        expected
    );
    let judged: BTreeSet<_> =
        verdicts.iter().map(|verdict| (verdict.claim_id, verdict.reviewer_id)).collect();
    assert_eq!(judged.len(), verdicts.len(), "one verdict per reviewer and claim");
    let mut numbers: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for submission in &submissions {
        numbers.entry(submission.verdict_id).or_default().push((submission.number, submission.id));
        let cited =
            citations.iter().filter(|citation| citation.submission_id == submission.id).count();
        assert_eq!(usize::try_from(submission.citation_count), Ok(cited));
    }
    assert_eq!(numbers.len(), verdicts.len());
    for verdict in &verdicts {
        let numbers = numbers.get_mut(&verdict.id).expect("its submissions");
        numbers.sort_unstable();
        assert!(
            numbers.iter().zip(1..).all(|((number, _), place)| *number == place),
            "{numbers:?}"
        );
        assert_eq!(
            numbers.last().map(|(_, id)| *id),
            Some(verdict.submission_id),
            "the last submission is current"
        );
        let changes = events.iter().filter(|event| event.verdict_id == Some(verdict.id)).count();
        assert_eq!(usize::try_from(verdict.version), Ok(changes), "{}", verdict.id);
    }
    assert_anchored(&articles, &claims, &verdicts, &anchors, &revisions, &texts);
    let urls: BTreeSet<_> =
        sources.iter().map(|source| (source.newsroom_id, &source.url)).collect();
    assert_eq!(urls.len(), sources.len(), "one source per address");
}

/// Asserts that every claim is anchored where it says, on the words that were read, or is stale.
fn assert_anchored(
    articles: &[article::Model],
    claims: &[claim::Model],
    verdicts: &[verdict::Model],
    anchors: &[anchor::Model],
    revisions: &[revision::Model],
    texts: &HashMap<RevisionId, Arc<str>>,
) {
    for article in articles {
        let numbers: BTreeSet<_> = revisions
            .iter()
            .filter(|revision| revision.article_id == article.id)
            .map(|revision| revision.number)
            .collect();
        assert!(numbers.iter().zip(1..).all(|(number, place)| *number == place), "{numbers:?}");
    }
    for anchor in anchors {
        let there = &texts[&anchor.revision_id][anchor.extent().utf8()];
        match anchor.status {
            Status::Exact | Status::Moved | Status::Reworded => assert_eq!(there, anchor.exact),
            Status::Changed => assert!(!there.is_empty()),
            Status::Orphaned => assert_eq!(there, ""),
        }
    }
    for claim in claims {
        let newest = revisions
            .iter()
            .filter(|revision| revision.article_id == claim.article_id)
            .max_by_key(|revision| revision.number)
            .expect("one");
        assert!(
            claim.withdrawn_at.is_some() || claim.revision_id == newest.id,
            "{} stands in the newest text",
            claim.id
        );
        let own: Vec<_> = anchors
            .iter()
            .filter(|anchor| anchor.claim_id == claim.id && anchor.revision_id == claim.revision_id)
            .collect();
        let last = own.iter().map(|anchor| anchor.wording).max().expect("it is anchored");
        let anchor_status =
            own.iter().filter(|anchor| anchor.wording == last).map(|anchor| anchor.status).max();
        assert_eq!(anchor_status, Some(claim.anchor_status), "{}", claim.id);
        let in_force: Vec<_> = verdicts
            .iter()
            .filter(|verdict| {
                verdict.claim_id == claim.id && verdict.state == verdict::State::Submitted
            })
            .collect();
        assert!(in_force.iter().all(|verdict| verdict.read_wording <= claim.wording));
        let outdated = in_force.iter().any(|verdict| verdict.read_wording < claim.wording);
        let stale = outdated
            || claim.anchor_status == Status::Orphaned
            || in_force.is_empty() && claim.anchor_status.is_stale();
        assert_eq!(
            claim.stale,
            stale,
            "{}: {:?} {outdated} {}",
            claim.id,
            claim.anchor_status,
            in_force.len()
        );
    }
}

/// Two articles with three claims each.
async fn articles_and_claims(app: &TestApp) -> (Vec<String>, Vec<String>) {
    let (mut articles, mut claims) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let article = app.fixtures().an_article().await;
        for words in ["nine days", "12 million", "Wages rise"] {
            claims.push(app.fixtures().a_claim_on(&article, words, words).await);
        }
        articles.push(article);
    }
    (articles, claims)
}

/// A verdict that cites pages which other verdicts cite for the first time, too.
fn judgement(dice: &mut Dice, claim: &str) -> Value {
    let rating = *dice.one_of(&["TRUE", "FALSE", "MIXED"]);
    let pages: Vec<_> = (0..=dice.below(4))
        .map(|_| json!({ "url": format!("https://page-{}.example.org/", dice.below(25)), "stance": "CONTEXT" }))
        .collect();
    with(verdict_on(claim, rating), &json!({ "citations": pages }))
}

/// Withdraws this reviewer's current verdict on a claim, if there is one.
pub async fn take_back(client: &Client, claim: &str, account: &str) -> Option<crate::app::Reply> {
    let mine =
        client.send("query($id: ID!) { node(id: $id) { ... on Claim { verdicts { id reviewer { id } } } } }", json!({ "id": claim })).await;
    let verdict = mine
        .data("/node/verdicts")
        .as_array()
        .expect("a list")
        .iter()
        .find(|row| row["reviewer"]["id"] == account)?["id"]
        .clone();
    Some(
        client
            .call(
                "withdrawVerdict",
                json!({ "verdict": verdict, "reason": "Again." }),
                "verdict { id }",
            )
            .await,
    )
}

/// Submits and withdraws verdicts. If one client of a reviewer has withdrawn a verdict, the other
/// cannot withdraw it again.
async fn review(app: &TestApp, claims: &[String], name: &str, seed: u64) {
    let (client, mut dice, account) = (app.as_(name), Dice(seed), app.account(name));
    for _ in 0..40 {
        let claim = dice.one_of(claims).clone();
        if dice.below(4) == 0 {
            let reply = take_back(&client, &claim, &account).await;
            assert!(
                reply.as_ref().is_none_or(
                    |reply| reply.code() == "OK" || reply.reason() == "VERDICT_WITHDRAWN"
                ),
                "{reply:?}"
            );
        } else {
            client.call("submitVerdict", judgement(&mut dice, &claim), "verdict { id }").await.ok();
        }
    }
}

db_tests! {
    async fn writers_at_once_leave_whole_data(app: TestApp) {
        let (articles, claims) = articles_and_claims(&app).await;
        let editor = async || {
            let (client, mut dice) = (app.as_editor(), Dice(5));
            for number in 0..40 {
                let input = json!({ "claim": dice.one_of(&claims), "tags": [format!("tag {number}"), "port"] });
                client.call("editClaim", input, "claim { tags }").await.ok();
            }
        };
        let marker = async || {
            let (client, mut dice) = (app.as_third(), Dice(6));
            for number in 0..30 {
                let input = json!({ "article": dice.one_of(&articles), "statement": format!("Claim {number}."), "ranges": [{ "exact": "12 million" }] });
                let claim = client.call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id");
                if dice.below(3) == 0 {
                    client.call("withdrawClaim", json!({ "claim": claim, "reason": "Twice." }), "claim { id }").await.ok();
                }
            }
        };
        let onlooker = async || {
            for _ in 0..5 {
                assert_sound(&app).await;
                tokio::task::yield_now().await;
            }
        };
        // Two reviewers with two clients each, so the same verdict is submitted twice at once, too.
        let desks = [("reviewer", 1), ("reviewer", 2), ("second", 3), ("second", 4), ("admin", 7)];
        let reviewers = join_all(desks.map(|(name, seed)| review(&app, &claims, name, seed)));
        join(join(reviewers, editor()), join(marker(), onlooker())).await;
        assert_sound(&app).await;
        let reply = app.as_editor().ask(r#"{ newsroom(slug: "desk") { claims { totalCount } withdrawn: claims(filter: { states: [WITHDRAWN] }) { totalCount } sources { totalCount } } }"#).await;
        let withdrawn = reply.number("/newsroom/withdrawn/totalCount");
        assert_eq!(reply.number("/newsroom/claims/totalCount") + withdrawn, 36);
        assert!(reply.number("/newsroom/sources/totalCount") > 5);
    }

    async fn two_first_verdicts_of_one_reviewer_at_once_are_one_verdict_submitted_twice(app: TestApp) {
        let article = app.fixtures().an_article().await;
        for number in 0..10 {
            let claim = app.fixtures().a_claim_on(&article, &format!("Claim {number}."), "12 million").await;
            let judge = async |rating: &str| {
                let page = json!({ "citations": [{ "url": format!("https://{number}.example.org/"), "stance": "REFUTES" }] });
                let input = with(verdict_on(&claim, rating), &page);
                let reply = app.as_reviewer().call("submitVerdict", input, "verdict { id number } claim { state }").await.ok();
                assert_eq!(reply.text("/submitVerdict/claim/state"), "IN_REVIEW");
                (reply.text("/submitVerdict/verdict/id"), reply.number("/submitVerdict/verdict/number"))
            };
            let (one, two) = join(judge("TRUE"), judge("FALSE")).await;
            assert_eq!(one.0, two.0);
            assert_eq!(BTreeSet::from([one.1, two.1]), BTreeSet::from([1, 2]));
        }
        assert_sound(&app).await;
        assert_eq!(app.as_editor().ask(r#"{ newsroom(slug: "desk") { sources { totalCount } } }"#).await.number("/newsroom/sources/totalCount"), 10);
    }

    async fn sources_cited_first_by_several_at_once_are_one_each(app: TestApp) {
        let (_, claims) = articles_and_claims(&app).await;
        for round in 0..8 {
            let cite = async |(place, claim): (usize, &String)| {
                // Each in a different order. Taking the locks one by one could deadlock.
                let mut pages: Vec<_> = (0..8).map(|page| json!({ "url": format!("https://{round}-{page}.example.org/"), "stance": "CONTEXT" })).collect();
                pages.rotate_left(place);
                let input = with(verdict_on(claim, "TRUE"), &json!({ "citations": pages }));
                app.as_(["reviewer", "second"][place % 2]).call("submitVerdict", input, "verdict { id }").await.ok();
            };
            join_all(claims.iter().enumerate().map(cite)).await;
        }
        assert_sound(&app).await;
        assert_eq!(app.as_editor().ask(r#"{ newsroom(slug: "desk") { sources { totalCount } } }"#).await.number("/newsroom/sources/totalCount"), 64);
    }

    async fn a_change_of_policy_at_the_same_time_leaves_each_claim_the_state_that_it_says(app: TestApp) {
        for round in 0..12 {
            // Articles without verdicts, and one with some.
            let mut claims = Vec::new();
            for _ in 0..3 {
                claims.push(app.fixtures().a_claim().await);
            }
            app.fixtures().a_verdict("second", &claims[0], "TRUE").await;
            let judge = async |claim: &String| drop(app.fixtures().a_verdict("reviewer", claim, "TRUE").await);
            let set = async || {
                let input = json!({ "newsroom": app.newsroom(), "verdictsRequired": 1 + round % 2 });
                app.as_admin().call("setPolicy", input, "newsroom { id }").await.ok();
            };
            join(join_all(claims.iter().map(judge)), set()).await;
            assert_sound(&app).await;
        }
    }

    async fn clients_that_hang_up_midway_leave_whole_data_and_a_server_that_answers(app: TestApp) {
        let (articles, claims) = articles_and_claims(&app).await;
        let hasty = async |name: &'static str, seed: u64| {
            let (client, mut dice, mut answered) = (app.as_(name), Dice(seed), 0);
            for number in 0..40 {
                let claim = dice.one_of(&claims).clone();
                let patience = Duration::from_micros(dice.below(30_000));
                let work = async {
                    match number % 4 {
                        0 => drop(client.send("query($id: ID!) { article(id: $id) { summary { verdictCount } claims { nodes { verdicts { citations { url } } } } } }", json!({ "id": articles[0] })).await),
                        1 if name == "reviewer" => drop(client.call("markClaim", json!({ "article": articles[1], "statement": "S", "ranges": [{ "exact": "12 million" }] }), "claim { id }").await),
                        _ => drop(client.call("submitVerdict", judgement(&mut dice, &claim), "verdict { id }").await),
                    }
                };
                answered += i32::from(tokio::time::timeout(patience, work).await.is_ok());
            }
            answered
        };
        let all = [("reviewer", 11), ("second", 12), ("third", 13), ("editor", 14), ("reviewer", 15), ("admin", 16)];
        let answered: i32 = join_all(all.map(|(name, seed)| hasty(name, seed))).await.iter().sum();
        assert!(answered < 240, "some hung up");
        assert_sound(&app).await;
        // More than the number of connections at once. A connection left in a transaction would
        // keep its locks, or be missing.
        let judge = async |name: &'static str, claim: &String| drop(app.fixtures().a_verdict(name, claim, "FALSE").await);
        join_all(["reviewer", "second", "third", "editor"].into_iter().flat_map(|name| claims.iter().map(move |claim| (name, claim))).map(|(name, claim)| judge(name, claim))).await;
        assert_sound(&app).await;
        let reply = app.as_reader().ask(r#"{ newsroom(slug: "desk") { claims(first: 100, order: OLDEST_FIRST) { nodes { summary { verdictCount } } } } }"#).await;
        for node in &reply.data("/newsroom/claims/nodes").as_array().expect("claims")[..6] {
            assert!(node["summary"]["verdictCount"].as_i64() >= Some(4), "{node}");
        }
    }

    async fn revisions_land_between_everything_else(app: TestApp) {
        let (articles, claims) = articles_and_claims(&app).await;
        let editor = async |seed: u64| {
            let (client, mut dice) = (app.as_editor(), Dice(seed));
            let mut refused = 0;
            for number in 0..25 {
                // Reorders the sentences, changes some and removes one, from two clients at the
                // same time.
                let mut sentences: Vec<String> = crate::fixtures::BODY.split_inclusive('.').map(str::to_owned).collect();
                let last = sentences.len() as u64;
                for _ in 0..dice.below(3) {
                    let from = usize::try_from(dice.below(last)).expect("small");
                    let sentence = sentences.remove(from);
                    sentences.insert(usize::try_from(dice.below(last)).expect("small"), sentence);
                }
                for _ in 0..dice.below(3) {
                    let place = usize::try_from(dice.below(last)).expect("small");
                    let said = std::mem::take(&mut sentences[place]);
                    if dice.below(2) == 0 {
                        sentences[place] = format!(" It is not so that {}", said.trim_start());
                    }
                }
                let input = json!({ "article": dice.one_of(&articles), "body": format!("{}\nTold for the time {number} of {seed}.", sentences.concat()) });
                let reply = match dice.below(4) {
                    // Puts back what the editor has read, or builds on it.
                    0 => {
                        let input = json!({ "article": dice.one_of(&articles), "number": 1 + dice.below(3) });
                        let reply = client.call("restoreRevision", input, "anchors { status }").await;
                        let known = matches!(reply.code(), "OK" | "NOT_FOUND" | "CONFLICT") || reply.reason() == "UNCHANGED";
                        assert!(known, "{}", reply.body);
                        continue;
                    }
                    1 => {
                        let read = client.send("query($id: ID!) { article(id: $id) { revision { number } } }", json!({ "id": input["article"] })).await;
                        let based = with(input, &json!({ "basedOnRevision": read.number("/article/revision/number") }));
                        let reply = client.call("reviseArticle", based, "anchors { status }").await;
                        assert!(matches!(reply.code(), "OK" | "CONFLICT"), "{}", reply.body);
                        continue;
                    }
                    _ => client.call("reviseArticle", input, "anchors { status }").await,
                };
                assert!(matches!(reply.code(), "OK" | "CONFLICT"), "{}", reply.body);
                refused += u32::from(reply.code() != "OK");
            }
            assert!(refused < 5, "without an expected version, the text is aligned again: {refused}");
        };
        let reanchorer = async || {
            let (client, mut dice) = (app.as_admin(), Dice(21));
            for _ in 0..25 {
                let quote = *dice.one_of(&["every demand was met", "12 million", "Wages rise", "Told for"]);
                let reply = client.call("reanchor", json!({ "claim": dice.one_of(&claims), "ranges": [{ "exact": quote }] }), "claim { id }").await;
                assert!(matches!(reply.reason(), "" | "QUOTE_NOT_FOUND" | "AMBIGUOUS_QUOTE" | "UNCHANGED"), "{}", reply.body);
            }
        };
        let reviewer = async |name: &'static str, seed: u64| {
            let (client, mut dice) = (app.as_(name), Dice(seed));
            for number in 0..50 {
                let claim = dice.one_of(&claims).clone();
                let read = client.send("query($id: ID!) { node(id: $id) { ... on Claim { version wordingVersion verdicts { id stale reviewer { id } } } } }", json!({ "id": claim })).await;
                let version = if dice.below(2) == 0 {
                    json!({ "expectedVersion": read.number("/node/version") })
                } else {
                    json!({ "expectedWordingVersion": read.number("/node/wordingVersion") })
                };
                if number % 10 == 0 {
                    let input = json!({ "article": dice.one_of(&articles) });
                    let reply = client.call("reaffirmVerdicts", input, "reaffirmed { stale } left { reason }").await.ok();
                    let done = reply.data("/reaffirmVerdicts/reaffirmed").as_array().expect("a list");
                    assert!(done.iter().all(|verdict| verdict["stale"] == false), "{done:?}");
                }
                let own = read.data("/node/verdicts").as_array().expect("a list").iter().find(|row| row["reviewer"]["id"] == app.account(name)).cloned();
                let reply = match own {
                    Some(own) if number % 2 == 0 => client.call("reaffirmVerdict", with(json!({ "verdict": own["id"] }), &version), "verdict { stale }").await,
                    _ => client.call("submitVerdict", with(judgement(&mut dice, &claim), &version), "verdict { stale }").await,
                };
                // A claim that changed after it was read is not judged.
                let known = matches!(reply.code(), "OK" | "CONFLICT") || matches!(reply.reason(), "NOT_STALE" | "CLAIM_ORPHANED");
                assert!(known, "{}", reply.body);
                for mutation in ["reaffirmVerdict", "submitVerdict"] {
                    let fresh = reply.body["data"][mutation]["verdict"]["stale"].as_bool();
                    assert_ne!(fresh, Some(true));
                }
            }
        };
        let marker = async || {
            for number in 0..15 {
                let input = json!({ "article": articles[number % 2], "statement": "It is told.", "ranges": [{ "exact": "Harbour strike" }] });
                let claim = app.as_third().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id");
                if number % 5 == 0 {
                    app.as_third().call("withdrawClaim", json!({ "claim": claim, "reason": "Twice." }), "claim { id }").await.ok();
                }
            }
        };
        let onlooker = async || {
            for _ in 0..5 {
                assert_sound(&app).await;
                tokio::task::yield_now().await;
            }
        };
        let reviewers = join_all([("reviewer", 31), ("second", 32), ("reviewer", 33)].map(|(name, seed)| reviewer(name, seed)));
        join(join(join(editor(41), editor(42)), join(reviewers, reanchorer())), join(marker(), onlooker())).await;
        assert_sound(&app).await;
    }
}
