//! A community's row in the index, event by event.

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{Paired, date, region, stored::or_empty};
use kim_eventlog::{Position, Version};
use kim_values::Region;
use time::Date;
use uuid::Uuid;

use crate::{
    domain::{
        community::{Event, Status},
        due::Rules,
        name,
        profile::Profile,
    },
    wire::{
        community::{etag, profile_message},
        rule_version,
    },
};

/// What the index has of a community.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: Uuid,
    pub seat: Region,
    pub name_key: String,
    pub status: Status,
    pub silence: Option<LastSeen>,
    pub version: Version,
    /// The event that named it so, or gave it this seat.
    pub named_at: Position,
    pub record: pb::Community,
}

/// When a community was last seen to do something, and whether it was reminded since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastSeen {
    pub on: Date,
    pub reminded: bool,
}

impl Entry {
    /// The entry of a community with its first event; `None` for any other event.
    #[must_use]
    pub fn first(id: Uuid, event: &Event) -> Option<Self> {
        let Event::Drafted { profile, .. } = event else { return None };
        let record = pb::Community { community_id: id.to_string(), ..pb::Community::default() };
        let mut entry = Self {
            id,
            seat: profile.seat,
            name_key: String::new(),
            status: Status::Draft,
            silence: None,
            version: Version::NONE,
            named_at: Position::START,
            record,
        };
        entry.profile(profile, Position::START);
        Some(entry)
    }

    /// The entry after `event`, which made its community's version `version` and stands at `position`.
    pub fn fold(&mut self, event: &Event, version: Version, position: Position) {
        self.version = version;
        self.record.etag = etag(version);
        match event {
            Event::Drafted { profile, .. } => {
                self.profile(profile, position);
                self.status(Status::Draft);
            }
            Event::Amended { profile, .. } => self.profile(profile, position),
            Event::Submitted { .. } => self.status(Status::Submitted),
            Event::Returned { .. } => self.status(Status::Returned),
            Event::Registered { on, rule, number } => {
                self.record.registered_on = Some(date::to_proto(*on));
                self.record.registration_number = or_empty(*number);
                self.record.formation_rule = rule.map(rule_version::to_proto);
                self.status(Status::Registered);
            }
            Event::ActivityReported(activity) => {
                if matches!(self.status, Status::Active | Status::Dormant) {
                    self.seen(activity.happened_on);
                }
            }
            Event::Activated { from: on, .. } | Event::Revitalised { from: on, .. } => self.awake(*on),
            Event::DormancyCorrected { last_activity, .. } => self.awake(*last_activity),
            Event::Reminded { .. } => self.silence = self.silence.map(|seen| LastSeen { reminded: true, ..seen }),
            Event::BecameDormant { from, .. } => {
                self.record.dormant_from = Some(date::to_proto(*from));
                self.status(Status::Dormant);
            }
            Event::RevitalisationPlanned(plan) => {
                self.record.revitalisation_planned_on = Some(date::to_proto(plan.on));
            }
            Event::MembersCounted { count, on } => self.counted(*count, *on),
            Event::ChangeAccepted { change, .. } => self.profile(&change.profile, position),
            Event::Corrected { after, .. } => self.profile(after, position),
            Event::SeatMoved { to, .. } => self.moved(*to, position),
            Event::MovedIn(arrival) => self.moved(arrival.profile.seat, position),
            Event::Dissolved { .. } => self.ended(Status::Dissolved),
            Event::Merged { into, .. } => {
                self.record.merged_into_community_id = into.to_string();
                self.ended(Status::Merged);
            }
            Event::OfficerAppointed(_)
            | Event::OfficerLeft { .. }
            | Event::OfficerErased { .. }
            | Event::ChangeProposed { .. }
            | Event::ChangeRefused { .. }
            | Event::ChangeWithdrawn { .. }
            | Event::Absorbed { .. }
            | Event::MovedOut { .. } => {}
        }
    }

    /// The days on which it is to be reminded and to fall dormant, by `rules`.
    #[must_use]
    pub fn due(&self, rules: &Rules) -> (Option<Date>, Option<Date>) {
        let Some(seen) = self.silence.filter(|_| self.status == Status::Active) else { return (None, None) };
        let Some(due) = rules.due(self.seat.code, seen.on) else { return (None, None) };
        let reminder = due.reminder.filter(|_| !seen.reminded).map(|(day, _)| day);
        (reminder, Some(due.dormancy.0))
    }

    fn profile(&mut self, profile: &Profile, position: Position) {
        self.named_at = position;
        self.seat = profile.seat;
        self.name_key = name::key(&profile.name);
        self.record.profile = Some(profile_message(profile));
    }

    fn moved(&mut self, to: Region, position: Position) {
        self.named_at = position;
        self.seat = to;
        if let Some(profile) = &mut self.record.profile {
            profile.seat = Some(region::to_proto(to));
        }
    }

    fn counted(&mut self, count: u32, on: Date) {
        let known = self.record.members_counted_on.as_ref().and_then(date::from_proto);
        if known.is_none_or(|known| known <= on) {
            self.record.members_counted_on = Some(date::to_proto(on));
            if let Some(profile) = &mut self.record.profile {
                profile.member_count = i32::try_from(count).unwrap_or(i32::MAX);
            }
        }
    }

    fn ended(&mut self, status: Status) {
        self.not_dormant();
        self.silence = None;
        self.record.last_activity_on = None;
        self.status(status);
    }

    fn status(&mut self, status: Status) {
        self.status = status;
        self.record.status = status.to_proto();
    }

    fn awake(&mut self, on: Date) {
        self.seen(on);
        if let Some(seen) = &mut self.silence {
            seen.reminded = false;
        }
        self.not_dormant();
        self.status(Status::Active);
    }

    fn not_dormant(&mut self) {
        self.record.dormant_from = None;
        self.record.revitalisation_planned_on = None;
    }

    fn seen(&mut self, on: Date) {
        if self.silence.is_none_or(|seen| on > seen.on) {
            self.silence = Some(LastSeen { on, reminded: false });
            self.record.last_activity_on = Some(date::to_proto(on));
        }
    }
}

#[cfg(test)]
mod tests {
    use kim_eventlog::{Position, Version};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::{
        domain::{
            community::{Community, Stage, evolve, histories::history},
            ids::CommunityId,
        },
        wire::community::message,
    };

    /// The index folds events by itself: whatever happens to a community, it says what the community itself would say.
    #[test]
    fn the_index_says_of_a_community_what_its_own_state_says() {
        let seed: u64 = rand::rng().random();
        println!("seed {seed}");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for _ in 0..300 {
            let id = Uuid::from_u128(rng.random());
            let (mut state, mut entry, mut version) = (Community::default(), None::<Entry>, Version::NONE);
            for event in history(&mut rng) {
                version = version.after(1);
                state = evolve(state, &event);
                entry = entry.or_else(|| Entry::first(id, &event));
                entry.as_mut().expect("a first event came before").fold(&event, version, Position::START);
            }
            let Ok(record) = state.known() else { continue };
            let entry = entry.expect("a known community has an entry");
            assert_eq!(entry.record, message(CommunityId(id), record, version), "seed {seed}");
            assert_eq!(entry.status, record.stage.status(), "seed {seed}");
            if let Stage::Active(_, active) = record.stage {
                let last = LastSeen { on: active.last_activity, reminded: active.reminded };
                assert_eq!(entry.silence, Some(last), "seed {seed}");
            }
        }
    }
}
