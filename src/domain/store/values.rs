//! Reading a row's columns by their position.

use sea_orm::{DbErr, QueryResult, TryGetable};

/// A row's values, in the order of its columns. Reading by name would search all columns for each value.
pub struct Values<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl<'a> Values<'a> {
    /// The values of this row, from the first on.
    pub const fn of(row: &'a QueryResult) -> Self {
        Self { row, next: 0 }
    }

    /// The next value.
    pub fn take<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        self.next += 1;
        self.row.try_get_by_index(self.next - 1)
    }
}
