//! Claimspan, a fact-check annotation server.
//!
//! The map of the house, from the door inwards:
//!
//! - [`config`] the command line and its twins in the environment; the commands themselves stand in `main.rs`
//! - [`server`] the door: routes, who comes in, health; beside it [`pages`], [`metrics`] and [`telemetry`]
//! - [`gates`] what a request passes before it is carried out: keys that make it count once, where it comes from, what it may cost
//! - [`transport`] GraphQL on the wire; knows nothing of fact-checking
//! - [`graphql`] the face: every root field one call long, how nodes meet, how errors look
//! - [`domain`] what is true, and who may change it: one noun a file
//! - [`demo`] a newsroom to try it on
//!
//! Imports go downward only.

pub mod config;
pub mod demo;
pub mod domain;
pub mod gates;
pub mod graphql;
pub mod metrics;
pub mod pages;
pub mod server;
pub mod telemetry;
pub mod transport;
