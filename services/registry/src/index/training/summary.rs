//! A training's row in the index, event by event.

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{Paired, date};
use kim_eventlog::Version;

use crate::{
    domain::{
        ids::TrainingId,
        training::{Event, Status, evolve},
    },
    wire::{community::etag, training},
};

/// The training in short after `event`, which made its version `version`; `None` when its first event is missing.
pub(super) fn after(
    known: Option<pb::TrainingSummary>,
    id: TrainingId,
    event: &Event,
    version: Version,
) -> Option<pb::TrainingSummary> {
    let Some(mut summary) = known else {
        return Some(training::summary(id, &evolve(None, event)?, version));
    };
    summary.etag = etag(version);
    match event {
        Event::Planned { .. } => {}
        Event::Rescheduled { topic, from, to } => {
            summary.topic = topic.to_string();
            summary.begins_on = Some(date::to_proto(*from));
            summary.ends_on = Some(date::to_proto(*to));
        }
        Event::Invited(communities) => summary.invited_communities += training::len(communities.len()),
        Event::Held { session, .. } => {
            training::summarise(session, &mut summary);
            summary.status = Status::Held.to_proto();
        }
        Event::Reported { .. } => summary.status = Status::Reported.to_proto(),
        Event::Cancelled { .. } => summary.status = Status::Cancelled.to_proto(),
    }
    Some(summary)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use uuid::Uuid;

    use super::*;
    use crate::domain::training::histories::history;

    /// The index folds events by itself: whatever happens to a training, it says what the training itself would say.
    #[test]
    fn the_index_says_of_a_training_what_its_own_state_says() {
        let seed: u64 = rand::rng().random();
        println!("seed {seed}");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for _ in 0..300 {
            let id = TrainingId(Uuid::from_u128(rng.random()));
            let (mut state, mut summary, mut version) = (None, None, Version::NONE);
            for event in history(&mut rng) {
                version = version.after(1);
                state = evolve(state, &event);
                summary = after(summary, id, &event, version);
                let own = state.as_ref().map(|own| training::summary(id, own, version));
                assert_eq!(summary, own, "seed {seed}");
            }
        }
    }

    #[test]
    fn without_its_first_event_a_training_is_none() {
        let id = TrainingId(Uuid::from_u128(1));
        assert_eq!(after(None, id, &Event::Invited(vec![]), Version::NONE.after(1)), None);
    }
}
