//! The regions of one decree: looked up by code, walked, counted.

use std::fmt;
use std::io::Read;
use std::ops::Range;
use std::sync::OnceLock;

use flate2::read::ZlibDecoder;
use sha2::{Digest, Sha256};

use crate::search::SearchIndex;
use crate::{Decree, Kind, Level, Region, RegionCode};

/// All regions of one decree. Loaded when first asked for, once a process.
pub struct Territory {
    decree: Decree,
    /// By rank, and by code within a rank: what lies in a region is one range of each rank below it.
    codes: Vec<RegionCode>,
    /// Where each rank begins in `codes`, and the end.
    ranks: [usize; Level::ALL.len() + 1],
    /// All names in the order of `codes`, one after another.
    names: String,
    /// Where each name ends in `names`.
    name_ends: Vec<u32>,
    pub(crate) search_index: OnceLock<SearchIndex>,
}

impl Territory {
    /// The territory of a decree.
    #[must_use]
    pub fn of(decree: Decree) -> &'static Self {
        static TERRITORIES: [OnceLock<Territory>; Decree::ALL.len()] = [const { OnceLock::new() }; Decree::ALL.len()];
        TERRITORIES[decree as usize].get_or_init(|| Self::unpack(decree))
    }

    /// The territory in force.
    #[must_use]
    pub fn current() -> &'static Self {
        Self::of(Decree::CURRENT)
    }

    #[must_use]
    pub const fn decree(&self) -> Decree {
        self.decree
    }

    /// The region of a code, or `None` when this decree knows no such code.
    #[must_use]
    pub fn get(&self, code: &RegionCode) -> Option<Region<'_>> {
        let rank = self.rank(code.level());
        let offset = self.codes[rank.clone()].binary_search(code).ok()?;
        Some(self.region(rank.start + offset))
    }

    /// The whole of Indonesia.
    #[must_use]
    pub fn nation(&self) -> Region<'_> {
        self.region(0)
    }

    /// What lies directly below a region, by code. Empty for a village and for an unknown code.
    pub fn children(&self, code: &RegionCode) -> impl ExactSizeIterator<Item = Region<'_>> + use<'_> {
        let range = code.level().below().map_or(0..0, |level| self.range(*code, level));
        range.map(|i| self.region(i))
    }

    /// All regions of a rank inside a region (that one too, if it is of that rank), by code.
    pub fn within(&self, code: &RegionCode, level: Level) -> impl ExactSizeIterator<Item = Region<'_>> + use<'_> {
        self.range(*code, level).map(|i| self.region(i))
    }

    /// How many regions of a rank lie inside a region, in O(log n).
    #[must_use]
    pub fn count(&self, within: &RegionCode, level: Level) -> usize {
        self.range(*within, level).len()
    }

    /// SHA-256 over the list of codes: each dotted code and a line feed, in the order of [`RegionCode`].
    pub(crate) fn digest(&self) -> String {
        let mut codes = self.codes.clone();
        codes.sort_unstable();
        let mut hash = Sha256::new();
        for code in codes {
            hash.update(format!("{code}\n"));
        }
        hash.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    }

    pub(crate) fn region(&self, i: usize) -> Region<'_> {
        let code = self.codes[i];
        Region { code, name: self.name(i), kind: kind(code), territory: self }
    }

    pub(crate) fn name(&self, i: usize) -> &str {
        let start = i.checked_sub(1).map_or(0, |before| self.name_ends[before] as usize);
        &self.names[start..self.name_ends[i] as usize]
    }

    pub(crate) fn rank(&self, level: Level) -> Range<usize> {
        self.ranks[level as usize]..self.ranks[level as usize + 1]
    }

    /// The places in `codes` of the regions of a rank that lie inside a region.
    pub(crate) fn range(&self, within: RegionCode, level: Level) -> Range<usize> {
        if level < within.level() {
            return 0..0;
        }
        let rank = self.rank(level);
        let (first, last) = within.bounds(level);
        let codes = &self.codes[rank.clone()];
        let from = codes.partition_point(|code| *code < first);
        let to = codes.partition_point(|code| *code <= last);
        rank.start + from..rank.start + to
    }

    fn unpack(decree: Decree) -> Self {
        let mut list = String::new();
        ZlibDecoder::new(packed(decree)).read_to_string(&mut list).expect("the build script packed valid UTF-8");
        let rows = list.bytes().filter(|b| *b == b'\n').count();
        let mut codes = Vec::with_capacity(rows);
        let mut name_ends = Vec::with_capacity(rows);
        let mut names = String::with_capacity(list.len());
        for line in list.lines() {
            let (code, name) = line.split_once('\t').expect("the build script wrote a code and a name on each line");
            codes.push(code.parse::<RegionCode>().expect("the lists hold valid codes only"));
            names.push_str(name);
            name_ends.push(u32::try_from(names.len()).expect("all names together are below 4 GB"));
        }
        names.shrink_to_fit();
        let mut ranks = [codes.len(); Level::ALL.len() + 1];
        for level in Level::ALL {
            ranks[level as usize] = codes.partition_point(|code| code.level() < level);
        }
        Self { decree, codes, ranks, names, name_ends, search_index: OnceLock::new() }
    }
}

impl fmt::Debug for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Territory({})", self.decree)
    }
}

const fn packed(decree: Decree) -> &'static [u8] {
    match decree {
        Decree::D2022 => include_bytes!(concat!(env!("OUT_DIR"), "/2022")),
        Decree::D2023 => include_bytes!(concat!(env!("OUT_DIR"), "/2023")),
        Decree::D2025 => include_bytes!(concat!(env!("OUT_DIR"), "/2025")),
    }
}

/// The ministry's numbering: a regency below 70 is a kabupaten, a village's first digit is its kind.
fn kind(code: RegionCode) -> Kind {
    match code.level() {
        Level::Nation => Kind::Nation,
        Level::Province => Kind::Province,
        Level::Regency if code.regency_number() < 70 => Kind::Kabupaten,
        Level::Regency => Kind::Kota,
        Level::District => Kind::District,
        Level::Village => match code.village_number() / 1000 {
            1 => Kind::Kelurahan,
            3 => Kind::DesaAdat,
            _ => Kind::Desa,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Territory;
    use crate::RegionCode;

    #[test]
    fn a_territory_takes_less_than_eight_megabytes() {
        let territory = Territory::current();
        let lists = territory.codes.capacity() * size_of::<RegionCode>()
            + territory.names.capacity()
            + territory.name_ends.capacity() * size_of::<u32>();
        assert!(lists < 3_000_000, "{lists} bytes");
        let _ = territory.search("kampar", None, 1);
        let index = territory.search_index.get().map_or(0, crate::search::SearchIndex::size);
        assert!(lists + index < 8_000_000, "{lists} and {index} bytes");
    }
}
