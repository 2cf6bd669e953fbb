//! Inclusion proofs and signatures of rulings: who may read them, and that they verify.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use claimspan::domain::actor::Actor;
use claimspan::domain::event;
use claimspan::domain::proof::{self, InclusionProof};
use claimspan::domain::signed_note::Checkpoint;
use claimspan::domain::signing::{Signer, SigningKey, parse_public, verifies};
use claimspan::domain::signing_keys;
use claimspan::domain::world::World;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::app::{Client, signer};

const SIGNED: &str = "query($id: ID!, $version: Int) { node(id: $id) { ... on Ruling { version signature(version: $version) { algorithm version payload signature key { id publicKey retiredAt } } } } }";
const PROOF: &str = "query($id: ID!, $size: Int) { node(id: $id) { ... on Ruling { proof(treeSize: $size) { format leaf leafIndex treeSize path checkpoint } } } }";

/// The proof of a ruling.
async fn proof_of(client: &Client, ruling: &str, size: Value) -> InclusionProof {
    let reply = client.send(PROOF, json!({ "id": ruling, "size": size })).await;
    serde_json::from_value(reply.data("/node/proof").clone()).expect("a proof")
}

/// Whether a ruling's signature is this key's. Returns the signed content.
fn signed(signature: &Value) -> Value {
    let text = |field: &str| signature[field].as_str().expect("text").to_owned();
    let public =
        parse_public(signature["key"]["publicKey"].as_str().expect("a key")).expect("a key");
    let bytes = BASE64_STANDARD.decode(text("signature")).expect("Base64");
    assert!(verifies(&public, text("payload").as_bytes(), &bytes), "{signature}");
    assert!(!verifies(&public, text("payload").replace('e', "f").as_bytes(), &bytes));
    serde_json::from_str(&text("payload")).expect("JSON")
}

db_tests! {
    async fn whoever_may_read_a_ruling_may_read_its_signature_and_proof(app: TestApp) {
        let (_, ruling) = app.fixtures().a_published_claim().await;
        for (document, field) in [(SIGNED, "signature"), (PROOF, "proof")] {
            for (public, who, code) in [
                (false, Some("reader"), "OK"), (false, Some("rival"), "NOT_FOUND"), (false, None, "UNAUTHENTICATED"),
                (true, Some("rival"), "OK"), (true, None, "OK"),
            ] {
                app.fixtures().a_policy(json!({ "publicReading": public })).await;
                let client = who.map_or_else(|| app.as_stranger(), |name| app.as_(name));
                let reply = client.send(document, json!({ "id": ruling })).await;
                assert_eq!(reply.code(), code, "{field} {who:?}");
                assert!(code != "OK" || reply.data(&format!("/node/{field}")).is_object(), "{}", reply.body);
            }
        }
    }

    async fn each_version_of_a_ruling_is_signed_as_it_was_published(app: TestApp) {
        let (claim, ruling) = app.fixtures().a_published_claim().await;
        let read = async |version: Value| app.as_reader().send(SIGNED, json!({ "id": ruling, "version": version })).await.data("/node/signature").clone();
        let first = read(Value::Null).await;
        let content = signed(&first);
        assert_eq!((&content["ruling"], &content["newsroomName"], &content["version"]), (&json!(ruling), &json!("The Desk"), &json!(1)));
        assert_eq!((&content["rating"]["key"], &content["summary"], &content["correction"]), (&json!("FALSE"), &json!("The ledger gives another figure."), &Value::Null));
        assert_eq!((&content["statement"], &content["quotes"][0]["exact"]), (&json!("The loss is 12 million francs a day."), &json!("12 million francs a day")));
        let verdicts = content["verdicts"].as_array().expect("verdicts");
        assert_eq!(verdicts.iter().map(|verdict| (&verdict["rating"]["key"], &verdict["dissents"])).collect::<Vec<_>>(), [(&json!("TRUE"), &json!(true)), (&json!("FALSE"), &json!(false))]);
        assert_eq!((&verdicts[0]["rationale"], &verdicts[0]["citations"][0]["quote"]), (&json!("The port's ledger says so."), &json!("12,014,000")));
        for hidden in [app.account("editor"), app.account("reviewer"), claim, app.newsroom()] {
            assert!(!first.to_string().contains(&hidden), "{hidden}");
        }

        let input = json!({ "ruling": ruling, "kind": "CORRECTION", "reason": "A figure.", "summary": "Corrected." });
        app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();
        let second = read(Value::Null).await;
        let content = signed(&second);
        assert_eq!((&content["version"], &content["summary"]), (&json!(2), &json!("Corrected.")));
        assert_eq!((&content["correction"]["kind"], &content["correction"]["reason"]), (&json!("CORRECTION"), &json!("A figure.")));
        assert_eq!(read(json!(1)).await, first);
        assert_eq!(read(json!(3)).await, Value::Null);
    }

    async fn a_rotated_key_signs_from_then_on_and_old_signatures_stay_verifiable(app: TestApp) {
        let (_, old) = app.fixtures().a_published_claim().await;
        let machine = Actor::machine(World::real());
        let new = Arc::new(SigningKey::from_seed([9; 32]).expect("a key"));
        signing_keys::rotate(&app.db, &machine, Some(signer().key()), Arc::clone(&new)).await.expect("a rotation");
        // This server still has the old key, and cannot read another.
        let claim = app.fixtures().a_ready_claim().await;
        let refused = app.as_editor().call("publishRuling", crate::fixtures::ruling_on(&claim, "FALSE"), "ruling { id }").await;
        assert_eq!(refused.code(), "INTERNAL_SERVER_ERROR");
        let signature = app.as_reader().send(SIGNED, json!({ "id": old })).await.data("/node/signature").clone();
        signed(&signature);
        assert_eq!(signature["key"]["id"], signer().key().id());
        assert!(signature["key"]["retiredAt"].is_string());
        let establish = async |signer| signing_keys::establish(&app.db, &machine, Arc::new(signer)).await;
        let error = establish(Signer::of(SigningKey::from_seed([7; 32]).expect("a key"))).await.expect_err("the old key");
        assert!(format!("{error:?}").contains(&new.id()), "{error:?}");
        establish(Signer::of(SigningKey::from_seed([9; 32]).expect("a key"))).await.expect("the new key");
        // The old key signs the new one, in the server's log.
        let rotated = event::after(&app.db, "server", 0, 1000).await.expect("events").into_iter().find(|event| event.kind == event::Kind::SigningKeyRotated).expect("an event");
        let endorsement = BASE64_STANDARD.decode(rotated.detail_text("signatureOfPreviousKey").expect("a signature")).expect("Base64");
        assert!(verifies(&signer().key().public(), &new.public(), &endorsement));
    }

    async fn a_proof_verifies_with_nothing_but_the_key_and_shows_what_was_published(app: TestApp) {
        let (_, ruling) = app.fixtures().a_published_claim().await;
        app.fixtures().a_policy(json!({ "publicReading": true })).await;
        let public = signer().key().public();
        let proof = proof_of(&app.as_stranger(), &ruling, Value::Null).await;
        let head = proof.check(&public).expect("it verifies");
        assert_eq!((head.origin, head.size), (format!("claimspan/{}", app.newsroom()), u64::try_from(proof.tree_size).expect("positive")));
        assert!(proof.leaf.contains("RULING_PUBLISHED") && proof.leaf.contains("The ledger gives another figure."));
        assert!(!proof.leaf.contains(&app.account("editor")), "it does not name the actor");
        let wrong = |change: &dyn Fn(&mut InclusionProof)| {
            let mut wrong = proof.clone();
            change(&mut wrong);
            assert!(wrong.check(&public).is_err(), "{wrong:?}");
        };
        wrong(&|proof| proof.leaf = proof.leaf.replace("another", "the same"));
        wrong(&|proof| proof.leaf_index += 1);
        wrong(&|proof| proof.leaf_index = -1);
        wrong(&|proof| proof.tree_size += 1);
        wrong(&|proof| proof.path.push("00".repeat(32)));
        wrong(&|proof| drop(proof.path.pop()));
        wrong(&|proof| "no hash".clone_into(&mut proof.path[0]));
        wrong(&|proof| proof.checkpoint = proof.checkpoint.replace('a', "b"));
        wrong(&|proof| "other".clone_into(&mut proof.format));
        let other = SigningKey::from_seed([8; 32]).expect("a key");
        assert!(proof.check(&other.public()).is_err());

        // Against an earlier head, and a later one.
        let event = proof.leaf_index + 1;
        let earlier = proof_of(&app.as_reader(), &ruling, json!(event)).await;
        assert_eq!(earlier.check(&public).expect("it verifies").size, u64::try_from(event).expect("positive"));
        for size in [0, event - 1, proof.tree_size + 1, -1, i32::MAX] {
            app.as_reader().send(PROOF, json!({ "id": ruling, "size": size })).await.refused("treeSize", "OUT_OF_RANGE");
        }
        let input = json!({ "ruling": ruling, "kind": "RETRACTION", "reason": "Wrong." });
        app.as_editor().call("correctRuling", input, "ruling { id }").await.ok();
        let retracted = proof_of(&app.as_reader(), &ruling, Value::Null).await;
        assert!(retracted.leaf.contains("RULING_CORRECTED") && retracted.check(&public).is_ok());
    }

    async fn every_event_of_a_long_log_can_be_proved_against_every_head(app: TestApp) {
        let article = app.fixtures().an_article().await;
        let claim = app.fixtures().a_claim_on(&article, "S", "nine days").await;
        for round in 0..290 {
            let input = json!({ "claim": claim, "tags": [format!("tag {round}")] });
            app.as_editor().call("editClaim", input, "claim { id }").await.ok();
        }
        let (log, key) = (app.newsroom(), signer().key());
        let events = event::after(&app.db, &log, 0, 1000).await.expect("events");
        let last = i32::try_from(events.len()).expect("few");
        assert!(last > 272, "it has a subtree of 256 events");
        let head = proof::checkpoint(&app.db, &log).await.expect("a head");
        assert_eq!(Checkpoint::verify(&head.sign(&key), &key.public()), Ok(head.clone()));
        for event in events.iter().step_by(13) {
            for size in [None, Some(event.number), Some(i32::midpoint(event.number, last))] {
                let proof = proof::of_event(&app.db, &key, event, size).await.expect("a proof");
                let checked = proof.check(&key.public()).expect("it verifies");
                assert!(size.is_some() || checked == head);
            }
        }
    }
}
