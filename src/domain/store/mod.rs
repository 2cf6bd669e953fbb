//! The database: connecting, reading, and the one way to write.
//!
//! Always true: a write is one transaction that ends in commit or rollback, even if the client hangs up meanwhile. Inside [`in_one_transaction`]
//! it is a savepoint of the outer transaction, and lasts if that one commits.

mod connect;
mod db;
mod health;
mod pool;
mod probe;
mod request_connection;
mod sqlite_file;
mod transaction;
mod values;
mod write;
mod writes;

pub use connect::{connect, must_exist, without_password};
pub use db::{Db, Readiness};
pub use pool::StatementKind;
pub use transaction::OtherWriters;
pub use values::Values;
pub use write::{End, in_background, in_one_transaction, transaction, write};
pub use writes::Writes;
