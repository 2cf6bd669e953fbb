//! GraphQL over server-sent events, in the distinct connections mode of graphql-sse's PROTOCOL.md: one request, one stream of its answers. What is
//! refused before it runs is told in the stream as well, since a browser shows no body with an error's status.

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, rt};
use async_graphql::Response;
use futures_util::stream::{LocalBoxStream, StreamExt, select, unfold};

use super::http;

/// How often a comment is sent, so that nobody between takes the connection for dead.
const COMMENT_EVERY: Duration = Duration::from_secs(12);

/// Answers with a stream of events: a `next` for each answer, and `complete`.
pub fn stream(answers: LocalBoxStream<'static, Response>, ending: impl Future<Output = ()> + 'static) -> HttpResponse {
    let next = |answer: Response| Some(format!("event: next\ndata: {}\n\n", http::text(&answer)));
    let complete = futures_util::stream::once(async { Some("event: complete\ndata:\n\n".to_owned()) });
    let end = futures_util::stream::once(async { None });
    let told = answers.take_until(ending).map(next).chain(complete).chain(end);
    let comments = unfold((), |()| async {
        rt::time::sleep(COMMENT_EVERY).await;
        Some((Some(":\n\n".to_owned()), ()))
    });
    // The first comment opens the stream at once, before there is anything to tell.
    let opened = futures_util::stream::once(async { Some(":\n\n".to_owned()) });
    let lines = opened.chain(select(told, comments)).take_while(|line| std::future::ready(line.is_some()));
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Proxies that gather answers before they pass them on are asked not to.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(lines.map(|line| Ok::<_, actix_web::Error>(Bytes::from(line.unwrap_or_default()))))
}
