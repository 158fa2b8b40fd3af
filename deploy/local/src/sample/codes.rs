//! The lists of codes and the rubric of the sample nation: those that kimctl offers to begin with.

use std::{collections::BTreeSet, sync::LazyLock};

use time::{Date, macros::format_description};

use super::{month::Month, tide::BEGIN};

const TOPICS: &str = include_str!("../../../kimctl/lists/topic.csv");
const KINDS: &str = include_str!("../../../kimctl/lists/activity_kind.csv");
const RUBRIC: &str = include_str!("../../../kimctl/lists/sample_rubric.csv");

/// The rubric's name: a sample says that it is one.
pub const RUBRIC_CODE: &str = "contoh_kinerja";
pub const RUBRIC_NAME: &str = "Rubrik contoh kinerja KIM";
/// From then on communities are assessed by it.
pub const RUBRIC_FROM: Month = Month::new(2024, 1);
/// The best score.
pub const RUBRIC_SCALE: u8 = 4;

/// An entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub code: &'static str,
    pub name: &'static str,
    pub name_en: &'static str,
    /// Empty for none.
    pub parent: &'static str,
    pub valid_from: Date,
    pub literacy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Criterion {
    pub code: &'static str,
    pub name: &'static str,
    pub weight_percent: u32,
}

/// The topics that were known by the end of `year`.
#[must_use]
pub fn topics(year: i32) -> Vec<Entry> {
    entries(TOPICS).filter(|entry| entry.valid_from.year() <= year).collect()
}

/// The name of the topic that is called `code` in the list.
#[must_use]
pub fn topic_name(code: &str) -> &'static str {
    entries(TOPICS).find(|entry| entry.code == code).expect("a topic of the sample is in the list").name
}

/// The years in whose first days the list of topics grew, after the one in which the records begin.
#[must_use]
pub fn topics_grew() -> BTreeSet<i32> {
    entries(TOPICS).map(|entry| entry.valid_from.year()).filter(|year| *year > BEGIN.year()).collect()
}

#[must_use]
pub fn kinds() -> Vec<Entry> {
    entries(KINDS).collect()
}

/// In their order.
#[must_use]
pub fn criteria() -> &'static [Criterion] {
    static CRITERIA: LazyLock<Vec<Criterion>> = LazyLock::new(|| {
        let criterion = |[code, name, weight]: [&'static str; 3]| {
            let weight_percent = weight.parse().expect("a weight of the rubric is a number");
            Criterion { code, name, weight_percent }
        };
        rows(RUBRIC).map(criterion).collect()
    });
    &CRITERIA
}

fn entries(list: &'static str) -> impl Iterator<Item = Entry> {
    rows(list).map(|[code, name, name_en, parent, valid_from, _, literacy]| {
        let valid_from = Date::parse(valid_from, format_description!("[year]-[month]-[day]"));
        let valid_from = valid_from.expect("the lists write dates as ISO 8601 does");
        Entry { code, name, name_en, parent, valid_from, literacy: literacy == "ya" }
    })
}

/// The lines under the head, cell by cell: no cell of these lists has a semicolon.
fn rows<const N: usize>(list: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    list.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(';').collect();
        cells.try_into().expect("a line has as many cells as the head")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_read_whole() {
        assert_eq!(topics(2018).iter().map(|entry| entry.code).collect::<Vec<_>>(), ["layanan_publik", "ektp"]);
        assert_eq!(topics(2026).len(), TOPICS.lines().count() - 1);
        assert_eq!(topics_grew(), BTreeSet::from([2020, 2024, 2025]));
        assert_eq!(kinds().iter().filter(|kind| kind.literacy).count(), 1);
        assert_eq!(criteria().iter().map(|criterion| criterion.weight_percent).sum::<u32>(), 100);
    }
}
