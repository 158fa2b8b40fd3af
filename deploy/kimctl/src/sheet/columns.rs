//! The columns of a file against those that a list has.

use std::fmt;

use super::naming::{Meaning, Naming};

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub required: bool,
    /// For the template.
    pub example: &'static str,
    /// What offices call it otherwise, spelt as [`normal`](super::naming::normal) does.
    pub synonyms: &'static [&'static str],
    /// Columns of which one is enough in its place.
    pub instead: &'static [&'static str],
}

impl Column {
    #[must_use]
    pub const fn new(name: &'static str, required: bool, example: &'static str) -> Self {
        Self { name, required, example, synonyms: &[], instead: &[] }
    }

    #[must_use]
    pub const fn or_called(self, synonyms: &'static [&'static str]) -> Self {
        Self { synonyms, ..self }
    }

    #[must_use]
    pub const fn or_else(self, instead: &'static [&'static str]) -> Self {
        Self { instead, ..self }
    }
}

/// What is wrong with a header, all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeaderError {
    pub missing: Vec<&'static Column>,
    pub unknown: Vec<String>,
    pub doubled: Vec<&'static str>,
    /// What the caller's mapping leads to, and the list does not have.
    pub nowhere: Vec<String>,
    known: Vec<&'static str>,
}

impl HeaderError {
    fn is_none(&self) -> bool {
        self.missing.is_empty() && self.unknown.is_empty() && self.doubled.is_empty() && self.nowhere.is_empty()
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        if !self.missing.is_empty() {
            let missing = self.missing.iter().map(|column| match column.instead {
                [] => column.name.to_owned(),
                instead => format!("{} (atau {})", column.name, instead.join(", ")),
            });
            lines.push(format!("kolom belum ada: {}", missing.collect::<Vec<_>>().join(", ")));
        }
        if !self.unknown.is_empty() {
            lines.push(format!("kolom tidak dikenal: {}", self.unknown.join(", ")));
            lines.push(
                "padankan dengan --map \"kolom berkas=kolom daftar\", atau lewati dengan --ignore-unknown".to_owned(),
            );
        }
        if !self.doubled.is_empty() {
            lines.push(format!("kolom ganda: {}", self.doubled.join(", ")));
        }
        if !self.nowhere.is_empty() {
            lines.push(format!("padanan ke kolom yang tidak ada: {}", self.nowhere.join(", ")));
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
    /// Finds the columns of a list in a header, by what the caller and offices call them.
    pub fn find(header: &[String], list: &'static [Column], naming: &Naming) -> Result<Self, HeaderError> {
        let mut error = HeaderError {
            known: list.iter().map(|column| column.name).collect(),
            nowhere: naming.nowhere(list),
            ..HeaderError::default()
        };
        let mut places: Vec<(&'static str, usize)> = Vec::new();
        for (place, raw) in header.iter().enumerate() {
            match naming.meaning(raw, list) {
                Meaning::Column(name) if places.iter().any(|(known, _)| *known == name) => error.doubled.push(name),
                Meaning::Column(name) => places.push((name, place)),
                Meaning::Nothing => {}
                Meaning::Unknown => error.unknown.push(raw.trim().to_owned()),
            }
        }
        let is_there = |name: &str| places.iter().any(|(known, _)| *known == name);
        let is_missing = |column: &&Column| {
            column.required && !is_there(column.name) && !column.instead.iter().any(|name| is_there(name))
        };
        error.missing = list.iter().filter(is_missing).collect();
        if error.is_none() { Ok(Self { places, width: header.len() }) } else { Err(error) }
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

/// A file with the header and one example.
#[must_use]
pub fn template(list: &[Column]) -> String {
    let row = |cell: fn(&Column) -> &'static str| list.iter().map(cell).collect::<Vec<_>>().join(";");
    format!("{}\n{}\n", row(|column| column.name), row(|column| column.example))
}

#[cfg(test)]
mod tests {
    use super::*;

    static LIST: [Column; 4] = [
        Column::new("nama_kim", true, "KIM A").or_called(&["nama_kelompok"]),
        Column::new("kode_wilayah", true, "14.01").or_else(&["desa"]),
        Column::new("desa", false, ""),
        Column::new("alamat", false, ""),
    ];

    fn find_by(header: &[&str], naming: &Naming) -> Result<Columns, HeaderError> {
        Columns::find(&header.iter().map(|&name| name.to_owned()).collect::<Vec<_>>(), &LIST, naming)
    }

    fn find(header: &[&str]) -> Result<Columns, HeaderError> {
        find_by(header, &Naming::default())
    }

    #[test]
    fn columns_are_found_however_they_are_spelt() {
        let columns = find(&["Kode Wilayah", " NAMA-KIM ", ""]).unwrap();
        assert_eq!((columns.place("nama_kim"), columns.place("kode_wilayah")), (Some(1), Some(0)));
        assert_eq!((columns.place("alamat"), columns.at(0), columns.width()), (None, Some("kode_wilayah"), 3));
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let error = find(&["nama_kim", "nama kim", "ketua umum", "dusun"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "kolom belum ada: kode_wilayah (atau desa)\nkolom tidak dikenal: ketua umum, dusun\n\
             padankan dengan --map \"kolom berkas=kolom daftar\", atau lewati dengan --ignore-unknown\n\
             kolom ganda: nama_kim\nkolom yang dikenal: nama_kim, kode_wilayah, desa, alamat"
        );
    }

    #[test]
    fn what_offices_call_a_column_and_what_the_caller_says_leads_to_it() {
        let columns = find(&["No.", "Nama Kelompok", "Desa"]).unwrap();
        assert_eq!((columns.place("nama_kim"), columns.place("desa"), columns.width()), (Some(1), Some(2), 3));
        let naming = Naming::of([("Sebutan".into(), "nama_kim".into()), ("Catatan".into(), "-".into())], false);
        let columns = find_by(&["sebutan", "kode wilayah", "CATATAN"], &naming).unwrap();
        assert_eq!((columns.place("nama_kim"), columns.at(2)), (Some(0), None));
        let lax = Naming::of([], true);
        assert_eq!(find_by(&["nama kim", "desa", "Keterangan"], &lax).unwrap().place("desa"), Some(1));
        let nowhere = Naming::of([("Sebutan".into(), "nama".into())], true);
        let error = find_by(&["nama kim", "desa"], &nowhere).unwrap_err();
        assert_eq!(error.nowhere, ["nama"]);
    }

    #[test]
    fn the_template_is_a_file_that_can_be_read() {
        assert_eq!(template(&LIST), "nama_kim;kode_wilayah;desa;alamat\nKIM A;14.01;;\n");
    }
}
