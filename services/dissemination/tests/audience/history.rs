//! A random history of a registry, and beside each event what it made of a community, a partnership or an office.

use bytes::Bytes;
use kim_contract::registry::{
    event::Event,
    v1::{self as proto, BaseGroup, CommunityStatus},
};
use kim_desk::wire::{date, region};
use kim_dissemination::domain::ids::{CommunityId, OfficeId};
use kim_eventlog::{Member, NewEvent, Place, Version};
use kim_territory::{Decree, Level, RegionCode, Territory};
use kim_values::Region;
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, OffsetDateTime, macros::date};
use uuid::Uuid;

/// An event as it will be appended.
#[derive(Clone)]
pub struct Told {
    pub aggregate: Uuid,
    pub version: i64,
    pub event_type: &'static str,
    pub payload: Bytes,
}

impl Told {
    pub fn of<M: Event>(aggregate: Uuid, version: i64, body: &M) -> Self {
        Self { aggregate, version, event_type: M::TYPE.name(), payload: body.encode_to_vec().into() }
    }

    pub fn member(&self) -> Member {
        let event = NewEvent {
            event_type: self.event_type,
            place: Place::nation(),
            time: OffsetDateTime::UNIX_EPOCH,
            payload: self.payload.clone(),
        };
        Member {
            aggregate: self.aggregate,
            expected: Version::new(self.version - 1).unwrap(),
            events: vec![event],
            key: None,
            claims: vec![],
            releases: vec![],
            vault: vec![],
            actor: "test".into(),
            traceparent: None,
            recorded: None,
            result: Bytes::new(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Community {
    pub id: CommunityId,
    pub name: String,
    pub seat: Region,
    pub status: CommunityStatus,
    pub base_group: BaseGroup,
}

#[derive(Clone, Debug)]
pub struct Partnership {
    pub id: Uuid,
    pub office: OfficeId,
    pub community: CommunityId,
    pub begins_on: Date,
    pub ends_on: Date,
    pub signed_on: Option<Date>,
    pub over_on: Option<Date>,
}

#[derive(Clone, Debug)]
pub struct Office {
    pub id: OfficeId,
    /// In the order in which they were told.
    pub names: Vec<(Date, String)>,
    pub region: Region,
    pub closed_on: Option<Date>,
}

/// What something is after the event of that position.
pub enum Fact {
    Community(Community),
    Partnership(Partnership),
    Office(Office),
}

pub struct History {
    pub rng: ChaCha8Rng,
    pub told: Vec<Told>,
    pub facts: Vec<(i64, Fact)>,
    communities: Vec<(Community, i64)>,
    partnerships: Vec<(Partnership, i64)>,
    offices: Vec<(Office, i64)>,
    seats: Vec<Region>,
}

/// Partnerships and names change around this day.
pub const TODAY: Date = date!(2026 - 06 - 15);

impl History {
    /// One of so many events, or a few more.
    pub fn random(seed: u64, events: usize) -> Self {
        let mut history = Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            told: Vec::new(),
            facts: Vec::new(),
            communities: Vec::new(),
            partnerships: Vec::new(),
            offices: Vec::new(),
            seats: seats(),
        };
        for _ in 0..4 {
            history.establish();
        }
        while history.told.len() < events {
            match history.rng.random_range(0..100) {
                0..12 => history.found(),
                12..65 => history.live(),
                65..75 => history.propose(),
                75..95 => history.agree(),
                95..96 => history.establish(),
                96..99 => history.reorganise(),
                _ => history.something_else(),
            }
        }
        history
    }

    pub fn id(&mut self) -> Uuid {
        Uuid::from_u128(self.rng.random())
    }

    pub fn some_office(&mut self) -> OfficeId {
        self.offices.choose(&mut self.rng).unwrap().0.id
    }

    pub fn some_communities(&mut self, most: usize) -> Vec<CommunityId> {
        self.communities.sample(&mut self.rng, most).map(|(community, _)| community.id).collect()
    }

    pub fn some_seat(&mut self) -> Region {
        *self.seats.choose(&mut self.rng).unwrap()
    }

    pub fn some_day(&mut self) -> Date {
        TODAY + Duration::days(self.rng.random_range(-200..200))
    }

    fn tell<M: Event>(&mut self, aggregate: Uuid, version: &mut i64, body: &M) {
        *version += 1;
        self.told.push(Told::of(aggregate, *version, body));
    }

    fn became(&mut self, fact: Fact) {
        self.facts.push((i64::try_from(self.told.len()).unwrap(), fact));
    }

    fn profile(&mut self, community: &Community) -> proto::CommunityProfile {
        proto::CommunityProfile {
            name: community.name.clone(),
            seat: Some(region::to_proto(community.seat)),
            formed_on: Some(date::to_proto(self.some_day())),
            base_group: community.base_group.into(),
            ..proto::CommunityProfile::default()
        }
    }

    /// Another record: sometimes all of it, sometimes as it was.
    fn amended(&mut self, community: &mut Community) -> proto::CommunityProfile {
        if self.rng.random_bool(0.7) {
            community.name = format!("KIM {}", self.rng.random_range(0..1000));
            community.seat = self.some_seat();
            community.base_group = self.base_group();
        }
        self.profile(community)
    }

    fn base_group(&mut self) -> BaseGroup {
        BaseGroup::try_from(self.rng.random_range(0..=6)).unwrap()
    }

    fn found(&mut self) {
        let id = self.id();
        let mut community = Community {
            id: CommunityId(id),
            name: String::new(),
            seat: self.some_seat(),
            status: CommunityStatus::Draft,
            base_group: BaseGroup::None,
        };
        community.name = format!("KIM {}", self.rng.random_range(0..1000));
        community.base_group = self.base_group();
        let profile = Some(self.profile(&community));
        let mut version = 0;
        let community_id = id.to_string();
        self.tell(id, &mut version, &proto::CommunityDrafted { community_id, profile, ..Default::default() });
        self.became(Fact::Community(community.clone()));
        self.communities.push((community, version));
    }

    fn live(&mut self) {
        if self.communities.is_empty() {
            return;
        }
        let i = self.rng.random_range(0..self.communities.len());
        let (mut community, mut version) = self.communities[i].clone();
        let id = community.id.0;
        let die = self.rng.random_range(0..40);
        macro_rules! tell {
            ($type:ident { $($field:ident: $value:expr),* } => $status:ident) => {{
                community.status = CommunityStatus::$status;
                tell!($type { $($field: $value),* });
            }};
            ($type:ident { $($field:ident: $value:expr),* }) => {{
                let body = proto::$type { community_id: id.to_string(), $($field: $value,)* ..Default::default() };
                self.tell(id, &mut version, &body);
            }};
        }
        match (community.status, die) {
            (CommunityStatus::Draft | CommunityStatus::Returned, 0..5) => {
                let profile = Some(self.amended(&mut community));
                tell!(CommunityAmended { profile: profile });
            }
            (CommunityStatus::Draft | CommunityStatus::Returned, _) => tell!(CommunitySubmitted {} => Submitted),
            (CommunityStatus::Submitted, 0..4) => tell!(CommunityReturned {} => Returned),
            (CommunityStatus::Submitted, _) => tell!(CommunityRegistered {} => Registered),
            (CommunityStatus::Dissolved | CommunityStatus::Merged, _) | (_, 0..3) => tell!(ActivityReported {}),
            (_, 3) => tell!(CommunityDissolved {} => Dissolved),
            (_, 4) => tell!(CommunityMerged {} => Merged),
            (_, 5) => {
                let profile = Some(self.amended(&mut community));
                tell!(ChangeAccepted { profile: profile });
            }
            (_, 6) => {
                let after = Some(self.amended(&mut community));
                tell!(CommunityCorrected { after: after });
            }
            (_, 7..10) => {
                let from = community.seat;
                community.seat = self.some_seat();
                let to = community.seat;
                if from.code.regency() == to.code.regency() {
                    tell!(CommunitySeatMoved { from: Some(region::to_proto(from)), to: Some(region::to_proto(to)) });
                } else {
                    tell!(CommunityMovedOut { from: Some(region::to_proto(from)), to: Some(region::to_proto(to)) });
                    tell!(CommunityMovedIn { from: Some(region::to_proto(from)), to: Some(region::to_proto(to)) });
                }
            }
            (CommunityStatus::Registered, _) => tell!(CommunityActivated {} => Active),
            (CommunityStatus::Dormant, 10..25) => tell!(DormancyCorrected {} => Active),
            (CommunityStatus::Dormant, _) => tell!(CommunityRevitalised {} => Active),
            (_, 10..20) => tell!(CommunityBecameDormant {} => Dormant),
            _ => tell!(OfficerLeft {}),
        }
        self.became(Fact::Community(community.clone()));
        self.communities[i] = (community, version);
    }

    fn propose(&mut self) {
        let Some((community, _)) = self.communities.choose(&mut self.rng) else { return };
        let community = community.id;
        let (id, office, begins_on) = (self.id(), self.some_office(), self.some_day());
        let ends_on = begins_on + Duration::days(self.rng.random_range(30..400));
        let partnership = Partnership { id, office, community, begins_on, ends_on, signed_on: None, over_on: None };
        let body = proto::PartnershipProposed {
            partnership_id: id.to_string(),
            office_id: office.to_string(),
            community_id: community.to_string(),
            from: Some(date::to_proto(begins_on)),
            until: Some(date::to_proto(ends_on)),
            ..Default::default()
        };
        let mut version = 0;
        self.tell(id, &mut version, &body);
        self.became(Fact::Partnership(partnership.clone()));
        self.partnerships.push((partnership, version));
    }

    fn agree(&mut self) {
        if self.partnerships.is_empty() {
            return;
        }
        let i = self.rng.random_range(0..self.partnerships.len());
        let (mut partnership, mut version) = self.partnerships[i].clone();
        let (id, day, die) = (partnership.id, self.some_day(), self.rng.random_range(0..10));
        macro_rules! tell {
            ($type:ident { $($field:ident: $value:expr),* }) => {{
                let body = proto::$type { partnership_id: id.to_string(), $($field: $value,)* ..Default::default() };
                self.tell(id, &mut version, &body);
            }};
        }
        match (partnership.signed_on, partnership.over_on, die) {
            (_, Some(_), _) => return,
            (None, None, 0..2) => {
                partnership.over_on = Some(day);
                tell!(PartnershipDeclined { declined_on: Some(date::to_proto(day)) });
            }
            (None, None, _) => {
                partnership.signed_on = Some(day);
                tell!(PartnershipSigned { signed_on: Some(date::to_proto(day)) });
            }
            (Some(_), None, 0) => {
                partnership.over_on = Some(day);
                tell!(PartnershipTerminated { terminated_on: Some(date::to_proto(day)) });
            }
            (Some(_), None, 1) => {
                let day = partnership.ends_on.next_day().unwrap();
                partnership.over_on = Some(day);
                let (partnership_id, expired_on) = (id.to_string(), Some(date::to_proto(day)));
                self.tell(id, &mut version, &proto::PartnershipExpired { partnership_id, expired_on });
            }
            (Some(_), None, 2..4) => {
                partnership.ends_on += Duration::days(200);
                tell!(PartnershipRenewed { until: Some(date::to_proto(partnership.ends_on)) });
            }
            _ => tell!(PartnershipReminded {}),
        }
        self.became(Fact::Partnership(partnership.clone()));
        self.partnerships[i] = (partnership, version);
    }

    fn establish(&mut self) {
        let id = self.id();
        let (name, region, on) = (format!("Diskominfo {}", self.offices.len()), self.some_seat(), self.some_day());
        let body = proto::OfficeEstablished {
            office_id: id.to_string(),
            name: name.clone(),
            kind: 3,
            region: Some(region::to_proto(region)),
            established_on: Some(date::to_proto(on)),
            ..Default::default()
        };
        let mut version = 0;
        self.tell(id, &mut version, &body);
        let office = Office { id: OfficeId(id), names: vec![(on, name)], region, closed_on: None };
        self.became(Fact::Office(office.clone()));
        self.offices.push((office, version));
    }

    fn reorganise(&mut self) {
        let i = self.rng.random_range(0..self.offices.len());
        let (mut office, mut version) = self.offices[i].clone();
        let (id, day) = (office.id.0, self.some_day());
        let office_id = id.to_string();
        match self.rng.random_range(0..5) {
            0..2 => {
                let name = format!("Dinas {}", self.rng.random_range(0..1000));
                office.names.push((day, name.clone()));
                self.tell(
                    id,
                    &mut version,
                    &proto::OfficeRenamed { office_id, name, effective_from: Some(date::to_proto(day)) },
                );
            }
            2 => {
                office.region = self.some_seat();
                let to = Some(region::to_proto(office.region));
                self.tell(id, &mut version, &proto::OfficeRegionMoved { office_id, to, ..Default::default() });
            }
            3 => {
                office.closed_on = Some(day);
                self.tell(id, &mut version, &proto::OfficeClosed { office_id, closed_on: Some(date::to_proto(day)) });
            }
            _ => self.tell(id, &mut version, &proto::OfficeParentSet { office_id, ..Default::default() }),
        }
        self.became(Fact::Office(office.clone()));
        self.offices[i] = (office, version);
    }

    /// What no audience depends on.
    fn something_else(&mut self) {
        let id = self.id();
        let grant_id = id.to_string();
        self.tell(id, &mut 0, &proto::GrantIssued { grant_id, ..Default::default() });
    }
}

/// Regencies, districts and villages in three zones, and one by an older decree.
fn seats() -> Vec<Region> {
    let of_today = |code: RegionCode| Region { code, decree: Decree::D2025 };
    let mut seats = vec![Region { code: "92.71".parse().unwrap(), decree: Decree::D2022 }];
    for province in ["14", "35", "64", "61", "91", "96"] {
        let some = |within: &RegionCode, level: Level, most: usize| -> Vec<RegionCode> {
            Territory::current().within(within, level).map(|region| region.code).take(most).collect()
        };
        for regency in some(&province.parse().unwrap(), Level::Regency, 3) {
            seats.push(of_today(regency));
            for district in some(&regency, Level::District, 2) {
                seats.push(of_today(district));
                seats.extend(some(&district, Level::Village, 3).into_iter().map(of_today));
            }
        }
    }
    seats
}
