//! A CSV file as people have it: commas or semicolons, with or without a byte-order mark, and rows in a wrong encoding among good ones.

use std::io::{self, BufRead, BufReader, Read};

use csv::{ByteRecord, ReaderBuilder};

/// What Excel puts before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a file is no list at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("berkas tidak terbaca: {0}")]
    Unreadable(#[from] io::Error),
    #[error("berkas kosong: baris pertama harus berisi nama kolom")]
    Empty,
    #[error("baris pertama bukan UTF-8: simpan ulang berkas sebagai \"CSV UTF-8\"")]
    HeaderEncoding,
    #[error("berkas bukan CSV: {0}")]
    Malformed(#[from] csv::Error),
}

/// Records one after another, each with the number that a spreadsheet shows for it.
pub struct CsvFile {
    reader: csv::Reader<Box<dyn Read + Send>>,
    header: Vec<String>,
    /// Line breaks within fields so far: a spreadsheet shows such a record as one row.
    folded: u64,
}

/// A record with its row number, from 2: the header is row 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    pub row: i64,
    pub fields: ByteRecord,
}

impl CsvFile {
    /// Reads the header, and tells from it how fields are separated.
    pub fn open(source: impl Read + Send + 'static) -> Result<Self, FileError> {
        let mut source = BufReader::new(source);
        let mut first = Vec::new();
        source.read_until(b'\n', &mut first)?;
        let line = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&first).to_vec();
        let separator = separator(&line);
        // The last record ends like all others.
        let whole = io::Cursor::new(line).chain(source).chain(&b"\n"[..]);
        let whole: Box<dyn Read + Send> = Box::new(WithoutReturns(whole));
        let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(whole);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record)? {
            return Err(FileError::Empty);
        }
        let header = record.iter().map(|field| std::str::from_utf8(field).map(str::to_owned));
        let header = header.collect::<Result<Vec<_>, _>>().map_err(|_| FileError::HeaderEncoding)?;
        if header.iter().all(|name| name.trim().is_empty()) {
            return Err(FileError::Empty);
        }
        Ok(Self { reader, header, folded: breaks(&record) })
    }

    /// The names of the columns, as they stand there.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The next record that is not blank.
    pub fn next_record(&mut self) -> Result<Option<Numbered>, FileError> {
        let mut record = ByteRecord::new();
        while self.reader.read_byte_record(&mut record)? {
            // The reader stands in the line after the record; where it stood before, blank lines may follow.
            self.folded += breaks(&record);
            let row = self.reader.position().line().saturating_sub(1 + self.folded);
            let row = i64::try_from(row).unwrap_or(i64::MAX);
            if record.iter().any(|field| !field.trim_ascii().is_empty()) {
                return Ok(Some(Numbered { row, fields: record }));
            }
        }
        Ok(None)
    }

    /// Bytes read so far.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.reader.position().byte()
    }
}

/// Lines as everybody else ends them: without carriage returns, which would hide where the reader stands.
struct WithoutReturns<R>(R);

impl<R: Read> Read for WithoutReturns<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.0.read(buffer)?;
            let mut kept = 0;
            for i in 0..read {
                if buffer[i] != b'\r' {
                    buffer[kept] = buffer[i];
                    kept += 1;
                }
            }
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

/// The sign that stands more often between names.
fn separator(header: &[u8]) -> u8 {
    let mut quoted = false;
    let (mut commas, mut semicolons) = (0, 0);
    for byte in header {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => commas += 1,
            b';' if !quoted => semicolons += 1,
            _ => {}
        }
    }
    if semicolons > commas { b';' } else { b',' }
}

fn breaks(record: &ByteRecord) -> u64 {
    record.iter().flatten().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<(i64, Vec<String>)> {
        let mut file = CsvFile::open(io::Cursor::new(text.to_vec())).unwrap();
        let mut rows = Vec::new();
        while let Some(record) = file.next_record().unwrap() {
            let fields = record.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned());
            rows.push((record.row, fields.collect()));
        }
        rows
    }

    #[test]
    fn commas_and_semicolons_with_and_without_a_mark_say_the_same() {
        let expected =
            vec![(2, vec!["KIM A, B".to_owned(), "14.01".to_owned()]), (3, vec!["C".to_owned(), String::new()])];
        for text in [
            &b"nama,kode\n\"KIM A, B\",14.01\nC,\n"[..],
            b"nama;kode\nKIM A, B;14.01\nC;\n",
            b"\xef\xbb\xbfnama,kode\r\n\"KIM A, B\",14.01\r\nC,\r\n",
            b"\xef\xbb\xbfnama;kode\r\n\"KIM A, B\";14.01\r\nC;",
        ] {
            assert_eq!(rows(text), expected, "{:?}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let numbers = |text: &[u8]| rows(text).into_iter().map(|(row, _)| row).collect::<Vec<_>>();
        assert_eq!(numbers(b"a,b\n1,2\n\n3,4\n,\n5,6\n"), [2, 4, 6]);
        assert_eq!(numbers(b"a,b\n\"x\ny\",2\n3,4\n"), [2, 3]);
    }

    #[test]
    fn a_row_in_a_wrong_encoding_leaves_the_others() {
        let all = rows(b"a,b\n1,2\n\xe9t\xe9,2\n3,4\n");
        assert_eq!(all.len(), 3);
        assert_eq!(all[2], (4, vec!["3".to_owned(), "4".to_owned()]));
    }

    #[test]
    fn what_is_no_list_is_said() {
        assert!(matches!(CsvFile::open(io::Cursor::new(b"")), Err(FileError::Empty)));
        assert!(matches!(CsvFile::open(io::Cursor::new(b",,\n")), Err(FileError::Empty)));
        assert!(matches!(CsvFile::open(io::Cursor::new(b"nam\xe9,b\n")), Err(FileError::HeaderEncoding)));
    }
}
