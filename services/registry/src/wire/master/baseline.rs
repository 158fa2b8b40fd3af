//! Baselines.

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_desk::wire::{Happened, date};
use kim_eventlog::{Aggregate, NewEvent, Place, Recorded};
use uuid::Uuid;

use super::{NAMESPACE, count, decoded, stored_date};
use crate::domain::baseline::{self, Baseline};

/// The aggregate of a baseline.
#[must_use]
pub fn baseline_id(code: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("baseline/{code}").as_bytes())
}

#[derive(Debug)]
pub struct Baselines;

const BASELINE_SET: &str = EventType::BaselineSet.name();

impl Aggregate for Baselines {
    type State = baseline::Versions;
    type Event = Happened<baseline::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let e: pb::BaselineSet = decoded(recorded, BASELINE_SET)?;
        let e = e.baseline?;
        let baseline = Baseline::new(&e.code, e.value, stored_date(e.as_of)?, &e.source).ok()?;
        let version = u32::try_from(e.version).ok()?;
        Some(Happened::read(recorded, baseline::Event::Set { baseline, version }))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let baseline::Event::Set { baseline, version } = &happened.event;
        let payload = pb::BaselineSet { baseline: Some(baseline_message(baseline, *version)) };
        happened.written(BASELINE_SET, Place::nation(), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        baseline::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn baseline_message(baseline: &Baseline, version: u32) -> pb::Baseline {
    pb::Baseline {
        code: baseline.code().to_owned(),
        value: baseline.value(),
        as_of: Some(date::to_proto(baseline.as_of())),
        source: baseline.source().to_owned(),
        version: count(version),
    }
}
