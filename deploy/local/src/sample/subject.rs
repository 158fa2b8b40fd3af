//! What an activity was about, how far it reached, and whether there is evidence of it.

use time::Date;

use super::{
    diary::{Deed, DeedKind},
    dice::{Dice, Topic},
    month::Month,
};

/// What a report says beside kind, day and people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject {
    /// A code of the list of topics.
    pub topic: Option<&'static str>,
    /// Of the people reached, how many beyond the seat in its district, and beyond that in its regency; `None` when it is not told.
    pub beyond: Option<Beyond>,
    pub evidence: Option<[u8; 32]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beyond {
    pub district: u32,
    pub regency: u32,
}

/// A topic, the months in which it was given to communities, and how often beside the others. Those that DOMAIN names, when it names
/// them; the health protocol crowds out all others while it lasts.
const GIVEN: [(&str, Month, Month, u32); 13] = [
    ("layanan_publik", ALWAYS, FOREVER, 3),
    ("ektp", ALWAYS, Month::new(2020, 2), 5),
    ("protokol_kesehatan", Month::new(2020, 3), Month::new(2022, 12), 12),
    ("pilkada_2020", Month::new(2020, 6), Month::new(2020, 12), 4),
    ("kesehatan", Month::new(2021, 1), FOREVER, 2),
    ("pemilihan", Month::new(2023, 6), Month::new(2024, 11), 6),
    ("stunting", Month::new(2024, 1), FOREVER, 6),
    ("makan_bergizi_gratis", Month::new(2025, 1), FOREVER, 4),
    ("cek_kesehatan_gratis", Month::new(2025, 2), FOREVER, 4),
    ("ekonomi_desa", Month::new(2025, 1), FOREVER, 1),
    ("koperasi_desa", Month::new(2025, 4), FOREVER, 4),
    ("pelindungan_anak_daring", Month::new(2025, 3), FOREVER, 3),
    ("antihoaks", Month::new(2025, 1), FOREVER, 4),
];
const ALWAYS: Month = Month::new(2000, 1);
const FOREVER: Month = Month::new(9999, 12);

/// Percent of the reports that tell the reach by level, and of those that bring evidence. An office's form asks for both since the
/// platform, and few fill in all of it; no source says how many.
const TELL_REACH: u32 = 40;
const BRING_EVIDENCE: u32 = 30;

#[must_use]
pub fn subject(number: u32, deed: &Deed) -> Subject {
    let day = u64::from(deed.happened_on.to_julian_day().unsigned_abs());
    let mut dice = Dice::of(Topic::Subject, u64::from(number), day * 10_000 + u64::from(deed.reached));
    let told = match deed.kind {
        DeedKind::Dissemination => 80,
        DeedKind::LiteracyClass => 55,
        DeedKind::Coverage => 35,
        DeedKind::Meeting | DeedKind::Training => 15,
        DeedKind::Economic | DeedKind::Social => 5,
    };
    let topic = (dice.below(100) < told).then(|| topic_given((deed.happened_on, deed.happened_on), &mut dice));
    let beyond = (dice.below(100) < TELL_REACH).then(|| beyond(deed, &mut dice));
    let evidence = (dice.below(100) < BRING_EVIDENCE).then(|| dice.bytes());
    Subject { topic, beyond, evidence }
}

/// A topic that is given to communities from the first day to the last.
#[must_use]
pub fn topic_given((first, last): (Date, Date), dice: &mut Dice) -> &'static str {
    let given = || GIVEN.iter().filter(|(_, from, to, _)| *from <= Month::of(first) && Month::of(last) <= *to);
    let mut throw = dice.below(given().map(|(.., weight)| weight).sum());
    let found = given().find(|(.., weight)| match throw.checked_sub(*weight) {
        Some(rest) => {
            throw = rest;
            false
        }
        None => true,
    });
    let (code, ..) = found.expect("the throw lies below the sum");
    code
}

/// What is covered is read far away; the rest is for neighbours.
fn beyond(deed: &Deed, dice: &mut Dice) -> Beyond {
    let (most_in_district, most_in_regency) = if deed.kind == DeedKind::Coverage { (40, 30) } else { (25, 5) };
    let share = |percent: u32| deed.reached * percent / 100;
    Beyond { district: share(dice.below(most_in_district)), regency: share(dice.below(most_in_regency)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::codes;

    #[test]
    fn each_topic_holds_in_the_months_in_which_it_is_given() {
        let listed = codes::topics(i32::MAX);
        for (code, from, ..) in GIVEN {
            let entry = listed.iter().find(|entry| entry.code == code).expect("it is in the list");
            assert!(entry.valid_from <= from.day(1) || from == ALWAYS, "{code}");
        }
    }
}
