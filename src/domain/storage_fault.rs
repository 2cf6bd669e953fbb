//! Storage faults: why the database cannot be used at the moment.
//!
//! A statement can fail because of the statement. A storage fault is something else: the disk, the file or the database server fails, and so
//! would any other statement. Clients see STORAGE_UNAVAILABLE and retry later.

use std::fmt;
use std::io;

use sea_orm::sqlx;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

/// Why the database cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no room for what is to be written.
    DiskFull,
    /// The file, its file system or the server takes no writes.
    ReadOnly,
    /// Reading or writing a file failed.
    InputOutput,
    /// The database could not allocate memory.
    OutOfMemory,
    /// The file holds something that cannot be right.
    Damaged,
    /// The file cannot be opened, or the server refuses this program.
    CannotOpen,
    /// Another program has held the write lock for too long.
    Locked,
    /// The file, or a part of it, is no longer in its place.
    Missing,
    /// Another file is in the place of the one that was opened.
    Replaced,
    /// The server cannot be reached, or closed the connection.
    Unreachable,
    /// The server has no connection left.
    TooManyConnections,
}

impl Fault {
    /// The fault behind an error, if storage is to blame.
    pub fn of(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_driver(error),
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Some(Self::Unreachable),
            _ => None,
        }
    }

    /// The fault behind an error of the driver.
    pub fn of_driver(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Io(error) => Some(refusal_in(error).unwrap_or(Self::Unreachable)),
            sqlx::Error::Database(error) => Self::of_code(error.as_ref()),
            sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed => Some(Self::Unreachable),
            _ => None,
        }
    }

    fn of_code(error: &dyn DatabaseError) -> Option<Self> {
        let code = error.code()?;
        if error.try_downcast_ref::<PgDatabaseError>().is_some() {
            Self::of_sqlstate(&code)
        } else {
            Self::of_sqlite(code.parse().ok()?)
        }
    }

    fn of_sqlstate(code: &str) -> Option<Self> {
        Some(match code {
            "53100" => Self::DiskFull,
            "53200" => Self::OutOfMemory,
            "53300" => Self::TooManyConnections,
            "25006" => Self::ReadOnly,
            "58000" | "58030" => Self::InputOutput,
            "58P01" | "XX001" | "XX002" => Self::Damaged,
            "28000" | "28P01" | "3D000" => Self::CannotOpen,
            "57P01" | "57P02" | "57P03" | "57P04" | "57P05" => Self::Unreachable,
            _ if code.starts_with("08") => Self::Unreachable,
            _ => return None,
        })
    }

    /// SQLite's extended result codes; the lowest byte is the primary one.
    #[allow(clippy::decimal_bitwise_operands, reason = "SQLite documents its codes in decimal")]
    const fn of_sqlite(code: i32) -> Option<Self> {
        const IOERR_NOMEM: i32 = 10 | (12 << 8);
        const READONLY_DBMOVED: i32 = 8 | (4 << 8);
        Some(match (code, code & 0xff) {
            (READONLY_DBMOVED, _) => Self::Replaced,
            (IOERR_NOMEM, _) | (_, 7) => Self::OutOfMemory,
            (_, 5) => Self::Locked,
            (_, 8) => Self::ReadOnly,
            (_, 10) => Self::InputOutput,
            (_, 11 | 26) => Self::Damaged,
            (_, 13) => Self::DiskFull,
            (_, 14) => Self::CannotOpen,
            _ => return None,
        })
    }

    /// Whether the database's own answer proves that a COMMIT which met this fault changed nothing.
    pub const fn undoes_commit(self) -> bool {
        matches!(self, Self::DiskFull | Self::ReadOnly | Self::Locked)
    }

    /// Seconds after which a client may try again.
    pub const fn retry_after(self) -> u32 {
        match self {
            Self::Locked | Self::Unreachable | Self::TooManyConnections => 2,
            Self::DiskFull
            | Self::ReadOnly
            | Self::InputOutput
            | Self::OutOfMemory
            | Self::CannotOpen => 5,
            Self::Missing | Self::Replaced | Self::Damaged => 30,
        }
    }
}

/// For operators: what is wrong, and what helps.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DiskFull => {
                "The disk of the database is full. Writing resumes by itself once there is room."
            }
            Self::ReadOnly => {
                "The database is read-only. Writing resumes by itself once writing is allowed."
            }
            Self::InputOutput => {
                "The disk of the database reports errors. Writing resumes by itself once they stop."
            }
            Self::OutOfMemory => "The database has run out of memory.",
            Self::Damaged => {
                "The database is damaged. Stop the server, and restore the database from a backup."
            }
            Self::CannotOpen => {
                "The database cannot be opened. Check its permissions, and the limit of open files."
            }
            Self::Locked => "Another program has locked the database for too long.",
            Self::Missing => {
                "The database file, or its -wal or -shm file, was deleted or moved while the server \
                 runs. Move the same file back. If only -wal or -shm is gone, restart the server."
            }
            Self::Replaced => {
                "Another file has taken the place of the database file, or of its -wal or -shm file. \
                 Restart the server to use the new file. Files ending in -wal and -shm that do not \
                 belong to it must not be next to it."
            }
            Self::Unreachable => "The database does not answer.",
            Self::TooManyConnections => "The database server has no connection left.",
        })
    }
}

/// Whether a connection ended under a statement. A new connection may well work.
pub fn lost_connection(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            sqlx::Error::Io(error) => refusal_in(error).is_none(),
            sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => true,
            sqlx::Error::Database(error) => Fault::of_code(&**error) == Some(Fault::Unreachable),
            _ => false,
        },
        _ => false,
    }
}

/// A statement that was not sent, because of a fault that is known already.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refusal(Fault);

impl From<Fault> for DbErr {
    /// The error of a statement that is not sent because of a known fault.
    fn from(fault: Fault) -> Self {
        let error = sqlx::Error::Io(io::Error::other(Refusal(fault)));
        Self::Conn(RuntimeErr::SqlxError(error.into()))
    }
}

/// The known fault because of which a statement was not sent.
fn refusal_in(error: &io::Error) -> Option<Fault> {
    error.get_ref()?.downcast_ref::<Refusal>().map(|refusal| refusal.0)
}

/// Whether a statement was not sent, because of a fault that is known already.
pub fn was_refused(error: &DbErr) -> bool {
    let DbErr::Conn(RuntimeErr::SqlxError(error)) = error else { return false };
    matches!(&**error, sqlx::Error::Io(error) if refusal_in(error).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::decimal_bitwise_operands, reason = "SQLite documents its codes in decimal")]
    fn codes_of_both_databases_name_their_fault() {
        for (code, fault) in [
            (13, Some(Fault::DiskFull)),
            (10 | (3 << 8), Some(Fault::InputOutput)),
            (10 | (12 << 8), Some(Fault::OutOfMemory)),
            (8 | (1 << 8), Some(Fault::ReadOnly)),
            (8 | (4 << 8), Some(Fault::Replaced)),
            (11, Some(Fault::Damaged)),
            (19 | (8 << 8), None),
            (1, None),
        ] {
            assert_eq!(Fault::of_sqlite(code), fault, "{code}");
        }
        for (code, fault) in [
            ("53100", Some(Fault::DiskFull)),
            ("25006", Some(Fault::ReadOnly)),
            ("57P03", Some(Fault::Unreachable)),
            ("08006", Some(Fault::Unreachable)),
            ("53300", Some(Fault::TooManyConnections)),
            ("23505", None),
            ("40001", None),
        ] {
            assert_eq!(Fault::of_sqlstate(code), fault, "{code}");
        }
    }

    #[test]
    fn a_refusal_is_no_lost_connection() {
        let refused = DbErr::from(Fault::DiskFull);
        assert_eq!(Fault::of(&refused), Some(Fault::DiskFull));
        assert!(was_refused(&refused) && !lost_connection(&refused));

        let lost = sqlx::Error::Io(io::ErrorKind::UnexpectedEof.into());
        let lost = DbErr::Query(RuntimeErr::SqlxError(lost.into()));
        assert!(lost_connection(&lost) && !was_refused(&lost));
    }
}
