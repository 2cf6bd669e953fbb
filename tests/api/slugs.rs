//! The slugs of rulings.

use serde_json::json;

use crate::app::TestApp;
use crate::fixtures::ruling_on;
use crate::record::assert_whole;

/// The slug of a new ruling on a claim with this statement.
async fn slug_of(app: &TestApp, article: &str, statement: &str) -> String {
    let fixtures = app.fixtures();
    let claim = fixtures.a_claim_on(article, statement, "12 million francs a day").await;
    fixtures.a_verdict("reviewer", &claim, "TRUE").await;
    fixtures.a_verdict("second", &claim, "TRUE").await;
    let input = ruling_on(&claim, "TRUE");
    let done = app.as_editor().call("publishRuling", input, "ruling { slug }").await.ok();
    done.text("/publishRuling/ruling/slug")
}

db_tests! {
    async fn a_ruling_gets_its_slug_from_the_statement(app: TestApp) {
        let article = app.fixtures().an_article().await;

        let first = slug_of(&app, &article, "L’été: the loss is 12 million.").await;
        let second = slug_of(&app, &article, "L'ete the loss is 12 million!").await;
        let other_script = slug_of(&app, &article, "Втрати — 12 мільйонів").await;

        assert_eq!(first, "l-ete-the-loss-is-12-million");
        let digits = second.strip_prefix("l-ete-the-loss-is-12-million-").expect("the same words");
        assert!(digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit()), "{second}");
        assert!(other_script.len() == 32 && other_script.bytes().all(|b| b.is_ascii_hexdigit()), "{other_script}");
        assert_whole(&app.db).await;
    }

    async fn a_slug_stays_through_corrections(app: TestApp) {
        let (_, ruling) = app.fixtures().a_published_claim().await;
        let correct = async |kind: &str, summary: Option<&str>| {
            let input = json!({ "ruling": ruling, "kind": kind, "reason": "A page was missing.", "summary": summary });
            app.as_editor().call("correctRuling", input, "ruling { slug }").await.ok().text("/correctRuling/ruling/slug")
        };

        let corrected = correct("CORRECTION", Some("Another finding.")).await;
        let retracted = correct("RETRACTION", None).await;

        assert_eq!([corrected, retracted], ["the-loss-is-12-million-francs-a-day"; 2]);
    }
}
