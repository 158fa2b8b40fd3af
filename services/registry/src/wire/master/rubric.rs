//! Rubrics, an aggregate a code.

use std::sync::Arc;

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_desk::wire::{Happened, date};
use kim_eventlog::{Aggregate, NewEvent, Place, Recorded};
use kim_values::{Code, Edition, Editions, PublicName};
use prost::Message;
use uuid::Uuid;

use super::{NAMESPACE, count, stored_date};
use crate::domain::rubric::{self, Criterion, Rubric};

/// The aggregate of a rubric.
#[must_use]
pub fn rubric_id(code: Code) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("rubric/{code}").as_bytes())
}

#[derive(Debug)]
pub struct Rubrics;

pub const RUBRIC_SET: &str = EventType::RubricSet.name();

impl Aggregate for Rubrics {
    type State = Editions<Rubric>;
    type Event = Happened<rubric::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let is_ours = recorded.event_type == RUBRIC_SET;
        let event = is_ours.then(|| rubric_event(&recorded.payload)).flatten()?;
        Some(Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let rubric::Event::Set(edition) = &happened.event;
        let payload = pb::RubricSet { rubric: Some(rubric_message(edition)) };
        happened.written(RUBRIC_SET, Place::nation(), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        rubric::evolve(state, &happened.event)
    }
}

/// A rubric's event from its payload.
#[must_use]
pub fn rubric_event(payload: &[u8]) -> Option<rubric::Event> {
    let e = pb::RubricSet::decode(payload).ok()?.rubric?;
    let criterion = |criterion: &pb::Criterion| {
        Some(Criterion {
            code: Code::parse(&criterion.code)?,
            name: PublicName::stored(&criterion.name),
            weight_percent: u32::try_from(criterion.weight_percent).ok()?,
        })
    };
    let criteria = e.criteria.iter().map(criterion).collect::<Option<_>>()?;
    let (code, name) = (Code::parse(&e.code)?, PublicName::stored(&e.name));
    let rubric = Rubric::new(code, name, e.is_sample, u32::try_from(e.scale_max).ok()?, criteria).ok()?;
    Some(rubric::Event::Set(Edition {
        version: u32::try_from(e.version).ok()?,
        content: Arc::new(rubric),
        effective_from: stored_date(e.effective_from)?,
    }))
}

#[must_use]
pub fn rubric_message(edition: &Edition<Rubric>) -> pb::Rubric {
    let rubric = &edition.content;
    let criterion = |criterion: &Criterion| pb::Criterion {
        code: criterion.code.to_string(),
        name: criterion.name.to_string(),
        weight_percent: count(criterion.weight_percent),
    };
    pb::Rubric {
        code: rubric.code().to_string(),
        version: count(edition.version),
        name: rubric.name().to_string(),
        is_sample: rubric.is_sample(),
        scale_max: rubric.scale_max().into(),
        criteria: rubric.criteria().iter().map(criterion).collect(),
        effective_from: Some(date::to_proto(edition.effective_from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::assessment::histories;

    #[test]
    fn a_rubric_comes_out_of_the_log_as_it_went_in() {
        let edition = histories::rubric(2);
        let written = pb::RubricSet { rubric: Some(rubric_message(&edition)) }.encode_to_vec();
        assert_eq!(rubric_event(&written), Some(rubric::Event::Set(edition)));
        assert_eq!(rubric_event(b""), None);
    }
}
