//! The gates between the door and the desk: what a request passes before it is carried out, whatever way it came.
//!
//! - [`address`] where it comes from
//! - [`breath`] how long it waits for a refusal
//! - [`budget`] whether whoever sends it may ask for so much now
//! - [`once`] whether it was answered before

pub mod address;
pub mod breath;
pub mod budget;
pub mod once;
