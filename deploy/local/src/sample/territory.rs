//! The territories that the nation lives through. Where something is, is planned by today's codes; here is what it was called before, so
//! that each community, office and training is told by the territory in force on its day.

use std::{collections::HashMap, sync::LazyLock};

use kim_territory::{Adopted, Changes, Decree, Level, RegionCode, Rulings, Step, Territory, likeliest};
use time::{Date, macros::date};

use super::tide::BEGIN;

/// The day on which a territory comes into force for the platform, one on which the clock stops. The lists say the year at most.
#[must_use]
pub fn adopted_on(decree: Decree) -> Date {
    match decree {
        // The oldest list that there is stands for the years before it, too.
        Decree::D2022 => BEGIN.day(1),
        // The law that made Papua Barat Daya is of 8 December 2022; its codes came with the list of the next year.
        Decree::D2023 => date!(2023 - 01 - 01),
        // Number 300.2.2-2138 is of 25 April 2025, and number 300.2.2-2430, which amends it, of 23 June.
        Decree::D2025 => date!(2025 - 07 - 01),
    }
}

/// The territory in force on `day`; on days before the records begin, the first.
#[must_use]
pub fn in_force(day: Date) -> Decree {
    let adopted = Decree::ALL.into_iter().rfind(|decree| adopted_on(*decree) <= day);
    adopted.unwrap_or(Decree::ALL[0])
}

/// The code by `decree` of a region that is called `today` by today's territory; `None` when it was not there yet.
#[must_use]
pub fn code_by(decree: Decree, today: RegionCode) -> Option<RegionCode> {
    let since = PASTS.iter().rev().take_while(|past| past.step.from >= decree);
    since.into_iter().try_fold(today, |code, past| past.origins.get(&code).copied())
}

/// That code by the territory in force on `day`, when something is told of the region.
#[must_use]
pub fn code_on(day: Date, today: RegionCode) -> RegionCode {
    code_by(in_force(day), today).expect("nothing is told of a region that is not there yet")
}

/// Whether all territories have the region, by the same code.
#[must_use]
pub fn is_called_the_same(today: RegionCode) -> bool {
    Decree::ALL.into_iter().all(|decree| code_by(decree, today) == Some(today))
}

/// The first territory that has the region.
#[must_use]
pub fn since(today: RegionCode) -> Decree {
    let known = Decree::ALL.into_iter().find(|decree| code_by(*decree, today).is_some());
    known.expect("a region of today is in today's territory")
}

/// The step to `decree` from the one before it; `None` for the first.
#[must_use]
pub fn step_to(decree: Decree) -> Option<&'static Step> {
    PASTS.iter().map(|past| &past.step).find(|step| step.to == decree)
}

/// What the ministry decides about the regions that the list of `decree` leaves in doubt.
#[must_use]
pub fn decisions(decree: Decree) -> Rulings {
    let past = PASTS.iter().find(|past| past.step.to == decree);
    past.map(|past| past.decisions.clone()).unwrap_or_default()
}

/// A territory that another one followed.
struct Past {
    decisions: Rulings,
    step: Step,
    /// Its region that goes on as one of the next territory, by the code there.
    origins: HashMap<RegionCode, RegionCode>,
}

static PASTS: LazyLock<Vec<Past>> = LazyLock::new(|| {
    let follows = Decree::ALL.iter().zip(&Decree::ALL[1..]);
    follows.map(|(from, to)| Past::of(*from, *to)).collect()
});

impl Past {
    fn of(from: Decree, to: Decree) -> Self {
        let [old, new] = [from, to].map(|decree| Territory::of(decree).list());
        let decisions = likeliest(old, new);
        let changes = Changes::ruled(old, new, &decisions).expect("each decision holds");
        let step = Step::of(from, to, &changes).expect("all is decided");
        let mut adopted = Adopted::default();
        adopted.adopt(from, None);
        adopted.adopt(to, Some(step.clone()));
        let mut origins = HashMap::new();
        for region in Level::ALL.into_iter().flat_map(|level| old.within(&RegionCode::NATION, level)) {
            if let Some(now) = adopted.follow(&region.code, from) {
                // Of several that are one now it is the one at its code, or the first.
                let origin = origins.entry(now).or_insert(region.code);
                if region.code == now {
                    *origin = now;
                }
            }
        }
        Self { decisions, step, origins }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::sample::places::code;

    #[test]
    fn regions_have_the_code_of_the_day() {
        let day = adopted_on(Decree::D2023);
        for (today, before, after) in [("96.71", "92.71", "96.71"), ("92", "92", "92"), ("14.01", "14.01", "14.01")] {
            let today = code(today);
            let there = |day| code_on(day, today).to_string();
            assert_eq!((there(day.previous_day().expect("a day")).as_str(), there(day).as_str()), (before, after));
        }
        assert_eq!(in_force(date!(1999 - 01 - 01)), Decree::D2022);
        assert_eq!((since(code("96")), since(code("96.71"))), (Decree::D2023, Decree::D2022));
    }

    #[test]
    fn the_way_back_leads_to_one_region_of_the_same_rank() {
        let today = Territory::current();
        let mut new = Vec::new();
        for level in Level::ALL {
            let all = || today.within(&RegionCode::NATION, level).map(|region| region.code);
            for decree in Decree::ALL {
                let mut seen = HashSet::new();
                for (region, old) in all().filter_map(|region| Some((region, code_by(decree, region)?))) {
                    assert!(seen.insert(old), "{old} of {decree} is one region today");
                    assert!(Territory::of(decree).get(&old).is_some(), "{region} was {old} by {decree}");
                    assert_eq!(old.level(), level);
                }
            }
            new.push(all().filter(|region| since(*region) != Decree::D2022).count());
        }
        // Papua Barat Daya, eight districts, and one village of which nothing was before.
        assert_eq!(new, [0, 1, 0, 8, 1]);
    }
}
