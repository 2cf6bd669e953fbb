//! Public reading: anonymous readers see published rulings and what these rest on, and nothing
//! else.

use std::collections::BTreeSet;

use claimspan::server::Settings;
use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::fixtures::{TITLE, ruling_on, verdict_on};
use crate::verdicts::with;
use crate::walk::{Types, strings};

/// The types that an anonymous reader can reach from a ruling. They hold plain values that lead
/// nowhere.
const PLAIN: [&str; 13] = [
    "CitedSource",
    "InclusionProof",
    "NewsroomProfile",
    "Rating",
    "Ruling",
    "RulingAppearance",
    "RulingArticle",
    "RulingCorrection",
    "RulingQuote",
    "RulingSignature",
    "RulingSubject",
    "RulingVerdict",
    "SigningKey",
];
/// The fields that lead from a ruling into its newsroom. Each is null for everybody outside the
/// newsroom.
const WAYS_IN: [&str; 5] = [
    "Ruling.claim",
    "Ruling.publishedBy",
    "RulingCorrection.madeBy",
    "RulingVerdict.reviewer",
    "RulingVerdict.verdict",
];

async fn node(client: &Client, types: &Types, id: &str, kind: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {} }} }} }}",
        types.selection(kind, 3)
    );
    client.send(&document, json!({ "id": id })).await.body
}

/// A newsroom with secrets and two rulings, one corrected and one retracted. Returns the rulings.
pub async fn fill(app: &TestApp) -> [String; 2] {
    let fixtures = app.fixtures();
    let input = json!({
        "newsroom": app.newsroom(), "title": TITLE, "body": "The loss is 12 million francs a day. A secret of the text.",
        "url": "https://news.example.org/strike", "publisher": "Courier", "author": "Zoë Ardant", "publishedAt": "2024-08-04T10:00:00Z",
    });
    let article = app
        .as_editor()
        .call("importArticle", input, "article { id }")
        .await
        .text("/importArticle/article/id");
    let profile = json!({ "newsroom": app.newsroom(), "licence": "CC-BY-4.0" });
    app.as_admin().call("updateNewsroomProfile", profile, "newsroom { id }").await.ok();
    let mark = async |statement: &str| {
        let input = json!({ "article": article, "statement": statement, "claimant": "Port authority", "claimantKind": "ORGANIZATION", "claimantIdentifier": "q7233193", "claimedOn": "2024-08-03", "tags": ["secret tag"],
            "ranges": [{ "exact": "12 million francs a day", "prefix": "The loss is " }] });
        app.as_reviewer().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id")
    };
    let judge = async |by: &str, claim: &str, rating: &str, said: &str| {
        let page = json!({ "url": format!("https://{by}.example.org/"), "title": "Ledger", "publisher": "Port", "stance": "REFUTES", "quote": "12,014,000",
            "accessedAt": "2024-08-05T00:00:00Z", "archiveUrl": "https://archive.example.org/l" });
        let input =
            with(verdict_on(claim, rating), &json!({ "rationale": said, "citations": [page] }));
        app.as_(by)
            .call("submitVerdict", input, "verdict { id }")
            .await
            .text("/submitVerdict/verdict/id")
    };
    let (one, two) = (mark("The loss is 12 million a day.").await, mark("Retracted later.").await);
    for claim in [&one, &two] {
        judge("reviewer", claim, "TRUE", "A secret first try.").await;
        judge("reviewer", claim, "TRUE", "It says so.").await;
        judge("second", claim, "FALSE", "It says otherwise.").await;
    }
    let ruling = fixtures.a_ruling(&one, "TRUE").await;
    judge("reviewer", &one, "MIXED", "A secret second thought.").await;
    let gone = judge("third", &one, "MIXED", "A secret taken back.").await;
    app.as_third()
        .call(
            "withdrawVerdict",
            json!({ "verdict": gone, "reason": "A secret reason." }),
            "verdict { id }",
        )
        .await
        .ok();
    let input = json!({ "ruling": ruling, "kind": "CORRECTION", "reason": "A page was missing.", "rating": "FALSE", "summary": "It is more.", "dissent": "One differs." });
    app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();
    let retracted = fixtures.a_ruling(&two, "FALSE").await;
    app.as_editor()
        .call(
            "correctRuling",
            json!({ "ruling": retracted, "kind": "RETRACTION", "reason": "Another port's." }),
            "ruling { id }",
        )
        .await
        .ok();

    // A READY claim, one under review, and one withdrawn. Also drafts, assignments and other
    // articles.
    let (ready, open, withdrawn) = (
        mark("A secret that is ready.").await,
        mark("A secret under review.").await,
        mark("A secret withdrawn.").await,
    );
    for by in ["reviewer", "second"] {
        judge(by, &ready, "FALSE", "A secret judgement.").await;
    }
    judge("second", &open, "FALSE", "A secret judgement.").await;
    app.as_editor()
        .call(
            "withdrawClaim",
            json!({ "claim": withdrawn, "reason": "A secret reason." }),
            "claim { id }",
        )
        .await
        .ok();
    fixtures.a_comment("reviewer", &ready).await;
    fixtures.a_draft("third", &ready).await;
    let input =
        json!({ "claim": open, "reviewers": [app.account("third")], "note": "A secret note." });
    app.as_editor().call("assignClaim", input, "claim { id }").await.ok();
    fixtures.an_article_of("A secret article", "With a secret text.").await;
    fixtures.an_invitation("admin", "secret@example.org", "READER").await;
    [ruling, retracted]
}

db_tests! {
    async fn a_stranger_reads_rulings_and_what_they_rest_on(app: TestApp) {
        // This client reads everything at once, which exceeds the usual limits.
        let app = app.beside(Settings { most_cost: u64::MAX, ..Settings::default() }).await;
        let [ruling, retracted] = fill(&app).await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let types = Types::of(&app).await;
        let rating = |key: &str| {
            let rating = json!({ "TRUE": ["True", 5, "#359f63", "The evidence supports the claim, and nothing that matters is left out."], "FALSE": ["False", 1, "#c73270", "The evidence contradicts the claim."],
                "MIXED": ["Mixed", 3, "#936304", "Parts of the claim are true and parts are false."] })[key].clone();
            json!({ "__typename": "Rating", "id": "id", "key": key, "label": rating[0], "rank": rating[1], "colour": rating[2], "description": rating[3], "needsSource": true, "bestRank": 5, "worstRank": 1 })
        };
        let verdict = |by: &str, key: &str, said: &str, dissents: bool| json!({
            "__typename": "RulingVerdict", "id": "id", "dissents": dissents, "rationale": said, "submittedAt": "time", "rating": rating(key), "reviewer": null, "verdict": null, "changedAfterReading": key == "MIXED",
            "reaffirmedAt": null, "readRevision": 1, "reaffirmNote": null,
            "citations": [{ "__typename": "CitedSource", "kind": "WEB", "description": null, "doi": null, "isbn": null, "issn": null, "question": null, "answer": null, "answerType": null, "url": format!("https://{by}.example.org/"), "title": "Ledger", "publisher": "Port", "stance": "REFUTES", "quote": "12,014,000",
                "accessedAt": "time", "archiveUrl": "https://archive.example.org/l" }],
        });
        let subject = |statement: &str| json!({
            "__typename": "RulingSubject", "statement": statement, "claimant": "Port authority", "claimantKind": "ORGANIZATION", "claimantIdentifier": "Q7233193", "claimedOn": "2024-08-03",
            "quotes": [{ "__typename": "RulingQuote", "exact": "12 million francs a day", "prefix": "ds after nine days\n\nThe loss is ", "suffix": ". A secret of the text." }],
            "article": { "__typename": "RulingArticle", "title": TITLE, "url": "https://news.example.org/strike", "publisher": "Courier", "author": "Zoë Ardant", "publishedAt": "time" },
        });
        let profile = json!({ "__typename": "NewsroomProfile", "publicUrl": null, "logoUrl": null, "licence": "CC-BY-4.0", "contact": null, "correctionsPolicyUrl": null });
        let expected = json!({
            "__typename": "Ruling", "id": "id", "slug": "the-loss-is-12-million-a-day", "newsroomProfile": profile, "number": 1, "state": "PUBLISHED", "version": 2, "summary": "It is more.", "dissent": "One differs.", "publishedAt": "time",
            "newsroomName": "The Desk", "appearances": [], "wordsChanged": false, "claim": null, "publishedBy": null, "rating": rating("FALSE"), "subject": subject("The loss is 12 million a day."),
            "verdicts": [verdict("second", "FALSE", "It says otherwise.", false), verdict("reviewer", "MIXED", "A secret second thought.", true)],
            "corrections": [{
                "__typename": "RulingCorrection", "number": 1, "kind": "CORRECTION", "reason": "A page was missing.", "madeAt": "time", "madeBy": null,
                "previousRating": rating("TRUE"), "previousSummary": "The ledger gives another figure.", "previousDissent": null,
                "previousVerdicts": [verdict("reviewer", "TRUE", "It says so.", false), verdict("second", "FALSE", "It says otherwise.", true)],
            }],
        });
        let gone = json!({
            "__typename": "Ruling", "id": "id", "slug": "retracted-later", "newsroomProfile": profile, "number": 1, "state": "RETRACTED", "version": 2, "summary": "The ledger gives another figure.", "dissent": null, "publishedAt": "time",
            "newsroomName": "The Desk", "appearances": [], "wordsChanged": false, "claim": null, "publishedBy": null, "rating": rating("FALSE"), "subject": subject("Retracted later."),
            "verdicts": [verdict("reviewer", "TRUE", "It says so.", true), verdict("second", "FALSE", "It says otherwise.", false)],
            "corrections": [{
                "__typename": "RulingCorrection", "number": 1, "kind": "RETRACTION", "reason": "Another port's.", "madeAt": "time", "madeBy": null,
                "previousRating": rating("FALSE"), "previousSummary": "The ledger gives another figure.", "previousDissent": null,
                "previousVerdicts": [verdict("reviewer", "TRUE", "It says so.", true), verdict("second", "FALSE", "It says otherwise.", false)],
            }],
        });
        // A member of another newsroom has no more rights here than an anonymous reader.
        for client in [app.as_stranger(), app.as_rival()] {
            for (id, expected) in [(&ruling, &expected), (&retracted, &gone)] {
                let mut got = node(&client, &types, id, "Ruling").await;
                take_proofs(&mut got["data"]["node"]);
                plain(&mut got);
                assert_eq!(got, json!({ "data": { "node": expected } }));
            }
            let document = format!("{{ publishedRulings(slug: \"desk\") {{ {} }} }}", types.selection("RulingConnection", 4));
            let mut list = client.ask(&document).await.body;
            assert_eq!(list["data"]["publishedRulings"]["totalCount"], 2);
            list["data"]["publishedRulings"]["nodes"].as_array_mut().expect("rulings").iter_mut().for_each(take_proofs);
            plain(&mut list);
            assert_eq!(list["data"]["publishedRulings"]["nodes"], json!([gone, expected]));
            let both = client.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": [ruling, retracted] })).await;
            assert_eq!(*both.data("/nodes"), json!([{ "id": ruling }, { "id": retracted }]));
        }
    }

    async fn a_stranger_sees_nothing_else(app: TestApp) {
        // This client reads everything at once, which exceeds the usual limits.
        let app = app.beside(Settings { most_cost: u64::MAX, ..Settings::default() }).await;
        let rulings = fill(&app).await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let types = Types::of(&app).await;

        // Everything that an admin can find: ids and words.
        let mut inside = Vec::new();
        for document in [
            format!("{{ newsroom(slug: \"desk\") {{ {} }} }}", types.selection("Newsroom", 2)),
            format!("{{ newsroom(slug: \"desk\") {{ claims {{ nodes {{ {} }} }} }} }}", types.selection("Claim", 2)),
            format!("{{ newsroom(slug: \"desk\") {{ articles {{ nodes {{ {} }} }} }} }}", types.selection("Article", 2)),
            format!("{{ viewer {{ {} }} }}", types.selection("Account", 2)),
        ] {
            inside.push(app.as_admin().ask(&document).await.body);
        }
        let draft = app.as_third().ask("{ newsroom(slug: \"desk\") { claims(filter: { draftedByMe: true }) { nodes { myDraft { id rationale } } } } }").await.body;
        inside.push(draft);
        let inside = Value::Array(inside);
        let mut known = BTreeSet::new();
        strings(&inside, &mut known);
        let ids: BTreeSet<_> = known.iter().copied().filter(|text| text.split_once('_').is_some_and(|(noun, digits)| digits.len() == 32 && noun.bytes().all(|b| b.is_ascii_lowercase()))).collect();
        let nouns: BTreeSet<_> = ids.iter().filter_map(|id| Some(id.split_once('_')?.0)).collect();
        for noun in ["account", "anchor", "article", "citation", "claim", "comment", "draft", "invitation", "membership", "newsroom", "rating", "revision", "ruling", "scale", "source", "span", "submission", "verdict"] {
            assert!(nouns.contains(noun), "a member's walk finds a {noun}: {nouns:?}");
        }

        // An anonymous reader requests each of them, and each root field with each argument that a
        // member would use.
        let mut outside = Vec::new();
        let node = "query($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { __typename id } }";
        for id in &ids {
            let reply = app.as_stranger().send(node, json!({ "id": id })).await;
            let seen = rulings.iter().any(|ruling| ruling == id);
            assert_eq!(reply.body["data"]["node"]["id"], if seen { json!(id) } else { Value::Null }, "{}", reply.body);
            assert_eq!(reply.code(), if seen { "OK" } else { "UNAUTHENTICATED" }, "{}", reply.body);
            outside.push(reply.body["data"].clone());
            if id.starts_with("article") {
                let reply = app.as_stranger().send("query($id: ID!) { article(id: $id) { title revision { text } } }", json!({ "id": id })).await;
                assert_eq!(reply.code(), "UNAUTHENTICATED");
                outside.push(reply.body["data"].clone());
            }
        }
        for id in &rulings {
            outside.push(self::node(&app.as_stranger(), &types, id, "Ruling").await);
        }
        let list = format!("{{ publishedRulings(slug: \"desk\") {{ {} }} }}", types.selection("RulingConnection", 4));
        outside.push(app.as_stranger().ask(&list).await.ok().body);
        outside.push(app.as_stranger().ask("{ viewer { id email } }").await.ok().body);
        for slug in ["desk", "rival", "none"] {
            let newsroom = app.as_stranger().send("query($slug: String!) { newsroom(slug: $slug) { id name policy { publicReading } } }", json!({ "slug": slug })).await;
            assert_eq!(newsroom.code(), "UNAUTHENTICATED", "{slug}");
            outside.push(newsroom.body["data"].clone());
        }
        let unknown = ["rival", "none", ""].map(async |slug| app.as_stranger().send("query($slug: String!) { publishedRulings(slug: $slug) { totalCount } }", json!({ "slug": slug })).await);
        let unknown = futures_util::future::join_all(unknown).await;
        assert!(unknown.iter().all(|reply| reply.code() == "UNAUTHENTICATED" && reply.body == unknown[0].body), "a newsroom without public reading looks unknown: {unknown:?}");

        // Signed texts and leaves are read value by value, like everything else.
        let mut texts = Vec::new();
        for value in &outside {
            signed_texts(value, &mut texts);
        }
        assert!(texts.len() >= 4, "{texts:?}");
        outside.append(&mut texts);
        let outside = Value::Array(outside);
        let mut seen = BTreeSet::new();
        strings(&outside, &mut seen);
        seen.retain(|text| !is_signed_text(text));
        // Visible ids: those of the rulings, of their verdicts, and of the ratings.
        let nouns: BTreeSet<_> = ids.intersection(&seen).filter_map(|id| Some(id.split_once('_')?.0)).collect();
        // A proof names the log, which is the newsroom's id, and the submissions that a ruling rests on.
        assert_eq!(nouns, BTreeSet::from(["rating", "ruling", "submission", "verdict"]));
        assert_eq!(ids.intersection(&seen).filter(|id| id.starts_with("verdict")).count(), 4);
        // Words outside the rulings must not appear. Of the article's text, only the quote and its
        // surroundings may.
        let secrets: Vec<_> = seen.iter().filter(|text| text.to_lowercase().contains("secret")).collect();
        assert_eq!(secrets, [&". A secret of the text.", &"A secret second thought."], "the suffix of the quote, and a verdict that the correction rests on");
        assert!(["editor", "reviewer", "second"].iter().all(|person| known.contains(person)));
        for person in ["admin", "editor", "reviewer", "second", "third", "reader"] {
            assert!(!seen.contains(person), "{person}");
        }
        assert!(!seen.iter().any(|text| text.contains('@')), "{seen:?}");
    }

    async fn what_hangs_on_a_ruling_leads_nowhere_else(app: TestApp) {
        let types = Types::of(&app).await;
        let mut ways: BTreeSet<String> = BTreeSet::new();
        for kind in PLAIN {
            for field in types.fields(kind) {
                let mut leaf = &field["type"];
                while !leaf["ofType"].is_null() {
                    leaf = &leaf["ofType"];
                }
                let to = leaf["name"].as_str().expect("a name");
                if leaf["kind"] != "OBJECT" || PLAIN.contains(&to) {
                    continue;
                }
                assert_ne!(field["type"]["kind"], "NON_NULL", "{kind}.{} can be null", field["name"]);
                ways.insert(format!("{kind}.{}", field["name"].as_str().expect("a name")));
            }
        }
        assert_eq!(ways, WAYS_IN.map(str::to_owned).into(), "a new field that leads inside belongs in the list here, and passes `inside` in src/graphql/types/ruling.rs");
    }

    async fn without_public_reading_rulings_are_for_members(app: TestApp) {
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let by_id = "query($id: ID!) { node(id: $id) { ... on Ruling { summary publishedBy { displayName } claim { id } verdicts { reviewer { displayName } verdict { id } } } } }";
        let list = "{ publishedRulings(slug: \"desk\") { totalCount } }";
        let codes = async |client: Client| [client.send(by_id, json!({ "id": ruling })).await.code().to_owned(), client.ask(list).await.code().to_owned()];
        let both = |code: &str| [code.to_owned(), code.to_owned()];
        let (stranger, rival) = (async || codes(app.as_stranger()).await, async || codes(app.as_rival()).await);
        assert_eq!((stranger().await, rival().await), (both("UNAUTHENTICATED"), both("NOT_FOUND")));
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        assert_eq!((stranger().await, rival().await), (both("OK"), both("OK")));
        app.fixtures().a_policy(json!({ "publicReading": false })).await;
        assert_eq!((stranger().await, rival().await), (both("UNAUTHENTICATED"), both("NOT_FOUND")));
        let unknown = format!("ruling_{}", "7".repeat(32));
        for client in [app.as_stranger(), app.as_rival()] {
            assert_eq!(client.send(by_id, json!({ "id": unknown })).await.body, client.send(by_id, json!({ "id": ruling })).await.body);
        }
        // Members see the people behind a ruling under every policy.
        for public in [false, true] {
            app.fixtures().a_policy(json!({ "publicReading": public })).await;
            let reply = app.as_reader().send(by_id, json!({ "id": ruling })).await;
            assert_eq!((reply.text("/node/publishedBy/displayName"), reply.text("/node/claim/id")), ("editor".into(), claim.clone()));
            assert_eq!((reply.text("/node/verdicts/1/reviewer/displayName"), reply.data("/node/verdicts/1/verdict").is_object()), ("second".into(), true));
        }
        // An anonymous reader changes nothing, published or not.
        let input = json!({ "ruling": ruling, "kind": "RETRACTION", "reason": "Mine." });
        assert_eq!(app.as_stranger().call("correctRuling", input.clone(), "ruling { id }").await.code(), "UNAUTHENTICATED");
        assert_eq!(app.as_rival().call("correctRuling", input, "ruling { id }").await.code(), "NOT_FOUND");
        assert_eq!(app.as_rival().call("publishRuling", ruling_on(&claim, "TRUE"), "ruling { id }").await.code(), "NOT_FOUND");
    }

    async fn what_is_no_text_is_refused_and_breaks_nothing(app: TestApp) {
        let reply = app
            .as_stranger()
            .send("query($slug: String!) { publishedRulings(slug: $slug) { totalCount } }", json!({ "slug": "\u{0}" }))
            .await;
        reply.refused("slug", "CONTROL_CHARACTER");
        let document = "query($filter: ClaimFilter) { newsroom(slug: \"desk\") { claims(filter: $filter) { totalCount } } }";
        app.as_reader().send(document, json!({ "filter": { "text": "a\u{0}" } })).await.refused("filter.text", "CONTROL_CHARACTER");
    }
}

/// Removes a ruling's signature and proof, which differ from test to test.
fn take_proofs(ruling: &mut Value) {
    for field in ["signature", "proof"] {
        assert!(ruling.as_object_mut().expect("a ruling").remove(field).expect(field).is_object());
    }
}

/// Whether a text is the signed text of a ruling, or the leaf of a proof.
fn is_signed_text(text: &str) -> bool {
    text.starts_with("{\"") || text.contains("\nRULING_")
}

/// The JSON in signed texts and in leaves.
fn signed_texts(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::String(text) if is_signed_text(text) => {
            let json = text.lines().last().unwrap_or_default();
            found.push(serde_json::from_str(json).expect("JSON"));
        }
        Value::Array(list) => list.iter().for_each(|item| signed_texts(item, found)),
        Value::Object(map) => map.values().for_each(|item| signed_texts(item, found)),
        _ => {}
    }
}

/// Replaces all ids and times with one word.
fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(plain),
        Value::Array(list) => list.iter_mut().for_each(plain),
        Value::String(text) if chrono::DateTime::parse_from_rfc3339(text).is_ok() => {
            "time".clone_into(text);
        }
        Value::String(text)
            if text.split_once('_').is_some_and(|(_, digits)| digits.len() == 32) =>
        {
            "id".clone_into(text);
        }
        _ => {}
    }
}
