//! Texts: splits them into blocks and sentences, finds quotes in them, and follows words from one
//! text into the next.

pub mod alignment;
pub mod invisible;
pub mod likeness;
pub mod passage;
pub mod quote;
pub mod term;
pub mod typography;
