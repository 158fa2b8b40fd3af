//! What holds for the changes between any two lists.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use kim_territory::{Act, ActKind, Changes, Decree, Fate, Level, RegionCode, RegionList, Territory, likeliest};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

mod nation;

use nation::Nation;

fn seeded() -> (u64, ChaCha8Rng) {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    (seed, ChaCha8Rng::seed_from_u64(seed))
}

fn codes(list: &RegionList) -> BTreeSet<RegionCode> {
    Level::ALL.into_iter().flat_map(|level| list.within(&RegionCode::NATION, level)).map(|region| region.code).collect()
}

/// Each old code is unchanged, changed or in doubt; each new one is reached from an old one, or new.
fn each_code_is_accounted_for(changes: &Changes<'_>) {
    let mut acts: BTreeMap<RegionCode, &Act> = BTreeMap::new();
    for change in changes.all() {
        for old in change.act.olds() {
            assert_eq!(acts.insert(*old, &change.act), None, "{old} is changed twice");
        }
    }
    let mut became = BTreeMap::new();
    let mut reached = BTreeSet::new();
    for code in codes(changes.old_list()) {
        let fate = changes.fate(&code).expect("an old region has a fate");
        if let Fate::Became(heir) = fate {
            assert_eq!(became.insert(heir, code), None, "two became {heir}");
        }
        reached.extend(fate.heir());
        match (acts.get(&code), fate) {
            (None, Fate::Became(heir)) => {
                let name = |list: &RegionList| list.get(&code).map(|region| region.name.to_lowercase());
                let simple = |name: Option<String>| name.map(|name| name.replace(|c: char| !c.is_alphanumeric(), ""));
                assert_eq!(
                    (heir, simple(name(changes.old_list()))),
                    (code, simple(name(changes.new_list()))),
                    "unchanged"
                );
            }
            (Some(Act::Doubtful { candidates, .. }), Fate::Doubtful) => reached.extend(candidates),
            (Some(Act::Gone(_)), Fate::Gone) => {}
            (Some(Act::Renamed(_)), Fate::Became(heir)) => assert_eq!(heir, code),
            (Some(Act::Moved { to, .. }), Fate::Became(heir)) => assert_eq!(heir, *to),
            (Some(Act::Merged { into, .. }), Fate::Joined(heir)) => assert_eq!(heir, *into),
            (Some(Act::Split { into, .. }), Fate::Became(heir) | Fate::Joined(heir)) => {
                assert_eq!(heir, into[0]);
                reached.extend(into);
            }
            (act, fate) => panic!("{code}: {act:?} and {fate:?}"),
        }
    }
    let new: BTreeSet<RegionCode> =
        changes.all().filter(|change| change.act.kind() == ActKind::New).map(|change| change.act.code()).collect();
    for code in codes(changes.new_list()) {
        assert_ne!(reached.contains(&code), new.contains(&code), "{code} is reached, or new");
    }
}

/// The changes applied to the old list give the codes of the new one.
fn applied(changes: &Changes<'_>) -> BTreeSet<RegionCode> {
    let mut codes = codes(changes.old_list());
    let acts = || changes.all().map(|change| &change.act);
    for old in acts().flat_map(Act::olds) {
        codes.remove(old);
    }
    codes.extend(acts().flat_map(Act::news));
    codes
}

fn all_holds(old: &RegionList, new: &RegionList) {
    each_code_is_accounted_for(&Changes::between(old, new));
    let rulings = likeliest(old, new);
    let decided = Changes::ruled(old, new, &rulings).expect("each decision holds");
    each_code_is_accounted_for(&decided);
    assert!(decided.is_certain());
    assert_eq!(applied(&decided), codes(new));
}

#[test]
fn changes_between_the_real_territories_lead_from_one_to_the_other() {
    for (from, to) in [(0, 1), (1, 2), (2, 1)] {
        let [old, new] = [from, to].map(|i| Territory::of(Decree::ALL[i]).list());
        all_holds(old, new);
    }
}

#[test]
fn changes_between_any_two_lists_lead_from_one_to_the_other() {
    let (seed, mut rng) = seeded();
    for round in 0..150 {
        println!("round {round}, seed {seed}");
        let pool = [0, 8, 40][round % 3];
        let before = Nation::random(&mut rng, pool);
        let mut after = before.clone();
        for _ in 0..rng.random_range(0..12) {
            after.change(&mut rng, &before);
        }
        all_holds(&before.list(), &after.list());
        all_holds(&after.list(), &before.list());
    }
}

#[test]
fn where_each_name_is_borne_once_nothing_certain_is_wrong() {
    let (seed, mut rng) = seeded();
    let mut certain = 0;
    for round in 0..150 {
        println!("round {round}, seed {seed}");
        let before = Nation::random(&mut rng, 0);
        let mut after = before.clone();
        for _ in 0..rng.random_range(1..8) {
            after.change(&mut rng, &before);
        }
        let (old, new) = (before.list(), after.list());
        let changes = Changes::between(&old, &new);
        for (code, id) in &before.regions {
            match changes.fate(code).expect("an old region has a fate") {
                Fate::Doubtful => {}
                Fate::Became(heir) => assert_eq!(Some(heir), after.code_of(*id), "{code}"),
                Fate::Joined(heir) => {
                    let mut into = *id;
                    while let Some(next) = after.merged.get(&into) {
                        into = *next;
                    }
                    assert_eq!(Some(heir), after.code_of(into), "{code}");
                }
                Fate::Gone => panic!("{code}: the lists alone never say so"),
            }
        }
        for change in changes.all() {
            certain += usize::from(change.act.kind() != ActKind::Doubtful);
            if let Act::Split { into, .. } = &change.act {
                let new = |code: &RegionCode| !before.regions.values().any(|id| *id == after.regions[code]);
                assert!(into[1..].iter().all(new), "{:?}", change.act);
            }
        }
    }
    assert!(certain > 1_000, "{certain} certain changes, seed {seed}");
}
