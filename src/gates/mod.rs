//! The gates between the door and the desk: what a request passes before it is carried out, whatever way it came.

pub mod once;
