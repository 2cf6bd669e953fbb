//! Leases: which server does a piece of work. They end by the database's clock, because the clocks
//! of servers differ.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, DbBackend};

/// How long a lease lasts, in seconds: longer than an attempt to deliver something may take.
const LASTS: i64 = 40;

/// The current time in seconds since 1970, by the database's clock.
pub fn clock(db: &impl ConnectionTrait) -> Expr {
    Expr::cust(match db.get_database_backend() {
        DbBackend::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS bigint)",
        _ => "unixepoch()",
    })
}

/// The end of a lease that begins now.
pub fn end(db: &impl ConnectionTrait) -> Expr {
    clock(db).add(LASTS)
}
