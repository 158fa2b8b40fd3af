//! The regions of one list: looked up by code, walked, counted.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::{Kind, Level, Region, RegionCode};

/// All regions that one list names, the nation among them.
pub struct RegionList {
    /// By rank, and by code within a rank: what lies in a region is one range of each rank below it.
    codes: Vec<RegionCode>,
    /// Where each rank begins in `codes`, and the end.
    ranks: [usize; Level::ALL.len() + 1],
    /// All names in the order of `codes`, one after another.
    names: String,
    /// Where each name ends in `names`.
    name_ends: Vec<u32>,
}

/// What makes rows of codes and names no list. The messages are for the officer who has the rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    #[error("Kode wilayah {0} ada lebih dari sekali; hapus yang keliru")]
    Twice(RegionCode),
    #[error("Wilayah {0} tidak bernama; isi namanya")]
    Nameless(RegionCode),
    #[error("Wilayah {code} ada, tetapi {above} di atasnya tidak; lengkapi daftarnya, atau periksa kodenya")]
    Orphan { code: RegionCode, above: RegionCode },
}

impl RegionList {
    /// The list of these codes and names, in any order; the nation need not be among them. Or all that is wrong with them.
    pub fn new<N: AsRef<str>>(rows: impl IntoIterator<Item = (RegionCode, N)>) -> Result<Self, Vec<ListError>> {
        let mut errors = Vec::new();
        let mut regions = BTreeMap::new();
        for (code, name) in rows {
            if name.as_ref().trim().is_empty() {
                errors.push(ListError::Nameless(code));
            }
            if regions.insert((code.level(), code), name.as_ref().trim().to_owned()).is_some() {
                errors.push(ListError::Twice(code));
            }
        }
        regions.entry((Level::Nation, RegionCode::NATION)).or_insert_with(|| "Indonesia".to_owned());
        for (_, code) in regions.keys() {
            if let Some(above) = code.parent().filter(|above| !regions.contains_key(&(above.level(), *above))) {
                errors.push(ListError::Orphan { code: *code, above });
            }
        }
        if errors.is_empty() {
            Ok(Self::in_order(regions.iter().map(|((_, code), name)| (*code, name.as_str()))))
        } else {
            Err(errors)
        }
    }

    /// Regions by rank, and by code within a rank, the nation first.
    pub(crate) fn in_order<'n>(regions: impl Iterator<Item = (RegionCode, &'n str)>) -> Self {
        let (mut codes, mut names, mut name_ends) = (Vec::new(), String::new(), Vec::new());
        for (code, name) in regions {
            codes.push(code);
            names.push_str(name);
            name_ends.push(u32::try_from(names.len()).expect("all names together are below 4 GB"));
        }
        codes.shrink_to_fit();
        names.shrink_to_fit();
        name_ends.shrink_to_fit();
        let mut ranks = [codes.len(); Level::ALL.len() + 1];
        for level in Level::ALL {
            ranks[level as usize] = codes.partition_point(|code: &RegionCode| code.level() < level);
        }
        Self { codes, ranks, names, name_ends }
    }

    /// The region of a code, or `None` when the list has no such code.
    #[must_use]
    pub fn get(&self, code: &RegionCode) -> Option<Region<'_>> {
        let rank = self.rank(code.level());
        let offset = self.codes[rank.clone()].binary_search(code).ok()?;
        Some(self.region(rank.start + offset))
    }

    /// What lies directly below a region, by code. Empty for a village and for an unknown code.
    #[must_use]
    pub fn children(&self, code: &RegionCode) -> impl ExactSizeIterator<Item = Region<'_>> + use<'_> {
        let range = code.level().below().map_or(0..0, |level| self.range(*code, level));
        range.map(|i| self.region(i))
    }

    /// All regions of a rank inside a region (that one too, if it is of that rank), by code.
    #[must_use]
    pub fn within(&self, code: &RegionCode, level: Level) -> impl ExactSizeIterator<Item = Region<'_>> + use<'_> {
        self.range(*code, level).map(|i| self.region(i))
    }

    /// How many regions of a rank lie inside a region, in O(log n).
    #[must_use]
    pub fn count(&self, within: &RegionCode, level: Level) -> usize {
        self.range(*within, level).len()
    }

    /// SHA-256 over the codes, 64 hex digits: each dotted code and a line feed, in the order of [`RegionCode`].
    #[must_use]
    pub fn digest(&self) -> String {
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
        Region { code, name: self.name(i), kind: kind(code), list: self }
    }

    fn name(&self, i: usize) -> &str {
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

    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.codes.capacity() * size_of::<RegionCode>()
            + self.names.capacity()
            + self.name_ends.capacity() * size_of::<u32>()
    }
}

impl fmt::Debug for RegionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionList({} codes)", self.codes.len())
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
    use super::*;

    fn list(rows: &[(&str, &str)]) -> Result<RegionList, Vec<ListError>> {
        RegionList::new(rows.iter().map(|(code, name)| (code.parse().unwrap(), *name)))
    }

    #[test]
    fn rows_in_any_order_are_a_list() {
        let list = list(&[("14.01.01", "Bangkinang Kota"), ("14", "Riau"), ("14.01", "Kabupaten Kampar")]).unwrap();
        let district = list.get(&"14.01.01".parse().unwrap()).unwrap();
        assert_eq!(district.full_name(), "Kecamatan Bangkinang Kota, Kabupaten Kampar");
        assert_eq!(list.count(&RegionCode::NATION, Level::Regency), 1);
        assert_eq!(list.get(&RegionCode::NATION).unwrap().name, "Indonesia");
    }

    #[test]
    fn all_that_is_wrong_with_the_rows_is_said() {
        let code = |text: &str| text.parse::<RegionCode>().unwrap();
        let errors = list(&[("14", "Riau"), ("14", "RIAU"), ("14.01", " "), ("15.01", "Kerinci")]).err().unwrap();
        assert_eq!(
            errors,
            [
                ListError::Twice(code("14")),
                ListError::Nameless(code("14.01")),
                ListError::Orphan { code: code("15.01"), above: code("15") }
            ]
        );
    }
}
