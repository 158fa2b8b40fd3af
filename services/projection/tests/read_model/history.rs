//! A random history of communities, as a registry might have written it: late reports, corrections, records entered years
//! after, seats mended, offices in three time zones, and territories that come into force.

mod adoption;

use bytes::Bytes;
use kim_contract::{registry::v1 as proto, r#type::v1 as common};
use kim_eventlog::{LogId, Member, NewEvent, Place, Position, Recorded, Version, subject};
use kim_territory::{Decree, RegionCode};
use prost::Message;
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, OffsetDateTime, macros::date};
use uuid::Uuid;

use adoption::Territories;
pub use adoption::steps;

/// Where communities are: code, the decree that it is of, and the same place today.
pub const SEATS: [(&str, &str, &str); 13] = [
    ("14.01.01.2009", "2025", "14.01.01.2009"),
    ("14.01.01.2010", "2025", "14.01.01.2010"),
    ("14.01.01", "2025", "14.01.01"),
    ("14.01.02.2001", "2025", "14.01.02.2001"),
    ("14.02.01.2010", "2022", "14.02.01.2010"),
    ("14.01", "2025", "14.01"),
    ("64.02.01.2001", "2025", "64.02.01.2001"),
    ("64.02.01.2002", "2025", "64.02.01.2002"),
    ("64.71", "2025", "64.71"),
    ("96.71", "2025", "96.71"),
    ("92.71", "2022", "96.71"),
    ("91.03.01.2004", "2025", "91.03.01.2004"),
    ("35.73", "2025", "35.73"),
];

/// What a community is, as far as the next event depends on it.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Draft,
    Submitted,
    Returned,
    Registered(Date),
    /// Since when, and the newest activity.
    Active(Date),
    Dormant(Date),
    Dissolved,
}

struct Community {
    id: Uuid,
    version: i64,
    stage: Stage,
    /// As its record names it.
    seat: Option<(RegionCode, Decree)>,
}

/// An event as it will be recorded.
#[derive(Clone)]
pub struct Made {
    pub aggregate: Uuid,
    pub version: i64,
    pub event_type: String,
    pub payload: Bytes,
    pub time: OffsetDateTime,
    pub recorded: OffsetDateTime,
}

pub struct History {
    rng: ChaCha8Rng,
    now: OffsetDateTime,
    communities: Vec<Community>,
    /// Where territories are adopted.
    territories: Option<Territories>,
    pub events: Vec<Made>,
}

/// The day from which nothing is recorded any more.
const END: Date = date!(2023 - 02 - 01);

/// A history of five years with some thousand events.
pub fn random(seed: u64) -> Vec<Made> {
    write(seed, None)
}

/// One in which three territories come into force, one after another.
pub fn with_adoptions(seed: u64) -> Vec<Made> {
    write(seed, Some(Territories::new()))
}

fn write(seed: u64, territories: Option<Territories>) -> Vec<Made> {
    let mut history = History {
        rng: ChaCha8Rng::seed_from_u64(seed),
        now: date!(2018 - 03 - 01).midnight().assume_utc(),
        communities: Vec::new(),
        territories,
        events: Vec::new(),
    };
    history.adopt();
    history.rule("00", 1, date!(2018 - 01 - 01));
    history.baseline(1, 4800);
    history.baseline(2, 4900);
    while history.now.date() < END {
        let hours = history.rng.random_range(1..24);
        history.now += Duration::hours(hours);
        history.adopt();
        match history.rng.random_range(0..100) {
            0..8 => history.found(),
            8..9 => history.train(),
            _ => history.live(),
        }
    }
    history.rule("14", 1, date!(2022 - 06 - 01));
    history.move_all();
    history.events
}

impl History {
    fn today(&self) -> Date {
        // Nobody's day begins before Greenwich's here, so no event lies in the future anywhere.
        self.now.date()
    }

    fn some_days_ago(&mut self, most: i64) -> Date {
        let days = self.rng.random_range(0..=most);
        self.today() - Duration::days(days)
    }

    fn add<M: Message>(&mut self, aggregate: Uuid, version: i64, body: &M) {
        let minutes = self.rng.random_range(0..600);
        self.now += Duration::seconds(1);
        self.events.push(Made {
            aggregate,
            version,
            event_type: full_name::<M>(),
            payload: body.encode_to_vec().into(),
            time: self.now - Duration::minutes(minutes),
            recorded: self.now,
        });
    }

    fn tell<M: Message>(&mut self, i: usize, body: impl FnOnce(String) -> M) {
        let community = &mut self.communities[i];
        community.version += 1;
        let (id, version) = (community.id, community.version);
        let body = body(id.to_string());
        self.add(id, version, &body);
    }

    fn region(&mut self) -> (RegionCode, Decree) {
        self.region_in_force().unwrap_or_else(|| {
            let (region, decree, _) = *SEATS.choose(&mut self.rng).unwrap();
            (code(region), decree.parse().unwrap())
        })
    }

    fn profile(&mut self, i: usize) -> proto::CommunityProfile {
        let (code, decree) = self.region();
        self.communities[i].seat = Some((code, decree));
        let name = format!("KIM {}", ["Maju", "Bina", "Suara", "Karya", "Mekar"].choose(&mut self.rng).unwrap());
        proto::CommunityProfile {
            name,
            seat: Some(common::Region { code: code.to_string(), decree: decree.key().into() }),
            formed_on: Some(wire(date!(2015 - 01 - 01))),
            member_count: self.rng.random_range(0..40),
            ..proto::CommunityProfile::default()
        }
    }

    /// A record begun by its community, or entered whole by its office.
    fn found(&mut self) {
        let id = Uuid::from_u128(self.rng.random());
        self.communities.push(Community { id, version: 0, stage: Stage::Draft, seat: None });
        let i = self.communities.len() - 1;
        let profile = Some(self.profile(i));
        self.tell(i, |community_id| proto::CommunityDrafted {
            community_id,
            profile,
            ..proto::CommunityDrafted::default()
        });
        if self.rng.random_bool(0.6) {
            let on = self.some_days_ago(700);
            self.submit(i, on);
            self.register(i, on);
        }
    }

    fn submit(&mut self, i: usize, on: Date) {
        self.tell(i, |community_id| proto::CommunitySubmitted {
            community_id,
            submitted_on: Some(wire(on)),
            formation_rule: None,
        });
        self.communities[i].stage = Stage::Submitted;
    }

    fn register(&mut self, i: usize, on: Date) {
        let registered_on = Some(wire(on));
        self.tell(i, |community_id| proto::CommunityRegistered {
            community_id,
            registered_on,
            ..proto::CommunityRegistered::default()
        });
        self.communities[i].stage = Stage::Registered(on);
    }

    fn report(&mut self, i: usize, on: Date) {
        let kind = self.rng.random_range(1..=7);
        self.tell(i, |community_id| proto::ActivityReported {
            community_id,
            activity_id: Uuid::nil().to_string(),
            kind,
            happened_on: Some(wire(on)),
            people_reached: 10,
            ..proto::ActivityReported::default()
        });
    }

    fn live(&mut self) {
        if self.communities.is_empty() {
            return;
        }
        let i = self.rng.random_range(0..self.communities.len());
        match self.communities[i].stage {
            Stage::Draft | Stage::Returned if self.rng.random_bool(0.3) => {
                let profile = Some(self.profile(i));
                self.tell(i, |community_id| proto::CommunityAmended {
                    community_id,
                    profile,
                    ..proto::CommunityAmended::default()
                });
            }
            Stage::Draft | Stage::Returned => {
                let on = self.today();
                self.submit(i, on);
            }
            Stage::Submitted if self.rng.random_bool(0.3) => {
                let returned_on = Some(wire(self.today()));
                self.tell(i, |community_id| proto::CommunityReturned {
                    community_id,
                    returned_on,
                    ..proto::CommunityReturned::default()
                });
                self.communities[i].stage = Stage::Returned;
            }
            Stage::Submitted => {
                let on = self.some_days_ago(60);
                self.register(i, on);
            }
            Stage::Registered(registered_on) => {
                let on = self.some_days_ago(120);
                let from = on.max(registered_on);
                self.report(i, on);
                let active_from = Some(wire(from));
                self.tell(i, |community_id| proto::CommunityActivated {
                    community_id,
                    active_from,
                    activity_id: String::new(),
                });
                self.communities[i].stage = Stage::Active(from);
            }
            Stage::Active(since) => self.while_active(i, since),
            Stage::Dormant(from) => self.while_dormant(i, from),
            Stage::Dissolved => {
                let on = self.some_days_ago(30);
                self.report(i, on);
            }
        }
        if self.rng.random_bool(0.01)
            && matches!(self.communities[i].stage, Stage::Active(_) | Stage::Dormant(_) | Stage::Registered(_))
        {
            let dissolved_on = Some(wire(self.today()));
            self.tell(i, |community_id| proto::CommunityDissolved {
                community_id,
                dissolved_on,
                ..proto::CommunityDissolved::default()
            });
            self.communities[i].stage = Stage::Dissolved;
        }
        if matches!(self.communities[i].stage, Stage::Active(_) | Stage::Dormant(_) | Stage::Registered(_)) {
            self.change(i);
        }
    }

    /// What becomes of a registered record now and then.
    fn change(&mut self, i: usize) {
        match self.rng.random_range(0..200) {
            0 => {
                let merged_on = Some(wire(self.today()));
                self.tell(i, |community_id| proto::CommunityMerged {
                    community_id,
                    merged_on,
                    ..proto::CommunityMerged::default()
                });
                self.communities[i].stage = Stage::Dissolved;
            }
            1..4 => {
                let counted_on = Some(wire(self.some_days_ago(200)));
                let member_count = self.rng.random_range(0..40);
                self.tell(i, |community_id| proto::MembersCounted { community_id, member_count, counted_on });
            }
            4..6 => {
                let profile = Some(self.profile(i));
                self.tell(i, |community_id| proto::ChangeAccepted {
                    community_id,
                    profile,
                    ..proto::ChangeAccepted::default()
                });
            }
            6..8 => {
                let after = Some(self.profile(i));
                self.tell(i, |community_id| proto::CommunityCorrected {
                    community_id,
                    after,
                    ..proto::CommunityCorrected::default()
                });
            }
            8..10 => self.tell(i, |community_id| proto::OfficerLeft { community_id, ..proto::OfficerLeft::default() }),
            _ => {}
        }
    }

    fn while_active(&mut self, i: usize, since: Date) {
        if self.rng.random_bool(0.1) {
            self.tell(i, |community_id| proto::DormancyReminded { community_id, ..proto::DormancyReminded::default() });
        } else if self.rng.random_bool(0.6) {
            let on = self.some_days_ago(90);
            self.report(i, on);
        } else {
            let from = self.some_days_ago(200).max(since + Duration::days(1));
            if from <= self.today() {
                let dormant_from = Some(wire(from));
                self.tell(i, |community_id| proto::CommunityBecameDormant {
                    community_id,
                    dormant_from,
                    ..proto::CommunityBecameDormant::default()
                });
                self.communities[i].stage = Stage::Dormant(from);
            }
        }
    }

    fn while_dormant(&mut self, i: usize, from: Date) {
        match self.rng.random_range(0..5) {
            0 => {
                let on = self.some_days_ago(30);
                self.report(i, on);
            }
            1 => self.tell(i, |community_id| proto::RevitalisationPlanned {
                community_id,
                ..proto::RevitalisationPlanned::default()
            }),
            2 => {
                let on = from - Duration::days(1);
                self.report(i, on);
                let (dormant_from, last_activity_on) = (Some(wire(from)), Some(wire(on)));
                self.tell(i, |community_id| proto::DormancyCorrected {
                    community_id,
                    activity_id: String::new(),
                    last_activity_on,
                    dormant_from,
                });
                self.communities[i].stage = Stage::Active(from);
            }
            _ => {
                let on = self.some_days_ago(60).max(from);
                if on > self.today() {
                    return;
                }
                self.report(i, on);
                let active_from = Some(wire(on));
                let preceded_by = Some(proto::Preceding { kind: 3, training_id: String::new() });
                self.tell(i, |community_id| proto::CommunityRevitalised {
                    community_id,
                    active_from,
                    activity_id: String::new(),
                    preceded_by,
                });
                self.communities[i].stage = Stage::Active(on);
            }
        }
    }

    fn train(&mut self) {
        let (code, decree) = self.region();
        let held_from = self.some_days_ago(120);
        let days = self.rng.random_range(0..3);
        let held_to = (held_from + Duration::days(days)).min(self.today());
        let mut ids = Vec::new();
        for community in &self.communities {
            if self.rng.random_bool(0.25) {
                ids.push(community.id.to_string());
            }
        }
        let id = Uuid::from_u128(self.rng.random());
        let training = proto::Training {
            region: Some(common::Region { code: code.to_string(), decree: decree.key().into() }),
            held_from: Some(wire(held_from)),
            held_to: Some(wire(held_to)),
            community_ids: ids,
            ..proto::Training::default()
        };
        self.add(id, 1, &proto::TrainingHeld { training_id: id.to_string(), training: Some(training) });
    }

    fn rule(&mut self, code: &str, version: i32, effective_from: Date) {
        let region = Some(common::Region { code: code.into(), decree: "2025".into() });
        let body = proto::DormancyRuleSet {
            version: Some(proto::RuleVersion { region, version }),
            rule: Some(proto::DormancyRule { reminder_months: 9, dormant_months: 12 }),
            effective_from: Some(wire(effective_from)),
        };
        self.add(Uuid::new_v5(&Uuid::NAMESPACE_OID, code.as_bytes()), i64::from(version), &body);
    }

    fn baseline(&mut self, version: i32, value: i64) {
        let baseline = proto::Baseline {
            code: "active_before_pandemic".into(),
            value,
            as_of: Some(wire(date!(2020 - 02 - 29))),
            source: "IKP".into(),
            version,
        };
        self.add(Uuid::from_u128(7), i64::from(version), &proto::BaselineSet { baseline: Some(baseline) });
    }
}

pub fn wire(date: Date) -> common::Date {
    common::Date { year: date.year(), month: i32::from(u8::from(date.month())), day: i32::from(date.day()) }
}

/// As a command would append it.
pub fn member(made: &Made) -> Member {
    let event = NewEvent {
        event_type: Box::leak(made.event_type.clone().into_boxed_str()),
        place: Place::nation(),
        time: made.time,
        payload: made.payload.clone(),
    };
    Member {
        aggregate: made.aggregate,
        expected: Version::new(made.version - 1).unwrap(),
        events: vec![event],
        key: None,
        claims: vec![],
        releases: vec![],
        vault: vec![],
        actor: "test".into(),
        traceparent: None,
        recorded: Some(made.recorded),
        result: Bytes::new(),
    }
}

/// As a log would give it back.
pub fn recorded(made: &Made, log_id: LogId, position: i64) -> Recorded {
    Recorded {
        log_id,
        position: Position::new(position).unwrap(),
        event_id: Uuid::from_u128(u128::try_from(position).unwrap()),
        event_type: made.event_type.clone(),
        aggregate: made.aggregate,
        version: Version::new(made.version).unwrap(),
        time: made.time,
        recorded_time: made.recorded,
        subject: subject("registry", "00", "0000", &made.event_type),
        payload: made.payload.clone(),
        traceparent: None,
    }
}

pub fn code(text: &str) -> RegionCode {
    text.parse().unwrap()
}

/// The message's full name, of which Rust's own name has the last part.
fn full_name<M>() -> String {
    let name = std::any::type_name::<M>().rsplit("::").next().unwrap();
    format!("kim.registry.v1.{name}")
}
