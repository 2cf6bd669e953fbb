//! What the server counts about itself, for Prometheus.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// The server's counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    operations: Family<Operation, Counter>,
    seconds: Family<Kind, Histogram>,
    statements: Family<Outcome, Counter>,
    statement_seconds: Histogram,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Operation {
    kind: &'static str,
    code: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// Bounds of the histograms, in seconds.
const BOUNDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0];

impl Metrics {
    /// Counters that stand at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("claimspan");
        let operations = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(BOUNDS)) as fn() -> Histogram);
        let statements = Family::default();
        let statement_seconds = Histogram::new(BOUNDS);
        registry.register(
            "graphql_operations",
            "GraphQL operations by kind and by the code of their first error (OK for none)",
            operations.clone(),
        );
        registry.register_with_unit("graphql_operation", "Time to answer a GraphQL operation, by kind", Unit::Seconds, seconds.clone());
        registry.register("database_statements", "Statements sent to the database, by outcome", statements.clone());
        registry.register_with_unit("database_statement", "Time of a database statement", Unit::Seconds, statement_seconds.clone());
        Self { registry: Arc::new(registry), operations, seconds, statements, statement_seconds }
    }

    /// Counts an operation of `kind` that took so long and had this first error.
    pub fn operation(&self, kind: &'static str, code: Option<&str>, took: Duration) {
        self.operations.get_or_create(&Operation { kind, code: code.unwrap_or("OK").to_owned() }).inc();
        self.seconds.get_or_create(&Kind { kind }).observe(took.as_secs_f64());
    }

    /// Counts a database statement.
    pub fn statement(&self, took: Duration, failed: bool) {
        self.statements.get_or_create(&Outcome { outcome: if failed { "failed" } else { "done" } }).inc();
        self.statement_seconds.observe(took.as_secs_f64());
    }

    /// The counters as Prometheus reads them.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
