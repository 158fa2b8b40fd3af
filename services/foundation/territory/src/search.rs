//! Search by name, as people type names: without regard to case, accents, spaces and punctuation.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::{Kind, Level, Region, RegionCode, RegionList, Territory};

/// What everyone calls a province, where its official name and its tile's label don't say it.
const EVERYDAY_NAMES: [(&str, &str); 2] = [("31", "dkijakarta"), ("34", "diyogyakarta")];

/// Words that people put before a name to say what they mean, and the kinds that each can mean.
const KIND_WORDS: [(&str, &[Kind]); 14] = [
    ("provinsi", &[Kind::Province]),
    ("prov", &[Kind::Province]),
    ("kabupaten", &[Kind::Kabupaten]),
    ("kab", &[Kind::Kabupaten]),
    ("kota", &[Kind::Kota]),
    ("kecamatan", &[Kind::District]),
    ("kec", &[Kind::District]),
    ("distrik", &[Kind::District]),
    ("kapanewon", &[Kind::District]),
    ("kemantren", &[Kind::District]),
    ("kelurahan", &[Kind::Kelurahan]),
    ("kel", &[Kind::Kelurahan]),
    ("kalurahan", &[Kind::Desa]),
    ("desa", &[Kind::Desa, Kind::DesaAdat]),
];

/// The folded names of a territory, one a line, in the order of its codes.
pub(crate) struct SearchIndex {
    lines: String,
    /// Where each line begins, and the end.
    starts: Vec<u32>,
}

/// How well a name fits; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    Prefix,
    Contains,
}

impl Territory {
    /// The regions whose name holds the text, or whose code it is; the best first: exact, then beginning with it, then
    /// containing it, and higher ranks first in each.
    ///
    /// Case, accents, spaces and punctuation don't count: `Pasir Huni` finds Pasirhuni. A name without its kind finds all
    /// (`Malang` Kota Malang and Kabupaten Malang), and a kind before it (`kab. Malang`) only those.
    #[must_use]
    pub fn search(&self, text: &str, within: Option<RegionCode>, limit: usize) -> Vec<Region<'_>> {
        let mut hits = self.hits(text, within.unwrap_or(RegionCode::NATION));
        hits.sort_unstable();
        hits.into_iter().take(limit).map(|(_, place)| self.list().region(place)).collect()
    }

    /// The regions of a rank in an area that bear this name, spelt as for [`Self::search`]; by code.
    #[must_use]
    pub fn named(&self, name: &str, level: Level, within: RegionCode) -> Vec<Region<'_>> {
        let exact = self.hits(name, within).into_iter().filter(|(fit, _)| *fit == Fit::Exact);
        exact.map(|(_, place)| self.list().region(place)).filter(|region| region.level() == level).collect()
    }

    /// Where the text is found and how well it fits there, each place once, by code.
    fn hits(&self, text: &str, within: RegionCode) -> Vec<(Fit, usize)> {
        let mut hits: Vec<(Fit, usize)> = Vec::new();
        let query = fold(text);
        self.collect(&query, within, None, &mut hits);
        if let Some((kinds, rest)) = kind_and_name(text) {
            self.collect(&rest, within, Some(kinds), &mut hits);
        }
        for region in self.within(&within, Level::Province) {
            let everyday = EVERYDAY_NAMES.iter().any(|(code, name)| *name == query && *code == region.code.undotted());
            let label = region.short_label().is_some_and(|label| fold(label) == query);
            if everyday || label {
                hits.push((Fit::Exact, self.place(region.code)));
            }
        }
        if let Some(region) = text.parse().ok().filter(|code| within.contains(code)).and_then(|code| self.get(&code)) {
            hits.push((Fit::Exact, self.place(region.code)));
        }
        // The order of codes is by rank already.
        hits.sort_unstable_by_key(|(fit, place)| (*place, *fit));
        hits.dedup_by_key(|(_, place)| *place);
        hits
    }

    fn place(&self, code: RegionCode) -> usize {
        self.list().range(code, code.level()).start
    }

    fn collect(&self, query: &str, within: RegionCode, kinds: Option<&[Kind]>, hits: &mut Vec<(Fit, usize)>) {
        if query.is_empty() {
            return;
        }
        let index = self.search_index.get_or_init(|| SearchIndex::of(self.list()));
        for level in Level::ALL {
            index.find(query, self.list().range(within, level), |fit, place| {
                if kinds.is_none_or(|kinds| kinds.contains(&self.list().region(place).kind)) {
                    hits.push((fit, place));
                }
            });
        }
    }
}

impl SearchIndex {
    fn of(list: &RegionList) -> Self {
        let regions = list.rank(Level::Village).end;
        let mut lines = String::new();
        let mut starts = Vec::with_capacity(regions + 1);
        for place in 0..regions {
            starts.push(u32::try_from(lines.len()).expect("all names together are below 4 GB"));
            lines.push_str(&fold(bare(&list.region(place))));
            lines.push('\n');
        }
        starts.push(u32::try_from(lines.len()).expect("all names together are below 4 GB"));
        lines.shrink_to_fit();
        Self { lines, starts }
    }

    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.lines.capacity() + self.starts.capacity() * size_of::<u32>()
    }

    fn find(&self, query: &str, places: Range<usize>, mut hit: impl FnMut(Fit, usize)) {
        let begin = self.starts[places.start] as usize;
        let end = self.starts[places.end] as usize;
        for (offset, _) in self.lines[begin..end].match_indices(query) {
            let from = begin + offset;
            // Each line begins at its start, so the one before the next greater start is the line of this match.
            let place = self.starts.partition_point(|start| *start as usize <= from) - 1;
            let at_start = self.starts[place] as usize == from;
            let at_end = self.starts[place + 1] as usize == from + query.len() + 1;
            hit(
                match (at_start, at_end) {
                    (true, true) => Fit::Exact,
                    (true, false) => Fit::Prefix,
                    _ => Fit::Contains,
                },
                place,
            );
        }
    }
}

/// A regency's name without the kind that it begins with.
fn bare<'t>(region: &Region<'t>) -> &'t str {
    let prefix = match region.kind {
        Kind::Kabupaten => "Kabupaten ",
        Kind::Kota => "Kota ",
        _ => return region.name,
    };
    region.name.strip_prefix(prefix).unwrap_or(region.name)
}

fn kind_and_name(text: &str) -> Option<(&'static [Kind], String)> {
    let (word, name) = text.trim_start().split_once(|c: char| c == '.' || c.is_whitespace())?;
    let word = fold(word);
    let (_, kinds) = KIND_WORDS.iter().find(|(kind_word, _)| *kind_word == word)?;
    Some((kinds, fold(name)))
}

/// Letters and digits only, small, without accents.
pub(crate) fn fold(text: &str) -> String {
    folded(text).collect()
}

/// Whether [`fold`] makes this of a text; faster than folding it.
pub(crate) fn folds_to(text: &str, name: &str) -> bool {
    folded(text).eq(name.chars())
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.nfd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// Whether two names differ in nothing but case, accents, spaces and punctuation.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one == other || folded(one).eq(folded(other))
}
