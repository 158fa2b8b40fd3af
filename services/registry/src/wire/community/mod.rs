//! Communities: their events in the log, and the message that answers show.

mod erasure;
mod event;
mod part;
mod state;
#[cfg(test)]
pub(crate) mod tests;

pub use erasure::OfficerErasures;
pub use event::read as community_event;
pub use part::{preceding, profile_message, tenure_message};

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{Happened, Paired, date, region, stored::or_empty};
use kim_eventlog::{Aggregate, NewEvent, Recorded, Version};
use kim_values::Region;
use time::Date;
use uuid::Uuid;

use crate::{
    domain::{
        board::Term,
        community::{self, Arrival, Change, Community, Event, Plan, Record, Stage},
        ids::CommunityId,
    },
    wire::rule_version,
};

/// How [`state`] writes a community. Another name for each change to it, and for each new type of event.
const SHAPE: &str = "community.3";

/// Communities in the registry's log.
#[derive(Debug)]
pub struct Communities;

impl Aggregate for Communities {
    type State = Community;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        event::read(&recorded.event_type, &recorded.payload).map(|event| Happened::read(recorded, event))
    }

    fn encode(event: &Self::Event, state: &Self::State) -> NewEvent {
        let seat = state.known().expect("a community has its seat from its first event on").profile.seat;
        event::write(event, region::place(seat))
    }

    fn evolve(state: Self::State, event: &Self::Event) -> Self::State {
        community::evolve(state, &event.event)
    }

    const SHAPE: Option<&'static str> = Some(SHAPE);

    fn write(state: &Self::State) -> Vec<u8> {
        state::write(state)
    }

    fn read(written: &[u8]) -> Option<Self::State> {
        state::read(written)
    }
}

/// The day on which an event happened; `None` for what happens when it is recorded.
#[must_use]
pub fn day(event: &Event) -> Option<Date> {
    match event {
        Event::Drafted { .. } | Event::Amended { .. } => None,
        Event::Submitted { on, .. }
        | Event::MembersCounted { on, .. }
        | Event::OfficerAppointed(Term { from: on, .. })
        | Event::OfficerLeft { on, .. }
        | Event::OfficerErased { on, .. }
        | Event::ChangeProposed { change: Change { on, .. }, .. }
        | Event::ChangeAccepted { on, .. }
        | Event::ChangeRefused { on, .. }
        | Event::ChangeWithdrawn { on, .. }
        | Event::Corrected { on, .. }
        | Event::Merged { on, .. }
        | Event::Absorbed { on, .. }
        | Event::SeatMoved { on, .. }
        | Event::MovedOut { on, .. }
        | Event::MovedIn(Arrival { on, .. })
        | Event::Returned { on, .. }
        | Event::Registered { on, .. }
        | Event::RevitalisationPlanned(Plan { on, .. })
        | Event::Dissolved { on, .. }
        | Event::Activated { from: on, .. }
        | Event::Revitalised { from: on, .. }
        | Event::BecameDormant { from: on, .. }
        | Event::Reminded { due: on, .. }
        | Event::DormancyCorrected { last_activity: on, .. } => Some(*on),
        Event::ActivityReported(activity) => Some(activity.happened_on),
    }
}

/// What an answer says of a community; the decree's number stands in the vault.
#[must_use]
pub fn message(id: CommunityId, record: &Record, version: Version) -> pb::Community {
    let mut message = pb::Community {
        community_id: id.to_string(),
        status: record.stage.status().to_proto(),
        profile: Some(profile_message(&record.profile)),
        etag: etag(version),
        members_counted_on: record.members_on.map(date::to_proto),
        ..pb::Community::default()
    };
    match &record.stage {
        Stage::Draft | Stage::Submitted | Stage::Returned | Stage::Registered(_) | Stage::Dissolved { .. } => {}
        Stage::Active(_, active) => message.last_activity_on = Some(date::to_proto(active.last_activity)),
        Stage::Dormant(_, dormant) => {
            message.last_activity_on = Some(date::to_proto(dormant.last_activity));
            message.dormant_from = Some(date::to_proto(dormant.from));
            message.revitalisation_planned_on = dormant.plans.last().map(|plan| date::to_proto(plan.on));
        }
        Stage::Merged { into, .. } => message.merged_into_community_id = into.to_string(),
    }
    if let Some(registration) = record.stage.registration() {
        message.registered_on = Some(date::to_proto(registration.on));
        message.registration_number = or_empty(registration.number);
        message.formation_rule = registration.rule.map(rule_version::to_proto);
    }
    message
}

/// The same with what only a look at one community shows: its board, and the change that waits.
#[must_use]
pub fn whole_message(id: CommunityId, record: &Record, version: Version) -> pb::Community {
    let mut message = message(id, record, version);
    message.officers = record.board.served.iter().map(tenure_message).collect();
    message.proposed_change = record.change.as_ref().map(|change| pb::ProposedChange {
        change_id: change.id.to_string(),
        profile: Some(profile_message(&change.profile)),
        proposed_on: Some(date::to_proto(change.on)),
    });
    message
}

/// The version that a caller read, as an opaque text.
#[must_use]
pub fn etag(version: Version) -> String {
    format!("v{version}")
}

/// An event of a community with its seat in `seat`, recorded `now`.
#[must_use]
pub fn happened(id: Uuid, event: Event, seat: Region, now: time::OffsetDateTime) -> Happened<Event> {
    let day = day(&event);
    Happened::new(id, event, day, seat, now)
}
