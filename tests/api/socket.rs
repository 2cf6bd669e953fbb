//! GraphQL over WebSocket: the protocol graphql-transport-ws, with a client that can also violate
//! it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

use crate::app::TestApp;

/// A client's end of a socket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// The server's latest frame: a message, or a close frame.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Message(Value),
    Closed(u16),
}

impl TestApp {
    /// Opens a socket with `protocol`, without sending anything yet.
    pub async fn open(&self, protocol: Option<&str>) -> Socket {
        let mut request = format!("{}/graphql", self.address().replace("http://", "ws://"))
            .into_client_request()
            .expect("a request");
        if let Some(protocol) = protocol {
            request
                .headers_mut()
                .insert("sec-websocket-protocol", protocol.parse().expect("a header"));
        }
        Socket(connect_async(request).await.expect("a socket").0)
    }

    /// Opens a socket as the account with this name, or anonymously.
    pub async fn socket(&self, name: Option<&str>) -> Socket {
        self.socket_with(name.and_then(|name| self.as_(name).token)).await
    }

    pub async fn socket_with(&self, token: Option<String>) -> Socket {
        begin(self.open(Some("graphql-transport-ws")).await, token).await
    }

    /// Opens a socket, begins as the account of this name, and returns the server's response.
    pub async fn refused_socket(&self, name: &str) -> Heard {
        let mut socket = self.open(Some("graphql-transport-ws")).await;
        let token = self.as_(name).token.expect("a session");
        let payload = json!({ "authorization": format!("Bearer {token}") });
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        socket.listen().await
    }

    /// Opens a socket whose client reads slowly.
    pub async fn narrow_socket(&self, token: Option<String>) -> Socket {
        let address = self.address().strip_prefix("http://").expect("an address");
        let line = tokio::net::TcpSocket::new_v4().expect("a socket");
        line.set_recv_buffer_size(65_536).expect("it is set");
        let line = line.connect(address.parse().expect("an address")).await.expect("a connection");
        let mut request =
            format!("ws://{address}/graphql").into_client_request().expect("a request");
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
        let (socket, _) =
            client_async(request, MaybeTlsStream::Plain(line)).await.expect("a socket");
        begin(Socket(socket), token).await
    }
}

/// Initialises the connection with this token.
async fn begin(mut socket: Socket, token: Option<String>) -> Socket {
    let payload = token
        .map_or_else(|| json!({}), |token| json!({ "authorization": format!("Bearer {token}") }));
    socket.say(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
    socket
}

impl Socket {
    #[allow(clippy::needless_pass_by_value, reason = "it is always called with a new value")]
    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    async fn send(&mut self, message: Message) {
        self.0.send(message).await.expect("it is sent");
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        self.say(json!({ "id": id, "type": "subscribe", "payload": { "query": query, "variables": variables } })).await;
    }

    async fn listen(&mut self) -> Heard {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(20), self.0.next())
                .await
                .expect("a message within 20 s");
            match next.expect("the server says goodbye before it goes").expect("a frame") {
                Message::Text(text) => {
                    return Heard::Message(serde_json::from_str(&text).expect("JSON"));
                }
                Message::Close(frame) => {
                    return Heard::Closed(frame.expect("a reason").code.into());
                }
                _ => {}
            }
        }
    }

    /// Sends the first fragment of a text, and never the last.
    pub async fn fragment(&mut self, text: &str) {
        let opcode = OpCode::Data(Data::Text);
        self.send(Message::Frame(Frame::message(text.to_owned(), opcode, false))).await;
    }

    /// Sends a pong that nobody asked for.
    pub async fn pong(&mut self) {
        // The server may just have closed the socket.
        let _ = self.0.send(Message::Pong(Vec::new().into())).await;
    }

    /// What the server says within a time, if it says something.
    pub async fn heard_within(&mut self, time: Duration) -> Option<Heard> {
        tokio::time::timeout(time, self.listen()).await.ok()
    }

    /// The bytes of the next message, if one comes within a time.
    pub async fn text_within(&mut self, time: Duration) -> Option<String> {
        loop {
            match tokio::time::timeout(time, self.0.next()).await.ok()?? {
                Ok(Message::Text(text)) => return Some(text.to_string()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    pub async fn hear(&mut self) -> Value {
        match self.listen().await {
            Heard::Message(message) => message,
            Heard::Closed(code) => panic!("closed with {code}"),
        }
    }

    /// The payload of the operation's next message.
    pub async fn next(&mut self, id: &str) -> Value {
        let message = self.hear().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!(id)), "{message}");
        message["payload"].clone()
    }

    /// The code of the error that ends the operation.
    pub async fn error(&mut self, id: &str) -> String {
        let message = self.hear().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(id)), "{message}");
        message["payload"][0]["extensions"]["code"].as_str().unwrap_or("no code").to_owned()
    }

    pub async fn completed(&mut self, id: &str) {
        assert_eq!(self.hear().await, json!({ "type": "complete", "id": id }));
    }

    pub async fn closed(&mut self, code: u16) {
        assert_eq!(self.listen().await, Heard::Closed(code));
    }

    /// Asserts that nothing more arrives for a while.
    pub async fn silence(&mut self) {
        let heard = tokio::time::timeout(Duration::from_millis(400), self.0.next()).await;
        assert!(heard.is_err(), "{heard:?}");
    }
}

db_tests! {
    async fn a_socket_that_speaks_another_protocol_is_refused(app: TestApp) {
        app.open(None).await.closed(4406).await;
        let legacy = format!("{}/graphql", app.address().replace("http://", "ws://"));
        let mut request = legacy.into_client_request().expect("a request");
        request.headers_mut().insert("sec-websocket-protocol", "graphql-ws".parse().expect("a header"));
        // The handshake selects no protocol that the client offered. Some clients stop there,
        // others receive 4406.
        match connect_async(request).await {
            Ok((socket, _)) => Socket(socket).closed(4406).await,
            Err(error) => assert!(error.to_string().to_lowercase().contains("protocol"), "{error}"),
        }
    }

    async fn whoever_breaks_the_protocol_is_told_how(app: TestApp) {
        let open = async || app.open(Some("graphql-transport-ws")).await;
        let mut eager = open().await;
        eager.subscribe("1", "{ __typename }", json!({})).await;
        eager.closed(4401).await;
        for (nonsense, code) in [
            (Message::text("nonsense"), 4400), (Message::text("[]"), 4400), (Message::text(r#"{"type":"start"}"#), 4400),
            (Message::text(r#"{"id":"1","type":"subscribe"}"#), 4400), (Message::text(r#"{"type":"complete"}"#), 4400),
            (Message::text(r#"{"type":"connection_init","payload":7}"#), 4400), (Message::binary(vec![1, 2]), 4400),
            (Message::text(format!(r#"{{"type":"ping","payload":{{"x":[{}0]}}}}"#, "0,".repeat(200_000))), 4400),
        ] {
            let mut socket = open().await;
            socket.send(nonsense).await;
            socket.closed(code).await;
        }
        let mut twice = app.socket(None).await;
        twice.say(json!({ "type": "connection_init" })).await;
        twice.closed(4429).await;
        let mut same = app.socket(Some("reader")).await;
        let follow = "subscription($n: ID!) { activity(newsroom: $n) { number } }";
        same.subscribe("a", follow, json!({ "n": app.newsroom() })).await;
        same.subscribe("a", follow, json!({ "n": app.newsroom() })).await;
        same.closed(4409).await;
        let mut false_friend = open().await;
        false_friend.say(json!({ "type": "connection_init", "payload": { "authorization": "Bearer nonsense" } })).await;
        false_friend.closed(4403).await;
        let mut malformed = app.socket(None).await;
        malformed.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": 7 } })).await;
        malformed.closed(4400).await;
    }

    async fn whoever_does_not_begin_is_not_waited_for(app: TestApp) {
        app.open(Some("graphql-transport-ws")).await.closed(4408).await;
    }

    async fn a_ping_is_answered_with_what_it_brought(app: TestApp) {
        let mut socket = app.open(Some("graphql-transport-ws")).await;
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong" }));
        socket.say(json!({ "type": "ping", "payload": { "a": [1] } })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "a": [1] } }));
        socket.say(json!({ "type": "pong" })).await;
        socket.send(Message::Ping(b"heart"[..].to_vec().into())).await;
        let beat = socket.0.next().await.expect("a frame").expect("a frame");
        assert_eq!(beat, Message::Pong(b"heart"[..].to_vec().into()));
    }

    async fn credentials_come_in_any_of_the_places_that_clients_use(app: TestApp) {
        let token = app.as_("reader").token.expect("a session");
        let bearer = format!("Bearer {token}");
        for payload in [
            json!({ "Authorization": bearer }),
            json!({ "headers": { "Authorization": bearer } }),
            json!({ "headers": { "authorization": bearer }, "locale": "fr" }),
            json!({ "token": token }),
        ] {
            let mut socket = app.open(Some("graphql-transport-ws")).await;
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.hear().await["type"], "connection_ack");
            socket.subscribe("q", "{ viewer { id } }", json!({})).await;
            assert_eq!(socket.next("q").await["data"]["viewer"]["id"], json!(app.account("reader")));
        }
        let wrong = json!({ "headers": { "Authorization": "Bearer css_nonsense" } });
        let mut socket = app.open(Some("graphql-transport-ws")).await;
        socket.say(json!({ "type": "connection_init", "payload": wrong })).await;
        assert!(matches!(socket.listen().await, Heard::Closed(4403)));
    }

    async fn credentials_that_nobody_could_look_up_are_not_called_wrong(app: TestApp) {
        app.db.execute_unprepared("ALTER TABLE sessions RENAME TO lost").await.expect("it has another name");
        assert_eq!(app.refused_socket("reader").await, Heard::Closed(1013), "it may try again");
    }

    async fn queries_and_mutations_are_answered_once(app: TestApp) {
        let mut socket = app.socket_with(app.as_editor().token).await;
        socket.subscribe("q", "{ viewer { id } }", json!({})).await;
        assert_eq!(socket.next("q").await["data"]["viewer"]["id"], json!(app.account("editor")));
        socket.completed("q").await;
        // The id can be used again, and a message may be long.
        let input = json!({ "newsroom": app.newsroom(), "title": "Long", "body": "It rained. ".repeat(20_000) });
        socket.subscribe("q", "mutation($input: ImportArticleInput!) { importArticle(input: $input) { article { id title revision { length } } } }", json!({ "input": input })).await;
        let article = socket.next("q").await["data"]["importArticle"]["article"].clone();
        assert_eq!((&article["title"], article["revision"]["length"].as_i64() > Some(200_000)), (&json!("Long"), true));
        socket.completed("q").await;
        socket.subscribe("long", "query($id: ID!) { node(id: $id) { ... on Article { revision { text } } } }", json!({ "id": article["id"] })).await;
        assert!(socket.next("long").await["data"]["node"]["revision"]["text"].as_str().is_some_and(|text| text.len() > 200_000));
        socket.completed("long").await;
        // An error of a field is part of the data. An error of the document ends the operation.
        socket.subscribe("f", "{ node(id: \"claim_1\") { id } }", json!({})).await;
        assert_eq!(socket.next("f").await["errors"][0]["extensions"]["code"], json!("BAD_USER_INPUT"));
        socket.completed("f").await;
        for (document, code) in [("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE_FAILED"), ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED")] {
            socket.subscribe("e", document, json!({})).await;
            assert_eq!(socket.error("e").await, code);
        }
        let deep = format!("{}id{}", "{ a ".repeat(100), " }".repeat(100));
        socket.subscribe("e", &deep, json!({})).await;
        assert_eq!(socket.error("e").await, "QUERY_TOO_COMPLEX");
        socket.silence().await;
    }

    async fn a_client_that_says_goodbye_hears_it_too(app: TestApp) {
        let mut socket = app.socket(Some("reader")).await;
        socket.subscribe("a", "subscription($n: ID!) { activity(newsroom: $n) { number } }", json!({ "n": app.newsroom() })).await;
        socket.0.close(None).await.expect("it is sent");
        let mut goodbye = false;
        while let Some(Ok(frame)) = socket.0.next().await {
            goodbye |= matches!(frame, Message::Close(_));
        }
        assert!(goodbye, "the closing handshake is finished");
    }

    async fn a_socket_of_an_ended_session_does_nothing_more(app: TestApp) {
        let (member, _) = app.fixtures().a_member("admin", "fleeting", "READER").await;
        let mut socket = app.socket_with(member.token.clone()).await;
        socket.subscribe("1", "{ viewer { id } }", json!({})).await;
        socket.next("1").await;
        socket.completed("1").await;
        member.ask("mutation { signOut { signedOut } }").await.ok();
        socket.subscribe("2", "{ viewer { id } }", json!({})).await;
        assert_eq!(socket.error("2").await, "UNAUTHENTICATED");
    }

    async fn whatever_a_client_says_the_protocol_is_kept(app: TestApp) {
        let mut runner = TestRunner::new(ProptestConfig::with_cases(1));
        for _ in 0..60 {
            let said = conversation().new_tree(&mut runner).expect("a conversation").current();
            converse(&app, &said).await;
        }
        // Every socket is closed, and the next one is accepted.
        for tries in 0.. {
            let text = app.http().get(format!("{}/metrics", app.address())).send().await.expect("metrics").text().await.expect("text");
            if text.contains("claimspan_graphql_sockets 0\n") {
                break;
            }
            assert!(tries < 400, "a socket is still open: {text}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut socket = app.socket(Some("reader")).await;
        socket.subscribe("1", "{ __typename }", json!({})).await;
        assert_eq!(socket.next("1").await, json!({ "data": { "__typename": "Query" } }));
    }
}

/// Messages that a client may send, valid or not.
fn conversation() -> impl Strategy<Value = Vec<Message>> {
    let id = || prop_oneof![Just(json!("1")), Just(json!("2")), Just(json!(3)), Just(json!(""))];
    let document = prop::sample::select(
        &[
            "{ __typename }",
            "mutation { signOut { signedOut } }",
            "subscription { activity(newsroom: \"x\") { number } }",
            "{ nothing }",
            "{",
        ][..],
    );
    let payload = prop_oneof![
        4 => document.prop_map(|query| json!({ "query": query })),
        1 => Just(json!({})),
        1 => Just(json!({ "query": 1 })),
        1 => Just(Value::Null),
        1 => Just(json!([])),
    ];
    let message = prop_oneof![
        2 => Just(json!({ "type": "connection_init" })),
        6 => (id(), payload.clone()).prop_map(|(id, payload)| json!({ "type": "subscribe", "id": id, "payload": payload })),
        2 => id().prop_map(|id| json!({ "type": "complete", "id": id })),
        2 => payload.clone().prop_map(|payload| json!({ "type": "ping", "payload": payload })),
        1 => payload.prop_map(|payload| json!({ "type": "pong", "payload": payload })),
        1 => "[a-z_]{0,9}".prop_map(|kind| json!({ "type": kind })),
    ];
    let frame = prop_oneof![
        16 => message.prop_map(|message| Message::text(message.to_string())),
        1 => ".{0,20}".prop_map(Message::text),
        1 => prop::collection::vec(any::<u8>(), 0..9).prop_map(Message::binary),
        1 => prop::collection::vec(any::<u8>(), 0..9).prop_map(|bytes| Message::Ping(bytes.into())),
    ];
    let begin = prop_oneof![8 => Just(vec![Message::text(r#"{"type":"connection_init"}"#)]), 1 => Just(vec![])];
    (begin, prop::collection::vec(frame, 0..10))
        .prop_map(|(begin, frames)| [begin, frames].concat())
}

/// Sends all messages, closes the socket, and checks every response.
async fn converse(app: &TestApp, said: &[Message]) {
    let mut socket = app.open(Some("graphql-transport-ws")).await;
    for message in said {
        // The server may have closed the socket already.
        if socket.0.send(message.clone()).await.is_err() {
            break;
        }
    }
    let _ = socket.0.close(None).await;
    let mut acknowledged = false;
    loop {
        match tokio::time::timeout(Duration::from_secs(20), socket.0.next())
            .await
            .expect("a message within 20 s")
        {
            Some(Ok(Message::Text(text))) => {
                let heard: Value = serde_json::from_str(&text).expect("JSON");
                let kind = heard["type"].as_str().unwrap_or_default();
                acknowledged |= kind == "connection_ack";
                assert!(
                    matches!(kind, "connection_ack" | "pong")
                        || acknowledged && matches!(kind, "next" | "error" | "complete"),
                    "{heard}: {said:?}"
                );
                assert_eq!(kind == "error", heard["payload"].is_array(), "{heard}: {said:?}");
            }
            Some(Ok(Message::Close(frame))) => {
                let code: u16 = frame.map_or(1000, |frame| frame.code.into());
                assert!([1000, 1005, 4400, 4401, 4409, 4429].contains(&code), "{code}: {said:?}");
                return;
            }
            Some(Ok(_)) => {}
            other => panic!("{other:?} instead of a close frame: {said:?}"),
        }
    }
}
