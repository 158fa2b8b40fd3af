//! The columns of a file against those that a list has.

use std::fmt;

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub required: bool,
    /// For the template.
    pub example: &'static str,
}

/// What is wrong with a header, all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeaderError {
    pub missing: Vec<&'static str>,
    pub unknown: Vec<String>,
    pub doubled: Vec<&'static str>,
    known: Vec<&'static str>,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        if !self.missing.is_empty() {
            lines.push(format!("kolom belum ada: {}", self.missing.join(", ")));
        }
        if !self.unknown.is_empty() {
            lines.push(format!("kolom tidak dikenal: {}", self.unknown.join(", ")));
        }
        if !self.doubled.is_empty() {
            lines.push(format!("kolom ganda: {}", self.doubled.join(", ")));
        }
        lines.push(format!("kolom yang dikenal: {}", self.known.join(", ")));
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for HeaderError {}

/// Where in a record each column stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    places: Vec<(&'static str, usize)>,
    width: usize,
}

impl Columns {
    /// Finds the columns of a list in a header; spelling of cases, spaces and hyphens does not count.
    pub fn find(header: &[String], list: &[Column]) -> Result<Self, HeaderError> {
        let mut error =
            HeaderError { known: list.iter().map(|column| column.name).collect(), ..HeaderError::default() };
        let mut places: Vec<(&'static str, usize)> = Vec::new();
        for (place, raw) in header.iter().enumerate() {
            let name = normal(raw);
            match list.iter().find(|column| column.name == name) {
                Some(column) if places.iter().any(|(known, _)| *known == column.name) => {
                    error.doubled.push(column.name);
                }
                Some(column) => places.push((column.name, place)),
                // Spreadsheets leave empty columns at the end.
                None if name.is_empty() => {}
                None => error.unknown.push(raw.trim().to_owned()),
            }
        }
        let is_there = |name| places.iter().any(|(known, _)| *known == name);
        error.missing =
            list.iter().filter(|column| column.required && !is_there(column.name)).map(|c| c.name).collect();
        if error.missing.is_empty() && error.unknown.is_empty() && error.doubled.is_empty() {
            Ok(Self { places, width: header.len() })
        } else {
            Err(error)
        }
    }

    /// The place of a column; `None` when the file does not have it.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.iter().find(|(known, _)| *known == name).map(|(_, place)| *place)
    }

    /// The column at a place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&'static str> {
        self.places.iter().find(|(_, known)| *known == place).map(|(name, _)| *name)
    }

    /// How many fields a record has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }
}

fn normal(raw: &str) -> String {
    let words = raw.split(|c: char| c.is_whitespace() || c == '_' || c == '-').filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// A file with the header and one example.
#[must_use]
pub fn template(list: &[Column]) -> String {
    let row = |cell: fn(&Column) -> &'static str| list.iter().map(cell).collect::<Vec<_>>().join(";");
    format!("{}\n{}\n", row(|column| column.name), row(|column| column.example))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: [Column; 3] = [
        Column { name: "nama_kim", required: true, example: "KIM A" },
        Column { name: "kode_wilayah", required: true, example: "14.01" },
        Column { name: "alamat", required: false, example: "" },
    ];

    fn find(header: &[&str]) -> Result<Columns, HeaderError> {
        Columns::find(&header.iter().map(|&name| name.to_owned()).collect::<Vec<_>>(), &LIST)
    }

    #[test]
    fn columns_are_found_however_they_are_spelt() {
        let columns = find(&["Kode Wilayah", " NAMA-KIM ", ""]).unwrap();
        assert_eq!((columns.place("nama_kim"), columns.place("kode_wilayah")), (Some(1), Some(0)));
        assert_eq!((columns.place("alamat"), columns.at(0), columns.width()), (None, Some("kode_wilayah"), 3));
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let error = find(&["nama_kim", "nama kim", "ketua umum", "desa"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "kolom belum ada: kode_wilayah\nkolom tidak dikenal: ketua umum, desa\nkolom ganda: nama_kim\n\
             kolom yang dikenal: nama_kim, kode_wilayah, alamat"
        );
    }

    #[test]
    fn the_template_is_a_file_that_can_be_read() {
        assert_eq!(template(&LIST), "nama_kim;kode_wilayah;alamat\nKIM A;14.01;\n");
    }
}
