//! Which communities are likely the same: by their names and their seats.
//!
//! Only communities of one regency whose seats are near each other are compared, so that a nation's list takes seconds.

mod name;

pub use name::Name;

use std::collections::HashMap;

use kim_contract::registry::v1::CommunityProfile;
use kim_territory::{Level, RegionCode};

use crate::places::today;

/// From here on, two at one seat are likely the same.
const AT_ONE_SEAT: f64 = 0.90;
/// From here on, two at seats that are near each other are.
const NEARBY: f64 = 0.94;

/// A community as it is compared.
#[derive(Debug, Clone)]
pub struct Known {
    pub name: Name,
    pub seat: RegionCode,
}

/// One of a list and one of another, or of the same, that are likely the same community.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alike {
    pub one: usize,
    pub other: usize,
    /// 0 to 1.
    pub likeness: f64,
}

impl Alike {
    /// Whole percents, rounded down: only what is the same is 100.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a likeness is 0 to 1")]
    pub fn percent(&self) -> u8 {
        (self.likeness * 100.0) as u8
    }
}

impl Known {
    #[must_use]
    pub fn new(name: &str, seat: RegionCode) -> Self {
        Self { name: Name::new(name, seat), seat }
    }

    /// `None` without a name or a seat.
    #[must_use]
    pub fn of(profile: Option<&CommunityProfile>) -> Option<Self> {
        let profile = profile.filter(|profile| !profile.name.is_empty())?;
        Some(Self::new(&profile.name, today(profile.seat.as_ref()?)?))
    }

    /// How alike two are, if they are likely the same.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> Option<f64> {
        let (seat, nested) = (self.seat == other.seat, self.is_within(other) || other.is_within(self));
        if !seat && !nested && !self.is_beside(other) {
            return None;
        }
        // Each is named by its own place, and these are two.
        if !seat && self.name.says_seat() && other.name.says_seat() {
            return None;
        }
        let likeness = self.name.likeness(&other.name, seat || nested);
        (likeness >= if seat { AT_ONE_SEAT } else { NEARBY }).then_some(likeness)
    }

    fn is_within(&self, other: &Self) -> bool {
        other.seat.contains(&self.seat)
    }

    /// Villages of one district, districts of one regency.
    fn is_beside(&self, other: &Self) -> bool {
        self.seat.level() > Level::Regency && self.seat.parent() == other.seat.parent()
    }
}

/// Those of one list that are likely in the other, each pair once, the most alike first.
#[must_use]
pub fn between(ones: &[Known], others: &[Known]) -> Vec<Alike> {
    let there = by_regency(others);
    let mut alike = Vec::new();
    for (one, known) in ones.iter().enumerate() {
        for &other in known.seat.regency().and_then(|regency| there.get(&regency)).into_iter().flatten() {
            let likeness = known.likeness(&others[other]);
            alike.extend(likeness.map(|likeness| Alike { one, other, likeness }));
        }
    }
    sorted(alike)
}

/// Those of a list that are likely in it twice, each pair once, the most alike first.
#[must_use]
pub fn among(all: &[Known]) -> Vec<Alike> {
    let mut alike = Vec::new();
    for members in by_regency(all).values() {
        for (place, &one) in members.iter().enumerate() {
            for &other in &members[place + 1..] {
                let likeness = all[one].likeness(&all[other]);
                alike.extend(likeness.map(|likeness| Alike { one, other, likeness }));
            }
        }
    }
    sorted(alike)
}

fn by_regency(all: &[Known]) -> HashMap<RegionCode, Vec<usize>> {
    let mut regencies: HashMap<RegionCode, Vec<usize>> = HashMap::new();
    for (place, known) in all.iter().enumerate() {
        if let Some(regency) = known.seat.regency() {
            regencies.entry(regency).or_default().push(place);
        }
    }
    regencies
}

fn sorted(mut alike: Vec<Alike>) -> Vec<Alike> {
    alike.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then((a.one, a.other).cmp(&(b.one, b.other))));
    alike
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use kim_territory::Territory;

    use super::*;

    fn known(name: &str, seat: &str) -> Known {
        Known::new(name, seat.parse().unwrap())
    }

    #[test]
    fn what_is_likely_the_same_is_found_and_what_is_not_is_left() {
        let (kumantan, ridan, district, regency) = ("14.01.01.2009", "14.01.01.2010", "14.01.01", "14.01");
        for (one, other, alike) in [
            (("KIM Pasir Huni", kumantan), ("kim \"Pasirhuni\"", kumantan), true),
            (("KIM Pasir Huni", kumantan), ("Kelompok Informasi Masyarakat (KIM) Pasirhumi", kumantan), true),
            (("KIM Sumber Makmur", kumantan), ("KIM Sumber Makmur Kumantan", kumantan), true),
            (("KIM Sumber Makmur", kumantan), ("KIM Makmur Sumber", kumantan), true),
            (("KIM Kumantan", kumantan), ("KIM Desa Kumantan", kumantan), true),
            (("KIM Suara Rakyat", kumantan), ("KIM Suara Rakyat", ridan), true),
            (("KIM Suara Rakyat", kumantan), ("KIM Suara Rakyat", district), true),
            (("KIM Suara Rakyat", district), ("KIM Suara Rakyat", "14.01.02"), true),
            (("KIM Suara Rakyat", kumantan), ("KIM Suara Rakyat", regency), true),
            // Another name.
            (("KIM Sumber Makmur", kumantan), ("KIM Sumber Rejeki", kumantan), false),
            (("KIM Mekar Sari", kumantan), ("KIM Mekar Jaya", kumantan), false),
            // Counted through.
            (("KIM Melati 1", kumantan), ("KIM Melati 2", kumantan), false),
            (("KIM Melati II", kumantan), ("KIM Melati III", kumantan), false),
            // Each named by its own village.
            (("KIM Sumber Makmur Kumantan", kumantan), ("KIM Sumber Makmur Ridan Permai", ridan), false),
            (("KIM Kumantan", kumantan), ("KIM Bangkinang Kota", district), false),
            // Too far away.
            (("KIM Suara Rakyat", kumantan), ("KIM Suara Rakyat", "14.01.02.2001"), false),
            (("KIM Suara Rakyat", regency), ("KIM Suara Rakyat", "14.02"), false),
            (("KIM Suara Rakyat", "14"), ("KIM Suara Rakyat", "14"), false),
        ] {
            let (one, other) = (known(one.0, one.1), known(other.0, other.1));
            let found = between(std::slice::from_ref(&one), std::slice::from_ref(&other));
            assert_eq!(!found.is_empty(), alike, "{one:?} {other:?} {found:?}");
            assert_eq!(among(&[other, one]).is_empty(), found.is_empty(), "it is alike both ways");
        }
    }

    #[test]
    fn the_most_alike_come_first() {
        let there = [known("KIM Pasirhumi", "14.01.01.2009"), known("KIM Pasirhuni", "14.01.01.2009")];
        let found = between(&[known("KIM Pasir Huni", "14.01.01.2009")], &there);
        assert_eq!(found.iter().map(|alike| alike.other).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(found.iter().map(Alike::percent).collect::<Vec<_>>(), [100, 95]);
    }

    #[test]
    fn a_community_in_each_village_of_a_province_is_found_again_and_no_other() {
        let villages = Territory::current().within(&"35".parse().unwrap(), Level::Village);
        let all: Vec<Known> =
            villages.map(|village| Known::new(&format!("KIM Suara {}", village.name), village.code)).collect();
        let begun = Instant::now();
        let found = between(&all, &all);
        println!("{} among {} in {:?}", found.len(), all.len(), begun.elapsed());
        assert!(found.len() == all.len() && found.iter().all(|alike| alike.one == alike.other));
    }
}
