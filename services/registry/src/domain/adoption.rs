//! The territory in force for the platform: the decree that region codes are read by, and what became of the regions of those before.

use kim_territory::{Act, Adopted, Changes, Decree, RegionCode, Rulings, Step, Territory};
use time::Date;

use super::Refusal;

#[cfg(test)]
pub(crate) mod histories;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `rulings` decide what the lists leave in doubt, and set right where they mislead.
    Adopt { decree: Decree, rulings: Rulings, today: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// All that changes from the territory in force; a log's first has no such event.
    RegionsChanged {
        step: Step,
        on: Date,
    },
    Adopted {
        decree: Decree,
        on: Date,
    },
}

/// What has been adopted, and the step to what is being adopted.
#[derive(Debug, Clone, Default)]
pub struct Adoption {
    pub adopted: Adopted,
    /// The decree in force; `None` while none was adopted.
    pub last: Option<Decree>,
    /// Known from its own event until the territory that it leads to is in force.
    pub step: Option<Step>,
}

/// An old region that a person must decide about, and what it may have become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub code: RegionCode,
    pub candidates: Vec<RegionCode>,
}

/// Territories are adopted forward only, and list by list: what one step leaves in doubt, a longer one would only hide. The one in
/// force decides nothing.
pub fn decide(state: &Adoption, command: &Command) -> Result<Vec<Event>, Refusal> {
    let Command::Adopt { decree, rulings, today } = command;
    let (to, on) = (*decree, *today);
    let adopted = Event::Adopted { decree: to, on };
    match state.last {
        None => Ok(vec![adopted]),
        Some(from) if from == to => Ok(Vec::new()),
        Some(from) if from > to => Err(Refusal::TerritoryOlder),
        Some(from) => match Decree::ALL.into_iter().find(|between| from < *between && *between < to) {
            Some(between) => Err(Refusal::TerritorySkips(between)),
            None => Ok(vec![Event::RegionsChanged { step: step(from, to, rulings)?, on }, adopted]),
        },
    }
}

fn step(from: Decree, to: Decree, rulings: &Rulings) -> Result<Step, Refusal> {
    let [old, new] = [from, to].map(|decree| Territory::of(decree).list());
    let changes = Changes::ruled(old, new, rulings).map_err(Refusal::TerritoryDecisions)?;
    let doubt = |act: &Act| match act {
        Act::Doubtful { code, candidates } => Some(Doubt { code: *code, candidates: candidates.clone() }),
        _ => None,
    };
    let undecided = || Refusal::TerritoryUndecided(changes.all().filter_map(|change| doubt(&change.act)).collect());
    Step::of(from, to, &changes).ok_or_else(undecided)
}

#[must_use]
pub fn evolve(mut state: Adoption, event: &Event) -> Adoption {
    match event {
        Event::RegionsChanged { step, .. } => state.step = Some(step.clone()),
        Event::Adopted { decree, .. } => {
            state.adopted.adopt(*decree, state.step.take());
            state.last = Some(*decree);
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use kim_territory::{Ruling, RulingError};
    use time::macros::date;

    use super::{histories::rulings, *};

    fn adopt(state: &Adoption, decree: Decree, rulings: Rulings) -> Result<Vec<Event>, Refusal> {
        decide(state, &Command::Adopt { decree, rulings, today: date!(2022 - 10 - 06) })
    }

    fn after(state: Adoption, decree: Decree) -> Adoption {
        let events = adopt(&state, decree, rulings(state.last, decree)).expect("adopted");
        events.iter().fold(state, evolve)
    }

    #[test]
    fn territories_are_adopted_forward_only_and_list_by_list() {
        let none = Adoption::default();
        for (given, decree, expected) in [
            (&[][..], Decree::D2022, Ok(1)),
            (&[], Decree::D2025, Ok(1)),
            (&[Decree::D2022], Decree::D2022, Ok(0)),
            (&[Decree::D2022], Decree::D2023, Ok(2)),
            (&[Decree::D2022], Decree::D2025, Err(Refusal::TerritorySkips(Decree::D2023))),
            (&[Decree::D2025], Decree::D2023, Err(Refusal::TerritoryOlder)),
            (&[Decree::D2022, Decree::D2023], Decree::D2022, Err(Refusal::TerritoryOlder)),
            (&[Decree::D2022, Decree::D2023], Decree::D2023, Ok(0)),
            (&[Decree::D2022, Decree::D2023], Decree::D2025, Ok(2)),
        ] {
            let state = given.iter().fold(none.clone(), |state, decree| after(state, *decree));
            let decided = adopt(&state, decree, rulings(state.last, decree));
            assert_eq!(decided.map(|events| events.len()), expected, "{given:?} {decree}");
        }
    }

    #[test]
    fn what_is_in_doubt_is_named_and_decided_by_a_person() {
        let state = after(Adoption::default(), Decree::D2022);
        let Err(Refusal::TerritoryUndecided(doubts)) = adopt(&state, Decree::D2023, Rulings::new()) else {
            panic!("a village is in doubt")
        };
        assert_eq!(doubts.len(), 1);
        let decided = Rulings::from([(doubts[0].code, Ruling::Gone)]);
        let events = adopt(&state, Decree::D2023, decided).expect("adopted");
        let [Event::RegionsChanged { step, .. }, Event::Adopted { .. }] = &events[..] else { panic!("{events:?}") };
        let gone = step.rows.iter().find(|row| row.old == Some(doubts[0].code)).map(|row| row.new);
        assert_eq!(gone, Some(None));
        let state = events.iter().fold(state, evolve);
        assert_eq!(state.adopted.in_force(), Decree::D2023);
        let sorong = "92.71".parse().expect("a code");
        assert_eq!(state.adopted.follow(&sorong, Decree::D2022), "96.71".parse().ok());
    }

    #[test]
    fn decisions_that_cannot_hold_are_all_told_at_once() {
        let state = after(Adoption::default(), Decree::D2022);
        let code = |text: &str| text.parse::<RegionCode>().expect("a code");
        let wrong = Rulings::from([
            (code("99.01"), Ruling::Gone),
            (code("92.71"), Ruling::Became(code("99.02"))),
            (code("92.02"), Ruling::Became(code("96"))),
        ]);
        let Err(Refusal::TerritoryDecisions(errors)) = adopt(&state, Decree::D2023, wrong) else {
            panic!("all of them are wrong")
        };
        let of: Vec<RegionCode> = errors.iter().map(RulingError::of).collect();
        assert!(["99.01", "92.71", "92.02"].into_iter().all(|wrong| of.contains(&code(wrong))), "{errors:?}");
    }
}
