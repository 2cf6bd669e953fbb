//! People: accounts, how they sign in, and which newsrooms they belong to.

pub mod account;
pub mod api_token;
pub mod deactivation;
pub mod directory;
pub mod erasure;
mod guessable;
pub mod invitation;
pub mod inviting;
pub mod joining;
pub mod lookalike_name;
pub mod membership;
pub mod password;
pub mod password_change;
pub mod password_reset;
pub mod profile;
pub mod proof;
pub mod session;
pub mod throttle;
