//! Search and similar claims: the results, their order, the marked words, permissions and costs.

use claimspan::domain::actor::Actor;
use claimspan::domain::upkeep;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::app::{Client, TestApp};

const SEARCH: &str = r#"query($text: String!, $first: Int, $after: String) { newsroom(slug: "desk") { search(text: $text, first: $first, after: $after) {
    edges { cursor score snippet { text matches { start end } } node { __typename ... on Article { id title } ... on Claim { id statement } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"#;
const SIMILAR: &str = r#"query($text: String!, $first: Int) { newsroom(slug: "desk") { similarClaims(text: $text, first: $first) {
    edges { score node { id statement } } } } }"#;

async fn import(app: &TestApp, title: &str, body: &str) -> String {
    app.fixtures().an_article_of(title, body).await
}

/// A claim on an article that contains nothing else.
async fn claim(app: &TestApp, statement: &str, claimant: Option<&str>, tags: &[&str]) -> String {
    let article = import(app, "Zzz", "Qqqq.").await;
    let input = json!({ "article": article, "statement": statement, "claimant": claimant, "tags": tags, "ranges": [{ "exact": "Qqqq" }] });
    app.as_reviewer().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id")
}

/// The ids of the results, best first.
async fn found(client: &Client, text: &str) -> Vec<String> {
    edges(client, text)
        .await
        .iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

async fn edges(client: &Client, text: &str) -> Vec<Value> {
    client
        .send(SEARCH, json!({ "text": text }))
        .await
        .data("/newsroom/search/edges")
        .as_array()
        .expect("edges")
        .clone()
}

/// The words that are marked in a snippet.
fn marked(edge: &Value) -> Vec<String> {
    let text: Vec<char> = edge["snippet"]["text"].as_str().expect("a text").chars().collect();
    let place = |found: &Value, name: &str| {
        usize::try_from(found[name].as_i64().expect("an offset")).expect("from 0")
    };
    let matches = edge["snippet"]["matches"].as_array().expect("a list").iter();
    matches.map(|found| text[place(found, "start")..place(found, "end")].iter().collect()).collect()
}

async fn similar(client: &Client, text: &str) -> Vec<(String, f64)> {
    let reply = client.send(SIMILAR, json!({ "text": text })).await;
    let edges = reply.data("/newsroom/similarClaims/edges").as_array().expect("edges").iter();
    edges
        .map(|edge| {
            (
                edge["node"]["id"].as_str().expect("an id").to_owned(),
                edge["score"].as_f64().expect("a score"),
            )
        })
        .collect()
}

fn ids(found: &[(String, f64)]) -> Vec<&str> {
    found.iter().map(|(id, _)| id.as_str()).collect()
}

db_tests! {
    async fn articles_and_claims_are_found_by_their_words_the_best_first(app: TestApp) {
        let port = import(&app, "Harbour strike", "Dockers went home. The cranes stand idle. Nobody loads a ship.").await;
        let rail = import(&app, "Rail strike", "Trains stand idle, and so does the harbour's one crane; ships wait.").await;
        let weather = import(&app, "Rain", "It rained on the town all day, and again at night.").await;
        let said = claim(&app, "The harbour strike cost 12 million.", Some("Port authority"), &["labour"]).await;
        let reader = app.as_reader();
        let strike = found(&reader, "harbour strike").await;
        assert_eq!(strike.len(), 3, "{strike:?}");
        for id in [&port, &rail, &said] {
            assert!(strike.contains(id));
        }
        assert_eq!(found(&reader, "rained").await, [weather.as_str()]);
        assert_eq!(found(&reader, "authority").await, [said.as_str()], "by its claimant");
        assert_eq!(found(&reader, "labour").await, [said.as_str()], "by its tag");
        assert_eq!(found(&reader, "12").await, [said.as_str()], "by a number");
        assert_eq!(found(&reader, "dockers cranes").await[0], port, "the result with more of the words comes first");
        assert_eq!(found(&reader, "unheard").await, Vec::<String>::new());
        let best = edges(&reader, "harbour strike dockers").await;
        let scores: Vec<_> = best.iter().map(|edge| edge["score"].as_f64().expect("a score")).collect();
        assert!(scores.is_sorted_by(|one, next| one >= next) && scores.iter().all(|score| *score > 0.0), "{scores:?}");
        assert_eq!(best[0]["node"], json!({ "__typename": "Article", "id": port, "title": "Harbour strike" }));
    }

    async fn words_are_found_whatever_their_case_their_diacritics_and_their_spelling(app: TestApp) {
        let reader = app.as_reader();
        let envoy = claim(&app, "The ambassador, Yurii Pyvovarov, backed terrorism.", None, &[]).await;
        let colonel = claim(&app, "Colonel Abdoulaye Maïga read the statement.", None, &[]).await;
        let battle = import(&app, "Tinzaouaten", "An ambush near Tinzaouaten, say Ⅻ ﬁghters of the ＣＳＰ; Straße, Łódź.").await;
        let arabic = claim(&app, "قال مُحَمَّد إنَّ الأزمة انتهت", None, &[]).await;
        let greek = claim(&app, "Ο ΔΡΌΜΟΣ έκλεισε", None, &[]).await;
        let russian = claim(&app, "Ёлка стоит в порту", None, &[]).await;
        for (text, id, marks) in [
            ("Pivovarov", &envoy, vec!["Pyvovarov"]), ("PYVOVAROV", &envoy, vec!["Pyvovarov"]), ("pivovarof", &envoy, vec!["Pyvovarov"]),
            ("maiga", &colonel, vec!["Maïga"]), ("MAI\u{308}GA", &colonel, vec!["Maïga"]), ("Mayga", &colonel, vec!["Maïga"]),
            ("Tinzawaten", &battle, vec!["Tinzaouaten", "Tinzaouaten"]), ("fighters csp", &battle, vec!["ﬁghters", "ＣＳＰ"]),
            ("strasse LODZ", &battle, vec!["Straße", "Łódź"]),
            ("محمد", &arabic, vec!["مُحَمَّد"]), ("ازمه الأزمة", &arabic, vec!["الأزمة"]), ("\u{2067}محمد\u{2069}", &arabic, vec!["مُحَمَّد"]),
            ("δρομος", &greek, vec!["ΔΡΌΜΟΣ"]), ("елка", &russian, vec!["Ёлка"]), ("terrorist", &envoy, vec!["terrorism"]), ("statements", &colonel, vec!["statement"]),
        ] {
            let edges = edges(&reader, text).await;
            assert!(edges.iter().any(|edge| edge["node"]["id"] == **id), "{text}: {edges:?}");
            let edge = edges.iter().find(|edge| edge["node"]["id"] == **id).expect("it");
            assert_eq!(marked(edge), marks, "{text}");
        }
        // Exact spellings come before similar ones.
        let other = claim(&app, "The ambassador, Yurii Pivovarov, backed terrorism.", None, &[]).await;
        assert_eq!(found(&reader, "Pivovarov").await, [other.clone(), envoy.clone()]);
        assert_eq!(found(&reader, "Pyvovarov").await, [envoy, other]);
        // Other names and numbers do not match.
        assert_eq!(found(&reader, "Bivouac").await, Vec::<String>::new());
        let year = claim(&app, "In 1998 it was 84000.", None, &[]).await;
        assert_eq!(found(&reader, "1999 84001").await, Vec::<String>::new());
        assert_eq!(found(&reader, "1998").await, [year]);
    }

    async fn a_snippet_shows_the_words_where_most_of_them_stand(app: TestApp) {
        let filler = "Nothing of note happened on this day in the old town. ".repeat(40);
        let body = format!("{filler}\nThe envoy 👩‍👩‍👧 of Kyiv, Zoë Ardant, opened the grain corridor. {filler}");
        let article = import(&app, "A long read", &body).await;
        let reader = app.as_reader();
        let edges = edges(&reader, "grain corridor envoy zoe").await;
        assert_eq!(edges[0]["node"]["id"], article);
        let text = edges[0]["snippet"]["text"].as_str().expect("a text");
        assert!(text.starts_with('…') && text.ends_with('…') && text.chars().count() <= 302, "{text}");
        assert_eq!(marked(&edges[0]), ["envoy", "Zoë", "grain", "corridor"]);
        // The UTF-16 offsets differ, because an emoji with several code points comes before them.
        let document = SEARCH.replace("matches { start end }", "matches { start(unit: UTF16) end(unit: UTF16) }");
        let reply = reader.send(&document, json!({ "text": "corridor" })).await;
        let edge = reply.data("/newsroom/search/edges/0");
        let units: Vec<u16> = edge["snippet"]["text"].as_str().expect("a text").encode_utf16().collect();
        let place = |name: &str| usize::try_from(edge["snippet"]["matches"][0][name].as_i64().expect("an offset")).expect("from 0");
        assert_eq!(String::from_utf16(&units[place("start")..place("end")]).expect("UTF-16"), "corridor");
        // At the start of the text there is no ellipsis. A short text is complete.
        let short = import(&app, "Vineyard", "Grapes are ripe.").await;
        let edge = edges_of(&reader, "vineyard", &short).await;
        assert_eq!((edge["snippet"]["text"].as_str(), marked(&edge)), (Some("Vineyard\n\nGrapes are ripe."), vec!["Vineyard".to_owned()]));
        // For a claim: the part with the most matching words.
        let said = claim(&app, "It is so.", Some("Ousmane Ndiaye"), &["ministry of mines"]).await;
        for (text, part) in [("ndiaye so ousmane", "Ousmane Ndiaye"), ("mines ministry", "ministry of mines"), ("so", "It is so.")] {
            assert_eq!(edges_of(&reader, text, &said).await["snippet"]["text"], part, "{text}");
        }
    }

    async fn pages_hold_everything_once(app: TestApp) {
        for number in 0..23 {
            claim(&app, &format!("Copper is claim {number} of the harbour, {}.", "copper ".repeat(number % 4)), None, &[]).await;
        }
        import(&app, "Copper", "Of copper.").await;
        let reader = app.as_reader();
        let whole: Vec<Value> = reader.send(SEARCH, json!({ "text": "copper harbour", "first": 100 })).await.data("/newsroom/search/edges").as_array().expect("edges").clone();
        assert_eq!(whole.len(), 24);
        let (mut paged, mut after) = (Vec::new(), Value::Null);
        loop {
            let reply = reader.send(SEARCH, json!({ "text": "copper harbour", "first": 5, "after": after })).await;
            let page = reply.data("/newsroom/search");
            paged.extend(page["edges"].as_array().expect("edges").clone());
            assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_null());
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            assert_eq!(page["pageInfo"]["endCursor"], page["edges"][4]["cursor"]);
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(paged, whole);
        let none = reader.send(SEARCH, json!({ "text": "copper", "first": 0 })).await;
        assert_eq!((none.data("/newsroom/search/edges"), none.data("/newsroom/search/pageInfo/hasNextPage")), (&json!([]), &json!(true)));
        for bad in [json!({ "text": "copper", "first": 101 }), json!({ "text": "copper", "first": -1 })] {
            reader.send(SEARCH, bad).await.refused("first", "OUT_OF_RANGE");
        }
        reader.send(SEARCH, json!({ "text": "copper", "after": "x" })).await.refused("after", "INVALID_CURSOR");
    }

    async fn what_is_found_is_what_can_be_read_now(app: TestApp) {
        let reader = app.as_reader();
        let article = import(&app, "Quarry", "Slate is cut there.").await;
        let input = json!({ "article": article, "statement": "Basalt is cut there.", "ranges": [{ "exact": "Slate" }] });
        let claim = app.as_reviewer().call("markClaim", input, "claim { id }").await.text("/markClaim/claim/id");
        assert_eq!(found(&reader, "basalt").await, [claim.as_str()]);
        app.as_reviewer().call("editClaim", json!({ "claim": claim, "statement": "Granite is cut there.", "claimant": "Mason" }), "claim { id }").await.ok();
        assert_eq!(found(&reader, "basalt").await, Vec::<String>::new());
        assert_eq!((found(&reader, "granite").await, found(&reader, "mason").await), (vec![claim.clone()], vec![claim.clone()]));
        app.as_reviewer().call("editClaim", json!({ "claim": claim, "tags": ["stone"] }), "claim { id }").await.ok();
        assert_eq!((found(&reader, "granite").await, found(&reader, "stone").await), (vec![claim.clone()], vec![claim.clone()]));
        app.as_reviewer().call("editClaim", json!({ "claim": claim, "tags": [], "claimant": null }), "claim { id }").await.ok();
        assert_eq!((found(&reader, "mason").await, found(&reader, "stone").await), (vec![], vec![]));
        // Refused changes leave no trace in the index.
        let refused = json!({ "claim": claim, "statement": "Obsidian.", "expectedVersion": 99 });
        assert_eq!(app.as_reviewer().call("editClaim", refused, "claim { id }").await.code(), "CONFLICT");
        assert_eq!(found(&reader, "obsidian").await, Vec::<String>::new());
        app.as_reviewer().call("withdrawClaim", json!({ "claim": claim, "reason": "R" }), "claim { id }").await.ok();
        assert_eq!((found(&reader, "granite").await, ids(&similar(&reader, "Granite is cut there.").await).len()), (vec![], 0));
        assert_eq!(found(&reader, "slate").await, [article]);
    }

    async fn nobody_finds_what_is_another_newsrooms_or_what_verdicts_say(app: TestApp) {
        let ready = app.fixtures().a_ready_claim().await;
        let secret = json!({ "claim": ready, "rating": "FALSE", "rationale": "Sphinx of quartz.", "citations": [{ "url": "https://jasper.example.org/", "title": "Onyx", "stance": "CONTEXT", "quote": "Beryl" }] });
        app.as_third().call("submitVerdict", secret, "verdict { id }").await.ok();
        for word in ["sphinx", "quartz", "jasper", "onyx", "beryl", "ledger"] {
            assert_eq!(found(&app.as_editor(), word).await, Vec::<String>::new(), "{word}");
        }
        let input = json!({ "newsroom": app.seed.rival_newsroom.to_string(), "title": "Topaz", "body": "Topaz is found." });
        app.as_rival().call("importArticle", input, "article { id }").await.ok();
        assert_eq!(found(&app.as_reader(), "topaz").await, Vec::<String>::new());
        for document in [SEARCH, SIMILAR] {
            assert_eq!(app.as_rival().send(document, json!({ "text": "francs" })).await.code(), "NOT_FOUND");
            assert_eq!(app.as_stranger().send(document, json!({ "text": "francs" })).await.code(), "UNAUTHENTICATED");
            let theirs = app.as_rival().send(&document.replace("desk", "rival"), json!({ "text": "12 million francs" })).await;
            assert!(theirs.body["data"]["newsroom"].to_string().contains("\"edges\":[]"), "{}", theirs.body);
        }
    }

    async fn words_are_found_in_scripts_without_spaces_and_with_attached_articles(app: TestApp) {
        let reader = app.as_reader();
        let articles = [
            ("zh", "停火", "联合国呼吁苏丹各方立即停火，并保护平民。"),
            ("zh-scattered", "丹麦", "苏醒的丹麦人在联排屋外各走一方。"),
            ("ja", "会談", "首相はナイロビでゼレンスキー大統領と会談した。"),
            ("th", "ข่าว", "รัฐมนตรีกล่าวว่าการส่งออกข้าวเพิ่มขึ้นร้อยละเจ็ด"),
            ("th-other", "กีฬา", "นักวิ่งชนะการแข่งขันเมื่อวานนี้"),
            ("lo", "ຂ່າວ", "ລັດຖະບານເພີ່ມງົບປະມານການສຶກສາ"),
            ("km", "ព័ត៌មាន", "រដ្ឋាភិបាលកម្ពុជាបានប្រកាសតម្លៃអង្ករ"),
            ("my", "သတင်း", "မြန်မာနိုင်ငံတွင်ဆန်ဈေးတက်သည်"),
            ("ar", "خبر", "التقت الوزيرة بالسفير والمستشار في القاهرة."),
            ("he", "חדשות", "נשיא המדינה נפגש עם השגריר ובנשיאה."),
            ("ko", "소식", "대사가 서울에서는 대통령과 만났다."),
        ];
        let mut ids = std::collections::BTreeMap::new();
        for (name, title, body) in articles {
            ids.insert(name, import(&app, title, body).await);
        }
        for (text, name) in [
            ("苏丹", "zh"), ("立即停火", "zh"), ("会談", "ja"), ("ゼレンスキー", "ja"), ("ส่งออกข้าว", "th"), ("รัฐมนตรี", "th"), ("ການສຶກສາ", "lo"),
            ("កម្ពុជា", "km"), ("မြန်မာ", "my"), ("سفير", "ar"), ("السفير", "ar"), ("مستشار", "ar"), ("מדינה", "he"), ("שגריר", "he"), ("대사", "ko"), ("서울", "ko"), ("대통령", "ko"),
        ] {
            assert_eq!(found(&reader, text).await.first(), ids.get(name), "{text}");
        }
        assert_eq!(found(&reader, "苏丹").await, [ids["zh"].as_str()], "scattered characters are not the word");
        assert_eq!(found(&reader, "丹").await.len(), 2, "one character");
        assert_eq!(marked(&edges(&reader, "立即停火").await[0]), ["停火", "立即停火"]);
        assert_eq!(marked(&edges(&reader, "سفير").await[0]), ["بالسفير"]);
        let said = claim(&app, "马里过渡政府宣布与邻国断绝外交关系", None, &[]).await;
        claim(&app, "里海的马车在马路上", None, &[]).await;
        assert_eq!(similar(&reader, "马里政府与邻国断绝了外交关系").await[0].0, said);
    }

    async fn names_and_figures_are_found_however_they_are_written(app: TestApp) {
        let reader = app.as_reader();
        let ukrainian = import(&app, "Новина", "Посла Андрія Мельника викликали. Збитки сягнули 312 500 грн.").await;
        let german = import(&app, "Bericht", "Botschafter Melnyk sprach über Verluste von 312.500 Dollar.").await;
        let arabic = import(&app, "خبر", "قال محمد إن الخسائر ٣١٢٬٥٠٠ دولار.").await;
        let french = import(&app, "Nouvelle", "Mohamed parle de 312\u{202F}500\u{202F}$ ; le reste suit.").await;
        let sorted = |mut ids: Vec<String>| { ids.sort(); ids };
        let all = sorted(vec![ukrainian.clone(), german.clone(), arabic.clone(), french.clone()]);
        for figure in ["312500", "312,500", "312.500", "312 500", "312\u{A0}500", "312\u{2009}500", "312'500"] {
            assert_eq!(sorted(found(&reader, figure).await), all, "{figure}");
        }
        assert_eq!(found(&reader, "312501").await, Vec::<String>::new());
        for name in ["Melnyk", "Мельник", "Melnik"] {
            assert_eq!(sorted(found(&reader, name).await), sorted(vec![ukrainian.clone(), german.clone()]), "{name}");
        }
        assert_eq!(found(&reader, "Мельника").await[0], ukrainian);
        for name in ["Mohamed", "محمد"] {
            assert_eq!(sorted(found(&reader, name).await), sorted(vec![arabic.clone(), french.clone()]), "{name}");
        }
    }

    async fn a_phrase_must_be_there_as_it_is_and_an_address_finds_its_article(app: TestApp) {
        let reader = app.as_reader();
        let exact = import(&app, "One", "The Grain Corridor opened.").await;
        let apart = import(&app, "Two", "The corridor is for grain.").await;
        let said = claim(&app, "A grain-corridor is closed.", None, &[]).await;
        assert_eq!(found(&reader, "grain corridor").await.len(), 3);
        for text in ["\"grain corridor\"", "« grain corridor »", "“Grain Corridor”"] {
            let ids = found(&reader, text).await;
            assert!(ids.len() == 2 && ids.contains(&exact) && ids.contains(&said), "{text} {ids:?}");
        }
        assert_eq!(found(&reader, "\"corridor is for\" grain").await, [apart]);
        assert_eq!(found(&reader, "\"corridor grain\"").await, Vec::<String>::new());
        let page = reader.send(SEARCH, json!({ "text": "\"grain corridor\"", "first": 1 })).await;
        assert_eq!(*page.data("/newsroom/search/pageInfo/hasNextPage"), json!(true));
        let next = reader.send(SEARCH, json!({ "text": "\"grain corridor\"", "first": 1, "after": page.data("/newsroom/search/pageInfo/endCursor") })).await;
        assert_eq!((next.data("/newsroom/search/edges").as_array().map(Vec::len), next.data("/newsroom/search/pageInfo/hasNextPage")), (Some(1), &json!(false)));
        let input = json!({ "newsroom": app.newsroom(), "title": "Three", "body": "Nothing.", "url": "https://www.example.org/news/grain?utm_source=x" });
        let article = app.as_editor().call("importArticle", input, "article { id }").await.text("/importArticle/article/id");
        for text in ["https://www.example.org/news/grain", "http://example.org/news/grain/", "example.org/news/grain", "www.example.org/news/grain#top"] {
            assert_eq!(found(&reader, text).await, [article.as_str()], "{text}");
        }
        assert_eq!(found(&reader, "https://example.org/news/other").await, Vec::<String>::new());
        app.as_editor().call("withdrawArticle", json!({ "article": article, "reason": "R" }), "article { id }").await.ok();
        assert!(!found(&reader, "https://www.example.org/news/grain").await.contains(&article));
    }

    async fn an_index_of_older_rules_is_built_again_at_the_start(app: TestApp) {
        let (reader, machine) = (app.as_reader(), Actor::machine(app.world.clone()));
        let article = import(&app, "Quarry", "Slate is cut there.").await;
        let said = claim(&app, "Basalt is cut there.", Some("Mason"), &["stone"]).await;
        let gone = claim(&app, "Marble is cut there.", None, &[]).await;
        app.as_reviewer().call("withdrawClaim", json!({ "claim": gone, "reason": "R" }), "claim { id }").await.ok();
        let tables = ["search_documents", "search_vocabulary", "search_sizes", "claim_tag_keys", "claim_keys", "article_keys", "derived_rules"];
        for table in tables {
            app.db.execute_unprepared(&format!("DELETE FROM {table}")).await.expect("deleted");
        }
        assert_eq!(found(&reader, "basalt").await, Vec::<String>::new());

        upkeep::run(&app.db, &machine).await.expect("it runs");

        assert_eq!((found(&reader, "basalt").await, found(&reader, "slate").await), (vec![said.clone()], vec![article]));
        assert_eq!(found(&reader, "marble").await, Vec::<String>::new());
        let filter = "query($filter: ClaimFilter) { newsroom(slug: \"desk\") { claims(filter: $filter) { totalCount } } }";
        for filter_of in [json!({ "claimant": "mason", "tag": "stone", "text": "basalt" }), json!({ "text": "marble", "states": ["WITHDRAWN"] })] {
            assert_eq!(reader.send(filter, json!({ "filter": filter_of })).await.number("/newsroom/claims/totalCount"), 1, "{filter_of}");
        }
        let counts = async || {
            let row = app.db.query_one_raw(Statement::from_string(app.db.get_database_backend(), "SELECT CAST(SUM(claims) AS bigint), CAST(SUM(articles) AS bigint) FROM search_vocabulary")).await.expect("a row").expect("a row");
            (row.try_get_by_index::<i64>(0).expect("a sum"), row.try_get_by_index::<i64>(1).expect("a sum"))
        };
        let before = counts().await;
        // Without newer rules, nothing is read. With them, the counts stay right.
        app.db.execute_unprepared("DELETE FROM derived_rules").await.expect("deleted");
        upkeep::run(&app.db, &machine).await.expect("it runs");
        assert_eq!(counts().await, before);
    }

    async fn odd_texts_are_refused_or_looked_for_as_they_are(app: TestApp) {
        let reader = app.as_reader();
        let percent = claim(&app, "Prices rose by 4 % and 100_000 people paid.", None, &[]).await;
        for document in [SEARCH, SIMILAR] {
            for text in ["", "  ", "?!… % _ \\ \" ' * () AND".trim_end_matches("AND"), "🔥👩‍👩‍👧", "\u{202E}\u{200B}", "— –"] {
                reader.send(document, json!({ "text": text })).await.refused("text", "EMPTY");
            }
            for text in ["a\u{0}b", "a\u{7}b"] {
                reader.send(document, json!({ "text": text })).await.refused("text", "CONTROL_CHARACTER");
            }
            for text in ["%", "_", "\"", "*", "\\", "'"].map(|sign| format!("prices{sign} {sign}people{sign}")) {
                let reply = reader.send(document, json!({ "text": text })).await;
                assert!(reply.ok().body.to_string().contains(&percent), "{text}");
            }
            for text in ["prices NOT people", "prices NEAR(people, 2)", "prices:* & people | !x", "prices'); DROP TABLE claims; --", "🔥 prices", "\u{202E}prices", "ن prices"] {
                let reply = reader.send(document, json!({ "text": text })).await;
                assert!(reply.ok().body.to_string().contains(&percent), "{text}");
            }
        }
        reader.send(SEARCH, json!({ "text": "x".repeat(201) })).await.refused("text", "TOO_LARGE");
        reader.send(SEARCH, json!({ "text": "a\nb" })).await.refused("text", "CONTROL_CHARACTER");
        reader.send(SIMILAR, json!({ "text": "x".repeat(2001) })).await.refused("text", "TOO_LARGE");
        reader.send(SIMILAR, json!({ "text": "Prices rose.\r\n\tPeople paid." })).await.ok();
        reader.send(SIMILAR, json!({ "text": "Prices", "first": 101 })).await.refused("first", "OUT_OF_RANGE");
    }

    async fn a_claim_that_came_up_before_is_offered_with_how_like_it_is(app: TestApp) {
        let yusov = claim(&app, "Andriy Yusov admitted that Ukraine had helped the rebels before the battle.", Some("Mali"), &[]).await;
        let envoy = claim(&app, "The ambassador in Dakar, Yurii Pyvovarov, had openly backed international terrorism.", Some("Mali"), &[]).await;
        let toll = claim(&app, "The rebels counted 84 dead mercenaries after the battle.", Some("CSP"), &[]).await;
        claim(&app, "Ferry fares doubled because fuel prices doubled.", Some("The operator"), &[]).await;
        let reader = app.as_reader();
        let again = similar(&reader, "Ukraine's ambassador Yuri Pivovarov backed terrorism").await;
        assert_eq!(again[0].0, envoy, "{again:?}");
        assert!(again.iter().all(|(_, score)| (0.0..=1.0).contains(score)) && again.is_sorted_by(|one, next| one.1 >= next.1));
        let same = similar(&reader, "The rebels counted 84 dead mercenaries after the battle.").await;
        assert_eq!(same[0].0, toll);
        assert!(same[0].1 > 0.9 && same.iter().skip(1).all(|(_, score)| *score < 0.6), "{same:?}");
        let near = similar(&reader, "Yusov admits Ukraine helped rebels before battle").await;
        assert_eq!(near[0].0, yusov);
        assert!(near[0].1 > 0.5, "{near:?}");
        // A text without common words has no similar claims.
        assert_eq!(similar(&reader, "Grapes ripen early in warm years").await, []);

        // In a list of all claims, a claim is not similar to itself.
        let twin = claim(&app, "Andriy Yusov admitted that Ukraine helped the rebels before the battle.", Some("Senegal"), &[]).await;
        let document = "query($first: Int!) { newsroom(slug: \"desk\") { claims(first: 100, order: OLDEST_FIRST) { nodes { id similar(first: $first) { nodes { id } edges { score node { id state } } } } } } }";
        let reply = reader.send(document, json!({ "first": 3 })).await;
        let all: Vec<(&str, Vec<&str>)> = reply.data("/newsroom/claims/nodes").as_array().expect("claims").iter()
            .map(|claim| (claim["id"].as_str().expect("an id"), claim["similar"]["nodes"].as_array().expect("claims").iter().map(|one| one["id"].as_str().expect("an id")).collect()))
            .collect();
        assert_eq!((all[0].0, all[0].1[0]), (&*yusov, &*twin));
        assert_eq!((all[4].0, all[4].1[0]), (&*twin, &*yusov));
        assert!(all.iter().all(|(id, like)| !like.contains(id) && like.len() <= 3), "{all:?}");
        assert!(all[3].1.is_empty(), "no claim is similar to the ferry's: {all:?}");
        let one = reader.send(document, json!({ "first": 1 })).await;
        assert_eq!(one.data("/newsroom/claims/nodes/0/similar/nodes").as_array().map(Vec::len), Some(1));
        reader.send(document, json!({ "first": 101 })).await.refused("first", "OUT_OF_RANGE");
        // A claim without words is similar to none.
        let wordless = claim(&app, "🔥?!", None, &[]).await;
        let reply = reader.send("query($id: ID!) { node(id: $id) { ... on Claim { similar { nodes { id } } } } }", json!({ "id": wordless })).await;
        assert_eq!(*reply.data("/node/similar/nodes"), json!([]));
    }

    async fn the_longest_claims_are_compared_with_each_other_all_at_once(app: TestApp) {
        let article = import(&app, "Zzz", "Qqqq.").await;
        // A hundred words in each, nine letters long. Each word is similar to many others.
        let word = |number: usize| {
            let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).expect("a letter"));
            format!("harbour{}{}", letter(number / 26), letter(number))
        };
        for claim in 0..42 {
            let statement: Vec<_> = (0..100).map(|number| word((number * 7 + claim * 13) % 676)).collect();
            let input = json!({ "article": article, "statement": statement.join(" "), "ranges": [{ "exact": "Qqqq" }] });
            app.as_reviewer().call("markClaim", input, "claim { id }").await.ok();
        }
        let all = app.as_reader().ask("{ newsroom(slug: \"desk\") { claims(first: 100) { nodes { id similar(first: 2) { edges { score node { id } } } } } } }").await;
        let claims = all.data("/newsroom/claims/nodes").as_array().expect("claims");
        assert_eq!(claims.len(), 42);
        for claim in claims {
            let edges = claim["similar"]["edges"].as_array().expect("claims");
            assert!(edges.len() == 2 && edges.iter().all(|edge| edge["node"]["id"] != claim["id"]), "{claim}");
        }
        let longest = (0..200).map(word).collect::<Vec<_>>().join(" ");
        assert_eq!(similar(&app.as_reader(), &longest).await.len(), 10);
        assert_eq!(found(&app.as_reader(), &longest[..199]).await.len(), 25);
    }

    async fn searching_costs_the_same_number_of_statements_however_much_there_is(app: TestApp) {
        let reader = app.as_reader();
        let nested = "{ newsroom(slug: \"desk\") { claims(first: 15) { nodes { similar(first: 5) { nodes { id } } } } } }";
        let costs = async || {
            let mut all = Vec::new();
            for (document, variables) in [(SEARCH, json!({ "text": "harbour pylon 7" })), (SIMILAR, json!({ "text": "harbour pylon 7" })), (nested, json!({}))] {
                all.push(app.cost(&reader, document, variables).await);
            }
            all
        };
        let grow = async |from: usize, to: usize| {
            for number in from..to {
                let article = import(&app, "Pylons", &format!("Pylon {number} of the harbour. {}", "It stands. ".repeat(number))).await;
                let input = json!({ "article": article, "statement": format!("Pylon {number} stands in the harbour."), "ranges": [{ "exact": "of the harbour" }] });
                app.as_reviewer().call("markClaim", input, "claim { id }").await.ok();
            }
        };
        grow(0, 2).await;
        let few = costs().await;
        grow(2, 20).await;
        assert_eq!(costs().await, few);
        assert!(few[0] <= 12 && few[1] <= 8 && few[2] <= 9, "{few:?}");
    }
}

/// The edge with this id among the results.
async fn edges_of(client: &Client, text: &str, id: &str) -> Value {
    let edges = edges(client, text).await;
    edges
        .iter()
        .find(|edge| edge["node"]["id"] == id)
        .unwrap_or_else(|| panic!("{text} does not find {id}: {edges:?}"))
        .clone()
}
