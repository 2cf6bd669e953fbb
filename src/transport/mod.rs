//! GraphQL on the wire, as its specification says; knows nothing of fact-checking.

pub mod guard;
pub mod http;
pub mod nulls;
pub mod order;
