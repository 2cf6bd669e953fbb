//! GraphQL over server-sent events, in the distinct connections mode of graphql-sse's PROTOCOL.md:
//! one request, one stream of responses. A refusal is also sent in the stream, because browsers
//! hide the body of a stream with an error status.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, rt};
use async_graphql::Response;
use futures_util::stream::{LocalBoxStream, StreamExt, select, unfold};

use crate::transport::Reply;
use crate::transport::wire::{Hold, responses};

/// How often a comment is sent, so that no proxy treats the connection as dead.
const COMMENT_EVERY: Duration = Duration::from_secs(12);

/// Responds with a stream of events: a `next` for each response, and then `complete`. Each response
/// has at most `most` bytes, which `hold` counts.
pub fn stream(
    replies: LocalBoxStream<'static, Reply>,
    shutdown: impl Future<Output = ()> + 'static,
    most: usize,
    mut hold: impl Hold,
) -> HttpResponse {
    let mut held = 0;
    let next = move |reply: Reply| {
        // The connection asks for another event once it has sent this one.
        hold.shrink(std::mem::take(&mut held));
        let text = reply.text(most).and_then(|text| {
            hold.grow(text.len())?;
            held = text.len();
            Ok(text)
        });
        let text = text.or_else(|error| {
            responses::bounded_text(&Response::from_errors(vec![*error]), most).map(Cow::Owned)
        });
        Some(format!("event: next\ndata: {}\n\n", text.unwrap_or_default()))
    };
    let complete =
        futures_util::stream::once(async { Some("event: complete\ndata:\n\n".to_owned()) });
    let end = futures_util::stream::once(async { None });
    let told = replies.take_until(shutdown).map(next).chain(complete).chain(end);
    let comments = unfold((), |()| async {
        rt::time::sleep(COMMENT_EVERY).await;
        Some((Some(":\n\n".to_owned()), ()))
    });
    // The first comment opens the stream at once, before the first response is ready.
    let opened = futures_util::stream::once(async { Some(":\n\n".to_owned()) });
    let lines =
        opened.chain(select(told, comments)).take_while(|line| std::future::ready(line.is_some()));
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Asks proxies not to buffer the stream.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(
            lines.map(|line| Ok::<_, actix_web::Error>(Bytes::from(line.unwrap_or_default()))),
        )
}
