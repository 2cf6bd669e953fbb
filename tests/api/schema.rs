//! The schema as a client reads it: completely documented and consistent.

use serde_json::Value;

const INTROSPECTION: &str = "{ __schema {
    mutationType { name }
    directives { name description args { name description } }
    types { kind name description
        fields(includeDeprecated: true) { name description args { name description type { kind ofType { kind name } } } type { kind ofType { kind name } } }
        inputFields { name description }
        enumValues(includeDeprecated: true) { name description }
    }
} }";

/// The list below `name`, or nothing if it is null.
fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap_or_default()
}

db_tests! {
    async fn everything_in_the_schema_has_a_description(app: TestApp) {
        let reply = app.as_stranger().ask(INTROSPECTION).await;
        let schema = reply.data("/__schema");
        // The specification defines it: async-graphql gives its ID no description.
        let mut named: Vec<(String, &Value)> = Vec::new();
        for kind in list(schema, "types").iter().filter(|kind| !name(kind).starts_with("__") && name(kind) != "ID") {
            named.push((name(kind).to_owned(), kind));
            for part in ["fields", "inputFields", "enumValues"].iter().flat_map(|part| list(kind, part)) {
                named.push((format!("{}.{}", name(kind), name(part)), part));
                named.extend(list(part, "args").iter().map(|arg| (format!("{}.{}({}:)", name(kind), name(part), name(arg)), arg)));
            }
        }
        for directive in list(schema, "directives") {
            named.push((format!("@{}", name(directive)), directive));
            named.extend(list(directive, "args").iter().map(|arg| (format!("@{}({}:)", name(directive), name(arg)), arg)));
        }
        assert!(named.len() > 300, "the whole schema was walked: {}", named.len());
        let silent: Vec<_> = named.iter().filter(|(_, what)| what["description"].as_str().is_none_or(|text| text.trim().is_empty())).collect();
        let silent: Vec<_> = silent.into_iter().map(|(path, _)| path).collect();
        assert!(silent.is_empty(), "without a description: {silent:?}");
    }

    async fn every_mutation_takes_one_input_and_gives_a_payload_of_its_own(app: TestApp) {
        let reply = app.as_stranger().ask(INTROSPECTION).await;
        let schema = reply.data("/__schema");
        let root = list(schema, "types").iter().find(|kind| name(kind) == name(&schema["mutationType"])).expect("mutations");
        let mutations = list(root, "fields");
        assert!(!mutations.is_empty());
        for mutation in mutations {
            let name = name(mutation);
            let kind = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
            let args: Vec<_> = list(mutation, "args").iter().map(|arg| (&arg["name"], &arg["type"]["kind"], &arg["type"]["ofType"]["name"])).collect();
            if matches!(name, "signOut" | "signOutEverywhere") {
                assert!(args.is_empty(), "{name} ends sessions, and needs to know no more");
            } else {
                assert_eq!(args, [(&"input".into(), &"NON_NULL".into(), &format!("{kind}Input").into())], "{name}");
            }
            assert_eq!(mutation["type"]["kind"], "NON_NULL", "{name}");
            assert_eq!(mutation["type"]["ofType"]["name"], format!("{kind}Payload"), "{name}");
        }
    }
}
