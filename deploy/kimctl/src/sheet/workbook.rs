//! An XLSX workbook, cell by cell as its spreadsheet shows it.

use std::io::{Read, Seek};

use calamine::{Data, Range, Reader, SheetVisible, Xlsx, open_workbook_from_rs};
use csv::ByteRecord;

use super::file::{FileError, Numbered, is_blank};

/// The records of one sheet, each with its row's number.
pub struct Workbook {
    cells: Range<Data>,
    /// Rows that were read.
    read: usize,
}

impl Workbook {
    /// The sheet of that name; without one, the only sheet that has anything on it.
    pub fn open<R: Read + Seek>(source: R, name: Option<&str>) -> Result<Self, FileError> {
        let mut workbook: Xlsx<R> = open_workbook_from_rs(source)?;
        let shown = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
        let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).collect();
        let mut filled = Vec::new();
        for sheet in names {
            if name.is_none_or(|name| name.trim().to_lowercase() == sheet.trim().to_lowercase()) {
                let cells = workbook.worksheet_range(&sheet)?;
                if !cells.is_empty() {
                    filled.push((sheet, cells));
                }
            }
        }
        if filled.len() > 1 {
            return Err(FileError::SheetUnclear(filled.into_iter().map(|(sheet, _)| sheet).collect()));
        }
        match (filled.pop(), name) {
            (Some((_, cells)), _) => Ok(Self { cells, read: 0 }),
            (None, Some(name)) => Err(FileError::NoSheet(name.to_owned(), workbook.sheet_names())),
            (None, None) => Err(FileError::Empty),
        }
    }

    /// The next record that is not blank.
    pub fn next_record(&mut self) -> Option<Numbered> {
        let (height, width) = self.cells.get_size();
        let above = self.cells.start().map_or(0, |(row, _)| i64::from(row));
        while self.read < height {
            let row = self.read;
            self.read += 1;
            let fields: ByteRecord =
                (0..width).map(|column| self.cells.get((row, column)).map(shown).unwrap_or_default()).collect();
            if !is_blank(&fields) {
                let row = above + i64::try_from(row).unwrap_or(i64::MAX) + 1;
                return Some(Numbered { row, fields });
            }
        }
        None
    }

    /// Rows read so far.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.read as u64
    }

    /// All rows.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.cells.height() as u64
    }
}

/// A cell as a spreadsheet in Indonesian shows it: days as `2019-03-14`, with the time if they have one, fractions behind a comma.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        // Whole numbers have no point there: 2771 is `2771`, and 1e15 is not meant.
        Data::Float(number) => number.to_string().replace('.', ","),
        Data::Bool(yes) => if *yes { "ya" } else { "tidak" }.to_owned(),
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
            moment(&format!("{year:04}-{month:02}-{day:02}"), &format!("{hour:02}:{minute:02}"))
        }
        Data::DateTime(span) => span.as_f64().to_string().replace('.', ","),
        Data::DateTimeIso(text) => match text.split_once('T') {
            Some((day, time)) => moment(day, time),
            None => text.clone(),
        },
        Data::Error(error) => error.to_string(),
    }
}

/// A spreadsheet keeps a day as its midnight.
fn moment(day: &str, time: &str) -> String {
    if time.starts_with("00:00") { day.to_owned() } else { format!("{day} {time}") }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use kim_fixture::{Cell, workbook};

    use super::*;

    fn rows(sheets: &[(&str, &[&[Cell]])], name: Option<&str>) -> Result<Vec<(i64, Vec<String>)>, FileError> {
        let mut book = Workbook::open(Cursor::new(workbook(sheets)), name)?;
        let mut rows = Vec::new();
        while let Some(record) = book.next_record() {
            let fields = record.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned());
            rows.push((record.row, fields.collect()));
        }
        assert_eq!(book.read(), book.size());
        Ok(rows)
    }

    #[test]
    fn cells_are_read_as_a_spreadsheet_shows_them() {
        let cells = [
            Cell::Text("KIM \"Pasir Huni\" & B"),
            Cell::Number(14.01),
            Cell::Day(43_538.0),
            Cell::Day(43_538.354_166_666_664),
            Cell::Number(43_538.0),
            Cell::Number(2_771.41),
            Cell::Number(25.0),
            Cell::Number(628_123_456_789.0),
            Cell::None,
            Cell::Text("-"),
        ];
        let read = rows(&[("Data", &[&cells])], None).unwrap();
        let expected = [
            "KIM \"Pasir Huni\" & B",
            "14,01",
            "2019-03-14",
            "2019-03-14 08:30",
            "43538",
            "2771,41",
            "25",
            "628123456789",
            "",
            "-",
        ];
        assert_eq!(read, [(1, expected.map(str::to_owned).to_vec())]);
    }

    #[test]
    fn rows_are_numbered_as_the_spreadsheet_numbers_them() {
        let blank: &[Cell] = &[];
        let text = |text| [Cell::Text(text)];
        let (first, second) = (text("a"), text("b"));
        let read = rows(&[("Data", &[blank, &first, blank, blank, &second])], None).unwrap();
        assert_eq!(read, [(2, vec!["a".to_owned()]), (5, vec!["b".to_owned()])]);
    }

    #[test]
    fn a_sheet_is_chosen_by_its_name_or_because_it_is_the_only_one() {
        let (kampar, siak) = ([Cell::Text("a")], [Cell::Text("b")]);
        let both: &[(&str, &[&[Cell]])] = &[("Kampar", &[&kampar]), ("Siak", &[&siak]), ("Sheet3", &[])];
        assert_eq!(rows(both, Some(" siak")).unwrap()[0].1, ["b"]);
        let unclear = rows(both, None).unwrap_err().to_string();
        assert_eq!(unclear, "berkas punya beberapa lembar: Kampar, Siak; pilih dengan --sheet");
        let unknown = rows(both, Some("Rokan")).unwrap_err().to_string();
        assert_eq!(unknown, "lembar \"Rokan\" tidak ada atau kosong; yang ada: Kampar, Siak, Sheet3");
        assert_eq!(rows(&[("Kosong", &[]), ("Siak", &[&siak])], None).unwrap().len(), 1);
        assert!(matches!(rows(&[("Kosong", &[])], None), Err(FileError::Empty)));
    }
}
