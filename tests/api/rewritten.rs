//! A content management system rewrites the typography of an article: what is proposed, and
//! reaffirming in one step.

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::app::{Reply, TestApp};
use crate::verdicts::with;

const BODY: &str = "Le ministre a déclaré : « Élus et électeurs paient 12 % de plus » lundi.
Сьогодні вранці уряд підвищив тариф на воду.
The harbour's \"new\" crane cost nine million francs.
A last line stays as it is.";

const QUOTES: [&str; 3] =
    ["Élus et électeurs paient 12 % de plus", "уряд підвищив тариф", "crane cost nine million"];

async fn reaffirm(app: &TestApp, who: &str, article: &str) -> Reply {
    let selection = "article { version } reaffirmed { id stale reaffirmedAt reaffirmNote readRevision } left { reason verdict { id stale } }";
    app.as_(who)
        .call("reaffirmVerdicts", json!({ "article": article, "note": "Typography." }), selection)
        .await
}

async fn ids(app: &TestApp, claims: &[String]) -> Vec<Value> {
    let mut ids = Vec::new();
    for claim in claims {
        let document = "query($id: ID!) { node(id: $id) { ... on Claim { stale anchors { status } anchorProposals { exact score start end } } } }";
        ids.push(
            app.as_editor().send(document, json!({ "id": claim })).await.data("/node").clone(),
        );
    }
    ids
}

/// An article with three claims, each judged by the reviewer.
async fn judged(app: &TestApp) -> (String, Vec<String>, Vec<String>) {
    let article = app.fixtures().an_article_of("Prices", BODY).await;
    let (mut claims, mut verdicts) = (Vec::new(), Vec::new());
    for quote in QUOTES {
        let claim = app.fixtures().a_claim_on(&article, &format!("{quote}."), quote).await;
        verdicts.push(app.fixtures().a_verdict("reviewer", &claim, "TRUE").await);
        claims.push(claim);
    }
    (article, claims, verdicts)
}

/// Anchors each stale claim where the first proposal says.
async fn accept_proposals(app: &TestApp, claims: &[String]) {
    for (claim, state) in claims.iter().zip(ids(app, claims).await) {
        if let Some(first) = state["anchorProposals"].get(0) {
            let range =
                json!({ "exact": first["exact"], "start": first["start"], "end": first["end"] });
            app.as_editor()
                .call("reanchor", json!({ "claim": claim, "ranges": [range] }), "claim { id }")
                .await
                .ok();
        }
    }
}

db_tests! {
    async fn what_only_looks_different_is_proposed_whole_and_reaffirmed_in_one_step(app: TestApp) {
        for rewritten in [
            BODY.nfd().collect::<String>(),
            BODY.replace("« ", "“").replace(" »", "”").replace('\'', "’").replace("\"new\"", "„new“"),
            BODY.replace("électeurs", "élec\u{ad}teurs").replace("підвищив", "під\u{ad}вищив").replace("million", "mil\u{ad}lion"),
            BODY.replace("12 %", "12\u{202f}%").replace(" тариф", "\u{a0}тариф").replace("nine ", "nine\u{2009}"),
        ] {
            let (article, claims, verdicts) = judged(&app).await;
            app.fixtures().a_revision_of(&article, &rewritten).await;
            let states = ids(&app, &claims).await;
            for (state, quote) in states.iter().zip(QUOTES).filter(|(state, _)| state["stale"] == true) {
                let proposal = &state["anchorProposals"][0];
                let whole = proposal["exact"].as_str().expect("a proposal");
                let letters = |text: &str| text.nfc().filter(|c| c.is_alphanumeric()).collect::<String>();
                assert_eq!((proposal["score"].as_f64(), letters(whole)), (Some(1.0), letters(quote)), "{state}");
            }
            accept_proposals(&app, &claims).await;
            let stale: Vec<_> = ids(&app, &claims).await.iter().zip(&verdicts).filter(|(state, _)| state["stale"] == true).map(|(_, id)| json!(id)).collect();
            assert!(!stale.is_empty(), "{rewritten}");

            let reply = reaffirm(&app, "reviewer", &article).await.ok();
            assert_eq!(*reply.data("/reaffirmVerdicts/left"), json!([]), "{rewritten}");
            let done = reply.data("/reaffirmVerdicts/reaffirmed").as_array().expect("a list");
            assert_eq!(done.iter().map(|verdict| verdict["id"].clone()).collect::<Vec<_>>(), stale);
            assert!(done.iter().all(|verdict| verdict["stale"] == false && verdict["reaffirmNote"] == "Typography." && verdict["readRevision"] == 2));
            assert!(ids(&app, &claims).await.iter().all(|state| state["stale"] == false));
            assert_eq!(*reaffirm(&app, "reviewer", &article).await.ok().data("/reaffirmVerdicts/reaffirmed"), json!([]));
            crate::together::assert_sound(&app).await;
        }
    }

    async fn whatever_is_more_than_typography_is_left_and_listed(app: TestApp) {
        let (article, claims, verdicts) = judged(&app).await;
        let body = BODY.replace("Le ministre a déclaré", "Le ministre n’a pas déclaré").replace(" lundi", " dimanche")
            .replace("Сьогодні вранці уряд підвищив тариф на воду.", "").replace("\"new\"", "“new”");
        app.fixtures().a_revision_of(&article, &body).await;
        let reply = reaffirm(&app, "reviewer", &article).await.ok();
        let done: Vec<_> = reply.data("/reaffirmVerdicts/reaffirmed").as_array().expect("a list").iter().map(|verdict| verdict["id"].clone()).collect();
        assert_eq!(done, [json!(verdicts[2])]);
        assert_eq!(*reply.data("/reaffirmVerdicts/left"), json!([
            { "reason": "WORDS_DIFFER", "verdict": { "id": verdicts[0], "stale": true } },
            { "reason": "CLAIM_ORPHANED", "verdict": { "id": verdicts[1], "stale": true } },
        ]));
        let log = crate::events::logs(&app.db).await.remove(&app.newsroom()).expect("a log");
        let last = log.last().expect("an event");
        let detail: Value = serde_json::from_str(&last.detail).expect("JSON");
        assert_eq!((last.kind, &detail["typographyOnly"], &detail["readBefore"], &detail["revision"]), (claimspan::domain::event::Kind::VerdictReaffirmed, &json!(true), &json!(1), &json!(2)));
        assert_eq!(ids(&app, &claims).await[2]["stale"], false);
    }

    async fn a_claim_that_an_editor_re_anchored_is_left(app: TestApp) {
        let body = "Diop came.\nHe fled to Paris.\nSow came.\nHe fled to Paris.";
        let article = app.fixtures().an_article_of("Flight", body).await;
        let input = json!({ "article": article, "statement": "Diop fled.", "ranges": [{ "exact": "He fled to Paris", "prefix": "Diop came.\n" }] });
        let claim = app.as_reviewer().call("markClaim", input, "claim { id }").await.ok().text("/markClaim/claim/id");
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        let input = json!({ "claim": claim, "ranges": [{ "exact": "He fled to Paris", "prefix": "Sow came.\n" }] });
        app.as_editor().call("reanchor", input, "claim { id }").await.ok();
        let reply = reaffirm(&app, "reviewer", &article).await.ok();
        assert_eq!(*reply.data("/reaffirmVerdicts/reaffirmed"), json!([]));
        assert_eq!(reply.text("/reaffirmVerdicts/left/0/reason"), "WORDS_DIFFER");
    }

    async fn nobody_reaffirms_for_another(app: TestApp) {
        let (article, _, _) = judged(&app).await;
        app.fixtures().a_revision_of(&article, &BODY.replace("\"new\"", "“new”")).await;
        assert_eq!(*reaffirm(&app, "second", &article).await.ok().data("/reaffirmVerdicts"), json!({ "article": reaffirm(&app, "editor", &article).await.ok().data("/reaffirmVerdicts/article"), "reaffirmed": [], "left": [] }));
        for (who, code) in [("reader", "FORBIDDEN"), ("rival", "NOT_FOUND"), ("rival-reviewer", "NOT_FOUND")] {
            assert_eq!(reaffirm(&app, who, &article).await.code(), code, "{who}");
        }
        let input = with(json!({ "article": article }), &json!({ "note": "" }));
        app.as_reviewer().call("reaffirmVerdicts", input, "article { id }").await.refused("note", "EMPTY");
    }
}
