use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::*;
use crate::{Level, likeliest};

fn code(text: &str) -> RegionCode {
    text.parse().unwrap()
}

fn codes(texts: &[&str]) -> Vec<RegionCode> {
    texts.iter().map(|text| code(text)).collect()
}

fn changes(from: Decree, to: Decree) -> Changes<'static> {
    let [old, new] = [from, to].map(|decree| Territory::of(decree).list());
    Changes::ruled(old, new, &likeliest(old, new)).expect("each decision holds")
}

/// From each of the real territories to the next.
fn steps() -> &'static [Step; 2] {
    static STEPS: LazyLock<[Step; 2]> = LazyLock::new(|| {
        [(Decree::D2022, Decree::D2023), (Decree::D2023, Decree::D2025)]
            .map(|(from, to)| Step::of(from, to, &changes(from, to)).expect("nothing is in doubt"))
    });
    &STEPS
}

/// All three, one after another.
fn all() -> Adopted {
    let mut adopted = Adopted::default();
    adopted.adopt(Decree::D2022, None);
    for step in steps() {
        adopted.adopt(step.to, Some(step.clone()));
    }
    adopted
}

fn rows(rows: &[(Option<&str>, Option<&str>, ActKind)]) -> Vec<RegionStep> {
    rows.iter().map(|(old, new, kind)| RegionStep { old: old.map(code), new: new.map(code), kind: *kind }).collect()
}

/// The territory of 2023 after that of 2022 with these rows, whatever the lists say.
fn after(changed: &[(Option<&str>, Option<&str>, ActKind)]) -> Adopted {
    let mut adopted = Adopted::default();
    adopted.adopt(Decree::D2022, None);
    let step = Step { from: Decree::D2022, to: Decree::D2023, rows: rows(changed) };
    adopted.adopt(Decree::D2023, Some(step));
    adopted
}

#[test]
fn the_newest_is_in_force_until_one_is_adopted() {
    let mut adopted = Adopted::default();
    assert_eq!(adopted.in_force(), Decree::CURRENT);
    adopted.adopt(Decree::D2022, None);
    assert_eq!(adopted.in_force(), Decree::D2022);
    assert_eq!(adopted.territory().decree(), Decree::D2022);
    assert_eq!(adopted.follow(&code("14"), Decree::D2022), Some(code("14")));
    // Not yet.
    assert_eq!(adopted.follow(&code("96"), Decree::D2023), None);
    assert_eq!(adopted.cover(&code("14"), Decree::D2025), None);
    assert_eq!(adopted.seat(&code("14"), Decree::D2025), RegionCode::NATION);
}

#[test]
fn a_step_that_does_not_follow_the_one_before_leaves_older_ones_unknown() {
    let mut adopted = Adopted::default();
    adopted.adopt(Decree::D2022, None);
    adopted.adopt(Decree::D2025, None);
    assert_eq!(adopted.decrees().collect::<Vec<_>>(), [Decree::D2025]);
    assert_eq!(adopted.follow(&code("14"), Decree::D2022), None);
    adopted.adopt(Decree::D2025, None);
    assert_eq!(adopted.in_force(), Decree::D2025);
}

#[test]
fn a_split_has_a_row_for_each_part_and_its_heir_first() {
    let split: Vec<RegionStep> = steps()[0].rows.iter().filter(|row| row.old == Some(code("92"))).copied().collect();
    assert_eq!(split, rows(&[(Some("92"), Some("92"), ActKind::Split), (Some("92"), Some("96"), ActKind::Split)]));
}

#[test]
fn nothing_is_a_step_while_something_is_in_doubt() {
    let [old, new] = [Decree::D2023, Decree::D2025];
    let changes = Changes::between(Territory::of(old).list(), Territory::of(new).list());
    assert_eq!(Step::of(old, new, &changes), None);
}

#[test]
fn regions_of_each_adopted_decree_are_followed_to_the_one_in_force() {
    let adopted = all();
    assert_eq!(adopted.decrees().collect::<Vec<_>>(), Decree::ALL);
    for (old, decree, now) in [
        ("92.71", Decree::D2022, Some("96.71")),
        ("92.71", Decree::D2023, None),
        ("96.71", Decree::D2023, Some("96.71")),
        ("92", Decree::D2022, Some("92")),
        ("00", Decree::D2022, Some("00")),
        ("14.01.01.2009", Decree::D2022, Some("14.01.01.2009")),
        ("99", Decree::D2022, None),
    ] {
        assert_eq!(adopted.follow(&code(old), decree), now.map(code), "{old} {decree}");
    }
    let heir = |code: RegionCode, step: &Step| {
        let row = step.rows.iter().find(|row| row.old == Some(code));
        row.map_or(Some(code), |row| row.new)
    };
    for village in Territory::of(Decree::D2022).within(&RegionCode::NATION, Level::Village) {
        let now = steps().iter().try_fold(village.code, heir);
        assert_eq!(adopted.follow(&village.code, Decree::D2022), now, "{village:?}");
        let seat = adopted.seat(&village.code, Decree::D2022);
        assert!(now.is_none_or(|now| seat == now) && adopted.territory().get(&seat).is_some(), "{village:?}");
    }
}

#[test]
fn the_covers_of_an_older_territory_part_the_villages_of_today() {
    let adopted = all();
    let today = adopted.territory();
    for decree in Decree::ALL {
        // New districts took villages of several, and villages went from one to another: all in regencies that stayed whole.
        let districts = if decree == Decree::D2025 { 0 } else { 14 };
        for (level, mixed) in [(Level::Province, 0), (Level::Regency, 0), (Level::District, districts)] {
            let mut owners: BTreeMap<RegionCode, RegionCode> = BTreeMap::new();
            let mut untold = 0;
            for region in Territory::of(decree).within(&RegionCode::NATION, level) {
                let Some(cover) = adopted.cover(&region.code, decree) else {
                    untold += 1;
                    continue;
                };
                for part in &cover {
                    assert!(today.get(part).is_some(), "{decree} {region:?}: {part}");
                    for village in today.within(part, Level::Village) {
                        assert_eq!(owners.insert(village.code, region.code), None, "{decree} {region:?}: {village:?}");
                    }
                }
                // What goes on for it is in its cover, and what went on for anything in it.
                let inside = |code: RegionCode| cover.iter().any(|part| part.contains(&code));
                assert!(inside(adopted.seat(&region.code, decree)), "{decree} {region:?}");
                for village in Territory::of(decree).within(&region.code, Level::Village) {
                    assert!(inside(adopted.seat(&village.code, decree)), "{decree} {region:?}: {village:?}");
                }
            }
            assert_eq!(untold, mixed, "{decree} {level:?}");
            if untold == 0 {
                assert_eq!(owners.len(), today.count(&RegionCode::NATION, Level::Village), "{decree} {level:?}");
            }
        }
    }
}

#[test]
fn what_cannot_be_told_apart_has_no_cover() {
    use ActKind::{Gone, Merged, Moved, Split};
    let (first, second, third) = ("14.01.01.2009", "14.01.01.2010", "14.01.02.2001");
    for (changed, covers) in [
        // Two villages of one district are one now: neither can be told, and their district can.
        (
            vec![(Some(first), Some(second), Merged)],
            vec![(first, None), (second, None), ("14.01.01", Some(vec!["14.01.01"]))],
        ),
        // A village is gone, and its seats are its district's.
        (
            vec![(Some(first), None, Gone)],
            vec![(first, None), (second, Some(vec![second])), ("14.01.01", Some(vec!["14.01.01"]))],
        ),
        // Two villages took each other's place: what is in their districts is no longer only theirs.
        (
            vec![(Some(first), Some(third), Moved), (Some(third), Some(first), Moved)],
            vec![
                (first, Some(vec![third])),
                (third, Some(vec![first])),
                ("14.01.01", None),
                ("14.01", Some(vec!["14.01"])),
            ],
        ),
        // A district of which a part went to another one.
        (
            vec![(Some("14.01.01"), Some("14.01.01"), Split), (Some("14.01.01"), Some("14.01.02"), Split)],
            vec![("14.01.01", None), ("14.01.02", None), (first, Some(vec![first])), ("14.01", Some(vec!["14.01"]))],
        ),
    ] {
        let adopted = after(&changed);
        for (old, cover) in covers {
            let expected = cover.map(|cover| codes(&cover));
            assert_eq!(adopted.cover(&code(old), Decree::D2022), expected, "{changed:?}: {old}");
        }
    }
}
