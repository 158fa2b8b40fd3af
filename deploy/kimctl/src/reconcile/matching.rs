//! Which row of somebody else's list is which registered community.
//!
//! A pair is one when the name is the same at the same seat; or alike there; or the same at a seat nearby, and a date confirms it. In
//! the last two each side must have no other candidate. What else is alike is in doubt, and for a person to decide.

use std::collections::{HashMap, HashSet};

use crate::likeness::{Alike, Known, between};

/// What is which, by the places in both lists: `one` is a row, `other` a registered community.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matching {
    /// In the order of their list.
    pub matched: Vec<Alike>,
    /// Alike, and nothing confirms it.
    pub doubtful: Vec<Alike>,
    /// Like nothing that is registered.
    pub only_theirs: Vec<usize>,
    pub only_ours: Vec<usize>,
}

/// Matches their list, in which nobody is twice, with ours. `confirmed` says whether something else than the name speaks for a pair.
#[must_use]
pub fn matching(theirs: &[Known], ours: &[Known], confirmed: impl Fn(usize, usize) -> bool) -> Matching {
    let mut found = Matching::default();
    let (mut row_taken, mut ours_taken) = (HashSet::new(), HashSet::new());
    let at: HashMap<_, usize> =
        ours.iter().enumerate().map(|(place, known)| ((known.seat, known.name.key()), place)).collect();
    for (row, known) in theirs.iter().enumerate() {
        if let Some(&place) = at.get(&(known.seat, known.name.key())) {
            row_taken.insert(row);
            ours_taken.insert(place);
            found.matched.push(Alike { one: row, other: place, likeness: 1.0 });
        }
    }
    let mut alike = between(theirs, ours);
    let at_seat = |pair: &Alike| theirs[pair.one].seat == ours[pair.other].seat;
    let nearby =
        |pair: &Alike| theirs[pair.one].name.key() == ours[pair.other].name.key() && confirmed(pair.one, pair.other);
    for is_one in [&at_seat as &dyn Fn(&Alike) -> bool, &nearby] {
        alike.retain(|pair| !row_taken.contains(&pair.one) && !ours_taken.contains(&pair.other));
        for pair in without_rivals(alike.iter().copied().filter(|pair| is_one(pair)).collect()) {
            row_taken.insert(pair.one);
            ours_taken.insert(pair.other);
            found.matched.push(pair);
        }
    }
    alike.retain(|pair| !row_taken.contains(&pair.one) && !ours_taken.contains(&pair.other));
    for pair in &alike {
        row_taken.insert(pair.one);
        ours_taken.insert(pair.other);
    }
    found.doubtful = alike;
    found.matched.sort_by_key(|pair| pair.one);
    found.only_theirs = (0..theirs.len()).filter(|row| !row_taken.contains(row)).collect();
    found.only_ours = (0..ours.len()).filter(|place| !ours_taken.contains(place)).collect();
    found
}

/// The pairs of which neither side is in another one.
fn without_rivals(pairs: Vec<Alike>) -> Vec<Alike> {
    let (mut ones, mut others): (HashMap<usize, usize>, HashMap<usize, usize>) = (HashMap::new(), HashMap::new());
    for pair in &pairs {
        *ones.entry(pair.one).or_default() += 1;
        *others.entry(pair.other).or_default() += 1;
    }
    pairs.into_iter().filter(|pair| ones[&pair.one] == 1 && others[&pair.other] == 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KUMANTAN: &str = "14.01.01.2009";
    const RIDAN: &str = "14.01.01.2010";
    const DISTRICT: &str = "14.01.01";

    fn list(communities: &[(&str, &str)]) -> Vec<Known> {
        communities.iter().map(|(name, seat)| Known::new(name, seat.parse().unwrap())).collect()
    }

    /// Matched pairs, doubtful pairs, only theirs, only ours.
    type Places = (Vec<(usize, usize)>, Vec<(usize, usize)>, Vec<usize>, Vec<usize>);

    fn places(theirs: &[(&str, &str)], ours: &[(&str, &str)], confirmed: bool) -> Places {
        let found = matching(&list(theirs), &list(ours), |_, _| confirmed);
        let matched = found.matched.iter().map(|pair| (pair.one, pair.other)).collect();
        let mut doubtful: Vec<_> = found.doubtful.iter().map(|pair| (pair.one, pair.other)).collect();
        doubtful.sort_unstable();
        (matched, doubtful, found.only_theirs, found.only_ours)
    }

    #[test]
    fn the_same_name_at_the_same_seat_goes_first() {
        let theirs = [("KIM Pasirhumi", KUMANTAN), ("KIM Pasir Huni", KUMANTAN), ("KIM Melati", RIDAN)];
        let ours = [("kim pasirhuni", KUMANTAN), ("KIM Anggrek", RIDAN)];
        assert_eq!(places(&theirs, &ours, false), (vec![(1, 0)], vec![], vec![0, 2], vec![1]));
    }

    #[test]
    fn an_alike_name_is_confirmed_by_the_seat_unless_there_are_two() {
        let theirs = [("KIM Pasirhumi", KUMANTAN)];
        assert_eq!(places(&theirs, &[("KIM Pasir Huni", KUMANTAN)], false), (vec![(0, 0)], vec![], vec![], vec![]));
        let two = [("KIM Pasir Huni", KUMANTAN), ("KIM Pasirhuny", KUMANTAN)];
        assert_eq!(places(&theirs, &two, true), (vec![], vec![(0, 0), (0, 1)], vec![], vec![]));
    }

    #[test]
    fn a_name_at_another_seat_needs_more_than_itself() {
        let (theirs, ours) = ([("KIM Suara Rakyat", DISTRICT)], [("KIM Suara Rakyat", KUMANTAN)]);
        assert_eq!(places(&theirs, &ours, false), (vec![], vec![(0, 0)], vec![], vec![]));
        assert_eq!(places(&theirs, &ours, true), (vec![(0, 0)], vec![], vec![], vec![]));
        let two = [("KIM Suara Rakyat", KUMANTAN), ("KIM Suara Rakyat", RIDAN)];
        assert_eq!(places(&theirs, &two, true), (vec![], vec![(0, 0), (0, 1)], vec![], vec![]));
        let alike = [("KIM Suara Rakyad", KUMANTAN)];
        assert_eq!(places(&theirs, &alike, true), (vec![], vec![(0, 0)], vec![], vec![]), "alike, and elsewhere");
    }
}
