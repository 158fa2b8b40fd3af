//! The territory of one decree.

use std::fmt;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::ZlibDecoder;

use crate::search::SearchIndex;
use crate::{Decree, Level, Region, RegionCode, RegionList};

/// All regions of one decree. Loaded when first asked for, once a process.
pub struct Territory {
    decree: Decree,
    list: RegionList,
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

    #[must_use]
    pub const fn list(&self) -> &RegionList {
        &self.list
    }

    /// The region of a code, or `None` when this decree knows no such code.
    #[must_use]
    pub fn get(&self, code: &RegionCode) -> Option<Region<'_>> {
        self.list.get(code)
    }

    /// The whole of Indonesia.
    #[must_use]
    pub fn nation(&self) -> Region<'_> {
        self.list.region(0)
    }

    /// What lies directly below a region, by code. Empty for a village and for an unknown code.
    pub fn children(&self, code: &RegionCode) -> impl ExactSizeIterator<Item = Region<'_>> + use<'_> {
        self.list.children(code)
    }

    /// All regions of a rank inside a region (that one too, if it is of that rank), by code.
    pub fn within(&self, code: &RegionCode, level: Level) -> impl ExactSizeIterator<Item = Region<'_>> + use<'_> {
        self.list.within(code, level)
    }

    /// How many regions of a rank lie inside a region, in O(log n).
    #[must_use]
    pub fn count(&self, within: &RegionCode, level: Level) -> usize {
        self.list.count(within, level)
    }

    fn unpack(decree: Decree) -> Self {
        let mut packed_list = String::new();
        ZlibDecoder::new(packed(decree)).read_to_string(&mut packed_list).expect("the build script packed valid UTF-8");
        let regions = packed_list.lines().map(|line| {
            let (code, name) = line.split_once('\t').expect("the build script wrote a code and a name on each line");
            (code.parse().expect("the lists hold valid codes only"), name)
        });
        Self { decree, list: RegionList::in_order(regions), search_index: OnceLock::new() }
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

#[cfg(test)]
mod tests {
    use super::Territory;

    #[test]
    fn a_territory_takes_less_than_eight_megabytes() {
        let territory = Territory::current();
        let lists = territory.list.size();
        assert!(lists < 3_000_000, "{lists} bytes");
        let _ = territory.search("kampar", None, 1);
        let index = territory.search_index.get().map_or(0, crate::search::SearchIndex::size);
        assert!(lists + index < 8_000_000, "{lists} and {index} bytes");
    }
}
