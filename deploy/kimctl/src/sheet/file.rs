//! A list's file, CSV or XLSX: its header, and the records below it.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use anyhow::Context;
use csv::ByteRecord;

use super::{
    Column, Columns, HeaderError, Reading,
    csv_file::CsvFile,
    naming::{Meaning, Naming},
    workbook::Workbook,
};

/// Titles may stand above the header, but not more rows than these down to it.
const HEADER_WITHIN: usize = 10;
/// What an XLSX file, being a ZIP file, begins with.
const ZIP: &[u8] = b"PK\x03\x04";
/// What a workbook begins with that Excel wrote until 2003.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";

/// Why a file is no list at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("berkas tidak terbaca: {0}")]
    Unreadable(#[from] io::Error),
    #[error("berkas kosong: salah satu baris teratas harus berisi nama kolom")]
    Empty,
    #[error("baris judul bukan UTF-8: simpan ulang berkas sebagai \"CSV UTF-8\"")]
    HeaderEncoding,
    #[error("judul kolom di baris {row}:\n{error}")]
    Header { row: i64, error: Box<HeaderError> },
    #[error("berkas bukan CSV: {0}")]
    Malformed(#[from] csv::Error),
    #[error("berkas bukan XLSX yang utuh: {0}")]
    Broken(#[from] calamine::XlsxError),
    #[error("berkas XLS lama tidak dibaca: simpan ulang sebagai XLSX atau \"CSV UTF-8\"")]
    Old,
    #[error("berkas punya beberapa lembar: {}; pilih dengan --sheet", .0.join(", "))]
    SheetUnclear(Vec<String>),
    #[error("lembar \"{0}\" tidak ada atau kosong; yang ada: {list}", list = .1.join(", "))]
    NoSheet(String, Vec<String>),
}

/// A record with the number of its row, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    pub row: i64,
    pub fields: ByteRecord,
}

/// A file whose header is right. Its records come one after another.
pub struct Sheet {
    source: Source,
    columns: Columns,
    /// Records below the header that were read while it was looked for.
    ahead: VecDeque<Numbered>,
    size: u64,
}

enum Source {
    Csv(CsvFile),
    Workbook(Workbook),
}

impl Source {
    fn next_record(&mut self) -> Result<Option<Numbered>, FileError> {
        match self {
            Self::Csv(file) => file.next_record(),
            Self::Workbook(book) => Ok(book.next_record()),
        }
    }
}

impl Sheet {
    /// Opens a file as the caller says it is to be read.
    pub fn open(path: &Path, list: &'static [Column], reading: &Reading) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("{} tidak dapat dibuka", path.display()))?;
        Self::of(file, list, &reading.naming()?, reading.sheet.as_deref()).with_context(|| path.display().to_string())
    }

    /// What a file is, it says itself, whatever its name ends in.
    pub fn of(
        mut file: impl Read + Seek + Send + 'static,
        list: &'static [Column],
        naming: &Naming,
        name: Option<&str>,
    ) -> Result<Self, FileError> {
        let mut begins = Vec::new();
        file.by_ref().take(4).read_to_end(&mut begins)?;
        let bytes = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        let (mut source, size) = match begins.as_slice() {
            ZIP => {
                let book = Workbook::open(io::BufReader::new(file), name)?;
                let size = book.size();
                (Source::Workbook(book), size)
            }
            COMPOUND => return Err(FileError::Old),
            _ => (Source::Csv(CsvFile::open(file)?), bytes),
        };
        let mut ahead = VecDeque::new();
        while ahead.len() < HEADER_WITHIN
            && let Some(record) = source.next_record()?
        {
            ahead.push_back(record);
        }
        let header = header_among(&mut ahead, list, naming)?;
        let names = header.fields.iter().map(|field| std::str::from_utf8(field).map(str::to_owned));
        let names = names.collect::<Result<Vec<_>, _>>().map_err(|_| FileError::HeaderEncoding)?;
        let columns = Columns::find(&names, list, naming);
        let columns = columns.map_err(|error| FileError::Header { row: header.row, error: Box::new(error) })?;
        Ok(Self { source, columns, ahead, size })
    }

    /// Where each column stands.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The next record that is not blank.
    pub fn next_record(&mut self) -> Result<Option<Numbered>, FileError> {
        match self.ahead.pop_front() {
            Some(record) => Ok(Some(record)),
            None => self.source.next_record(),
        }
    }

    /// How much of [`Self::size`] was read.
    #[must_use]
    pub fn read(&self) -> u64 {
        match &self.source {
            Source::Csv(file) => file.read(),
            Source::Workbook(book) => book.read(),
        }
    }

    /// How much there is to read, in bytes or in rows.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// Takes the header out of the first records, and what stands above it: the record of which most cells are columns' names, or
/// the first one.
fn header_among(
    records: &mut VecDeque<Numbered>,
    list: &'static [Column],
    naming: &Naming,
) -> Result<Numbered, FileError> {
    let known = |record: &Numbered| {
        let meanings = record.fields.iter().map(|field| naming.meaning(&String::from_utf8_lossy(field), list));
        meanings.filter(|meaning| matches!(meaning, Meaning::Column(_))).count()
    };
    let best = records.iter().enumerate().max_by_key(|(place, record)| (known(record), std::cmp::Reverse(*place)));
    let place = best.map(|(place, _)| place).ok_or(FileError::Empty)?;
    records.drain(..place);
    records.pop_front().ok_or(FileError::Empty)
}

pub(super) fn is_blank(fields: &ByteRecord) -> bool {
    fields.iter().all(|field| field.trim_ascii().is_empty())
}
