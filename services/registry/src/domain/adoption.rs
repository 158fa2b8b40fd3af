//! The territory in force for the platform: the decree that region codes are read by.

use kim_territory::Decree;
use time::Date;

use super::Refusal;

/// The newest adopted decree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Adopted(pub Option<Decree>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Adopt { decree: Decree, today: Date },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Adopted { decree: Decree, on: Date },
}

/// Territories are adopted forward only; the one in force decides nothing.
pub fn decide(state: &Adopted, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Adopt { decree, today } = command;
    match state.0 {
        Some(current) if current == decree => Ok(Vec::new()),
        Some(current) if current > decree => Err(Refusal::TerritoryOlder),
        _ => Ok(vec![Event::Adopted { decree, on: today }]),
    }
}

#[must_use]
pub fn evolve(_state: Adopted, event: &Event) -> Adopted {
    let Event::Adopted { decree, .. } = event;
    Adopted(Some(*decree))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn territories_are_adopted_forward_only() {
        let adopt = |state: Adopted, decree| decide(&state, Command::Adopt { decree, today: date!(2022 - 10 - 06) });
        let none = Adopted::default();
        let events = adopt(none, Decree::D2022).expect("adopted");
        let state = events.iter().fold(none, evolve);
        assert_eq!(adopt(state, Decree::D2022), Ok(vec![]));
        let events = adopt(state, Decree::D2025).expect("adopted");
        let state = events.iter().fold(state, evolve);
        assert_eq!(adopt(state, Decree::D2023), Err(Refusal::TerritoryOlder));
    }
}
