//! Seats that a territory gives another code.

use kim_values::Region;
use time::Date;

use super::{Arrival, Event, Record};
use crate::domain::profile::Profile;

/// Within a regency the seat moves; across its border the community moves out of the one and into the other.
pub(super) fn move_to(record: &Record, (from, to): (Region, Region), on: Date) -> Vec<Event> {
    if record.profile.seat != from || from == to {
        return Vec::new();
    }
    if from.code.subject_tokens() == to.code.subject_tokens() {
        return vec![Event::SeatMoved { from, to, on }];
    }
    let registration = record.stage.registration();
    let arrival = Arrival {
        from,
        profile: Profile { seat: to, ..record.profile.clone() },
        status: record.stage.status(),
        registered_on: registration.map(|registration| registration.on),
        number: registration.and_then(|registration| registration.number),
        last_activity: record.stage.last_activity(),
        on,
    };
    vec![Event::MovedOut { from, to, on }, Event::MovedIn(arrival)]
}

impl Record {
    /// Another seat, for what is proposed there, too: maybe by a later territory, which had the seat at the same code.
    pub(super) fn move_seat(&mut self, from: Region, to: Region) {
        self.profile.seat = to;
        if let Some(change) = self.change.as_mut().filter(|change| change.profile.seat.code == from.code) {
            change.profile.seat = to;
        }
    }
}
