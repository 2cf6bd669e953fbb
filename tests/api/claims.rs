//! Claims: marking them on words of an article, changing them and withdrawing them.

use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::fixtures::verdict_on;

/// A text in which the units differ before "rises": an emoji of five code points, a letter with a
/// combining mark, Arabic, Hebrew.
const BODY: &str = "\
👩‍👩‍👧 Rent rises. Cafe\u{301} prices fall.
قال الوزير نعم. Rent rises again.
ראש העיר אמר לא. 🇲🇱 votes.
";

const CLAIM: &str = "claim { id statement claimant claimedOn tags state version markedAt markedBy { displayName } \
     anchors { exact prefix suffix start end start16: start(unit: UTF16) end16: end(unit: UTF16) start8: start(unit: UTF8) end8: end(unit: UTF8) } } \
     article { id version }";

async fn article(app: &TestApp) -> String {
    app.fixtures().an_article_of("Rents", BODY).await
}

/// The response to marking a claim on these ranges as the reviewer.
async fn mark(app: &TestApp, article: &str, ranges: Value) -> Reply {
    app.as_reviewer()
        .call(
            "markClaim",
            json!({ "article": article, "statement": "Rent rises.", "ranges": ranges }),
            CLAIM,
        )
        .await
}

/// The response to marking a claim with these fields as the reviewer, on words that exist.
async fn mark_with(app: &TestApp, article: &str, fields: Value) -> Reply {
    let mut input = json!({ "article": article, "statement": "Rent rises.", "ranges": [{ "exact": "prices fall" }] });
    input.as_object_mut().expect("an object").extend(fields.as_object().expect("fields").clone());
    app.as_reviewer().call("markClaim", input, CLAIM).await
}

/// The offsets of the first occurrence of `words` in `text`, in each unit.
fn offsets(text: &str, words: &str) -> [(&'static str, usize, usize); 3] {
    let at = text.find(words).expect("the words occur in the text");
    let (before, upto) = (&text[..at], &text[..at + words.len()]);
    [
        ("CODE_POINT", before.chars().count(), upto.chars().count()),
        ("UTF16", before.encode_utf16().count(), upto.encode_utf16().count()),
        ("UTF8", before.len(), upto.len()),
    ]
}

async fn edit(app: &TestApp, who: &str, claim: &str, fields: Value) -> Reply {
    let mut input = json!({ "claim": claim });
    input.as_object_mut().expect("an object").extend(fields.as_object().expect("fields").clone());
    app.as_(who).call("editClaim", input, CLAIM).await
}

async fn read(app: &TestApp, claim: &str) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on Claim { statement claimant claimedOn tags state version withdrawnAt withdrawnReason summary { verdictCount } verdicts { rationale } } } }";
    app.as_editor().send(document, json!({ "id": claim })).await.data("/node").clone()
}

db_tests! {
    async fn words_are_found_by_offsets_in_each_unit(app: TestApp) {
        let article = article(&app).await;
        let text = format!("Rents\n\n{BODY}");
        for words in ["👩‍👩‍👧", "Rent rises", "Cafe\u{301}", "الوزير نعم", "אמר לא", "🇲🇱 votes", "again.\nראש"] {
            let places = offsets(&text, words);
            for (unit, start, end) in places {
                let range = json!({ "exact": words, "start": start, "end": end, "unit": unit });
                let reply = mark(&app, &article, json!([range])).await.ok();
                let anchor = reply.data("/markClaim/claim/anchors/0");
                assert_eq!(anchor["exact"], words);
                let [points, utf16, utf8] = places;
                assert_eq!(*anchor.pointer("/start").expect("start"), points.1, "{words} by {unit}");
                for (name, (_, start, end)) in [("", points), ("16", utf16), ("8", utf8)] {
                    assert_eq!((&anchor[format!("start{name}")], &anchor[format!("end{name}")]), (&json!(start), &json!(end)), "{words} by {unit}");
                }
                assert!(text.contains(&format!("{}{words}{}", anchor["prefix"].as_str().expect("text"), anchor["suffix"].as_str().expect("text"))));
            }
        }
        // The default unit is the code point.
        let [(_, start, end), ..] = offsets(&text, "votes");
        mark(&app, &article, json!([{ "exact": "votes", "start": start, "end": end }])).await.ok();
    }

    async fn words_are_found_by_themselves_or_by_what_stands_around_them(app: TestApp) {
        let article = article(&app).await;
        let text = format!("Rents\n\n{BODY}");
        let starts = |words: &str| text.match_indices(words).map(|(at, _)| text[..at].chars().count()).collect::<Vec<_>>();
        let rises = starts("rises");
        for (range, start) in [
            (json!({ "exact": "prices fall" }), starts("prices fall")[0]),
            (json!({ "exact": "rises", "suffix": " again" }), rises[1]),
            (json!({ "exact": "rises", "suffix": ". Cafe\u{301}" }), rises[0]),
            (json!({ "exact": "rises", "prefix": "نعم. Rent " }), rises[1]),
            (json!({ "exact": "rises", "prefix": "👧 Rent ", "suffix": "." }), rises[0]),
            (json!({ "exact": "rises", "prefix": "", "suffix": " " }), rises[1]),
            (json!({ "exact": "fall.\r\nقال" }), starts("fall.\nقال")[0]),
            (json!({ "exact": "Rents" }), 0),
        ] {
            let reply = mark(&app, &article, json!([range])).await.ok();
            assert_eq!(*reply.data("/markClaim/claim/anchors/0/start"), start, "{range}");
        }
    }

    async fn a_claim_may_stand_on_several_ranges_in_any_order(app: TestApp) {
        let article = article(&app).await;
        let ranges = json!([{ "exact": "votes" }, { "exact": "Rent rises", "suffix": " again" }, { "exact": "Rent rises", "suffix": ". C" }, { "exact": " again" }]);
        let reply = mark(&app, &article, ranges).await.ok();
        let anchors = reply.data("/markClaim/claim/anchors").as_array().expect("anchors").clone();
        let words: Vec<_> = anchors.iter().map(|anchor| anchor["exact"].clone()).collect();
        assert_eq!(words, ["Rent rises", "Rent rises", " again", "votes"], "in reading order, and the second touches the third");
        assert!(anchors.is_sorted_by_key(|anchor| anchor["start"].as_i64()));
        let long = app.fixtures().an_article_of("Many", &(0..20).fold(String::new(), |text, n| text + "-t" + &"x".repeat(n) + "-")).await;
        let most: Vec<_> = (0..20).map(|n| json!({ "exact": format!("t{}", "x".repeat(n)), "prefix": "-", "suffix": "-" })).collect();
        assert_eq!(mark(&app, &long, json!(most)).await.ok().data("/markClaim/claim/anchors").as_array().map(Vec::len), Some(20));
    }

    async fn ranges_that_name_no_words_are_refused_with_field_and_reason(app: TestApp) {
        let article = article(&app).await;
        let text = format!("Rents\n\n{BODY}");
        let length = text.chars().count();
        let at = |words: &str| offsets(&text, words);
        let [points, utf16, utf8] = at("Rent rises");
        let [family, family16, family8] = at("👩‍👩‍👧");
        let cafe = at("Cafe\u{301}")[0];
        let by = |exact: &str, start: i64, end: i64, unit: &str| json!({ "exact": exact, "start": start, "end": end, "unit": unit });
        let i = |n: usize| i64::try_from(n).expect("small");
        let cases = [
            // Words that do not occur, with a different letter, form of an accent, or sign.
            (json!({ "exact": "Rent falls" }), "exact", "QUOTE_NOT_FOUND"),
            (json!({ "exact": "rent rises" }), "exact", "QUOTE_NOT_FOUND"),
            (json!({ "exact": "Caf\u{E9}" }), "exact", "QUOTE_NOT_FOUND"),
            (json!({ "exact": "Rent  rises" }), "exact", "QUOTE_NOT_FOUND"),
            (json!({ "exact": "prices", "prefix": "no " }), "exact", "QUOTE_NOT_FOUND"),
            (json!({ "exact": "prices", "suffix": " rise" }), "exact", "QUOTE_NOT_FOUND"),
            (json!({ "exact": "a%" }), "exact", "QUOTE_NOT_FOUND"),
            // Words that occur more than once.
            (json!({ "exact": "Rent rises" }), "exact", "AMBIGUOUS_QUOTE"),
            (json!({ "exact": "rises", "prefix": "Rent " }), "exact", "AMBIGUOUS_QUOTE"),
            (json!({ "exact": " " , "prefix": "." }), "exact", "EMPTY"),
            // Words that end or begin within a letter.
            (json!({ "exact": "Cafe" }), "exact", "SPLITS_GRAPHEME"),
            (json!({ "exact": "\u{301} prices" }), "exact", "SPLITS_GRAPHEME"),
            (json!({ "exact": "👧 Rent" }), "exact", "SPLITS_GRAPHEME"),
            (json!({ "exact": "🇲" }), "exact", "SPLITS_GRAPHEME"),
            (by("👩", i(family.1), i(family.1) + 1, "CODE_POINT"), "end", "SPLITS_GRAPHEME"),
            (by("👩", i(family16.1), i(family16.1) + 1, "UTF16"), "end", "SPLITS_GRAPHEME"),
            (by("👧", i(family8.1) + 1, i(family8.2), "UTF8"), "start", "SPLITS_GRAPHEME"),
            (by("Cafe", i(cafe.1), i(cafe.2) - 1, "CODE_POINT"), "end", "SPLITS_GRAPHEME"),
            // Offsets that do not match the words: off by one, or in another unit.
            (by("Rent rises", i(points.1) + 1, i(points.2) + 1, "CODE_POINT"), "exact", "QUOTE_MISMATCH"),
            (by("Rent rises", i(utf16.1), i(utf16.2), "CODE_POINT"), "exact", "QUOTE_MISMATCH"),
            (by("Rent rises", i(utf8.1), i(utf8.2), "UTF16"), "exact", "QUOTE_MISMATCH"),
            (by("Rent falls", i(points.1), i(points.2), "CODE_POINT"), "exact", "QUOTE_MISMATCH"),
            (json!({ "exact": "Rent rises", "start": points.1, "end": points.2, "prefix": "x" }), "prefix", "QUOTE_MISMATCH"),
            (json!({ "exact": "Rent rises", "start": points.1, "end": points.2, "suffix": " again" }), "suffix", "QUOTE_MISMATCH"),
            // Offsets outside the text.
            (by("Rents", -1, 4, "CODE_POINT"), "start", "RANGE_OUT_OF_BOUNDS"),
            (by("votes", i(length) - 1, i(length) + 1, "CODE_POINT"), "end", "RANGE_OUT_OF_BOUNDS"),
            (by("votes", i(text.len()), i(text.len()) + 1, "UTF8"), "end", "RANGE_OUT_OF_BOUNDS"),
            (by("votes", i64::from(i32::MAX) - 1, i64::from(i32::MAX), "UTF16"), "start", "RANGE_OUT_OF_BOUNDS"),
            (by("Rents", i64::from(i32::MIN), i64::from(i32::MIN), "CODE_POINT"), "start", "RANGE_OUT_OF_BOUNDS"),
            (by("Rents", 5, 0, "CODE_POINT"), "end", "RANGE_OUT_OF_BOUNDS"),
            (by("Rents", 5, 5, "CODE_POINT"), "end", "RANGE_OUT_OF_BOUNDS"),
            (json!({ "exact": "Rents", "start": 0 }), "end", "EMPTY"),
            (json!({ "exact": "Rents", "end": 5 }), "start", "EMPTY"),
            // Too few or too many.
            (json!({ "exact": "" }), "exact", "EMPTY"),
            (json!({ "exact": " \n" }), "exact", "EMPTY"),
            (by("", 0, 5, "CODE_POINT"), "exact", "EMPTY"),
            (json!({ "exact": "é".repeat(10_001) }), "exact", "TOO_LARGE"),
            (json!({ "exact": "votes", "prefix": "x".repeat(1_001) }), "prefix", "TOO_LARGE"),
            (json!({ "exact": "votes", "suffix": "x".repeat(1_001) }), "suffix", "TOO_LARGE"),
        ];
        for (range, field, reason) in cases {
            mark(&app, &article, json!([range])).await.refused(&format!("ranges[0].{field}"), reason);
        }
        let good = json!({ "exact": "votes" });
        mark(&app, &article, json!([good, { "exact": "nowhere" }])).await.refused("ranges[1].exact", "QUOTE_NOT_FOUND");
        mark(&app, &article, json!([])).await.refused("ranges", "EMPTY");
        mark(&app, &article, json!(vec![good.clone(); 21])).await.refused("ranges", "TOO_LARGE");
        for overlapping in [json!([good, good]), json!([{ "exact": "🇲🇱 votes" }, good]), json!([good, { "exact": "Cafe\u{301}" }, { "exact": "🇲🇱 votes." }])] {
            let last = overlapping.as_array().expect("ranges").len() - 1;
            mark(&app, &article, overlapping).await.refused(&format!("ranges[{last}]"), "OVERLAPPING_RANGES");
        }
        let reply = app.as_reader().send("query($id: ID!) { article(id: $id) { version claims { totalCount } } }", json!({ "id": article })).await;
        assert_eq!(*reply.data("/article"), json!({ "version": 1, "claims": { "totalCount": 0 } }), "nothing was stored");
    }

    async fn a_refusal_helps_to_give_the_words_better(app: TestApp) {
        let article = article(&app).await;
        let text = format!("Rents\n\n{BODY}");
        let [_, (_, start, end), _] = offsets(&text, "Rent rises");
        for (range, hint) in [
            (json!({ "exact": "Rent rises", "start": start, "end": end }), "UTF16".to_owned()),
            (json!({ "exact": "Caf\u{E9}" }), "normal form".to_owned()),
            (json!({ "exact": "rent rises" }), "capitals".to_owned()),
            (json!({ "exact": "Rent rises" }), offsets(&text, "Rent rises")[0].1.to_string()),
        ] {
            let reply = mark(&app, &article, json!([range])).await;
            assert!(reply.message().contains(&hint), "{range}: {}", reply.message());
        }
    }

    async fn a_claims_own_words_are_checked(app: TestApp) {
        let article = article(&app).await;
        let tags = |count: usize| (0..count).map(|n| format!("tag {n}")).collect::<Vec<_>>();
        for (fields, field, reason) in [
            (json!({ "statement": "" }), "statement", "EMPTY"),
            (json!({ "statement": " \u{2003}\n" }), "statement", "EMPTY"),
            (json!({ "statement": "é".repeat(1001) }), "statement", "TOO_LARGE"),
            (json!({ "statement": "nul \u{0}" }), "statement", "CONTROL_CHARACTER"),
            (json!({ "statement": "two\nlines" }), "statement", "CONTROL_CHARACTER"),
            (json!({ "claimant": "" }), "claimant", "EMPTY"),
            (json!({ "claimant": "é".repeat(201) }), "claimant", "TOO_LARGE"),
            (json!({ "claimant": "A\u{1B}B" }), "claimant", "CONTROL_CHARACTER"),
            (json!({ "tags": tags(21) }), "tags", "TOO_LARGE"),
            (json!({ "tags": ["good", ""] }), "tags[1]", "EMPTY"),
            (json!({ "tags": ["x".repeat(51)] }), "tags[0]", "TOO_LARGE"),
            (json!({ "tags": ["a\u{7}"] }), "tags[0]", "CONTROL_CHARACTER"),
            (json!({ "article": "rents" }), "article", "INVALID_ID"),
            (json!({ "article": app.newsroom() }), "article", "INVALID_ID"),
        ] {
            mark_with(&app, &article, fields).await.refused(field, reason);
        }
        for day in ["yesterday", "2024-02-30", "2024-08-04T10:00:00Z", "04/08/2024", "10000-01-01", "0000-01-01", ""] {
            let reply = mark_with(&app, &article, json!({ "claimedOn": day })).await;
            assert_eq!(reply.code(), "BAD_USER_INPUT", "{day}: {}", reply.body);
        }
        let reply = mark_with(&app, &article, json!({
            "statement": format!(" {} ", "é".repeat(1000)), "claimant": "  The minister ", "claimedOn": "2024-02-29",
            "tags": ["rent", " Ärger ", "rent ", "city", "Ärger", "rent"],
        })).await.ok();
        let claim = reply.data("/markClaim/claim");
        assert_eq!(claim["statement"], "é".repeat(1000));
        assert_eq!((&claim["claimant"], &claim["claimedOn"]), (&json!("The minister"), &json!("2024-02-29")));
        assert_eq!(claim["tags"], json!(["city", "rent", "Ärger"]));
        assert_eq!((&claim["state"], &claim["version"], &claim["markedBy"]["displayName"]), (&json!("OPEN"), &json!(1), &json!("reviewer")));
        assert_eq!(mark_with(&app, &article, json!({ "tags": tags(20) })).await.ok().data("/markClaim/claim/tags").as_array().map(Vec::len), Some(20));
    }

    async fn a_claim_is_marked_only_in_an_article_of_ones_own_newsroom_and_only_by_reviewers(app: TestApp) {
        let article = article(&app).await;
        assert_eq!(mark_with(&app, &format!("article_{}", "0".repeat(32)), json!({})).await.code(), "NOT_FOUND");
        for (who, code) in [("rival", "NOT_FOUND"), ("rival-reviewer", "NOT_FOUND"), ("reader", "FORBIDDEN"), ("editor", "OK"), ("second", "OK")] {
            let input = json!({ "article": article, "statement": "Rent rises.", "ranges": [{ "exact": "votes" }] });
            assert_eq!(app.as_(who).call("markClaim", input, "claim { id }").await.code(), code, "{who}");
        }
        let claim = app.fixtures().a_claim_on(&article, "Prices fall.", "prices fall").await;
        for (mutation, input) in [
            ("editClaim", json!({ "claim": claim, "tags": [] })),
            ("withdrawClaim", json!({ "claim": claim, "reason": "No." })),
            ("submitVerdict", verdict_on(&claim, "TRUE")),
        ] {
            assert_eq!(app.as_rival().call(mutation, input.clone(), "claim { id }").await.code(), "NOT_FOUND", "{mutation}");
            assert_eq!(app.as_reader().call(mutation, input.clone(), "claim { id }").await.code(), "FORBIDDEN", "{mutation}");
            assert_eq!(app.as_stranger().call(mutation, input.clone(), "claim { id }").await.code(), "UNAUTHENTICATED", "{mutation}");
            for wrong in ["", "claim", &article, &claim.to_uppercase()] {
                let mut input = input.clone();
                input["claim"] = json!(wrong);
                app.as_reviewer().call(mutation, input, "claim { id }").await.refused("claim", "INVALID_ID");
            }
            let mut input = input.clone();
            input["claim"] = json!(format!("claim_{}", "0".repeat(32)));
            assert_eq!(app.as_reviewer().call(mutation, input, "claim { id }").await.code(), "NOT_FOUND", "{mutation}");
        }
    }

    async fn claims_come_in_the_order_of_the_text_and_with_the_spans_that_they_stand_on(app: TestApp) {
        let article = article(&app).await;
        let mut claims = std::collections::HashMap::new();
        for (name, ranges) in [
            ("votes", json!([{ "exact": "votes" }])),
            ("both", json!([{ "exact": "again." }, { "exact": "👩‍👩‍👧 Rent rises" }])),
            ("prices", json!([{ "exact": "Cafe\u{301}" }, { "exact": "fall" }])),
            ("between", json!([{ "exact": "prices" }])),
        ] {
            claims.insert(name, mark(&app, &article, ranges).await.ok().text("/markClaim/claim/id"));
        }
        let document = "query($id: ID!) { article(id: $id) { claims { nodes { id } } newest: claims(order: NEWEST_FIRST) { nodes { id } } \
            spans { text claims { id } } sentences: spans(kind: SENTENCE) { text claims { id } } } }";
        let reply = app.as_reader().send(document, json!({ "id": article })).await;
        let named = |list: &Value| -> Vec<&str> {
            let ids = list.as_array().expect("claims").iter().map(|claim| claim["id"].as_str().expect("an id"));
            ids.map(|id| *claims.iter().find(|(_, known)| *known == id).expect("a claim of ours").0).collect()
        };
        assert_eq!(named(reply.data("/article/claims/nodes")), ["both", "prices", "between", "votes"]);
        assert_eq!(named(reply.data("/article/newest/nodes")), ["between", "prices", "both", "votes"]);
        let on = |spans: &str, words: &str| {
            let spans = reply.data(&format!("/article/{spans}")).as_array().expect("spans");
            named(&spans.iter().find(|span| span["text"].as_str().is_some_and(|text| text.contains(words))).expect("a span")["claims"])
        };
        assert_eq!(on("sentences", "👧 Rent rises."), ["both"]);
        assert_eq!(on("sentences", "prices fall"), ["prices", "between"], "each claim once, with any number of ranges");
        assert_eq!(on("sentences", "again"), ["both"]);
        assert_eq!(on("sentences", "الوزير"), [""; 0]);
        assert_eq!(on("sentences", "votes"), ["votes"]);
        assert_eq!(on("spans", "prices fall"), ["both", "prices", "between"]);
        assert_eq!(on("spans", "Rents"), [""; 0]);
    }

    async fn a_claim_is_edited_by_who_marked_it_and_by_editors(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        for (who, code) in [("reviewer", "OK"), ("second", "FORBIDDEN"), ("editor", "OK"), ("admin", "OK")] {
            let reply = edit(&app, who, &claim, json!({ "tags": [who] })).await;
            assert_eq!(reply.code(), code, "{who}");
        }
        let read = read(&app, &claim).await;
        assert_eq!((&read["tags"], &read["version"]), (&json!(["admin"]), &json!(4)));
    }

    async fn what_is_absent_stays_and_null_clears(app: TestApp) {
        let article = article(&app).await;
        let first = json!({ "statement": "Rent rises.", "claimant": "City", "claimedOn": "2024-08-04", "tags": ["rent", "city"] });
        let claim = mark_with(&app, &article, first).await.ok().text("/markClaim/claim/id");
        let mut version = 1;
        for (fields, changed) in [
            (json!({ "statement": "Rents rise." }), json!({ "statement": "Rents rise." })),
            (json!({ "claimant": null }), json!({ "claimant": null })),
            (json!({ "claimant": " Port " }), json!({ "claimant": "Port" })),
            (json!({ "claimedOn": null }), json!({ "claimedOn": null })),
            (json!({ "claimedOn": "2023-01-01" }), json!({ "claimedOn": "2023-01-01" })),
            (json!({ "statement": null, "tags": [] }), json!({ "tags": [] })),
            (json!({ "tags": ["b", "a", "b"] }), json!({ "tags": ["a", "b"] })),
        ] {
            let mut wanted = read(&app, &claim).await;
            // Nothing changes without a change.
            edit(&app, "reviewer", &claim, json!({ "statement": null })).await.refused("claim", "UNCHANGED");
            wanted.as_object_mut().expect("an object").extend(changed.as_object().expect("fields").clone());
            version += 1;
            wanted["version"] = json!(version);
            let reply = edit(&app, "reviewer", &claim, fields.clone()).await.ok();
            assert_eq!(reply.number("/editClaim/claim/version"), version, "{fields}");
            assert_eq!(read(&app, &claim).await, wanted, "{fields}");
        }
        for (fields, field, reason) in [
            (json!({ "statement": "" }), "statement", "EMPTY"),
            (json!({ "statement": "x".repeat(1001) }), "statement", "TOO_LARGE"),
            (json!({ "claimant": " " }), "claimant", "EMPTY"),
            (json!({ "tags": vec!["t"; 21] }), "tags", "TOO_LARGE"),
            (json!({ "tags": ["\u{0}"] }), "tags[0]", "CONTROL_CHARACTER"),
        ] {
            edit(&app, "reviewer", &claim, fields).await.refused(field, reason);
        }
        assert_eq!(read(&app, &claim).await["version"], version);
    }

    async fn an_edit_of_what_has_changed_meanwhile_is_a_conflict(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        edit(&app, "reviewer", &claim, json!({ "tags": ["one"], "expectedVersion": 1 })).await.ok();
        for stale in [1, 0, 3, -1] {
            let reply = edit(&app, "editor", &claim, json!({ "tags": ["two"], "expectedVersion": stale })).await;
            assert_eq!((reply.code(), &reply.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(2)), "{stale}");
        }
        let input = json!({ "claim": claim, "reason": "Not needed.", "expectedVersion": 1 });
        assert_eq!(app.as_editor().call("withdrawClaim", input, "claim { id }").await.code(), "CONFLICT");
        let read = read(&app, &claim).await;
        assert_eq!((&read["tags"], &read["state"], &read["version"]), (&json!(["one"]), &json!("OPEN"), &json!(2)));
    }

    async fn a_judged_claims_words_stay_even_once_the_verdict_is_withdrawn(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let verdict = app.fixtures().a_verdict("second", &claim, "TRUE").await;
        let before = read(&app, &claim).await;
        let rewordings = [json!({ "statement": "Something else." }), json!({ "claimant": "Somebody" }), json!({ "claimant": null }), json!({ "claimedOn": "2024-01-01" })];
        for round in ["judged", "withdrawn"] {
            for fields in &rewordings {
                for who in ["reviewer", "editor"] {
                    let reply = edit(&app, who, &claim, fields.clone()).await;
                    assert_eq!((reply.code(), reply.reason()), ("BAD_USER_INPUT", "CLAIM_JUDGED"), "{round} {fields} {who}");
                }
            }
            if round == "judged" {
                app.as_second().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "An error." }), "verdict { id }").await.ok();
            }
        }
        assert_eq!(read(&app, &claim).await["statement"], before["statement"]);
        // Changing tags, or sending the same words again, does not change what reviewers read.
        let same = json!({ "tags": ["late"], "statement": before["statement"], "claimant": before["claimant"] });
        assert_eq!(*edit(&app, "reviewer", &claim, same).await.ok().data("/editClaim/claim/tags"), json!(["late"]));
        app.fixtures().a_verdict("second", &claim, "FALSE").await;
    }

    async fn a_reworded_claim_is_judged_only_as_it_was_read(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        edit(&app, "reviewer", &claim, json!({ "tags": ["tags", "alone"] })).await.ok();
        let judge = async |version: Option<i64>| {
            let mut input = verdict_on(&claim, "TRUE");
            input["expectedVersion"] = json!(version);
            app.as_second().call("submitVerdict", input, "claim { version }").await
        };
        edit(&app, "reviewer", &claim, json!({ "statement": "The loss is 13 million francs a day." })).await.ok();
        judge(None).await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
        for stale in [1, 2, 4] {
            let reply = judge(Some(stale)).await;
            assert_eq!((reply.code(), &reply.body["errors"][0]["extensions"]["currentVersion"]), ("CONFLICT", &json!(3)));
        }
        assert_eq!(read(&app, &claim).await["summary"]["verdictCount"], 0);
        assert_eq!(judge(Some(3)).await.ok().number("/submitVerdict/claim/version"), 4);
        judge(None).await.refused("expectedVersion", "EXPECTED_VERSION_REQUIRED");
        // A change of tags does not change the claim's words.
        let other = app.fixtures().a_claim().await;
        edit(&app, "reviewer", &other, json!({ "tags": ["rent"], "statement": "The loss is 12 million francs a day." })).await.ok();
        app.fixtures().a_verdict("second", &other, "TRUE").await;
    }

    async fn a_withdrawn_claim_stays_readable_and_counts_no_more(app: TestApp) {
        let article = article(&app).await;
        let claim = app.fixtures().a_claim_on(&article, "Prices fall.", "prices fall").await;
        let kept = app.fixtures().a_claim_on(&article, "It votes.", "votes").await;
        for (who, rating) in [("reviewer", "TRUE"), ("second", "FALSE")] {
            app.fixtures().a_verdict(who, &claim, rating).await;
        }
        let verdict = app.fixtures().a_verdict("second", &kept, "TRUE").await;
        let withdraw = async |who: &str, reason: &str| app.as_(who).call("withdrawClaim", json!({ "claim": claim, "reason": reason }), CLAIM).await;
        for (reason, why) in [("", "EMPTY"), (" \n", "EMPTY"), (&*"é".repeat(1001), "TOO_LARGE"), ("a\u{0}b", "CONTROL_CHARACTER")] {
            withdraw("reviewer", reason).await.refused("reason", why);
        }
        assert_eq!(withdraw("second", "Not mine.").await.code(), "FORBIDDEN");
        let reply = withdraw("reviewer", " Marked twice:\r\nsee the other. ").await.ok();
        assert_eq!(reply.text("/withdrawClaim/claim/state"), "WITHDRAWN");
        for who in ["reviewer", "editor"] {
            withdraw(who, "Again.").await.refused("claim", "CLAIM_WITHDRAWN");
        }
        for who in ["reviewer", "third"] {
            app.as_(who).call("submitVerdict", verdict_on(&claim, "TRUE"), "verdict { id }").await.refused("claim", "CLAIM_WITHDRAWN");
        }
        let stands = read(&app, &claim).await;
        assert_eq!((&stands["statement"], &stands["state"], &stands["withdrawnReason"]), (&json!("Prices fall."), &json!("WITHDRAWN"), &json!("Marked twice:\nsee the other.")));
        assert!(stands["withdrawnAt"].is_string());

        let sums = "claimCount judgedClaimCount disputedClaimCount verdictCount sourceCount verdictCounts { rating { key } count }";
        let document = format!("query($id: ID!) {{ article(id: $id) {{ summary {{ {sums} }} claims {{ totalCount }} newsroom {{ summary {{ {sums} }} }} }} }}");
        let reply = app.as_editor().send(&document, json!({ "id": article })).await;
        let wanted = json!({
            "claimCount": 1, "judgedClaimCount": 1, "disputedClaimCount": 0, "verdictCount": 1, "sourceCount": 1,
            "verdictCounts": [{ "rating": { "key": "TRUE" }, "count": 1 }],
        });
        assert_eq!((reply.data("/article/summary"), reply.data("/article/newsroom/summary")), (&wanted, &wanted));
        assert_eq!(reply.number("/article/claims/totalCount"), 2);
        // A verdict on it can still be withdrawn, and the claim stays withdrawn.
        app.as_second().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "An error." }), "verdict { id }").await.ok();
        let document = "query($id: ID!) { node(id: $id) { ... on Claim { verdicts { id reviewer { displayName } } } } }";
        let verdicts = app.as_editor().send(document, json!({ "id": claim })).await.data("/node/verdicts").clone();
        let of_second = verdicts.as_array().expect("verdicts").iter().find(|verdict| verdict["reviewer"]["displayName"] == "second").expect("one")["id"].clone();
        app.as_second().call("withdrawVerdict", json!({ "verdict": of_second, "reason": "An error." }), "verdict { id }").await.ok();
        assert_eq!(read(&app, &claim).await["state"], "WITHDRAWN");
    }

    async fn markup_is_plain_text_and_comes_back_as_it_was_given(app: TestApp) {
        let markup = "<img src=x onerror=alert(1)> & \"q\" 'a' </script><b>&amp;</b>";
        let input = json!({ "newsroom": app.newsroom(), "title": markup, "body": format!("<p>{markup}</p>"), "publisher": markup, "author": markup });
        let reply = app.as_editor().call("importArticle", input, "article { id title publisher author revision { text } }").await.ok();
        let article = reply.data("/importArticle/article");
        assert_eq!([&article["title"], &article["publisher"], &article["author"]], [markup; 3]);
        assert_eq!(article["revision"]["text"], format!("{markup}\n\n<p>{markup}</p>"));
        let id = article["id"].as_str().expect("an id");
        let input = json!({ "article": id, "statement": markup, "claimant": markup, "tags": ["<b>"], "ranges": [{ "exact": format!("<p>{markup}</p>") }] });
        let reply = app.as_reviewer().call("markClaim", input, CLAIM).await.ok();
        let claim = reply.data("/markClaim/claim");
        assert_eq!([&claim["statement"], &claim["claimant"]], [markup; 2]);
        assert_eq!((&claim["tags"], &claim["anchors"][0]["exact"]), (&json!(["<b>"]), &json!(format!("<p>{markup}</p>"))));
        let mut input = verdict_on(claim["id"].as_str().expect("an id"), "TRUE");
        input["rationale"] = json!(markup);
        input["citations"][0]["title"] = json!(markup);
        let reply = app.as_reviewer().call("submitVerdict", input, "verdict { rationale citations { source { title } } }").await.ok();
        assert_eq!(*reply.data("/submitVerdict/verdict"), json!({ "rationale": markup, "citations": [{ "source": { "title": markup } }] }));
    }
}
