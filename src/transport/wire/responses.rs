//! Responses as bytes: the media type, the status, and bodies of bounded size.

use std::io::{self, Write};

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use async_graphql::{Response, ServerError};
use serde_json::json;

use crate::transport::wire::Hold;
use crate::transport::wire::buffer::Buffer;

/// The media type of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`: status 200, even if the operation was refused.
    Json,
    /// `application/graphql-response+json`: status 400 if the operation was refused before it ran.
    GraphqlResponse,
    /// `text/event-stream`: responses as they come.
    EventStream,
}

impl Media {
    /// The media type with its character set.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
        }
    }
}

/// The responses of one request, written one by one as its operations end.
pub struct Responses<H> {
    buffer: Buffer<H>,
    media: Media,
    batch: bool,
    status: StatusCode,
    number: usize,
}

impl<H: Hold + Unpin> Responses<H> {
    /// No responses yet. All together have at most `most` bytes, which `hold` counts.
    pub fn new(batch: bool, media: Media, most: usize, hold: H) -> Self {
        let mut buffer = Buffer::new(most, hold);
        if batch {
            buffer.push("[");
        }
        Self { buffer, media, batch, status: StatusCode::OK, number: 0 }
    }

    /// Writes a response. If there is no room for it, writes an error instead, and returns the
    /// error.
    pub fn add(&mut self, response: &Response) -> Option<Box<ServerError>> {
        if !self.batch && self.media == Media::GraphqlResponse && was_refused(response) {
            self.status = StatusCode::BAD_REQUEST;
        }
        self.add_with(|buffer| write(response, buffer))
    }

    /// Writes a response without errors whose JSON is there already.
    pub fn add_text(&mut self, text: &str) -> Option<Box<ServerError>> {
        self.add_with(|buffer| buffer.write_all(text.as_bytes()))
    }

    fn add_with(
        &mut self,
        write: impl FnOnce(&mut Buffer<H>) -> io::Result<()>,
    ) -> Option<Box<ServerError>> {
        if self.number > 0 {
            self.buffer.push(",");
        }
        self.number += 1;
        let error = self.buffer.write(write).err()?;
        self.buffer.push(&json_text(&json!({ "errors": [error] })));
        if !self.batch {
            self.status = match code(&error) {
                Some("SERVER_BUSY") => StatusCode::SERVICE_UNAVAILABLE,
                Some("RATE_LIMITED") => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::OK,
            };
        }
        Some(error)
    }

    /// The HTTP response.
    pub fn finish(mut self) -> HttpResponse {
        if self.batch {
            self.buffer.push("]");
        }
        let body = BoxBody::new(self.buffer.finish());
        head(self.status, self.media).body(body)
    }
}

/// Writes a response as JSON.
fn write(response: &Response, to: &mut impl Write) -> io::Result<()> {
    if !was_refused(response) {
        return Ok(serde_json::to_writer(to, response)?);
    }
    let mut body = json!({ "errors": response.errors });
    if !response.extensions.is_empty() {
        body["extensions"] = json!(response.extensions);
    }
    Ok(serde_json::to_writer(to, &body)?)
}

/// The text of a response of at most `most` bytes. The error says that it has more.
pub fn bounded_text(response: &Response, most: usize) -> Result<String, Box<ServerError>> {
    let mut text = Buffer::new(most, Uncounted);
    text.write(|buffer| write(response, buffer))?;
    Ok(text.into_text())
}

/// A hold without a limit. The bytes count only against the limit of their response.
struct Uncounted;

impl Hold for Uncounted {
    fn grow(&mut self, _: usize) -> Result<(), Box<ServerError>> {
        Ok(())
    }

    fn shrink(&mut self, _: usize) {}
}

fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(code) => Some(code),
        _ => None,
    }
}

/// Whether a response says that nothing ran: it has an error without a path, and no data.
pub fn was_refused(response: &Response) -> bool {
    !response.errors.is_empty()
        && response.data == async_graphql::Value::Null
        && response.errors.iter().any(|error| error.path.is_empty())
}

/// A response with this body.
pub fn reply(status: StatusCode, media: Media, body: String) -> HttpResponse {
    head(status, media).body(body)
}

fn head(status: StatusCode, media: Media) -> actix_web::HttpResponseBuilder {
    let mut head = HttpResponse::build(status);
    head.insert_header((header::CONTENT_TYPE, media.name()))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    head
}

/// A value as JSON.
pub fn json_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| {
        r#"{"errors":[{"message":"The response could not be written."}]}"#.to_owned()
    })
}
