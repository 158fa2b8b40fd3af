//! One record's cells, and what cannot be read of them.

use csv::ByteRecord;
use kim_contract::{dissemination::v1::ReportProblem, registry::v1::RowProblem, r#type::v1 as pbt};
use prost_types::Timestamp;
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::Columns;
use crate::{
    dates::{self, BadDate},
    moments, times,
};

/// A bad cell, by the name of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Empty when it is the whole row.
    pub column: String,
    /// A constant in `SCREAMING_SNAKE_CASE`.
    pub reason: String,
    pub message: String,
    pub remedy: String,
}

impl Problem {
    #[must_use]
    pub fn new(column: &str, reason: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { column: column.into(), reason: reason.into(), message: message.into(), remedy: remedy.into() }
    }

    /// A problem that the registry found, under the name of the column that its field came from.
    #[must_use]
    pub fn of_registry(problem: RowProblem, column: &str) -> Self {
        Self { column: column.into(), reason: problem.reason, message: problem.message, remedy: problem.remedy }
    }

    /// The same of dissemination's.
    #[must_use]
    pub fn of_dissemination(problem: ReportProblem, column: &str) -> Self {
        Self { column: column.into(), reason: problem.reason, message: problem.message, remedy: problem.remedy }
    }
}

/// The cells of a record as text; empty ones and those with a lone hyphen are absent.
pub struct Cells<'r> {
    columns: &'r Columns,
    texts: Vec<&'r str>,
    problems: Vec<Problem>,
}

impl<'r> Cells<'r> {
    /// The record's cells, or what makes it unreadable as a whole.
    pub fn read(columns: &'r Columns, record: &'r ByteRecord) -> Result<Self, Vec<Problem>> {
        if record.len() != columns.width() {
            let message = format!("Baris ini punya {} kolom, padahal judulnya {}.", record.len(), columns.width());
            let remedy = "Periksa tanda pemisah dan tanda kutip di baris ini.";
            return Err(vec![Problem::new("", "COLUMN_COUNT", message, remedy)]);
        }
        let mut texts = Vec::with_capacity(record.len());
        let mut problems = Vec::new();
        for (place, bytes) in record.iter().enumerate() {
            if let Ok(text) = std::str::from_utf8(bytes) {
                texts.push(text.trim());
            } else {
                texts.push("");
                let column = columns.at(place).unwrap_or_default();
                problems.push(Problem::new(
                    column,
                    "WRONG_ENCODING",
                    "Isinya bukan UTF-8.",
                    "Simpan ulang berkas sebagai \"CSV UTF-8\", atau ketik ulang isinya.",
                ));
            }
        }
        if problems.is_empty() { Ok(Self { columns, texts, problems }) } else { Err(problems) }
    }

    /// A cell's text; empty when it is absent.
    #[must_use]
    pub fn text(&self, column: &str) -> &'r str {
        match self.columns.place(column).map(|place| self.texts[place]) {
            None | Some("-" | "–") => "",
            Some(text) => text,
        }
    }

    /// The text of a cell that must not be empty.
    pub fn required(&mut self, column: &str) -> &'r str {
        let text = self.text(column);
        if text.is_empty() {
            self.problems.push(Problem::new(
                column,
                "CELL_EMPTY",
                "Isinya kosong.",
                "Isi selnya, atau hapus barisnya.",
            ));
        }
        text
    }

    /// An id that must be there.
    pub fn id(&mut self, column: &str, whose: &str) -> String {
        let text = self.required(column);
        if !text.is_empty() && text.parse::<Uuid>().is_err() {
            let remedy = "Salin nomornya apa adanya, misalnya 018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d.";
            self.problems.push(Problem::new(
                column,
                "ID_MALFORMED",
                format!("\"{text}\" bukan nomor {whose}."),
                remedy,
            ));
        }
        text.to_owned()
    }

    /// A date as people write it: `2019-03-14`, `14/03/2019` or `14-03-2019`, with a time of day or without; or as spreadsheets
    /// count it.
    pub fn date(&mut self, column: &str) -> Option<pbt::Date> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let day = text.split_once([' ', 'T']).filter(|(_, time)| time.contains(':')).map_or(text, |(day, _)| day);
        match dates::serial(day).map_or_else(|| dates::parse(day), Ok) {
            Ok(date) => Some(dates::to_proto(date)),
            Err(why) => {
                let remedy = "Tulis tahun-bulan-hari 2019-03-14, atau hari/bulan/tahun 14/03/2019.";
                self.undated(column, text, why, remedy);
                None
            }
        }
    }

    fn undated(&mut self, column: &str, text: &str, why: BadDate, remedy: &str) {
        let (reason, message) = match why {
            BadDate::Form => ("DATE_MALFORMED", format!("\"{text}\" bukan tanggal.")),
            BadDate::Calendar => ("DATE_INVALID", format!("Tanggal \"{text}\" tidak ada di kalender.")),
        };
        self.problems.push(Problem::new(column, reason, message, remedy));
    }

    /// A moment as people write it, `14/03/2019 08.30`, or a date as [`Self::date`] takes one: its end, or now.
    pub fn moment(&mut self, column: &str, now: OffsetDateTime) -> Option<Timestamp> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let day = dates::serial(text).map(|day| day.to_string());
        match moments::parse(day.as_deref().unwrap_or(text), now) {
            Ok(moment) => Some(times::to_proto(moment)),
            Err(why) => {
                self.undated(column, text, why, "Tulis tanggal dengan jamnya, misalnya 14/03/2019 08.30.");
                None
            }
        }
    }

    /// A whole number, thousands with points or without: `1250`, `1.250`, `1.250,00`; 0 when it is absent.
    pub fn number(&mut self, column: &str) -> i32 {
        let text = self.text(column);
        if text.is_empty() {
            return 0;
        }
        if let Some(number) = number(text) {
            return number;
        }
        let message = format!("\"{text}\" bukan bilangan bulat.");
        self.problems.push(Problem::new(column, "NUMBER_MALFORMED", message, "Tulis angka saja, misalnya 25."));
        0
    }

    /// One of the words of a list; `absent` when the cell is empty.
    pub fn word<T: Copy>(&mut self, column: &str, words: &[(&str, T)], absent: T) -> T {
        let text = self.text(column);
        if text.is_empty() {
            return absent;
        }
        let lower = text.to_lowercase();
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == lower) {
            return *value;
        }
        let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let remedy = format!("Pilih salah satu: {}.", allowed.join(", "));
        self.problems.push(Problem::new(column, "WORD_UNKNOWN", format!("\"{text}\" tidak dikenal."), remedy));
        absent
    }

    /// Notes what is wrong with a cell that was read elsewhere.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// What could not be read.
    #[must_use]
    pub fn problems(self) -> Vec<Problem> {
        self.problems
    }
}

fn number(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let digits = match digits.split_once(',') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => digits,
    };
    let groups: Vec<&str> = digits.split('.').collect();
    let all_digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    if !all_digits || !grouped {
        return None;
    }
    groups.concat().parse::<i32>().ok().map(|number| number * sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_and_without_points() {
        for (text, value) in
            [("25", 25), ("1.250", 1_250), ("2.771.004", 2_771_004), ("2.771,00", 2_771), ("-5", -5), ("0", 0)]
        {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["1.25", "1,5", "2.771,41", "25,", "25 orang", "1..000", "--5", "", "99999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
