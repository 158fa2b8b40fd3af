//! A community after an event.

use time::Date;

use super::{Active, Community, Dormant, Event, Record, Registration, Stage};
use crate::domain::board::{Board, Left, Served};

/// The community after `event`. An event that does not fit its state leaves it: `decide` makes none.
#[must_use]
pub fn evolve(state: Community, event: &Event) -> Community {
    match (state, event) {
        (Community::Absent, Event::Drafted { profile, terms, sealed }) => Community::Known(Box::new(Record {
            profile: profile.clone(),
            members_on: None,
            board: Board::of(terms),
            sealed: *sealed,
            change: None,
            stage: Stage::Draft,
        })),
        (Community::Known(mut record), event) => {
            record.follow(event);
            record.stage = next(record.stage, event);
            Community::Known(record)
        }
        (Community::Absent, _) => Community::Absent,
    }
}

impl Record {
    /// What an event changes beside the stage.
    fn follow(&mut self, event: &Event) {
        match event {
            Event::Amended { profile, terms, sealed } => {
                self.profile = profile.clone();
                self.board = Board { erased: std::mem::take(&mut self.board.erased), ..Board::of(terms) };
                self.sealed = *sealed;
            }
            Event::MembersCounted { count, on } if self.members_on.is_none_or(|known| known <= *on) => {
                self.profile.members = Some(*count);
                self.members_on = Some(*on);
            }
            Event::OfficerAppointed(term) => self.board.served.push(Served { term: *term, left: None }),
            Event::OfficerLeft { officer, on, reason } => {
                self.board.leave(*officer, Left { on: *on, reason: *reason });
            }
            Event::OfficerErased { officer, .. } => self.board.erased.push(*officer),
            Event::ChangeProposed { change, .. } => self.change = Some(change.clone()),
            Event::ChangeAccepted { change, .. } => {
                self.profile = change.profile.clone();
                self.sealed = change.sealed;
                self.change = None;
            }
            Event::Corrected { after, sealed, .. } => {
                self.profile = after.clone();
                self.sealed = *sealed;
            }
            Event::SeatMoved { from, to, .. } => self.move_seat(*from, *to),
            // Until it is in, it is where it was.
            Event::MovedIn(arrival) => self.move_seat(arrival.from, arrival.profile.seat),
            Event::ChangeRefused { .. }
            | Event::ChangeWithdrawn { .. }
            | Event::Dissolved { .. }
            | Event::Merged { .. } => self.change = None,
            _ => {}
        }
    }
}

fn next(stage: Stage, event: &Event) -> Stage {
    match (stage, event) {
        (Stage::Draft | Stage::Returned, Event::Submitted { .. }) => Stage::Submitted,
        (Stage::Submitted, Event::Returned { .. }) => Stage::Returned,
        (Stage::Submitted, Event::Registered { on, rule, number }) => {
            Stage::Registered(Registration { on: *on, number: *number, rule: *rule })
        }
        (Stage::Registered(registration), Event::Activated { from, .. }) => {
            Stage::Active(registration, Active { from: *from, last_activity: *from, reminded: false })
        }
        (Stage::Active(registration, active), Event::ActivityReported(activity)) => {
            Stage::Active(registration, active.after(activity.happened_on))
        }
        (Stage::Active(registration, active), Event::Reminded { .. }) => {
            Stage::Active(registration, Active { reminded: true, ..active })
        }
        (Stage::Active(registration, active), Event::BecameDormant { from, .. }) => {
            let dormant =
                Dormant { from: *from, before: active, last_activity: active.last_activity, plans: Vec::new() };
            Stage::Dormant(registration, dormant)
        }
        (Stage::Dormant(registration, mut dormant), Event::ActivityReported(activity)) => {
            dormant.last_activity = dormant.last_activity.max(activity.happened_on);
            Stage::Dormant(registration, dormant)
        }
        (Stage::Dormant(registration, mut dormant), Event::RevitalisationPlanned(plan)) => {
            dormant.plans.push(*plan);
            Stage::Dormant(registration, dormant)
        }
        (Stage::Dormant(registration, dormant), Event::Revitalised { from, .. }) => {
            let last_activity = dormant.last_activity.max(*from);
            Stage::Active(registration, Active { from: *from, last_activity, reminded: false })
        }
        (Stage::Dormant(registration, dormant), Event::DormancyCorrected { last_activity, .. }) => {
            let last_activity = dormant.last_activity.max(*last_activity);
            Stage::Active(registration, Active { from: dormant.before.from, last_activity, reminded: false })
        }
        (
            Stage::Registered(registration) | Stage::Active(registration, _) | Stage::Dormant(registration, _),
            Event::Dissolved { on, .. },
        ) => Stage::Dissolved { registration, on: *on },
        (
            Stage::Registered(registration) | Stage::Active(registration, _) | Stage::Dormant(registration, _),
            Event::Merged { on, into, .. },
        ) => Stage::Merged { registration, on: *on, into: *into },
        (stage, _) => stage,
    }
}

impl Active {
    /// After something that happened on `day`: a later day ends the silence, and with it its reminder.
    fn after(self, day: Date) -> Self {
        if day > self.last_activity { Self { last_activity: day, reminded: false, ..self } } else { self }
    }
}
