//! A training (bimtek, sosialisasi) that was held, with the communities that took part.

use std::collections::HashSet;

use time::Date;

use super::{
    Refusal,
    ids::{CommunityId, OfficeId},
    region::Region,
};

/// As many communities as one training may list: more than any province has, and well within an event's size.
pub const MAX_PARTICIPANTS: usize = 5_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingKind {
    Bimtek,
    Sosialisasi,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    pub kind: TrainingKind,
    /// Code of the topic: `platform_kim`.
    pub topic: Box<str>,
    /// The region that it was held for.
    pub region: Region,
    pub host: Option<OfficeId>,
    pub held_from: Date,
    pub held_to: Date,
    pub participants: Vec<CommunityId>,
    pub office_staff: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Hold { training: Training, today: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Held(Training),
}

pub fn decide(state: Option<&Training>, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Hold { training, today } = command;
    if state.is_some() {
        return Err(Refusal::TrainingExists);
    }
    if training.held_to < training.held_from {
        return Err(Refusal::TrainingEndsBeforeBegin);
    }
    if training.held_to > today {
        return Err(Refusal::TrainingInFuture);
    }
    if training.participants.len() > MAX_PARTICIPANTS {
        return Err(Refusal::TooManyParticipants(MAX_PARTICIPANTS));
    }
    let mut seen = HashSet::with_capacity(training.participants.len());
    if !training.participants.iter().all(|id| seen.insert(id)) {
        return Err(Refusal::ParticipantDoubled);
    }
    Ok(vec![Event::Held(training)])
}

#[must_use]
pub fn evolve(_state: Option<Training>, event: &Event) -> Option<Training> {
    let Event::Held(training) = event;
    Some(training.clone())
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    fn training() -> Training {
        Training {
            kind: TrainingKind::Bimtek,
            topic: "platform_kim".into(),
            region: Region::nation(),
            host: None,
            held_from: date!(2022 - 10 - 06),
            held_to: date!(2022 - 10 - 07),
            participants: (1..4).map(|n| CommunityId(Uuid::from_u128(n))).collect(),
            office_staff: 12,
        }
    }

    fn hold(state: Option<&Training>, training: Training) -> Result<Vec<Event>, Refusal> {
        decide(state, Command::Hold { training, today: date!(2022 - 10 - 07) })
    }

    #[test]
    fn a_training_was_held_once_and_in_the_past() {
        let held = hold(None, training()).expect("held");
        let state = held.iter().fold(None, evolve);
        assert_eq!(state, Some(training()));
        assert_eq!(hold(state.as_ref(), training()), Err(Refusal::TrainingExists));
        for (change, refusal) in [
            ((|t| t.held_to = date!(2022 - 10 - 05)) as fn(&mut Training), Refusal::TrainingEndsBeforeBegin),
            (|t| t.held_to = date!(2022 - 10 - 08), Refusal::TrainingInFuture),
            (|t| t.participants.push(t.participants[0]), Refusal::ParticipantDoubled),
            (
                |t| t.participants = (0..5_001).map(|n| CommunityId(Uuid::from_u128(n))).collect(),
                Refusal::TooManyParticipants(MAX_PARTICIPANTS),
            ),
        ] {
            let mut other = training();
            change(&mut other);
            assert_eq!(hold(None, other), Err(refusal));
        }
    }
}
