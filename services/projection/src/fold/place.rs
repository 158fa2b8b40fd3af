//! Where something is counted: a region of the territory in force as one number.

use std::{collections::HashMap, fmt, ops::Range};

use kim_territory::{Adopted, Decree, Level, RegionCode, Step, Territory, Zone};

/// A region's code without dots, filled up with zeros to ten digits: 14.01 is 1401000000, the nation 0.
///
/// The order is that of [`RegionCode`]: a region, then what lies in it. So what lies in a region is one range.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(i64);

impl Place {
    pub const NATION: Self = Self(0);

    /// A number that came out of the read model.
    #[must_use]
    pub fn stored(number: i64) -> Self {
        Self(number)
    }

    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }

    #[must_use]
    pub fn level(self) -> Level {
        match self.0 {
            0 => Level::Nation,
            n if n % PROVINCE == 0 => Level::Province,
            n if n % REGENCY == 0 => Level::Regency,
            n if n % DISTRICT == 0 => Level::District,
            _ => Level::Village,
        }
    }

    /// This region, then each above it, up to the nation.
    pub fn upwards(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |place| {
            Some(Self(match place.level() {
                Level::Nation => return None,
                Level::Province => 0,
                Level::Regency => place.0 - place.0 % PROVINCE,
                Level::District => place.0 - place.0 % REGENCY,
                Level::Village => place.0 - place.0 % DISTRICT,
            }))
        })
    }

    /// The numbers of this region and of all that lie in it.
    #[must_use]
    pub fn inside(self) -> Range<i64> {
        let width = match self.level() {
            Level::Nation => NATION,
            Level::Province => PROVINCE,
            Level::Regency => REGENCY,
            Level::District => DISTRICT,
            Level::Village => 1,
        };
        self.0..self.0 + width
    }

    #[must_use]
    pub fn code(self) -> RegionCode {
        let digits = format!("{:010}", self.0);
        let length = match self.level() {
            Level::Nation | Level::Province => 2,
            Level::Regency => 4,
            Level::District => 6,
            Level::Village => 10,
        };
        digits[..length].parse().expect("a place is made of a region's code")
    }
}

const NATION: i64 = 10_000_000_000;
const PROVINCE: i64 = 100_000_000;
const REGENCY: i64 = 1_000_000;
const DISTRICT: i64 = 10_000;

impl From<&RegionCode> for Place {
    fn from(code: &RegionCode) -> Self {
        let digits = code.undotted();
        let missing = 10 - u32::try_from(digits.len()).expect("a code has ten digits at most");
        let number: i64 = digits.parse().expect("a code is made of digits");
        Self(number * 10_i64.pow(missing))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code().fmt(f)
    }
}

/// A region that an event names; the decree's list has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    pub code: RegionCode,
    pub decree: Decree,
}

impl Region {
    /// Reads a code under a decree, or says why no list knows it.
    pub fn parse(code: &str, decree: &str) -> Result<Self, String> {
        let decree: Decree = decree.parse().map_err(|_| format!("tidak ada daftar wilayah {decree:?}"))?;
        let code: RegionCode = code.parse().map_err(|_| format!("{code:?} bukan kode wilayah"))?;
        match Territory::of(decree).get(&code) {
            Some(_) => Ok(Self { code, decree }),
            None => Err(format!("daftar wilayah {decree} tidak memuat {code}")),
        }
    }
}

/// Where a region named by an event is counted, and whose days are its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    pub place: Place,
    pub zone: Zone,
}

impl Seat {
    #[must_use]
    pub fn at(place: Place) -> Self {
        Self { place, zone: Zone::of(&place.code()) }
    }
}

/// Finds seats in the territory in force, and remembers them: villages come again and again, and following a code through
/// decrees takes long.
#[derive(Default)]
pub struct Seats {
    adopted: Adopted,
    known: HashMap<Region, Seat>,
}

impl Seats {
    /// More than this is not kept; a nation's villages are.
    const MOST: usize = 100_000;

    #[must_use]
    pub fn new(adopted: Adopted) -> Self {
        Self { adopted, known: HashMap::new() }
    }

    #[must_use]
    pub fn in_force(&self) -> Decree {
        self.adopted.in_force()
    }

    /// Another territory is in force: see [`Adopted::adopt`].
    pub fn adopt(&mut self, decree: Decree, step: Option<Step>) {
        self.adopted.adopt(decree, step);
        self.known.clear();
    }

    /// The seat of a region in the territory in force.
    ///
    /// What became of regions of a decree that the log has not adopted is told by their names. Where these leave it open, it
    /// is counted in the smallest region around it that is certain: the totals above it stay right, and none below is
    /// guessed.
    pub fn find(&mut self, region: Region) -> Seat {
        if let Some(seat) = self.known.get(&region) {
            return *seat;
        }
        let Region { code, decree } = region;
        let certain = if self.adopted.decrees().any(|adopted| adopted == decree) {
            self.adopted.seat(&code, decree)
        } else {
            let named = code.ancestors().find_map(|around| self.adopted.territory().moved(&around, decree));
            named.unwrap_or(RegionCode::NATION)
        };
        let seat = Seat::at(Place::from(&certain));
        if self.known.len() >= Self::MOST {
            self.known.clear();
        }
        self.known.insert(region, seat);
        seat
    }
}

#[cfg(test)]
mod tests {
    use kim_territory::{ActKind, RegionStep};

    use super::*;

    fn code(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_place_is_its_code_and_back() {
        for (text, number, level) in [
            ("00", 0, Level::Nation),
            ("14", 1_400_000_000, Level::Province),
            ("14.01", 1_401_000_000, Level::Regency),
            ("14.01.01", 1_401_010_000, Level::District),
            ("14.01.01.2009", 1_401_012_009, Level::Village),
        ] {
            let place = Place::from(&code(text));
            assert_eq!((place.number(), place.level(), place.code()), (number, level, code(text)));
        }
    }

    #[test]
    fn a_place_lies_in_each_region_above_it_and_in_no_other() {
        let village = Place::from(&code("14.01.01.2009"));
        let above: Vec<_> = village.upwards().map(|place| place.code().to_string()).collect();
        assert_eq!(above, ["14.01.01.2009", "14.01.01", "14.01", "14", "00"]);
        assert!(village.upwards().all(|place| place.inside().contains(&village.number())));
        for other in ["14.02", "14.01.02", "13", "14.01.01.2010"] {
            assert!(!Place::from(&code(other)).inside().contains(&village.number()), "{other}");
        }
    }

    #[test]
    fn an_older_code_is_counted_where_it_lies_today() {
        let mut seats = Seats::default();
        // The kota of Sorong came with the split from Papua Barat to Papua Barat Daya.
        let region = |code, decree| Region::parse(code, decree).unwrap();
        let old = seats.find(region("92.71", "2022"));
        assert_eq!(old.place.code(), code("96.71"));
        assert_eq!(seats.find(region("92.71", "2022")), old);
        assert_eq!(seats.find(region("96.71", "2025")), old);
        assert_eq!(old.zone, Zone::Wit);
    }

    #[test]
    fn a_code_is_counted_where_it_lies_in_the_territory_in_force() {
        let mut seats = Seats::default();
        let region = |code, decree| Region::parse(code, decree).unwrap();
        seats.adopt(Decree::D2022, None);
        assert_eq!(seats.find(region("92.71", "2022")).place.code(), code("92.71"));
        // Not adopted yet: told by its name.
        assert_eq!(seats.find(region("96.71", "2025")).place.code(), code("92.71"));
        let rows = vec![RegionStep { old: Some(code("92.71")), new: Some(code("96.71")), kind: ActKind::Moved }];
        seats.adopt(Decree::D2023, Some(Step { from: Decree::D2022, to: Decree::D2023, rows }));
        assert_eq!(seats.in_force(), Decree::D2023);
        assert_eq!(seats.find(region("92.71", "2022")).place.code(), code("96.71"));
        assert_eq!(seats.find(region("96.71", "2025")).place.code(), code("96.71"));
    }

    #[test]
    fn what_no_list_knows_is_refused() {
        for (code, decree) in [("99.99", "2025"), ("", "2025"), ("14", "1999"), ("x", "2025")] {
            assert!(Region::parse(code, decree).is_err(), "{code} {decree}");
        }
    }
}
