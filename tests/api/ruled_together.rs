//! Many writers at once, with rulings. They publish, correct, judge, withdraw and configure. A
//! ruling always rests on the verdicts that were current at its publication.

use std::collections::{BTreeMap, BTreeSet};

use claimspan::domain::claim;
use claimspan::domain::event::Kind;
use claimspan::domain::newsroom::rating::{self, scale};
use claimspan::domain::ruling::{self, basis::rested, correction};
use claimspan::domain::verdict::submission;
use futures_util::future::{join, join_all};
use sea_orm::{EntityTrait, IsolationLevel, TransactionTrait};
use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::events::logs;
use crate::fixtures::{ratings, ruling_on, verdict_on};
use crate::together::{Dice, assert_sound, take_back};

/// Replays the log. Asserts that each ruling was published on the verdicts, the required number and
/// the scale of that time.
#[allow(clippy::too_many_lines, reason = "one table of checks")]
async fn assert_ruled(app: &TestApp) {
    let level = (!app.db.is_sqlite()).then_some(IsolationLevel::RepeatableRead);
    let moment = app.db.connection().begin_with_config(level, None).await.expect("a transaction");
    let claims = claim::Entity::find().all(&moment).await.expect("claims");
    let rulings = ruling::Entity::find().all(&moment).await.expect("rulings");
    let corrections = correction::Entity::find().all(&moment).await.expect("corrections");
    let rested = rested::Entity::find().all(&moment).await.expect("the bases of the rulings");
    let submissions = submission::Entity::find().all(&moment).await.expect("submissions");
    let ratings = rating::Entity::find().all(&moment).await.expect("ratings");
    let scales = scale::Entity::find().all(&moment).await.expect("scales");
    let log = logs(&moment).await.remove(&app.newsroom()).expect("the newsroom's log");
    moment.rollback().await.expect("nothing was written");

    let scale_of = |id| {
        let rating = ratings.iter().find(|rating| rating.id == id).expect("a rating");
        i64::from(scales.iter().find(|scale| scale.id == rating.scale_id).expect("a scale").number)
    };
    let (mut required, mut scale) = (2, 1);
    // The times of each verdict's last submission or reaffirmation, and of the last change of each
    // claim's words, with its state since.
    let (mut read, mut changed): (BTreeMap<_, i32>, BTreeMap<String, (i32, String)>) =
        (BTreeMap::new(), BTreeMap::new());
    let mut in_force: BTreeMap<_, BTreeMap<_, String>> = BTreeMap::new();
    let mut ruled: BTreeMap<_, String> = BTreeMap::new();
    for event in &log {
        let detail: Value = serde_json::from_str(&event.detail).expect("JSON");
        let word = |name: &str| detail[name].as_str().expect("a word").to_owned();
        let verdicts = in_force.entry(event.claim_id).or_default();
        // The basis of a ruling from this event on: by the event, by the rows, and by the log so
        // far.
        let rests = |basis: i64| {
            let told: BTreeSet<_> = detail["submissions"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned)
                .collect();
            let stored = rested.iter().filter(|row| {
                row.ruling_id.to_string() == word("ruling") && i64::from(row.basis) == basis
            });
            assert_eq!(told, stored.map(|row| row.submission_id.to_string()).collect());
            assert_eq!(told, verdicts.values().cloned().collect(), "event {}", event.number);
            assert!(told.len() >= required, "{} of {required}", told.len());
        };
        match event.kind {
            Kind::PolicySet => {
                required = usize::try_from(
                    detail["after"]["verdictsRequired"].as_u64().expect("a number"),
                )
                .expect("small");
            }
            Kind::RatingScaleReplaced => scale = detail["number"].as_i64().expect("a number"),
            Kind::VerdictSubmitted => {
                let row = submissions
                    .iter()
                    .find(|row| row.id.to_string() == word("submission"))
                    .expect("its row");
                assert_eq!(scale_of(row.rating_id), scale, "a verdict uses the scale of its time");
                verdicts.insert(event.verdict_id, word("submission"));
                read.insert(event.verdict_id, event.number);
            }
            Kind::VerdictReaffirmed => drop(read.insert(event.verdict_id, event.number)),
            Kind::ArticleRevised => {
                for (claim, status) in detail["claims"].as_object().expect("claims") {
                    let status = status.as_str().expect("a word");
                    if matches!(status, "REWORDED" | "CHANGED" | "ORPHANED") {
                        changed.insert(claim.clone(), (event.number, status.to_owned()));
                    }
                }
                // Where an earlier text is back, the verdicts on its words are fresh.
                for (claim, put_back) in detail["putBack"].as_object().expect("claims") {
                    let status = detail["claims"][claim].as_str().expect("a word");
                    changed.insert(claim.clone(), (event.number, status.to_owned()));
                    for fresh in put_back["freshVerdicts"].as_array().expect("verdicts") {
                        let again = read
                            .iter_mut()
                            .find(|(id, _)| id.is_some_and(|id| json!(id.to_string()) == *fresh));
                        *again.expect("a verdict").1 = event.number + 1;
                    }
                }
            }
            Kind::ClaimReanchored => {
                changed.insert(
                    event.claim_id.expect("a claim").to_string(),
                    (event.number, "EXACT".to_owned()),
                );
            }
            Kind::VerdictWithdrawn => {
                drop(verdicts.remove(&event.verdict_id).expect("the verdict was current"));
            }
            Kind::RulingPublished => {
                assert_eq!(
                    ruled.insert(event.claim_id, word("ruling")),
                    None,
                    "a claim has one published ruling"
                );
                rests(0);
                if let Some((number, status)) =
                    changed.get(&event.claim_id.expect("a claim").to_string())
                {
                    assert_ne!(status, "ORPHANED", "event {}", event.number);
                    let fresh = verdicts.keys().all(|verdict| read[verdict] > *number);
                    assert!(
                        fresh,
                        "event {}: a ruling rests on words that a reviewer has not read",
                        event.number
                    );
                }
                let row = rulings
                    .iter()
                    .find(|row| row.id.to_string() == word("ruling"))
                    .expect("its row");
                let first = corrections
                    .iter()
                    .find(|one| one.ruling_id == row.id && one.number == 1)
                    .map_or(row.rating_id, |one| one.previous_rating_id);
                assert_eq!(scale_of(first), scale, "a ruling uses the scale of its time");
            }
            Kind::RulingCorrected => {
                assert_eq!(
                    ruled.get(&event.claim_id),
                    Some(&word("ruling")),
                    "a corrected ruling is published"
                );
                if detail["submissions"].is_array() {
                    rests(detail["number"].as_i64().expect("a number"));
                }
                if detail["kind"] == "RETRACTION" {
                    ruled.remove(&event.claim_id);
                }
            }
            _ => {}
        }
    }
    for claim in &claims {
        assert_eq!(
            claim.state == claim::State::Published,
            ruled.contains_key(&Some(claim.id)),
            "{}",
            claim.id
        );
    }
    for ruling in &rulings {
        let numbers: BTreeSet<_> = corrections
            .iter()
            .filter(|one| one.ruling_id == ruling.id)
            .map(|one| one.number)
            .collect();
        assert_eq!(numbers, (1..ruling.version).collect());
    }
}

/// Panics unless the request succeeded, or was refused because another writer was faster.
fn well(reply: &Reply) {
    let late = [
        "ALREADY_PUBLISHED",
        "TOO_FEW_VERDICTS",
        "SECOND_READER",
        "RULING_RETRACTED",
        "NOTHING_CHANGED",
        "CONTRADICTION",
        "VERDICT_WITHDRAWN",
        "CLAIM_PUBLISHED",
        "STALE",
        "UNCHANGED",
        "EXPECTED_VERSION_REQUIRED",
        "CLAIM_ORPHANED",
    ];
    assert!(
        matches!(reply.code(), "OK" | "CONFLICT") || late.contains(&reply.reason()),
        "{}",
        reply.body
    );
}

fn one(dice: &mut Dice, words: &[&'static str]) -> &'static str {
    dice.one_of::<&'static str>(words)
}

/// Three claims of one article.
async fn three_claims(app: &TestApp) -> Vec<String> {
    let article = app.fixtures().an_article().await;
    let mut claims = Vec::new();
    for words in ["nine days", "12 million", "Wages rise"] {
        claims.push(app.fixtures().a_claim_on(&article, words, words).await);
    }
    claims
}

/// Submits and withdraws verdicts, and saves drafts.
async fn review(app: &TestApp, claims: &[String], name: &str, seed: u64) {
    let (client, mut dice, account) = (app.as_(name), Dice(seed), app.account(name));
    for _ in 0..30 {
        let claim = dice.one_of(claims).clone();
        match dice.below(6) {
            0 => drop(take_back(&client, &claim, &account).await.inspect(well)),
            1 => well(
                &client
                    .call(
                        "saveVerdictDraft",
                        json!({ "claim": claim, "rating": "MIXED" }),
                        "verdict { id }",
                    )
                    .await,
            ),
            _ => {
                well(
                    &client
                        .call(
                            "submitVerdict",
                            verdict_on(&claim, one(&mut dice, &["TRUE", "FALSE", "MIXED"])),
                            "verdict { id }",
                        )
                        .await,
                );
            }
        }
    }
}

/// Publishes, corrects and retracts rulings. Returns the number of publications.
async fn rule(app: &TestApp, claims: &[String], name: &str, seed: u64) -> usize {
    let (client, mut dice, mut published) = (app.as_(name), Dice(seed), 0);
    for number in 0..40 {
        let claim = dice.one_of(claims).clone();
        let rating = one(&mut dice, &["TRUE", "FALSE", "MIXED"]);
        let newest = client
            .send(
                "query($id: ID!) { node(id: $id) { ... on Claim { ruling { id state } } } }",
                json!({ "id": claim }),
            )
            .await;
        let newest = newest.data("/node/ruling").clone();
        let reply = match dice.below(3) {
            0 if newest["state"] == "PUBLISHED" => {
                client
                    .call(
                        "correctRuling",
                        json!({ "ruling": newest["id"], "kind": "RETRACTION", "reason": "Again." }),
                        "ruling { id }",
                    )
                    .await
            }
            1 if newest["state"] == "PUBLISHED" => {
                let input = json!({ "ruling": newest["id"], "kind": "UPDATE", "reason": "More.", "rating": rating, "summary": format!("Number {number}.") });
                client.call("correctRuling", input, "ruling { id }").await
            }
            _ => {
                let reply =
                    client.call("publishRuling", ruling_on(&claim, rating), "ruling { id }").await;
                published += usize::from(reply.code() == "OK");
                reply
            }
        };
        well(&reply);
    }
    published
}

/// Judges the current version of a claim.
async fn judge_now(app: &TestApp, name: &str, claim: &str, rating: &str) {
    for _ in 0..4 {
        let now = app
            .as_(name)
            .send(
                "query($id: ID!) { node(id: $id) { ... on Claim { version } } }",
                json!({ "id": claim }),
            )
            .await;
        let mut input = verdict_on(claim, rating);
        input["expectedVersion"] = now.data("/node/version").clone();
        let reply = app.as_(name).call("submitVerdict", input, "verdict { id }").await;
        well(&reply);
        if reply.code() != "CONFLICT" {
            return;
        }
    }
}

db_tests! {
    async fn judged_published_and_revised_at_once_a_thousand_times(app: TestApp) {
        let texts = ["The ship lay nine days at anchor.", "The ship lay ten days at anchor.", "It is not so that the ship lay nine days at anchor.", "It left.",
            "Rain fell. The ship lay nine days at anchor."];
        let article = app.fixtures().an_article_of("Port", texts[0]).await;
        let claim = app.fixtures().a_claim_on(&article, "It lay for nine days.", "nine days").await;
        let (mut dice, mut published, mut ruling) = (Dice(41), 0, Value::Null);
        for round in 1..=1_000 {
            let rating = one(&mut dice, &["TRUE", "FALSE", "MIXED"]);
            let (body, revises, orphaned) = (*dice.one_of(&texts), dice.below(3) == 0, dice.below(5) == 0);
            let rule = async || {
                if ruling["state"] == "PUBLISHED" {
                    let input = json!({ "ruling": ruling["id"], "kind": "RETRACTION", "reason": "Again." });
                    app.as_("admin").call("correctRuling", input, "ruling { id state }").await
                } else {
                    app.as_("admin").call("publishRuling", ruling_on(&claim, rating), "ruling { id state }").await
                }
            };
            let revise = async || {
                if revises {
                    well(&app.as_editor().call("reviseArticle", json!({ "article": article, "body": body }), "article { id }").await);
                } else if orphaned {
                    let input = json!({ "claim": claim, "ranges": [{ "exact": "days" }] });
                    let reply = app.as_editor().call("reanchor", input, "claim { id }").await;
                    assert!(reply.reason() == "QUOTE_NOT_FOUND" || { well(&reply); true });
                }
            };
            let judges = join(judge_now(&app, "reviewer", &claim, rating), judge_now(&app, "second", &claim, "TRUE"));
            let (_, (ruled, ())) = join(judges, join(rule(), revise())).await;
            well(&ruled);
            for field in ["publishRuling", "correctRuling"] {
                if let Some(now) = ruled.body.pointer(&format!("/data/{field}/ruling")).filter(|now| !now.is_null()) {
                    published += usize::from(now["state"] == "PUBLISHED");
                    ruling = now.clone();
                }
            }
            if round % 200 == 0 {
                assert_ruled(&app).await;
                assert_sound(&app).await;
            }
        }
        assert!(published > 50, "{published}");
    }

    async fn rulings_among_many_writers_rest_on_what_was_in_force(app: TestApp) {
        let claims = three_claims(&app).await;
        let desks = join_all([("reviewer", 21), ("second", 22), ("third", 23), ("admin", 24)].map(|(name, seed)| review(&app, &claims, name, seed)));
        let editors = join_all([("editor", 25), ("editor", 26), ("admin", 27)].map(|(name, seed)| rule(&app, &claims, name, seed)));
        let asker = async || {
            let mut dice = Dice(28);
            for _ in 0..6 {
                let people = json!([app.account(one(&mut dice, &["reviewer", "second", "third"]))]);
                let input = json!({ "claim": dice.one_of(&claims), "reviewers": people });
                app.as_editor().call("assignClaim", input, "claim { id }").await.ok();
                assert_ruled(&app).await;
                assert_sound(&app).await;
            }
        };
        let ((_, published), ()) = join(join(desks, editors), asker()).await;
        assert!(published.iter().sum::<usize>() > 0, "something was published: {published:?}");
        assert_ruled(&app).await;
        assert_sound(&app).await;
    }

    async fn what_is_asked_may_change_meanwhile(app: TestApp) {
        let claims = three_claims(&app).await;
        let desks = join_all([("reviewer", 31), ("second", 32), ("third", 33)].map(|(name, seed)| review(&app, &claims, name, seed)));
        let editors = join_all([("editor", 34), ("admin", 35)].map(|(name, seed)| rule(&app, &claims, name, seed)));
        let boss = async || {
            for round in 0..12 {
                let policy = json!({ "newsroom": app.newsroom(), "verdictsRequired": 1 + round % 3, "secondReader": round % 2 == 0 });
                app.as_admin().call("setPolicy", policy, "newsroom { id }").await.ok();
                let scale = json!({ "newsroom": app.newsroom(), "name": format!("Number {round}"), "ratings": ratings(&["TRUE", "MIXED", "FALSE"]) });
                app.as_admin().call("replaceRatingScale", scale, "ratingScale { id }").await.ok();
                assert_ruled(&app).await;
            }
        };
        join(join(desks, editors), boss()).await;
        assert_ruled(&app).await;
        assert_sound(&app).await;
        let reply = app.as_reader().ask("{ newsroom(slug: \"desk\") { ratingScales { totalCount } } }").await;
        assert_eq!(reply.number("/newsroom/ratingScales/totalCount"), 13);
    }

    async fn two_editors_who_publish_at_once_publish_one_ruling(app: TestApp) {
        for _ in 0..8 {
            let claim = app.fixtures().a_ready_claim().await;
            let publish = async |who: &str| app.as_(who).call("publishRuling", ruling_on(&claim, "FALSE"), "ruling { id }").await;
            let (one, two) = join(publish("editor"), publish("admin")).await;
            let mut ends = [one.reason(), two.reason()];
            ends.sort_unstable();
            assert_eq!(ends, ["", "ALREADY_PUBLISHED"]);
            // The same holds for two editors who read the same version and correct it.
            let ruling = if one.code() == "OK" { one.text("/publishRuling/ruling/id") } else { two.text("/publishRuling/ruling/id") };
            let correct = async |who: &str| {
                let input = json!({ "ruling": ruling, "kind": "UPDATE", "reason": "R", "summary": format!("By {who}."), "expectedVersion": 1 });
                app.as_(who).call("correctRuling", input, "ruling { id }").await
            };
            let (one, two) = join(correct("editor"), correct("admin")).await;
            let mut ends = [one.code(), two.code()];
            ends.sort_unstable();
            assert_eq!(ends, ["CONFLICT", "OK"]);
        }
        assert_ruled(&app).await;
        assert_sound(&app).await;
    }

    async fn a_verdict_taken_back_as_its_ruling_is_published_is_in_it_or_keeps_it_back(app: TestApp) {
        for round in 0..12 {
            let claim = app.fixtures().a_claim().await;
            let verdict = app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
            app.fixtures().a_verdict("second", &claim, "FALSE").await;
            let publish = async || app.as_editor().call("publishRuling", ruling_on(&claim, "FALSE"), "ruling { verdicts { id } }").await;
            let back = async || app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "R" }), "claim { state }").await.ok();
            let (published, back) = if round % 2 == 0 { join(publish(), back()).await } else {
                let (back, published) = join(back(), publish()).await;
                (published, back)
            };
            let end = if published.code() == "OK" {
                assert_eq!(published.data("/publishRuling/ruling/verdicts").as_array().map(Vec::len), Some(2));
                "PUBLISHED"
            } else {
                published.refused("claim", "TOO_FEW_VERDICTS");
                "IN_REVIEW"
            };
            let now = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { state } } }", json!({ "id": claim })).await;
            assert_eq!(now.text("/node/state"), end);
            drop(back);
        }
        assert_ruled(&app).await;
        assert_sound(&app).await;
    }
}
