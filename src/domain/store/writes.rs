//! Writes that are sent to the database together.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, Statement, StatementBuilder, Value,
};

use crate::domain::error::Result;

/// The number of values that are sent at once. PostgreSQL takes 65,535, and one statement here brings at most half of that.
const VALUES: usize = 30_000;

/// Writes whose results nobody needs. They go to the database in one round trip instead of one each.
///
/// None may depend on what another one wrote: no two of them may write the same row, and none may read. PostgreSQL runs them as parts
/// of one statement, and each sees the rows as they were before it. SQLite runs them one after another. References between rows are
/// checked after the last one.
#[derive(Default)]
pub struct Writes {
    texts: Vec<String>,
    values: Vec<Value>,
}

impl Writes {
    /// Adds a write. If there is too much for one round trip, those before it are sent first.
    pub async fn add(
        &mut self,
        txn: &DatabaseTransaction,
        write: &impl StatementBuilder,
    ) -> Result<()> {
        let Statement { sql, values, .. } = txn.get_database_backend().build(write);
        let values = values.map_or_else(Vec::new, |values| values.0);
        if self.values.len() + values.len() > VALUES {
            std::mem::take(self).send(txn).await?;
        }
        let is_postgres = txn.get_database_backend() == DbBackend::Postgres;
        self.texts.push(if is_postgres { renumbered(&sql, self.values.len()) } else { sql });
        self.values.extend(values);
        Ok(())
    }

    /// Sends the writes.
    pub async fn send(mut self, txn: &DatabaseTransaction) -> Result<()> {
        let Some(last) = self.texts.pop() else { return Ok(()) };
        let backend = txn.get_database_backend();
        let text = if backend == DbBackend::Postgres {
            let parts =
                self.texts.iter().zip(1..).map(|(text, n)| format!("write_{n} AS ({text})"));
            match parts.collect::<Vec<_>>().join(", ") {
                none if none.is_empty() => last,
                parts => format!("WITH {parts} {last}"),
            }
        } else {
            self.texts.push(last);
            self.texts.join("; ")
        };
        txn.execute_raw(Statement::from_sql_and_values(backend, text, self.values)).await?;
        Ok(())
    }
}

/// The statement with `before` added to the number of each of its parameters. A dollar sign in it always begins a parameter: the names of
/// tables and columns have none, and what people wrote is in the parameters.
fn renumbered(sql: &str, before: usize) -> String {
    if before == 0 {
        return sql.to_owned();
    }
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let number: usize = part[..end].parse().expect("a parameter has a number");
        text.push('$');
        text.push_str(&(number + before).to_string());
        text.push_str(&part[end..]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_through() {
        let sql = r#"INSERT INTO "a" ("b", "c") VALUES ($1, $2), ($10, $11)"#;
        assert_eq!(renumbered(sql, 0), sql);
        assert_eq!(
            renumbered(sql, 9),
            r#"INSERT INTO "a" ("b", "c") VALUES ($10, $11), ($19, $20)"#
        );
        assert_eq!(renumbered("DELETE FROM \"a\"", 9), "DELETE FROM \"a\"");
    }
}
