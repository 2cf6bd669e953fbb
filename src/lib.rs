//! Claimspan, a fact-check annotation server.
//!
//! The modules, from the outside in. Imports point downward only.
//!
//! - [`commands`] runs the commands of the command line, one file each; [`config`] parses their flags
//! - [`server`] is the HTTP server: routes, authentication, limits, idempotency, health
//! - [`pages`] has the embedded pages and the public ones, [`export`] and [`import`] the formats for machines; [`metrics`] and [`telemetry`] report what happens
//! - [`delivery`] sends what is due to receivers outside, such as webhooks
//! - [`transport`] speaks GraphQL over HTTP, WebSocket and SSE; it knows nothing about fact-checking
//! - [`graphql`] is the schema. It translates between clients and the domain; it never decides
//! - [`mod@reference`] writes the reference of the API from the text of the schema
//! - [`domain`] is what is true, and who may change it

pub mod commands;
pub mod config;
pub mod delivery;
pub mod domain;
pub mod export;
pub mod graphql;
pub mod import;
pub mod metrics;
pub mod pages;
pub mod reference;
pub mod server;
pub mod telemetry;
pub mod transport;
