//! Clients that are gone before they are answered, at any moment: the data, the event log and the pool stay whole.

use std::io::Write;
use std::net::TcpStream;

use serde_json::Value;

use crate::app::{Client, TestApp};

/// A request on its way, on a connection of its own; dropping it closes that.
pub struct Wire(TcpStream);

impl Wire {
    /// Sends a request to the app's server, and doesn't wait for the answer.
    pub fn send(app: &TestApp, client: &Client, key: Option<&str>, body: &Value) -> Self {
        Self::send_to(app.address(), client, key, body)
    }

    /// Sends a request to the server at `http://…`, and doesn't wait for the answer.
    pub fn send_to(address: &str, client: &Client, key: Option<&str>, body: &Value) -> Self {
        let mut stream = TcpStream::connect(address.trim_start_matches("http://")).expect("the server listens");
        let (body, token) = (body.to_string(), client.token.as_deref().unwrap_or_default());
        let key = key.map(|key| format!("Idempotency-Key: {key}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n{key}"
        );
        stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).expect("it is sent");
        Self(stream)
    }
}
