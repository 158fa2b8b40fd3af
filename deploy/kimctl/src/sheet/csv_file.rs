//! A CSV file as people have it: commas or semicolons, with or without a byte-order mark, and rows in a wrong encoding among good ones.

use std::io::{self, BufRead, BufReader, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::file::{FileError, Numbered, is_blank};

/// What Excel puts before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// From so many lines it is told how fields are separated: titles may stand above the header.
const LOOKED_AT: usize = 10;

/// Records one after another, each with the number that a spreadsheet shows for it.
pub struct CsvFile {
    reader: csv::Reader<Box<dyn Read + Send>>,
    /// Line breaks within fields so far: a spreadsheet shows such a record as one row.
    folded: u64,
}

impl CsvFile {
    /// Tells from the first lines how fields are separated.
    pub fn open(source: impl Read + Send + 'static) -> Result<Self, FileError> {
        let mut source = BufReader::new(source);
        let mut first = Vec::new();
        for _ in 0..LOOKED_AT {
            source.read_until(b'\n', &mut first)?;
        }
        let first = first.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&first).to_vec();
        let separator = separator(&first);
        // The last record ends like all others.
        let whole = io::Cursor::new(first).chain(source).chain(&b"\n"[..]);
        let whole: Box<dyn Read + Send> = Box::new(WithoutReturns(whole));
        let reader = ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(whole);
        Ok(Self { reader, folded: 0 })
    }

    /// The next record that is not blank.
    pub fn next_record(&mut self) -> Result<Option<Numbered>, FileError> {
        let mut fields = ByteRecord::new();
        while self.reader.read_byte_record(&mut fields)? {
            // The reader stands in the line after the record; where it stood before, blank lines may follow.
            self.folded += breaks(&fields);
            let row = self.reader.position().line().saturating_sub(1 + self.folded);
            let row = i64::try_from(row).unwrap_or(i64::MAX);
            if !is_blank(&fields) {
                return Ok(Some(Numbered { row, fields }));
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

/// The sign of which one line has most; when that is even, the one that more lines have.
fn separator(lines: &[u8]) -> u8 {
    let rank = |sign: u8| {
        let mut quoted = false;
        let mut counts = vec![0];
        for byte in lines {
            match *byte {
                b'"' => quoted = !quoted,
                b'\n' if !quoted => counts.push(0),
                byte if byte == sign && !quoted => *counts.last_mut().expect("there is a first line") += 1,
                _ => {}
            }
        }
        (counts.iter().copied().max().unwrap_or(0), counts.iter().filter(|count| **count > 0).count())
    };
    if rank(b';') > rank(b',') { b';' } else { b',' }
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
        let row = |number, cells: [&str; 2]| (number, cells.map(str::to_owned).to_vec());
        let expected = vec![row(1, ["nama", "kode"]), row(2, ["KIM A, B", "14.01"]), row(3, ["C", ""])];
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
        assert_eq!(numbers(b"a,b\n1,2\n\n3,4\n,\n5,6\n"), [1, 2, 4, 6]);
        assert_eq!(numbers(b"a,b\n\"x\ny\",2\n3,4\n"), [1, 2, 3]);
        assert_eq!(numbers(b"\n\na,b\n1,2\n"), [3, 4]);
    }

    #[test]
    fn titles_above_the_header_do_not_say_how_fields_are_separated() {
        let all = rows(b"Daftar KIM, Kabupaten Kampar, 2024\n\nnama;kode;alamat;telepon\nKIM A;14.01;Jalan A, B;\n");
        assert_eq!(all[1], (3, ["nama", "kode", "alamat", "telepon"].map(str::to_owned).to_vec()));
        assert_eq!(all[2].1[2], "Jalan A, B");
    }

    #[test]
    fn a_row_in_a_wrong_encoding_leaves_the_others() {
        let all = rows(b"a,b\n1,2\n\xe9t\xe9,2\n3,4\n");
        assert_eq!(all.len(), 4);
        assert_eq!(all[3], (4, vec!["3".to_owned(), "4".to_owned()]));
    }
}
