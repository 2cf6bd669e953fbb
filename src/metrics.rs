//! The server's metrics, for Prometheus.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::store::{Db, StatementKind};
use crate::domain::world::World;
use crate::telemetry::cut;

/// The server's counters.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    operations: Family<Operation, Counter>,
    seconds: Family<Kind, Histogram>,
    by_name: Family<Named, Counter>,
    names: Arc<Mutex<HashSet<String>>>,
    running: Gauge,
    sockets: Gauge,
    passwords: Gauge,
    connections: Family<Connections, Gauge>,
    statements: Family<Statement, Counter>,
    statement_seconds: Histogram,
    kept: Family<Outcome, Counter>,
    kept_responses: Gauge,
    kept_bytes: Gauge,
}

/// Counts an operation as running until it is dropped.
pub struct Running(Gauge);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Named {
    name: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Connections {
    state: &'static str,
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
struct Statement {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// How many operation names get a label of their own. Clients choose the names.
const MOST_NAMES: usize = 200;

/// Bounds of the histograms, in seconds.
const BOUNDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0];

impl Metrics {
    /// Counters at zero.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Arc::default(),
            operations: Family::default(),
            seconds: Family::new_with_constructor((|| Histogram::new(BOUNDS)) as fn() -> Histogram),
            by_name: Family::default(),
            names: Arc::default(),
            running: Gauge::default(),
            sockets: Gauge::default(),
            passwords: Gauge::default(),
            connections: Family::default(),
            statements: Family::default(),
            statement_seconds: Histogram::new(BOUNDS),
            kept: Family::default(),
            kept_responses: Gauge::default(),
            kept_bytes: Gauge::default(),
        };
        metrics.registry = Arc::new(metrics.registered());
        metrics
    }

    /// The counters with the names and descriptions that Prometheus reads.
    fn registered(&self) -> Registry {
        let mut registry = Registry::with_prefix("claimspan");
        registry.register(
            "graphql_operations",
            "GraphQL operations by kind and by the code of their first error (OK for none)",
            self.operations.clone(),
        );
        registry.register_with_unit(
            "graphql_operation",
            "Time to answer a GraphQL operation, by kind",
            Unit::Seconds,
            self.seconds.clone(),
        );
        registry.register(
            "graphql_named_operations",
            "GraphQL operations by name: the first 200 names, and `other`",
            self.by_name.clone(),
        );
        registry.register(
            "graphql_running",
            "GraphQL queries and mutations that run now",
            self.running.clone(),
        );
        registry.register("graphql_sockets", "WebSockets that are open", self.sockets.clone());
        registry.register(
            "passwords_waiting",
            "Passwords that wait to be hashed, or are being hashed",
            self.passwords.clone(),
        );
        registry.register(
            "database_connections",
            "Connections to the database, by state",
            self.connections.clone(),
        );
        registry.register(
            "database_statements",
            "Statements sent to the database, by kind (read or write) and outcome",
            self.statements.clone(),
        );
        registry.register_with_unit(
            "database_statement",
            "Time of a database statement",
            Unit::Seconds,
            self.statement_seconds.clone(),
        );
        registry.register(
            "cache_requests",
            "Requests whose response may be kept, by whether it was there already",
            self.kept.clone(),
        );
        registry.register("cache_responses", "Responses kept", self.kept_responses.clone());
        registry.register_with_unit(
            "cache",
            "Size of the responses kept",
            Unit::Bytes,
            self.kept_bytes.clone(),
        );
        registry
    }

    /// Counts an operation, with the time it took and the code of its first error.
    pub fn operation(
        &self,
        kind: &'static str,
        name: Option<&str>,
        code: Option<&str>,
        took: Duration,
    ) {
        if let Some(name) = name {
            self.by_name.get_or_create(&Named { name: self.known(name) }).inc();
        }
        self.operations
            .get_or_create(&Operation { kind, code: cut(code.unwrap_or("OK")).to_owned() })
            .inc();
        self.seconds.get_or_create(&Kind { kind }).observe(took.as_secs_f64());
    }

    /// The name, or `other` if there are too many.
    fn known(&self, name: &str) -> String {
        let name = cut(name);
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let known =
            names.contains(name) || names.len() < MOST_NAMES && names.insert(name.to_owned());
        if known { name.to_owned() } else { "other".to_owned() }
    }

    /// Counts an operation as running.
    pub fn running(&self) -> Running {
        self.running.inc();
        Running(self.running.clone())
    }

    /// Counts sockets that open or close.
    pub fn sockets(&self, change: i64) {
        self.sockets.inc_by(change);
    }

    /// Counts a database statement.
    pub fn statement(&self, does: StatementKind, took: Duration, failed: bool) {
        let kind = match does {
            StatementKind::Read => "read",
            StatementKind::Write => "write",
        };
        self.statements
            .get_or_create(&Statement { kind, outcome: if failed { "failed" } else { "done" } })
            .inc();
        self.statement_seconds.observe(took.as_secs_f64());
    }

    /// Counts a request whose response may be kept.
    pub fn kept(&self, was_kept: bool) {
        let outcome = if was_kept { "hit" } else { "miss" };
        self.kept.get_or_create(&Outcome { outcome }).inc();
    }

    /// The counters as Prometheus reads them. `kept` are the number and the bytes of responses kept.
    pub fn text(&self, db: &Db, world: &World, kept: (u64, u64)) -> String {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.kept_responses.set(number(kept.0));
        self.kept_bytes.set(number(kept.1));
        self.passwords.set(world.queues().passwords.waiting().into());
        let (all, idle) = db.connections();
        for (state, number) in [("idle", idle), ("busy", all.saturating_sub(idle))] {
            self.connections.get_or_create(&Connections { state }).set(i64::from(number));
        }
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
