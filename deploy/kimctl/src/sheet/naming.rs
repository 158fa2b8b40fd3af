//! What a file calls the columns of a list.

use super::columns::Column;

/// Columns that number the rows, and say nothing.
const NUMBERING: [&str; 4] = ["no", "nomor", "no_urut", "nomor_urut"];
/// What a caller's mapping leads to for a column that is not to be read.
const NOWHERE: &str = "-";

/// What the caller says of a file's columns, beside what is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Naming {
    /// Theirs, and ours or [`NOWHERE`].
    pairs: Vec<(String, String)>,
    ignore_unknown: bool,
}

/// What a column of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Column(&'static str),
    /// Nothing that is read.
    Nothing,
    Unknown,
}

impl Naming {
    /// Pairs of their name and ours, or a hyphen for what is not to be read.
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>, ignore_unknown: bool) -> Self {
        let pairs = pairs.into_iter().map(|(theirs, ours)| {
            let ours = if ours.trim() == NOWHERE { NOWHERE.to_owned() } else { normal(&ours) };
            (normal(&theirs), ours)
        });
        Self { pairs: pairs.collect(), ignore_unknown }
    }

    /// The caller's word goes first, then the list's own, then what offices say.
    pub(super) fn meaning(&self, raw: &str, list: &'static [Column]) -> Meaning {
        let name = normal(raw);
        let told = self.pairs.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| ours.as_str());
        if told == Some(NOWHERE) {
            return Meaning::Nothing;
        }
        let name = told.unwrap_or(&name);
        let column = list.iter().find(|column| column.name == name || column.synonyms.contains(&name));
        match column {
            Some(column) => Meaning::Column(column.name),
            // Spreadsheets leave empty columns at the end.
            None if name.is_empty() || NUMBERING.contains(&name) || self.ignore_unknown => Meaning::Nothing,
            None => Meaning::Unknown,
        }
    }

    /// What the mapping leads to, and the list does not have.
    pub(super) fn nowhere(&self, list: &[Column]) -> Vec<String> {
        let ours = self.pairs.iter().map(|(_, ours)| ours).filter(|ours| *ours != NOWHERE);
        ours.filter(|ours| !list.iter().any(|column| column.name == **ours)).cloned().collect()
    }
}

/// A column's name without regard to case, and to what stands between its words: `No. SK` is `no_sk`.
pub(super) fn normal(raw: &str) -> String {
    let words = raw.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}
