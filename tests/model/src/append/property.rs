//! What must be true of each state.

use stateright::Property;

use super::{Answer, Append, Stage, Standing, State};

pub(super) const GAPLESS: &str = "positions are gapless and in the order of commits";
pub(super) const READER: &str = "a reader misses nothing";
pub(super) const ONCE: &str = "a command is in the log once at most, and whole";
pub(super) const ACKNOWLEDGED: &str = "what was acknowledged is in the log";
pub(super) const FAILED: &str = "who was told that it failed has nothing in the log";
pub(super) const VERSIONS: &str = "an aggregate's versions have no gap and no double";
pub(super) const ALONE: &str = "a guilty member fails alone";
pub(super) const NAMES: &str = "a name is held by one aggregate";

pub(super) fn all() -> Vec<Property<Append>> {
    vec![
        Property::always(GAPLESS, |_, state: &State| (1..).zip(&state.log).all(|(n, event)| event.position == n)),
        Property::always(READER, |_, state: &State| {
            state
                .log
                .iter()
                .enumerate()
                .all(|(n, event)| event.position > state.read || state.was_given & (1 << n) != 0)
        }),
        Property::always(ONCE, |model: &Append, state: &State| {
            model.commands.iter().enumerate().all(|(n, command)| {
                let events = state.events_of(n);
                events == 0 || events == usize::from(command.events)
            })
        }),
        Property::always(ACKNOWLEDGED, |_, state: &State| {
            state.clients.iter().enumerate().all(|(n, client)| {
                !matches!(client.standing, Standing::Done(Answer::Appended | Answer::Repeated))
                    || state.events_of(n) > 0
            })
        }),
        Property::always(FAILED, |_, state: &State| {
            state.clients.iter().enumerate().all(|(n, client)| {
                !matches!(client.standing, Standing::Done(Answer::Claimed | Answer::Poisoned | Answer::Refused))
                    || state.events_of(n) == 0
            })
        }),
        Property::always(VERSIONS, |_, state: &State| {
            let mut versions = [0_u8; 8];
            state.log.iter().all(|event| {
                let version = &mut versions[usize::from(event.aggregate)];
                *version += 1;
                *version == event.version
            })
        }),
        Property::always(ALONE, |model: &Append, state: &State| {
            state.clients.iter().zip(&model.commands).all(|(client, command)| match client.standing {
                Standing::Done(Answer::Poisoned) => command.poisoned,
                Standing::Done(Answer::Claimed) => {
                    let holder = command.claim.and_then(|name| state.claims[usize::from(name)]);
                    holder.is_some_and(|holder| holder != command.aggregate)
                }
                _ => true,
            })
        }),
        Property::always(NAMES, |model: &Append, state: &State| {
            state.log.iter().all(|event| {
                let claim = model.commands[usize::from(event.command)].claim;
                claim.is_none_or(|name| state.claims[usize::from(name)] == Some(event.aggregate))
            })
        }),
        Property::sometimes("a group has several members", |_, state: &State| {
            state.sessions.iter().any(|session| session.group.len() > 1)
        }),
        Property::sometimes("a group goes on without who stood in its way", |_, state: &State| {
            state.sessions.iter().any(|at| matches!(at.stage, Stage::Inserted { .. }) && !at.refused.is_empty())
        }),
        Property::sometimes("two replicas' groups meet at the lock", |_, state: &State| {
            state.sessions.iter().filter(|session| session.writer.is_some()).count() > 1
        }),
        Property::sometimes("a retry is answered as the first time", |_, state: &State| {
            state.clients.iter().any(|client| client.standing == Standing::Done(Answer::Repeated))
        }),
        Property::sometimes("a backend goes on for a client that asks again", |_, state: &State| {
            state.sessions.iter().any(|session| {
                session.writer.is_none()
                    && matches!(session.stage, Stage::Inserted { .. })
                    && session.group.iter().any(|member| {
                        let client = &state.clients[usize::from(member.command)];
                        client.attempt > member.attempt && matches!(client.standing, Standing::Waiting { .. })
                    })
            })
        }),
        Property::sometimes("everybody is answered", |_, state: &State| {
            state.clients.iter().all(|client| matches!(client.standing, Standing::Done(_)))
        }),
    ]
}
