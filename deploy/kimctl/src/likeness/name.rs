//! A community's name, taken apart so that two can be compared.

use std::collections::BTreeSet;

use kim_territory::{Level, RegionCode, Territory};
use strsim::jaro_winkler;

/// Words for kinds of regions, which some write before a village's name and others leave out.
const KINDS: [&str; 8] = ["desa", "kelurahan", "kalurahan", "kel", "kecamatan", "kec", "kabupaten", "kab"];
/// How communities with one name count themselves through.
const NUMERALS: [&str; 9] = ["ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];

/// A name without case, punctuation, and the word for "KIM".
#[derive(Debug, Clone)]
pub struct Name {
    key: String,
    whole: Spelling,
    /// Without the places in which the seat lies, and the words for their kinds.
    bare: Spelling,
    numbers: BTreeSet<String>,
    /// Whether the name of the seat is a part of it.
    says_seat: bool,
}

/// Words written together, as they come and in order.
#[derive(Debug, Clone)]
struct Spelling {
    joined: String,
    ordered: String,
}

impl Spelling {
    fn of(words: &[&str]) -> Self {
        let mut ordered = words.to_vec();
        ordered.sort_unstable();
        Self { joined: words.concat(), ordered: ordered.concat() }
    }

    fn likeness(&self, other: &Self) -> f64 {
        jaro_winkler(&self.joined, &other.joined).max(jaro_winkler(&self.ordered, &other.ordered))
    }
}

impl Name {
    #[must_use]
    pub fn new(name: &str, seat: RegionCode) -> Self {
        let lower = name.to_lowercase();
        let all: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let key = own(&all).concat();
        // `Kelompok Informasi Masyarakat (KIM) Sumber Makmur`
        let words = own(own(&all));
        let mut bare: Vec<&str> = words.to_vec();
        let mut says_seat = false;
        for area in seat.ancestors().filter(|area| area.level() >= Level::Regency) {
            let taken =
                Territory::current().get(&area).is_some_and(|region| take_out(&mut bare, bare_name(region.name)));
            says_seat |= taken && area == seat;
        }
        bare.retain(|word| !KINDS.contains(word));
        if bare.is_empty() {
            bare = words.iter().copied().filter(|word| !KINDS.contains(word)).collect();
        }
        let is_number = |word: &&str| NUMERALS.contains(word) || word.bytes().any(|byte| byte.is_ascii_digit());
        Self {
            key,
            whole: Spelling::of(words),
            bare: Spelling::of(&bare),
            numbers: words.iter().filter(|word| is_number(word)).map(|word| (*word).to_owned()).collect(),
            says_seat,
        }
    }

    /// What the registry calls one name: two that share it cannot both be at one seat.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How alike two names are, 0 to 1; at one place it does not count whether they name it.
    #[must_use]
    pub fn likeness(&self, other: &Self, at_one_place: bool) -> f64 {
        if self.numbers != other.numbers {
            return 0.0;
        }
        let (whole, bare) = (self.whole.likeness(&other.whole), self.bare.likeness(&other.bare));
        match (at_one_place, self.says_seat && other.says_seat) {
            (true, true) => bare,
            (true, false) => whole.max(bare),
            (false, _) => whole,
        }
    }

    /// Whether it is named by the seat where it is.
    #[must_use]
    pub fn says_seat(&self) -> bool {
        self.says_seat
    }
}

/// The words after the one for "KIM", as the registry takes it off; all when nothing is left.
fn own<'w, 'n>(words: &'w [&'n str]) -> &'w [&'n str] {
    match words {
        ["komunitas" | "kelompok", "informasi", "masyarakat", own @ ..] | ["kim", own @ ..] if !own.is_empty() => own,
        all => all,
    }
}

/// A regency's name without its kind.
fn bare_name(name: &str) -> &str {
    name.strip_prefix("Kabupaten ").or_else(|| name.strip_prefix("Kota ")).unwrap_or(name)
}

/// Takes a place's name out of the words, written in one or in several; whether it was there.
fn take_out(words: &mut Vec<&str>, place: &str) -> bool {
    let place: String = place.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let runs = (0..words.len()).flat_map(|from| (from + 1..=words.len()).map(move |to| from..to));
    let found = runs.into_iter().find(|run| words[run.clone()].concat() == place);
    found.is_some_and(|run| words.drain(run).count() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Name {
        Name::new(name, "14.01.01.2009".parse().unwrap())
    }

    #[test]
    fn spellings_of_one_name_share_a_key_as_they_do_in_the_registry() {
        for spelling in ["KIM Pasir Huni", "kim \"Pasirhuni\"", "Kelompok Informasi Masyarakat Pasir-Huni"] {
            assert_eq!(name(spelling).key(), "pasirhuni", "{spelling}");
        }
        assert_eq!((name("Kimia Desa").key(), name("KIM").key()), ("kimiadesa", "kim"));
    }

    #[test]
    fn a_name_knows_whether_it_says_its_seat() {
        assert!(name("KIM Kumantan Jaya").says_seat() && name("KIM Desa KUMANTAN").says_seat());
        assert!(!name("KIM Bangkinang Kota").says_seat(), "its district");
        assert!(!name("KIM Sumber Makmur").says_seat());
    }
}
