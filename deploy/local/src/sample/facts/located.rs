//! Where communities and offices are by the territory in force, followed by what the registry adopts.

use std::collections::{BTreeMap, HashMap};

use kim_territory::{Adopted, Decree, Level, RegionCode, Territory};
use time::Date;

use super::{PLAN, TOLD, UNTIL, count};
use crate::sample::{
    month::Month,
    places::code,
    plan::Plan,
    territory::{adopted_on, code_by, in_force, step_to},
};

/// A region as it was told.
type Place = (RegionCode, Decree);

/// A community that moved: from where to where, by which decree.
#[derive(Debug, Clone, Copy)]
struct Move {
    kim: usize,
    from: RegionCode,
    to: RegionCode,
    by: Decree,
}

#[derive(Default)]
pub struct Located {
    adopted: Adopted,
    seats: BTreeMap<usize, Place>,
    /// By today's code.
    offices: HashMap<RegionCode, Place>,
    moves: Vec<Move>,
}

impl Located {
    /// A territory comes into force. Returns the events of it.
    pub fn adopt(&mut self, decree: Decree) -> Vec<&'static str> {
        let step = step_to(decree).cloned();
        let mut events = vec!["territory adopted"];
        events.extend(step.is_some().then_some("regions changed"));
        self.adopted.adopt(decree, step);
        for (code, by) in self.offices.values_mut() {
            let now = self.adopted.seat(code, *by);
            if now != *code {
                (*code, *by) = (now, decree);
                events.push("office moved");
            }
        }
        for (&kim, (code, by)) in &mut self.seats {
            let now = self.adopted.seat(code, *by);
            if now != *code {
                let stays = now.subject_tokens() == code.subject_tokens();
                events.extend(if stays { &["seat moved"][..] } else { &["moved out", "moved in"] });
                self.moves.push(Move { kim, from: *code, to: now, by: decree });
                (*code, *by) = (now, decree);
            }
        }
        let places = self.seats.values().chain(self.offices.values());
        places.for_each(|(code, _)| assert!(self.adopted.territory().get(code).is_some(), "{code} by {decree}"));
        events
    }

    pub fn establish(&mut self, region: RegionCode, day: Date) {
        let place = self.told(region, day);
        assert_eq!(self.offices.insert(region, place), None, "{region} has one office");
    }

    pub fn seat(&mut self, kim: usize, seat: RegionCode, day: Date) {
        let place = self.told(seat, day);
        assert_eq!(self.seats.insert(kim, place), None, "{kim} is entered once");
    }

    /// The region that is called `today` by today's territory is told by the one in force, which has it.
    fn told(&self, today: RegionCode, day: Date) -> Place {
        let decree = in_force(day);
        assert_eq!(self.adopted.in_force(), decree, "{day}");
        let code = code_by(decree, today).expect("it is there");
        assert!(self.adopted.territory().get(&code).is_some(), "{code} by {decree}");
        (code, decree)
    }

    pub fn has_office(&self, region: RegionCode) -> bool {
        self.offices.contains_key(&region)
    }

    fn moved(&self, by: Decree) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(move |moved| moved.by == by)
    }
}

#[test]
fn each_community_and_office_ends_where_it_is_planned() {
    let located = &TOLD.located;
    assert_eq!(located.adopted.decrees().collect::<Vec<_>>(), Decree::ALL);
    assert_eq!(located.seats.len(), PLAN.kims.len());
    for (kim, (code, _)) in &located.seats {
        assert_eq!(*code, PLAN.kims[*kim].record.seat, "{kim}");
    }
    assert_eq!(located.offices.len(), PLAN.offices.len());
    for (region, (code, _)) in &located.offices {
        assert_eq!(code, region);
    }
}

#[test]
fn communities_of_papua_barat_daya_were_told_under_papua_barat() {
    let (old, new) = (code("92"), code("96"));
    let moves: Vec<&Move> = TOLD.located.moved(Decree::D2023).collect();
    let left = moves.iter().filter(|moved| old.contains(&moved.from)).count();
    assert!(left >= 5, "{left}: {moves:?}");
    for Move { from, to, .. } in moves.into_iter().filter(|moved| old.contains(&moved.from)) {
        assert!(new.contains(to), "{from} is {to}");
    }
    // All that were there by then moved, and all that came later are told of the new province.
    let day = adopted_on(Decree::D2023);
    let there = |step: &&crate::sample::plan::Step| step.starts.date() < day;
    let listed = PLAN.steps.iter().take_while(there).flat_map(|step| &step.listed);
    let listed = listed.filter(|listed| new.contains(&PLAN.kims[listed.kim].record.seat)).count();
    assert_eq!(listed, left, "before the platform communities come with lists");
    assert_eq!(
        (count("moved out"), count("moved in")),
        (left, left),
        "only a new province takes regencies from others"
    );
    assert_eq!(count("office moved"), Territory::current().count(&new, Level::Regency));
}

/// Of 83,762 villages 116 have another code since 2025: of the few thousand that have a community hardly any.
#[test]
fn a_seat_has_another_code_since_2025() {
    let moves: Vec<&Move> = TOLD.located.moved(Decree::D2025).collect();
    assert!((1..30).contains(&moves.len()), "{moves:?}");
    assert_eq!(count("seat moved") + count("moved out"), TOLD.located.moves.len());
    assert_eq!((count("territory adopted"), count("regions changed")), (3, 2));
}

#[test]
fn a_plan_that_ends_before_a_territory_does_not_adopt_it() {
    let earlier = Plan::of(Month::new(2022, 12), code("96"));
    let adopted = earlier.steps.iter().flat_map(|step| &step.commands);
    let adopted = adopted.filter(|(_, command)| matches!(command, crate::sample::command::Command::AdoptTerritory(_)));
    assert_eq!(adopted.count(), 1);
    assert!(UNTIL > Month::of(adopted_on(Decree::D2025)));
}

/// Prints who moves: `cargo test -p kim-local moves -- --ignored --nocapture`.
#[test]
#[ignore = "prints"]
fn moves() {
    for Move { kim, from, to, by } in &TOLD.located.moves {
        let record = &PLAN.kims[*kim].record;
        println!("{by} {from} {to} {}", record.name);
    }
}
