//! How many ordinary campaigns a community gets in a week: no more than it can tell people of, and some of them for each level of offices,
//! so that no level's campaigns keep out another's.

use kim_territory::Level;
use kim_values::Region;

/// As many days as a week has: the day itself and those before it, in the community's zone.
pub const DAYS: u8 = 7;
/// As many ordinary campaigns as a community gets in a week. Important and urgent ones are not counted.
pub const QUOTA: u32 = 5;

/// The level of the office that a campaign comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    Nation,
    Province,
    /// A regency, or a smaller place.
    Regency,
}

/// The ordinary campaigns that a community got in a week, by their origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Received {
    nation: u32,
    province: u32,
    regency: u32,
}

impl Origin {
    pub const ALL: [Self; 3] = [Self::Nation, Self::Province, Self::Regency];

    /// Of an office of this region.
    #[must_use]
    pub fn of(region: Region) -> Self {
        match region.code.level() {
            Level::Nation => Self::Nation,
            Level::Province => Self::Province,
            Level::Regency | Level::District | Level::Village => Self::Regency,
        }
    }

    /// What of the quota is kept for it. One in a week is nobody's: whoever comes first has it.
    fn share(self) -> u32 {
        match self {
            Self::Nation | Self::Province => 1,
            Self::Regency => 2,
        }
    }
}

impl Received {
    pub fn add(&mut self, origin: Origin, campaigns: u32) {
        match origin {
            Origin::Nation => self.nation += campaigns,
            Origin::Province => self.province += campaigns,
            Origin::Regency => self.regency += campaigns,
        }
    }

    /// Whether one more fits, with what is still kept for the other levels left to them.
    #[must_use]
    pub fn has_room_for(self, origin: Origin) -> bool {
        let others = Origin::ALL.into_iter().filter(|other| *other != origin);
        let kept: u32 = others.map(|other| other.share().saturating_sub(self.of(other))).sum();
        self.nation + self.province + self.regency + kept < QUOTA
    }

    fn of(self, origin: Origin) -> u32 {
        match origin {
            Origin::Nation => self.nation,
            Origin::Province => self.province,
            Origin::Regency => self.regency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::histories::region;

    fn received(nation: u32, province: u32, regency: u32) -> Received {
        Received { nation, province, regency }
    }

    #[test]
    fn an_office_is_of_the_level_of_its_region() {
        for (code, origin) in [
            ("00", Origin::Nation),
            ("14", Origin::Province),
            ("14.01", Origin::Regency),
            ("14.01.01", Origin::Regency),
        ] {
            assert_eq!(Origin::of(region(code)), origin, "{code}");
        }
    }

    #[test]
    fn no_level_takes_what_is_kept_for_another() {
        for (before, has_room) in [
            (received(0, 0, 0), [true, true, true]),
            // The nation has had its own and the free one: the rest is the provinces' and the regencies'.
            (received(2, 0, 0), [false, true, true]),
            (received(2, 1, 1), [false, false, true]),
            (received(2, 1, 2), [false, false, false]),
            (received(0, 0, 3), [true, true, false]),
            (received(0, 1, 3), [true, false, false]),
            (received(1, 2, 1), [false, false, true]),
        ] {
            assert_eq!(Origin::ALL.map(|origin| before.has_room_for(origin)), has_room, "{before:?}");
        }
    }

    /// In whatever order they come.
    #[test]
    fn a_week_is_never_fuller_than_the_quota_and_each_level_has_its_share() {
        let mut open = vec![Received::default()];
        let mut full = 0;
        while let Some(before) = open.pop() {
            assert!(before.nation + before.province + before.regency <= QUOTA, "{before:?}");
            for origin in Origin::ALL {
                if before.has_room_for(origin) {
                    let mut after = before;
                    after.add(origin, 1);
                    open.push(after);
                } else {
                    assert!(before.of(origin) >= origin.share(), "{origin:?} is kept out: {before:?}");
                    full += 1;
                }
            }
        }
        assert!(full > 0);
    }
}
