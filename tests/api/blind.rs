//! Blind review: no path reveals the content of hidden verdicts.

use std::collections::{BTreeMap, HashMap};

use claimspan::server::Settings;
use serde_json::{Value, json};

use crate::app::{self, Client, TestApp};
use crate::fixtures::verdict_on;
use crate::verdicts::with;

/// Everything below a verdict, for its ids.
const VERDICTS: &str = "query($id: ID!) { node(id: $id) { ... on Claim { verdicts(includeWithdrawn: true) { id rationale rating { key }
    reviewer { displayName } history { id citations { id } } citations { id source { id url } } } } } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { id } }";

/// A token of this account with a lower role.
async fn token(app: &TestApp, name: &str, role: &str) -> Client {
    let input = json!({ "newsroom": app.newsroom(), "name": role, "role": role });
    app.with_token(Some(
        app.as_(name).call("createApiToken", input, "secret").await.text("/createApiToken/secret"),
    ))
}

async fn judge(
    app: &TestApp,
    by: &str,
    claim: &str,
    rating: &str,
    pages: &[(&str, Option<&str>)],
) -> String {
    let cite = |(page, title): &(&str, Option<&str>)| json!({ "url": format!("https://{page}.example.org/"), "title": title, "stance": "CONTEXT" });
    let said = json!({ "rationale": format!("{by} says {rating}"), "citations": pages.iter().map(cite).collect::<Vec<_>>() });
    app.as_(by)
        .call("submitVerdict", with(verdict_on(claim, rating), &said), "verdict { id }")
        .await
        .text("/submitVerdict/verdict/id")
}

/// The ids of the verdicts, submissions, citations and sources below a claim, as an editor sees
/// them.
async fn ids_below(app: &TestApp, claim: &str) -> Vec<String> {
    fn collect(value: &Value, ids: &mut Vec<String>) {
        match value {
            Value::Object(map) => map.values().for_each(|value| collect(value, ids)),
            Value::Array(list) => list.iter().for_each(|value| collect(value, ids)),
            Value::String(text) if is_id(text) => ids.push(text.clone()),
            _ => {}
        }
    }
    let mut ids = Vec::new();
    collect(app.as_editor().send(VERDICTS, json!({ "id": claim })).await.data("/node"), &mut ids);
    ids
}

fn is_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(noun, digits)| {
        !noun.is_empty() && digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

async fn sees(client: &Client, claim: &str) -> Vec<String> {
    let reply = client.send(VERDICTS, json!({ "id": claim })).await;
    reply
        .data("/node/verdicts")
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| row["rationale"].as_str().expect("words").to_owned())
        .collect()
}

db_tests! {
    async fn no_id_opens_what_is_hidden(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        judge(&app, "reviewer", &claim, "TRUE", &[("a", None)]).await;
        judge(&app, "reviewer", &claim, "FALSE", &[("b", None), ("c", None)]).await;
        let ids = ids_below(&app, &claim).await;
        for noun in ["verdict", "submission", "citation", "source"] {
            assert!(ids.iter().any(|id| id.starts_with(noun)), "{ids:?}");
        }
        let viewers = [app.as_reader(), app.as_second(), app.as_rival(), token(&app, "admin", "READER").await, token(&app, "admin", "REVIEWER").await];
        for client in viewers {
            for id in &ids {
                let reply = client.send(NODE, json!({ "id": id })).await;
                assert_eq!((reply.code(), &reply.body["data"]["node"]), ("NOT_FOUND", &json!(null)), "{id}");
                // The response must equal the one for an id that never existed.
                let unknown = format!("{}_{}", id.split('_').next().expect("a noun"), "7".repeat(32));
                assert_eq!(client.send(NODE, json!({ "id": unknown })).await.body, reply.body);
            }
            let reply = client.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
            assert_eq!(reply.body["data"]["nodes"], json!(vec![json!(null); ids.len()]));
            let verdict = ids.iter().find(|id| id.starts_with("verdict")).expect("a verdict");
            let reply = client.call("withdrawVerdict", json!({ "verdict": verdict, "reason": "x" }), "verdict { id }").await;
            assert_eq!(reply.code(), "NOT_FOUND");
        }
    }

    async fn those_who_judged_and_editors_see_what_others_do_not_until_the_claim_is_ready(app: TestApp) {
        app.as_admin().call("setPolicy", json!({ "newsroom": app.newsroom(), "verdictsRequired": 3 }), "newsroom { id }").await.ok();
        let claim = app.fixtures().a_claim().await;
        let verdict = judge(&app, "reviewer", &claim, "TRUE", &[("a", None)]).await;
        let (first, second) = ("reviewer says TRUE", "second says FALSE");
        let who_sees = async |expected: [(&str, &[&str]); 6]| {
            for (who, seen) in expected {
                assert_eq!(sees(&app.as_(who), &claim).await, seen, "{who}");
            }
        };
        who_sees([("reviewer", &[first]), ("second", &[]), ("third", &[]), ("reader", &[]), ("editor", &[first]), ("admin", &[first])]).await;
        judge(&app, "second", &claim, "FALSE", &[("b", None)]).await;
        who_sees([("reviewer", &[first, second]), ("second", &[first, second]), ("third", &[]), ("reader", &[]), ("editor", &[first, second]), ("admin", &[first, second])]).await;
        // A reviewer who withdrew no longer counts as a judge, but still sees their own verdict.
        app.as_reviewer().call("withdrawVerdict", json!({ "verdict": verdict, "reason": "Unsure." }), "verdict { id }").await.ok();
        who_sees([("reviewer", &[first]), ("second", &[second]), ("third", &[]), ("reader", &[]), ("editor", &[first, second]), ("admin", &[first, second])]).await;
        judge(&app, "reviewer", &claim, "TRUE", &[("a", None)]).await;
        judge(&app, "third", &claim, "MIXED", &[("c", None)]).await;
        let all: &[&str] = &[first, second, "third says MIXED"];
        who_sees([("reviewer", all), ("second", all), ("third", all), ("reader", all), ("editor", all), ("admin", all)]).await;
        assert_eq!(app.as_rival().send(VERDICTS, json!({ "id": claim })).await.code(), "NOT_FOUND");
    }

    async fn readers_may_know_how_many_verdicts_are_hidden_and_what_state_that_gives(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        judge(&app, "reviewer", &claim, "UNVERIFIABLE", &[]).await;
        let reply = app.as_reader().send("query($id: ID!) { node(id: $id) { ... on Claim { state summary {
            verdictCount hiddenVerdictCount disputed unsourcedVerdictCount sourceCount verdictCounts { count } } } } }", json!({ "id": claim })).await;
        assert_eq!(reply.data("/node"), &json!({ "state": "IN_REVIEW", "summary": {
            "verdictCount": 1, "hiddenVerdictCount": 1, "disputed": null, "unsourcedVerdictCount": 0, "sourceCount": 0, "verdictCounts": [] } }));
    }

    async fn without_blind_review_readers_see_every_verdict_in_force(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        judge(&app, "reviewer", &claim, "TRUE", &[("a", None)]).await;
        let set = async |blind: bool| {
            app.as_admin().call("setPolicy", json!({ "newsroom": app.newsroom(), "blindReview": blind }), "newsroom { id }").await.ok();
        };
        assert!(sees(&app.as_reader(), &claim).await.is_empty());
        set(false).await;
        for who in ["reader", "third"] {
            assert_eq!(sees(&app.as_(who), &claim).await, ["reviewer says TRUE"]);
        }
        for id in ids_below(&app, &claim).await {
            app.as_reader().send(NODE, json!({ "id": id })).await.ok();
        }
        set(true).await;
        assert!(sees(&app.as_reader(), &claim).await.is_empty());
    }

    async fn a_token_sees_no_more_than_its_role(app: TestApp) {
        let claim = app.fixtures().a_claim().await;
        judge(&app, "reviewer", &claim, "TRUE", &[("a", None)]).await;
        for (role, seen) in [("READER", 0), ("REVIEWER", 0), ("EDITOR", 1), ("ADMIN", 1)] {
            assert_eq!(sees(&token(&app, "admin", role).await, &claim).await.len(), seen, "{role}");
        }
        // The maker's own role limits the token at each use.
        let token = token(&app, "admin", "ADMIN").await;
        let (newsroom, set) = (app.newsroom(), "membership { role }");
        app.as_admin().call("setRole", json!({ "newsroom": newsroom, "account": app.account("editor"), "role": "ADMIN" }), set).await.ok();
        app.as_editor().call("setRole", json!({ "newsroom": newsroom, "account": app.account("admin"), "role": "READER" }), set).await.ok();
        assert!(sees(&token, &claim).await.is_empty());
    }

    async fn the_id_of_a_source_does_not_tell_when_it_was_first_cited(app: TestApp) {
        app.fixtures().a_ready_claim().await;
        let reply = app.as_reader().ask(r#"{ newsroom(slug: "desk") { sources { nodes { id } } } }"#).await;
        let id = reply.text("/newsroom/sources/nodes/0/id");
        let id = uuid::Uuid::try_parse(id.strip_prefix("source_").expect("a source")).expect("a UUID");
        assert!(id.get_timestamp().is_none(), "{id}");
    }
}

/// The difference between two worlds: only the content of hidden verdicts.
struct World {
    judges: [&'static str; 2],
    ratings: [&'static str; 2],
    pages: [&'static [(&'static str, Option<&'static str>)]; 2],
}

const WORLDS: [World; 2] = [
    World {
        judges: ["reviewer", "second"],
        ratings: ["TRUE", "TRUE"],
        pages: [&[("x", Some("The hidden title"))], &[("x", None), ("z", None)]],
    },
    World {
        judges: ["second", "editor"],
        ratings: ["UNVERIFIABLE", "FALSE"],
        pages: [&[], &[("y", Some("Another")), ("w", None)]],
    },
];

/// Fills the newsroom. Returns what each of these clients sees, and for comparison what an editor
/// sees.
#[allow(clippy::too_many_lines, reason = "one table of checks")]
async fn look(app: &TestApp, world: &World) -> BTreeMap<&'static str, Vec<Value>> {
    app.as_admin()
        .call(
            "setPolicy",
            json!({ "newsroom": app.newsroom(), "verdictsRequired": 3 }),
            "newsroom { id }",
        )
        .await
        .ok();
    // This client reads everything at once, which exceeds the usual limits.
    let app = &app.beside(Settings { most_cost: u64::MAX, ..Settings::default() }).await;
    let fixtures = app.fixtures();
    let article = fixtures.an_article().await;
    let mut claims = Vec::new();
    for words in
        ["nine days", "12 million", "Wages rise", "A crane stands idle", "led by Zoë Ardant"]
    {
        claims.push(fixtures.a_claim_on(&article, words, words).await);
    }
    let other = fixtures.an_article().await;
    claims.push(fixtures.a_claim_on(&other, "Elsewhere.", "nine days").await);
    for claim in &claims[..3] {
        let people = ["reviewer", "second", "editor", "third"].map(|name| app.account(name));
        // One after the other: the ids of accounts, which are not the same in both worlds, order what
        // happened at once.
        for one in people {
            let due =
                json!({ "claim": claim, "reviewers": [one], "dueAt": "2099-01-01T00:00:00Z" });
            app.as_editor().call("assignClaim", due, "claim { id }").await.ok();
        }
    }
    let [one, two] = world.judges;
    // One verdict submitted twice, two that agree or differ, and one on a claim that is then
    // withdrawn.
    judge(app, one, &claims[0], world.ratings[1], world.pages[1]).await;
    judge(app, one, &claims[0], world.ratings[0], world.pages[0]).await;
    for (number, by) in [one, two].into_iter().enumerate() {
        judge(app, by, &claims[1], world.ratings[number], world.pages[number]).await;
    }
    judge(app, two, &claims[3], world.ratings[0], world.pages[0]).await;
    app.as_editor()
        .call("withdrawClaim", json!({ "claim": claims[3], "reason": "No claim." }), "claim { id }")
        .await
        .ok();
    judge(app, one, &claims[5], world.ratings[0], world.pages[0]).await;
    // A visible verdict that cites the same source as earlier hidden ones, and a claim that was
    // READY until a verdict was withdrawn.
    for by in ["reviewer", "second", "editor"] {
        judge(app, by, &claims[2], "MIXED", &[("x", None), ("y", None), ("seen", Some("Seen"))])
            .await;
    }
    let mut verdicts = HashMap::new();
    for by in ["reviewer", "second", "editor"] {
        verdicts.insert(
            by,
            judge(
                app,
                by,
                &claims[4],
                if by == one { world.ratings[0] } else { world.ratings[1] },
                world.pages[1],
            )
            .await,
        );
    }
    let input = json!({ "verdict": verdicts[one], "reason": format!("{one} erred.") });
    app.as_(one).call("withdrawVerdict", input, "verdict { id }").await.ok();

    let viewers = [
        ("reader", app.as_reader()),
        ("third", app.as_third()),
        ("rival", app.as_rival()),
        ("token of a reader", token(app, "admin", "READER").await),
        ("token of a reviewer", token(app, "admin", "REVIEWER").await),
        ("editor", app.as_editor()),
    ];
    let schema = Schema::of(app).await;
    let mut seen = BTreeMap::new();
    for (who, client) in viewers {
        let mut answers = Vec::new();
        answers.push(
            client
                .ask(&format!(
                    "{{ viewer {{ {} }} newsroom(slug: \"desk\") {{ {} }} }}",
                    schema.all("Account", 1500),
                    schema.all("Newsroom", 2000)
                ))
                .await
                .body,
        );
        for (noun, ids) in [("Article", vec![&article, &other]), ("Claim", claims.iter().collect())]
        {
            for id in ids {
                let document = format!(
                    "query($id: ID!) {{ node(id: $id) {{ ... on {noun} {{ {} }} }} }}",
                    schema.all(noun, 1000)
                );
                answers.push(client.send(&document, json!({ "id": id })).await.body);
            }
        }
        for name in ["reviewer", "second", "editor", "third"] {
            let document = format!(
                "query($id: ID!) {{ node(id: $id) {{ ... on Account {{ {} }} }} }}",
                schema.all("Account", 1000)
            );
            answers.push(client.send(&document, json!({ "id": app.account(name) })).await.body);
        }
        for filter in filters(app).await {
            let list = "totalCount nodes { statement summary { verdictCount } } edges { cursor } pageInfo { hasNextPage }";
            let document = format!(
                "query($article: ID!, $filter: ClaimFilter) {{
                    newsroom(slug: \"desk\") {{ claims(filter: $filter, order: OLDEST_FIRST, first: 3) {{ {list} }} }}
                    article(id: $article) {{ claims(filter: $filter, last: 3) {{ {list} }} }} }}"
            );
            answers.push(
                client.send(&document, json!({ "article": article, "filter": filter })).await.body,
            );
        }
        let mut known = HashMap::new();
        for answer in &mut answers {
            anonymise(answer, &mut known);
        }
        seen.insert(who, answers);
    }
    seen
}

async fn filters(app: &TestApp) -> Vec<Value> {
    let document = "{ newsroom(slug: \"desk\") { ratingScale { id ratings { id } } } }";
    let scale = app.as_reader().ask(document).await.data("/newsroom/ratingScale").clone();
    let ratings = scale["ratings"].as_array().expect("ratings").clone();
    let ratings = ratings.into_iter().map(|rating| json!({ "ratings": [rating["id"]] }));
    let keys = ["TRUE", "FALSE", "MIXED", "UNVERIFIABLE"].map(|key| json!({ "ratingKeys": [key] }));
    let people = ["reviewer", "second", "editor", "third"].map(|name| app.account(name));
    let by = people.iter().flat_map(|id| {
        [
            json!({ "reviewedBy": id }),
            json!({ "notReviewedBy": id }),
            json!({ "reviewedBy": id, "disputed": false }),
            json!({ "assignedTo": id, "dueBefore": "2099-01-02T00:00:00Z" }),
        ]
    });
    let flags = [true, false].into_iter().flat_map(|flag| {
        [
            json!({ "disputed": flag }),
            json!({ "unsourced": flag }),
            json!({ "disputed": flag, "states": ["IN_REVIEW"] }),
            json!({ "changedAfterReading": flag }),
            json!({ "judged": flag, "markedSince": "2020-01-01T00:00:00Z" }),
        ]
    });
    keys.into_iter()
        .chain(ratings)
        .chain(by)
        .chain(flags)
        .chain([
            json!({ "states": ["WITHDRAWN"] }),
            json!({ "comparedUnder": scale["id"] }),
            json!({ "dueAfter": "2099-01-01T00:00:00Z" }),
            json!({ "text": "x" }),
            json!({ "ratingKeys": [] }),
        ])
        .collect()
}

/// Replaces all times and cursors with one word, and numbers ids by their first occurrence. The ids
/// of the copied database stay.
fn anonymise(value: &mut Value, known: &mut HashMap<String, usize>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if matches!(&**key, "cursor" | "startCursor" | "endCursor") && value.is_string() {
                    *value = json!("cursor");
                }
                if key == "errors" {
                    let errors = value.as_array_mut().expect("errors");
                    errors.sort_by_key(ToString::to_string);
                    assert!(
                        errors.iter().all(|error| matches!(
                            error["extensions"]["code"].as_str(),
                            Some("FORBIDDEN" | "NOT_FOUND")
                        )),
                        "{errors:?}"
                    );
                }
                anonymise(value, known);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| anonymise(value, known)),
        Value::String(text) => {
            if chrono::DateTime::parse_from_rfc3339(text).is_ok() {
                "time".clone_into(text);
            } else if is_id(text)
                && !["account", "newsroom", "rating", "scale"]
                    .iter()
                    .any(|noun| text.starts_with(noun))
            {
                let next = known.len();
                *text = format!("id {}", known.entry(text.clone()).or_insert(next));
            }
        }
        _ => {}
    }
}

/// The API's types, for documents that select everything.
struct Schema(HashMap<String, Vec<(String, Option<String>)>>);

impl Schema {
    async fn of(app: &TestApp) -> Self {
        let reply = app
            .as_reader()
            .ask(
                "{ __schema { types { name kind fields { name args { name defaultValue type { kind } } type { ...t } } } } }
            fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }",
            )
            .await;
        let mut types = HashMap::new();
        for kind in reply.data("/__schema/types").as_array().expect("types") {
            let mut fields = Vec::new();
            for field in kind["fields"].as_array().into_iter().flatten() {
                let needs = |arg: &Value| {
                    arg["type"]["kind"] == "NON_NULL" && arg["defaultValue"].is_null()
                };
                if field["args"].as_array().expect("args").iter().any(needs) {
                    continue;
                }
                let mut of = &field["type"];
                while !of["ofType"].is_null() {
                    of = &of["ofType"];
                }
                let object = (of["kind"] == "OBJECT")
                    .then(|| of["name"].as_str().expect("a name").to_owned());
                // Small pages, which hold everything here. The usual page size would cost too much.
                let page = if field["args"]
                    .as_array()
                    .expect("args")
                    .iter()
                    .any(|arg| arg["name"] == "first")
                {
                    "(first: 9)"
                } else {
                    ""
                };
                fields.push((format!("{}{page}", field["name"].as_str().expect("a name")), object));
            }
            types.insert(kind["name"].as_str().expect("a name").to_owned(), fields);
        }
        Self(types)
    }

    /// Every field of this type and of the types below it, to this depth. A type is not repeated
    /// below itself.
    fn all(&self, root: &str, most: usize) -> String {
        let texts = (1..12).map(|depth| self.below(&mut vec![root.to_owned()], depth));
        let fits = texts.take_while(|text| {
            text.split_whitespace().filter(|word| !matches!(*word, "{" | "}")).count() < most
        });
        fits.last().expect("a depth of 1 fits")
    }

    fn below(&self, path: &mut Vec<String>, depth: usize) -> String {
        let mut text = String::new();
        for (name, object) in &self.0[path.last().expect("a type")] {
            match object {
                None => text.extend([name, " "]),
                // The target of an edge is in `nodes` as well.
                Some(object) if depth > 1 && !path.contains(object) && name != "node" => {
                    path.push(object.clone());
                    text.extend([name, " { ", &self.below(path, depth - 1), "} "]);
                    path.pop();
                }
                Some(_) => {}
            }
        }
        if text.is_empty() { "__typename ".to_owned() } else { text }
    }
}

/// Two worlds that differ only in hidden verdicts, read by the same account.
mod worlds_that_differ_only_in_hidden_verdicts_look_the_same {
    use super::{TestApp, Value, WORLDS, app, look};

    type Seen = std::collections::BTreeMap<&'static str, Vec<Value>>;

    fn compare(worlds: &[Seen]) {
        // Without PostgreSQL, which was reported, there are none.
        let [one, other] = worlds else { return };
        for (who, answers) in one {
            let differing: Vec<_> =
                answers.iter().zip(&other[who]).filter(|(here, there)| here != there).collect();
            if *who == "editor" {
                assert!(
                    differing.len() > 10,
                    "an editor sees that they differ: {}",
                    differing.len()
                );
            } else if let Some((here, there)) = differing.first() {
                panic!("{who} can tell them apart:\n{here}\n{there}");
            }
            assert!(
                *who == "rival" || answers[0].to_string().contains("https://seen.example.org/"),
                "{who} sees what is not hidden: {}",
                answers[0]
            );
        }
    }

    #[test]
    fn on_sqlite() {
        let mut seen = Vec::new();
        for world in &WORLDS {
            let all = &mut seen;
            app::on_sqlite(move |app: TestApp| async move { all.push(look(&app, world).await) });
        }
        compare(&seen);
    }

    #[test]
    fn on_postgres() {
        let mut seen = Vec::new();
        for world in &WORLDS {
            let all = &mut seen;
            app::on_postgres(move |app: TestApp| async move { all.push(look(&app, world).await) });
        }
        compare(&seen);
    }
}
