//! A complete fact-check, as a newsroom does it: an article, two claims, two reviewers, one editor,
//! one reader.

use serde_json::{Value, json};

use crate::app::Client;

/// Our own account of the events that the product was first asked to check.
const ARTICLE: &str = include_str!("../fixtures/mali-ukraine.txt");

/// How the sentences begin that are claims in it.
const ADMISSION: &str = "Mali claims that Andrii Yusov";
const SUMMONS: &str = "On Sunday, August 4, it was reported that Senegal had summoned";

/// The sentence that begins with these words.
fn sentence<'a>(sentences: &'a Value, begins: &str) -> &'a str {
    let mut texts =
        sentences.as_array().expect("spans").iter().filter_map(|span| span["text"].as_str());
    texts
        .find(|text| text.starts_with(begins))
        .unwrap_or_else(|| panic!("no sentence begins with {begins}"))
        .trim_end()
}

fn verdict(claim: &str, rating: &str, rationale: &str, citations: &[(&str, &str)]) -> Value {
    let citations: Vec<_> =
        citations.iter().map(|(url, stance)| json!({ "url": url, "title": "A page", "stance": stance, "quote": "As it says." })).collect();
    json!({ "claim": claim, "rating": rating, "rationale": rationale, "citations": citations })
}

const SUMMARY: &str = "articleCount claimCount judgedClaimCount disputedClaimCount verdictCount hiddenVerdictCount unsourcedVerdictCount sourceCount \
    verdictCounts { rating { key } count }";

db_tests! {
    #[allow(clippy::too_many_lines, reason = "one story, told in one go")]
    async fn an_article_is_checked_from_import_to_summary(app: TestApp) {
        let (title, body) = ARTICLE.split_once('\n').expect("a headline, and a text below it");
        let (admission, summons) = (ADMISSION, SUMMONS);
        let (editor, reviewer, second, reader) = (app.as_editor(), app.as_reviewer(), app.as_second(), app.as_reader());

        // The editor imports the article. Every line becomes a block, and no text is lost.
        let input = json!({ "newsroom": app.newsroom(), "title": title, "body": body, "language": "en", "publishedAt": "2024-08-05T00:00:00Z" });
        let selection = "article { id title revision { text } blocks: spans { kind text } sentences: spans(kind: SENTENCE) { text } }";
        let imported = editor.call("importArticle", input, selection).await.ok();
        let article = imported.text("/importArticle/article/id");
        assert_eq!(imported.text("/importArticle/article/title"), title);
        assert_eq!(imported.text("/importArticle/article/revision/text"), format!("{title}\n\n{body}"));
        let blocks = imported.data("/importArticle/article/blocks").as_array().expect("blocks");
        let lines: Vec<&str> = std::iter::once(title).chain(body.lines().filter(|line| !line.trim().is_empty())).collect();
        assert_eq!(blocks.iter().map(|block| block["text"].as_str().expect("text")).collect::<Vec<_>>(), lines);
        for (kind, sign) in [("TITLE", title), ("CAPTION", "(photo: "), ("HEADING", "Backstory"), ("PARAGRAPH", admission), ("PARAGRAPH", summons)] {
            assert!(blocks.iter().any(|block| block["kind"] == kind && block["text"].as_str().is_some_and(|text| text.contains(sign))), "{kind} {sign}");
        }

        // A reviewer marks two claims by their words.
        let sentences = imported.data("/importArticle/article/sentences");
        let mut claims = Vec::new();
        for (statement, claimant, begins) in [
            ("A spokesman admitted his side's part in the defeat.", "The transitional government of Mali", admission),
            ("The ambassador was summoned over a comment.", "Unnamed reports", summons),
        ] {
            let quote = sentence(sentences, begins);
            let input = json!({ "article": article, "statement": statement, "claimant": claimant, "tags": ["diplomacy"], "ranges": [{ "exact": quote }] });
            let reply = reviewer.call("markClaim", input, "claim { id state claimant anchors { exact start end prefix } }").await.ok();
            let claim = reply.data("/markClaim/claim");
            assert_eq!((&claim["state"], &claim["claimant"], &claim["anchors"][0]["exact"]), (&json!("OPEN"), &json!(claimant), &json!(quote)));
            claims.push(claim["id"].as_str().expect("an id").to_owned());
        }
        let (yusov, senegal) = (&claims[0], &claims[1]);
        let ids = json!({ "article": article, "yusov": yusov, "senegal": senegal });

        // The first reviewer judges both claims, with a shared source.
        let judge = async |who: &Client, input: Value| who.call("submitVerdict", input, "verdict { id } claim { state version }").await;
        let shared = "https://broadcast.example.org/2024-07-29?utm_source=mail#minute-3";
        let own = "https://ministry.example.org/statement";
        let first = judge(&reviewer, verdict(yusov, "MOSTLY_FALSE", "He spoke of information, not of involvement.", &[(shared, "REFUTES"), (own, "SUPPORTS")])).await.ok();
        assert_eq!(first.text("/submitVerdict/claim/state"), "IN_REVIEW");
        let first = first.text("/submitVerdict/verdict/id");
        judge(&reviewer, verdict(senegal, "TRUE", "Dakar said so itself.", &[("https://dakar.example.org/note", "SUPPORTS")])).await.ok();

        // Blind review: the reader and the second reviewer cannot see the verdict by any path. The
        // editor and its author can.
        let blind = "query($article: ID!, $yusov: ID!) {
            article(id: $article) { summary { verdictCount hiddenVerdictCount sourceCount disputedClaimCount verdictCounts { count } } }
            node(id: $yusov) { ... on Claim { state verdicts { id rationale } summary { verdictCount hiddenVerdictCount disputed sourceCount verdictCounts { count } } } }
            newsroom(slug: \"desk\") { sources { totalCount nodes { url } } judged: claims(filter: { ratingKeys: [\"MOSTLY_FALSE\"] }) { totalCount } } }";
        for who in [&reader, &second] {
            let reply = who.send(blind, ids.clone()).await;
            let hidden = json!({ "verdictCount": 2, "hiddenVerdictCount": 2, "sourceCount": 0, "disputedClaimCount": 0, "verdictCounts": [] });
            assert_eq!(*reply.data("/article/summary"), hidden);
            let hidden = json!({ "verdictCount": 1, "hiddenVerdictCount": 1, "disputed": null, "sourceCount": 0, "verdictCounts": [] });
            assert_eq!(*reply.data("/node"), json!({ "state": "IN_REVIEW", "verdicts": [], "summary": hidden }));
            assert_eq!(*reply.data("/newsroom"), json!({ "sources": { "totalCount": 0, "nodes": [] }, "judged": { "totalCount": 0 } }));
            assert_eq!(who.send("query($id: ID!) { node(id: $id) { id } }", json!({ "id": first })).await.code(), "NOT_FOUND");
        }
        for who in [&editor, &reviewer] {
            let reply = who.send(blind, ids.clone()).await;
            assert_eq!(reply.text("/node/verdicts/0/id"), first);
            assert_eq!((reply.number("/article/summary/hiddenVerdictCount"), reply.number("/article/summary/sourceCount")), (0, 3));
            assert_eq!(reply.number("/newsroom/judged/totalCount"), 1);
        }

        // The second reviewer agrees on one claim and differs on the other. Both are READY, and
        // visible to all.
        let again = "https://broadcast.example.org/2024-07-29";
        let ready = judge(&second, verdict(yusov, "FALSE", "He admitted nothing of the kind.", &[(again, "REFUTES")])).await.ok();
        assert_eq!(ready.text("/submitVerdict/claim/state"), "READY");
        let ready = judge(&second, verdict(senegal, "TRUE", "Reported by two agencies.", &[("https://agency.example.org/1", "SUPPORTS"), ("https://agency.example.org/2", "SUPPORTS")])).await.ok();
        assert_eq!(ready.text("/submitVerdict/claim/state"), "READY");
        judge(&app.as_third(), verdict(senegal, "UNVERIFIABLE", "I could not find the comment itself.", &[])).await.ok();

        // The editor reads the summary.
        app.fixtures().an_article().await;
        let document = format!(
            "query($article: ID!, $yusov: ID!, $senegal: ID!) {{
                article(id: $article) {{ summary {{ {SUMMARY} }} claims {{ totalCount nodes {{ id }} }} }}
                newsroom(slug: \"desk\") {{ summary {{ {SUMMARY} }} sources {{ totalCount nodes {{ url citationCount }} }} disputed: claims(filter: {{ disputed: true }}) {{ totalCount }} }}
                yusov: node(id: $yusov) {{ ... on Claim {{ summary {{ verdictCount disputed sourceCount unsourcedVerdictCount }} }} }}
                senegal: node(id: $senegal) {{ ... on Claim {{ summary {{ verdictCount disputed sourceCount unsourcedVerdictCount }} }} }} }}"
        );
        let counts = |counts: &Value| -> std::collections::BTreeMap<String, i64> {
            let counts = counts.as_array().expect("counts").iter();
            counts.map(|count| (count["rating"]["key"].as_str().expect("a key").to_owned(), count["count"].as_i64().expect("a number"))).collect()
        };
        for who in [&editor, &reader] {
            let reply = who.send(&document, ids.clone()).await;
            for (place, articles) in [("article", 1), ("newsroom", 2)] {
                let mut summary = reply.data(&format!("/{place}/summary")).clone();
                let counted = counts(&summary["verdictCounts"].take());
                assert_eq!(counted, [("FALSE", 1), ("MOSTLY_FALSE", 1), ("TRUE", 2), ("UNVERIFIABLE", 1)].map(|(key, n)| (key.to_owned(), n)).into());
                assert_eq!(summary, json!({
                    "articleCount": articles, "claimCount": 2, "judgedClaimCount": 2, "disputedClaimCount": 2, "verdictCount": 5, "hiddenVerdictCount": 0,
                    "unsourcedVerdictCount": 1, "sourceCount": 5, "verdictCounts": null,
                }));
            }
            assert_eq!(*reply.data("/yusov/summary"), json!({ "verdictCount": 2, "disputed": true, "sourceCount": 2, "unsourcedVerdictCount": 0 }));
            assert_eq!(*reply.data("/senegal/summary"), json!({ "verdictCount": 3, "disputed": true, "sourceCount": 3, "unsourcedVerdictCount": 1 }));
            assert_eq!(*reply.data("/article/claims"), json!({ "totalCount": 2, "nodes": [{ "id": yusov }, { "id": senegal }] }));
            assert_eq!((reply.number("/newsroom/sources/totalCount"), reply.number("/newsroom/disputed/totalCount")), (5, 2));
            let sources = reply.data("/newsroom/sources/nodes").as_array().expect("sources");
            assert!(sources.contains(&json!({ "url": again, "citationCount": 2 })), "one source, cited twice: {sources:?}");
        }
        // Once the third reviewer withdraws the different verdict, the second claim is no longer
        // disputed.
        let odd = "query($senegal: ID!) { node(id: $senegal) { ... on Claim { verdicts { id rating { key } } } } }";
        let odd = app.as_third().send(odd, ids.clone()).await.data("/node/verdicts").as_array().expect("verdicts").iter().find(|v| v["rating"]["key"] == "UNVERIFIABLE").expect("it")["id"].clone();
        app.as_third().call("withdrawVerdict", json!({ "verdict": odd, "reason": "I found it." }), "verdict { state }").await.ok();
        let reply = editor.send(&document, ids.clone()).await;
        assert_eq!(["disputedClaimCount", "verdictCount", "unsourcedVerdictCount"].map(|name| reply.number(&format!("/article/summary/{name}"))), [1, 4, 0]);

        // A reader can only read. Without signing in, nobody can.
        for (mutation, input) in [
            ("importArticle", json!({ "newsroom": app.newsroom(), "title": "Mine", "body": "Text." })),
            ("markClaim", json!({ "article": article, "statement": "It is so.", "ranges": [{ "exact": title }] })),
            ("editClaim", json!({ "claim": yusov, "tags": ["mine"] })),
            ("withdrawClaim", json!({ "claim": yusov, "reason": "I say so." })),
            ("submitVerdict", verdict(yusov, "TRUE", "I say so.", &[(own, "SUPPORTS")])),
            ("withdrawVerdict", json!({ "verdict": first, "reason": "I say so." })),
            ("inviteMember", json!({ "newsroom": app.newsroom(), "email": "friend@example.org", "role": "ADMIN" })),
            ("setPolicy", json!({ "newsroom": app.newsroom(), "blindReview": false })),
        ] {
            assert_eq!(reader.call(mutation, input.clone(), "__typename").await.code(), "FORBIDDEN", "{mutation}");
            assert_eq!(app.as_stranger().call(mutation, input, "__typename").await.code(), "UNAUTHENTICATED", "{mutation}");
        }
        let input = json!({ "verdict": first, "reason": "I say so." });
        assert_eq!(editor.call("withdrawVerdict", input, "verdict { id }").await.code(), "FORBIDDEN", "nobody writes another person's verdict");
        assert_eq!(app.as_stranger().send(&document, ids.clone()).await.code(), "UNAUTHENTICATED");
        assert_eq!(app.as_rival().send(&document, ids).await.code(), "NOT_FOUND");
    }
}
