//! Imports: one file for each format. Each is a pure function from text to values that the domain
//! can take.

pub mod annotations;
pub mod place;
