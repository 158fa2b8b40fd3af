//! Rows under their headings, for a person: columns as wide as what stands in them, two spaces apart.

use std::fmt;

/// A table of `N` columns. Its text has the headings and each row on a line of its own.
#[derive(Debug, Clone)]
pub struct Table<const N: usize> {
    /// The headings first.
    rows: Vec<[String; N]>,
    right: [bool; N],
}

impl<const N: usize> Table<N> {
    #[must_use]
    pub fn new(heads: &[&str; N]) -> Self {
        Self { rows: vec![heads.map(str::to_owned)], right: [false; N] }
    }

    /// Numbers stand at the right of their column, which is counted from 0.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        self.right[column] = true;
        self
    }

    pub fn row<T: Into<String>>(&mut self, cells: [T; N]) -> &mut Self {
        self.rows.push(cells.map(Into::into));
        self
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: [usize; N] = std::array::from_fn(widest);
        for row in &self.rows {
            let cells = row.iter().zip(widths).zip(self.right);
            let padded: Vec<String> = cells.map(|((cell, width), right)| pad(cell, width, right)).collect();
            writeln!(f, "{}", padded.join("  ").trim_end())?;
        }
        Ok(())
    }
}

fn pad(cell: &str, width: usize, right: bool) -> String {
    if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_letters_and_numbers_stand_right() {
        let mut table = Table::new(&["KANTOR", "KIM", "SEJAK"]).right(1);
        table.row(["Dinas “Kominfo”", "9", "2020"]).row(["Diskominfotik", "1.010", ""]);
        assert_eq!(
            table.to_string(),
            "KANTOR             KIM  SEJAK\n\
             Dinas “Kominfo”      9  2020\n\
             Diskominfotik    1.010\n"
        );
    }
}
