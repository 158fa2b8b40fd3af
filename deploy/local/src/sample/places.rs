//! Where communities have their seats: unevenly, as the real ones do.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use kim_territory::{Decree, Level, RegionCode, Territory};

use super::{
    dice::{Dice, Topic},
    territory::since,
};

/// How far communities spread over a province before the pandemic, and how it stood by them after.
#[derive(Debug, Clone, Copy)]
pub struct Province {
    pub code: &'static str,
    /// Districts with a community, percent.
    spread: u32,
    /// Communities in ten such districts.
    density: u32,
    /// How likely its communities are to go on, and to come back; 100 is the nation's.
    pub staying: u32,
}

const fn province(code: &'static str, spread: u32, density: u32, staying: u32) -> Province {
    Province { code, spread, density, staying }
}

pub const PROVINCES: [Province; 38] = [
    province("11", 26, 21, 95),
    province("12", 17, 19, 80),
    province("13", 29, 21, 105),
    province("14", 40, 26, 90),
    province("15", 26, 20, 95),
    province("16", 35, 25, 95),
    province("17", 21, 18, 85),
    province("18", 30, 23, 110),
    province("19", 44, 22, 120),
    province("21", 27, 19, 100),
    province("31", 60, 26, 130),
    province("32", 33, 25, 105),
    province("33", 56, 24, 115),
    province("34", 76, 25, 150),
    province("35", 94, 21, 145),
    province("36", 29, 21, 90),
    province("51", 53, 23, 125),
    province("52", 43, 27, 115),
    province("53", 14, 18, 80),
    province("61", 41, 25, 90),
    province("62", 18, 19, 80),
    province("63", 32, 24, 100),
    province("64", 36, 24, 110),
    province("65", 18, 19, 85),
    province("71", 17, 19, 80),
    province("72", 15, 19, 75),
    province("73", 32, 22, 100),
    province("74", 17, 18, 75),
    province("75", 27, 21, 100),
    province("76", 17, 18, 75),
    province("81", 11, 18, 70),
    province("82", 8, 18, 65),
    province("91", 9, 19, 70),
    province("92", 8, 18, 70),
    province("93", 7, 17, 65),
    province("94", 6, 17, 60),
    province("95", 5, 16, 60),
    province("96", 7, 17, 65),
];

/// Cities of the first trainings, with the communities that they had before the pandemic.
const CITIES: [(&str, usize); 2] = [("35.73", 57), ("16.71", 62)];

/// A place where a community has its seat.
pub struct Places {
    territory: &'static Territory,
    taken: HashSet<RegionCode>,
    /// Communities by district.
    by_district: HashMap<RegionCode, usize>,
}

/// Every province's share of `total`, so that the shares sum up to it: the largest remainders get what is left.
#[must_use]
pub fn apportion(total: usize, weights: &[u64]) -> Vec<usize> {
    let sum: u64 = weights.iter().sum();
    let total = total as u64;
    let mut shares: Vec<u64> = weights.iter().map(|weight| total * weight / sum).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|&i| (std::cmp::Reverse(total * weights[i] % sum), i));
    let left = total - shares.iter().sum::<u64>();
    for &i in by_remainder.iter().take(usize::try_from(left).expect("less than the number of weights")) {
        shares[i] += 1;
    }
    shares.into_iter().map(|share| usize::try_from(share).expect("at most the total")).collect()
}

/// A region's code as a key for dice.
#[must_use]
pub fn key(code: &RegionCode) -> u64 {
    code.undotted().parse().expect("a code without dots is a number")
}

impl Default for Places {
    /// Before anyone is settled.
    fn default() -> Self {
        Self { territory: Territory::current(), taken: HashSet::new(), by_district: HashMap::new() }
    }
}

impl Places {
    /// The seats of the first `total` communities, in the order in which they come to be registered.
    pub fn founders(&mut self, total: usize) -> Vec<RegionCode> {
        let weights: Vec<u64> = PROVINCES
            .iter()
            .map(|province| {
                let districts = self.territory.count(&code(province.code), Level::District);
                districts as u64 * u64::from(province.spread) * u64::from(province.density)
            })
            .collect();
        let mut seats = Vec::with_capacity(total);
        for (province, share) in PROVINCES.iter().zip(apportion(total, &weights)) {
            self.settle_province(province, share, &mut seats);
        }
        seats.sort_by_cached_key(|seat| (Dice::of(Topic::Enter, key(seat), 0).below(u32::MAX), *seat));
        seats
    }

    fn settle_province(&mut self, province: &Province, share: usize, seats: &mut Vec<RegionCode>) {
        let own = code(province.code);
        let mut left = share;
        let mut apart = Vec::new();
        for (city, count) in CITIES.map(|(city, count)| (code(city), count)) {
            if own.contains(&city) {
                apart.push(city);
                left -= count;
                let districts: Vec<RegionCode> = self.territory.children(&city).map(|region| region.code).collect();
                self.settle(&districts, districts.len(), count, seats);
            }
        }
        let districts: Vec<RegionCode> = self
            .territory
            .within(&own, Level::District)
            .map(|region| region.code)
            .filter(|district| !apart.iter().any(|city| city.contains(district)))
            .collect();
        let reached = (districts.len() * province.spread as usize).div_ceil(100).clamp(1, left.max(1));
        self.settle(&districts, reached, left, seats);
    }

    /// `count` seats in the `reached` best of `districts`, at least one in each.
    fn settle(&mut self, districts: &[RegionCode], reached: usize, count: usize, seats: &mut Vec<RegionCode>) {
        let mut ranked: Vec<(f64, RegionCode)> = districts
            .iter()
            .map(|district| {
                let regency = district.regency().expect("a district lies in a regency");
                // Some regencies have an office that cares, and their neighbours none.
                let care = 0.35 + Dice::of(Topic::Place, key(&regency), 1).unit();
                (Dice::of(Topic::Place, key(district), 2).unit() * care, *district)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(reached);
        let weights: Vec<u64> = ranked
            .iter()
            .map(|(_, district)| 1 + u64::from(Dice::of(Topic::Place, key(district), 3).below(10)))
            .collect();
        let more = apportion(count.saturating_sub(ranked.len()), &weights);
        let mut over = 0;
        for ((_, district), more) in ranked.iter().zip(&more) {
            let wanted = more + 1 + over;
            let found = self.seats_in(*district, wanted);
            over = wanted - found.len();
            seats.extend(found);
        }
        // What the last districts had no village for, the first ones take.
        for (_, district) in &ranked {
            let found = self.seats_in(*district, over);
            over -= found.len();
            seats.extend(found);
        }
        assert_eq!(over, 0, "a province has more villages than communities");
    }

    /// Up to `count` free seats of a district.
    fn seats_in(&mut self, district: RegionCode, count: usize) -> Vec<RegionCode> {
        let mut villages: Vec<RegionCode> = self
            .territory
            .children(&district)
            .map(|region| region.code)
            .filter(|village| !self.taken.contains(village) && is_lasting(*village))
            .collect();
        villages.sort_by_cached_key(|village| (Dice::of(Topic::Place, key(village), 4).below(u32::MAX), *village));
        villages.truncate(count);
        // A few speak for a whole district.
        if let Some(first) = villages.first_mut()
            && !self.taken.contains(&district)
            && is_lasting(district)
            && Dice::of(Topic::Place, key(&district), 5).chance(0.05)
        {
            *first = district;
        }
        *self.by_district.entry(district).or_default() += villages.len();
        self.taken.extend(&villages);
        villages
    }

    /// A seat for the community `number`, which comes after the founders: rather where there are few. `None` when every village
    /// that it looked at has one.
    pub fn newcomer(&mut self, number: u32) -> Option<RegionCode> {
        let mut dice = Dice::of(Topic::Place, u64::from(number), 6);
        let weights = PROVINCES.map(|province| province.spread * province.staying / 10 + 60);
        let mut throw = dice.below(weights.iter().sum());
        let province = PROVINCES
            .iter()
            .zip(weights)
            .find(|(_, weight)| match throw.checked_sub(*weight) {
                Some(rest) => {
                    throw = rest;
                    false
                }
                None => true,
            })
            .map(|(province, _)| code(province.code))
            .expect("the throw lies below the sum");
        let districts: Vec<RegionCode> =
            self.territory.within(&province, Level::District).map(|region| region.code).collect();
        for _ in 0..8 {
            let (one, other) = (*dice.pick(&districts), *dice.pick(&districts));
            let count = |district| self.by_district.get(district).copied().unwrap_or_default();
            let district = if count(&one) <= count(&other) { one } else { other };
            if let Some(seat) = self.seats_in(district, 1).pop() {
                return Some(seat);
            }
        }
        None
    }
}

/// Whether it was there by each of the territories, under whichever code: the few that are younger have no community.
fn is_lasting(region: RegionCode) -> bool {
    since(region) == Decree::ALL[0]
}

/// How likely the communities of a seat's province are to go on; 1 is the nation's.
#[must_use]
pub fn staying(seat: &RegionCode) -> f64 {
    static BY_PROVINCE: LazyLock<HashMap<RegionCode, f64>> = LazyLock::new(|| {
        PROVINCES.iter().map(|province| (code(province.code), f64::from(province.staying) / 100.0)).collect()
    });
    // There the ministry began, because there most had gone.
    if CITIES.iter().any(|(city, _)| seat.regency() == Some(code(city))) {
        return 0.7;
    }
    let own = seat.province().expect("a seat lies in a province");
    *BY_PROVINCE.get(&own).expect("all provinces stand in the list")
}

#[must_use]
pub fn code(text: &str) -> RegionCode {
    text.parse().expect("a code in this file is well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_up_to_the_total() {
        assert_eq!(apportion(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(apportion(0, &[1, 2]), [0, 0]);
        assert_eq!(apportion(4_900, &[7, 11, 13]).iter().sum::<usize>(), 4_900);
    }

    #[test]
    fn founders_sit_in_every_province_each_in_a_place_of_its_own() {
        let mut places = Places::default();
        let seats = places.founders(5_000);
        assert_eq!(seats.len(), 5_000);
        assert_eq!(seats.iter().collect::<HashSet<_>>().len(), 5_000);
        for province in Territory::current().children(&RegionCode::NATION) {
            assert!(seats.iter().any(|seat| province.code.contains(seat)), "{province:?}");
        }
        for (city, count) in CITIES {
            assert_eq!(seats.iter().filter(|seat| code(city).contains(seat)).count(), count);
        }
        let later = places.newcomer(5_001).expect("a seat");
        assert!(!seats.contains(&later));
    }
}
