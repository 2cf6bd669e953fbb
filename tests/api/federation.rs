//! A server that is a subgraph of Apollo Federation: what its gateway may read, and what others see of it.

use std::collections::BTreeMap;

use claimspan::graphql::{Root, sdl};
use claimspan::server::Settings;
use serde_json::{Value, json};

use crate::app::{Client, Reply, TestApp};
use crate::walk::{CALLERS, NODES, OK, Walk, objects};

const ENTITIES: &str = "query($given: [_Any!]!) { _entities(representations: $given) { __typename ... on Node { id } } }";
const SERVICE: &str = "{ _service { sdl } }";

async fn subgraph(app: &TestApp) -> TestApp {
    app.beside(Settings { root: Root::Subgraph, ..Settings::default() }).await
}

fn refer(kind: &str, id: &str) -> Value {
    json!({ "__typename": kind, "id": id })
}

async fn entities(client: &Client, given: Value) -> Reply {
    client.send(ENTITIES, json!({ "given": given })).await
}

/// The code of the error at each place of a list.
fn codes(reply: &Reply, field: &str) -> BTreeMap<u64, String> {
    let errors = reply.body["errors"].as_array().cloned().unwrap_or_default();
    let coded = errors.iter().map(|error| {
        assert_eq!(error["path"][0], field, "{error}");
        let place = error["path"][1].as_u64().expect("a place in the list");
        (place, error["extensions"]["code"].as_str().expect("a code").to_owned())
    });
    coded.collect()
}

db_tests! {
    async fn an_entity_is_seen_by_those_who_see_the_node(app: TestApp) {
        let gateway = subgraph(&app).await;
        let walk = Walk::new(&app).await;
        let ids = objects(&app).await;
        let given: Value = NODES.iter().zip(&ids).map(|((kind, ..), id)| refer(kind, id)).collect();
        for (index, who) in CALLERS.into_iter().enumerate() {
            let client = walk.client(who).at(&gateway);

            let found = entities(&client, given.clone()).await;

            let same = client.send("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids })).await;
            assert_eq!(found.body["data"]["_entities"], same.body["data"]["nodes"], "{who}");
            assert_eq!(codes(&found, "_entities"), codes(&same, "nodes"), "{who}");
            let expected = NODES.iter().enumerate().filter(|(_, row)| row.2[index] != OK);
            let expected: BTreeMap<_, _> = expected.map(|(place, row)| (place as u64, row.2[index].to_owned())).collect();
            assert_eq!(codes(&found, "_entities"), expected, "{who}");
        }
    }

    async fn a_stranger_finds_a_ruling_that_is_public(app: TestApp) {
        let gateway = subgraph(&app).await;
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;

        let found = entities(&app.as_stranger().at(&gateway), json!([refer("Ruling", &ruling), refer("Claim", &claim)])).await;

        assert_eq!(found.body["data"]["_entities"], json!([refer("Ruling", &ruling), null]));
        assert_eq!(codes(&found, "_entities"), BTreeMap::from([(1, "UNAUTHENTICATED".to_owned())]));
    }

    async fn a_representation_that_refers_to_nothing_is_refused_by_field(app: TestApp) {
        let gateway = subgraph(&app).await;
        let reader = app.as_reader().at(&gateway);
        let claim = app.fixtures().a_claim().await;
        let rows = [
            (json!("claim"), "", "INVALID_FORMAT"),
            (json!({ "id": claim }), ".__typename", "EMPTY"),
            (json!({ "__typename": 1, "id": claim }), ".__typename", "INVALID_FORMAT"),
            (json!({ "__typename": "PageInfo", "id": claim }), ".__typename", "INVALID_FORMAT"),
            (json!({ "__typename": "Nothing", "id": claim }), ".__typename", "INVALID_FORMAT"),
            (json!({ "__typename": "Claim" }), ".id", "EMPTY"),
            (json!({ "__typename": "Claim", "id": null }), ".id", "EMPTY"),
            (json!({ "__typename": "Claim", "id": 7 }), ".id", "INVALID_FORMAT"),
            (json!({ "__typename": "Claim", "id": "claim_1" }), ".id", "INVALID_ID"),
            (refer("Article", &claim), ".id", "INVALID_ID"),
        ];
        for (given, field, reason) in rows {
            let found = entities(&reader, json!([refer("Claim", &claim), given])).await;
            // The others are found nevertheless.
            assert_eq!(found.body["data"]["_entities"], json!([refer("Claim", &claim), null]), "{given}");
            assert_eq!(codes(&found, "_entities").into_keys().collect::<Vec<_>>(), [1], "{given}");
            found.refused(&format!("representations[1]{field}"), reason);
        }
        let more = json!([{ "__typename": "Claim", "id": claim, "population": 7 }]);
        assert_eq!(entities(&reader, more).await.data("/_entities"), &json!([refer("Claim", &claim)]));
        assert_eq!(entities(&reader, json!([])).await.data("/_entities"), &json!([]));
        assert_eq!(entities(&reader, json!([null])).await.code(), "BAD_USER_INPUT");
        entities(&reader, json!(vec![refer("Claim", &claim); 100])).await.ok();
        entities(&reader, json!(vec![refer("Claim", &claim); 101])).await.refused("representations", "TOO_LARGE");
        let literal = format!("{{ _entities(representations: [{{ __typename: \"Claim\", id: \"{claim}\" }}]) {{ ... on Claim {{ statement article {{ title }} }} }} }}");
        assert!(reader.ask(&literal).await.text("/_entities/0/article/title").len() > 1);
    }

    async fn entities_are_read_together_and_cost_what_nodes_cost(app: TestApp) {
        let gateway = subgraph(&app).await;
        let reader = app.as_reader().at(&gateway);
        let mut given = Vec::new();
        for _ in 0..8 {
            let article = app.fixtures().an_article().await;
            let claim = app.fixtures().a_claim().await;
            given.extend([refer("Claim", &claim), refer("Article", &article)]);
        }
        let (few, many) = (json!({ "given": &given[..2] }), json!({ "given": given }));

        assert_eq!(gateway.cost(&reader, ENTITIES, many.clone()).await, gateway.cost(&reader, ENTITIES, few).await);

        let cost = async |document: &str, variables: &Value| {
            let request = reader.request().header("X-Claimspan-Cost", "1");
            let reply: Value = request.json(&json!({ "query": document, "variables": variables })).send().await.expect("an answer").json().await.expect("JSON");
            reply["extensions"]["cost"].as_u64().expect("a cost")
        };
        let deep = |root: &str| format!("{root} {{ ... on Claim {{ verdicts {{ id citations {{ id }} }} }} }} }}");
        let ids: Vec<_> = given.iter().map(|one| &one["id"]).collect();
        let nodes = cost(&deep("query($ids: [ID!]!) { nodes(ids: $ids)"), &json!({ "ids": ids })).await;
        let found = cost(&deep("query($given: [_Any!]!) { _entities(representations: $given)"), &many).await;
        assert!(nodes > 16 * 25, "{nodes}");
        assert_eq!(found, nodes);
    }

    async fn only_a_subgraph_has_the_fields_of_a_gateway(app: TestApp) {
        let gateway = subgraph(&app).await;
        let claim = json!({ "given": [refer("Claim", &app.fixtures().a_claim().await)] });
        assert_eq!(app.as_reader().send(ENTITIES, claim).await.code(), "GRAPHQL_VALIDATION_FAILED");
        assert_eq!(app.as_reader().ask(SERVICE).await.code(), "GRAPHQL_VALIDATION_FAILED");

        let text = app.as_stranger().at(&gateway).ask(SERVICE).await.text("/_service/sdl");

        assert_eq!(text, sdl(Root::Subgraph));
        assert_eq!(text.matches("@key(fields: \"id\")").count(), kinds(&gateway).await.len());
        let plain = reqwest::get(format!("{}/schema.graphql", gateway.address())).await.expect("an answer").text().await.expect("a text");
        assert_eq!(plain, sdl(Root::Plain));
        let hidden = app.beside(Settings { root: Root::Subgraph, introspection: false, ..Settings::default() }).await;
        assert_eq!(app.as_admin().at(&hidden).ask(SERVICE).await.code(), "FORBIDDEN");
        assert_eq!(app.as_stranger().at(&hidden).ask(SERVICE).await.code(), "FORBIDDEN");
    }
}

/// The names of the types that a gateway may refer to, by introspection. They are those with `Node`.
async fn kinds(gateway: &TestApp) -> Vec<Value> {
    let ask = "{ entity: __type(name: \"_Entity\") { ...p } node: __type(name: \"Node\") { ...p } query: __type(name: \"Query\") { fields { name description } } }
        fragment p on __Type { description possibleTypes { name } }";
    let reply = gateway.as_stranger().ask(ask).await;
    let mut names = ["entity", "node"].map(|kind| {
        reply.data(&format!("/{kind}/possibleTypes")).as_array().expect("a list").clone()
    });
    for names in &mut names {
        names.sort_by_key(|name| name["name"].to_string());
    }
    assert_eq!(names[0], names[1]);
    let fields = reply.data("/query/fields").as_array().expect("a list").iter();
    let described = fields.filter(|field| {
        field["name"].as_str().is_some_and(|name| name.starts_with('_'))
            && field["description"].is_string()
    });
    assert_eq!(described.count(), 2, "`_entities` and `_service`");
    let [names, _] = names;
    names
}
