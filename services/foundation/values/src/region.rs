//! A region as its code under a decree.

use kim_territory::{Adopted, Decree, RegionCode, RegionCodeError, Territory, UnknownDecree, UnknownRegion, Zone};
use time::{Date, OffsetDateTime};

/// A region's code and the decree that gave it. A code means nothing without its decree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region {
    pub code: RegionCode,
    pub decree: Decree,
}

/// Why a code is no region of the territory in force. The territory's own errors are in Indonesian, for officers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    #[error("the region's code is missing")]
    Missing,
    #[error("the region's code is malformed: {0}")]
    Malformed(#[from] RegionCodeError),
    #[error("no territory is called so: {0}")]
    DecreeUnknown(#[from] UnknownDecree),
    #[error("no such region: {0}")]
    Unknown(UnknownRegion),
    #[error("the code {code} belongs to the territory of {decree}, not to today's")]
    OfOtherDecree {
        code: RegionCode,
        decree: Decree,
        /// Today's code of the same place, where one can be told.
        today: Option<RegionCode>,
    },
}

impl Region {
    /// The nation, which is the same by every decree.
    #[must_use]
    pub fn nation() -> Self {
        Self { code: RegionCode::NATION, decree: Decree::CURRENT }
    }

    /// A region of the territory in force. An empty decree means that one's; another one is accepted where the code still names the
    /// same place.
    pub fn parse(code: &str, decree: &str, adopted: &Adopted) -> Result<Self, RegionError> {
        if code.trim().is_empty() {
            return Err(RegionError::Missing);
        }
        let code: RegionCode = code.parse()?;
        let in_force = adopted.in_force();
        let decree = if decree.trim().is_empty() { in_force } else { decree.parse()? };
        if decree != in_force {
            Territory::of(decree).require(&code).map_err(RegionError::Unknown)?;
            let now = goes_on(code, decree, adopted);
            if now != Some(code) {
                return Err(RegionError::OfOtherDecree { code, decree, today: now });
            }
        } else if let Err(unknown) = adopted.territory().require(&code) {
            // Of several that had it the last one that was in force, else the newest.
            let others = adopted.territory().elsewhere(&code);
            let listed = adopted.decrees().rev().find(|known| others.contains(known)).or(others.last().copied());
            return Err(match listed {
                Some(decree) => RegionError::OfOtherDecree { code, decree, today: goes_on(code, decree, adopted) },
                None => RegionError::Unknown(unknown),
            });
        }
        Ok(Self { code, decree: in_force })
    }

    /// The region in force that goes on for it, or for the nearest one around it. One of a decree that was never adopted stays as it
    /// is: nothing is known of it.
    #[must_use]
    pub fn on(self, adopted: &Adopted) -> Self {
        if !adopted.decrees().any(|known| known == self.decree) {
            return self;
        }
        Self { code: adopted.seat(&self.code, self.decree), decree: adopted.in_force() }
    }

    #[must_use]
    pub fn zone(self) -> Zone {
        Zone::of(&self.code)
    }

    /// The day that it is there at `now`.
    #[must_use]
    pub fn today(self, now: OffsetDateTime) -> Date {
        self.zone().date_of(now)
    }

    /// The first moment of `day` there.
    #[must_use]
    pub fn midnight(self, day: Date) -> OffsetDateTime {
        day.midnight().assume_offset(self.zone().offset())
    }
}

/// What an adoption says of a region, and as far as names and parents tell where its decree never was in force.
fn goes_on(code: RegionCode, decree: Decree, adopted: &Adopted) -> Option<RegionCode> {
    if adopted.decrees().any(|known| known == decree) {
        adopted.follow(&code, decree)
    } else {
        adopted.territory().moved(&code, decree)
    }
}

#[cfg(test)]
mod tests {
    use kim_territory::{Changes, Step, likeliest};

    use super::*;

    fn code(text: &str) -> RegionCode {
        text.parse().expect("a region's code")
    }

    #[test]
    fn a_region_is_one_of_the_territory_in_force() {
        let newest = Adopted::default();
        let parse = |code: &str, decree: &str| Region::parse(code, decree, &newest);
        for code in ["00", "14", "14.01", "14.01.01", "14.01.01.2009", "1401012009", " 14.01 "] {
            assert!(parse(code, "").is_ok(), "{code}");
        }
        assert!(parse("14.01.01.2009", "2022").is_ok(), "the same place then and now");
        assert_eq!(parse("", ""), Err(RegionError::Missing));
        assert!(matches!(parse("14.1", ""), Err(RegionError::Malformed(_))));
        assert!(matches!(parse("14.01", "1945"), Err(RegionError::DecreeUnknown(_))));
        assert!(matches!(parse("14.01.01.9999", ""), Err(RegionError::Unknown(_))));
        // Sorong became the capital of a province of its own.
        assert_eq!(
            parse("92.71", ""),
            Err(RegionError::OfOtherDecree { code: code("92.71"), decree: Decree::D2022, today: Some(code("96.71")) })
        );
    }

    #[test]
    fn codes_are_read_by_what_was_adopted() {
        let mut adopted = Adopted::default();
        adopted.adopt(Decree::D2022, None);
        let [old, new] = [Decree::D2022, Decree::D2023].map(|decree| Territory::of(decree).list());
        let changes = Changes::ruled(old, new, &likeliest(old, new)).expect("each decision holds");
        adopted.adopt(Decree::D2023, Step::of(Decree::D2022, Decree::D2023, &changes));
        let parse = |code: &str, decree: &str| Region::parse(code, decree, &adopted);
        let of_other = |old: &str, decree, today: Option<&str>| {
            Err(RegionError::OfOtherDecree { code: code(old), decree, today: today.map(code) })
        };
        assert_eq!(parse("96.71", ""), Ok(Region { code: code("96.71"), decree: Decree::D2023 }));
        assert_eq!(parse("92.71", ""), of_other("92.71", Decree::D2022, Some("96.71")));
        assert_eq!(parse("92.71", "2022"), of_other("92.71", Decree::D2022, Some("96.71")));
        assert_eq!(parse("92", "2022"), Ok(Region { code: code("92"), decree: Decree::D2023 }), "what stayed of it");
        assert_eq!(
            parse("14.01", "2025").map(|region| region.decree),
            Ok(Decree::D2023),
            "not in force yet, the same place"
        );
        let moved = Region { code: code("92.71"), decree: Decree::D2022 }.on(&adopted);
        assert_eq!(moved, Region { code: code("96.71"), decree: Decree::D2023 });
        let never = Region { code: code("96.71"), decree: Decree::D2025 };
        assert_eq!(never.on(&adopted), never);
    }
}
