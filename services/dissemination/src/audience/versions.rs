//! Rows that hold from a position until another, while a batch of events is folded: which of them end, and which begin.

use std::collections::BTreeMap;

use kim_eventlog::Position;
use sqlx::PgConnection;
use uuid::Uuid;

/// The rows of a table that hold now, by their ids, and what the batch makes of them.
pub(super) struct Versions<R> {
    now: BTreeMap<Uuid, Held<R>>,
    /// Rows that ended, of those that were stored.
    ended: Vec<Ended>,
    /// Rows that began and ended within the batch.
    passed: Vec<Begun<R>>,
}

struct Held<R> {
    from: Position,
    row: R,
    stored: bool,
}

/// A stored row, and until where it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    pub id: Uuid,
    pub from: i64,
    pub until: i64,
}

/// A row that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Begun<R> {
    pub id: Uuid,
    pub from: i64,
    pub until: Option<i64>,
    pub row: R,
}

impl<R: PartialEq> Versions<R> {
    /// What is stored, each with the position from which it holds.
    pub fn stored(rows: impl IntoIterator<Item = (Uuid, Position, R)>) -> Self {
        let held = |(id, from, row)| (id, Held { from, row, stored: true });
        Self { now: rows.into_iter().map(held).collect(), ended: Vec::new(), passed: Vec::new() }
    }

    pub fn now(&self, id: Uuid) -> Option<&R> {
        self.now.get(&id).map(|held| &held.row)
    }

    /// From `at` on it is this. What is as it was goes on.
    pub fn becomes(&mut self, id: Uuid, at: Position, row: R) {
        if self.now(id) == Some(&row) {
            return;
        }
        let before = self.now.insert(id, Held { from: at, row, stored: false });
        match before {
            Some(Held { from, stored: true, .. }) => self.ended.push(Ended { id, from: from.get(), until: at.get() }),
            Some(Held { from, row, .. }) => {
                self.passed.push(Begun { id, from: from.get(), until: Some(at.get()), row });
            }
            None => {}
        }
    }

    /// What ends, and what begins. The first must be written before the second: one row of an id holds at a time.
    pub fn written(self) -> (Vec<Ended>, Vec<Begun<R>>) {
        let begun = self.now.into_iter().filter(|(_, held)| !held.stored);
        let begun = begun.map(|(id, held)| Begun { id, from: held.from.get(), until: None, row: held.row });
        (self.ended, self.passed.into_iter().chain(begun).collect())
    }
}

/// Each row's value, as one parameter of a statement.
pub(super) fn column<T, V>(rows: &[T], value: impl Fn(&T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

/// Ends rows by a table's own `statement`, which takes ids, and the positions from which and until which they held.
pub(super) async fn end(
    connection: &mut PgConnection,
    statement: &'static str,
    ended: &[Ended],
) -> Result<(), sqlx::Error> {
    if ended.is_empty() {
        return Ok(());
    }
    sqlx::query(statement)
        .bind(column(ended, |row| row.id))
        .bind(column(ended, |row| row.from))
        .bind(column(ended, |row| row.until))
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(position: i64) -> Position {
        Position::new(position).expect("a position")
    }

    #[test]
    fn a_row_ends_where_the_next_one_begins() {
        let [known, new, same] = [1, 2, 3].map(Uuid::from_u128);
        let mut versions = Versions::stored([(known, at(3), "a"), (same, at(4), "s")]);
        versions.becomes(known, at(10), "b");
        versions.becomes(same, at(11), "s");
        versions.becomes(new, at(12), "c");
        versions.becomes(known, at(13), "d");
        versions.becomes(known, at(14), "d");
        assert_eq!(versions.now(known), Some(&"d"));
        let (ended, begun) = versions.written();
        assert_eq!(ended, [Ended { id: known, from: 3, until: 10 }]);
        assert_eq!(
            begun,
            [
                Begun { id: known, from: 10, until: Some(13), row: "b" },
                Begun { id: known, from: 13, until: None, row: "d" },
                Begun { id: new, from: 12, until: None, row: "c" },
            ]
        );
    }
}
