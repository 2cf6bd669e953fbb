//! Documents: reads a request, bounds its cost, checks its values, and completes its response.

pub mod fault;
pub mod guard;
pub mod nulls;
pub mod order;
pub mod parsed;
pub mod persisted;
pub mod request;
pub mod types;
pub mod uses;
pub mod validation;
