//! Public reading: strangers read the rulings that a newsroom publishes, what those rest on, and nothing else.

use std::collections::BTreeSet;

use claimspan::server::Settings;
use serde_json::{Value, json};

use crate::app::{Client, TestApp};
use crate::given::{TITLE, ruling_on, verdict_on};
use crate::verdicts::with;
use crate::walk::{Types, strings};

/// The types that a stranger may get to from a ruling: in plain words, which lead nowhere else.
const PLAIN: [&str; 8] =
    ["CitedSource", "Rating", "Ruling", "RulingArticle", "RulingCorrection", "RulingQuote", "RulingSubject", "RulingVerdict"];
/// The ways from a ruling into its newsroom, each of which is null for whoever is no member.
const WAYS_IN: [&str; 5] =
    ["Ruling.claim", "Ruling.publishedBy", "RulingCorrection.madeBy", "RulingVerdict.reviewer", "RulingVerdict.verdict"];

async fn node(client: &Client, types: &Types, id: &str, kind: &str) -> Value {
    let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {} }} }} }}", types.selection(kind, 3));
    client.send(&document, json!({ "id": id })).await.body
}

/// A newsroom with much to hide, and two rulings, one of them corrected and the other retracted. Gives the rulings.
async fn fill(app: &TestApp) -> [String; 2] {
    let given = app.given();
    let input = json!({
        "newsroom": app.newsroom(), "title": TITLE, "body": "The loss is 12 million francs a day. A secret of the text.",
        "url": "https://news.example.org/strike", "publisher": "Courier", "author": "Zoë Ardant", "publishedAt": "2024-08-04T10:00:00Z",
    });
    let article = app.as_editor().call("importArticle", input, "article { id }").await.text("/importArticle/article/id");
    let mark = async |statement: &str| {
        let input = json!({ "article": article, "statement": statement, "claimant": "Port authority", "claimedOn": "2024-08-03", "tags": ["secret tag"],
            "ranges": [{ "exact": "12 million francs a day", "prefix": "The loss is " }] });
        app.as_reviewer().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id")
    };
    let judge = async |by: &str, claim: &str, rating: &str, said: &str| {
        let page = json!({ "url": format!("https://{by}.example.org/"), "title": "Ledger", "publisher": "Port", "stance": "REFUTES", "quote": "12,014,000",
            "accessedAt": "2024-08-05T00:00:00Z", "archiveUrl": "https://archive.example.org/l" });
        let input = with(verdict_on(claim, rating), &json!({ "rationale": said, "citations": [page] }));
        app.as_(by).call("submitVerdict", input, "verdict { id }").await.text("/submitVerdict/verdict/id")
    };
    let (one, two) = (mark("The loss is 12 million a day.").await, mark("Retracted later.").await);
    for claim in [&one, &two] {
        judge("reviewer", claim, "TRUE", "A secret first try.").await;
        judge("reviewer", claim, "TRUE", "It says so.").await;
        judge("second", claim, "FALSE", "It says otherwise.").await;
    }
    let ruling = given.a_ruling(&one, "TRUE").await;
    judge("reviewer", &one, "MIXED", "A secret second thought.").await;
    let gone = judge("third", &one, "MIXED", "A secret taken back.").await;
    app.as_third().call("withdrawVerdict", json!({ "verdict": gone, "reason": "A secret reason." }), "verdict { id }").await.ok();
    let input = json!({ "ruling": ruling, "kind": "CORRECTION", "reason": "A page was missing.", "rating": "FALSE", "summary": "It is more.", "dissent": "One differs." });
    app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();
    let retracted = given.a_ruling(&two, "FALSE").await;
    app.as_editor()
        .call("correctRuling", json!({ "ruling": retracted, "kind": "RETRACTION", "reason": "Another port's." }), "ruling { id }")
        .await
        .ok();

    // A claim that is READY, one that is under review, one that is withdrawn; drafts, assignments, other articles.
    let (ready, open, withdrawn) =
        (mark("A secret that is ready.").await, mark("A secret under review.").await, mark("A secret withdrawn.").await);
    for by in ["reviewer", "second"] {
        judge(by, &ready, "FALSE", "A secret judgement.").await;
    }
    judge("second", &open, "FALSE", "A secret judgement.").await;
    app.as_editor().call("withdrawClaim", json!({ "claim": withdrawn, "reason": "A secret reason." }), "claim { id }").await.ok();
    given.a_draft("third", &ready).await;
    let input = json!({ "claim": open, "reviewers": [app.account("third")], "note": "A secret note." });
    app.as_editor().call("assignClaim", input, "claim { id }").await.ok();
    given.an_article_of("A secret article", "With a secret text.").await;
    given.an_invitation("admin", "secret@example.org", "READER").await;
    [ruling, retracted]
}

db_tests! {
    async fn a_stranger_reads_rulings_and_what_they_rest_on(app: TestApp) {
        // It asks for everything at once, which is more than a request may ask for.
        let app = app.beside(Settings { most_cost: u64::MAX, ..Settings::default() }).await;
        let [ruling, retracted] = fill(&app).await;
        app.given().a_policy(json!({ "publicReading": true })).await;
        let types = Types::of(&app).await;
        let rating = |key: &str| {
            let rating = json!({ "TRUE": ["True", 5, "#1a7f37", "The evidence bears the claim out, and leaves out nothing that matters."], "FALSE": ["False", 1, "#cf222e", "The evidence contradicts the claim."],
                "MIXED": ["Mixed", 3, "#9a6700", "Parts of the claim hold and parts do not."] })[key].clone();
            json!({ "__typename": "Rating", "id": "id", "key": key, "label": rating[0], "rank": rating[1], "colour": rating[2], "description": rating[3], "needsSource": true })
        };
        let verdict = |by: &str, key: &str, said: &str, dissents: bool| json!({
            "__typename": "RulingVerdict", "id": "id", "dissents": dissents, "rationale": said, "submittedAt": "time", "rating": rating(key), "reviewer": null, "verdict": null,
            "citations": [{ "__typename": "CitedSource", "url": format!("https://{by}.example.org/"), "title": "Ledger", "publisher": "Port", "stance": "REFUTES", "quote": "12,014,000",
                "accessedAt": "time", "archiveUrl": "https://archive.example.org/l" }],
        });
        let subject = |statement: &str| json!({
            "__typename": "RulingSubject", "statement": statement, "claimant": "Port authority", "claimedOn": "2024-08-03",
            "quotes": [{ "__typename": "RulingQuote", "exact": "12 million francs a day", "prefix": "ds after nine days\n\nThe loss is ", "suffix": ". A secret of the text." }],
            "article": { "__typename": "RulingArticle", "title": TITLE, "url": "https://news.example.org/strike", "publisher": "Courier", "author": "Zoë Ardant", "publishedAt": "time" },
        });
        let expected = json!({
            "__typename": "Ruling", "id": "id", "number": 1, "state": "PUBLISHED", "version": 2, "summary": "It is more.", "dissent": "One differs.", "publishedAt": "time",
            "newsroomName": "The Desk", "claim": null, "publishedBy": null, "rating": rating("FALSE"), "subject": subject("The loss is 12 million a day."),
            "verdicts": [verdict("second", "FALSE", "It says otherwise.", false), verdict("reviewer", "MIXED", "A secret second thought.", true)],
            "corrections": [{
                "__typename": "RulingCorrection", "number": 1, "kind": "CORRECTION", "reason": "A page was missing.", "madeAt": "time", "madeBy": null,
                "previousRating": rating("TRUE"), "previousSummary": "The ledger gives another figure.", "previousDissent": null,
                "previousVerdicts": [verdict("reviewer", "TRUE", "It says so.", false), verdict("second", "FALSE", "It says otherwise.", true)],
            }],
        });
        let gone = json!({
            "__typename": "Ruling", "id": "id", "number": 1, "state": "RETRACTED", "version": 2, "summary": "The ledger gives another figure.", "dissent": null, "publishedAt": "time",
            "newsroomName": "The Desk", "claim": null, "publishedBy": null, "rating": rating("FALSE"), "subject": subject("Retracted later."),
            "verdicts": [verdict("reviewer", "TRUE", "It says so.", true), verdict("second", "FALSE", "It says otherwise.", false)],
            "corrections": [{
                "__typename": "RulingCorrection", "number": 1, "kind": "RETRACTION", "reason": "Another port's.", "madeAt": "time", "madeBy": null,
                "previousRating": rating("FALSE"), "previousSummary": "The ledger gives another figure.", "previousDissent": null,
                "previousVerdicts": [verdict("reviewer", "TRUE", "It says so.", true), verdict("second", "FALSE", "It says otherwise.", false)],
            }],
        });
        // A member of another newsroom is a stranger here.
        for client in [app.as_stranger(), app.as_rival()] {
            for (id, expected) in [(&ruling, &expected), (&retracted, &gone)] {
                let mut got = node(&client, &types, id, "Ruling").await;
                plain(&mut got);
                assert_eq!(got, json!({ "data": { "node": expected } }));
            }
            let document = format!("{{ publishedRulings(slug: \"desk\") {{ {} }} }}", types.selection("RulingConnection", 5));
            let mut list = client.ask(&document).await.body;
            assert_eq!(list["data"]["publishedRulings"]["totalCount"], 2);
            plain(&mut list);
            assert_eq!(list["data"]["publishedRulings"]["nodes"], json!([gone, expected]));
            let both = client.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": [ruling, retracted] })).await;
            assert_eq!(*both.data("/nodes"), json!([{ "id": ruling }, { "id": retracted }]));
        }
    }

    async fn a_stranger_sees_nothing_else(app: TestApp) {
        // It asks for everything at once, which is more than a request may ask for.
        let app = app.beside(Settings { most_cost: u64::MAX, ..Settings::default() }).await;
        let rulings = fill(&app).await;
        app.given().a_policy(json!({ "publicReading": true })).await;
        let types = Types::of(&app).await;

        // Everything that an admin can find: ids, and words.
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
        for noun in ["account", "anchor", "article", "citation", "claim", "draft", "invitation", "membership", "newsroom", "rating", "revision", "ruling", "scale", "source", "span", "submission", "verdict"] {
            assert!(nouns.contains(noun), "the walk from inside finds a {noun}: {nouns:?}");
        }

        // A stranger asks for each of them, and for each root field with each argument that an insider would use.
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
        let list = format!("{{ publishedRulings(slug: \"desk\") {{ {} }} }}", types.selection("RulingConnection", 5));
        outside.push(app.as_stranger().ask(&list).await.ok().body);
        outside.push(app.as_stranger().ask("{ viewer { id email } }").await.ok().body);
        for slug in ["desk", "rival", "none"] {
            let newsroom = app.as_stranger().send("query($slug: String!) { newsroom(slug: $slug) { id name policy { publicReading } } }", json!({ "slug": slug })).await;
            assert_eq!(newsroom.code(), "UNAUTHENTICATED", "{slug}");
            outside.push(newsroom.body["data"].clone());
        }
        let unknown = ["rival", "none", ""].map(async |slug| app.as_stranger().send("query($slug: String!) { publishedRulings(slug: $slug) { totalCount } }", json!({ "slug": slug })).await);
        let unknown = futures_util::future::join_all(unknown).await;
        assert!(unknown.iter().all(|reply| reply.code() == "UNAUTHENTICATED" && reply.body == unknown[0].body), "a newsroom that publishes nothing looks like none: {unknown:?}");

        let outside = Value::Array(outside);
        let mut seen = BTreeSet::new();
        strings(&outside, &mut seen);
        // Of the ids, those of the rulings, of the verdicts that these rest on, and of the ratings given.
        let nouns: BTreeSet<_> = ids.intersection(&seen).filter_map(|id| Some(id.split_once('_')?.0)).collect();
        assert_eq!(nouns, BTreeSet::from(["rating", "ruling", "verdict"]));
        assert_eq!(ids.intersection(&seen).filter(|id| id.starts_with("verdict")).count(), 4);
        // Of the words, none of those that are in no ruling; the text of the article no further than around the quote.
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
        assert_eq!(ways, WAYS_IN.map(str::to_owned).into(), "a new way in belongs into the list here, and passes `inside` in src/graphql/edges/ruling.rs");
    }

    async fn without_public_reading_rulings_are_for_members(app: TestApp) {
        let (claim, ruling) = app.given().a_published_claim().await;
        let by_id = "query($id: ID!) { node(id: $id) { ... on Ruling { summary publishedBy { displayName } claim { id } verdicts { reviewer { displayName } verdict { id } } } } }";
        let list = "{ publishedRulings(slug: \"desk\") { totalCount } }";
        let codes = async |client: Client| [client.send(by_id, json!({ "id": ruling })).await.code().to_owned(), client.ask(list).await.code().to_owned()];
        let both = |code: &str| [code.to_owned(), code.to_owned()];
        let (stranger, rival) = (async || codes(app.as_stranger()).await, async || codes(app.as_rival()).await);
        assert_eq!((stranger().await, rival().await), (both("UNAUTHENTICATED"), both("NOT_FOUND")));
        app.given().a_policy(json!({ "publicReading": true })).await;
        assert_eq!((stranger().await, rival().await), (both("OK"), both("OK")));
        app.given().a_policy(json!({ "publicReading": false })).await;
        assert_eq!((stranger().await, rival().await), (both("UNAUTHENTICATED"), both("NOT_FOUND")));
        let unknown = format!("ruling_{}", "7".repeat(32));
        for client in [app.as_stranger(), app.as_rival()] {
            assert_eq!(client.send(by_id, json!({ "id": unknown })).await.body, client.send(by_id, json!({ "id": ruling })).await.body);
        }
        // Members see who, whatever the policy.
        for public in [false, true] {
            app.given().a_policy(json!({ "publicReading": public })).await;
            let reply = app.as_reader().send(by_id, json!({ "id": ruling })).await;
            assert_eq!((reply.text("/node/publishedBy/displayName"), reply.text("/node/claim/id")), ("editor".into(), claim.clone()));
            assert_eq!((reply.text("/node/verdicts/1/reviewer/displayName"), reply.data("/node/verdicts/1/verdict").is_object()), ("second".into(), true));
        }
        // A stranger changes nothing, published or not.
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

/// Puts the same word for all ids and times.
fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(plain),
        Value::Array(list) => list.iter_mut().for_each(plain),
        Value::String(text) if chrono::DateTime::parse_from_rfc3339(text).is_ok() => "time".clone_into(text),
        Value::String(text) if text.split_once('_').is_some_and(|(_, digits)| digits.len() == 32) => "id".clone_into(text),
        _ => {}
    }
}
