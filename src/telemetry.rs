//! Logs on standard error, and traces if a collector is configured.
//!
//! The log line and span of an operation have its name, kind, cost, time and account. They never have a token, a password, or somebody's text.

use std::collections::HashMap;

use anyhow::Context;
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator;
use std::io::IsTerminal;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{EnvFilter, LevelFilter, filter_fn};
use tracing_subscriber::prelude::*;

use crate::domain::ids::AccountId;

/// The target of the spans of operations.
pub const SPANS: &str = "claimspan::operation";

/// How many characters of a text that somebody else chose are logged or measured.
const MOST_LOGGED: usize = 100;

/// The part of a text that is logged or measured. Clients choose names, headers and what errors quote, of any length.
pub fn cut(text: &str) -> &str {
    text.char_indices().nth(MOST_LOGGED).map_or(text, |(end, _)| &text[..end])
}

/// The running logs and traces.
pub struct Telemetry(Option<SdkTracerProvider>);

/// Starts logging as text or JSON, filtered by `CLAIMSPAN_LOG` or by `usual`. Sends traces by OTLP over HTTP to the collector at `otlp`, such
/// as `http://127.0.0.1:4318`.
pub fn start(usual: &str, json: bool, otlp: Option<&str>) -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_from_env("CLAIMSPAN_LOG").unwrap_or_else(|_| usual.into());
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = if json { lines.json().boxed() } else { lines.boxed() };
    // At TRACE, sea-orm logs the database's URL and the values in its statements.
    let lines = lines.with_filter(filter).with_filter(LevelFilter::DEBUG);
    let provider = otlp.map(collector).transpose()?;
    let spans = provider.as_ref().map(|provider| {
        let only_ours = filter_fn(|metadata| metadata.is_span() && metadata.target() == SPANS);
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("claimspan"))
            .with_filter(only_ours)
    });
    tracing_subscriber::registry().with(spans).with(lines).init();
    Ok(Telemetry(provider))
}

fn collector(otlp: &str) -> anyhow::Result<SdkTracerProvider> {
    let endpoint = format!("{}/v1/traces", otlp.trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(endpoint)
        .build();
    let exporter = exporter.context("cannot send traces")?;
    let resource = Resource::builder()
        .with_service_name("claimspan")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource.build())
        .build())
}

impl Telemetry {
    /// Sends the remaining traces. Blocks until they are sent, for a few seconds at most.
    pub fn end(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// An operation, as its span describes it.
pub struct Operation<'a> {
    /// `query`, `mutation` or `subscription`.
    pub kind: &'a str,
    /// Its name, cut.
    pub name: Option<&'a str>,
    /// The id of its request.
    pub request: &'a str,
    /// Its cost.
    pub cost: u64,
    /// The account that runs it.
    pub account: Option<AccountId>,
    /// The client's `traceparent`. The span becomes part of the trace that it names.
    pub traceparent: Option<&'a str>,
}

impl Operation<'_> {
    /// The span of the operation, with the names of OpenTelemetry's conventions for GraphQL servers.
    /// `error.type` is empty until it is recorded.
    pub fn span(&self) -> Span {
        let Self { kind, name, request, cost, account, traceparent } = self;
        let span = tracing::info_span!(
            target: SPANS,
            "graphql",
            otel.name = kind,
            otel.kind = "server",
            graphql.operation.type = kind,
            graphql.operation.name = name,
            request_id = request,
            cost,
            account = account.map(tracing::field::display),
            error.type = Empty,
        );
        if let Some(traceparent) = traceparent {
            let carrier = HashMap::from([("traceparent".to_owned(), (*traceparent).to_owned())]);
            // Fails if no collector is configured, which is fine.
            let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
        }
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"é".repeat(100)).chars().count(), 100);
        assert_eq!(cut(&"é".repeat(8 << 20)), "é".repeat(100));
    }
}
