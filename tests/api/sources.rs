//! Sources: one a canonical address, called and counted as who asks may see, and never fetched.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::given::verdict_on;
use crate::verdicts::with;

const SOURCES: &str =
    r#"{ newsroom(slug: "desk") { sources { totalCount nodes { id url title publisher citationCount citations { url } } } } }"#;

/// A verdict by this account on a claim, that cites these.
async fn cite(app: &TestApp, by: &str, claim: &str, citations: Value) {
    let input = with(verdict_on(claim, "TRUE"), &json!({ "citations": citations }));
    app.as_(by).call("submitVerdict", input, "verdict { id }").await.ok();
}

fn of(url: &str) -> Value {
    json!({ "url": url, "stance": "SUPPORTS" })
}

/// A strings at `key` of each element.
fn column<'a>(rows: &'a Value, key: &str) -> Vec<&'a str> {
    rows.as_array().expect("a list").iter().map(|row| row[key].as_str().unwrap_or_default()).collect()
}

db_tests! {
    async fn addresses_of_one_page_are_one_source_and_each_citation_keeps_its_own(app: TestApp) {
        let claim = app.given().a_claim().await;
        let same = [
            ("https://ledger.example.org/2024?page=3", "https://ledger.example.org/2024?page=3"),
            ("HTTPS://Ledger.Example.ORG:443/2024?page=3", "https://ledger.example.org/2024?page=3"),
            ("https://ledger.example.org/2024?page=3#table-2", "https://ledger.example.org/2024?page=3#table-2"),
            ("https://ledger.example.org/2024?utm_source=mail&page=3&utm_medium=x", "https://ledger.example.org/2024?utm_source=mail&page=3&utm_medium=x"),
            ("https://ledger.example.org/a/../2024?page=3&fbclid=1#:~:text=francs", "https://ledger.example.org/a/../2024?page=3&fbclid=1#:~:text=francs"),
        ];
        let other = ["http://ledger.example.org/2024?page=3", "https://ledger.example.org/2024?page=4", "https://ledger.example.org/2024/?page=3",
            "https://ledger.example.org:8443/2024?page=3", "https://ledger.example.org/2024?Page=3", "https://münchen.example/hafen?q=größe"];
        cite(&app, "reviewer", &claim, same.iter().map(|(url, _)| *url).chain(other).map(of).collect()).await;
        let reply = app.as_reviewer().ask(SOURCES).await;
        assert_eq!(reply.number("/newsroom/sources/totalCount"), 7, "{}", reply.body);
        let urls = column(reply.data("/newsroom/sources/nodes"), "url");
        assert!(urls.contains(&"https://xn--mnchen-3ya.example/hafen?q=gr%C3%B6%C3%9Fe"), "{urls:?}");
        let source = reply.data("/newsroom/sources/nodes").as_array().expect("sources").iter().find(|row| row["url"] == same[0].0).expect("it").clone();
        assert_eq!(source["citationCount"], 5);
        let mut given = column(&source["citations"], "url");
        given.sort_unstable();
        let mut kept: Vec<_> = same.iter().map(|(_, kept)| kept.replace("/a/../", "/")).collect();
        kept.sort();
        assert_eq!(given, kept);
    }

    async fn a_source_is_cited_wherever_what_verdicts_say_now_cites_it(app: TestApp) {
        let article = app.given().an_article().await;
        let claims = [app.given().a_claim_on(&article, "The loss is 12 million.", "12 million").await, app.given().a_claim_on(&article, "It was nine days.", "nine days").await];
        let (ledger, report) = ("https://ledger.example.org/", "https://report.example.org/");
        for claim in &claims {
            for by in ["reviewer", "second"] {
                cite(&app, by, claim, json!([of(&format!("{ledger}#{by}")), of(report)])).await;
            }
        }
        let where_cited = "query WhereCited($id: ID!, $first: Int!) { node(id: $id) { ... on Source { citationCount
            citations(first: $first) { id url stance source { id } verdict { reviewer { displayName } claim { id article { id } } } } } } }";
        let found = app.as_reader().ask(SOURCES).await;
        let sources = found.data("/newsroom/sources/nodes").as_array().expect("sources");
        let id = sources.iter().find(|row| row["url"] == ledger).expect("the ledger")["id"].clone();
        let reply = app.as_reader().send(where_cited, json!({ "id": id, "first": 100 })).await;
        assert_eq!(reply.number("/node/citationCount"), 4);
        let cited: Vec<_> = reply.data("/node/citations").as_array().expect("citations").iter()
            .map(|row| (row["verdict"]["claim"]["id"].as_str().expect("an id"), row["verdict"]["reviewer"]["displayName"].as_str().expect("a name"))).collect();
        assert_eq!(cited, [(&*claims[1], "second"), (&claims[1], "reviewer"), (&claims[0], "second"), (&claims[0], "reviewer")], "newest first");
        assert_eq!(reply.data("/node/citations/0/source/id"), &id);
        assert_eq!(reply.text("/node/citations/0/verdict/claim/article/id"), article);
        let few = app.as_reader().send(where_cited, json!({ "id": id, "first": 1 })).await;
        assert_eq!(few.data("/node/citations"), &json!([reply.data("/node/citations/0")]));
        assert_eq!(app.as_reader().send(where_cited, json!({ "id": id, "first": 0 })).await.data("/node/citations"), &json!([]));
        for first in [-1, 101] {
            app.as_reader().send(where_cited, json!({ "id": id, "first": first })).await.refused("first", "OUT_OF_RANGE");
        }

        // Replaced and withdrawn verdicts cite it no more.
        cite(&app, "second", &claims[0], json!([of(report)])).await;
        let verdict = reply.data("/node/citations/1").clone();
        let verdict = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Citation { verdict { id } } } }", json!({ "id": verdict["id"] })).await;
        let input = json!({ "verdict": verdict.text("/node/verdict/id"), "reason": "Wrong page." });
        app.as_reviewer().call("withdrawVerdict", input, "claim { state }").await.ok();
        let left = app.as_editor().send(where_cited, json!({ "id": id, "first": 100 })).await;
        assert_eq!(left.number("/node/citationCount"), 2, "{}", left.body);
        assert_eq!(left.data("/node/citations").as_array().map(Vec::len), Some(2));
    }

    async fn a_source_is_called_as_the_first_citation_calls_it(app: TestApp) {
        let claim = app.given().a_claim().await;
        let called = |title: Value, publisher: Value| json!([with(of("https://ledger.example.org/"), &json!({ "title": title, "publisher": publisher }))]);
        cite(&app, "reviewer", &claim, called(json!(null), json!(null))).await;
        let names = async || {
            let reply = app.as_editor().ask(SOURCES).await;
            (reply.data("/newsroom/sources/nodes/0/title").clone(), reply.data("/newsroom/sources/nodes/0/publisher").clone())
        };
        assert_eq!(names().await, (json!(null), json!(null)));
        cite(&app, "second", &claim, called(json!("The port's ledger"), json!(null))).await;
        cite(&app, "third", &claim, called(json!("Ledger"), json!("Port of Port-Réal"))).await;
        assert_eq!(names().await, (json!("The port's ledger"), json!("Port of Port-Réal")));
    }

    async fn a_title_that_only_hidden_citations_give_is_not_shown(app: TestApp) {
        let article = app.given().an_article().await;
        let hidden = app.given().a_claim_on(&article, "It was nine days.", "nine days").await;
        let shown = app.given().a_claim_on(&article, "The loss is 12 million.", "12 million").await;
        let called = |title: Value| json!([with(of("https://ledger.example.org/"), &json!({ "title": title }))]);
        cite(&app, "third", &hidden, called(json!("What only editors know"))).await;
        assert_eq!(app.as_reader().ask(SOURCES).await.number("/newsroom/sources/totalCount"), 0);
        cite(&app, "reviewer", &shown, called(json!(null))).await;
        cite(&app, "second", &shown, called(json!("The ledger"))).await;
        for (who, title, count) in [("reader", "The ledger", 2), ("second", "The ledger", 2), ("third", "What only editors know", 3), ("editor", "What only editors know", 3)] {
            let reply = app.as_(who).ask(SOURCES).await;
            assert_eq!((reply.text("/newsroom/sources/nodes/0/title"), reply.number("/newsroom/sources/nodes/0/citationCount")), (title.to_owned(), count), "{who}");
        }
    }

    async fn citations_are_told_alike_however_they_are_asked_for(app: TestApp) {
        let claim = app.given().a_claim().await;
        app.given().a_verdict("reviewer", &claim, "FALSE").await;
        let read = async |citations: &str| {
            let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Claim {{ verdicts {{ rating {{ __typename key rank }} {citations} }} }} }} }}");
            app.as_editor().send(&document, json!({ "id": claim })).await.ok().data("/node/verdicts/0").clone()
        };
        let all = "__typename id url stance quote accessedAt archiveUrl source { __typename id url title publisher }";
        let plain = read(&format!("citations {{ {all} }}")).await;
        let source = &plain["citations"][0]["source"];
        assert_eq!((&source["title"], &source["__typename"], &plain["rating"]["key"]), (&json!("Ledger"), &json!("Source"), &json!("FALSE")));
        // As a whole, in pieces, and twice.
        assert_eq!(read(&format!("citations {{ ... on Citation {{ {all} }} }}")).await, plain);
        assert_eq!(read(&format!("citations {{ {} }}", all.replace("id url title publisher", "... { id url } ... on Source { title publisher }"))).await, plain);
        assert_eq!(read(&format!("citations {{ {all} source {{ title }} }} citations {{ id }}")).await, plain);
        // With what has to be waited for, and what fails.
        let waits = all.replace("publisher", "publisher citationCount citations(first: 1) { id verdict { id } }");
        let waited = read(&format!("citations {{ {waits} verdict {{ state }} }}")).await;
        let (waited, known) = (&waited["citations"][0], &plain["citations"][0]);
        assert_eq!((&waited["quote"], &waited["source"]["url"]), (&known["quote"], &source["url"]));
        assert_eq!((&waited["verdict"]["state"], &waited["source"]["citationCount"]), (&json!("SUBMITTED"), &json!(1)));
        let fails = "query($id: ID!) { node(id: $id) { ... on Claim { verdicts { citations { id source { citations(first: 101) { id } } } } } } }";
        let failed = app.as_editor().send(fails, json!({ "id": claim })).await;
        failed.refused("first", "OUT_OF_RANGE");
        // With something to wait for after it.
        let waits = fails.replace("id source", "id").replace("{ citations(first: 101) { id } }", "source { citations(first: 101) { id } } verdict { state }");
        let late = app.as_editor().send(&waits, json!({ "id": claim })).await;
        assert_eq!(late.body["errors"].as_array().map(Vec::len), Some(1), "{late:?}");
        assert_eq!(failed.body["errors"].as_array().map(Vec::len), Some(1), "{failed:?}");
    }

    async fn sources_stand_newest_first_and_are_paged(app: TestApp) {
        let claim = app.given().a_ready_claim().await;
        for number in 0..5 {
            cite(&app, "reviewer", &claim, json!([of(&format!("https://{number}.example.org/"))])).await;
        }
        // Cited again, a source stays where it is.
        cite(&app, "reviewer", &claim, json!([of("https://2.example.org/")])).await;
        let page = r#"query($first: Int, $after: String, $last: Int, $before: String) { newsroom(slug: "desk") {
            sources(first: $first, after: $after, last: $last, before: $before) { totalCount nodes { url } pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } } }"#;
        let (mut there, mut cursor) = (Vec::new(), json!(null));
        loop {
            let reply = app.as_reader().send(page, json!({ "first": 2, "after": cursor })).await;
            assert_eq!(reply.number("/newsroom/sources/totalCount"), 6);
            there.extend(column(reply.data("/newsroom/sources/nodes"), "url").into_iter().map(ToOwned::to_owned));
            cursor = reply.data("/newsroom/sources/pageInfo/endCursor").clone();
            if reply.data("/newsroom/sources/pageInfo/hasNextPage") == false {
                break;
            }
        }
        let expected: Vec<_> = (0..5).rev().map(|number| format!("https://{number}.example.org/")).chain(["https://ledger.example.org/2024".to_owned()]).collect();
        assert_eq!(there, expected);
        let back = app.as_reader().send(page, json!({ "last": 3, "before": cursor })).await;
        assert_eq!(column(back.data("/newsroom/sources/nodes"), "url"), &expected[2..5]);
    }

    async fn a_source_of_another_newsroom_is_not_found(app: TestApp) {
        app.given().a_ready_claim().await;
        let id = app.as_reader().ask(SOURCES).await.text("/newsroom/sources/nodes/0/id");
        let node = "query($id: ID!) { node(id: $id) { id } }";
        app.as_reader().send(node, json!({ "id": id })).await.ok();
        assert_eq!(app.as_rival().send(node, json!({ "id": id })).await.code(), "NOT_FOUND");
        assert_eq!(app.as_stranger().send(node, json!({ "id": id })).await.code(), "UNAUTHENTICATED");
    }

    async fn a_source_is_never_fetched(app: TestApp) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        listener.set_nonblocking(true).expect("it doesn't block");
        let url = format!("http://{}/ledger", listener.local_addr().expect("an address"));
        let claim = app.given().a_claim().await;
        let citation = with(of(&url), &json!({ "archiveUrl": url }));
        cite(&app, "reviewer", &claim, json!([citation])).await;
        cite(&app, "second", &claim, json!([citation])).await;
        let reply = app.as_reader().ask(SOURCES).await;
        assert_eq!(reply.text("/newsroom/sources/nodes/0/url"), url);
        // Whoever had connected would wait in the listener's queue.
        let caller = listener.accept().map(|(_, from)| from);
        assert_eq!(caller.expect_err("nobody called").kind(), std::io::ErrorKind::WouldBlock);
        std::net::TcpStream::connect(listener.local_addr().expect("an address")).expect("a caller would have come through");
        assert!(listener.accept().is_ok());
    }
}
