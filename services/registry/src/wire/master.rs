//! The master data's events in the log: offices, grants, rules, baselines, the territory, and trainings.

use kim_contract::registry::v1 as pb;
use kim_eventlog::{Aggregate, NewEvent, Place, Recorded};
use kim_territory::Decree;
use prost::Message;
use time::Date;
use uuid::Uuid;

use super::{Happened, date, pairs::Paired, region};
use crate::domain::{
    adoption::{self, Adopted},
    baseline::{self, Baseline},
    grant::{self, Grant, Subject},
    ids::{CommunityId, OfficeId},
    name::PublicName,
    office::{self, Office},
    rule::{self, Dated, DormancyRule, FormationRule, RuleBook},
    training::{self, Training},
};

/// What these aggregates' names are hashed in: a region's rules, a baseline and the territory are found by what they are.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b69_6d2e_7265_4973_8d74_7279_0000_0001);

/// The aggregate of a region's rules.
#[must_use]
pub fn rule_book_id(code: kim_territory::RegionCode) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("rules/{code}").as_bytes())
}

/// The aggregate of a baseline.
#[must_use]
pub fn baseline_id(code: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("baseline/{code}").as_bytes())
}

/// The aggregate of the adopted territory.
#[must_use]
pub fn adoption_id() -> Uuid {
    Uuid::new_v5(&NAMESPACE, b"territory")
}

fn decoded<M: Message + Default>(recorded: &Recorded, event_type: &str) -> Option<M> {
    (recorded.event_type == event_type).then(|| M::decode(recorded.payload.as_ref()).ok()).flatten()
}

fn stored_date(date: Option<kim_contract::r#type::v1::Date>) -> Option<Date> {
    date::from_proto(&date?)
}

fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[derive(Debug)]
pub struct Offices;

const OFFICE_ESTABLISHED: &str = "kim.registry.v1.OfficeEstablished";

impl Aggregate for Offices {
    type State = Option<Office>;
    type Event = Happened<office::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let e: pb::OfficeEstablished = decoded(recorded, OFFICE_ESTABLISHED)?;
        let office = Office {
            name: PublicName::stored(&e.name),
            kind: Paired::from_proto(e.kind)?,
            region: region::stored(e.region.as_ref())?,
        };
        let on = stored_date(e.established_on)?;
        Some(Happened::read(recorded, office::Event::Established { office, on }))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let office::Event::Established { office, on } = &happened.event;
        let payload = pb::OfficeEstablished {
            office_id: happened.aggregate.to_string(),
            name: office.name.to_string(),
            kind: office.kind.to_proto(),
            region: Some(region::to_proto(office.region)),
            established_on: Some(date::to_proto(*on)),
        };
        happened.written(OFFICE_ESTABLISHED, region::place(office.region), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        office::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn office_message(id: OfficeId, office: &Office) -> pb::Office {
    pb::Office {
        office_id: id.to_string(),
        name: office.name.to_string(),
        kind: office.kind.to_proto(),
        region: Some(region::to_proto(office.region)),
    }
}

#[derive(Debug)]
pub struct Grants;

const GRANT_ISSUED: &str = "kim.registry.v1.GrantIssued";
pub const GRANT_REVOKED: &str = "kim.registry.v1.GrantRevoked";

impl Aggregate for Grants {
    type State = Option<Grant>;
    type Event = Happened<grant::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let event = if let Some(e) = decoded::<pb::GrantRevoked>(recorded, GRANT_REVOKED) {
            grant::Event::Revoked { on: stored_date(e.revoked_on)? }
        } else {
            let e: pb::GrantIssued = decoded(recorded, GRANT_ISSUED)?;
            grant::Event::Issued {
                subject: Subject::stored(&e.subject),
                role: Paired::from_proto(e.role)?,
                office: OfficeId::parse(&e.office_id)?,
                region: region::stored(e.region.as_ref())?,
                valid_from: stored_date(e.valid_from)?,
            }
        };
        Some(Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let grant = state.as_ref().expect("a grant is there from its first event on");
        let grant_id = happened.aggregate.to_string();
        let place = region::place(grant.region);
        match &happened.event {
            grant::Event::Issued { subject, role, office, region, valid_from } => happened.written(
                GRANT_ISSUED,
                place,
                &pb::GrantIssued {
                    grant_id,
                    subject: subject.to_string(),
                    role: role.to_proto(),
                    office_id: office.to_string(),
                    region: Some(region::to_proto(*region)),
                    valid_from: Some(date::to_proto(*valid_from)),
                },
            ),
            grant::Event::Revoked { on } => happened.written(
                GRANT_REVOKED,
                place,
                &pb::GrantRevoked { grant_id, revoked_on: Some(date::to_proto(*on)) },
            ),
        }
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        grant::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn grant_message(id: Uuid, grant: &Grant) -> pb::Grant {
    pb::Grant {
        grant_id: id.to_string(),
        subject: grant.subject.to_string(),
        role: grant.role.to_proto(),
        office_id: grant.office.to_string(),
        valid_from: Some(date::to_proto(grant.valid_from)),
        revoked_on: grant.revoked_on.map(date::to_proto),
    }
}

#[derive(Debug)]
pub struct RuleBooks;

pub const FORMATION_RULE_SET: &str = "kim.registry.v1.FormationRuleSet";
pub const DORMANCY_RULE_SET: &str = "kim.registry.v1.DormancyRuleSet";

impl Aggregate for RuleBooks {
    type State = RuleBook;
    type Event = Happened<rule::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        rule_event(&recorded.event_type, &recorded.payload).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        match &happened.event {
            rule::Event::FormationSet(dated) => happened.written(
                FORMATION_RULE_SET,
                region::place(dated.version.region),
                &pb::FormationRuleSet {
                    version: Some(region::version_to_proto(dated.version)),
                    rule: Some(formation_message(&dated.rule)),
                    effective_from: Some(date::to_proto(dated.effective_from)),
                },
            ),
            rule::Event::DormancySet(dated) => happened.written(
                DORMANCY_RULE_SET,
                region::place(dated.version.region),
                &pb::DormancyRuleSet {
                    version: Some(region::version_to_proto(dated.version)),
                    rule: Some(dormancy_message(&dated.rule)),
                    effective_from: Some(date::to_proto(dated.effective_from)),
                },
            ),
        }
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        rule::evolve(state, &happened.event)
    }
}

/// A rule's event from its type and payload.
#[must_use]
pub fn rule_event(event_type: &str, payload: &[u8]) -> Option<rule::Event> {
    match event_type {
        FORMATION_RULE_SET => {
            let e = pb::FormationRuleSet::decode(payload).ok()?;
            let unsigned = |count: i32| u32::try_from(count).ok();
            let rule = e.rule?;
            let rule =
                FormationRule::new(unsigned(rule.min_members)?, unsigned(rule.max_members)?, rule.decree_required);
            Some(rule::Event::FormationSet(dated(e.version.as_ref(), rule.ok()?, e.effective_from)?))
        }
        DORMANCY_RULE_SET => {
            let e = pb::DormancyRuleSet::decode(payload).ok()?;
            let months = |count: i32| u16::try_from(count).ok();
            let rule = e.rule?;
            let rule = DormancyRule::new(months(rule.reminder_months)?, months(rule.dormant_months)?);
            Some(rule::Event::DormancySet(dated(e.version.as_ref(), rule.ok()?, e.effective_from)?))
        }
        _ => None,
    }
}

fn dated<R>(
    version: Option<&pb::RuleVersion>,
    rule: R,
    effective_from: Option<kim_contract::r#type::v1::Date>,
) -> Option<Dated<R>> {
    Some(Dated { version: region::stored_version(version)?, rule, effective_from: stored_date(effective_from)? })
}

#[must_use]
pub fn formation_message(rule: &FormationRule) -> pb::FormationRule {
    pb::FormationRule {
        min_members: count(rule.min_members()),
        max_members: count(rule.max_members().unwrap_or(0)),
        decree_required: rule.decree_required(),
    }
}

#[must_use]
pub fn dormancy_message(rule: &DormancyRule) -> pb::DormancyRule {
    pb::DormancyRule {
        reminder_months: i32::from(rule.reminder_months()),
        dormant_months: i32::from(rule.dormant_months()),
    }
}

#[derive(Debug)]
pub struct Baselines;

const BASELINE_SET: &str = "kim.registry.v1.BaselineSet";

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

#[derive(Debug)]
pub struct Adoptions;

const TERRITORY_ADOPTED: &str = "kim.registry.v1.TerritoryAdopted";

impl Aggregate for Adoptions {
    type State = Adopted;
    type Event = Happened<adoption::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let e: pb::TerritoryAdopted = decoded(recorded, TERRITORY_ADOPTED)?;
        let event = adoption::Event::Adopted { decree: e.decree.parse().ok()?, on: stored_date(e.adopted_on)? };
        Some(Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let adoption::Event::Adopted { decree, on } = happened.event;
        let decree: Decree = decree;
        let payload = pb::TerritoryAdopted {
            decree: decree.key().to_owned(),
            name: decree.name().to_owned(),
            adopted_on: Some(date::to_proto(on)),
            digest: decree.digest(),
        };
        happened.written(TERRITORY_ADOPTED, Place::nation(), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        adoption::evolve(state, &happened.event)
    }
}

#[derive(Debug)]
pub struct Trainings;

pub const TRAINING_HELD: &str = "kim.registry.v1.TrainingHeld";

impl Aggregate for Trainings {
    type State = Option<Training>;
    type Event = Happened<training::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let e: pb::TrainingHeld = decoded(recorded, TRAINING_HELD)?;
        let e = e.training?;
        let training = Training {
            kind: Paired::from_proto(e.kind)?,
            topic: e.topic.into(),
            region: region::stored(e.region.as_ref())?,
            host: match e.host_office_id.as_str() {
                "" => None,
                id => Some(OfficeId::parse(id)?),
            },
            held_from: stored_date(e.held_from)?,
            held_to: stored_date(e.held_to)?,
            participants: e.community_ids.iter().map(|id| CommunityId::parse(id)).collect::<Option<_>>()?,
            office_staff: u32::try_from(e.office_staff).ok()?,
        };
        Some(Happened::read(recorded, training::Event::Held(training)))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let training::Event::Held(training) = &happened.event;
        let training_id = happened.aggregate.to_string();
        let payload = pb::TrainingHeld { training_id, training: Some(training_message(training)) };
        happened.written(TRAINING_HELD, region::place(training.region), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        training::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn training_message(training: &Training) -> pb::Training {
    pb::Training {
        kind: training.kind.to_proto(),
        topic: training.topic.to_string(),
        region: Some(region::to_proto(training.region)),
        host_office_id: training.host.map(|office| office.to_string()).unwrap_or_default(),
        held_from: Some(date::to_proto(training.held_from)),
        held_to: Some(date::to_proto(training.held_to)),
        community_ids: training.participants.iter().map(ToString::to_string).collect(),
        office_staff: count(training.office_staff),
    }
}
