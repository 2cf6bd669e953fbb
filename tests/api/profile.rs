//! A newsroom's public profile, and what is known about claimants.

use serde_json::{Value, json};

use crate::app::{Reply, TestApp};
use crate::record::assert_whole;

const PROFILE: &str =
    "newsroom { version profile { publicUrl logoUrl licence contact correctionsPolicyUrl } }";

async fn update(app: &TestApp, who: &str, values: Value) -> Reply {
    let mut input = json!({ "newsroom": app.newsroom() });
    let fields = input.as_object_mut().expect("an object");
    fields.extend(values.as_object().expect("an object").clone());
    app.as_(who).call("updateNewsroomProfile", input, PROFILE).await
}

db_tests! {
    async fn an_admin_says_what_public_pages_say_about_the_newsroom(app: TestApp) {
        let nothing = json!({ "publicUrl": null, "logoUrl": null, "licence": null, "contact": null, "correctionsPolicyUrl": null });
        let read = "{ newsroom(slug: \"desk\") { profile { publicUrl logoUrl licence contact correctionsPolicyUrl } } }";
        assert_eq!(*app.as_reader().ask(read).await.data("/newsroom/profile"), nothing);

        let values = json!({ "publicUrl": "https://Desk.example.org", "logoUrl": "https://desk.example.org/logo.png", "licence": "CC-BY-4.0",
            "contact": "desk@example.org", "correctionsPolicyUrl": "https://desk.example.org/corrections" });
        let done = update(&app, "admin", values).await;
        let expected = json!({ "publicUrl": "https://desk.example.org/", "logoUrl": "https://desk.example.org/logo.png", "licence": "CC-BY-4.0",
            "contact": "desk@example.org", "correctionsPolicyUrl": "https://desk.example.org/corrections" });
        assert_eq!(*done.data("/updateNewsroomProfile/newsroom/profile"), expected);
        let version = done.number("/updateNewsroomProfile/newsroom/version");
        assert_eq!(*app.as_reader().ask(read).await.data("/newsroom/profile"), expected);

        let changed = update(&app, "admin", json!({ "licence": null, "expectedVersion": version })).await;
        assert_eq!(*changed.data("/updateNewsroomProfile/newsroom/profile/licence"), Value::Null);
        assert_eq!(*changed.data("/updateNewsroomProfile/newsroom/profile/contact"), "desk@example.org");
        let log = app.as_admin().ask("{ newsroom(slug: \"desk\") { auditLog(last: 1) { nodes { kind detail } } } }").await;
        assert_eq!(log.text("/newsroom/auditLog/nodes/0/kind"), "NEWSROOM_PROFILE_UPDATED");
        let detail: Value = serde_json::from_str(&log.text("/newsroom/auditLog/nodes/0/detail")).expect("JSON");
        assert_eq!((&detail["before"]["licence"], &detail["after"]["licence"]), (&json!("CC-BY-4.0"), &Value::Null));
        assert_whole(&app.db).await;
    }

    async fn a_profile_has_bounds(app: TestApp) {
        for (field, value, reason) in [
            ("publicUrl", "desk.example.org", "INVALID_URL"),
            ("publicUrl", "javascript:alert(1)", "INVALID_URL"),
            ("logoUrl", "data:image/png;base64,AA==", "INVALID_URL"),
            ("correctionsPolicyUrl", "https://me:secret@example.org/", "INVALID_URL"),
            ("licence", "ftp://example.org/licence", "INVALID_URL"),
            ("licence", "CC\u{202e}BY", "INVISIBLE_CHARACTER"),
            ("contact", " ", "EMPTY"),
        ] {
            update(&app, "admin", json!({ field: value })).await.refused(field, reason);
        }
        update(&app, "admin", json!({ "contact": "x".repeat(201) })).await.refused("contact", "TOO_LARGE");
        update(&app, "admin", json!({ "licence": "x".repeat(201) })).await.refused("licence", "TOO_LARGE");
        update(&app, "admin", json!({})).await.refused("newsroom", "UNCHANGED");
        update(&app, "admin", json!({ "contact": null })).await.refused("newsroom", "UNCHANGED");
        assert_eq!(update(&app, "admin", json!({ "contact": "x", "expectedVersion": 99 })).await.code(), "CONFLICT");
        assert_eq!(update(&app, "editor", json!({ "contact": "x" })).await.code(), "FORBIDDEN");
        assert_eq!(update(&app, "rival", json!({ "contact": "x" })).await.code(), "NOT_FOUND");
    }

    async fn what_is_known_about_a_claimant_may_change_after_the_first_verdict(app: TestApp) {
        let fields = "claim { claimant claimantKind claimantIdentifier wordingVersion stale }";
        let claim = app.fixtures().a_claim().await;
        let edit = async |values: Value| {
            let mut input = json!({ "claim": claim });
            input.as_object_mut().expect("an object").extend(values.as_object().expect("an object").clone());
            app.as_editor().call("editClaim", input, fields).await
        };
        app.fixtures().a_verdict("reviewer", &claim, "TRUE").await;

        let known = edit(json!({ "claimantKind": "ORGANIZATION", "claimantIdentifier": "Q42" })).await;

        let expected = json!({ "claimant": "Port authority", "claimantKind": "ORGANIZATION", "claimantIdentifier": "Q42", "wordingVersion": 1, "stale": false });
        assert_eq!(*known.data("/editClaim/claim"), expected);
        edit(json!({ "claimantKind": "ORGANIZATION" })).await.refused("claim", "UNCHANGED");
        edit(json!({ "claimantIdentifier": "P31" })).await.refused("claimantIdentifier", "INVALID_FORMAT");
        edit(json!({ "claimant": "Another" })).await.refused("claimant", "CLAIM_JUDGED");
        let log = app.as_admin().ask("{ newsroom(slug: \"desk\") { auditLog(last: 1) { nodes { detail } } } }").await;
        let detail: Value = serde_json::from_str(&log.text("/newsroom/auditLog/nodes/0/detail")).expect("JSON");
        assert_eq!((&detail["before"]["claimantKind"], &detail["after"]["claimantKind"]), (&Value::Null, &json!("ORGANIZATION")));
        let unknown = edit(json!({ "claimantKind": "UNKNOWN", "claimantIdentifier": null })).await;
        assert_eq!(*unknown.data("/editClaim/claim/claimantKind"), "UNKNOWN");
        assert_whole(&app.db).await;
    }
}
