//! Sources: one per canonical address, with titles and counts that depend on the reader, and never
//! fetched.

use std::net::TcpListener;

use claimspan::domain::actor::Actor;
use claimspan::domain::event::{self, Kind};
use claimspan::domain::store;
use claimspan::domain::upkeep;
use claimspan::domain::verdict::source;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::fixtures::verdict_on;
use crate::record::assert_whole;
use crate::verdicts::with;

const SOURCES: &str = r#"{ newsroom(slug: "desk") { sources { totalCount nodes { id url title publisher citationCount citations { url } } } } }"#;

/// A verdict by this account on a claim, with these citations.
async fn cite(app: &TestApp, by: &str, claim: &str, citations: Value) {
    let input = with(verdict_on(claim, "TRUE"), &json!({ "citations": citations }));
    app.as_(by).call("submitVerdict", input, "verdict { id }").await.ok();
}

fn of(url: &str) -> Value {
    json!({ "url": url, "stance": "SUPPORTS" })
}

/// The strings at `key` of each element.
fn column<'a>(rows: &'a Value, key: &str) -> Vec<&'a str> {
    rows.as_array()
        .expect("a list")
        .iter()
        .map(|row| row[key].as_str().unwrap_or_default())
        .collect()
}

db_tests! {
    async fn addresses_of_one_page_are_one_source_and_each_citation_keeps_its_own(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let same = [
            ("https://ledger.example.org/2024?page=3", "https://ledger.example.org/2024?page=3"),
            ("HTTPS://Ledger.Example.ORG:443/2024?page=3", "https://ledger.example.org/2024?page=3"),
            ("https://ledger.example.org/2024?page=3#table-2", "https://ledger.example.org/2024?page=3#table-2"),
            ("https://ledger.example.org/2024?utm_source=mail&page=3&utm_medium=x", "https://ledger.example.org/2024?utm_source=mail&page=3&utm_medium=x"),
            ("https://ledger.example.org/a/../2024?page=3&fbclid=1#:~:text=francs", "https://ledger.example.org/a/../2024?page=3&fbclid=1#:~:text=francs"),
        ];
        let other = ["https://ledger.example.org/2024", "https://ledger.example.org/2024?page=4", "https://ledger.example.org/2024/a?page=3",
            "https://ledger.example.org:8443/2024?page=3", "https://ledger.example.org/2024?Page=3", "https://münchen.example/hafen?q=größe"];
        cite(&app, "reviewer", &claim, same.iter().map(|(url, _)| *url).chain(other).map(of).collect()).await;
        let reply = app.as_reviewer().ask(SOURCES).await;
        assert_eq!(reply.number("/newsroom/sources/totalCount"), 7, "{}", reply.body);
        let urls = column(reply.data("/newsroom/sources/nodes"), "url");
        assert!(urls.contains(&"https://xn--mnchen-3ya.example/hafen?q=gr%C3%B6%C3%9Fe"), "{urls:?}");
        let source = reply.data("/newsroom/sources/nodes").as_array().expect("sources").iter().find(|row| row["url"] == same[0].0).expect("it").clone();
        assert_eq!(source["citationCount"], 5);
        let mut fixtures = column(&source["citations"], "url");
        fixtures.sort_unstable();
        let mut kept: Vec<_> = same.iter().map(|(_, kept)| kept.replace("/a/../", "/")).collect();
        kept.sort();
        assert_eq!(fixtures, kept);
    }

    async fn a_source_is_cited_wherever_what_verdicts_say_now_cites_it(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let claims = [app.fixtures().a_claim_on(&article, "The loss is 12 million.", "12 million").await, app.fixtures().a_claim_on(&article, "It was nine days.", "nine days").await];
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

        // Replaced and withdrawn verdicts no longer cite it.
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
        let claim = app.fixtures().a_claim().await;
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
        let article = app.fixtures().an_article().await;
        let hidden = app.fixtures().a_claim_on(&article, "It was nine days.", "nine days").await;
        let shown = app.fixtures().a_claim_on(&article, "The loss is 12 million.", "12 million").await;
        let called = |title: Value| json!([with(of("https://ledger.example.org/"), &json!({ "title": title }))]);
        cite(&app, "third", &hidden, called(json!("A title that only editors see"))).await;
        assert_eq!(app.as_reader().ask(SOURCES).await.number("/newsroom/sources/totalCount"), 0);
        cite(&app, "reviewer", &shown, called(json!(null))).await;
        cite(&app, "second", &shown, called(json!("The ledger"))).await;
        for (who, title, count) in [("reader", "The ledger", 2), ("second", "The ledger", 2), ("third", "A title that only editors see", 3), ("editor", "A title that only editors see", 3)] {
            let reply = app.as_(who).ask(SOURCES).await;
            assert_eq!((reply.text("/newsroom/sources/nodes/0/title"), reply.number("/newsroom/sources/nodes/0/citationCount")), (title.to_owned(), count), "{who}");
        }
    }

    async fn citations_are_told_alike_however_they_are_asked_for(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        app.fixtures().a_verdict("reviewer", &claim, "FALSE").await;
        let read = async |citations: &str| {
            let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Claim {{ verdicts {{ rating {{ __typename key rank }} {citations} }} }} }} }}");
            app.as_editor().send(&document, json!({ "id": claim })).await.ok().data("/node/verdicts/0").clone()
        };
        let all = "__typename id url stance quote accessedAt archiveUrl source { __typename id url title publisher }";
        let plain = read(&format!("citations {{ {all} }}")).await;
        let source = &plain["citations"][0]["source"];
        assert_eq!((&source["title"], &source["__typename"], &plain["rating"]["key"]), (&json!("Ledger"), &json!("Source"), &json!("FALSE")));
        // As a whole, in parts, and twice.
        assert_eq!(read(&format!("citations {{ ... on Citation {{ {all} }} }}")).await, plain);
        assert_eq!(read(&format!("citations {{ {} }}", all.replace("id url title publisher", "... { id url } ... on Source { title publisher }"))).await, plain);
        assert_eq!(read(&format!("citations {{ {all} source {{ title }} }} citations {{ id }}")).await, plain);
        // With fields that have to wait, and fields that fail.
        let waits = all.replace("publisher", "publisher citationCount citations(first: 1) { id verdict { id } }");
        let waited = read(&format!("citations {{ {waits} verdict {{ state }} }}")).await;
        let (waited, known) = (&waited["citations"][0], &plain["citations"][0]);
        assert_eq!((&waited["quote"], &waited["source"]["url"]), (&known["quote"], &source["url"]));
        assert_eq!((&waited["verdict"]["state"], &waited["source"]["citationCount"]), (&json!("SUBMITTED"), &json!(1)));
        let fails = "query($id: ID!) { node(id: $id) { ... on Claim { verdicts { citations { id source { citations(first: 101) { id } } } } } } }";
        let failed = app.as_editor().send(fails, json!({ "id": claim })).await;
        failed.refused("first", "OUT_OF_RANGE");
        // Followed by a field that has to wait.
        let waits = fails.replace("id source", "id").replace("{ citations(first: 101) { id } }", "source { citations(first: 101) { id } } verdict { state }");
        let late = app.as_editor().send(&waits, json!({ "id": claim })).await;
        assert_eq!(late.body["errors"].as_array().map(Vec::len), Some(1), "{late:?}");
        assert_eq!(failed.body["errors"].as_array().map(Vec::len), Some(1), "{failed:?}");
    }

    async fn sources_stand_newest_first_and_are_paged(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        for number in 0..5 {
            cite(&app, "reviewer", &claim, json!([of(&format!("https://{number}.example.org/"))])).await;
        }
        // Cited again, a source keeps its position.
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

    async fn the_newest_sources_are_the_same_however_they_are_found(app: TestApp) {
        let claim = app.fixtures().a_ready_claim().await;
        let page = |number: usize| of(&format!("https://{number}.example.org/"));
        cite(&app, "reviewer", &claim, (0..50).map(page).collect()).await;
        cite(&app, "second", &claim, (45..60).map(page).collect()).await;
        // More citations of known sources than are looked at first, among a few new ones.
        for round in 0..8 {
            cite(&app, "reviewer", &claim, (1..50).chain([60 + round]).map(page).collect()).await;
        }
        let asked = r#"query($first: Int, $after: String, $last: Int) { newsroom(slug: "desk") {
            sources(first: $first, after: $after, last: $last) { nodes { url } pageInfo { endCursor hasNextPage hasPreviousPage } } } }"#;
        for reader in [app.as_reader(), app.as_editor()] {
            let whole = reader.send(asked, json!({ "last": 100 })).await;
            let whole = column(whole.data("/newsroom/sources/nodes"), "url").into_iter().map(ToOwned::to_owned).collect::<Vec<_>>();
            assert_eq!(whole.len(), 69);
            for size in [5, 9, 40] {
                let (mut found, mut cursor) = (Vec::new(), json!(null));
                loop {
                    let reply = reader.send(asked, json!({ "first": size, "after": cursor })).await;
                    assert_eq!(reply.data("/newsroom/sources/pageInfo/hasPreviousPage"), &json!(!found.is_empty()));
                    found.extend(column(reply.data("/newsroom/sources/nodes"), "url").into_iter().map(ToOwned::to_owned));
                    cursor = reply.data("/newsroom/sources/pageInfo/endCursor").clone();
                    if reply.data("/newsroom/sources/pageInfo/hasNextPage") == false {
                        break;
                    }
                }
                assert_eq!(found, whole, "in pages of {size}");
            }
        }
    }

    async fn a_source_of_another_newsroom_is_not_found(app: TestApp) {
        app.fixtures().a_ready_claim().await;
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
        let claim = app.fixtures().a_claim().await;
        let citation = with(of(&url), &json!({ "archiveUrl": url }));
        cite(&app, "reviewer", &claim, json!([citation])).await;
        cite(&app, "second", &claim, json!([citation])).await;
        let reply = app.as_reader().ask(SOURCES).await;
        assert_eq!(reply.text("/newsroom/sources/nodes/0/url"), url);
        // A connection would be waiting in the listener's queue.
        let caller = listener.accept().map(|(_, from)| from);
        assert_eq!(caller.expect_err("nobody called").kind(), std::io::ErrorKind::WouldBlock);
        std::net::TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection would have been accepted");
        assert!(listener.accept().is_ok());
    }

    async fn pages_are_told_apart_whatever_their_addresses_look_like(app: TestApp) {
        let cases: [(&[&str], i64); 10] = [
            (&["https://figures.example.gov/#/table/7", "https://figures.example.gov/#/table/8"], 2),
            (&["https://board.example.org/#!thread/x", "https://board.example.org/#!thread/y", "https://board.example.org/"], 3),
            (&["https://paper.example.org/budget#page-3", "https://paper.example.org/budget", "https://paper.example.org/budget#:~:text=loss"], 1),
            (&["https://lexicon.example.org/%d0%9f%d0%be%d1%80%d1%82", "https://lexicon.example.org/Порт", "https://lexicon.example.org/%D0%9F%D0%BE%D1%80%D1%82"], 1),
            (&["http://www.harbour.example.org/2014/05/loss/", "https://harbour.example.org/2014/05/loss", "https://harbour.example.org./2014/05/loss/index.html"], 1),
            (&["https://clicks.example.org/a?ttclid=1", "https://clicks.example.org/a?WBRAID=1", "https://clicks.example.org/a?x=1&amp;_gl=2", "https://clicks.example.org/a?x=1"], 2),
            (&["https://query.example.org/story?id=1", "https://query.example.org/story?id=2"], 2),
            (&["https://web.archive.org/web/20220102030405/http://dam.example.gov/report.htm", "https://dam.example.gov/report.htm", "https://archive.ph/2022.01.02-030405/https://dam.example.gov/report.htm"], 1),
            (&["https://perma.cc/AB12-CD34", "https://perma.cc/AB12-CD35"], 2),
            (&["https://doi.org/10.1000/xyz", "http://dx.doi.org/10.1000/XYZ"], 1),
        ];
        let article = app.fixtures().an_article().await;
        let count = "query($id: ID!) { node(id: $id) { ... on Claim { summary { sourceCount } } } }";
        let mut total = 0;
        for (urls, sources) in cases {
            let claim = app.fixtures().a_claim_on(&article, urls[0], "nine days").await;
            cite(&app, "reviewer", &claim, urls.iter().copied().map(of).collect()).await;
            let reply = app.as_reviewer().send(count, json!({ "id": claim })).await;
            assert_eq!(reply.number("/node/summary/sourceCount"), sources, "{urls:?}");
            total += sources;
        }
        assert_eq!(app.as_editor().ask(SOURCES).await.number("/newsroom/sources/totalCount"), total);
    }

    async fn an_archived_copy_counts_under_its_page(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let copy = "https://web.archive.org/web/20220102030405/http://dam.example.gov/report.htm";
        let short = "https://archive.ph/AbC12";
        let other = json!({ "url": copy, "archiveUrl": short, "stance": "SUPPORTS" });
        cite(&app, "reviewer", &claim, json!([of(copy), of(short), other])).await;
        let document = "query($id: ID!) { node(id: $id) { ... on Claim { verdicts { citations { url archiveUrl source { url } } } } } }";
        let reply = app.as_editor().send(document, json!({ "id": claim })).await;
        let page = "http://dam.example.gov/report.htm";
        let cited = |url: &str, archive: &str| json!({ "url": url, "archiveUrl": archive, "source": { "url": url } });
        assert_eq!(*reply.data("/node/verdicts/0/citations"), json!([cited(page, copy), cited(short, short), cited(page, short)]));
        // It is found by the address of either.
        let find = "query($url: String) { newsroom(slug: \"desk\") { sources(filter: { url: $url }) { nodes { url } } } }";
        for url in [copy, "https://www.dam.example.gov/report.htm?utm_source=x#a", page] {
            assert_eq!(*app.as_editor().send(find, json!({ "url": url })).await.data("/newsroom/sources/nodes"), json!([{ "url": page }]), "{url}");
            assert_eq!(*app.as_reader().send(find, json!({ "url": url })).await.data("/newsroom/sources/nodes"), json!([]), "blind review hides it");
        }
        assert_eq!(*app.as_editor().send(find, json!({ "url": "https://dam.example.gov/" })).await.data("/newsroom/sources/nodes"), json!([]));
        app.as_editor().send(find, json!({ "url": "dam" })).await.refused("filter.url", "INVALID_URL");
    }

    async fn a_source_need_not_be_a_web_page(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let citation = |fields: Value| with(json!({ "stance": "CONTEXT" }), &fields);
        let citations = json!([
            citation(json!({ "kind": "INTERVIEW", "description": "Zoë Ardant, port authority,\nby telephone, 4 August 2024" })),
            citation(json!({ "kind": "PRINT", "description": "Courier, 5 August 2024, page 3", "issn": "0378-5955", "title": "Loss\n of the  port" })),
            citation(json!({ "kind": "PRINT", "description": "Chapter 4", "isbn": "0-306-40615-2" })),
            citation(json!({ "kind": "DOCUMENT", "url": "https://journal.example.org/view/7", "doi": "https://doi.org/10.1000/ABC.7" })),
            citation(json!({ "kind": "DATASET", "description": "Table 9", "doi": "10.1000/abc.7" })),
            citation(json!({ "kind": "PRINT", "description": "courier: 5 August 2024; page 3.", "issn": "03785955" })),
        ]);
        cite(&app, "reviewer", &claim, citations).await;
        let fields = "kind url description doi isbn issn";
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Claim {{ readiness {{ missing {{ code }} }} verdicts {{ citations {{ {fields} source {{ id title {fields} }} }} }} }} }} }}");
        let reply = app.as_editor().send(&document, json!({ "id": claim })).await;
        let found = reply.data("/node/verdicts/0/citations").as_array().expect("citations").clone();
        assert_eq!(found[0]["description"], "Zoë Ardant, port authority, by telephone, 4 August 2024");
        assert_eq!((&found[0]["kind"], &found[0]["url"], &found[0]["source"]["kind"], &found[0]["source"]["url"]), (&json!("INTERVIEW"), &json!(null), &json!("INTERVIEW"), &json!(null)));
        assert_eq!((&found[1]["source"]["title"], &found[1]["issn"]), (&json!("Loss of the port"), &json!("0378-5955")));
        assert_eq!(found[2]["isbn"], "9780306406157");
        assert_eq!((&found[3]["doi"], &found[3]["source"]["id"]), (&json!("10.1000/abc.7"), &found[4]["source"]["id"]));
        assert_eq!(found[1]["source"]["id"], found[5]["source"]["id"]);
        let ids: std::collections::BTreeSet<_> = found.iter().map(|row| row["source"]["id"].to_string()).collect();
        assert_eq!(ids.len(), 4);
        assert_eq!(reply.body["data"]["node"]["readiness"]["missing"].to_string().matches("NOT_ARCHIVED").count(), 1, "only one has an address");

        for (wrong, field, reason) in [
            (json!({}), "url", "EMPTY"),
            (json!({ "url": "" }), "url", "EMPTY"),
            (json!({ "kind": "PRINT" }), "description", "EMPTY"),
            (json!({ "kind": "PRINT", "description": " ", "isbn": "9780306406157" }), "description", "EMPTY"),
            (json!({ "kind": "PRINT", "description": "x".repeat(1001) }), "description", "TOO_LARGE"),
            (json!({ "kind": "PRINT", "description": "x", "isbn": "978-0-306-40615-8" }), "isbn", "INVALID_FORMAT"),
            (json!({ "kind": "PRINT", "description": "x", "issn": "0378-5956" }), "issn", "INVALID_FORMAT"),
            (json!({ "kind": "DOCUMENT", "description": "x", "doi": "11.1000/1" }), "doi", "INVALID_FORMAT"),
            (json!({ "kind": "OTHER", "description": "x", "accessedAt": "2094-01-01T00:00:00Z" }), "accessedAt", "OUT_OF_RANGE"),
            (json!({ "kind": "OTHER", "url": "ftp://example.org/" }), "url", "INVALID_URL"),
        ] {
            let input = with(verdict_on(&claim, "TRUE"), &json!({ "citations": [citation(wrong.clone())] }));
            app.as_second().call("submitVerdict", input, "verdict { id }").await.refused(&format!("citations[0].{field}"), reason);
        }
    }

    async fn editors_merge_sources_and_take_them_apart_again(app: TestApp) {
        app.fixtures().a_policy(json!({ "blindReview": false })).await;
        let claim = app.fixtures().a_claim().await;
        let urls = ["https://a.example.org/", "https://b.example.org/", "https://c.example.org/"];
        cite(&app, "reviewer", &claim, urls.iter().copied().map(of).collect()).await;
        let list = "{ newsroom(slug: \"desk\") { sources { totalCount nodes { id url citationCount citations { url } mergedSources { url mergedInto { url } } } } } }";
        let listed = async || app.as_reader().ask(list).await.ok().data("/newsroom/sources").clone();
        let all = listed().await;
        let id_of = |url: &str| all["nodes"].as_array().expect("sources").iter().find(|row| row["url"] == url).expect("a source")["id"].as_str().expect("an id").to_owned();
        let ids = urls.map(id_of);
        let merge = async |who: &str, from: &str, into: &str| app.as_(who).call("mergeSources", json!({ "sources": [from], "into": into, "reason": "A mirror." }), "source { id }").await;

        for (who, code) in [("reader", "FORBIDDEN"), ("reviewer", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(merge(who, &ids[0], &ids[1]).await.code(), code, "{who}");
        }
        merge("editor", &ids[0], &ids[0]).await.refused("sources[0]", "ALREADY_MERGED");
        assert_eq!(merge("editor", &ids[0], &ids[1]).await.text("/mergeSources/source/id"), ids[1]);
        merge("editor", &ids[0], &ids[2]).await.refused("sources[0]", "ALREADY_MERGED");
        merge("editor", &ids[1], &ids[0]).await.refused("sources[0]", "ALREADY_MERGED");
        merge("editor", &ids[1], &ids[2]).await.ok();
        let one = listed().await;
        assert_eq!((&one["totalCount"], &one["nodes"][0]["id"], &one["nodes"][0]["citationCount"]), (&json!(1), &json!(ids[2]), &json!(3)));
        assert_eq!(one["nodes"][0]["citations"].as_array().map(Vec::len), Some(3));
        assert_eq!(one["nodes"][0]["mergedSources"].as_array().map(Vec::len), Some(2));
        let count = "query($id: ID!) { node(id: $id) { ... on Claim { summary { sourceCount } verdicts { citations { url source { url } } } } } }";
        let read = app.as_reader().send(count, json!({ "id": claim })).await;
        assert_eq!(read.number("/node/summary/sourceCount"), 1);
        assert_eq!(read.data("/node/verdicts/0/citations/0"), &json!({ "url": urls[0], "source": { "url": urls[2] } }), "the citation stays as it is");
        let node = "query($id: ID!) { node(id: $id) { ... on Source { id url mergedInto { id } } } }";
        assert_eq!(*app.as_reader().send(node, json!({ "id": ids[0] })).await.data("/node"), json!({ "id": ids[0], "url": urls[0], "mergedInto": { "id": ids[2] } }));
        // Cited again, the merged page still counts for the other.
        cite(&app, "second", &claim, json!([of(urls[0])])).await;
        assert_eq!(listed().await["nodes"][0]["citationCount"], 4);

        let undo = async |who: &str, id: &str| app.as_(who).call("unmergeSources", json!({ "sources": [id], "reason": "Not a mirror." }), "sources { id url }").await;
        for (who, code) in [("reader", "FORBIDDEN"), ("rival", "NOT_FOUND")] {
            assert_eq!(undo(who, &ids[1]).await.code(), code, "{who}");
        }
        undo("editor", &ids[2]).await.refused("sources[0]", "NOT_MERGED");
        // The first one was merged into the second before, and stays with it.
        assert_eq!(*undo("editor", &ids[1]).await.data("/unmergeSources/sources"), json!([{ "id": ids[1], "url": urls[1] }]));
        let two = listed().await;
        let counts: std::collections::BTreeMap<_, _> = two["nodes"].as_array().expect("sources").iter().map(|row| (row["url"].as_str().expect("an address"), row["citationCount"].as_i64())).collect();
        assert_eq!(counts, [(urls[1], Some(3)), (urls[2], Some(1))].into());
        undo("editor", &ids[0]).await.ok();
        assert_eq!(listed().await["totalCount"], 3);
        let log = app.as_admin().ask("{ newsroom(slug: \"desk\") { auditLog(last: 4) { nodes { kind detail } } } }").await;
        let kinds: Vec<_> = log.data("/newsroom/auditLog/nodes").as_array().expect("events").iter().map(|row| row["kind"].as_str().unwrap_or_default().to_owned()).collect();
        assert_eq!(kinds.iter().filter(|kind| *kind == "SOURCES_UNMERGED").count(), 2, "{kinds:?}");
        assert_whole(&app.db).await;
    }

    async fn sources_of_an_older_version_get_the_keys_of_today(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        let urls = ["https://x1.example.org/#/a", "https://x2.example.org/", "https://x3.example.org/", "https://x4.example.org/"];
        cite(&app, "reviewer", &claim, urls.iter().copied().map(of).collect()).await;
        let machine = Actor::machine(app.world.clone());
        // The older rules dropped fragments, and kept schemes, `www.` and final slashes.
        let older = [("https://x1.example.org/#/a", "https://x1.example.org/"), ("https://x2.example.org/", "http://www.page.example.org/a/"), ("https://x3.example.org/", "https://page.example.org/a"), ("https://x4.example.org/", "https://x4.example.org/?gbraid=1")];
        let (db, newsroom) = (app.db.clone(), app.seed.newsroom);
        let actor = machine.clone();
        store::transaction(&app.db, Vec::new(), move |txn| async move {
            for (key, old) in older {
                source::Entity::update_many().col_expr(source::Column::Url, Expr::value(old)).filter(source::Column::Url.eq(key)).exec(&*txn).await?;
            }
            event::append(&txn, &actor, newsroom, Kind::PolicySet, event::Subject::default(), json!({})).await
        }).await.expect("older keys");

        app.db.execute_unprepared("DELETE FROM derived_rules").await.expect("the older version");
        upkeep::run(&db, &machine).await.expect("it runs");
        let reply = app.as_editor().ask(SOURCES).await;
        assert_eq!(reply.number("/newsroom/sources/totalCount"), 3, "{}", reply.body);
        let keys: std::collections::BTreeSet<_> = source::Entity::find().all(&db).await.expect("sources").into_iter().filter(|row| row.root_id.is_none()).map(|row| row.url).collect();
        assert!(keys.contains("https://x1.example.org/#/a") && keys.contains("https://page.example.org/a") && keys.contains("https://x4.example.org/"), "{keys:?}");
        assert_whole(&db).await;
        // Doing it again changes nothing.
        app.db.execute_unprepared("DELETE FROM derived_rules").await.expect("the older version");
        let events = async || event::after(&db, &newsroom.to_string(), 0, 1000).await.expect("events").len();
        let before = events().await;
        upkeep::run(&db, &machine).await.expect("it runs");
        assert_eq!(events().await, before);
        // A new citation of the page counts for the same source.
        cite(&app, "second", &claim, json!([of("https://page.example.org/a#part")])).await;
        assert_eq!(app.as_editor().ask(SOURCES).await.number("/newsroom/sources/totalCount"), 3);
    }
}
