//! Questions: a citation can say which question about the claim the source answers.

use claimspan::domain::verdict::source::citation::{Column, Entity};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::exports::text;
use crate::fixtures::verdict_on;
use crate::record::assert_whole;
use crate::verdicts::with;

/// Citations that answer questions, one of each form.
fn cited() -> Value {
    let of = |fields: Value| with(json!({ "stance": "CONTEXT" }), &fields);
    json!([
        of(
            json!({ "url": "https://ledger.example.org/", "question": " What does\nthe ledger say? ", "answer": "12,014,000\r\nfrancs", "answerType": "EXTRACTIVE" })
        ),
        of(
            json!({ "url": "https://port.example.org/", "question": "What does the ledger say?", "answer": "About 12 million." })
        ),
        of(
            json!({ "url": "https://port.example.org/", "question": "Is it a loss?", "answer": "Yes. The port earned less.", "answerType": "BOOLEAN" })
        ),
        of(
            json!({ "kind": "OTHER", "description": "Three registers", "question": "Who counted?", "answerType": "UNANSWERABLE" })
        ),
        of(json!({ "url": "https://plain.example.org/" })),
    ])
}

/// What is stored of them.
fn stored() -> Value {
    json!([
        { "question": "What does the ledger say?", "answer": "12,014,000\nfrancs", "answerType": "EXTRACTIVE" },
        { "question": "What does the ledger say?", "answer": "About 12 million.", "answerType": "ABSTRACTIVE" },
        { "question": "Is it a loss?", "answer": "Yes. The port earned less.", "answerType": "BOOLEAN" },
        { "question": "Who counted?", "answer": null, "answerType": "UNANSWERABLE" },
        { "question": null, "answer": null, "answerType": null },
    ])
}

fn judgement(claim: &str, rating: &str) -> Value {
    with(verdict_on(claim, rating), &json!({ "citations": cited() }))
}

const FIELDS: &str = "question answer answerType";

async fn judge(app: &TestApp, by: &str, claim: &str, rating: &str) {
    app.as_(by).call("submitVerdict", judgement(claim, rating), "verdict { id }").await.ok();
}

db_tests! {
    async fn a_citation_answers_a_question(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let selection = format!("verdict {{ citations {{ {FIELDS} }} }}");

        let reply = app.as_reviewer().call("submitVerdict", judgement(&claim, "TRUE"), &selection).await;

        assert_eq!(*reply.data("/submitVerdict/verdict/citations"), stored());
        // A newer submission leaves the older one as it was.
        let plain = json!({ "citations": [{ "url": "https://plain.example.org/", "stance": "CONTEXT" }] });
        app.as_reviewer().call("submitVerdict", with(verdict_on(&claim, "TRUE"), &plain), "verdict { id }").await.ok();
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Claim {{ verdicts {{ history {{ citations {{ {FIELDS} }} }} }} }} }} }}");
        let history = app.as_editor().send(&document, json!({ "id": claim })).await;
        let history = history.data("/node/verdicts/0/history");
        assert_eq!(history[0]["citations"], stored());
        assert_eq!(history[1]["citations"], json!([stored()[4]]));
        assert_whole(&app.db).await;
    }

    async fn an_answer_needs_a_question_and_a_question_an_answer(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        for (wrong, field, reason) in [
            (json!({ "answer": "Yes." }), "question", "EMPTY"),
            (json!({ "answerType": "BOOLEAN" }), "question", "EMPTY"),
            (json!({ "question": " ", "answer": "Yes." }), "question", "EMPTY"),
            (json!({ "question": "Is it so?" }), "answer", "EMPTY"),
            (json!({ "question": "Is it so?", "answer": " \n", "answerType": "BOOLEAN" }), "answer", "EMPTY"),
            (json!({ "question": "x".repeat(501), "answer": "Yes." }), "question", "TOO_LARGE"),
            (json!({ "question": "Is it so?", "answer": "x".repeat(5001) }), "answer", "TOO_LARGE"),
            (json!({ "question": "Is it\u{7} so?", "answer": "Yes." }), "question", "CONTROL_CHARACTER"),
            (json!({ "question": "Is it so?", "answer": "Yes\u{7}" }), "answer", "CONTROL_CHARACTER"),
        ] {
            let citation = with(json!({ "url": "https://a.example.org/", "stance": "CONTEXT" }), &wrong);
            let input = with(verdict_on(&claim, "TRUE"), &json!({ "citations": [citation] }));
            let field = format!("citations[0].{field}");
            app.as_reviewer().call("submitVerdict", input.clone(), "verdict { id }").await.refused(&field, reason);
            app.as_reviewer().call("saveVerdictDraft", input, "verdict { id }").await.refused(&field, reason);
        }
        let most = json!({ "url": "https://a.example.org/", "stance": "CONTEXT", "question": "é".repeat(500), "answer": "é".repeat(5000) });
        let input = with(verdict_on(&claim, "TRUE"), &json!({ "citations": [most] }));
        app.as_reviewer().call("submitVerdict", input, "verdict { id }").await.ok();
    }

    async fn a_draft_keeps_questions_for_its_author_alone(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let selection = format!("verdict {{ id citations {{ {FIELDS} }} }}");

        let saved = app.as_reviewer().call("saveVerdictDraft", judgement(&claim, "TRUE"), &selection).await;

        assert_eq!(*saved.data("/saveVerdictDraft/verdict/citations"), stored());
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on VerdictDraft {{ citations {{ {FIELDS} }} }} }} }}");
        let id = json!({ "id": saved.text("/saveVerdictDraft/verdict/id") });
        assert_eq!(*app.as_reviewer().send(&document, id.clone()).await.data("/node/citations"), stored());
        assert_eq!(app.as_admin().send(&document, id).await.code(), "NOT_FOUND");
    }

    async fn blind_review_hides_questions(app: TestApp) {
        app.fixtures().a_policy(json!({ "blindReview": true, "verdictsRequired": 3 })).await;
        let claim = app.fixtures().a_claim().await;
        judge(&app, "reviewer", &claim, "TRUE").await;
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Claim {{ verdicts {{ citations {{ {FIELDS} }} }} }} }} }}");
        let seen = async |by: &str| app.as_(by).send(&document, json!({ "id": claim })).await;

        for by in ["second", "reader"] {
            assert_eq!(*seen(by).await.data("/node/verdicts"), json!([]), "{by}");
            assert_eq!(text(&app, by, "averitec.json").await, "[\n]\n", "{by}");
        }
        for by in ["reviewer", "editor", "admin"] {
            assert_eq!(*seen(by).await.data("/node/verdicts/0/citations"), stored(), "{by}");
            assert!(text(&app, by, "averitec.json").await.contains("Who counted?"), "{by}");
        }
        assert_eq!(seen("rival").await.code(), "NOT_FOUND");
        assert!(app.as_stranger().send(&document, json!({ "id": claim })).await.body["data"]["node"].is_null());
    }

    async fn a_ruling_shows_and_signs_questions(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        for by in ["reviewer", "second"] {
            judge(&app, by, &claim, "TRUE").await;
        }
        let ruling = app.fixtures().a_ruling(&claim, "TRUE").await;
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Ruling {{ signature {{ payload }} verdicts {{ citations {{ {FIELDS} }} }} }} }} }}");

        let reply = app.as_reader().send(&document, json!({ "id": ruling })).await;

        assert_eq!(*reply.data("/node/verdicts/0/citations"), stored());
        let payload: Value = serde_json::from_str(&reply.text("/node/signature/payload")).expect("JSON");
        let signed = payload["verdicts"][0]["citations"].as_array().expect("citations");
        assert_eq!((&signed[0]["question"], &signed[0]["answerType"]), (&json!("What does the ledger say?"), &json!("EXTRACTIVE")));
        assert!(signed[4].get("question").is_none(), "a citation without a question is signed as before");
    }

    async fn exports_have_questions_and_answers(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        judge(&app, "reviewer", &claim, "TRUE").await;

        let lines = text(&app, "editor", "newsroom.jsonl").await;
        let verdict = lines.lines().find(|line| line.contains("\"type\":\"verdict\"")).expect("a verdict");
        let verdict: Value = serde_json::from_str(verdict).expect("JSON");
        for (line, stored) in verdict["citations"].as_array().expect("citations").iter().zip(stored().as_array().expect("a list")) {
            for name in ["question", "answer", "answerType"] {
                assert_eq!(line.get(name).unwrap_or(&Value::Null), &stored[name], "{name}");
            }
        }
        assert!(text(&app, "editor", "citations.csv").await.contains(",Is it a loss?,Yes. The port earned less.,BOOLEAN\r\n"));

        let entries: Value = serde_json::from_str(&text(&app, "editor", "averitec.json").await).expect("JSON");
        assert_eq!((&entries[0]["label"], &entries[0]["questions"][0]["answers"][1]["answer"]), (&json!("Supported"), &json!("About 12 million.")));
        assert_eq!(entries[0]["questions"].as_array().map(Vec::len), Some(3));
        assert_eq!(entries[0]["questions"][1]["answers"][0]["boolean_explanation"], "The port earned less.");
    }

    async fn a_citation_without_a_question_has_the_digest_of_before(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;
        assert_whole(&app.db).await;
        // The digest covers the columns that have a value. A row from before these columns has none
        // in them, so nothing may be stored there for a citation that answers no question.
        let filled = Condition::any()
            .add(Column::Question.is_not_null())
            .add(Column::Answer.is_not_null())
            .add(Column::AnswerType.is_not_null());
        assert_eq!(Entity::find().filter(filled.clone()).count(&app.db).await.expect("a count"), 0);
        judge(&app, "reviewer", &claim, "TRUE").await;
        assert_eq!(Entity::find().filter(filled).count(&app.db).await.expect("a count"), 4);
        // And a question that somebody changes behind the server's back is found.
        app.db.execute_unprepared("UPDATE citations SET question = 'Another?' WHERE question = 'Who counted?'").await.expect("a change");
        let found = crate::record::verify(&app.db).await;
        assert!(found.iter().any(|log| !log.rows.is_empty()), "the change is found");
    }
}
