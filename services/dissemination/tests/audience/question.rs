//! A question about an audience, and its answer by a recount of what the events tell.

use std::collections::{BTreeMap, BTreeSet};

use kim_desk::wire::Paired;
use kim_dissemination::{
    audience::{Count, Criteria},
    domain::{
        audience::{Audience, BaseGroup, Listing, Member, Partnership, SeatLevel, Standing},
        campaign::Cursor,
        ids::{CommunityId, OfficeId},
    },
};
use kim_territory::{Decree, Level, RegionCode};
use kim_values::Region;
use rand::{RngExt, seq::IndexedRandom};
use time::Date;
use uuid::Uuid;

use crate::history::{Community, Fact, History};

#[derive(Clone, Debug)]
pub struct Question {
    audience: Audience,
    office: OfficeId,
    on: Date,
}

impl Question {
    pub fn random(history: &mut History) -> Self {
        let office = history.some_office();
        let on = history.some_day();
        let regions: Vec<Region> = (0..history.rng.random_range(1..6)).map(|_| region(history)).collect();
        let mut some = |chance: f64| history.rng.random_bool(chance);
        let seat_levels: BTreeSet<SeatLevel> =
            [SeatLevel::Regency, SeatLevel::District, SeatLevel::Village].into_iter().filter(|_| some(0.4)).collect();
        let mut standings: BTreeSet<Standing> =
            [Standing::Registered, Standing::Active, Standing::Dormant].into_iter().filter(|_| some(0.6)).collect();
        standings.insert(Standing::Active);
        let base_groups: BTreeSet<BaseGroup> = if some(0.5) {
            BTreeSet::new()
        } else {
            (0..=6).filter(|_| some(0.5)).map(|number| BaseGroup::from_proto(number).unwrap()).collect()
        };
        let partnership = [Partnership::Any, Partnership::Any, Partnership::InForce, Partnership::WithThisOffice];
        let partnership = *partnership.choose(&mut history.rng).unwrap();
        let listed: BTreeSet<CommunityId> = history.some_communities(40).into_iter().collect();
        let listing = match history.rng.random_range(0..6) {
            0 if !listed.is_empty() => Listing::Only(listed),
            1 if !listed.is_empty() => Listing::Except(listed),
            _ => Listing::Everybody,
        };
        let audience = Audience::new(regions, seat_levels, standings, base_groups, partnership, listing).unwrap();
        Self { audience, office, on }
    }

    pub fn criteria(&self) -> Criteria<'_> {
        Criteria { audience: &self.audience, office: self.office, on: self.on }
    }

    /// Whether only communities with a partnership are in the audience.
    pub fn wants_partners(&self) -> bool {
        self.audience.partnership() != Partnership::Any
    }

    /// Who is in the audience at a position, in the order of a fan-out.
    pub fn members(&self, history: &History, at: i64) -> Vec<Community> {
        let mut partners: BTreeMap<CommunityId, Vec<OfficeId>> = BTreeMap::new();
        for partnership in partnerships(history, at).into_values() {
            let signed = partnership.signed_on.is_some_and(|day| day <= self.on);
            let within = (partnership.begins_on..=partnership.ends_on).contains(&self.on);
            if signed && within && partnership.over_on.is_none_or(|day| self.on < day) {
                partners.entry(partnership.community).or_default().push(partnership.office);
            }
        }
        let mut members: Vec<Community> = communities(history, at).into_values().collect();
        members.retain(|community| {
            let Some(standing) = Standing::from_proto(community.status.into()) else { return false };
            let member = Member {
                community: community.id,
                seat: community.seat.code,
                standing,
                base_group: BaseGroup::from_proto(community.base_group.into()).unwrap(),
                partners: partners.get(&community.id).map(Vec::as_slice).unwrap_or_default(),
            };
            self.audience.has(&member, self.office)
        });
        members.sort_by_key(|community| cursor(community).key());
        members
    }
}

pub fn cursor(community: &Community) -> Cursor {
    Cursor { regency: community.seat.code.regency().unwrap(), community: community.id }
}

pub fn count(members: &[Community]) -> Count {
    let mut count = Count { total: members.len() as u64, ..Count::default() };
    for member in members {
        *count.by_province.entry(member.seat.code.province().unwrap()).or_default() += 1;
    }
    count
}

/// The communities that there are at a position, each as it is then.
pub fn communities(history: &History, at: i64) -> BTreeMap<CommunityId, Community> {
    let mut communities = BTreeMap::new();
    for (_, fact) in history.facts.iter().take_while(|(position, _)| *position <= at) {
        if let Fact::Community(community) = fact {
            communities.insert(community.id, community.clone());
        }
    }
    communities
}

fn partnerships(history: &History, at: i64) -> BTreeMap<Uuid, crate::history::Partnership> {
    let mut partnerships = BTreeMap::new();
    for (_, fact) in history.facts.iter().take_while(|(position, _)| *position <= at) {
        if let Fact::Partnership(partnership) = fact {
            partnerships.insert(partnership.id, partnership.clone());
        }
    }
    partnerships
}

fn region(history: &mut History) -> Region {
    let seat = history.some_seat();
    let levels = [Level::Nation, Level::Province, Level::Province, Level::Regency, Level::District, Level::Village];
    let level = *levels.choose(&mut history.rng).unwrap();
    let code = if level == Level::Nation { RegionCode::NATION } else { seat.code.at(level).unwrap_or(seat.code) };
    Region { code, decree: Decree::D2025 }
}
