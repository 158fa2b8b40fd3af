//! Where something is counted: a region of today's territory as one number.

use std::{collections::HashMap, fmt, ops::Range};

use kim_territory::{Decree, Level, RegionCode, Territory, Zone};

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

/// Where a region named by an event is counted today, and whose days are its days.
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

/// Finds seats, and remembers them: villages come again and again, and following a code through decrees takes long.
#[derive(Default)]
pub struct Seats {
    known: HashMap<String, Seat>,
}

impl Seats {
    /// More than this is not kept; a nation's villages are.
    const MOST: usize = 100_000;

    /// The seat of a code under a decree.
    ///
    /// Where lists leave open what became of a region, it is counted in the smallest region around it that is certain:
    /// the totals above it stay right, and none below is guessed.
    pub fn find(&mut self, code: &str, decree: &str) -> Result<Seat, String> {
        // The usual decree's codes are looked up without building a key.
        let current = decree == Decree::CURRENT.key();
        if let Some(seat) = current.then(|| self.known.get(code)).flatten() {
            return Ok(*seat);
        }
        let key = if current { code.to_owned() } else { format!("{decree}/{code}") };
        if let Some(seat) = self.known.get(&key) {
            return Ok(*seat);
        }
        let seat = today(code, decree)?;
        if self.known.len() >= Self::MOST {
            self.known.clear();
        }
        self.known.insert(key, seat);
        Ok(seat)
    }
}

fn today(code: &str, decree: &str) -> Result<Seat, String> {
    let decree: Decree = decree.parse().map_err(|_| format!("tidak ada daftar wilayah {decree:?}"))?;
    let code: RegionCode = code.parse().map_err(|_| format!("{code:?} bukan kode wilayah"))?;
    if Territory::of(decree).get(&code).is_none() {
        return Err(format!("daftar wilayah {decree} tidak memuat {code}"));
    }
    let certain = code.ancestors().find_map(|region| Territory::current().moved(&region, decree));
    Ok(Seat::at(Place::from(&certain.unwrap_or(RegionCode::NATION))))
}

#[cfg(test)]
mod tests {
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
        let old = seats.find("92.71", "2022").unwrap();
        assert_eq!(old.place.code(), code("96.71"));
        assert_eq!(seats.find("92.71", "2022"), Ok(old));
        assert_eq!(seats.find("96.71", "2025"), Ok(old));
        assert_eq!(old.zone, Zone::Wit);
    }

    #[test]
    fn what_no_list_knows_is_refused() {
        let mut seats = Seats::default();
        for (code, decree) in [("99.99", "2025"), ("", "2025"), ("14", "1999"), ("x", "2025")] {
            assert!(seats.find(code, decree).is_err(), "{code} {decree}");
        }
    }
}
