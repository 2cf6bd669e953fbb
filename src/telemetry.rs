//! What the server tells those who run it: logs on standard error, and traces where a collector is named.
//!
//! An operation's line and span hold its name, kind, cost, time and account; never a token, a password, or what somebody wrote.

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
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{EnvFilter, LevelFilter, filter_fn};
use tracing_subscriber::prelude::*;

/// Where the spans of operations come from.
pub const SPANS: &str = "claimspan::operation";

/// Logs and traces that are on.
pub struct Telemetry(Option<SdkTracerProvider>);

/// Logs from now on, as text or as JSON, the `usual` lines unless `CLAIMSPAN_LOG` says which; and sends traces to the OpenTelemetry collector at `otlp` (OTLP over HTTP, such as
/// `http://127.0.0.1:4318`).
pub fn start(usual: &str, json: bool, otlp: Option<&str>) -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_from_env("CLAIMSPAN_LOG").unwrap_or_else(|_| usual.into());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let lines = if json { lines.json().boxed() } else { lines.boxed() };
    // At TRACE, sea-orm tells the database's URL, and what is bound to its statements.
    let lines = lines.with_filter(filter).with_filter(LevelFilter::DEBUG);
    let provider = otlp.map(collector).transpose()?;
    let spans = provider.as_ref().map(|provider| {
        let only_ours = filter_fn(|metadata| metadata.is_span() && metadata.target() == SPANS);
        tracing_opentelemetry::layer().with_tracer(provider.tracer("claimspan")).with_filter(only_ours)
    });
    tracing_subscriber::registry().with(spans).with(lines).init();
    Ok(Telemetry(provider))
}

fn collector(otlp: &str) -> anyhow::Result<SdkTracerProvider> {
    let endpoint = format!("{}/v1/traces", otlp.trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpJson).with_endpoint(endpoint).build();
    let exporter = exporter.context("cannot send traces")?;
    let resource =
        Resource::builder().with_service_name("claimspan").with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build())
}

impl Telemetry {
    /// Sends what was not sent yet. Blocks until it is, or a few seconds are over.
    pub fn end(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Makes a span part of the trace that the client's `traceparent` names.
pub fn continue_trace(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    // Where no collector listens, there is nothing to be part of.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
}
