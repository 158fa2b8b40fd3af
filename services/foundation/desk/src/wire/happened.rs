//! A domain event with what the log asks beside it: whose it is, and when it happened.

use kim_eventlog::{LogId, NewEvent, Place, Position, Recorded, Version};
use kim_values::Region;
use prost::Message;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct Happened<E> {
    pub aggregate: Uuid,
    /// When it happened, as the reporter says.
    pub at: OffsetDateTime,
    pub event: E,
}

impl<E> Happened<E> {
    /// An event that happens `now`, or that the reporter dates on `day`: then at that day's beginning in the zone of `region`.
    #[must_use]
    pub fn new(aggregate: Uuid, event: E, day: Option<Date>, region: Region, now: OffsetDateTime) -> Self {
        let at = match day {
            Some(day) if day != region.today(now) => region.midnight(day),
            _ => now,
        };
        Self { aggregate, at, event }
    }

    #[must_use]
    pub fn read(recorded: &Recorded, event: E) -> Self {
        Self { aggregate: recorded.aggregate, at: recorded.time, event }
    }

    /// As the log writes it.
    #[must_use]
    pub fn written(&self, event_type: &'static str, place: Place, payload: &impl Message) -> NewEvent {
        NewEvent { event_type, place, time: self.at, payload: payload.encode_to_vec().into() }
    }

    /// What was written, as a log would have it: a service's tests read it back.
    #[must_use]
    pub fn recorded(&self, written: &NewEvent) -> Recorded {
        Recorded {
            log_id: LogId(Uuid::from_u128(1)),
            position: Position::START.next(),
            event_id: Uuid::from_u128(2),
            event_type: written.event_type.to_owned(),
            aggregate: self.aggregate,
            version: Version::NONE,
            time: written.time,
            recorded_time: written.time,
            subject: String::new(),
            payload: written.payload.clone(),
            traceparent: None,
        }
    }
}
