//! The entry points: health, pages, and GraphQL over HTTP.

use serde_json::json;

db_tests! {
    async fn a_stranger_sees_that_nobody_is_signed_in(app: TestApp) {
        assert_eq!(*app.as_stranger().ask("{ viewer { id } }").await.data("/viewer"), json!(null));
    }

    async fn health_asks_the_database(app: TestApp) {
        for path in ["/health/live", "/health/ready"] {
            let answer = app.http().get(format!("{}{path}", app.address())).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{path}");
        }
    }

    async fn everybody_has_the_role_that_they_are_called_by(app: TestApp) {
        for (name, role) in [("admin", "ADMIN"), ("editor", "EDITOR"), ("reviewer", "REVIEWER"), ("reader", "READER"), ("rival", "ADMIN")] {
            let reply = app.as_(name).ask("{ viewer { displayName memberships { role } } }").await;
            assert_eq!(reply.text("/viewer/displayName"), name);
            assert_eq!(reply.text("/viewer/memberships/0/role"), role);
        }
        let claim = app.fixtures().a_ready_claim().await;
        let reply = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { state } } }", json!({ "id": claim })).await;
        assert_eq!(reply.text("/node/state"), "READY");
    }
}
