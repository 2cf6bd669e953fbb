//! Pages: every list returns every row once, in both directions, during concurrent changes. Each
//! page reports its position correctly.

use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::fixtures::verdict_on;

/// A list of the API, read by a client.
struct List {
    client: Client,
    name: &'static str,
    /// The parent of the list: a field with its arguments.
    holder: String,
    /// The list's field.
    field: &'static str,
    /// Arguments in addition to those of paging, such as `filter: {…}, `.
    with: &'static str,
}

/// A page.
#[derive(Debug)]
struct Page {
    ids: Vec<String>,
    cursors: Vec<String>,
    has_previous: bool,
    has_next: bool,
    total: i64,
}

impl List {
    async fn ask(&self, arguments: &str) -> Reply {
        let Self { holder, field, with, .. } = self;
        let page = "totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
        self.client
            .ask(&format!(
                "{{ holder: {holder} {{ list: {field}({with}{arguments}) {{ {page} }} }} }}"
            ))
            .await
    }

    async fn page(&self, arguments: &str) -> Page {
        let reply = self.ask(arguments).await;
        let list = reply.data("/holder/list");
        let texts = |pointer: &str| -> Vec<String> {
            let edges = list["edges"].as_array().expect("edges").iter();
            edges
                .map(|edge| edge.pointer(pointer).and_then(Value::as_str).expect("text").to_owned())
                .collect()
        };
        let (ids, cursors) = (texts("/node/id"), texts("/cursor"));
        let nodes: Vec<_> = list["nodes"]
            .as_array()
            .expect("nodes")
            .iter()
            .map(|node| node["id"].clone())
            .collect();
        assert_eq!(nodes, ids, "nodes and edges are the same");
        let info = &list["pageInfo"];
        assert_eq!(
            (&info["startCursor"], &info["endCursor"]),
            (&json!(cursors.first()), &json!(cursors.last()))
        );
        let flag = |name: &str| info[name].as_bool().expect("a flag");
        Page {
            ids,
            cursors,
            has_previous: flag("hasPreviousPage"),
            has_next: flag("hasNextPage"),
            total: list["totalCount"].as_i64().expect("a number"),
        }
    }
}

/// An article with seven claims, marked in another order than their positions, two of them on the
/// same word. Also seven sources and six more articles.
async fn filled(app: &TestApp) -> Vec<List> {
    for number in 0..6 {
        app.fixtures().an_article_of(&format!("Article {number}"), "Text.").await;
    }
    let article = app.fixtures().an_article_of("Numbers", "one two three four five six").await;
    let mut claims = Vec::new();
    for word in ["four", "one", "six", "two", "two", "five", "three"] {
        claims.push(app.fixtures().a_claim_on(&article, word, word).await);
    }
    let mut verdict = verdict_on(&claims[0], "TRUE");
    verdict["citations"] = (0..7)
        .map(|n| json!({ "url": format!("https://example.org/{n}"), "stance": "CONTEXT" }))
        .collect();
    app.as_reviewer().call("submitVerdict", verdict, "verdict { id }").await.ok();
    let newsroom = || "newsroom(slug: \"desk\")".to_owned();
    let list =
        |name, holder, field, with| List { client: app.as_admin(), name, holder, field, with };
    vec![
        list("articles", newsroom(), "articles", ""),
        list("oldest articles", newsroom(), "articles", "order: OLDEST_FIRST, "),
        list("claims in the text's order", format!("article(id: \"{article}\")"), "claims", ""),
        list(
            "newest claims of an article",
            format!("article(id: \"{article}\")"),
            "claims",
            "order: NEWEST_FIRST, ",
        ),
        list("claims", newsroom(), "claims", ""),
        list(
            "open claims",
            newsroom(),
            "claims",
            "filter: { states: [OPEN] }, order: OLDEST_FIRST, ",
        ),
        list("sources", newsroom(), "sources", ""),
        list("members", newsroom(), "members", ""),
    ]
}

/// Six rulings, each with a different rating scale.
async fn ruled(app: &TestApp) -> Vec<List> {
    for _ in 0..6 {
        app.fixtures().a_published_claim().await;
        app.fixtures().a_scale(&["TRUE", "FALSE"]).await;
    }
    let list = |name, field| List {
        client: app.as_reader(),
        name,
        holder: "newsroom(slug: \"desk\")".to_owned(),
        field,
        with: "",
    };
    vec![list("rulings", "rulings"), list("rating scales", "ratingScales")]
}

/// Reads a list by pages of this size, and runs `between` after each page. Returns the ids in
/// order.
async fn walk(
    list: &List,
    size: i64,
    backward: bool,
    mut between: impl AsyncFnMut(&[String]),
) -> Vec<String> {
    let (count, from) = if backward { ("last", "before") } else { ("first", "after") };
    let (mut seen, mut arguments) = (Vec::new(), format!("{count}: {size}"));
    loop {
        let page = list.page(&arguments).await;
        assert!(seen.len() <= 50, "{} does not end", list.name);
        let (goes_on, cursor) = if backward {
            (page.has_previous, page.cursors.first())
        } else {
            (page.has_next, page.cursors.last())
        };
        let cursor = cursor.cloned();
        let (mut ids, came_from) =
            (page.ids, if backward { page.has_next } else { page.has_previous });
        assert_eq!(
            came_from,
            !seen.is_empty(),
            "{}: there is a page where we come from",
            list.name
        );
        if backward {
            ids.reverse();
        }
        seen.extend(ids);
        if !goes_on {
            return seen;
        }
        between(&seen).await;
        arguments = format!(
            "{count}: {size}, {from}: \"{}\"",
            cursor.expect("a page with a next page is not empty")
        );
    }
}

db_tests! {
    async fn every_row_comes_once_in_either_direction(app: TestApp) {
        for list in filled(&app).await.into_iter().chain(ruled(&app).await) {
            let whole = list.page("first: 100").await;
            assert!(whole.ids.len() >= 6, "{}", list.name);
            assert_eq!((whole.has_previous, whole.has_next, whole.total), (false, false, i64::try_from(whole.ids.len()).expect("few")), "{}", list.name);
            assert_eq!(list.page("last: 100").await.ids, whole.ids);
            for size in [1, 2, 3, i64::try_from(whole.ids.len()).expect("few"), 100] {
                assert_eq!(walk(&list, size, false, async |_| {}).await, whole.ids, "{} by {size}", list.name);
                let mut back = walk(&list, size, true, async |_| {}).await;
                back.reverse();
                assert_eq!(back, whole.ids, "{} by {size} from the end", list.name);
            }
        }
    }

    async fn a_page_says_truly_what_stands_around_it(app: TestApp) {
        for list in filled(&app).await {
            let whole = list.page("first: 100").await;
            let (end, total) = (whole.ids.len(), whole.total);
            let at = |n: usize| &whole.cursors[n];
            let (first, second, fifth, last) = (at(0), at(1), at(4), at(end - 1));
            // The arguments, the expected rows (from, to), and whether there are rows before and
            // after.
            for (arguments, from, to) in [
                ("first: 2".to_owned(), 0, 2),
                ("last: 2".to_owned(), end - 2, end),
                (format!("first: 2, after: \"{second}\""), 2, 4),
                (format!("last: 2, before: \"{fifth}\""), 2, 4),
                (format!("first: 2, after: \"{second}\", before: \"{fifth}\""), 2, 4),
                (format!("first: 1, after: \"{second}\", before: \"{fifth}\""), 2, 3),
                (format!("last: 1, after: \"{second}\", before: \"{fifth}\""), 3, 4),
                (format!("last: 9, after: \"{second}\", before: \"{fifth}\""), 2, 4),
                (format!("first: 9, before: \"{fifth}\""), 0, 4),
                (format!("first: 9, before: \"{first}\""), 0, 0),
                (format!("last: 9, after: \"{second}\""), 2, end),
                (format!("last: 9, after: \"{last}\""), end, end),
                (format!("after: \"{last}\""), end, end),
                (format!("last: 9, before: \"{first}\""), 0, 0),
                (format!("first: 9, after: \"{first}\", before: \"{second}\""), 1, 1),
                ("first: 0".to_owned(), 0, 0),
                ("last: 0".to_owned(), end, end),
                (format!("first: 0, after: \"{first}\""), 1, 1),
                (format!("last: 0, before: \"{last}\""), end - 1, end - 1),
            ] {
                let page = list.page(&arguments).await;
                assert_eq!(page.ids, whole.ids[from..to], "{}: {arguments}", list.name);
                assert_eq!((page.has_previous, page.has_next), (from > 0, to < end), "{}: {arguments}", list.name);
                assert_eq!(page.total, total, "the whole list is counted");
            }
        }
    }

    async fn a_list_without_rows_has_one_empty_page(app: TestApp) {
        let client = app.as_admin();
        let article = app.fixtures().an_article().await;
        for (holder, field) in [("newsroom(slug: \"desk\")".to_owned(), "claims"), ("newsroom(slug: \"desk\")".to_owned(), "sources"), (format!("article(id: \"{article}\")"), "claims")] {
            let list = List { client: client.clone(), name: field, holder, field, with: "" };
            for arguments in ["first: 5", "last: 5", "first: 0", "last: 0"] {
                let page = list.page(arguments).await;
                assert_eq!((page.ids.len(), page.has_previous, page.has_next, page.total), (0, false, false, 0), "{field} {arguments}");
            }
        }
    }

    async fn a_size_or_cursor_that_cannot_be_is_refused_with_field_and_reason(app: TestApp) {
        for list in filled(&app).await {
            let cursor = list.page("first: 1").await.cursors.remove(0);
            let cut = &cursor[..cursor.len() - 1];
            for (arguments, field, reason) in [
                ("first: 101".to_owned(), "first", "OUT_OF_RANGE"),
                ("first: -1".to_owned(), "first", "OUT_OF_RANGE"),
                (format!("first: {}", i32::MAX), "first", "OUT_OF_RANGE"),
                ("last: 101".to_owned(), "last", "OUT_OF_RANGE"),
                ("last: -1".to_owned(), "last", "OUT_OF_RANGE"),
                ("first: 1, last: 1".to_owned(), "last", "CONTRADICTION"),
                ("after: \"\"".to_owned(), "after", "INVALID_CURSOR"),
                ("after: \"nonsense\"".to_owned(), "after", "INVALID_CURSOR"),
                ("last: 1, before: \"' OR 1=1 --\"".to_owned(), "before", "INVALID_CURSOR"),
                (format!("after: \"{cut}\""), "after", "INVALID_CURSOR"),
                (format!("before: \"{cursor}A\""), "before", "INVALID_CURSOR"),
                (format!("before: \"{cursor}=\""), "before", "INVALID_CURSOR"),
            ] {
                list.ask(&arguments).await.refused(field, reason);
            }
            list.ask("first: 100").await.ok();
        }
    }

    async fn a_page_holds_25_rows_where_nothing_is_said(app: TestApp) {
        let article = app.fixtures().an_article_of("Many", "word").await;
        for _ in 0..27 {
            app.fixtures().a_claim_on(&article, "A word.", "word").await;
        }
        let list = |with| List { client: app.as_reader(), name: "claims", holder: format!("article(id: \"{article}\")"), field: "claims", with };
        let page = list("").page("after: null").await;
        assert_eq!((page.ids.len(), page.has_next, page.total), (25, true, 27));
        let rest = list("").page(&format!("after: \"{}\"", page.cursors[24])).await;
        assert_eq!((rest.ids.len(), rest.has_previous, rest.has_next), (2, true, false));
        // All are at the same position, so the order is that of marking. It must be stable.
        assert_eq!([page.ids, rest.ids].concat(), list("order: OLDEST_FIRST, ").page("first: 100").await.ids);
    }

    async fn what_comes_and_goes_during_a_walk_moves_no_other_row(app: TestApp) {
        for list in filled(&app).await {
            for backward in [false, true] {
                let whole = list.page("first: 100").await.ids;
                let mut round = 0;
                let came = walk(&list, 2, backward, async |seen| {
                    round += 1;
                    if round == 1 {
                        change(&app, &list, &whole, seen).await;
                    }
                }).await;
                let mut distinct = came.clone();
                distinct.sort();
                distinct.dedup();
                assert_eq!(distinct.len(), came.len(), "{}: no row comes twice", list.name);
                let after = list.page("first: 100").await.ids;
                assert_ne!(after, whole, "{}: something came or went", list.name);
                let mut stayed: Vec<_> = whole.iter().filter(|id| after.contains(id)).collect();
                if backward {
                    stayed.reverse();
                }
                let came: Vec<_> = came.iter().filter(|id| stayed.contains(id)).collect();
                assert_eq!(came, stayed, "{}: every row that stayed came, in its place", list.name);
            }
        }
    }

    async fn a_cursor_whose_row_is_gone_still_marks_its_place(app: TestApp) {
        let lists = filled(&app).await;
        let open = lists.iter().find(|list| list.name == "open claims").expect("the list");
        let page = open.page("first: 3").await;
        app.fixtures().a_verdict("second", &page.ids[1], "TRUE").await;
        let rest = open.page(&format!("first: 100, after: \"{}\"", page.cursors[1])).await;
        assert_eq!(rest.ids[0], page.ids[2]);
        assert!(rest.has_previous);
        let before = open.page(&format!("last: 100, before: \"{}\"", page.cursors[1])).await;
        assert_eq!((&before.ids, before.has_next), (&vec![page.ids[0].clone()], true));
        app.fixtures().a_verdict("second", &page.ids[0], "TRUE").await;
        let rest = open.page(&format!("first: 100, after: \"{}\"", page.cursors[1])).await;
        assert!(!rest.has_previous, "no open claim is left there");
    }
}

/// Adds a row to a list. Where rows can be removed, removes some that were seen and some that were
/// not.
async fn change(app: &TestApp, list: &List, whole: &[String], seen: &[String]) {
    let unseen = whole.iter().rfind(|id| !seen.contains(id)).expect("a row that was not seen");
    match list.field {
        "articles" => {
            app.fixtures().an_article_of("Late", "Text.").await;
        }
        "claims" => {
            let article = match list.holder.split('"').nth(1) {
                Some(id) if id.starts_with("article_") => id.to_owned(),
                _ => app.fixtures().an_article_of("Late", "two").await,
            };
            app.fixtures().a_claim_on(&article, "Late", "two").await;
            if list.name == "open claims" {
                // The filter drops one. The other is withdrawn.
                app.fixtures().a_verdict("third", &seen[0], "TRUE").await;
                app.as_editor()
                    .call(
                        "withdrawClaim",
                        json!({ "claim": unseen, "reason": "Late." }),
                        "claim { id }",
                    )
                    .await
                    .ok();
            }
        }
        "sources" => {
            let claim = app.fixtures().a_claim().await;
            let mut verdict = verdict_on(&claim, "TRUE");
            verdict["citations"] =
                json!([{ "url": format!("https://example.net/{claim}"), "stance": "CONTEXT" }]);
            app.as_second().call("submitVerdict", verdict, "verdict { id }").await.ok();
        }
        "members" => {
            let gone = if whole.len() > 5 { "second" } else { "reader" };
            app.as_admin()
                .call(
                    "removeMember",
                    json!({ "newsroom": app.newsroom(), "account": app.account(gone) }),
                    "newsroom { id }",
                )
                .await
                .ok();
        }
        other => panic!("no list {other}"),
    }
}
